//! A pseudo-terminal with the real program in it, and a screen that can be waited on.
//!
//! Nothing here waits for a fixed time: a test names the condition that it waits for, and a deadline
//! far beyond any healthy run turns a hang into a failure that shows the screen.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long a condition may take: a healthy run needs milliseconds, a loaded machine seconds.
const DEADLINE: Duration = Duration::from_secs(60);

/// The program in a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    config: tempfile::TempDir,
}

impl Terminal {
    /// Starts the program with `args` on a screen of `columns` × `rows`, with a settings directory
    /// and a home of its own.
    pub(crate) fn start(args: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_with(args, columns, rows, &[])
    }

    /// As [`start`](Self::start), with more environment variables.
    pub(crate) fn start_with(
        args: &[&str],
        columns: u16,
        rows: u16,
        vars: &[(&str, &str)],
    ) -> Self {
        let config = tempfile::tempdir().unwrap();
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_clawscope"));
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", config.path());
        command.env("TZ", "UTC");
        command.env("CLAWSCOPE_CONFIG_DIR", config.path().join("clawscope"));
        for (name, value) in vars {
            command.env(name, value);
        }
        command.cwd(config.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = parser(columns, rows);
        Self { child, master: pair.master, keyboard, output, screen, config }
    }

    /// Where this run keeps its settings.
    pub(crate) fn config_dir(&self) -> &Path {
        self.config.path()
    }

    /// Types.
    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Changes the size of the screen.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.screen
            .screen_mut()
            .set_size(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
        self.master.resize(size).unwrap();
    }

    /// Waits until the screen fulfils `condition`.
    pub(crate) fn wait(&mut self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !condition(self.screen.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited in vain for {what}; the screen:\n{}", self.text());
                }
            }
        }
    }

    /// Waits until `text` stands on the screen.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// The screen as text.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Sends a signal by its name, for example `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(sent.unwrap().success(), "kill -{name}");
    }

    /// Waits for the end, reads what is left, and returns the status and the last screen.
    pub(crate) fn end(mut self) -> (ExitStatus, vt100::Parser) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => {
                    if let Some(status) = self.child.try_wait().unwrap() {
                        break status;
                    }
                }
            }
            assert!(Instant::now() < deadline, "still running:\n{}", self.text());
        };
        drop(self.master);
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(1)) {
            self.screen.process(&bytes);
        }
        (status, self.screen)
    }
}

fn parser(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap(), 0)
}

/// Fails unless the terminal is as a shell expects it.
pub(crate) fn assert_restored(screen: &vt100::Screen) {
    assert!(!screen.alternate_screen(), "still on the alternate screen");
    assert!(!screen.hide_cursor(), "the cursor is still hidden");
    assert!(!screen.bracketed_paste(), "bracketed paste is still on");
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "mouse is still on");
}
