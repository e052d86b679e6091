//! Marks that survive any layout.
//!
//! A record is laid out by the renderers of the explorer, which know nothing of masked places. So
//! the characters of these places are replaced by stand-ins from the two private planes of Unicode,
//! one of the same width for each; once everything is wrapped, the stand-ins become what they were,
//! in the style of a mark. Private characters that the session holds itself are shown as `U+FFFD`.

use ratatui::text::{Line, Span};

use super::marks::Marked;
use super::places::{Place, Scene, Tones};
use crate::js::pointer;
use crate::js::text::JsString;
use crate::js::value::{Object, Value};

/// The plane whose characters stand in for masked ones.
const MASKED: u32 = 0x000F_0000;
/// The plane whose characters stand in for those of the place that was gone to.
const EYE: u32 = 0x0010_0000;
/// The planes hold no more stand-ins.
const LAST: u32 = 0xFFFD;

/// The heaviest value that is laid out as a whole, in bytes of text and members.
const MOST: usize = 64 << 10;
/// What a member weighs besides its text, in bytes.
const MEMBER: usize = 16;

/// A copy of a value with its marked places in stand-ins; nothing for one that is too large to be
/// laid out with every frame.
///
/// `after` is the same value in the redacted document, where `pointer` leads: marks are known by
/// its names.
pub(super) fn dip(
    scene: &Scene<'_>,
    value: &Value,
    (after, pointer): (Option<&Value>, &str),
) -> Option<Value> {
    let mut room = MOST;
    weigh(value, &mut room).then(|| dipped(scene, value, after, &mut pointer.to_owned()))
}

fn weigh(value: &Value, room: &mut usize) -> bool {
    let own = match value {
        Value::String(text) => text.as_bytes().len(),
        _ => 0,
    };
    let Some(left) = room.checked_sub(own + MEMBER) else { return false };
    *room = left;
    match value {
        Value::Array(items) => items.iter().all(|item| weigh(item, room)),
        Value::Object(members) => members.values().all(|member| weigh(member, room)),
        _ => true,
    }
}

fn dipped(scene: &Scene<'_>, value: &Value, after: Option<&Value>, pointer: &mut String) -> Value {
    let length = pointer.len();
    let mut below = |token: &str, value: &Value, after: Option<&Value>| {
        pointer::push(pointer, token);
        let dipped = dipped(scene, value, after, pointer);
        pointer.truncate(length);
        dipped
    };
    match value {
        Value::Array(items) => {
            let others = after.and_then(Value::as_array).unwrap_or_default();
            let items = items.iter().enumerate();
            Value::Array(
                items.map(|(at, item)| below(&at.to_string(), item, others.get(at))).collect(),
            )
        }
        Value::Object(members) => {
            let mut out = Object::new();
            for (name, member) in members.iter() {
                let text = name.to_str_lossy();
                let member = below(&text, member, after.and_then(|after| after.get(&text)));
                out.insert(JsString::from(&*dye(&text, Vec::new())), member);
            }
            Value::Object(out)
        }
        Value::String(text) => {
            // A value of another kind in its place has places that are none of this one.
            let is_same = after.is_none_or(|after| after.as_js_string().is_some());
            let places = if is_same { scene.places(pointer) } else { Vec::new() };
            Value::from(dye(&text.to_str_lossy(), places))
        }
        plain => plain.clone(),
    }
}

/// A text with its marked places in stand-ins.
fn dye(text: &str, places: Vec<Place>) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, mark) in Marked::new(text, places).pieces(0, text.len()) {
        let plane = mark.map(|mark| if mark.is_eye { EYE } else { MASKED });
        out.extend(piece.chars().map(|char| stand_in(char, plane)));
    }
    out
}

/// Line ends and other controls stay what they are: they are not drawn as such.
fn stand_in(char: char, plane: Option<u32>) -> char {
    let code = char as u32;
    match plane {
        _ if code >= MASKED => char::REPLACEMENT_CHARACTER,
        Some(plane) if code <= LAST && !char.is_control() && is_plain(char) => {
            char::from_u32(plane + code).unwrap_or(char)
        }
        _ => char,
    }
}

/// Whether a character takes one column and is shown as it is.
fn is_plain(char: char) -> bool {
    let mut buffer = [0; 4];
    let text = &*char.encode_utf8(&mut buffer);
    crate::model::text::columns(text) == 1 && crate::model::text::visible(text) == text
}

