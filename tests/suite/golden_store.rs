//! States that OpenClaw itself wrote: branches and events must be those of its own exports.

use std::fs;
use std::path::Path;

use clawscope::model::session::SessionRow;
use clawscope::store::Store;
use clawscope::store::cancel::Cancel;
use clawscope::store::location::{Environment, Request, locate};
use serde_json::Value;

use crate::golden::golden;

/// The recorded sessions. Those that begin with `old` are of 2026.7.1, the others of 2026.9.6.
pub(crate) const CASES: [&str; 8] = [
    "old-branch",
    "old-coding",
    "old-compact",
    "new-coding",
    "new-fallback",
    "new-notrace",
    "new-secrets",
    "mig-coding",
];

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn open(case: &Path) -> Store {
    let state_dir = Some(case.join("home/.openclaw"));
    let environment =
        Environment { current_dir: std::env::current_dir().unwrap(), ..Environment::default() };
    let request = Request { state_dir, ..Request::default() };
    Store::open(locate(&request, &environment).unwrap()).unwrap()
}

fn row(store: &Store, key: &str) -> SessionRow {
    let catalogue = store.catalogue(&Cancel::never(), &mut |_| ());
    // The states lie elsewhere than they were written; nothing else is worth a word.
    assert!(catalogue.diagnostics.iter().all(|note| note.code == "transcripts-moved"));
    let keyed = |row: &&SessionRow| row.key.as_ref().is_some_and(|own| own.as_str() == key);
    catalogue.rows.iter().find(keyed).unwrap().clone()
}

#[test]
fn branches_and_runtime_events_are_those_of_the_exports() {
    let Some(golden) = golden("") else { return };
    for name in CASES {
        let release = if name.starts_with("old") { "2026.7.1" } else { "2026.9.6" };
        let case = golden.join(name);
        let expected = case.join(format!("expected-{release}"));
        let (branch, manifest) =
            (json(&expected.join("session-branch.json")), json(&expected.join("manifest.json")));
        let store = open(&case);
        let row = row(&store, json(&case.join("case.json"))["sessionKey"].as_str().unwrap());

        let transcript = store.transcript(&row.transcript, &Cancel::never(), &mut |_| ()).unwrap();
        assert_eq!(transcript.diagnostics, [], "{name}");
        let leaf = transcript.branch.leaf.map(|leaf| transcript.tables.text(leaf));
        assert_eq!(leaf, branch["leafId"].as_str(), "{name}");
        let entries = branch["entries"].as_array().unwrap();
        assert_eq!(transcript.branch.entries.len(), entries.len(), "{name}");

        // Every row's body is where the index says, whatever holds it.
        let mut bodies = store.bodies(&row.transcript).unwrap();
        for entry in &transcript.tables.entries {
            let body = bodies.read(entry.span, usize::MAX).unwrap();
            assert!(serde_json::from_slice::<Value>(&body).unwrap().is_object());
        }

        let source = store.find_runtime(&row);
        let log = store.runtime(&source, &row.session_id, &Cancel::never()).unwrap();
        assert_eq!(log.diagnostics, [], "{name}");
        // The export leaves out what the migration left behind; we find it.
        let events = match name {
            "mig-coding" => 28,
            _ => manifest["runtimeEventCount"].as_u64().unwrap(),
        };
        assert_eq!(log.events.len() as u64, events, "{name}");
    }
}
