//! Makes a date of tokens, as JavaScript's engine in Node does.
//!
//! First the ISO form of the ECMAScript standard is tried, with the extensions that the engine
//! allows (`±hhmm`, any number of decimals). Where a text leaves that form, the lax older rules
//! take over with what has been read so far: numbers are collected in order and sorted into day,
//! time and offset by what surrounds them. Only a text that has left the form after its `T` is
//! refused at once.

use jiff::tz::TimeZone;

use super::token::{Scanner, Token, Word};
use super::{DAY_MS, clip, day_of_civil, utc_of_local};

/// Reads a date; see [`parse`](super::parse).
pub(super) fn read(text: &str, zone: &TimeZone) -> Option<i64> {
    let mut reader = Reader {
        scanner: Scanner::new(text),
        day: Day::default(),
        time: Time::default(),
        offset: UtcOffset::default(),
        seen_number: false,
    };
    match reader.iso_date() {
        Ok(()) if reader.scanner.peek() == Token::Word(Word::TimeSeparator) => reader.iso_time()?,
        Ok(()) if reader.scanner.peek() == Token::End => {
            reader.day.iso = true;
            reader.offset.set_hours(0);
        }
        Ok(()) => {
            let token = reader.scanner.next();
            reader.lax(token)?;
        }
        Err(token) => reader.lax(token)?,
    }
    reader.finish(zone)
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    day: Day,
    time: Time,
    offset: UtcOffset,
    seen_number: bool,
}

