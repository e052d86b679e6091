//! Whole lines of a text file that may grow or shrink while it is read.
//!
//! Owns the cutting of a file into blocks of whole lines and of a block into rows: lines end with
//! `\n` or `\r\n`, ECMAScript white space around a row is not part of it, blank lines are counted
//! and skipped. Must not know what a row means.
//!
//! Memory is bounded by the block size, except that one line longer than a block is held once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::cancel::Cancel;
use crate::js::text;

/// How many bytes are read at a time while the end of a long line is looked for.
const CHUNK: usize = 1 << 20;

/// The longest line that is given out, in bytes: a hostile file must not fill the memory, and no row
/// that OpenClaw writes comes near. Lengths of spans, which have 32 bits, can say it.
const LONGEST: u64 = 512 << 20;

/// What is said of a longer one.
pub(super) const OVERSIZED: &str = "Skipped a line that is longer than 512 MiB.";

/// Some whole lines of a file.
#[derive(Debug)]
pub(super) struct Block {
    /// Byte offset of the first line.
    base: u64,
    /// Number of the first line, from 1.
    first_line: u64,
    /// The lines with their ends; the last line of the file may lack one.
    text: Vec<u8>,
    /// A line was left out because it is too long; `text` is empty.
    pub(super) oversized: bool,
    /// Byte offset behind the last line.
    pub(super) end: u64,
}

/// One row: a line without its end and without white space around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The text, at least one byte; it need not be valid UTF-8.
    pub(super) text: &'a [u8],
    /// Byte offset of the text in the file.
    pub(super) offset: u64,
    /// Physical line, from 1.
    pub(super) number: u64,
    /// The file ends without a line end here: a writer may not be done with the line.
    pub(super) unterminated: bool,
}

impl Block {
    /// The number of the first line, from 1.
    pub(super) fn first_line(&self) -> u64 {
        self.first_line
    }

    /// The rows of the block in file order.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let text = self.text.as_slice();
        let last = (!text.ends_with(b"\n")).then_some(text.len());
        let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1).chain(last);
        let (mut start, mut number) = (0, self.first_line);
        ends.filter_map(move |end| {
            let whole = text.get(start..end).unwrap_or_default();
            let (before, row) = trim(whole);
            let line = Line {
                text: row,
                offset: self.base + (start + before) as u64,
                number,
                unterminated: !whole.ends_with(b"\n"),
            };
            start = end;
            number += 1;
            (!row.is_empty()).then_some(line)
        })
    }
}

/// Cuts ECMAScript white space off both ends; tells how many bytes went in front.
fn trim(line: &[u8]) -> (usize, &[u8]) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.first() == Some(&b'{') && line.last() == Some(&b'}') {
        return (0, line);
    }
    // Only valid text can be white space, so that the outermost valid stretches are enough.
    let blank_front = line.utf8_chunks().next().map_or(0, |chunk| {
        chunk.valid().len() - chunk.valid().trim_start_matches(text::is_white_space).len()
    });
    let rest = line.get(blank_front..).unwrap_or_default();
    let blank_back = match rest.utf8_chunks().last() {
        Some(chunk) if chunk.invalid().is_empty() => {
            chunk.valid().len() - chunk.valid().trim_end_matches(text::is_white_space).len()
        }
        _ => 0,
    };
    (blank_front, rest.get(..rest.len() - blank_back).unwrap_or_default())
}

/// Reads a file block by block, from its beginning.
#[derive(Debug)]
pub(super) struct BlockReader {
    file: File,
    /// Offset of the first byte that no block has held yet.
    base: u64,
    next_line: u64,
    /// The beginning of a line whose end has not been read yet.
    carry: Vec<u8>,
    /// The longest line that is given out, in bytes.
    longest: u64,
}

impl BlockReader {
    /// Starts at the beginning of an open file.
    pub(super) fn new(file: File) -> Self {
        Self { file, base: 0, next_line: 1, carry: Vec::new(), longest: LONGEST }
    }

    /// Reads the next whole lines, about `target` bytes of them; `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// What the system says; [`io::ErrorKind::Interrupted`] when the request has become stale.
    pub(super) fn next(&mut self, target: usize, cancel: &Cancel) -> io::Result<Option<Block>> {
        if cancel.is_stale() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut text = std::mem::take(&mut self.carry);
        let known = text.len();
        let wanted = target.saturating_sub(known).max(CHUNK / 4);
        text.reserve_exact(wanted);
        let read = (&mut self.file).take(wanted as u64).read_to_end(&mut text)?;
        let fresh = text.get(known..).unwrap_or_default();
        if read < wanted {
            // The end of the file: whatever is left is the last block.
        } else if let Some(at) = memchr::memrchr(b'\n', fresh) {
            self.carry = text.split_off(known + at + 1);
        } else {
            return self.long_line(text, cancel).map(Some);
        }
        Ok((!text.is_empty()).then(|| self.block(text)))
    }

