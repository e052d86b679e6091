//! The JavaScript rules that the formats lean on.
