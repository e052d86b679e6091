//! The strict profile against a corpus of token formats and one of harmless texts.

use super::*;

/// Formats of tokens: `A` letters and digits, `H` hexadecimal, `L` lower case and digits, `D` digits,
/// `X` upper case and digits, each with a length; everything else as it is.
const FORMATS: &str = include_str!("formats.txt");
/// Texts that hold no secret, one a line.
const HARMLESS: &str = include_str!("harmless.txt");

fn drawn(seed: &mut u64, alphabet: &str) -> char {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    alphabet.chars().nth((*seed % alphabet.len() as u64) as usize).unwrap()
}

/// Makes a token of a format such as `ghp_<A36>`.
fn sample(format: &str, seed: &mut u64) -> String {
    let mut made = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('<') {
        let (field, behind) = after.split_once('>').unwrap();
        made.push_str(before);
        let alphabet = match &field[..1] {
            "H" => "0123456789abcdef",
            "L" => "abcdefghijklmnopqrstuvwxyz0123456789",
            "D" => "0123456789",
            "X" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            _ => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        };
        let length: usize = field[1..].parse().unwrap();
        made.extend((0..length).map(|_| drawn(seed, alphabet)));
        rest = behind;
    }
    made + rest
}

#[test]
fn nearly_every_token_is_masked() {
    let redactor = strict();
    let mut seed = 0x9E37_79B9_7F4A_7C15;
    let (mut total, mut missed) = (0, Vec::new());
    for format in FORMATS.lines().filter(|line| !line.is_empty()) {
        for carrier in ["{}", "the value is {} today", "{\"value\": \"{}\"}"] {
            let text = carrier.replace("{}", &sample(format, &mut seed));
            total += 1;
            if redactor.text(&text).1.is_empty() {
                missed.push(text);
            }
        }
    }
    println!("{total} samples, {} missed: {missed:#?}", missed.len());
    assert!(total >= 300, "{total}");
    assert!(missed.len() * 50 <= total, "{missed:#?}");
}

#[test]
fn harmless_texts_survive() {
    let redactor = strict();
    let changed: Vec<_> = HARMLESS
        .lines()
        .filter(|line| !line.is_empty())
        .filter_map(|line| {
            let (now, findings) = redactor.text(line);
            (now != line).then(|| (line, now, findings.first().map(|finding| finding.rule.clone())))
        })
        .collect();
    assert!(HARMLESS.lines().count() >= 300);
    assert!(changed.is_empty(), "{} of {}: {changed:#?}", changed.len(), HARMLESS.lines().count());
}

#[test]
fn people_and_machines_are_hidden_everywhere() {
    let redactor = strict();
    for (text, now) in [
        ("write to kim.lee@h.example now", "write to <redacted-email> now"),
        ("ask @kimlee about it", "ask <redacted-handle> about it"),
        ("call +49 30 1234567 or (555) 010-2345", "call <redacted-phone> or <redacted-phone>"),
        ("from 203.0.113.7 and 2001:db8::42", "from <redacted-address> and <redacted-address>"),
        ("on build7.corp today", "on <redacted-host> today"),
        (
            "in /home/other/x and C:\\Users\\lena\\y",
            "in /home/<redacted-user>/x and C:\\Users\\<redacted-user>\\y",
        ),
        ("card 4111 1111 1111 1111", "card ***"),
    ] {
        assert_eq!(redactor.text(text).0, now);
    }
}
