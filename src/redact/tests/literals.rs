//! Values that somebody typed, and those that are followed from one place to others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::*;

#[test]
fn literals_are_hidden_and_missed_ones_told() {
    let rule: std::sync::Arc<str> = std::sync::Arc::from("literal");
    let literal = |value: &str| Literal { value: value.into(), rule: rule.clone() };
    let options = Options {
        literals: vec![literal("Project Nightjar"), literal("absent")],
        ..Options::default()
    };
    let redactor = Redactor::new(&STANDARD, options);
    let now = redactor.text("about Project Nightjar and Project%20Nightjar").0;
    assert_eq!(now, "about *** and ***");
    assert_eq!(redactor.unmatched_literals(), [&literal("absent")]);
}

#[test]
fn a_literal_in_a_token_hides_all_of_the_token() {
    let literal = Literal { value: "hunter22".into(), rule: "literal".into() };
    let options = Options { literals: vec![literal], ..Options::default() };
    let redactor = Redactor::new(&STANDARD, options);
    let tail = token("", 24);
    let hook = format!("see https://hooks.slack.com/services/T0AB12CD34/B0hunter22/{tail} there");
    assert_eq!(redactor.text(&hook).0, "see *** there");
}

#[test]
fn a_literal_that_a_rule_hides_was_not_missed() {
    for text in ["password=Zx81kLmmQ9pw", "{\"password\":\"Zx81kLmmQ9pw\"}"] {
        let literal = Literal { value: "Zx81kLmmQ9pw".into(), rule: "literal".into() };
        let options = Options { literals: vec![literal], ..Options::default() };
        let redactor = Redactor::new(&STANDARD, options);
        let mut value = parse_str(text).unwrap_or_else(|_| text.into());
        redactor.value(&mut value, &mut Vec::new());
        assert!(!to_compact(&value).contains("Zx81"));
        assert!(redactor.unmatched_literals().is_empty(), "{text}");
    }
}

#[test]
fn all_spellings_of_a_literal_have_one_number() {
    let value = "Blue \"Moose\"/7 é";
    let literal = Literal { value: value.into(), rule: "literal".into() };
    let options = Options { literals: vec![literal], numbered: true, ..Options::default() };
    let redactor = Redactor::new(&STANDARD, options);
    let escaped = to_compact(&value.into()).trim_matches('"').to_owned() + "\"";
    let escaped = escaped.trim_end_matches('"');
    let mut texts = vec![
        value.to_owned(),
        escaped.to_owned(),
        escaped.replace('/', "\\/"),
        escaped.replace('\\', "\\\\").replace('"', "\\\""),
        "q=Blue%20%22Moose%22%2F7%20%C3%A9".to_owned(),
        "q=Blue+%22Moose%22%2f7+%c3%a9".to_owned(),
    ];
    for lead in ["", "a", "ab"] {
        texts.push(BASE64.encode(format!("{lead}{value}")));
        texts.push(BASE64.encode(format!("{lead}{value}, and more of it")));
    }
    for text in texts {
        let (now, findings) = redactor.text(&format!("see {text} there"));
        assert!(now.contains("[REDACTED:1 literal]"), "{text} became {now}");
        assert!(!now.contains("]k="), "{now}");
        assert!(findings.iter().all(|finding| finding.group == 1), "{text}");
    }
}

#[test]
fn hidden_secrets_can_be_followed_and_findings_never_hold_them() {
    let redactor = standard();
    let (_, findings) = redactor.text("password=zq81mm77xx and token: string");
    assert_eq!(
        redactor.secrets().iter().map(|secret| secret.value.as_str()).collect::<Vec<_>>(),
        ["zq81mm77xx"]
    );
    assert!(!format!("{findings:?}").contains("zq81"));
    let again =
        Redactor::new(&STANDARD, Options { followed: redactor.secrets(), ..Options::default() });
    assert_eq!(again.text("plain zq81mm77xx here").0, "plain *** here");
}
