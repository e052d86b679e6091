//! Tells issued and drawn values from names, ids and numbers by their looks alone.

use base64::Engine as _;

use super::code::{
    is_cased_like_a_word, is_name_with_numbers, is_path_like, is_short_identifier, is_words,
};
use super::words::{Reading, is_drawn_from_letters, reads_as_words};
use super::{Catch, bounded, keyed};
use crate::redact::names;

/// A value that looks drawn by lot and is no part of a longer encoded text.
pub(in crate::redact) fn random(catch: &Catch<'_>, value: &str) -> bool {
    bounded(catch)
        && !catch.before.ends_with(";base64,")
        // A digest of Go's list of checksums.
        && !(catch.before.ends_with("h1:") && value.len() == 44)
        && value.len() <= 200
        && is_random(value)
        && !is_encoded_line(catch)
        && !is_opaque_by_name(catch)
}

/// Names of digests, which are as random as secrets and tell nothing.
const OF_DIGESTS: [&str; 9] =
    ["hash", "digest", "checksum", "etag", "integrity", "fingerprint", "sha256", "sha1", "md5"];

/// Whether a name says that its value is a digest, and not that of a password.
pub(in crate::redact) fn names_digest(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    OF_DIGESTS.iter().any(|end| name.ends_with(end))
        && !["pass", "pwd", "secret", "token", "key"].iter().any(|word| name.contains(word))
}

/// Whether a text is as long as a digest in base64 (of MD5, SHA-1, SHA-256, SHA-384 or SHA-512) and
/// holds nothing else.
pub(in crate::redact) fn is_digest(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    matches!(bare.len(), 22 | 27 | 43 | 64 | 86)
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte))
}

/// Whether a text is base64 and nothing else, as signatures of thoughts are; a secret key of AWS is
/// as well, and has 40 characters.
pub(in crate::redact) fn is_signature(text: &str) -> bool {
    (16..).contains(&text.len())
        && text.len() != 40
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte))
}

/// Whether the name right before a value says that it is a digest: `"sourceHash": "…"`.
fn is_opaque_by_name(catch: &Catch<'_>) -> bool {
    let name = catch.before.trim_end_matches(['"', '\'', '\\', ' ', ':', '=']);
    let joined = catch.before.get(name.len()..).is_some_and(|join| join.contains([':', '=']));
    let start = name.rfind(|char: char| !(char.is_ascii_alphanumeric() || "_-".contains(char)));
    let name = start.and_then(|at| name.get(at + 1..)).unwrap_or(name);
    joined && (keyed::is_public(name) || names::holds_opaque(names::kind(name), name, catch.value))
}

