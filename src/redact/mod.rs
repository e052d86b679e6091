//! Redaction: what must not leave the house is found and masked, and every masking is told.
//!
//! Works on decoded JSON values and plain texts, never on serialised files, so what comes out
//! always parses. The layers run in OpenClaw's order on every string:
//!
//! ```text
//!  P paths ─▶ S payload ─▶ M masking (field names, rules for text) ─▶ K names of members
//! ```
//!
//! This room does no input or output: rules are parsed from text that somebody else read, findings
//! go into a list that somebody else prints.

mod arguments;
mod blocks;
mod carried;
mod colour;
mod columns;
mod embedded;
mod encoded;
mod engine;
mod fields;
mod gate;
mod judge;
mod ledger;
mod literal;
mod mask;
mod media;
mod names;
mod near;
mod nested;
pub mod paths;
mod personal;
mod residual;
mod rules;
mod schema;
mod spelling;
mod tape;
mod text;
mod walk;

pub use engine::{Options, Redactor, Variant};
pub use literal::Literal;
pub use mask::Masks;
pub use paths::Homes;
pub use residual::residual;
pub use rules::{Profile, Rule, RuleError, Rules, Severity, rules_version};
pub use spelling::Spelled;

#[cfg(test)]
#[expect(clippy::string_slice, reason = "samples are cut at known places")]
mod tests;
