//! `learning status`: the product's text, and the same figures as JSON.
//!
//! ```text
//! Learning Layer Status  [ACTIVE]
//!
//!   Traces: 300    Arms: 23    Tokens: 3,075,803    Range: 1/12/2026 – 2/6/2026
//!
//! Run Distribution
//!   Baseline: 80 (27.9%)    Selected: 207 (72.1%)
//! …
//! ```
//!
//! Numbers and dates are those of the locale en-US; the time zone is a parameter.

mod table;

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::settings::Settings;
use super::stored::Stored;
use crate::js::number::{to_fixed, to_string};
use crate::js::value::{Object, Value};
use crate::model::learning::view::{ArmRow, Group, Summary};
use crate::model::text::visible_line;
use table::table;

/// How many arms the lists at both ends hold.
const LISTED: usize = 5;

/// All that a status shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The configuration, when it is known.
    pub settings: Option<Settings>,
    /// What the first figure counts: traces, or the observations of qortex.
    pub unit: Unit,
    /// The figures.
    pub summary: Summary,
    /// The arms, ranked by mean.
    pub arms: Vec<ArmRow>,
    /// Times in the form of their source, which the JSON gives.
    pub stored: Stored,
}

/// What the first figure of a status counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Recorded runs.
    Traces,
    /// Pulls of all arms, where no runs are recorded.
    Observations,
}

/// How a status is written.
#[derive(Debug, Clone)]
pub struct Look {
    /// The zone of the dates.
    pub zone: TimeZone,
    /// Adds the exact 95 % intervals to the tables.
    pub exact: bool,
}

impl Status {
    /// The text, with a line feed at its end; control characters in names are made visible.
    pub fn text(&self, look: &Look) -> String {
        let mut out = String::new();
        self.head(&mut out);
        let summary = &self.summary;
        if summary.traces == 0 {
            let what = match self.unit {
                Unit::Traces => "traces",
                Unit::Observations => "observations",
            };
            put(
                &mut out,
                format_args!(
                    "No {what} recorded yet. Run some agent messages to start collecting data.\n"
                ),
            );
            return out;
        }
        let unit = match self.unit {
            Unit::Traces => "Traces",
            Unit::Observations => "Observations",
        };
        let range = match (summary.first, summary.last) {
            (Some(first), Some(last)) => {
                format!("{} – {}", date(first, &look.zone), date(last, &look.zone))
            }
            _ => "–".to_owned(),
        };
        put(
            &mut out,
            format_args!(
                "  {unit}: {}    Arms: {}    Tokens: {}    Range: {range}\n\n",
                summary.traces,
                summary.arms,
                grouped(summary.tokens)
            ),
        );
        distribution(&mut out, summary);
        self.tables(&mut out, look);
        out
    }

