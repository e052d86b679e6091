//! What was masked, in groups; below them what the rule of the selected row says.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Left, foot};
use crate::app::state::preview::Planned;
use crate::app::state::preview::findings::{FindingRow, FindingsPane, Group, GroupBy};
use crate::config::theme::Role;
use crate::model::finding::Finding;
use crate::model::number;
use crate::ui::list;
use crate::ui::strip::{Strip, centred};
use crate::ui::wrap::Flow;

/// Draws the list and returns where its rows lie.
pub(super) fn draw(left: &Left<'_>, buf: &mut Buffer, area: Rect) -> Rect {
    let Left { preview, planned, look, .. } = *left;
    let pane = &preview.findings;
    if pane.rows.is_empty() {
        let text = [
            ("Nothing was masked", Role::Title),
            ("Look at what is not covered (3) before you trust that.", Role::Muted),
        ];
        centred(buf, look, area, &text);
        return area;
    }
    let (rows, below) = foot::part(area);
    let state = (&pane.list, pane.rows.len(), !preview.inside);
    list::draw(buf, look, rows, state, |at, strip| match pane.rows.get(at) {
        Some(FindingRow::Group(at)) => {
            if let Some(group) = pane.groups.get(*at) {
                head(strip, left, pane, group);
            }
        }
        Some(FindingRow::Finding(at)) => {
            if let Some(finding) = planned.plan.findings.get(*at) {
                row(strip, left, (*at, finding));
            }
        }
        None => {}
    });
    foot::draw(look, buf, below, &about(left, foot::width(below)));
    rows
}

/// The row of a group: what it is called, what that means, how many findings it has.
fn head(strip: &mut Strip<'_>, left: &Left<'_>, pane: &FindingsPane, group: &Group) {
    let Left { planned, look, .. } = *left;
    let (text, muted) = (look.style(Role::Text), look.style(Role::Muted));
    let sign = if pane.is_open(group) { look.glyphs.open } else { look.glyphs.closed };
    let count = number::count(group.found.len() as u64);
    strip.right_column(&count, 5, 8, look.style(Role::Warning));
    strip.right_skip(1).text(sign, muted).skip(1);
    let first = group.found.first().and_then(|at| planned.plan.findings.get(*at));
    match pane.by {
        GroupBy::Rule => {
            let title = planned.rule_title(&group.title);
            strip.text(title, text);
            if title != group.title {
                strip.skip(2).text(&group.title, muted);
            }
        }
        GroupBy::Entry => {
            strip.text(&group.title, text);
            let document = first.and_then(|finding| planned.document(finding));
            if let Some(line) = document.and_then(|document| planned.event_line(document)) {
                strip.skip(2).text(&line.type_name, muted).skip(1).text(&line.summary, muted);
            }
        }
        GroupBy::File | GroupBy::Value => {
            strip.text(&group.title, text);
        }
    }
}

/// What the rule of the selected row says; of a group with several rules, how often each of them
/// masked something.
fn about(left: &Left<'_>, width: usize) -> Vec<Line<'static>> {
    let Left { preview, planned, look, .. } = *left;
    let (text, muted) = (look.style(Role::Text), look.style(Role::Muted));
    let at = preview.findings.of_selected().iter();
    let found: Vec<&Finding> = at.filter_map(|at| planned.plan.findings.get(*at)).collect();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &found {
        *rules.entry(&finding.rule).or_insert(0) += 1;
    }
    let mut flow = Flow::new(width);
    if rules.len() > 1 {
        let mut rules: Vec<_> = rules.into_iter().collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (rule, count) in rules {
            flow.text(&format!("{} ", number::count(count as u64)), look.style(Role::Warning));
            flow.text(planned.rule_title(rule), text);
            flow.end_line();
        }
        return flow.finish();
    }
    let Some(finding) = found.first() else { return Vec::new() };
    flow.text(planned.rule_title(&finding.rule), look.style(Role::Title));
    flow.end_line();
    let rule = planned.rules.get(&finding.rule);
    if let Some(rule) = rule.filter(|rule| !rule.description.is_empty()) {
        flow.text(&rule.description, text);
        flow.end_line();
    }
    flow.text(&format!("{}, {}", finding.rule, finding.layer.name()), muted);
    if let Some(rule) = rule {
        flow.text(&format!(", {} severity", rule.severity.word()), muted);
    }
    if let Some(rule) = rule.filter(|rule| !rule.source.is_empty()) {
        flow.text(&format!(", from {}", rule.source), muted);
    }
    flow.finish()
}

fn row(strip: &mut Strip<'_>, left: &Left<'_>, (at, finding): (usize, &Finding)) {
    let Left { preview, planned, look, .. } = *left;
    let by = preview.findings.by;
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
    let which = which(planned, at, finding);
    let place =
        tail(&finding.pointer, strip.room().saturating_sub(which.len()), look.glyphs.ellipsis);
    strip.text(&place, muted).text(&which, look.style(Role::Text));
    if by != GroupBy::Rule && strip.room() > 4 {
        strip.skip(1).text(&finding.rule, look.style(Role::Faint));
    }
}

/// Which of several places in one string a finding is, ` 2/3`: nothing else tells them apart.
fn which(planned: &Planned, at: usize, finding: &Finding) -> String {
    let Some(document) = planned.document(finding) else { return String::new() };
    let same = planned.findings_at(document, &finding.pointer);
    let (mut number, mut len) = (0, 0);
    for (other, _) in same {
        len += 1;
        number += usize::from(other <= at);
    }
    if len > 1 { format!(" {number}/{len}") } else { String::new() }
}

/// The end of a pointer that fits, as it tells more than the beginning; `more` stands for what is
/// left out. Whole steps where these do not waste the room.
pub(super) fn tail(pointer: &str, room: usize, more: &str) -> String {
    let len = pointer.chars().count();
    if len <= room {
        return pointer.to_owned();
    }
    let room = room.saturating_sub(more.chars().count());
    let ends = |cut: usize| pointer.char_indices().nth(cut).and_then(|(at, _)| pointer.get(at..));
    let end = ends(len.saturating_sub(room)).unwrap_or_default();
    let steps = end.find('/').and_then(|at| end.get(at..));
    let fitting = steps.filter(|steps| steps.chars().count() * 2 >= room);
    format!("{more}{}", fitting.unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_pointer_is_kept() {
        let end = |room| tail("/entries/12/message/content", room, "…");
        assert_eq!(end(40), "/entries/12/message/content");
        assert_eq!(end(18), "…/message/content");
        assert_eq!(end(12), "…/content");
        assert_eq!(tail("/data/message/content/0", 12, "…"), "…/content/0");
        assert_eq!(tail("/data/message/content/0", 8, "…"), "…ntent/0", "more than …/0");
        assert_eq!(tail("/content", 3, "…"), "…nt");
    }
}
