//! Pictures of the panes: what stands in every cell, at three sizes.
//!
//! The demo is opened and driven as a person would; the text of each frame is compared with a
//! committed snapshot (`INSTA_UPDATE=always cargo test` renews them).

use clawscope::app::action::Action;
use clawscope::app::effect::Event;
use clawscope::store::demo::NOW_MS;
use ratatui::buffer::Buffer;

use super::hostile;
use super::stage::{Stage, text};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Compares what a script leads to at every size.
fn at_every_size(name: &str, script: impl Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut stage = Stage::demo((width, height));
        script(&mut stage);
        snapshot(&format!("{name}-{width}x{height}"), &mut stage);
    }
}

fn snapshot(name: &str, stage: &mut Stage) {
    let frame = stage.draw();
    hostile::check(&frame, name);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text(&frame));
    });
}

#[test]
fn sessions() {
    at_every_size("sessions", |stage| {
        stage.press("down down");
    });
}

#[test]
fn transcript() {
    at_every_size("transcript", |stage| {
        stage.open("The missing cent").select(7);
    });
}

#[test]
fn timeline() {
    at_every_size("timeline", |stage| {
        stage.open("Rice paper").press("2 e");
    });
}

#[test]
fn tools() {
    at_every_size("tools", |stage| {
        stage.open("The missing cent").press("3").select(6);
    });
}

#[test]
fn runs() {
    at_every_size("runs", |stage| {
        stage.open("Rice paper").press("4").select(0);
    });
}

#[test]
fn detail() {
    at_every_size("detail", |stage| {
        stage.open("The missing cent").select(9).act(&[Action::FocusNext]);
    });
}

#[test]
fn tools_in_groups() {
    let mut stage = Stage::demo((120, 30));
    snapshot("tools-grouped", stage.open("The missing cent").press("3 a"));
}

#[test]
fn the_record_as_a_tree_and_raw() {
    let mut stage = Stage::demo((120, 30));
    stage.open("The missing cent").select(7).press("v");
    snapshot("detail-tree", &mut stage);
    snapshot("detail-raw", stage.press("v"));
    snapshot("viewer", stage.press("V"));
}

#[test]
fn layers() {
    let mut stage = Stage::demo((80, 24));
    stage.open("The missing cent");
    snapshot("help", stage.press("?"));
    snapshot("palette", stage.press("esc : t o o l"));
    snapshot("location", stage.press("esc i"));
    snapshot("find", stage.press("esc / c e n t"));
    snapshot("found", stage.press("enter n"));
}

#[test]
fn what_is_empty_says_why() {
    let mut stage = Stage::demo((100, 20));
    stage.open("README by the CLI");
    snapshot("empty-diagnostics", stage.press("5"));
    snapshot("empty-runs", stage.press("4"));
    snapshot("empty-tools", stage.press("3"));
    let empty = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(empty.path().join("agents/main/sessions")).unwrap();
    let mut stage = Stage::at(empty.path(), (100, 20));
    stage.app.state.place.label = "~/empty".to_owned();
    snapshot("empty-state", &mut stage);
}

#[test]
fn damage_is_listed_with_its_place() {
    let copy = hostile::state();
    let mut stage = Stage::at(copy.path(), (120, 24));
    stage.app.state.place.label = "~/copy".to_owned();
    snapshot("diagnostics", stage.press("5 tab"));
}

#[test]
fn other_looks() {
    let mut stage = Stage::demo((100, 24));
    stage.open("The missing cent").select(7);
    stage.app.state.look.ascii = true;
    snapshot("ascii", &mut stage);
    let mut stage = Stage::demo((60, 16));
    stage.app.state.place.demo_fallback = true;
    snapshot("one-pane-with-banner", &mut stage);
    let mut stage = Stage::demo((20, 4));
    snapshot("too-small", &mut stage);
}

#[test]
fn the_selected_row_is_seen_without_colour() {
    let mut stage = Stage::demo((120, 30));
    stage.theme("mono").open("The missing cent").select(5);
    let frame = stage.draw();
    let marked = |buf: &Buffer| text(buf).matches('▸').count();
    assert_eq!(marked(&frame), 2, "one marker in each list:\n{}", text(&frame));
    let coloured = |cell: &ratatui::buffer::Cell| {
        cell.fg != ratatui::style::Color::Reset || cell.bg != ratatui::style::Color::Reset
    };
    assert!(!frame.content.iter().any(coloured), "the theme without colour draws one");
}

#[test]
fn the_clock_of_the_demo_stands_still() {
    let mut stage = Stage::demo((80, 24));
    stage.app.handle(Event::Time(1));
    assert_eq!(stage.app.state.now, NOW_MS);
}

#[test]
fn one_row_out_of_sight_is_enough_for_a_thumb() {
    // Its 19 events have 18 rows below the captions.
    let mut stage = Stage::demo((120, 23));
    stage.open("Parcel rates").press("2");
    let timeline = &stage.app.state.open.as_ref().unwrap().index.as_ref().unwrap().timeline;
    assert_eq!(timeline.rows.len(), 19);
    // The sessions at the left have a thumb of their own.
    let text = stage.text();
    assert!(text.lines().any(|line| line.matches("┃│").count() == 2), "{text}");
}
