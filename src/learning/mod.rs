//! The learning layer's stores and exports: I/O in, plain data out, and exact Beta statistics.
//!
//! ```text
//!  learning.db ──▶ database ──▶ row ──┬─▶ export (JSON, CSV, byte for byte the product's)
//!  qortex ───────▶ qortex             ├─▶ model::learning (posteriors, traces, index)
//!  export files ─▶ exported, import ──┤        │
//!  gateway ──────▶ gateway ───────────┘        ├─▶ beta, replay, rank, views
//!                                              └─▶ summary, tally ──▶ status
//! ```
//!
//! Reads only: no file is made or changed, and a gateway is asked with GET alone. Odd rows become
//! diagnostics; only a source that cannot be read at all is an [`Error`].

pub mod beta;
pub mod database;
pub mod error;
pub mod export;
pub mod exported;
pub mod gateway;
pub mod import;
pub mod locate;
pub mod open;
pub mod qortex;
pub mod rank;
mod records;
mod reindent;
pub mod replay;
mod rounded;
mod row;
pub mod scan;
pub mod settings;
pub mod status;
pub mod stored;
pub mod summary;
mod tables;
pub mod tally;
#[cfg(test)]
pub(crate) mod testing;
pub mod views;

pub use error::Error;
