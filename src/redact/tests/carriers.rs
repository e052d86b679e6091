//! Secrets where only what stands around them, or what they are written in, gives them away.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::js::parse::parse_str;
use crate::js::print;
use crate::js::value::{Object, Value};

/// A password that nothing but its name gives away.
const PASSWORD: &str = "Qz7mT4vKp9XwL2nB";

fn survives(text: &str, secret: &str) -> bool {
    let redactor = standard();
    let now = redactor.text(text).0;
    assert_eq!(redactor.text(&now).0, now, "twice is not once: {text}");
    now.contains(secret)
}

/// The printed value after redaction.
fn value_of(json: &str) -> String {
    let mut value = parse_str(json).unwrap();
    standard().value(&mut value, &mut Vec::new());
    print::to_compact(&value)
}

fn in_string(json: &str) -> String {
    print::to_compact(&Value::from([("t", Value::from(json))].into_iter().collect::<Object>()))
}

#[test]
fn tokens_are_seen_behind_colours_escapes_and_words() {
    let tokens = [
        token("ghp_", 36),
        token("sk-ant-api03-", 30),
        token("glpat-", 20),
        token("hf_", 34),
        token("npm_", 36),
        format!("AKIA{}", "Q7PZ3LMN8RT5WXYZ"),
    ];
    for token in &tokens {
        for before in [
            "\u{1b}[32m",
            r"\u001b[32m",
            r"\x1b[0;1m",
            r"\033[32m",
            "[32m",
            r"a\n",
            r"\\n",
            r"\t",
            r"\u003d",
            r"\x3d",
            "100% a%3D",
            "FOO",
            "1",
            "x_",
        ] {
            let text = format!("line {before}{token}\u{1b}[0m end");
            assert!(!survives(&text, token), "{text}");
        }
        let (head, tail) = token.split_at(6);
        let text = format!("grep: \u{1b}[01;31m\u{1b}[K{head}\u{1b}[m\u{1b}[K{tail} end");
        assert!(!survives(&text, tail), "{text}");
    }
    assert!(!survives(&format!("password=\u{1b}[33m{PASSWORD}\u{1b}[0m"), PASSWORD));
}

#[test]
fn names_beside_values_are_heeded_in_values_and_in_strings() {
    for json in [
        r#"{"name":"API_KEY","value":"{}"}"#,
        r#"{"value": "{}", "name": "DB_PASS"}"#,
        r#"{"Name":"password","Value":"{}"}"#,
        r#"[{"header":"Authorization","value":"{}"}]"#,
        r#"{"DB_PASS":"{}"}"#,
        r#"{"user_pass":["{}"]}"#,
        r#"{"apiKeys":{"main":["x"],"secretKeys":"{}"}}"#,
        r#"{"GITLAB_PAT":"{}"}"#,
        r#"{"token_value":"{}"}"#,
        r#"{"privateKeyPem":"{}"}"#,
        r#"{"argv":["mysql","--password","{}"]}"#,
        r#"{"argv":["mysql","-u","root","-p{}"]}"#,
        r#"{"argv":["curl","-u","admin:{}","https://h.example"]}"#,
        r#"{"headers":[["X-Api-Key","{}"],["Accept","text/plain"]]}"#,
        r#"{"kty":"EC","crv":"P-256","x":"abc","d":"{}"}"#,
        r#"[["DB_PASSWORD","{}"],["DEBUG","1"]]"#,
        r#"["DB_PASSWORD","{}"]"#,
        r#"{"key":"DB_PASSWORD","val":"{}"}"#,
        r#"{"name":"sessionid","value":"{}","httpOnly":true}"#,
        r#"{"sameSite":"Lax","name":"sid","value":"{}"}"#,
    ] {
        let json = json.replace("{}", PASSWORD);
        let now = value_of(&json);
        assert!(!now.contains(PASSWORD), "{json} became {now}");
        let now = value_of(&in_string(&json));
        assert!(!now.contains(PASSWORD), "{json} in a string became {now}");
        let inner = parse_str(&now).unwrap();
        let inner = inner.get("t").and_then(Value::as_str).unwrap();
        assert!(parse_str(inner).is_ok(), "{now}");
    }
}

