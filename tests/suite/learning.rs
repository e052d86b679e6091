//! The learning room against outputs of the original, where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};

use clawscope::learning::database::LearningDb;
use clawscope::js::parse::parse;
use clawscope::js::value::Value;
use clawscope::learning::export::{Format, Options, export};
use clawscope::learning::rank::{Rules, rank};
use clawscope::learning::replay::{activation, convergence, replay};
use clawscope::learning::scan::scan;
use clawscope::learning::settings::Settings;
use clawscope::learning::status::{Look, Status, Unit};
use clawscope::learning::summary::summarise;
use clawscope::model::diagnostic::Diagnostic;
use clawscope::model::learning::index::TraceIx;
use clawscope::store::scratch::Scratch;
use jiff::tz::TimeZone;

/// The folder of recorded outputs, or nothing with a word about it.
fn golden() -> Option<PathBuf> {
    let given = std::env::var_os("CLAWSCOPE_GOLDEN").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"));
    let folder = folder.join("learning");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} is not there", folder.display());
    None
}

fn open(folder: &Path) -> LearningDb {
    LearningDb::open(&folder.join("agent/learning/learning.db"), &Scratch::new()).unwrap()
}

fn written(folder: &Path, options: &Options) -> (String, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let diagnostics = export(&open(folder), options, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), diagnostics)
}

const PARTS: [(&str, bool, bool); 4] = [
    ("export", true, true),
    ("traces-only", true, false),
    ("posteriors-only", false, true),
    ("neither", false, false),
];

#[test]
fn exports_are_those_of_the_original_byte_for_byte() {
    let Some(golden) = golden() else { return };
    let mut compared = 0;
    for variant in ["", "variants/odd", "variants/blob", "variants/empty", "variants/emptyusage",
        "variants/badjson", "variants/bigint"]
    {
        let folder = golden.join(variant);
        for (name, traces, posteriors) in PARTS {
            for (format, suffix) in [(Format::Json, "json"), (Format::Csv, "csv")] {
                let Ok(expected) = fs::read_to_string(folder.join(format!("{name}.{suffix}"))) else {
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
    let Some(golden) = golden() else { return };
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
    let scratch = Scratch::new();
    let db = open(folder);
    let (posteriors, _) = db.posteriors().unwrap();
    let index = scan(&db, &scratch).unwrap().index;
    Status {
        settings,
        unit: Unit::Traces,
        summary: summarise(&index, posteriors.len() as u64),
        arms: rank(&posteriors, Rules::default()),
    }
}

#[test]
fn the_status_text_is_that_of_the_original() {
    let Some(golden) = golden() else { return };
    let look = Look { zone: TimeZone::UTC, exact: false };
    let settings = Settings {
        phase: Some("active".into()),
        token_budget: Some(8000.0),
        baseline_rate: Some(0.1),
        min_pulls: Some(5.0),
        ..Settings::default()
    };
    for variant in ["", "variants/empty"] {
        let folder = golden.join(variant);
        let expected = |name| fs::read_to_string(folder.join(name)).unwrap();
        assert_eq!(local_status(&folder, None).text(&look), expected("status.txt"));
        let with_config = local_status(&folder, Some(settings.clone())).text(&look);
        assert_eq!(with_config, expected("status-with-config.txt"));
    }
    // Dates that are texts are read as dates here, and means that are no numbers come last.
    let odd = local_status(&golden.join("variants/odd"), None).text(&look);
    let expected = fs::read_to_string(golden.join("variants/odd/status.txt")).unwrap();
    let figures = |text: &str| text.lines().skip(3).take(11).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(figures(&odd), figures(&expected));
}

#[test]
fn the_summary_is_that_of_the_interface() {
    let Some(golden) = golden() else { return };
    for variant in ["", "variants/empty"] {
        let folder = golden.join(variant);
        let body = fs::read(folder.join("api/summary.body")).unwrap();
        let expected = parse(&body).unwrap();
        let json = local_status(&folder, None).json();
        assert_eq!(json.get("summary"), Some(&expected), "{variant}");
        let Ok(body) = fs::read(folder.join("api/posteriors.body")) else { continue };
        let expected = parse(&body).unwrap();
        let own = json.get("posteriors").and_then(Value::as_array).unwrap();
        for (own, expected) in own.iter().zip(expected.as_array().unwrap()) {
            let mut own = own.clone();
            own.as_object_mut().unwrap().remove("exactInterval");
            assert_eq!(own, *expected);
        }
    }
}

#[test]
fn replaying_gives_the_stored_posteriors() {
    let Some(golden) = golden() else { return };
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
        assert_eq!(stored.imbalance(), 0.0);
        let history = convergence(&index, stored, Some(start), 10_000);
        assert_eq!(history.points.last().unwrap().belief, stored.belief);
        let reckoned = convergence(&index, stored, None, 10_000);
        assert_eq!(reckoned.points, history.points, "{}", stored.arm);
    }
}
