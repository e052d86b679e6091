//! What each kind of rule masks, and what it must leave alone.

use super::*;

fn masked(text: &str) -> String {
    standard().text(text).0
}

#[test]
fn assignments_are_masked() {
    let redactor = standard();
    for (text, rule) in [
        ("export DEPLOY_TOKEN=zq81mm", "env-assignment"),
        ("DB_PASSWORD: zq81mm77", "env-assignment"),
        ("\\\"DB_PASSWORD\\\":1, DB_SECRET=\\\"zq81mm77\\\"", "env-escaped"),
        ("{\"apiKey\": \"zq81mm\"}", "json-field"),
        ("{\"cvc\": \"zq8\"}", "json-payment"),
        ("auth-token: 'zq81mm77'", "quoted-field"),
        ("deploy --api-key=zq81mm", "flag-equals"),
        ("deploy --client-secret zq81mm77", "flag"),
        ("authorization: Bearer zq8", "auth-bearer"),
        ("Authorization=Basic zq81", "auth-basic"),
        ("Proxy-Authorization: Custom zq81", "proxy-auth-scheme"),
        ("Authorization: Token zq81", "auth-scheme"),
        ("authorization: zq81", "auth-bare"),
        ("x-goog-api-key: zq81mm", "key-header"),
        ("X-Auth-Token=zq81mm", "token-header-equals"),
        ("https://kim:zq81@h.example/x", "url-password"),
        ("postgres://kim:zq81@h.example/db", "database-password"),
        ("token=zq81mm", "assignment"),
        ("password='zq 81 mm'", "assignment-quoted"),
        ("client_secret : zq81mm77", "setting"),
        ("smtp_pass: zq81mm77", "setting-password"),
        ("mail.password = zq81mm77", "setting-section"),
        ("Authorization: Digest username=\"kim\", response=\"zq81mm77\"", "auth-structured"),
        ("https://h.example/x?to%6ben=zq81mm", "url-field"),
        ("user=kim&password=zq81mm", "form-field-later"),
    ] {
        let (now, findings) = redactor.text(text);
        assert!(!now.contains("zq8"), "{text} became {now}");
        assert!(findings.iter().any(|finding| &*finding.rule == rule), "{text}: {findings:?}");
    }
}

#[test]
fn passwords_that_look_like_versions_are_masked() {
    for value in [
        "tR7vQx-2mLw9Kz",
        "9ZAX-WWDY-YJkq4",
        "Ab3_xY7zQ",
        "Zx9.kL2mN8",
        "W7deNZ.hEbzGv8",
        "kq4821zm",
        "tR7vQxLm",
    ] {
        for text in [
            "Password: {}",
            "DB_PASS={}",
            "export DB_PASS={}",
            "set DB_PASS={}",
            "pwd: {}",
            "**Password:** {}",
            "| password | {} |",
            "Password:\n{}\n",
            "Password is: {}",
        ] {
            let text = text.replace("{}", value);
            for redactor in [standard(), strict()] {
                let now = redactor.text(&text).0;
                assert!(!now.contains(value), "{text} became {now}");
            }
        }
    }
    for text in [
        "password: String",
        "password = this.form1.Value2",
        "password: config.oauth2Token",
        "pwd=/srv/a1/B2",
        "Password: see below",
        "1795249645932",
    ] {
        assert_eq!(strict().text(text).0, text);
    }
}

