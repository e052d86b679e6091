//! Numbers as JavaScript prints them.
//!
//! Rust and JavaScript agree on the shortest digits that read back as the same double; they differ
//! in where the point goes, in when an exponent is used, and in how halves are rounded. This module
//! owns those differences.

/// The most decimals that JavaScript's `toFixed` allows.
const MAX_DECIMALS: usize = 100;

/// Prints a number as JavaScript's `String(number)` does.
///
/// The shortest digits that give the same double; an exponent from 1e21 up and below 1e-6; minus
/// zero is `0`; `NaN`, `Infinity` and `-Infinity` are spelled so.
pub fn to_string(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    if number.is_infinite() {
        return format!("{sign}Infinity");
    }
    // Below 2^53 a whole double is its own shortest form.
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        return (number as i64).to_string();
    }
    let scientific = shortest(number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    format!("{sign}{}", place_point(&digits, exponent.parse().unwrap_or_default()))
}

/// The shortest digits that read back as the same number, in the form `1.25e2`.
///
/// Where two shortest forms are equally near, JavaScript takes the even one and Rust the larger;
/// rounding the exact value to as many digits gives the even one. Only with 16 digits or more can
/// two forms mean the same double.
fn shortest(magnitude: f64) -> String {
    let found = format!("{magnitude:e}");
    let decimals = found.find('e').unwrap_or_default().saturating_sub(2);
    if decimals < 15 {
        return found;
    }
    let even = format!("{magnitude:.decimals$e}");
    // Beside a power of two the nearest form may belong to the neighbour.
    if even.parse() == Ok(magnitude) { even } else { found }
}

/// Writes `digits`, of which the first counts `10^exponent`, as `Number::toString` does.
fn place_point(digits: &str, exponent: i32) -> String {
    let point = exponent + 1;
    match point {
        1..=21 => {
            let whole = point.unsigned_abs() as usize;
            match digits.split_at_checked(whole) {
                Some((before, after)) if !after.is_empty() => format!("{before}.{after}"),
                _ => format!("{digits:0<whole$}"),
            }
        }
        -5..=0 => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        _ => {
            let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{first}{dot}{rest}e{exponent:+}")
        }
    }
}

/// Prints a number as `JSON.stringify` does: like [`to_string`], but `null` when it is not finite.
pub fn to_json(number: f64) -> String {
    if number.is_finite() { to_string(number) } else { "null".to_owned() }
}

