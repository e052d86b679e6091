//! Databases and exports of the learning layer against outputs of the original, where they are at
//! hand.

use std::fs;
use std::path::Path;

use clawscope::js::parse::parse;
use clawscope::js::print;
use clawscope::learning::database::LearningDb;
use clawscope::learning::export::copy::Copied;
use clawscope::learning::export::{Format, Options, export};
use clawscope::learning::exported::Exported;
use clawscope::learning::import::Imported;
use clawscope::learning::rank::{Rules, rank};
use clawscope::learning::replay::{activation, convergence, replay};
use clawscope::learning::scan::scan;
use clawscope::learning::settings::Settings;
use clawscope::learning::status::{Look, Status, Unit};
use clawscope::learning::summary::summarise;
use clawscope::learning::tally::tally;
use clawscope::model::diagnostic::Diagnostic;
use clawscope::model::learning::index::TraceIx;
use clawscope::model::learning::trace::Trace;
use clawscope::store::cancel::Cancel;
use clawscope::store::scratch::Scratch;
use jiff::tz::TimeZone;

use crate::golden::golden;

pub(crate) fn open(folder: &Path) -> LearningDb {
    LearningDb::open(&folder.join("agent/learning/learning.db"), &Scratch::new()).unwrap()
}

fn written(folder: &Path, options: &Options) -> (String, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let diagnostics = export(&open(folder), options, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), diagnostics)
}

/// The main database and the odd ones, by their folders.
const VARIANTS: [&str; 7] = [
    "",
    "variants/odd",
    "variants/blob",
    "variants/empty",
    "variants/emptyusage",
    "variants/badjson",
    "variants/bigint",
];

const PARTS: [(&str, bool, bool); 4] = [
    ("export", true, true),
    ("traces-only", true, false),
    ("posteriors-only", false, true),
    ("neither", false, false),
];

