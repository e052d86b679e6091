//! OpenClaw's own functions against ours, on recorded inputs and outputs.
//!
//! The recording is not part of the sources; without it the test says so and passes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::*;
use crate::golden::golden;
use crate::js::value::Value;

/// How a result may differ from the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// The same value.
    Equal,
    /// All that OpenClaw hides is hidden, in another form or with more.
    HidesAsMuch,
    /// The name of a member that OpenClaw removes stays, without its value.
    MemberKept,
    /// OpenClaw masks source code, a placeholder or a value that is no secret.
    HarmlessSpared,
}

/// Pieces of the recording that OpenClaw hides and that are no secrets: truth values, types, a
/// scheme, references to the environment, words under a weak name, a digest under no name at all.
const HARMLESS: [&str; 12] = [
    "s",
    "true",
    "null",
    "string",
    "bearer",
    "value",
    "abc",
    "s.env.API",
    "process.env.API_KEY",
    "os.environ[",
    "3a18f6d4b2907e5c3a18f6d4b2907e5c3a18f6d4",
    "3a18f6d4b2907e5c3a18f6d4b2907e5c3a18f6d4b2907e5c3a18f6d4b2907e5c",
];

fn vectors() -> Option<String> {
    let path = golden("redaction-vectors/vectors.jsonl")?;
    Some(std::fs::read_to_string(path).unwrap())
}

/// OpenClaw replaces a whole text with this when it holds braces or quotes and is no JSON.
const MALFORMED: &str = "[Malformed diagnostic JSON redacted]";

#[test]
fn what_openclaw_hides_is_hidden() {
    let Some(vectors) = vectors() else { return };
    let vectors: Vec<Value> = vectors.lines().map(|line| parse_str(line).unwrap()).collect();
    let field = |vector: &Value, name: &str| vector.get(name).unwrap().clone();
    // What the masking layer made of an input: the measure where the payload layer destroyed it.
    let masked: BTreeMap<String, Value> = vectors
        .iter()
        .filter(|vector| vector.get("fn").and_then(Value::as_str) == Some("redactSecrets"))
        .map(|vector| (to_compact(&field(vector, "input")), field(vector, "output")))
        .collect();
    let ours = Ours::new();
    let mut counts: BTreeMap<Cause, usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for vector in &vectors {
        let (input, mut recorded) = (field(vector, "input"), field(vector, "output"));
        if to_compact(&recorded).contains(MALFORMED) {
            recorded.clone_from(&masked[&to_compact(&input)]);
        }
        let function = vector.get("fn").and_then(Value::as_str).unwrap();
        let result = ours.run(function, &input);
        match cause(&input, &recorded, &result) {
            Ok(cause) => *counts.entry(cause).or_default() += 1,
            Err(hidden) => shown.push(format!(
                "{function} shows {hidden:?}\n  in   {}\n  B    {}\n  ours {}",
                to_compact(&input),
                to_compact(&recorded),
                to_compact(&result)
            )),
        }
    }
    println!("{counts:?}");
    assert!(
        shown.is_empty(),
        "{} results show what OpenClaw hides:\n{}",
        shown.len(),
        shown.join("\n")
    );
    let count = |cause| counts.get(&cause).copied().unwrap_or_default();
    assert!(
        count(Cause::Equal) * 4 > vectors.len() * 3
            && count(Cause::HarmlessSpared) * 10 < vectors.len(),
        "{counts:?}"
    );
}

/// Our redactors for the two kinds of recorded functions.
struct Ours {
    local: Redactor,
    plain: Redactor,
}

impl Ours {
    fn new() -> Self {
        let home = "/home/alex";
        let homes = Homes {
            homes: vec![home.into()],
            state_dirs: vec![format!("{home}/.openclaw")],
            workspaces: vec![format!("{home}/work/demo")],
        };
        let options = |homes| Options { homes, variant: Variant::Database, ..Options::default() };
        Self {
            local: Redactor::new(&STANDARD, options(homes)),
            plain: Redactor::new(&STANDARD, options(Homes::default())),
        }
    }

    fn run(&self, function: &str, input: &Value) -> Value {
        let text = input.as_js_string().map(|text| text.to_str_lossy());
        match (function, text) {
            ("redactSupportString" | "redactTextForSupport", Some(text)) => {
                self.local.support_string(&text).into()
            }
            ("redactToolPayloadText" | "redactSecrets", Some(text)) => {
                self.plain.masking_text(&text).into()
            }
            _ => {
                let mut value = input.clone();
                self.plain.value(&mut value, &mut Vec::new());
                value
            }
        }
    }
}

