//! Reading OpenClaw's state: I/O in, model out.
//!
//! One file per kind of source. Nothing here writes into a state directory, and no credential file
//! or table is ever opened. Everything that can go wrong with one row, file or database becomes a
//! [`Diagnostic`](crate::model::diagnostic::Diagnostic); only a source that cannot be read at all is
//! an [`Error`].

mod archive;
pub mod body;
pub mod cancel;
pub mod catalogue;
mod confine;
mod copies;
mod cron;
mod database;
pub mod demo;
pub mod error;
mod fingerprint;
mod lines;
pub mod location;
pub mod runtime;
pub mod scratch;
pub mod texts;
pub mod transcript;

use std::path::Path;
use std::sync::Arc;

use crate::model::runtime::RuntimeLog;
use crate::model::session::{Provenance, SessionRow, TitleFrom, TranscriptSource};
use crate::model::transcript::Transcript;

use archive::Plain;
use body::BodyReader;
use cancel::{Cancel, Generations};
use catalogue::{Catalogue, Depth};
pub(crate) use confine::Roots;
pub(crate) use database::Database;
use database::EventTable;
pub use error::Error;
use location::{ChosenBy, Location};
use runtime::RuntimeSource;
use scratch::Scratch;

/// A chosen state, open for reading. Cheap to share between workers.
#[derive(Debug)]
pub struct Store {
    /// What was chosen and why.
    pub location: Location,
    /// Private temporary copies, removed when the last handle is dropped.
    pub scratch: Arc<Scratch>,
}

impl Store {
    /// Opens a chosen state; of a state of somebody's own nothing is read yet, the demo is laid out
    /// in a private directory. What earlier processes left of such directories is removed.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] or [`Error::Database`] when the demo cannot be laid out.
    pub fn open(mut location: Location) -> Result<Self, Error> {
        Scratch::sweep();
        let scratch = Scratch::new();
        if location.demo {
            location.state_dir = scratch.dir()?.join("demo");
            demo::lay_out(&location.state_dir)?;
        }
        Ok(Self { location, scratch: Arc::new(scratch) })
    }

    /// The instant that ages count from: the demo's own, or `now`, both in ms since the epoch, UTC.
    pub fn now(&self, now: i64) -> i64 {
        if self.location.demo { demo::NOW_MS } else { now }
    }

