//! An arm or a run of the learning layer in the detail pane.

use super::series::width_words;
use super::{arms, count, exact, share, took};
use crate::app::state::State;
use crate::app::state::learning::TraceSlot;
use crate::app::state::learning::charts::{ChartRow, GroupKey, Stretch};
use crate::app::state::learning::data::{Arm, LearningData, Runs};
use crate::config::theme::Role;
use crate::model::learning::index::TraceIx;
use crate::model::learning::trace::{Trace, TraceUsage};
use crate::model::learning::view::{ArmUse, Spread};
use crate::model::{number, time};
use crate::ui::sheet::Sheet;
use crate::ui::words::Said;

/// Writes what is known of an arm.
pub(in crate::ui) fn arm(sheet: &mut Sheet<'_>, state: &State, at: usize) {
    let Some(data) = &state.learning.data else { return };
    let Some(arm) = data.arms.get(at) else { return };
    let row = &arm.row;
    let (word, role) = arms::word(row);
    sheet.title(Said { sign: sheet.look.glyphs.diamond, word, role }, &row.arm);
    sheet.blank();
    match row.name() {
        Some(name) => {
            sheet.field("kind", name.kind.word(), Role::Text);
            sheet.field("category", name.category, Role::Text);
        }
        None => sheet.note("The name is malformed: it is not type:category:id.", Role::Warning),
    }
    if let Some(updated) = row.updated {
        let age = time::age(updated, state.now);
        let full = time::full(updated, &state.zone);
        sheet.field("updated", &format!("{full} ({age})"), Role::Text);
    }
    if row.seed {
        sheet.field("seed", "selection puts it first", Role::Text);
    }
    if row.underexplored {
        sheet.field("explore", "fewer pulls than selection asks for", Role::Warning);
    }
    if !row.stored {
        let none = data.runs.as_ref().is_some_and(|runs| !runs.has_posteriors);
        let why = if none {
            "The source holds no posteriors. The prior is shown."
        } else {
            "No posterior is stored: only passive or uncounted runs name it. The prior is shown."
        };
        sheet.note(why, Role::Warning);
    }
    belief(sheet, arm);
    if let Some(traced) = row.traced {
        in_runs(sheet, data, arm, traced);
    }
}

fn belief(sheet: &mut Sheet<'_>, arm: &Arm) {
    let look = sheet.look;
    let row = &arm.row;
    let pair = |low: f64, high: f64| format!("{} to {}", share(low, look), share(high, look));
    let weights = format!("{}, {}", count(row.belief.alpha, look), count(row.belief.beta, look));
    sheet.heading("posterior", &format!("Beta({weights})"));
    sheet.field("mean", &share(row.mean, look), Role::Text);
    match (row.interval, arm.marks, row.median) {
        (Some(interval), Some((low, high)), Some(median)) => {
            sheet.field("95 % exact", &pair(interval.lower, interval.upper), Role::Text);
            let marks =
                format!("{}  {}  {}", share(low, look), share(median, look), share(high, look));
            sheet.field("5 50 95 %", &marks, Role::Text);
            sheet.field("as shown", &pair(row.normal.lower, row.normal.upper), Role::Muted);
            sheet.note(
                "\"As shown\" is the product's own interval, a normal approximation.",
                Role::Faint,
            );
        }
        _ => sheet.note("The parameters make no distribution.", Role::Warning),
    }
    let prior = format!(
        "Beta({}, {}), mean {}",
        count(row.prior.alpha, look),
        count(row.prior.beta, look),
        share(row.prior.mean(), look)
    );
    sheet.field("prior", &prior, Role::Text);
    if arm.is_prior() {
        sheet.note("Nothing was learnt: this is the prior alone.", Role::Warning);
    }
    sheet.field("pulls", &count(row.pulls, look), Role::Text);
    let (used, unused) = row.evidence;
    let evidence = format!("{} used, {} unused", count(used, look), count(unused, look));
    sheet.field("evidence", &evidence, Role::Text);
    if arms::uneven(row) {
        let off = format!(
            "alpha + beta - prior differs from the pulls by {}: reset, seeded, decayed or credited by hand.",
            count(row.imbalance, look)
        );
        sheet.note(&off, Role::Warning);
    }
    if let Some(best) = row.best {
        sheet.field("best", &format!("{} likely the best arm", number::percent(best)), Role::Text);
    }
}

