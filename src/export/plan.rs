//! Planning a bundle: all files in memory, at one instant, with everything that was masked.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::js::{date, parse, print};
use crate::model::bundle::{BundlePlan, EventCounts, MANIFEST, MediaType, Omitted, PlannedFile};
use crate::model::entry::Rules as Reading;
use crate::model::finding::Finding;
use crate::redact::{Homes, Literal, Options, Profile, Redactor, Rules, Variant};

use super::documents::{self, Envelope};
use super::follow::{Secrets, reconcile};
use super::manifest::Told;
use super::messages::Messages;
use super::redaction::{Place, Redaction};
use super::runtime::RuntimeEvents;
use super::source::Source;
use super::{Error, events, limits, transcript_events};

/// The file of events.
pub(super) const EVENTS: &str = "events.jsonl";

/// The file of the branch.
const BRANCH: &str = "session-branch.json";

/// Asked now and then whether the plan is still wanted.
pub(super) type KeepGoing<'a> = &'a dyn Fn() -> bool;

/// How a bundle is made.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// The rules of redaction.
    pub rules: &'a Rules,
    /// The directories of the machine that wrote the session, and of this one.
    pub homes: Homes,
    /// Values to mask for this bundle only.
    pub literals: Vec<Literal>,
    /// Whether equal values get equal numbers in their masks.
    pub numbered: bool,
    /// The zone of times that name none.
    pub zone: TimeZone,
}

/// Plans a bundle at an instant (ms since the epoch, UTC).
///
/// `keep_going` is asked now and then whether the plan is still wanted.
///
/// # Errors
///
/// [`Error::TooLarge`], [`Error::Cancelled`], and [`Error::Unsafe`] when a file would not parse or
/// would show a value that was masked elsewhere.
pub fn plan(
    mut source: Source,
    settings: &Settings<'_>,
    now: i64,
    keep_going: KeepGoing<'_>,
) -> Result<BundlePlan, Error> {
    let generated_at = date::to_iso(now).unwrap_or_default();
    let parts = transcript_events::parts(&source, &settings.zone);
    let counts =
        EventCounts { runtime: source.runtime.len() as u64, transcript: parts.len() as u64 };
    limits::check_events(counts.total())?;
    let omitted = omitted(&source);
    let redactor = redactor(&source, settings);
    let mut redaction = Redaction::new(&redactor);

    let envelope = Envelope { source: &source, generated_at: &generated_at };
    let opening = envelope.open();
    let supplemental = [
        ("metadata.json", envelope.metadata(&parts)),
        ("artifacts.json", envelope.artifacts()),
        ("prompts.json", envelope.prompts()),
    ];
    let system = documents::system_prompt(&source.runtime);
    let tools = documents::tools(&source.runtime);
    let mut files: Vec<Draft> = Vec::new();
    for (name, document) in supplemental {
        files.extend(document.map(|document| Draft::json(name, document, &mut redaction)));
    }
    let mut messages = Messages::new(&source, &redaction);
    let printed =
        events::print_all(&mut source, &parts, &mut messages, &mut redaction, keep_going)?;
    // Nothing asks for the events any more, and their text is large.
    source.runtime = RuntimeEvents::default();
    files.push(Draft { name: EVENTS, media: MediaType::JsonLines, text: printed });
    files.push(branch(&mut source, &mut messages, &mut redaction, keep_going)?);
    files
        .extend(system.and_then(|prompt| Draft::text("system-prompt.txt", prompt, &mut redaction)));
    files.extend(tools.map(|tools| Draft::json("tools.json", tools, &mut redaction)));

    let secrets = redaction.secrets();
    let mut findings = redaction.finish();
    if let Some(secrets) = &secrets {
        follow(&mut files, secrets, &mut findings, keep_going)?;
    }
    let told = Told {
        envelope: opening,
        source: &source,
        counts,
        files: &files,
        rules: settings.rules,
        findings: &findings,
        omitted: &omitted,
    };
    let (manifest, own) = manifest(&told, &redactor, secrets.as_ref())?;
    findings.extend(own);
    let files = planned(std::iter::once(manifest).chain(files))?;
    Ok(BundlePlan {
        generated_at,
        session_id: source.session_id,
        session_key: source.session_key,
        counts,
        files,
        findings,
        profile: profile_name(settings.rules.profile()),
        omitted,
        notices: notices(&redactor),
    })
}

