//! The sessions pane: agents with their sessions under them.
//!
//! ```text
//!  ▾ main                                    12
//!    ● Fix the cart totals      3✗   $0.42   2m
//!      ◇ research (subagent)         $0.08   5m
//! ```
//!
//! How many figures a row shows depends on the width; the one that the list is sorted by always
//! comes first.

use crate::model::{number, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list;
use super::pane::{self, Pane};
use super::strip::{Strip, centred};
use super::theme::Look;
use super::words;
use crate::app::state::State;
use crate::app::state::sessions::{SessionLine, SessionSort};
use crate::config::theme::Role;
use crate::model::fact::Fact;
use crate::model::key::{AgentId, SessionKind};
use crate::model::session::{Provenance, SessionRow};

/// Draws the pane; returns where its rows lie.
pub fn draw(state: &State, look: &Look<'_>, buf: &mut Buffer, area: Rect, focused: bool) -> Rect {
    let pane = &state.sessions;
    let all = state.catalogue.rows.len();
    let info = if pane.shown == all {
        number::grouped(all as u64)
    } else {
        format!("{}/{}", number::grouped(pane.shown as u64), number::grouped(all as u64))
    };
    let direction = if pane.reverse { look.glyphs.up } else { look.glyphs.down };
    let mut frame = Pane::titled("Sessions", focused);
    frame.info = info;
    frame.note = format!("{} {direction}", pane.sort.word());
    frame.hint = hint(state);
    let inner = frame.draw(buf, look, area).inner;
    if pane.lines.is_empty() || state.catalogue.rows.is_empty() {
        // Agents without sessions may be listed above.
        let taken = (pane.lines.len() as u16).min(inner.height);
        let below = Rect { y: inner.y + taken, height: inner.height - taken, ..inner };
        centred(buf, look, below, &empty(state));
        if pane.lines.is_empty() {
            return inner;
        }
    }
    let columns = Columns::fitting(inner.width, pane.sort);
    let rows = if inner.width >= CAPTIONS_FROM {
        columns.captions(buf, look, inner);
        Rect::new(inner.x, inner.y + 1, inner.width, inner.height.saturating_sub(1))
    } else {
        inner
    };
    list::draw(buf, look, rows, (&pane.list, pane.lines.len(), focused), |at, strip| {
        match pane.lines.get(at) {
            Some(SessionLine::Agent { agent, sessions, folded, .. }) => {
                self::agent(strip, look, agent, *sessions, *folded);
            }
            Some(SessionLine::Session { row, depth, children, folded, matched }) => {
                if let Some(row) = state.catalogue.rows.get(*row) {
                    let fold = (*children > 0).then_some(*folded);
                    columns.session(strip, state, look, row, (*depth, fold, matched));
                }
            }
            None => {}
        }
    });
    let top = list::top(&pane.list, pane.lines.len(), rows.height);
    pane::scrollbar(buf, look, area, top, pane.lines.len(), focused);
    rows
}

fn agent(strip: &mut Strip<'_>, look: &Look<'_>, agent: &AgentId, sessions: usize, folded: bool) {
    if sessions == 0 {
        strip.right("no sessions", 8, look.style(Role::Faint)).skip(2);
        strip.text(agent.as_str(), look.style(Role::Muted));
        return;
    }
    let fold = if folded { look.glyphs.closed } else { look.glyphs.open };
    strip.right(&number::grouped(sessions as u64), 8, look.style(Role::Muted));
    strip.text(fold, look.style(Role::Muted)).text(" ", look.style(Role::Text));
    strip.text(agent.as_str(), look.style(Role::Title));
}

/// What narrows the list.
fn hint(state: &State) -> String {
    let pane = &state.sessions;
    let mut parts = Vec::new();
    if !pane.filter.is_empty() {
        parts.push(format!("filter {}", pane.filter));
    }
    let hidden: Vec<&str> = pane.hidden.iter().map(|kind| kind.word()).collect();
    if !hidden.is_empty() {
        parts.push(format!("no {}", hidden.join(", ")));
    }
    if pane.hide_archived {
        parts.push("no archives".to_owned());
    }
    parts.join(", ")
}

fn empty(state: &State) -> Vec<(&'static str, Role)> {
    if state.jobs.catalogue {
        return vec![("Reading sessions", Role::Muted)];
    }
    if state.catalogue.rows.is_empty() {
        return vec![
            ("No sessions here", Role::Title),
            ("", Role::Text),
            ("This state holds no index, database or transcript.", Role::Muted),
            ("", Role::Text),
            ("Start with another: --state-dir DIR", Role::Muted),
        ];
    }
    if state.sessions.filter.is_empty() {
        return vec![
            ("All sessions are hidden", Role::Title),
            ("", Role::Text),
            ("C, U, H and A show hidden kinds again", Role::Muted),
        ];
    }
    vec![
        ("No session fits the filter", Role::Title),
        ("", Role::Text),
        ("Esc takes the filter away", Role::Muted),
    ]
}

/// Width of the pane from which the columns have captions.
const CAPTIONS_FROM: u16 = 60;
/// Width of the pane from which ages are shown.
const AGE_FROM: usize = 29;
/// Columns that the title keeps before further figures appear.
const TITLE: usize = 18;

/// A figure of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Kind,
    Model,
    Messages,
    Calls,
    Tokens,
    Size,
    Errors,
    Cost,
    Created,
    Updated,
}