fn in_runs(sheet: &mut Sheet<'_>, data: &LearningData, arm: &Arm, traced: ArmUse) {
    let look = sheet.look;
    if data.runs.as_ref().is_some_and(|runs| runs.armless) {
        return sheet.heading("in the runs", "not known: the source names no arms in its runs");
    }
    let named = (traced.used + traced.unused + traced.excluded).saturating_sub(traced.repeats);
    sheet.heading("in the runs", &format!("{named} of {}", number::grouped(data.traces)));
    sheet.field("used", &number::grouped(traced.used), Role::Text);
    sheet.field("unused", &number::grouped(traced.unused), Role::Text);
    sheet.field("excluded", &number::grouped(traced.excluded), Role::Text);
    let absent = data.traces.saturating_sub(named);
    sheet.field("absent", &number::grouped(absent), Role::Text);
    if traced.contradictions > 0 {
        let text = format!("{} excluded and used all the same", traced.contradictions);
        sheet.field("odd", &text, Role::Warning);
    }
    if traced.repeats > 0 {
        let text = format!("{} named twice in a run", traced.repeats);
        sheet.field("odd", &text, Role::Warning);
    }
    sheet.heading("cost", "tokens in the prompt, as the trace estimates them");
    let tokens = |value: Option<f64>| {
        value.map_or_else(|| look.glyphs.none.to_owned(), |value| count(value.round(), look))
    };
    sheet.field("average", &tokens(traced.mean_cost()), Role::Text);
    sheet.field("last", &tokens(Some(traced.last_cost)), Role::Text);
    sheet.field("carried", &tokens(Some(traced.carried)), Role::Text);
    sheet.field("for a use", &tokens(traced.cost_of_use()), Role::Text);
    sheet.field("wasted", &format!("{} a run", tokens(arm.row.waste())), Role::Text);
}

/// Why no row is selected, and what to do about it.
pub(in crate::ui) fn nothing(state: &State) -> [&'static str; 2] {
    let pane = &state.learning;
    match &pane.data {
        None if pane.loading => ["Reading the learning data", ""],
        Some(data) if data.runs.is_none() && pane.loading => ["Reading the runs", ""],
        None => ["Nothing to select", "There is no learning data."],
        Some(_) => ["Nothing to select", "This view has no row here."],
    }
}

/// Writes what is known of a bar of the charts.
pub(in crate::ui) fn bar(sheet: &mut Sheet<'_>, state: &State, bar: ChartRow) {
    let data = state.learning.data.as_ref();
    let Some(runs) = data.and_then(|data| data.runs.as_ref()) else { return };
    match bar {
        ChartRow::Group(key) => compared(sheet, runs, key),
        ChartRow::Stretch(at) => {
            if let Some(stretch) = runs.series.get(at) {
                self::stretch(sheet, state, runs, stretch);
            }
        }
    }
    sheet.blank();
    sheet.note("Enter shows the runs, # the numbers of all bars.", Role::Faint);
}

fn compared(sheet: &mut Sheet<'_>, runs: &Runs, key: GroupKey) {
    let Some(group) = runs.group(key) else { return };
    let sign = if key.baseline { sheet.look.glyphs.half } else { sheet.look.glyphs.full };
    let role = if key.baseline { Role::Note } else { Role::Ok };
    let phase = if key.active { "runs of the active phase" } else { "of all runs" };
    sheet.title(Said { sign, word: key.word(), role }, phase);
    sheet.blank();
    sheet.field("runs", &number::grouped(group.runs), Role::Text);
    if key.baseline && !key.active && runs.passive() > Some(0) {
        let passive = number::grouped(runs.passive().unwrap_or(0) as u64);
        sheet.note(
            &format!("{passive} of them are passive runs, which select nothing."),
            Role::Muted,
        );
    }
    spreads(sheet, group.tokens, group.duration);
    let other = GroupKey { baseline: !key.baseline, ..key };
    let Some(other) = runs.group(other) else { return };
    let than = if key.baseline { "than selected runs" } else { "than baseline runs" };
    sheet.heading("compared", than);
    let pairs = [("tokens", group.tokens, other.tokens), ("took", group.duration, other.duration)];
    for (what, own, other) in pairs {
        sheet.field(what, &difference(own, other), Role::Text);
    }
}

/// How much more or less one mean is than another, in words.
fn difference(own: Spread, other: Spread) -> String {
    let Some((own, other)) = own.mean().zip(other.mean()).filter(|(_, other)| *other > 0.0) else {
        return "not known".to_owned();
    };
    let share = (own - other) / other * 100.0;
    let word = if share < 0.0 { "less" } else { "more" };
    format!("{:.1}% {word}", share.abs())
}

fn stretch(sheet: &mut Sheet<'_>, state: &State, runs: &Runs, stretch: &Stretch) {
    let sign = sheet.look.glyphs.diamond;
    let word = "runs over time";
    sheet.title(Said { sign, word, role: Role::Note }, &width_words(runs.width));
    sheet.blank();
    sheet.field("from", &time::full(stretch.start, &state.zone), Role::Text);
    let end = stretch.start.saturating_add(runs.width);
    sheet.field("to before", &time::full(end, &state.zone), Role::Text);
    spreads(sheet, stretch.tokens, stretch.duration);
}

