//! A running gateway as a source: its learning interface, read over HTTP or HTTPS.
//!
//! Only the gateway that the user names is asked, only with GET, never through a proxy, and a
//! redirect is not followed: nothing but the named address learns of it. Every request has a time
//! limit and no answer may be larger than any gateway's is. The interface has two requests that
//! change posteriors; there is no code for them here.

mod address;
mod figures;
mod request;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ureq::http::HeaderValue;
use ureq::tls::{RootCerts, TlsConfig};

pub use address::{Address, Token};

use super::Error;
use super::import::{Answers, Imported, Metrics};
use super::rank::rank;
use super::scan::Progress;
use super::settings::Settings;
use super::status::{Status, Unit};
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::store::cancel::Cancel;

/// How many traces the interface gives at once.
const PAGE: usize = 1_000;

/// No answer is larger than this: 1,000 traces take about 5 MB.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// More traces than this are no gateway's: the lists would never end.
const MAX_TRACES: usize = 2_000_000;

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
        let take = &mut |page: Vec<Value>| {
            answers.add_traces(&page, &place);
            Ok(())
        };
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
    /// `limit` of them; returns what is missing, if anything is. Of a page that was taken only the
    /// ids are kept.
    pub(super) fn traces(
        &self,
        limit: Option<usize>,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Progress),
        take: &mut dyn FnMut(Vec<Value>) -> Result<(), Error>,
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
            take(page)?;
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
        Ok(figures::settings(&self.get_unless("config", cancel)?))
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
        let settings = figures::settings(&config);
        let range = ["minTimestamp", "maxTimestamp"]
            .map(|name| summary.get(name).cloned().unwrap_or_default());
        Ok(Status {
            unit: if qortex { Unit::Observations } else { Unit::Traces },
            summary: figures::summary(&summary),
            arms: rank(&imported.posteriors, settings.rules(qortex)),
            stored: imported.stored.with_range(Some(range)),
            settings: Some(settings),
        })
    }

    /// What a diagnostic names.
    pub(super) fn place(&self) -> PathBuf {
        Path::new(&*self.base).to_owned()
    }
}

#[cfg(test)]
mod tests;
