//! Where the last frame put things, so that a mouse click can be understood.

use super::{Focus, Tab};

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Left column, from 0.
    pub x: u16,
    /// Top row, from 0.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Tells whether a cell lies inside.
    pub fn contains(self, x: u16, y: u16) -> bool {
        let inside = |at: u16, from: u16, len: u16| at >= from && at - from < len;
        inside(x, self.x, self.width) && inside(y, self.y, self.height)
    }
}

/// What the last frame drew, in cells; what was not drawn is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Areas {
    /// The panes with their borders.
    pub panes: Vec<(Focus, Area)>,
    /// The rows of the sessions list, without border and headings.
    pub sessions: Area,
    /// The rows of the main pane's list, without border, tabs and headings.
    pub main: Area,
    /// The text of the detail pane.
    pub detail: Area,
    /// Lines of the detail text in all, wrapped (the JSON tree has its own count).
    pub detail_lines: usize,
    /// The tabs.
    pub tabs: Vec<(Tab, Area)>,
    /// How many columns of the learning tab's table of numbers can be scrolled out, when one is
    /// drawn.
    pub shift_limit: Option<usize>,
    /// The border between sessions and main pane, when it can be dragged.
    pub left_split: Area,
    /// The border between main pane and detail, when it can be dragged.
    pub right_split: Area,
    /// The rows of the top layer, without border and headings.
    pub layer: Area,
    /// Lines of the top layer's text in all, wrapped; 0 for layers with a list.
    pub layer_lines: usize,
    /// The parts of the preview.
    pub preview: PreviewAreas,
}

/// Where the preview of a bundle lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PreviewAreas {
    /// The titles of its lists, from left to right.
    pub tabs: [Area; 3],
    /// The rows of the list at the left.
    pub list: Area,
    /// The rows of the contents.
    pub contents: Area,
    /// The selected value in full.
    pub value: Area,
    /// Lines of the value in all, wrapped.
    pub value_lines: usize,
    /// The first of these lines with a masked place, counted from 0.
    pub value_mark: usize,
}
