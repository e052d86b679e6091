//! Agent ids and session keys: their normal forms, and what a key says about a session.
//!
//! A key names a conversation and points at the current session id. Its grammar is
//! `agent:<agent id>:<rest>`; a few keys of older releases have no agent (`global`, `cron:<id>`).

use std::fmt;

/// The id of an agent in its normal form: at most 64 of `a–z 0–9 _ -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId(String);

impl Default for AgentId {
    /// [`AgentId::DEFAULT`].
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl AgentId {
    /// The agent that is meant where neither a person nor the configuration names one.
    pub const DEFAULT: &'static str = "main";

    /// Brings any text into the normal form of an agent id.
    ///
    /// Text that already has the shape is lower-cased. In all other text a run of foreign
    /// characters becomes one dash, outer dashes are cut, and what is left is cut to 64
    /// characters; nothing left means [`AgentId::DEFAULT`].
    pub fn normalise(text: &str) -> Self {
        let text = text.trim();
        let mut id = String::with_capacity(text.len());
        for c in text.to_lowercase().chars() {
            if c.is_ascii_alphanumeric() || c == '_' || c == '-' {
                id.push(c);
            } else if !id.ends_with('\u{0}') {
                id.push('\u{0}');
            }
        }
        let shaped = id.starts_with(|c: char| c.is_ascii_alphanumeric())
            && id.len() <= 64
            && !id.contains('\u{0}');
        if shaped {
            return Self(id);
        }
        let id = id.replace('\u{0}', "-");
        let id: String = id.trim_matches('-').chars().take(64).collect();
        if id.is_empty() { Self::default() } else { Self(id) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A session key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(String);

impl SessionKey {
    /// Takes a key as it stands.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which keys are compared: trimmed and lower-cased, except where letter case is
    /// part of the name (Signal group ids and the tail of a Matrix room key).
    pub fn normal_form(&self) -> String {
        let key = self.0.trim();
        let lower = key.to_lowercase();
        // Lower-casing may change lengths outside ASCII; then no case is worth keeping either.
        if lower.len() != key.len() {
            return lower;
        }
        for marker in ["signal:group:", "matrix:channel:", "matrix:group:"] {
            if let Some(at) = lower.find(marker) {
                let tail = at + marker.len();
                let (Some(head), Some(kept)) = (lower.get(..tail), key.get(tail..)) else {
                    continue;
                };
                if marker.starts_with("signal") {
                    let end = kept.find(':').unwrap_or(kept.len());
                    let (id, rest) = kept.split_at_checked(end).unwrap_or((kept, ""));
                    return format!("{head}{id}{}", rest.to_lowercase());
                }
                return format!("{head}{kept}");
            }
        }
        lower
    }

    /// Takes the key apart.
    pub fn parts(&self) -> KeyParts<'_> {
        let key = self.0.trim();
        let mut agent = None;
        let mut rest = key;
        if let Some(scoped) = strip_prefix_ignore_case(key, "agent:")
            && let Some((id, tail)) = scoped.split_once(':')
            && !id.is_empty()
        {
            agent = Some(AgentId::normalise(id));
            rest = tail;
        }
        KeyParts { agent, rest, kind: SessionKind::of_rest(rest), channel: channel_of_rest(rest) }
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

/// The form of a session id that names files: everything but `A–Z a–z 0–9 _ -` replaced by `_`, one
/// for each UTF-16 unit as in OpenClaw 2026.9.6, at most 120 characters; `session` when nothing of
/// the id is left.
pub fn safe_session_id(id: &str) -> String {
    let keep = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let safe: String = id
        .encode_utf16()
        .map(|unit| u8::try_from(unit).ok().map(char::from).filter(keep).unwrap_or('_'))
        .take(120)
        .collect();
    if safe.contains(|c: char| c.is_ascii_alphanumeric()) { safe } else { "session".to_owned() }
}

/// What a key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyParts<'a> {
    /// The agent, when the key is scoped to one.
    pub agent: Option<AgentId>,
    /// The key without its `agent:<id>:` prefix.
    pub rest: &'a str,
    /// The kind of conversation.
    pub kind: SessionKind,
    /// The messaging channel, when the key names one.
    pub channel: Option<&'a str>,
}

/// The kind of conversation, from the grammar of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {
    /// One person and the agent, the main session included.
    Direct,
    /// A group chat.
    Group,
    /// A channel or room.
    Channel,
    /// A scheduled job or one of its runs.
    Cron,
    /// A session that another session spawned.
    Subagent,
    /// A session started by an inbound hook.
    Hook,
    /// A periodic heartbeat.
    Heartbeat,
    /// A session opened in the dashboard.
    Dashboard,
    /// A session driven over the Agent Client Protocol.
    Acp,
    /// A session with a name that somebody chose.
    Explicit,
    /// The session that senders without an own one share.
    Global,
    /// No key, or none that the grammar knows.
    Unknown,
}

impl SessionKind {
    /// The kind as one lower-case word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Channel => "channel",
            Self::Cron => "cron",
            Self::Subagent => "subagent",
            Self::Hook => "hook",
            Self::Heartbeat => "heartbeat",
            Self::Dashboard => "dashboard",
            Self::Acp => "acp",
            Self::Explicit => "explicit",
            Self::Global => "global",
            Self::Unknown => "unknown",
        }
    }

    fn of_rest(rest: &str) -> Self {
        let lower = rest.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split(':').collect();
        let has = |word: &str| parts.contains(&word);
        if parts.last() == Some(&"heartbeat") {
            return Self::Heartbeat;
        }
        match parts.first().copied().unwrap_or("") {
            "cron" => Self::Cron,
            "subagent" => Self::Subagent,
            "hook" => Self::Hook,
            "dashboard" => Self::Dashboard,
            "acp" => Self::Acp,
            "explicit" => Self::Explicit,
            "global" => Self::Global,
            "" | "unknown" => Self::Unknown,
            _ if has("group") => Self::Group,
            _ if has("channel") || has("room") => Self::Channel,
            _ => Self::Direct,
        }
    }
}

/// The channel stands before the word that names the kind of conversation.
fn channel_of_rest(rest: &str) -> Option<&str> {
    let (first, tail) = rest.split_once(':')?;
    let known = ["direct", "dm", "group", "channel", "room"];
    let names_kind = |word: &str| known.iter().any(|known| word.eq_ignore_ascii_case(known));
    (!names_kind(first) && tail.split(':').take(2).any(names_kind)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agent_ids_take_their_normal_form() {
        for (text, id) in [
            ("Main", "main"),
            ("  qa_1 ", "qa_1"),
            ("My Agent!", "my-agent"),
            ("--x--", "x"),
            ("日本", "main"),
            ("", "main"),
            ("a..b", "a-b"),
            ("_x", "_x"),
        ] {
            assert_eq!(AgentId::normalise(text).as_str(), id, "{text:?}");
        }
        assert_eq!(AgentId::normalise(&"a".repeat(90)).as_str().len(), 64);
    }

    #[test]
    fn keys_say_kind_agent_and_channel() {
        for (key, agent, kind, channel) in [
            ("agent:main:main", Some("main"), SessionKind::Direct, None),
            ("agent:ops:telegram:direct:42", Some("ops"), SessionKind::Direct, Some("telegram")),
            ("agent:ops:slack:acc:direct:42", Some("ops"), SessionKind::Direct, Some("slack")),
            ("agent:ops:direct:42", Some("ops"), SessionKind::Direct, None),
            ("agent:a:signal:group:AbC=", Some("a"), SessionKind::Group, Some("signal")),
            (
                "agent:a:discord:channel:7:thread:9",
                Some("a"),
                SessionKind::Channel,
                Some("discord"),
            ),
            ("agent:a:cron:daily:run:1", Some("a"), SessionKind::Cron, None),
            ("agent:a:subagent:9f", Some("a"), SessionKind::Subagent, None),
            ("agent:a:main:heartbeat", Some("a"), SessionKind::Heartbeat, None),
            ("agent:a:dashboard:9f", Some("a"), SessionKind::Dashboard, None),
            ("agent:a:coding", Some("a"), SessionKind::Direct, None),
            ("cron:daily", None, SessionKind::Cron, None),
            ("global", None, SessionKind::Global, None),
            ("", None, SessionKind::Unknown, None),
        ] {
            let owned = SessionKey::new(key);
            let parts = owned.parts();
            assert_eq!(parts.agent.as_ref().map(AgentId::as_str), agent, "{key}");
            assert_eq!((parts.kind, parts.channel), (kind, channel), "{key}");
        }
    }

    #[test]
    fn comparing_keys_ignores_case_where_names_do() {
        for (key, normal) in [
            (" AGENT:Main:X ", "agent:main:x"),
            ("agent:a:Signal:GROUP:AbC=", "agent:a:signal:group:AbC="),
            ("agent:a:signal:group:AbC=:THREAD:X", "agent:a:signal:group:AbC=:thread:x"),
            ("agent:a:Matrix:Channel:!Room:Server.Org", "agent:a:matrix:channel:!Room:Server.Org"),
        ] {
            assert_eq!(SessionKey::new(key).normal_form(), normal);
        }
    }

    #[test]
    fn ids_become_names_of_files_as_in_javascript() {
        for (id, safe) in [
            ("4f5c2a9e-0b1d", "4f5c2a9e-0b1d"),
            ("a/b c", "a_b_c"),
            ("é1", "_1"),
            ("x𐐀y", "x__y"),
            ("日本", "session"),
            ("__-", "session"),
            ("", "session"),
        ] {
            assert_eq!(safe_session_id(id), safe, "{id}");
        }
        assert_eq!(safe_session_id(&"a".repeat(200)).len(), 120);
        assert_eq!(safe_session_id(&format!("a{}", "𐐀".repeat(100))).len(), 120);
    }
}
