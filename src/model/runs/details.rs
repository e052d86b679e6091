//! What a run was told and what came of it, from the parsed data of its events.

use super::super::body::{dropped_fields, trim_marker};
use super::super::fact::{Absence, Fact, Trim};
use super::super::ids::EventIx;
use super::super::usage::Usage;
use super::Run;
use crate::js::value::Value;

/// The facts of a run, each recorded, trimmed at capture, never recorded, or not loaded yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunDetails {
    /// What started the run, such as `user` or `cron`.
    pub trigger: Fact<String>,
    /// The channel that the message came through.
    pub channel: Fact<String>,
    /// Type, name and version of the harness.
    pub harness: Fact<String>,
    /// Provider and name of the model, joined by `/`.
    pub model: Fact<String>,
    /// Thinking level.
    pub thinking: Fact<String>,
    /// The prompt that was submitted (or skipped).
    pub prompt: Fact<String>,
    /// The system prompt.
    pub system_prompt: Fact<String>,
    /// The tools that the model could use, sorted by name as they were sent.
    pub tools: Fact<Listed>,
    /// The skills that were offered.
    pub skills: Fact<Listed>,
    /// Tokens and cost of the run.
    pub usage: Fact<Usage>,
    /// What the provider's prompt cache did, as recorded.
    pub prompt_cache: Fact<Value>,
    /// `finalStatus` of the artifacts, else `status` of the session's end.
    pub final_status: Fact<String>,
    /// The models that were tried, in reading order.
    pub fallbacks: Vec<FallbackStep>,
}

/// A recorded list of things with names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Name and description, in the recorded order.
    pub items: Vec<(String, String)>,
    /// The list went on when it was captured.
    pub cut: Option<Trim>,
}

/// One step from a model that failed to the next.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FallbackStep {
    /// The model that failed.
    pub from: Fact<String>,
    /// The model that is tried next.
    pub to: Fact<String>,
    /// Why it failed, as a word.
    pub reason: Fact<String>,
    /// Why it failed, in the provider's words.
    pub detail: Fact<String>,
    /// Position in the chain of models.
    pub position: Fact<u64>,
    /// `next_fallback`, `succeeded` or `chain_exhausted`.
    pub outcome: Fact<String>,
}

impl RunDetails {
    /// The facts of a session of which nothing was captured.
    pub fn absent(why: Absence) -> Self {
        Self {
            trigger: Fact::NeverRecorded(why),
            channel: Fact::NeverRecorded(why),
            harness: Fact::NeverRecorded(why),
            model: Fact::NeverRecorded(why),
            thinking: Fact::NeverRecorded(why),
            prompt: Fact::NeverRecorded(why),
            system_prompt: Fact::NeverRecorded(why),
            tools: Fact::NeverRecorded(why),
            skills: Fact::NeverRecorded(why),
            usage: Fact::NeverRecorded(why),
            prompt_cache: Fact::NeverRecorded(why),
            final_status: Fact::NeverRecorded(why),
            fallbacks: Vec::new(),
        }
    }

    /// The events whose records [`RunDetails::read`] looks at, in reading order.
    pub fn needs(run: &Run) -> Vec<EventIx> {
        let steps = steps(run).into_iter().flatten();
        let mut events: Vec<_> = steps.chain(run.fallbacks.iter().copied()).collect();
        events.sort_unstable();
        events
    }

    /// Reads the facts from the parsed records of the run's events; an event without a record is
    /// not loaded yet.
    pub fn read(run: &Run, records: &[(EventIx, Value)]) -> Self {
        let source = Source { run, records };
        let [started, metadata, context, prompt, completed, artifacts, ended] = Step::ALL;
        let text = |step, pointer| source.fact(step, pointer, text);
        Self {
            trigger: first(text(started, "/trigger"), || text(metadata, "/config/runtime/trigger")),
            channel: first(text(started, "/messageChannel"), || {
                first(text(started, "/messageProvider"), || {
                    text(metadata, "/metadata/messageChannel")
                })
            }),
            harness: source.fact(metadata, "/harness", |value| {
                joined(value, &["type", "name", "version"], " ")
            }),
            model: source
                .fact(metadata, "/model", |value| joined(value, &["provider", "name"], "/")),
            thinking: text(metadata, "/model/thinkLevel"),
            prompt: first(text(prompt, "/prompt"), || text(context, "/prompt")),
            system_prompt: first(text(context, "/systemPrompt"), || text(prompt, "/systemPrompt")),
            tools: source.fact(context, "/tools", listed),
            skills: source.fact(metadata, "/skills/entries", listed),
            usage: first(source.fact(completed, "/usage", usage), || {
                source.fact(artifacts, "/usage", usage)
            }),
            prompt_cache: first(
                source.fact(completed, "/promptCache", |value| Some(value.clone())),
                || source.fact(artifacts, "/promptCache", |value| Some(value.clone())),
            ),
            final_status: first(text(artifacts, "/finalStatus"), || text(ended, "/status")),
            fallbacks: run.fallbacks.iter().map(|event| fallback(&source, *event)).collect(),
        }
    }
}

