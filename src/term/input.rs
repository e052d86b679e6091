//! The thread that reads the terminal: keys, mouse, pastes and sizes in the application's words.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use crossterm::event as terminal;

use super::Message;
use crate::app::effect::Event;
use crate::app::key::{Key, KeyCode, Mouse, MouseKind};
use crate::app::state::layout::Size;

/// How long one look at the terminal lasts; a program that takes over waits at most this long.
const LOOK: Duration = Duration::from_millis(100);
/// Two presses in the same cell within this time are a double click.
const DOUBLE: Duration = Duration::from_millis(400);

/// The reading thread, which can be held while another program has the terminal.
pub(super) struct Input(Arc<Gate>);

#[derive(Default)]
struct Gate {
    wanted: AtomicBool,
    reading: Mutex<()>,
}

/// As long as this lives, the terminal's input is left to others.
pub(super) struct Paused<'a> {
    gate: &'a Gate,
    _held: MutexGuard<'a, ()>,
}

impl Input {
    /// Starts reading. The thread ends with the program: it holds nothing that must be put away.
    pub(super) fn start(to_loop: Sender<Message>) -> Self {
        let gate = Arc::new(Gate::default());
        let own = Arc::clone(&gate);
        std::thread::spawn(move || read(&own, &to_loop));
        Self(gate)
    }

    /// Waits until the thread leaves the terminal alone.
    pub(super) fn pause(&self) -> Paused<'_> {
        self.0.wanted.store(true, Ordering::Release);
        let held = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        Paused { gate: &self.0, _held: held }
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.gate.wanted.store(false, Ordering::Release);
    }
}

fn read(gate: &Gate, to_loop: &Sender<Message>) {
    let mut clicks = Clicks::default();
    loop {
        if gate.wanted.load(Ordering::Acquire) {
            std::thread::sleep(LOOK / 10);
            continue;
        }
        let event = {
            let _reading = gate.reading.lock().unwrap_or_else(PoisonError::into_inner);
            match terminal::poll(LOOK) {
                Ok(false) => continue,
                Ok(true) => terminal::read(),
                Err(error) => Err(error),
            }
        };
        let message = match event {
            Ok(event) => clicks.translate(event).map(Message::Input),
            Err(error) => {
                drop(to_loop.send(Message::Closed(error)));
                return;
            }
        };
        if let Some(message) = message
            && to_loop.send(message).is_err()
        {
            return;
        }
    }
}

/// Remembers the last press, to tell a double click.
#[derive(Default)]
struct Clicks {
    last: Option<(Instant, u16, u16)>,
}

impl Clicks {
    fn translate(&mut self, event: terminal::Event) -> Option<Event> {
        match event {
            terminal::Event::Key(key) => self::key(key).map(Event::Key),
            terminal::Event::Mouse(mouse) => self.mouse(mouse).map(Event::Mouse),
            terminal::Event::Paste(text) => Some(Event::Paste(text)),
            terminal::Event::Resize(width, height) => Some(Event::Resize(Size { width, height })),
            terminal::Event::FocusGained | terminal::Event::FocusLost => None,
        }
    }

    fn mouse(&mut self, mouse: terminal::MouseEvent) -> Option<Mouse> {
        use terminal::{MouseButton::Left, MouseEventKind as Is};
        let (x, y) = (mouse.column, mouse.row);
        let kind = match mouse.kind {
            Is::Down(Left) => MouseKind::Press(self.press(x, y)),
            Is::Drag(Left) => MouseKind::Drag,
            Is::Up(Left) => MouseKind::Release,
            Is::ScrollUp => MouseKind::WheelUp,
            Is::ScrollDown => MouseKind::WheelDown,
            _ => return None,
        };
        Some(Mouse { x, y, kind })
    }

    fn press(&mut self, x: u16, y: u16) -> u8 {
        let now = Instant::now();
        let again = self.last.is_some_and(|(at, last_x, last_y)| {
            (last_x, last_y) == (x, y) && now.duration_since(at) <= DOUBLE
        });
        // A third press begins anew.
        self.last = (!again).then_some((now, x, y));
        if again { 2 } else { 1 }
    }
}

fn key(key: terminal::KeyEvent) -> Option<Key> {
    use terminal::KeyCode as Is;
    if key.kind == terminal::KeyEventKind::Release {
        return None;
    }
    let code = match key.code {
        Is::Char(char) => KeyCode::Char(char),
        Is::Enter => KeyCode::Enter,
        Is::Esc => KeyCode::Esc,
        Is::Tab | Is::BackTab => KeyCode::Tab,
        Is::Backspace => KeyCode::Backspace,
        Is::Delete => KeyCode::Delete,
        Is::Up => KeyCode::Up,
        Is::Down => KeyCode::Down,
        Is::Left => KeyCode::Left,
        Is::Right => KeyCode::Right,
        Is::PageUp => KeyCode::PageUp,
        Is::PageDown => KeyCode::PageDown,
        Is::Home => KeyCode::Home,
        Is::End => KeyCode::End,
        Is::F(number) => KeyCode::F(number),
        _ => return None,
    };
    let held = |modifier| key.modifiers.contains(modifier);
    Some(Key {
        code,
        ctrl: held(terminal::KeyModifiers::CONTROL),
        alt: held(terminal::KeyModifiers::ALT),
        // A capital letter says it already.
        shift: !matches!(code, KeyCode::Char(_))
            && (held(terminal::KeyModifiers::SHIFT) || key.code == Is::BackTab),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyEvent, KeyModifiers};

    fn pressed(code: terminal::KeyCode, modifiers: KeyModifiers) -> Option<String> {
        key(KeyEvent::new(code, modifiers)).map(|key| key.to_string())
    }

    #[test]
    fn keys_take_the_names_of_the_key_table() {
        use terminal::KeyCode as Is;
        for (code, modifiers, name) in [
            (Is::Char('G'), KeyModifiers::SHIFT, "G"),
            (Is::Char('d'), KeyModifiers::CONTROL, "ctrl-d"),
            (Is::BackTab, KeyModifiers::SHIFT, "shift-tab"),
            (Is::BackTab, KeyModifiers::NONE, "shift-tab"),
            (Is::PageDown, KeyModifiers::NONE, "pgdn"),
        ] {
            assert_eq!(pressed(code, modifiers).as_deref(), Some(name));
        }
        assert_eq!(pressed(Is::CapsLock, KeyModifiers::NONE), None);
    }

    #[test]
    fn two_presses_in_one_cell_are_a_double_click() {
        let mut clicks = Clicks::default();
        let presses = [(1, 1), (1, 1), (1, 1), (2, 1)].map(|(x, y)| clicks.press(x, y));
        assert_eq!(presses, [1, 2, 1, 1]);
    }
}
