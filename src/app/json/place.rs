//! What places in a tree are called: names, paths for people, JSON pointers.

use super::{JsonRow, JsonTree, child};
use crate::js::pointer;
use crate::js::print::to_visible_compact;
use crate::js::value::Value;

/// The name of a value in its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// The member of an object.
    Member(String),
    /// The position in an array, from 0.
    Position(u32),
}

impl JsonTree {
    /// The name of a line's value in its parent.
    pub fn name(&self, row: &JsonRow) -> Option<Name> {
        let (last, parents) = row.way.split_last()?;
        let parent = parents.iter().try_fold(&*self.body.value, |value, at| child(value, *at))?;
        name_in(parent, *last)
    }

    /// The path of a line as people write it: `$.message.content[0].text`.
    pub fn path(&self, row: &JsonRow) -> String {
        let mut steps = vec!["$".to_owned()];
        let mut value = Some(&*self.body.value);
        for &at in &row.way {
            steps.push(match value.and_then(|value| name_in(value, at)) {
                Some(Name::Position(at)) => format!("[{at}]"),
                Some(Name::Member(name)) if is_plain(&name) => format!(".{name}"),
                Some(Name::Member(name)) => {
                    format!("[{}]", to_visible_compact(&Value::String(name.as_str().into())))
                }
                None => break,
            });
            value = value.and_then(|value| child(value, at));
        }
        steps.concat()
    }

    /// The JSON pointer (RFC 6901) of a line.
    pub fn pointer(&self, row: &JsonRow) -> String {
        let mut pointer = String::new();
        let mut value = Some(&*self.body.value);
        for &at in &row.way {
            let Some(name) = value.and_then(|value| name_in(value, at)) else { break };
            match name {
                Name::Position(at) => pointer::push(&mut pointer, &at.to_string()),
                Name::Member(name) => pointer::push(&mut pointer, &name),
            }
            value = value.and_then(|value| child(value, at));
        }
        pointer
    }

    /// Selects the value that a JSON pointer leads to, unfolding what hides it; where the pointer
    /// leads nowhere, the last value on its way.
    pub fn reveal_pointer(&mut self, pointer: &str) {
        let mut way = Vec::new();
        let mut value = &*self.body.value;
        for name in pointer::tokens(pointer) {
            let at = match value {
                Value::Array(_) => name.parse().ok(),
                Value::Object(members) => {
                    members.keys().position(|key| key.to_str_lossy() == name).map(|at| at as u32)
                }
                _ => None,
            };
            let Some((at, below)) = at.and_then(|at| Some((at, child(value, at)?))) else { break };
            way.push(at);
            value = below;
        }
        self.reveal(&way);
    }
}

fn name_in(parent: &Value, at: u32) -> Option<Name> {
    match parent {
        Value::Array(_) => Some(Name::Position(at)),
        Value::Object(members) => {
            let (name, _) = members.iter().nth(at as usize)?;
            Some(Name::Member(name.to_str_lossy().into_owned()))
        }
        _ => None,
    }
}

fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
}
