//! Tool calls that change a file, as before and after.

use std::borrow::Cow;

use super::{as_text, first_of, first_text_of};
use crate::js::parse;
use crate::js::value::Value;

/// A change of a file that a tool call asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    /// The file, empty when the arguments name none (a patch names its files itself).
    pub path: String,
    /// Replaced passages, in the order of the arguments. Writing a file is one change from nothing.
    pub changes: Vec<Change>,
    /// The text of a patch, for tools that take one.
    pub patch: Option<String>,
}

/// One replaced passage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The text before; empty for new text.
    pub old: String,
    /// The text after.
    pub new: String,
}

const PATH: [&str; 7] =
    ["path", "file_path", "filePath", "filename", "file", "target_file", "notebook_path"];
const OLD: [&str; 4] = ["oldText", "old_string", "oldString", "old_str"];
const NEW: [&str; 4] = ["newText", "new_string", "newString", "new_str"];

/// Recognises the arguments of an edit, a write or a patch; `None` for every other call.
///
/// Replacements are recognised by their members whatever the tool is called; whole contents and
/// patches by the tool's name, because other tools have members of these names, too.
pub fn edit_of(name: &str, arguments: &Value) -> Option<Edit> {
    let arguments = unpacked(arguments);
    let path = first_text_of(&arguments, &PATH).unwrap_or_default().into_owned();
    let changes = replacements(&arguments);
    if !changes.is_empty() {
        return Some(Edit { path, changes, patch: None });
    }
    let name = name.trim().to_ascii_lowercase();
    if name.contains("patch") {
        let text = as_text(&arguments)
            .or_else(|| first_text_of(&arguments, &["input", "patch", "diff", "patchText"]))?;
        return Some(Edit { path, changes, patch: Some(text.into_owned()) });
    }
    let writes = ["write", "write_file", "create", "create_file"].contains(&name.as_str());
    let new = first_text_of(&arguments, &["content", "contents", "text", "file_text"])
        .filter(|_| writes)?;
    let change = Change { old: String::new(), new: new.into_owned() };
    Some(Edit { path, changes: vec![change], patch: None })
}

fn replacements(arguments: &Value) -> Vec<Change> {
    match arguments.get("edits").and_then(Value::as_array) {
        Some(edits) => edits.iter().filter_map(replacement).collect(),
        None => replacement(arguments).into_iter().collect(),
    }
}

fn replacement(arguments: &Value) -> Option<Change> {
    let old = first_text_of(arguments, &OLD);
    let new = first_text_of(arguments, &NEW);
    if old.is_none() && new.is_none() {
        return None;
    }
    let text = |text: Option<Cow<'_, str>>| text.unwrap_or_default().into_owned();
    Some(Change { old: text(old), new: text(new) })
}

/// Arguments as a value, also where a provider left them as the text of an object.
pub(super) fn unpacked(arguments: &Value) -> Cow<'_, Value> {
    let object = arguments
        .as_str()
        .filter(|text| text.trim_start().starts_with('{'))
        .and_then(|text| parse::parse_str(text).ok());
    object.map_or(Cow::Borrowed(arguments), Cow::Owned)
}

/// The file that arguments name.
pub(super) fn path_of(arguments: &Value) -> Option<Cow<'_, str>> {
    first_text_of(arguments, &PATH).or_else(|| {
        let many = first_of(arguments, &["paths", "files"])?.as_array()?;
        as_text(many.first()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(name: &str, json: &str) -> Option<Edit> {
        edit_of(name, &parse::parse(json.as_bytes()).unwrap())
    }

    fn changes(edit: &Edit) -> Vec<(&str, &str)> {
        edit.changes.iter().map(|change| (&*change.old, &*change.new)).collect()
    }

    #[test]
    fn every_naming_of_a_replacement_is_known() {
        for json in [
            r#"{"path":"a","oldText":"x","newText":"y"}"#,
            r#"{"file_path":"a","old_string":"x","new_string":"y"}"#,
            r#"{"path":"a","edits":[{"oldText":"x","newText":"y"}]}"#,
            r#""{\"path\":\"a\",\"oldText\":\"x\",\"newText\":\"y\"}""#,
        ] {
            let edit = edit("edit", json).unwrap();
            assert_eq!((edit.path.as_str(), changes(&edit)), ("a", vec![("x", "y")]), "{json}");
        }
        let many =
            edit("multiedit", r#"{"edits":[{"old_string":"1"},{"new_string":"2"},3]}"#).unwrap();
        assert_eq!(changes(&many), [("1", ""), ("", "2")]);
    }

    #[test]
    fn writes_and_patches_go_by_the_name_of_the_tool() {
        let write = edit("write", r#"{"path":"a","content":"all"}"#).unwrap();
        assert_eq!(changes(&write), [("", "all")]);
        let patch = edit("apply_patch", r#"{"input":"*** Begin Patch"}"#).unwrap();
        assert_eq!(patch.patch.as_deref(), Some("*** Begin Patch"));
        assert_eq!(edit("message", r#"{"content":"all"}"#), None);
        assert_eq!(edit("read", r#"{"path":"a"}"#), None);
        assert_eq!(edit("edit", "null"), None);
    }
}
