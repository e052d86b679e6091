//! Parsed bodies of what is on the screen or near it; everything else stays in its source.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::js::value::Value;
use crate::model::body::Decoded;
use crate::model::ids::{EntryIx, EventIx};

/// The record that a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyKey {
    /// A row of the transcript.
    Entry(EntryIx),
    /// A runtime event.
    Event(EventIx),
}

/// A body that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The record, shared with whoever read it; [`Value::Null`] when [`Body::cut`] holds.
    pub value: Arc<Value>,
    /// The record's text as stored, at most [`RAW_LIMIT`] bytes of it.
    pub raw: Box<str>,
    /// The true size of the text in bytes.
    pub len: u64,
    /// Size and digest of the record's images, in their order; see [`images`](crate::model::body::images).
    pub images: Vec<Option<Decoded>>,
    /// The record is larger than [`PARSE_LIMIT`] and was not parsed.
    pub cut: bool,
}

/// The largest record that is parsed, in bytes.
pub const PARSE_LIMIT: usize = 8 << 20;
/// How much of a record's raw text is kept, in bytes.
pub const RAW_LIMIT: usize = 256 << 10;
/// How many bodies are kept.
const KEPT: usize = 512;
/// How many bytes of bodies are kept, as stored.
const KEPT_BYTES: u64 = 64 << 20;

/// What is known about a body.
#[derive(Debug, Clone, PartialEq)]
pub enum BodySlot {
    /// It has been asked for.
    Pending,
    /// Here it is.
    Ready(Arc<Body>),
    /// It cannot be read, with the reason.
    Failed(Arc<str>),
}

/// The bodies that are kept, the least recently wanted ones leaving first.
#[derive(Debug, Clone, Default)]
pub struct BodyCache {
    slots: FxHashMap<BodyKey, Kept>,
    clock: u64,
    bytes: u64,
}

#[derive(Debug, Clone)]
struct Kept {
    slot: BodySlot,
    wanted: u64,
}

impl Kept {
    fn bytes(&self) -> u64 {
        match &self.slot {
            BodySlot::Ready(body) => body.len.min(PARSE_LIMIT as u64),
            _ => 0,
        }
    }
}

impl BodyCache {
    /// What is known about a body; `None` when nobody asked for it.
    pub fn get(&self, key: BodyKey) -> Option<&BodySlot> {
        self.slots.get(&key).map(|kept| &kept.slot)
    }

    /// The body, when it is here.
    pub fn ready(&self, key: BodyKey) -> Option<&Arc<Body>> {
        match self.get(key)? {
            BodySlot::Ready(body) => Some(body),
            _ => None,
        }
    }

    /// Notes which bodies are wanted now and returns those that must be read: the ones that are
    /// not here, including those asked for before whose request a newer one has replaced.
    pub fn want(&mut self, keys: &[BodyKey]) -> Vec<BodyKey> {
        self.clock += 1;
        let mut news = false;
        let mut missing = Vec::new();
        for &key in keys {
            let kept = self.slots.entry(key).or_insert_with(|| {
                news = true;
                Kept { slot: BodySlot::Pending, wanted: 0 }
            });
            if kept.wanted != self.clock && kept.slot == BodySlot::Pending {
                // Asked for, but not by the newest request: that one may have replaced the asking.
                news |= kept.wanted + 1 != self.clock;
                missing.push(key);
            }
            kept.wanted = self.clock;
        }
        self.shrink();
        if news { missing } else { Vec::new() }
    }

    /// Takes in a body.
    pub fn put(&mut self, key: BodyKey, slot: BodySlot) {
        let wanted = self.slots.get(&key).map_or(0, |kept| kept.wanted);
        let kept = Kept { slot, wanted };
        self.bytes += kept.bytes();
        if let Some(before) = self.slots.insert(key, kept) {
            self.bytes -= before.bytes();
        }
        self.shrink();
    }

    /// Lets go of old bodies; those of the newest [`BodyCache::want`] always stay.
    fn shrink(&mut self) {
        if self.slots.len() <= KEPT && self.bytes <= KEPT_BYTES {
            return;
        }
        let mut old: Vec<(u64, BodyKey)> = (self.slots.iter())
            .filter(|(_, kept)| kept.wanted != self.clock)
            .map(|(key, kept)| (kept.wanted, *key))
            .collect();
        old.sort_unstable();
        // A quarter goes at once, so that sorting is paid for once in a while only.
        for (_, key) in old {
            if self.slots.len() <= KEPT / 4 * 3 && self.bytes <= KEPT_BYTES / 4 * 3 {
                return;
            }
            if let Some(gone) = self.slots.remove(&key) {
                self.bytes -= gone.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u32) -> BodyKey {
        BodyKey::Entry(EntryIx(number))
    }

    fn body(len: u64) -> BodySlot {
        let (value, raw) = (Arc::default(), "".into());
        BodySlot::Ready(Arc::new(Body { value, raw, len, images: Vec::new(), cut: false }))
    }

    #[test]
    fn a_body_is_asked_for_until_it_is_here() {
        let mut bodies = BodyCache::default();
        assert_eq!(bodies.want(&[entry(1), entry(1)]), [entry(1)]);
        assert_eq!(bodies.want(&[entry(1)]), [], "nothing new: the request is on its way");
        assert_eq!(bodies.want(&[entry(1), entry(2)]), [entry(1), entry(2)]);
        bodies.put(entry(1), body(10));
        assert_eq!(bodies.want(&[entry(1), entry(2), entry(3)]), [entry(2), entry(3)]);
        bodies.want(&[entry(1)]);
        assert_eq!(bodies.want(&[entry(2)]), [entry(2)], "its request may have been replaced");
        assert!(bodies.ready(entry(1)).is_some() && bodies.ready(entry(2)).is_none());
    }

    #[test]
    fn old_bodies_leave_and_wanted_ones_stay() {
        let mut bodies = BodyCache::default();
        for number in 0..2_000 {
            bodies.want(&[entry(number)]);
            bodies.put(entry(number), body(1));
        }
        assert!(bodies.slots.len() <= KEPT);
        assert!(bodies.ready(entry(1_999)).is_some() && bodies.get(entry(0)).is_none());
        for number in 0..20 {
            bodies.want(&[entry(number)]);
            bodies.put(entry(number), body(PARSE_LIMIT as u64));
        }
        assert!(bodies.bytes <= KEPT_BYTES, "{}", bodies.bytes);
        assert!(bodies.ready(entry(19)).is_some());
    }
}
