//! Finding things: fuzzy picking from lists, and full text over all rows of a session.
//!
//! Full text runs on a worker: it reports what it has in batches and stops within a few milliseconds
//! when a newer request takes its place. Fuzzy picking ranks short texts that are in memory, at once.

pub mod fuzzy;
pub mod query;
mod stream;
pub mod text;