/// How many characters of a dipped value are stand-ins.
pub(super) fn dyed(value: &Value) -> usize {
    match value {
        Value::String(text) => stand_ins(&text.to_str_lossy()),
        Value::Array(items) => items.iter().map(dyed).sum(),
        Value::Object(members) => members.values().map(dyed).sum(),
        _ => 0,
    }
}

/// How many characters of laid-out lines are stand-ins.
pub(super) fn drawn(lines: &[Line<'_>]) -> usize {
    let spans = lines.iter().flat_map(|line| &line.spans);
    spans.map(|span| stand_ins(&span.content)).sum()
}

fn stand_ins(text: &str) -> usize {
    text.chars().filter(|char| *char as u32 >= MASKED).count()
}

/// Lines whose stand-ins are marks again.
pub(super) struct Dried {
    /// The lines.
    pub lines: Vec<Line<'static>>,
    /// The line of the place that was gone to, else of the first mark.
    pub mark: Option<usize>,
}

/// Turns stand-ins back into what they stand for.
pub(super) fn dry(lines: Vec<Line<'static>>, tones: Tones) -> Dried {
    let (mut first, mut eye) = (None, None);
    let dried = lines.into_iter().enumerate().map(|(at, line)| {
        if !line.spans.iter().any(|span| span.content.chars().any(|char| char as u32 >= MASKED)) {
            return line;
        }
        first.get_or_insert(at);
        let mut out = Line { spans: Vec::new(), ..line };
        for span in line.spans {
            eye = eye.or(dry_span(&span, tones, &mut out.spans).then_some(at));
        }
        out
    });
    let lines = dried.collect();
    Dried { lines, mark: eye.or(first) }
}

/// Cuts a span where marks begin and end; tells whether the place that was gone to is in it.
fn dry_span(span: &Span<'static>, tones: Tones, out: &mut Vec<Span<'static>>) -> bool {
    let mut piece = String::new();
    let mut style = span.style;
    let mut is_eye = false;
    for char in span.content.chars() {
        let code = char as u32;
        let (own, plane) = match code {
            EYE.. => (tones.eye, EYE),
            MASKED.. => (tones.mark, MASKED),
            _ => (span.style, 0),
        };
        is_eye |= plane == EYE;
        if own != style && !piece.is_empty() {
            out.push(Span::styled(std::mem::take(&mut piece), style));
        }
        style = own;
        piece.push(char::from_u32(code - plane).unwrap_or(char));
    }
    if !piece.is_empty() {
        out.push(Span::styled(piece, style));
    }
    is_eye
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use super::*;

    #[test]
    fn marks_come_back_where_they_were() {
        let tones = Tones {
            plain: Style::new(),
            mark: Style::new().fg(Color::Red),
            eye: Style::new().fg(Color::Blue),
        };
        let places = vec![Place::plain(2..5), Place { range: 6..10, is_eye: true }];
        let text = dye("a=***\n<re>\u{f0041}", places);
        assert!(!text.contains('*') && text.contains('\n') && text.ends_with('\u{fffd}'));
        let lines = text.lines().map(|line| Line::from(line.to_owned())).collect();
        let dried = dry(lines, tones);
        assert_eq!(dried.mark, Some(1), "the place that was gone to");
        let shown: Vec<String> = dried.lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["a=***", "<re>\u{fffd}"]);
        assert_eq!(dried.lines[0].spans[1], Span::styled("***", tones.mark));
        assert_eq!(dried.lines[1].spans[0], Span::styled("<re>", tones.eye));
    }

    #[test]
    fn marks_that_no_line_shows_are_noticed() {
        let places = || vec![Place::plain(0..3)];
        let value = Value::Array(vec![
            Value::from(dye("*** a", places())),
            Value::from(dye("*** b", places())),
        ]);
        assert_eq!(dyed(&value), 6);
        assert_eq!(drawn(&[Line::from(dye("*** a", places()))]), 3);
    }

    #[test]
    fn controls_and_wide_characters_have_no_stand_ins() {
        for char in ['\u{1b}', '\u{202e}', '日', '\u{200b}'] {
            assert_eq!(stand_in(char, Some(MASKED)), char);
        }
        assert_eq!(stand_in('…', Some(EYE)) as u32, EYE + '…' as u32);
    }
}
