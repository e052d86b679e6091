//! What a gateway counted itself, and what it goes by.

use crate::js::value::Value;
use crate::learning::import::time;
use crate::learning::settings::Settings;
use crate::model::learning::view::{Group, Spread, Summary};

/// The settings among the members of `config`.
pub(super) fn settings(config: &Value) -> Settings {
    let number = |name: &str| config.get(name).and_then(Value::as_f64);
    Settings {
        enabled: config.get("enabled").and_then(Value::as_bool),
        phase: config.get("phase").and_then(Value::as_str).map(str::to_owned),
        token_budget: number("tokenBudget"),
        baseline_rate: number("baselineRate"),
        min_pulls: number("minPulls"),
        learner: None,
    }
}

/// The figures among the members of `summary`.
pub(super) fn summary(value: &Value) -> Summary {
    let number = |name: &str| value.get(name).and_then(Value::as_f64);
    let group = |name: &str| {
        let figure = |what: &str| value.pointer(&format!("/baseline/{name}{what}"));
        let with_usage = figure("Runs").and_then(Value::as_f64).unwrap_or_default() as u64;
        let spread = |what: &str| {
            let mean = figure(what).and_then(Value::as_f64);
            mean.map_or_else(Spread::default, |mean| Spread::of_mean(mean, with_usage))
        };
        Group {
            runs: with_usage,
            with_usage,
            tokens: spread("AvgTokens"),
            duration: spread("AvgDuration"),
        }
    };
    Summary {
        traces: number("traceCount").unwrap_or_default() as u64,
        arms: number("armCount").unwrap_or_default() as u64,
        tokens: number("totalTokens").unwrap_or_default(),
        // A stored text comes through as a text.
        first: value.get("minTimestamp").and_then(time),
        last: value.get("maxTimestamp").and_then(time),
        baseline: group("baseline"),
        selected: group("selected"),
        ..Summary::default()
    }
}
