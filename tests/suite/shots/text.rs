//! Letters: cells become runs of `<text>` with the place of every character written out.
//!
//! Owns which cells share an element, which font they ask for, and escaping. A run gives each
//! character its own x, so columns stay straight in whatever font a viewer has; only right-to-left
//! text is one piece from edge to edge, because its letters join and run against the columns.

use std::fmt::Write;

use ratatui::style::Modifier;

use super::Placed;
use super::canvas::{Canvas, half};
use super::palette::Rgb;

/// The fonts of the classes: `t` title, `c` Han, kana and hangul, `e` emoji, `b` bold, `i` italic.
pub(super) const STYLE: &str = "\
text{font-family:\"DejaVu Sans Mono\",Menlo,Consolas,\"Liberation Mono\",monospace;font-size:15px}\
.t{font-size:12px;text-anchor:middle}\
.c{font-family:\"Noto Sans CJK JP\",\"Noto Sans JP\",\"Hiragino Sans\",\"Yu Gothic\",\"DejaVu Sans Mono\",monospace;font-size:16px;text-anchor:middle}\
.e{font-family:\"Noto Emoji\",\"Apple Color Emoji\",\"Segoe UI Emoji\",\"Noto Color Emoji\",\"DejaVu Sans Mono\",monospace;font-size:14px;text-anchor:middle}\
.b{font-weight:bold}.i{font-style:italic}";

/// Distance from the top of a cell to the line that letters stand on, in half pixels.
const BASELINE: u32 = 30;

/// Which font a symbol is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Narrow,
    Wide,
    Emoji,
    RightToLeft,
}

/// What the characters of one run have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Face {
    script: Script,
    colour: Rgb,
    bold: bool,
    italic: bool,
}

/// One symbol with its place and face.
struct Symbol {
    face: Face,
    /// Left and right edge in half pixels.
    x: u32,
    end: u32,
    y: u32,
    text: String,
}

impl Symbol {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// A symbol of several characters stands alone: its marks have no x of their own.
    fn stands_alone(&self) -> bool {
        self.face.script != Script::RightToLeft && self.text.chars().nth(1).is_some()
    }

    /// Where the text is anchored. Wide symbols are centred: a font's Han and emoji are rarely
    /// exactly two letters wide.
    fn anchor(&self) -> u32 {
        match self.face.script {
            Script::Wide | Script::Emoji => u32::midpoint(self.x, self.end),
            Script::Narrow | Script::RightToLeft => self.x,
        }
    }
}

/// Gathers the symbols of one row into runs.
#[derive(Default)]
pub(super) struct Writer {
    /// The run that is being gathered; all have the face of the first.
    run: Vec<Symbol>,
    /// What came since and belongs to the run only if the run goes on behind it: blanks, and after
    /// right-to-left text also punctuation and digits.
    held: Vec<Symbol>,
}

impl Writer {
    /// Takes the next symbol of the row; a finished run goes to the canvas.
    pub(super) fn put(&mut self, canvas: &mut Canvas, placed: &Placed<'_>, text: &str) {
        let area = placed.area();
        let (face, text) = (face(placed, text), text.to_owned());
        self.take(canvas, Symbol { face, x: area.x, end: area.x + area.w, y: area.y, text });
    }

    fn take(&mut self, canvas: &mut Canvas, symbol: Symbol) {
        if symbol.is_blank() || self.may_join_later(&symbol) {
            self.held.push(symbol);
            return;
        }
        while !self.joins(&symbol) {
            self.release(canvas);
            if self.run.is_empty() {
                break;
            }
        }
        self.run.append(&mut self.held);
        self.run.push(symbol);
    }

    /// Whether the symbol is neutral text behind right-to-left text of the same face.
    fn may_join_later(&self, symbol: &Symbol) -> bool {
        self.run.first().is_some_and(|first| {
            first.face.script == Script::RightToLeft
                && symbol.face == Face { script: Script::Narrow, ..first.face }
                && !symbol.text.chars().any(char::is_alphabetic)
        })
    }

    /// Whether the symbol continues the run.
    fn joins(&self, symbol: &Symbol) -> bool {
        let (Some(first), Some(last)) = (self.run.first(), self.run.last()) else {
            return false;
        };
        // One blank is kept so that the picture's text can be read and searched; SVG collapses more.
        let near = first.face.script == Script::RightToLeft || self.held.len() <= 1;
        near && first.face == symbol.face && !last.stands_alone() && !symbol.stands_alone()
    }

    /// Ends everything that is being gathered.
    pub(super) fn flush(&mut self, canvas: &mut Canvas) {
        loop {
            self.release(canvas);
            if self.run.is_empty() {
                break;
            }
        }
    }

    /// Ends the run; what was held behind it begins the next one, unless it is blank.
    fn release(&mut self, canvas: &mut Canvas) {
        write_run(canvas, &std::mem::take(&mut self.run));
        for symbol in std::mem::take(&mut self.held) {
            if !self.run.is_empty() || !symbol.is_blank() {
                self.take(canvas, symbol);
            }
        }
    }
}

/// Writes a run as one element.
fn write_run(canvas: &mut Canvas, run: &[Symbol]) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return;
    };
    let mut classes = Vec::new();
    match first.face.script {
        Script::Wide => classes.push("c"),
        Script::Emoji => classes.push("e"),
        Script::Narrow | Script::RightToLeft => {}
    }
    classes.extend(first.face.bold.then_some("b"));
    classes.extend(first.face.italic.then_some("i"));
    let mut attributes = String::new();
    if !classes.is_empty() {
        let _ = write!(attributes, r#"class="{}" "#, classes.join(" "));
    }
    let y = half(first.y + BASELINE);
    if first.face.script == Script::RightToLeft {
        let (x, length) = (half(first.x), half(last.end - first.x));
        let _ = write!(
            attributes,
            r#"x="{x}" y="{y}" textLength="{length}" lengthAdjust="spacingAndGlyphs""#
        );
    } else {
        let xs: Vec<String> = run.iter().map(|symbol| half(symbol.anchor()).to_string()).collect();
        let _ = write!(attributes, r#"x="{}" y="{y}""#, xs.join(" "));
    }
    let text: String = run.iter().map(|symbol| symbol.text.as_str()).collect();
    canvas.text(first.face.colour, &attributes, &escape(&text));
}

fn face(placed: &Placed<'_>, symbol: &str) -> Face {
    let script = match symbol.chars().next() {
        Some(c) if is_right_to_left(c) => Script::RightToLeft,
        Some(c) if is_east_asian(c) => Script::Wide,
        _ if placed.cells > 1 => Script::Emoji,
        _ => Script::Narrow,
    };
    Face {
        script,
        colour: placed.paint.fg,
        bold: placed.cell.modifier.contains(Modifier::BOLD),
        italic: placed.cell.modifier.contains(Modifier::ITALIC),
    }
}

/// Whether a character belongs to a script that runs from right to left.
const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Whether a character is Han, kana, hangul or one of their punctuation marks.
const fn is_east_asian(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{a960}'..='\u{a97c}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3fffd}')
}

/// Makes text safe inside an XML element or attribute; what XML or a reader must not get becomes U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Controls, bidi marks and overrides, and the two non-characters that XML forbids.
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fffe}'
            | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
