//! Compares a bundle of ours with the one that OpenClaw wrote for the same session.
//!
//! Every difference falls into one class. What OpenClaw dropped, cut or garbled and ours still has is
//! *lost*; what only ours masks is *stricter*; what only ours has is *added*; an ordinary member that
//! OpenClaw masks by its name alone is *overmasked*. Anything else is a fault of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

static MASK: LazyLock<Regex> = LazyLock::new(|| {
    let masks = r"\*\*\*|…redacted…|\S{0,6}…\S{0,4}|<redacted[^>]*>|\[REDACTED[^\]]*\]|\$WORKSPACE_DIR|\$OPENCLAW_STATE_DIR|~";
    Regex::new(masks).unwrap()
});
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    let shapes = r"sk-[A-Za-z0-9_-]{8}|gh[pousr]_[A-Za-z0-9]{10}|github_pat_|xox[baprs]-|AKIA[A-Z0-9]{16}|AIza|ya29\.|eyJ[A-Za-z0-9_-]{10,}\.eyJ|-----BEGIN|Bearer\s+\S{8}|glpat-|npm_[A-Za-z0-9]{10}|hf_[A-Za-z0-9]{10}|[A-Za-z0-9/+]{40}";
    Regex::new(shapes).unwrap()
});
static CREDENTIAL: LazyLock<Regex> = LazyLock::new(|| {
    let ends = "(authorization|apikey|cookie|credential|passphrase|passwd|password|privatekey|secret|secretkey|secretaccesskey|signingkey|token)$";
    Regex::new(ends).unwrap()
});
const PLACEHOLDERS: [&str; 5] = [
    "[Truncated]",
    "[Malformed diagnostic JSON redacted]",
    "[Oversized diagnostic JSON redacted]",
    "[Circular]",
    "[Unserializable]",
];
const CUT: &str = "...<truncated>";
const NOT_CREDENTIALS: [&str; 6] =
    ["passwordfile", "tokenbudget", "tokencount", "tokenfield", "tokenlimit", "tokens"];
const ORDINARY: [&str; 6] = ["code", "key", "session", "signature", "keys", "jwt"];
/// The digest of an image that was redacted before it was digested.
const PLACEHOLDER_DIGEST: &str = "3a2d1afa44d101200100d332f52384e523e7e881b7db0008da228cd94cebdfe1";

/// Classes of differences; the last four are faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Lost,
    Stricter,
    Added,
    Overmask,
    Leak,
    Missing,
    Different,
    Unreadable,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub counts: BTreeMap<Class, usize>,
    pub faults: Vec<String>,
    pub equal: usize,
    pub same_bytes: usize,
    pub files: usize,
    more_events: bool,
}

/// Compares two bundles; none of `planted` may stand in ours.
pub(super) fn compare(expected: &Path, ours: &Path, planted: &[String]) -> Comparison {
    let events = |dir: &Path| {
        let manifest = fs::read(dir.join("manifest.json")).unwrap();
        serde_json::from_slice::<Value>(&manifest).unwrap()["eventCount"].as_u64().unwrap()
    };
    let mut found =
        Comparison { more_events: events(ours) > events(expected), ..Comparison::default() };
    let names = |dir: &Path| {
        let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.into_string().unwrap()).collect::<BTreeSet<String>>()
    };
    for name in names(ours) {
        let text = fs::read_to_string(ours.join(&name)).unwrap();
        for secret in planted.iter().filter(|secret| text.contains(secret.as_str())) {
            found.note(Class::Leak, &name, &Value::Null, &Value::from(secret.as_str()));
        }
    }
    let none = Value::Null;
    for name in names(expected).union(&names(ours)) {
        match (fs::read_to_string(expected.join(name)), fs::read_to_string(ours.join(name))) {
            (Ok(e), Ok(a)) => found.file(name, &e, &a, ours),
            (Ok(_), Err(_)) => found.note(Class::Missing, name, &none, &none),
            (Err(_), _) => found.note(Class::Added, name, &none, &none),
        }
    }
    found
}

impl Comparison {
    fn note(&mut self, class: Class, path: &str, e: &Value, a: &Value) {
        *self.counts.entry(class).or_default() += 1;
        if class >= Class::Leak {
            self.faults.push(format!(
                "{class:?} {path}\n  theirs {}\n  ours {}",
                short(e),
                short(a)
            ));
        }
    }

