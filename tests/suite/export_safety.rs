//! What stays when an export is killed or may not write: no bundle that is not whole, no touched
//! state.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::golden_export::snapshot;

const EXPORTS: usize = 200;
const WORKERS: usize = 2;

/// A state directory with one small session.
fn state() -> TempDir {
    let state = tempfile::tempdir().unwrap();
    let dir = state.path().join("agents/main/sessions");
    fs::create_dir_all(&dir).unwrap();
    let rows = [
        r#"{"type":"session","version":3,"id":"s-1","timestamp":"2026-01-01T00:00:00.000Z"}"#,
        r#"{"type":"message","id":"a","parentId":null,"timestamp":"2026-01-01T00:00:01.000Z","message":{"role":"user","content":"hello"}}"#,
    ];
    fs::write(dir.join("s-1.jsonl"), rows.join("\n") + "\n").unwrap();
    let index = r#"{"agent:main:main":{"sessionId":"s-1","updatedAt":1767225600000,"sessionFile":"s-1.jsonl"}}"#;
    fs::write(dir.join("sessions.json"), index).unwrap();
    state
}

fn export(state: &Path, workspace: &Path, output: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawscope"));
    command
        .args(["--state-dir".as_ref(), state.as_os_str()])
        .args(["sessions", "export-trajectory", "--session-key", "agent:main:main"])
        .args(["--output", output, "--workspace"])
        .arg(workspace)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().map(Result::unwrap);
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// What a worker's kills left.
#[derive(Debug, Default)]
struct Tally {
    /// Bundles that were whole before the kill came.
    done: usize,
    /// Exports that were killed while they wrote.
    writing: usize,
}

fn exports_of(workspace: &Path) -> PathBuf {
    workspace.join(".openclaw/trajectory-exports")
}

fn unfinished(workspace: &Path) -> BTreeSet<String> {
    let names = names(&exports_of(workspace));
    names.into_iter().filter(|name| name.starts_with('.')).collect()
}

/// Starts an export and kills it: at any time, or soon after it has begun to write.
fn kill_one(state: &Path, workspace: &Path, number: usize, full: Duration) -> Tally {
    // Times that repeat from run to run, spread over the whole export and over its writing.
    let share = (number * 7919 % 1000) as u32;
    let left = unfinished(workspace);
    let writes = || !unfinished(workspace).is_subset(&left);
    let mut child = export(state, workspace, &format!("o{number}")).spawn().unwrap();
    // Two workers share the numbers; each waits so for every fourth of its exports.
    if number % 8 < 2 {
        while !writes() && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(Duration::from_micros(u64::from(share) * 6));
    } else {
        thread::sleep(full * share / 900);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let done = exports_of(workspace).join(format!("o{number}")).exists();
    Tally { done: usize::from(done), writing: usize::from(writes()) }
}

#[test]
fn a_killed_export_leaves_no_bundle_and_no_touched_state() {
    let state = state();
    let state = state.path();
    let before = snapshot(state);
    let workers = thread::scope(|scope| {
        let work = |worker| {
            move || {
                let workspace = tempfile::tempdir().unwrap();
                let began = Instant::now();
                assert!(export(state, workspace.path(), "whole").status().unwrap().success());
                let full = began.elapsed();
                let kills = (worker..EXPORTS).step_by(WORKERS);
                let tallies = kills.map(|number| kill_one(state, workspace.path(), number, full));
                let tally = tallies.fold(Tally::default(), |sum, one| Tally {
                    done: sum.done + one.done,
                    writing: sum.writing + one.writing,
                });
                assert!(export(state, workspace.path(), "last").status().unwrap().success());
                let base = exports_of(workspace.path());
                let whole = names(&base.join("whole"));
                assert!(whole.contains("manifest.json"));
                for name in names(&base) {
                    assert_eq!(names(&base.join(&name)), whole, "{name}");
                }
                tally
            }
        };
        let running: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(work(worker))).collect();
        running.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let done: usize = workers.iter().map(|tally| tally.done).sum();
    let writing: usize = workers.iter().map(|tally| tally.writing).sum();
    println!("of {EXPORTS} killed exports {done} were done and {writing} were writing");
    assert!(done < EXPORTS && writing > 0);
    assert!(snapshot(state) == before, "the state was touched");
}

/// Nobody may make a directory in `/proc`, not even root.
#[cfg(target_os = "linux")]
#[test]
fn a_workspace_that_nobody_may_write_is_named() {
    let state = state();
    let output = export(state.path(), Path::new("/proc"), "b").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.starts_with("Failed to export trajectory: /proc/.openclaw: "), "{told}");
}

#[test]
fn a_file_in_the_way_is_named_and_stays() {
    let (state, workspace) = (state(), tempfile::tempdir().unwrap());
    let base = exports_of(workspace.path());
    fs::create_dir_all(&base).unwrap();
    fs::write(base.join("a"), "mine").unwrap();
    let output = export(state.path(), workspace.path(), "a/b").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("trajectory-exports/a"), "{told}");
    assert_eq!(names(&base), BTreeSet::from(["a".to_owned()]));
    assert_eq!(fs::read(base.join("a")).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn a_workspace_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let (state, workspace) = (state(), tempfile::tempdir().unwrap());
    fs::set_permissions(workspace.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(workspace.path().join("probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    let output = export(state.path(), workspace.path(), "b").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains(".openclaw") && told.contains("ermission"), "{told}");
    assert_eq!(names(workspace.path()), BTreeSet::new());
}
