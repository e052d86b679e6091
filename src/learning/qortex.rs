//! The stores of qortex, where later releases keep posteriors: one belief for each arm and context.
//!
//! A context (session, channel, provider, model, phase) is stored as a hash only, so that its label
//! has to be recovered: hash the contexts of sessions that are known, and compare. The product
//! itself reads only the partition `default`, which holds seeds and little else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::Error;
use super::row::{cell, date_of};
use super::stored::Stored;
use crate::js::date;
use crate::js::parse::parse_str;
use crate::js::value::{Object, Value};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::digest::hex;
use crate::model::learning::posterior::{Beta, Posterior};
use crate::store::Database;
use crate::store::scratch::Scratch;

/// The hash of the empty context: the only partition that the product reads.
pub const DEFAULT_PARTITION: &str = "default";

/// What a qortex store holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Qortex {
    /// The partitions: `default` first, then those with most pulls.
    pub partitions: Vec<Partition>,
    /// Rows that could not be read, and the way of reading.
    pub diagnostics: Vec<Diagnostic>,
}

/// The beliefs of one context.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition {
    /// The stored hash.
    pub hash: String,
    /// The context, when one of the known sessions has this hash.
    pub label: Option<Context>,
    /// The arms in the order of the store.
    pub posteriors: Vec<Posterior>,
    /// When each was last observed, as the store has it: ISO texts, more exact than milliseconds.
    pub stamps: Vec<String>,
    /// Sum of the rewards of all arms; a reward may be a fraction.
    pub reward: f64,
}

impl Partition {
    /// Pulls of all arms.
    pub fn pulls(&self) -> f64 {
        self.posteriors.iter().map(|posterior| posterior.pulls).sum()
    }
}

impl Qortex {
    /// Reads a store: a database, or the JSON variant when the name ends so.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or is something else.
    pub fn open(path: &Path, scratch: &Scratch) -> Result<Self, Error> {
        let json = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
        if json {
            let bytes = std::fs::read(path)
                .map_err(|source| Error::Io { path: path.to_owned(), source })?;
            return Self::parse(&String::from_utf8_lossy(&bytes), path);
        }
        Ok(read_database(path, scratch)?.sorted())
    }

    /// Reads the text of a store in JSON; `path` is only named.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] when it is no store of qortex.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        Ok(read_json(text, path)?.sorted())
    }

    /// The partition without a context first, then by pulls.
    fn sorted(mut self) -> Self {
        self.partitions.sort_by(|a, b| {
            let key =
                |partition: &Partition| (partition.hash != DEFAULT_PARTITION, -partition.pulls());
            let ((a_other, a_pulls), (b_other, b_pulls)) = (key(a), key(b));
            a_other.cmp(&b_other).then(a_pulls.total_cmp(&b_pulls))
        });
        self
    }

    /// Labels the partitions whose context is among the given ones.
    pub fn label(&mut self, contexts: impl IntoIterator<Item = Context>) {
        let known: FxHashMap<String, Context> =
            contexts.into_iter().map(|context| (context.hash(), context)).collect();
        for partition in &mut self.partitions {
            if partition.label.is_none() {
                partition.label = known.get(&partition.hash).cloned();
            }
        }
    }

    /// One belief for each arm: what all partitions learnt, on top of the prior Beta(1, 1). Arms in
    /// the order in which they are first met.
    pub fn merged(&self) -> Vec<Posterior> {
        let mut merged: Vec<Posterior> = Vec::new();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for posterior in self.partitions.iter().flat_map(|partition| &partition.posteriors) {
            let place = *places.entry(&posterior.arm).or_insert_with(|| {
                let arm = posterior.arm.clone();
                merged.push(Posterior { arm, belief: Beta::UNIFORM, pulls: 0.0, updated: None });
                merged.len() - 1
            });
            if let Some(sum) = merged.get_mut(place) {
                sum.belief.alpha += posterior.belief.alpha - 1.0;
                sum.belief.beta += posterior.belief.beta - 1.0;
                sum.pulls += posterior.pulls;
                sum.updated = sum.updated.max(posterior.updated);
            }
        }
        merged
    }

    /// The beliefs without a context, the only ones that the product reads, or those of all
    /// contexts taken together; with their stamps.
    pub fn taken(&self, all_contexts: bool) -> (Vec<Posterior>, Stored) {
        let mut stored = Stored::default();
        if all_contexts {
            let (merged, stamps) = (self.merged(), self.last_stamps());
            for posterior in &merged {
                let stamp = stamps.get(posterior.arm.as_str()).copied().unwrap_or_default();
                stored.add(posterior, stamp.into());
            }
            return (merged, stored);
        }
        let own = self.partitions.iter().filter(|partition| partition.hash == DEFAULT_PARTITION);
        let rows = own.flat_map(|part| part.posteriors.iter().zip(&part.stamps));
        let posteriors = rows.map(|(posterior, stamp)| {
            stored.add(posterior, stamp.as_str().into());
            posterior.clone()
        });
        (posteriors.collect(), stored)
    }

    /// When each arm was last observed in any partition, as the store has it.
    pub fn last_stamps(&self) -> FxHashMap<&str, &str> {
        let mut found: FxHashMap<&str, (Option<i64>, &str)> = FxHashMap::default();
        for part in &self.partitions {
            for (posterior, stamp) in part.posteriors.iter().zip(&part.stamps) {
                let last = found.entry(&posterior.arm).or_insert((posterior.updated, stamp));
                if posterior.updated > last.0 {
                    *last = (posterior.updated, stamp);
                }
            }
        }
        found.into_iter().map(|(arm, (_, stamp))| (arm, stamp)).collect()
    }

    /// Pulls and rewards of all partitions: the product's `total_pulls` and `total_reward`.
    pub fn totals(&self) -> (f64, f64) {
        let pulls = self.partitions.iter().map(Partition::pulls).sum();
        (pulls, self.partitions.iter().map(|partition| partition.reward).sum())
    }

    /// Adds an arm to the partition of a hash.
    fn add(&mut self, hash: &str, posterior: Posterior, stamp: String, reward: f64) {
        if let Some(own) = self.partitions.iter_mut().find(|partition| partition.hash == hash) {
            own.posteriors.push(posterior);
            own.stamps.push(stamp);
            own.reward += reward;
            return;
        }
        self.partitions.push(Partition {
            hash: hash.to_owned(),
            label: (hash == DEFAULT_PARTITION).then(Context::default),
            posteriors: vec![posterior],
            stamps: vec![stamp],
            reward,
        });
    }
}