#[test]
fn passwords_that_only_their_name_gives_away_are_masked() {
    let contexts = [
        "Password: {}",
        "**Password:** {}",
        "Login password: {}",
        "Passwort: {}",
        "passphrase: {}",
        "Password:\n{}\n",
        "the password is {}",
        "my password is: {}",
        "| Password | {} |",
        "DB_PASS={}",
        "export DB_PASS={}",
        "set DB_PASS={}",
        "MYSQL_PWD={}",
        "PGPASSWORD={} psql",
        "pwd={}",
        "db_pass: {}",
        "spring.datasource.password={}",
        "client_secret={}",
        "secret: {}",
        "- name: DB_PASS\n  value: {}",
        "{\"password\": \"{}\"}",
        "{\"pwd\":\"{}\"}",
        "curl -u kim:{} https://h.example",
        "mysql --password {}",
        "login --password={}",
        "sshpass -p {} ssh h.example",
        "machine h.example login kim password {}",
        "<td>Password: {}</td>",
    ];
    for value in [
        "KMMzhDhw",
        "bqKDiz.nxyakPR",
        "TsEtHS.UxxsSxY",
        "hmmhwbqvk",
        "KXQJWVBT",
        "ZLoz-TMgt-GcVr",
        "czvpx!kBws",
        "xKvw/Tq+Rbzc",
    ] {
        for text in contexts {
            let text = text.replace("{}", value);
            for redactor in [standard(), strict()] {
                let now = redactor.text(&text).0;
                assert!(!now.contains(value), "{text} became {now}");
                assert_eq!(redactor.text(&now).0, now);
            }
        }
    }
    for value in ["aKPAwnux2b.nde3ciZYkM", "LVTJyoPqXbnW", "qzjwlxkvfghbtpmncrdsvxkw"] {
        for text in ["token: {}", "API_KEY={}", "accessToken=\"{}\"", "Token: {}", "x-api-key: {}"]
        {
            let text = text.replace("{}", value);
            assert!(!masked(&text).contains(value), "{text} became {}", masked(&text));
        }
    }
    for text in ["DB_PASS=sunshine", "Password: sunshine1", "password: hunter22x"] {
        assert!(masked(text).ends_with("***"), "{text} became {}", masked(text));
    }
}

#[test]
fn gaps_of_the_reference_are_closed() {
    for text in [
        "Password: zq81mm77",
        "{'password': 'zq81mm77'}",
        "DB_PASS=zq81mm77",
        "Cookie: sid=zq81mm77; theme=dark",
        "Set-Cookie: sid=zq81mm77; Path=/",
        "curl -u kim:zq81mm77 https://h.example",
        "{\"passphrase\": \"zq81mm77\"}",
        "accessToken=zq81mm77",
        "refreshToken: zq81mm77",
        "the apiKey zq81mm77 is mine",
        "Password\nzq81mm77\n",
        "{\"password\": \"zq\\\"81mm77\"}",
        "csrfToken: 'zq81mm77'",
        "mysql -u kim -pzq81mm77 db",
    ] {
        let now = masked(text);
        assert!(!now.contains("81mm77"), "{text} became {now}");
    }
    for token in [
        token("whsec_", 24),
        format!("shpat_{}", "3a18f6d4b2907e5c".repeat(2)),
        format!("AGE-SECRET-KEY-1{}", "QX7PZ9".repeat(9)),
    ] {
        assert!(!masked(&format!("x {token} y")).contains(&token), "{token}");
    }
}

/// Ways to write a secret, one a line: `{}` is the secret, `\\n` a new line.
const SPELLINGS: &str = include_str!("spellings.txt");

#[test]
fn a_secret_is_masked_however_it_is_written() {
    let redactor = standard();
    let shown: Vec<_> = SPELLINGS
        .lines()
        .enumerate()
        .filter_map(|(number, line)| {
            let secret = format!("zq{}mW{}Kx", 3 + number % 7, 100 + number);
            let text = line.replace("\\n", "\n").replace("\\\\", "\\").replace("{}", &secret);
            assert!(text.contains(&secret), "{line}");
            redactor.text(&text).0.contains(&secret).then_some(text)
        })
        .collect();
    assert!(SPELLINGS.lines().count() >= 200);
    assert!(shown.is_empty(), "{shown:#?}");
}

#[test]
fn credentials_in_base64_are_told_from_words() {
    for text in [
        "Basic dXNlcjpwYXNz",
        "curl -H 'Authorization: Basic dXNlcjpwYXNzd29yZA=='",
        "_auth=dXNlcjpwYXNzd29yZA==",
    ] {
        assert!(!masked(text).contains("cjpwYXNz"), "{text} became {}", masked(text));
    }
    assert_eq!(masked("Basic configuration of it"), "Basic configuration of it");
}

