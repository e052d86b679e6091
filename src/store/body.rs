//! Bodies by span: the JSON text of one row, read when it is shown.
//!
//! Owns the open file or database of one source. A file may be rewritten behind our back; then the
//! bytes at a span are those of something else, and an error is better than showing them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
use super::database::{Database, EventTable};
use super::scratch::Scratch;
use crate::model::ids::RowSpan;

/// An open source of bodies.
#[derive(Debug)]
pub struct BodyReader(Source);

#[derive(Debug)]
enum Source {
    Lines { file: File, path: PathBuf },
    Rows { database: Box<Database>, table: EventTable, session_id: String, scratch: Arc<Scratch> },
    Joined { file: Box<BodyReader>, rows: Box<BodyReader> },
}

/// Where the rows of a database begin when a file comes before them: no file is so long.
const ROWS_FROM: u64 = 1 << 60;

/// The span of a database's row behind those of a file, for [`BodyReader::joined`].
pub(super) fn behind_file(row: RowSpan) -> RowSpan {
    RowSpan { offset: row.offset.saturating_add(ROWS_FROM), ..row }
}

/// The span that a row has in its own source, and whether that is the database.
fn own_span(span: RowSpan) -> (RowSpan, bool) {
    match span.offset.checked_sub(ROWS_FROM) {
        Some(offset) => (RowSpan { offset, ..span }, true),
        None => (span, false),
    }
}

impl BodyReader {
    /// Reads bodies from an open file; `path` is where a person thinks it is.
    pub(super) fn lines(file: File, path: &Path) -> Self {
        Self(Source::Lines { file, path: path.to_owned() })
    }

    /// Reads bodies from a file and from a database whose rows come behind it.
    pub(super) fn joined(file: Self, rows: Self) -> Self {
        Self(Source::Joined { file: Box::new(file), rows: Box::new(rows) })
    }

    /// Reads bodies from the rows of a session.
    pub(super) fn rows(
        database: &Path,
        table: EventTable,
        session_id: &str,
        scratch: &Arc<Scratch>,
    ) -> Result<Self, Error> {
        let database = Box::new(Database::open(database, scratch)?);
        let (session_id, scratch) = (session_id.to_owned(), Arc::clone(scratch));
        Ok(Self(Source::Rows { database, table, session_id, scratch }))
    }

    /// Reads the JSON text of a row, at most `limit` bytes of it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] or [`Error::Database`] when the source is gone, was rewritten or cannot be
    /// read; [`Error::Compressed`] for a row that does not decompress.
    pub fn read(&mut self, span: RowSpan, limit: usize) -> Result<Vec<u8>, Error> {
        match &mut self.0 {
            Source::Lines { file, path } => {
                read_line(file, span, limit).map_err(Error::io(path.as_path()))
            }
            Source::Rows { database, table, session_id, scratch } => {
                if !database.is_current() {
                    **database = Database::open(&database.path, scratch)?;
                }
                let found = database.event(*table, session_id, span.offset, limit)?;
                found.ok_or_else(|| Error::io(&database.path)(rewritten("the row is gone")))
            }
            Source::Joined { file, rows } => match own_span(span) {
                (span, false) => file.read(span, limit),
                (span, true) => rows.read(span, limit),
            },
        }
    }

