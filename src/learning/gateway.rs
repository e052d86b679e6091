//! A running gateway as a source: its learning interface, read over HTTP.
//!
//! Only the gateway that the user names is asked, only with GET, never through a proxy, and a
//! redirect is not followed: nothing but the named address learns of it. Every request has a time
//! limit. The interface has two requests that change posteriors; there is no code for them here.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Error;
use super::import::Imported;
use super::rank::rank;
use super::settings::Settings;
use super::status::{Status, Unit};
use crate::js::parse::parse_lossy;
use crate::js::value::Value;
use crate::model::learning::view::{Group, Spread, Summary};
use crate::store::cancel::Cancel;

/// Below this path a gateway answers about learning.
const PREFIX: &str = "/__openclaw__/api/learning/";

/// How many traces the interface gives at once.
const PAGE: usize = 1_000;

/// No answer is larger than this: 1,000 traces take about 5 MB.
const MAX_BODY: u64 = 256 * 1024 * 1024;

/// A gateway that is asked about learning.
#[derive(Debug)]
pub struct Gateway {
    agent: ureq::Agent,
    base: String,
}

impl Gateway {
    /// Prepares to ask a gateway, such as `http://127.0.0.1:18789`; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] for anything but a plain HTTP address.
    pub fn new(url: &str, time_limit: Duration) -> Result<Self, Error> {
        let given = url.trim();
        let host = match given.split_once("://") {
            Some(("http", host)) => host,
            Some(_) => "",
            None => given,
        };
        let host = host.trim_end_matches('/');
        if host.is_empty() || host.contains(['/', '?', '#', '@']) {
            let what = "give an address such as http://127.0.0.1:18789; HTTPS is not supported, \
                        use a tunnel"
                .to_owned();
            return Err(Error::Gateway { url: url.to_owned(), what });
        }
        let base = format!("http://{host}");
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(time_limit))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("clawscope")
            .build();
        Ok(Self { agent: config.into(), base })
    }

    /// Reads posteriors and the newest traces, at most `limit` of them where one is given.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] when an answer does not come or is no learning data, and
    /// [`crate::store::Error::Cancelled`].
    pub fn read(&self, limit: Option<usize>, cancel: &Cancel) -> Result<Imported, Error> {
        let place = self.place();
        let mut imported = Imported::default();
        imported.add_posteriors(Some(&self.get("posteriors")?), &place);
        let mut offset = 0;
        loop {
            if cancel.is_stale() {
                return Err(crate::store::Error::Cancelled.into());
            }
            let want = limit.map_or(PAGE, |limit| PAGE.min(limit.saturating_sub(offset)));
            if want == 0 {
                break;
            }
            let page = self.get(&format!("traces?limit={want}&offset={offset}"))?;
            let traces = page.get("traces").and_then(Value::as_array).unwrap_or_default();
            imported.add_traces(page.get("traces"), &place);
            offset += traces.len();
            let total = page.get("total").and_then(Value::as_f64).unwrap_or_default();
            if traces.is_empty() || offset as f64 >= total {
                break;
            }
        }
        // A run that ended in between moves the others on: the next page repeats some.
        let mut seen = HashSet::new();
        imported.traces.retain(|trace| seen.insert(trace.trace_id.clone()));
        Ok(imported)
    }

    /// Reads the figures that the gateway itself counted.
    ///
    /// # Errors
    ///
    /// As [`Gateway::read`].
    pub fn status(&self) -> Result<Status, Error> {
        let summary = self.get("summary")?;
        let config = self.get("config")?;
        let mut imported = Imported::default();
        imported.add_posteriors(Some(&self.get("posteriors")?), &self.place());
        let qortex = summary.get("accuracy").is_some();
        let settings = settings(&config);
        Ok(Status {
            unit: if qortex { Unit::Observations } else { Unit::Traces },
            summary: summary_of(&summary),
            arms: rank(&imported.posteriors, settings.rules(qortex)),
            settings: Some(settings),
        })
    }

    /// What a diagnostic names.
    fn place(&self) -> PathBuf {
        Path::new(&self.base).to_owned()
    }

    fn get(&self, route: &str) -> Result<Value, Error> {
        let url = format!("{}{PREFIX}{route}", self.base);
        let failed = |what: String| Error::Gateway { url: url.clone(), what };
        let mut response =
            self.agent.get(&url).call().map_err(|error| failed(error.to_string()))?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec();
        let body = body.map_err(|error| failed(error.to_string()))?;
        let value = parse_lossy(&body);
        if !status.is_success() {
            let said = value.ok().and_then(|value| Some(value.get("error")?.as_str()?.to_owned()));
            let said = said.unwrap_or_else(|| "no reason given".to_owned());
            return Err(failed(format!("the gateway answered {status}: {said}")));
        }
        value.map_err(|error| failed(format!("the answer is not JSON: {error}")))
    }
}

fn settings(config: &Value) -> Settings {
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

fn summary_of(value: &Value) -> Summary {
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
        first: number("minTimestamp").map(|time| time as i64),
        last: number("maxTimestamp").map(|time| time as i64),
        baseline: group("baseline"),
        selected: group("selected"),
        ..Summary::default()
    }
}

#[cfg(test)]
mod tests;
