//! `manifest.json`: what the bundle is made from and what is in it.

use std::collections::BTreeMap;

use crate::js::value::{Object, Value};
use crate::model::bundle::{EventCounts, Omitted, SUPPLEMENTAL};
use crate::model::finding::Finding;
use crate::redact::{Rules, rules_version};

use super::plan::{Draft, profile_name};
use super::source::{RuntimeFrom, Source, Warning};

/// What the manifest tells of.
pub(super) struct Told<'a> {
    /// The members that every document opens with, and the workspace.
    pub envelope: Object,
    pub source: &'a Source,
    pub counts: EventCounts,
    pub files: &'a [Draft],
    pub rules: &'a Rules,
    pub findings: &'a [Finding],
    pub omitted: &'a Omitted,
}

impl Told<'_> {
    /// The manifest before its own redaction, without [`redactions`](Self::redactions).
    pub(super) fn manifest(&self) -> Value {
        let source = self.source;
        let mut out = self.envelope.clone();
        out.insert("workspaceDir", source.workspace_dir.as_str());
        out.insert("leafId", source.leaf.as_deref().map(Value::from));
        out.insert("eventCount", self.counts.total());
        out.insert("runtimeEventCount", self.counts.runtime);
        out.insert("transcriptEventCount", self.counts.transcript);
        let mut files = Object::new();
        files.insert("session", source.session_file.as_str());
        if let Some(runtime) = &source.runtime_file {
            files.insert("runtime", runtime.as_str());
        }
        out.insert("sourceFiles", files);
        if !source.warnings.is_empty() {
            out.insert("warnings", source.warnings.iter().map(warning).collect::<Value>());
        }
        let names = SUPPLEMENTAL.iter().copied();
        let supplemental: Vec<&str> =
            names.filter(|name| self.files.iter().any(|file| file.name == *name)).collect();
        if !supplemental.is_empty() {
            out.insert("supplementalFiles", supplemental);
        }
        out.insert("contents", self.files.iter().map(content).collect::<Value>());
        if let Some(databases) = databases(source) {
            out.insert("sourceDatabases", databases);
        }
        Value::Object(out)
    }

    /// What was masked and left out, by number. The names of rules are ours and not redacted:
    /// `payload-cookie` is no cookie. `rulesVersion` tells with which built-in rules, as
    /// [`rules_version`] does; two bundles of one session with different ones may differ in what is
    /// masked.
    pub(super) fn redactions(&self) -> Object {
        let mut by_rule: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in self.findings {
            *by_rule.entry(&*finding.rule).or_insert(0) += 1;
        }
        let mut out = Object::new();
        out.insert("profile", profile_name(self.rules.profile()));
        out.insert("rulesVersion", rules_version());
        out.insert("byRule", by_rule.into_iter().collect::<Object>());
        let cut = self.omitted.cut.iter().map(|(cause, count)| (*cause, *count));
        out.insert("cut", cut.collect::<Object>());
        out.insert("unreadable", self.omitted.unreadable);
        out.insert("entriesOnOtherBranches", self.omitted.entries_elsewhere);
        out
    }
}

fn content(file: &Draft) -> Value {
    let mut out = Object::new();
    out.insert("path", file.name);
    out.insert("mediaType", file.media.name());
    out.insert("bytes", file.text.len());
    out.into()
}

/// The tables of a database behind the session.
fn databases(source: &Source) -> Option<Object> {
    let database = source.database.as_ref()?;
    let table = |name: &str| {
        let mut out = Object::new();
        out.insert("role", "agent");
        out.insert("agentId", database.agent_id.as_str());
        out.insert("table", name);
        out.insert("sessionId", source.session_id.as_str());
        out
    };
    let mut out = Object::new();
    out.insert("transcript", table("transcript_events"));
    if source.runtime_from == RuntimeFrom::Rows {
        out.insert("runtime", table("trajectory_runtime_events"));
    }
    Some(out)
}

/// A kind of warning, with its number and first rows.
fn warning(warning: &Warning) -> Value {
    let mut out = Object::new();
    out.insert("source", warning.source.name());
    out.insert("code", warning.code.code());
    out.insert("count", warning.rows.count);
    out.insert("rows", warning.rows.rows.iter().copied().collect::<Value>());
    out.insert("message", warning.code.message());
    out.into()
}
