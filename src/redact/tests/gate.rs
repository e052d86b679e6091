//! The gate's word is certain: what it does not mark does not match, and what it lets pass unread
//! would not have changed.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::finding::Layer;
use crate::redact::gate::Gate;
use crate::redact::tape::Tape;

const FORMATS: &str = include_str!("formats.txt");
const HARMLESS: &str = include_str!("harmless.txt");

/// A token of a format such as `ghp_<A36>`, its fields filled from an alphabet.
fn filled(format: &str, alphabet: &str) -> String {
    let mut made = String::new();
    let mut rest = format;
    while let Some((before, field, after)) = rest.split_once('<').and_then(|(before, rest)| {
        rest.split_once('>').map(|(field, after)| (before, field, after))
    }) {
        let length = field[1..].parse().unwrap();
        made.push_str(before);
        made.extend(alphabet.chars().cycle().take(length));
        rest = after;
    }
    made + rest
}

fn piece() -> impl Strategy<Value = String> {
    let lines = |text: &'static str| {
        prop::sample::select(text.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>())
    };
    let alphabet = prop::sample::select(vec!["0123456789abcdef", "aB3dE6gH9", "7", "A0Z9"]);
    let joints = prop::sample::select(vec![
        " ",
        "\n",
        "=",
        ": ",
        "\": \"",
        "{\"key\":\"",
        "\"}",
        "token",
        "password",
        "?pwd=",
        "&x=",
        "\\n",
        "\\\"",
        "C:\\\\Users\\\\",
        "/home/",
        "@",
        "://u:",
        "-----BEGIN PRIVATE KEY-----",
        "é",
        "10.1.2.",
        "+49 30 ",
        "2026-09-18",
        "signature",
        "Cookie:",
        "-u ",
        "--token ",
        "curl http",
        "::1",
    ]);
    prop_oneof![
        2 => (lines(FORMATS), alphabet).prop_map(|(format, alphabet)| filled(format, alphabet)),
        1 => lines(HARMLESS).prop_map(str::to_owned),
        3 => joints.prop_map(str::to_owned),
        1 => "[a-zA-Z0-9_/+=-]{1,45}",
    ]
}

fn mixed() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..9).prop_map(|pieces| pieces.concat())
}

/// The ids of the strict rules that a gate marks in a text.
fn marked(gate: &Gate, text: &str) -> Vec<Arc<str>> {
    let marks = gate.marks(text);
    let rules = STRICT.iter().enumerate().filter(|(at, _)| marks.has(*at));
    rules.map(|(_, rule)| Arc::clone(&rule.id)).collect()
}

#[test]
fn words_that_differ_only_in_a_sign_keep_their_own_rules() {
    // A bracket and a brace differ in the bit that tells upper from lower case.
    let gate = Gate::new([r"key\[[0-9]{8}", r"key\{[0-9]{8}"]);
    let marks = gate.marks("key[12345678 key{12345678 key[12345678");
    assert!(marks.has(0) && marks.has(1));
    let gate = Gate::new(STRICT.iter().map(|rule| rule.shape.as_str()));
    let hex = "0123456789abcdef".repeat(12);
    let token = format!("key-{}", &hex[..32]);
    let alone = marked(&gate, &token);
    assert!(alone.contains(&"mailgun-key".into()), "{alone:?}");
    let whole = marked(&gate, &format!("AccountKey={hex}{token}"));
    assert!(alone.iter().all(|id| whole.contains(id)), "{alone:?} {whole:?}");
}

proptest! {
    #[test]
    fn a_rule_without_a_mark_does_not_match(text in mixed()) {
        thread_local!(static GATE: Gate = Gate::new(STRICT.iter().map(|rule| rule.shape.as_str())));
        let marks = GATE.with(|gate| gate.marks(&text));
        for (at, rule) in STRICT.iter().enumerate() {
            prop_assert!(marks.has(at) || !rule.shape.compiled().regex.is_match(&text), "{} in {:?}", rule.id, text);
        }
    }

    #[test]
    fn what_is_not_looked_at_would_not_change(text in mixed()) {
        for redactor in [standard(), strict()] {
            let mut tape = Tape::new(text.as_str(), Layer::Paths);
            if !redactor.may_change(&mut tape) && !crate::redact::nested::may_hide(&redactor, &text, 0) {
                crate::redact::nested::run(&redactor, &text, &mut tape, 0);
                prop_assert_eq!(tape.text(), &text);
            }
        }
    }

    #[test]
    fn a_mark_of_a_part_is_a_mark_of_the_whole(before in mixed(), text in mixed(), after in mixed()) {
        thread_local!(static GATE: Gate = Gate::new(STRICT.iter().map(|rule| rule.shape.as_str())));
        let (part, whole) = GATE.with(|gate| {
            (gate.marks(&text), gate.marks(&format!("{before}{text}{after}")))
        });
        for (at, rule) in STRICT.iter().enumerate() {
            prop_assert!(!part.has(at) || whole.has(at), "{} in {:?}", rule.id, text);
        }
    }

    #[test]
    fn marks_around_a_replacement_are_those_of_the_new_text(
        texts in prop::collection::vec(mixed(), 3..6),
        far in prop::sample::select(vec![0, 150, 192, 193, 400]),
    ) {
        thread_local!(static GATE: Gate = Gate::new(STRICT.iter().map(|rule| rule.shape.as_str())));
        let filler = "x".repeat(far);
        let before = texts.join(&filler);
        // Every second part is replaced.
        let (mut now, mut since) = (String::new(), Vec::new());
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                now.push_str(&filler);
            }
            let start = now.len();
            now.push_str(if at % 2 == 0 { text } else { "***" });
            if at % 2 == 1 {
                since.push(start..now.len());
            }
        }
        let (new, more) = GATE.with(|gate| {
            let known = gate.marks(&before);
            (gate.marks(&now), gate.more_marks(&known, &now, &since))
        });
        for (at, rule) in STRICT.iter().enumerate() {
            prop_assert!(!new.has(at) || more.has(at), "{} in {:?}", rule.id, now);
        }
    }
}
