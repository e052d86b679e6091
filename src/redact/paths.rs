//! Local paths: whose they are, and how they are shortened.
//!
//! A bundle is read on another machine. The workspace, the state directory and the home directory of
//! the machine that wrote the session become `$WORKSPACE_DIR`, `$OPENCLAW_STATE_DIR` and `~`. The
//! machine that wrote is not always the one that exports, so the directories can also be found in
//! the data.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tape::{Change, Tape};
use crate::js::value::Value;

/// The rule of the workspace.
pub(super) const WORKSPACE: &str = "path-workspace";
/// The rule of the state directory.
pub(super) const STATE: &str = "path-state";
/// The rule of home directories.
pub(super) const HOME: &str = "path-home";

/// The directories of the machine that wrote a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Homes {
    /// Home directories, absolute; also a Windows user profile.
    pub homes: Vec<String>,
    /// State directories, absolute.
    pub state_dirs: Vec<String>,
    /// Workspaces, absolute.
    pub workspaces: Vec<String>,
}

impl Homes {
    /// These directories and then others, each once.
    pub fn with(mut self, others: &Self) -> Self {
        for (ours, theirs) in [
            (&mut self.homes, &others.homes),
            (&mut self.state_dirs, &others.state_dirs),
            (&mut self.workspaces, &others.workspaces),
        ] {
            for path in theirs {
                if !ours.contains(path) {
                    ours.push(path.clone());
                }
            }
        }
        self
    }

    /// All prefixes with what stands for them and their rule, the longest first.
    pub(super) fn prefixes(&self) -> Vec<Prefix> {
        let listed = |paths: &[String], sign: &'static str, rule: &'static str| {
            paths.iter().map(move |path| (path.clone(), sign, rule)).collect::<Vec<_>>()
        };
        let mut found = listed(&self.state_dirs, "$OPENCLAW_STATE_DIR", STATE);
        found.extend(listed(&self.homes, "~", HOME));
        let mut prefixes: Vec<Prefix> = found
            .into_iter()
            .flat_map(|(path, sign, rule)| Prefix::forms(&path, sign, rule))
            .collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.path.len()));
        prefixes
    }

    pub(super) fn workspace_prefixes(&self) -> Vec<Prefix> {
        let forms = |path: &String| Prefix::forms(path, "$WORKSPACE_DIR", WORKSPACE);
        let mut prefixes: Vec<Prefix> = self.workspaces.iter().flat_map(forms).collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.path.len()));
        prefixes
    }
}

/// A path that is replaced wherever it starts a longer one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prefix {
    pub path: String,
    sign: &'static str,
    rule: Arc<str>,
    /// Windows does not tell upper from lower case.
    pub ignore_case: bool,
}

impl Prefix {
    fn forms(path: &str, sign: &'static str, rule: &'static str) -> Vec<Self> {
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
        forms
            .into_iter()
            .map(|path| Self { path, sign, rule: Arc::from(rule), ignore_case: windows })
            .collect()
    }

    /// The places of the prefix in a text.
    fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        let starts: Vec<usize> = if self.ignore_case {
            let (text, path) = (text.to_ascii_lowercase(), self.path.to_ascii_lowercase());
            text.match_indices(&path).map(|(at, _)| at).collect()
        } else {
            memchr::memmem::find_iter(text.as_bytes(), self.path.as_bytes()).collect()
        };
        starts.into_iter()
    }

    fn starts(&self, text: &str) -> bool {
        let head = text.get(..self.path.len());
        head.is_some_and(|head| {
            head == self.path || self.ignore_case && head.eq_ignore_ascii_case(&self.path)
        })
    }

    fn change(&self, range: std::ops::Range<usize>) -> Change {
        Change { range, replacement: self.sign.to_owned(), rule: self.rule.clone() }
    }
}

/// Replaces workspaces where a separator or the end follows.
pub(super) fn replace_workspaces(tape: &mut Tape<'_>, prefixes: &[Prefix]) {
    for prefix in prefixes {
        let text = tape.text();
        let ends = |at: &usize| {
            text.get(at + prefix.path.len()..)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
        };
        let changes = prefix
            .places(text)
            .filter(ends)
            .map(|at| prefix.change(at..at + prefix.path.len()))
            .collect();
        tape.apply(changes);
    }
}

