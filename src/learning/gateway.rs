//! A running gateway as a source: its learning interface, read over HTTP or HTTPS.
//!
//! Only the gateway that the user names is asked, only with GET, never through a proxy, and a
//! redirect is not followed: nothing but the named address learns of it. Every request has a time
//! limit and no answer may be larger than any gateway's is. The interface has two requests that
//! change posteriors; there is no code for them here.

mod address;

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use ureq::http::HeaderValue;
use ureq::http::header::{AUTHORIZATION, LOCATION};
use ureq::tls::{RootCerts, TlsConfig};

pub use address::{Address, Token};

use super::Error;
use super::import::{Answers, Imported, Metrics, time};
use super::rank::rank;
use super::scan::Progress;
use super::settings::Settings;
use super::status::{Status, Unit};
use crate::js::parse::parse_lossy;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::view::{Group, Spread, Summary};
use crate::store::cancel::Cancel;

/// Below this path a gateway answers about learning.
const PREFIX: &str = "/__openclaw__/api/learning/";

/// How many traces the interface gives at once.
const PAGE: usize = 1_000;

/// No answer is larger than this: 1,000 traces take about 5 MB.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// More traces than this are no gateway's: the lists would never end.
const MAX_TRACES: usize = 2_000_000;

/// How much is shown of what a gateway says or points to, in characters.
const MAX_SAID: usize = 200;

/// How often somebody who waits for an answer looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(20);

/// A gateway that is asked about learning.
#[derive(Debug, Clone)]
pub struct Gateway {
    agent: ureq::Agent,
    base: Arc<str>,
    token: Option<HeaderValue>,
    exposure: Option<Diagnostic>,
    time_limit: Duration,
    max_body: u64,
}

impl Gateway {
    /// Prepares to ask a gateway; nothing is sent yet. An address without a scheme is plain HTTP.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] for anything but the address of a host, and for a token that no header
    /// can hold.
    pub fn new(address: &Address, time_limit: Duration) -> Result<Self, Error> {
        Self::trusting(address, time_limit, RootCerts::WebPki)
    }

    /// As [`Gateway::new`], with the authorities that may vouch for a certificate.
    fn trusting(
        address: &Address,
        time_limit: Duration,
        authorities: RootCerts,
    ) -> Result<Self, Error> {
        let failed =
            |what: &str| Error::Gateway { url: address.url.clone(), what: what.to_owned() };
        let base = address
            .base()
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
            .tls_config(TlsConfig::builder().root_certs(authorities).build())
            .build();
        Ok(Self {
            agent: config.into(),
            base: base.into(),
            token,
            exposure: address.exposure(),
            time_limit,
            max_body: MAX_BODY,
        })
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
        let (mut answers, place) = (Answers::default(), self.place());
        answers.add_posteriors(&self.posteriors(cancel)?, &place);
        let take = &mut |page: Vec<Value>| answers.add_traces(&page, &place);
        let missing = self.traces(limit, cancel, tell, take)?;
        let mut imported = answers.finish(&place);
        imported.diagnostics.splice(0..0, self.exposure.clone().into_iter().chain(missing));
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

    /// The posteriors as the gateway gives them.
    pub(super) fn posteriors(&self, cancel: &Cancel) -> Result<Value, Error> {
        let posteriors = self.get_unless("posteriors", cancel)?;
        if posteriors.as_array().is_none() {
            return Err(self.failed("posteriors", "the answer is no list of posteriors".into()));
        }
        Ok(posteriors)
    }

    /// Hands the traces to `take` as the gateway gives them, newest first and page by page, at most
    /// `limit` of them; returns what is missing, if anything is.
    pub(super) fn traces(
        &self,
        limit: Option<usize>,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Progress),
        take: &mut dyn FnMut(Vec<Value>),
    ) -> Result<Option<Diagnostic>, Error> {
        let (mut seen, mut offset) = (HashSet::new(), 0);
        loop {
            let want = limit.map_or(PAGE, |limit| PAGE.min(limit.saturating_sub(offset)));
            if want == 0 {
                return Ok(None);
            }
            let route = format!("traces?limit={want}&offset={offset}");
            let (mut page, total) = self.page(&route, cancel)?;
            let found = page.len();
            offset += found;
            if offset > MAX_TRACES {
                let what = format!("it gives more than {MAX_TRACES} traces; name a --limit");
                return Err(self.failed(&route, what));
            }
            // A run that ended in between moves the others on: the next page repeats some.
            page.retain(|trace| {
                let id = trace.get("traceId").and_then(Value::as_str);
                id.is_none_or(|id| seen.insert(id.to_owned()))
            });
            // Without a number only a page tells the end: one that is not full, or holds nothing new.
            let is_last = found < want || page.is_empty();
            take(page);
            tell(Progress {
                read: offset as u64,
                total: total.map_or(offset as u64, |all| all as u64),
            });
            match total {
                Some(total) if offset as f64 >= total => return Ok(None),
                Some(_) if found > 0 => {}
                None if !is_last => {}
                total => return Ok(Some(self.missing(offset, total))),
            }
        }
    }

