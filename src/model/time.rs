//! Times, ages and durations in words that fit a column.
//!
//! All instants are ms since the epoch, UTC; a clock time is shown in the zone that the state
//! names. Nothing here reads a clock: "now" is an argument.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::number::count;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago `then` is, in at most four characters: `now`, `2m`, `3h`, `5d`, `7w`, `2y`.
pub fn age(then: i64, now: i64) -> String {
    let past = now.saturating_sub(then);
    match past {
        _ if past < MINUTE => "now".to_owned(),
        _ if past < HOUR => format!("{}m", past / MINUTE),
        _ if past < DAY => format!("{}h", past / HOUR),
        _ if past < 14 * DAY => format!("{}d", past / DAY),
        _ if past < 365 * DAY => format!("{}w", past / (7 * DAY)),
        _ => format!("{}y", (past / (365 * DAY)).min(999)),
    }
}

/// A duration in at most seven characters: `14ms`, `3.2s`, `1m 02s`, `4h 07m`, `12d 3h`, `27y`.
pub fn duration(ms: i64) -> String {
    match ms.max(0) {
        ms if ms < SECOND => format!("{ms}ms"),
        ms if ms < 9_950 => format!("{:.1}s", ms as f64 / 1_000.0),
        ms if ms < MINUTE - 500 => format!("{:.0}s", ms as f64 / 1_000.0),
        ms if ms < HOUR - 500 => {
            let seconds = (ms + 500) / SECOND;
            format!("{}m {:02}s", seconds / 60, seconds % 60)
        }
        ms if ms < DAY => {
            let minutes = ((ms + MINUTE / 2) / MINUTE).min(DAY / MINUTE - 1);
            format!("{}h {:02}m", minutes / 60, minutes % 60)
        }
        ms if ms < 100 * DAY => format!("{}d {}h", ms / DAY, ms % DAY / HOUR),
        ms if ms < 10_000 * DAY => format!("{}d", ms / DAY),
        ms => format!("{}y", count((ms / (365 * DAY)) as u64)),
    }
}

/// A distance on the time axis with its sign: `+3.2s`.
pub fn offset(ms: i64) -> String {
    let sign = if ms < 0 { '-' } else { '+' };
    format!("{sign}{}", duration(ms.saturating_abs()))
}

/// The clock time `10:02:07`.
pub fn clock(time: i64, zone: &TimeZone) -> String {
    print(time, zone, "%H:%M:%S")
}

/// The clock time to the ms: `10:02:07.214`.
pub fn clock_ms(time: i64, zone: &TimeZone) -> String {
    print(time, zone, "%H:%M:%S%.3f")
}

/// The clock time to the minute with its zone: `10:31 UTC`.
pub fn clock_zone(time: i64, zone: &TimeZone) -> String {
    print(time, zone, "%H:%M %Z")
}

/// The day: `2026-05-01`.
pub fn day(time: i64, zone: &TimeZone) -> String {
    print(time, zone, "%Y-%m-%d")
}

/// Day and clock time: `2026-05-01 10:02:07`; the footer names the zone.
pub fn full(time: i64, zone: &TimeZone) -> String {
    print(time, zone, "%Y-%m-%d %H:%M:%S")
}

fn print(time: i64, zone: &TimeZone, format: &str) -> String {
    match Timestamp::from_millisecond(time) {
        Ok(time) => time.to_zoned(zone.clone()).strftime(format).to_string(),
        // Beyond year 9999: the number is all that can be said.
        Err(_) => format!("{time}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_take_the_largest_unit() {
        let now = 400 * DAY;
        for (past, text) in [
            (-5, "now"),
            (59 * SECOND, "now"),
            (2 * MINUTE, "2m"),
            (3 * HOUR, "3h"),
            (13 * DAY, "13d"),
            (21 * DAY, "3w"),
            (399 * DAY, "1y"),
        ] {
            assert_eq!(age(now - past, now), text);
        }
    }

    #[test]
    fn durations_round_within_their_unit() {
        for (ms, text) in [
            (-1, "0ms"),
            (14, "14ms"),
            (3_240, "3.2s"),
            (9_960, "10s"),
            (59_499, "59s"),
            (59_500, "1m 00s"),
            (62_000, "1m 02s"),
            (HOUR - 501, "59m 59s"),
            (4 * HOUR + 7 * MINUTE, "4h 07m"),
            (DAY - 1, "23h 59m"),
            (12 * DAY + 3 * HOUR, "12d 3h"),
            (9_999 * DAY, "9999d"),
            (10_000 * DAY, "27y"),
            (i64::MAX, "292My"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn clocks_follow_the_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let time = 1_777_629_727_214;
        assert_eq!(full(time, &TimeZone::UTC), "2026-05-01 10:02:07");
        assert_eq!(clock(time, &zone), "12:02:07");
        assert_eq!(clock_ms(time, &zone), "12:02:07.214");
        assert_eq!(clock_zone(time, &TimeZone::UTC), "10:02 UTC");
        assert_eq!(clock(i64::MAX, &zone), format!("{}ms", i64::MAX));
    }
}
