//! The records of CSV.
//!
//! A quoted field may hold commas, line feeds and doubled quotes, so a record may take several lines.
//! Knows nothing of what the fields mean.

/// The records of a text with the line on which each begins, from 1.
pub(super) struct Records<'t> {
    chars: std::iter::Peekable<std::str::Chars<'t>>,
    line: u64,
    /// Lines end with CR and LF, as a spreadsheet writes them; else a CR belongs to its field.
    crlf: bool,
}

impl<'t> Records<'t> {
    /// Takes the first line for a pattern of how lines end.
    pub(super) fn new(text: &'t str) -> Self {
        let crlf = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
        Self { chars: text.chars().peekable(), line: 1, crlf }
    }

    fn take(&mut self) -> Option<char> {
        let taken = self.chars.next();
        self.line += u64::from(taken == Some('\n'));
        taken
    }

    /// A field and whether it ends its record.
    fn field(&mut self) -> (String, bool) {
        let mut field = String::new();
        if self.chars.next_if_eq(&'"').is_some() {
            self.quoted(&mut field);
        }
        loop {
            match self.take() {
                Some(',') => return (field, false),
                Some('\n') | None => {
                    if self.crlf && field.ends_with('\r') {
                        field.pop();
                    }
                    return (field, true);
                }
                Some(other) => field.push(other),
            }
        }
    }

    /// What follows an opening quote, up to the closing one.
    fn quoted(&mut self, field: &mut String) {
        while let Some(taken) = self.take() {
            if taken != '"' {
                field.push(taken);
            } else if self.chars.next_if_eq(&'"').is_some() {
                field.push('"');
            } else {
                return;
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = (u64, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        self.chars.peek()?;
        let line = self.line;
        let mut record = Vec::new();
        loop {
            let (field, last) = self.field();
            record.push(field);
            if last {
                return Some((line, record));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_hold_whatever_is_quoted_and_line_ends_are_those_of_the_first_line() {
        let records = |text| Records::new(text).collect::<Vec<_>>();
        assert_eq!(
            records("a,b\n\"x\ny\",\"q\"\"\"\nc,d\r\n"),
            [
                (1, vec!["a".to_owned(), "b".into()]),
                (2, vec!["x\ny".into(), "q\"".into()]),
                (4, vec!["c".into(), "d\r".into()]),
            ]
        );
        let windows = [(1, vec!["a".to_owned()]), (2, vec!["b".into(), String::new()])];
        assert_eq!(records("a\r\nb,\r\n"), windows);
        assert_eq!(records("a\r\nb,"), windows);
    }
}
