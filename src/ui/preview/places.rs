//! Which bytes of a string are marked: what was masked there, and what was gone to.

use std::ops::Range;

use ratatui::style::{Modifier, Style};

use crate::app::json::JsonTree;
use crate::app::state::preview::planned::marked;
use crate::app::state::preview::{Document, Eye, Planned, Preview};
use crate::config::theme::Role;
use crate::ui::theme::Look;

/// Which state of the contents is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// As the bundle holds them.
    After,
    /// As they were.
    Before,
}

/// A marked place of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its bytes.
    pub range: Range<usize>,
    /// It is the one that was gone to.
    pub is_eye: bool,
}

impl Place {
    /// A place that nobody went to.
    #[cfg(test)]
    pub(super) fn plain(range: Range<usize>) -> Self {
        Self { range, is_eye: false }
    }
}

/// What is drawn: a document on one of the two sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'p> {
    pub preview: &'p Preview,
    pub planned: &'p Planned,
    pub document: Document,
    pub side: Side,
}

impl<'p> Scene<'p> {
    /// The document of the contents on a side.
    pub(super) fn new(preview: &'p Preview, planned: &'p Planned, side: Side) -> Self {
        Self { preview, planned, document: preview.contents.document, side }
    }

    /// The marked places of the value at a pointer into the redacted document, in any order.
    pub(super) fn places(&self, pointer: &str) -> Vec<Place> {
        let contents = &self.preview.contents;
        let found = self.planned.findings_at(self.document, pointer);
        let mut places: Vec<Place> = found
            .filter_map(|(at, finding)| {
                let shown = marked(finding)?;
                let range = if self.side == Side::After { shown } else { finding.range.clone() };
                Some(Place { range, is_eye: contents.eye == Some(Eye::Finding(at)) })
            })
            .collect();
        if let (Side::After, Some(Eye::Bytes(range))) = (self.side, &contents.eye)
            && self.document == contents.document
            && self.selected_pointer() == pointer
        {
            places.push(Place { range: range.clone(), is_eye: true });
        }
        places
    }

    fn selected_pointer(&self) -> String {
        let tree = self.preview.contents.tree.as_ref();
        let row = tree.and_then(|tree| Some((tree, JsonTree::selected(tree)?)));
        row.map_or_else(String::new, |(tree, row)| tree.pointer(row))
    }
}

/// The styles of a text with marked places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tones {
    pub plain: Style,
    pub mark: Style,
    pub eye: Style,
}

impl Tones {
    /// The styles for a text of a role.
    pub(super) fn of(look: &Look<'_>, role: Role) -> Self {
        let mark = look.style(Role::Match);
        let eye = mark.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        Self { plain: look.style(role), mark, eye }
    }
}