fn spreads(sheet: &mut Sheet<'_>, tokens: Spread, duration: Spread) {
    let runs = |spread: Spread, what: &str| {
        let runs = number::counted(spread.count as usize, "run");
        format!("{runs} with a {what}")
    };
    sheet.heading("tokens", &runs(tokens, "total"));
    if let Some(mean) = tokens.mean() {
        sheet.field("mean", &exact(mean, 1), Role::Text);
        let spread = tokens.deviation().map(|spread| exact(spread, 1));
        sheet.field("deviation", &spread.unwrap_or_default(), Role::Text);
        sheet.field("sum", &exact(tokens.sum, 0), Role::Text);
    }
    sheet.heading("duration", &runs(duration, "duration"));
    if let Some(mean) = duration.mean() {
        sheet.field("mean", &format!("{} ms", exact(mean, 1)), Role::Text);
        let spread = duration.deviation().map(|spread| format!("{} ms", exact(spread, 1)));
        sheet.field("deviation", &spread.unwrap_or_default(), Role::Text);
    }
}

/// Writes a run.
pub(in crate::ui) fn trace(sheet: &mut Sheet<'_>, state: &State, ix: TraceIx) {
    let Some(runs) = state.learning.data.as_ref().and_then(|data| data.runs.as_ref()) else {
        return;
    };
    let Some(entry) = runs.index.get(ix) else { return };
    match state.learning.whole.get(&entry.row) {
        Some(TraceSlot::Ready(one)) => whole(sheet, state, one),
        Some(TraceSlot::Failed(why)) => {
            sheet.note(&format!("cannot be read: {why}"), Role::Error);
        }
        Some(TraceSlot::Pending) | None => sheet.note("not loaded yet", Role::Muted),
    }
}

fn whole(sheet: &mut Sheet<'_>, state: &State, trace: &Trace) {
    let glyphs = sheet.look.glyphs;
    let (sign, word, role) = match trace {
        _ if !trace.is_counted() && !trace.aborted => (glyphs.error, "failed", Role::Error),
        _ if trace.aborted => (glyphs.aborted, "aborted", Role::Warning),
        _ if trace.baseline => (glyphs.half, "baseline", Role::Note),
        _ => (glyphs.full, "selected", Role::Ok),
    };
    sheet.title(Said { sign, word, role }, "run as the learning layer saw it");
    sheet.blank();
    if let Some(ended) = trace.time {
        sheet.field("ended", &time::full(ended, &state.zone), Role::Text);
    }
    if let Some(ms) = trace.duration {
        sheet.field("took", &format!("{} ({} ms)", took(ms), exact(ms, 0)), Role::Text);
    }
    sheet.field("error", trace.error.as_deref().unwrap_or_default(), Role::Error);
    sheet.field("model", trace.model.as_deref().unwrap_or("not recorded"), Role::Text);
    sheet.field("provider", trace.provider.as_deref().unwrap_or("not recorded"), Role::Text);
    sheet.field("channel", trace.channel.as_deref().unwrap_or("not recorded"), Role::Text);
    sheet.field("session key", trace.session_key.as_deref().unwrap_or_default(), Role::Text);
    sheet.field("session id", &trace.session_id, Role::Text);
    let known = state.catalogue.rows.iter().any(|row| row.session_id == trace.session_id);
    let known = if known { "Enter opens it" } else { "not in the catalogue" };
    sheet.field("", known, Role::Faint);
    sheet.field("run id", &trace.run_id, Role::Text);
    if let Some(chars) = trace.prompt_chars {
        sheet.field("prompt", &format!("{} characters", count(chars, sheet.look)), Role::Text);
    }
    usage(sheet, trace.usage);
    trace_arms(sheet, state, trace);
}

fn usage(sheet: &mut Sheet<'_>, usage: Option<TraceUsage>) {
    let Some(usage) = usage else {
        sheet.heading("tokens", "not recorded");
        return;
    };
    let look = sheet.look;
    let total = usage.total.map(|total| count(total, look));
    sheet.heading("tokens", &total.unwrap_or_else(|| "no total".to_owned()));
    for (name, value) in [
        ("input", usage.input),
        ("output", usage.output),
        ("cache read", usage.cache_read),
        ("cache write", usage.cache_write),
    ] {
        if let Some(value) = value {
            sheet.field(name, &count(value, look), Role::Text);
        }
    }
}

fn trace_arms(sheet: &mut Sheet<'_>, state: &State, trace: &Trace) {
    let look = sheet.look;
    let runs = state.learning.data.as_ref().and_then(|data| data.runs.as_ref());
    if runs.is_some_and(|runs| runs.armless) {
        return sheet.heading("arms", "not known: the source names no arms in its runs");
    }
    let signs = super::signs::Signs::of(look);
    let cost: f64 =
        (trace.arms.iter()).filter(|arm| arm.mark.is_included()).filter_map(|arm| arm.cost).sum();
    let remark = format!(
        "{}, {} tokens included",
        number::counted(trace.arms.len(), "arm"),
        count(cost, look)
    );
    sheet.heading("arms", &remark);
    for arm in &trace.arms {
        let (sign, role) = signs.mark(arm.mark);
        let cost = arm.cost.map_or_else(|| look.glyphs.none.to_owned(), |cost| count(cost, look));
        let text = format!("{sign} {:<14} {cost:>6}  {}", arm.mark.word(), arm.arm);
        sheet.note(&text, role);
    }
}
