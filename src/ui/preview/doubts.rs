//! What the rules do not vouch for, and how much of each message is gone; below the list what the
//! selected row means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Left, foot};
use crate::config::theme::Role;
use crate::model::number;
use crate::model::review::{Doubt, Share, Uncovered};
use crate::ui::list;
use crate::ui::strip::{Strip, centred};
use crate::ui::theme::Look;
use crate::ui::wrap::Flow;

/// Draws the list and returns where its rows lie.
pub(super) fn draw(left: &Left<'_>, buf: &mut Buffer, area: Rect) -> Rect {
    let Left { preview, planned, look, .. } = *left;
    let (doubts, shares) = (&planned.review.uncovered, &planned.review.shares);
    let len = doubts.len() + shares.len();
    if len == 0 {
        let text = [
            ("Nothing stands out", Role::Title),
            ("No rule can vouch for what a text means: read it.", Role::Muted),
        ];
        centred(buf, look, area, &text);
        return area;
    }
    let at = |at: usize| (doubts.get(at), shares.get(at.saturating_sub(doubts.len())));
    let (rows, below) = foot::part(area);
    list::draw(buf, look, rows, (&preview.uncovered, len, !preview.inside), |row, strip| match at(
        row,
    ) {
        (Some(one), _) => doubt(strip, look, one),
        (None, Some(one)) => share(strip, look, one),
        (None, None) => {}
    });
    let row = at(preview.uncovered.selected);
    let lines = about(look, row, doubts.is_empty(), foot::width(below));
    foot::draw(look, buf, below, &lines);
    rows
}

/// What a row means, and what can be done about it.
fn about(
    look: &Look<'_>,
    row: (Option<&Uncovered>, Option<&Share>),
    is_clean: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let mut flow = Flow::new(width);
    let (title, what, advice) = match row {
        (Some(one), _) => {
            let advice = match one.kind {
                Doubt::Suspicious if one.strict_masks => {
                    "+ masks it in this bundle; so does the strict profile (s)."
                }
                Doubt::Suspicious => "+ masks it in this bundle.",
                Doubt::UnknownType => "Only the rules for any text looked at it: read it.",
                Doubt::Binary => "Not in the bundle; its type, size and digest are.",
            };
            let times = number::counted(one.times, "place");
            (one.kind.title(), format!("{}, in {times}", one.text), advice)
        }
        (None, Some(one)) => {
            let (hidden, total) = (number::bytes(one.hidden), number::bytes(one.total));
            let what = format!("{hidden} of {total} in event #{}", one.seq);
            let advice = if is_clean {
                "Where most is gone, look whether too much is. Nothing looks like a secret that was overlooked, but no rule can vouch for what a text means."
            } else {
                "Where most is gone, look whether too much is."
            };
            ("Masked share of a message", what, advice)
        }
        (None, None) => return Vec::new(),
    };
    for (text, role) in [(title, Role::Title), (&what, Role::Text), (advice, Role::Muted)] {
        flow.text(text, look.style(role));
        flow.end_line();
    }
    flow.finish()
}

fn doubt(strip: &mut Strip<'_>, look: &Look<'_>, one: &Uncovered) {
    let (word, role) = match one.kind {
        Doubt::Suspicious => ("suspect", Role::Error),
        Doubt::UnknownType => ("unknown", Role::Warning),
        Doubt::Binary => ("binary", Role::Note),
    };
    if one.times > 1 {
        strip.right(&format!("x{}", one.times), 20, look.style(Role::Muted)).right_skip(1);
    }
    strip.column(word, 8, look.style(role));
    strip.text(&one.text, look.style(Role::Text));
}

fn share(strip: &mut Strip<'_>, look: &Look<'_>, one: &Share) {
    strip.column("masked", 8, look.style(Role::Muted));
    strip.number(&number::percent(one.share()), 4, look.style(Role::Warning)).skip(1);
    strip.text(&format!("of #{} {}", one.seq, one.type_name), look.style(Role::Text));
}
