//! Messages are redacted once, though they stand in an event, in the events of their tool calls and
//! in the branch.
//!
//! A message is most of a session. What the redaction makes of it depends on nothing around it, so
//! its first result serves all places; the findings are told for each place. A string that every
//! event repeats, the workspace, is redacted once as well.

use std::collections::HashMap;
use std::sync::Arc;

use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::model::entry::Rules;
use crate::model::finding::Finding;

use super::redaction::Redaction;
use super::retired;
use super::source::Source;
use super::transcript_events::Part;

/// The member of an entry that is shared.
const MESSAGE: &str = "message";

/// The member of an event that repeats.
const WORKSPACE: &str = "workspaceDir";

/// Members of a tool call's data, each with the members of the block that it may come from.
const CALL: [(&str, &[&str]); 3] = [
    ("toolCallId", &["id"]),
    ("name", &["name"]),
    ("arguments", &["arguments", "input", "parameters"]),
];

/// Most distinct workspaces that are remembered.
const WORKSPACES: usize = 64;

/// A redacted value with its findings, whose pointers count from the value.
#[derive(Debug, Clone)]
struct Done {
    value: Value,
    findings: Vec<Finding>,
}

/// What was redacted already.
#[derive(Debug)]
pub(super) struct Messages {
    /// By entry: the findings in its message, which is replaced in the source.
    findings: Vec<Option<Vec<Finding>>>,
    workspaces: HashMap<JsString, Done>,
    rules: Rules,
    /// False where even the names of these members are masked: then nothing is shared.
    enabled: bool,
}