/// The columns from left to right, with caption and width (a blank before it included).
const ORDER: [(Column, &str, usize); 10] = [
    (Column::Kind, "kind", 10),
    (Column::Model, "model", 16),
    (Column::Messages, "msgs", 6),
    (Column::Calls, "tools", 6),
    (Column::Tokens, "tokens", 7),
    (Column::Size, "size", 6),
    (Column::Errors, "err", 4),
    (Column::Cost, "cost", 8),
    (Column::Created, "made", 5),
    (Column::Updated, "age", 4),
];

/// Which column gets room first.
const PRIORITY: [Column; 10] = [
    Column::Updated,
    Column::Errors,
    Column::Cost,
    Column::Tokens,
    Column::Messages,
    Column::Model,
    Column::Calls,
    Column::Kind,
    Column::Size,
    Column::Created,
];

/// The columns that fit.
struct Columns(Vec<(Column, &'static str, usize)>);

impl Columns {
    fn fitting(width: u16, sort: SessionSort) -> Self {
        let first = match sort {
            SessionSort::Updated | SessionSort::Title => Column::Updated,
            SessionSort::Created => Column::Created,
            SessionSort::Cost => Column::Cost,
            SessionSort::Tokens => Column::Tokens,
            SessionSort::Errors => Column::Errors,
            SessionSort::Size => Column::Size,
        };
        // Figures take two fifths at most: a list of numbers without names helps nobody.
        let width = usize::from(width);
        let mut room = width.saturating_sub(TITLE.min(width * 3 / 5)).min(width * 2 / 5);
        let mut taken = Vec::new();
        for column in std::iter::once(first).chain(PRIORITY) {
            let needed = ORDER.iter().find(|(one, ..)| *one == column).map_or(0, |one| one.2);
            // Age goes first: the order of the list tells it roughly.
            let wanted = width >= AGE_FROM
                || column == Column::Errors
                || column == first && column != Column::Updated;
            let fits = needed <= room && wanted;
            if fits && !taken.contains(&column) {
                room -= needed;
                taken.push(column);
            }
        }
        Self(ORDER.into_iter().filter(|(column, ..)| taken.contains(column)).collect())
    }

    fn captions(&self, buf: &mut Buffer, look: &Look<'_>, area: Rect) {
        let mut strip = Strip::new(buf, look, area, 0);
        let style = look.style(Role::Faint);
        for (_, caption, width) in self.0.iter().rev() {
            strip.right_column(caption, *width - 1, 8, style).right_skip(1);
        }
        strip.skip(4).text("title", style);
    }

    fn session(
        &self,
        strip: &mut Strip<'_>,
        state: &State,
        look: &Look<'_>,
        row: &SessionRow,
        (depth, fold, matched): (u8, Option<bool>, &[usize]),
    ) {
        for (column, _, width) in self.0.iter().rev() {
            let (text, role) = column.figure(row, state.now, look);
            strip.right_column(&text, *width - 1, 8, look.style(role)).right_skip(1);
        }
        let wide = strip.room() >= TITLE + 8;
        let said = words::session_state(row.state.value().copied(), row.provenance, look);
        let fold = match fold {
            Some(true) => look.glyphs.closed,
            Some(false) => look.glyphs.open,
            None => " ",
        };
        strip.skip(usize::from(depth.min(6)) * 2);
        strip.text(fold, look.style(Role::Muted)).text(said.sign, look.style(said.role)).skip(1);
        let quiet = row.provenance != Provenance::Live && row.provenance != Provenance::File;
        let style = look.style(if quiet { Role::Muted } else { Role::Text });
        match row.title.value().filter(|title| !title.trim().is_empty()) {
            Some(title) => strip.marked(title, matched, style, look.style(Role::Match)),
            None => strip.marked(row.short_name(), matched, style, look.style(Role::Match)),
        };
        if let Some(tag) = tag(row).filter(|_| wide) {
            strip.text(&format!(" ({tag})"), look.style(Role::Faint));
        }
    }
}

/// What sets a session apart from an ordinary one, in a word.
fn tag(row: &SessionRow) -> Option<&'static str> {
    match (row.provenance, row.kind) {
        (Provenance::Live | Provenance::File, _) if row.forked => Some("fork"),
        (
            Provenance::Live | Provenance::File,
            kind @ (SessionKind::Cron
            | SessionKind::Subagent
            | SessionKind::Heartbeat
            | SessionKind::Hook
            | SessionKind::Group
            | SessionKind::Channel),
        ) => Some(kind.word()),
        (Provenance::Live | Provenance::File, _) => None,
        (provenance, _) => Some(provenance.word()),
    }
}

impl Column {
    fn figure(self, row: &SessionRow, now: i64, look: &Look<'_>) -> (String, Role) {
        let muted =
            |fact: &Fact<u64>| (words::figure(fact, look, |n| number::count(*n)), Role::Muted);
        let age = |fact: &Fact<i64>| {
            (words::figure(fact, look, |then| time::age(*then, now)), Role::Muted)
        };
        match self {
            Self::Kind => (row.kind.word().to_owned(), Role::Muted),
            Self::Model => (words::figure(&row.model, look, Clone::clone), Role::Muted),
            Self::Messages => muted(&row.messages),
            Self::Calls => muted(&row.tool_calls),
            Self::Tokens => muted(&row.tokens),
            Self::Size => {
                (words::figure(&row.size, look, |size| number::bytes(*size)), Role::Muted)
            }
            Self::Errors => match row.errors.value() {
                Some(0) | None => (String::new(), Role::Muted),
                Some(many) => {
                    (format!("{}{}", number::count(*many), look.glyphs.error), Role::Error)
                }
            },
            Self::Cost => {
                (words::figure(&row.cost, look, |cost| number::dollars(*cost)), Role::Muted)
            }
            Self::Created => age(&row.created),
            Self::Updated => age(&row.updated),
        }
    }
}