impl Reader<'_> {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, the year perhaps as sign and six digits. The error
    /// is the first token that does not fit, with which the lax rules go on.
    fn iso_date(&mut self) -> Result<(), Token> {
        if let Token::Symbol(sign @ ('+' | '-')) = self.scanner.peek() {
            let token = self.scanner.next();
            let year = self.scanner.fixed(6).ok_or(token)?;
            if sign == '-' && year == 0 {
                return Err(token);
            }
            self.day.add(if sign == '-' { -year } else { year });
        } else {
            let year = self.scanner.fixed(4).ok_or_else(|| self.scanner.next())?;
            self.day.add(year);
        }
        for limit in [12, 31] {
            if !self.scanner.skip('-') {
                break;
            }
            match self.scanner.peek() {
                Token::Number(number, 2) if (1..=limit).contains(&number) => {
                    self.scanner.next();
                    self.day.add(number);
                }
                _ => return Err(self.scanner.next()),
            }
        }
        Ok(())
    }

    /// Reads `THH:MM[:SS[.f…]]` and a zone, up to the end of the text.
    fn iso_time(&mut self) -> Option<()> {
        self.scanner.next();
        let hour = self.two_digits(24)?;
        self.time.add(hour);
        // 24:00:00 is the end of a day; no other time may begin with 24.
        let limit = if hour == 24 { 0 } else { 59 };
        self.scanner.skip(':').then_some(())?;
        let minute = self.two_digits(limit)?;
        self.time.add(minute);
        if self.scanner.skip(':') {
            let second = self.two_digits(limit)?;
            self.time.add(second);
            if self.scanner.skip('.') {
                let fraction = self.scanner.next();
                self.time.add(milliseconds(fraction)?);
                (hour < 24 || matches!(fraction, Token::Number(0, _))).then_some(())?;
            }
        }
        self.iso_offset()?;
        self.day.iso = true;
        (self.scanner.peek() == Token::End).then_some(())
    }

    fn iso_offset(&mut self) -> Option<()> {
        let sign = match self.scanner.peek() {
            Token::Word(Word::Zulu) => {
                self.scanner.next();
                self.offset.set_hours(0);
                return Some(());
            }
            Token::Symbol('+') => 1,
            Token::Symbol('-') => -1,
            _ => return Some(()),
        };
        self.scanner.next();
        let (hour, minute) = if let Some(both) = self.scanner.fixed(4) {
            (both / 100, both % 100)
        } else {
            let hour = self.two_digits(23)?;
            self.scanner.skip(':').then_some(())?;
            (hour, self.two_digits(59)?)
        };
        self.offset = UtcOffset { sign: Some(sign), hour: Some(hour), minute: Some(minute) };
        (hour <= 23 && minute <= 59).then_some(())
    }

    fn two_digits(&mut self, limit: i64) -> Option<i64> {
        self.scanner.fixed(2).filter(|number| *number <= limit)
    }

    /// Reads the rest of the text by the lax rules, from a token that has been taken already.
    fn lax(&mut self, mut token: Token) -> Option<()> {
        self.seen_number = self.day.filled > 0;
        while token != Token::End {
            match token {
                Token::Number(number, _) => {
                    self.seen_number = true;
                    self.lax_number(number)?;
                }
                Token::Word(word) => self.lax_word(word)?,
                Token::Symbol(sign @ ('+' | '-'))
                    if self.offset.is_utc() || self.time.filled > 0 =>
                {
                    self.lax_offset(if sign == '-' { -1 } else { 1 })?;
                }
                Token::Symbol('+' | '-' | ')') if self.seen_number => return None,
                _ => {}
            }
            token = self.scanner.next();
        }
        Some(())
    }

    fn lax_number(&mut self, number: i64) -> Option<()> {
        if self.scanner.skip(':') {
            if self.scanner.skip(':') {
                (self.time.filled == 0).then_some(())?;
                self.time.add(number);
                return self.time.add(0);
            }
            self.time.add(number)?;
            self.scanner.skip('.');
            return Some(());
        }
        if self.scanner.skip('.') && self.time.expects(number) {
            self.time.add(number);
            let ms = milliseconds(self.scanner.next())?;
            return self.time.end_with(ms);
        }
        if self.offset.expects_minute(number) {
            self.offset.minute = Some(number);
            return Some(());
        }
        if self.time.expects(number) {
            self.time.end_with(number)?;
            let next = self.scanner.peek();
            let ends = matches!(
                next,
                Token::End | Token::Blank | Token::Word(Word::Zulu) | Token::Symbol('+' | '-')
            );
            return ends.then_some(());
        }
        self.day.add(number)?;
        self.scanner.skip('-');
        Some(())
    }

    fn lax_word(&mut self, word: Word) -> Option<()> {
        match word {
            Word::Half(hours) if self.time.filled > 0 => self.time.half = Some(hours),
            Word::Month(month) => {
                self.day.month = Some(month);
                self.scanner.skip('-');
            }
            Word::Zone(hours) if self.seen_number => self.offset.set_hours(hours),
            Word::Zulu if self.seen_number => self.offset.set_hours(0),
            // Words before the first number are ignored, unless they touch it.
            _ => {
                let touches = matches!(self.scanner.peek(), Token::Number(..));
                (!self.seen_number && !touches).then_some(())?;
            }
        }
        Some(())
    }

    /// Reads the number after a sign: hours when a colon follows or it is short, else `hhmm`.
    fn lax_offset(&mut self, sign: i64) -> Option<()> {
        let (number, length) = match self.scanner.peek() {
            Token::Number(number, length) => {
                self.scanner.next();
                (number, length)
            }
            _ => (0, 0),
        };
        self.seen_number = true;
        let (hour, minute) = match (self.scanner.peek(), length) {
            (Token::Symbol(':'), _) => (number, None),
            (_, 1 | 2) => (number, Some(0)),
            (_, 3 | 4) => (number / 100, Some(number % 100)),
            _ => return None,
        };
        self.offset = UtcOffset { sign: Some(sign), hour: Some(hour), minute };
        Some(())
    }

    fn finish(&self, zone: &TimeZone) -> Option<i64> {
        let local = self.day.days()? * DAY_MS + self.time.milliseconds()?;
        let utc = match self.offset.milliseconds() {
            Some(offset) => local - offset,
            None => utc_of_local(local, zone)?,
        };
        clip(utc)
    }
}

