//! What the rules do not vouch for, and how much of each message is gone.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::preview::{Planned, Preview};
use crate::config::theme::Role;
use crate::model::number;
use crate::model::review::{Doubt, Share, Uncovered};
use crate::ui::list;
use crate::ui::strip::{Strip, centred};
use crate::ui::theme::Look;

/// Draws the list and returns where its rows lie.
pub(super) fn draw(
    preview: &Preview,
    planned: &Planned,
    (look, buf): (&Look<'_>, &mut Buffer),
    area: Rect,
) -> Rect {
    let review = &planned.review;
    let (doubts, shares) = (&review.uncovered, &review.shares);
    let len = doubts.len() + shares.len();
    if len == 0 {
        let text = [
            ("Nothing stands out", Role::Title),
            ("No rule can vouch for what a text means: read it.", Role::Muted),
        ];
        centred(buf, look, area, &text);
        return area;
    }
    list::draw(buf, look, area, (&preview.uncovered, len, !preview.inside), |at, strip| {
        match (doubts.get(at), shares.get(at.saturating_sub(doubts.len()))) {
            (Some(one), _) => doubt(strip, look, one),
            (None, Some(one)) => share(strip, look, one),
            (None, None) => {}
        }
    });
    area
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
