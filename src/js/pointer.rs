//! The tokens of JSON Pointers (RFC 6901): names of members and positions of elements.
//!
//! In a pointer every token stands behind a `/`; inside a token `~1` stands for `/` and `~0` for `~`.

use std::borrow::Cow;

/// Makes a pointer lead one step deeper, to the member or element that a token names.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for char in token.chars() {
        match char {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            char => pointer.push(char),
        }
    }
}

/// The tokens of a pointer in order, as the document spells them.
pub fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|token| {
        if token.contains('~') {
            token.replace("~1", "/").replace("~0", "~").into()
        } else {
            token.into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_out_as_they_went_in() {
        let names = ["a", "", "x/y", "~", "~1", "/~0/", "é"];
        let mut pointer = String::new();
        for name in names {
            push(&mut pointer, name);
        }
        assert_eq!(pointer, "/a//x~1y/~0/~01/~1~00~1/é");
        assert_eq!(tokens(&pointer).collect::<Vec<_>>(), names);
        assert_eq!(tokens("").count(), 0);
    }
}