    fn block(&mut self, text: Vec<u8>) -> Block {
        let (base, first_line) = (self.base, self.next_line);
        self.base += text.len() as u64;
        self.next_line += memchr::memchr_iter(b'\n', &text).count() as u64;
        Block { base, first_line, text, oversized: false, end: self.base }
    }

    /// Finds the end of a line that begins with `head` first, so that it is held in memory once.
    fn long_line(&mut self, mut head: Vec<u8>, cancel: &Cancel) -> io::Result<Block> {
        let from = self.base + head.len() as u64;
        let mut chunk = vec![0; CHUNK];
        let mut rest = 0_u64;
        loop {
            if cancel.is_stale() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let read = self.file.read(&mut chunk)?;
            let fresh = chunk.get(..read).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', fresh) {
                rest += at as u64 + 1;
                break;
            }
            rest += read as u64;
            if read == 0 {
                break;
            }
        }
        let length = head.len() as u64 + rest;
        let room = usize::try_from(rest).ok().filter(|_| length <= self.longest);
        if room.is_none_or(|room| head.try_reserve_exact(room).is_err()) {
            self.file.seek(SeekFrom::Start(from + rest))?;
            let (base, first_line) = (self.base, self.next_line);
            self.base += length;
            self.next_line += 1;
            return Ok(Block {
                base,
                first_line,
                text: Vec::new(),
                oversized: true,
                end: self.base,
            });
        }
        self.file.seek(SeekFrom::Start(from))?;
        (&mut self.file).take(rest).read_to_end(&mut head)?;
        Ok(self.block(head))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn rows(text: &[u8], target: usize) -> Vec<(String, u64, u64, bool)> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        file.rewind().unwrap();
        let mut reader = BlockReader::new(file);
        let mut rows = Vec::new();
        while let Some(block) = reader.next(target, &Cancel::never()).unwrap() {
            for line in block.lines() {
                let at = usize::try_from(line.offset).unwrap();
                assert_eq!(text.get(at..at + line.text.len()), Some(line.text));
                let shown = String::from_utf8_lossy(line.text).into_owned();
                rows.push((shown, line.offset, line.number, line.unterminated));
            }
        }
        rows
    }

    #[test]
    fn lines_end_as_in_javascript_and_blank_ones_are_counted() {
        let text = "\u{feff}{\"a\":1}\r\n\n \u{a0}\n{\u{2028}\r}\n\u{1c}x \u{3000}\n[1]";
        let seen = rows(text.as_bytes(), 1 << 20);
        let brief: Vec<_> =
            seen.iter().map(|(text, _, n, open)| (text.as_str(), *n, *open)).collect();
        assert_eq!(
            brief,
            [
                ("{\"a\":1}", 1, false),
                ("{\u{2028}\r}", 4, false),
                ("\u{1c}x", 5, false),
                ("[1]", 6, true)
            ]
        );
    }

    #[test]
    fn invalid_bytes_do_not_hide_the_white_space_around_them() {
        assert_eq!(trim(b"\xef\xbb\xbf \xff x \xfe\t\n"), (4, b"\xff x \xfe".as_slice()));
        assert_eq!(trim(b"\xff\r\n"), (0, b"\xff".as_slice()));
        assert_eq!(trim(b"  \r\n"), (2, b"".as_slice()));
    }

    #[test]
    fn blocks_of_any_size_give_the_same_rows() {
        let mut text = Vec::new();
        for n in 0..40_000 {
            text.extend_from_slice(format!("{{\"n\":{n}}}\n").as_bytes());
        }
        text.extend_from_slice(format!("{{\"long\":\"{}\"}}\n", "x".repeat(3 << 20)).as_bytes());
        text.extend_from_slice(b"{\"last\":1}");
        let whole = rows(&text, 64 << 20);
        assert_eq!(whole.len(), 40_002);
        assert_eq!(whole, rows(&text, 1));
        assert_eq!(whole, rows(&text, 700_001));
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out_and_counted() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(format!("{{}}\n{}\n{{}}\n", "x".repeat(3 << 20)).as_bytes()).unwrap();
        file.rewind().unwrap();
        let mut reader = BlockReader { longest: 2 << 20, ..BlockReader::new(file) };
        let (mut numbers, mut left_out) = (Vec::new(), Vec::new());
        while let Some(block) = reader.next(1, &Cancel::never()).unwrap() {
            numbers.extend(block.lines().map(|line| line.number));
            left_out.extend(block.oversized.then(|| block.first_line()));
        }
        assert_eq!((numbers, left_out), (vec![1, 3], vec![2]));
    }

    #[test]
    fn an_empty_file_has_no_block_and_a_stale_request_stops() {
        assert!(rows(b"", 1).is_empty());
        let mut reader = BlockReader::new(tempfile::tempfile().unwrap());
        let requests = super::super::cancel::Generations::default();
        let request = requests.next();
        requests.cancel_all();
        let stopped = reader.next(1, &request).unwrap_err();
        assert_eq!(stopped.kind(), io::ErrorKind::Interrupted);
    }
}
