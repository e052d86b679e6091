//! The markers that OpenClaw leaves where it cuts runtime data at capture.
//!
//! OpenClaw 2026.7.1 and later replace a string over 32,768 characters by an object, cut arrays
//! after 64 items and objects after 64 members, and stop at a depth of 6; an event over 256 KiB
//! loses members or all of its data. Every marker names a reason that begins with `trajectory-`.

use super::super::fact::Trim;
use super::{as_text, text_of};
use crate::js::value::Value;

const REASON: &str = "trajectory-";

/// Reads the marker in or at the end of a value, when the value was cut at capture.
///
/// For an array it is the last item, for an object with too many members its `_truncated` member;
/// in both cases what stands before it is genuine.
pub fn trim_marker(value: &Value) -> Option<Trim> {
    match value {
        Value::Array(items) => {
            marker(items.last()?).filter(|trim| trim.reason == "trajectory-array-size-limit")
        }
        Value::Object(_) => marker(value).or_else(|| {
            let members = value.get("_truncated")?;
            marker(members).or_else(|| Some(Trim { reason: reason(members)?, ..Trim::default() }))
        }),
        Value::String(_) => as_text(value)
            .filter(|text| text == "trajectory-circular-reference")
            .map(|text| Trim { reason: text.into_owned(), ..Trim::default() }),
        _ => None,
    }
}

/// The names of the members that an oversized event lost, as its `droppedFields` says.
pub fn dropped_fields(data: &Value) -> Vec<String> {
    let names = data.get("droppedFields").and_then(Value::as_array).unwrap_or(&[]);
    names.iter().filter_map(|name| Some(as_text(name)?.into_owned())).collect()
}

fn marker(value: &Value) -> Option<Trim> {
    let reason = reason(value)?;
    let number = |names: &[&str]| {
        let number = names.iter().find_map(|name| value.get(name)?.as_f64())?;
        (number >= 0.0).then_some(number as u64)
    };
    Some(Trim {
        reason,
        original: number(&["originalChars", "originalLength", "originalKeys", "originalBytes"]),
        limit: number(&["limitChars", "limitItems", "limitKeys", "limitBytes", "limitDepth"]),
    })
}

fn reason(value: &Value) -> Option<String> {
    text_of(value, "reason").filter(|reason| reason.starts_with(REASON)).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse;

    #[test]
    fn every_marker_of_a_capture_is_read() {
        let table = [
            (
                r#"{"truncated":true,"reason":"trajectory-field-size-limit","originalChars":40000,"limitChars":32768}"#,
                Some(40000),
                Some(32768),
            ),
            (
                r#"[1,2,{"truncated":true,"reason":"trajectory-array-size-limit","originalLength":70,"limitItems":64}]"#,
                Some(70),
                Some(64),
            ),
            (
                r#"{"a":1,"_truncated":{"truncated":true,"reason":"trajectory-object-size-limit","originalKeys":90,"limitKeys":64}}"#,
                Some(90),
                Some(64),
            ),
            (
                r#"{"truncated":true,"reason":"trajectory-depth-limit","limitDepth":6}"#,
                None,
                Some(6),
            ),
            (
                r#"{"truncated":true,"originalBytes":300000,"limitBytes":262144,"reason":"trajectory-event-size-limit"}"#,
                Some(300_000),
                Some(262_144),
            ),
            (r#""trajectory-circular-reference""#, None, None),
        ];
        for (json, original, limit) in table {
            let trim = trim_marker(&parse(json.as_bytes()).unwrap()).unwrap();
            assert!(trim.reason.starts_with(REASON), "{json}");
            assert_eq!((trim.original, trim.limit), (original, limit), "{json}");
        }
    }

    #[test]
    fn data_of_the_same_shape_is_no_marker() {
        for json in [
            r#"{"truncated":true,"output":"x"}"#,
            r#"{"reason":"because"}"#,
            r#"[{"truncated":true,"reason":"trajectory-field-size-limit"}]"#,
            r#""trajectory""#,
            "[]",
        ] {
            assert_eq!(trim_marker(&parse(json.as_bytes()).unwrap()), None, "{json}");
        }
        let data =
            parse(br#"{"truncated":true,"droppedFields":["messages",3,"systemPrompt"]}"#).unwrap();
        assert_eq!(dropped_fields(&data), ["messages", "systemPrompt"]);
    }
}