fn fallback(source: &Source<'_>, event: EventIx) -> FallbackStep {
    let text = |pointer| source.member(event, pointer, text);
    FallbackStep {
        from: text("/fallbackStepFromModel"),
        to: text("/fallbackStepToModel"),
        reason: text("/fallbackStepFromFailureReason"),
        detail: text("/fallbackStepFromFailureDetail"),
        position: source.member(event, "/fallbackStepChainPosition", |value| {
            value.as_f64().map(|position| position as u64)
        }),
        outcome: text("/fallbackStepFinalOutcome"),
    }
}

/// The steps of a run, in the order in which a run records them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Started,
    Metadata,
    Context,
    Prompt,
    Completed,
    Artifacts,
    Ended,
}

impl Step {
    const ALL: [Self; 7] = [
        Self::Started,
        Self::Metadata,
        Self::Context,
        Self::Prompt,
        Self::Completed,
        Self::Artifacts,
        Self::Ended,
    ];
}

fn steps(run: &Run) -> [Option<EventIx>; 7] {
    [
        run.session_started,
        run.metadata,
        run.context,
        run.prompt,
        run.completed,
        run.artifacts,
        run.session_ended,
    ]
}

/// The records of one run.
struct Source<'a> {
    run: &'a Run,
    records: &'a [(EventIx, Value)],
}

impl Source<'_> {
    /// A member of a step's data, by its JSON pointer.
    fn fact<T>(&self, step: Step, pointer: &str, read: impl Fn(&Value) -> Option<T>) -> Fact<T> {
        let steps = steps(self.run);
        match steps.get(step as usize).copied().flatten() {
            Some(event) => self.member(event, pointer, read),
            // A later step without this one: it was left out or dropped, the run did not end.
            None if steps.iter().skip(step as usize).any(Option::is_some) => {
                Fact::NeverRecorded(Absence::NotInSource)
            }
            None => Fact::NeverRecorded(Absence::RunEndedEarly),
        }
    }

    fn member<T>(
        &self,
        event: EventIx,
        pointer: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Fact<T> {
        let Some((_, record)) = self.records.iter().find(|(at, _)| *at == event) else {
            return Fact::NotLoaded;
        };
        let Some(data) = record.get("data") else {
            return Fact::NeverRecorded(Absence::NotInSource);
        };
        match find(data, pointer) {
            Ok(Some(value)) => {
                read(value).map_or(Fact::NeverRecorded(Absence::NotInSource), Fact::Recorded)
            }
            Ok(None) => Fact::NeverRecorded(Absence::NotInSource),
            Err(trim) => Fact::Trimmed(trim),
        }
    }
}

/// Follows a pointer, and stops at the marker of what was cut on the way.
fn find<'a>(data: &'a Value, pointer: &str) -> Result<Option<&'a Value>, Trim> {
    let mut at = data;
    for name in pointer.split('/').skip(1) {
        match at.get(name) {
            Some(Value::Null) => return Ok(None),
            Some(next) => at = next,
            None => return trim_of(at, name).map_or(Ok(None), Err),
        }
    }
    match at {
        // What is left of a list or an object is worth showing.
        Value::Array(_) => Ok(Some(at)),
        Value::Object(object) if object.contains_key("_truncated") => Ok(Some(at)),
        _ => trim_marker(at).map_or(Ok(Some(at)), Err),
    }
}

/// The cut that took the member `name` away.
fn trim_of(object: &Value, name: &str) -> Option<Trim> {
    let trim = trim_marker(object)?;
    let dropped = dropped_fields(object);
    // An event that lost some members names them; one that lost all has no such list.
    (dropped.is_empty() || dropped.iter().any(|dropped| dropped == name)).then_some(trim)
}

/// The first fact, or the second where that one says more.
fn first<T>(fact: Fact<T>, other: impl FnOnce() -> Fact<T>) -> Fact<T> {
    let Fact::NeverRecorded(_) = fact else {
        return fact;
    };
    match other() {
        Fact::NeverRecorded(_) => fact,
        better => better,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_str_lossy().into_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(crate::js::number::to_string(*value)),
        _ => None,
    }
}

fn joined(value: &Value, names: &[&str], separator: &str) -> Option<String> {
    let parts: Vec<_> = names.iter().filter_map(|name| text(value.get(name)?)).collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}

fn listed(value: &Value) -> Option<Listed> {
    let items = value.as_array()?.iter().filter_map(|item| {
        let name = text(item).or_else(|| text(item.get("name").or_else(|| item.get("id"))?))?;
        Some((name, item.get("description").and_then(text).unwrap_or_default()))
    });
    Some(Listed { items: items.collect(), cut: trim_marker(value) })
}

