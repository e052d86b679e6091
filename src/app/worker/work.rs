//! The work itself, on whatever thread: each function reads and hands its replies to `emit`.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::effect::{BodyRequest, FindRequest, Reply, Viewer};
use crate::app::state::bodies::{Body, BodyKey, BodySlot, PARSE_LIMIT, RAW_LIMIT};
use crate::app::state::detail::DetailMode;
use crate::app::state::index::SessionIndex;
use crate::app::{lines, readable};
use crate::js::parse::parse_lossy;
use crate::js::value::Value;
use crate::model::body::images;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::ids::{EntryIx, EventIx, RowSpan};
use crate::model::session::SessionRow;
use crate::ops::title;
use crate::search::text::{self, Searched};
use crate::store::body::BodyReader;
use crate::store::cancel::Cancel;
use crate::store::{Error, Store};

/// Where replies go.
pub type Emit<'a> = &'a mut dyn FnMut(Reply);

/// Between two replies of long work; shorter would only cost frames.
const PACE: Duration = Duration::from_millis(100);
/// Bodies in one reply.
const BODIES: usize = 32;

/// Lists the sessions.
pub fn catalogue(store: &Store, cancel: &Cancel, emit: Emit<'_>) {
    let request = cancel.generation();
    let mut last = Instant::now();
    let whole = store.catalogue(cancel, &mut |part| {
        if last.elapsed() >= PACE && !cancel.is_stale() {
            last = Instant::now();
            emit(Reply::Catalogue { request, catalogue: Arc::new(part.clone()), done: false });
        }
    });
    if !cancel.is_stale() {
        emit(Reply::Catalogue { request, catalogue: Arc::new(whole), done: true });
    }
}

/// Counts what the index data does not tell, session by session.
pub fn deepen(store: &Store, rows: &[(usize, Arc<SessionRow>)], cancel: &Cancel, emit: Emit<'_>) {
    let request = cancel.generation();
    let mut done = Vec::new();
    let mut last = Instant::now();
    for (number, (at, row)) in rows.iter().enumerate() {
        if cancel.is_stale() {
            return;
        }
        done.push((*at, store.deepen(row, cancel).map_err(|error| error.to_string())));
        let left = rows.len() - number - 1;
        if cancel.is_stale() {
            return;
        }
        if left == 0 || last.elapsed() >= PACE {
            last = Instant::now();
            emit(Reply::Deepened { request, rows: std::mem::take(&mut done), left });
        }
    }
}

/// Indexes a session: snapshots of the transcript on the way, the whole at the end, and then its
/// title, which nobody waits for.
pub fn open(store: &Store, row: &SessionRow, cancel: &Cancel, emit: Emit<'_>) {
    index(store, row, cancel, emit);
    if !cancel.is_stale() {
        let title = title::masked(lines::title(row));
        emit(Reply::Titled { request: cancel.generation(), title });
    }
}

fn index(store: &Store, row: &SessionRow, cancel: &Cancel, emit: Emit<'_>) {
    let request = cancel.generation();
    let runtime = store.find_runtime(row);
    let mut troubles = Vec::new();
    let read = store.transcript(&row.transcript, cancel, &mut |part| {
        if !cancel.is_stale() {
            let index = Arc::new(SessionIndex::partial(part, runtime.clone()));
            emit(Reply::Index { request, index });
        }
    });
    let transcript = match read {
        Ok(transcript) => Ok(transcript),
        Err(Error::Cancelled) => return,
        Err(error) => Err(error.to_string()),
    };
    let log = match store.runtime(&runtime, &row.session_id, cancel) {
        Ok(log) => (!log.events.is_empty() || !log.diagnostics.is_empty()).then_some(log),
        Err(Error::Cancelled) => return,
        Err(error) => {
            let place = Place::whole(row.transcript.path());
            troubles.push(Diagnostic::error("unreadable-runtime", place, error.to_string()));
            None
        }
    };
    if cancel.is_stale() {
        return;
    }
    let transcript = match transcript {
        Ok(transcript) => Some(transcript),
        Err(why) if log.is_none() => return emit(Reply::OpenFailed { request, why }),
        Err(why) => {
            let place = Place::whole(row.transcript.path());
            troubles.push(Diagnostic::error("unreadable-transcript", place, why));
            None
        }
    };
    let index = SessionIndex::whole(transcript, runtime, log, troubles);
    if !cancel.is_stale() {
        emit(Reply::Index { request, index: Arc::new(index) });
    }
}

/// Reads bodies, keeping the sources of the last session open.
#[derive(Default)]
pub struct Bodies {
    of: u64,
    transcript: Option<BodyReader>,
    runtime: Option<BodyReader>,
}

impl Bodies {
    /// Reads the wanted bodies in order, until `replaced` says that a newer request waits.
    pub fn load(
        &mut self,
        store: &Store,
        wanted: &BodyRequest,
        replaced: &dyn Fn() -> bool,
        emit: Emit<'_>,
    ) {
        let request = wanted.request.generation();
        if self.of != request {
            *self = Self { of: request, ..Self::default() };
        }
        for batch in wanted.records.chunks(BODIES) {
            let read =
                |(key, span): &(BodyKey, RowSpan)| (*key, self.slot(store, wanted, *key, *span));
            let bodies = batch.iter().map(read).collect();
            emit(Reply::Bodies { request, bodies });
            if replaced() {
                return;
            }
        }
    }

