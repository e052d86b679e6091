//! The JavaScript rules that the formats lean on.
//!
//! OpenClaw is a JavaScript program, and what its files mean is often what JavaScript makes of
//! them: how a number prints, which of two equal member names wins, what counts as a date. This
//! room states those rules once, exactly, so that the other rooms can agree byte for byte with what
//! OpenClaw writes. It knows nothing of sessions and does no input or output.

pub mod collate;
pub mod complaint;
pub mod date;
pub mod number;
mod object;
pub mod parse;
pub mod pointer;
pub mod print;
mod scan;
pub mod splice;
pub mod text;
pub mod value;
