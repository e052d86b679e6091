//! Texts of every form go in and come out.

use super::*;

fn token() -> String {
    format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4")
}

fn masked(text: &str, format: Format) -> Redacted {
    redact(text.as_bytes(), &RedactRequest { format, ..RedactRequest::default() }).unwrap()
}

#[test]
fn every_form_comes_out_as_it_went_in() {
    let token = token();
    for (text, format) in [
        (format!("use {token} now\nand again {token}\n"), Format::Text),
        (format!("{{\n  \"a\": \"{token}\"\n}}\n"), Format::Json),
        (format!("{{\"a\":\"{token}\"}}\nnot {token} json\n[1]"), Format::JsonLines),
    ] {
        let done = masked(&text, Format::Auto);
        assert_eq!(done.format, format);
        assert!(!done.text.contains(&token) && !done.findings.is_empty(), "{}", done.text);
        assert_eq!(done.text.lines().count(), text.lines().count());
        assert_eq!(masked(&done.text, Format::Auto).text, done.text, "twice is once");
    }
    assert_eq!(masked("[1, 2]\n", Format::Auto).text, "[1, 2]\n");
    assert_eq!(masked("nothing here\n", Format::Auto).text, "nothing here\n");
}

#[test]
fn a_value_that_one_place_gives_away_is_masked_everywhere() {
    let value = format!("plain{}", "Value77x");
    let done =
        masked(&format!("{{\"password\":\"{value}\"}}\n{{\"x\":\"{value}\"}}\n"), Format::Auto);
    assert!(!done.text.contains(&value), "{}", done.text);
    assert!(done.findings.iter().any(|finding| finding.event_seq == Some(2)));
}