/// A fraction of a second, cut to milliseconds.
fn milliseconds(token: Token) -> Option<i64> {
    let Token::Number(number, length) = token else {
        return None;
    };
    // Leading zeros beyond nine digits shift the value: the engine does so too.
    Some(match length.min(9) as u32 {
        short @ 0..=2 => number * 10_i64.pow(3 - short),
        long => number / 10_i64.pow(long - 3),
    })
}

/// Up to three numbers of a date, in the order in which they stand.
#[derive(Default)]
struct Day {
    parts: [Option<i64>; 3],
    filled: usize,
    month: Option<i64>,
    iso: bool,
}

impl Day {
    fn add(&mut self, number: i64) -> Option<()> {
        *self.parts.get_mut(self.filled)? = Some(number);
        self.filled += 1;
        Some(())
    }

    /// The days since 1970, or nothing when the numbers are no date.
    fn days(&self) -> Option<i64> {
        let is_day = |number: i64| (1..=31).contains(&number);
        let [first, second, third] = self.parts;
        let (first, second, third) = (first?, second.unwrap_or(1), third.unwrap_or(1));
        let (year, month, day) = match self.month {
            None if self.iso || !is_day(first) => (first, second, third),
            None => (third, first, second),
            Some(month) if !is_day(first) => (first, month, second),
            Some(month) => (second, month, first),
        };
        let year = match year {
            0..=49 if !self.iso => year + 2000,
            50..=99 if !self.iso => year + 1900,
            _ => year,
        };
        let possible = year.abs() <= 1_000_000 && (1..=12).contains(&month) && is_day(day);
        possible.then(|| day_of_civil(year, month, day))
    }
}

/// Hour, minute, second and millisecond, as far as they have been read.
#[derive(Default)]
struct Time {
    parts: [i64; 4],
    filled: usize,
    /// What `am` or `pm` adds to the hour.
    half: Option<i64>,
}

impl Time {
    fn add(&mut self, number: i64) -> Option<()> {
        *self.parts.get_mut(self.filled)? = number;
        self.filled += 1;
        Some(())
    }

    /// Adds the last number; the parts after it are zero.
    fn end_with(&mut self, number: i64) -> Option<()> {
        self.add(number)?;
        self.filled = self.parts.len();
        Some(())
    }

    /// Whether a number after a time that has begun can be its next part.
    fn expects(&self, number: i64) -> bool {
        match self.filled {
            1 | 2 => (0..=59).contains(&number),
            3 => (0..=999).contains(&number),
            _ => false,
        }
    }

    fn milliseconds(&self) -> Option<i64> {
        let [mut hour, minute, second, ms] = self.parts;
        if let Some(half) = self.half {
            (0..=12).contains(&hour).then_some(())?;
            hour = hour % 12 + half;
        }
        let ordinary = hour <= 23 && minute <= 59 && second <= 59 && ms <= 999;
        let end_of_day = [hour, minute, second, ms] == [24, 0, 0, 0];
        let total = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
        (ordinary || end_of_day).then_some(total)
    }
}

/// The offset from UTC, as far as it has been read.
#[derive(Default)]
struct UtcOffset {
    sign: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
}

impl UtcOffset {
    fn set_hours(&mut self, hours: i64) {
        let sign = if hours < 0 { -1 } else { 1 };
        *self = Self { sign: Some(sign), hour: Some(hours.abs()), minute: Some(0) };
    }

    fn is_utc(&self) -> bool {
        self.hour == Some(0) && self.minute == Some(0)
    }

    fn expects_minute(&self, number: i64) -> bool {
        self.hour.is_some() && self.minute.is_none() && (0..=59).contains(&number)
    }

    /// The offset in milliseconds east of UTC, or nothing when none was given: local time.
    fn milliseconds(&self) -> Option<i64> {
        let minutes = self.hour.unwrap_or_default() * 60 + self.minute.unwrap_or_default();
        self.sign.map(|sign| sign * minutes * 60_000)
    }
}
