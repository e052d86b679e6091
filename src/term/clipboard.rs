//! The clipboard: the desktop's own, or the terminal's by an escape sequence.

use crossterm::clipboard::CopyToClipboard;

use super::screen::Screen;
use crate::app::state::job::Status;

/// Terminals cut or drop longer sequences, in bytes of base64.
const LONGEST: usize = 74_994;

/// The desktop's clipboard, kept open: on X11 the text lives as long as whoever offers it.
#[derive(Default)]
pub(super) struct Clipboard {
    desktop: Option<arboard::Clipboard>,
}

impl Clipboard {
    /// Copies a text and says how it went.
    pub(super) fn copy(&mut self, text: &str, screen: &mut Screen) -> Status {
        let size = format!("{} characters", text.chars().count());
        // Over SSH the desktop's clipboard, if there is one, is that of another machine.
        let remote =
            ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some());
        if !remote && self.offer_on_desktop(text) {
            return Status::note(format!("copied {size}"));
        }
        if text.len().div_ceil(3) * 4 > LONGEST {
            return Status::error(format!("{size} are too much for the terminal's clipboard"));
        }
        match screen.send(CopyToClipboard::to_clipboard_from(text)) {
            Ok(()) => {
                Status::note(format!("{size} sent to the terminal, which may have dropped them"))
            }
            Err(error) => Status::error(format!("not copied: {error}")),
        }
    }

    fn offer_on_desktop(&mut self, text: &str) -> bool {
        if self.desktop.is_none() {
            self.desktop = arboard::Clipboard::new().ok();
        }
        self.desktop.as_mut().is_some_and(|desktop| desktop.set_text(text).is_ok())
    }
}
