//! What rules say to somebody who looks at what they masked: why a place is hidden, how bad it
//! would be if it were not, and who described its shape.
//!
//! The texts of rules with a shape stand in their files; those of the few that look at more than a
//! text stand here.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::plan::Redaction;
use crate::redact::{Profile, Rule, Rules, Severity};

/// What a rule says to somebody who looks at what it masked. A user's rule may leave any text empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleText {
    /// A few words for a list.
    pub title: String,
    /// What it catches and why.
    pub description: String,
    /// How bad it is when its value gets out.
    pub severity: Severity,
    /// Who described the shape: a release of OpenClaw, a vendor, clawscope.
    pub source: String,
}

/// The texts of a rule that stands in no file.
struct Other {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    severity: Severity,
    source: &'static str,
}

const OPENCLAW: &str = "OpenClaw 2026.9.6";

/// The rules that stand in no file, because they look at more than a text.
const OTHERS: [Other; 11] = [
    Other {
        id: "path-workspace",
        title: "Path in the workspace",
        description: "The workspace's own path is replaced: it tells where somebody works. What follows it stays.",
        severity: Severity::Low,
        source: OPENCLAW,
    },
    Other {
        id: "path-state",
        title: "Path in the state directory",
        description: "The state directory's own path is replaced: it names a person or a machine. What follows it stays.",
        severity: Severity::Low,
        source: OPENCLAW,
    },
    Other {
        id: "path-home",
        title: "Path in a home directory",
        description: "The path of a home is replaced: it names a person or a machine. What follows it stays.",
        severity: Severity::Low,
        source: OPENCLAW,
    },
    Other {
        id: "path-form",
        title: "Path written plainly",
        description: "Dots and doubled slashes of a path are resolved, so that no directory hides behind them. Nothing else changes.",
        severity: Severity::Low,
        source: OPENCLAW,
    },
    Other {
        id: "private-key",
        title: "Private key",
        description: "What stands between the lines that begin and end it, or behind the first alone. It logs in, signs or decrypts as its owner.",
        severity: Severity::High,
        source: OPENCLAW,
    },
    Other {
        id: "aws-secret-key",
        title: "AWS secret key",
        description: "Exactly 40 characters of base64 that look drawn by lot. With its key id it acts in the AWS account; digests stay.",
        severity: Severity::High,
        source: OPENCLAW,
    },
    Other {
        id: "media-content",
        title: "Image or other binary part",
        description: "What it shows nobody can redact. Its type, size and digest are told instead.",
        severity: Severity::Low,
        source: OPENCLAW,
    },
    Other {
        id: "provider-replay",
        title: "What a provider gets back",
        description: "Opaque data that a model's provider wants to be sent again. Nothing could be found in it, so it is left out, as OpenClaw does.",
        severity: Severity::Low,
        source: OPENCLAW,
    },
    Other {
        id: "retired-media",
        title: "Media in a member of old",
        description: "A member that held pictures in older sessions. OpenClaw refuses to export such a session; here its type, size and digest are told.",
        severity: Severity::Low,
        source: "clawscope",
    },
    Other {
        id: "member-name",
        title: "Credential by its name",
        description: "The name of the member says that it holds a credential, so its value is masked, whatever it looks like.",
        severity: Severity::High,
        source: OPENCLAW,
    },
    Other {
        id: "literal",
        title: "Value named by you",
        description: "You asked for it in this bundle. It is masked wherever it stands, also escaped or encoded.",
        severity: Severity::High,
        source: "you",
    },
];

/// What the rules of a plan say, by their ids.
pub fn rule_texts(redaction: &Redaction) -> BTreeMap<Arc<str>, RuleText> {
    static BUILT_IN: LazyLock<BTreeMap<Arc<str>, RuleText>> = LazyLock::new(|| {
        let others = OTHERS.iter().map(|other| (Arc::from(other.id), RuleText::from(other)));
        // Rules that cannot be read are told by the plan itself; here their ids do.
        let built_in = Rules::built_in(Profile::Strict).map(|rules| texts(&rules));
        built_in.unwrap_or_default().into_iter().chain(others).collect()
    });
    let mut all = BUILT_IN.clone();
    if !redaction.rules.is_empty() {
        all.extend(redaction.to_rules(&[]).map(|rules| texts(&rules)).unwrap_or_default());
    }
    all
}

fn texts(rules: &Rules) -> BTreeMap<Arc<str>, RuleText> {
    rules.iter().map(|rule| (Arc::clone(&rule.id), RuleText::from(&**rule))).collect()
}

impl From<&Rule> for RuleText {
    fn from(rule: &Rule) -> Self {
        Self {
            title: rule.title.clone(),
            description: rule.description.clone(),
            severity: rule.severity,
            source: rule.source.clone(),
        }
    }
}

impl From<&Other> for RuleText {
    fn from(other: &Other) -> Self {
        Self {
            title: other.title.to_owned(),
            description: other.description.to_owned(),
            severity: other.severity,
            source: other.source.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;
    use crate::redact::{Homes, Literal, Options, Redactor};

    #[test]
    fn every_rule_that_stands_in_no_file_says_what_it_is() {
        let key = format!(
            "-----BEGIN PRIVATE {0}\\n{1}\\n-----END PRIVATE {0}",
            "KEY-----",
            "MIIB".repeat(20)
        );
        let mut value = parse_str(&format!(
            r#"{{"a":"/home/zed//w/../k","b":"/srv/w/x, /home/zed/.openclaw/y and /home/zed/z","password":"hunter2hunter2",
                "c":"see lit-4711-x","d":"{key}","e":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUg",
                "f":[{{"type":"image","data":"iVBORw0KGgoAAAANSUhEUg","mimeType":"image/png"}}]}}"#
        ))
        .unwrap();
        let homes = Homes {
            homes: vec!["/home/zed".to_owned()],
            state_dirs: vec!["/home/zed/.openclaw".to_owned()],
            workspaces: vec!["/srv/w".to_owned()],
        };
        let literals = vec![Literal { value: "lit-4711-x".to_owned(), rule: "literal".into() }];
        let options = Options { homes, literals, ..Options::default() };
        let rules = Rules::built_in(Profile::Standard).unwrap();
        let mut findings = Vec::new();
        Redactor::new(&rules, options).value(&mut value, &mut findings);
        let texts = rule_texts(&Redaction::default());
        let found: std::collections::BTreeSet<&str> =
            findings.iter().map(|finding| &*finding.rule).collect();
        let silent: Vec<_> = found.iter().filter(|rule| !texts.contains_key(**rule)).collect();
        assert!(silent.is_empty(), "{silent:?} of {found:?}");
        for id in ["path-form", "path-home", "path-state", "path-workspace", "private-key"] {
            assert!(found.contains(id), "{id}: {found:?}");
        }
        for id in ["member-name", "data-url", "media-content", "literal"] {
            assert!(found.contains(id), "{id}: {found:?}");
        }
    }
}