/// Tokens and cost in either naming style.
fn usage(value: &Value) -> Option<Usage> {
    value.as_object()?;
    let tokens = |names: &[&str]| {
        let number = names.iter().find_map(|name| value.get(name)?.as_f64());
        number.filter(|number| *number > 0.0).unwrap_or(0.0) as u64
    };
    Some(Usage {
        input: tokens(&["input", "inputTokens", "input_tokens"]),
        output: tokens(&["output", "outputTokens", "output_tokens"]),
        cache_read: tokens(&["cacheRead", "cacheReadTokens", "cache_read_input_tokens"]),
        cache_write: tokens(&["cacheWrite", "cacheWriteTokens", "cache_creation_input_tokens"]),
        cost: value.pointer("/cost/total").or_else(|| value.get("cost")).and_then(Value::as_f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse;

    fn record(json: &str) -> Value {
        parse(json.as_bytes()).unwrap()
    }

    fn run() -> Run {
        Run {
            session_started: Some(EventIx(0)),
            metadata: Some(EventIx(1)),
            context: Some(EventIx(2)),
            prompt: Some(EventIx(3)),
            completed: Some(EventIx(4)),
            fallbacks: vec![EventIx(5)],
            ..Run::default()
        }
    }

    #[test]
    fn a_full_run_is_told() {
        let records = [
            (EventIx(0), record(r#"{"data":{"trigger":"user","messageProvider":"telegram"}}"#)),
            (
                EventIx(1),
                record(
                    r#"{"data":{"harness":{"type":"openclaw","name":"pi","version":"3"},"model":{"provider":"p","name":"m","thinkLevel":"low"},"skills":{"entries":[{"id":"s"}]}}}"#,
                ),
            ),
            (
                EventIx(2),
                record(
                    r#"{"data":{"systemPrompt":"be kind","tools":[{"name":"read","description":"reads"},{"truncated":true,"reason":"trajectory-array-size-limit","originalLength":70,"limitItems":64}]}}"#,
                ),
            ),
            (EventIx(3), record(r#"{"data":{"prompt":"go"}}"#)),
            (
                EventIx(4),
                record(
                    r#"{"data":{"usage":{"input":5,"outputTokens":2,"cost":{"total":0.5}},"promptCache":{"hit":true}}}"#,
                ),
            ),
            (
                EventIx(5),
                record(r#"{"data":{"fallbackStepFromModel":"a","fallbackStepChainPosition":1}}"#),
            ),
        ];
        let details = RunDetails::read(&run(), &records);
        let told = |fact: &Fact<String>| fact.value().cloned().unwrap_or_default();
        assert_eq!(told(&details.channel), "telegram");
        assert_eq!(told(&details.harness), "openclaw pi 3");
        assert_eq!(told(&details.model), "p/m");
        assert_eq!(told(&details.system_prompt), "be kind");
        let tools = details.tools.value().unwrap();
        assert_eq!(tools.items, [("read".to_owned(), "reads".to_owned())]);
        assert_eq!(tools.cut.as_ref().and_then(|cut| cut.original), Some(70));
        assert_eq!(details.usage.value().map(Usage::total), Some(7));
        assert_eq!(details.final_status, Fact::NeverRecorded(Absence::RunEndedEarly));
        assert_eq!(details.fallbacks[0].position, Fact::Recorded(1));
        assert_eq!(details.fallbacks[0].to, Fact::NeverRecorded(Absence::NotInSource));
    }

    #[test]
    fn the_four_states_are_told_apart() {
        let cut = r#"{"data":{"truncated":true,"reason":"trajectory-event-size-limit","originalBytes":9,"droppedFields":["systemPrompt"],"prompt":"p"}}"#;
        let records = [(EventIx(2), record(cut))];
        let details = RunDetails::read(&run(), &records);
        assert!(matches!(&details.system_prompt, Fact::Trimmed(trim) if trim.original == Some(9)));
        assert_eq!(details.tools, Fact::NeverRecorded(Absence::NotInSource));
        assert_eq!(details.trigger, Fact::NotLoaded);

        let early = Run { session_started: Some(EventIx(0)), ..Run::default() };
        let details = RunDetails::read(&early, &[]);
        assert_eq!(details.system_prompt, Fact::NeverRecorded(Absence::RunEndedEarly));
        let details = RunDetails::absent(Absence::NoRuntimeEvents);
        assert_eq!(details.prompt, Fact::NeverRecorded(Absence::NoRuntimeEvents));
    }

    #[test]
    fn a_long_system_prompt_is_trimmed_not_missing() {
        let cut = r#"{"data":{"systemPrompt":{"truncated":true,"reason":"trajectory-field-size-limit","originalChars":40000,"limitChars":32768}}}"#;
        let details = RunDetails::read(&run(), &[(EventIx(2), record(cut))]);
        assert!(
            matches!(&details.system_prompt, Fact::Trimmed(trim) if trim.original == Some(40_000))
        );
    }

    #[test]
    fn only_the_events_with_facts_are_needed() {
        assert_eq!(RunDetails::needs(&run()).len(), 6);
    }
}
