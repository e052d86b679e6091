//! Reading a bundle in its preview: places, searches, both ways to read a value, what is added to
//! be masked, and how the writing is stopped.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use clawscope::app::effect::{Effect, Event, Reply, Task};
use clawscope::app::key::Key;
use clawscope::app::state::layer::Layer;
use clawscope::app::state::preview::{Eye, Stage as Writing, View, Working};
use clawscope::js::value::Value;
use clawscope::model::bundle::{MANIFEST, Planning};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;

use super::hostile;
use super::previewed::{SECRETS, dialogue, planned, preview, previewed, write};
use super::stage::{Stage, lay_out_demo, text};

/// The pieces of the frame in this modifier, each with its line's text.
fn pieces(frame: &Buffer, modifier: Modifier) -> Vec<(String, String)> {
    let mut pieces = Vec::new();
    for y in 0..frame.area.height {
        let cells = || (0..frame.area.width).map(|x| &frame[(x, y)]);
        let line: String = cells().map(Cell::symbol).collect();
        let mut piece = String::new();
        for cell in cells() {
            if cell.modifier.contains(modifier) {
                piece.push_str(cell.symbol());
            } else if !piece.is_empty() {
                pieces.push((std::mem::take(&mut piece), line.clone()));
            }
        }
        if !piece.is_empty() {
            pieces.push((piece, line));
        }
    }
    pieces
}

#[test]
fn a_finding_leads_to_its_own_mark_among_equal_ones() {
    let mut stage = previewed((160, 50), "r 2 enter");
    let mut lines = Vec::new();
    for _ in 0..3 {
        let frame = stage.press("down").draw();
        let Some(Eye::Finding(at)) = preview(&stage).contents.eye else { panic!() };
        let replacement = &planned(&stage).plan.findings[at].replacement;
        let gone_to = pieces(&frame, Modifier::UNDERLINED);
        // In the tree's line and in the value below.
        assert!(gone_to.len() >= 2, "{gone_to:?}");
        assert!(gone_to.iter().all(|(piece, _)| piece.contains(&**replacement)), "{gone_to:?}");
        lines.push(gone_to.last().unwrap().1.clone());
    }
    lines.dedup();
    assert_eq!(lines.len(), 3, "each stands in a line of its own: {lines:?}");
}

#[test]
fn a_search_goes_through_all_files() {
    let mut stage = previewed((120, 40), "r /");
    write(&mut stage, "lantern");
    stage.press("enter");
    let mut files = Vec::new();
    let find = preview(&stage).find.as_ref().unwrap();
    let len = find.hits.as_ref().unwrap().places.len();
    assert!(len > 3);
    for _ in 0..len {
        let (file, _) = preview(&stage).contents.document;
        files.push(planned(&stage).plan.files[file].name);
        let shown = stage.text().to_lowercase();
        assert!(shown.contains("lantern"), "{shown}");
        stage.press("n");
    }
    files.dedup();
    assert!(files.contains(&"events.jsonl") && files.contains(&"session-branch.json"), "{files:?}");
    assert_eq!(preview(&stage).find.as_ref().unwrap().at, Some(0), "round the end");
    stage.press("N");
    assert_eq!(preview(&stage).find.as_ref().unwrap().at, Some(len - 1));
    assert!(stage.text().contains(&format!("/lantern {len}/{len}")));
    stage.press("esc");
    assert!(preview(&stage).find.is_none() && !stage.app.state.layers.is_empty());
    stage.press("/");
    write(&mut stage, "nowhere to be found");
    stage.press("enter");
    assert!(stage.text().contains("no match"));
}

