//! What a transcript adds to its row: counts, sums and a title.

use super::Depth;
use crate::js;
use crate::model::body;
use crate::model::entry::{Entry, EntryFlags, EntryKind, Role};
use crate::model::fact::{Absence, Fact};
use crate::model::session::{SessionRow, TitleFrom};
use crate::model::transcript::{ModelRow, Tables, Transcript};
use crate::model::usage::Usage;
use crate::store::body::BodyReader;
use crate::store::cancel::Cancel;

/// A longer message than this has an image in it; its text is not worth the wait.
const MAX_MESSAGE_BYTES: u32 = 16 << 20;
/// How many messages are tried: those without a text of their own are passed over.
const MAX_MESSAGES: usize = 20;
/// Longer titles fit no screen.
const MAX_TITLE_CHARS: usize = 120;

impl Depth {
    /// Counts a finished index. The title is the newest name that a `session_info` record gave;
    /// the first message of a user needs bodies and is left to the caller.
    pub(in crate::store) fn count(transcript: &Transcript) -> Self {
        let tables = &transcript.tables;
        let messages = tables.entries.iter().filter(|entry| entry.kind == EntryKind::Message);
        // A non-zero exit code alone is no error of the session: looking for something that is not
        // there ends with one, too.
        let failed = tables.entries.iter().filter(|entry| entry.is_error());
        let mut sum = Usage::default();
        for (_, usage) in &tables.usages {
            sum += *usage;
        }
        let times = || tables.entries.iter().filter_map(Entry::time);
        let name = tables
            .session_names
            .iter()
            .rev()
            .map(|(_, name)| name.trim())
            .find(|name| !name.is_empty());
        let model = tables
            .models
            .iter()
            .rev()
            // What a channel was sent is written down as the answer of no model.
            .filter(|row| !of_mirror(tables, row))
            .find_map(|row| row.model)
            .map(|model| tables.text(model).to_owned());
        Self {
            title: name.map(|name| (name.to_owned(), TitleFrom::SessionInfo)),
            messages: Fact::Recorded(messages.count() as u64),
            tool_calls: Fact::Recorded(tables.calls.len() as u64),
            errors: Fact::Recorded(failed.count() as u64),
            tokens: Fact::from_option((!tables.usages.is_empty()).then(|| sum.total())),
            cost: Fact::from_option(sum.cost),
            model: Fact::from_option(model),
            created: Fact::from_option(times().next()),
            updated: Fact::from_option(times().max()),
        }
    }

    /// What a row that names no transcript gets: nothing will ever be known.
    pub fn missing() -> Self {
        fn never<T>() -> Fact<T> {
            Fact::NeverRecorded(Absence::TranscriptMissing)
        }
        Self {
            title: None,
            messages: never(),
            tool_calls: never(),
            errors: never(),
            tokens: never(),
            cost: never(),
            model: never(),
            created: never(),
            updated: never(),
        }
    }

    /// Fills in what the row does not know yet; recorded values of the index stay.
    pub fn apply(self, row: &mut SessionRow) {
        match (&row.title, self.title) {
            (Fact::Recorded(_), _) => {}
            (_, Some((title, from))) => {
                row.title = Fact::Recorded(title);
                row.title_from = from;
            }
            (_, None) => row.title = Fact::NeverRecorded(Absence::NotInSource),
        }
        fill(&mut row.messages, self.messages);
        fill(&mut row.tool_calls, self.tool_calls);
        fill(&mut row.errors, self.errors);
        fill(&mut row.tokens, self.tokens);
        fill(&mut row.cost, self.cost);
        fill(&mut row.model, self.model);
        fill(&mut row.created, self.created);
        fill(&mut row.updated, self.updated);
    }
}

fn of_mirror(tables: &Tables, row: &ModelRow) -> bool {
    tables.entry(row.entry).is_some_and(|entry| entry.flags.has(EntryFlags::MIRROR))
}

/// The title of last resort: the first line that a user wrote, shortened. Bodies that cannot be
/// read are passed over; opening the transcript will tell why.
pub(in crate::store) fn first_message(
    transcript: &Transcript,
    bodies: &mut BodyReader,
    cancel: &Cancel,
) -> Option<(String, TitleFrom)> {
    let written = transcript.tables.entries.iter().filter(|entry| {
        entry.role == Role::User
            && entry.flags.has(EntryFlags::TEXT)
            && entry.span.len <= MAX_MESSAGE_BYTES
    });
    for entry in written.take(MAX_MESSAGES).take_while(|_| !cancel.is_stale()) {
        let Ok(text) = bodies.read(entry.span, MAX_MESSAGE_BYTES as usize) else { continue };
        let Ok(record) = js::parse::parse_lossy(&text) else { continue };
        let Some(text) = body::first_user_text(&record) else { continue };
        if let Some(line) = text.lines().map(js::text::trim).find(|line| !line.is_empty()) {
            return Some((line.chars().take(MAX_TITLE_CHARS).collect(), TitleFrom::FirstMessage));
        }
    }
    None
}

fn fill<T>(own: &mut Fact<T>, found: Fact<T>) {
    if own.value().is_none() && !found.is_not_loaded() {
        *own = found;
    }
}

#[cfg(test)]
mod tests;
