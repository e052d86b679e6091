//! A gateway of a few lines on the loopback stands in for the real one.

mod answers;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::*;
use loopback::serve;

#[path = "../../../tests/suite/loopback.rs"]
mod loopback;

fn address(url: &str) -> Address {
    Address { url: url.to_owned(), token: None }
}

fn gateway(url: &str) -> Gateway {
    Gateway::new(&address(url), Duration::from_secs(5)).unwrap()
}

const POSTERIORS: &str = r#"[{"armId":"tool:fs:Read","alpha":5,"beta":2,"mean":0.714,"pulls":3,
    "lastUpdated":1770000000000}]"#;

/// 2,300 traces, newest first; the list moves on by one between the pages.
fn traces(route: &str) -> String {
    let number = |name: &str| -> usize {
        let value = route.split(name).nth(1).unwrap();
        value.split('&').next().unwrap().parse().unwrap()
    };
    let (limit, offset) = (number("limit="), number("offset="));
    let moved = offset / PAGE;
    let ids = (offset..(offset + limit).min(2_300 + moved)).map(|at| 2_300 + moved - at);
    let rows: Vec<String> = ids
        .map(|id| format!(r#"{{"traceId":"t{id}","timestamp":{id},"arms":[],"isBaseline":false}}"#))
        .collect();
    format!(r#"{{"traces":[{}],"total":{}}}"#, rows.join(","), 2_300 + moved)
}

#[test]
fn traces_are_read_page_by_page_with_nothing_but_get() {
    let (address, told) = serve(|route| match route {
        "posteriors" => (200, POSTERIORS.to_owned()),
        "summary" => (200, r#"{"traceCount":9,"armCount":1,"accuracy":0.5}"#.to_owned()),
        route => (200, traces(route)),
    });
    let mut told_of = Vec::new();
    let all = gateway(&address).read(None, &Cancel::never(), &mut |now| told_of.push(now)).unwrap();
    assert_eq!((all.posteriors.len(), all.index.len()), (1, 2_300));
    assert_eq!(all.traces.get(0).unwrap().trace_id, "t2300");
    let lines: Vec<String> = told.try_iter().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(all.metrics, Some(Metrics { pulls: 9.0, reward: 0.0, arms: 1.0 }));
    assert!(
        lines.iter().all(|line| line.starts_with("GET /__openclaw__/api/learning/")),
        "{lines:?}"
    );
    assert_eq!(told_of.last(), Some(&Progress { read: 2_302, total: 2_302 }));
    let rows: Vec<i64> = all.index.iter().rev().map(|(_, entry)| entry.row).collect();
    assert!(rows.iter().copied().eq((0..2_300).map(|at: i64| -at)), "rows are places in the list");
    let some = gateway(&address).read(Some(1_200), &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!(some.index.len(), 1_199, "one of them came twice");
}

#[test]
fn without_a_total_pages_are_read_while_they_are_full() {
    let (address, _told) = serve(|route| match route {
        "posteriors" => (200, POSTERIORS.to_owned()),
        "summary" => (200, "{}".to_owned()),
        route => (200, traces(route).replace("total", "sum")),
    });
    let all = gateway(&address).read(None, &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!(all.index.len(), 2_300);
    assert_eq!(all.diagnostics[0].code, "gateway-total-missing");
    let some = gateway(&address).read(Some(500), &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!((some.index.len(), some.diagnostics.len() + 1), (500, all.diagnostics.len()));
    // One that does not heed the offset has no end.
    let (address, told) = serve(|route| match route {
        "posteriors" => (200, POSTERIORS.to_owned()),
        "summary" => (200, "{}".to_owned()),
        _ => (200, traces("limit=1000&offset=0").replace("total", "sum")),
    });
    let repeated = gateway(&address).read(None, &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!((repeated.index.len(), told.try_iter().count()), (1_000, 4));
}

#[test]
fn the_gateways_own_figures_make_a_status() {
    let (address, _told) = serve(|route| {
        let body = match route {
            "posteriors" => POSTERIORS,
            "config" => r#"{"enabled":true,"phase":"active","tokenBudget":8000,"minPulls":5}"#,
            _ => {
                r#"{"traceCount":7,"armCount":1,"minTimestamp":0,"maxTimestamp":0,"totalTokens":900,
                "baseline":{"baselineRuns":2,"selectedRuns":4,"baselineAvgTokens":200,
                "selectedAvgTokens":100.5,"baselineAvgDuration":null,"selectedAvgDuration":null}}"#
            }
        };
        (200, body.to_owned())
    });
    let status = gateway(&address).status().unwrap();
    let look = super::super::status::Look { zone: jiff::tz::TimeZone::UTC, exact: false };
    let text = status.text(&look);
    assert!(text.contains("[ACTIVE]\n\n  Budget: 8,000  |  Min pulls: 5\n"), "{text}");
    assert!(text.contains("  Traces: 7    Arms: 1    Tokens: 900    Range: 1/1/1970"), "{text}");
    assert!(text.contains("+49.8% (baseline avg: 200, selected avg: 101)"), "{text}");
}

#[test]
fn failures_name_the_address_and_the_reason() {
    let (address, told) = serve(|route| match route {
        "posteriors" => (503, r#"{"error":"Learning DB not available"}"#.to_owned()),
        "summary" => (302, String::new()),
        _ => (200, "<html>".to_owned()),
    });
    let gateway = gateway(&address);
    let failure = |result: Result<Value, Error>| result.unwrap_err().to_string();
    assert!(
        failure(gateway.get("posteriors")).contains("503 Service Unavailable: Learning DB not")
    );
    assert!(failure(gateway.get("summary")).contains("302"));
    assert!(failure(gateway.get("summary")).contains("not followed"));
    assert!(failure(gateway.get("config")).contains("not JSON"));
    assert_eq!(told.try_iter().count(), 4, "no redirect was followed");
    let cancelled = crate::store::cancel::Generations::default();
    let request = cancelled.next();
    cancelled.cancel_all();
    let (address, _told) = serve(|_| (200, "[]".to_owned()));
    assert!(self::gateway(&address).read(None, &request, &mut |_| {}).is_err());
}

#[test]
fn only_addresses_of_hosts_are_asked() {
    for bad in ["", "http://", "https://", "ftp://x", "http://u:p@host", "http://h/path", "a b"] {
        assert!(Gateway::new(&address(bad), Duration::from_secs(1)).is_err(), "{bad}");
    }
    for (given, base) in [
        ("127.0.0.1:18789/", "http://127.0.0.1:18789"),
        ("https://gateway.example", "https://gateway.example"),
    ] {
        assert_eq!(&*gateway(given).base, base);
    }
}

#[test]
fn a_silent_gateway_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let named = Address { url: address.clone(), token: None };
    let gateway = Gateway::new(&named, Duration::from_millis(100)).unwrap();
    let start = Instant::now();
    assert!(gateway.get("summary").is_err());
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn nobody_waits_for_an_answer_that_is_not_wanted_any_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = listener.local_addr().unwrap().to_string();
    let gateway = Gateway::new(&address(&silent), Duration::from_secs(60)).unwrap();
    let requests = crate::store::cancel::Generations::default();
    let request = requests.next();
    let start = Instant::now();
    let ended = std::thread::scope(|scope| {
        let reading = scope.spawn(|| gateway.read(None, &request, &mut |_| {}));
        let _silent = listener.accept().unwrap();
        requests.cancel_all();
        reading.join().unwrap()
    });
    assert!(matches!(ended, Err(Error::Store(crate::store::Error::Cancelled))), "{ended:?}");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_token_goes_into_its_header_and_nowhere_else() {
    let (url, told) = serve(|_| (401, String::new()));
    let token = Token::new(" hush-hush ");
    let named = Address { url, token };
    let gateway = Gateway::new(&named, Duration::from_secs(5)).unwrap();
    let said = gateway.get("summary").unwrap_err().to_string();
    assert!(said.contains("401") && said.contains("CLAWSCOPE_GATEWAY_TOKEN"), "{said}");
    let line = told.recv().unwrap();
    assert!(line.to_lowercase().ends_with("[authorization: bearer hush-hush]"), "{line}");
    for shown in [said, format!("{named:?}"), format!("{gateway:?}")] {
        assert!(!shown.contains("hush"), "{shown}");
    }
    assert_eq!(Token::new("  "), None);
    let broken = Address { token: Token::new("a\nb"), ..named };
    assert!(Gateway::new(&broken, Duration::from_secs(1)).is_err());
}

#[test]
fn what_a_null_means_is_told_by_all_pages_together() {
    let read = |other: &'static str| {
        let (address, _told) = serve(move |route| {
            let trace = |id: usize, member: &str| {
                format!(r#"{{"traceId":"t{id}","timestamp":{id},"arms":[],{member}}}"#)
            };
            let usage = (0..1_000).map(|at| trace(2_000 - at, r#""usage":null"#));
            let page: Vec<String> =
                if route.ends_with("offset=0") { usage.collect() } else { vec![trace(1, other)] };
            match route {
                "posteriors" => (200, POSTERIORS.to_owned()),
                "summary" => (200, "{}".to_owned()),
                _ => (200, format!(r#"{{"traces":[{}],"total":1001}}"#, page.join(","))),
            }
        });
        gateway(&address).read(None, &Cancel::never(), &mut |_| {}).unwrap()
    };
    assert!(read(r#""model":"m""#).traces.get(0).unwrap().usage.is_some(), "a null was stored");
    assert!(read(r#""model":null"#).traces.get(0).unwrap().usage.is_none(), "nothing was");
}
