//! The learning layer's data: arms, their posteriors, and what every run did with them.
//!
//! The learning layer treats every component of a prompt (a tool, a skill, a workspace file) as an
//! arm of a bandit. A run leaves one *trace*, which says for every arm whether it was included and
//! whether it was used; an arm's *posterior* is a Beta distribution over how often it is used when
//! it is included. Plain data and counting only: reading and exact intervals are the learning
//! room's.

pub mod arm;
pub mod cell;
pub mod index;
pub mod posterior;
pub mod trace;
pub mod view;
