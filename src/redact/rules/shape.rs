//! Spells out the shorthand that shapes are written in.
//!
//! `{NAME}` stands for a list of names, found in any ASCII case, or for a piece; `{cs:NAME}` is the
//! list with its letters exactly as written. Inside a list a blank between words means that they
//! are joined by nothing, `-` or `_`; `~` means `-` or `_`.

use std::collections::BTreeMap;

/// The lists and pieces of one file.
pub(super) struct Shapes {
    known: Vec<(String, String)>,
}

impl Shapes {
    pub(super) fn new(
        lists: &BTreeMap<String, Vec<String>>,
        pieces: &BTreeMap<String, String>,
    ) -> Self {
        let mut shapes = Self { known: Vec::new() };
        // ECMAScript's `\s` and `\b`: the byte order mark is a space, U+0085 is not, words are ASCII.
        shapes.known.push(("{S}".into(), r"[\s\x{FEFF}--\x{85}]".into()));
        shapes.known.push(("{B}".into(), r"(?-u:\b)".into()));
        for (name, words) in lists {
            // The longest alternatives first: a list must match as a whole.
            let mut words: Vec<String> = words.iter().map(|word| alternative(word)).collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            let any = words.join("|");
            shapes.known.push((format!("{{{name}}}"), format!("(?i-u:{any})")));
            shapes.known.push((format!("{{cs:{name}}}"), format!("(?:{any})")));
        }
        let mut pieces: Vec<_> = pieces.iter().collect();
        // Pieces may use each other; one level per round is enough for what files hold.
        for _ in 0..pieces.len() {
            pieces.retain(|(name, piece)| {
                let spelt = shapes.expand(piece);
                let waits = pieces_used(&spelt);
                if !waits {
                    shapes.known.push((format!("{{{name}}}"), format!("(?:{spelt})")));
                }
                waits
            });
        }
        shapes
    }

    pub(super) fn expand(&self, shape: &str) -> String {
        self.known.iter().fold(shape.to_owned(), |shape, (name, spelt)| {
            if shape.contains(name.as_str()) { shape.replace(name.as_str(), spelt) } else { shape }
        })
    }
}

/// Whether a piece still holds a reference like `{Q}`.
fn pieces_used(shape: &str) -> bool {
    shape.match_indices('{').any(|(at, _)| {
        let rest = shape.get(at + 1..).unwrap_or_default();
        let escaped = shape.get(..at).is_some_and(|before| before.ends_with(['p', 'P', 'x', '\\']));
        !escaped && rest.starts_with(|first: char| first.is_ascii_uppercase())
    })
}

fn alternative(words: &str) -> String {
    let mut spelt = String::new();
    for char in words.chars() {
        match char {
            ' ' => spelt.push_str("[-_]?"),
            '~' => spelt.push_str("[-_]"),
            _ => spelt.push(char),
        }
    }
    spelt
}
