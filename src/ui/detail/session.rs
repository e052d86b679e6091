//! A session or an agent, as the catalogue knows it.

use crate::app::state::State;
use crate::app::state::place::PlaceInfo;
use crate::app::state::sessions::AgentTotals;
use crate::config::theme::Role;
use crate::model::fact::Fact;
use crate::model::key::{AgentId, SessionKind};
use crate::model::session::{SessionRow, TitleFrom, TranscriptSource};
use crate::model::{number, time};
use crate::ui::sheet::Sheet;
use crate::ui::words;

pub(super) fn session(sheet: &mut Sheet<'_>, state: &State, row: &SessionRow) {
    let said = words::session_state(row.state.value().copied(), row.provenance, sheet.look);
    let word = if said.word.is_empty() { "session" } else { said.word };
    let kind = match row.kind {
        SessionKind::Unknown => "kind not recorded",
        kind => kind.word(),
    };
    sheet.title(words::Said { word, ..said }, kind);
    sheet.blank();
    let title = row.title.value().map_or_else(|| row.short_name(), String::as_str);
    sheet.prose(title, Role::Title);
    if row.title_from == TitleFrom::FirstMessage {
        sheet.note("(first message of the user)", Role::Faint);
    }
    sheet.heading("session", "");
    sheet.field("agent", row.agent.as_str(), Role::Text);
    match &row.key {
        Some(key) => sheet.field("key", key.as_str(), Role::Text),
        None => sheet.field("key", "none points at it", Role::Faint),
    }
    sheet.field("id", &row.session_id, Role::Text);
    if let Some(parent) = &row.parent_key {
        sheet.field(
            if row.forked { "forked from" } else { "spawned by" },
            parent.as_str(),
            Role::Text,
        );
    }
    sheet.fact("channel", &row.channel, Clone::clone);
    sheet.fact("model", &row.model, Clone::clone);
    sheet.fact("last run", &row.state, |state| state.word().to_owned());
    figures(sheet, state, row);
    source(sheet, &state.place, row);
}

fn figures(sheet: &mut Sheet<'_>, state: &State, row: &SessionRow) {
    let when = |then: &i64| {
        format!("{} ({})", time::full(*then, &state.zone), time::age(*then, state.now))
    };
    let many = |number: &u64| number::grouped(*number);
    sheet.heading("figures", "");
    sheet.fact("updated", &row.updated, when);
    sheet.fact("created", &row.created, when);
    sheet.fact("messages", &row.messages, many);
    sheet.fact("tool calls", &row.tool_calls, many);
    match &row.errors {
        Fact::Recorded(errors) if *errors > 0 => {
            sheet.field("errors", &number::grouped(*errors), Role::Error);
        }
        errors => sheet.fact("errors", errors, many),
    }
    sheet.fact("tokens", &row.tokens, many);
    sheet.fact("cost", &row.cost, |cost| number::dollars(*cost));
}

fn source(sheet: &mut Sheet<'_>, place: &PlaceInfo, row: &SessionRow) {
    sheet.heading("source", row.provenance.word());
    let kind = match &row.transcript {
        TranscriptSource::File { zstd: true, .. } => "JSONL file, zstd",
        TranscriptSource::File { .. } => "JSONL file",
        TranscriptSource::Rows { .. } => "rows of an agent database",
        TranscriptSource::Archive { .. } => "archive in an agent database",
        TranscriptSource::ColdRow { .. } => "cold archive in an agent database",
        TranscriptSource::Missing { .. } => "missing: the index names a file that is not there",
    };
    let role = match &row.transcript {
        TranscriptSource::Missing { .. } => Role::Warning,
        _ => Role::Text,
    };
    sheet.field("kind", kind, role);
    sheet.field("path", &place.shown(row.transcript.path()), Role::Text);
    sheet.fact("size", &row.size, |size| number::bytes(*size));
}

pub(super) fn agent(sheet: &mut Sheet<'_>, state: &State, agent: &AgentId, totals: &AgentTotals) {
    let AgentTotals { sessions, errors, tokens, cost, newest, uncounted } = totals;
    sheet.heading(agent.as_str(), "agent");
    sheet.field("sessions", &number::grouped(*sessions as u64), Role::Text);
    let role = if *errors > 0 { Role::Error } else { Role::Text };
    sheet.field("errors", &number::grouped(*errors), role);
    sheet.field("tokens", &number::grouped(*tokens), Role::Text);
    sheet.field("cost", &number::dollars(*cost), Role::Text);
    if let Some(newest) = newest {
        sheet.field("last change", &time::full(*newest, &state.zone), Role::Text);
    }
    if *uncounted > 0 {
        let note = format!("{} not counted yet", number::counted(*uncounted, "session"));
        sheet.note(&note, Role::Muted);
    }
    sheet.heading("sources", "");
    for source in state.catalogue.sources.iter().filter(|source| source.agent == *agent) {
        sheet.field(
            &number::grouped(source.sessions as u64),
            &state.place.shown(&source.path),
            Role::Text,
        );
    }
}
