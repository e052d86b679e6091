//! What the index keeps of a message's `content` and `usage`.
//!
//! The long strings of a row stand here (texts, arguments, images), so nothing of them is copied:
//! a text is only asked whether it is blank.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::CallHead;
use crate::js;
use crate::js::value::Value;
use crate::model::member::{
    Maybe, Member, Members, Scalar, Source, Text, nothing_else, skip_map, skip_seq,
};
use crate::model::usage::Usage;

/// What a `content` holds, be it a string or an array of blocks.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Content<'a> {
    pub(super) text: bool,
    pub(super) image: bool,
    pub(super) thinking: bool,
    pub(super) calls: Vec<CallHead<'a>>,
}

impl<'a> Content<'a> {
    /// A `content` that is a string.
    fn of_text(text: &str) -> Self {
        Self { text: has_ink(text), ..Self::default() }
    }

    /// Adds the block at position `at`.
    fn add(&mut self, at: u32, block: Block<'a>) {
        let Scalar::Text(kind) = &block.kind else {
            return;
        };
        match &**kind {
            "text" | "output_text" | "input_text" => self.text |= block.text,
            "image" | "image_url" | "input_image" => self.image = true,
            "thinking" | "redacted_thinking" => self.thinking = true,
            kind => {
                if let Some(exported) = call_spelling(kind) {
                    let (id, name) = (block.id.text(), block.name.text());
                    self.calls.push(CallHead { block: at, id, name, exported });
                }
            }
        }
    }
}

/// Tells whether a block type means a tool call, and whether OpenClaw's exporter knows it.
fn call_spelling(kind: &str) -> Option<bool> {
    let kind = js::text::trim(kind);
    let is = |name: &&str| kind.eq_ignore_ascii_case(name);
    if ["toolcall", "tooluse", "functioncall"].iter().any(&is) {
        Some(true)
    } else {
        ["tool_use", "function_call"].iter().any(is).then_some(false)
    }
}

/// Tells whether a text is more than white space.
fn has_ink(text: &str) -> bool {
    !js::text::trim(text).is_empty()
}

/// [`has_ink`] of a string that still stands in JSON; other values have none.
fn raw_has_ink(raw: &str) -> bool {
    match raw.as_bytes() {
        [b'"', b'"' | b'\\' | b' ' | 0x80.., ..] => {
            // A string that does not decode holds a lone surrogate, which is no white space.
            serde_json::from_str::<Text<'_>>(raw).map_or(true, |Text(text)| has_ink(&text))
        }
        [b'"', ..] => true,
        _ => false,
    }
}

/// The members of one block.
#[derive(Debug, Clone, PartialEq, Default)]
struct Block<'a> {
    kind: Scalar<'a>,
    id: Scalar<'a>,
    name: Scalar<'a>,
    /// `text` is a string that is not blank.
    text: bool,
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    nothing_else!(Content::default();
        visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64));
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Content::of_text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut content = Content::default();
        let mut at = 0;
        while let Some(Maybe(block)) = seq.next_element()? {
            content.add(at, block.unwrap_or_default());
            at += 1;
        }
        Ok(content)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        skip_map(map).map(|()| Content::default())
    }
}

impl<'de> Deserialize<'de> for Content<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ContentVisitor)
    }
}

impl<'de> Member<'de> for Content<'de> {
    fn of_value(value: &Value) -> Self {
        let mut content = match value {
            Value::String(text) => Content::of_text(&text.to_str_lossy()),
            _ => Content::default(),
        };
        for (at, block) in (0..).zip(value.as_array().unwrap_or_default()) {
            content.add(at, Maybe::of_value(block).0.unwrap_or_default());
        }
        content
    }
}

impl<'de> Members<'de> for Block<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        match name {
            "type" => self.kind = value.read()?,
            "id" => self.id = value.read()?,
            "name" => self.name = value.read()?,
            "text" => self.text = value.read::<Ink>()?.0,
            _ => value.skip()?,
        }
        Ok(())
    }
}