/// A line among lines of base64: a certificate, a picture.
pub(in crate::redact) fn is_encoded_line(catch: &Catch<'_>) -> bool {
    let encoded = |line: &str| {
        line.len() >= 40
            && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    let line_before = catch
        .before
        .trim_end_matches([' ', '\t'])
        .strip_suffix('\n')
        .and_then(|before| before.lines().next_back())
        .is_some_and(|line| encoded(line.trim()));
    let line_after = catch
        .after
        .strip_prefix("\r\n")
        .or_else(|| catch.after.strip_prefix('\n'))
        .and_then(|after| after.lines().next())
        .is_some_and(|line| encoded(line.trim()));
    catch.value.len() >= 40 && line_after || line_before
}

/// A secret by its looks alone: letters and digits, and nothing with a meaning.
pub(in crate::redact) fn is_strong(value: &str) -> bool {
    let value = value.trim_end_matches(['.', '!', '?']);
    value.len() >= 8
        && has_digits(value, 2)
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && value.is_ascii()
        && !is_path_like(value)
        && !is_known_id(value)
        && !is_versioned_name(value)
        && !value.contains('=')
        && !value.starts_with('-')
        && !is_short_identifier(value)
}

/// Digits whose Luhn sum is right, as in the numbers of payment cards.
pub(in crate::redact) fn luhn(value: &str) -> bool {
    let digits: Vec<u32> = value.chars().filter_map(|char| char.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    // Numbers of 13 digits were Visa's alone; others are times in milliseconds.
    let card =
        (14..=19).contains(&digits.len()) || digits.len() == 13 && digits.first() == Some(&4);
    card && sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

pub(in crate::redact) fn has_digits(text: &str, at_least: usize) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= at_least
}

pub(in crate::redact) fn mixes_case(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether the body of a token has a digit or mixed case, as issued tokens have and names have not.
pub(in crate::redact) fn is_irregular(value: &str) -> bool {
    has_digits(value, 1) && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        || has_digits(value, 8)
        || mixes_case(value) && !is_words(value)
}

/// Bits of information per character of a text.
pub(in crate::redact) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = value.len() as f64;
    let bits = |count: u32| -(f64::from(count) / total) * (f64::from(count) / total).log2();
    counts.into_iter().filter(|count| *count > 0).map(bits).sum()
}

/// Whether a value looks like drawn by lot: long, of letters and digits, of high entropy, and not
/// one of the identifiers that sessions are full of.
pub(in crate::redact) fn is_random(value: &str) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    value.len() >= 16
        && (has_digits(value, 2) || value.len() >= 20 && is_drawn_from_letters(value))
        && letters >= 4
        && entropy(value) >= 3.2
        && !value.starts_with(['/', '-', '.', '='])
        && !value.starts_with("0x")
        && !FILES.iter().any(|end| value.ends_with(end))
        && !is_drawing(value)
        && !PUBLIC_KEYS.iter().any(|start| value.starts_with(start))
        && !value.contains("./")
        && !is_known_id(value)
        && !is_versioned_name(value)
        && !is_name_with_numbers(value)
}

/// Ends of names of files that build tools put a digest into, and of those that names with numbers have.
const FILES: [&str; 23] = [
    ".js", ".mjs", ".css", ".map", ".html", ".json", ".png", ".svg", ".wasm", ".cpp", ".hpp",
    ".java", ".toml", ".yaml", ".yml", ".txt", ".jar", ".whl", ".gz", ".so", ".dll", ".pyc",
    ".deb",
];

/// `20v-6h4v6h5v-8h3L12`: the path of a drawing, single letters between numbers.
fn is_drawing(value: &str) -> bool {
    value.split(|char: char| !char.is_ascii_alphabetic()).all(|run| run.len() <= 1)
}

/// How public keys of SSH start: what they say first is their kind.
const PUBLIC_KEYS: [&str; 4] = ["AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh", "AAAAGnNrLXNz"];

/// `web-7d4b9c6f5d-x2k9p`: the name of a pod of Kubernetes, whose letters are no vowels.
fn is_pod(value: &str) -> bool {
    let mut parts = value.rsplit('-');
    let [end, set] = [(); 2].map(|()| parts.next().unwrap_or_default());
    let is_drawn =
        |part: &str| part.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte));
    let is_set = |part: &str| {
        (8..=10).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && has_digits(part, 1)
    };
    let mut name = parts.peekable();
    end.len() == 5
        && is_drawn(end)
        && is_set(set)
        && name.peek().is_some()
        && name
            .all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// Digests, UUIDs, ULIDs, dates and the ids of tool calls, messages and responses.
pub(in crate::redact) fn is_known_id(value: &str) -> bool {
    let hex = (value.strip_prefix("0x").unwrap_or(value).bytes())
        .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'_'));
    // The first sign of the time stays `0` until the year 3084; the letters are of one case.
    let ulid = value.len() == 26
        && value.starts_with(['0', '1'])
        && (value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            || value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
    let prefixed = [
        "call_",
        "toolu_",
        "msg_",
        "resp_",
        "run_",
        "req_",
        "chatcmpl-",
        "fc_",
        "rs_",
        "item_",
        "thread_",
        "asst_",
        "file-",
        "sha256-",
        "sha384-",
        "sha512-",
        "sha1-",
        "tool_",
        "tooluse_",
        "srvtoolu_",
        "reasoning_",
        "call-",
        "msg-",
        "cmpl-",
        "conv_",
        "ws_",
        "ctc_",
        "step_",
        "batch_",
        "gen-",
    ]
    .iter()
    .any(|prefix| value.starts_with(prefix));
    hex || ulid
        || prefixed
        || is_numbered_id(value)
        || is_prefixed_id(value)
        || is_pod(value)
        || is_resource(value)
        || is_picture(value)
}

