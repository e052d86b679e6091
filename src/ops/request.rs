//! The encoded request of `/export-trajectory`: one base64url text instead of flags.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};

use crate::js::complaint::complaint;
use crate::js::parse;
use crate::js::text::trim;
use crate::js::value::Value;

use super::choose::Generation;

/// The longest encoded request, in characters.
const LONGEST: usize = 65_536;

/// What databases' releases say of a request that is not JSON; file stores' pass Node's words on.
const NOT_JSON: &str = "Encoded trajectory export request is invalid JSON";

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
/// The message of the generation's release.
pub(super) fn decode(encoded: &str, generation: Generation) -> Result<Encoded, String> {
    let encoded = match generation {
        Generation::Files => trim(encoded),
        Generation::Database => encoded,
    };
    if encoded.is_empty() {
        return Ok(Encoded::default());
    }
    let invalid = || "Encoded trajectory export request is invalid".to_owned();
    if encoded.len() > LONGEST {
        return Err(invalid());
    }
    let bytes = match generation {
        Generation::Files => any_base64url(encoded),
        Generation::Database => URL_SAFE_NO_PAD.decode(encoded).ok(),
    };
    let text = String::from_utf8_lossy(&bytes.ok_or_else(invalid)?).into_owned();
    let value = parse::parse_str(&text).map_err(|error| match generation {
        Generation::Files => complaint(&text, error),
        Generation::Database => NOT_JSON.to_owned(),
    })?;
    if value.as_object().is_none() {
        return Err("Encoded trajectory export request must be a JSON object".to_owned());
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

/// Decodes base64url as 2026.7.1 does: bits at the end that are no whole byte are dropped.
fn any_base64url(encoded: &str) -> Option<Vec<u8>> {
    let of_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !encoded.bytes().all(of_alphabet) {
        return None;
    }
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone);
    // One character of a group of four is less than a byte.
    let whole = encoded.len() - usize::from(encoded.len() % 4 == 1);
    GeneralPurpose::new(&URL_SAFE, lenient).decode(encoded.get(..whole)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Generation::{Database, Files};

    fn encode(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn members_are_taken_and_blank_ones_left_out() {
        let text = r#"{"sessionKey":" k ","output":" ","store":"","agent":7,"workspace":"/w"}"#;
        let decoded = decode(&encode(text), Database).unwrap();
        assert_eq!(decoded.session_key.as_deref(), Some(" k "));
        assert_eq!(decoded.output, None);
        assert_eq!(decoded.store.as_deref(), Some(""));
        assert_eq!(decoded.agent, None);
        assert_eq!(decoded.workspace.as_deref(), Some("/w"));
        assert_eq!(decode("", Database), Ok(Encoded::default()));
        assert_eq!(decode(" \n", Files), Ok(Encoded::default()));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let invalid = Err("Encoded trajectory export request is invalid".to_owned());
        for text in ["!!!", "aGk=", "a", &"A".repeat(LONGEST + 1), "aGl", " e30"] {
            assert_eq!(decode(text, Database), invalid, "{text}");
        }
        for text in ["!!!", "aGk=", &"A".repeat(LONGEST + 1), "e30!"] {
            assert_eq!(decode(text, Files), invalid, "{text}");
        }
        assert_eq!(decode(&encode("hello"), Database), Err(NOT_JSON.to_owned()));
        let no_object = Err("Encoded trajectory export request must be a JSON object".to_owned());
        for text in ["null", "[]", "1"] {
            assert_eq!(decode(&encode(text), Database), no_object);
        }
    }

    #[test]
    fn the_earlier_release_is_less_strict_and_says_what_its_parser_says() {
        for text in [" e30\n", "e31"] {
            assert_eq!(decode(text, Files), Ok(Encoded::default()), "{text}");
        }
        let said = "Expected property name or '}' in JSON at position 1 (line 1 column 2)";
        assert_eq!(decode(&encode("{oops"), Files), Err(said.to_owned()));
        let said = "Unexpected token 'h', \"hello\" is not valid JSON";
        assert_eq!(decode(&encode("hello"), Files), Err(said.to_owned()));
        assert_eq!(decode("a", Files), Err("Unexpected end of JSON input".to_owned()));
    }
}