    fn file(&mut self, name: &str, e: &str, a: &str, ours: &Path) {
        self.files += 1;
        self.same_bytes += usize::from(e == a || without_instant(e) == without_instant(a));
        match name {
            "events.jsonl" => return self.events(e, a),
            "system-prompt.txt" => return self.walk(name, &e.into(), &a.into(), ""),
            _ => {}
        }
        let Ok(own) = serde_json::from_str::<Value>(a) else {
            return self.note(Class::Unreadable, name, &Value::Null, &Value::Null);
        };
        // OpenClaw's own file may be broken by the masking of its text.
        let Ok(theirs) = serde_json::from_str::<Value>(e) else { return };
        if name == "manifest.json" {
            self.manifest(theirs, own, ours);
        } else {
            self.walk(name, &theirs, &own, "");
        }
    }

    fn events(&mut self, e: &str, a: &str) {
        let lines = |text: &str| {
            let lines = text.lines().filter(|line| !line.is_empty());
            lines.map(|line| serde_json::from_str::<Value>(line).ok()).collect::<Vec<_>>()
        };
        let ours = lines(a);
        for line in ours.iter().filter(|line| line.is_none()) {
            self.note(
                Class::Unreadable,
                "events.jsonl",
                &Value::Null,
                &Value::from(line.is_some()),
            );
        }
        let by: BTreeMap<String, &Value> =
            ours.iter().flatten().map(|event| (identity(event), event)).collect();
        let theirs = lines(e);
        for (at, event) in theirs.iter().enumerate() {
            let path = format!("events.jsonl:{}", at + 1);
            match event.as_ref().map(|event| (event, by.get(&identity(event)))) {
                None => self.note(Class::Lost, &path, &Value::Null, &Value::Null),
                Some((event, None)) => self.note(Class::Missing, &path, event, &Value::Null),
                Some((event, Some(own))) => self.walk(&path, event, own, ""),
            }
        }
        let order =
            |events: &[Option<Value>]| events.iter().flatten().map(identity).collect::<Vec<_>>();
        let (theirs, ours) = (order(&theirs), order(&ours));
        let kept: Vec<_> = ours.iter().filter(|event| theirs.contains(event)).collect();
        if kept != theirs.iter().collect::<Vec<_>>() {
            self.note(Class::Different, "order of events", &Value::Null, &Value::Null);
        }
    }

    fn manifest(&mut self, mut e: Value, mut a: Value, ours: &Path) {
        let session = |manifest: &mut Value| manifest["sourceFiles"]["session"].take();
        let (theirs, own) = (session(&mut e), session(&mut a));
        if theirs != own {
            let masked = theirs.as_str().is_some_and(|text| MASK.is_match(text));
            let class = if masked { Class::Overmask } else { Class::Different };
            self.note(class, "sourceFiles.session", &theirs, &own);
        }
        let contents = |manifest: &mut Value| {
            manifest["contents"].take().as_array().cloned().unwrap_or_default()
        };
        let (theirs, own) = (contents(&mut e), contents(&mut a));
        let paths = |contents: &[Value]| {
            contents.iter().map(|file| file["path"].clone()).collect::<Vec<_>>()
        };
        let kept: Vec<Value> =
            paths(&own).into_iter().filter(|path| paths(&theirs).contains(path)).collect();
        if kept != paths(&theirs) {
            self.note(Class::Different, "contents", &Value::from(theirs), &Value::from(kept));
        }
        for file in &own {
            let size = fs::metadata(ours.join(file["path"].as_str().unwrap())).unwrap().len();
            if file["bytes"] != size {
                self.note(Class::Different, "contents bytes", &Value::from(size), &file["bytes"]);
            }
        }
        self.walk("manifest.json", &e, &a, "");
    }

    fn walk(&mut self, path: &str, e: &Value, a: &Value, key: &str) {
        if e == a || e.is_number() && a.is_number() && e.as_f64() == a.as_f64() {
            self.equal += 1;
            return;
        }
        let text = e.as_str().unwrap_or_default();
        let digested_twice = key == "bytes" && e == 7 || key == "sha256" && e == PLACEHOLDER_DIGEST;
        if digested_twice || PLACEHOLDERS.iter().any(|placeholder| text.contains(placeholder)) {
            return self.note(Class::Lost, path, e, a);
        }
        if self.more_events && ["seq", "eventCount", "runtimeEventCount"].contains(&key) {
            let class = if a.as_u64() >= e.as_u64() { Class::Added } else { Class::Different };
            return self.note(class, path, e, a);
        }
        match (e, a) {
            (Value::Object(e), Value::Object(a)) => self.objects(path, e, a),
            (Value::Array(e), Value::Array(a)) => self.arrays(path, e, a, key),
            (Value::String(theirs), Value::String(own)) => {
                let class = strings(theirs, own, key);
                self.note(class, path, e, a);
            }
            _ if e == "<redacted>" || e == "***" => {
                let ordinary = ORDINARY.contains(&normal(key).as_str());
                self.note(if ordinary { Class::Overmask } else { Class::Leak }, path, e, a);
            }
            _ => self.note(Class::Different, path, e, a),
        }
    }