    /// Opens the embedded demo, because there is no state to open.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn demo() -> Result<Self, Error> {
        Self::open(Location::demo(ChosenBy::DemoFallback))
    }

    /// Lists the sessions of every source from index data alone.
    ///
    /// `progress` is called with the rows of each source as it is finished.
    pub fn catalogue(&self, cancel: &Cancel, progress: &mut dyn FnMut(&Catalogue)) -> Catalogue {
        let mut catalogue = catalogue::gather(&self.location, &self.scratch, cancel, progress);
        for row in &mut catalogue.rows {
            // A file that was opened by its path may have any name; its header knows the session.
            if row.provenance == Provenance::File
                && let Ok(first) = self.first_rows(&row.transcript)
                && let Some(id) = first.header.and_then(|header| header.session_id)
            {
                row.session_id = id;
            }
        }
        catalogue
    }

    /// Reads a title from the first rows of a transcript: a name, or what a user wrote first.
    ///
    /// # Errors
    ///
    /// Whatever keeps the transcript from being read.
    pub fn title(&self, row: &SessionRow) -> Result<Option<(String, TitleFrom)>, Error> {
        if matches!(row.transcript, TranscriptSource::Missing { .. }) {
            return Ok(None);
        }
        let first = self.first_rows(&row.transcript)?;
        if let Some(title) = Depth::count(&first).title {
            return Ok(Some(title));
        }
        let mut bodies = self.bodies(&row.transcript)?;
        Ok(catalogue::first_message(&first, &mut bodies, &Cancel::never()))
    }

    /// Indexes what the first snapshot of a transcript holds, or all of a short one.
    fn first_rows(&self, source: &TranscriptSource) -> Result<Transcript, Error> {
        let requests = Generations::default();
        let mut first = None;
        let whole = self.transcript(source, &requests.next(), &mut |snapshot| {
            first.get_or_insert(snapshot);
            requests.cancel_all();
        });
        first.map_or(whole, Ok)
    }

    /// Reads what the index does not tell about one session: counts, title, usage.
    ///
    /// # Errors
    ///
    /// Whatever keeps the transcript from being read, and [`Error::Cancelled`].
    pub fn deepen(&self, row: &SessionRow, cancel: &Cancel) -> Result<Depth, Error> {
        if matches!(row.transcript, TranscriptSource::Missing { .. }) {
            return Ok(Depth::missing());
        }
        let transcript = self.transcript(&row.transcript, cancel, &mut |_| ())?;
        let mut depth = Depth::count(&transcript);
        if depth.title.is_none() && row.title.value().is_none() {
            let mut bodies = self.bodies(&row.transcript)?;
            depth.title = catalogue::first_message(&transcript, &mut bodies, cancel);
        }
        Ok(depth)
    }

    /// Indexes a transcript. `snapshot` gets growing partial indexes on the way (the first one
    /// after at most 256 KiB); the finished one is returned.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source as a whole from being read, and [`Error::Cancelled`].
    pub fn transcript(
        &self,
        source: &TranscriptSource,
        cancel: &Cancel,
        snapshot: &mut dyn FnMut(Transcript),
    ) -> Result<Transcript, Error> {
        transcript::load(self, source, cancel, snapshot)
    }

    /// Finds the runtime events that belong to a session.
    pub fn find_runtime(&self, row: &SessionRow) -> RuntimeSource {
        runtime::find(self, row)
    }

    /// Indexes runtime events. An absent source gives an empty log.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source as a whole from being read, and [`Error::Cancelled`].
    pub fn runtime(
        &self,
        source: &RuntimeSource,
        session_id: &str,
        cancel: &Cancel,
    ) -> Result<RuntimeLog, Error> {
        runtime::load(self, source, session_id, cancel)
    }

    /// Opens a transcript's bodies for reading by span.
    ///
    /// # Errors
    ///
    /// As [`Store::transcript`].
    pub fn bodies(&self, source: &TranscriptSource) -> Result<BodyReader, Error> {
        match source {
            TranscriptSource::File { path, zstd: false } => {
                Ok(BodyReader::lines(self.roots().open(path)?, path))
            }
            TranscriptSource::Rows { database, session_id } => {
                self.roots().check(database)?;
                BodyReader::rows(database, EventTable::Transcript, session_id, &self.scratch)
            }
            packed => {
                let plain = self.unpack(packed, &Cancel::never())?;
                Ok(BodyReader::lines(plain.file, packed.path()))
            }
        }
    }

    /// Opens runtime events' bodies for reading by span; `None` for an absent source.
    ///
    /// # Errors
    ///
    /// As [`Store::runtime`].
    pub fn runtime_bodies(&self, source: &RuntimeSource) -> Result<Option<BodyReader>, Error> {
        Ok(Some(match source {
            RuntimeSource::None { .. } => return Ok(None),
            RuntimeSource::File { path, .. } => BodyReader::lines(self.roots().open(path)?, path),
            RuntimeSource::Rows { database, session_id } => {
                self.runtime_rows(database, session_id)?
            }
            RuntimeSource::Both { sidecar, database, session_id } => BodyReader::joined(
                BodyReader::lines(self.roots().open(sidecar)?, sidecar),
                self.runtime_rows(database, session_id)?,
            ),
        }))
    }

    fn runtime_rows(&self, database: &Path, session_id: &str) -> Result<BodyReader, Error> {
        self.roots().check(database)?;
        BodyReader::rows(database, EventTable::Runtime, session_id, &self.scratch)
    }

    /// Tells whether a database belongs to another program: it has tables, but not the one in which
    /// OpenClaw describes its own.
    pub fn is_foreign_database(&self, path: &Path) -> bool {
        let opened = Database::open(path, &self.scratch);
        opened.and_then(|database| database.is_foreign()).unwrap_or(false)
    }

    /// What may be opened.
    fn roots(&self) -> Roots {
        Roots::of(&self.location)
    }

    /// Lays a compressed source out as a plain file.
    fn unpack(&self, source: &TranscriptSource, cancel: &Cancel) -> Result<Plain, Error> {
        let (database, id, generation) = match source {
            TranscriptSource::Archive { database, session_id, generation } => {
                (database, session_id, Some(generation.as_str()))
            }
            TranscriptSource::ColdRow { database, session_id } => (database, session_id, None),
            TranscriptSource::File { path, .. } => {
                return archive::unpack_file(path, &self.roots(), &self.scratch, cancel);
            }
            TranscriptSource::Rows { database: path, .. } | TranscriptSource::Missing { path } => {
                let hint = "The index names a transcript that is not there";
                return Err(Error::NotFound { path: path.clone(), hint });
            }
        };
        self.roots().check(database)?;
        let database = Database::open(database, &self.scratch)?;
        archive::unpack_row(&database, id, generation, &self.scratch, cancel)
    }
}
