//! Heads of runtime events, on the fast way and on the exact one.

use super::*;
use crate::js::print::to_compact;

const SIDECAR: &str = r#""traceSchema":"openclaw-trajectory","schemaVersion":1,"source":"runtime","ts":"2026-05-01T10:00:00.000Z","seq":1,"sourceSeq":7,"sessionId":"s""#;

fn head(rest: &str) -> EventHead<'static> {
    let text = format!("{{{SIDECAR},{rest}}}").into_bytes();
    let exact = Maybe::<Row<'_>>::of_value(&parse::parse(&text).unwrap()).0.unwrap().head();
    let fast = parse_event(&text).unwrap();
    assert_eq!(fast, exact, "both ways agree");
    exact
}

#[test]
fn an_event_is_read_with_its_members() {
    let head = head(
        r#""type":"tool.result","runId":"r","provider":"p","modelId":"m","data":{"toolCallId":"c","name":"read","success":false,"result":{"deep":[1,{"toolCallId":"no"}]}}"#,
    );
    assert!(head.conforms && !head.truncated);
    assert_eq!(head.exit, None);
    assert_eq!((head.kind(), head.outcome), (EventKind::ToolResult, EventOutcome::Error));
    assert_eq!((head.order, head.time), (Some(7.0), Some(1_777_629_600_000)));
    let texts = [head.run, head.call_id, head.tool, head.provider, head.model];
    assert_eq!(texts.map(Option::unwrap), ["r", "c", "read", "p", "m"]);
}

#[test]
fn an_exit_code_stands_in_the_details_of_a_result_or_in_the_result() {
    for (result, exit) in [
        (r#"{"content":[],"details":{"status":"completed","exitCode":3}}"#, Some(3)),
        (r#"{"details":{"exit_code":4},"exitCode":5}"#, Some(4)),
        (r#"{"details":"none","exitCode":5}"#, Some(5)),
        (r#"{"details":{"exitCode":null}}"#, None),
        (r#""exit 3""#, None),
    ] {
        let rest = format!(r#""type":"tool.result","data":{{"result":{result}}}"#);
        assert_eq!(head(&rest).exit, exit, "{result}");
    }
}

#[test]
fn outcomes_follow_the_first_cause() {
    let table = [
        (r#""type":"session.ended","data":{"status":"success"}"#, EventOutcome::Ok),
        (r#""type":"session.ended","data":{"status":"cleanup"}"#, EventOutcome::Silent),
        (r#""type":"session.ended","data":{"status":"interrupted"}"#, EventOutcome::Aborted),
        (
            r#""type":"session.ended","data":{"status":"success","timedOut":true,"aborted":true}"#,
            EventOutcome::TimedOut,
        ),
        (r#""type":"trace.artifacts","data":{"finalStatus":"error"}"#, EventOutcome::Error),
        (
            r#""type":"model.completed","data":{"aborted":false,"promptError":{"m":1}}"#,
            EventOutcome::Error,
        ),
        (
            r#""type":"model.completed","data":{"aborted":false,"promptError":null}"#,
            EventOutcome::Ok,
        ),
        (
            r#""type":"model.fallback_step","data":{"fallbackStepFinalOutcome":"next_fallback"}"#,
            EventOutcome::Error,
        ),
        (
            r#""type":"model.fallback_step","data":{"fallbackStepFinalOutcome":"succeeded"}"#,
            EventOutcome::Ok,
        ),
        (r#""type":"tool.timeout""#, EventOutcome::TimedOut),
        (r#""type":"tool.result","data":{"isError":false}"#, EventOutcome::Ok),
        (r#""type":"session.started","data":{"trigger":"user"}"#, EventOutcome::Silent),
    ];
    for (rest, outcome) in table {
        assert_eq!(head(rest).outcome, outcome, "{rest}");
    }
}

#[test]
fn a_cut_event_is_recognised() {
    assert!(head(r#""type":"x","data":{"truncated":true,"originalBytes":9}"#).truncated);
    assert!(head(r#""type":"x","data":{"a":1,"_truncated":{"originalKeys":70}}"#).truncated);
}

#[test]
fn what_javascript_accepts_takes_the_exact_way() {
    let lone = format!(r#"{{{SIDECAR},"type":"a\ud800","seq":2,"data":{{"name":1e400}}}}"#);
    let head = parse_event(lone.as_bytes()).unwrap();
    assert!(head.conforms);
    assert_eq!(head.type_name.as_deref(), Some("a\u{fffd}"));
    let broken = [b"{\"type\":\"a\xff\"}".as_slice(), b"[1,2]", b"7"];
    for text in broken {
        assert!(!parse_event(text).unwrap().conforms);
    }
    assert_eq!(parse_event(b"{\"type\":"), Err(EventFault::NotJson));
    assert_eq!(parse_event(b""), Err(EventFault::NotJson));
}

#[test]
fn a_sidecar_row_must_have_every_required_member() {
    let full = parse::parse(format!(r#"{{{SIDECAR},"type":"t"}}"#).as_bytes()).unwrap();
    for name in ["traceSchema", "schemaVersion", "source", "ts", "seq", "sessionId", "type"] {
        let mut row = full.clone();
        row.as_object_mut().unwrap().remove(name);
        assert!(!parse_event(to_compact(&row).as_bytes()).unwrap().conforms, "{name}");
    }
    for data in ["null", "[]", "1"] {
        assert!(!head(&format!(r#""type":"t","data":{data}"#)).conforms, "{data}");
    }
}
