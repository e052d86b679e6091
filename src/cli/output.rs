//! Standard output, which may be a pipe that somebody closes.

use std::io::{self, BufWriter, ErrorKind, Write};

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
        if self.closed {
            return Ok(());
        }
        let written = self.to.write_all(text.as_bytes());
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
