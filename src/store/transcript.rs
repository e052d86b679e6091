//! Indexing a transcript from a file or from rows.
//!
//! Owns the order of reading, the snapshots on the way and what is said about a source that ends
//! early. Must not know what makes a row a record ([`head::parse`]) or what the tree looks like.
//!
//! ```text
//!  file ──▶ two blocks of whole lines at a time ──▶ parsed by two threads ──▶ builder, in order
//!  rows ──▶ pages by seq ──▶ parsed as they come ───────────────────────────▶ builder
//! ```

use std::fs::File;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use super::cancel::Cancel;
use super::database::{Database, EventTable, EventText, Events};
use super::lines::{self, Block, BlockReader, Line};
use super::{Error, Store};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::entry::Rules;
use crate::model::head::{self, EntryHead, RowFault};
use crate::model::ids::RowSpan;
use crate::model::session::TranscriptSource;
use crate::model::transcript::{Origin, Progress, Transcript, TranscriptBuilder};

/// Bytes before the first snapshot.
const FIRST: usize = 256 << 10;

/// Bytes of a block; two are in memory at a time.
const BLOCK: usize = 2 << 20;

/// Every snapshot comes after this many times the bytes of the one before.
const GROWTH: u64 = 8;

/// Where growing partial indexes go.
type Snapshot<'a> = &'a mut dyn FnMut(Transcript);

/// Indexes a transcript, whatever it lies in.
pub(super) fn load(
    store: &Store,
    source: &TranscriptSource,
    cancel: &Cancel,
    snapshot: Snapshot<'_>,
) -> Result<Transcript, Error> {
    match source {
        TranscriptSource::File { path, zstd: false } => {
            load_file(store.roots().open(path)?, path, Rules::Files, Vec::new(), cancel, snapshot)
        }
        TranscriptSource::Rows { database, session_id } => {
            store.roots().check(database)?;
            let mut database = Database::open(database, &store.scratch)?;
            database.stop_with(cancel)?;
            load_rows(&database, session_id, cancel, snapshot)
        }
        packed => {
            let plain = store.unpack(packed, cancel)?;
            let rules = rules_of(packed);
            load_file(plain.file, packed.path(), rules, plain.diagnostics, cancel, snapshot)
        }
    }
}

/// What was moved out of a database keeps its reading.
fn rules_of(source: &TranscriptSource) -> Rules {
    let home = source.path().parent().and_then(Path::file_name);
    let database = source.is_database() || home.is_some_and(|dir| dir == "cold");
    if database { Rules::Database } else { Rules::Files }
}

/// An index in the making, with the snapshots that are due on the way.
struct Loading<'a> {
    builder: TranscriptBuilder,
    origin: Origin,
    progress: Progress,
    due: u64,
    seen: bool,
    snapshot: Snapshot<'a>,
}

impl<'a> Loading<'a> {
    fn new(origin: Origin, total: u64, snapshot: Snapshot<'a>) -> Self {
        let progress = Progress { read: 0, total, done: false };
        let builder = TranscriptBuilder::new(origin.clone());
        Self { builder, origin, progress, due: 1, seen: false, snapshot }
    }

    /// Notes how far reading got, and gives a snapshot when it is due.
    fn advance(&mut self, read: u64) {
        self.progress.read = read;
        self.progress.total = self.progress.total.max(read);
        if read >= self.due && read < self.progress.total {
            (self.snapshot)(self.builder.snapshot(self.progress));
            self.due = read.saturating_mul(GROWTH);
        }
    }

    fn add(&mut self, line: Line<'_>, row: Result<EntryHead<'_>, RowFault>) {
        self.seen = true;
        let len = u32::try_from(line.text.len()).unwrap_or(u32::MAX);
        let span = RowSpan { offset: line.offset, len };
        match row {
            Ok(head) => self.builder.push(&head, span, line.number),
            // Somebody may be appending right now.
            Err(RowFault::NotJson) if line.unterminated => {
                let place = self.origin.place(line.number);
                let note = Diagnostic::warning("truncated-last-line", place, TRUNCATED);
                self.builder.skip(line.number, note);
            }
            Err(fault) => self.builder.reject(line.number, fault),
        }
    }

    fn oversized(&mut self, block: &Block) {
        self.seen = true;
        let place = self.origin.place(block.first_line());
        let note = Diagnostic::error("oversized-line", place, lines::OVERSIZED);
        self.builder.skip(block.first_line(), note);
    }

    fn finish(mut self) -> Transcript {
        if !self.seen {
            let place = Place::whole(&self.origin.path);
            let message = "The transcript is empty: it holds no row at all.";
            self.builder.note(Diagnostic::warning("empty-transcript", place, message));
        }
        self.progress.done = true;
        self.builder.finish(self.progress)
    }
}

/// What is said about a last line that is not finished.
pub(super) const TRUNCATED: &str =
    "The last line is not finished: it is being written, or was cut off.";

/// Indexes the lines of an open file; `path` is where a person thinks they are.
fn load_file(
    file: File,
    path: &Path,
    rules: Rules,
    notes: Vec<Diagnostic>,
    cancel: &Cancel,
    snapshot: Snapshot<'_>,
) -> Result<Transcript, Error> {
    let total = file.metadata().map_err(Error::io(path))?.len();
    let origin = Origin { path: path.to_owned(), rules, lines: true };
    let mut loading = Loading::new(origin, total, snapshot);
    for note in notes {
        loading.builder.note(note);
    }
    let mut reader = BlockReader::new(file);
    let mut target = FIRST;
    loop {
        let (blocks, fault) = read_two(&mut reader, target, cancel);
        add_blocks(&mut loading, &blocks);
        if let Some(last) = blocks.last() {
            loading.advance(last.end);
        }
        if let Some(error) = fault {
            note_fault(&mut loading, path, error)?;
            break;
        }
        if blocks.is_empty() {
            break;
        }
        target = BLOCK;
    }
    if let Some(note) = shrunk(path, loading.progress.read, total) {
        loading.builder.note(note);
    }
    Ok(loading.finish())
}

