//! The canvas: gathers shapes by colour, joins those that touch and writes them as few SVG elements.
//!
//! Owns the order of the layers (grounds, shapes, strokes, text, rules) and how a number is written.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use super::palette::Rgb;

/// A rectangle in half pixels, so that every edge is a whole pixel of the doubled picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) w: u32,
    pub(super) h: u32,
}

/// A length in half pixels, written in pixels.
#[derive(Clone, Copy)]
pub(super) struct Half(u32);

/// Writes a length of half pixels in pixels.
pub(super) const fn half(length: u32) -> Half {
    Half(length)
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / 2)?;
        if self.0 % 2 == 1 { f.write_str(".5") } else { Ok(()) }
    }
}

type Layer = BTreeMap<Rgb, Vec<Rect>>;

/// Everything drawn so far.
pub(super) struct Canvas {
    /// The colour that text has unless it says otherwise.
    plain: Rgb,
    grounds: Layer,
    shapes: Layer,
    strokes: BTreeMap<Rgb, String>,
    text: String,
    rules: Layer,
}

impl Canvas {
    pub(super) fn new(plain: Rgb) -> Self {
        Self {
            plain,
            grounds: Layer::new(),
            shapes: Layer::new(),
            strokes: BTreeMap::new(),
            text: String::new(),
            rules: Layer::new(),
        }
    }

    /// Fills the ground of a cell.
    pub(super) fn ground(&mut self, colour: Rgb, rect: Rect) {
        self.grounds.entry(colour).or_default().push(rect);
    }

    /// Fills a part of a cell.
    pub(super) fn shape(&mut self, colour: Rgb, rect: Rect) {
        self.shapes.entry(colour).or_default().push(rect);
    }

    /// Adds path data that is stroked one pixel wide.
    pub(super) fn stroke(&mut self, colour: Rgb, path: fmt::Arguments<'_>) {
        let _ = self.strokes.entry(colour).or_default().write_fmt(path);
    }

    /// Draws a line over the letters.
    pub(super) fn rule(&mut self, colour: Rgb, rect: Rect) {
        self.rules.entry(colour).or_default().push(rect);
    }

    /// Adds one text element; `attributes` are complete, the fill apart.
    pub(super) fn text(&mut self, colour: Rgb, attributes: &str, escaped: &str) {
        let _ = write!(self.text, "<text {attributes}");
        if colour != self.plain {
            let _ = write!(self.text, r#" fill="{colour}""#);
        }
        let _ = writeln!(self.text, ">{escaped}</text>");
    }

    /// The SVG elements, one a line, in the order in which they are painted.
    pub(super) fn finish(self) -> String {
        let mut out = String::new();
        write_layer(&mut out, self.grounds);
        write_layer(&mut out, self.shapes);
        for (colour, path) in self.strokes {
            let _ = writeln!(out, r#"<path d="{path}" fill="none" stroke="{colour}"/>"#);
        }
        if !self.text.is_empty() {
            let _ = writeln!(out, "<g fill=\"{}\">\n{}</g>", self.plain, self.text);
        }
        write_layer(&mut out, self.rules);
        out
    }
}

/// Writes one path for each colour of a layer.
fn write_layer(out: &mut String, layer: Layer) {
    if layer.is_empty() {
        return;
    }
    out.push_str("<g shape-rendering=\"crispEdges\">\n");
    for (colour, rects) in layer {
        let _ = write!(out, r#"<path fill="{colour}" d=""#);
        for Rect { x, y, w, h } in joined(rects) {
            let (x, y, w, h) = (half(x), half(y), half(w), half(h));
            let _ = write!(out, "M{x} {y}h{w}v{h}h-{w}z");
        }
        out.push_str("\"/>\n");
    }
    out.push_str("</g>\n");
}

/// Joins rectangles that touch or overlap: first along rows, then along columns.
fn joined(mut rects: Vec<Rect>) -> Vec<Rect> {
    rects.sort_by_key(|r| (r.y, r.h, r.x));
    let mut rows: Vec<Rect> = Vec::with_capacity(rects.len());
    for rect in rects {
        match rows.last_mut() {
            Some(last) if last.y == rect.y && last.h == rect.h && last.x + last.w >= rect.x => {
                last.w = last.w.max(rect.x + rect.w - last.x);
            }
            _ => rows.push(rect),
        }
    }
    rows.sort_by_key(|r| (r.x, r.w, r.y));
    let mut whole: Vec<Rect> = Vec::with_capacity(rows.len());
    for rect in rows {
        match whole.last_mut() {
            Some(last) if last.x == rect.x && last.w == rect.w && last.y + last.h >= rect.y => {
                last.h = last.h.max(rect.y + rect.h - last.y);
            }
            _ => whole.push(rect),
        }
    }
    whole.sort_by_key(|r| (r.y, r.x, r.w, r.h));
    whole
}
