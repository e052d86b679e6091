//! A text of headings, fields, prose and data, laid out for a pane that scrolls.
//!
//! ```text
//!  tool call                                    heading
//!    name     exec                              field
//!    took     0.4s
//!  arguments
//!    command  "python3 main.py"                 value
//! ```
//!
//! A sheet takes what it is given up to a bound and says how much more there is.

use crate::model::number;
use ratatui::text::{Line, Span};

use super::strip::bound;
use super::theme::Look;
use super::words;
use super::wrap::{Flow, span};
use super::{diff, markdown};
use crate::config::theme::Role;
use crate::js::number as js_number;
use crate::js::print::to_visible_compact;
use crate::js::value::Value;
use crate::model::body::{Edit, trim_marker};
use crate::model::fact::Fact;
use crate::model::text::{columns, pad};

/// Bytes of one text that are laid out; what lies beyond is for the viewer and the pager.
pub const MAX_TEXT: usize = 32 << 10;
/// Lines of one value.
const MAX_VALUE_LINES: usize = 300;
/// Levels of a value that are laid out.
const MAX_LEVELS: usize = 12;
/// Columns by which things below a heading are indented.
const INDENT: usize = 2;
/// Columns of the names of fields.
const NAME: usize = 11;

/// A sheet that is being written.
pub struct Sheet<'l> {
    /// The look.
    pub look: &'l Look<'l>,
    width: usize,
    lines: Vec<Line<'static>>,
    as_written: bool,
}

impl<'l> Sheet<'l> {
    /// Starts an empty sheet of `width` columns.
    pub fn new(look: &'l Look<'l>, width: u16) -> Self {
        Self { look, width: usize::from(width).max(8), lines: Vec::new(), as_written: false }
    }

    /// Shows Markdown as the text that it is: what it takes for markup, such as the stars of a mask,
    /// is not left out.
    pub fn as_written(self) -> Self {
        Self { as_written: true, ..self }
    }

