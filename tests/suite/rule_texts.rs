//! What the preview tells about each rule: all of it is on the smallest usual screen.

use std::sync::Arc;

use clawscope::app::state::preview::Planned;
use clawscope::model::finding::{Finding, Layer};
use ratatui::buffer::Buffer;

use super::previewed::{planned, preview, previewed};
use super::stage::Stage;

/// The preview with one finding of every rule there is, on the list of findings.
fn of_every_rule(size: (u16, u16)) -> Stage {
    let mut stage = previewed(size, "r 2");
    let shown = planned(&stage);
    let mut plan = (*shown.plan).clone();
    let finding = |rule: &Arc<str>| Finding {
        rule: Arc::clone(rule),
        layer: Layer::Payload,
        file: Some(plan.files[0].name.into()),
        pointer: "".into(),
        event_seq: None,
        entry_id: None,
        range: 0..1,
        shown: 0..1,
        replacement: "*".to_owned(),
        group: 1,
    };
    plan.findings = shown.rules.keys().map(finding).collect();
    let (review, request) = (Arc::clone(&shown.review), shown.request.clone());
    let all = Planned::new(Arc::new(plan), review, request, Arc::clone(&shown.rules));
    let preview = stage.app.state.preview.as_deref_mut().unwrap();
    preview.findings.rebuild(&all, &all.plan);
    preview.planned = Some(Arc::new(all));
    stage.press("home");
    stage
}

/// The letters and signs below the list at the left, without blanks.
fn foot(frame: &Buffer, width: u16) -> String {
    let column = |x: u16, y: u16| frame[(x, y)].symbol();
    let rule = (2..frame.area.height).find(|y| column(1, *y) == "─").unwrap();
    let rows = rule + 1..frame.area.height - 2;
    let cells = rows.flat_map(|y| (1..width - 1).map(move |x| column(x, y)));
    cells.filter(|sign| *sign != " ").collect()
}

#[test]
fn everything_that_a_rule_says_is_on_a_small_screen() {
    let mut stage = of_every_rule((80, 24));
    let rules = Arc::clone(&planned(&stage).rules);
    let mut cut = Vec::new();
    for _ in 0..rules.len() {
        let frame = stage.draw();
        let at = preview(&stage).findings.selected().unwrap();
        let id = &planned(&stage).plan.findings[at].rule;
        let rule = &rules[id];
        let said = format!(
            "{} {} {id}, payload, {} severity, from {}",
            rule.title,
            rule.description,
            rule.severity.word(),
            rule.source
        );
        let said: String = said.split(' ').collect();
        if foot(&frame, 36) != said {
            cut.push(format!("{id}: {}", foot(&frame, 36)));
        }
        stage.press("down");
    }
    assert!(cut.is_empty(), "{} of {}:\n{}", cut.len(), rules.len(), cut.join("\n"));
}