/// Prints a number with a fixed number of decimals as JavaScript's `toFixed` does.
///
/// The exact binary value is rounded, halves away from zero: 1.005, which is a little less as a
/// double, gives `1.00`, and 2.5 gives `3` where Rust gives `2`. A negative number that rounds to
/// zero keeps its sign, minus zero does not. From 1e21 up, and for what is not finite, the result
/// is that of [`to_string`]. More than 100 decimals, an error in JavaScript, count as 100.
pub fn to_fixed(number: f64, decimals: usize) -> String {
    let magnitude = number.abs();
    if magnitude.is_nan() || magnitude >= 1e21 {
        return to_string(number);
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let decimals = decimals.min(MAX_DECIMALS);
    let rounded = match exact_half(magnitude, decimals) {
        Some(below) => round_up(&below),
        None => format!("{magnitude:.decimals$}"),
    };
    format!("{sign}{rounded}")
}

/// The digits below a number that lies exactly between two results, or nothing for another number.
///
/// A half has exactly `decimals + 1` decimals, the last of them a 5. Such a decimal fraction is a
/// double only when it has no more binary places than decimal ones, and then Rust prints it exactly.
fn exact_half(magnitude: f64, decimals: usize) -> Option<String> {
    // Scaling by a power of two is exact: at most 1e21 * 2^101.
    let scaled = magnitude * 2_f64.powi(decimals as i32 + 1);
    if scaled.fract() != 0.0 {
        return None;
    }
    let exact = format!("{magnitude:.0$}", decimals + 1);
    let below = exact.strip_suffix('5')?;
    Some(below.strip_suffix('.').unwrap_or(below).to_owned())
}

/// Adds one to the last digit of a decimal number.
fn round_up(number: &str) -> String {
    let mut carry = true;
    let mut reversed: Vec<char> = number
        .chars()
        .rev()
        .map(|char| match char {
            '9' if carry => '0',
            '0'..='8' if carry => {
                carry = false;
                char::from_digit(char.to_digit(10).unwrap_or_default() + 1, 10).unwrap_or('0')
            }
            other => other,
        })
        .collect();
    if carry {
        reversed.push('1');
    }
    reversed.into_iter().rev().collect()
}

#[cfg(test)]
#[expect(clippy::excessive_precision, reason = "the tables hold digits beyond those of a double")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Ordering;

    #[test]
    fn numbers_print_as_in_javascript() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (142.0, "142"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (1.5e21, "1.5e+21"),
            (-1.25e100, "-1.25e+100"),
            (0.000_001, "0.000001"),
            (0.000_001_5, "0.0000015"),
            (1e-7, "1e-7"),
            (1.23e-7, "1.23e-7"),
            (12_345_678_901_234_567_000.0, "12345678901234567000"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (-9_007_199_254_740_991.0, "-9007199254740991"),
            (249_445_289_821_275.125, "249445289821275.12"),
            (-1_624_366_943_200_248.25, "-1624366943200248.2"),
            (5e-324, "5e-324"),
            (9.5e-322, "9.5e-322"),
            (2_f64.powi(-1022), "2.2250738585072014e-308"),
            (2_f64.powi(-44), "5.684341886080802e-14"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(to_string(number), expected);
        }
        assert_eq!(to_json(f64::NAN), "null");
        assert_eq!(to_json(f64::NEG_INFINITY), "null");
        assert_eq!(to_json(-2.5), "-2.5");
    }

    #[test]
    fn fixed_decimals_round_as_in_javascript() {
        for (number, decimals, expected) in [
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (9.5, 0, "10"),
            (99.5, 0, "100"),
            (1.005, 2, "1.00"),
            (999.995, 2, "1000.00"),
            (123.456, 2, "123.46"),
            (0.031_25, 4, "0.0313"),
            (0.156_25, 4, "0.1563"),
            (70_368_744_177_664.015_625, 5, "70368744177664.01563"),
            (-1e-7, 2, "-0.00"),
            (-0.0, 2, "0.00"),
            (0.0, 0, "0"),
            (0.000_001, 7, "0.0000010"),
            (1e20, 2, "100000000000000000000.00"),
            (1e21, 2, "1e+21"),
            (-1e21, 2, "-1e+21"),
            (f64::NAN, 1, "NaN"),
            (f64::NEG_INFINITY, 0, "-Infinity"),
        ] {
            assert_eq!(to_fixed(number, decimals), expected, "{number} to {decimals}");
        }
        assert_eq!(to_fixed(5e-324, 100), format!("0.{}", "0".repeat(100)));
        assert_eq!(to_fixed(0.5, 1000), to_fixed(0.5, 100));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            let read: f64 = to_string(number).parse().unwrap();
            prop_assert_eq!(read.partial_cmp(&number), Some(Ordering::Equal));
        }

        /// Multiples of 1/1024 have exact decimals, which whole numbers can check.
        #[test]
        fn halves_go_away_from_zero(thousandths in 0_u64..1 << 40, decimals in 0_usize..9) {
            let scale = 10_u128.pow(decimals as u32);
            let rounded = (u128::from(thousandths) * scale * 2 + 1024) / 2048;
            let printed = to_fixed(thousandths as f64 / 1024.0, decimals);
            let digits: u128 = printed.replace('.', "").parse().unwrap();
            prop_assert_eq!(digits, rounded, "{}", printed);
        }
    }
}
