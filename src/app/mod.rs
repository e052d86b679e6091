//! The application without a terminal.
//!
//! ```text
//!  Event ──▶ keymap ──▶ Action ──▶ update ──▶ State ──▶ (ui draws) ──▶ Areas ─┐
//!    ▲                               └──▶ Effect ──▶ worker ──▶ Reply          │
//!    └───────────────────────────────────────────────────┴◀───────────────────┘
//! ```
//!
//! [`state::State`] is plain data: no terminal, no I/O, no clock. What must happen outside leaves as
//! an [`effect::Effect`]; what comes back is an [`effect::Event`] like a key press.

pub mod action;
pub mod effect;
pub mod input;
pub mod json;
pub mod key;
pub mod keymap;
pub mod lines;
pub mod program;
mod readable;
pub mod state;
pub mod update;
pub mod worker;

pub use program::{App, Setup};

#[cfg(test)]
mod tests;
