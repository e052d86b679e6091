//! Secrets that need more than a regular expression: private keys and bare AWS secret keys.

use std::ops::Range;
use std::sync::Arc;

use super::judge::looks::{entropy, is_known_id, names_digest};
use super::mask::{Masks, STARS};
use super::near;
use super::tape::{Change, Tape};

/// The rule of private keys.
pub(super) const PRIVATE_KEY: &str = "private-key";
/// The rule of bare AWS secret keys.
pub(super) const AWS_SECRET: &str = "aws-secret-key";

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
/// How the labels of private keys end; the second is that of PGP.
const LABEL_ENDS: [&str; 2] = ["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"];
const BODY: &str = "…redacted…";

/// Masks private keys, also those without an end.
pub(super) fn private_keys(tape: &mut Tape<'_>, masks: Masks) {
    let text = tape.text();
    let mut changes = Vec::new();
    let mut next = next_header(text, 0);
    while let Some((head, body)) = next {
        next = next_header(text, body);
        // A key ends where another one begins.
        let limit = next.map_or(text.len(), |(head, _)| head);
        let rest = text.get(body..limit).unwrap_or_default();
        let (end, footer) = end_of_key(rest);
        let between = rest.get(..end.saturating_sub(footer.len())).unwrap_or_default();
        if !holds_key(between) {
            continue;
        }
        let header = text.get(head..body).unwrap_or_default();
        let replacement = block(header, between, footer, masks);
        let range = head..body + end;
        changes.push(Change { range, replacement, rule: Arc::from(PRIVATE_KEY) });
    }
    tape.apply(changes);
}

/// The next header: where it starts and where the key behind it does.
fn next_header(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let start = at + find_ignoring_case(text.get(at..)?, BEGIN)?;
        let header_end = start + BEGIN.len() + letters(text.get(start + BEGIN.len()..)?) + 5;
        let header = text.get(start..header_end).unwrap_or_default();
        if is_label(&header.to_ascii_uppercase()) {
            return Some((start, header_end));
        }
        at = start + BEGIN.len();
    }
}

fn find_ignoring_case(text: &str, upper: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        // Most texts have no such dashes at all. One more stands before a line that a diff removes.
        let at = memchr::memmem::find(rest.as_bytes(), b"-----")?;
        let dashes = rest.bytes().skip(at).take_while(|byte| *byte == b'-').count();
        from += at + dashes;
        let start = from - 5;
        let found = text.get(start..start + upper.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(upper)) {
            return Some(start);
        }
    }
}

/// How many letters and blanks a text starts with.
fn letters(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b' ').count()
}

/// Where the footer of a private key stands.
fn footer(rest: &str) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        let start = at + find_ignoring_case(rest.get(at..)?, END)?;
        at = start + END.len();
        let end = at + letters(rest.get(at..)?) + 5;
        if rest.get(start..end).is_some_and(|line| is_label(&line.to_ascii_uppercase())) {
            return Some(start..end);
        }
    }
}

/// Whether a header or a footer, in capitals, is that of a private key.
fn is_label(line: &str) -> bool {
    LABEL_ENDS.iter().any(|end| line.ends_with(end))
}

/// The length of a key with its footer, and the footer; without one, of what looks like a key.
fn end_of_key(rest: &str) -> (usize, &str) {
    if let Some(found) = footer(rest) {
        return (found.end, rest.get(found).unwrap_or_default());
    }
    // Lines of base64 and of headers such as `Proc-Type: 4,ENCRYPTED`.
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        let bare = without_margin(line).trim_end();
        let encoded =
            bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\\".contains(&byte));
        let header = bare.split_once(": ").is_some_and(|(name, _)| {
            name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        });
        if !(encoded || header && end > 0) {
            let leading = bare
                .bytes()
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=\\".contains(byte))
                .count();
            let indent = line.len() - without_margin(line).len();
            return (if leading >= 16 { end + indent + leading } else { end }, "");
        }
        end += line
            .trim_end_matches(['\r', '\n'])
            .len()
            .max(usize::from(bare.is_empty()) * line.len());
        if line.ends_with('\n') && !bare.is_empty() {
            end += line.len() - line.trim_end_matches(['\r', '\n']).len();
        }
    }
    (end.min(rest.len()), "")
}