/// Reads two blocks, the first two together no more than one block while `target` is small.
fn read_two(
    reader: &mut BlockReader,
    target: usize,
    cancel: &Cancel,
) -> (Vec<Block>, Option<io::Error>) {
    let mut blocks = Vec::with_capacity(2);
    let wanted = if target < BLOCK { 1 } else { 2 };
    while blocks.len() < wanted {
        match reader.next(target, cancel) {
            Ok(Some(block)) => blocks.push(block),
            Ok(None) => break,
            Err(error) => return (blocks, Some(error)),
        }
    }
    (blocks, None)
}

/// What was read before a fault stays; a fault before anything was read is an error.
fn note_fault(loading: &mut Loading<'_>, path: &Path, error: io::Error) -> Result<(), Error> {
    if error.kind() == io::ErrorKind::Interrupted {
        return Err(Error::Cancelled);
    }
    if loading.progress.read == 0 {
        return Err(Error::io(path)(error));
    }
    let message = format!("Reading stopped after {} bytes: {error}.", loading.progress.read);
    loading.builder.note(Diagnostic::error("read-failed", Place::whole(path), message));
    Ok(())
}

/// Says that a file is shorter than it was when reading began.
pub(super) fn shrunk(path: &Path, read: u64, total: u64) -> Option<Diagnostic> {
    let message = format!("The file shrank from {total} to {read} bytes while it was read.");
    (read < total).then(|| Diagnostic::warning("file-shrank", Place::whole(path), message))
}

type Parsed<'a> = (Line<'a>, Result<EntryHead<'a>, RowFault>);

/// Parses up to two blocks, the second one by a second thread, and adds their rows in order.
fn add_blocks(loading: &mut Loading<'_>, blocks: &[Block]) {
    let Some((first, rest)) = blocks.split_first() else {
        return;
    };
    thread::scope(|scope| {
        let helpers: Vec<_> = rest
            .iter()
            .map(|block| scope.spawn(move || parse(block).collect::<Vec<Parsed<'_>>>()))
            .collect();
        add_block(loading, first, parse(first));
        for (block, helper) in rest.iter().zip(helpers) {
            match helper.join() {
                Ok(rows) => add_block(loading, block, rows),
                Err(panic) => resume_unwind(panic),
            }
        }
    });
}

fn parse(block: &Block) -> impl Iterator<Item = Parsed<'_>> {
    block.lines().map(|line| (line, head::parse(line.text)))
}

fn add_block<'a>(
    loading: &mut Loading<'_>,
    block: &Block,
    rows: impl IntoIterator<Item = Parsed<'a>>,
) {
    if block.oversized {
        loading.oversized(block);
    }
    for (line, row) in rows {
        loading.add(line, row);
    }
}

/// Indexes the rows of a session in a database.
fn load_rows(
    database: &Database,
    session_id: &str,
    cancel: &Cancel,
    snapshot: Snapshot<'_>,
) -> Result<Transcript, Error> {
    let path = &database.path;
    let origin = Origin { path: path.clone(), rules: Rules::Database, lines: false };
    let Some(mut events) = Events::of(database, EventTable::Transcript, session_id)? else {
        let hint = "This release keeps transcripts elsewhere";
        return Err(Error::NotFound { path: path.clone(), hint });
    };
    let mut loading = Loading::new(origin, 0, snapshot);
    loading.due = FIRST as u64 / GROWTH;
    if let Some(note) = database.note() {
        loading.builder.note(note);
    }
    let mut read = 0;
    loop {
        if cancel.is_stale() {
            return Err(Error::Cancelled);
        }
        let page = events.next_page(&mut |seq, text| read += add_row(&mut loading, seq, text));
        match page {
            Ok(true) => {
                // As if the rest had rows like those so far.
                loading.progress.total = (read as f64 / events.share_read()) as u64;
                loading.advance(read);
            }
            Ok(false) => break,
            Err(error) if read == 0 || matches!(error, Error::Cancelled) => return Err(error),
            Err(error) => {
                let message = format!("Reading stopped: {error}.");
                let place = Place::whole(path);
                loading.builder.note(Diagnostic::error("read-failed", place, message));
                break;
            }
        }
    }
    if !database.is_current() {
        let message = "The database changed while it was read; reload to see it whole.";
        let place = Place::whole(path);
        loading.builder.note(Diagnostic::warning("database-changed", place, message));
    }
    (loading.progress.read, loading.progress.total) = (read, read);
    Ok(loading.finish())
}

/// Adds a row of a database; tells how many bytes of text it has.
fn add_row(loading: &mut Loading<'_>, seq: u64, text: EventText<'_>) -> u64 {
    loading.seen = true;
    match text {
        EventText::Text(text) => {
            let span = RowSpan { offset: seq, len: u32::try_from(text.len()).unwrap_or(u32::MAX) };
            match head::parse(text) {
                Ok(head) => loading.builder.push(&head, span, seq),
                Err(fault) => loading.builder.reject(seq, fault),
            }
            text.len() as u64
        }
        EventText::Unreadable(why) => {
            let place = loading.origin.place(seq);
            let message = format!("Skipped a row: {why}.");
            loading.builder.skip(seq, Diagnostic::error("unreadable-row", place, message));
            0
        }
    }
}

#[cfg(test)]
mod tests;
