//! Properties of every redaction.

use proptest::prelude::*;

use super::*;

/// Pieces of which hostile texts are made.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "token=",
        "password: ",
        "API_KEY=",
        "\"apiKey\":\"",
        "Authorization: Bearer ",
        "Authorization: Digest a=\"",
        "?token=",
        "&code=",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----END PRIVATE KEY-----",
        "***",
        "<redacted>",
        "abcdef…wxyz",
        "[REDACTED:3 x]",
        "/home/kim/",
        "/srv/ws",
        "https://u:pw12@h/",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        "\\\"",
        ",",
        ";",
        ":",
        "=",
        " ",
        "\n",
        "\t",
        "é",
        "😀",
        "…",
        "user@h.example",
        "@handle99",
        "1234567890",
        "curl -u a:",
        "Cookie: ",
        "secret = ",
        "data:image/png;base64,QUJD",
        "aws_secret_access_key=",
        "--token ",
    ])
    .prop_map(str::to_owned);
    prop_oneof![3 => fixed, 1 => "[a-zA-Z0-9_/+=-]{1,45}", 1 => Just(token("ghp_", 20)), 1 => Just("zq81mm77-0123456789".to_owned())]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

fn value(text: String, name: String) -> crate::js::value::Value {
    use crate::js::value::{Object, Value};
    let inner = Object::from_iter([
        (name, Value::from(text.clone())),
        ("list".into(), Value::from(vec![text.clone()])),
    ]);
    Value::from(Object::from_iter([
        ("outer", Value::from(inner)),
        ("json", Value::from(to_compact(&Value::from(vec![text])))),
    ]))
}

fn shape(value: &crate::js::value::Value) -> String {
    use crate::js::value::Value;
    match value {
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(shape).collect::<Vec<_>>().join(","))
        }
        Value::Object(object) => {
            format!("{{{}}}", object.values().map(shape).collect::<Vec<_>>().join(","))
        }
        _ => "x".into(),
    }
}

proptest! {
    #[test]
    fn redacting_twice_changes_nothing(text in text()) {
        for redactor in [standard(), strict()] {
            let once = redactor.text(&text).0;
            prop_assert_eq!(&redactor.text(&once).0, &once, "from {:?}", text);
        }
    }

    #[test]
    fn structure_is_kept_and_json_inside_stays_json(text in text(), name in prop::sample::select(vec!["text", "key", "content", "session"])) {
        let redactor = standard();
        let before = value(text, name.to_owned());
        let mut after = before.clone();
        redactor.value(&mut after, &mut Vec::new());
        prop_assert_eq!(shape(&before), shape(&after));
        let inner = after.get("json").unwrap().as_str().unwrap();
        prop_assert!(parse_str(inner).is_ok(), "{}", inner);
        prop_assert!(parse_str(&to_compact(&after)).is_ok());
    }

    #[test]
    fn json_inside_stays_json_when_masks_are_numbered(
        texts in prop::collection::vec(text(), 1..4),
        name in prop::sample::select(vec!["apiKey", "password", "auth", "text", "DB_PASS"]),
        number in 1000..99_999_999_u32,
        lead in prop::sample::select(vec!["", "result: ", "token=abcdefghijkl "]),
    ) {
        use crate::js::value::{Object, Value};
        let members = [
            (name.to_owned(), Value::from(texts.concat())),
            ("pin".to_owned(), Value::from(f64::from(number))),
            ("secret".to_owned(), Value::from(f64::from(number))),
            ("list".to_owned(), Value::from(texts)),
        ];
        let before = Value::from(Object::from_iter(members));
        let (text, _) = numbered().text(&format!("{lead}{}", to_compact(&before)));
        let json = text.split_once('{').map(|(_, rest)| format!("{{{rest}")).unwrap_or_default();
        let after = parse_str(&json);
        prop_assert!(after.is_ok(), "{}", text);
        prop_assert_eq!(shape(&before), shape(&after.unwrap()), "{}", text);
        prop_assert_eq!(&numbered().text(&text).0, &text);
    }

    #[test]
    fn planted_secrets_survive_in_no_carrier(carrier in 0..17_usize, lead in "[a-z ]{0,8}") {
        let secret = "zQ81mm77Kd03xP55rT92";
        let line = match carrier {
            0 => format!("password={secret}"),
            1 => format!("{{\"clientSecret\":\"{secret}\"}}"),
            2 => format!("{{\\\"apiKey\\\":\\\"{secret}\\\"}}"),
            3 => format!("https://h.example/?access_token={secret}&x=1"),
            4 => format!("https://kim:{secret}@h.example/"),
            5 => format!("Authorization: Bearer {secret}"),
            6 => format!("X-Api-Key: {secret}"),
            7 => format!("export MY_TOKEN=\"{secret}\""),
            8 => format!("token:\n{secret}"),
            9 => format!("password\n{secret}"),
            10 => format!("cli --token {secret}"),
            11 => format!("a=1&secret={secret}"),
            12 => format!("Cookie: sid={secret}"),
            13 => format!("curl -u kim:{secret} x"),
            14 => format!("Authorization: AWS4-HMAC-SHA256 Credential={secret}/2026, Signature={secret}"),
            15 => format!("{{'password': '{secret}'}}"),
            _ => format!("refreshToken: {secret}"),
        };
        for redactor in [standard(), strict()] {
            let now = redactor.text(&format!("{lead} {line}")).0;
            prop_assert!(!now.contains(secret), "{} became {}", line, now);
        }
    }

    #[test]
    fn strict_shows_no_part_of_a_value(prefix in prop::sample::select(vec!["ghp_", "glpat-", "sk-", "npm_", "hf_"]), length in 20..60_usize) {
        let token = token(prefix, length);
        let now = strict().text(&format!("x {token} y")).0;
        prop_assert_eq!(now, "x *** y");
    }
}
