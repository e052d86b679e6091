//! The JSON documents of a bundle beside its events: members and order as OpenClaw writes them.

use crate::js::text::JsString;
use crate::js::value::{Object, Value};

use super::artifacts;
use super::cohort::Finals;
use super::runtime::RuntimeEvents;
use super::skills;
use super::source::Source;
use super::transcript_events::Part;

/// What every supplemental document opens with.
pub(super) struct Envelope<'a> {
    pub source: &'a Source,
    /// ISO instant of the export.
    pub generated_at: &'a str,
}

impl Envelope<'_> {
    /// `traceSchema`, `schemaVersion`, `generatedAt`, `traceId`, `sessionId`, `sessionKey`.
    pub(super) fn open(&self) -> Object {
        let mut out = Object::new();
        out.insert("traceSchema", "openclaw-trajectory");
        out.insert("schemaVersion", 1.0);
        out.insert("generatedAt", self.generated_at);
        out.insert("traceId", self.source.session_id.as_str());
        out.insert("sessionId", self.source.session_id.as_str());
        out.insert("sessionKey", self.source.session_key.as_str());
        out
    }

    /// `metadata.json`, from the last `trace.metadata`.
    pub(super) fn metadata(&self, parts: &[Part]) -> Option<Value> {
        let data = last(&self.source.runtime, "trace.metadata")?;
        let mut out = self.open();
        for member in [
            "harness",
            "model",
            "config",
            "plugins",
            "skills",
            "prompting",
            "redaction",
            "metadata",
        ] {
            let value = match (member, data.get(member)) {
                ("model", None | Some(Value::Null)) => model_of(&self.source.runtime),
                ("skills", Some(stored)) => {
                    let arguments = parts.iter().filter_map(|part| part.arguments(self.source));
                    Some(skills::mark(stored, arguments))
                }
                (_, stored) => stored.cloned(),
            };
            if let Some(value) = value {
                out.insert(member, value);
            }
        }
        Some(Value::Object(out))
    }

    /// `artifacts.json`, from the last run's final events.
    ///
    /// What the session kept beside its text is told of even where no run has ended.
    pub(super) fn artifacts(&self) -> Option<Value> {
        let finals = Finals::of(&self.source.runtime, self.source.rules);
        let media = artifacts::list(self.source);
        if !finals.any() && media.is_empty() {
            return None;
        }
        let mut out = self.open();
        for (member, value) in finals.members(self.source.rules) {
            out.insert(member, value.clone());
        }
        if !media.is_empty() {
            out.insert("toolArtifacts", Value::Array(media));
        }
        Some(Value::Object(out))
    }

    /// `prompts.json`.
    pub(super) fn prompts(&self) -> Option<Value> {
        let runtime = &self.source.runtime;
        let system = system_prompt(runtime);
        let submitted = submitted(runtime);
        let metadata = last(runtime, "trace.metadata");
        let prompting = metadata.as_ref().and_then(|data| data.get("prompting"));
        let text = |member: &str| {
            prompting.and_then(|p| p.get(member)).filter(|value| value.as_js_string().is_some())
        };
        let (skills, prefix) = (text("skillsPrompt"), text("userPromptPrefixText"));
        let filled =
            [system.as_ref(), skills, prefix].into_iter().flatten().any(|value| !is_empty(value));
        if !filled && submitted.is_empty() {
            return None;
        }
        let mut out = self.open();
        let mut add = |member: &str, value: Option<&Value>| {
            if let Some(value) = value {
                out.insert(member, value.clone());
            }
        };
        add("system", system.as_ref());
        add("submittedPrompts", Some(&Value::Array(submitted.clone())));
        add("latestSubmittedPrompt", submitted.last());
        add("skillsPrompt", skills);
        add("userPromptPrefixText", prefix);
        let report = prompting.and_then(|p| p.get("systemPromptReport"));
        add(
            "systemPromptReport",
            report.filter(|r| matches!(r, Value::Object(_) | Value::Array(_) | Value::Null)),
        );
        Some(Value::Object(out))
    }
}

/// The last `context.compiled`'s system prompt, when it is a string.
pub(super) fn system_prompt(runtime: &RuntimeEvents) -> Option<Value> {
    of_context(runtime, "systemPrompt").filter(|prompt| prompt.as_js_string().is_some())
}

/// The last `context.compiled`'s tools, when they are an array.
pub(super) fn tools(runtime: &RuntimeEvents) -> Option<Value> {
    of_context(runtime, "tools").filter(|tools| tools.as_array().is_some())
}

fn of_context(runtime: &RuntimeEvents, member: &str) -> Option<Value> {
    last(runtime, "context.compiled")?.as_object_mut()?.remove(member)
}

/// `data` of the last event of a type.
fn last(runtime: &RuntimeEvents, kind: &str) -> Option<Value> {
    runtime.data_of_last(0..runtime.len(), kind)
}

/// The prompts that were submitted, in order.
fn submitted(runtime: &RuntimeEvents) -> Vec<Value> {
    let heads = runtime.heads().iter().enumerate();
    let events = heads.filter(|(_, head)| &*head.kind == "prompt.submitted");
    events
        .filter_map(|(at, _)| runtime.event(at)?.pointer("/data/prompt").cloned())
        .filter(|prompt| prompt.as_js_string().is_some())
        .collect()
}

fn is_empty(value: &Value) -> bool {
    value.as_js_string().is_none_or(JsString::is_empty)
}

/// `{provider, name, api}` of the last runtime event that names any of them.
fn model_of(runtime: &RuntimeEvents) -> Option<Value> {
    let members = [("provider", "provider"), ("name", "modelId"), ("api", "modelApi")];
    let is_filled = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let events = (0..runtime.len()).rev().filter_map(|at| runtime.event(at));
    let tells =
        |event: &Value| members.iter().any(|(_, from)| event.get(from).is_some_and(is_filled));
    let event = events.into_iter().find(tells)?;
    let members = members.iter().filter_map(|(to, from)| Some((*to, event.get(from)?.clone())));
    Some(Value::Object(members.collect()))
}
