//! The address of a gateway, and the token that it asks for.

use std::fmt;
use std::net::IpAddr;

use ureq::http::HeaderValue;

use crate::model::diagnostic::{Diagnostic, Place};

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

    pub(super) fn header(&self) -> Option<HeaderValue> {
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

impl Address {
    /// Scheme and host; nothing for an address that says more or something else. Without a scheme it
    /// is plain HTTP.
    pub(super) fn base(&self) -> Option<String> {
        let url = self.url.trim();
        let (scheme, host) = url.split_once("://").unwrap_or(("http", url));
        let host = host.trim_end_matches('/');
        let is_host = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        (matches!(scheme, "http" | "https") && is_host).then(|| format!("{scheme}://{host}"))
    }

    /// A warning where the token leaves this machine without encryption.
    pub fn exposure(&self) -> Option<Diagnostic> {
        let base = self.base().filter(|_| self.token.is_some())?;
        let host = base.strip_prefix("http://")?;
        let message = format!(
            "The token goes to {base} without encryption: whoever listens on the way can read it. \
             Name an https:// address, or a tunnel on 127.0.0.1."
        );
        let place = Place::whole(&base);
        (!is_loopback(host)).then(|| Diagnostic::warning("gateway-token-exposed", place, message))
    }
}

/// Whether a host, with or without a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    let name = name.unwrap_or_default().trim_end_matches('.');
    let is_ours = |ip: IpAddr| ip.to_canonical().is_loopback();
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_the_clear_is_warned_of_unless_it_stays_here() {
        let exposed = |url: &str, token: &str| {
            let address = Address { url: url.to_owned(), token: Token::new(token) };
            address.exposure().map(|warning| warning.message)
        };
        for url in [
            "http://gateway.example:18789",
            "gateway.example",
            "http://192.168.1.5",
            "http://[2001:db8::1]:80/",
            "http://localhost.example",
            "http://127.0.0.1.example:80",
        ] {
            let warning = exposed(url, "hush").unwrap();
            assert!(warning.contains("without encryption") && !warning.contains("hush"), "{url}");
            assert_eq!(exposed(url, " "), None, "{url}: there is no token");
        }
        for url in [
            "https://gateway.example",
            "http://127.0.0.1:18789",
            "127.8.9.1",
            "http://localhost:80",
            "http://LOCALHOST.",
            "http://[::1]:18789",
            "http://[::ffff:127.0.0.1]",
            "no address at all",
        ] {
            assert_eq!(exposed(url, "hush"), None, "{url}");
        }
    }
}
