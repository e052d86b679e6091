//! The learning tab on data from elsewhere than the state: exports, gateways, a large database, and
//! the ways out of a long reading.

use std::path::{Path, PathBuf};

use clawscope::app::action::Action;
use clawscope::app::effect::{Effect, Event, Reply};
use clawscope::app::state::Tab;
use clawscope::app::state::learning::LearningView;
use clawscope::learning::database::LearningDb;
use clawscope::learning::export::{Format, Options, export};
use clawscope::learning::scan::Progress;
use clawscope::model::learning::trace::Mark;
use clawscope::ops::learning::Input;
use clawscope::store::scratch::Scratch;

use super::stage::{Stage, lay_out_demo};
use crate::loopback::serve;
use crate::pty::{Terminal, assert_restored};

#[path = "../../benches/support/learning.rs"]
pub(crate) mod large;

/// The demo's learning data in a form, as a file of a name.
fn exported(dir: &Path, name: &str, format: Format) -> PathBuf {
    let state = dir.join("state");
    lay_out_demo(&state);
    let db = state.join("agents/main/agent/learning/learning.db");
    let db = LearningDb::open(&db, &Scratch::new()).unwrap();
    let mut out = Vec::new();
    export(&db, &Options { format, ..Options::default() }, &mut out).unwrap();
    let path = dir.join(name);
    std::fs::write(&path, out).unwrap();
    path
}

#[test]
fn exports_of_every_form_fill_the_tab() {
    let dir = tempfile::tempdir().unwrap();
    let later = dir.path().join("later.json");
    std::fs::write(
        &later,
        r#"{"metrics":{"learner":"openclaw","total_pulls":9,"total_reward":4,"arm_count":1},
            "posteriors":[{"armId":"tool:fs:Read","alpha":5,"beta":6,"mean":0.4545,"pulls":9,
            "lastUpdated":"2026-02-13T16:26:40+00:00"}]}"#,
    )
    .unwrap();
    for (path, traces, arms, named) in [
        (exported(dir.path(), "a.json", Format::Json), 300, 21, true),
        (exported(dir.path(), "b.csv", Format::Csv), 300, 21, false),
        (later, 9, 1, false),
    ] {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut stage = Stage::learning(Input::File(path), (120, 40));
        let shown = stage.text();
        assert!(shown.contains(&format!("· {name}")), "{shown}");
        let data = stage.app.state.learning.data.clone().unwrap();
        assert_eq!(
            (stage.app.state.tab, data.traces, data.arms.len()),
            (Tab::Learning, traces, arms)
        );
        assert_eq!((data.qortex, data.runs.is_none()), (traces == 9, traces == 9));
        assert!(data.arms.iter().all(|arm| arm.row.best.is_some()));
        stage.press("enter");
        let seen = stage.app.state.learning.arm.as_ref().unwrap().seen.as_ref();
        // CSV has the runs without their arms.
        let used = seen.map_or(0, |seen| seen.counts[0]);
        assert_eq!(used > 0, named, "{name}");
        stage.press("esc r enter");
        let landed = if traces == 300 { Tab::Transcript } else { Tab::Learning };
        assert_eq!(stage.app.state.tab, landed, "{name}: a run leads to its session");
    }
}

#[test]
fn the_key_for_sources_goes_on_to_those_of_the_state() {
    let dir = tempfile::tempdir().unwrap();
    let file = exported(dir.path(), "mine.json", Format::Json);
    let mut stage = Stage::learning(Input::File(file), (100, 30));
    assert_eq!(stage.app.state.learning.data.as_ref().unwrap().sources, ["mine.json"]);
    stage.press("o");
    assert!(stage.text().contains("only one source"), "{}", stage.text());
    let mut stage = Stage::at(&dir.path().join("state"), (100, 30));
    stage.app.open_on_learning(Input::File(dir.path().join("mine.json")));
    stage.press("z");
    assert!(stage.text().contains("mine.json"), "{}", stage.text());
    stage.press("o");
    let data = stage.app.state.learning.data.as_ref().unwrap();
    assert_eq!((data.label.as_str(), data.sources.len()), ("agent main", 2));
}