    /// The lines.
    pub fn finish(mut self) -> Vec<Line<'static>> {
        while self.lines.last().is_some_and(|line| line.width() == 0) {
            self.lines.pop();
        }
        self.lines
    }

    /// Adds a blank line unless one stands above.
    pub fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    /// Adds a heading with a remark behind it.
    pub fn heading(&mut self, title: &str, remark: &str) {
        self.blank();
        let mut flow = Flow::new(self.width);
        flow.text(title, self.look.style(Role::Heading));
        if !remark.is_empty() {
            flow.text("  ", self.look.style(Role::Muted));
            flow.text(remark, self.look.style(Role::Muted));
        }
        self.lines.extend(flow.finish());
    }

    /// Adds a line with a sign, a word and more words behind it.
    pub fn title(&mut self, said: words::Said, rest: &str) {
        let mut flow = Flow::new(self.width);
        let style = self.look.style(said.role);
        flow.text(said.sign, style);
        flow.text(" ", style);
        flow.text(said.word, style);
        if !rest.is_empty() {
            flow.text("  ", self.look.style(Role::Muted));
            flow.text(rest, self.look.style(Role::Muted));
        }
        self.lines.extend(flow.finish());
    }

    /// Adds a field; nothing for an empty value.
    pub fn field(&mut self, name: &str, value: &str, role: Role) {
        if value.is_empty() {
            return;
        }
        let mut flow = self.named(name);
        flow.text(clip(value).0, self.look.style(role));
        self.lines.extend(flow.finish());
    }

    /// Adds a field for a fact: its value, or in words why there is none.
    pub fn fact<T>(&mut self, name: &str, fact: &Fact<T>, show: impl FnOnce(&T) -> String) {
        match (fact.value(), words::missing(fact)) {
            (Some(value), _) => self.field(name, &show(value), Role::Text),
            (None, Some(why)) => self.field(name, &why, Role::Faint),
            (None, None) => {}
        }
    }

    /// Adds prose as Markdown.
    pub fn markdown(&mut self, text: &str) {
        let (shown, more) = clip(text);
        if self.as_written {
            let mut flow = Flow::new(self.width);
            flow.text(shown, self.look.style(Role::Text));
            self.lines.extend(flow.finish());
        } else {
            self.lines.extend(markdown::lines(shown, self.width, self.look));
        }
        self.more(text, more);
    }

    /// Adds prose in one style, wrapped at blanks.
    pub fn prose(&mut self, text: &str, role: Role) {
        let (shown, more) = clip(text);
        let mut flow = self.indented();
        flow.text(shown, self.look.style(role));
        self.lines.extend(flow.finish());
        self.more(text, more);
    }

    /// Adds text that is no prose: its blanks and line ends are kept.
    pub fn verbatim(&mut self, text: &str, role: Role) {
        let (shown, more) = clip(text);
        let mut flow = self.indented();
        flow.verbatim(shown, self.look.style(role));
        self.lines.extend(flow.finish());
        self.more(text, more);
    }

    /// Adds a remark.
    pub fn note(&mut self, text: &str, role: Role) {
        let mut flow = self.indented();
        flow.text(text, self.look.style(role));
        self.lines.extend(flow.finish());
    }

    /// Adds finished lines.
    pub fn extend(&mut self, lines: Vec<Line<'static>>) {
        self.lines.extend(lines);
    }

    /// Adds what an edit changes.
    pub fn edit(&mut self, edit: &Edit) {
        if let Some(patch) = &edit.patch {
            let lines = diff::patch(clip(patch).0, self.look);
            self.hanging(&lines);
        }
        for change in &edit.changes {
            let lines = diff::lines(&change.old, &change.new, self.look);
            self.hanging(&lines);
            self.blank();
        }
    }

    /// Adds lines that go on under their sign where they are too wide.
    fn hanging(&mut self, lines: &[Line<'static>]) {
        for line in lines {
            let mut flow = Flow::new(self.width);
            flow.set_prefix(vec![Span::raw("    ")]);
            flow.set_first(Vec::new());
            for span in &line.spans {
                flow.part(&span.content, span.style.patch(line.style));
            }
            flow.end_line();
            self.lines.extend(flow.finish());
        }
    }

    /// Adds a value: members by name, one a line, texts of many lines below their name.
    pub fn value(&mut self, value: &Value) {
        let end = self.lines.len() + MAX_VALUE_LINES;
        self.children(value, 1, end);
        if self.lines.len() >= end {
            self.note("(more: the JSON view shows all of it)", Role::Muted);
        }
    }

    fn children(&mut self, value: &Value, level: usize, end: usize) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let names = members.keys().map(|name| columns(&name.to_str_lossy()));
                let width = names.max().unwrap_or(0).min(16);
                for (name, member) in members.iter() {
                    self.member(&name.to_str_lossy(), (member, width), level, end);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let width = items.len().saturating_sub(1).to_string().len();
                for (at, item) in items.iter().enumerate() {
                    if self.lines.len() >= end {
                        break;
                    }
                    self.member(&at.to_string(), (item, width), level, end);
                }
            }
            plain => self.member("", (plain, 0), level, end),
        }
    }

    fn member(&mut self, name: &str, (value, width): (&Value, usize), level: usize, end: usize) {
        if self.lines.len() >= end {
            return;
        }
        let indent = level * INDENT;
        let mut flow = Flow::new(self.width);
        flow.set_prefix(vec![Span::raw(" ".repeat(indent + 2))]);
        flow.set_first(vec![Span::raw(" ".repeat(indent))]);
        let cut = value.get("truncated").is_some() && trim_marker(value).is_some();
        let nested = is_nested(value) && !cut;
        if !name.is_empty() {
            let name = if nested { name.to_owned() } else { pad(name, width.max(columns(name))) };
            flow.text(&name, self.look.style(Role::JsonKey));
            flow.text("  ", self.look.style(Role::Text));
        }
        match value {
            value if cut => {
                let said = trim_marker(value).map(|trim| words::trimmed(&trim));
                flow.text(&said.unwrap_or_default(), self.look.style(Role::Warning));
            }
            Value::String(text) if nested => {
                self.lines.extend(flow.finish());
                self.block(&text.to_str_lossy(), indent + INDENT);
                return;
            }
            _ if nested && level >= MAX_LEVELS => flow.text("{…}", self.look.style(Role::Faint)),
            _ if nested => {
                self.lines.extend(flow.finish());
                self.children(value, level + 1, end);
                return;
            }
            plain => {
                let (text, role) = scalar(plain, MAX_TEXT);
                flow.text(&text, self.look.style(role));
            }
        }
        self.lines.extend(flow.finish());
    }

    /// A text of many lines, with a rail on its left.
    fn block(&mut self, text: &str, indent: usize) {
        let (shown, more) = clip(text);
        let rail = format!("{}{} ", " ".repeat(indent), self.look.glyphs.bar);
        let mut flow = Flow::new(self.width);
        flow.set_prefix(vec![Span::styled(rail, self.look.style(Role::Faint))]);
        flow.verbatim(shown, self.look.style(Role::JsonString));
        self.lines.extend(flow.finish());
        self.more(text, more);
    }

    fn named(&self, name: &str) -> Flow {
        let mut flow = Flow::new(self.width);
        let name = pad(name, NAME.max(columns(name)));
        flow.set_first(vec![
            Span::raw(" ".repeat(INDENT)),
            span(&format!("{name} "), self.look.style(Role::Muted)),
        ]);
        let hang = if self.width > 36 { INDENT + NAME + 1 } else { INDENT * 2 };
        flow.set_prefix(vec![Span::raw(" ".repeat(hang))]);
        flow
    }

    fn indented(&self) -> Flow {
        let mut flow = Flow::new(self.width);
        flow.set_prefix(vec![Span::raw(" ".repeat(INDENT))]);
        flow
    }

    fn more(&mut self, text: &str, more: bool) {
        if more {
            let note = format!(
                "(the first {} of {}; the viewer and the pager show all of it)",
                number::bytes(MAX_TEXT as u64),
                number::bytes(text.len() as u64)
            );
            self.note(&note, Role::Warning);
        }
    }
}

