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
    written: Vec<u8>,
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
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_clawscope"));
        command.args(args);
        Self::run(command, columns, rows, vars)
    }

    /// Starts a shell with job control, whose prompt is `shell>`.
    pub(crate) fn start_shell(columns: u16, rows: u16, vars: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new("bash");
        command.args(["--norc", "--noprofile", "-i"]);
        let prompt = [("PS1", "shell> ")];
        Self::run(command, columns, rows, &[&prompt, vars].concat())
    }

    fn run(mut command: CommandBuilder, columns: u16, rows: u16, vars: &[(&str, &str)]) -> Self {
        let config = tempfile::tempdir().unwrap();
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
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
        Self { child, master: pair.master, keyboard, output, screen, written: Vec::new(), config }
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
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited in vain for {what}; the screen:\n{}", self.text());
                }
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.written.extend_from_slice(bytes);
    }

    /// Tells whether anything on the screen has a colour.
    pub(crate) fn has_colours(&self) -> bool {
        let screen = self.screen.screen();
        let (rows, columns) = screen.size();
        let mut cells = (0..u16::from(rows)).flat_map(|row| {
            (0..u16::from(columns)).filter_map(move |column| screen.cell(row, column))
        });
        cells.any(|cell| {
            [cell.fgcolor(), cell.bgcolor()].iter().any(|colour| *colour != vt100::Color::Default)
        })
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

    /// Waits for the end, reads what is left, and returns the status and the last screen; fails when
    /// the terminal was left waiting for the end of a frame.
    pub(crate) fn end(mut self) -> (ExitStatus, vt100::Parser) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.take(&bytes),
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
            self.written.extend_from_slice(&bytes);
        }
        let last = self.written.windows(8).rfind(|bytes| bytes.starts_with(b"\x1b[?2026"));
        assert_ne!(last, Some(&b"\x1b[?2026h"[..]), "left in the middle of a frame");
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
