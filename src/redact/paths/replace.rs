//! Shortens local paths: what stands for a directory takes its place.
//!
//! A text that is one path loses its start; in any other text the directories are replaced wherever
//! they stand. Whose directories these are is not known here.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::is_windows;
use crate::redact::tape::{Change, Tape};

/// A path that is replaced wherever it starts a longer one.
#[derive(Debug, Clone)]
pub(in crate::redact) struct Prefix {
    pub path: String,
    /// Finds it, or what it is in small letters where case is ignored.
    finder: Finder<'static>,
    sign: &'static str,
    rule: Arc<str>,
    /// Windows does not tell upper from lower case.
    pub ignore_case: bool,
}

impl Prefix {
    pub(super) fn forms(path: &str, sign: &'static str, rule: &'static str) -> Vec<Self> {
        let path = path.trim_end_matches(['/', '\\']);
        // A root would be found in every path.
        if path.len() < 3 {
            return Vec::new();
        }
        let windows = is_windows(path);
        let mut forms = vec![path.to_owned()];
        if path.contains('\\') {
            forms.push(path.replace('\\', "/"));
            // As JSON inside a string spells it.
            forms.push(path.replace('\\', "\\\\"));
        }
        let form = |path: String| {
            let sought = if windows { path.to_ascii_lowercase() } else { path.clone() };
            let finder = Finder::new(&sought).into_owned();
            Self { path, finder, sign, rule: Arc::from(rule), ignore_case: windows }
        };
        forms.into_iter().map(form).collect()
    }

    /// The places of the prefix in a text.
    fn places(&self, text: &str) -> Vec<usize> {
        if self.ignore_case {
            self.finder.find_iter(text.to_ascii_lowercase().as_bytes()).collect()
        } else {
            self.finder.find_iter(text.as_bytes()).collect()
        }
    }

    fn starts(&self, text: &str) -> bool {
        let head = text.get(..self.path.len());
        head.is_some_and(|head| {
            head == self.path || self.ignore_case && head.eq_ignore_ascii_case(&self.path)
        })
    }

    fn change(&self, range: Range<usize>) -> Change {
        Change { range, replacement: self.sign.to_owned(), rule: self.rule.clone() }
    }
}

/// Replaces workspaces where a separator or the end follows.
pub(in crate::redact) fn replace_workspaces(tape: &mut Tape<'_>, prefixes: &[Prefix]) {
    for prefix in prefixes {
        let text = tape.text();
        let ends = |at: &usize| {
            text.get(at + prefix.path.len()..)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
        };
        let changes = prefix
            .places(text)
            .into_iter()
            .filter(ends)
            .map(|at| prefix.change(at..at + prefix.path.len()))
            .collect();
        tape.apply(changes);
    }
}

/// Replaces home and state directories: in a text that is one path only at its start, elsewhere
/// wherever they stand.
pub(in crate::redact) fn replace_prefixes(tape: &mut Tape<'_>, prefixes: &[Prefix]) {
    if is_whole_path(tape.text()) {
        normalise(tape);
        let text = tape.text();
        let marker = namespace(text).unwrap_or_default().len();
        let path = text.get(marker..).unwrap_or_default();
        let ends = |prefix: &&Prefix| {
            prefix.starts(path)
                && path
                    .get(prefix.path.len()..)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
        };
        if let Some(prefix) = prefixes.iter().find(ends) {
            tape.apply(vec![prefix.change(0..marker + prefix.path.len())]);
        }
        return;
    }
    for prefix in prefixes {
        let text = tape.text();
        let changes = prefix
            .places(text)
            .into_iter()
            .filter(|at| !is_host(text, *at) && !is_within_words(text, *at, prefix.path.len()))
            .map(|at| prefix.change(before_namespace(text, at)..at + prefix.path.len()))
            .collect();
        tape.apply(changes);
    }
}

/// Whether what looks like a path is the host or the user of a URL: `mysql://root:…`.
fn is_host(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with(":/"))
}

/// Whether a word goes on into what looks like a path, and what looks like a path goes on into
/// another word: `example.org/rootstores` speaks of no `/root`.
fn is_within_words(text: &str, at: usize, length: usize) -> bool {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    text.get(..at).is_some_and(|before| before.ends_with(is_word))
        && text.get(at + length..).is_some_and(|after| after.starts_with(is_word))
}