/// Asks from time to time whether to go on.
pub(super) fn look_around(at: usize, keep_going: KeepGoing<'_>) -> Result<(), Error> {
    if at.is_multiple_of(256) && !keep_going() { Err(Error::Cancelled) } else { Ok(()) }
}

fn redactor(source: &Source, settings: &Settings<'_>) -> Redactor {
    let options = Options {
        homes: settings.homes.clone(),
        literals: settings.literals.clone(),
        numbered: settings.numbered,
        variant: match source.rules {
            Reading::Files => Variant::Files,
            Reading::Database => Variant::Database,
        },
    };
    Redactor::new(settings.rules, options)
}

/// The name of a profile in the manifest.
pub(super) const fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Standard => "standard",
        Profile::Strict => "strict",
    }
}

fn omitted(source: &Source) -> Omitted {
    let cut = [("capture", source.cut_at_capture)];
    let skipped = source.warnings.iter().filter(|warning| warning.code.is_row());
    Omitted {
        cut: cut.into_iter().filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>(),
        unreadable: skipped.map(|warning| warning.rows.count).sum(),
        entries_elsewhere: source.entries_elsewhere,
    }
}

fn notices(redactor: &Redactor) -> Vec<String> {
    let unmatched = redactor.unmatched_literals().len();
    // The values themselves are not repeated: the person who typed them knows them.
    let told = match unmatched {
        0 => return Vec::new(),
        1 => "One value that was given to be masked does not occur in this session.".to_owned(),
        many => {
            format!("{many} values that were given to be masked do not occur in this session.")
        }
    };
    vec![told]
}

/// A file with its text, before digests.
#[derive(Debug)]
pub(super) struct Draft {
    pub name: &'static str,
    pub media: MediaType,
    pub text: String,
}

impl Draft {
    fn json(name: &'static str, mut document: Value, redaction: &mut Redaction<'_>) -> Self {
        redaction.stand_at(Place { file: Some(name.into()), ..Place::default() });
        redaction.value(&mut document);
        Self { name, media: MediaType::Json, text: pretty(&document) }
    }

    /// A text that ends with a line end; nothing for an empty one.
    fn text(name: &'static str, mut text: Value, redaction: &mut Redaction<'_>) -> Option<Self> {
        if text.as_js_string().is_none_or(JsString::is_empty) {
            return None;
        }
        redaction.stand_at(Place { file: Some(name.into()), ..Place::default() });
        redaction.value(&mut text);
        let mut text = text.as_js_string()?.to_str_lossy().into_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Some(Self { name, media: MediaType::Text, text })
    }

    fn planned(self) -> Result<PlannedFile, Error> {
        let file = PlannedFile::new(self.name, self.media, self.text);
        if file.parses(&file.bytes) {
            Ok(file)
        } else {
            Err(Error::Unsafe { file: file.name, what: "the file would not parse" })
        }
    }
}

fn pretty(document: &Value) -> String {
    let mut text = String::new();
    // Printing to a string cannot fail.
    let _ = print::write_pretty(&mut text, document);
    text.push('\n');
    text
}

/// Checks the files and computes their digests, each on a thread of its own.
fn planned(drafts: impl Iterator<Item = Draft>) -> Result<Vec<PlannedFile>, Error> {
    std::thread::scope(|scope| {
        let running: Vec<_> = drafts.map(|draft| scope.spawn(|| draft.planned())).collect();
        let joined = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    })
}

