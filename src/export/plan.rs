//! Planning a bundle: all files in memory, at one instant, with everything that was masked.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::tz::TimeZone;

use crate::js::text::JsString;
use crate::js::value::Value;
use crate::js::{date, print};
use crate::model::bundle::{BundlePlan, EventCounts, MANIFEST, MediaType, Omitted, PlannedFile};
use crate::model::entry::Rules as Reading;
use crate::model::finding::Finding;
use crate::redact::{Homes, Literal, Options, Profile, Redactor, Rules, Variant};

use super::crew::{Worker, crew};
use super::documents::{self, Envelope};
use super::follow::{Secrets, reconcile};
use super::manifest::Told;
use super::redaction::{Place, Redaction};
use super::runtime::RuntimeEvents;
use super::source::Source;
use super::steps::{Steps, Watch};
use super::structure::{CONSTANTS, STRUCTURE, is_part_of_structure};
use super::sweep::sweep;
use super::transcript_events::Part;
use super::{Error, branch, events, limits, pieces, transcript_events};

/// The file of events.
pub(super) const EVENTS: &str = "events.jsonl";

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
/// `watch` is told now and then how far the plan has come, on the thread of the caller.
///
/// # Errors
///
/// [`Error::TooLarge`], [`Error::Cancelled`], and [`Error::Unsafe`] when a file would not parse or
/// would show a value that was masked elsewhere.
pub fn plan(
    mut source: Source,
    settings: &Settings<'_>,
    now: i64,
    watch: Watch<'_>,
) -> Result<BundlePlan, Error> {
    let generated_at = date::to_iso(now).unwrap_or_default();
    let parts = transcript_events::parts(&source, &settings.zone);
    let counts = counts(&source, &parts)?;
    let redactor = redactor(&source, settings)?;
    let omitted = omitted(&source, &redactor);
    let mut redaction = Redaction::new(&redactor);
    let events = counts.total() as usize;
    let mut steps = Steps::new(watch, events + 2 * source.entries.len());
    steps.advance(0)?;

    let opening = Envelope { source: &source, generated_at: &generated_at }.open();
    let crew = crew(&redactor, events.max(source.entries.len()), settings.numbered);
    let mut files = drafts(&mut source, (&generated_at, parts), crew, &mut redaction, &mut steps)?;
    let (secrets, mut findings) = swept(&mut files, redaction, &steps)?;
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
    if !settings.numbered {
        number_groups(&mut findings);
    }
    steps.check()?;
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
        notices: notices(&redactor, &settings.literals),
    })
}

/// Masks what one file gave away in all of them; returns the secrets and all findings.
fn swept(
    files: &mut [Draft],
    redaction: Redaction<'_>,
    steps: &Steps<'_>,
) -> Result<(Option<Secrets>, Vec<Finding>), Error> {
    let secrets = redaction.secrets()?;
    let mut findings = redaction.finish();
    if let Some(secrets) = &secrets {
        sweep(files, secrets, &mut findings, steps)?;
    }
    Ok((secrets, findings))
}

/// All files but the manifest, in the order in which OpenClaw writes them.
fn drafts(
    source: &mut Source,
    (generated_at, parts): (&str, Vec<Part>),
    mut crew: Vec<Worker>,
    redaction: &mut Redaction<'_>,
    steps: &mut Steps<'_>,
) -> Result<Vec<Draft>, Error> {
    let envelope = Envelope { source, generated_at };
    let supplemental = [
        ("metadata.json", envelope.metadata(&parts)),
        ("artifacts.json", envelope.artifacts()),
        ("prompts.json", envelope.prompts()),
    ];
    let system = documents::system_prompt(&source.runtime);
    let tools = documents::tools(&source.runtime);
    let mut files = Vec::new();
    for (name, document) in supplemental {
        files.extend(document.map(|document| Draft::json(name, document, redaction)));
    }
    files.extend(large(source, &parts, &mut crew, redaction, steps)?);
    drop((parts, crew));
    files.extend(system.and_then(|prompt| Draft::text("system-prompt.txt", prompt, redaction)));
    files.extend(tools.map(|tools| Draft::json("tools.json", tools, redaction)));
    Ok(files)
}

/// The two files that hold the session: its events and its branch.
///
/// Events and entries are gone when they are printed: their text is large.
fn large(
    source: &mut Source,
    parts: &[Part],
    crew: &mut [Worker],
    redaction: &mut Redaction<'_>,
    steps: &mut Steps<'_>,
) -> Result<[Draft; 2], Error> {
    let messages = branch::redact_messages(source, crew, steps)?;
    let mut findings = Vec::new();
    let origin = events::Origin { source, parts, messages: &messages };
    let text = events::print_all(origin, crew, &mut findings, steps)?;
    source.runtime = RuntimeEvents::default();
    redaction.take_over(findings);
    let events = Draft::new(EVENTS, MediaType::JsonLines, text);
    Ok([events, branch::print(source, messages, crew, redaction, steps)?])
}

