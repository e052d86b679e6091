//! The learning tab over sources that leave something out, and which runs and kinds of arms it leads to.

use clawscope::app::state::Tab;
use clawscope::app::state::learning::charts::ChartRow;
use clawscope::app::state::learning::lists::RunGroup;
use clawscope::model::learning::arm::{ArmKind, ArmName};
use clawscope::ops::learning::Input;

use super::stage::Stage;

/// Two selected runs and an old baseline run, each with an arm.
const TRACES: &str = r#"{"traces":[
    {"traceId":"t3","runId":"r3","sessionId":"s1","timestamp":1707264000000,"isBaseline":false,
     "arms":[{"armId":"tool:fs:Read","included":true,"referenced":true,"tokenCost":245}],
     "usage":{"total":400},"durationMs":30,"aborted":false},
    {"traceId":"t2","runId":"r2","sessionId":"s1","timestamp":1707177600000,"isBaseline":false,
     "arms":[{"armId":"tool:fs:Read","included":true,"referenced":false,"tokenCost":245}],
     "usage":{"total":500},"durationMs":20,"aborted":false},
    {"traceId":"t1","runId":"r1","sessionId":"s1","timestamp":1707091200000,"isBaseline":true,
     "arms":[{"armId":"tool:fs:Read","included":true,"referenced":true,"tokenCost":245}],
     "usage":{"total":900},"durationMs":10,"aborted":false}]}"#;

const CSV: &str = "traceId,runId,sessionId,timestamp,provider,model,channel,isBaseline,\
                   totalTokens,durationMs,aborted\n\
                   t2,r2,s1,1707177600000,p,m,c,0,500,20,0\n\
                   t1,r1,s1,1707091200000,p,m,c,1,900,10,0\n\n\
                   armId,alpha,beta,mean,pulls,lastUpdated\n\
                   tool:fs:Read,4.0000,2.0000,0.6667,3,1707177600000\n";

/// The explorer on a file with this text; the folder goes with the test.
fn open(name: &str, text: &str) -> (Stage, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    (Stage::learning(Input::File(path), (120, 40)), dir)
}

fn told(stage: &Stage, code: &str) -> bool {
    let data = stage.app.state.learning.data.as_ref().unwrap();
    data.diagnostics.iter().any(|one| one.code == code)
}

#[test]
fn without_posteriors_nothing_is_said_of_passive_runs() {
    let (mut stage, _dir) = open("traces.json", TRACES);
    let arms = stage.text();
    assert!(arms.contains("the source holds no posteriors"), "{arms}");
    assert!(!arms.contains("passive runs count"), "{arms}");
    assert!(told(&stage, "learning-no-posteriors") && !told(&stage, "learning-csv-lossy"));
    let arm = stage.press("enter").text();
    assert!(arm.contains("the source holds no posteriors"), "{arm}");
    assert!(!arm.contains("active since") && !arm.contains("passive"), "{arm}");
    let runs = stage.press("esc r").text();
    assert!(runs.contains("baseline") && runs.contains("selected"), "{runs}");
    assert!(!runs.contains("passive"), "{runs}");
    let charts = stage.press("c").text();
    assert!(!charts.contains("of them are passive"), "{charts}");
}

#[test]
fn what_csv_leaves_out_is_unknown_and_not_absent() {
    let (mut stage, _dir) = open("export.csv", CSV);
    assert_eq!(stage.app.state.learning.data.as_ref().unwrap().traces, 2);
    for keys in ["a", "m", "m #", "# a enter"] {
        let shown = stage.press(keys).text();
        assert!(shown.contains("name no arms"), "{keys}: {shown}");
        assert!(!shown.contains("absent"), "{keys}: {shown}");
    }
    let runs = stage.press("esc r").text();
    assert!(!runs.contains("0/0") && !runs.contains("0 arms"), "{runs}");
    assert!(runs.contains("names no arms"), "the detail says so: {runs}");
    stage.press("5");
    assert_eq!(stage.app.state.tab, Tab::Diagnostics);
    let notes = stage.text();
    assert!(notes.contains("CSV holds no arms"), "{notes}");
}

#[test]
fn a_bar_leads_to_its_own_runs_and_no_others() {
    let mut stage = Stage::demo((120, 40));
    stage.press("6 c");
    let data = stage.app.state.learning.data.clone().unwrap();
    let runs = data.runs.as_ref().unwrap();
    for at in 0..runs.chart_rows() {
        let bar = runs.chart_row(at).unwrap();
        stage.app.state.learning.charts.select(at, runs.chart_rows());
        stage.press("enter");
        let shown = &stage.app.state.learning.runs;
        assert!(!shown.hint().is_empty(), "{bar:?}");
        match bar {
            ChartRow::Group(key) => {
                let group = runs.group(key).unwrap();
                assert_eq!(shown.lines.len() as u64, group.runs, "{key:?}");
                let first = if key.active { runs.passive().unwrap() } else { 0 };
                assert!(shown.lines.iter().all(|ix| ix.index() >= first));
            }
            ChartRow::Stretch(at) => {
                let start = runs.series[at].start;
                let dates = shown.lines.iter().map(|ix| runs.index.get(*ix).unwrap().date());
                let inside = |date: Option<i64>| {
                    date.is_some_and(|date| (start..start + runs.width).contains(&date))
                };
                assert!(dates.clone().all(inside));
                let all = runs.index.iter().filter(|(_, run)| inside(run.date())).count();
                assert_eq!(dates.len(), all);
            }
        }
        stage.press("esc");
        assert!(stage.app.state.learning.runs.hint().is_empty());
    }
}

#[test]
fn kinds_without_an_arm_are_passed_by() {
    let (mut stage, _dir) = open("traces.json", TRACES);
    let kind = |stage: &Stage| stage.app.state.learning.arms.filter.kind;
    stage.press("f");
    assert_eq!(kind(&stage), Some(ArmKind::Tool));
    stage.press("f");
    assert_eq!(kind(&stage), None);
    stage.press("r f f f");
    assert_eq!(stage.app.state.learning.runs.group, RunGroup::All, "none stopped, none failed");
}

#[test]
fn the_arms_of_a_session_scroll_and_esc_leads_back_to_it() {
    let mut stage = Stage::demo((80, 24));
    stage.press("6 r enter T");
    let arms: Vec<_> =
        stage.app.state.learning.runs.session.iter().map(|one| one.arm.clone()).collect();
    let mut seen = stage.text();
    for _ in 0..12 {
        seen.push_str(&stage.press("right").text());
    }
    for arm in &arms {
        let label = ArmName::parse(arm).unwrap().label();
        assert!(seen.contains(label), "{label}: {seen}");
    }
    assert!(seen.contains("lines 1 to 3 of"), "{seen}");
    stage.press("esc");
    assert_eq!(stage.app.state.tab, Tab::Transcript);
    assert!(stage.app.state.learning.runs.hint().is_empty());
}
