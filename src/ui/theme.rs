//! How things look: the theme's styles as ratatui knows them, and the signs that panes draw.
//!
//! A sign never stands alone for a meaning that matters: trouble is also said in words. The ASCII
//! set has a sign of the same width for every sign of the Unicode set, so that nothing moves when
//! one takes the other's place.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::config::theme::{self, Role, Theme};

/// A theme together with a set of signs: all that a pane needs to know about looks.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    theme: &'a Theme,
    /// The signs.
    pub glyphs: &'static Glyphs,
}

impl<'a> Look<'a> {
    /// Dresses the interface in a theme, with plain signs where `ascii` asks for them.
    pub fn new(theme: &'a Theme, ascii: bool) -> Self {
        Self { theme, glyphs: if ascii { &ASCII } else { &UNICODE } }
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        style(self.theme.style(role))
    }
}

fn style(from: theme::Style) -> Style {
    let mut style = Style { fg: from.fg.map(color), bg: from.bg.map(color), ..Style::default() };
    for (on, modifier) in [
        (from.bold, Modifier::BOLD),
        (from.dim, Modifier::DIM),
        (from.italic, Modifier::ITALIC),
        (from.underline, Modifier::UNDERLINED),
        (from.reverse, Modifier::REVERSED),
        (from.strike, Modifier::CROSSED_OUT),
    ] {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

fn color(from: theme::Color) -> Color {
    match from {
        theme::Color::Default => Color::Reset,
        theme::Color::Indexed(number) => Color::Indexed(number),
        theme::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}

/// The signs of the interface, one column wide each unless said otherwise.
#[derive(Debug)]
pub struct Glyphs {
    /// Only ASCII is drawn.
    pub ascii: bool,
    /// Stands for what was cut.
    pub ellipsis: &'static str,
    /// Before the selected row.
    pub marker: &'static str,
    /// An open fold.
    pub open: &'static str,
    /// A closed fold.
    pub closed: &'static str,
    /// The corners and edges of panes.
    pub border: border::Set<'static>,
    /// The part of the scrollbar that is in view.
    pub thumb: &'static str,
    /// Beside what lies on the active path.
    pub active: &'static str,
    /// Between things on one line.
    pub dot: &'static str,
    /// Between tabs and columns.
    pub bar: &'static str,
    /// A line that goes on below.
    pub rail: &'static str,
    /// A line with an item at its side.
    pub tee: &'static str,
    /// The last item at the side of a line.
    pub corner: &'static str,
    /// A fork.
    pub fork: &'static str,
    /// A branch folded to one line.
    pub folded: &'static str,
    /// Something empty: a user's entry, a session without a known state.
    pub hollow: &'static str,
    /// Something full: an answer, a finished session.
    pub full: &'static str,
    /// Something half full: a running session.
    pub half: &'static str,
    /// An archive, a setting.
    pub diamond: &'static str,
    /// Success.
    pub ok: &'static str,
    /// Failure.
    pub error: &'static str,
    /// An abort or time-out.
    pub aborted: &'static str,
    /// No answer yet, or none ever.
    pub pending: &'static str,
    /// Leads to, becomes.
    pub arrow: &'static str,
    /// Upwards: sorted ascending.
    pub up: &'static str,
    /// Downwards: sorted descending.
    pub down: &'static str,
    /// Not recorded.
    pub none: &'static str,
    /// A rule.
    pub rule: &'static str,
    /// A point of a list.
    pub bullet: &'static str,
    /// The edge of quoted text.
    pub quote: &'static str,
    /// Half a column of a bar, and a whole one.
    pub line: [&'static str; 2],
    /// The steps of a sparkline.
    pub steps: [&'static str; 8],
}

/// Signs for terminals with Unicode.
pub static UNICODE: Glyphs = Glyphs {
    ascii: false,
    ellipsis: "…",
    marker: "▸",
    open: "▾",
    closed: "▹",
    border: border::ROUNDED,
    thumb: "┃",
    active: "┃",
    dot: "·",
    bar: "│",
    rail: "│",
    tee: "├",
    corner: "╰",
    fork: "┬",
    folded: "⊞",
    hollow: "○",
    full: "●",
    half: "◐",
    diamond: "◇",
    ok: "✓",
    error: "✗",
    aborted: "⊘",
    pending: "◌",
    arrow: "→",
    up: "↑",
    down: "↓",
    none: "–",
    rule: "─",
    bullet: "•",
    quote: "▎",
    line: ["╸", "━"],
    steps: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
};

/// Signs for terminals without.
pub static ASCII: Glyphs = Glyphs {
    ascii: true,
    ellipsis: "~",
    marker: ">",
    open: "v",
    closed: "+",
    border: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    thumb: "#",
    active: "|",
    dot: "-",
    bar: "|",
    rail: ":",
    tee: "|",
    corner: "`",
    fork: "Y",
    folded: "+",
    hollow: "o",
    full: "*",
    half: "%",
    diamond: "=",
    ok: "+",
    error: "x",
    aborted: "!",
    pending: "?",
    arrow: ">",
    up: "^",
    down: "v",
    none: "-",
    rule: "-",
    bullet: "*",
    quote: "|",
    line: ["-", "="],
    steps: ["_", ".", ",", "-", "=", "+", "*", "#"],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_keeps_colour_and_attributes() {
        let theme = Theme::built_in("dark").unwrap();
        let error = Look::new(&theme, false).style(Role::Error);
        assert!(error.fg.is_some() && error.add_modifier.contains(Modifier::BOLD));
    }

    #[test]
    fn every_sign_is_one_column_wide_and_plain_where_it_must_be() {
        let signs = |glyphs: &Glyphs| {
            let text = format!("{glyphs:?}");
            // The debug form quotes every sign: what stands between quotes is a sign.
            text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(signs(&UNICODE).len(), signs(&ASCII).len());
        for sign in signs(&UNICODE).iter().chain(&signs(&ASCII)) {
            assert_eq!(crate::model::text::columns(sign), 1, "{sign}");
        }
        assert!(signs(&ASCII).iter().all(|sign| sign.is_ascii()));
    }
}