/// The part of a text that is laid out, and whether there is more.
fn clip(text: &str) -> (&str, bool) {
    if text.len() <= MAX_TEXT {
        return (text, false);
    }
    (text.get(..bound(text, MAX_TEXT)).unwrap_or(text), true)
}

/// Whether a value takes lines of its own below its name.
fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => text.as_bytes().contains(&b'\n'),
        _ => false,
    }
}

/// A value as it stands on one line, and its role; of a string at most `most` bytes.
///
/// Strings are quoted and escaped as JSON, so that a line end in one is seen for what it is.
pub fn scalar(value: &Value, most: usize) -> (String, Role) {
    match value {
        Value::Null => ("null".to_owned(), Role::JsonWord),
        Value::Bool(value) => (value.to_string(), Role::JsonWord),
        Value::Number(number) => (js_number::to_json(*number), Role::JsonNumber),
        Value::String(text) => {
            let text = text.to_str_lossy();
            let head = text.get(..bound(&text, most)).unwrap_or("");
            (to_visible_compact(&Value::String(head.into())), Role::JsonString)
        }
        Value::Array(items) if items.is_empty() => ("[]".to_owned(), Role::Faint),
        Value::Array(items) => (format!("[{}]", items.len()), Role::Faint),
        Value::Object(members) if members.is_empty() => ("{}".to_owned(), Role::Faint),
        Value::Object(members) => (format!("{{{}}}", members.len()), Role::Faint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;
    use crate::js::parse;

    fn shown(width: u16, write: impl FnOnce(&mut Sheet<'_>)) -> Vec<String> {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let mut sheet = Sheet::new(&look, width);
        write(&mut sheet);
        let lines = sheet.finish();
        lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn a_text_as_written_keeps_what_markdown_takes_for_markup() {
        let text = "see `x?token=***&api_key=***&q=1`, **all** of it\n[a]: https://a";
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let mut sheet = Sheet::new(&look, 60).as_written();
        sheet.markdown(text);
        let lines: Vec<_> = sheet.finish().iter().map(ToString::to_string).collect();
        assert_eq!(lines.join("\n"), text);
    }

    #[test]
    fn fields_are_aligned_and_facts_say_why_they_are_missing() {
        let lines = shown(60, |sheet| {
            sheet.heading("tool call", "read");
            sheet.field("took", "14ms", Role::Text);
            sheet.field("empty", "", Role::Text);
            sheet.fact("usage", &Fact::<u64>::NotLoaded, ToString::to_string);
        });
        assert_eq!(
            lines,
            ["tool call  read", "  took        14ms", "  usage       not loaded yet"]
        );
    }

    #[test]
    fn values_lie_open_with_long_texts_below_their_names() {
        let value =
            parse::parse(br#"{"path":"a.rs","n":[1,null],"new":"x\n  y\n","o":{}}"#).unwrap();
        let lines = shown(40, |sheet| sheet.value(&value));
        assert_eq!(
            lines,
            [
                "  path  \"a.rs\"",
                "  n",
                "    0  1",
                "    1  null",
                "  new",
                "    │ x",
                "    │   y",
                "  o     {}",
            ]
        );
    }

    #[test]
    fn a_large_text_says_how_large_it_is() {
        let text = "line\n".repeat(20_000);
        let lines = shown(60, |sheet| sheet.verbatim(&text, Role::Text));
        assert!(lines.len() < 7_000);
        assert!(
            lines.iter().any(|line| line.contains("the first 32K of 98K")),
            "{:?}",
            lines.last()
        );
    }

    #[test]
    fn a_deep_value_ends() {
        let text = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let value = parse::parse(text.as_bytes()).unwrap();
        assert!(shown(40, |sheet| sheet.value(&value)).len() <= MAX_LEVELS + 1);
    }
}
