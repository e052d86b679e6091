//! The strict profile against a corpus of token formats and one of harmless texts.

use std::sync::Arc;

use super::super::rules::Mask;
use super::*;

/// Formats of tokens, as [`sample`] spells them out.
const FORMATS: &str = include_str!("formats.txt");
/// The rules of vendors, each with the format of its tokens and that of a text which only looks like
/// one: `rule | token | near miss`.
const VENDORS: &str = include_str!("vendors.txt");
/// Lines with a key that only a name or a prefix gives away, and lines that look like them.
const ISSUED: &str = include_str!("issued.txt");
/// Texts that hold no secret, one a line.
const HARMLESS: &str = include_str!("harmless.txt");

/// The rules of the strict profile that are about people; they have a test of their own.
const PERSONAL: [&str; 4] =
    ["payment-card", "bank-account", "social-security-number", "recovery-phrase"];

fn drawn(seed: &mut u64, alphabet: &str) -> char {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    alphabet.chars().nth((*seed % alphabet.len() as u64) as usize).unwrap()
}

/// Makes a token of a format such as `ghp_<A36>`: a letter and a length in angle brackets stand for
/// `A` letters and digits, `H` hexadecimal, `L` lower case and digits, `D` digits, `X` upper case and
/// digits, `B` base58, `W` words, `V` words in capitals, `Z` letters that are not hexadecimal.
fn sample(format: &str, seed: &mut u64) -> String {
    let mut made = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('<') {
        let (field, behind) = after.split_once('>').unwrap();
        made.push_str(before);
        let length: usize = field[1..].parse().unwrap();
        rest = behind;
        let words = match &field[..1] {
            "W" => "example-words-",
            "V" => "EXAMPLE-WORDS-",
            "Z" => "zq",
            _ => "",
        };
        if !words.is_empty() {
            made.extend(words.chars().cycle().take(length));
            continue;
        }
        let alphabet = match &field[..1] {
            "H" => "0123456789abcdef",
            "L" => "abcdefghijklmnopqrstuvwxyz0123456789",
            "D" => "0123456789",
            "B" => "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
            "X" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            _ => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        };
        made.extend((0..length).map(|_| drawn(seed, alphabet)));
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
            let token = sample(format, &mut seed);
            let text = carrier.replace("{}", &token);
            total += 1;
            if redactor.text(&text).0.contains(&token) {
                missed.push(text);
            }
        }
    }
    println!("{total} samples, {} missed: {missed:#?}", missed.len());
    assert!(total >= 300, "{total}");
    assert!(missed.len() * 50 <= total, "{missed:#?}");
}

/// What a rule's shape catches of a text.
fn caught(rule: &Rule, text: &str) -> Option<String> {
    let groups = rule.shape.compiled().regex.captures(text)?;
    let group = groups.iter().skip(1).flatten().last().or_else(|| groups.get(0))?;
    Some(group.as_str().to_owned())
}

#[test]
fn every_rule_of_a_vendor_masks_its_tokens_and_spares_near_misses() {
    let redactor = strict();
    let mut seed = 0x2545_F491_4F6C_DD1D;
    let mut named = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for line in VENDORS.lines() {
        let [id, token, miss] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
        let mut made = |format: &str| sample(&format.replace("\\n", "\n"), &mut seed);
        let (token, miss) = (made(token), made(miss));
        named.insert(id);
        let Some(caught) = STRICT.get(id).and_then(|rule| caught(rule, &token)) else {
            wrong.push(format!("{id} does not match {token}"));
            continue;
        };
        let now = redactor.text(&token).0;
        if now.contains(&caught) {
            wrong.push(format!("{id}: {token} became {now}"));
        }
        let (now, findings) = redactor.text(&miss);
        if findings.iter().any(|finding| &*finding.rule == id) {
            wrong.push(format!("{id}: the near miss {miss} became {now}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let is_general = |id: &str| id.starts_with("strict-") || id == "one-time-code";
    let without: Vec<_> = STRICT
        .iter()
        .filter(|rule| rule.profile == Profile::Strict && rule.mask == Mask::Value)
        .filter(|rule| !is_general(&rule.id) && !named.contains(&*rule.id))
        .map(|rule| rule.id.clone())
        .collect();
    assert_eq!(without, PERSONAL.map(Arc::from), "rules without a sample");
}

#[test]
fn keys_are_known_by_names_and_prefixes_of_vendors() {
    let redactor = strict();
    let mut seed = 0x1357_9BDF_2468_ACE0;
    let mut wrong = Vec::new();
    for line in ISSUED.lines() {
        let line = line.replace("\\n", "\n");
        let (secret, miss) = line.split_once(" | ").unwrap();
        let (text, miss) = (sample(secret, &mut seed), sample(miss, &mut seed));
        // What was drawn stands between the fixed beginning and end of the line.
        let start = secret.find('<').unwrap();
        let end = text.len() - (secret.len() - secret.rfind('>').unwrap() - 1);
        let now = redactor.text(&text).0;
        if now.contains(&text[start..end]) {
            wrong.push(format!("{text} became {now}"));
        }
        let now = redactor.text(&miss).0;
        if now != miss {
            wrong.push(format!("harmless: {miss} became {now}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
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
    assert!(HARMLESS.lines().count() >= 700);
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
        ("ssh build.acme.io; ping acme.io", "ssh <redacted-host>; ping <redacted-host>"),
        ("https://git.acme.io/x", "https://<redacted-host>/x"),
        ("git@git.acme.io:team/repo.git", "git@<redacted-host>:team/repo.git"),
        ("see db1.corp.acme.io and acme.com", "see <redacted-host> and <redacted-host>"),
        ("http://user:password@localhost", "http://user:***@localhost"),
    ] {
        assert_eq!(redactor.text(text).0, now);
    }
}
