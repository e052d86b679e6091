//! Both forms of the index, and every way in which it can be damaged.

use std::io::Write;

use super::*;
use crate::store::location::{ChosenBy, Location};

/// Reads an index that was chosen itself.
fn read(path: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, IndexEntry)> {
    let location = Location { state_dir: path.to_owned(), ..Location::demo(ChosenBy::Path) };
    super::read(path, &Roots::of(&location), diagnostics)
}

fn read_text(text: &[u8]) -> (Vec<(String, IndexEntry)>, Vec<Diagnostic>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let mut diagnostics = Vec::new();
    let entries = read(file.path(), &mut diagnostics);
    (entries, diagnostics)
}

fn keys_and_ids(entries: &[(String, IndexEntry)]) -> Vec<(&str, &str)> {
    entries.iter().map(|(key, entry)| (key.as_str(), entry.session_id().unwrap())).collect()
}

#[test]
fn the_map_from_key_to_entry() {
    let (entries, diagnostics) = read_text(
        br#"{"agent:main:main": {"sessionId": "s1", "updatedAt": 5, "skillsSnapshot": {"prompt": "x"}},
            "agent:main:x": {"sessionId": " s2 "}}"#,
    );
    assert_eq!(keys_and_ids(&entries), [("agent:main:main", "s1"), ("agent:main:x", "s2")]);
    assert_eq!(diagnostics, []);
}

#[test]
fn the_version_2_form() {
    let (entries, diagnostics) = read_text(
        br#"{"version": 2, "agents": {"agent:main:main": {"activeSessionId": "s1",
            "model": {"provider": "p", "model": "m"}, "tokenCounts": {"totalTokens": 57000}}}}"#,
    );
    assert_eq!(keys_and_ids(&entries), [("agent:main:main", "s1")]);
    assert_eq!(diagnostics, []);
}

#[test]
fn entries_that_cannot_be_used_are_counted() {
    let (entries, diagnostics) = read_text(
        br#"{"a": null, "b": 3, "c": "text", "d": [1, {}], "e": true, "f": {}, "g": {"sessionId": 7},
            "h": {"sessionId": "../up"}, "i": {"sessionId": "ok"}, "j": -1, "k": 1.5}"#,
    );
    assert_eq!(keys_and_ids(&entries), [("i", "ok")]);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code, "index-entry-unusable");
    assert!(diagnostics[0].message.contains("Ignored 10 "), "{}", diagnostics[0].message);
}

#[test]
fn of_repeated_keys_the_newest_stays() {
    let (entries, diagnostics) = read_text(
        br#"{"agent:main:x": {"sessionId": "new", "updatedAt": 9},
            "Agent:Main:X": {"sessionId": "old", "updatedAt": 3},
            "agent:main:y": {"sessionId": "first"}, "agent:main:y": {"sessionId": "second"}}"#,
    );
    assert_eq!(keys_and_ids(&entries), [("agent:main:x", "new"), ("agent:main:y", "second")]);
    assert_eq!(diagnostics[0].code, "index-key-repeated");
}

#[test]
fn damage_is_told_and_what_came_before_it_is_kept() {
    for (text, kept) in [
        (&b""[..], 0),
        (b"   ", 0),
        (b"[]", 0),
        (b"null", 0),
        (b"hunter2", 0),
        (b"\xff\xfe\x00", 0),
        (br#"{"a": {"sessionId": "s"}, "hunter2": {"sess"#, 1),
        (br#"{"a": {"sessionId": "s"}} hunter2"#, 1),
        (br#"{"a": {"sessionId": "s"},, "hunter2": 1}"#, 1),
    ] {
        let (entries, diagnostics) = read_text(text);
        assert_eq!(entries.len(), kept, "{text:?}");
        assert_eq!(diagnostics.len(), 1, "{text:?}");
        assert_eq!(diagnostics[0].code, "index-unreadable");
        assert!(!diagnostics[0].message.contains("hunter2"), "{}", diagnostics[0].message);
    }
    let mut diagnostics = Vec::new();
    let directory = tempfile::tempdir().unwrap();
    assert!(read(directory.path(), &mut diagnostics).is_empty());
    assert!(read(&directory.path().join("missing"), &mut diagnostics).is_empty());
    assert_eq!(diagnostics.len(), 2);
}

#[test]
fn half_a_surrogate_pair_spoils_nothing() {
    let (entries, diagnostics) = read_text(
        br#"{"a": {"sessionId": "s", "label": "cut \ud83d", "subject": "\ud83d"}, "b": {"sessionId": "t"}}"#,
    );
    assert_eq!((entries.len(), diagnostics.len()), (2, 0));
}

#[test]
fn a_bloated_index_is_not_held() {
    let snapshot = "skill ".repeat(20_000);
    let bloated: Vec<_> = (0..100)
        .map(|n| format!(r#""agent:main:k{n}":{{"sessionId":"s{n}","skillsSnapshot":{{"prompt":"{snapshot}"}}}}"#))
        .collect();
    let text = format!("{{{}}}", bloated.join(","));
    let (entries, _) = read_text(text.as_bytes());
    assert_eq!(entries.len(), 100);
    let kept: usize =
        entries.iter().map(|(key, entry)| key.len() + format!("{entry:?}").len()).sum();
    assert!(kept < 20_000, "{kept} bytes of a file of {}", text.len());
}
