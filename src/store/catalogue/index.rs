//! `sessions.json`, streamed: entry by entry, so that a file of 100 MB needs no memory of its size.
//!
//! Two forms are read: the map from session key to entry, and the version-2 form whose map lies
//! under `agents`.

use std::fmt;
use std::io::{self, BufReader};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::entry::IndexEntry;
use super::names;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::member::Maybe;
use crate::store::Error;
use crate::store::confine::Roots;

/// Reads an index. The entries come in the order of the file, each key once with its last value.
///
/// A file that cannot be read or ends early gives a diagnostic and the entries before the damage.
pub(super) fn read(
    path: &Path,
    roots: &Roots,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(String, IndexEntry)> {
    let mut found = Found::default();
    let outcome = roots.open(path).map_err(reason).and_then(|file| {
        if file.metadata()?.len() == 0 {
            return Err(io::Error::other("it is empty (0 bytes)"));
        }
        stream(BufReader::with_capacity(256 << 10, file), &mut found)
    });
    if let Err(error) = outcome {
        let rest = match found.entries.len() {
            0 => "Transcripts are listed without it.".to_owned(),
            read => format!(
                "The {read} entries before the damage are used; other transcripts are listed without it."
            ),
        };
        let message = format!("The session index cannot be read: {error}. {rest}");
        diagnostics.push(Diagnostic::error("index-unreadable", Place::whole(path), message));
    }
    if found.unusable > 0 {
        let message = format!(
            "Ignored {} of the index's entries: not an object, or without a usable session id.",
            found.unusable
        );
        diagnostics.push(Diagnostic::warning("index-entry-unusable", Place::whole(path), message));
    }
    found.into_entries(path, diagnostics)
}

/// The reason alone: the diagnostic names the path.
fn reason(error: Error) -> io::Error {
    match error {
        Error::Io { source, .. } => source,
        Error::NotAStore { what, .. } => io::Error::other(format!("it is {what}")),
        other => io::Error::other(other.to_string()),
    }
}

fn stream(reader: impl io::Read, found: &mut Found) -> io::Result<()> {
    let mut reader = serde_json::Deserializer::from_reader(reader);
    let read = reader.deserialize_any(IndexVisitor { found, nested: false });
    // Only the position is told: serde's own message may quote the data.
    read.and_then(|()| reader.end()).map_err(|error| match error.classify() {
        serde_json::error::Category::Io => error.into(),
        serde_json::error::Category::Data => io::Error::other("it is not a JSON object"),
        _ => io::Error::other(format!(
            "it is not valid JSON from line {}, column {}",
            error.line(),
            error.column()
        )),
    })
}

/// What has been read so far; it outlives an error of the reader.
#[derive(Default)]
struct Found {
    entries: Vec<(String, IndexEntry)>,
    unusable: usize,
}

impl Found {
    fn push(&mut self, key: String, entry: Option<IndexEntry>) {
        match entry.filter(|entry| entry.session_id().is_some_and(names::is_session_id)) {
            Some(entry) => self.entries.push((key, entry)),
            None => self.unusable += 1,
        }
    }

    /// Of keys that OpenClaw takes for the same, the entry that was updated last stays; of equal
    /// ones the later, as in any JSON object that names a member twice.
    fn into_entries(
        self,
        path: &Path,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(String, IndexEntry)> {
        let mut places = rustc_hash::FxHashMap::default();
        let mut kept: Vec<(String, IndexEntry)> = Vec::with_capacity(self.entries.len());
        let mut dropped = 0_usize;
        for (key, entry) in self.entries {
            let normal = crate::model::key::SessionKey::new(key.as_str()).normal_form();
            let at = *places.entry(normal).or_insert(kept.len());
            match kept.get_mut(at) {
                None => kept.push((key, entry)),
                Some(earlier) => {
                    dropped += 1;
                    if earlier.1.updated_at() <= entry.updated_at() {
                        *earlier = (key, entry);
                    }
                }
            }
        }
        if dropped > 0 {
            let message = format!(
                "{dropped} entries repeat the key of another one; the newest of each is shown."
            );
            diagnostics.push(Diagnostic::warning(
                "index-key-repeated",
                Place::whole(path),
                message,
            ));
        }
        kept
    }
}

struct IndexVisitor<'a> {
    found: &'a mut Found,
    /// Inside the `agents` member of the version-2 form.
    nested: bool,
}

impl<'de> Visitor<'de> for IndexVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of sessions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "agents" if !self.nested => {
                    map.next_value_seed(Nested { found: &mut *self.found })?;
                }
                "version" if !self.nested => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    let Maybe(entry) = map.next_value()?;
                    self.found.push(key, entry);
                }
            }
        }
        Ok(())
    }
}

struct Nested<'a> {
    found: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(IndexVisitor { found: self.found, nested: true })
    }
}

#[cfg(test)]
mod tests;