#[test]
fn what_stands_behind_a_quote_inside_a_value_is_hidden() {
    let tail = "gDTas6Ineoa6";
    for (text, value) in [
        ("password: \"{}\"", "uW1ZGG\\\""),
        ("const password = \"{}\";", "uW1ZGG\\\""),
        ("const password = '{}';", "uW1ZGG\\'"),
        ("password: '{}'", "it''s4uW1Z"),
        ("DB_PASSWORD: '{}'", "it''s4uW1Z"),
        ("DB_PASSWORD='{}'", "it''s4uW1Z"),
        ("API_KEY=\"{}\"", "uW1ZGG\\\""),
        ("token=\"{}\"", "uW1ZGG\\\""),
        ("api-key: \"{}\"", "uW1ZGG\\\""),
        ("mail.password = \"{}\"", "uW1ZGG\\\""),
        ("x-api-key: \"{}\"", "uW1ZGG\\\""),
        ("login --password \"{}\"", "uW1ZGG\\\""),
        ("login --password=\"{}\"", "uW1ZGG\\\""),
        ("DbPassword = \"{}\"", "uW1ZGG\\\""),
        ("password: \"{}\"", "uW1ZGG\\\\"),
    ] {
        let text = text.replace("{}", &format!("{value}{tail}"));
        for text in [text.clone(), in_string(&text)] {
            assert!(!survives(&text, tail), "{text} became {}", standard().text(&text).0);
        }
    }
    assert!(!survives("password: \"gDTas6Ineoa6\\\"", tail), "a backslash may end a value");
}

#[test]
fn values_behind_prefixes_signs_and_brackets_are_hidden() {
    let value = "uW1ZGGgDTas6Ineoa6";
    for text in [
        "SECRET_KEY = b\"{}\"",
        "SECRET_KEY = b'{}'",
        "password = f\"{}\"",
        "password = u\"{}\"",
        "password = rb'{}'",
        "var password = @\"{}\";",
        "password = $'{}'",
        "export DB_PASSWORD=$'{}'",
        "password=$'{}'",
        "password = \"\"\"{}\"\"\"",
        "password = '''{}'''",
        "private_key = \"\"\"\n{}\n\"\"\"",
        "String password = new String(\"{}\");",
        "let password = String::from(\"{}\");",
        "passphrase = str(\"{}\")",
        "password = [\"{}\"]",
        "token = (\"{}\")",
        "password: !vault {}",
        "DB_PASSWORD: !vault {}",
        "mail.password: !vault \"{}\"",
        "apiKey: !!str {}",
    ] {
        let text = text.replace("{}", value);
        for text in [text.clone(), in_string(&text)] {
            let now = standard().text(&text).0;
            assert!(!survives(&text, "GgDTas6I"), "{text} became {now}");
            assert!(!now.contains("***'") || now.contains("'***'"), "{text} became {now}");
            assert!(!now.contains("*** uW1"), "{text} became {now}");
        }
    }
    for text in [
        "Password: !Ref DatabasePassword",
        "password = getenv(\"DB_PASSWORD\")",
        "'token' => ['required', 'string'],",
        "token = $1",
    ] {
        assert_eq!(standard().text(text).0, text);
    }
}

#[test]
fn values_that_commands_store_are_hidden() {
    for text in [
        "aws ssm put-parameter --name /app/db_password --value {} --overwrite",
        "aws ssm put-parameter --value '{}' --type SecureString --name /app/x",
        "aws ssm put-parameter --name /app/x --type SecureString --value \"{}\"",
        "gh secret set DEPLOY --body {}",
        "gh secret set DEPLOY -b '{}' --repo kim/x",
        "echo \"root:{}\" | chpasswd",
        "echo kim:{} | sudo chpasswd",
        "chpasswd <<< 'kim:{}'",
    ] {
        let text = text.replace("{}", PASSWORD);
        assert!(!survives(&text, PASSWORD), "{text} became {}", standard().text(&text).0);
    }
    for text in [
        "aws ssm put-parameter --name /app/log-level --value debug-1234 --type String",
        "gh secret set DEPLOY --body $DEPLOY",
        "echo \"root:$ROOT_PASSWORD\" | chpasswd",
    ] {
        assert_eq!(standard().text(text).0, text);
    }
}

#[test]
fn a_private_key_is_hidden_in_a_list_of_its_lines() {
    let line =
        |n: usize| format!("{n:02}IIEvQ8kTzN4vKp9XwL2nBq7mT4vKp9XwL2nBq7mT4vKp9XwL2nBq7mT4v+Xa/");
    let words = || (0..100).map(|n| format!("line {n}\n"));
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    for (before, break_, end) in
        [(0, "\n", end), (0, "", end), (100, "\n", end), (100, "", ""), (1, "\n", "")]
    {
        let mut lines: Vec<String> = words().take(before).collect();
        lines.push(format!("key = {begin}{break_}"));
        lines.extend((0..20).map(|n| line(n) + break_));
        lines.push(format!("{end}{break_}"));
        lines.push("the end".to_owned());
        let json = print::to_compact(&Value::from(
            [("source", Value::from(lines))].into_iter().collect::<Object>(),
        ));
        for json in [json.clone(), in_string(&json)] {
            let now = value_of(&json);
            assert!(!now.contains("IIEvQ8k"), "{json} became {now}");
            assert_eq!(now.contains("line 0"), before > 0);
            assert!(now.contains("key = ***") && now.contains("the end"), "{now}");
            assert_eq!(now.matches("\\n").count(), json.matches("\\n").count(), "{now}");
            assert_eq!(value_of(&now), now);
        }
    }
}

