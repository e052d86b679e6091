//! Bundles of sessions that OpenClaw itself wrote, against the bundles that it made of them.

mod compare;
mod refusals;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use clawscope::model::bundle::BundlePlan;
use clawscope::ops::plan::{Original, PlanRequest, Redaction, plan};
use clawscope::ops::write::{find_target, write_plan};
use clawscope::store::Store;
use clawscope::store::cancel::Cancel;
use clawscope::store::location::{Environment, Request, locate};
use serde_json::Value;

use crate::golden::golden;
use crate::golden_store::CASES;

/// How many files of the cases are OpenClaw's byte for byte.
const IDENTICAL: usize = 22;

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

struct Case {
    dir: PathBuf,
    about: Value,
}

impl Case {
    fn new(golden: &Path, name: &str) -> Self {
        let dir = golden.join(name);
        Self { about: json(&dir.join("case.json")), dir }
    }

    fn text(&self, member: &str) -> String {
        self.about[member].as_str().unwrap().to_owned()
    }

    fn state(&self) -> PathBuf {
        self.dir.join("home/.openclaw")
    }

    /// Runs the command in a workspace and returns the bundle.
    fn export(&self, workspace: &Path) -> PathBuf {
        let output = Command::new(env!("CARGO_BIN_EXE_clawscope"))
            .args(["--state-dir".as_ref(), self.state().as_os_str()])
            .args(["sessions", "export-trajectory", "--json", "--workspace", ".", "--output", "b"])
            .args(["--session-key", &self.text("sessionKey")])
            .args(["--original-home", &self.text("home")])
            .args(["--original-state-dir", &self.text("stateDir")])
            .args(["--original-workspace", &self.text("workspace")])
            .current_dir(workspace)
            .env_clear()
            .env("TZ", "UTC")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        PathBuf::from(told["outputDir"].as_str().unwrap())
    }

    fn expected(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut found: Vec<PathBuf> =
            entries.filter(|path| name(path).starts_with("expected-")).collect();
        found.sort();
        found
    }
}

#[test]
fn bundles_hold_what_openclaw_writes_and_nothing_that_it_masks() {
    let Some(golden) = golden("") else { return };
    let (mut identical, mut total) = (0, 0);
    for name in CASES {
        let case = Case::new(&golden, name);
        let workspace = tempfile::tempdir().unwrap();
        let ours = case.export(workspace.path());
        let planted = fs::read_to_string(case.dir.join("secrets.txt")).unwrap_or_default();
        let planted: Vec<String> = planted
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        for expected in case.expected() {
            let found = compare::compare(&expected, &ours, &planted);
            assert!(
                found.faults.is_empty(),
                "{}:\n{}",
                expected.display(),
                found.faults.join("\n")
            );
            let release = expected.file_name().unwrap().to_string_lossy().into_owned();
            println!(
                "{name} {release}: {}/{} files identical, {} values equal, {:?}",
                found.same_bytes, found.files, found.equal, found.counts
            );
            identical += found.same_bytes;
            total += found.files;
        }
    }
    println!("golden: {identical}/{total} files identical");
    // The others differ by what OpenClaw cut, by what only ours masks or tells, and by nothing else.
    assert!(identical >= IDENTICAL, "{identical} files identical, there were {IDENTICAL}");
}

#[test]
fn refusals_are_those_of_openclaw() {
    let Some(golden) = golden("") else { return };
    let new = refusals::replay(&golden, "new", "new-coding", "main");
    let old = refusals::replay(&golden, "old", "old-compact", "chat");
    println!("refusals: {new} new, {old} old replayed");
    assert_eq!((new, old), (40, 40));
}

/// Every file below a directory with its bytes and time.
pub(crate) fn snapshot(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        let changed = fs::metadata(&dir).unwrap().modified().unwrap();
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let changed = fs::metadata(&path).unwrap().modified().unwrap();
                found.insert(path.clone(), (fs::read(&path).unwrap(), changed));
            }
        }
        found.insert(dir, (Vec::new(), changed));
    }
    found
}

#[test]
fn the_plan_is_what_is_written_and_the_state_stays_untouched() {
    let Some(golden) = golden("") else { return };
    for name in ["old-branch", "new-secrets", "mig-coding"] {
        let case = Case::new(&golden, name);
        let before = snapshot(&case.state());
        let environment =
            Environment { current_dir: std::env::current_dir().unwrap(), ..Environment::default() };
        let request = Request { state_dir: Some(case.state()), ..Request::default() };
        let store = Store::open(locate(&request, &environment).unwrap()).unwrap();
        let catalogue = store.catalogue(&Cancel::never(), &mut |_| ());
        let key = case.text("sessionKey");
        let is_it = |own: &str| own == key;
        let row = catalogue
            .rows
            .iter()
            .find(|row| row.key.as_ref().is_some_and(|own| is_it(own.as_str())))
            .unwrap();
        let workspace = tempfile::tempdir().unwrap();
        let original = Original {
            home: Some(case.text("home")),
            state_dir: Some(case.text("stateDir")),
            workspace: Some(case.text("workspace")),
        };
        let request = PlanRequest {
            row: row.clone(),
            session_key: key.clone(),
            branch: None,
            workspace: workspace.path().to_owned(),
            redaction: Redaction { original, ..Redaction::default() },
            now: 1_767_225_600_000,
        };
        let planned = plan(&store, &request, &Cancel::never(), &|_| {}).unwrap();
        assert_eq!(planned, plan(&store, &request, &Cancel::never(), &|_| {}).unwrap(), "{name}");
        let target = find_target(workspace.path(), None, &row.session_id, request.now).unwrap();
        assert!(target.display.ends_with("2026-01-01T00-00-00"), "{}", target.display);
        write_plan(&planned, &target).unwrap();
        for file in &planned.files {
            assert_eq!(fs::read(target.dir.join(file.name)).unwrap(), file.bytes, "{}", file.name);
        }
        check_counts(&planned, name);
        assert!(snapshot(&case.state()) == before, "{name}: the state was touched");
    }
}

/// Every rule that the manifest counts has as many findings.
fn check_counts(planned: &BundlePlan, name: &str) {
    let manifest: Value =
        serde_json::from_str(planned.file("manifest.json").unwrap().text()).unwrap();
    let counted: BTreeMap<&str, u64> = planned.by_rule();
    let told = manifest["redactions"]["byRule"].as_object().unwrap();
    assert_eq!(told.len(), counted.len(), "{name}");
    for (rule, count) in counted {
        assert_eq!(told[rule], count, "{name} {rule}");
    }
}
