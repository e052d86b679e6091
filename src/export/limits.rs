//! How large a session may be: OpenClaw's limits, with its messages.
//!
//! A limit is passed when it is exceeded, not when it is reached. Callers check before they read
//! bodies, so that nothing is created and little is read for a session that is too large.

use super::Error;
use super::source::RuntimeFrom;
use crate::model::entry::Rules;

/// Most bytes of a transcript, and of its runtime events.
pub const MAX_BYTES: u64 = 52_428_800;

/// Most runtime events.
pub const MAX_RUNTIME_EVENTS: u64 = 200_000;

/// Most events in all.
pub const MAX_EVENTS: u64 = 250_000;

/// Checks the size of a transcript: of the file, or of all rows of the session with one byte between
/// two of them.
///
/// # Errors
///
/// [`Error::TooLarge`].
pub fn check_transcript(rules: Rules, bytes: u64) -> Result<(), Error> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(Error::TooLarge(match rules {
        Rules::Files => {
            format!(
                "Trajectory session file is too large to export ({bytes} bytes; limit {MAX_BYTES})"
            )
        }
        Rules::Database => format!(
            "Trajectory transcript store is too large to export (at least {bytes} bytes; limit {MAX_BYTES})"
        ),
    }))
}

/// Checks the size and number of runtime events; sizes as in [`check_transcript`].
///
/// # Errors
///
/// [`Error::TooLarge`].
pub fn check_runtime(from: RuntimeFrom, bytes: u64, events: u64) -> Result<(), Error> {
    let (many, large) = (events > MAX_RUNTIME_EVENTS, bytes > MAX_BYTES);
    Err(Error::TooLarge(match from {
        RuntimeFrom::File if large => format!(
            "Trajectory runtime file is too large to export ({bytes} bytes; limit {MAX_BYTES})"
        ),
        RuntimeFrom::File if many => format!(
            "Trajectory runtime file has too many events to export (limit {MAX_RUNTIME_EVENTS})"
        ),
        RuntimeFrom::Rows if many => format!(
            "Trajectory runtime store has too many events to export ({events}; limit {MAX_RUNTIME_EVENTS})"
        ),
        RuntimeFrom::Rows if large => format!(
            "Trajectory runtime store is too large to export (at least {bytes} bytes; limit {MAX_BYTES})"
        ),
        RuntimeFrom::File | RuntimeFrom::Rows => return Ok(()),
    }))
}

/// Checks the number of all events.
///
/// # Errors
///
/// [`Error::TooLarge`].
pub fn check_events(events: u64) -> Result<(), Error> {
    if events <= MAX_EVENTS {
        return Ok(());
    }
    let message = format!("Trajectory export has too many events ({events}; limit {MAX_EVENTS})");
    Err(Error::TooLarge(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_limit_passes() {
        for rules in [Rules::Files, Rules::Database] {
            assert!(check_transcript(rules, MAX_BYTES).is_ok());
            assert!(check_transcript(rules, MAX_BYTES + 1).is_err());
        }
        for from in [RuntimeFrom::File, RuntimeFrom::Rows] {
            assert!(check_runtime(from, MAX_BYTES, MAX_RUNTIME_EVENTS).is_ok());
            assert!(check_runtime(from, MAX_BYTES + 1, 1).is_err());
            assert!(check_runtime(from, 1, MAX_RUNTIME_EVENTS + 1).is_err());
        }
        assert!(check_events(MAX_EVENTS).is_ok());
        let error = check_events(MAX_EVENTS + 1).unwrap_err().to_string();
        assert_eq!(error, "Trajectory export has too many events (250001; limit 250000)");
    }
}
