//! What stood in the files before redaction. Held only while it is shown, and never copied.

use std::sync::Arc;

use crate::export::Original;
use crate::js::text::JsString;
use crate::js::value::Value;
use crate::model::bundle::MANIFEST;

/// What stood there before redaction.
#[derive(Debug, Default)]
pub enum Before {
    /// Nobody asks.
    #[default]
    Hidden,
    /// It is being read.
    Coming,
    /// Here it is, by file.
    Shown(Arc<Vec<(&'static str, Was)>>),
    /// It cannot be read.
    Failed(String),
}

/// A file as it was.
#[derive(Debug)]
pub enum Was {
    /// One value.
    Json(Arc<Value>),
    /// The events, in order; the first one has number 1.
    Events(Vec<Arc<Value>>),
    /// A text.
    Text(String),
}

impl From<Original> for Was {
    fn from(original: Original) -> Self {
        match original {
            Original::Json(value) => Self::Json(Arc::new(value)),
            Original::Events(events) => Self::Events(events.into_iter().map(Arc::new).collect()),
            Original::Text(text) => Self::Text(text),
        }
    }
}

impl Before {
    /// The value of a file, or of an event of it.
    pub fn value(&self, name: &str, seq: Option<u64>) -> Option<&Arc<Value>> {
        match (self.file(name)?, seq) {
            (Was::Json(value), None) => Some(value),
            (Was::Events(events), Some(seq)) => {
                events.get(usize::try_from(seq).ok()?.checked_sub(1)?)
            }
            _ => None,
        }
    }

    /// A plain text as it was.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.file(name)? {
            Was::Text(text) => Some(text),
            Was::Json(_) | Was::Events(_) => None,
        }
    }

    fn file(&self, name: &str) -> Option<&Was> {
        let Self::Shown(files) = self else { return None };
        files.iter().find_map(|(file, was)| (*file == name).then_some(was))
    }

    /// Whether it is asked for.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Hidden)
    }

    /// In words, why there is nothing to show of a file.
    pub fn why_not(&self, name: &str) -> String {
        match self {
            Self::Coming => "Reading what stood there before".to_owned(),
            Self::Failed(why) => why.clone(),
            Self::Hidden | Self::Shown(_) if name == MANIFEST => {
                "The manifest is made for the bundle: nothing stood there before. What it says of \
                 paths is masked like everything else."
                    .to_owned()
            }
            Self::Hidden | Self::Shown(_) => "Nothing stood there before.".to_owned(),
        }
    }
}

/// The value of `before` at the place to which a way leads in `after`, with the name that its
/// member had.
///
/// Members are found by their names, as a masked value may have gained or lost some; one whose name
/// was masked is found by its place among its siblings.
pub fn counterpart<'b>(
    before: &'b Value,
    after: &Value,
    way: &[u32],
) -> Option<(Option<&'b JsString>, &'b Value)> {
    let (mut was, mut now) = ((None, before), after);
    for &at in way {
        let at = at as usize;
        (was, now) = match (was.1, now) {
            (Value::Array(items), Value::Array(others)) => {
                ((None, items.get(at)?), others.get(at)?)
            }
            (Value::Object(members), Value::Object(others)) => {
                let (name, value) = others.iter().nth(at)?;
                let same = members.iter().find(|(own, _)| *own == name);
                let place = || {
                    let there = members.iter().nth(at)?;
                    // A name that stands in both is another member, not this one's old name.
                    (!others.keys().any(|other| other == there.0)).then_some(there)
                };
                let (own, was) = same.or_else(place)?;
                ((Some(own), was), value)
            }
            _ => return None,
        };
    }
    Some(was)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;

    #[test]
    fn members_are_found_by_name_and_masked_names_by_place() {
        let before = parse_str(r#"{"a":[{"data":"x","type":"image"}],"sk-1":"v","z":1}"#).unwrap();
        let after =
            parse_str(r#"{"a":[{"type":"image","omitted":true}],"<redacted>":"***","z":1}"#)
                .unwrap();
        let text = |way: &[u32]| {
            counterpart(&before, &after, way).map(|(_, value)| crate::js::print::to_compact(value))
        };
        assert_eq!(text(&[0, 0, 0]).as_deref(), Some("\"image\""));
        assert_eq!(text(&[0, 0, 1]), None, "what was added was not there");
        assert_eq!(text(&[1]).as_deref(), Some("\"v\""));
        let (name, _) = counterpart(&before, &after, &[1]).unwrap();
        assert_eq!(name.and_then(JsString::as_str), Some("sk-1"));
        assert_eq!(text(&[2]).as_deref(), Some("1"));
        assert_eq!(text(&[7]), None);
    }
}
