//! The members of a row that matter to the index, as serde reads them in one pass.
//!
//! Every type here accepts any JSON value: a member of the wrong kind is kept as such, and it is
//! for [`head`](super::head) to judge. A repeated member overwrites the earlier one, as in JavaScript.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::block::{Content, UsageMember, UsageMembers};
use crate::js;

/// One member, when it is no array and no object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Scalar<'a> {
    #[default]
    Absent,
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    Other,
}

impl<'a> Scalar<'a> {
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn is(&self, expected: &str) -> bool {
        matches!(self, Self::Text(text) if text == expected)
    }

    pub(super) fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The number that JavaScript compares: `None` for what counts as absent, NaN for no number.
    pub(super) fn to_number(&self) -> Option<f64> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Bool(truth) => Some(f64::from(u8::from(*truth))),
            Self::Number(number) => Some(*number),
            Self::Text(text) => Some(number_of(text)),
            Self::Other => Some(f64::NAN),
        }
    }
}

/// `Number(text)` of JavaScript, for decimal text.
pub(in crate::model) fn number_of(text: &str) -> f64 {
    let text = js::text::trim(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    match text.parse() {
        _ if text.is_empty() => 0.0,
        Ok(number) if decimal => number,
        _ => f64::NAN,
    }
}

/// A member name or another string, borrowed unless it holds an escape.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

/// The members of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row<'a> {
    pub(super) type_name: Scalar<'a>,
    pub(super) id: Scalar<'a>,
    pub(super) parent: Scalar<'a>,
    pub(super) timestamp: Scalar<'a>,
    pub(super) append_mode: Scalar<'a>,
    pub(super) target: Scalar<'a>,
    pub(super) append_parent: Scalar<'a>,
    pub(super) provider: Scalar<'a>,
    pub(super) model_id: Scalar<'a>,
    pub(super) label: Scalar<'a>,
    pub(super) name: Scalar<'a>,
    pub(super) version: Scalar<'a>,
    pub(super) cwd: Scalar<'a>,
    pub(super) parent_session: Scalar<'a>,
    pub(super) branched_from: Scalar<'a>,
    pub(super) message: Option<Message<'a>>,
}

impl<'a> Row<'a> {
    /// The place of a scalar member; `None` for members that the index does not keep.
    pub(super) fn member(&mut self, name: &str) -> Option<&mut Scalar<'a>> {
        Some(match name {
            "type" => &mut self.type_name,
            "id" => &mut self.id,
            "parentId" => &mut self.parent,
            "timestamp" => &mut self.timestamp,
            "appendMode" => &mut self.append_mode,
            "targetId" => &mut self.target,
            "appendParentId" => &mut self.append_parent,
            "provider" => &mut self.provider,
            "modelId" => &mut self.model_id,
            "label" => &mut self.label,
            "name" => &mut self.name,
            "version" => &mut self.version,
            "cwd" => &mut self.cwd,
            "parentSession" => &mut self.parent_session,
            "branchedFrom" => &mut self.branched_from,
            _ => return None,
        })
    }
}

/// The members of a row's `message`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Message<'a> {
    pub(super) role: Scalar<'a>,
    pub(super) stop_reason: Scalar<'a>,
    pub(super) complaint: Scalar<'a>,
    pub(super) is_error: Scalar<'a>,
    pub(super) details: Details<'a>,
    pub(super) exit_code: Scalar<'a>,
    pub(super) cancelled: Scalar<'a>,
    pub(super) provider: Scalar<'a>,
    pub(super) model: Scalar<'a>,
    pub(super) call_id: Scalar<'a>,
    pub(super) tool_name: Scalar<'a>,
    pub(super) content: Content<'a>,
    pub(super) usage: Option<UsageMembers>,
}

impl<'a> Message<'a> {
    /// The place of a scalar member; `None` for members that the index does not keep.
    pub(super) fn member(&mut self, name: &str) -> Option<&mut Scalar<'a>> {
        Some(match name {
            "role" => &mut self.role,
            "stopReason" => &mut self.stop_reason,
            "errorMessage" => &mut self.complaint,
            "isError" => &mut self.is_error,
            "exitCode" => &mut self.exit_code,
            "cancelled" => &mut self.cancelled,
            "provider" => &mut self.provider,
            "model" => &mut self.model,
            "toolCallId" => &mut self.call_id,
            "toolName" => &mut self.tool_name,
            _ => return None,
        })
    }
}

/// The members of `details`, in which a tool itself says how it ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Details<'a> {
    pub(super) status: Scalar<'a>,
    exit_code: Scalar<'a>,
    exit_code_snake: Scalar<'a>,
}

impl<'a> Details<'a> {
    /// The place of a member; `None` for members that the index does not keep.
    pub(super) fn member(&mut self, name: &str) -> Option<&mut Scalar<'a>> {
        Some(match name {
            "status" => &mut self.status,
            "exitCode" => &mut self.exit_code,
            "exit_code" => &mut self.exit_code_snake,
            _ => return None,
        })
    }

    /// The exit code, in either spelling.
    pub(super) fn exit(&self) -> Option<i32> {
        [&self.exit_code, &self.exit_code_snake].into_iter().find_map(|code| match code {
            Scalar::Number(code) => Some(*code as i32),
            _ => None,
        })
    }
}

/// Reads to the end of an array whose elements do not matter.
pub(super) fn skip_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads to the end of an object whose members do not matter.
pub(super) fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Writes the visits of a type to which every value but an object (and what else its visitor
/// handles itself) means nothing.
macro_rules! nothing_else {
    ($nothing:expr; $($visit:ident($value:ty)),* $(,)?) => {
        $(fn $visit<E: serde::de::Error>(self, _: $value) -> Result<Self::Value, E> {
            Ok($nothing)
        })*
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok($nothing)
        }
    };
}
pub(super) use nothing_else;

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }
    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(truth))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number))
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_seq(seq).map(|()| Scalar::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        skip_map(map).map(|()| Scalar::Other)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(TextVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut row = Row::default();
        while let Some(Text(name)) = map.next_key()? {
            if name == "message" {
                row.message = map.next_value::<MessageMember<'_>>()?.0;
            } else if let Some(member) = row.member(&name) {
                *member = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(row)
    }
}

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RowVisitor)
    }
}

/// The member `message`, `None` when it is no object.
struct MessageMember<'a>(Option<Message<'a>>);

struct MessageVisitor;

impl<'de> Visitor<'de> for MessageVisitor {
    type Value = MessageMember<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    nothing_else!(MessageMember(None);
        visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_str(&str));
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_seq(seq).map(|()| MessageMember(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut message = Message::default();
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "content" => message.content = map.next_value()?,
                "usage" => message.usage = map.next_value::<UsageMember>()?.0,
                "details" => message.details = map.next_value()?,
                _ => match message.member(&name) {
                    Some(member) => *member = map.next_value()?,
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        Ok(MessageMember(Some(message)))
    }
}

impl<'de> Deserialize<'de> for MessageMember<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(MessageVisitor)
    }
}

struct DetailsVisitor;

impl<'de> Visitor<'de> for DetailsVisitor {
    type Value = Details<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    nothing_else!(Details::default();
        visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_str(&str));
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_seq(seq).map(|()| Details::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut details = Details::default();
        while let Some(Text(name)) = map.next_key()? {
            match details.member(&name) {
                Some(member) => *member = map.next_value()?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(details)
    }
}

impl<'de> Deserialize<'de> for Details<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(DetailsVisitor)
    }
}
