//! Pure types and algorithms that every room speaks.
//!
//! No I/O, no clock, no environment: a function here sees bytes or values that somebody else read.

pub mod body;
pub mod bundle;
mod details;
pub mod diagnostic;
pub mod digest;
pub mod entry;
pub mod fact;
pub mod finding;
pub mod head;
pub mod ids;
pub mod key;
pub mod learning;
pub(crate) mod member;
pub mod migrate;
pub mod nav;
pub mod number;
pub mod outline;
pub mod review;
pub mod runs;
pub mod runtime;
mod scan;
pub mod session;
#[cfg(test)]
mod sketch;
pub mod skipped;
pub mod text;
pub mod time;
pub mod timeline;
pub mod tools;
pub mod transcript;
pub mod tree;
pub mod usage;