/// Whether a member is a string that is not blank.
struct Ink(bool);

impl<'de> Deserialize<'de> for Ink {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(from).map(|raw| Self(raw_has_ink(raw.get())))
    }
}

impl Member<'_> for Ink {
    fn of_value(value: &Value) -> Self {
        Self(value.as_js_string().is_some_and(|text| has_ink(&text.to_str_lossy())))
    }
}

/// How many spellings of one member of `usage` are known at most.
const SPELLINGS: usize = 4;

/// The members of a `usage`, each under all its names; the first name that holds a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct UsageMembers {
    input: [Option<f64>; SPELLINGS],
    output: [Option<f64>; SPELLINGS],
    cache_read: [Option<f64>; SPELLINGS],
    cache_write: [Option<f64>; SPELLINGS],
    /// `cost.total`, or `cost` when it is a number.
    cost: Option<f64>,
}

impl UsageMembers {
    /// The place of a member; `None` for members that the index does not keep.
    fn count(&mut self, name: &str) -> Option<&mut Option<f64>> {
        let (count, spelling) = match name {
            "input" => (&mut self.input, 0),
            "inputTokens" => (&mut self.input, 1),
            "input_tokens" => (&mut self.input, 2),
            "promptTokens" => (&mut self.input, 3),
            "output" => (&mut self.output, 0),
            "outputTokens" => (&mut self.output, 1),
            "output_tokens" => (&mut self.output, 2),
            "completionTokens" => (&mut self.output, 3),
            "cacheRead" => (&mut self.cache_read, 0),
            "cacheReadTokens" => (&mut self.cache_read, 1),
            "cacheReadInputTokens" => (&mut self.cache_read, 2),
            "cache_read_input_tokens" => (&mut self.cache_read, 3),
            "cacheWrite" => (&mut self.cache_write, 0),
            "cacheWriteTokens" => (&mut self.cache_write, 1),
            "cacheCreationInputTokens" => (&mut self.cache_write, 2),
            "cache_creation_input_tokens" => (&mut self.cache_write, 3),
            _ => return None,
        };
        count.get_mut(spelling)
    }
}

impl From<UsageMembers> for Usage {
    fn from(members: UsageMembers) -> Self {
        // A cast to an integer cuts towards zero and turns NaN and negative numbers into 0.
        let first = |names: [Option<f64>; SPELLINGS]| {
            names.into_iter().flatten().next().map_or(0, |number| number as u64)
        };
        Self {
            input: first(members.input),
            output: first(members.output),
            cache_read: first(members.cache_read),
            cache_write: first(members.cache_write),
            cost: members.cost.filter(|cost| cost.is_finite()),
        }
    }
}

impl<'de> Members<'de> for UsageMembers {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        if name == "cost" {
            self.cost = value.read::<Cost>()?.0;
        } else if let Some(count) = self.count(name) {
            *count = value.read::<Scalar<'_>>()?.number();
        } else {
            value.skip()?;
        }
        Ok(())
    }
}

/// The member `cost`: a number, or the `total` of an object.
struct Cost(Option<f64>);

struct CostVisitor;

impl<'de> Visitor<'de> for CostVisitor {
    type Value = Cost;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    nothing_else!(Cost(None); visit_bool(bool), visit_str(&str));
    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cost(Some(number as f64)))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cost(Some(number as f64)))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Cost(Some(number)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_seq(seq).map(|()| Cost(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut total = None;
        while let Some(Text(name)) = map.next_key()? {
            if name == "total" {
                total = map.next_value::<Scalar<'_>>()?.number();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Cost(total))
    }
}

impl<'de> Deserialize<'de> for Cost {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(CostVisitor)
    }
}

impl Member<'_> for Cost {
    fn of_value(value: &Value) -> Self {
        Self(value.as_f64().or_else(|| value.get("total").and_then(Value::as_f64)))
    }
}
