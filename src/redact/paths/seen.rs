//! Finds the directories of the machine that wrote a session in what it wrote.
//!
//! Only spellings are known here: which of the directories are this machine's own is for others to
//! say, and none of them is ever opened.

use std::collections::BTreeMap;

use super::{Homes, is_windows};
use crate::js::value::Value;
use crate::redact::near;

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

/// Longer texts are no directories of a machine, in bytes.
const LONGEST: usize = 1024;

/// So many directories of a kind are counted; a session that speaks of more is made up.
const MOST_COUNTED: usize = 4096;

/// So many of them, the commonest, are looked for in every text.
const MOST: usize = 256;

/// The directories that some values have spoken of so far, for [`discover`] in several steps.
#[derive(Debug, Default)]
pub struct Seen {
    homes: Counted,
    states: Counted,
    workspaces: Counted,
}

/// Directories and how often each was spoken of.
#[derive(Debug, Default)]
struct Counted(BTreeMap<String, usize>);

impl Counted {
    fn note(&mut self, directory: &str) {
        if let Some(count) = self.0.get_mut(directory) {
            *count += 1;
        } else if directory.len() <= LONGEST && self.0.len() < MOST_COUNTED {
            self.0.insert(directory.to_owned(), 1);
        }
    }

    /// The commonest ones, by name, with their counts.
    fn commonest(self) -> BTreeMap<String, usize> {
        let mut counted: Vec<_> = self.0.into_iter().collect();
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counted.truncate(MOST);
        counted.into_iter().collect()
    }
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
                {
                    self.workspaces.note(&text);
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
            self.homes_behind(start, text);
        }
        for (at, _) in text.match_indices("/root/") {
            if bounded(text, at) {
                self.homes.note("/root");
            }
        }
        for (at, _) in text.match_indices("/agents/") {
            self.state_before(text, at);
        }
    }

    /// Notes the homes that lie where a system keeps them, such as behind `/home/`.
    fn homes_behind(&mut self, start: &str, text: &str) {
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
                self.homes.note(&path);
            }
        }
    }

    /// Notes the state directory before the `/agents/` at a place of a text.
    fn state_before(&mut self, text: &str, at: usize) {
        let rest = text.get(at + 8..).unwrap_or_default();
        let sessions = rest
            .split_once('/')
            .is_some_and(|(_, rest)| rest.starts_with("sessions") || rest.starts_with("agent"));
        let before = near::last(text.get(..at).unwrap_or_default());
        let start = before
            .rfind(|char: char| char.is_whitespace() || "\"'`()<>=:,".contains(char))
            .map_or(0, |at| at + 1);
        let state = before.get(start..).unwrap_or_default();
        // Two slashes are those of an address: its host is no directory. What lies in the state
        // directory is none itself.
        if sessions
            && state.starts_with('/')
            && !state.starts_with("//")
            && state.len() > 2
            && !state.contains("/agents/")
        {
            self.states.note(state);
            self.home_around(state);
        }
    }

    /// Notes where a state directory of the usual name lies: that is a home, wherever homes are.
    fn home_around(&mut self, state: &str) {
        let Some((home, name)) = state.rsplit_once('/') else { return };
        let is_usual = name == ".openclaw" || name.starts_with(".openclaw-");
        // What is one step below the root says nothing about a person.
        if is_usual && home.matches('/').count() > 1 {
            self.homes.note(home);
        }
    }

    /// The directories of the machine that wrote the values, as [`discover`] finds them.
    pub fn homes(self) -> Homes {
        let (homes, workspaces) = (self.homes.commonest(), self.workspaces.commonest());
        let inside = |home: &&String| {
            workspaces.keys().any(|workspace| workspace.starts_with(home.as_str()))
        };
        let owner = homes.keys().find(inside);
        let commonest = || homes.iter().max_by_key(|(_, count)| **count).map(|(home, _)| home);
        let first = owner.or_else(commonest);
        let others = homes.keys().filter(|home| Some(*home) != first);
        let homes: Vec<String> = first.into_iter().chain(others).cloned().collect();
        let mut state_dirs: Vec<String> = self.states.commonest().into_keys().collect();
        if let Some(home) = homes.first().filter(|_| state_dirs.is_empty()) {
            let joint = if home.contains('\\') { '\\' } else { '/' };
            state_dirs.push(format!("{home}{joint}.openclaw"));
        }
        // A workspace that is a home, or holds one, would hide every path behind the wrong name.
        let workspaces: Vec<String> = workspaces
            .into_keys()
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
    fn made_up_directories_are_no_load() {
        let mut texts: Vec<Value> = (0..9_000).map(|at| format!("/home/u{at}/x").into()).collect();
        texts.extend(["/home/lena/a", "/home/lena/b"].map(Value::from));
        texts.insert(0, "/home/lena/c".into());
        let homes = discover(&texts);
        assert_eq!((homes.homes.len(), &*homes.homes[0]), (MOST, "/home/lena"));
        let nested = "/agents/a/sessions".repeat(9_000);
        assert_eq!(discover([&Value::from(nested)]), Homes::default());
        let inside = Value::from("/s/c/agents/main/sessions/agents/x/sessions/s.jsonl");
        assert_eq!(discover([&inside]).state_dirs, ["/s/c"]);
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