#[test]
fn lists_and_pairs_without_secrets_stay() {
    for json in [
        r#"{"required":["password","username","token"]}"#,
        r#"{"argv":["git","commit","-m","pass the token on","--author","kim"]}"#,
        r#"{"name":"compass","value":"north-2026-09-21T10"}"#,
        r#"{"required":["password","username"]}"#,
        r#"[["token","string"],["key","Enter"]]"#,
        r#"{"pattern":"[a-z0-9]{16}","path":"src/a1/b2"}"#,
        r#"{"redactions":{"byRule":{"github-token":119,"jwt":2},"cut":{}}}"#,
    ] {
        assert_eq!(value_of(json), json);
        assert_eq!(value_of(&in_string(json)), in_string(json));
    }
}

#[test]
fn encoded_texts_are_read() {
    for text in [
        format!("DB_PASSWORD={PASSWORD}\nDEBUG=1\n"),
        format!(r#"{{"token":"{PASSWORD}"}}"#),
        token("ghp_", 36),
    ] {
        let encoded = STANDARD.encode(&text);
        for carrier in [format!("blob {encoded} end"), format!("data:text/plain;base64,{encoded}")]
        {
            assert!(!survives(&carrier, &encoded), "{carrier}");
        }
    }
    let bytes: Vec<String> =
        token("xoxb-", 24).bytes().map(|byte| format!("%{byte:02X}")).collect();
    let spelled = bytes.concat();
    for lead in 0..50 {
        let text = format!("{}{spelled} ", "q ".repeat(lead) + &"-".repeat(lead % 5) + " ");
        assert!(!survives(&text, &spelled), "{text}");
    }
    let harmless = STANDARD.encode("nothing to see here, only a sentence");
    assert!(survives(&format!("blob {harmless} end"), &harmless));
}

#[test]
fn keys_and_documents_give_their_secrets_away() {
    let secret_key = "h8Kd2Lq9ZpX4vN7mTgR1sW6yB3cF0jA5uE/oIkPq";
    let id = format!("AKIA{}", "Q7PZ3LMN8RT5WXYZ");
    for text in [
        format!("s3://{id}:{secret_key}@bucket"),
        format!("{id}:{secret_key}"),
        format!("{id} | {secret_key}"),
        format!("https://kim:{secret_key}@h.example/x"),
    ] {
        assert!(!survives(&text, secret_key), "{text}");
    }
    assert!(survives("http://h.example:8080/a1b2c3d4e5/@scope/x9y8", "8080/a1b2c3d4e5/"));
    let body = "lQOYBGUzX2kBCAC7v8Kq27LmTr0ub4dorx9Kq27LmZq8Rt2Lm5Xw9Kp3Vb7Nc1";
    for text in [
        format!(
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{body}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----"
        ),
        format!("Public-Lines: 1\nAAAA\nPrivate-Lines: 1\n{body}\nPrivate-MAC: 0011"),
        format!("password: |\n  {body}"),
        format!("&quot;password&quot;:&quot;{body}&quot;"),
        format!("echo {body} | docker login --password-stdin"),
    ] {
        assert!(!survives(&text, body), "{text}");
    }
}

#[test]
fn one_secret_among_many_harmless_strings_is_found() {
    let secret = token("qZ", 20);
    let hidden = [
        format!(r#""say \"Bearer {secret}\"\n""#),
        format!(r#"["mysql","--password","{secret}"]"#),
        format!(r#""{{\"token\":\"{secret}\"}}""#),
    ];
    for hidden in hidden {
        for (before, after) in [(0, 300), (63, 64), (64, 63), (300, 0)] {
            let harmless = |count: usize| r#"["a\n","b"],"tab\t","#.repeat(count);
            let text = format!("[{}{hidden},{}7]", harmless(before), harmless(after));
            for redactor in [standard(), strict()] {
                let now = redactor.text(&text).0;
                assert!(!now.contains(&secret), "{hidden} behind {before}");
                assert_eq!(now.matches(r#"["a\n","b"],"tab\t","#).count(), before + after);
            }
        }
    }
}