    fn objects(&mut self, path: &str, e: &Map<String, Value>, a: &Map<String, Value>) {
        let wide = e.len() >= 64;
        for (name, theirs) in e.iter().filter(|(name, _)| *name != "generatedAt") {
            match a.get(name) {
                Some(own) => self.walk(&format!("{path}.{name}"), theirs, own, name),
                None => self.note(Class::Missing, &format!("{path}.{name}"), theirs, &Value::Null),
            }
        }
        for (name, own) in a.iter().filter(|(name, _)| !e.contains_key(*name)) {
            let shown = own.as_str().is_some_and(|text| !MASK.is_match(text));
            let class = match () {
                () if is_credential(name) && shown => Class::Leak,
                () if wide => Class::Lost,
                () => Class::Added,
            };
            self.note(class, &format!("{path}.{name}"), &Value::Null, own);
        }
    }

    fn arrays(&mut self, path: &str, e: &[Value], a: &[Value], key: &str) {
        for (at, (theirs, own)) in e.iter().zip(a).enumerate() {
            self.walk(&format!("{path}[{at}]"), theirs, own, key);
        }
        let (theirs, own) = (Value::from(e.len()), Value::from(a.len()));
        if a.len() > e.len() {
            let class = if e.len() >= 60 { Class::Lost } else { Class::Added };
            self.note(class, path, &theirs, &own);
        } else if e.len() > a.len() {
            self.note(Class::Missing, path, &theirs, &own);
        }
    }
}

static FOREIGN_HOME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:/home/|/Users/|[A-Za-z]:\\Users\\)[\w.-]+|/root\b").unwrap());

fn strings(e: &str, a: &str, key: &str) -> Class {
    // A text file of a bundle has a line end behind the mark of a cut.
    if e.trim_end().ends_with(CUT) {
        return Class::Lost;
    }
    if let Some(gaps) = behind_masks(e, a) {
        let bare: Vec<&str> =
            gaps.into_iter().filter(|gap| !gap.is_empty() && !MASK.is_match(gap)).collect();
        let ordinary = ORDINARY.contains(&normal(key).as_str())
            && !bare.iter().any(|gap| SECRET.is_match(gap));
        return match (bare.is_empty(), ordinary) {
            (true, _) => Class::Stricter,
            (false, true) => Class::Overmask,
            (false, false) => Class::Leak,
        };
    }
    if behind_masks(a, e).is_some() {
        return Class::Stricter;
    }
    // OpenClaw shortens one home, this program every one that the data names.
    let shortened = FOREIGN_HOME.replace_all(e, "~");
    match () {
        () if shortened == e => Class::Different,
        () if shortened == a => Class::Stricter,
        () => strings(&shortened, a, key),
    }
}

/// What `other` shows where `with_masks` has its masks; nothing when the rest differs.
fn behind_masks<'a>(with_masks: &str, other: &'a str) -> Option<Vec<&'a str>> {
    let parts: Vec<&str> = MASK.split(with_masks).collect();
    let [first, middle @ .., last] = parts.as_slice() else { return None };
    let mut rest = other.strip_prefix(first)?;
    let mut gaps = Vec::new();
    for part in middle {
        let at = rest.find(part)?;
        gaps.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    gaps.push(rest.strip_suffix(last)?);
    Some(gaps)
}

fn identity(event: &Value) -> String {
    let members = ["source", "type", "ts", "sourceSeq", "entryId"];
    members.map(|member| event[member].to_string()).join(" ")
}

fn without_instant(text: &str) -> String {
    static INSTANT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#""generatedAt": "[^"]*""#).unwrap());
    INSTANT.replace_all(text, "").into_owned()
}

fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_credential(name: &str) -> bool {
    let name = normal(name);
    !NOT_CREDENTIALS.contains(&name.as_str()) && CREDENTIAL.is_match(&name)
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(160).collect()
}