#[test]
fn exports_are_those_of_the_original_byte_for_byte() {
    let Some(golden) = golden("learning") else { return };
    let mut compared = 0;
    for variant in VARIANTS {
        let folder = golden.join(variant);
        for (name, traces, posteriors) in PARTS {
            for (format, suffix) in [(Format::Json, "json"), (Format::Csv, "csv")] {
                let Ok(expected) = fs::read_to_string(folder.join(format!("{name}.{suffix}")))
                else {
                    continue;
                };
                let options = Options { format, traces, posteriors, ..Options::default() };
                let (actual, diagnostics) = written(&folder, &options);
                assert!(actual == expected, "{variant} {name}.{suffix} differs");
                assert_eq!(diagnostics, [], "{variant} {name}.{suffix}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 8 * 7 - 8);
}

#[test]
fn where_the_original_throws_the_rest_is_written() {
    let Some(golden) = golden("learning") else { return };
    let odd = golden.join("variants/odd");
    for format in [Format::Json, Format::Csv] {
        let options = Options { format, ..Options::default() };
        let (whole, _) = written(&odd, &options);
        let (skipped, notes) = written(&golden.join("variants/badjson"), &options);
        assert!(skipped.len() <= whole.len() && !notes.is_empty());
        assert!(notes.iter().all(|note| note.code == "learning-row-skipped"), "{notes:?}");
        let (wide, notes) = written(&golden.join("variants/bigint"), &options);
        assert!(wide.contains("9007199254740993"));
        assert!(notes.iter().all(|note| note.code == "learning-wide-integer"), "{notes:?}");
        assert_eq!(notes.len(), 1);
    }
}

fn local_status(folder: &Path, settings: Option<Settings>) -> Status {
    let db = open(folder);
    let (posteriors, _) = db.posteriors().unwrap();
    let tally = tally(&db, posteriors.len() as u64).unwrap();
    Status {
        settings,
        unit: Unit::Traces,
        summary: tally.summary,
        arms: rank(&posteriors, Rules::default()),
        stored: db.stored().unwrap().with_range(tally.range),
    }
}

#[test]
fn the_status_text_is_that_of_the_original() {
    let Some(golden) = golden("learning") else { return };
    let look = Look { zone: TimeZone::UTC, exact: false };
    let settings = Settings {
        phase: Some("active".into()),
        token_budget: Some(8000.0),
        baseline_rate: Some(0.1),
        min_pulls: Some(5.0),
        ..Settings::default()
    };
    let mut compared = 0;
    for variant in VARIANTS {
        let folder = golden.join(variant);
        for (name, settings) in
            [("status.txt", None), ("status-with-config.txt", Some(settings.clone()))]
        {
            let own = local_status(&folder, settings).text(&look);
            // On an empty text as usage the original ends with an error; it has no text to compare.
            let Ok(expected) = fs::read_to_string(folder.join(name)) else {
                assert_eq!(variant, "variants/emptyusage");
                assert!(own.contains("  Traces: 32    Arms: 20    Tokens: 9,300.5 "), "{own}");
                continue;
            };
            assert_eq!(own, expected, "{variant} {name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 2 * (VARIANTS.len() - 1));
}

#[test]
fn the_summary_is_that_of_the_interface() {
    let Some(golden) = golden("learning") else { return };
    let mut compared = 0;
    for variant in VARIANTS {
        let folder = golden.join(variant);
        let json = local_status(&folder, None).json(false);
        if let Ok(body) = fs::read(folder.join("api/summary.body")) {
            let expected = parse(&body).unwrap();
            assert_eq!(json.get("summary"), Some(&expected), "{variant}");
            compared += 1;
        }
        let Ok(body) = fs::read(folder.join("api/posteriors.body")) else { continue };
        let expected = parse(&body).unwrap();
        let own = json.get("posteriors").unwrap();
        // Through text, as JSON prints what is no finite number as null.
        let own = parse(print::to_compact(own).as_bytes()).unwrap();
        assert_eq!(own, expected, "{variant}");
    }
    assert_eq!(compared, VARIANTS.len() - 1);
}

#[test]
fn replaying_gives_the_stored_posteriors() {
    let Some(golden) = golden("learning") else { return };
    let db = open(&golden);
    let (posteriors, _) = db.posteriors().unwrap();
    let index = scan(&db, &Scratch::new()).unwrap().index;
    let start = activation(&index, &posteriors).unwrap();
    assert_eq!(start, TraceIx(60));
    let replayed = replay(&index, start);
    assert_eq!(replayed.len(), posteriors.len());
    for stored in &posteriors {
        let own = replayed.iter().find(|own| own.arm == stored.arm).unwrap();
        assert_eq!((own.belief, own.pulls as f64), (stored.belief, stored.pulls), "{}", own.arm);
        assert!(stored.imbalance().abs() < f64::EPSILON, "{}", stored.arm);
        let history = convergence(&index, stored, Some(start), 10_000);
        assert_eq!(history.points.last().unwrap().belief, stored.belief);
        let reckoned = convergence(&index, stored, None, 10_000);
        assert_eq!(reckoned.points, history.points, "{}", stored.arm);
    }
}

#[test]
fn exports_are_read_back_as_what_the_database_holds() {
    let Some(golden) = golden("learning") else { return };
    let db = open(&golden);
    let (stored, _) = db.posteriors().unwrap();
    let own = scan(&db, &Scratch::new()).unwrap().index;
    let json = imported(&golden.join("export.json"));
    assert_eq!((&json.posteriors, json.diagnostics.len()), (&stored, 0));
    assert_eq!(summarise(&json.index, 23), summarise(&own, 23));
    assert_eq!(activation(&json.index, &stored), Some(TraceIx(60)));
    let page = db.page(None, 300).unwrap();
    for (imported, own) in traces(&json).into_iter().zip(&page.traces) {
        assert_eq!(Trace { row: 0, ..imported }, Trace { row: 0, ..own.clone() });
    }
    let csv = imported(&golden.join("export.csv"));
    assert_eq!((csv.index.len(), csv.diagnostics.len()), (300, 1));
    assert_eq!(csv.posteriors, stored);
    for (csv, own) in traces(&csv).iter().zip(&page.traces) {
        assert_eq!(
            (&csv.trace_id, csv.time, csv.baseline),
            (&own.trace_id, own.time, own.baseline)
        );
        assert_eq!(csv.model.as_deref().unwrap_or(""), own.model.as_deref().unwrap_or(""));
    }
    for name in ["export.json", "export.csv"] {
        let later = imported(&golden.join("qortex").join(name));
        assert_eq!((later.posteriors.len(), later.diagnostics.len()), (8, 0), "{name}");
        assert_eq!(later.metrics.is_some(), name.ends_with("json"));
        assert!(later.posteriors.iter().all(|posterior| posterior.updated.is_some()));
    }
}

fn exported(path: &Path) -> Exported {
    Exported::parse(fs::read(path).unwrap(), path).unwrap()
}

pub(crate) fn imported(path: &Path) -> Imported {
    Imported::of(exported(path), &Cancel::never(), &mut |_| {}).unwrap()
}

/// The traces of an export in the order of its list.
pub(crate) fn traces(imported: &Imported) -> Vec<Trace> {
    let rows = 0..imported.index.len() as i64;
    rows.map(|row| imported.traces.get(-row).unwrap()).collect()
}

fn copied(path: &Path, options: &Options) -> String {
    let mut out = Vec::new();
    let export = exported(path);
    Copied::of_export(&export).export(options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn an_export_that_is_exported_again_is_the_same() {
    let Some(golden) = golden("learning") else { return };
    let mut compared = 0;
    for variant in ["", "variants/odd", "variants/empty", "variants/emptyusage", "qortex"] {
        let folder = golden.join(variant);
        for (name, traces, posteriors) in PARTS {
            let json = folder.join("export.json");
            for (format, suffix) in [(Format::Json, "json"), (Format::Csv, "csv")] {
                let Ok(expected) = fs::read_to_string(folder.join(format!("{name}.{suffix}")))
                else {
                    continue;
                };
                let options = Options { format, traces, posteriors, ..Options::default() };
                assert!(copied(&json, &options) == expected, "{variant} {name}.{suffix} differs");
                compared += 1;
            }
        }
    }
    for variant in ["", "variants/odd", "variants/empty", "variants/emptyusage", "qortex"] {
        let csv = golden.join(variant).join("export.csv");
        let options = Options { format: Format::Csv, ..Options::default() };
        let expected = fs::read_to_string(&csv).unwrap();
        assert!(copied(&csv, &options) == expected, "{variant} CSV differs");
    }
    assert_eq!(compared, 4 * 8 + 2);
    for name in ["neither.json", "neither.csv"] {
        let format = if name.ends_with("csv") { Format::Csv } else { Format::Json };
        let options = Options { format, ..Options::default() };
        let expected = fs::read_to_string(golden.join(name)).unwrap();
        assert_eq!(copied(&golden.join(name), &options), expected);
    }
}
