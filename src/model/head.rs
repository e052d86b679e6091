//! The head of a transcript row: everything the index keeps, read without building the body.
//!
//! [`parse`] reads a row's JSON text once and borrows what it can. It is the inner loop of opening
//! a transcript, so it never builds a [`Value`](crate::js::value::Value) for an ordinary row; rows
//! that JavaScript accepts and serde's typed reading does not (a lone surrogate or broken UTF-8 in a
//! kept string, a number beyond a double) take the slower, exact way. Both ways fill the same [`Row`].
//!
//! ```text
//!  bytes ──▶ serde ──────▶ Row (row.rs, block.rs) ──▶ EntryHead
//!      └───▶ js::parse ──▶ Row
//! ```

mod block;
mod row;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::entry::{EntryKind, Role, StopReason};
use super::member::{Maybe, Member as _, Scalar};
use super::usage::Usage;
use crate::js;
use row::{Message, Row};

/// Reads the head of one row, given its JSON text without the line end.
///
/// The rules of acceptance are those of OpenClaw's exporter: an object with a string `type`, and for
/// a `message` an object `message` with a string `role`. JSON is as strict as in `JSON.parse`;
/// invalid UTF-8 counts as U+FFFD. A time without a zone is taken for UTC, since an index must not
/// depend on the machine that shows it.
///
/// # Errors
/// [`RowFault`] for a row that OpenClaw would skip, too, and for one that is nested deeper than
/// [`js::parse::MAX_ROW_DEPTH`]: its body could not be read, and a row must not be there for the
/// index and missing for whoever reads bodies.
pub fn parse(text: &[u8]) -> Result<EntryHead<'_>, RowFault> {
    let row = match serde_json::from_slice(text) {
        Ok(row) => row,
        Err(_) => exact(text)?,
    };
    if js::parse::is_too_deep(text) {
        return Err(RowFault::TooDeep);
    }
    head(row)
}

/// Reads a row that the typed reading refused, with JavaScript's rules.
fn exact(text: &[u8]) -> Result<Maybe<Row<'static>>, RowFault> {
    // Nearly every refused row is no JSON at all, perhaps hundreds of megabytes of it. Reading on
    // without keeping anything finds that out without building a value.
    serde_json::from_slice::<IgnoredAny>(text).map_err(|_| RowFault::NotJson)?;
    let value = js::parse::parse_lossy(text).map_err(|_| RowFault::TooDeep)?;
    Ok(Maybe::of_value(&value))
}

/// The head of one accepted row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntryHead<'a> {
    /// `type` as it stands.
    pub type_name: Cow<'a, str>,
    /// `id`, when it is a string (it may be blank).
    pub id: Option<Cow<'a, str>>,
    /// `parentId`.
    pub parent: LinkHead<'a>,
    /// `timestamp` in ms since the epoch, UTC, `None` when absent or unreadable.
    pub time: Option<i64>,
    /// `appendMode` is `"side"`.
    pub side: bool,
    /// The members of a leaf control; `None` for other types and for a control with an
    /// `appendMode` or `targetId` that is neither absent nor allowed.
    pub leaf: Option<LeafHead<'a>>,
    /// The role of a message.
    pub role: Role,
    /// How an assistant message ended.
    pub stop: StopReason,
    /// `isError` of a tool result or `"error"` as its `details.status`, `errorMessage` of an assistant message, a failed command.
    pub error: bool,
    /// The message has an image block.
    pub image: bool,
    /// The message has a thinking block.
    pub thinking: bool,
    /// The message has text that is not blank.
    pub text: bool,
    /// `provider` of an assistant message or a model change.
    pub provider: Option<Cow<'a, str>>,
    /// `model` of an assistant message, `modelId` of a model change.
    pub model: Option<Cow<'a, str>>,
    /// Tokens and cost of an assistant message.
    pub usage: Option<Usage>,
    /// Tool call blocks, in the order of the content.
    pub calls: Vec<CallHead<'a>>,
    /// The call that a tool result answers.
    pub result: Option<ResultHead<'a>>,
    /// What a label names.
    pub label: Option<LabelHead<'a>>,
    /// The members of a header.
    pub header: Option<HeaderHead<'a>>,
    /// `name` of a `session_info` record.
    pub session_name: Option<Cow<'a, str>>,
}