/// What selection and reward were told about a run, as text members.
///
/// Selection knows `session_key`, `channel`, `provider`, `model` and `phase`, each left out where it
/// is not known; rewards by hand have contexts of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context(BTreeMap<&'static str, String>);

/// The members of a context, in the order in which they vary least.
const MEMBERS: [&str; 5] = ["session_key", "channel", "provider", "model", "phase"];

impl Context {
    /// The context of a session's runs in a phase (`active` or `passive`).
    pub fn of_session(
        session_key: Option<&str>,
        channel: Option<&str>,
        provider: Option<&str>,
        model: Option<&str>,
        phase: &str,
    ) -> Self {
        let values = [session_key, channel, provider, model, Some(phase)];
        let known = MEMBERS.into_iter().zip(values);
        Self(known.filter_map(|(name, value)| Some((name, value?.to_owned()))).collect())
    }

    /// A member, such as `session_key`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The members in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The hash under which qortex keeps the context: `default` when it is empty, else the first 16
    /// digits of SHA-256 over compact JSON with sorted names and escapes outside ASCII.
    pub fn hash(&self) -> String {
        if self.0.is_empty() {
            return DEFAULT_PARTITION.to_owned();
        }
        let members: Vec<String> = self
            .iter()
            .map(|(name, value)| format!("{}:{}", quoted(name), quoted(value)))
            .collect();
        let digest = Sha256::digest(format!("{{{}}}", members.join(",")));
        hex(digest.get(..8).unwrap_or_default())
    }
}

/// A string as Python's `json.dumps` prints it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            other => other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }),
        }
    }
    out.push('"');
    out
}

fn read_database(path: &Path, scratch: &Scratch) -> Result<Qortex, Error> {
    let database = Database::open(path, scratch)?;
    let refused = |source| Error::Database { path: path.to_owned(), source };
    let mut store =
        Qortex { diagnostics: database.note().into_iter().collect(), ..Qortex::default() };
    let sql = "SELECT context_hash, arm_id, alpha, beta, pulls, total_reward, last_updated \
               FROM arm_states ORDER BY rowid";
    let mut statement = database.connection.prepare(sql).map_err(refused)?;
    let mut rows = statement.query([]).map_err(refused)?;
    while let Some(row) = rows.next().map_err(refused)? {
        let get = |at: usize| row.get_ref(at).map(cell).map_err(refused);
        let hash = get(0)?.shown().unwrap_or_default();
        let (Some(alpha), Some(beta)) = (get(2)?.number(), get(3)?.number()) else {
            store.diagnostics.push(odd_arm(path, &hash));
            continue;
        };
        let posterior = Posterior {
            arm: get(1)?.shown().unwrap_or_default(),
            belief: Beta { alpha, beta },
            pulls: get(4)?.number().unwrap_or_default(),
            updated: date_of(&get(6)?),
        };
        let reward = get(5)?.number().unwrap_or_default();
        store.add(&hash, posterior, get(6)?.shown().unwrap_or_default(), reward);
    }
    Ok(store)
}