/// A gateway on the loopback with the demo's data.
fn gateway(dir: &Path) -> String {
    let file = std::fs::read(exported(dir, "gateway.json", Format::Json)).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let (url, _told) = serve(move |route| {
        let body = match route {
            "posteriors" => value["posteriors"].to_string(),
            "config" => r#"{"enabled":true,"phase":"active"}"#.to_owned(),
            "summary" => "{}".to_owned(),
            _ => format!(r#"{{"traces":{},"total":300}}"#, value["traces"]),
        };
        (200, body)
    });
    url
}

#[test]
fn a_gateway_fills_the_tab_and_a_silent_one_says_why_not() {
    let dir = tempfile::tempdir().unwrap();
    let url = gateway(dir.path());
    let mut stage = Stage::learning(Input::gateway(&url, None), (120, 40));
    let data = stage.app.state.learning.data.clone().unwrap();
    assert_eq!((data.traces, data.arms.len()), (300, 21));
    assert_eq!(data.settings.as_ref().unwrap()[0], "active");
    assert!(stage.text().contains("gateway http://127.0.0.1"), "{}", stage.text());
    stage.press("r");
    assert!(stage.text().contains("run id"), "the whole run is in memory: {}", stage.text());
    let mut stage = Stage::learning(Input::gateway("http://127.0.0.1:9", None), (80, 24));
    let shown = stage.text();
    assert!(
        shown.contains("No learning data to show") && shown.contains("R tries again"),
        "{shown}"
    );
}

#[test]
fn a_gateway_is_exported_and_summed_up_on_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let url = gateway(dir.path());
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_clawscope"));
        command.env_clear().env("HOME", dir.path()).env("TZ", "UTC").args(args);
        let output = command.args(["--gateway", &url]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let expected = std::fs::read_to_string(dir.path().join("gateway.json")).unwrap();
    // The gateway of this test sorts the members inside contexts and arms.
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let exported = run(&["learning", "export"]);
    assert!(parsed(&exported) == parsed(&expected), "the export of a gateway differs");
    assert!(exported.starts_with("{\n  \"traces\": [\n    {\n      \"traceId\": "), "{exported}");
    let status = run(&["learning", "status"]);
    assert!(status.contains("[ACTIVE]"), "{status}");
}

#[test]
fn a_run_leads_to_the_entry_with_which_it_ended() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6 r down down");
    let pane = &stage.app.state.learning;
    let ix = pane.selected_run().unwrap();
    let runs = pane.data.as_ref().unwrap().runs.clone().unwrap();
    let ended = runs.index.get(ix).unwrap().date().unwrap();
    stage.press("enter");
    assert_eq!(stage.app.state.learning.jump, None, "it has been settled");
    let open = stage.app.state.open.as_ref().unwrap();
    let index = open.index.as_ref().unwrap();
    let row = open.transcript.outline.rows[open.transcript.list.selected];
    let tables = &index.transcript.as_ref().unwrap().tables;
    let time = |at: usize| tables.entries[at].time();
    let landed = time(row.entry.index()).unwrap();
    assert!(landed <= ended, "{landed} {ended}");
    let newest = (0..tables.entries.len()).filter_map(time).filter(|then| *then <= ended).max();
    assert_eq!(Some(landed), newest);
    assert!(time(tables.entries.len() - 1).unwrap() > ended, "not simply the last entry");
    let log = index.log.as_ref().unwrap();
    let run = &index.runs[open.runs.list.selected];
    assert_eq!(log.text(run.id.unwrap()), "04948682-4233-4b55-aff9-59b7c7fda173");
}

