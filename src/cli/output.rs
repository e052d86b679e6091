//! Standard output, which may be a pipe that somebody closes, and what is said beside it.

use std::io::{self, BufWriter, ErrorKind, Write};

use crate::model::diagnostic::Diagnostic;
use crate::model::text;

/// A buffered writer on which a closed pipe ends the printing quietly.
pub(super) struct Output {
    to: BufWriter<Box<dyn Write>>,
    closed: bool,
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self { to: BufWriter::new(Box::new(io::stdout())), closed: false }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Writes bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let written = self.to.write_all(bytes);
        self.quiet(written)
    }

    /// Writes text and a line end.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(text)?;
        self.text("\n")
    }

    /// Flushes what is left.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.to.flush();
        self.quiet(flushed)
    }

    fn quiet(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// Says on standard error what was skipped or odd, a line each. Names and reasons come from the
/// state, so control characters in them are made visible.
pub(super) fn complain(diagnostics: &[Diagnostic]) {
    let mut to = io::stderr().lock();
    for diagnostic in diagnostics {
        let severity = diagnostic.severity.word();
        let row = diagnostic.place.row.map(|row| format!(", {row}")).unwrap_or_default();
        let Diagnostic { code, message, place, .. } = diagnostic;
        let line = format!("{severity}: {}{row}: {message} [{code}]", place.path.display());
        // Nobody is left to tell when standard error is closed, too.
        let _ = writeln!(to, "clawscope: {}", text::visible_line(&line));
    }
}

/// Says on standard error why the program ends.
pub fn complain_of(error: &anyhow::Error) {
    // The errors of the rooms name their causes themselves.
    let line = error.to_string();
    let _ = writeln!(io::stderr(), "clawscope: {}", text::visible_name(&line));
}

/// For long outputs: here a closed pipe is an error, so that whoever writes can stop.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes);
        self.closed |= written.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.to.flush();
        self.closed |= flushed.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        flushed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_pipe_ends_quietly() {
        let mut output =
            Output { to: BufWriter::with_capacity(4, Box::new(Closed)), closed: false };
        assert!(output.line("longer than the buffer").is_ok());
        assert!(output.line("more").is_ok());
        assert!(output.finish().is_ok());
    }
}
