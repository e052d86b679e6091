//! Messages are redacted once, though they stand in an event, in the events of their tool calls and
//! in the branch.
//!
//! A message is most of a session. What the redaction makes of it depends on nothing around it, so
//! one result serves all places; the findings are told for each place.

use std::collections::HashMap;
use std::sync::Arc;

use crate::js::value::{Object, Value};
use crate::model::entry::Rules;
use crate::model::finding::Finding;

use super::redaction::Redaction;
use super::repeated::{self, Repeated};
use super::retired;
use super::transcript_events::Part;

/// The member of an entry that is shared.
const MESSAGE: &str = "message";

/// Members of a tool call's data, each with the member of the block that it comes from; where the
/// arguments come from is told by the block.
const CALL: [(&str, Option<&str>); 3] =
    [("toolCallId", Some("id")), ("name", Some("name")), ("arguments", None)];

/// The findings in the messages of a branch.
#[derive(Debug)]
pub(super) struct Messages {
    /// By entry: the findings in its message, which is replaced in the source; pointers count from
    /// the message.
    findings: Vec<Shared>,
    /// By entry: the places in its list of those findings that lie in each block of its content.
    of_blocks: Vec<HashMap<usize, Vec<usize>>>,
}

/// The findings in the message of an entry; nothing when the entry has no message that is shared.
pub(super) type Shared = Option<Vec<Finding>>;

/// Values that were taken out of an event, to be put back after its redaction.
#[derive(Debug, Default)]
struct Held(Vec<(&'static str, Value)>);

/// Whether messages can be shared: not where the very names of the members that lead to them are
/// masked.
pub(super) fn are_shared(redaction: &Redaction<'_>) -> bool {
    let names = [MESSAGE, "data", "toolCallId", "name", "arguments"];
    redaction.spares(names.into_iter().chain(repeated::MEMBERS))
}

/// Redacts the message of an entry in its place.
pub(super) fn redact(entry: &mut Value, rules: Rules, redaction: &Redaction<'_>) -> Shared {
    if entry.get("type").and_then(Value::as_str) != Some(MESSAGE) {
        return None;
    }
    let message = entry.as_object_mut()?.get_mut(MESSAGE)?;
    let mut findings = Vec::new();
    if rules == Rules::Database {
        retired::in_message(message, &mut findings);
    }
    let mut wrapped = Value::from(Object::from_iter([(MESSAGE, std::mem::take(message))]));
    let found = redaction.apart(&mut wrapped);
    findings.extend(found.iter().filter_map(|finding| moved(finding, "/message", "")));
    *message = take(&mut wrapped, MESSAGE).unwrap_or_default();
    Some(findings)
}

/// Redacts an entry at its place in the branch.
pub(super) fn redact_entry(
    at: usize,
    entry: &mut Value,
    shared: Shared,
    rules: Rules,
    redaction: &mut Redaction<'_>,
) {
    let to = format!("/entries/{at}");
    let mut held = Held::default();
    let mut found = Vec::new();
    match entry.as_object_mut().and_then(|members| members.get_mut(MESSAGE)) {
        Some(_) if shared.is_some() => held.take(entry, MESSAGE),
        Some(message) if rules == Rules::Database => {
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

impl Messages {
    /// Takes the findings of [`redact`] for every entry of the branch.
    pub(super) fn new(findings: Vec<Shared>) -> Self {
        let of_blocks = findings.iter().map(|shared| {
            let mut of_blocks: HashMap<usize, Vec<usize>> = HashMap::new();
            for (at, finding) in shared.iter().flatten().enumerate() {
                let rest = finding.pointer.strip_prefix("/content/");
                let block = rest.and_then(|rest| rest.split('/').next()?.parse().ok());
                if let Some(block) = block {
                    of_blocks.entry(block).or_default().push(at);
                }
            }
            of_blocks
        });
        Self { of_blocks: of_blocks.collect(), findings }
    }

    /// The findings in an event's part of a message: all, or those in its block.
    fn of_part<'a>(&'a self, part: &Part, all: &'a [Finding]) -> Vec<&'a Finding> {
        let Some(block) = part.block else { return all.iter().collect() };
        let of_block = self.of_blocks.get(part.entry).and_then(|blocks| blocks.get(&block));
        of_block.into_iter().flatten().filter_map(|at| all.get(*at)).collect()
    }

    /// The findings by entry.
    pub(super) fn into_findings(self) -> Vec<Shared> {
        self.findings
    }

    /// Whether the message of an entry is redacted already.
    pub(super) fn has(&self, entry: usize) -> bool {
        self.findings.get(entry).is_some_and(Option::is_some)
    }

    /// Redacts an event that was built from an entry whose message may be redacted; `arguments` is
    /// the member of the tool block that its arguments come from.
    pub(super) fn event_of(
        &self,
        (part, arguments): (&Part, Option<&str>),
        event: &mut Value,
        repeated: &mut Repeated,
        redaction: &mut Redaction<'_>,
    ) {
        let Some(findings) = self.findings.get(part.entry).and_then(Option::as_ref) else {
            return repeated.event(event, redaction);
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
                for (member, from) in CALL {
                    held.take(data, member);
                    let way =
                        |from| (format!("/content/{block}/{from}"), format!("/data/{member}"));
                    ways.extend(from.or(arguments).map(way));
                }
            }
            (None, _) => {}
        }
        let of_part = self.of_part(part, findings);
        let findings: Vec<Finding> = ways
            .iter()
            .flat_map(|(from, to)| of_part.iter().filter_map(|finding| moved(finding, from, to)))
            .collect();
        repeated.event(event, redaction);
        if let Some(data) = event.as_object_mut().and_then(|members| members.get_mut("data")) {
            held.put_back(data);
        }
        redaction.adopt(findings);
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
