//! A run: what started it, what was sent, what came of it.
//!
//! Every fact says which of the four states it is in, with the cause in words.

use super::Detail;
use super::entry::usage_line;
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::fact::{Absence, Fact};
use crate::model::ids::RunIx;
use crate::model::runs::{FallbackStep, Listed, RunDetails};
use crate::model::{number, time};
use crate::ui::sheet::Sheet;
use crate::ui::words;

impl Detail<'_> {
    pub(super) fn run(&self, sheet: &mut Sheet<'_>, ix: RunIx) {
        let Some(run) = self.index.runs.get(ix.index()) else { return };
        let said = words::outcome(run.outcome, sheet.look);
        let took =
            run.started.zip(run.ended).map(|(from, to)| time::duration(to.saturating_sub(from)));
        sheet.title(said, &format!("run {}  {}", ix.index() + 1, took.unwrap_or_default()));
        sheet.blank();
        if let Some(from) = run.started {
            sheet.field("started", &time::full(from, &self.state.zone), Role::Text);
        }
        let id = run.id.and_then(|id| Some(self.index.log.as_ref()?.text(id)));
        sheet.field("run id", id.unwrap_or("none"), Role::Text);
        match self.state.detail.run.as_deref() {
            Some(details) => facts(sheet, details),
            None => facts(sheet, &RunDetails::default()),
        }
    }
}

fn facts(sheet: &mut Sheet<'_>, run: &RunDetails) {
    sheet.fact("trigger", &run.trigger, Clone::clone);
    sheet.fact("channel", &run.channel, Clone::clone);
    sheet.fact("harness", &run.harness, Clone::clone);
    sheet.fact("model", &run.model, Clone::clone);
    sheet.fact("thinking", &run.thinking, Clone::clone);
    sheet.fact("status", &run.final_status, Clone::clone);
    sheet.fact("usage", &run.usage, usage_line);
    if !run.fallbacks.is_empty() {
        sheet.heading("fallbacks", &number::counted(run.fallbacks.len(), "step"));
        for step in &run.fallbacks {
            fallback(sheet, step);
        }
    }
    long(sheet, "prompt", &run.prompt, |sheet, text| sheet.markdown(text));
    long(sheet, "system prompt", &run.system_prompt, |sheet, text| sheet.markdown(text));
    long(sheet, "tools sent", &run.tools, listed);
    long(sheet, "skills", &run.skills, listed);
    long(sheet, "prompt cache", &run.prompt_cache, cache);
}

/// A fact with a heading of its own: its value, or why there is none.
fn long<T>(
    sheet: &mut Sheet<'_>,
    title: &str,
    fact: &Fact<T>,
    show: impl FnOnce(&mut Sheet<'_>, &T),
) {
    sheet.heading(title, state_word(fact));
    match fact.value() {
        Some(value) => show(sheet, value),
        None => sheet.note(&words::missing(fact).unwrap_or_default(), Role::Faint),
    }
}

fn state_word<T>(fact: &Fact<T>) -> &'static str {
    match fact {
        Fact::Recorded(_) => "recorded",
        Fact::Trimmed(_) => "trimmed",
        Fact::NeverRecorded(Absence::RunEndedEarly | Absence::NotInSource) => "missing",
        Fact::NeverRecorded(_) => "never recorded",
        Fact::NotLoaded => "loading",
    }
}

fn cache(sheet: &mut Sheet<'_>, value: &Value) {
    sheet.value(value);
}

fn listed(sheet: &mut Sheet<'_>, list: &Listed) {
    if list.items.is_empty() {
        sheet.note("(an empty list was sent)", Role::Faint);
    }
    for (name, description) in list.items.iter().take(MAX_ITEMS) {
        let first = description.lines().next().unwrap_or("");
        if first.is_empty() {
            sheet.note(name, Role::Tool);
        } else {
            sheet.field(name, first, Role::Muted);
        }
    }
    if let Some(more) = list.items.len().checked_sub(MAX_ITEMS).filter(|more| *more > 0) {
        sheet.note(&format!("and {more} more"), Role::Muted);
    }
    if let Some(trim) = &list.cut {
        sheet.note(&words::trimmed(trim), Role::Warning);
    }
}

/// Names of a list that are laid out.
const MAX_ITEMS: usize = 200;

fn fallback(sheet: &mut Sheet<'_>, step: &FallbackStep) {
    let text = |fact: &Fact<String>| match fact.value() {
        Some(value) => value.clone(),
        None => "?".to_owned(),
    };
    let arrow = sheet.look.glyphs.arrow;
    sheet.note(&format!("{} {arrow} {}", text(&step.from), text(&step.to)), Role::Warning);
    sheet.fact("reason", &step.reason, Clone::clone);
    sheet.fact("detail", &step.detail, Clone::clone);
    sheet.fact("position", &step.position, ToString::to_string);
    sheet.fact("outcome", &step.outcome, |outcome| outcome.replace('_', " "));
}
