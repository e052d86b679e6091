//! The layers in their order, on documents.

use super::*;

#[test]
fn credentials_stay_as_members_without_their_values() {
    let (now, findings) = document(
        &standard(),
        r#"{"a":{"apiKey":"k","token":5,"password":null,"hasToken":true,"cookie":["x"]},"name":"API_TOKEN","value":"v"}"#,
    );
    assert_eq!(
        now,
        r#"{"a":{"apiKey":"<redacted>","token":"<redacted>","password":null,"hasToken":true,"cookie":"<redacted>"},"name":"API_TOKEN","value":"<redacted>"}"#
    );
    let places: Vec<_> = findings.iter().map(|finding| &*finding.pointer).collect();
    assert_eq!(places, ["/a/apiKey", "/a/token", "/a/cookie", "/value"]);
}

#[test]
fn a_schema_keeps_its_shape() {
    let schema = r#"{"parameters":{"type":"object","properties":{"token":{"type":"string","description":"the token to use"},"video_url":{"type":"string"},"apiKey":{"type":"string"}},"required":["token"]}}"#;
    assert_eq!(document(&standard(), schema).0, schema);
    let leaking = schema.replace("the token to use", &format!("like {}", token("ghp_", 36)));
    assert!(!document(&standard(), &leaking).0.contains(&token("ghp_", 36)));
}

#[test]
fn a_schema_shows_no_samples_of_a_credential() {
    let schema = |sample: &str| {
        let text = r#"{"inputSchema":{"type":"object","properties":{"secret":{"type":"string","description":"what for","format":"uri","default":"S1","const":"S2","example":"S3","examples":["S4",""],"anyOf":[{"enum":["S5"]}],"maxLength":5},"colour":{"type":"string","default":"green","enum":["green"]},"password":{"type":"object","properties":{"hint":{"type":"string","default":"dog"}}}}}}"#;
        (1..6).fold(text.to_owned(), |text, at| text.replace(&format!("S{at}"), sample))
    };
    let (now, findings) = document(&standard(), &schema("Sno2CRi8T"));
    assert_eq!(now, schema("***"));
    assert_eq!(&*findings[4].pointer, "/inputSchema/properties/secret/anyOf/0/enum/0");
    assert_eq!(document(&standard(), &now).0, now);
}

