//! The second pass over printed files: the secrets that were recognised in one place are masked
//! wherever else they stand.
//!
//! Only what holds one of them is parsed again, an event or an entry at a time.

use std::ops::Range;
use std::sync::Arc;

use crate::js::value::Value;
use crate::js::{parse, print};
use crate::model::bundle::MediaType;
use crate::model::finding::Finding;

use super::follow::{Secrets, reconcile};
use super::pieces::{self, PIECE};
use super::plan::{Draft, pretty};
use super::redaction::Place;
use super::steps::Steps;
use super::{Error, branch};

/// Masks secrets in files, adds the findings and brings those that were there before up to date.
pub(super) fn sweep(
    files: &mut [Draft],
    secrets: &Secrets,
    findings: &mut Vec<Finding>,
    steps: &Steps<'_>,
) -> Result<(), Error> {
    let concerns = |file: &Draft| file.media == MediaType::Text || secrets.may_stand_in(&file.text);
    let concerned = pieces::apart(&*files, concerns);
    let mut later = Vec::new();
    for (file, _) in files.iter_mut().zip(concerned).filter(|(_, concerned)| *concerned) {
        steps.check()?;
        let sweep = Sweep { file: file.name, secrets, steps };
        let edits = match file.media {
            MediaType::Json if file.entries.is_empty() => {
                let masked = sweep.masked(&file.text, &sweep.place(), &mut later)?;
                vec![(0..file.text.len(), pretty(&masked))]
            }
            MediaType::Json => sweep.branch(file, &mut later)?,
            MediaType::JsonLines => sweep.lines(&file.text, &mut later)?,
            MediaType::Text => {
                let mut text = Value::from(file.text.as_str());
                secrets.mask(&mut text, &sweep.place(), &mut later);
                vec![(0..file.text.len(), text.as_str().unwrap_or_default().to_owned())]
            }
        };
        edit(&mut file.text, &edits);
        // The spans are those of the text before.
        file.entries = Vec::new();
    }
    reconcile(findings, &mut later);
    let order: Vec<&str> = files.iter().map(|file| file.name).collect();
    findings.append(&mut later);
    findings
        .sort_by_key(|finding| order.iter().position(|name| finding.file.as_deref() == Some(name)));
    Ok(())
}

/// The pass over one file.
struct Sweep<'a> {
    file: &'static str,
    secrets: &'a Secrets,
    steps: &'a Steps<'a>,
}

impl Sweep<'_> {
    fn place(&self) -> Place {
        Place { file: Some(self.file.into()), ..Place::default() }
    }

    /// Parses a document, masks the secrets in it and makes sure that none is left.
    fn masked(
        &self,
        text: &str,
        place: &Place,
        findings: &mut Vec<Finding>,
    ) -> Result<Value, Error> {
        let (file, what) = (self.file, "the file would not parse");
        let mut value = parse::parse_str(text).map_err(|_| Error::Unsafe { file, what })?;
        self.secrets.mask(&mut value, place, findings);
        self.secrets.check(file, &value)?;
        Ok(value)
    }

    /// Asks now and then whether to go on.
    fn look_around(&self, at: usize) -> Result<(), Error> {
        if at.is_multiple_of(PIECE) { self.steps.check() } else { Ok(()) }
    }

    fn lines(&self, text: &str, findings: &mut Vec<Finding>) -> Result<Vec<Edit>, Error> {
        let mut edits = Vec::new();
        let mut from = 0;
        for (at, line) in text.split_terminator('\n').enumerate() {
            self.look_around(at)?;
            let span = from..from + line.len();
            from = span.end + 1;
            if self.secrets.may_stand_in(line) {
                let place = Place { event_seq: Some(at as u64 + 1), ..self.place() };
                let event = self.masked(line, &place, findings)?;
                edits.push((span, print::to_compact(&event)));
            }
        }
        Ok(edits)
    }

    fn branch(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Result<Vec<Edit>, Error> {
        let mut edits = vec![self.frame(draft, findings)?];
        for (at, span) in draft.entries.iter().enumerate() {
            self.look_around(at)?;
            let entry = draft.text.get(span.clone()).unwrap_or_default();
            if !self.secrets.may_stand_in(entry) {
                continue;
            }
            let from = findings.len();
            let masked = self.masked(entry, &self.place(), findings)?;
            let entry_id: Option<Arc<str>> =
                masked.get("id").and_then(Value::as_str).map(Arc::from);
            for finding in findings.iter_mut().skip(from) {
                finding.pointer = format!("/entries/{at}{}", finding.pointer).into();
                finding.entry_id.clone_from(&entry_id);
            }
            edits.push((span.clone(), branch::printed(&masked)));
        }
        Ok(edits)
    }

    /// What stands before the entries; nothing but brackets stands behind them.
    fn frame(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Result<Edit, Error> {
        let before = 0..draft.entries.first().map_or(0, |first| first.start);
        let text = draft.text.get(before.clone()).unwrap_or_default();
        let masked = self.masked(&branch::closed(text), &self.place(), findings)?;
        Ok((before, branch::opened(pretty(&masked))))
    }
}

/// A span of a text, and what is to stand there.
type Edit = (Range<usize>, String);

/// Makes edits, which stand in order. Masks are short, so a text hardly ever grows: then nothing is
/// copied, for it may be most of the memory that there is.
fn edit(text: &mut String, edits: &[Edit]) {
    let mut room = 0_i64;
    let fits = edits.iter().all(|(span, new)| {
        room += span.len() as i64 - new.len() as i64;
        room >= 0
    });
    let old = std::mem::take(text);
    *text = if fits { shrunk(old, edits) } else { copied(&old, edits) };
}

fn shrunk(text: String, edits: &[Edit]) -> String {
    let mut bytes = text.into_bytes();
    let (mut from, mut to) = (0, 0);
    for (span, new) in edits {
        bytes.copy_within(from..span.start, to);
        to += span.start - from;
        if let Some(place) = bytes.get_mut(to..to + new.len()) {
            place.copy_from_slice(new.as_bytes());
        }
        to += new.len();
        from = span.end;
    }
    let rest = bytes.len() - from;
    bytes.copy_within(from.., to);
    bytes.truncate(to + rest);
    // Whole texts were put in the places of whole texts.
    String::from_utf8(bytes).unwrap_or_default()
}

fn copied(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (span, new) in edits {
        out.push_str(text.get(from..span.start).unwrap_or_default());
        out.push_str(new);
        from = span.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_give_the_same_text_in_place_and_copied() {
        let text = "ä secret stands here and a secret there";
        let at = |word: &str| text.find(word).unwrap();
        let first = at("secret")..at("secret") + 6;
        let last = at("there")..text.len();
        for (one, other, wanted) in [
            ("***", "", "ä *** stands here and a secret "),
            ("", "there", "ä  stands here and a secret there"),
            ("secretly", "ö", "ä secretly stands here and a secret ö"),
            ("s", "thereabout", "ä s stands here and a secret thereabout"),
        ] {
            let edits = [(first.clone(), one.to_owned()), (last.clone(), other.to_owned())];
            let mut edited = text.to_owned();
            edit(&mut edited, &edits);
            assert_eq!(edited, wanted);
            assert_eq!(copied(text, &edits), wanted);
        }
    }
}