/// Compares what was hidden; the error is a value that OpenClaw hides and ours shows.
fn cause(input: &Value, recorded: &Value, ours: &Value) -> Result<Cause, String> {
    if recorded == ours {
        return Ok(Cause::Equal);
    }
    let unmasked = |value: &Value| -> BTreeMap<String, String> {
        let leaves = leaves(value).into_iter();
        leaves.map(|(place, text)| (place, without_masks(&text))).collect()
    };
    let (input, recorded, ours) = (leaves(input), unmasked(recorded), unmasked(ours));
    let everywhere = |leaves: &BTreeMap<String, String>, hidden: &str| -> usize {
        leaves.values().map(|text| text.matches(hidden).count()).sum()
    };
    let mut worst = Cause::HidesAsMuch;
    for (place, before) in &input {
        let at = |leaves: &BTreeMap<String, String>| leaves.get(place).cloned().unwrap_or_default();
        // A member that OpenClaw removes stays as a name; its value is looked at by itself.
        if place.ends_with('~') && !recorded.contains_key(place) && ours.contains_key(place) {
            worst = worst.max(Cause::MemberKept);
            continue;
        }
        let (theirs, now) = (at(&recorded), at(&ours));
        let before = before_cut(before, &theirs);
        for hidden in hidden(before, &theirs) {
            let shown = if hidden.len() < 4 {
                now.matches(&hidden).count() > theirs.matches(&hidden).count()
            } else {
                everywhere(&ours, &hidden) > everywhere(&recorded, &hidden)
            };
            if shown && !HARMLESS.contains(&hidden.as_str()) {
                return Err(hidden);
            }
            if shown {
                worst = worst.max(Cause::HarmlessSpared);
            }
        }
    }
    Ok(worst)
}

/// The part of a text that OpenClaw did not cut off.
fn before_cut<'t>(before: &'t str, after: &str) -> &'t str {
    after.strip_suffix("...<truncated>").and_then(|kept| before.get(..kept.len())).unwrap_or(before)
}

/// The scalars and names of a value by their places.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    fn visit(value: &Value, place: &str, leaves: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter() {
                    let name = name.to_str_lossy();
                    leaves.insert(format!("{place}/{name}~"), name.to_string());
                    visit(value, &format!("{place}/{name}"), leaves);
                }
            }
            Value::Array(items) => {
                for (at, value) in items.iter().enumerate() {
                    visit(value, &format!("{place}/{at}"), leaves);
                }
            }
            Value::String(text) => {
                leaves.insert(place.to_owned(), text.to_str_lossy().into_owned());
            }
            _ => {
                leaves.insert(place.to_owned(), to_compact(value));
            }
        }
    }
    let mut leaves = BTreeMap::new();
    visit(value, "", &mut leaves);
    leaves
}

/// A text with each mask as one character that no text holds, so that its letters match nothing.
fn without_masks(text: &str) -> String {
    static MASKS: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(r"<redacted[^>]*>|\[REDACTED[^\]]*\]|\*\*\*|…(?:redacted…)?").unwrap()
    });
    MASKS.replace_all(text, "\u{E000}").into_owned()
}

/// The pieces of a text that are missing from its redacted form.
fn hidden(before: &str, after: &str) -> Vec<String> {
    let before: Vec<char> = before.chars().collect();
    let after: Vec<char> = after.chars().collect();
    let ops = similar::capture_diff_slices(similar::Algorithm::Myers, &before, &after);
    ops.into_iter()
        .filter(|op| op.tag() != similar::DiffTag::Equal)
        .map(|op| before[op.old_range()].iter().collect::<String>())
        .filter(|piece| piece.chars().any(char::is_alphanumeric))
        .collect()
}

#[test]
fn the_comparison_sees_what_is_shown() {
    let (input, theirs) = (Value::from("token=abcd1234 x"), Value::from("token=*** x"));
    let cause = |ours: &str| cause(&input, &theirs, &Value::from(ours));
    assert_eq!(cause("token=*** x"), Ok(Cause::Equal));
    assert_eq!(cause("token=<redacted> x"), Ok(Cause::HidesAsMuch));
    assert_eq!(cause("<redacted>"), Ok(Cause::HidesAsMuch));
    assert_eq!(cause("token=abcd1234 ***"), Err("abcd1234".to_owned()));
}
