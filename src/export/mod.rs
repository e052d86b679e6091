//! The bundle: everything that is shared of a session, planned in memory, then written.
//!
//! ```text
//!  Source ─▶ events, documents ─▶ redaction ─▶ text ─▶ BundlePlan ─▶ write ─▶ directory
//!            (as OpenClaw's)      (findings)                          (whole or not at all)
//! ```
//!
//! [`plan()`] reads nothing and touches no file; [`target`] decides where a bundle may go, and
//! [`write`](write::write) puts it there. The bundle is the one that OpenClaw's own command makes:
//! file stores as 2026.7.1 does it, databases as 2026.9.6 does it, without their defects.

mod artifacts;
mod branch;
mod cohort;
mod crew;
mod documents;
mod error;
mod events;
mod follow;
pub mod limits;
mod manifest;
mod merge;
mod messages;
mod original;
mod pieces;
mod plan;
mod redaction;
mod repeated;
mod retired;
mod runtime;
mod skills;
mod source;
mod steps;
mod structure;
mod sweep;
pub mod target;
mod transcript_events;
pub mod write;

pub use error::Error;
pub use original::{Original, original};
pub use plan::{Settings, plan};
pub use runtime::RuntimeEvents;
pub use source::{RuntimeFrom, Source, SourceDatabase, Warning, WarningCode, WarningSource};
pub use steps::Watch;

#[cfg(test)]
mod tests;
