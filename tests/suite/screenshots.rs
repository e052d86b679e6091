//! The committed screenshots: the main panes of the demo, drawn by the real interface.
//!
//! `UPDATE_SCREENSHOTS=1 cargo test` draws them anew; without it a test fails when a committed
//! picture differs from what the interface draws now.

use super::shots::{Look, check};
use super::stage::Stage;

const SIZE: (u16, u16) = (132, 38);

fn shot(name: &str, title: &str, script: impl FnOnce(&mut Stage)) {
    let mut stage = Stage::demo(SIZE);
    script(&mut stage);
    check(name, &stage.draw(), &Look::dark(format!("clawscope: {title}")));
}

#[test]
fn transcript() {
    shot("transcript", "the transcript of a session", |stage| {
        stage.open("The missing cent").select(9);
    });
}

#[test]
fn timeline() {
    shot("timeline", "the timeline of a run with fallbacks", |stage| {
        stage.open("Rice paper").press("2 z").select(12);
    });
}

#[test]
fn tools() {
    shot("tools", "a tool call with its difference", |stage| {
        stage.open("The missing cent").press("3").select(7);
    });
}

#[test]
fn runs() {
    shot("runs", "a run with what was sent to the model", |stage| {
        stage.open("Rice paper").press("4").select(0);
    });
}

#[test]
fn tree() {
    shot("json", "a record as a tree", |stage| {
        stage.open("The missing cent").select(4).press("V down down down down");
    });
}

#[test]
fn find() {
    shot("find", "a search over all rows", |stage| {
        stage.open("The missing cent").press("/ c e n t enter n n");
    });
}

#[test]
fn learning() {
    shot("learning", "what the learning layer believes of each prompt component", |stage| {
        stage.press("6 down down B");
    });
}

#[test]
fn preview() {
    shot("preview", "what would be shared, every masked place marked", |stage| {
        stage.app.state.current_dir = "/usr".into();
        stage.open("secrets in the logs").press("r 2 enter down down");
    });
}

#[test]
fn light() {
    let mut stage = Stage::demo(SIZE);
    stage.theme("light").open("Lantern").select(5);
    check("light", &stage.draw(), &Look::light("clawscope: the light theme"));
}