#[test]
fn every_file_is_read_formatted_and_raw() {
    for size in [(80, 24), (120, 40)] {
        let mut stage = previewed(size, "r");
        let files = planned(&stage).plan.files.len();
        for at in 0..files {
            let name = planned(&stage).plan.files[at].name;
            stage.press("tab");
            let len = preview(&stage).contents_len();
            assert!(len > 0, "{name} has rows");
            stage.press("end z");
            let formatted = stage.press("home").text();
            let raw = stage.press("v").text();
            assert!(stage.text().contains("raw"), "{name}");
            hostile::check(&stage.draw(), name);
            assert!(!formatted.contains('\u{f0000}'), "{name}");
            // One line is the heading; a number, with which the manifest begins, reads the same.
            let lines = formatted.lines().zip(raw.lines());
            let differing = lines.filter(|(formatted, raw)| formatted != raw).count();
            assert_eq!(differing > 1, name != MANIFEST, "{name}:\n{formatted}\n{raw}");
            stage.press("v z tab down");
        }
    }
}

#[test]
fn a_zoomed_value_has_the_whole_screen() {
    let mut stage = previewed((80, 24), "r tab z");
    assert!(!stage.text().contains("2 Masked"), "{}", stage.text());
    // Both sides fit where one of them did not.
    let mut stage = previewed((120, 40), "r 2 enter tab b");
    assert_eq!(stage.text().matches("events.jsonl #12").count(), 1 + 3, "{}", stage.text());
    assert!(stage.press("z").text().contains("BEFORE"));
    assert_eq!(stage.text().matches("events.jsonl #12").count(), 2, "{}", stage.text());
    stage.press("z");
    assert!(stage.text().contains("2 Masked"));
}

#[test]
fn the_type_of_an_event_has_the_room_that_its_summary_has_no_use_for() {
    let mut stage = previewed((80, 24), "r down down down down");
    let text = stage.text();
    assert!(text.contains("#4 session.started ") && !text.contains("… 3 masked"), "{text}");
}

#[test]
fn masks_are_marked_in_formatted_records_and_in_raw_text() {
    let mut stage = previewed((120, 40), "");
    stage.theme("mono").press("r 1 down down down down tab z");
    let events = preview(&stage).contents_len();
    for _ in 0..events {
        if stage.text().contains("GITHUB_TOKEN=<redacted>") {
            break;
        }
        stage.press("down");
    }
    let marked = |frame: &Buffer| {
        let found = pieces(frame, Modifier::REVERSED);
        found.into_iter().filter(|(piece, _)| piece.trim() == "<redacted>").count()
    };
    assert!(marked(&stage.draw()) >= 3, "{}", stage.text());
    let raw = stage.press("v").draw();
    assert!(text(&raw).contains("SMTP_PASSWORD=***\\n\"}"), "{}", text(&raw));
    let all: String =
        pieces(&raw, Modifier::REVERSED).into_iter().map(|(piece, _)| piece).collect();
    assert!(all.matches("<redacted>").count() >= 3, "{all}");
}

#[test]
fn nothing_stood_before_in_the_manifest() {
    let mut stage = previewed((120, 40), "r b");
    assert!(stage.text().contains("The manifest is made for the bundle"), "{}", stage.text());
    stage.press("down");
    assert!(!stage.text().contains("The manifest is made"));
    stage.press("b down");
    assert!(!preview(&stage).before.is_on());
}

#[test]
fn a_pattern_is_added_for_this_bundle_only() {
    let mut stage = previewed((120, 40), "r &");
    let before = planned(&stage).plan.findings.len();
    write(&mut stage, "staging, \\w+");
    stage.press("enter");
    let typed = |stage: &Stage| planned(stage).plan.by_rule().get("typed-1").copied();
    assert!(typed(&stage).is_some_and(|count| count > 0));
    assert!(stage.text().contains("1 pattern added"));
    stage.press("&");
    write(&mut stage, "(");
    stage.press("enter");
    assert!(typed(&stage).is_some(), "the plan before is kept");
    assert!(stage.text().contains("unclosed group"), "{}", stage.text());
    assert!(preview(&stage).is_ready(), "what cannot be used is not planned with");
    stage.press("esc minus");
    assert_eq!(planned(&stage).plan.findings.len(), before);
}