/// Replaces home and state directories: in a text that is one path only at its start, elsewhere
/// wherever they stand.
pub(super) fn replace_prefixes(tape: &mut Tape<'_>, prefixes: &[Prefix]) {
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

fn is_windows(text: &str) -> bool {
    let drive = text.get(1..3).is_some_and(|rest| rest == ":\\" || rest == ":/")
        && text.starts_with(|drive: char| drive.is_ascii_alphabetic());
    drive || text.starts_with("\\\\")
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

/// Finds the directories of the machine that wrote some values.
///
/// A home is what precedes the rest in `/home/x/…`, `/Users/x/…`, `C:\Users\x\…` and `/root/…`, and
/// where a state directory named `.openclaw` or `.openclaw-…` lies. A state directory is what
/// precedes `/agents/<id>/sessions`. Workspaces are what members named `cwd` and `workspaceDir` hold.
/// The home of the working directories comes first, else the commonest.
pub fn discover<'a>(values: impl IntoIterator<Item = &'a Value>) -> Homes {
    let mut seen = Seen::default();
    for value in values {
        seen.note(value);
    }
    seen.homes()
}

/// The directories that some values have spoken of so far, for [`discover`] in several steps.
#[derive(Debug, Default)]
pub struct Seen {
    homes: BTreeMap<String, usize>,
    states: BTreeMap<String, usize>,
    workspaces: Vec<String>,
}

impl Seen {
    /// Notes the directories that a value speaks of; the order of values does not matter.
    pub fn note(&mut self, value: &Value) {
        self.value(value, "");
    }

    fn value(&mut self, value: &Value, name: &str) {
        match value {
            Value::String(string) => {
                let text = string.to_str_lossy();
                if matches!(name, "cwd" | "workspaceDir")
                    && (text.starts_with('/') || is_windows(&text))
                    && !self.workspaces.contains(&text.to_string())
                {
                    self.workspaces.push(text.to_string());
                }
                self.text(&text);
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.value(element, name)),
            Value::Object(object) => {
                for (name, value) in object.iter() {
                    self.value(value, &name.to_str_lossy());
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        // Most strings hold no path at all.
        if memchr::memchr2(b'/', b'\\', text.as_bytes()).is_none() {
            return;
        }
        for start in ["/home/", "/Users/", ":\\Users\\", ":/Users/", ":\\\\Users\\\\"] {
            for (at, _) in text.match_indices(start) {
                let is_letter =
                    |at: &usize| text.as_bytes().get(*at).is_some_and(u8::is_ascii_alphabetic);
                let from = if start.starts_with(':') {
                    at.checked_sub(1).filter(is_letter)
                } else {
                    bounded(text, at).then_some(at)
                };
                let rest = text.get(at + start.len()..).unwrap_or_default();
                let name = rest
                    .split(|char: char| !(char.is_alphanumeric() || "._-".contains(char)))
                    .next()
                    .unwrap_or_default();
                let shared = ["Shared", "Public", "user", "username"].contains(&name);
                if let Some(from) = from.filter(|_| !name.is_empty() && !shared) {
                    let end = at + start.len() + name.trim_end_matches('.').len();
                    let path = text.get(from..end).unwrap_or_default().replace("\\\\", "\\");
                    *self.homes.entry(path).or_default() += 1;
                }
            }
        }
        for (at, _) in text.match_indices("/root/") {
            if bounded(text, at) {
                *self.homes.entry("/root".to_owned()).or_default() += 1;
            }
        }
        for (at, _) in text.match_indices("/agents/") {
            let rest = text.get(at + 8..).unwrap_or_default();
            let sessions = rest
                .split_once('/')
                .is_some_and(|(_, rest)| rest.starts_with("sessions") || rest.starts_with("agent"));
            let before = text.get(..at).unwrap_or_default();
            let start = before
                .rfind(|char: char| char.is_whitespace() || "\"'`()<>=:,".contains(char))
                .map_or(0, |at| at + 1);
            let state = before.get(start..).unwrap_or_default();
            // Two slashes are those of an address: its host is no directory.
            if sessions && state.starts_with('/') && !state.starts_with("//") && state.len() > 2 {
                *self.states.entry(state.to_owned()).or_default() += 1;
                self.home_around(state);
            }
        }
    }

    /// Notes where a state directory of the usual name lies: that is a home, wherever homes are.
    fn home_around(&mut self, state: &str) {
        let Some((home, name)) = state.rsplit_once('/') else { return };
        let is_usual = name == ".openclaw" || name.starts_with(".openclaw-");
        // What is one step below the root says nothing about a person.
        if is_usual && home.matches('/').count() > 1 {
            *self.homes.entry(home.to_owned()).or_default() += 1;
        }
    }

    /// The directories of the machine that wrote the values, as [`discover`] finds them.
    pub fn homes(self) -> Homes {
        let inside = |home: &&String| {
            self.workspaces.iter().any(|workspace| workspace.starts_with(home.as_str()))
        };
        let owner = self.homes.keys().find(inside);
        let commonest = || self.homes.iter().max_by_key(|(_, count)| **count).map(|(home, _)| home);
        let first = owner.or_else(commonest);
        let others = self.homes.keys().filter(|home| Some(*home) != first);
        let homes: Vec<String> = first.into_iter().chain(others).cloned().collect();
        let mut state_dirs: Vec<String> = self.states.into_keys().collect();
        if let Some(home) = homes.first().filter(|_| state_dirs.is_empty()) {
            let joint = if home.contains('\\') { '\\' } else { '/' };
            state_dirs.push(format!("{home}{joint}.openclaw"));
        }
        // A workspace that is a home, or holds one, would hide every path behind the wrong name.
        let workspaces: Vec<String> = self
            .workspaces
            .into_iter()
            .filter(|workspace| !homes.iter().any(|home| home.starts_with(workspace.as_str())))
            .collect();
        Homes { homes, state_dirs, workspaces }
    }
}

/// Whether a path can start here: not in the middle of another one.
fn bounded(text: &str, at: usize) -> bool {
    !text.get(..at).is_some_and(|before| {
        before.ends_with(|char: char| char.is_alphanumeric() || "._-~".contains(char))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;
    use crate::model::finding::Layer;

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
    fn a_foreign_machine_is_found_in_the_data() {
        let header = parse_str(r#"{"type":"session","cwd":"/home/lena/work/app"}"#).unwrap();
        let entry = parse_str(r#"{"text":"see /home/other/x, /home/other/y and /home/lena/.openclaw/agents/main/sessions/a.jsonl"}"#).unwrap();
        let homes = discover([&header, &entry]);
        assert_eq!(homes.homes, ["/home/lena", "/home/other"]);
        assert_eq!(homes.state_dirs, ["/home/lena/.openclaw"]);
        assert_eq!(homes.workspaces, ["/home/lena/work/app"]);
        let windows = parse_str(r#"{"workspaceDir":"C:\\Users\\lena\\app"}"#).unwrap();
        assert_eq!(discover([&windows]).homes, [r"C:\Users\lena"]);
        assert_eq!(discover([&header, &windows]).homes, ["/home/lena", r"C:\Users\lena"]);
    }

    #[test]
    fn a_drive_is_a_letter() {
        let text = r#"["é:\\Users\\sam\\x", ":\\Users\\sam", "/home/lena/.openclaw/agents/main/sessions/s"]"#;
        let homes = discover([&parse_str(text).unwrap()]);
        assert_eq!(homes.homes, ["/home/lena"]);
        assert_eq!(homes.state_dirs, ["/home/lena/.openclaw"]);
    }

    #[test]
    fn a_home_in_an_unusual_place_is_where_the_state_directory_lies() {
        let file = "/data/people/sam/.openclaw/agents/main/sessions/s.jsonl";
        let header = parse_str(&format!("{{\"sessionFile\":\"{file}\"}}")).unwrap();
        assert_eq!(discover([&header]).homes, ["/data/people/sam"]);
        let address =
            parse_str("\"https://h.example/docs/agents/ops-agent/agent-policies\"").unwrap();
        assert_eq!(discover([&address]), Homes::default());
        let copy = parse_str("\"/srv/copy/agents/main/sessions/s.jsonl\"").unwrap();
        assert_eq!(discover([&copy]).homes, Vec::<String>::new());
    }
}
