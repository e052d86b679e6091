//! Carries the JSON found in a text over to the text after a replacement, without reading it again.
//!
//! Most replacements change something inside a literal, such as a path. Then what was JSON still is,
//! and only places move.

use std::borrow::Cow;

use super::embedded::{Fragment, Leaf};
use super::tape::Edit;

/// Whether all edits lie inside literals without escapes, and put nothing there that would end the
/// literal or need an escape.
pub(super) fn fit(fragments: &[Fragment<'_>], edits: &[Edit], after: &str) -> bool {
    let mut leaves = fragments.iter().flat_map(|fragment| &fragment.leaves).peekable();
    edits.iter().all(|edit| {
        while leaves.next_if(|leaf| leaf.range.end <= edit.was.start).is_some() {}
        let holds = |leaf: &&Leaf<'_>| {
            matches!(leaf.text, Some(Cow::Borrowed(_)))
                && leaf.range.start < edit.was.start
                && edit.was.end < leaf.range.end
        };
        let is_plain =
            |text: &str| text.bytes().all(|byte| byte >= b' ' && !b"\"\\".contains(&byte));
        leaves.peek().is_some_and(holds) && after.get(edit.now.clone()).is_some_and(is_plain)
    })
}

/// The fragments as they stand in the text after edits that [`fit`].
pub(super) fn carried<'t>(
    mut fragments: Vec<Fragment<'t>>,
    edits: &[Edit],
    after: &'t str,
) -> Vec<Fragment<'t>> {
    let mut edits = edits.iter().peekable();
    let (mut was, mut now) = (0, 0);
    // Places are asked for in order.
    let mut place = |at: usize| {
        while let Some(edit) = edits.next_if(|edit| edit.was.end <= at) {
            (was, now) = (edit.was.end, edit.now.end);
        }
        now + (at - was)
    };
    for fragment in &mut fragments {
        let start = place(fragment.range.start);
        for leaf in &mut fragment.leaves {
            leaf.range = place(leaf.range.start)..place(leaf.range.end);
            if let Some(Cow::Borrowed(text)) = &mut leaf.text {
                *text = after.get(leaf.range.start + 1..leaf.range.end - 1).unwrap_or_default();
            }
        }
        fragment.range = start..place(fragment.range.end);
    }
    fragments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Layer;
    use crate::redact::embedded::fragments;
    use crate::redact::tape::{Change, Tape};

    /// The text after the replacements and its fragments, if they could be carried over.
    fn after(text: &str, replaced: &[(&str, &str)]) -> Option<()> {
        let mut tape = Tape::new(text, Layer::Paths);
        let change = |(what, replacement): &(&str, &str)| {
            let start = text.find(what).unwrap();
            let range = start..start + what.len();
            Change { range, replacement: (*replacement).to_owned(), rule: "path-home".into() }
        };
        tape.apply(replaced.iter().map(change).collect());
        let before = fragments(text);
        if !fit(&before, tape.edits(), tape.text()) {
            return None;
        }
        assert_eq!(carried(before, tape.edits(), tape.text()), fragments(tape.text()));
        Some(())
    }

    #[test]
    fn fragments_move_with_what_stands_before_them() {
        let text =
            r#"x {"a":"/home/kim/b","n":[1,"é /home/kim2"]} y {"c":["q","/srv/ws","z\n"]} z"#;
        assert_eq!(after(text, &[]), Some(()));
        assert_eq!(after(text, &[("/home/kim/", "~/")]), Some(()));
        assert_eq!(
            after(text, &[("/home/kim/", "~/"), ("/srv/ws", "$WORKSPACE_DIR"), ("z\\", "z\\")]),
            Some(())
        );
    }

    #[test]
    fn what_may_break_a_literal_is_read_again() {
        let text = r#"x {"a":"/home/kim/b","n":["b","z\n /srv"]} y"#;
        for replaced in
            [("x", "~"), ("a", "~"), ("kim", "\""), ("kim", "\\"), ("/srv", "~"), ("b\",", "~")]
        {
            assert_eq!(after(text, &[replaced]), None, "{replaced:?}");
        }
    }
}
