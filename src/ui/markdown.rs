//! Markdown as lines: headings, lists, code, quotes, tables and links, wrapped to a width.
//!
//! Models write Markdown; a pane shows its structure and never acts on it. HTML is shown as the
//! text that it is, images as their name and address. All text passes the sanitiser; the work is
//! bounded by the caller, who hands over no more than it wants to see.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::theme::Look;
use super::wrap::{Flow, span};
use crate::config::theme::Role;
use crate::model::text::{columns, visible_line};

/// Lays a Markdown text out in `width` columns.
pub fn lines(text: &str, width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::new(width, look);
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.flow.finish()
}

/// How deep quotes and lists may indent; deeper ones stay at this depth.
const MAX_INDENT: usize = 8;

struct Writer<'l> {
    look: &'l Look<'l>,
    width: usize,
    flow: Flow,
    /// Styles laid over the text, innermost last.
    styles: Vec<Style>,
    /// Quotes and lists that are open, outermost first.
    nest: Vec<Nest>,
    code: bool,
    link: Option<String>,
    table: Option<Table>,
}

enum Nest {
    Quote,
    /// A list with the number of its next item.
    List(Option<u64>),
    Item,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
}

impl<'l> Writer<'l> {
    fn new(width: usize, look: &'l Look<'l>) -> Self {
        let flow = Flow::new(width);
        let styles = vec![look.style(Role::Text)];
        Self { look, width, flow, styles, nest: Vec::new(), code: false, link: None, table: None }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.inline(&text, self.look.style(Role::Code));
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                self.inline(&text, self.look.style(Role::Muted));
            }
            Event::SoftBreak => self.inline(" ", self.style()),
            Event::HardBreak => self.flow.end_line(),
            Event::Rule => {
                self.flow.blank();
                let rule = self.look.glyphs.rule.repeat(self.width.min(40));
                self.flow.push(Line::styled(rule, self.look.style(Role::Faint)));
                self.flow.blank();
            }
            Event::FootnoteReference(name) => {
                self.inline(&format!("[{name}]"), self.look.style(Role::Muted));
            }
            Event::TaskListMarker(done) => {
                self.inline(if done { "[x] " } else { "[ ] " }, self.look.style(Role::Muted));
            }
        }
    }

    fn style(&self) -> Style {
        self.styles.iter().fold(Style::default(), |all, style| all.patch(*style))
    }

    fn text(&mut self, text: &str) {
        if self.code {
            self.flow.verbatim(text, self.look.style(Role::Code));
        } else {
            self.inline(text, self.style());
        }
    }

    fn inline(&mut self, text: &str, style: Style) {
        match &mut self.table {
            Some(table) => {
                if let Some(cell) = table.rows.last_mut().and_then(|row| row.last_mut()) {
                    cell.push_str(&visible_line(text));
                }
            }
            None => self.flow.text(text, style),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.start_heading(level),
            Tag::BlockQuote(_) => {
                self.flow.blank();
                self.nest.push(Nest::Quote);
                self.indent();
            }
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.start_item(),
            Tag::Paragraph if !self.in_item() => self.flow.blank(),
            Tag::Emphasis => self.styles.push(Style::new().italic()),
            Tag::Strong => self.styles.push(Style::new().bold()),
            Tag::Strikethrough => self.styles.push(Style::new().crossed_out()),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.styles.push(self.look.style(Role::Link));
                self.link = Some(dest_url.into_string());
            }
            Tag::Table(_) => {
                self.flow.blank();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => {
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(String::new());
                }
            }
            Tag::FootnoteDefinition(name) => {
                self.flow.blank();
                self.inline(&format!("[{name}] "), self.look.style(Role::Muted));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.flow.end_paragraph();
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flow.end_paragraph();
                self.nest.pop();
                self.indent();
                if self.nest.is_empty() {
                    self.flow.blank();
                }
            }
            TagEnd::Item => {
                self.flow.end_paragraph();
                self.nest.pop();
                self.indent();
            }
            TagEnd::CodeBlock => {
                self.code = false;
                self.indent();
                self.flow.blank();
            }
            TagEnd::Paragraph | TagEnd::FootnoteDefinition => self.flow.end_paragraph(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => {
                self.styles.pop();
                if let Some(address) = self.link.take().filter(|address| !address.is_empty()) {
                    self.inline(&format!(" <{address}>"), self.look.style(Role::Muted));
                }
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn start_heading(&mut self, level: HeadingLevel) {
        self.flow.blank();
        self.styles.push(self.look.style(Role::Heading));
        if level > HeadingLevel::H1 {
            let marks = "#".repeat(usize::from(level as u8));
            self.flow.text(&format!("{marks} "), self.style());
        }
    }

    fn start_list(&mut self, first: Option<u64>) {
        if self.nest.is_empty() {
            self.flow.blank();
        } else {
            self.flow.end_paragraph();
        }
        self.nest.push(Nest::List(first));
    }

    fn in_item(&self) -> bool {
        matches!(self.nest.last(), Some(Nest::Item))
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        self.flow.blank();
        if let CodeBlockKind::Fenced(language) = kind
            && !language.is_empty()
        {
            self.flow.text(&visible_line(language), self.look.style(Role::Faint));
            self.flow.end_line();
        }
        self.code = true;
        let mut prefix = self.prefix();
        prefix.push(Span::raw("  "));
        self.flow.set_prefix(prefix);
    }

    fn start_item(&mut self) {
        self.flow.end_paragraph();
        let outer = self.prefix();
        let marker = match self.nest.last_mut() {
            Some(Nest::List(Some(number))) => {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => format!("{} ", self.look.glyphs.bullet),
        };
        self.nest.push(Nest::Item);
        self.indent();
        let mut first = outer;
        first.push(Span::styled(marker, self.look.style(Role::Muted)));
        self.flow.set_first(first);
    }

    /// What a line begins with at the present nesting.
    fn prefix(&self) -> Vec<Span<'static>> {
        let parts = self.nest.iter().take(MAX_INDENT).filter_map(|nest| match nest {
            Nest::Quote => {
                let edge = format!("{} ", self.look.glyphs.quote);
                Some(Span::styled(edge, self.look.style(Role::Faint)))
            }
            Nest::Item => Some(Span::raw("  ")),
            Nest::List(_) => None,
        });
        parts.collect()
    }

    fn indent(&mut self) {
        let prefix = self.prefix();
        self.flow.set_prefix(prefix);
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        for line in table.lines(self.width, self.look) {
            self.flow.push(line);
        }
        self.flow.blank();
    }
}

impl Table {
    fn lines(&self, width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
        let widths = self.widths(width);
        let bar = format!(" {} ", look.glyphs.bar);
        let mut lines = Vec::with_capacity(self.rows.len() + 1);
        for (at, row) in self.rows.iter().enumerate() {
            let style = look.style(if at == 0 { Role::Title } else { Role::Text });
            let mut spans = Vec::with_capacity(row.len() * 2);
            for (cell, width) in row.iter().zip(&widths) {
                if !spans.is_empty() {
                    spans.push(Span::styled(bar.clone(), look.style(Role::Faint)));
                }
                let cell = super::strip::cut(cell, *width, look.glyphs);
                let blank = " ".repeat(width.saturating_sub(columns(&cell)));
                spans.push(span(&format!("{cell}{blank}"), style));
            }
            lines.push(Line::from(spans));
            if at == 0 {
                let total = widths.iter().sum::<usize>() + 3 * widths.len().saturating_sub(1);
                let rule = look.glyphs.rule.repeat(total.min(width));
                lines.push(Line::styled(rule, look.style(Role::Faint)));
            }
        }
        lines
    }

    /// Widths of the columns: as wanted, or shrunk from the widest down until the table fits.
    fn widths(&self, width: usize) -> Vec<usize> {
        let count = self.rows.first().map_or(0, Vec::len).min(width / 4);
        let mut widths: Vec<usize> = vec![1; count];
        for row in &self.rows {
            for (cell, widest) in row.iter().zip(&mut widths) {
                *widest = columns(cell).min(width).max(*widest);
            }
        }
        let room = width.saturating_sub(3 * count.saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 1) else { break };
            *widest -= 1;
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;
    use proptest::prelude::*;

    fn shown(text: &str, width: usize) -> Vec<String> {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        lines(text, width, &look)
            .iter()
            .map(|line| line.to_string().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn structure_is_kept() {
        let text = "# Plan\nSome *soft* text\nthat goes on.\n\n- one\n- two\n  1. deep\n\n> said\n\n```rust\nfn main() {\n    1\n}\n```\nSee [docs](https://x.y).";
        assert_eq!(
            shown(text, 30),
            [
                "Plan",
                "",
                "Some soft text that goes on.",
                "",
                "• one",
                "• two",
                "  1. deep",
                "",
                "▎ said",
                "",
                "rust",
                "  fn main() {",
                "      1",
                "  }",
                "",
                "See docs <https://x.y>.",
            ]
        );
    }

    #[test]
    fn tables_are_aligned_and_shrink() {
        let text = "| name | n |\n|---|---|\n| a | 1 |\n| a longer name | 22 |";
        assert_eq!(
            shown(text, 40),
            ["name          │ n", "──────────────────", "a             │ 1", "a longer name │ 22"]
        );
        assert!(shown(text, 12).iter().all(|line| columns(line) <= 12));
    }

    #[test]
    fn html_and_escapes_are_only_text() {
        assert_eq!(shown("a <b>x</b> \u{1b}[2J", 40), ["a <b>x</b> ␛[2J"]);
    }

    proptest! {
        #[test]
        fn any_text_fits_and_holds_no_control(text in "([#>*`|_~\\-\\[\\]() \n\t0-9a-z]|\\PC|[\\x00-\\x1f]){0,80}", width in 4..40_usize) {
            for line in shown(&text, width) {
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
