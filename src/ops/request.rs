//! The encoded request of `/export-trajectory`: one base64url text instead of flags.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::js::parse;
use crate::js::text::trim;
use crate::js::value::Value;

/// The longest encoded request, in characters.
const LONGEST: usize = 65_536;

/// The members of a request; absent ones leave the flags as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Encoded {
    pub session_key: Option<String>,
    pub output: Option<String>,
    pub workspace: Option<String>,
    /// May be blank, which is then refused.
    pub store: Option<String>,
    /// May be blank, which is then refused.
    pub agent: Option<String>,
}

/// Decodes a request; an empty text is none.
///
/// # Errors
///
/// OpenClaw's message.
pub(super) fn decode(encoded: &str) -> Result<Encoded, &'static str> {
    if encoded.is_empty() {
        return Ok(Encoded::default());
    }
    let invalid = "Encoded trajectory export request is invalid";
    if encoded.len() > LONGEST {
        return Err(invalid);
    }
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| invalid)?;
    let value = parse::parse_lossy(&bytes)
        .map_err(|_| "Encoded trajectory export request is invalid JSON")?;
    if value.as_object().is_none() {
        return Err("Encoded trajectory export request must be a JSON object");
    }
    let member = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let filled = |name: &str| member(name).filter(|text| !trim(text).is_empty());
    Ok(Encoded {
        session_key: filled("sessionKey"),
        output: filled("output"),
        workspace: filled("workspace"),
        store: member("store"),
        agent: member("agent"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn members_are_taken_and_blank_ones_left_out() {
        let text = r#"{"sessionKey":" k ","output":" ","store":"","agent":7,"workspace":"/w"}"#;
        let decoded = decode(&encode(text)).unwrap();
        assert_eq!(decoded.session_key.as_deref(), Some(" k "));
        assert_eq!(decoded.output, None);
        assert_eq!(decoded.store.as_deref(), Some(""));
        assert_eq!(decoded.agent, None);
        assert_eq!(decoded.workspace.as_deref(), Some("/w"));
        assert_eq!(decode(""), Ok(Encoded::default()));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in ["!!!", "aGk=", "a", &"A".repeat(LONGEST + 1), "aGl", " e30"] {
            assert_eq!(decode(text), Err("Encoded trajectory export request is invalid"), "{text}");
        }
        let not_json = Err("Encoded trajectory export request is invalid JSON");
        assert_eq!(decode(&encode("hello")), not_json);
        let no_object = Err("Encoded trajectory export request must be a JSON object");
        for text in ["null", "[]", "1"] {
            assert_eq!(decode(&encode(text)), no_object);
        }
    }
}