impl EntryHead<'_> {
    /// The record type.
    pub fn kind(&self) -> EntryKind {
        EntryKind::from_type(&self.type_name)
    }
}

/// A reference by id as it stands in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkHead<'a> {
    /// No such member.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A non-blank string.
    To(Cow<'a, str>),
    /// A blank string, or no string at all.
    Unusable,
}

/// A leaf control.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeafHead<'a> {
    /// `targetId`: the new leaf.
    pub target: LinkHead<'a>,
    /// `appendParentId`: where the next row goes; absent means the target.
    pub append_parent: LinkHead<'a>,
}

/// A tool call block of an assistant message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallHead<'a> {
    /// Position of the block in the content array, from 0.
    pub block: u32,
    /// `id`.
    pub id: Option<Cow<'a, str>>,
    /// `name`.
    pub name: Option<Cow<'a, str>>,
    /// The block's type is spelled so that OpenClaw's exporter takes it for a call
    /// (`toolCall`, `toolUse`, `functionCall`; `tool_use` and `function_call` are calls to us only).
    pub exported: bool,
}

/// The members of a tool result that tie it to its call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultHead<'a> {
    /// `toolCallId`.
    pub call_id: Option<Cow<'a, str>>,
    /// `toolName`.
    pub name: Option<Cow<'a, str>>,
    /// `exitCode`, else `exit_code`, of `details`, when it is a number.
    pub exit: Option<i32>,
}

/// A label record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelHead<'a> {
    /// `targetId`.
    pub target: Option<Cow<'a, str>>,
    /// `label`; absent means that the label is taken away.
    pub label: Option<Cow<'a, str>>,
}

/// A header record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeaderHead<'a> {
    /// `version` read as JavaScript compares it (`"2"` counts as 2); `None` when absent or null,
    /// NaN for text that is no number.
    pub version: Option<f64>,
    /// `cwd`.
    pub cwd: Option<Cow<'a, str>>,
    /// `parentSession`, also `branchedFrom` of old headers.
    pub parent_session: Option<Cow<'a, str>>,
}

/// Why a row is no transcript record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// The text is not JSON.
    #[error("not valid JSON")]
    NotJson,
    /// JSON, but no object with a `type` (and, for a message, a `message` with a `role`).
    #[error("not a session entry object")]
    NotEntry,
    /// JSON that is nested deeper than [`js::parse::MAX_ROW_DEPTH`].
    #[error("nested too deep")]
    TooDeep,
}

/// Judges a row and keeps what belongs to its type.
fn head(row: Maybe<Row<'_>>) -> Result<EntryHead<'_>, RowFault> {
    let row = row.0.ok_or(RowFault::NotEntry)?;
    let Scalar::Text(type_name) = row.type_name else {
        return Err(RowFault::NotEntry);
    };
    let kind = EntryKind::from_type(&type_name);
    let mut head = EntryHead {
        type_name,
        side: row.append_mode.is("side"),
        time: time(&row.timestamp),
        ..EntryHead::default()
    };
    match kind {
        EntryKind::Message => {
            let message = row.message.0.ok_or(RowFault::NotEntry)?;
            fill_message(&mut head, message)?;
        }
        EntryKind::Leaf if head.side || matches!(row.append_mode, Scalar::Absent) => {
            head.leaf = leaf(row.target, row.append_parent);
        }
        EntryKind::Label => {
            let (target, label) = (row.target.text(), row.label.text());
            head.label = Some(LabelHead { target, label });
        }
        EntryKind::SessionInfo => head.session_name = row.name.text(),
        EntryKind::ModelChange => {
            (head.provider, head.model) = (row.provider.text(), row.model_id.text());
        }
        EntryKind::Header => {
            head.header = Some(HeaderHead {
                version: version(&row.version),
                cwd: row.cwd.text(),
                parent_session: row.parent_session.text().or(row.branched_from.text()),
            });
        }
        _ => {}
    }
    head.id = row.id.text();
    head.parent = link(row.parent);
    Ok(head)
}

fn fill_message<'a>(head: &mut EntryHead<'a>, message: Message<'a>) -> Result<(), RowFault> {
    let Scalar::Text(role) = &message.role else {
        return Err(RowFault::NotEntry);
    };
    head.role = Role::from_name(role);
    head.image = message.content.image;
    head.thinking = message.content.thinking;
    head.text = message.content.text;
    match head.role {
        Role::Assistant => {
            if let Scalar::Text(reason) = &message.stop_reason {
                head.stop = StopReason::from_name(reason);
            }
            let complaint = matches!(&message.complaint, Scalar::Text(text) if !text.is_empty());
            head.error = complaint || head.stop == StopReason::Error;
            head.provider = message.provider.text();
            head.model = message.model.text();
            head.usage = message.usage.0.map(Usage::from);
            head.calls = message.content.calls;
        }
        Role::ToolResult => {
            // OpenClaw's own tools report some failures, such as a file that is not there, as a
            // result without `isError` whose details say it.
            let details = message.details.0.unwrap_or_default();
            head.error = message.is_error.is_true() || details.status.is("error");
            let exit = details.exit();
            let (call_id, name) = (message.call_id.text(), message.tool_name.text());
            head.result = Some(ResultHead { call_id, name, exit });
        }
        Role::BashExecution => {
            let failed = matches!(message.exit_code, Scalar::Number(code) if code != 0.0);
            head.error = failed || message.cancelled.is_true();
        }
        _ => {}
    }
    Ok(())
}

