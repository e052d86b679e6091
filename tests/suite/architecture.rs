//! The map of the rooms, checked: which room may use which, and which crate stands where.
//!
//! Every `crate::` and `super::` path of every source file is resolved to the room that it names.
//! Comments, strings and character literals are blanked first, so that prose about a room is no
//! arrow.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Room → the rooms that it may use. `main` is `main.rs`; files are under `src/<room>`.
const ARROWS: &[(&str, &[&str])] = &[
    ("js", &[]),
    ("model", &["js"]),
    ("config", &["js", "model"]),
    ("store", &["js", "model"]),
    ("learning", &["js", "model", "store"]),
    ("redact", &["js", "model"]),
    ("export", &["js", "model", "redact"]),
    ("search", &["js", "model", "store"]),
    ("ops", &["js", "model", "config", "store", "learning", "redact", "export", "search"]),
    ("app", &["js", "model", "config", "store", "learning", "redact", "export", "search", "ops"]),
    ("ui", &["js", "app", "config", "model"]),
    ("term", &["app", "ui"]),
    ("cli", &["ops", "config", "model", "js"]),
    ("main", &["app", "cli", "term", "ops", "config"]),
];

/// A module of the tests alone, which lies outside `src`: the tests of every room may use it.
const FOR_TESTS: &str = "golden";

/// Crate → the rooms that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store", "learning"]),
    ("ratatui", &["ui", "term"]),
    ("crossterm", &["term"]),
    ("arboard", &["term"]),
    ("clap", &["cli"]),
    ("tui_textarea", &["app/input.rs"]),
];

#[test]
fn every_arrow_is_on_the_map() {
    let wrong: Vec<String> = sources()
        .into_iter()
        .flat_map(|source| {
            let allowed = ARROWS.iter().find(|(room, _)| *room == source.room).map(|(_, to)| *to);
            let place = source.place.clone();
            rooms_named_by(&source)
                .into_iter()
                .filter(move |named| {
                    *named != source.room
                        && *named != FOR_TESTS
                        && !allowed.is_some_and(|to| to.contains(&named.as_str()))
                })
                .map(move |named| format!("{place} uses {named}"))
        })
        .collect();
    assert!(wrong.is_empty(), "arrows that the map does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_on_the_map() {
    for source in sources() {
        assert!(
            source.room == "lib" || ARROWS.iter().any(|(room, _)| *room == source.room),
            "{} lies in no known room",
            source.place
        );
    }
}

#[test]
fn crates_stay_in_their_rooms() {
    for source in sources() {
        for (name, homes) in CRATES {
            let at_home = homes.iter().any(|home| source.place.starts_with(&format!("src/{home}")));
            let named = source.code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            assert!(
                at_home || !named.clone().any(|word| word == *name),
                "{} names the crate {name}",
                source.place
            );
        }
    }
}

#[test]
fn no_room_re_exports_another() {
    for source in sources() {
        for line in source.code.lines() {
            let exported = line.trim_start().strip_prefix("pub use crate::");
            let room = exported.and_then(|path| path.split("::").next());
            assert!(
                room.is_none_or(|room| room == source.room),
                "{} re-exports {}",
                source.place,
                line.trim()
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in sources() {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! "), "{} opens without a module doc", source.place);
        let lines = source.text.lines().count();
        assert!(lines <= 600, "{} has {lines} lines", source.place);
    }
}

struct Source {
    /// `src/…`, with slashes.
    place: String,
    /// Directory below `src`, or the stem of a file directly in it.
    room: String,
    /// The module path below the crate root.
    module: Vec<String>,
    text: String,
    /// `text` with comments and literals blanked.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    assert!(files.len() > 20, "found only {} source files", files.len());
    files.into_iter().map(|file| read(root, &file)).collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn read(root: &Path, file: &Path) -> Source {
    let text = std::fs::read_to_string(file).unwrap();
    let below = file.strip_prefix(root).unwrap();
    let place = below.to_string_lossy().replace('\\', "/");
    let mut path: Vec<String> = place
        .trim_start_matches("src/")
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if path.len() > 1 && path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    let room_name = path[0].clone();
    let code = blank(&text);
    Source { place, room: room_name, module: path, text, code }
}

/// The rooms that the `crate::` and `super::` paths of a file lead to.
fn rooms_named_by(source: &Source) -> Vec<String> {
    let mut named = BTreeSet::new();
    for (at, _) in source.code.match_indices("crate::") {
        let rest = &source.code[at + "crate::".len()..];
        for first in first_words(rest) {
            named.insert(first);
        }
    }
    for (at, _) in source.code.match_indices("super::") {
        if source.code[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &source.code[at..];
        let mut up = 0;
        while let Some(shorter) = rest.strip_prefix("super::") {
            rest = shorter;
            up += 1;
        }
        // An inline module (tests) adds one level that file paths do not show: there a sibling that
        // is called like a room would be taken for it, which is the lesser evil.
        if up >= source.module.len() {
            for first in first_words(rest) {
                named.insert(first);
            }
        }
    }
    if source.room == "main" {
        for (at, _) in source.code.match_indices("clawscope::") {
            for first in first_words(&source.code[at + "clawscope::".len()..]) {
                named.insert(first);
            }
        }
    }
    named.into_iter().filter(|name| ARROWS.iter().any(|(room, _)| room == name)).collect()
}

/// `a::b` gives `a`; `{a::b, c}` gives `a` and `c`.
fn first_words(rest: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(list) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let mut words = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                words.push(word(&list[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                words.push(word(&list[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    words
}

/// Replaces comments and the insides of string and character literals by blanks.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(inner) = rest.strip_prefix("r#\"") {
            inner.find("\"#").map_or(rest.len(), |end| end + 5)
        } else if rest.starts_with("r\"") && !out.ends_with(|c: char| c.is_alphanumeric()) {
            rest[2..].find('"').map_or(rest.len(), |end| end + 3)
        } else if c == '"' {
            string_end(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\'") {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2).max(3)
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        out.extend(rest[..taken].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[taken..];
    }
    out
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn the_checker_sees_every_way_to_write_an_arrow() {
    let source = |code: &str| Source {
        place: "src/model/tree.rs".to_owned(),
        room: "model".to_owned(),
        module: vec!["model".to_owned(), "tree".to_owned()],
        text: code.to_owned(),
        code: blank(code),
    };
    for (code, named) in [
        ("use crate::store::body;", vec!["store"]),
        ("use crate::{js::value, ui};", vec!["js", "ui"]),
        ("let x = crate::term::run();", vec!["term"]),
        ("use super::super::app::State;", vec!["app"]),
        ("use super::app::State;", vec![]),
        ("mod tests { use super::super::super::app::State; }", vec!["app"]),
        ("// crate::ui\nlet s = \"crate::ui\";", vec![]),
        ("/// See [`crate::ui`].\nuse crate::js::text;", vec!["js"]),
    ] {
        assert_eq!(rooms_named_by(&source(code)), named, "{code}");
    }
}
