//! Dates as JavaScript reads and writes them.
//!
//! A date is a number of milliseconds since 1970 UTC. Texts without a zone are local time, so the
//! zone is a parameter everywhere: nothing here looks at the environment or the clock.
//!
//! `token` cuts a text into words and numbers, `reader` makes sense of them.

mod reader;
mod token;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::value::Value;

/// The greatest distance from 1970, in milliseconds, that a JavaScript date can have.
pub const MAX_EPOCH_MS: i64 = 8_640_000_000_000_000;

const DAY_MS: i64 = 86_400_000;
/// The calendar repeats after 400 years.
const CYCLE_MS: i64 = 146_097 * DAY_MS;

/// Reads a date as `Date.parse` does, and returns UTC milliseconds since 1970.
///
/// ISO dates and, as JavaScript engines always have, many other forms (`2026-5-1`, `May 1, 2026`,
/// `Fri, 01 May 2026 10:00:00 GMT`); the order of trial and the odd results are those of the engine
/// in Node. A date alone is UTC in ISO form and local in all others; a time without a zone is local.
pub fn parse(text: &str, zone: &TimeZone) -> Option<i64> {
    reader::read(text, zone)
}

/// Writes UTC milliseconds since 1970 as `Date.prototype.toISOString` does, such as
/// `2026-05-01T10:00:00.000Z`, with a sign and six digits for years outside 0 to 9999.
///
/// Nothing when the date is beyond what JavaScript can hold.
pub fn to_iso(epoch_ms: i64) -> Option<String> {
    clip(epoch_ms)?;
    let (year, month, day) = civil_of_day(epoch_ms.div_euclid(DAY_MS));
    let time = epoch_ms.rem_euclid(DAY_MS);
    let (hour, minute) = (time / 3_600_000, time / 60_000 % 60);
    let (second, ms) = (time / 1000 % 60, time % 1000);
    let year =
        if (0..=9999).contains(&year) { format!("{year:04}") } else { format!("{year:+07}") };
    Some(format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"))
}

/// The date of a number of milliseconds: cut toward zero, nothing when it is no possible date.
pub fn from_number(number: f64) -> Option<i64> {
    (number.abs() <= MAX_EPOCH_MS as f64).then_some(number as i64)
}

/// The date that the `timestamp` of a transcript entry means, in UTC milliseconds since 1970.
///
/// A number is milliseconds, a string is read by [`parse`]; nothing for all else.
pub fn entry_epoch_ms<'v>(timestamp: impl Into<Option<&'v Value>>, zone: &TimeZone) -> Option<i64> {
    match timestamp.into()? {
        Value::Number(number) => from_number(*number),
        Value::String(text) => parse(&text.to_str_lossy(), zone),
        _ => None,
    }
}

/// The `ts` that OpenClaw's exporter gives the events of a transcript entry with this `timestamp`.
///
/// Always a date in the form of [`to_iso`]: 1970 when the timestamp is missing or means no date.
pub fn entry_timestamp<'v>(timestamp: impl Into<Option<&'v Value>>, zone: &TimeZone) -> String {
    entry_epoch_ms(timestamp, zone)
        .and_then(to_iso)
        .unwrap_or_else(|| "1970-01-01T00:00:00.000Z".to_owned())
}

fn clip(epoch_ms: i64) -> Option<i64> {
    (-MAX_EPOCH_MS..=MAX_EPOCH_MS).contains(&epoch_ms).then_some(epoch_ms)
}

/// The UTC date of a local one, both in milliseconds since 1970 on their own clock.
///
/// A time that occurs twice is the first of the two; one that is skipped is read with the offset
/// from before the change, as JavaScript does.
fn utc_of_local(local_ms: i64, zone: &TimeZone) -> Option<i64> {
    // JavaScript's years go further than those of the zone library. Far outside recorded history
    // the same rules hold every year, so a whole number of calendar cycles changes nothing.
    let cycles = local_ms.div_euclid(CYCLE_MS);
    let shift = (cycles - cycles.clamp(-29, 19)) * CYCLE_MS;
    let near = Timestamp::from_millisecond(local_ms - shift).ok()?;
    let clock = Offset::UTC.to_datetime(near);
    let utc = zone.to_ambiguous_timestamp(clock).compatible().ok()?;
    Some(utc.as_millisecond() + shift)
}

/// The number of days from 1970-01-01 to a date of the proleptic Gregorian calendar.
///
/// `day` may lie outside the month. After Howard Hinnant, "chrono-compatible low-level date
/// algorithms": years are counted from March, so that the leap day is their last.
fn day_of_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`day_of_civil`]: year, month and day of a number of days since 1970-01-01.
fn civil_of_day(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests;