fn read_json(text: &str, path: &Path) -> Result<Qortex, Error> {
    let format = |what: String| Error::Format { path: path.to_owned(), what };
    let value = parse_str(text).map_err(|error| format(format!("is not JSON: {error}")))?;
    let contexts = value.as_object().ok_or_else(|| format("is no store of qortex".into()))?;
    let mut store = Qortex::default();
    for (hash, arms) in contexts.iter() {
        let hash = hash.to_str_lossy();
        for (arm, state) in arms.as_object().into_iter().flat_map(Object::iter) {
            let Some(posterior) = posterior_of(&arm.to_str_lossy(), state) else {
                store.diagnostics.push(odd_arm(path, &hash));
                continue;
            };
            let reward = state.get("total_reward").and_then(Value::as_f64).unwrap_or_default();
            let stamp = state.get("last_updated").and_then(Value::as_str).unwrap_or_default();
            store.add(&hash, posterior, stamp.to_owned(), reward);
        }
    }
    Ok(store)
}

/// An arm's state in JSON, with the names of qortex; nothing without numbers for α and β.
fn posterior_of(arm: &str, state: &Value) -> Option<Posterior> {
    let number = |name: &str| state.get(name).and_then(Value::as_f64);
    let updated = state.get("last_updated").and_then(Value::as_str);
    Some(Posterior {
        arm: arm.to_owned(),
        belief: Beta { alpha: number("alpha")?, beta: number("beta")? },
        pulls: number("pulls").unwrap_or_default(),
        updated: updated.and_then(|text| date::parse(text, &TimeZone::UTC)),
    })
}

fn odd_arm(path: &Path, hash: &str) -> Diagnostic {
    let message =
        format!("An arm of the partition {hash:?} was left out: alpha or beta is no number.");
    Diagnostic::error("learning-row-skipped", Place::whole(path), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// Known answers of qortex itself.
    #[test]
    fn contexts_hash_as_in_qortex() {
        let context = |key, channel, provider, model| {
            Context::of_session(key, channel, Some(provider), Some(model), "active")
        };
        let main =
            context(Some("agent:main:main"), Some("telegram"), "anthropic", "claude-sonnet-4");
        assert_eq!(main.hash(), "5d887ce00e0cfaac");
        assert_eq!(context(None, None, "anthropic", "claude-sonnet-4").hash(), "baa3f8a770e58e07");
        assert_eq!(Context::default().hash(), "default");
        assert_eq!(quoted("a\"\\é🦞\n\u{7f}"), "\"a\\\"\\\\\\u00e9\\ud83e\\udd9e\\n\\u007f\"");
    }

    fn database(path: &Path) {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE arm_states (context_hash TEXT NOT NULL, arm_id TEXT NOT NULL,
                   alpha REAL NOT NULL DEFAULT 1.0, beta REAL NOT NULL DEFAULT 1.0,
                   pulls INTEGER NOT NULL DEFAULT 0, total_reward REAL NOT NULL DEFAULT 0.0,
                   last_updated TEXT NOT NULL DEFAULT '', PRIMARY KEY (context_hash, arm_id));
                 INSERT INTO arm_states VALUES
                   ('baa3f8a770e58e07', 'tool:fs:Read', 3, 1.5, 3, 2.5, '2026-02-14T00:00:00.5+00:00'),
                   ('baa3f8a770e58e07', 'tool:x:odd', 'many', 1, 0, 0, ''),
                   ('default', 'tool:fs:Read', 2, 1, 0, 0, ''),
                   ('0123', 'tool:a:b', 1, 9, 8, 0, '2026-02-13T16:26:40+00:00');",
            )
            .unwrap();
    }

    #[test]
    fn partitions_are_labelled_and_merged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("openclaw.db");
        database(&path);
        let mut store = Qortex::open(&path, &Scratch::new()).unwrap();
        let context =
            Context::of_session(None, None, Some("anthropic"), Some("claude-sonnet-4"), "active");
        store.label([context.clone()]);
        let hashes: Vec<_> = store.partitions.iter().map(|found| found.hash.as_str()).collect();
        assert_eq!(hashes, ["default", "0123", "baa3f8a770e58e07"]);
        assert_eq!(store.partitions[2].label, Some(context));
        assert_eq!(store.partitions[1].label, None);
        assert_eq!((store.totals(), store.diagnostics.len()), ((11.0, 2.5), 1));
        let merged = store.merged();
        assert_eq!(merged[0].belief, Beta { alpha: 4.0, beta: 1.5 });
        assert_eq!((merged[0].pulls, merged[0].updated), (3.0, Some(1_771_027_200_500)));
        assert_eq!(merged.len(), 2);
    }

    #[test]
    fn the_json_variant_holds_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("openclaw.json");
        let text = r#"{"default": {"tool:fs:Read": {"alpha": 2.0, "beta": 1.0, "pulls": 1,
            "total_reward": 1.0, "last_updated": ""}, "odd": {}}}"#;
        std::fs::write(&path, text).unwrap();
        let store = Qortex::open(&path, &Scratch::new()).unwrap();
        assert_eq!(store.partitions[0].posteriors[0].belief, Beta { alpha: 2.0, beta: 1.0 });
        assert_eq!((store.totals(), store.diagnostics.len()), ((1.0, 1.0), 1));
        std::fs::write(&path, "[]").unwrap();
        assert!(matches!(Qortex::open(&path, &Scratch::new()), Err(Error::Format { .. })));
    }
}
