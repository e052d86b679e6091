//! Integration tests: real stores, the real binary, the whole terminal.

#[cfg(test)]
mod shots;
