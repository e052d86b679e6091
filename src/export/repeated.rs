//! Members that nearly every event repeats are redacted once for each of their values.

use std::collections::HashMap;

use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::model::finding::Finding;

use super::redaction::Redaction;

/// Members of an event that name its session, its run and its model.
///
/// What becomes of them depends on their own name and value only; that is not true of `type`, which
/// tells whether an object is a medium.
pub(super) const MEMBERS: [&str; 9] = [
    "traceSchema",
    "traceId",
    "sessionId",
    "sessionKey",
    "runId",
    "workspaceDir",
    "provider",
    "modelId",
    "modelApi",
];

/// Most values of a member that are remembered.
const MOST_VALUES: usize = 64;

/// A redacted value with its findings.
#[derive(Debug, Clone)]
struct Done {
    value: JsString,
    findings: Vec<Finding>,
}

/// What became of the values of [`MEMBERS`] so far.
#[derive(Debug)]
pub(super) struct Repeated {
    /// In the order of [`MEMBERS`].
    known: [HashMap<JsString, Done>; MEMBERS.len()],
    enabled: bool,
}

impl Repeated {
    /// Knows nothing yet; `enabled` is false where the names of [`MEMBERS`] are masked.
    pub(super) fn new(enabled: bool) -> Self {
        Self { known: Default::default(), enabled }
    }

    /// Redacts an event.
    pub(super) fn event(&mut self, event: &mut Value, redaction: &mut Redaction<'_>) {
        let mut held: Vec<(&'static str, JsString)> = Vec::with_capacity(MEMBERS.len());
        for (name, value) in event.as_object_mut().into_iter().flat_map(Object::iter_mut) {
            let member = self.known.iter_mut().zip(MEMBERS).find(|(_, member)| *name == **member);
            let (Some((known, member)), Value::String(text)) = (member, &mut *value) else {
                continue;
            };
            if !self.enabled {
                continue;
            }
            let done = lookup(known, member, text, redaction);
            held.push((member, done.value.clone()));
            redaction.adopt(done.findings.iter().cloned());
            *value = Value::Null;
        }
        redaction.value(event);
        for (name, text) in held {
            if let Some(value) = event.as_object_mut().and_then(|members| members.get_mut(name)) {
                *value = Value::String(text);
            }
        }
    }
}

/// What becomes of a value; remembered from now on.
fn lookup<'a>(
    known: &'a mut HashMap<JsString, Done>,
    member: &'static str,
    text: &JsString,
    redaction: &Redaction<'_>,
) -> &'a Done {
    if known.len() >= MOST_VALUES && !known.contains_key(text) {
        known.clear();
    }
    known.entry(text.clone()).or_insert_with_key(|text| {
        let mut wrapped = Value::from(Object::from_iter([(member, text.clone())]));
        let findings = redaction.apart(&mut wrapped);
        let value = wrapped.get(member).and_then(Value::as_js_string).cloned().unwrap_or_default();
        Done { value, findings }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;
    use crate::js::print::to_compact;
    use crate::redact::{Literal, Options, Profile, Redactor, Rules};

    #[test]
    fn events_come_out_as_if_nothing_were_remembered() {
        let literal = Literal { value: "ws-1".to_owned(), rule: "literal".into() };
        let options = Options { literals: vec![literal], ..Options::default() };
        let redactor = Redactor::new(&Rules::built_in(Profile::Standard).unwrap(), options);
        let mut repeated = Repeated::new(true);
        let texts = [
            r#"{"traceId":"t","sessionKey":"a ws-1","seq":1,"workspaceDir":"/x/ws-1","data":"ws-1"}"#,
            r#"{"traceId":"ws-1","sessionKey":null,"seq":2,"workspaceDir":7,"runId":"r"}"#,
            r#"["ws-1"]"#,
        ];
        for text in [texts, texts].concat() {
            let (mut one, mut other) = (parse_str(text).unwrap(), parse_str(text).unwrap());
            let (mut with, mut without) = (Redaction::new(&redactor), Redaction::new(&redactor));
            repeated.event(&mut one, &mut with);
            without.value(&mut other);
            assert_eq!(to_compact(&one), to_compact(&other));
            assert!(!to_compact(&one).contains("ws-1"));
            let sorted = |redaction: Redaction<'_>| {
                let mut findings = redaction.finish();
                findings.sort_by(|a, b| a.pointer.cmp(&b.pointer));
                findings
            };
            assert_eq!(sorted(with), sorted(without));
        }
    }
}
