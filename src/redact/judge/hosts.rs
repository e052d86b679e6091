//! Tells the names of machines from members of source code, packages and names of files.
//!
//! All have words with dots between them. A name in an address, or beside a word such as `ssh`, is
//! that of a machine; elsewhere its last part has to be a well-known domain. Sites that everybody
//! knows tell nothing and stay.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::Catch;
use crate::redact::rules::PUBLIC_HOSTS;

/// Sites that everybody knows, with all machines in them, one domain a line.
static PUBLIC: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = PUBLIC_HOSTS.lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Endings of names that only machines of a private network have, and of machine names in general.
const PRIVATE_ENDINGS: [&str; 9] =
    ["internal", "local", "lan", "corp", "intranet", "home", "localdomain", "private", "ts.net"];

/// Domains that no member of source code and no file is called by, unless it has one word before.
const DOMAINS: [&str; 44] = [
    "com", "net", "org", "edu", "gov", "mil", "io", "ai", "co", "cloud", "tech", "xyz", "biz",
    "online", "site", "eu", "de", "fr", "uk", "nl", "se", "ch", "jp", "cn", "us", "ca", "au", "br",
    "kr", "ru", "fi", "dk", "cz", "hu", "pt", "gr", "tr", "ie", "nz", "za", "sg", "hk", "tw", "mx",
];

/// Domains that mean one behind a single word, too: `acme.com`; not `std.io`.
const PLAIN_DOMAINS: [&str; 6] = ["com", "net", "org", "edu", "gov", "mil"];

/// Domains that a name beside a word for a machine may end in as well.
const MORE_DOMAINS: [&str; 6] = ["dev", "app", "it", "pl", "at", "be"];

/// Whether a dotted name is that of a machine of somebody's own network.
pub(super) fn private(catch: &Catch<'_>, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    !catch.after.starts_with(['(', '_', '='])
        && !goes_on(catch)
        && PRIVATE_ENDINGS.iter().any(|ending| {
            lower.strip_suffix(ending).is_some_and(|name| name.ends_with('.') && name.len() > 2)
        })
        && !MEMBERS.iter().any(|start| lower.starts_with(start))
        && !is_operand(&lower, catch.after)
}

/// Whether the name in an address is that of a machine which not everybody knows.
pub(super) fn of_url(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    last.len() >= 2 && last.bytes().any(|byte| byte.is_ascii_alphabetic()) && !is_public(&lower)
}

/// Whether a name beside a word for a machine is one.
pub(super) fn named(catch: &Catch<'_>, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    (DOMAINS.contains(&last) || MORE_DOMAINS.contains(&last))
        && !goes_on(catch)
        && !catch.after.starts_with(['(', '_', '='])
        && !is_numbered(&lower)
        // `git.` is what many machines are called.
        && !MEMBERS.iter().any(|start| *start != "git." && lower.starts_with(start))
        && !is_public(&lower)
}

/// Whether a name that nothing says to be one of a machine is one all the same.
pub(super) fn bare(catch: &Catch<'_>, value: &str) -> bool {
    let last = value.rsplit('.').next().unwrap_or_default();
    let known: &[&str] = if value.matches('.').count() == 1 { &PLAIN_DOMAINS } else { &DOMAINS };
    let is_reversed = || {
        let first = value.split('.').next().unwrap_or_default();
        PLAIN_DOMAINS.contains(&first) || ["io", "dev", "ai", "de", "fr", "uk"].contains(&first)
    };
    let before = catch.before;
    known.contains(&last)
        && !is_reversed()
        && (before.ends_with("*.") || !before.ends_with(['.', '-', '_', '$', '\\']))
        && !is_operand(value, catch.after)
        && named(catch, value)
}

/// `1.2.3.io` behind the name of a package: its version.
fn is_numbered(host: &str) -> bool {
    host.split('.').next().is_some_and(|first| first.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether the name has another part behind what was caught.
fn goes_on(catch: &Catch<'_>) -> bool {
    let rest = catch.after.strip_prefix('.').unwrap_or_default();
    rest.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// Whether everybody knows a site, or a name is reserved for examples and for tests (RFC 2606).
fn is_public(host: &str) -> bool {
    let reserved = ["example", "test", "invalid", "localhost"];
    let last = host.rsplit('.').next().unwrap_or_default();
    let mut rest = Some(host);
    let mut parents = std::iter::from_fn(|| {
        let parent = rest?;
        rest = parent.split_once('.').map(|(_, parent)| parent);
        Some(parent)
    });
    reserved.contains(&last) || parents.any(|parent| PUBLIC.contains(parent))
}

/// What members of source code such as `local` and `home` are called behind.
const MEMBERS: [&str; 46] = [
    "process.",
    "self.",
    "this.",
    "os.",
    "path.",
    "std.",
    "user.",
    "settings.",
    "config.",
    "parsed.",
    "args.",
    "opts.",
    "options.",
    "ctx.",
    "context.",
    "state.",
    "props.",
    "params.",
    "node.",
    "thread.",
    "scope.",
    "module.",
    "package.",
    "crate.",
    "super.",
    "env.",
    "req.",
    "res.",
    "result.",
    "cfg.",
    "dirs.",
    "paths.",
    "git.",
    "obj.",
    "java.",
    "javax.",
    "android.",
    "system.",
    "window.",
    "document.",
    "app.",
    "lib.",
    "response.",
    "event.",
    "model.",
    "data.",
];

/// `if entry.local {`: a single word before the dot, and a sign of source code behind.
fn is_operand(value: &str, after: &str) -> bool {
    let head = value.split('.').next().unwrap_or_default();
    let is_word = head.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let signs =
        [" {", ";", ")", " &&", " ||", " =", " ?", " +", " !", "?", "[", ".(", ", self", " as "];
    value.matches('.').count() == 1 && is_word && signs.iter().any(|sign| after.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_bare(value: &str, after: &str) -> bool {
        let catch = Catch { name: "", join: "", scheme: "", value, after, lead: "", before: "" };
        bare(&catch, value)
    }

    #[test]
    fn machines_are_told_from_members_and_packages() {
        for host in ["acme.com", "db1.corp.acme.io", "intranet.acme.de"] {
            assert!(is_bare(host, " "), "{host}");
        }
        for other in
            ["std.io", "org.apache.commons", "com.acme.net", "java.net", "api.github.com", "a.b.rs"]
        {
            assert!(!is_bare(other, " "), "{other}");
        }
        assert!(!is_bare("acme.com", ".app.Main") && !is_bare("acme.com", "("));
        assert!(of_url("git.acme.io") && !of_url("docs.rs") && !of_url("a.b.example"));
    }
}