/// What Windows puts before a path that is not to be interpreted.
const NAMESPACES: [&str; 4] = [r"\\?\", r"\\.\", r"\\?/", r"\\./"];

/// The marker of a namespace that a text starts with.
fn namespace(text: &str) -> Option<&'static str> {
    NAMESPACES.into_iter().find(|marker| text.starts_with(*marker))
}

/// Where a prefix starts together with the marker of a namespace before it.
fn before_namespace(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let marker = NAMESPACES.iter().find(|marker| before.ends_with(**marker));
    at - marker.map_or(0, |marker| marker.len())
}

/// Whether a text is one absolute path: no blank in it, so that a message that starts with a slash
/// is not taken for one.
fn is_whole_path(text: &str) -> bool {
    (text.starts_with('/') || is_windows(text)) && !text.contains(char::is_whitespace)
}
/// Whether a path has steps that [`normalise`] resolves; `false` is certain.
pub(in crate::redact) fn has_odd_steps(path: &str) -> bool {
    path.split('/').skip(1).any(|step| matches!(step, "" | "." | ".."))
}

/// Resolves `//`, `.` and `..` and removes a trailing slash, as OpenClaw does.
fn normalise(tape: &mut Tape<'_>) {
    let text = tape.text();
    if !text.starts_with('/') || text.contains('\\') {
        return;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let normal = format!("/{}", parts.join("/"));
    if normal != text {
        let range = 0..text.len();
        tape.apply(vec![Change { range, replacement: normal, rule: Arc::from("path-form") }]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Layer;
    use crate::redact::paths::Homes;

    fn homes() -> Homes {
        Homes {
            homes: vec!["/home/kim".into()],
            state_dirs: vec!["/home/kim/.openclaw".into()],
            workspaces: vec!["/srv/ws".into()],
        }
    }

    fn shortened(text: &str) -> String {
        let mut tape = Tape::new(text, Layer::Paths);
        replace_workspaces(&mut tape, &homes().workspace_prefixes());
        replace_prefixes(&mut tape, &homes().prefixes());
        tape.finish().0
    }

    #[test]
    fn directories_are_shortened() {
        for (before, after) in [
            ("/home/kim", "~"),
            ("/home/kim/", "~"),
            ("/home/kim//a/./b/../c", "~/a/c"),
            ("/home/kim/.openclaw/agents", "$OPENCLAW_STATE_DIR/agents"),
            ("/home/kim2/x", "/home/kim2/x"),
            ("see /home/kim/x, /srv/ws/y and /srv/wsx", "see ~/x, $WORKSPACE_DIR/y and /srv/wsx"),
            ("/srv/ws", "$WORKSPACE_DIR"),
            ("at h.example/home/kimono and x/home/kim/y", "at h.example/home/kimono and x~/y"),
            ("see /home/kim2/x", "see ~2/x"),
            ("/new hello // world/", "/new hello // world/"),
        ] {
            assert_eq!(shortened(before), after, "{before}");
        }
    }

    #[test]
    fn windows_profiles_are_found_in_any_case_and_spelling() {
        let homes = Homes { homes: vec![r"C:\Users\Kim".into()], ..Homes::default() };
        let mut tape = Tape::new(r"in c:/users/kim/a and \\?\C:\Users\Kim\b", Layer::Paths);
        replace_prefixes(&mut tape, &homes.prefixes());
        assert_eq!(tape.text(), r"in ~/a and ~\b");
        for (path, short) in [
            (r"\\?\C:\Users\Kim\x", r"~\x"),
            (r"\\.\c:\users\kim", "~"),
            (r"\\?\C:\Users\Kimberly\x", r"\\?\C:\Users\Kimberly\x"),
            (r"\\host\share\x", r"\\host\share\x"),
        ] {
            let mut tape = Tape::new(path, Layer::Paths);
            replace_prefixes(&mut tape, &homes.prefixes());
            assert_eq!(tape.text(), short);
        }
    }

    #[test]
    fn what_is_normalised_has_odd_steps() {
        for path in ["/a/b", "/a/b/", "//a", "/a//b", "/a/./b", "/a/../b", "/..", "/", "/a/.b/..c"]
        {
            let mut tape = Tape::new(path, Layer::Paths);
            normalise(&mut tape);
            assert!(!tape.is_changed() || has_odd_steps(path), "{path}");
        }
        assert!(!has_odd_steps("/a/.b/..c/d..") && has_odd_steps("/a/b/"));
    }
}
