//! A running gateway as a source: its learning interface, read over HTTP or HTTPS.
//!
//! Only the gateway that the user names is asked, only with GET, never through a proxy, and a
//! redirect is not followed: nothing but the named address learns of it. Every request has a time
//! limit. The interface has two requests that change posteriors; there is no code for them here.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use ureq::http::HeaderValue;
use ureq::http::header::AUTHORIZATION;

use super::Error;
use super::import::{Imported, Metrics, time};
use super::rank::rank;
use super::scan::Progress;
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

/// How often somebody who waits for an answer looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(20);

/// A gateway that a person named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// For example `http://127.0.0.1:18789` or `https://gateway.example`.
    pub url: String,
    /// What the gateway asks for.
    pub token: Option<Token>,
}

/// The token of a gateway, which goes into a header and nowhere else: it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token; nothing for a blank one.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A gateway that is asked about learning.
#[derive(Debug, Clone)]
pub struct Gateway {
    agent: ureq::Agent,
    base: Arc<str>,
    token: Option<HeaderValue>,
}

impl Gateway {
    /// Prepares to ask a gateway; nothing is sent yet. An address without a scheme is plain HTTP.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] for anything but the address of a host, and for a token that no header
    /// can hold.
    pub fn new(address: &Address, time_limit: Duration) -> Result<Self, Error> {
        let failed =
            |what: &str| Error::Gateway { url: address.url.clone(), what: what.to_owned() };
        let base = base_of(&address.url)
            .ok_or_else(|| failed("give an address such as http://127.0.0.1:18789"))?;
        let token = match &address.token {
            Some(token) => {
                let refused = || failed("the token holds characters that no header can");
                Some(token.header().ok_or_else(refused)?)
            }
            None => None,
        };
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(time_limit))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("clawscope")
            .build();
        Ok(Self { agent: config.into(), base: base.into(), token })
    }

    /// Reads posteriors and the newest traces, at most `limit` of them where one is given; `tell`
    /// hears after every page how far it has got.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] when an answer does not come or is no learning data, and
    /// [`crate::store::Error::Cancelled`] soon after `cancel` goes stale.
    pub fn read(
        &self,
        limit: Option<usize>,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Imported, Error> {
        let (posteriors, traces) = self.lists(limit, cancel, tell)?;
        let (mut imported, place) = (Imported::default(), self.place());
        imported.add_posteriors(Some(&posteriors), &place);
        imported.add_traces(Some(&traces), &place);
        let summary = self.summary(cancel)?;
        // Only the releases with qortex know an accuracy; they record no runs.
        imported.metrics = summary.get("accuracy").map(|_| {
            let number = |name: &str| summary.get(name).and_then(Value::as_f64).unwrap_or_default();
            Metrics {
                pulls: number("traceCount"),
                reward: number("totalReward"),
                arms: number("armCount"),
            }
        });
        Ok(imported)
    }

    /// Both lists as the gateway gives them: the posteriors, the traces newest first.
    pub(super) fn lists(
        &self,
        limit: Option<usize>,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(Value, Value), Error> {
        let posteriors = self.get_unless("posteriors", cancel)?;
        let (mut traces, mut seen, mut offset) = (Vec::new(), HashSet::new(), 0);
        loop {
            let want = limit.map_or(PAGE, |limit| PAGE.min(limit.saturating_sub(offset)));
            if want == 0 {
                break;
            }
            let page = self.get_unless(&format!("traces?limit={want}&offset={offset}"), cancel)?;
            let found = page.get("traces").and_then(Value::as_array).unwrap_or_default();
            offset += found.len();
            // A run that ended in between moves the others on: the next page repeats some.
            let is_new = |trace: &&Value| {
                let id = trace.get("traceId").and_then(Value::as_str);
                id.is_none_or(|id| seen.insert(id.to_owned()))
            };
            traces.extend(found.iter().filter(is_new).cloned());
            let total = page.get("total").and_then(Value::as_f64).unwrap_or_default();
            tell(Progress { read: offset as u64, total: total as u64 });
            if found.is_empty() || offset as f64 >= total {
                break;
            }
        }
        Ok((posteriors, Value::Array(traces)))
    }

    /// The figures that the gateway itself counted, as it gives them.
    pub(super) fn summary(&self, cancel: &Cancel) -> Result<Value, Error> {
        self.get_unless("summary", cancel)
    }

    /// Reads what the gateway goes by.
    ///
    /// # Errors
    ///
    /// As [`Gateway::read`].
    pub fn settings(&self, cancel: &Cancel) -> Result<Settings, Error> {
        Ok(settings(&self.get_unless("config", cancel)?))
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
    pub(super) fn place(&self) -> PathBuf {
        Path::new(&*self.base).to_owned()
    }

    /// Asks on a thread of its own, so that whoever does not want the answer any more need not
    /// wait for it; the thread ends with its time limit at the latest.
    fn get_unless(&self, route: &str, cancel: &Cancel) -> Result<Value, Error> {
        let (tell, answer) = channel();
        let (gateway, wanted) = (self.clone(), route.to_owned());
        std::thread::spawn(move || {
            // Nobody listens any more: the answer was not wanted.
            drop(tell.send(gateway.get(&wanted)));
        });
        loop {
            if cancel.is_stale() {
                return Err(crate::store::Error::Cancelled.into());
            }
            match answer.recv_timeout(LOOK) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout) => {}
                // The thread could not do its work; asked here it fails with a reason or succeeds.
                Err(RecvTimeoutError::Disconnected) => return self.get(route),
            }
        }
    }

    fn get(&self, route: &str) -> Result<Value, Error> {
        let url = format!("{}{PREFIX}{route}", self.base);
        let failed = |what: String| Error::Gateway { url: url.clone(), what };
        let mut request = self.agent.get(&url);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, token.clone());
        }
        let mut response = request.call().map_err(|error| failed(why(&error)))?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec();
        let body = body.map_err(|error| failed(error.to_string()))?;
        let value = parse_lossy(&body);
        if !status.is_success() {
            let said = value.ok().and_then(|value| Some(value.get("error")?.as_str()?.to_owned()));
            let said = said.unwrap_or_else(|| reason(status.as_u16()).to_owned());
            return Err(failed(format!("the gateway answered {status}: {said}")));
        }
        value.map_err(|error| failed(format!("the answer is not JSON: {error}")))
    }
}

/// Why no answer came.
fn why(error: &ureq::Error) -> String {
    let said = error.to_string();
    if said.contains("certificate") {
        // Only public authorities are known here; trusting others would take a setting of its own.
        return format!("{said}; no public authority vouches for it, use a tunnel and plain HTTP");
    }
    said
}

/// What to make of a refusal that says nothing itself.
fn reason(status: u16) -> &'static str {
    match status {
        300..=399 => "it points elsewhere, which is not followed; name the address it points to",
        401 | 403 => "it wants a token: set CLAWSCOPE_GATEWAY_TOKEN",
        404 => "it has no learning interface",
        _ => "no reason given",
    }
}

/// Scheme and host of an address; nothing for one that says more or something else.
fn base_of(url: &str) -> Option<String> {
    let (scheme, host) = url.trim().split_once("://").unwrap_or(("http", url.trim()));
    let host = host.trim_end_matches('/');
    let is_host = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
    (matches!(scheme, "http" | "https") && is_host).then(|| format!("{scheme}://{host}"))
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
        // A stored text comes through as a text.
        first: value.get("minTimestamp").and_then(time),
        last: value.get("maxTimestamp").and_then(time),
        baseline: group("baseline"),
        selected: group("selected"),
        ..Summary::default()
    }
}

#[cfg(test)]
mod tests;
