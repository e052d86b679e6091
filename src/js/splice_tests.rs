//! Whatever is not changed keeps its spelling, and what is changed reads back.

use proptest::prelude::*;

use super::*;

/// Puts stars for every string and name that holds an `x`, and sees shadowed members alike.
fn starred(text: &str) -> (String, Value) {
    fn star(value: &mut Value) {
        match value {
            Value::String(text) if text.to_str_lossy().contains('x') => *value = "***".into(),
            Value::Array(elements) => elements.iter_mut().for_each(star),
            Value::Object(members) => {
                members.iter_mut().for_each(|(_, value)| star(value));
                let old = std::mem::take(members);
                for (number, (name, value)) in old.into_iter().enumerate() {
                    let is_named = name.to_str_lossy().contains('x');
                    let name = if is_named { format!("***{number}").into() } else { name };
                    members.insert(name, value);
                }
            }
            _ => {}
        }
    }
    let before = parse_str(text).unwrap();
    let mut after = before.clone();
    star(&mut after);
    let shadowed = &mut |_: &Object, _: &JsString, value: &Value| {
        let mut value = value.clone();
        star(&mut value);
        value
    };
    (splice(text, &before, &after, shadowed), after)
}

#[test]
fn only_what_changed_is_spelled_anew() {
    for (text, expected) in [
        (
            "{ \"b\" : 12345678901234567890,\n\t\"2\":1E400, \"1\": -0, \"x y\" : 1.50, \"s\":\"a\\u0041\\/\" } \n",
            "{ \"b\" : 12345678901234567890,\n\t\"2\":1E400, \"1\": -0, \"***3\" : 1.50, \"s\":\"a\\u0041\\/\" } \n",
        ),
        ("[ \"x\" , [ ] ,{ }, \"a\"]", "[ \"***\" , [ ] ,{ }, \"a\"]"),
        (" \"\\\"x\" ", " \"***\" "),
        (
            "{\"a\":\"x\", \"a\": {\"b\":1}, \"a\":\"c\"}",
            "{\"a\":\"***\", \"a\": {\"b\":1}, \"a\":\"c\"}",
        ),
        ("{\"a\":{\"k\":\"x\"},\"a\":2}", "{\"a\":{\"k\":\"***\"},\"a\":2}"),
    ] {
        assert_eq!(starred(text).0, expected);
    }
}

#[test]
fn added_members_stand_at_the_end_and_other_shapes_are_printed_anew() {
    let spliced = |text: &str, after: &str| {
        let (before, after) = (parse_str(text).unwrap(), parse_str(after).unwrap());
        splice(text, &before, &after, &mut |_, _, value| value.clone())
    };
    assert_eq!(spliced("{ \"a\": 1.0 }", r#"{"a":1,"b":[2]}"#), r#"{ "a": 1.0 ,"b":[2]}"#);
    assert_eq!(spliced("{ }", r#"{"b":2}"#), r#"{ "b":2}"#);
    assert_eq!(spliced("{\"a\": 1.0, \"b\": 2 }", r#"{"b":2}"#), r#"{"b":2}"#);
    assert_eq!(spliced("{\"a\": [ 1 ] }", r#"{"a":"gone"}"#), r#"{"a": "gone" }"#);
}

/// JSON with white space, odd numbers and repeated names.
fn json() -> impl Strategy<Value = String> {
    let blank = prop_oneof![Just(""), Just(" "), Just("\n\t")];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1.50".to_owned()),
        Just("-0".to_owned()),
        Just("98765432109876543210".to_owned()),
        "[ax1\\\\u]{0,4}".prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\"))),
        Just("\"\\ud800\\u0078\"".to_owned()),
    ];
    (leaf, blank).prop_map(|(leaf, blank)| format!("{blank}{leaf}{blank}")).prop_recursive(
        4,
        40,
        5,
        |inner| {
            let name = prop_oneof![Just("a"), Just("x"), Just("7"), Just("\\u0061"), Just("b x")];
            let member =
                (name, inner.clone()).prop_map(|(name, value)| format!("\"{name}\" :{value}"));
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(|all| format!("[{}]", all.join(","))),
                prop::collection::vec(member, 0..5)
                    .prop_map(|all| format!("{{ {}}}", all.join(", "))),
            ]
        },
    )
}

proptest! {
    #[test]
    fn what_did_not_change_is_the_same_text(text in json()) {
        let value = parse_str(&text).unwrap();
        let same = splice(&text, &value, &value, &mut |_, _, value| value.clone());
        prop_assert_eq!(same, text);
    }

    #[test]
    fn what_changed_is_read_back(text in json()) {
        let (spliced, after) = starred(&text);
        let read = parse_str(&spliced).unwrap();
        // Renaming changes which names are index-like, and with them only the order of members.
        prop_assert_eq!(sorted(read), sorted(after));
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(elements) => elements.into_iter().map(sorted).collect(),
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members.into_iter().collect())
        }
        value => value,
    }
}
