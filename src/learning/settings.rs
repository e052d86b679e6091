//! The `learning` section of `openclaw.json`.
//!
//! Only what explains figures is read. The section may hold request headers with secrets
//! (`qortex.http.headers`); those are never looked at.

use serde_json::Value;

use super::rank::Rules;

/// What the configuration says of the learning layer; what it does not say is nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Whether runs are recorded; off unless set.
    pub enabled: Option<bool>,
    /// `active` when posteriors choose what goes into the prompt, else `passive`.
    pub phase: Option<String>,
    /// Tokens that selection may spend.
    pub token_budget: Option<f64>,
    /// Share of active runs that do without selection, in 0..=1.
    pub baseline_rate: Option<f64>,
    /// Arms with fewer pulls are tried first.
    pub min_pulls: Option<f64>,
    /// Name of the learner in qortex.
    pub learner: Option<String>,
}

impl Settings {
    /// Reads the text of a configuration file (JSON5); nothing without a `learning` section.
    pub fn parse(text: &str) -> Option<Self> {
        let config: Value = json5::from_str(text).ok()?;
        Some(Self::of(config.get("learning")?))
    }

    fn of(section: &Value) -> Self {
        let number = |name: &str| section.get(name).and_then(Value::as_f64);
        let text = |name: &str| section.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            enabled: section.get("enabled").and_then(Value::as_bool),
            phase: text("phase"),
            token_budget: number("tokenBudget"),
            baseline_rate: number("baselineRate"),
            min_pulls: number("minPulls"),
            learner: text("learnerName"),
        }
    }

    /// What an arm counts as underexplored by; `qortex` as in [`Rules`].
    pub fn rules(&self, qortex: bool) -> Rules {
        let min_pulls = self.min_pulls.unwrap_or(Rules::default().min_pulls);
        Rules { min_pulls, qortex, ..Rules::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_is_read_as_json5() {
        let text = "// a comment\n{ learning: { enabled: true, phase: 'active', tokenBudget: 8000,
            baselineRate: .1, qortex: { http: { headers: { a: 'b' } } }, }, }";
        let settings = Settings::parse(text).unwrap();
        assert_eq!(settings.phase.as_deref(), Some("active"));
        assert_eq!((settings.token_budget, settings.baseline_rate), (Some(8000.0), Some(0.1)));
        assert_eq!((settings.min_pulls, settings.rules(false).min_pulls), (None, 5.0));
        assert_eq!(Settings::parse("{}"), None);
        assert_eq!(Settings::parse("{"), None);
    }
}
