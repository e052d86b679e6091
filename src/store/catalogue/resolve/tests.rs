//! Every spelling of `sessionFile`, in a state that was copied from another machine.

use super::*;
use crate::store::location::{ChosenBy, Location};

fn roots(state_dir: &Path) -> Roots {
    Roots::of(&Location { state_dir: state_dir.to_owned(), ..Location::demo(ChosenBy::Path) })
}

struct State {
    root: tempfile::TempDir,
    folder: Folder,
}

/// A copied state with `s1.jsonl`, `own.jsonl` and `sub/deep.jsonl` in the sessions of `main`, and
/// `else.jsonl` in those of `ops`.
fn state() -> State {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("agents/main/sessions");
    fs::create_dir_all(dir.join("sub")).unwrap();
    fs::create_dir_all(root.path().join("agents/ops/sessions")).unwrap();
    for name in
        ["s1.jsonl", "own.jsonl", "sub/deep.jsonl", "plain.txt", "../../ops/sessions/else.jsonl"]
    {
        fs::write(dir.join(name), "x").unwrap();
    }
    let folder = Folder::read(&dir, &roots(root.path()), &mut Vec::new());
    State { root, folder }
}

fn resolve(state: &State, session_file: &str) -> (String, bool, bool) {
    let file = session_file.replace('\\', "\\\\");
    let entry =
        IndexEntry::parse(format!(r#"{{"sessionId":"s1","sessionFile":"{file}"}}"#).as_bytes());
    let found = transcript(
        &SessionKey::new("agent:main:main"),
        &entry.unwrap(),
        &state.folder,
        &roots(state.root.path()),
    );
    let missing = matches!(found.source, TranscriptSource::Missing { .. });
    let path = found.source.path().strip_prefix(state.root.path()).unwrap();
    (path.to_string_lossy().into_owned(), missing, found.moved)
}

#[test]
fn every_spelling_stays_inside_the_state() {
    let state = state();
    let own = state.folder.path.join("own.jsonl").to_string_lossy().into_owned();
    let ops =
        state.root.path().join("agents/ops/sessions/else.jsonl").to_string_lossy().into_owned();
    let climbing = state.root.path().join("../x/own.jsonl").to_string_lossy().into_owned();
    let main = |name: &str| format!("agents/main/sessions/{name}");
    for (spelled, path, missing, moved) in [
        ("", main("s1.jsonl"), false, false),
        ("own.jsonl", main("own.jsonl"), false, false),
        ("./own.jsonl", main("own.jsonl"), false, false),
        ("plain.txt", main("plain.txt"), false, false),
        ("sub/deep.jsonl", main("sub/deep.jsonl"), false, false),
        ("gone.jsonl", main("gone.jsonl"), true, false),
        ("../../../../etc/passwd", main("s1.jsonl"), false, false),
        ("..own.jsonl", main("s1.jsonl"), false, false),
        ("sub/../../own.jsonl", main("s1.jsonl"), false, false),
        (own.as_str(), main("own.jsonl"), false, false),
        (ops.as_str(), "agents/ops/sessions/else.jsonl".to_owned(), false, false),
        ("/home/mira/.openclaw/agents/main/sessions/own.jsonl", main("own.jsonl"), false, true),
        (
            "C:\\Users\\mira\\.openclaw\\agents\\main\\sessions\\own.jsonl",
            main("own.jsonl"),
            false,
            true,
        ),
        ("/home/mira/.openclaw/agents/main/sessions/gone.jsonl", main("s1.jsonl"), false, true),
        (climbing.as_str(), main("own.jsonl"), false, true),
        ("/etc/passwd", main("s1.jsonl"), false, true),
    ] {
        assert_eq!(resolve(&state, spelled), (path, missing, moved), "{spelled}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_state_is_not_followed() {
    let state = state();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.jsonl"), "x").unwrap();
    let dir = &state.folder.path;
    std::os::unix::fs::symlink(outside.path().join("secret.jsonl"), dir.join("link.jsonl"))
        .unwrap();
    std::os::unix::fs::symlink(outside.path(), dir.join("linked")).unwrap();
    std::os::unix::fs::symlink(dir.join("own.jsonl"), dir.join("inner.jsonl")).unwrap();
    let mut diagnostics = Vec::new();
    let folder = Folder::read(dir, &roots(state.root.path()), &mut diagnostics);
    assert_eq!(diagnostics.iter().map(|one| one.code).collect::<Vec<_>>(), ["link-outside"]);
    let state = State { folder, ..state };
    assert!(resolve(&state, "link.jsonl").1);
    assert!(resolve(&state, "linked/secret.jsonl").1);
    assert!(!resolve(&state, "inner.jsonl").1);
}

#[test]
fn a_key_that_names_a_topic_finds_its_transcript() {
    let root = tempfile::tempdir().unwrap();
    for name in ["s1-topic-7.jsonl", "s1-topic-A%3A8.jsonl", "s2.jsonl", "s2-topic-7.jsonl"] {
        fs::write(root.path().join(name), "x").unwrap();
    }
    let folder = Folder::read(root.path(), &roots(root.path()), &mut Vec::new());
    for (key, id, name) in [
        ("agent:main:telegram:group:-1:topic:7", "s1", "s1-topic-7.jsonl"),
        ("agent:main:telegram:group:-1:thread:a:8", "s1", "s1-topic-A%3A8.jsonl"),
        ("agent:main:telegram:group:-1:topic:9", "s1", "s1.jsonl"),
        ("agent:main:main", "s1", "s1.jsonl"),
        // The transcript of the whole session is there, so the key means that one.
        ("agent:main:telegram:group:-1:topic:7", "s2", "s2.jsonl"),
    ] {
        let entry = IndexEntry::parse(format!(r#"{{"sessionId":"{id}"}}"#).as_bytes()).unwrap();
        let found = transcript(&SessionKey::new(key), &entry, &folder, &roots(root.path()));
        assert_eq!(found.source.path(), &root.path().join(name), "{key}");
    }
}
