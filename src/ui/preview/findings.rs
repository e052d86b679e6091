//! What was masked, in groups.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::preview::findings::{FindingRow, GroupBy};
use crate::app::state::preview::{Planned, Preview};
use crate::config::theme::Role;
use crate::model::finding::Finding;
use crate::model::number;
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
    let pane = &preview.findings;
    if pane.rows.is_empty() {
        let text = [
            ("Nothing was masked", Role::Title),
            ("Look at what is not covered (3) before you trust that.", Role::Muted),
        ];
        centred(buf, look, area, &text);
        return area;
    }
    let state = (&pane.list, pane.rows.len(), !preview.inside);
    list::draw(buf, look, area, state, |at, strip| match pane.rows.get(at) {
        Some(FindingRow::Group(at)) => {
            let Some(group) = pane.groups.get(*at) else { return };
            let sign = if pane.is_open(group) { look.glyphs.open } else { look.glyphs.closed };
            let count = number::count(group.found.len() as u64);
            strip.right_column(&count, 5, 8, look.style(Role::Warning));
            strip.right_skip(1).text(sign, look.style(Role::Muted)).skip(1);
            strip.text(&group.title, look.style(Role::Text));
            let named = planned.titles.get(&*group.title).filter(|_| pane.by == GroupBy::Rule);
            if let Some(title) = named {
                strip.skip(2).text(title, look.style(Role::Muted));
            }
        }
        Some(FindingRow::Finding(at)) => {
            if let Some(finding) = planned.plan.findings.get(*at) {
                row(strip, look, pane.by, finding);
            }
        }
        None => {}
    });
    area
}

fn row(strip: &mut Strip<'_>, look: &Look<'_>, by: GroupBy, finding: &Finding) {
    let (muted, mark) = (look.style(Role::Muted), look.style(Role::Match));
    strip.skip(2);
    if by != GroupBy::Value && strip.room() > 36 {
        let shown: String = finding.replacement.chars().take(20).collect();
        strip.right(&shown, 16, mark).right_skip(1);
    }
    if by != GroupBy::File {
        strip.text(finding.file.as_deref().unwrap_or(""), look.style(Role::Text));
        strip.text(" ", muted);
    }
    if let Some(seq) = finding.event_seq {
        strip.text(&format!("#{seq} "), look.style(Role::Text));
    }
    strip.text(&tail(&finding.pointer, strip.room()), muted);
    if by != GroupBy::Rule && strip.room() > 4 {
        strip.skip(1).text(&finding.rule, look.style(Role::Faint));
    }
}

/// The end of a pointer that fits: it tells more than the beginning.
pub(super) fn tail(pointer: &str, room: usize) -> String {
    let mut shown = pointer;
    while shown.chars().count() > room {
        let Some((_, rest)) = shown.get(1..).and_then(|rest| rest.split_once('/')) else { break };
        shown = pointer.get(pointer.len() - rest.len() - 1..).unwrap_or(rest);
    }
    shown.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_pointer_is_kept() {
        assert_eq!(tail("/entries/12/message/content", 40), "/entries/12/message/content");
        assert_eq!(tail("/entries/12/message/content", 18), "/message/content");
        assert_eq!(tail("/content", 3), "/content");
    }
}