/// Values that were taken out of an event, to be put back after its redaction.
#[derive(Debug, Default)]
struct Held(Vec<(&'static str, Value)>);

impl Messages {
    pub(super) fn new(source: &Source, redaction: &Redaction<'_>) -> Self {
        let names = [MESSAGE, WORKSPACE, "data", "toolCallId", "name", "arguments"];
        let plain: Value = names.iter().map(|name| (*name, Value::Null)).collect::<Object>().into();
        let mut redacted = plain.clone();
        redaction.apart(&mut redacted);
        Self {
            findings: vec![None; source.entries.len()],
            workspaces: HashMap::new(),
            rules: source.rules,
            enabled: redacted == plain,
        }
    }

    /// Redacts the message of an entry in its place, the first time that it is asked for.
    pub(super) fn redact(&mut self, source: &mut Source, entry: usize, redaction: &Redaction<'_>) {
        let Some(slot) = self.findings.get_mut(entry).filter(|slot| self.enabled && slot.is_none())
        else {
            return;
        };
        let message = source.entries.get_mut(entry).and_then(Value::as_object_mut);
        let Some(message) = message.and_then(|members| members.get_mut(MESSAGE)) else { return };
        let mut findings = Vec::new();
        if source.rules == Rules::Database {
            retired::in_message(message, &mut findings);
        }
        let mut wrapped = Value::from(Object::from_iter([(MESSAGE, std::mem::take(message))]));
        let found = redaction.apart(&mut wrapped);
        findings.extend(found.iter().filter_map(|finding| moved(finding, "/message", "")));
        *message = take(&mut wrapped, MESSAGE).unwrap_or_default();
        *slot = Some(findings);
    }

    /// Whether the message of an entry is redacted already.
    pub(super) fn has(&self, entry: usize) -> bool {
        self.findings.get(entry).is_some_and(Option::is_some)
    }

    /// Redacts an event that was built from an entry whose message may be redacted.
    pub(super) fn event_of(
        &mut self,
        part: &Part,
        event: &mut Value,
        redaction: &mut Redaction<'_>,
    ) {
        let Some(findings) = self.findings.get(part.entry).and_then(Option::as_ref) else {
            return self.event(event, redaction);
        };
        let mut ways: Vec<(String, String)> = Vec::new();
        let mut held = Held::default();
        let data = event.as_object_mut().and_then(|members| members.get_mut("data"));
        match (data, part.block) {
            (Some(data), None) => {
                held.take(data, MESSAGE);
                ways.push((String::new(), "/data/message".to_owned()));
            }
            (Some(data), Some(block)) => {
                for (member, sources) in CALL {
                    held.take(data, member);
                    let way =
                        |from| (format!("/content/{block}/{from}"), format!("/data/{member}"));
                    ways.extend(sources.iter().map(way));
                }
            }
            (None, _) => {}
        }
        let findings: Vec<Finding> = ways
            .iter()
            .flat_map(|(from, to)| findings.iter().filter_map(|finding| moved(finding, from, to)))
            .collect();
        self.event(event, redaction);
        if let Some(data) = event.as_object_mut().and_then(|members| members.get_mut("data")) {
            held.put_back(data);
        }
        redaction.adopt(findings);
    }

    /// Redacts an event.
    pub(super) fn event(&mut self, event: &mut Value, redaction: &mut Redaction<'_>) {
        let workspace = event.get(WORKSPACE).and_then(Value::as_js_string);
        let Some(workspace) = workspace.filter(|_| self.enabled).cloned() else {
            return redaction.value(event);
        };
        if self.workspaces.len() > WORKSPACES {
            self.workspaces.clear();
        }
        let done = self.workspaces.entry(workspace).or_insert_with_key(|workspace| {
            let members = [(WORKSPACE, Value::from(workspace.clone()))];
            let mut wrapped = Value::from(Object::from_iter(members));
            let findings = redaction.apart(&mut wrapped);
            Done { value: take(&mut wrapped, WORKSPACE).unwrap_or_default(), findings }
        });
        let mut held = Held::default();
        held.take(event, WORKSPACE);
        redaction.adopt(done.findings.clone());
        redaction.value(event);
        held.0 = vec![(WORKSPACE, done.value.clone())];
        held.put_back(event);
    }

    /// Redacts an entry at its place in the branch.
    pub(super) fn entry(&mut self, at: usize, entry: &mut Value, redaction: &mut Redaction<'_>) {
        let to = format!("/entries/{at}");
        let mut held = Held::default();
        let shared = self.findings.get_mut(at).and_then(Option::take);
        let mut found = Vec::new();
        match entry.as_object_mut().and_then(|members| members.get_mut(MESSAGE)) {
            Some(_) if shared.is_some() => held.take(entry, MESSAGE),
            Some(message) if self.rules == Rules::Database => {
                retired::in_message(message, &mut found);
                found = found.iter().filter_map(|finding| moved(finding, "", "/message")).collect();
            }
            _ => {}
        }
        found.extend(redaction.apart(entry));
        held.put_back(entry);
        redaction.adopt(found.iter().filter_map(|finding| moved(finding, "", &to)));
        let inside = format!("{to}/{MESSAGE}");
        let shared = shared.unwrap_or_default();
        redaction.adopt(shared.iter().filter_map(|finding| moved(finding, "", &inside)));
    }
}

impl Held {
    fn take(&mut self, object: &mut Value, member: &'static str) {
        self.0.extend(take(object, member).map(|value| (member, value)));
    }

    fn put_back(self, object: &mut Value) {
        let Some(members) = object.as_object_mut() else { return };
        for (name, value) in self.0 {
            members.insert(name, value);
        }
    }
}

/// Takes a member's value out and leaves null in its place.
fn take(object: &mut Value, member: &str) -> Option<Value> {
    object.as_object_mut()?.get_mut(member).map(std::mem::take)
}

/// A finding under `from`, told from `to`.
fn moved(finding: &Finding, from: &str, to: &str) -> Option<Finding> {
    let rest = finding.pointer.strip_prefix(from)?;
    if !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    let pointer = Arc::from(format!("{to}{rest}"));
    Some(Finding { pointer, ..finding.clone() })
}