#[test]
fn what_was_asked_for_at_the_start_holds_for_the_preview() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("own.toml");
    let rule = "[[rule]]\nid = \"shop\"\ntitle = \"Our \\u001b[2Jshop\"\nshape = '''staging'''\n";
    fs::write(&file, rule).unwrap();
    let mut stage = previewed((120, 40), "");
    let sharing = &mut stage.app.state.sharing;
    sharing.rule_files = vec![file.clone()];
    sharing.redaction.literals = vec!["Payments fail".to_owned()];
    sharing.redaction.original.home = Some("/opt/elsewhere".to_owned());
    stage.press("r");
    let by_rule = planned(&stage).plan.by_rule();
    assert!(by_rule.contains_key("shop") && by_rule.contains_key("literal"), "{by_rule:?}");
    assert_eq!(planned(&stage).request.redaction.original.home.as_deref(), Some("/opt/elsewhere"));
    for keys in ["2", "enter", "down", "n", "n"] {
        hostile::check(&stage.press(keys).draw(), keys);
    }
    fs::write(&file, "[[rule]]\nid = 3\n").unwrap();
    stage.press("s");
    assert!(preview(&stage).failed.as_ref().is_some_and(|why| why.contains("own.toml")));
    assert!(!preview(&stage).is_ready(), "a broken rule file is in the way of writing");
}

#[test]
fn suspicious_texts_are_marked_and_masked_by_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("state");
    lay_out_demo(&home);
    let path = find_session(&home);
    let suspect = format!("q7RtZ2mLw9Kd{}", "4XvB8nPc");
    let mut grown = fs::read_to_string(&path).unwrap();
    grown = grown.replacen("Payments fail", &format!("Payments fail {suspect}"), 1);
    fs::write(&path, grown).unwrap();
    let mut stage = Stage::at(&home, (120, 40));
    stage.app.state.current_dir = "/usr".into();
    stage.open(SECRETS).press("r 3");
    let at = planned(&stage).review.uncovered.iter().position(|one| one.text == suspect).unwrap();
    for _ in 0..at {
        stage.press("down");
    }
    let marked = pieces(&stage.draw(), Modifier::UNDERLINED);
    assert!(marked.iter().any(|(piece, _)| *piece == suspect), "{marked:?}");
    stage.press("+");
    assert_eq!(preview(&stage).view, View::Uncovered);
    assert!(!planned(&stage).plan.files.iter().any(|file| file.text().contains(&suspect)));
}

fn find_session(state: &Path) -> std::path::PathBuf {
    let sessions = state.join("agents/main/sessions");
    let files = fs::read_dir(sessions).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |path: &std::path::PathBuf| {
        path.extension().is_some_and(|extension| extension == "jsonl")
            && fs::read_to_string(path).is_ok_and(|text| text.contains("Payments fail"))
    };
    files.into_iter().find(is_it).unwrap()
}

