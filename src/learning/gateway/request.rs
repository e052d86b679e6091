//! One question to a gateway, and why its answer is none.
//!
//! Only GET is ever sent. What an answer means is for others to say.

use std::io::ErrorKind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use ureq::http::header::{AUTHORIZATION, LOCATION};

use super::Gateway;
use crate::js::parse::parse_lossy;
use crate::js::value::Value;
use crate::learning::Error;
use crate::store::cancel::Cancel;

/// Below this path a gateway answers about learning.
const PREFIX: &str = "/__openclaw__/api/learning/";

/// How much is shown of what a gateway says or points to, in characters.
const MAX_SAID: usize = 200;

/// How often somebody who waits for an answer looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(20);

impl Gateway {
    /// Asks on a thread of its own, so that whoever does not want the answer any more need not
    /// wait for it; the thread ends with its time limit at the latest.
    pub(super) fn get_unless(&self, route: &str, cancel: &Cancel) -> Result<Value, Error> {
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

    /// The failure of a question.
    pub(super) fn failed(&self, route: &str, what: String) -> Error {
        Error::Gateway { url: format!("{}{PREFIX}{route}", self.base), what }
    }

    /// Asks and waits for the answer, up to the time limit.
    pub(super) fn get(&self, route: &str) -> Result<Value, Error> {
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