    /// Reads many rows in order and hands each one's JSON text to `take`, with its position in
    /// `spans`. Rows of a file that lie together are read together.
    ///
    /// # Errors
    ///
    /// As [`BodyReader::read`]; rows before the error have been handed over.
    pub fn each(
        &mut self,
        spans: &[RowSpan],
        take: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<(), Error> {
        let (file, path) = match &mut self.0 {
            Source::Lines { file, path } => (file, path),
            Source::Rows { .. } => return self.each_row(spans, take),
            Source::Joined { file, rows } => return each_joined(file, rows, spans, take),
        };
        let mut done = 0;
        while let Some(rest) = spans.get(done..).filter(|rest| !rest.is_empty()) {
            let run = run_length(rest);
            let together = rest.get(..run).unwrap_or_default();
            read_together(file, together, &mut |at, text| take(done + at, text))
                .map_err(Error::io(path.as_path()))?;
            done += run;
        }
        Ok(())
    }

    /// Reads rows of a database; that it is still the one that was opened is asked once for many.
    fn each_row(
        &mut self,
        spans: &[RowSpan],
        take: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<(), Error> {
        for (run, spans) in spans.chunks(ROWS_TOGETHER).enumerate() {
            let Source::Rows { database, table, session_id, scratch } = &mut self.0 else { break };
            if !database.is_current() {
                **database = Database::open(&database.path, scratch)?;
            }
            let numbers: Vec<u64> = spans.iter().map(|span| span.offset).collect();
            let mut taken = 0;
            database.each_event(*table, session_id, &numbers, &mut |text| {
                take(run * ROWS_TOGETHER + taken, text);
                taken += 1;
            })?;
            if taken < spans.len() {
                return Err(Error::io(&database.path)(rewritten("the row is gone")));
            }
        }
        Ok(())
    }
}

/// Reads rows of a file and of the database behind it, source by source.
fn each_joined(
    file: &mut BodyReader,
    rows: &mut BodyReader,
    spans: &[RowSpan],
    take: &mut dyn FnMut(usize, &[u8]),
) -> Result<(), Error> {
    let mut done = 0;
    for run in spans.chunk_by(|one, next| own_span(*one).1 == own_span(*next).1) {
        let (own, of_rows): (Vec<RowSpan>, Vec<bool>) = run.iter().copied().map(own_span).unzip();
        let reader = if of_rows.contains(&true) { &mut *rows } else { &mut *file };
        reader.each(&own, &mut |at, text| take(done + at, text))?;
        done += run.len();
    }
    Ok(())
}

/// Most bytes of a file that are read at once for many rows.
const TOGETHER: u64 = 1 << 20;

/// Rows of a database that are read before it is looked at again.
const ROWS_TOGETHER: usize = 256;

/// How many of `spans`, from the first, lie in the order of the file and within [`TOGETHER`] bytes;
/// at least one. A branch may lead back: rows are wanted root first, however they were written.
fn run_length(spans: &[RowSpan]) -> usize {
    let Some(first) = spans.first() else { return 0 };
    let mut before = first.offset;
    let fits = |span: &&RowSpan| {
        let follows = span.offset >= before;
        before = span.offset;
        follows && (span.offset + u64::from(span.len)).saturating_sub(first.offset) <= TOGETHER
    };
    spans.iter().take_while(fits).count().max(1)
}

/// Reads rows of a file that lie together, with the bytes around them to see that each still is the
/// row it was; of a file that was rewritten none is handed over.
fn read_together(
    file: &mut File,
    spans: &[RowSpan],
    take: &mut dyn FnMut(usize, &[u8]),
) -> io::Result<()> {
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Ok(()) };
    let start = first.offset.saturating_sub(1);
    let wanted = (last.offset + u64::from(last.len) + 1).saturating_sub(start);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
    file.take(wanted).read_to_end(&mut bytes)?;
    let row = |span: &RowSpan| {
        let from = usize::try_from(span.offset.checked_sub(start)?).ok()?;
        let to = from + span.len as usize;
        let front = from.checked_sub(1).map_or(Some(b'\n'), |at| bytes.get(at).copied())?;
        let row = bytes.get(from..to)?;
        is_row(front, row, row.last(), bytes.get(to)).then_some(row)
    };
    let rows: Option<Vec<&[u8]>> = spans.iter().map(row).collect();
    let rows = rows.ok_or_else(|| rewritten("the file was rewritten"))?;
    rows.into_iter().enumerate().for_each(|(at, row)| take(at, row));
    Ok(())
}

/// Reads a row of a file, cut at a limit, with the bytes around it to see that it still is the row
/// it was.
fn read_line(file: &mut File, span: RowSpan, limit: usize) -> io::Result<Vec<u8>> {
    let before = u64::from(span.offset > 0);
    let whole = span.len as usize;
    let wanted = whole.min(limit);
    file.seek(SeekFrom::Start(span.offset - before))?;
    let (mut front, mut bytes) = (Vec::with_capacity(1), Vec::with_capacity(wanted));
    file.take(before).read_to_end(&mut front)?;
    file.take(wanted as u64).read_to_end(&mut bytes)?;
    let mut end = Vec::with_capacity(2);
    file.seek(SeekFrom::Start(span.offset + (whole as u64).saturating_sub(1)))?;
    file.take(2).read_to_end(&mut end)?;
    let front = front.first().copied().unwrap_or(b'\n');
    let fits = bytes.len() == wanted && is_row(front, &bytes, end.first(), end.get(1));
    if fits { Ok(bytes) } else { Err(rewritten("the file was rewritten")) }
}

/// Tells whether bytes can be a row of a file: the one before it, its beginning, its last byte and
/// the one after it.
fn is_row(front: u8, row: &[u8], last: Option<&u8>, after: Option<&u8>) -> bool {
    is_boundary(front)
        && row.first().is_none_or(|byte| *byte == b'{')
        && last == Some(&b'}')
        && after.copied().is_none_or(is_boundary)
}

/// White space around a row may be a character of several bytes; its bytes are not ASCII.
fn is_boundary(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b || !byte.is_ascii()
}

fn rewritten(what: &str) -> io::Error {
    let message = format!("{what} since it was indexed; reload the session");
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const TEXT: &[u8] = b"\xef\xbb\xbf{\"a\":1}\r\n {\"b\":\"xyz\"} \n{\"c\":3}";

    fn reader(text: &[u8]) -> (tempfile::NamedTempFile, BodyReader) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let reader = BodyReader::lines(file.reopen().unwrap(), file.path());
        (file, reader)
    }

