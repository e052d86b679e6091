//! Integration tests: the map of the rooms, real stores, the real binary, the whole terminal.

#![allow(clippy::string_slice, reason = "a test that slices wrongly fails, as it should")]

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod golden_store;
#[cfg(test)]
mod shots;
