//! What the learning tab tells beside its figures: what was rounded, what the configuration says, what
//! is selected, and the same session by either key.

use clawscope::app::state::learning::LearningView;
use clawscope::ops::learning::Input;

use super::learning_sources::large;
use super::stage::Stage;

const SMALL: (u16, u16) = (80, 24);

#[test]
fn rounded_integers_are_among_the_diagnostics() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("learning.db");
    large::database(&db, large::Size { traces: 6, arms: 3, arms_per_trace: 2 }).unwrap();
    let connection = rusqlite::Connection::open(&db).unwrap();
    connection
        .execute_batch(
            "UPDATE run_traces SET duration_ms = 9007199254740993 WHERE rowid < 3;
             UPDATE arm_posteriors SET pulls = 9007199254740993 WHERE rowid = 1;",
        )
        .unwrap();
    drop(connection);
    let said = |input: Input, part: &str| {
        let mut stage = Stage::learning(input, (160, 40));
        let shown = stage.press("5").text();
        assert!(shown.contains("learning-wide-integer"), "{shown}");
        let found =
            stage.app.state.all_diagnostics().filter(|one| one.message.contains(part)).count();
        assert_eq!(found, 1, "{part}: {shown}");
    };
    said(
        Input::File(db.clone()),
        "2^53 − 1: 2. The product itself ends with an error on these rows of run_traces",
    );
    said(
        Input::File(db),
        "2^53 − 1: 1. The product itself ends with an error on these rows of arm_post",
    );
    let export = dir.path().join("export.json");
    let trace = r#"{"traceId":"t","runId":"r","sessionId":"s","timestamp":1770362297076,"arms":[],"durationMs":9007199254740993}"#;
    std::fs::write(&export, format!("{{\"traces\":[{trace},{trace}],\"posteriors\":[]}}")).unwrap();
    said(Input::File(export), "2^53 − 1: 2. Numbers in JSON");
}

#[test]
fn what_the_configuration_says_is_never_cut() {
    let home = tempfile::tempdir().unwrap();
    let db = home.path().join("agents/main/agent/learning/learning.db");
    std::fs::create_dir_all(db.parent().unwrap()).unwrap();
    std::fs::create_dir_all(home.path().join("agents/main/sessions")).unwrap();
    large::database(&db, large::Size { traces: 60, arms: 20, arms_per_trace: 9 }).unwrap();
    std::fs::write(
        home.path().join("openclaw.json"),
        r#"{"learning":{"enabled":true,"phase":"active","tokenBudget":8000,"baselineRate":0.1,"minPulls":5}}"#,
    )
    .unwrap();
    for size in [SMALL, (100, 30), (120, 40), (200, 60)] {
        let mut stage = Stage::at(home.path(), size);
        let shown = stage.press("6").text();
        let pane = |line: &str| line.rsplit('│').nth(1).unwrap_or_default().trim().to_owned();
        let words = shown.lines().map(pane).collect::<Vec<_>>().join(" ");
        assert!(shown.contains("configuration"), "{shown}");
        for part in ["active, budget 8,000 tokens", "baseline 10%", "at least 5 pulls"] {
            assert!(shown.contains(part) || words.contains(part), "{size:?} {part}\n{shown}");
        }
    }
}

#[test]
fn one_mark_shows_what_is_selected_in_the_charts() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6 c");
    for _ in 0..4 {
        let shown = stage.text();
        let marks = ["▸tokens ", "▸duration "].map(|mark| shown.matches(mark).count());
        assert_eq!(marks, [1, 0], "{shown}");
        stage.press("down");
    }
}

#[test]
fn a_session_is_the_same_by_either_key() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6 r");
    let lines = |stage: &Stage| stage.app.state.learning.runs.lines.clone();
    stage.press("=");
    let of_run = (lines(&stage), stage.app.state.learning.runs.hint());
    stage.press("= enter T");
    assert_eq!(stage.app.state.learning.view, LearningView::Runs);
    assert_eq!((lines(&stage), stage.app.state.learning.runs.hint()), of_run);
    // The key of a chat, under which one session follows another, is the next respect.
    stage.press("esc esc 6 r x x");
    let hint = stage.app.state.learning.runs.hint();
    assert!(hint.starts_with("key agent:"), "{hint}");
}
