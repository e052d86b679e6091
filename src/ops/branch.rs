//! One branch of a transcript with its records, for what shows or shares a session.

use std::collections::BTreeMap;
use std::io;

use crate::js::parse;
use crate::js::value::Value;
use crate::model::entry::{Entry, EntryKind};
use crate::model::ids::{EntryIx, RowSpan};
use crate::model::migrate;
use crate::model::nav::{Branch, BranchEntry, BranchParent};
use crate::model::transcript::Transcript;
use crate::store;
use crate::store::body::BodyReader;

use super::Error;

/// The branch that ends at an entry, or the active one.
///
/// # Errors
///
/// [`Error::EntryNotFound`].
pub(super) fn chosen(transcript: &Transcript, wanted: Option<&str>) -> Result<Branch, Error> {
    let Some(wanted) = wanted else {
        return Ok(transcript.branch.clone());
    };
    let not_found = || Error::EntryNotFound { entry: wanted.to_owned() };
    let id = transcript.tables.ids.find(wanted).ok_or_else(not_found)?;
    let branch = Branch::ending_at(&transcript.tables, transcript.origin.rules, id);
    if branch.entries.is_empty() { Err(not_found()) } else { Ok(branch) }
}

/// The records of a branch.
#[derive(Debug)]
pub(super) struct Records {
    /// The first header, as stored; null where there is none.
    pub header: Value,
    /// The entries, root first, migrated, with `parentId` as in the branch.
    pub entries: Vec<Value>,
}

impl Records {
    /// Reads the records of a branch.
    ///
    /// # Errors
    ///
    /// A source that cannot be read, or was rewritten since it was indexed.
    pub(super) fn read(
        bodies: &mut BodyReader,
        transcript: &Transcript,
        chosen: &Branch,
    ) -> Result<Self, Error> {
        let version = transcript.header.as_ref().map_or(1.0, |header| header.version);
        let header = transcript.header.as_ref().map(|header| header.entry);
        let wanted = header.into_iter().chain(chosen.entries.iter().map(|member| member.entry));
        let mut rows = if version < 3.0 {
            // Records before version 3 are migrated together, because ids follow from their order.
            let all = (0..transcript.tables.entries.len()).map(EntryIx::from);
            let mut all = rows(bodies, transcript, all)?;
            migrate::migrate(&mut all);
            wanted.map(|entry| all.get(entry.index()).cloned().unwrap_or_default()).collect()
        } else {
            rows(bodies, transcript, wanted)?
        };
        let mut entries = rows.split_off(usize::from(header.is_some()));
        for (entry, member) in entries.iter_mut().zip(&chosen.entries) {
            set_parent(entry, member, transcript);
        }
        Ok(Self { header: rows.pop().unwrap_or_default(), entries })
    }
}

/// Gives a record the parent that it has in the branch.
fn set_parent(entry: &mut Value, member: &BranchEntry, transcript: &Transcript) {
    let parent = match member.parent {
        BranchParent::AsStored => return,
        BranchParent::Null => Value::Null,
        BranchParent::To(id) => transcript.tables.text(id).into(),
    };
    if let Some(members) = entry.as_object_mut() {
        members.insert("parentId", parent);
    }
}

/// How many rows of each type that the release does not know a transcript has; no branch holds
/// them.
///
/// # Errors
///
/// A source that cannot be read.
pub(super) fn unknown_types(
    bodies: &mut BodyReader,
    transcript: &Transcript,
) -> Result<BTreeMap<String, u64>, Error> {
    let rules = transcript.origin.rules;
    let unknown = |(_, entry): &(usize, &Entry)| {
        let is_control = matches!(entry.kind, EntryKind::Header | EntryKind::Leaf);
        !is_control && !entry.kind.is_canonical(rules)
    };
    let entries = transcript.tables.entries.iter().enumerate().filter(unknown);
    let mut types = BTreeMap::new();
    for row in rows(bodies, transcript, entries.map(|(at, _)| EntryIx::from(at)))? {
        let name = row.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        *types.entry(name).or_default() += 1;
    }
    Ok(types)
}

/// The parsed rows at some positions, in the order asked for.
fn rows(
    bodies: &mut BodyReader,
    transcript: &Transcript,
    wanted: impl Iterator<Item = EntryIx>,
) -> Result<Vec<Value>, Error> {
    let spans: Vec<RowSpan> =
        wanted.filter_map(|entry| Some(transcript.tables.entry(entry)?.span)).collect();
    let mut values = Vec::with_capacity(spans.len());
    bodies.each(&spans, &mut |_, text| {
        values.push(parse::parse_lossy(text).map(|value| {
            let mut value = value.without_proto();
            // All entries are in memory together.
            value.shrink_to_fit();
            value
        }));
    })?;
    // The index accepted every one of these rows, so one that is no JSON has been written since.
    let rewritten = |fault| {
        let fault = io::Error::new(io::ErrorKind::InvalidData, fault);
        store::Error::io(&transcript.origin.path)(fault)
    };
    Ok(values.into_iter().collect::<Result<_, _>>().map_err(rewritten)?)
}