#[test]
fn esc_stops_a_reading_and_late_answers_are_dropped() {
    let mut stage = Stage::demo((120, 30));
    let wanted = stage.app.apply(Action::ShowLearning);
    let [Effect::LoadLearning(wanted)] = wanted.as_slice() else { panic!("{wanted:?}") };
    let request = wanted.request.generation();
    let progress = Progress { read: 50_000, total: 200_000 };
    stage.app.handle(Event::Reply(Reply::LearningProgress { request, progress }));
    assert!(stage.text().contains("reading 25% of 200,000 runs, Esc stops"), "{}", stage.text());
    stage.press("esc");
    assert!(wanted.request.is_stale());
    let shown = stage.text();
    assert!(shown.contains("stopped at 25%") && shown.contains("Reading was stopped"), "{shown}");
    stage.app.handle(Event::Reply(Reply::LearningProgress { request, progress }));
    let data = std::sync::Arc::default();
    stage.app.handle(Event::Reply(Reply::Learning { request, data, done: true }));
    assert!(stage.app.state.learning.data.is_none());
    stage.press("R");
    assert_eq!(stage.app.state.learning.data.as_ref().unwrap().traces, 300);
}

/// A database of 20,000 runs, made for this test.
fn large_database(dir: &Path) -> PathBuf {
    let path = dir.join("large.db");
    let size = large::Size { traces: 20_000, arms: 120, arms_per_trace: 16 };
    large::database(&path, size).unwrap();
    path
}

#[test]
fn a_large_database_is_looked_through_behind_the_screen() {
    let dir = tempfile::tempdir().unwrap();
    let path = large_database(dir.path());
    let mut stage = Stage::learning(Input::File(path), (120, 40));
    let data = stage.app.state.learning.data.clone().unwrap();
    assert_eq!((data.traces, data.runs.as_ref().unwrap().index.len()), (20_000, 20_000));
    let asked = stage.app.apply(Action::Open);
    assert!(matches!(asked.as_slice(), [Effect::LoadArm(_)]), "no work on this thread: {asked:?}");
    assert!(stage.text().contains("looking through the runs"), "{}", stage.text());
    stage.app.run_inline(asked);
    let seen = stage.app.state.learning.arm.as_ref().unwrap().seen.clone().unwrap();
    assert_eq!((seen.runs.len(), seen.counts.iter().sum::<usize>()), (20_000, 20_000));
    stage.press("f f");
    let open = stage.app.state.learning.arm.as_ref().unwrap();
    let used = Mark::ALL.iter().position(|mark| *mark == Mark::Used).unwrap();
    assert_eq!(open.lines.len(), seen.counts[used]);
    stage.press("end");
    assert_eq!(stage.app.state.learning.view, LearningView::Arm);
    for keys in ["esc r end", "m", "c", "a"] {
        stage.press(keys);
        assert!(stage.text().contains("large.db"), "{keys}: {}", stage.text());
    }
}

#[test]
fn a_visit_to_the_learning_tab_in_a_terminal() {
    let mut terminal = Terminal::start(&["learning", "--demo"], 120, 40);
    terminal.wait_for("+28.8% saved");
    terminal.type_keys("\r");
    terminal.wait_for("replay matches");
    terminal.type_keys("\x1b");
    terminal.wait("the arms", |screen| screen.contents().contains("against baseline"));
    terminal.type_keys("m");
    terminal.wait_for("run 300 of 300");
    terminal.type_keys("c");
    terminal.wait_for("tokens over time");
    terminal.type_keys("#");
    terminal.wait_for("means of all runs");
    terminal.type_keys("r");
    terminal.wait_for("took");
    terminal.type_keys("\r");
    terminal.wait("the session", |screen| {
        let text = screen.contents();
        text.contains("The missing cent") && text.contains("leaf")
    });
    terminal.type_keys("T");
    terminal.wait_for("used/included");
    terminal.type_keys("q");
    let (status, screen) = terminal.end();
    assert_eq!(status.exit_code(), 0);
    assert_restored(screen.screen());
}

#[test]
fn a_large_database_in_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let path = large_database(dir.path());
    let mut terminal = Terminal::start(&["learning", "--from", path.to_str().unwrap()], 80, 24);
    terminal.wait_for("against baseline");
    terminal.type_keys("z\r");
    terminal.wait_for("replay matches");
    terminal.type_keys("\x1b");
    terminal.type_keys("r");
    terminal.wait_for("20,000 runs");
    terminal.type_keys("q");
    let (status, screen) = terminal.end();
    assert_eq!(status.exit_code(), 0);
    assert_restored(screen.screen());
}