/// A line without what programs put before it: its number, as `cat -n` does, or the sign of a diff or
/// of a quotation.
fn without_margin(line: &str) -> &str {
    let line = line.trim_start();
    let behind = line.trim_start_matches(|char: char| char.is_ascii_digit());
    let numbered =
        (behind.len() < line.len()).then(|| behind.strip_prefix(['\t', ':', '|', '→'])).flatten();
    numbered.or_else(|| line.strip_prefix(['>', '|', '-', '+'])).unwrap_or(line).trim_start()
}

/// Whether there is base64 between the header and the footer, and not prose about keys.
fn holds_key(between: &str) -> bool {
    let runs = between.split(|char: char| !(char.is_ascii_alphanumeric() || "+/=".contains(char)));
    let mut encoded = 0;
    for run in runs {
        // `\n` written as two characters leaves its `n` at the start of a run.
        encoded += if run.len() >= 10 { run.len() } else { 0 };
    }
    encoded >= 10 && encoded * 2 >= between.trim().len().min(400)
}

fn block(header: &str, between: &str, footer: &str, masks: Masks) -> String {
    let lines = between.contains('\n');
    let trailing = if footer.is_empty() && between.ends_with('\n') { "\n" } else { "" };
    match (masks, lines) {
        (Masks::Hints, true) if is_label(header) => {
            let footer = if footer.is_empty() { String::new() } else { format!("\n{footer}") };
            format!("{header}\n{BODY}{footer}{trailing}")
        }
        _ => format!("{STARS}{trailing}"),
    }
}

/// Masks runs of exactly 40 characters that look like AWS secret keys.
pub(super) fn aws_secrets(tape: &mut Tape<'_>, masks: Masks) {
    let text = tape.text();
    let mut changes = Vec::new();
    for run in runs(text) {
        if let Some(range) = candidate(text, &run).filter(|range| is_aws_secret(text, range)) {
            let value = text.get(range.clone()).unwrap_or_default();
            changes.push(Change {
                replacement: masks.token(value),
                range,
                rule: Arc::from(AWS_SECRET),
            });
        }
    }
    tape.apply(changes);
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=')
}

/// The maximal runs of base64 characters of at least 40.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        if !is_base64(byte) {
            if at - start >= 40 {
                found.push(start..at);
            }
            start = at + 1;
        }
    }
    found
}

/// The 40 characters of a run that may be a key: all of it, or its last 40 in `scheme://id/key@`.
fn candidate(text: &str, run: &Range<usize>) -> Option<Range<usize>> {
    let (before, after) = (text.get(..run.start)?, text.get(run.end..)?);
    if run.len() == 40 {
        // `sha256=…` of a list of files is no key, though its first letters make 40 with the name.
        let field = text.get(run.clone())?.split_once('=');
        return (!field.is_some_and(|(name, _)| names_digest(name))
            && !before.ends_with('_')
            && !after.starts_with('_')
            && !before.ends_with(";base64,"))
        .then(|| run.clone());
    }
    let start = run.end - 40;
    (after.starts_with('@') && text.get(..start)?.ends_with('/')).then_some(start..run.end)
}

/// Words that stand beside a key of AWS.
const NEAR: [&str; 6] = ["aws", "secret", "akia", "asia", "access", "key"];

fn is_aws_secret(text: &str, range: &Range<usize>) -> bool {
    let value = text.get(range.clone()).unwrap_or_default();
    let has = |test: fn(&u8) -> bool| value.bytes().any(|byte| test(&byte));
    let drawn = has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'+' | b'='));
    if !drawn
        || ends_certificate(text, range)
        || is_known_id(value)
        || value.bytes().all(|byte| byte.is_ascii_hexdigit())
        || in_plain_url(text, range)
        || is_names(value)
    {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let start = (0..=range.start.saturating_sub(200))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let near = text.get(start..range.start).unwrap_or_default().to_ascii_lowercase();
    let is_frame = |char: char| char.is_whitespace() || "\"'`".contains(char);
    // What stands among thousands of blanks is not looked for.
    let alone = text.len() < near::REACH && text.trim_matches(is_frame).len() == value.len();
    alone || NEAR.iter().any(|word| near.contains(word)) || digits >= 3 && entropy(value) >= 4.4
}