/// Numbers the groups of equal values in order of appearance: threads note them as they come.
fn number_groups(findings: &mut [Finding]) {
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    for finding in findings.iter_mut().filter(|finding| finding.group > 0) {
        let next = numbers.len() as u32 + 1;
        finding.group = *numbers.entry(finding.group).or_insert(next);
    }
}

/// The events that the bundle will hold, unless they are too many.
fn counts(source: &Source, parts: &[Part]) -> Result<EventCounts, Error> {
    let counts =
        EventCounts { runtime: source.runtime.len() as u64, transcript: parts.len() as u64 };
    limits::check_events(counts.total())?;
    Ok(counts)
}

/// The redactor for a session, unless there is more to look for than it can take.
fn redactor(source: &Source, settings: &Settings<'_>) -> Result<Redactor, Error> {
    let options = Options {
        homes: settings.homes.clone(),
        literals: settings.literals.clone(),
        followed: Vec::new(),
        numbered: settings.numbered,
        structure: &STRUCTURE,
        constants: &CONSTANTS,
        variant: match source.rules {
            Reading::Files => Variant::Files,
            Reading::Database => Variant::Database,
        },
    };
    let redactor = Redactor::new(settings.rules, options);
    let fault = redactor.fault().map(|fault| Error::TooLarge(fault.to_owned()));
    fault.map_or(Ok(redactor), Err)
}

/// The name of a profile in the manifest.
pub(super) const fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Standard => "standard",
        Profile::Strict => "strict",
    }
}

fn omitted(source: &Source, redactor: &Redactor) -> Omitted {
    let cut = [("capture", source.cut_at_capture)];
    let skipped = source.warnings.iter().filter(|warning| warning.code.is_row());
    Omitted {
        cut: cut.into_iter().filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>(),
        unreadable: skipped.map(|warning| warning.rows.count).sum(),
        entries_elsewhere: source.entries_elsewhere,
        unknown_types: masked_names(&source.unknown_types, redactor),
    }
}

/// The names of types with their counts; a name may be anything, a secret, too.
fn masked_names(types: &BTreeMap<String, u64>, redactor: &Redactor) -> BTreeMap<String, u64> {
    let mut masked = BTreeMap::new();
    for (name, count) in types {
        *masked.entry(redactor.text(name).0).or_default() += count;
    }
    masked
}

/// What the person who gave values to be masked has to know. The values themselves are not repeated.
fn notices(redactor: &Redactor, literals: &[Literal]) -> Vec<String> {
    let unmatched = match redactor.unmatched_literals().len() {
        0 => None,
        1 => {
            Some("One value that was given to be masked does not occur in this session.".to_owned())
        }
        many => Some(format!(
            "{many} values that were given to be masked do not occur in this session."
        )),
    };
    let structural = literals.iter().any(|literal| is_part_of_structure(&literal.value));
    let kept = structural.then(|| {
        "A value that was given to be masked is also a word that bundles consist of, such as the \
         name of a member or the type of an event; there it stays."
            .to_owned()
    });
    unmatched.into_iter().chain(kept).collect()
}

/// A file with its text, before digests.
#[derive(Debug)]
pub(super) struct Draft {
    pub name: &'static str,
    pub media: MediaType,
    pub text: String,
    /// Where the entries stand in the text of the branch; none in other files.
    pub entries: Vec<Range<usize>>,
}

impl Draft {
    fn new(name: &'static str, media: MediaType, text: String) -> Self {
        Self { name, media, text, entries: Vec::new() }
    }

    fn json(name: &'static str, mut document: Value, redaction: &mut Redaction<'_>) -> Self {
        redaction.stand_at(Place { file: Some(name.into()), ..Place::default() });
        redaction.value(&mut document);
        Self::new(name, MediaType::Json, pretty(&document))
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
        Some(Self::new(name, MediaType::Text, text))
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

pub(super) fn pretty(document: &Value) -> String {
    let mut text = String::new();
    // Printing to a string cannot fail.
    let _ = print::write_pretty(&mut text, document);
    text.push('\n');
    text
}

/// Checks the files and computes their digests.
fn planned(drafts: impl Iterator<Item = Draft>) -> Result<Vec<PlannedFile>, Error> {
    pieces::apart(drafts, Draft::planned).into_iter().collect()
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
    Ok((Draft::new(MANIFEST, MediaType::Json, pretty(&document)), findings))
}
