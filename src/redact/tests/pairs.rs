//! Secrets that only a little tells from harmless text, and harmless text that a little tells from
//! secrets.

use super::*;

/// A text with a secret, ` ¦ `, and a text that only looks like it. A secret is `{}`, which stands for
/// drawn ones, or stands between `⟦` and `⟧`.
const PAIRS: &str = include_str!("pairs.txt");

/// Texts that hold no secret, one a line, with `\n` for a new line.
const SPARED: &str = include_str!("spared.txt");

/// The texts with a secret that a line of the pairs stands for, each with its secret.
fn carriers(line: &str, number: usize) -> Vec<(String, String)> {
    let line = line.replace("\\n", "\n");
    if let Some((before, rest)) = line.split_once('⟦') {
        let (secret, after) = rest.split_once('⟧').unwrap();
        return vec![(format!("{before}{secret}{after}"), secret.to_owned())];
    }
    let (small, large) = (3 + number % 7, 10 + number);
    let drawn = [format!("kR{small}#mQ{large}v!x"), format!("Tz{small}mWq{large}LpR")];
    drawn.map(|secret| (line.replace("{}", &secret), secret)).into()
}

#[test]
fn secrets_are_masked_and_what_looks_like_them_is_not() {
    let mut wrong = Vec::new();
    for (number, line) in PAIRS.lines().enumerate() {
        let (line, miss) = line.split_once(" ¦ ").unwrap();
        for redactor in [standard(), strict()] {
            for (text, secret) in carriers(line, number) {
                assert!(text.contains(&secret), "{line}");
                let now = redactor.text(&text).0;
                if now.contains(&secret[secret.len() - 4..]) || now.contains(&secret[..4]) {
                    // Of a long value, the standard profile shows both ends.
                    if secret.len() < 18 || now.contains(&secret) {
                        wrong.push(format!("{text} became {now}"));
                    }
                }
                assert_eq!(redactor.text(&now).0, now, "twice is not once: {text}");
            }
            let miss = miss.replace("\\n", "\n");
            let now = redactor.text(&miss).0;
            if now != miss {
                wrong.push(format!("harmless: {miss} became {now}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn harmless_texts_are_spared_by_both_profiles() {
    let mut wrong = Vec::new();
    for line in SPARED.lines() {
        let text = line.replace("\\n", "\n");
        for redactor in [standard(), strict()] {
            let now = redactor.text(&text).0;
            if now != text {
                wrong.push(format!("{text} became {now}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn packages_and_annotations_beside_a_path_are_no_handles() {
    let redactor = standard();
    for (text, now) in [
        ("@scope/package-name in /home/kim/x", "@scope/package-name in ~/x"),
        ("@Override in /home/kim/A.java", "@Override in ~/A.java"),
        ("@kimlee in /home/kim/x", "<redacted-handle> in ~/x"),
        ("/home/kim/a.py:\n@lru\ndef size():", "~/a.py:\n@lru\ndef size():"),
        ("/home/kim/a.py:\n@kimlee\nlook at it", "~/a.py:\n<redacted-handle>\nlook at it"),
        ("see h.example/home/kimono", "see h.example/home/kimono"),
        ("see h.example/home/kim/x and /home/kim/x", "see h.example~/x and ~/x"),
        ("/**\n * @count: so many\n */", "/**\n * @count: so many\n */"),
        ("/** x */\n* @kimlee: so many", "/** x */\n* <redacted-handle>: so many"),
        ("/home/kim 3.14159265358979 1073741824", "~ 3.14159265358979 1073741824"),
        ("/home/kim 1795249645932", "~ <redacted-id>"),
        ("// a\npub cookie: u32,\n", "// a\npub cookie: u32,\n"),
    ] {
        assert_eq!(redactor.text(text).0, now);
    }
}

#[test]
fn every_password_of_one_line_is_masked() {
    for (text, now) in [
        (
            r"printf 'Old77mWq\nTz3mWq10LpR\nTz3mWq10LpR\n' | passwd bob",
            r"printf '***\n***\n***\n' | passwd bob",
        ),
        (
            r#"printf '%s\n%s\n' "Old77mWq" Tz3mWq10LpR | passwd"#,
            r#"printf '%s\n%s\n' "***" *** | passwd"#,
        ),
        (r#"printf '%s\n' "$PASS" "$PASS" | passwd"#, r#"printf '%s\n' "$PASS" "$PASS" | passwd"#),
    ] {
        for redactor in [standard(), strict()] {
            assert_eq!(redactor.text(text).0, now);
        }
    }
}

#[test]
fn every_row_of_a_table_is_looked_at() {
    let rows: Vec<_> =
        (100..900).map(|row| (format!("u{row}"), format!("Tz{row}mWq8LpR"))).collect();
    for (joint, ruler) in [(",", ""), ("\t", ""), (" | ", "---|---\n")] {
        let lines = rows.iter().map(|(user, secret)| format!("{user}{joint}{secret}\n"));
        let text = format!("user{joint}password\n{ruler}{}", lines.collect::<String>());
        let now = standard().text(&text).0;
        assert!(!now.contains("LpR") && now.contains("u899"), "{now}");
    }
}

#[test]
fn members_are_known_in_other_languages_and_tokens_of_tokenizers_stay() {
    let secret = token("", 16);
    for name in ["contraseña", "Пароль", "密码", "Mot de passe", "hasło"] {
        let text = format!(r#"{{"{name}":"{secret}"}}"#);
        let now = document(&standard(), &text).0;
        assert!(!now.contains(&secret), "{text} became {now}");
    }
    let tokens = r#"{"eos_token":"<|im_end|>","pad_token":"[PAD]","bosToken":"<s>"}"#;
    assert_eq!(document(&standard(), tokens).0, tokens);
    let token = format!(r#"{{"pad_api_token":"{secret}"}}"#);
    assert!(!document(&standard(), &token).0.contains(&secret));
}

#[test]
fn members_of_accounts_and_shares_are_masked() {
    for (text, secret) in [
        (r#"{"icloud":"qzwx-jvkp-tmrl-hbfd"}"#, "jvkp"),
        (r#"{"a":{"Apple":"qzwx-jvkp-tmrl-hbfd"}}"#, "jvkp"),
        (r#"{"t":"{\"apple\":\"qzwx-jvkp-tmrl-hbfd\"}"}"#, "jvkp"),
        (r#"{"publicShare":{"id":"Kd93jVbq7TzLm2XwPs8RyHc4"}}"#, "Lm2Xw"),
        (r#"{"public_share":{"id":12345}}"#, "12345"),
        (r#"{"t":"{\"public-share\":{\"id\":12345}}"}"#, "12345"),
        (r#"{"sk-abcdefghijklmnopqrstuvwxyz":1}"#, "ghijk"),
        (r#"{"t":"{\"password\": \"hunter2-Xy9"}"#, "hunter2"),
    ] {
        for redactor in [standard(), strict()] {
            let now = document(&redactor, text).0;
            assert!(!now.contains(secret), "{text} became {now}");
            assert_eq!(document(&redactor, &now).0, now);
        }
    }
    let harmless = r#"{"apple":"open-file-main-name","share":{"id":12345},"icloud":"fuji"}"#;
    for redactor in [standard(), strict()] {
        assert_eq!(document(&redactor, harmless).0, harmless);
    }
}