/// `session-branch.json`; header and entries are taken out of the source, and each entry is dropped
/// when it is printed.
fn branch(
    source: &mut Source,
    messages: &mut Messages,
    redaction: &mut Redaction<'_>,
    keep_going: KeepGoing<'_>,
) -> Result<Draft, Error> {
    let file = Some(Arc::from(BRANCH));
    redaction.stand_at(Place { file: file.clone(), ..Place::default() });
    let mut out = Object::new();
    out.insert("header", std::mem::take(&mut source.header));
    out.insert("leafId", source.leaf.as_deref().map(Value::from));
    out.insert("entries", Value::Array(Vec::new()));
    let mut frame = Value::Object(out);
    redaction.value(&mut frame);
    let mut text = pretty(&frame);
    let entries = std::mem::take(&mut source.entries);
    if !entries.is_empty() {
        // The list is the last member: its end and that of the document are written anew.
        text.truncate(text.trim_end_matches(['\n', '}', ']']).len());
    }
    let last = entries.len().saturating_sub(1);
    for (at, mut entry) in entries.into_iter().enumerate() {
        look_around(at, keep_going)?;
        let entry_id = entry.get("id").and_then(Value::as_str).map(Arc::from);
        redaction.stand_at(Place { file: file.clone(), event_seq: None, entry_id });
        messages.entry(at, &mut entry, redaction);
        text.push_str("\n    ");
        // Printing to a string cannot fail.
        let _ = print::write_pretty_at(&mut text, &entry, 2);
        text.push_str(if at == last { "\n  ]\n}\n" } else { "," });
    }
    Ok(Draft { name: BRANCH, media: MediaType::Json, text })
}

/// Masks the secrets that were recognised in one place wherever else they stand.
fn follow(
    files: &mut [Draft],
    secrets: &Secrets,
    findings: &mut Vec<Finding>,
    keep_going: KeepGoing<'_>,
) -> Result<(), Error> {
    let mut later = Vec::new();
    for file in files.iter_mut().filter(|file| secrets.may_stand_in(&file.text)) {
        let mut place = Place { file: Some(file.name.into()), ..Place::default() };
        file.text = match file.media {
            MediaType::Json => pretty(&masked(file.name, &file.text, secrets, &place, &mut later)?),
            MediaType::Text => {
                let mut text = Value::from(file.text.as_str());
                secrets.mask(&mut text, &place, &mut later);
                text.as_str().unwrap_or_default().to_owned()
            }
            MediaType::JsonLines => {
                let mut out = String::with_capacity(file.text.len());
                for (at, line) in file.text.split_terminator('\n').enumerate() {
                    look_around(at, keep_going)?;
                    if secrets.may_stand_in(line) {
                        place.event_seq = Some(at as u64 + 1);
                        let event = masked(file.name, line, secrets, &place, &mut later)?;
                        let _ = print::write_compact(&mut out, &event);
                    } else {
                        out.push_str(line);
                    }
                    out.push('\n');
                }
                out
            }
        };
    }
    reconcile(findings, &mut later);
    let order: Vec<&str> = files.iter().map(|file| file.name).collect();
    findings.append(&mut later);
    findings
        .sort_by_key(|finding| order.iter().position(|name| finding.file.as_deref() == Some(name)));
    Ok(())
}

/// Parses a document, masks the secrets in it and makes sure that none is left.
fn masked(
    file: &'static str,
    text: &str,
    secrets: &Secrets,
    place: &Place,
    findings: &mut Vec<Finding>,
) -> Result<Value, Error> {
    let what = "the file would not parse";
    let mut value = parse::parse_str(text).map_err(|_| Error::Unsafe { file, what })?;
    secrets.mask(&mut value, place, findings);
    secrets.check(file, &value)?;
    Ok(value)
}

/// The manifest and its own maskings, which it does not count.
fn manifest(
    told: &Told<'_>,
    redactor: &Redactor,
    secrets: Option<&Secrets>,
) -> Result<(Draft, Vec<Finding>), Error> {
    let mut redaction = Redaction::new(redactor);
    let place = Place { file: Some(MANIFEST.into()), ..Place::default() };
    redaction.stand_at(place.clone());
    let mut document = told.manifest();
    redaction.value(&mut document);
    let mut findings = redaction.finish();
    if let Some(secrets) = secrets.filter(|secrets| secrets.stand_in(&document)) {
        let mut later = Vec::new();
        secrets.mask(&mut document, &place, &mut later);
        secrets.check(MANIFEST, &document)?;
        reconcile(&mut findings, &mut later);
        findings.append(&mut later);
    }
    if let Some(members) = document.as_object_mut() {
        members.insert("redactions", told.redactions());
    }
    Ok((Draft { name: MANIFEST, media: MediaType::Json, text: pretty(&document) }, findings))
}
