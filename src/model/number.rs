//! Numbers as a narrow column can hold them: counts, bytes, dollars, percentages.
//!
//! Every form has at most six characters for any input, so that columns can be laid out beforehand.

/// A count in at most five characters: `999`, `3.1k`, `42k`, `1.2M`.
pub fn count(number: u64) -> String {
    scaled(number as f64, 1000.0, &["", "k", "M", "G", "T", "P", "E"])
}

/// A size in bytes in at most five characters: `310B`, `1.2K`, `48M`; a K is 1024 bytes.
pub fn bytes(number: u64) -> String {
    scaled(number as f64, 1024.0, &["B", "K", "M", "G", "T", "P", "E"])
}

/// A cost in US dollars: `$0.42`, `$12.30`, `$1.2k`; amounts below a cent keep four decimals.
pub fn dollars(amount: f64) -> String {
    match amount {
        _ if !amount.is_finite() => "$?".to_owned(),
        _ if amount <= 0.0 => "$0".to_owned(),
        _ if amount < 0.000_05 => "<$0.0001".to_owned(),
        _ if amount < 0.01 => format!("${amount:.4}"),
        _ if amount < 100.0 => format!("${amount:.2}"),
        _ => format!("${}", count(amount.round() as u64)),
    }
}

/// A share in 0..=1 as a whole percentage; only nothing is `0%` and only all is `100%`.
pub fn percent(share: f64) -> String {
    let whole = (share * 100.0).round();
    match share {
        _ if share > 0.0 && whole < 1.0 => "<1%".to_owned(),
        _ if share < 1.0 && whole >= 100.0 => "99%".to_owned(),
        _ => format!("{whole:.0}%"),
    }
}

/// A number with its thousands set apart, for places with room: `3,100`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A noun with its number, in the plural where the number is not one.
pub fn counted(number: usize, noun: &str) -> String {
    let plural = match noun {
        _ if number == 1 => noun.to_owned(),
        _ if noun.ends_with('y') && !noun.ends_with("ay") => {
            format!("{}ies", noun.trim_end_matches('y'))
        }
        _ if noun.ends_with("ch") || noun.ends_with('s') => format!("{noun}es"),
        _ => format!("{noun}s"),
    };
    format!("{} {plural}", grouped(number as u64))
}

fn scaled(number: f64, step: f64, units: &[&str]) -> String {
    let (mut rest, mut unit) = (number, units.first().copied().unwrap_or(""));
    let mut scaled = false;
    for next in units.iter().skip(1) {
        // Rounding must not print the step itself: 999 960 is 1.0M, not 1000k.
        if rest < step - 0.5 && (!scaled || rest < 999.5) {
            break;
        }
        rest /= step;
        unit = next;
        scaled = true;
    }
    if scaled && rest < 9.95 { format!("{rest:.1}{unit}") } else { format!("{rest:.0}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stay_narrow() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1.0k"),
            (3120, "3.1k"),
            (9_960, "10k"),
            (42_499, "42k"),
            (999_960, "1.0M"),
            (1_234_567, "1.2M"),
            (u64::MAX, "18E"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn bytes_count_in_powers_of_two() {
        for (number, text) in
            [(0, "0B"), (1023, "1023B"), (1024, "1.0K"), (1_230, "1.2K"), (1_048_000, "1.0M")]
        {
            assert_eq!(bytes(number), text);
        }
    }

    #[test]
    fn dollars_never_hide_a_cost() {
        for (amount, text) in [
            (0.0, "$0"),
            (0.000_01, "<$0.0001"),
            (0.0042, "$0.0042"),
            (0.424, "$0.42"),
            (12.3, "$12.30"),
            (1234.0, "$1.2k"),
            (f64::NAN, "$?"),
        ] {
            assert_eq!(dollars(amount), text);
        }
    }

    #[test]
    fn a_percentage_is_exact_at_both_ends() {
        assert_eq!([0.0, 0.001, 0.5, 0.999, 1.0].map(percent), ["0%", "<1%", "50%", "99%", "100%"]);
    }

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(counted(1, "branch"), "1 branch");
        assert_eq!(counted(3, "branch"), "3 branches");
        assert_eq!(counted(0, "entry"), "0 entries");
        assert_eq!(counted(12_345, "session"), "12,345 sessions");
    }
}