    fn head(&self, out: &mut String) {
        let settings = self.settings.as_ref();
        let phase = settings.and_then(|settings| settings.phase.as_deref()).unwrap_or("passive");
        let phase = phase.to_uppercase();
        put(out, format_args!("Learning Layer Status  [{}]\n\n", visible_line(&phase)));
        let Some(settings) = settings else { return };
        let whole = |value: Option<f64>| value.filter(|value| *value != 0.0);
        let parts: Vec<String> = [
            whole(settings.token_budget).map(|budget| format!("Budget: {}", grouped(budget))),
            settings.baseline_rate.map(|rate| format!("Baseline: {}%", to_fixed(rate * 100.0, 0))),
            whole(settings.min_pulls).map(|pulls| format!("Min pulls: {}", to_string(pulls))),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !parts.is_empty() {
            put(out, format_args!("  {}\n\n", parts.join("  |  ")));
        }
    }

    fn tables(&self, out: &mut String, look: &Look) {
        if self.arms.is_empty() {
            out.push_str("No arm posteriors yet.\n");
            return;
        }
        out.push_str("Top Arms (highest posterior mean)\n");
        table(out, self.arms.iter().take(LISTED), look);
        out.push('\n');
        if self.arms.len() > LISTED {
            out.push_str("Bottom Arms (candidates for exclusion)\n");
            table(out, self.arms.iter().rev().take(LISTED), look);
            out.push('\n');
        }
    }

    /// The figures as JSON, in the shape of the product's own interface; `exact` adds the exact
    /// intervals.
    pub fn json(&self, exact: bool) -> Value {
        let mut root = Object::new();
        if let Some(settings) = &self.settings {
            let mut config = Object::new();
            config.insert("enabled", settings.enabled.unwrap_or(false));
            config.insert("phase", settings.phase.as_deref().unwrap_or("passive"));
            config.insert("tokenBudget", settings.token_budget);
            config.insert("baselineRate", settings.baseline_rate);
            config.insert("minPulls", settings.min_pulls);
            root.insert("config", config);
        }
        root.insert("summary", summary_json(&self.summary, &self.stored));
        let arm = |arm| arm_json(arm, &self.stored, exact);
        root.insert("posteriors", self.arms.iter().map(arm).collect::<Value>());
        root.into()
    }
}

fn distribution(out: &mut String, summary: &Summary) {
    let (baseline, selected) = (&summary.baseline, &summary.selected);
    let runs = baseline.with_usage + selected.with_usage;
    if runs == 0 {
        return;
    }
    let share = |group: &Group| to_fixed(group.with_usage as f64 / runs as f64 * 100.0, 1);
    put(
        out,
        format_args!(
            "Run Distribution\n  Baseline: {} ({}%)    Selected: {} ({}%)\n",
            baseline.with_usage,
            share(baseline),
            selected.with_usage,
            share(selected)
        ),
    );
    if let Some(savings) = summary.savings() {
        let mean = |group: &Group| {
            group.tokens.mean().map_or_else(|| "–".to_owned(), |mean| to_fixed(mean, 0))
        };
        let sign = if savings > 0.0 { "+" } else { "" };
        put(
            out,
            format_args!(
                "  Token Savings: {sign}{}% (baseline avg: {}, selected avg: {})\n",
                to_fixed(savings, 1),
                mean(baseline),
                mean(selected)
            ),
        );
    }
    out.push('\n');
}

/// Writing to a `String` cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// A number as `toLocaleString` prints it in en-US: thousands apart, at most three decimals.
pub fn grouped(number: f64) -> String {
    if !number.is_finite() {
        return to_string(number);
    }
    let fixed = to_fixed(number.abs(), 3);
    let (whole, decimals) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    let (sign, dot) =
        (if number < 0.0 { "-" } else { "" }, if decimals.is_empty() { "" } else { "." });
    format!("{sign}{text}{dot}{decimals}")
}

/// A date as `toLocaleDateString` prints it in en-US.
fn date(epoch_ms: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(epoch_ms).map_or_else(
        |_| "Invalid Date".to_owned(),
        |time| time.to_zoned(zone.clone()).strftime("%-m/%-d/%Y").to_string(),
    )
}

fn summary_json(summary: &Summary, stored: &Stored) -> Object {
    let (baseline, selected) = (&summary.baseline, &summary.selected);
    let mut groups = Object::new();
    groups.insert("baselineRuns", baseline.with_usage);
    groups.insert("selectedRuns", selected.with_usage);
    groups.insert("baselineAvgTokens", baseline.tokens.mean());
    groups.insert("selectedAvgTokens", selected.tokens.mean());
    groups.insert("tokenSavingsPercent", summary.savings());
    groups.insert("baselineAvgDuration", baseline.duration.mean());
    groups.insert("selectedAvgDuration", selected.duration.mean());
    let mut object = Object::new();
    object.insert("traceCount", summary.traces);
    object.insert("armCount", summary.arms);
    let dates = || [summary.first, summary.last].map(Value::from);
    let [first, last] = stored.range().unwrap_or_else(dates);
    object.insert("minTimestamp", first);
    object.insert("maxTimestamp", last);
    object.insert("totalTokens", summary.tokens);
    object.insert("baseline", groups);
    object
}

fn arm_json(arm: &ArmRow, stored: &Stored, exact: bool) -> Object {
    let ends = |interval: crate::model::learning::posterior::Interval| {
        let mut object = Object::new();
        object.insert("lower", interval.lower);
        object.insert("upper", interval.upper);
        object
    };
    let mut object = Object::new();
    object.insert("armId", arm.arm.as_str());
    object.insert("alpha", arm.belief.alpha);
    object.insert("beta", arm.belief.beta);
    object.insert("mean", arm.mean);
    object.insert("pulls", arm.pulls);
    object.insert("lastUpdated", stored.stamp(&arm.arm, arm.updated));
    object.insert("isSeed", arm.seed);
    object.insert("isUnderexplored", arm.underexplored);
    object.insert("credibleInterval", ends(arm.normal));
    object.insert("confidence", arm.confidence.word());
    if exact {
        object.insert("exactInterval", arm.interval.map(ends));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::rank::{Rules, rank};
    use crate::model::learning::posterior::{Beta, Posterior};

    #[test]
    fn numbers_are_grouped_as_in_en_us() {
        for (number, text) in [
            (0.0, "0"),
            (999.0, "999"),
            (8_000.0, "8,000"),
            (3_075_803.0, "3,075,803"),
            (9_300.5, "9,300.5"),
            (-1_234.5, "-1,234.5"),
            (0.0625, "0.063"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn names_from_elsewhere_cannot_speak_to_the_terminal() {
        let arm = |arm: &str| {
            let belief = Beta { alpha: 5.0, beta: 2.0 };
            Posterior { arm: arm.into(), belief, pulls: 3.0, updated: Some(0) }
        };
        let status = Status {
            settings: Some(Settings { phase: Some("\u{9b}2Jon".into()), ..Settings::default() }),
            unit: Unit::Traces,
            summary: Summary { traces: 1, arms: 2, ..Summary::default() },
            arms: rank(&[arm("tool:\u{1b}]0;x\u{7}\u{1b}[31m"), arm("b")], Rules::default()),
            stored: Stored::default(),
        };
        let text = status.text(&Look { zone: TimeZone::UTC, exact: false });
        let loud = |char: char| char.is_control() && char != '\n';
        assert!(!text.contains(loud) && text.contains("2JON"), "{text:?}");
        let widths: Vec<usize> = (text.lines().filter(|line| line.starts_with('│')))
            .map(|line| line.chars().count())
            .collect();
        assert!(widths.len() == 3 && widths.iter().all(|width| *width == widths[0]), "{text}");
    }

    #[test]
    fn exact_intervals_come_on_request() {
        let belief = Beta { alpha: 5.0, beta: 2.0 };
        let arm = Posterior { arm: "tool:a:b".into(), belief, pulls: 3.0, updated: Some(0) };
        let mut status = Status {
            settings: None,
            unit: Unit::Traces,
            summary: Summary { traces: 1, arms: 1, ..Summary::default() },
            arms: rank(&[arm], Rules::default()),
            stored: Stored::default(),
        };
        let text = |status: &Status, exact| status.text(&Look { zone: TimeZone::UTC, exact });
        assert!(text(&status, true).contains("│ 0.359 – 0.957 │"), "{}", text(&status, true));
        assert!(!text(&status, false).contains("0.359"));
        assert_eq!(status.json(false).pointer("/posteriors/0/exactInterval"), None);
        let json = status.json(true);
        let interval = json.pointer("/posteriors/0/exactInterval/lower").unwrap();
        assert!((interval.as_f64().unwrap() - 0.358_765_421).abs() < 1e-9);
        status.arms.clear();
        assert!(text(&status, false).ends_with("\n\nNo arm posteriors yet.\n"));
    }
}
