//! Cuts a date text into the tokens that JavaScript's engine in Node sees.
//!
//! The rules are old and lax: words count by their first three letters, anything that is neither
//! word, number nor one of a few signs is skipped, and so is text in parentheses.

use std::str::Chars;

use crate::js::text::is_white_space;

/// Digits beyond these are read over.
const SIGNIFICANT: usize = 9;

/// A piece of a date text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// The end of the text.
    End,
    /// Digits: their value (of the first nine after leading zeros) and how many there are.
    Number(i64, usize),
    /// One of `:`, `-`, `+`, `.`, `)`.
    Symbol(char),
    /// A run of letters, or of anything else that sorts after `@`.
    Word(Word),
    /// One white space character.
    Blank,
    /// Anything else, text in parentheses included.
    Other,
}

/// What a word means in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The hours that `am` or `pm` adds to a clock of twelve hours.
    Half(i64),
    /// A month, from 1.
    Month(i64),
    /// A time zone, in hours east of UTC.
    Zone(i64),
    /// The zone `Z`, the only one that ISO dates know.
    Zulu,
    /// The `T` between date and time.
    TimeSeparator,
    /// Any other word.
    Unknown,
}

/// Reads tokens, with one looked at ahead.
pub(super) struct Scanner<'a> {
    rest: Chars<'a>,
    ahead: Token,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // The engine's reader takes NUL for the end.
        let text = text.split('\0').next().unwrap_or_default();
        let mut scanner = Self { rest: text.chars(), ahead: Token::End };
        scanner.next();
        scanner
    }

    /// The token that [`next`](Self::next) will take.
    pub(super) const fn peek(&self) -> Token {
        self.ahead
    }

    /// Takes a token.
    pub(super) fn next(&mut self) -> Token {
        let next = self.scan();
        std::mem::replace(&mut self.ahead, next)
    }

    /// Takes a symbol if it is the next token.
    pub(super) fn skip(&mut self, symbol: char) -> bool {
        let found = self.ahead == Token::Symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    /// Takes a number if it is the next token and has exactly so many digits.
    pub(super) fn fixed(&mut self, digits: usize) -> Option<i64> {
        match self.ahead {
            Token::Number(number, length) if length == digits => {
                self.next();
                Some(number)
            }
            _ => None,
        }
    }

    fn scan(&mut self) -> Token {
        let Some(first) = self.rest.clone().next() else {
            return Token::End;
        };
        if first.is_ascii_digit() {
            return self.number();
        }
        if is_word_char(first) {
            return Token::Word(self.word());
        }
        self.rest.next();
        match first {
            ':' | '-' | '+' | '.' | ')' => Token::Symbol(first),
            '(' => {
                self.parentheses();
                Token::Other
            }
            _ if is_white_space(first) => Token::Blank,
            _ => Token::Other,
        }
    }

    fn number(&mut self) -> Token {
        let digits = self.take_while(|char| char.is_ascii_digit());
        let significant = digits.trim_start_matches('0').chars().take(SIGNIFICANT);
        let value = significant
            .fold(0, |value, digit| value * 10 + i64::from(digit.to_digit(10).unwrap_or_default()));
        Token::Number(value, digits.len())
    }

    fn word(&mut self) -> Word {
        let word = self.take_while(is_word_char);
        let lower = |char: char| char.to_ascii_lowercase();
        let prefix: String = word.chars().take(3).map(lower).collect();
        if let Some(month) = month(&prefix) {
            return Word::Month(month);
        }
        if word.chars().count() > 3 {
            return Word::Unknown;
        }
        match prefix.as_str() {
            "am" => Word::Half(0),
            "pm" => Word::Half(12),
            "z" => Word::Zulu,
            "ut" | "utc" | "gmt" => Word::Zone(0),
            "edt" => Word::Zone(-4),
            "est" | "cdt" => Word::Zone(-5),
            "cst" | "mdt" => Word::Zone(-6),
            "mst" | "pdt" => Word::Zone(-7),
            "pst" => Word::Zone(-8),
            "t" => Word::TimeSeparator,
            _ => Word::Unknown,
        }
    }

    /// Reads over a parenthesis that is already open, to its end or that of the text.
    fn parentheses(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.rest.next() {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    fn take_while(&mut self, mut holds: impl FnMut(char) -> bool) -> &'a str {
        let text = self.rest.as_str();
        let end = text.find(|char| !holds(char)).unwrap_or(text.len());
        let (taken, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        self.rest = rest.chars();
        taken
    }
}

fn is_word_char(char: char) -> bool {
    char >= 'A' && !is_white_space(char)
}

fn month(prefix: &str) -> Option<i64> {
    const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let names = MONTHS.as_bytes().chunks_exact(3);
    let place = names.into_iter().position(|name| name == prefix.as_bytes())?;
    Some(place as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut scanner = Scanner::new(text);
        std::iter::from_fn(|| Some(scanner.next()).filter(|token| *token != Token::End)).collect()
    }

    #[test]
    fn words_count_by_their_first_letters() {
        for (text, word) in [
            ("MAY", Word::Month(5)),
            ("septembre", Word::Month(9)),
            ("Pm", Word::Half(12)),
            ("z", Word::Zulu),
            ("GMT", Word::Zone(0)),
            ("PST", Word::Zone(-8)),
            ("T", Word::TimeSeparator),
            ("zulu", Word::Unknown),
            ("ja", Word::Unknown),
            ("é", Word::Unknown),
        ] {
            assert_eq!(tokens(text), [Token::Word(word)], "{text}");
        }
    }

    #[test]
    fn the_rest_is_numbers_signs_and_what_is_skipped() {
        let expected = [
            Token::Number(7, 3),
            Token::Symbol('-'),
            Token::Other,
            Token::Blank,
            Token::Number(123_456_789, 11),
            Token::Other,
            Token::Symbol(')'),
        ];
        assert_eq!(tokens("007-,\u{a0}01234567899(a(b)c))\u{0}5"), expected);
        assert_eq!(tokens("(never closed 1"), [Token::Other]);
    }
}
