//! The JSON documents of a bundle beside its events: members and order as OpenClaw writes them.

use crate::js::text::JsString;
use crate::js::value::{Object, Value};

use super::artifacts;
use super::cohort::{Finals, data_of_last};
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
        let data = data_of_last(&self.source.runtime, "trace.metadata")?;
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
    pub(super) fn artifacts(&self) -> Option<Value> {
        let finals = Finals::of(&self.source.runtime, self.source.rules);
        if !finals.any() {
            return None;
        }
        let mut out = self.open();
        for (member, value) in finals.members(self.source.rules) {
            out.insert(member, value.clone());
        }
        let media = artifacts::list(self.source);
        if !media.is_empty() {
            out.insert("toolArtifacts", Value::Array(media));
        }
        Some(Value::Object(out))
    }

    /// `prompts.json`.
    pub(super) fn prompts(&self) -> Option<Value> {
        let runtime = &self.source.runtime;
        let system = system_prompt(runtime);
        let submitted: Vec<Value> = runtime
            .iter()
            .filter(|event| event.get("type").and_then(Value::as_str) == Some("prompt.submitted"))
            .filter_map(|event| event.pointer("/data/prompt"))
            .filter(|prompt| prompt.as_js_string().is_some())
            .cloned()
            .collect();
        let prompting = data_of_last(runtime, "trace.metadata").and_then(|d| d.get("prompting"));
        let text = |member: &str| {
            prompting.and_then(|p| p.get(member)).filter(|value| value.as_js_string().is_some())
        };
        let (skills, prefix) = (text("skillsPrompt"), text("userPromptPrefixText"));
        let filled = [system, skills, prefix].into_iter().flatten().any(|value| !is_empty(value));
        if !filled && submitted.is_empty() {
            return None;
        }
        let mut out = self.open();
        let mut add = |member: &str, value: Option<&Value>| {
            if let Some(value) = value {
                out.insert(member, value.clone());
            }
        };
        add("system", system);
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
pub(super) fn system_prompt(runtime: &[Value]) -> Option<&Value> {
    context(runtime)?.get("systemPrompt").filter(|prompt| prompt.as_js_string().is_some())
}

/// The last `context.compiled`'s tools, when they are an array.
pub(super) fn tools(runtime: &[Value]) -> Option<&Value> {
    context(runtime)?.get("tools").filter(|tools| tools.as_array().is_some())
}

fn context(runtime: &[Value]) -> Option<&Value> {
    data_of_last(runtime, "context.compiled")
}

fn is_empty(value: &Value) -> bool {
    value.as_js_string().is_none_or(JsString::is_empty)
}

/// `{provider, name, api}` of the last runtime event that names any of them.
fn model_of(runtime: &[Value]) -> Option<Value> {
    let names = [("provider", "provider"), ("name", "modelId"), ("api", "modelApi")];
    let filled = |event: &Value, from: &str| {
        event.get(from).filter(|value| value.as_str().is_some_and(|text| !text.is_empty())).cloned()
    };
    let event = runtime
        .iter()
        .rev()
        .find(|event| names.iter().any(|(_, from)| filled(event, from).is_some()))?;
    let members = names.iter().filter_map(|(to, from)| Some((*to, event.get(from)?.clone())));
    Some(Value::Object(members.collect()))
}
