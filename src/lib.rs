//! clawscope: a terminal explorer for OpenClaw sessions, trajectories and learning posteriors.
//!
//! Data flows one way, and each room speaks only to the rooms before it:
//!
//! ```text
//!  state dir / bundle / db ──▶ store, learning ──▶ model ──▶ app ──▶ ui ──▶ term (screen)
//!                                   │               └─────▶ search
//!                                   └──▶ ops: redact ──▶ export ──▶ bundle directory
//!                                        ▲         ▲
//!                                       app       cli          (one path for both)
//! ```

pub mod app;
pub mod cli;
pub mod config;
pub mod export;
#[cfg(test)]
#[path = "../tests/suite/golden.rs"]
mod golden;
pub mod js;
pub mod learning;
pub mod model;
pub mod ops;
pub mod redact;
pub mod search;
pub mod store;
pub mod term;
pub mod ui;