#[test]
fn a_followed_value_does_not_take_a_token_apart() {
    let tail = format!("Kd93jVbq7{}", "TzLm2XwPs8RyHc4");
    let hook = format!("https://hooks.slack.com/services/T0AB12CD34/B0hunter22/{tail}");
    let number = format!("https://discord.com/api/webhooks/123456789012345678/{tail}{tail}{tail}");
    for (text, format) in [
        (format!(r#"{{"password":"hunter22","t":"{hook}"}}"#), Format::Json),
        (format!(r#"{{"password":12345678,"t":"{number}"}}"#), Format::Json),
        (format!("password: 12345678\n{number}\n"), Format::Text),
        (r#"{"password":"hunter22","t":"sk-hunter22AbCdEf1234567890xyz"}"#.into(), Format::Json),
    ] {
        for strict in [false, true] {
            let request = RedactRequest { format, strict, ..RedactRequest::default() };
            let done = redact(text.as_bytes(), &request).unwrap().text;
            for part in [&tail, "AbCdEf1234567890xyz", "hunter22", "12345678\""] {
                assert!(!done.contains(part), "{done}");
            }
        }
    }
}

#[test]
fn a_followed_value_is_not_cut_out_of_other_words() {
    for (text, wanted) in [
        (r#"{"token":"12345678","t":"id 12345678 and 912345678"}"#, "id *** and 912345678"),
        (r#"{"token":"2026-11-21","t":"at 2026-11-21T10:00"}"#, "at 2026-11-21T10:00"),
    ] {
        let done = masked(text, Format::Json).text;
        assert!(done.ends_with(&format!("\"{wanted}\"}}")), "{done}");
    }
}

#[test]
fn what_is_not_masked_keeps_its_spelling() {
    let token = token();
    let text = |token: &str| {
        format!(
            "{{ \"b\":12345678901234567890,\r\n \"7\": 1E400, \"1\" :-0, \"k\":\"{token}\", \"k\": [1.50] }}"
        )
    };
    let done = masked(&text(&token), Format::Json);
    let mask = &done.findings[0].replacement;
    assert_eq!(done.text, text(mask), "and a shadowed member is masked");
    let lines = format!("{}\n{}\n", "{\"id\": 1234567890123456789}", "{\"a\":\"\\u0041\"}");
    assert_eq!(masked(&lines, Format::JsonLines).text, lines);
}

#[test]
fn a_shadowed_member_is_masked_for_what_stands_beside_it() {
    let text = |value: &str, name: &str| {
        format!(r#"{{"1":0,"name":"API_KEY","{name}":"{value}","big":[1],"{name}":"x"}}"#)
    };
    let done = masked(&text("qwertzuiopas", "value"), Format::Json);
    assert!(!done.text.contains("qwertzuiopas"), "{}", done.text);
    assert_eq!(done.findings.len(), 2, "{:?}", done.findings);
    let done = masked(&text("qwertzuiopas", "other"), Format::Json);
    assert_eq!(done.text, text("qwertzuiopas", "other"));
}

#[test]
fn a_byte_order_mark_stays() {
    let token = token();
    for text in [format!("{{\"a\":\"{token}\"}}\n"), format!("use {token}")] {
        let plain = masked(&text, Format::Auto).text;
        assert_eq!(masked(&format!("{MARK}{text}"), Format::Auto).text, format!("{MARK}{plain}"));
    }
    for rest in ["plain\r\n", "{\"a\": 1}\n", "{\"a\":1}\n{\"b\":2}\n", ""] {
        let text = format!("{MARK}{rest}");
        assert_eq!(masked(&text, Format::Auto).text, text);
    }
}

#[test]
fn the_users_rules_and_other_encodings_are_heeded() {
    let rule = "[[rule]]\nid = \"bird\"\nshape = \"Bluebird\"\n".to_owned();
    let rules = vec![(rule, "mine.toml".to_owned())];
    let request = RedactRequest { rules, ..RedactRequest::default() };
    let units: Vec<u8> = "the Bluebird\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let done = redact(&units, &request).unwrap();
    assert_eq!((done.encoding, &*done.text), (Encoding::Utf16, "the ***\r\n"));
    let rules = vec![("[[rule]]".to_owned(), "mine.toml".to_owned())];
    let faulty = RedactRequest { rules, ..RedactRequest::default() };
    assert!(redact(b"x", &faulty).unwrap_err().to_string().contains("mine.toml"));
}

#[test]
fn the_names_of_members_are_masked_in_pointers() {
    let token = token();
    let text = format!("{{\"{token}\":{{\"a\":\"{token}\"}}}}");
    let done = masked(&text, Format::Json);
    assert!(!done.findings.is_empty() && !format!("{:?}", done.findings).contains(&token));
}

#[test]
fn broken_json_is_refused_where_json_was_promised() {
    let request = RedactRequest { format: Format::Json, ..RedactRequest::default() };
    assert!(redact(b"{\"a\": ", &request).unwrap_err().to_string().contains("--format text"));
}

#[test]
fn bytes_that_are_no_utf8_stay_where_they_are() {
    let token = token();
    let latin = |text: &str| -> Vec<u8> { text.chars().map(|char| char as u8).collect() };
    for (before, after) in [
        (
            "Gr\u{fc}\u{df}e, password=hunter22\u{fc}x und \u{e4}",
            "Gr\u{fc}\u{df}e, password=*** und \u{e4}",
        ),
        ("\u{e9}TOKEN\u{e9}TOKEN\u{e9}\r\n\u{ff}", "\u{e9}***\u{e9}***\u{e9}\r\n\u{ff}"),
        ("{\"\u{e4}\": \"TOKEN \u{e4}\"}\n", "{\"\u{e4}\": \"*** \u{e4}\"}\n"),
        (
            "{\"\u{e4}\":1}\n{\"b\":\"\u{fc}\"}\nno \u{ff}\n",
            "{\"\u{e4}\":1}\n{\"b\":\"\u{fc}\"}\nno \u{ff}\n",
        ),
    ] {
        let request = RedactRequest { strict: true, ..RedactRequest::default() };
        let before = latin(&before.replace("TOKEN", &token));
        let done = redact(&before, &request).unwrap();
        assert_eq!(done.bytes(), latin(after), "{:?}", done.text);
        assert_eq!(redact(&done.bytes(), &request).unwrap().bytes(), latin(after));
    }
    let text = latin(&format!("\u{fc}\u{fc} {token} \u{fc}"));
    let found = &redact(&text, &RedactRequest::default()).unwrap().findings[0];
    assert_eq!(
        text[found.range.clone()],
        *token.as_bytes(),
        "a range counts the bytes that came in"
    );
}

#[test]
fn what_is_no_text_is_refused() {
    let nul = [b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\xFF\0".as_slice(), &[7, 0, 0, 9].repeat(50)]
        .concat();
    for (bytes, what) in [
        (b"\x1F\x8B\x08\0\0".as_slice(), "gzip"),
        (b"\x28\xB5\x2F\xFD\0\0", "zstd"),
        (b"SQLite format 3\0\x10", "database"),
        (&nul, "binary"),
    ] {
        let refused = redact(bytes, &RedactRequest::default()).unwrap_err().to_string();
        assert!(refused.contains(what), "{refused}");
    }
    let log = b"one\0two password=hunter22 three\n";
    let done = redact(log, &RedactRequest::default()).unwrap();
    assert_eq!(done.bytes(), b"one\0two password=*** three\n");
}

#[test]
fn lines_that_are_not_the_json_that_was_promised_are_told() {
    let text = format!("{{\"a\":1}}\n\nnot {} json\n{{\"b\":2}}\n", token());
    let promised = masked(&text, Format::JsonLines);
    assert_eq!(promised.not_json, [3]);
    assert!(promised.text.ends_with(" json\n{\"b\":2}\n"), "nothing is lost");
    assert!(masked(&text, Format::Auto).not_json.is_empty(), "nothing was promised");
}