    /// A page of traces, and how many the gateway says there are in all.
    fn page(&self, route: &str, cancel: &Cancel) -> Result<(Vec<Value>, Option<f64>), Error> {
        let mut page = self.get_unless(route, cancel)?;
        let total = page.get("total").and_then(Value::as_f64);
        let traces = page.as_object_mut().and_then(|page| page.get_mut("traces"));
        match traces.map(std::mem::take) {
            Some(Value::Array(traces)) => Ok((traces, total)),
            _ => Err(self.failed(route, "the answer holds no traces".into())),
        }
    }

    /// Says that a gateway stopped before the number that it tells itself, or tells none.
    fn missing(&self, got: usize, total: Option<f64>) -> Diagnostic {
        let (code, message) = match total.map(|total| total as u64) {
            Some(total) => (
                "gateway-traces-missing",
                format!("The gateway speaks of {total} traces and gave only {got}."),
            ),
            None => (
                "gateway-total-missing",
                format!(
                    "The gateway does not say how many traces it has; {got} were read, up to the \
                     first page that was not full."
                ),
            ),
        };
        Diagnostic::warning(code, Place::whole(self.place()), message)
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
        imported.add_posteriors(&self.get("posteriors")?, &self.place());
        let qortex = summary.get("accuracy").is_some();
        let settings = settings(&config);
        let range = ["minTimestamp", "maxTimestamp"]
            .map(|name| summary.get(name).cloned().unwrap_or_default());
        Ok(Status {
            unit: if qortex { Unit::Observations } else { Unit::Traces },
            summary: summary_of(&summary),
            arms: rank(&imported.posteriors, settings.rules(qortex)),
            stored: imported.stored.with_range(Some(range)),
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

    fn failed(&self, route: &str, what: String) -> Error {
        Error::Gateway { url: format!("{}{PREFIX}{route}", self.base), what }
    }

    fn get(&self, route: &str) -> Result<Value, Error> {
        let failed = |what: String| self.failed(route, what);
        let mut request = self.agent.get(format!("{}{PREFIX}{route}", self.base));
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, token.clone());
        }
        let mut response = request.call().map_err(|error| failed(self.why(&error)))?;
        let status = response.status();
        if status.is_redirection() {
            let place = response.headers().get(LOCATION).and_then(|place| place.to_str().ok());
            let place = shortened(place.unwrap_or("another address"));
            return Err(failed(format!(
                "the gateway answered {status}: it points to {place}, which is not followed; name \
                 that address if you trust it"
            )));
        }
        let body = response.body_mut().with_config().limit(self.max_body).read_to_vec();
        let body = body.map_err(|error| failed(self.why(&error)))?;
        let value = parse_lossy(&body);
        if !status.is_success() {
            let said = value.ok().and_then(|value| Some(value.get("error")?.as_str()?.to_owned()));
            let said = said.as_deref().unwrap_or(reason(status.as_u16()));
            return Err(failed(format!("the gateway answered {status}: {}", shortened(said))));
        }
        if body.is_empty() {
            return Err(failed(format!("the gateway answered {status} with nothing in it")));
        }
        value.map_err(|error| failed(format!("the answer is not JSON: {error}")))
    }

    /// Why no answer came, or only a part of one.
    fn why(&self, error: &ureq::Error) -> String {
        let broken = "the answer broke off before its end";
        match error {
            ureq::Error::Timeout(_) => {
                format!("no whole answer within {} s", self.time_limit.as_secs_f64())
            }
            ureq::Error::HostNotFound => "no host of this name is known".to_owned(),
            ureq::Error::BodyExceedsLimit(_) => format!(
                "the answer is larger than {} MB, which no gateway's is",
                self.max_body.div_ceil(1024 * 1024)
            ),
            ureq::Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => format!("nobody listens there ({error})"),
                ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted => format!("{broken} ({error})"),
                _ => untrusted(&error.to_string()),
            },
            ureq::Error::Protocol(error) => {
                format!("what answers there does not speak HTTP as it should ({error})")
            }
            other => untrusted(&other.to_string()),
        }
    }
}

/// Adds what to do where a certificate was refused.
fn untrusted(said: &str) -> String {
    if said.contains("certificate") {
        // Only public authorities are known here; trusting others would take a setting of its own.
        return format!("{said}; no public authority vouches for it, use a tunnel and plain HTTP");
    }
    said.to_owned()
}

fn shortened(said: &str) -> String {
    if said.chars().count() <= MAX_SAID {
        return said.to_owned();
    }
    said.chars().take(MAX_SAID).chain(['…']).collect()
}

/// What to make of a refusal that says nothing itself.
fn reason(status: u16) -> &'static str {
    match status {
        401 | 403 => "it wants a token: set CLAWSCOPE_GATEWAY_TOKEN",
        404 => "it has no learning interface",
        _ => "no reason given",
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
