//! The preview of a bundle: when it is planned anew, and where the bundle may go.

use std::fs;
use std::sync::Arc;

use super::{FORKED, Harness};
use crate::app::effect::Event;
use crate::app::key::{Key, Mouse, MouseKind};
use crate::app::state::area::Area;
use crate::app::state::layer::{Layer, PromptKind};
use crate::app::state::preview::{Export, Preview, View, Working};
use crate::model::fact::Fact;

const GROWN: &str = r#"{"type":"message","id":"u4","parentId":"b2","timestamp":"2026-03-01T10:03:00.000Z","message":{"role":"user","content":"And now?"}}
"#;

fn preview(harness: &Harness) -> &Preview {
    harness.state().preview.as_deref().unwrap()
}

fn events(harness: &Harness) -> u64 {
    preview(harness).planned.as_ref().unwrap().plan.counts.total()
}

fn dialogue(harness: &Harness) -> &Export {
    match harness.state().layers.last() {
        Some(Layer::Export(export)) => export,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_preview_that_is_opened_again_is_planned_anew_when_its_session_has_grown() {
    let mut harness = Harness::new();
    harness.press("r");
    let before = events(&harness);
    let plan = Arc::clone(preview(&harness).planned.as_ref().unwrap());
    harness.press("esc r");
    assert!(Arc::ptr_eq(&plan, preview(&harness).planned.as_ref().unwrap()), "nothing has changed");
    assert!(preview(&harness).is_ready() && preview(&harness).news.is_none());
    harness.press("esc");
    harness.append("s1", GROWN);
    harness.press("r");
    assert_eq!(events(&harness), before + 1);
    assert!(preview(&harness).news.as_ref().is_some_and(|news| news.contains("has changed")));
    // Inside, another key asks for the session as it is now.
    harness
        .append("s1", &GROWN.replace("\"u4\",\"parentId\":\"b2\"", "\"u5\",\"parentId\":\"u4\""));
    harness.press("R");
    assert_eq!(events(&harness), before + 2);
}

#[test]
fn a_plan_that_failed_is_made_again() {
    let mut harness = Harness::new();
    let file = harness.dir.path().join("own.toml");
    fs::write(&file, "[[rule]]\nid = 3\n").unwrap();
    harness.app.state.sharing.rule_files = vec![file.clone()];
    harness.press("r");
    assert!(preview(&harness).failed.is_some());
    harness.press("esc");
    fs::write(&file, "").unwrap();
    harness.press("r");
    assert!(preview(&harness).is_ready(), "{:?}", preview(&harness).failed);
}

#[test]
fn a_plan_that_stays_because_its_successor_was_stopped_is_called_old() {
    let mut harness = Harness::new();
    harness.press("r");
    let preview = harness.app.state.preview.as_mut().unwrap();
    preview.news = Some("The session has changed. Look at the new plan.".to_owned());
    preview.planning = Some(Working::default());
    harness.press("esc");
    let news = self::preview(&harness).news.as_ref().unwrap();
    assert!(news.contains("old plan") && !news.contains("Look at the new plan"), "{news}");
}

#[test]
fn a_bundle_goes_to_a_folder_that_is_typed() {
    let mut harness = Harness::new();
    let folder = tempfile::tempdir().unwrap();
    harness.press("r x tab");
    let said = dialogue(&harness).said.as_ref().unwrap();
    assert!(said.contains("Type the path of a folder"), "{said}");
    harness.write(&format!("{}/none", folder.path().display()));
    let refused = dialogue(&harness).target.clone().unwrap().unwrap_err();
    assert!(refused.contains("is no folder"), "{refused}");
    harness.press("ctrl-u");
    harness.write(&folder.path().display().to_string());
    assert_eq!(dialogue(&harness).folder.as_deref(), Some(folder.path()));
    harness.press("enter");
    assert_eq!(preview(&harness).asked.workspace, folder.path());
    assert!(matches!(dialogue(&harness).target, Some(Ok(_))), "planned for it and ready to write");
    harness.press("enter");
    assert!(folder.path().join(".openclaw/trajectory-exports").is_dir());
    harness.press("esc x tab");
    assert_ne!(preview(&harness).asked.workspace, folder.path(), "the first one is still known");
}

#[test]
fn a_state_directory_takes_no_bundle_of_another_state() {
    let mut harness = Harness::unread();
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join(".openclaw/agents")).unwrap();
    harness.app.state.current_dir = home.path().to_owned();
    let effects = harness.app.start();
    harness.run(effects);
    harness.press("r x enter");
    let refused = dialogue(&harness).target.clone().unwrap().unwrap_err();
    assert!(refused.contains("state directory") && refused.contains("Type"), "{refused}");
    assert_eq!(fs::read_dir(home.path().join(".openclaw")).unwrap().count(), 1);
}

#[test]
fn a_pattern_that_cannot_be_read_stays_to_be_mended() {
    let mut harness = Harness::new();
    harness.press("r &");
    harness.write("[abc");
    harness.press("enter");
    let Some(Layer::Prompt(prompt)) = harness.state().layers.last() else { panic!() };
    assert_eq!((prompt.kind, prompt.input.text()), (PromptKind::Shape, "[abc"));
    assert!(prompt.fault.as_ref().is_some_and(|fault| !fault.contains('\n')), "{prompt:?}");
    harness.write("]{4}");
    let Some(Layer::Prompt(prompt)) = harness.state().layers.last() else { panic!() };
    assert_eq!(prompt.fault, None);
    harness.press("enter");
    assert!(matches!(harness.state().layers.last(), Some(Layer::Preview)));
    assert!(preview(&harness).is_ready());
    harness.press("+");
    harness.write("a");
    harness.press("enter");
    let Some(Layer::Prompt(prompt)) = harness.state().layers.last() else { panic!() };
    assert!(prompt.fault.is_some(), "one character cannot be masked everywhere");
}

#[test]
fn what_is_said_while_planning_is_gone_with_the_plan() {
    let mut harness = Harness::new();
    let effects = harness.app.handle(Event::Key(Key::char('r')));
    harness.app.handle(Event::Key(Key::char('x')));
    assert!(harness.status().contains("still being planned"));
    harness.run(effects);
    assert_eq!(harness.status(), "");
}

#[test]
fn a_search_without_a_match_says_so_again() {
    let mut harness = Harness::new();
    harness.press("r /");
    harness.write("nowhere to be found");
    harness.press("enter");
    for key in ["n", "N"] {
        harness.press(key);
        assert_eq!(harness.status(), "nowhere to be found: no match in the bundle");
    }
}

#[test]
fn a_preview_that_is_opened_early_has_the_sessions_title() {
    let index = r#"{"agent:main:main":{"sessionId":"s1","updatedAt":1772359321000}}"#;
    let mut harness = Harness::on(&[("s1", FORKED)], index);
    let effects = harness.app.start();
    harness.run(effects);
    for row in &mut Arc::make_mut(&mut harness.app.state.catalogue).rows {
        row.title = Fact::NotLoaded;
    }
    harness.press("r");
    assert_eq!(preview(&harness).title, "Look at the totals");
}

#[test]
fn tabs_take_clicks() {
    let mut harness = Harness::new();
    harness.press("r");
    let tab = Area { x: 10, y: 1, width: 8, height: 1 };
    harness.app.state.areas.preview.tabs = [Area::default(), tab, Area::default()];
    harness.app.handle(Event::Mouse(Mouse { x: 12, y: 1, kind: MouseKind::Press(1) }));
    assert_eq!(preview(&harness).view, View::Findings);
}