/// Words before `_` and hexadecimal digits that say what the digits are the digest or the id of.
const OF_IDS: [&str; 48] = [
    "sha", "md", "blake", "commit", "git", "rev", "file", "blob", "tree", "cache", "chunk",
    "layer", "img", "image", "block", "tx", "node", "hash", "digest", "id", "run", "call", "doc",
    "obj", "etag", "build", "user", "usr", "asset", "task", "job", "evt", "event", "session",
    "proj", "project", "page", "row", "team", "chat", "entry", "turn", "trace", "span", "agent",
    "plan", "deploy", "media",
];

/// `user_` and 16 or more hexadecimal digits: an id or a digest that says what it belongs to.
fn is_prefixed_id(value: &str) -> bool {
    value.split_once('_').is_some_and(|(prefix, digits)| {
        OF_IDS.contains(&prefix.trim_end_matches(|char: char| char.is_ascii_digit()))
            && digits.len() >= 16
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `ami-0abcdef1234567890`: what AWS calls a machine, a disk or a network.
fn is_resource(value: &str) -> bool {
    const KINDS: [&str; 14] = [
        "ami", "i", "vol", "snap", "vpc", "subnet", "sg", "sgr", "eni", "igw", "nat", "rtb", "lt",
        "eipalloc",
    ];
    value.split_once('-').is_some_and(|(kind, id)| {
        KINDS.contains(&kind)
            && matches!(id.len(), 8 | 17)
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether a text is the base64 of a picture: its first bytes say PNG, JPEG, GIF, WebP, BMP, ICO or SVG.
fn is_picture(value: &str) -> bool {
    let head = value
        .get(..20)
        .and_then(|head| base64::engine::general_purpose::STANDARD.decode(head).ok());
    match head.as_deref() {
        Some(
            [0x89, b'P', b'N', b'G', ..]
            | [0xFF, 0xD8, 0xFF, ..]
            | [b'G', b'I', b'F', b'8', ..]
            | [b'<', b's', b'v', b'g', ..]
            | [b'<', b'?', b'x', b'm', b'l', ..]
            | [0, 0, 1, 0, _, 0, ..]
            | [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..],
        ) => true,
        Some([b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..]) => kind.starts_with(b"WEBP"),
        _ => false,
    }
}

/// `commentary-0-` and a digest: what a part of an answer is called.
fn is_numbered_id(value: &str) -> bool {
    let mut parts = value.splitn(3, ['-', '_']);
    let [word, number, digest] = [(); 3].map(|()| parts.next().unwrap_or_default());
    word.len() >= 3
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && matches!(number.len(), 1..=4)
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(digest.len(), 16..=40)
        && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `claude-sonnet-4-5-20250929`, `x86_64-unknown-linux-gnu`, `20260921T100000Z-report`.
pub(in crate::redact) fn is_versioned_name(value: &str) -> bool {
    if is_uuid(value) {
        return false;
    }
    let parts: Vec<&str> = value.split(['-', '_', '.', '/', ':', '+', '=', '~']).collect();
    let in_path = value.contains('/');
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_deep = value.matches('/').count() >= 3;
    let plain = |part: &&str| {
        let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = part.len() - letters;
        let longest = if digits <= 2 { 20 } else { 12 };
        // A word, a number, or a word with a number behind or before it.
        digits == 0 && is_cased_like_a_word(part) && part.len() <= 20
            || letters == 0 && part.len() <= 14
            // Build tools put 16 hexadecimal digits into the names of their files.
            || (is_hash_length(part.len())
                || in_path && (part.len() == 16 || part.len() >= 30)
                || value.contains("sha") && matches!(part.len(), 56 | 96 | 128))
                && is_hex(part)
            || in_path && part.strip_prefix("0x").is_some_and(is_hex)
            || camel_name(part)
            || is_time(part)
            || is_commit(part)
            || is_library(part)
            // `Curve25519`, `terminal256`, `draft201909`
            || letters >= 3 && digits <= 6 && part.len() <= longest && turns(part) == 1
            || (letters <= 4 || digits <= 3)
                && part.len() <= 12
                && turns(part) <= 2 + usize::from(part.len() <= 8)
            // `usr/share/doc/libxxf86vm1/copyright`
            || is_deep && digits <= 4 && turns(part) <= 4 && !part.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    parts.len() >= 2 && parts.iter().all(plain) || parts.len() == 1 && camel_name(value)
}

/// `libgstreamer1`: a word with a small number behind it.
fn is_library(part: &str) -> bool {
    let word = part.trim_end_matches(|char: char| char.is_ascii_digit());
    part.len() - word.len() <= 2
        && (3..=20).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && reads_as_words(word, Reading::Code)
}

/// `gitfa8646d`: the commit that a version was made of.
fn is_commit(part: &str) -> bool {
    let hash = part.strip_prefix("git").or_else(|| part.strip_prefix('g'));
    hash.is_some_and(|hash| {
        is_hash_length(hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `20231010T101010Z`
fn is_time(part: &str) -> bool {
    part.trim_end_matches('Z').split_once('T').is_some_and(|(date, time)| {
        date.len() == 8
            && matches!(time.len(), 4 | 6)
            && date.bytes().chain(time.bytes()).all(|byte| byte.is_ascii_digit())
    })
}

/// Five groups of 8, 4, 4, 4 and 12 hexadecimal digits.
pub(in crate::redact) fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && value.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// `ovsxat_` and a UUID, `v1:` and a digest: what is no name of a version behind that of a credential.
pub(in crate::redact) fn ends_with_digest(value: &str) -> bool {
    let (prefix, uuid) = value.split_at_checked(value.len().saturating_sub(36)).unwrap_or_default();
    let digest = value.rsplit(['-', '_', '.', ':']).next().unwrap_or_default();
    let is_digest = digest.len() >= 32
        && digest.len() < value.len()
        && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        && has_digits(digest, 4);
    (is_uuid(uuid) && prefix.ends_with(['_', '-']) || is_digest) && !value.contains("sha")
}

/// `^7.0.2`, `>=1.2`, `v3.x`: a version or a range of versions.
pub(in crate::redact) fn is_version(value: &str) -> bool {
    let bare = value.trim_start_matches(['^', '~', '>', '<', '=', 'v', ' ']);
    let mut parts = bare.split('.');
    let number = |part: &str| {
        matches!(part, "x" | "*")
            || (1..=5).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    bare.len() <= 24 && parts.next().is_some_and(number) && parts.next().is_some_and(number)
}

/// Base64 of `user:password`, as the scheme Basic sends it.
pub(in crate::redact) fn is_user_and_password(value: &str) -> bool {
    let decoded = base64::engine::general_purpose::STANDARD.decode(value).unwrap_or_default();
    value.len() >= 8
        && decoded.contains(&b':')
        && decoded.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}

/// The lengths of Git's hashes: shortened, SHA-1 and SHA-256.
const fn is_hash_length(length: usize) -> bool {
    matches!(length, 7..=12 | 40 | 64)
}

/// How often letters and digits alternate.
pub(in crate::redact) fn turns(part: &str) -> usize {
    part.bytes()
        .zip(part.bytes().skip(1))
        .filter(|(left, right)| left.is_ascii_digit() != right.is_ascii_digit())
        .count()
}

/// `getJudgesV1ObservabilityJudges`: words in camel case with a digit or two.
pub(in crate::redact) fn camel_name(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits * 8 <= value.len() && turns(value) <= 4 && reads_as_words(value, Reading::Code) && {
        let words = value.split(|char: char| char.is_ascii_uppercase() || char.is_ascii_digit());
        let long = words.filter(|word| word.len() >= 2).map(str::len).sum::<usize>();
        long * 10 >= value.len() * 7
    }
}

/// Whether a member or field of a weak name (`key`, `session`, `signature`) holds a secret.
pub(in crate::redact) fn is_secret_value(value: &str) -> bool {
    let plain = value.bytes().all(|byte| byte.is_ascii_graphic());
    let long_run = value
        .split(|char: char| !(char.is_ascii_alphanumeric() || "/+".contains(char)))
        .any(|run| run.len() >= 40);
    plain
        && (long_run
            || value.len() >= 16
                && is_irregular(value)
                && has_digits(value, 2)
                && !is_path_like(value)
                && !is_known_id(value)
                && !is_versioned_name(value))
}

/// Whether a hidden value is worth looking for elsewhere: long enough, and nothing that ordinary
/// text holds by chance.
pub(in crate::redact) fn is_worth_following(value: &str) -> bool {
    let plain = !value.contains(char::is_whitespace);
    value.chars().count() >= 8
        && plain
        && !is_path_like(value)
        && (is_irregular(value) && (has_digits(value, 2) || value.len() >= 16)
            || mixes_case(value) && !reads_as_words(value, Reading::Code))
        && !value.contains('…')
}
