//! Integration tests: the map of the rooms, real stores, the real binary, the whole terminal.
//!
//! Every module is `cfg(test)`, so that clippy knows its helpers for test code.

#![allow(clippy::string_slice, reason = "a test that slices wrongly fails, as it should")]

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod archives;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod damaged_databases;
#[cfg(test)]
mod explorer;
#[cfg(test)]
mod export;
#[cfg(test)]
mod export_safety;
mod export_sources;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_export;
#[cfg(test)]
mod golden_lists;
#[cfg(test)]
mod golden_store;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod learning_command;
#[cfg(test)]
mod learning_elsewhere;
#[cfg(test)]
mod learning_files;
#[cfg(test)]
mod learning_gateway;
#[cfg(test)]
mod learning_numbers;
#[cfg(test)]
mod learning_pane;
#[cfg(test)]
mod learning_sources;
#[cfg(test)]
mod learning_sparse;
#[cfg(test)]
mod learning_told;
#[cfg(test)]
mod locations;
#[cfg(test)]
mod loopback;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod preview_reading;
#[cfg(test)]
mod previewed;
#[cfg(test)]
mod pty;
#[cfg(test)]
mod redact_cli;
#[cfg(test)]
mod rule_texts;
#[cfg(test)]
mod screenshots;
#[cfg(test)]
mod shots;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod support;
