//! Tests of the JSON parser: tables of what `JSON.parse` accepts and refuses.

use super::super::print::{to_compact, to_pretty};
use super::*;
use proptest::prelude::*;

/// Parses and prints again.
fn again(text: &str) -> String {
    parse_str(text).map_or_else(|error| format!("{text}: {error}"), |value| to_compact(&value))
}

fn fault(text: &str) -> (Fault, usize) {
    let error = parse_str(text).expect_err(text);
    (error.fault, error.offset)
}

#[test]
fn values_of_every_kind_are_read() {
    for (text, expected) in [
        ("null", "null"),
        (" \t\r\n[ true , false ] \n", "[true,false]"),
        ("{}", "{}"),
        ("[ ]", "[]"),
        (r#"{"b":1,"a":{"x":[]},"b":2}"#, r#"{"b":2,"a":{"x":[]}}"#),
        (r#"{"b":1,"10":2,"9":3}"#, r#"{"9":3,"10":2,"b":1}"#),
        (r#"{"__proto__":1}"#, r#"{"__proto__":1}"#),
        (r#""\"\\\/\b\f\n\r\té""#, r#""\"\\/\b\f\n\r\té""#),
        ("\"\u{7f}\u{2028}😀\"", "\"\u{7f}\u{2028}😀\""),
        (r#""\u0041\u00e9\uD83D\uDE00""#, r#""Aé😀""#),
        (
            r#""long text before an escape\nand after it""#,
            r#""long text before an escape\nand after it""#,
        ),
    ] {
        assert_eq!(again(text), expected, "{text}");
    }
}

#[test]
fn numbers_are_doubles() {
    for (text, expected) in [
        ("1.0", "1"),
        ("-0", "0"),
        ("1E5", "100000"),
        ("1e+2", "100"),
        ("12.5e-1", "1.25"),
        ("9007199254740993", "9007199254740992"),
        ("1e400", "null"),
        ("-1e400", "null"),
        ("1e-400", "0"),
        ("0.1", "0.1"),
    ] {
        assert_eq!(again(text), expected, "{text}");
    }
    assert_eq!(parse_str("1e400"), Ok(Value::Number(f64::INFINITY)));
    assert!(parse_str("-0").unwrap().as_f64().unwrap().is_sign_negative());
}

#[test]
fn lone_surrogates_are_accepted() {
    for (text, units) in [
        (r#""\ud83d""#, vec![0xD83D]),
        (r#""\uDE00x""#, vec![0xDE00, 0x78]),
        (r#""\ud83d\ud83d\ude00""#, vec![0xD83D, 0xD83D, 0xDE00]),
        (r#""\ude00\ud83d""#, vec![0xDE00, 0xD83D]),
        (r#""\ud83d\n\ude00""#, vec![0xD83D, 0x0A, 0xDE00]),
        (r#""\ud83d\u0041""#, vec![0xD83D, 0x41]),
    ] {
        let value = parse_str(text).expect(text);
        assert_eq!(value, Value::String(JsString::from_utf16(units)), "{text}");
    }
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for (text, expected, offset) in [
        ("", Fault::UnexpectedEnd, 0),
        ("  ", Fault::UnexpectedEnd, 2),
        ("NaN", Fault::ExpectedValue, 0),
        ("nul", Fault::UnexpectedEnd, 3),
        ("nuLl", Fault::ExpectedValue, 2),
        ("Infinity", Fault::ExpectedValue, 0),
        ("\u{feff}1", Fault::ExpectedValue, 0),
        ("'a'", Fault::ExpectedValue, 0),
        ("[1,]", Fault::ExpectedValue, 3),
        ("[1 2]", Fault::ExpectedCommaOrBracket, 3),
        ("[1", Fault::ExpectedCommaOrBracket, 2),
        ("[1,", Fault::UnexpectedEnd, 3),
        ("[1}", Fault::ExpectedCommaOrBracket, 2),
        (r#"{"a":1]"#, Fault::ExpectedCommaOrBrace, 6),
        (r#"{"a":1,}"#, Fault::ExpectedName, 7),
        ("{a:1}", Fault::ExpectedNameOrEnd, 1),
        (r#"{"a" 1}"#, Fault::ExpectedColon, 5),
        (r#"{"a""#, Fault::ExpectedColon, 4),
        ("1 2", Fault::TrailingText, 2),
        ("01", Fault::LeadingZero, 1),
        ("-", Fault::NoDigitAfterMinus, 1),
        ("-a", Fault::NoDigitAfterMinus, 1),
        ("1.", Fault::NoDigitAfterPoint, 2),
        (".5", Fault::ExpectedValue, 0),
        ("+1", Fault::ExpectedValue, 0),
        ("1e]", Fault::NoDigitInExponent, 2),
        ("0x10", Fault::TrailingText, 1),
        ("\"a", Fault::UnterminatedString, 2),
        ("\"a\\n", Fault::UnterminatedString, 4),
        ("\"a\\", Fault::UnexpectedEnd, 3),
        ("\"a\nb\"", Fault::ControlCharacter, 2),
        ("\"\\n\tb\"", Fault::ControlCharacter, 3),
        (r#""\x""#, Fault::InvalidEscape, 2),
        (r#""\u12g4""#, Fault::InvalidUnicodeEscape, 5),
        (r#""\u12"#, Fault::InvalidUnicodeEscape, 5),
        (r#""\ud83d\u12""#, Fault::InvalidUnicodeEscape, 11),
        ("\"a\"\u{a0}", Fault::TrailingText, 3),
    ] {
        assert_eq!(fault(text), (expected, offset), "{text:?}");
    }
}

#[test]
fn depth_is_bounded() {
    let nest = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(again(&nest(MAX_DEPTH)), nest(MAX_DEPTH));
    assert_eq!(fault(&nest(MAX_DEPTH + 1)), (Fault::TooDeep, MAX_DEPTH));
    assert_eq!(fault(&"[{\"a\":".repeat(1_000_000)).0, Fault::TooDeep);
    let wide = format!("[{}[]]", "[[]],".repeat(2000));
    assert_eq!(again(&wide), wide, "depth counts nesting, not brackets");
}

#[test]
fn invalid_utf8_is_an_error_or_replaced() {
    let input = b"[\"a\xFF\xE2\x82\"]";
    let error = parse(input).unwrap_err();
    assert_eq!(error, ParseError { offset: 3, fault: Fault::InvalidUtf8 });
    assert_eq!(error.to_string(), "invalid UTF-8 at byte 3");
    assert_eq!(parse_lossy(input).unwrap(), Value::from(vec!["a\u{FFFD}\u{FFFD}"]));
}

#[test]
fn errors_do_not_quote_the_document() {
    let error = parse_str(r#"{"token": hunter2}"#).unwrap_err();
    assert_eq!(format!("{error}"), "expected a JSON value at byte 10");
    assert!(!format!("{error:?}").contains("hunter2"));
}

/// Values of all kinds with awkward names, strings and numbers.
fn values() -> impl Strategy<Value = Value> {
    let string = proptest::collection::vec(
        prop_oneof![0_u16..0x80, 0xD7FE_u16..0xE002, any::<u16>()],
        0..12,
    )
    .prop_map(JsString::from_utf16);
    let name = prop_oneof![
        string.clone(),
        (0_u32..50).prop_map(|number| JsString::from(number.to_string())),
        "[a-c]{1,2}".prop_map(JsString::from),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        proptest::num::f64::NORMAL.prop_map(Value::Number),
        (-1000_i32..1000).prop_map(Value::from),
        string.prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 60, 25, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            proptest::collection::vec((name.clone(), inner), 0..25)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(value in values()) {
        prop_assert_eq!(parse_str(&to_compact(&value)), Ok(value.clone()));
        prop_assert_eq!(parse_str(&to_pretty(&value)), Ok(value));
    }

    #[test]
    fn no_input_breaks_the_parser(bytes: Vec<u8>) {
        let _ = parse(&bytes).is_ok() && parse_lossy(&bytes).is_ok();
    }

    #[test]
    fn agrees_with_another_parser(text in r#"[\[\]{}",:0-9eE.+\- \\ntfu]{0,12}"#) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        match parse_str(&text) {
            Ok(_) => prop_assert!(theirs || text.contains(['e', 'E', '\\']), "{text}"),
            Err(error) => prop_assert!(!theirs, "{text}: {error}"),
        }
    }
}
