//! What OpenClaw refuses, ours refuses in the same words: arguments, exit status, streams, files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Replays every case of a generation; tells how many were replayed.
pub(super) fn replay(golden: &Path, generation: &str, case: &str, agent: &str) -> usize {
    let state = golden.join(case).join("home/.openclaw");
    let key = json(&golden.join(case).join("case.json"))["sessionKey"].as_str().unwrap().to_owned();
    let text = fs::read_to_string(golden.join(format!("refusals/refusals-{generation}.jsonl")));
    let home = tempfile::tempdir().unwrap();
    let mut workspace = fresh(home.path(), 0);
    let mut replayed = 0;
    for (at, line) in text.unwrap().lines().enumerate() {
        let told: Value = serde_json::from_str(line).unwrap();
        let name = told["name"].as_str().unwrap();
        let fresh_ones = ["symlink-exports", "symlink-statedir", "statedir-is-file", "unknown-key"];
        if fresh_ones.contains(&name) {
            workspace = fresh(home.path(), at + 1);
        }
        set_up(name, &workspace);
        let old_place = told["cwd"].as_str().unwrap();
        let here = |text: &str| text.replace(old_place, workspace.to_str().unwrap());
        let arguments: Vec<String> = told["args"]
            .as_array()
            .unwrap()
            .iter()
            .map(|argument| argument.as_str().unwrap())
            .map(|argument| our_argument(argument, agent, &key, &here))
            .collect();
        let output = Command::new(env!("CARGO_BIN_EXE_clawscope"))
            .args(["--state-dir".as_ref(), state.as_os_str()])
            .args(&arguments)
            .current_dir(&workspace)
            .env_clear()
            .env("HOME", home.path())
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let exit = i64::from(output.status.code().unwrap());
        assert_eq!(Some(exit), told["exit"].as_i64(), "{generation} {name}: {stderr}");
        if exit == 0 {
            succeeded(&told, &stdout, name);
        } else {
            let theirs =
                |stream: &str| our_text(&here(told[stream].as_str().unwrap()), agent, &key);
            assert_eq!(stderr, theirs("stderr"), "{generation} {name}");
            assert_eq!(stdout, theirs("stdout"), "{generation} {name}");
        }
        replayed += 1;
    }
    replayed
}

/// The session of the cases is another one than that of the state at hand.
fn our_text(text: &str, agent: &str, key: &str) -> String {
    let theirs = format!("agent:{agent}:main");
    let upper = theirs.to_uppercase();
    text.replace(&theirs, key).replace(&upper, &key.to_uppercase())
}

fn our_argument(argument: &str, agent: &str, key: &str, here: &dyn Fn(&str) -> String) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    match argument {
        agent_id if agent_id == agent => key.split(':').nth(1).unwrap().to_owned(),
        // A short key stands without its agent.
        "main" => key.splitn(3, ':').nth(2).unwrap().to_owned(),
        encoded if encoded.starts_with("eyJ") => {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap();
            URL_SAFE_NO_PAD.encode(our_text(&here(&text), agent, key))
        }
        other => our_text(&here(other), agent, key),
    }
}

fn succeeded(told: &Value, stdout: &str, name: &str) {
    let ours: Value = serde_json::from_str(stdout).unwrap();
    let theirs: Value = serde_json::from_str(told["stdout"].as_str().unwrap()).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ours), names(&theirs), "{name}");
    let display = |value: &Value| {
        let path = value["displayPath"].as_str().unwrap().to_owned();
        path.split("openclaw-trajectory-").next().unwrap().to_owned()
    };
    assert_eq!(display(&ours), display(&theirs), "{name}");
    let dir = PathBuf::from(ours["outputDir"].as_str().unwrap());
    let mut written: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    let mut listed: Vec<&str> =
        ours["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    listed.sort_unstable();
    assert_eq!(written, listed, "{name}");
}

fn fresh(home: &Path, number: usize) -> PathBuf {
    let workspace = home.join(format!("work{number}"));
    fs::create_dir_all(&workspace).unwrap();
    workspace.canonicalize().unwrap()
}

/// What stands in the workspace before a case.
fn set_up(name: &str, workspace: &Path) {
    let state = workspace.join(".openclaw");
    let exports = state.join("trajectory-exports");
    let outside = workspace.with_extension("outside");
    fs::create_dir_all(&outside).unwrap();
    let link = |at: &Path| std::os::unix::fs::symlink(&outside, at).unwrap();
    match name {
        "existing-empty-dir" => fs::create_dir(exports.join("empty")).unwrap(),
        "existing-file" => fs::write(exports.join("afile"), "x").unwrap(),
        "symlink-parent" => link(&exports.join("link")),
        "symlink-exports" => {
            fs::create_dir(&state).unwrap();
            link(&exports);
        }
        "symlink-statedir" => link(&state),
        "statedir-is-file" => fs::write(&state, "x").unwrap(),
        _ => {}
    }
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "{name}: something went outside");
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}
