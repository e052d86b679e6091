//! Looking through the texts of a record while it is parsed, up to the first match.
//!
//! Most rows that are looked at closely do match, and nearly all of them early; building their values
//! first costs several times as much. Must not decide which members count: that is the query's.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::query::{Part, Query};

/// Tells whether a record's texts hold a match; `None` for a record that serde cannot read.
pub(super) fn search(query: &Query, record: &[u8]) -> Option<bool> {
    let mut found = false;
    let mut json = serde_json::Deserializer::from_slice(record);
    let look = Look { query, found: &mut found, part: Part::Record, silent: false };
    let outcome = look.deserialize(&mut json).and_then(|()| json.end());
    (found || outcome.is_ok()).then_some(found)
}

/// One value to look through. A match ends the reading with an error, which is the only way to stop
/// serde in the middle.
struct Look<'a> {
    query: &'a Query,
    found: &'a mut bool,
    part: Part,
    /// If the value is a string it does not count.
    silent: bool,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        *self.found = !self.silent && self.query.is_in(text);
        if *self.found { Err(E::custom("found")) } else { Ok(()) }
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let part = self.part;
        while let Some(()) = seq.next_element_seed(self.inner(part, false))? {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((part, silent)) = map.next_key_seed(Name(self.part))? {
            map.next_value_seed(self.inner(part, silent))?;
        }
        Ok(())
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

impl Look<'_> {
    fn inner(&mut self, part: Part, silent: bool) -> Look<'_> {
        Look { query: self.query, found: &mut *self.found, part, silent }
    }
}

/// Reads a member's name; tells which part its value is, and whether a string there does not count.
struct Name(Part);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = (Part, bool);

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(Part, bool), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = (Part, bool);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<(Part, bool), E> {
        Ok((self.0.of_member(name), self.0.is_silent(name)))
    }
}
