//! Exports of every form, read as what they mean.

use super::*;
use crate::learning::export::{POSTERIORS_HEADER, TRACES_HEADER};
use crate::model::learning::trace::Mark;
use crate::store::cancel::Generations;

fn parse(text: &str) -> Result<Imported, Error> {
    let exported = Exported::parse(text.as_bytes().to_vec(), Path::new("export"))?;
    Imported::of(exported, &Cancel::never(), &mut |_| {})
}

#[test]
fn the_documented_form_is_read_with_its_nulls() {
    let text = r#"{"traces":[{"traceId":"t","runId":"r","sessionId":"s","sessionKey":null,
        "timestamp":1707091200000,"provider":null,"isBaseline":true,"context":{},
        "arms":[{"armId":"tool:fs:Read","included":true,"referenced":true,"tokenCost":245}],
        "usage":{"input":1,"total":4600},"durationMs":null,"aborted":false,"error":null},7],
        "posteriors":[{"armId":"tool:fs:Read","alpha":142.0,"beta":12.0,"pulls":151,
        "lastUpdated":1707091200000},{"armId":"x"}]}"#;
    let found = parse(text).unwrap();
    let trace = found.traces.get(0).unwrap();
    assert_eq!((trace.session_key.as_ref(), trace.duration), (None, None));
    assert_eq!(trace.arms[0].mark, Mark::Used);
    assert_eq!(trace.usage.unwrap().total, Some(4600.0));
    assert_eq!((found.posteriors[0].imbalance(), found.posteriors.len()), (-1.0, 1));
    assert_eq!((found.metrics, found.diagnostics.len()), (None, 2));
    assert_eq!(found.index.len(), 1);
}

#[test]
fn a_reading_tells_how_far_it_is_and_ends_when_nobody_waits() {
    let row = r#"{"traceId":"t","arms":[]}"#;
    let text = format!("{{\"traces\":[{}]}}", vec![row; 3 * STEP].join(","));
    let exported = Exported::parse(text.into_bytes(), Path::new("export")).unwrap();
    let (requests, mut told) = (Generations::default(), Vec::new());
    let request = requests.next();
    let all = Imported::of(exported.clone(), &request, &mut |now| told.push(now.read)).unwrap();
    assert_eq!((all.index.len(), told), (3 * STEP, [0, 256, 512].to_vec()));
    let stopped = Imported::of(exported, &request, &mut |_| requests.cancel_all());
    assert!(matches!(stopped, Err(Error::Store(crate::store::Error::Cancelled))));
}

#[test]
fn a_usage_of_null_is_recorded_unless_null_stands_for_all_that_is_missing() {
    for (error, recorded) in [("", true), (r#""error":null,"#, false)] {
        let text = format!(r#"[{{"traceId":"t",{error}"usage":null}}]"#);
        let found = parse(&text).unwrap();
        let entry = found.index.iter().next().unwrap().1;
        assert_eq!((entry.has_usage, entry.tokens()), (recorded, None), "{text}");
        assert_eq!(found.traces.get(0).unwrap().usage.is_some(), recorded, "{text}");
    }
}

#[test]
fn the_later_form_has_metrics_and_iso_dates() {
    let text = r#"{"metrics":{"total_pulls":627,"total_reward":299.5,"arm_count":51},
        "posteriors":[{"armId":"a","alpha":2,"beta":1,"mean":0.6667,"pulls":0,
        "lastUpdated":"2026-02-13T16:26:40+00:00"}]}"#;
    let found = parse(text).unwrap();
    assert_eq!(found.metrics, Some(Metrics { pulls: 627.0, reward: 299.5, arms: 51.0 }));
    assert_eq!(found.posteriors[0].updated, Some(1_771_000_000_000));
}

#[test]
fn both_tables_of_csv_are_read_record_by_record() {
    let text = format!(
        "{TRACES_HEADER}\nt1,r,s,1707091200000,\"a,b\nc\",\"q\"\"x\",,1,4600,0,0\nbroken,1\n\
         {POSTERIORS_HEADER}\n\"a,1\",142.0000,12.0000,0.9221,151,1707091200000\n\
         b,2.0000,1.0000,0.6667,0,2026-02-13T16:26:40+00:00\n"
    );
    let found = parse(&text).unwrap();
    let trace = found.traces.get(0).unwrap();
    assert_eq!(trace.provider.as_deref(), Some("a,b\nc"));
    assert_eq!(trace.model.as_deref(), Some("q\"x"));
    assert_eq!((trace.duration, trace.baseline), (None, true));
    assert_eq!(found.posteriors[0].arm, "a,1");
    assert_eq!(found.posteriors[1].updated, Some(1_771_000_000_000));
    assert_eq!(found.diagnostics[0].place.row, Some(RowPos::Line(4)));
}

#[test]
fn weights_too_small_for_csv_keep_their_mean() {
    let rows = "tiny,0.0000,0.0000,0.9901,3,1\nnone,0.0000,0.0000,NaN,0,0\n";
    let found = parse(&format!("{POSTERIORS_HEADER}\n{rows}")).unwrap();
    let [tiny, none] = [0, 1].map(|at| found.posteriors[at].belief);
    assert!((tiny.mean() - 0.9901).abs() < 1e-12 && none.mean().is_nan());
    assert!(tiny.alpha < 5e-5 && tiny.beta < 5e-5, "they would print so: {tiny:?}");
}

#[test]
fn other_files_are_refused() {
    for text in ["", "[1,{\"armId\":5}]", "7", "{\"sessions\":[]}", "a,b\n1,2\n"] {
        assert!(matches!(parse(text), Err(Error::Format { .. })), "{text:?}");
    }
}

#[test]
fn a_list_alone_is_what_its_elements_are() {
    let posterior = r#"{"armId":"a","alpha":2,"beta":1,"pulls":0,"lastUpdated":5}"#;
    let trace = r#"{"traceId":"t","runId":"r","timestamp":5,"arms":[]}"#;
    let counts = |text: String| {
        let found = parse(&text).unwrap();
        (found.index.len(), found.posteriors.len(), found.diagnostics.len())
    };
    assert_eq!(counts(format!("[{posterior},{posterior}]")), (0, 2, 0));
    assert_eq!(counts(format!("[{trace}]")), (1, 0, 0));
    assert_eq!(counts(format!("[{trace},{posterior},7,{{}}]")), (1, 1, 2));
}

#[test]
fn an_export_of_nothing_is_empty_and_says_so() {
    for text in ["{}", " { }\n", "[]", "\n", "\r\n"] {
        let found = parse(text).unwrap();
        assert_eq!((found.index.len(), found.posteriors.len()), (0, 0));
        assert_eq!(found.diagnostics[0].code, "learning-export-empty", "{text:?}");
    }
}