    #[test]
    fn many_rows_are_read_together_and_handed_over_one_by_one() {
        let (_file, mut reader) = reader(TEXT);
        let spans = [(3, 7), (13, 11), (26, 7)].map(|(offset, len)| RowSpan { offset, len });
        let mut taken = Vec::new();
        let mut take = |at, text: &[u8]| taken.push((at, text.len(), text[2]));
        reader.each(&spans, &mut take).unwrap();
        assert_eq!(taken, [(0, 7, b'a'), (1, 11, b'b'), (2, 7, b'c')]);
        assert_eq!(run_length(&spans), 3);
        let apart = [0, 5 << 20].map(|offset| RowSpan { offset, len: 9 });
        assert_eq!(run_length(&apart), 1);
    }

    #[test]
    fn rows_that_are_wanted_in_another_order_than_they_lie_are_read() {
        let (_file, mut reader) = reader(TEXT);
        let spans = [(13, 11), (26, 7), (3, 7), (3, 7), (13, 11), (3, 7)];
        let spans = spans.map(|(offset, len)| RowSpan { offset, len });
        let mut taken = Vec::new();
        reader.each(&spans, &mut |at, text: &[u8]| taken.push((at, text[2]))).unwrap();
        assert_eq!(taken, [(0, b'b'), (1, b'c'), (2, b'a'), (3, b'a'), (4, b'b'), (5, b'a')]);
    }

    #[test]
    fn a_row_that_was_rewritten_between_others_is_an_error() {
        let (file, mut reader) = reader(TEXT);
        let spans = [(3, 7), (13, 11), (26, 7)].map(|(offset, len)| RowSpan { offset, len });
        let text = b"\xef\xbb\xbf{\"a\":1}\r\n{\"b\":1234567}\n{\"c\":3}";
        assert_eq!(text.len(), TEXT.len(), "the ends of the run look as they did");
        std::fs::write(file.path(), text).unwrap();
        let mut taken = 0;
        let error = reader.each(&spans, &mut |_, _| taken += 1).unwrap_err().to_string();
        assert!(error.contains("was rewritten since it was indexed"), "{error}");
        assert_eq!(taken, 0);
    }

    #[test]
    fn rows_are_read_by_their_spans_and_cut_at_the_limit() {
        let (_file, mut reader) = reader(TEXT);
        for (offset, len, text) in
            [(3, 7, "{\"a\":1}"), (13, 11, "{\"b\":\"xyz\"}"), (26, 7, "{\"c\":3}")]
        {
            let span = RowSpan { offset, len };
            assert_eq!(reader.read(span, 1000).unwrap(), text.as_bytes());
            assert_eq!(reader.read(span, 3).unwrap(), &text.as_bytes()[..3]);
        }
    }

    #[test]
    fn a_rewritten_file_is_an_error_and_not_another_row() {
        let (file, mut reader) = reader(TEXT);
        let span = RowSpan { offset: 13, len: 11 };
        for rewritten in [&b"{\"a\":1}\n{\"b\":\"a longer text\"}\n"[..], b"{\"a\"", b""] {
            file.as_file().set_len(0).unwrap();
            std::fs::write(file.path(), rewritten).unwrap();
            let error = reader.read(span, 1000).unwrap_err().to_string();
            assert!(error.contains("was rewritten since it was indexed"), "{error}");
        }
    }
}