/// A leaf control names its target (or `null`), and names no append parent or a usable one.
fn leaf<'a>(target: Scalar<'a>, append_parent: Scalar<'a>) -> Option<LeafHead<'a>> {
    let leaf = LeafHead { target: link(target), append_parent: link(append_parent) };
    let target = matches!(leaf.target, LinkHead::Null | LinkHead::To(_));
    (target && leaf.append_parent != LinkHead::Unusable).then_some(leaf)
}

fn link(scalar: Scalar<'_>) -> LinkHead<'_> {
    match scalar {
        Scalar::Absent => LinkHead::Absent,
        Scalar::Null => LinkHead::Null,
        Scalar::Text(id) if !js::text::trim(&id).is_empty() => LinkHead::To(id),
        _ => LinkHead::Unusable,
    }
}

/// The version that JavaScript compares: `None` for what counts as absent, NaN for no number.
fn version(member: &Scalar<'_>) -> Option<f64> {
    match member {
        Scalar::Absent | Scalar::Null => None,
        Scalar::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Scalar::Number(number) => Some(*number),
        Scalar::Text(text) => Some(number_of(text)),
        Scalar::Nested => Some(f64::NAN),
    }
}

/// `Number(text)` of JavaScript, for decimal text.
pub(super) fn number_of(text: &str) -> f64 {
    let text = js::text::trim(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    match text.parse() {
        _ if text.is_empty() => 0.0,
        Ok(number) if decimal => number,
        _ => f64::NAN,
    }
}

fn time(timestamp: &Scalar<'_>) -> Option<i64> {
    match timestamp {
        Scalar::Number(ms) => js::date::from_number(*ms),
        Scalar::Text(text) => {
            fixed_time(text).or_else(|| js::date::parse(text, &jiff::tz::TimeZone::UTC))
        }
        _ => None,
    }
}

/// Reads `YYYY-MM-DDTHH:MM:SS.mmmZ`, the form in which OpenClaw writes nearly every time; `None`
/// for any other form and for dates that need care (a 29th to 31st, 24:00).
fn fixed_time(text: &str) -> Option<i64> {
    let bytes: &[u8; 24] = text.as_bytes().try_into().ok()?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        b'.',
        f1,
        f2,
        f3,
        b'Z',
    ] = bytes
    else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_i64, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i64::from(**digit - b'0'))
        })
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[o1, o2])?, number(&[d1, d2])?);
    let (hour, minute) = (number(&[h1, h2])?, number(&[m1, m2])?);
    let (second, ms) = (number(&[s1, s2])?, number(&[f1, f2, f3])?);
    let plain = (1..=12).contains(&month)
        && (1..=28).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let days = plain.then(|| days_since_1970(year, month, day))?;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that start in March
/// so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
