//! clawscope: a terminal explorer for OpenClaw sessions, trajectories and learning posteriors.
//!
//! Data flows one way, and each room speaks only to the rooms before it.

pub mod config;
pub mod js;
pub mod model;
pub mod search;
pub mod store;
