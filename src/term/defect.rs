//! A defect on demand, for tests of the restored terminal; no part of a released program.
//!
//! `CLAWSCOPE_TEST_PANIC` arms it, and F12 makes the next frame panic half-way, where a terminal is
//! the hardest to restore.

use crate::app::effect::Event;
use crate::app::key::{Key, KeyCode};

/// Tells whether an event asks for a panic.
pub(super) fn is_asked_for(event: &Event) -> bool {
    matches!(event, Event::Key(Key { code: KeyCode::F(12), .. }))
        && std::env::var_os("CLAWSCOPE_TEST_PANIC").is_some()
}

/// Panics when asked to.
pub(super) fn strike(asked: bool) {
    assert!(!asked, "forced by CLAWSCOPE_TEST_PANIC");
}
