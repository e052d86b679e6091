//! Learning data that lies in no `learning.db` (stores of qortex, gateways) against outputs of the
//! original, where they are at hand.

use std::fs;
use std::time::Duration;

use clawscope::learning::export::copy::Copied;
use clawscope::learning::export::{Format, Options};
use clawscope::learning::gateway::{Address, Gateway};
use clawscope::learning::qortex::{Context, Qortex};
use clawscope::learning::rank::rank;
use clawscope::learning::settings::Settings;
use clawscope::learning::status::{Look, Status, Unit};
use clawscope::learning::stored::Stored;
use clawscope::model::learning::trace::Trace;
use clawscope::model::learning::view::Summary;
use clawscope::store::cancel::Cancel;
use clawscope::store::scratch::Scratch;
use jiff::tz::TimeZone;

use crate::golden::golden;
use crate::learning::{imported, open, traces};
use crate::loopback::serve;

#[test]
fn a_store_of_qortex_and_a_gateway_of_its_releases_are_exported_as_by_them() {
    let Some(golden) = golden("learning/qortex") else { return };
    let path = golden.join("learning/openclaw.db");
    let store = Qortex::open(&path, &Scratch::new()).unwrap();
    let bodies = golden.clone();
    let (url, _told) = serve(move |route| {
        let name = route.split('?').next().unwrap();
        (200, fs::read_to_string(bodies.join(format!("api-{name}.json"))).unwrap())
    });
    let gateway = Gateway::new(&Address { url, token: None }, Duration::from_secs(10)).unwrap();
    let told = Copied::of_gateway(&gateway).unwrap();
    for (name, format) in [("export.json", Format::Json), ("export.csv", Format::Csv)] {
        let expected = fs::read_to_string(golden.join(name)).unwrap();
        let options = Options { format, ..Options::default() };
        let mut out = Vec::new();
        let stored = Copied::of_qortex(&store, &path, false);
        let notes = stored.export(&options, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{name}");
        assert!(notes.iter().any(|note| note.message.contains("8 of 51")), "{notes:?}");
        let mut out = Vec::new();
        let notes = told.export(&options, &mut out).unwrap();
        // The interface does not name the learner.
        let expected = expected.replace("    \"learner\": \"openclaw\",\n", "");
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{name} of the gateway");
        assert_eq!(notes[0].code, "learning-qortex-export");
    }
    let settings = gateway.settings(&Cancel::never()).unwrap();
    assert_eq!(settings.baseline_rate, Some(0.1));
    let mut status = gateway.status().unwrap();
    if let Some(settings) = &mut status.settings {
        // The recorded text was made without the rate, which qortex does not go by.
        settings.baseline_rate = None;
    }
    let text = status.text(&Look { zone: TimeZone::UTC, exact: false });
    assert_eq!(text, fs::read_to_string(golden.join("status.txt")).unwrap());
}

#[test]
fn qortex_is_read_with_its_partitions() {
    let Some(golden) = golden("learning") else { return };
    let folder = golden.join("qortex");
    let mut store = Qortex::open(&folder.join("learning/openclaw.db"), &Scratch::new()).unwrap();
    assert_eq!(store.totals(), (627.0, 299.5));
    store.label([
        Context::of_session(
            Some("agent:main:webchat:u1"),
            Some("webchat"),
            Some("openai"),
            Some("gpt-5.2"),
            "active",
        ),
        Context::of_session(
            Some("agent:main:main"),
            Some("telegram"),
            Some("anthropic"),
            Some("claude-sonnet-4"),
            "active",
        ),
    ]);
    let labels: Vec<_> = store
        .partitions
        .iter()
        .map(|found| {
            (found.hash.as_str(), found.label.as_ref().and_then(|label| label.get("channel")))
        })
        .collect();
    assert_eq!(
        labels,
        [
            ("default", None),
            ("65bd9a01526be8b2", Some("webchat")),
            ("baa3f8a770e58e07", None),
            ("5d887ce00e0cfaac", Some("telegram")),
            ("6cea3da0ed8efbd8", None),
        ]
    );
    // What the product exports is the partition of the empty context.
    let exported = imported(&folder.join("export.json"));
    assert_eq!(store.partitions[0].posteriors, exported.posteriors);
}

#[test]
fn the_status_of_qortex_counts_observations() {
    let Some(golden) = golden("learning/qortex") else { return };
    let exported = imported(&golden.join("export.json"));
    let settings = Settings {
        phase: Some("active".into()),
        token_budget: Some(8000.0),
        min_pulls: Some(5.0),
        ..Settings::default()
    };
    let mut summary = Summary { traces: 627, arms: 51, ..Summary::default() };
    summary.selected.with_usage = 627;
    let status = Status {
        arms: rank(&exported.posteriors, settings.rules(true)),
        settings: Some(settings),
        unit: Unit::Observations,
        summary,
        stored: Stored::default(),
    };
    let text = status.text(&Look { zone: TimeZone::UTC, exact: false });
    assert_eq!(text, fs::read_to_string(golden.join("status.txt")).unwrap());
}

#[test]
fn a_gateway_gives_what_the_database_holds() {
    let Some(golden) = golden("learning") else { return };
    let bodies = golden.join("api");
    let (address, _told) = serve(move |route| {
        let name = match route {
            "traces?limit=1000&offset=0" => "traces-default.body".to_owned(),
            "traces?limit=1000&offset=100" => {
                return (200, "{\"traces\":[],\"total\":300}".to_owned());
            }
            route => format!("{route}.body"),
        };
        (200, fs::read_to_string(bodies.join(name)).unwrap())
    });
    let gateway =
        Gateway::new(&Address { url: address, token: None }, Duration::from_secs(10)).unwrap();
    let imported = gateway.read(None, &Cancel::never(), &mut |_| {}).unwrap();
    let (mut stored, _) = open(&golden).posteriors().unwrap();
    let mut found = imported.posteriors.clone();
    stored.sort_by(|a, b| a.arm.cmp(&b.arm));
    found.sort_by(|a, b| a.arm.cmp(&b.arm));
    assert_eq!(found, stored);
    let page = open(&golden).page(None, 100).unwrap();
    assert_eq!(imported.index.len(), 100);
    for (imported, own) in traces(&imported).iter().zip(&page.traces) {
        assert_eq!(Trace { row: 0, ..imported.clone() }, Trace { row: 0, ..own.clone() });
    }
    // The recorded text was made without the gateway's configuration.
    let mut status = gateway.status().unwrap();
    if let Some(settings) = &mut status.settings {
        settings.phase = Some("passive".into());
    }
    let text = status.text(&Look { zone: TimeZone::UTC, exact: false });
    assert_eq!(text, fs::read_to_string(golden.join("status-from-api.txt")).unwrap());
}

#[test]
fn odd_answers_of_a_gateway_are_read_like_odd_rows() {
    let Some(golden) = golden("learning") else { return };
    for variant in ["variants/odd", "variants/blob"] {
        let folder = golden.join(variant);
        let bodies = folder.join("api");
        let (address, _told) = serve(move |route| {
            let name = if route.starts_with("traces?") { "traces-default" } else { route };
            (200, fs::read_to_string(bodies.join(format!("{name}.body"))).unwrap())
        });
        let address = Address { url: address, token: None };
        let gateway = Gateway::new(&address, Duration::from_secs(10)).unwrap();
        let imported = gateway.read(None, &Cancel::never(), &mut |_| {}).unwrap();
        let db = open(&folder);
        let (stored, _) = db.posteriors().unwrap();
        assert_eq!((imported.posteriors.len(), imported.diagnostics.len()), (stored.len(), 0));
        let ids =
            |traces: &[Trace]| traces.iter().map(|one| one.trace_id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&traces(&imported)), ids(&db.page(None, 100).unwrap().traces), "{variant}");
        let arms = |traces: &[Trace]| traces.iter().map(|one| one.arms.clone()).collect::<Vec<_>>();
        assert_eq!(
            arms(&traces(&imported)),
            arms(&db.page(None, 100).unwrap().traces),
            "{variant}"
        );
    }
}
