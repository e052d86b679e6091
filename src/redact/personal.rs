//! Judges of the strict profile: what tells who or where somebody is.

/// Tells whether digits with the separators of a telephone number are one.
///
/// Dates, versions, amounts and times have the same characters: a number must start with `+` or a
/// bracket, or be written in groups, and have 9 to 15 digits.
pub(super) fn is_phone(value: &str, before: &str, after: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let touches = |char: char| {
        char.is_ascii_alphanumeric() || matches!(char, '_' | '/' | '=' | '#' | ':' | '-' | '.')
    };
    if before.ends_with(touches) && !before.ends_with(['=', ':'])
        || after.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '_')
    {
        return false;
    }
    if value.starts_with('+') {
        return (9..=15).contains(&digits);
    }
    let groups: Vec<&str> = value
        .split(|char: char| !char.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    // 2026-09-18 and 18.09.2026 are dates; 10 000 000 000 an amount; 1.2.3.4 an address.
    let date = groups
        .iter()
        .any(|group| group.len() == 4 && (group.starts_with("19") || group.starts_with("20")))
        && digits <= 8;
    let amount = value.contains(' ') && groups.iter().skip(1).all(|group| group.len() == 3);
    (9..=11).contains(&digits)
        && (3..=5).contains(&groups.len())
        && !date
        && !amount
        && groups.last().is_some_and(|last| last.len() >= 3)
}

/// Tells whether dotted or colon-separated numbers are the address of a machine.
pub(super) fn is_address(value: &str, before: &str, after: &str) -> bool {
    let joins =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_' | '^' | '~');
    if before.ends_with(joins)
        || after.starts_with(|char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
        || after.starts_with('.')
            && after.get(1..2).is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return false;
    }
    let word = before
        .rsplit(|char: char| char.is_whitespace() || "=:(\"'".contains(char))
        .find(|word| !word.is_empty());
    if word.is_some_and(|word| {
        ["version", "ver", "v", "release"].iter().any(|known| word.eq_ignore_ascii_case(known))
    }) {
        return false;
    }
    if is_section(before) {
        return false;
    }
    match value.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => {
            !address.is_unspecified() && !address.is_loopback() && !address.is_broadcast()
        }
        Ok(std::net::IpAddr::V6(address)) => {
            !address.is_unspecified() && !address.is_loopback() && value.matches(':').count() >= 3
                || value.contains("::") && value.len() >= 6
        }
        Err(_) => false,
    }
}

/// Whether numbers with dots stand where a text names a part of a document: `RFC 5280 4.2.1.10`.
fn is_section(before: &str) -> bool {
    let mut words =
        before.split_whitespace().rev().map(|word| word.trim_matches(['(', '[', ',', '"']));
    let last = words.next().unwrap_or_default();
    let is_document = |word: &str| {
        [
            "rfc", "section", "sections", "sect.", "sec.", "§", "clause", "appendix", "chapter",
            "bcp", "iso",
        ]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
    };
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    let is_numbered = last.get(..3).is_some_and(|rfc| rfc.eq_ignore_ascii_case("rfc"));
    is_document(last) || is_numbered || is_number && words.next().is_some_and(is_document)
}

/// Tells whether lower-case words are the recovery phrase of a wallet: 12, 15, 18, 21 or 24 words of
/// three to eight letters, most of them different and none of the commonest words of prose.
pub(super) fn is_phrase(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let common = [
        "the", "and", "of", "to", "in", "is", "it", "for", "was", "are", "with", "as", "be",
        "this", "that", "you", "on", "not", "from", "have",
    ];
    matches!(words.len(), 12 | 15 | 18 | 21 | 24) && !words.iter().any(|word| common.contains(word))
}

/// Tells whether a text is an international bank account number: its check sum is 1 modulo 97.
pub(super) fn is_iban(value: &str) -> bool {
    let plain: String = value.chars().filter(|char| !char.is_whitespace()).collect();
    let Some((head, rest)) = plain.split_at_checked(4) else {
        return false;
    };
    let digits = rest.chars().chain(head.chars()).filter_map(|char| char.to_digit(36));
    let remainder =
        digits.fold(0, |sum, digit| (sum * if digit > 9 { 100 } else { 10 } + digit) % 97);
    (15..=34).contains(&plain.len()) && remainder == 1
}
