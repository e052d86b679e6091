//! The way to the screen: whole frames or nothing.

use std::io::{self, Write, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

/// Collects what is drawn and hands it to the terminal when it is flushed.
///
/// What is collected while the terminal is not ours is thrown away: after a panic in the middle of
/// a frame the half of it that is here would leave the terminal waiting for the other one.
pub(super) struct Output {
    waiting: Vec<u8>,
    ours: &'static AtomicBool,
}

impl Output {
    /// A way to the standard output that is open as long as `ours` is set.
    pub(super) fn new(ours: &'static AtomicBool) -> Self {
        Self { waiting: Vec::new(), ours }
    }

    fn pass_on(&mut self, to: &mut impl Write) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if !self.ours.load(Ordering::Acquire) {
            return Ok(());
        }
        to.write_all(&waiting)?;
        to.flush()?;
        // Keeps the room for the next frame.
        self.waiting = waiting;
        self.waiting.clear();
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(&mut stdout().lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_while_the_terminal_is_not_ours() {
        static OURS: AtomicBool = AtomicBool::new(true);
        let (mut output, mut screen) = (Output::new(&OURS), Vec::new());
        output.write_all(b"frame").unwrap();
        output.pass_on(&mut screen).unwrap();
        output.write_all(b"half a fr").unwrap();
        OURS.store(false, Ordering::Release);
        output.pass_on(&mut screen).unwrap();
        OURS.store(true, Ordering::Release);
        output.pass_on(&mut screen).unwrap();
        assert_eq!(screen, b"frame");
    }
}
