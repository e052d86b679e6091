//! A gateway of a few lines on the loopback stands in for the real one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread::spawn;
use std::time::{Duration, Instant};

use super::*;

/// Answers requests with what `answer` makes of their targets, and tells their request lines.
fn serve(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            reader.read_line(&mut first).unwrap();
            let mut header = String::new();
            while reader.read_line(&mut header).unwrap() > 2 {
                header.clear();
            }
            let target = first.split(' ').nth(1).unwrap_or_default();
            let (status, body) = answer(target.strip_prefix(PREFIX).unwrap_or("?"));
            let _gone = write!(
                stream,
                "HTTP/1.1 {status} X\r\nConnection: close\r\nLocation: http://127.0.0.1:1/\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            if tell.send(first.trim().to_owned()).is_err() {
                return;
            }
        }
    });
    (address, told)
}

fn gateway(address: &str) -> Gateway {
    Gateway::new(address, Duration::from_secs(5)).unwrap()
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
        route => (200, traces(route)),
    });
    let all = gateway(&address).read(None, &Cancel::never()).unwrap();
    assert_eq!((all.posteriors.len(), all.traces.len()), (1, 2_300));
    assert_eq!(all.traces[0].trace_id, "t2300");
    assert_eq!(all.index().len(), 2_300);
    let lines: Vec<String> = told.try_iter().collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines.iter().all(|line| line.starts_with("GET /__openclaw__/api/learning/")),
        "{lines:?}"
    );
    let some = gateway(&address).read(Some(1_200), &Cancel::never()).unwrap();
    assert_eq!(some.traces.len(), 1_199, "one of them came twice");
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
    assert!(failure(gateway.get("config")).contains("not JSON"));
    assert_eq!(told.try_iter().count(), 3);
    let cancelled = crate::store::cancel::Generations::default();
    let request = cancelled.next();
    cancelled.cancel_all();
    let (address, _told) = serve(|_| (200, "[]".to_owned()));
    assert!(self::gateway(&address).read(None, &request).is_err());
}

#[test]
fn only_plain_addresses_are_asked() {
    for bad in ["https://example.org", "", "http://", "ftp://x", "http://u:p@host", "http://h/path"]
    {
        assert!(Gateway::new(bad, Duration::from_secs(1)).is_err(), "{bad}");
    }
    assert_eq!(
        Gateway::new("127.0.0.1:18789/", Duration::from_secs(1)).unwrap().base,
        "http://127.0.0.1:18789"
    );
}

#[test]
fn a_silent_gateway_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let gateway = Gateway::new(&address, Duration::from_millis(100)).unwrap();
    let start = Instant::now();
    assert!(gateway.get("summary").is_err());
    assert!(start.elapsed() < Duration::from_secs(4));
}
