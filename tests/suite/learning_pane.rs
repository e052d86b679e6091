//! The learning tab: pictures at three sizes, jumps between runs and sessions, empty states.

use clawscope::app::state::learning::LearningView;
use clawscope::app::state::{Focus, Tab};

use super::hostile;
use super::stage::{Stage, text};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn snapshot(name: &str, stage: &mut Stage) {
    let frame = stage.draw();
    hostile::check(&frame, name);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("learning-{name}"), text(&frame));
    });
}

fn at_every_size(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut stage = Stage::demo((width, height));
        stage.press("6").press(keys);
        snapshot(&format!("{name}-{width}x{height}"), &mut stage);
    }
}

#[test]
fn arms() {
    at_every_size("arms", "down down");
}

#[test]
fn an_arm() {
    at_every_size("arm", "down down enter");
}

#[test]
fn runs() {
    at_every_size("runs", "r down");
}

#[test]
fn map() {
    at_every_size("map", "m left left");
}

#[test]
fn charts() {
    at_every_size("charts", "c");
}

#[test]
fn numbers_take_the_place_of_plots() {
    for (name, keys) in [("arms", "z"), ("arm", "enter"), ("map", "m"), ("charts", "c")] {
        let mut stage = Stage::demo((120, 30));
        stage.press("6 #").press(keys);
        snapshot(&format!("numbers-{name}"), &mut stage);
    }
}

#[test]
fn ascii_and_no_colour_lose_nothing() {
    for (name, keys) in [("arms", "z"), ("arm", "z enter"), ("map", "z m"), ("charts", "z c")] {
        let mut stage = Stage::demo((100, 30));
        stage.app.state.look.ascii = true;
        stage.theme("mono").press("6").press(keys);
        assert!(stage.text().is_ascii(), "{}", stage.text());
        snapshot(&format!("ascii-{name}"), &mut stage);
    }
}

fn arms_shown(stage: &Stage) -> Vec<String> {
    let pane = &stage.app.state.learning;
    let data = pane.data.as_ref().unwrap();
    pane.arms.lines.iter().map(|at| data.arms[*at].row.arm.clone()).collect()
}

#[test]
fn arms_are_filtered_and_sorted_by_keys() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6");
    assert_eq!(arms_shown(&stage).len(), 21);
    assert_eq!(arms_shown(&stage)[0], "tool:fs:Read");
    stage.press("f f");
    assert!(arms_shown(&stage).iter().all(|arm| arm.starts_with("skill:")));
    stage.press("F F");
    assert_eq!(arms_shown(&stage), ["skill:gift-wrap:main"], "the only one with 5 to 19 pulls");
    stage.press("esc");
    assert_eq!(arms_shown(&stage).len(), 21);
    stage.press("/ w e b enter");
    assert!(arms_shown(&stage).iter().all(|arm| arm.contains("web")));
    stage.press("esc s s s");
    let pulls: Vec<f64> = {
        let pane = &stage.app.state.learning;
        let data = pane.data.as_ref().unwrap();
        pane.arms.lines.iter().map(|at| data.arms[*at].row.pulls).collect()
    };
    assert!(pulls.is_sorted_by(|a, b| a >= b), "{pulls:?}");
    stage.press("S home");
    assert_eq!(arms_shown(&stage)[0], "skill:return-label:main");
    stage.press("x");
    assert_eq!(arms_shown(&stage), ["skill:return-label:main"], "its category");
}

#[test]
fn runs_are_narrowed_to_what_is_like_the_selected_one() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6 r");
    let shown = |stage: &Stage| stage.app.state.learning.runs.lines.len();
    assert_eq!(shown(&stage), 300);
    for (keys, most) in [("f", 100), ("f", 250), ("f", 20), ("f", 10)] {
        stage.press(keys);
        assert!((1..most).contains(&shown(&stage)), "{}", shown(&stage));
    }
    stage.press("f home");
    assert_eq!(shown(&stage), 300);
    for what in ["session", "key", "model", "provider", "channel"] {
        stage.press("x");
        let hint = stage.app.state.learning.runs.hint();
        assert!(hint.starts_with(what) && shown(&stage) < 300, "{hint}");
    }
    stage.press("x");
    assert_eq!(shown(&stage), 300);
    stage.press("/ h a i k u enter");
    assert_eq!(shown(&stage), 58, "every fifth run but the last six");
}

#[test]
fn a_run_leads_to_its_session_and_a_session_to_its_runs() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6 r enter");
    let shown = &stage.app.state;
    assert_eq!((shown.tab, shown.focus), (Tab::Transcript, Focus::Main));
    assert!(shown.open.as_ref().unwrap().row.session_id.starts_with("6ca4a1a9"));
    stage.press("T");
    let pane = &stage.app.state.learning;
    assert_eq!((stage.app.state.tab, pane.view), (Tab::Learning, LearningView::Runs));
    assert!(pane.runs.lines.len() > 6 && !pane.runs.session.is_empty());
    snapshot("session", &mut stage);
    stage.press("a enter enter");
    assert_eq!(stage.app.state.tab, Tab::Transcript, "from a run of an arm, too");
    stage.press("6 esc");
    assert_eq!(stage.app.state.learning.view, LearningView::Arms);
}

#[test]
fn the_history_of_the_demo_replays_exactly() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6");
    let data = stage.app.state.learning.data.clone().unwrap();
    let runs = data.runs.as_ref().unwrap();
    assert_eq!(runs.passive(), Some(60));
    for arm in &data.arms {
        assert!(arm.row.imbalance.abs() < 1e-9, "{}", arm.row.arm);
        assert!(arm.row.best.is_some() && arm.marks.is_some(), "{}", arm.row.arm);
    }
    stage.press("enter");
    let open = stage.app.state.learning.arm.as_ref().unwrap();
    let last = open.seen.as_ref().unwrap().history.points.last().unwrap();
    assert_eq!(last.belief, data.arms[open.arm].row.belief);
}

#[test]
fn without_learning_data_the_tab_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("agents/main/sessions")).unwrap();
    let mut stage = Stage::at(home.path(), (80, 24));
    let shown = stage.press("6").text();
    assert!(shown.contains("No learning data to show"), "{shown}");
    assert!(shown.contains("learning.enabled") && shown.contains("--from"), "{shown}");
    // Keys that need data do no harm.
    stage.press("enter r m c # f F x s S o a esc T 6");
    assert!(stage.text().contains("No learning data to show"));
}