/// Whether a range is the last line of a certificate, which everybody may read.
fn ends_certificate(text: &str, range: &Range<usize>) -> bool {
    let after = text.get(range.end..).unwrap_or_default().trim_start_matches(['\r', '\n', ' ']);
    let label = after.strip_prefix("-----END ").and_then(|label| label.split("-----").next());
    label.is_some_and(|label| label.ends_with("CERTIFICATE") || label.ends_with("PUBLIC KEY"))
}

/// Whether a value is a path or a name in camel case.
fn is_names(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['/', '+', '=']).collect();
    let words = |part: &&str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let humps = part
            .bytes()
            .zip(part.bytes().skip(1))
            .filter(|(left, right)| left.is_ascii_lowercase() && right.is_ascii_uppercase())
            .count();
        digits * 8 <= part.len()
            && humps * 3 <= part.len()
            && !part
                .bytes()
                .zip(part.bytes().skip(1))
                .any(|(left, right)| left.is_ascii_uppercase() && right.is_ascii_uppercase())
    };
    parts.iter().all(words)
}

/// Whether a range lies in the path of a URL without a login.
fn in_plain_url(text: &str, range: &Range<usize>) -> bool {
    let before = near::last(text.get(..range.start).unwrap_or_default());
    let word = before
        .rsplit(|char: char| char.is_whitespace() || "\"'<>`|()[]{}".contains(char))
        .next()
        .unwrap_or_default();
    word.split_once("://").is_some_and(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !authority.contains('@') && !rest.contains(['?', '#'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Layer;

    fn keys(text: &str) -> String {
        let mut tape = Tape::new(text, Layer::Masking);
        private_keys(&mut tape, Masks::Hints);
        tape.finish().0
    }

    fn aws(text: &str) -> String {
        let mut tape = Tape::new(text, Layer::Masking);
        aws_secrets(&mut tape, Masks::Hints);
        tape.finish().0
    }

    #[test]
    fn private_keys_keep_their_frame() {
        let (begin, end) = ("-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----");
        let body = "MIIEpAIBAAKCAQEA7bq3\nabcdefghij0123456789\n";
        assert_eq!(
            keys(&format!("a {begin}\n{body}{end} b")),
            format!("a {begin}\n…redacted…\n{end} b")
        );
        assert_eq!(keys(&format!("{begin}\\nMIIEpAIBAAKCAQEA\\n{end}")), "***");
        assert_eq!(keys(&format!("{begin}\n{body}")), format!("{begin}\n…redacted…\n"));
        assert_eq!(
            keys(&format!("{begin}\n{body}and prose follows")),
            format!("{begin}\n…redacted…\nand prose follows")
        );
        let prose = format!("`{begin}` … `{end}`");
        assert_eq!(keys(&prose), prose);
        let once = keys(&format!("{begin}\n{body}{end}"));
        assert_eq!(keys(&once), once);
    }

    #[test]
    fn many_headers_and_dashes_do_not_take_for_ever() {
        let begin = "-----BEGIN PRIVATE KEY-----\n";
        for unit in [begin, "-", "-----BEGIN CERTIFICATE-----\n", "-----END X-----\n"] {
            let text = format!("{begin}{}", unit.repeat(60_000));
            assert_eq!(keys(&text), text);
        }
        let body = "MIIEpAIBAAKCAQEA7bq3";
        assert_eq!(
            keys(&format!("{begin}{body}\n{begin}{body}\n-----END PRIVATE KEY-----")),
            format!("{begin}…redacted…\n{begin}…redacted…\n-----END PRIVATE KEY-----")
        );
    }

    #[test]
    fn aws_secrets_are_told_from_names() {
        let key = "qT7bRzv2KfLx9/HdWm4sYcUe1NpAo8GjXi5kVtZr";
        assert_eq!(aws(key), "qT7bRz…VtZr");
        assert_eq!(aws(&format!("token {key};")), "token qT7bRz…VtZr;");
        for harmless in [
            "src/examples/client/simpleStreamableHttp",
            "getJudgesV1ObservabilityJudgesGetReqAbcd",
            "0123456789abcdef0123456789abcdef01234567",
        ] {
            assert_eq!(aws(harmless), harmless);
        }
        let line = format!("{key}\n-----END CERTIFICATE-----");
        assert_eq!(aws(&line), line);
        let url = format!("https://h.example/{}", "qT7bRzv2KfLx9HdWm4sYcUe1NpAo8GjXi5kVtZrAB");
        assert_eq!(aws(&url), url);
    }
}
