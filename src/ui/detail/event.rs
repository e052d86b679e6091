//! A runtime event in full.

use super::Detail;
use crate::app::state::bodies::BodyKey;
use crate::config::theme::Role;
use crate::js;
use crate::js::value::Value;
use crate::model::body;
use crate::model::fact::Fact;
use crate::model::ids::EventIx;
use crate::model::runtime::{EventKind, EventOutcome};
use crate::model::time;
use crate::ui::sheet::Sheet;
use crate::ui::{content, words};

/// The members of a fallback step.
const FALLBACK: [(&str, &str); 6] = [
    ("from", "fallbackStepFromModel"),
    ("to", "fallbackStepToModel"),
    ("reason", "fallbackStepFromFailureReason"),
    ("detail", "fallbackStepFromFailureDetail"),
    ("position", "fallbackStepChainPosition"),
    ("outcome", "fallbackStepFinalOutcome"),
];

impl Detail<'_> {
    pub(super) fn event(&self, sheet: &mut Sheet<'_>, ix: EventIx) {
        let Some(log) = self.index.log.as_deref() else { return };
        let Some(event) = log.event(ix) else { return };
        let name = event.type_name.map_or("(no type)", |name| log.text(name));
        let when =
            event.time.map(|time| time::clock_ms(time, &self.state.zone)).unwrap_or_default();
        sheet.heading(name, &when);
        if event.outcome != EventOutcome::Silent {
            let said = words::outcome(event.outcome, sheet.look);
            sheet.field("outcome", said.word, said.role);
        }
        if let Some(found) = self.body(sheet, BodyKey::Event(ix)) {
            let nothing = Value::Null;
            let data = found.value.get("data").unwrap_or(&nothing);
            event_data(sheet, event.kind, data);
        }
        sheet.heading("record", "");
        for (name, id) in [
            ("run", event.run),
            ("call id", event.call_id),
            ("provider", event.provider),
            ("model", event.model),
        ] {
            if let Some(id) = id {
                sheet.field(name, log.text(id), Role::Text);
            }
        }
        if let Some(when) = event.time {
            sheet.field("time", &time::full(when, &self.state.zone), Role::Text);
        }
        if let Some(place) = self.place(BodyKey::Event(ix)) {
            sheet.field("source", &place, Role::Text);
        }
    }
}

/// What an event carries, by its kind.
fn event_data(sheet: &mut Sheet<'_>, kind: EventKind, data: &Value) {
    if let Some(trim) = body::trim_marker(data) {
        sheet.note(&words::trimmed(&trim), Role::Warning);
    }
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    match kind {
        EventKind::ToolCall => {
            sheet.heading("arguments", text("name").unwrap_or(""));
            match data.get("args") {
                Some(arguments) => content::arguments(sheet, text("name").unwrap_or(""), arguments),
                None => sheet.note("(none)", Role::Faint),
            }
        }
        EventKind::FallbackStep => {
            sheet.heading("fallback", "from one model to the next");
            for (name, member) in FALLBACK {
                let value = data.get(member).map(|value| match value.as_str() {
                    Some(text) => text.to_owned(),
                    None => js::print::to_visible_compact(value),
                });
                sheet.fact(name, &Fact::from_option(value), Clone::clone);
            }
        }
        EventKind::PromptSubmitted => {
            if let Some(prompt) = text("prompt") {
                sheet.heading("prompt", "");
                sheet.markdown(prompt);
            }
            sheet.heading("data", "");
            sheet.value(data);
        }
        _ => {
            sheet.heading("data", "");
            sheet.value(data);
        }
    }
}