    fn slot(
        &mut self,
        store: &Store,
        wanted: &BodyRequest,
        key: BodyKey,
        span: RowSpan,
    ) -> BodySlot {
        let cut = span.len as usize > PARSE_LIMIT;
        let limit = if cut { RAW_LIMIT } else { PARSE_LIMIT };
        match self.read(store, wanted, key, span, limit) {
            Ok(bytes) => BodySlot::Ready(Arc::new(body(&bytes, span, cut))),
            Err(why) => {
                // The source may have been replaced; the next request opens it anew.
                (self.transcript, self.runtime) = (None, None);
                BodySlot::Failed(why.into())
            }
        }
    }

    fn read(
        &mut self,
        store: &Store,
        wanted: &BodyRequest,
        key: BodyKey,
        span: RowSpan,
        limit: usize,
    ) -> Result<Vec<u8>, String> {
        let said = |error: Error| error.to_string();
        let reader = match key {
            BodyKey::Entry(_) => {
                if self.transcript.is_none() {
                    self.transcript = Some(store.bodies(&wanted.transcript).map_err(said)?);
                }
                self.transcript.as_mut()
            }
            BodyKey::Event(_) => {
                if self.runtime.is_none() {
                    self.runtime = store.runtime_bodies(&wanted.runtime).map_err(said)?;
                }
                self.runtime.as_mut()
            }
        };
        let reader = reader.ok_or("the runtime events are gone")?;
        reader.read(span, limit).map_err(said)
    }
}

fn body(bytes: &[u8], span: RowSpan, cut: bool) -> Body {
    let value = if cut { Value::Null } else { parse_lossy(bytes).unwrap_or_default() };
    let raw = String::from_utf8_lossy(bytes.get(..RAW_LIMIT).unwrap_or(bytes));
    let images = images(&value);
    Body { value: Arc::new(value), raw: raw.into(), len: u64::from(span.len), images, cut }
}

/// Reads one record in full and makes a text of it for a program outside.
pub fn text(store: &Store, wanted: &BodyRequest, viewer: Viewer, mode: DetailMode) -> Reply {
    let first = wanted.records.first().ok_or_else(|| "nothing is selected".to_owned());
    let record = first
        .and_then(|(key, span)| Bodies::default().read(store, wanted, *key, *span, usize::MAX));
    Reply::Text { viewer, text: record.map(|record| readable::for_viewer(&record, mode)) }
}

/// Searches a session's records.
pub fn find(store: &Store, wanted: &FindRequest, emit: Emit<'_>) {
    let FindRequest { index, entries, events, .. } = wanted;
    let spans = |key: &dyn Fn(usize) -> BodyKey, of: &Range<usize>| {
        of.clone().filter_map(|at| index.span(key(at))).collect::<Vec<RowSpan>>()
    };
    let entry = |at: usize| BodyKey::Entry(EntryIx::from(at));
    let event = |at: usize| BodyKey::Event(EventIx::from(at));
    let (first_entry, first_event) = (entries.start, events.start);
    let (entries, events) = (spans(&entry, entries), spans(&event, events));
    let mut search = Search {
        wanted,
        total: entries.len() + events.len(),
        before: 0,
        hits: Vec::new(),
        last: None,
        emit,
    };
    let mut failed = None;
    if !entries.is_empty() {
        let reader = store.bodies(&wanted.row.transcript).map(Some);
        failed = search.run(reader, &entries, |at| entry(first_entry + at)).err();
    }
    if !events.is_empty() {
        let reader = store.runtime_bodies(&wanted.index.runtime);
        let also = search.run(reader, &events, |at| event(first_event + at)).err();
        failed = failed.or(also);
    }
    search.finish(failed);
}

struct Search<'a, 'e> {
    wanted: &'a FindRequest,
    total: usize,
    /// Rows of the sources that are already searched.
    before: usize,
    hits: Vec<BodyKey>,
    last: Option<Instant>,
    emit: Emit<'e>,
}

impl Search<'_, '_> {
    fn run(
        &mut self,
        reader: Result<Option<BodyReader>, Error>,
        rows: &[RowSpan],
        key: impl Fn(usize) -> BodyKey,
    ) -> Result<(), String> {
        let Some(mut reader) = reader.map_err(|error| error.to_string())? else { return Ok(()) };
        let wanted = self.wanted;
        let read =
            text::find(&mut reader, rows, &wanted.query, &wanted.request, &mut |at, done| {
                self.hits.extend(at.iter().map(|at| key(*at as usize)));
                self.report(self.before + done.rows);
            });
        self.before += rows.len();
        match read {
            Ok(()) | Err(Error::Cancelled) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The first matches are told at once, later ones in batches.
    fn report(&mut self, rows: usize) {
        let due = match self.last {
            None => !self.hits.is_empty(),
            Some(last) => last.elapsed() >= PACE,
        };
        if due && !self.wanted.request.is_stale() {
            self.last = Some(Instant::now());
            self.tell(rows, false, None);
        }
    }

    fn tell(&mut self, rows: usize, done: bool, failed: Option<String>) {
        let (request, hits) = (self.wanted.request.generation(), std::mem::take(&mut self.hits));
        let searched = Searched { rows, total: self.total };
        (self.emit)(Reply::Found { request, hits, searched, done, failed });
    }

    fn finish(mut self, failed: Option<String>) {
        if !self.wanted.request.is_stale() {
            self.tell(self.total, true, failed);
        }
    }
}