#[test]
fn media_are_found_however_deep_they_stand() {
    let content = "UklGRiQAAABXQVZFZm10IBAAAAAB";
    let digest = crate::model::digest::sha256(content.as_bytes());
    let hidden = format!(r#""data":"<redacted>","bytes":21,"sha256":"{digest}""#);
    for text in [
        r#"{"type":"input_audio","input_audio":{DATA,"format":"wav"}}"#,
        r#"{"input_audio":{DATA}}"#,
        r#"{"audio":{DATA,"id":"x"}}"#,
        r#"{"type":"image","source":{"type":"base64",DATA}}"#,
        r#"{"inputAudio":{DATA}}"#,
        r#"{"mimeType":"audio/wav","parts":[{DATA}]}"#,
        r#"{"type":"image","0":{DATA}}"#,
        r#"{"type":"input_image","image":{"nested":[{DATA}]}}"#,
        r#"{"type":"image","meta":{"text":"a cat"},"0":{DATA}}"#,
    ] {
        let redactors = [standard(), strict()];
        for redactor in redactors {
            let before = text.replace("DATA", &format!("\"data\":\"{content}\""));
            let (now, findings) = document(&redactor, &before);
            // Behind its siblings in the older generation, right behind the content in the newer.
            let order = |text: &str| {
                let mut parts: Vec<_> = text.split([',', '{', '}']).map(str::to_owned).collect();
                parts.sort();
                parts
            };
            assert_eq!(order(&now), order(&text.replace("DATA", &hidden)), "{text}");
            assert_eq!(findings.len(), 1, "{text}");
        }
    }
    let bytes = r#"{"type":"image","data":{"type":"Buffer","data":[1,2,3]}}"#;
    assert!(document(&standard(), bytes).0.contains(r#""data":"<redacted>","bytes":3,"#));
    let bytes = format!(r#"{{"type":"image","image":{{"bytes":"{content}"}}}}"#);
    assert!(!document(&standard(), &bytes).0.contains(content));
    let beside = r#"{"tool":{"audio":{"note":"a"},"data":"plain"},"parts":[{"data":"plain"}]}"#;
    assert_eq!(document(&standard(), beside).0, beside);
}

#[test]
fn an_empty_medium_is_described() {
    let empty = crate::model::digest::sha256(b"");
    let now = format!(
        r#"{{"type":"image","data":"<redacted>","bytes":0,"sha256":"{empty}","mimeType":"image/png"}}"#
    );
    let text = r#"{"type":"image","data":"","mimeType":"image/png"}"#;
    assert_eq!(document(&standard(), text).0, now);
    let address = r#"{"type":"image","image_url":""}"#;
    assert_eq!(document(&standard(), address).0, r#"{"type":"image","image_url":"<redacted>"}"#);
}

#[test]
fn media_are_described_once_where_the_generation_puts_it() {
    let image = r#"{"type":"image","data":"aGVsbG8=","mimeType":"image/png"}"#;
    let digest = "333d6b3a1d2dfa8f4d9d2a0b4b1d9d";
    let database = document(&standard(), image).0;
    assert!(
        database.starts_with(r#"{"type":"image","data":"<redacted>","bytes":5,"sha256":""#),
        "{database}"
    );
    assert!(database.ends_with(r#"","mimeType":"image/png"}"#) && !database.contains(digest));
    let files = Redactor::new(&STANDARD, Options::default());
    let now = document(&files, image).0;
    assert!(
        now.starts_with(
            r#"{"type":"image","data":"<redacted>","mimeType":"image/png","bytes":5,"sha256":""#
        ),
        "{now}"
    );
    assert_eq!(document(&files, &now).0, now);
    assert_eq!(
        document(&standard(), r#"{"type":"image_url","image_url":{"url":"x"}}"#).0,
        r#"{"type":"image_url","image_url":"<redacted>"}"#
    );
}

#[test]
fn data_urls_in_text_become_a_description() {
    let (now, findings) = standard().text("see data:image/png;base64,aGVsbG8= there");
    assert!(
        now.starts_with("see <redacted image/png, 5 bytes, sha256 ") && now.ends_with("> there"),
        "{now}"
    );
    assert_eq!(&*findings[0].rule, "data-url");
    assert_eq!(standard().text(&now).0, now);
}

#[test]
fn json_inside_strings_stays_json() {
    for inner in [
        r#"{"authorization":12345}"#,
        r#"{"password":"ab\"cdef81mm","n":1}"#,
        r#"{"a":{"token":"zq81mm77"},"b":["password=zq81mm77"]}"#,
        "{\"cmd\":\"export API_KEY='zq81mm77' && x\"}",
        r#"{"inner":"{\"secret\":\"zq81mm77\"}"}"#,
        r#"{"key":"\u0067hp_a7Kq2Zx9Lm4Wd8Rb3Tc6Yf1H"}"#,
    ] {
        for carrier in
            [inner.to_owned(), format!("result: {inner} end"), format!("{inner}\n{inner}")]
        {
            let now = standard().text(&carrier).0;
            assert!(
                !now.contains("81mm") && !now.contains("12345") && !now.contains("Kq2Zx9Lm4"),
                "{carrier} became {now}"
            );
            for line in now.trim_start_matches("result: ").trim_end_matches(" end").lines() {
                assert!(parse_str(line).is_ok(), "{carrier} became {now}");
            }
        }
    }
}

#[test]
fn an_env_file_keeps_its_quotes() {
    let now = standard().text("export secret='v4lue-0123'\nB=\"x\"\nAPI_KEY=\"v4lue-01\"\n").0;
    assert_eq!(now, "export secret='***'\nB=\"x\"\nAPI_KEY=\"***\"\n");
}

#[test]
fn names_of_members_are_masked_and_stay_different() {
    let (one, two) = (token("ghp_", 30), token("ghp_", 61));
    let text = format!(r#"{{"{one}":1,"/home/kim/x":2,"{two}":3}}"#);
    let (now, findings) = document(&standard(), &text);
    assert!(now.contains("\"~/x\":2") && !now.contains(&one), "{now}");
    assert!(
        findings.iter().all(|finding| finding.layer == crate::model::finding::Layer::Keys),
        "{findings:?}"
    );
    let same = document(&strict(), &text).0;
    assert!(same.contains("\"***\":1") && same.contains("\"***#2\":3"), "{same}");
}

#[test]
fn strings_that_speak_of_paths_lose_personal_data() {
    let now = standard().text("see /home/kim/a, mail kim@h.example, @someuser, 1234567890").0;
    assert_eq!(now, "see ~/a, mail <redacted-email>, <redacted-handle>, <redacted-id>");
    assert_eq!(standard().text("mail kim@h.example 1234567890").0, "mail kim@h.example 1234567890");
    let long = format!("/srv/ws/{}", "x".repeat(5000));
    assert_eq!(
        standard().text(&long).0.len(),
        long.len() - "/srv/ws".len() + "$WORKSPACE_DIR".len()
    );
}

#[test]
fn equal_values_get_equal_numbers() {
    let options = Options { numbered: true, ..Options::default() };
    let redactor = Redactor::new(&STANDARD, options);
    let (first, second) = (token("ghp_", 36), token("glpat-", 24));
    let now = redactor.text(&format!("{first} {second} {first}")).0;
    assert_eq!(
        now,
        "[REDACTED:1 github-token] [REDACTED:2 gitlab-token] [REDACTED:1 github-token]"
    );
    assert_eq!(redactor.text(&now).0, now);
    assert_eq!(redactor.text(&format!("again {second}")).0, "again [REDACTED:2 gitlab-token]");
}

#[test]
fn numbered_masks_keep_the_quotes_of_json_in_a_text() {
    let text =
        r#"got {"apiKey":"zq81mm77","secret":12345678,"n":{"t":"{\"secret\":\"zq81mm77xx\"}"}}"#;
    let now = numbered().text(text).0;
    let expected =
        r#"got {"apiKey":"[REDACTED:1 member-name]","secret":"[REDACTED:2 member-name]","#;
    assert!(now.starts_with(expected), "{now}");
    assert!(parse_str(now.trim_start_matches("got ")).is_ok(), "{now}");
}

#[test]
fn a_secret_that_holds_a_home_is_numbered() {
    let redactor = numbered();
    let secret = format!("/home/kim/{}", token("ghp_", 20));
    let (now, findings) = redactor.text(&format!(r#"{{"apiKey":"{secret}","list":["x"]}}"#));
    assert!(now.contains(r#""apiKey":"[REDACTED:"#), "{now}");
    assert!(findings.iter().all(|finding| !finding.rule.starts_with("path-")), "{findings:?}");
    assert_eq!(redactor.text(&now).0, now);
}

#[test]
fn numbers_leave_nothing_for_a_second_redaction() {
    let text = r#"{"DB_PASS":"curl -u a:\nzq81mm77-0123456789\\\"","secret":100000,"list":["curl -u a:\nzq81mm77-0123456789\\\""]}"#;
    let now = numbered().text(text).0;
    assert_eq!(numbered().text(&now).0, now);
}

#[test]
fn a_line_break_of_json_is_no_password() {
    let text =
        r#"{"apiKey":"x","list":["Authorization: Digest a=\"token=","&code=?token=curl -u a:\n"]}"#;
    let redactor = numbered();
    let once = redactor.text(text).0;
    assert!(once.contains(r"curl -u a:\n"), "{once}");
    assert_eq!(redactor.text(&once).0, once);
}

#[test]
fn tokens_that_are_written_together_are_all_found() {
    let text = token("ghp_", 20).repeat(9);
    for redactor in [standard(), strict()] {
        let once = redactor.text(&text).0;
        assert!(!once.contains("Kq2Zx9Lm"), "{once}");
        assert_eq!(redactor.text(&once).0, once);
    }
}

#[test]
fn the_number_of_a_mask_makes_no_secret_of_the_words_behind_it() {
    let redactor = numbered();
    for text in [
        r#"{"apiKey":"é-----BEGIN PRIVATE KEY-----\n"}"#,
        r#"{"DB_PASS":"password: secret = \nAPI_KEY="}"#,
    ] {
        let once = redactor.text(text).0;
        assert_eq!(redactor.text(&once).0, once);
    }
}

#[test]
fn a_picture_that_was_taken_out_is_no_part_of_a_password() {
    let text = r#"{"DB_PASS":"data:image/png;base64,QUJD 0Authorization: Digest a=\""}"#;
    let redactor = numbered();
    let once = redactor.text(text).0;
    assert_eq!(redactor.text(&once).0, once);
}

#[test]
fn the_escape_of_a_quote_is_no_value_of_a_url() {
    let text = r#"["?token=\"]"]"#;
    assert_eq!(standard().text(text).0, text);
    assert!(parse_str(&standard().text(r#"["?token=ab12cd34\"]"]"#).0).is_ok());
}

#[test]
fn what_was_masked_before_is_not_masked_as_a_password() {
    let redactor = standard();
    let text = format!("my password is password={}, take it", token("", 24));
    let once = redactor.text(&text).0;
    assert!(once.starts_with("my password is password="), "{once}");
    assert_eq!(redactor.text(&once).0, once);
}

#[test]
fn ranges_are_those_of_the_decoded_strings() {
    let text = "é password=zq81mm77 and /home/kim/x";
    let (now, findings) = standard().text(text);
    let cut: Vec<_> = findings
        .iter()
        .map(|finding| (&text[finding.range.clone()], &now[finding.shown.clone()]))
        .collect();
    assert_eq!(cut, [("zq81mm77", "***"), ("/home/kim", "~")]);
    assert!(findings.iter().all(|finding| now[finding.shown.clone()] == finding.replacement));
}

#[test]
fn lone_surrogates_survive_a_masking() {
    let (now, _) = document(&standard(), r#"{"t":"\ud83d password=zq81mm77"}"#);
    assert_eq!(now, r#"{"t":"\ud83d password=***"}"#);
}

#[test]
fn names_and_lists_with_lone_surrogates_are_masked() {
    let (secret, value) = (token("ghp_", 30), "Qz7mT4vKp9XwL2nB");
    let text = format!(r#"{{"\ud800 {secret}":1,"l":["mysql\ud800","--password","{value}"]}}"#);
    let (now, _) = document(&standard(), &text);
    assert!(now.contains("{\"\\ud800 ghp_a7…") && !now.contains(&secret), "{now}");
    assert!(now.contains("\"mysql\\ud800\"") && !now.contains(value), "{now}");
}

#[test]
fn only_the_tally_of_a_manifest_keeps_its_numbers() {
    let secret = token("ghp_", 30);
    let text = format!(r#"{{"password":12345678,"{secret}":1}}"#);
    let elsewhere = document(&standard(), &format!(r#"{{"byRule":{text}}}"#)).0;
    assert!(!elsewhere.contains("12345678") && !elsewhere.contains(&secret), "{elsewhere}");
    let tally = document(&standard(), &format!(r#"{{"redactions":{{"byRule":{text}}}}}"#)).0;
    assert!(tally.contains("12345678") && !tally.contains(&secret), "{tally}");
}

#[test]
fn what_stands_around_a_member_gives_it_a_number_and_its_mask_is_known_again() {
    let text = r#"[{"code":"Qz7mT4vKp9XwL2nB","client_id":"x"},{"kty":"EC","d":"Qz7mT4vKp9XwL2nB"},{"cvc":1234}]"#;
    let (now, _) = document(&numbered(), text);
    assert_eq!(now.matches("\"[REDACTED:1 member-name]\"").count(), 2, "{now}");
    assert_eq!(now.matches("\"[REDACTED:2 member-name]\"").count(), 1, "{now}");
    for redactor in [standard(), numbered()] {
        let (now, findings) = document(&redactor, text);
        assert_eq!(findings.len(), 3);
        assert_eq!(document(&redactor, &now), (now, Vec::new()));
    }
}

#[test]
fn the_user_of_a_url_is_no_directory() {
    let homes = Homes { homes: vec!["/root".into()], ..Homes::default() };
    for rules in [&*STANDARD, &*STRICT] {
        let redactor = Redactor::new(rules, Options { homes: homes.clone(), ..Options::default() });
        let now = redactor.text("mysql://root:Qx7Rt2bNvK9s@localhost/x in /root/app").0;
        assert!(!now.contains("Qx7Rt2") && now.contains("~/app"), "{now}");
    }
}

#[test]
fn private_keys_are_hidden_in_diffs_quotes_and_numbered_lines() {
    let body = ["MHcCAQEEIIr7vD3x5kT9WqLm2nB8cV4sYp1ZtR6e", "Q2x5T8u7V6w5X4y3Z2=="];
    let begin = format!("-----BEGIN EC {}-----", "PRIVATE KEY");
    let end = format!("-----END EC {}-----", "PRIVATE KEY");
    for margin in ["", "-", "+", "> ", "    12\t", "12:", "  "] {
        for lines in [vec![&*begin, body[0], body[1], &*end], vec![&*begin, body[0], body[1]]] {
            let text = format!("{margin}{}\n", lines.join(&format!("\n{margin}")));
            for redactor in [standard(), strict()] {
                let now = redactor.text(&text).0;
                assert!(!now.contains("vD3x5k") && !now.contains("V6w5X4"), "{margin:?}: {now}");
            }
        }
    }
}

#[test]
fn ids_beside_a_path_are_not_followed_elsewhere() {
    let redactor = standard();
    redactor.text("-rw-r--r-- kim 1234567890 /home/kim/x.bin");
    assert!(redactor.secrets().is_empty(), "{} secrets", redactor.secrets().len());
}

#[test]
fn what_stands_behind_bearer_is_hidden_unless_it_reads_as_words() {
    for (text, hidden) in [
        ("Bearer f1rB853/IgN95Dc", true),
        ("sent Bearer qkwzxvbnjrtp", true),
        ("a Bearer authentication scheme", false),
        ("basic configuration of the server", false),
    ] {
        assert_eq!(standard().text(text).0 != text, hidden, "{text}");
    }
}

#[test]
fn pointers_tell_the_names_that_are_shown() {
    let document_text = r#"{"password=Zq81mm77Kd":{"token":"Tz81mm77Kx"},"b":1}"#;
    let mut value = crate::js::parse::parse_str(document_text).unwrap();
    let mut findings = Vec::new();
    standard().value(&mut value, &mut findings);
    let places: Vec<_> = findings.iter().map(|finding| &*finding.pointer).collect();
    assert_eq!(places, ["", "/password=***/token"]);
    assert!(value.pointer(places[1]).is_some());
}

#[test]
fn what_a_provider_wants_back_is_left_out_and_told() {
    let (now, findings) =
        document(&standard(), r#"{"a":1,"providerReplay":{"x":"opaque"},"key=Zq81mm77Kd":2}"#);
    assert!(now.starts_with(r#"{"a":1,"key="#) && !now.contains("opaque"), "{now}");
    let told: Vec<_> = findings.iter().map(|finding| (&*finding.rule, &*finding.pointer)).collect();
    assert!(told.contains(&("provider-replay", "/providerReplay")), "{told:?}");
}

#[test]
fn wrapped_base64_is_judged_as_a_whole() {
    use base64::Engine as _;
    let secret = "Zq81mm77Kd03xP55";
    for pad in 0..76 {
        let note = "n".repeat(pad);
        let json =
            format!(r#"{{"note":"{note}","password":"{secret}","more":"{}"}}"#, "m".repeat(100));
        let encoded = base64::engine::general_purpose::STANDARD.encode(json);
        for (end, width) in [("\n", 76), ("\n  ", 64), ("\r\n> ", 76)] {
            let lines: Vec<_> = encoded
                .as_bytes()
                .chunks(width)
                .map(|line| str::from_utf8(line).unwrap())
                .collect();
            let (now, _) = standard().text(&format!("$ base64 x\n{}\ndone", lines.join(end)));
            assert!(!lines.iter().any(|line| line.len() > 16 && now.contains(line)), "{now}");
            assert!(now.starts_with("$ base64 x\n") && now.ends_with("\ndone"), "{now}");
        }
    }
    let picture = format!(
        "{}\n",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhf".repeat(3)
    );
    assert_eq!(standard().text(&picture).0, picture);
}
