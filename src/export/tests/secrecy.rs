//! No secret of any carrier leaves in a whole bundle: every carrier with a value of its own, in
//! every place of a session, in both generations and both profiles.

use std::collections::BTreeMap;

use super::*;
use crate::js::print::to_compact;
use crate::model::bundle::MANIFEST;
use crate::redact::{Options, Redactor, Variant};

type Carrier = fn(&str) -> String;

/// Ways in which a secret stands in a text.
const CARRIERS: [(&str, Carrier); 15] = [
    ("text", |s| format!("my password is password={s}, take it")),
    ("token in a text", |s| format!("use ghp_{s} now")),
    ("JSON in a string", |s| format!("{{\"user\":\"kim\",\"clientSecret\":\"{s}\"}}")),
    ("escaped", |s| format!("\"{{\\\"apiKey\\\":\\\"{s}\\\"}}\"")),
    ("with escapes", |s| format!("{{\"password\":\"q\\\"{s}\\\\\"}}")),
    ("URL parameter", |s| format!("GET https://h.example/?access_token={s}&x=1")),
    ("URL login", |s| format!("git clone https://kim:{s}@h.example/a.git")),
    ("header", |s| format!("curl -H 'Authorization: Bearer {s}' h.example")),
    ("API key header", |s| format!("X-Api-Key: {s}\r\nAccept: */*")),
    ("cookie", |s| format!("Set-Cookie: sid={s}; Path=/")),
    ("environment", |s| format!("A=1\nexport DB_PASSWORD=\"{s}\"\nB=2\n")),
    ("form", |s| format!("grant_type=password&client_secret={s}&scope=a")),
    ("line after its name", |s| format!("password:\n{s}\nbye")),
    ("login", |s| format!("curl -u kim:{s} h.example")),
    ("key", |s| {
        format!("-----BEGIN RSA PRIVATE KEY-----\n{s}{s}{s}\n-----END RSA PRIVATE KEY-----")
    }),
];

/// A value that occurs nowhere else and looks drawn by chance.
fn secret(at: usize) -> String {
    format!("zQ{at:02}mm77Kd03xP55rT92aa{}", ["vB", "Xe4", "Lw9q"][at % 3])
}

/// Every carrier with the secret in it.
fn texts() -> Vec<String> {
    CARRIERS.iter().enumerate().map(|(at, (_, carry))| carry(&secret(at))).collect()
}

