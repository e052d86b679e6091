//! What the tests of whole states share: a home of their own, the program run in it with a deadline,
//! and the proof that nothing under a directory was touched.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use sha2::{Digest, Sha256};

/// How long the program may take: far beyond any healthy run, so that a hang becomes a failure.
const DEADLINE: Duration = Duration::from_secs(90);

/// A home directory with nothing in it, and the program to run there.
pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file below the home, making its directories.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The program with this home and no other environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clawscope"));
        self.prepare(&mut command);
        command
    }

    /// The program in a shell that allows it `kilobytes` of address space.
    pub(crate) fn confined(&self, kilobytes: u64, args: &[&str]) -> Output {
        let mut command = Command::new("sh");
        self.prepare(&mut command);
        let script = format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_clawscope")]).args(args);
        finish(command)
    }

    fn prepare(&self, command: &mut Command) {
        command
            .env_clear()
            .env("HOME", self.path())
            .env("TZ", "UTC")
            .env("CLAWSCOPE_CONFIG_DIR", self.path().join("clawscope-config"))
            .current_dir(self.path());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.run_with(args, &[])
    }

    /// As [`run`](Self::run), with environment variables.
    pub(crate) fn run_with(&self, args: &[&str], vars: &[(&str, &str)]) -> Output {
        let mut command = self.command();
        command.args(args).envs(vars.iter().copied());
        finish(command)
    }

    /// Runs `sessions list --json` with further arguments.
    pub(crate) fn list(&self, args: &[&str]) -> Value {
        json(&self.run(&[&["sessions", "--all-agents", "--all", "--json"], args].concat()))
    }

    /// Runs `sessions show --json` with further arguments.
    pub(crate) fn show(&self, args: &[&str]) -> Value {
        json(&self.run(&[&["sessions", "--json", "show"], args].concat()))
    }
}

/// Runs a command to its end; one that does not end is killed and fails the test.
fn finish(mut command: Command) -> Output {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let pid = child.id().to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    if let Ok(output) = receiver.recv_timeout(DEADLINE) {
        return output.unwrap();
    }
    Command::new("kill").args(["-KILL", &pid]).status().unwrap();
    panic!("{command:?} did not end within {DEADLINE:?}");
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The JSON that a successful run printed.
pub(crate) fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A state of our own, kept in the repository.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Copies a directory with everything in it.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            // Copied as bytes: the copy of a read-only file is to be writable.
            fs::write(target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

/// The row of a list with this session id.
pub(crate) fn row<'a>(list: &'a Value, id: &str) -> &'a Value {
    let rows = list["sessions"].as_array().unwrap();
    rows.iter().find(|row| row["sessionId"] == id).unwrap_or_else(|| panic!("no {id} in {list:#}"))
}

/// The codes of the diagnostics of a shown session, with the line or row of each.
pub(crate) fn codes(shown: &Value) -> Vec<(String, Option<u64>)> {
    let diagnostics = shown["diagnostics"].as_array().unwrap();
    let place = |note: &Value| note["line"].as_u64().or(note["row"].as_u64());
    diagnostics
        .iter()
        .map(|note| (note["code"].as_str().unwrap().to_owned(), place(note)))
        .collect()
}

/// Does something and fails unless the whole tree under `dir` is the same afterwards: names, kinds,
/// contents, times of change.
pub(crate) fn untouched<T>(dir: &Path, act: impl FnOnce() -> T) -> T {
    let before = tree(dir);
    let done = act();
    assert_eq!(before, tree(dir), "something changed under {}", dir.display());
    done
}

/// Every path under `dir` with a digest of what it is.
fn tree(dir: &Path) -> BTreeMap<PathBuf, String> {
    let mut out = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(path) = open.pop() {
        let meta = path.symlink_metadata().unwrap();
        let mut hash = Sha256::new();
        if meta.is_symlink() {
            hash.update(fs::read_link(&path).unwrap().as_os_str().as_encoded_bytes());
        } else if meta.is_dir() {
            // A directory that nobody may read has nothing to tell.
            let entries = fs::read_dir(&path).map(Iterator::collect::<Vec<_>>);
            open.extend(entries.unwrap_or_default().into_iter().map(|entry| entry.unwrap().path()));
        } else if meta.is_file() {
            let mut file = fs::File::open(&path).unwrap();
            let mut chunk = vec![0; 1 << 20];
            while let Ok(read @ 1..) = file.read(&mut chunk) {
                hash.update(&chunk[..read]);
            }
        }
        let changed = meta.modified().unwrap().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let digest = hash.finalize();
        out.insert(path, format!("{:?} {} {changed} {digest:x?}", meta.file_type(), meta.len()));
    }
    out
}
