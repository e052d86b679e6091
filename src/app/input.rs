//! One line of text that is being typed. The only file that knows the text editing library.

use tui_textarea::{CursorMove, Input as Stroke, Key as StrokeKey, TextArea};

use super::key::{Key, KeyCode};

/// One line of text with a cursor, edited with the keys of a shell.
#[derive(Debug, Clone, Default)]
pub struct Input {
    area: TextArea<'static>,
}

impl Input {
    /// Starts with a text, the cursor behind it.
    pub fn with(text: &str) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// The position of the cursor in characters, from 0.
    pub fn cursor(&self) -> usize {
        self.area.cursor().1
    }

    /// Edits the text by a key; tells whether the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        let breaks_line =
            key.code == KeyCode::Enter || (key.ctrl && key.code == KeyCode::Char('m'));
        // The library undoes with this key, a shell deletes up to the cursor.
        if key == Key::ctrl('u') {
            return self.area.delete_line_by_head();
        }
        match stroke(key) {
            Some(stroke) if !breaks_line => self.area.input(stroke),
            _ => false,
        }
    }

    /// Inserts a pasted text; line breaks and other control characters become blanks.
    pub fn paste(&mut self, text: &str) {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.area.insert_str(line);
    }

    /// Takes the text away.
    pub fn clear(&mut self) {
        self.area.move_cursor(CursorMove::End);
        self.area.delete_line_by_head();
    }
}

fn stroke(key: Key) -> Option<Stroke> {
    let stroke_key = match key.code {
        KeyCode::Char(char) => StrokeKey::Char(char),
        KeyCode::Backspace => StrokeKey::Backspace,
        KeyCode::Delete => StrokeKey::Delete,
        KeyCode::Left => StrokeKey::Left,
        KeyCode::Right => StrokeKey::Right,
        KeyCode::Home => StrokeKey::Home,
        KeyCode::End => StrokeKey::End,
        _ => return None,
    };
    // A selection made with Shift would not be drawn, so Shift only moves.
    Some(Stroke { key: stroke_key, ctrl: key.ctrl, alt: key.alt, shift: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_and_stays_one_line() {
        let mut input = Input::with("cart\ntotals");
        assert_eq!((input.text(), input.cursor()), ("cart totals", 11));
        assert!(input.key(Key::ctrl('w')));
        assert!(input.key(Key::char('合')));
        assert_eq!(input.text(), "cart 合");
        assert!(!input.key(Key::plain(KeyCode::Enter)) && !input.key(Key::ctrl('m')));
        input.key(Key::ctrl('a'));
        assert_eq!(input.cursor(), 0);
        assert!(!input.key(Key::ctrl('u')), "nothing stands before the cursor");
        input.key(Key::plain(KeyCode::Right));
        assert!(input.key(Key::ctrl('u')));
        assert_eq!((input.text(), input.cursor()), ("art 合", 0));
        input.clear();
        assert_eq!(input.text(), "");
    }
}