#[test]
fn progress_is_shown_and_writing_can_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut stage = previewed((100, 30), "");
    stage.app.state.current_dir = dir.path().to_owned();
    let effects = stage.app.handle(Event::Key(Key::char('r')));
    let step = Some(Planning::Masking { done: 1, total: 4 });
    let working = Working { elapsed: 2_300, step };
    let request = stage.app.state.requests.plan.current();
    let tell = |stage: &mut Stage, task, request| {
        stage.app.handle(Event::Reply(Reply::Working { task, request, working }));
        stage.text()
    };
    let shown = tell(&mut stage, Task::Plan, request);
    assert!(shown.contains("planning: masking 25%, 2.3s"), "{shown}");
    stage.app.run_inline(effects);
    stage.press("x");
    write(&mut stage, "out");
    let effects = stage.app.handle(Event::Key(Key::parse("enter").unwrap()));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Export { .. })));
    let request = stage.app.state.requests.export.current();
    let shown = tell(&mut stage, Task::Write, request);
    assert!(shown.contains("writing: masking 25%") && shown.contains("Esc stops"), "{shown}");
    stage.press("esc");
    assert!(stage.text().contains("stopping"), "{}", stage.text());
    stage.app.run_inline(effects);
    let Writing::Failed(why) = &dialogue(&stage).stage else { panic!("{}", stage.text()) };
    assert!(why.contains("nothing was written"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    stage.press("esc");
    assert!(matches!(stage.app.state.layers.last(), Some(Layer::Preview)));
}

#[test]
fn names_that_are_typed_never_reach_the_screen_raw() {
    let mut stage = previewed((80, 24), "r x");
    let effects = stage.app.handle(Event::Paste("a\u{1b}[2J\u{202e}b".to_owned()));
    stage.app.run_inline(effects);
    hostile::check(&stage.draw(), "a pasted name");
    stage.press("enter");
    hostile::check(&stage.draw(), "a refused name");
}

#[test]
fn the_way_to_an_entry_leads_back() {
    let mut stage = previewed((120, 40), "r 2 enter down");
    let (document, eye) = (preview(&stage).contents.document, preview(&stage).contents.eye.clone());
    let plan = Arc::clone(&planned(&stage).plan);
    stage.press("o");
    assert!(stage.app.state.layers.is_empty(), "{}", stage.text());
    assert!(preview(&stage).away);
    stage.press("r");
    assert!(Arc::ptr_eq(&plan, &planned(&stage).plan), "the same preview");
    assert_eq!(
        (preview(&stage).contents.document, &preview(&stage).contents.eye),
        (document, &eye)
    );
}

#[test]
fn the_manifest_counts_what_is_listed() {
    let stage = previewed((120, 40), "r");
    let plan = &planned(&stage).plan;
    let manifest = clawscope::js::parse::parse_str(plan.file(MANIFEST).unwrap().text()).unwrap();
    let counted = manifest.pointer("/redactions/byRule").and_then(Value::as_object).unwrap();
    for (rule, count) in plan.by_rule() {
        assert_eq!(counted.get(rule).and_then(Value::as_f64), Some(count as f64), "{rule}");
    }
}

#[test]
fn the_next_masked_place_is_counted_from_the_selected_event() {
    let mut stage = previewed((120, 40), "r 1 down down down down tab");
    for _ in 0..7 {
        stage.press("down");
    }
    let selected = preview(&stage).contents.list.selected as u64 + 1;
    let findings = &planned(&stage).plan.findings;
    let later = |seq: Option<u64>| seq.is_some_and(|seq| seq >= selected);
    let next = findings.iter().position(|finding| later(finding.event_seq)).unwrap();
    stage.press("n");
    assert_eq!(preview(&stage).contents.eye, Some(Eye::Finding(next)));
    stage.press("n");
    assert_eq!(preview(&stage).contents.eye, Some(Eye::Finding(next + 1)));
    let findings = &planned(&stage).plan.findings;
    let event = findings[next + 1].event_seq;
    let first = findings.iter().position(|finding| finding.event_seq == event).unwrap();
    stage.press("esc N");
    assert_eq!(preview(&stage).contents.eye, Some(Eye::Finding(first - 1)));
}

#[test]
fn the_help_of_a_preview_lists_what_works_there() {
    let mut stage = previewed((120, 120), "r ?");
    let shown = stage.text();
    assert!(
        shown.contains("Preview of a bundle") && shown.contains("Help and messages"),
        "{shown}"
    );
    assert!(!shown.contains("In every pane") && !shown.contains("Learning"), "{shown}");
}

#[test]
fn what_is_masked_around_an_event_is_shown_with_it() {
    let mut stage = previewed((120, 40), "r 1 down down down down tab");
    let shown = stage.text();
    assert!(shown.contains("masked around it"), "{shown}");
    let below = shown.split("masked around it").nth(1).unwrap();
    assert!(below.contains("workspaceDir") && below.contains("$WORKSPACE_DIR"), "{shown}");
}
