//! A tool call with its arguments and result, or a tool with its totals.

use super::Detail;
use super::entry::file_name;
use crate::app::state::bodies::BodyKey;
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::body::{self, Block};
use crate::model::ids::CallIx;
use crate::model::tools::{CallStatus, ToolCall};
use crate::model::{number, time};
use crate::ui::bar::spark;
use crate::ui::sheet::Sheet;
use crate::ui::{content, words};

impl Detail<'_> {
    pub(super) fn call(&self, sheet: &mut Sheet<'_>, ix: CallIx) {
        self.call_and_result(sheet, ix);
        let Some(call) = self.index.calls.call(ix) else { return };
        self.call_place(sheet, call);
    }

    /// What was asked and what came back.
    pub(super) fn call_and_result(&self, sheet: &mut Sheet<'_>, ix: CallIx) {
        let Some(call) = self.index.calls.call(ix) else { return };
        let name = if call.name.is_empty() { "(unnamed)" } else { &call.name };
        let said = words::call(call.status, sheet.look);
        sheet.title(said, name);
        if let Some(ms) = call.duration_ms() {
            sheet.field("took", &time::duration(ms), Role::Text);
        }
        sheet.heading("arguments", "");
        self.arguments(sheet, call);
        self.result(sheet, call);
    }

    fn arguments(&self, sheet: &mut Sheet<'_>, call: &ToolCall) {
        if let Some((entry, block)) = call.asked {
            let Some(found) = self.body(sheet, BodyKey::Entry(entry)) else { return };
            let blocks = body::blocks(&found.value);
            let here = blocks.get(block as usize);
            let wanted = here.into_iter().chain(&blocks).find_map(|block| match block {
                Block::ToolCall { id, arguments, .. }
                    if id.as_deref().unwrap_or("") == &*call.id =>
                {
                    *arguments
                }
                _ => None,
            });
            return match wanted {
                Some(arguments) => content::arguments(sheet, &call.name, arguments),
                None => sheet.note("(none)", Role::Faint),
            };
        }
        if let Some(event) = call.asked_event {
            let Some(found) = self.body(sheet, BodyKey::Event(event)) else { return };
            return match found.value.pointer("/data/args") {
                Some(arguments) => content::arguments(sheet, &call.name, arguments),
                None => sheet.note("(none)", Role::Faint),
            };
        }
        sheet.note("not recorded: a result without its call", Role::Warning);
    }

    fn result(&self, sheet: &mut Sheet<'_>, call: &ToolCall) {
        let key = call.answered.map(BodyKey::Entry).or(call.answered_event.map(BodyKey::Event));
        let Some(key) = key else {
            sheet.heading("result", "");
            let why = match call.status {
                CallStatus::TimedOut => "the tool timed out before it answered",
                _ => "none is recorded: the run ended first, or it still goes on",
            };
            return sheet.note(why, Role::Warning);
        };
        let in_body = || body::exit_code(&self.open.bodies.ready(key)?.value);
        let exit = call.exit.map(i64::from).or_else(in_body);
        let remark = match (exit, call.status) {
            (Some(code), CallStatus::Error) => format!("error, exit {code}"),
            (Some(code), _) => format!("exit {code}"),
            (None, CallStatus::Error) => "error".to_owned(),
            (None, _) => String::new(),
        };
        sheet.heading("result", &remark);
        let Some(found) = self.body(sheet, key) else { return };
        match key {
            BodyKey::Entry(_) => content::result(sheet, &found.value, &found.images),
            BodyKey::Event(_) => match body::result_text(&found.value) {
                Some(text) => sheet.verbatim(&text, Role::Code),
                None => sheet.value(found.value.get("data").unwrap_or(&Value::Null)),
            },
        }
    }

    /// Where call and result are recorded.
    fn call_place(&self, sheet: &mut Sheet<'_>, call: &ToolCall) {
        let zone = &self.state.zone;
        sheet.heading("record", "");
        sheet.field("call id", if call.id.is_empty() { "none" } else { &call.id }, Role::Text);
        if let Some(from) = call.started {
            sheet.field("called", &time::full(from, zone), Role::Text);
        }
        if let Some(to) = call.ended {
            sheet.field("answered", &time::full(to, zone), Role::Text);
        }
        let active = if call.active { "on the active path" } else { "beside the active path" };
        sheet.field("branch", active, Role::Text);
        for (name, key) in [
            ("asked in", call.asked.map(|(entry, _)| BodyKey::Entry(entry))),
            ("answered in", call.answered.map(BodyKey::Entry)),
            ("asked in", call.asked_event.map(BodyKey::Event)),
            ("answered in", call.answered_event.map(BodyKey::Event)),
        ] {
            if let Some(place) = key.and_then(|key| self.place(key)) {
                sheet.field(name, &place, Role::Text);
            }
        }
        sheet.field("result size", &number::bytes(u64::from(call.result_bytes)), Role::Text);
    }

    /// The line or row of a record and its source.
    pub(super) fn place(&self, key: BodyKey) -> Option<String> {
        match key {
            BodyKey::Entry(entry) => {
                let transcript = self.index.transcript.as_deref()?;
                let row = transcript.tables.entry(entry)?.row;
                let place = transcript.origin.place(u64::from(row));
                Some(format!("{} of {}", place.row?, file_name(&place.path)))
            }
            BodyKey::Event(event) => {
                let log = self.index.log.as_deref()?;
                let (path, lines) = log.source_of(event);
                let word = if lines { "line" } else { "row" };
                Some(format!("{word} {} of {}", log.event(event)?.row, file_name(path)))
            }
        }
    }

    pub(super) fn tool(&self, sheet: &mut Sheet<'_>, at: usize) {
        let Some(total) = self.index.totals.get(at) else { return };
        let name = if total.name.is_empty() { "(unnamed)" } else { &total.name };
        let calls = total.calls.len();
        sheet.heading(name, "tool");
        sheet.field("calls", &number::grouped(calls as u64), Role::Text);
        let share = number::percent(f64::from(total.errors) / calls.max(1) as f64);
        let role = if total.errors > 0 { Role::Error } else { Role::Text };
        sheet.field("errors", &format!("{} ({share})", total.errors), role);
        if total.unanswered > 0 {
            sheet.field("no result", &total.unanswered.to_string(), Role::Warning);
        }
        sheet.field("time", &time::duration(total.total_ms), Role::Text);
        if let Some(longest) = total.longest_ms {
            sheet.field("longest", &time::duration(longest), Role::Text);
        }
        let recent = total.calls.iter().rev().take(SPARK).rev();
        let times: Vec<u64> = recent
            .map(|call| self.index.calls.call(*call).and_then(ToolCall::duration_ms))
            .map(|ms| ms.unwrap_or(0).max(0) as u64)
            .collect();
        if times.iter().any(|ms| *ms > 0) {
            sheet.heading("durations", "of the newest calls, oldest first");
            sheet.note(&spark(&times, sheet.look.glyphs), Role::Bar);
        }
    }
}

/// Calls that the sparkline of a tool shows.
const SPARK: usize = 24;