#[test]
fn tokens_of_vendors_are_masked_with_hints() {
    for (prefix, length) in [
        ("sk-", 24),
        ("sk-proj-", 48),
        ("ghp_", 36),
        ("github_pat_", 60),
        ("glpat-", 20),
        ("xoxb-", 30),
        ("gsk_", 30),
        ("AIza", 35),
        ("ya29.", 40),
        ("pplx-", 30),
        ("fal_", 30),
        ("fc-", 30),
        ("sk_live_", 24),
        ("npm_", 36),
        ("pypi-", 40),
        ("dop_v1_", 40),
        ("hf_", 34),
        ("r8_", 37),
        ("xai-", 40),
        ("tvly-", 30),
        ("LTAI", 20),
        ("apify_api_", 30),
    ] {
        let token = token(prefix, length);
        let now = masked(&format!("it is {token}, ok"));
        let tail = &token[token.len() - 4..];
        assert_eq!(now, format!("it is {}…{tail}, ok", &token[..6]), "{prefix}");
    }
}

#[test]
fn source_code_and_prose_survive() {
    for text in [
        "pub const DIRECT_KEY: u32 = 4;",
        "VK_PAD_KEY = 22583",
        "IFLA_PKEY = 1,",
        "KEY: see below",
        "password: Option<String>,",
        "token: &mut Token",
        "The secret: patience.",
        "use token::Brace;",
        "let token = next();",
        "this.token = token;",
        "is_pass: true",
        "{ apiKey: apiKey || undefined }",
        "apiKey = resolve(x)",
        "Authorization: null",
        "authorization: `Bearer ${token}`",
        "Security::Authorization::{GetInfo, X}",
        "\"api-key\": \"API key (usage-billed)\"",
        "mode === \"token\" ? \"password\" : \"token\"",
        "pass --token or --password with --url",
        "--token <token>",
        "FAL_IMAGE_MODEL FLAG_HF_NOHEXSTRING AM_WMT_EVENT_DATA",
        "sk-learn-extra and class=\"sk-toggleable__content\"",
        "1718000000:refs-heads-main-branch-x",
        "(src/examples/client/simpleStreamableHttp.ts)",
        "getJudgesV1ObservabilityJudgesGetReqAbcd",
        "page?key=value&code=200",
        "?session=1",
        "`-----BEGIN PRIVATE KEY-----` and `-----END PRIVATE KEY-----`",
        "You are {x} and {y}",
        "data: see \"x\": 1",
        "password: 12 rules for choosing one",
        "PATH=/usr/local/bin/something ls",
        "digest=0123456789abcdef0123456789abcdef",
        "max_tokens: 4096, tokens=1200",
        "API_KEY=${API_KEY}",
        "apiKey: process.env.API_KEY",
        "token: string",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "Basic understanding of Rust",
        "key: \"Enter\"",
        "blue-frog-moon-lamp",
        "/new hello // world/",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn members_are_judged_by_value_where_the_name_says_little() {
    let harmless = r#"{"key":"Enter","sort_key":"name","primary-key":"id","signature":"fn foo()","session":"work","code":"print(1) and more","n":{"code":404},"maxTokens":4096,"tokens":[1],"sessionKey":"agent:main:main"}"#;
    assert_eq!(document(&standard(), harmless), (harmless.to_owned(), Vec::new()));
    let secret = token("", 32);
    let text = format!(r#"{{"key":"{secret}","code":1,"client_id":"x"}}"#);
    assert_eq!(
        document(&standard(), &text).0,
        r#"{"key":"a7Kq2Z…a7Kq","code":"***","client_id":"x"}"#
            .replace("a7Kq\"", &format!("{}\"", &secret[28..]))
    );
}

#[test]
fn typed_constants_are_masked_and_formats_and_macros_are_spared() {
    let value = "Qx7Rt2bNvK9sAA3";
    for text in [
        format!("const apiKey: string = \"{value}\";"),
        format!("password: str = '{value}'"),
        format!("let token: &'static str = \"{value}\";"),
        format!("val password: String = \"{value}\""),
        format!("const char password[] = \"{value}\";"),
        format!("db_pw: {value}"),
        format!("mdp={value}"),
    ] {
        let now = standard().text(&text).0;
        assert!(!now.contains(value), "{now}");
    }
    for text in [
        "raise ValueError(\"Invalid token: %r\" % t)",
        "let secret = vec![42u8; n];",
        "pub token: Token![fn],",
        "password: string = \"\"",
    ] {
        assert_eq!(standard().text(text).0, text);
    }
}
