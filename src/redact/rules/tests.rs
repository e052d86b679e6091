//! Tests of this room, by theme.
use super::*;

#[test]
fn the_version_changes_with_any_rule() {
    let of = |files: &[(&str, &str)]| version_of(files.iter().copied());
    let version = of(&[("a", "x\n"), ("b", "y\n")]);
    let digest = version.strip_prefix(concat!(env!("CARGO_PKG_VERSION"), "+")).unwrap();
    assert!(digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{version}");
    for other in
        [[("a", "x\n"), ("b", "z\n")], [("a", "x\ny\n"), ("b", "")], [("a", ""), ("b", "")]]
    {
        assert_ne!(of(&other), version);
    }
    assert_ne!(rules_version(), version_of(files()), "the public hosts count, too");
}

#[test]
fn every_built_in_file_is_read() {
    for (name, text) in files() {
        let rules = file::read(text, name).unwrap();
        assert!(!rules.is_empty(), "{name}");
    }
    let strict = Rules::built_in(Profile::Strict).unwrap();
    let ids: std::collections::BTreeSet<_> = strict.iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(ids.len(), strict.iter().count());
    assert!(
        strict.iter().count() >= 250
            && Rules::built_in(Profile::Standard).unwrap().iter().count() >= 90
    );
}

#[test]
fn every_built_in_rule_says_what_it_is_for() {
    let filler = |rule: &Rule| {
        let (title, said) = (rule.title.to_lowercase(), rule.description.to_lowercase());
        said.strip_prefix(&title).is_some_and(|rest| rest.split_whitespace().count() < 4)
    };
    for (place, text) in files() {
        for rule in file::read(text, place).unwrap() {
            let words = |text: &str| text.split_whitespace().count();
            let at = format!("{place}, {}", rule.id);
            assert!(rule.title != *rule.id && words(&rule.title) <= 8, "{at}: {}", rule.title);
            assert!(words(&rule.description) >= 8 && !filler(&rule), "{at}: {}", rule.description);
            assert!(rule.description.ends_with('.'), "{at}: {}", rule.description);
            assert!(!rule.source.is_empty() && rule.source != place, "{at}: {}", rule.source);
        }
    }
}

#[test]
fn no_two_built_in_rules_say_the_same() {
    let mut said = std::collections::BTreeMap::new();
    for (place, text) in
        files().filter(|(name, _)| !["payload.toml", "support.toml"].contains(name))
    {
        for rule in file::read(text, place).unwrap() {
            let other = said.insert(rule.description, Arc::clone(&rule.id));
            assert_eq!(other, None, "{place}, {}", rule.id);
        }
    }
}

#[test]
fn rules_of_users_run_and_errors_name_their_place() {
    let good = "[[rule]]\nid = \"ticket\"\nshape = 'TCK-([0-9]{4})'\n";
    let rules = Rules::built_in(Profile::Standard).unwrap().with_user(good, "mine.toml").unwrap();
    let redactor = crate::redact::Redactor::new(&rules, crate::redact::Options::default());
    assert_eq!(redactor.text("see TCK-1234").0, "see TCK-***");
    for (text, message) in [
        ("[[rule]]\nid = 3\n", "mine.toml:2: "),
        ("[[rule]]\nid = \"a\"\nshape = '('\n", "mine.toml, rule a: "),
        ("[[rule]]\nid = \"a b\"\nshape = 'x'\n", "mine.toml, rule number 1: "),
        (
            "[[rule]]\nid = \"a\"\nshape = 'x*'\n",
            "mine.toml, rule a: the shape matches the empty text",
        ),
        ("[[rule]]\nid = \"jwt\"\nshape = 'x'\n", "mine.toml, rule jwt: another rule has this id"),
        (
            "[[rule]]\nid = \"media-content\"\nshape = 'x'\n",
            "mine.toml, rule media-content: another rule has this id",
        ),
        (
            "[[rule]]\nid = \"path-mine\"\nshape = 'x'\n",
            "mine.toml, rule path-mine: another rule has this id",
        ),
        ("[[rule]]\nid = \"a\"\nshape = 'x'\nmask = 'y'\n", "mine.toml, rule a: `mask` must be"),
        ("[[rule]]\nid = \"a\"\nshape = 'x'\nmask = '*x'\n", "mine.toml, rule a: `mask` must be"),
        ("[[rule]]\nid = \"a\"\nshape = 'x'\nmask = '<x'\n", "mine.toml, rule a: `mask` must be"),
    ] {
        let error = Rules::built_in(Profile::Standard)
            .unwrap()
            .with_user(text, "mine.toml")
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn a_users_rule_for_the_strict_profile_runs_there_alone() {
    let rule = "[[rule]]\nid = \"ticket\"\nshape = 'TCK-([0-9]{4})'\nprofile = \"strict\"\n";
    for (profile, masked) in [(Profile::Standard, "TCK-1234"), (Profile::Strict, "TCK-***")] {
        let rules = Rules::built_in(profile).unwrap().with_user(rule, "mine.toml").unwrap();
        let redactor = crate::redact::Redactor::new(&rules, crate::redact::Options::default());
        assert_eq!(redactor.text("TCK-1234").0, masked);
    }
}

#[test]
fn patterns_of_the_configuration_are_taken_or_refused() {
    let patterns = ["/order-(\\d+)/gi".to_owned(), "badge \\w+".to_owned(), "(?<=x)y".to_owned()];
    let (rules, refused) = Rules::built_in(Profile::Standard).unwrap().with_patterns(&patterns);
    let redactor = crate::redact::Redactor::new(&rules, crate::redact::Options::default());
    assert_eq!(redactor.text("ORDER-12 Badge abc").0, "ORDER-*** ***");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].rule.as_deref(), Some("openclaw-pattern-3"));
}
