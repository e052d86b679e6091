//! Planning the bundle of a session: read it, choose how to redact it, hand both to the exporter.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::export::{self, Settings};
use crate::model::bundle::{BundlePlan, Planning};
use crate::model::session::SessionRow;
use crate::redact::paths::Seen;
use crate::redact::{Homes, Literal, Profile, RuleError, Rules};
use crate::store::Store;
use crate::store::cancel::Cancel;

use super::{Error, source};

/// What to plan a bundle of.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The session.
    pub row: SessionRow,
    /// The session key as it was typed, trimmed.
    pub session_key: String,
    /// The id of the entry at which the branch ends; `None` means the active branch.
    pub branch: Option<String>,
    /// The workspace, absolute.
    pub workspace: PathBuf,
    /// How to redact.
    pub redaction: Redaction,
    /// The instant of the plan, ms since the epoch, UTC.
    pub now: i64,
}

/// How to redact a bundle.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Redaction {
    /// The strict profile.
    pub strict: bool,
    /// Equal values get equal numbers in their masks.
    pub numbered: bool,
    /// Values to mask for this bundle only.
    pub literals: Vec<String>,
    /// Rule files: their text, and the place that error messages name.
    pub rules: Vec<(String, String)>,
    /// The machine that wrote the session, as far as somebody says.
    pub original: Original,
}

impl fmt::Debug for Redaction {
    /// Literals are secrets, and rules may spell some: only their number is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction")
            .field("strict", &self.strict)
            .field("numbered", &self.numbered)
            .field("literals", &self.literals.len())
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

/// Directories of the machine that wrote a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// Its home directory.
    pub home: Option<String>,
    /// Its state directory.
    pub state_dir: Option<String>,
    /// The session's workspace there.
    pub workspace: Option<String>,
}

impl Redaction {
    /// The rules that the request names, with `logging.redactPatterns` of a configuration.
    ///
    /// # Errors
    ///
    /// [`Error::Rules`] for a rule file that does not hold rules.
    pub fn to_rules(&self, patterns: &[String]) -> Result<Rules, Error> {
        let profile = if self.strict { Profile::Strict } else { Profile::Standard };
        let (rules, _) = Rules::built_in(profile)?.with_patterns(patterns);
        self.rules.iter().try_fold(rules, |rules, (text, place)| Ok(rules.with_user(text, place)?))
    }

    /// Sentences about the patterns of a configuration that cannot be expressed and so mask
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Rules`] when the built-in rules cannot be read.
    pub fn unusable_patterns(&self, patterns: &[String]) -> Result<Vec<String>, Error> {
        if patterns.is_empty() {
            return Ok(Vec::new());
        }
        let (_, refused) = Rules::built_in(Profile::Standard)?.with_patterns(patterns);
        let told = |error: &RuleError| {
            format!("A pattern of the OpenClaw configuration is left out: {error}")
        };
        Ok(refused.iter().map(told).collect())
    }

    pub(super) fn to_literals(&self) -> Vec<Literal> {
        let values: BTreeSet<&String> = self.literals.iter().collect();
        let literal = |value: &&String| Literal { value: (*value).clone(), rule: "literal".into() };
        values.iter().filter(|value| !value.is_empty()).map(literal).collect()
    }
}

/// Reads files of rules: each as its text, and the place that error messages name.
///
/// # Errors
///
/// A sentence for a person when one cannot be read.
pub fn read_rules(files: &[PathBuf]) -> Result<Vec<(String, String)>, String> {
    let read = |file: &PathBuf| {
        let place = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{place}: cannot read the rules: {error}"))?;
        Ok((text, place))
    };
    files.iter().map(read).collect()
}

/// Why a value cannot be masked wherever it stands, if that is so.
pub fn literal_fault(value: &str) -> Option<String> {
    Literal::fault(value)
}

/// A regular expression that was typed, as the text of a file of rules and the place that error
/// messages name; `number` tells it from the others of a bundle.
pub fn typed_rule(number: usize, shape: &str) -> (String, String) {
    let shape = toml::Value::String(shape.to_owned());
    let text = format!(
        "[[rule]]\nid = \"typed-{number}\"\ntitle = \"Typed for this bundle\"\nshape = {shape}\n"
    );
    (text, "the typed rule".to_owned())
}

/// Why a regular expression cannot be a rule, in one line, if that is so.
pub fn shape_fault(shape: &str) -> Option<String> {
    let (text, place) = typed_rule(1, shape);
    let error = Rules::built_in(Profile::Standard).ok()?.with_user(&text, &place).err()?;
    // The parser draws a picture of the place in several lines; the last one says what is wrong.
    let last = error.cause.lines().map(str::trim).rfind(|line| !line.is_empty());
    last.map(|line| line.trim_start_matches("error: ").to_owned())
}

/// Plans the bundle of a session.
///
/// `progress` is told now and then how far the plan has come, on the thread of the caller; a stale
/// `cancel` ends the plan at the next such moment.
///
/// # Errors
///
/// [`Error::TranscriptMissing`], [`Error::EntryNotFound`], [`Error::Rules`], [`Error::Export`], or a
/// source that cannot be read.
pub fn plan(
    store: &Store,
    request: &PlanRequest,
    cancel: &Cancel,
    progress: &dyn Fn(Planning),
) -> Result<BundlePlan, Error> {
    progress(Planning::Reading);
    let rules = request.redaction.to_rules(&store.location.redact_patterns)?;
    let branch = request.branch.as_deref();
    let workspace = &request.workspace;
    let (source, seen) =
        source::read(store, &request.row, &request.session_key, workspace, branch, cancel)?;
    let settings = Settings {
        rules: &rules,
        homes: homes(store, workspace, &request.redaction.original, seen),
        literals: request.redaction.to_literals(),
        numbered: request.redaction.numbered,
        zone: TimeZone::system(),
    };
    let watch = |planning| {
        progress(planning);
        !cancel.is_stale()
    };
    let mut plan = export::plan(source, &settings, store.now(request.now), &watch)?;
    plan.notices.extend(request.redaction.unusable_patterns(&store.location.redact_patterns)?);
    Ok(plan)
}

/// This machine's directories, those that were named, and those found in the data.
fn homes(store: &Store, workspace: &Path, original: &Original, seen: Seen) -> Homes {
    let text = |path: &Path| path.display().to_string();
    let ours = Homes {
        homes: store.location.home.iter().map(|home| text(home)).collect(),
        state_dirs: vec![text(&store.location.state_dir)],
        workspaces: vec![text(workspace)],
    };
    let mut theirs = Homes {
        homes: original.home.iter().cloned().collect(),
        state_dirs: original.state_dir.iter().cloned().collect(),
        workspaces: original.workspace.iter().cloned().collect(),
    };
    let found = found_homes(&ours, seen);
    for (named, found) in
        [(&mut theirs.state_dirs, found.state_dirs), (&mut theirs.workspaces, found.workspaces)]
    {
        if named.is_empty() {
            *named = found;
        }
    }
    // Whoever names one home has not said that there is no other.
    ours.with(&theirs).with(&Homes { homes: found.homes, ..Homes::default() })
}

/// The directories that the data speaks of; only homes when it speaks of this machine's, whose other
/// directories are known.
fn found_homes(ours: &Homes, seen: Seen) -> Homes {
    let found = seen.homes();
    if found.homes.iter().any(|home| ours.homes.contains(home)) {
        return Homes { homes: found.homes, ..Homes::default() };
    }
    found
}
