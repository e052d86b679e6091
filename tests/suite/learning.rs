//! The learning room against outputs of the original, where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};

use clawscope::learning::database::LearningDb;
use clawscope::learning::export::{Format, Options, export};
use clawscope::model::diagnostic::Diagnostic;
use clawscope::store::scratch::Scratch;

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
