//! Which skills a session invoked, told by the paths in its tool calls.

use crate::js::value::{Object, Value};

/// Marks the entries of `skills.entries` as invoked or not.
///
/// A skill counts as invoked when a path among the arguments of the transcript's tool calls names
/// its file. Anything but an object with a non-empty `entries` array is returned as it is.
pub(super) fn mark<'a>(skills: &Value, arguments: impl Iterator<Item = &'a Value>) -> Value {
    let mut marked = skills.clone();
    let entries = marked.as_object_mut().and_then(|members| members.get_mut("entries"));
    let Some(entries) = entries.and_then(Value::as_array_mut).filter(|list| !list.is_empty())
    else {
        return marked;
    };
    let mut paths = Vec::new();
    arguments.for_each(|arguments| collect(arguments, &mut paths));
    for entry in entries.iter_mut() {
        *entry = mark_entry(std::mem::take(entry), &paths);
    }
    marked
}

/// An entry that is no object is kept as well as JavaScript's spread keeps it: the characters of a
/// string become numbered members, anything else becomes an object with the mark alone.
fn mark_entry(entry: Value, paths: &[String]) -> Value {
    let invoked = entry.get("filePath").and_then(Value::as_str).is_some_and(|file| {
        let suffixes = Suffixes::of(file);
        paths.iter().any(|path| suffixes.fit(path))
    });
    let mut members = match entry {
        Value::Object(members) => members,
        Value::String(text) => text
            .to_str_lossy()
            .chars()
            .enumerate()
            .map(|(at, c)| (at.to_string(), Value::from(c.to_string())))
            .collect(),
        _ => Object::new(),
    };
    members.insert("invoked", invoked);
    if invoked {
        members.insert("invocationDetectedBy", "tool-call-file-path");
    }
    Value::Object(members)
}

struct Suffixes {
    file: String,
    folder: Option<String>,
}

impl Suffixes {
    fn of(file_path: &str) -> Self {
        let file = normalise(file_path);
        let folder = file
            .rsplit('/')
            .nth(1)
            .filter(|name| !name.is_empty())
            .map(|name| format!("/{name}/skill.md"));
        Self { file, folder }
    }

    fn fit(&self, path: &str) -> bool {
        !self.file.is_empty()
            && (path.ends_with(&self.file)
                || self.folder.as_ref().is_some_and(|folder| path.ends_with(folder)))
    }
}

/// Collects the strings among a tool call's arguments that look like paths, normalised.
fn collect(root: &Value, paths: &mut Vec<String>) {
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                for (name, member) in members.iter() {
                    if let Value::String(text) = member {
                        let text = text.to_str_lossy();
                        let named = name.to_str_lossy().to_lowercase().contains("path");
                        if named || text.ends_with("SKILL.md") || text.ends_with("skill.md") {
                            paths.push(normalise(&text));
                        }
                    } else {
                        open.push(member);
                    }
                }
            }
            _ => {}
        }
    }
}

fn normalise(path: &str) -> String {
    crate::js::text::trim(&path.replace('\\', "/")).to_lowercase()
}