/// Entries and runtime events that hold a text in every place.
fn session(texts: &[String]) -> (Vec<Value>, Vec<Value>) {
    let (mut entries, mut runtime) = (Vec::new(), values(RUN));
    for (at, text) in texts.iter().enumerate() {
        let quoted = to_compact(&Value::from(text.as_str()));
        let rows = [
            format!(r#""type":"message","message":{{"role":"user","content":{quoted}}}"#),
            format!(
                r#""type":"message","message":{{"role":"assistant","content":[{{"type":"toolCall","id":"c","name":"n","arguments":{{"command":{quoted}}}}}]}}"#
            ),
            format!(
                r#""type":"message","message":{{"role":"toolResult","content":[{{"type":"text","text":{quoted}}}],"details":{{"diff":[{quoted}]}}}}"#
            ),
            format!(r#""type":"custom","customType":"t","data":{{{quoted}:1}}"#),
            format!(r#""type":"compaction","summary":{quoted}"#),
        ];
        for (row, body) in rows.iter().enumerate() {
            let text = format!(r#"{{"id":"e{at}-{row}","parentId":null,"timestamp":{at},{body}}}"#);
            entries.push(parse_str(&text).unwrap());
        }
        let events = [
            format!(r#""type":"prompt.submitted","data":{{"prompt":{quoted}}}"#),
            format!(r#""type":"tool.result","data":{{"result":{{"content":[{quoted}]}}}}"#),
            format!(
                r#""type":"context.compiled","data":{{"systemPrompt":{quoted},"tools":[{{"description":{quoted}}}]}}"#
            ),
            format!(r#""type":"session.ended","data":{{"status":"ok","promptError":{quoted}}}"#),
        ];
        for body in events {
            let text = format!(
                r#"{{"ts":"2026-01-01T00:00:05.000Z","source":"runtime","seq":9,"runId":"r2",{body}}}"#
            );
            runtime.push(parse_str(&text).unwrap());
        }
    }
    (entries, runtime)
}

fn settings(rules: &Rules, numbered: bool) -> Settings<'_> {
    let homes = Homes { workspaces: vec!["/work/demo".to_owned()], ..Homes::default() };
    Settings { rules, homes, literals: Vec::new(), numbered, zone: TimeZone::UTC }
}

/// A value as text, JSON-escaped, URL-encoded and in base64 at any offset.
fn forms(secret: &str) -> Vec<String> {
    use base64::Engine as _;
    let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    // The characters at the ends depend on what stands beside the value.
    let inner = |text: String, from: usize| text.get(from..text.len() - 4).unwrap().to_owned();
    vec![
        secret.to_owned(),
        inner(encode(secret.to_owned()), 0),
        inner(encode(format!("x{secret}")), 4),
        inner(encode(format!("xy{secret}")), 4),
    ]
}

/// Redacts the files of a bundle once more.
fn again(plan: &BundlePlan, settings: &Settings<'_>, variant: Variant) -> BTreeMap<String, String> {
    let options = Options {
        homes: settings.homes.clone(),
        numbered: settings.numbered,
        variant,
        ..Options::default()
    };
    let redactor = Redactor::new(settings.rules, options);
    let masked = |mut value: Value| {
        redactor.value(&mut value, &mut Vec::new());
        value
    };
    let redacted = |file: &crate::model::bundle::PlannedFile| match file.name {
        "system-prompt.txt" => redactor.text(file.text()).0,
        "events.jsonl" => {
            let lines =
                file.text().lines().map(|line| to_compact(&masked(parse_str(line).unwrap())));
            lines.map(|line| line + "\n").collect()
        }
        _ => crate::js::print::to_pretty(&masked(parse_str(file.text()).unwrap())) + "\n",
    };
    // The names of rules in the manifest are not data of the session.
    let files = plan.files.iter().filter(|file| file.name != MANIFEST);
    files.map(|file| (file.name.to_owned(), redacted(file))).collect()
}

#[test]
fn no_secret_of_any_carrier_leaves_in_any_file_and_masks_are_final() {
    let texts = texts();
    let (entries, runtime) = session(&texts);
    for (profile, numbered) in
        [(Profile::Standard, false), (Profile::Standard, true), (Profile::Strict, false)]
    {
        let rules = Rules::built_in(profile).unwrap();
        let settings = settings(&rules, numbered);
        for (reading, variant) in
            [(Reading::Files, Variant::Files), (Reading::Database, Variant::Database)]
        {
            let case = format!("{profile:?} {numbered} {reading:?}");
            let source = source(reading, entries.clone(), runtime.clone());
            let plan = plan(source, &settings, NOW, &|_| true).unwrap();
            assert_eq!(plan.files.len(), 8, "{case}");
            for file in &plan.files {
                assert!(file.parses(&file.bytes), "{case} {}", file.name);
                for (at, (carrier, _)) in CARRIERS.iter().enumerate() {
                    for form in forms(&secret(at)) {
                        assert!(!file.text().contains(&form), "{case} {} {carrier}", file.name);
                    }
                }
            }
            let again = again(&plan, &settings, variant);
            for (name, text) in again {
                let file = plan.file(&name).unwrap().text();
                for (now, then) in text.lines().zip(file.lines()) {
                    assert_eq!(now, then, "{case} {name}");
                }
                assert_eq!(text.len(), file.len(), "{case} {name}");
            }
        }
    }
}

#[test]
fn a_secret_that_is_known_is_masked_in_its_other_forms() {
    use base64::Engine as _;
    let secret = "zQ81/mm77+Kd03xP55rT92aavB";
    let base64 = base64::engine::general_purpose::STANDARD.encode(secret);
    // The last character before the padding also stands for what follows the value.
    let whole = base64.trim_end_matches('=').split_at(secret.len() * 8 / 6).0;
    let (escaped, encoded) =
        (secret.replace('/', "\\/"), secret.replace('/', "%2F").replace('+', "%2B"));
    let row = format!(
        r#"{{"type":"message","id":"a","parentId":null,"timestamp":1,"message":{{"role":"user","content":"password={secret}"}}}}
        {{"type":"custom","id":"b","parentId":"a","timestamp":2,"customType":"t","data":{{"x":"at {base64} end","{secret}":["{secret}"],"url":"a={encoded}","inner":{}}}}}"#,
        to_compact(&Value::from(format!("{{\"a\":\"{escaped}\"}}"))),
    );
    for reading in [Reading::Files, Reading::Database] {
        let plan = planned(source(reading, values(&row), vec![]), &[]);
        for file in &plan.files {
            for form in [secret, &escaped, &encoded, whole] {
                assert!(!file.text().contains(form), "{reading:?} {} {form}", file.name);
            }
        }
    }
}

#[test]
fn a_secret_has_one_number_wherever_it_stands() {
    let secret = secret(0);
    let row = format!(
        r#"{{"type":"message","id":"a","parentId":null,"timestamp":1,"message":{{"role":"user","content":"password={secret}, token=other7R2mX9vLs4TzK8w"}}}}
        {{"type":"label","id":"b","parentId":"a","timestamp":2,"label":"again {secret} there"}}"#
    );
    for numbered in [false, true] {
        let rules = Rules::built_in(Profile::Standard).unwrap();
        let source = source(Reading::Files, values(&row), vec![]);
        let plan = plan(source, &settings(&rules, numbered), NOW, &|_| true).unwrap();
        let of_label = |finding: &&crate::model::finding::Finding| {
            finding.entry_id.as_deref() == Some("b") && finding.pointer.ends_with("/label")
        };
        let again = plan.findings.iter().find(of_label).unwrap();
        let first = plan
            .findings
            .iter()
            .find(|f| f.entry_id.as_deref() == Some("a") && f.rule == again.rule)
            .unwrap();
        assert_eq!(again.group, first.group);
        assert!(again.group > 0);
        let branch = document(&plan, "session-branch.json");
        let label = branch.pointer("/entries/1/label");
        let mask = if numbered {
            let mask = format!("[REDACTED:{} {}]", first.group, first.rule);
            let said = branch.pointer("/entries/0/message/content").unwrap().as_str().unwrap();
            assert!(said.starts_with(&format!("password={mask}")), "{said}");
            mask
        } else {
            "***".to_owned()
        };
        assert_eq!(label.unwrap().as_str(), Some(&*format!("again {mask} there")));
    }
}

#[test]
fn the_counts_of_the_manifest_are_those_of_the_findings() {
    let (entries, runtime) = session(&texts());
    for profile in [Profile::Standard, Profile::Strict] {
        for reading in [Reading::Files, Reading::Database] {
            let rules = Rules::built_in(profile).unwrap();
            let source = source(reading, entries.clone(), runtime.clone());
            let plan = plan(source, &settings(&rules, false), NOW, &|_| true).unwrap();
            let mut counted: BTreeMap<String, f64> = BTreeMap::new();
            let others =
                plan.findings.iter().filter(|finding| finding.file.as_deref() != Some(MANIFEST));
            for finding in others {
                *counted.entry(finding.rule.to_string()).or_default() += 1.0;
            }
            let manifest = document(&plan, MANIFEST);
            let told = manifest.pointer("/redactions/byRule").unwrap().as_object().unwrap();
            let told: BTreeMap<String, f64> = told
                .iter()
                .map(|(rule, count)| (rule.to_str_lossy().into_owned(), count.as_f64().unwrap()))
                .collect();
            assert_eq!(told, counted, "{profile:?} {reading:?}");
            let shown: usize =
                plan.files.iter().map(|file| plan.findings_of(file.name).count()).sum();
            assert_eq!(shown, plan.findings.len());
        }
    }
}
