//! The agent database: opening it without a trace, and what its tables say.
//!
//! Owns every SQL text of the program outside the learning room. All of it names its tables and
//! columns, so that the credential tables in the same file are never touched; an authorizer
//! refuses them on top of that. Must not write: not the database, and no file beside it.
//!
//! ```text
//!  open ──▶ Database ──▶ Schema (which tables and columns this release has)
//!                          ├─▶ sessions  (the catalogue's rows)
//!                          └─▶ events    (transcript and runtime rows, in pages)
//! ```

mod copy;
mod events;
mod index;
mod open;
mod schema;
mod sessions;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(super) use events::{EventTable, EventText, Events};
pub(crate) use open::Database;
pub(in crate::store) use sessions::{Access, sessions};
