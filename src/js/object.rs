//! JSON objects whose members stand in JavaScript's order.
//!
//! JavaScript lists integer-like names (`0` to `4294967294`, without leading zeros) first and in
//! ascending order, then all others in the order in which they were first set. Bundles are compared
//! byte for byte, so the order is part of the data. A name that is set again keeps its place.
//!
//! Objects in session files are small: up to [`LINEAR`] members a scan is fastest and nothing
//! beside the list is allocated. Larger ones get a hash table, so that an index of thousands of
//! sessions is not quadratic.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHashSet};

use super::text::JsString;
use super::value::Value;

/// The largest number of members that are searched one by one.
const LINEAR: usize = 16;

/// Names of which several may be equal, made different: every further one is told apart by a number,
/// `a`, `a#2`, `a#3`, …
pub fn different_names(names: impl IntoIterator<Item = JsString>) -> Vec<JsString> {
    let mut taken: FxHashSet<JsString> = FxHashSet::default();
    // What was tried for a name before is taken; trying it again would be quadratic.
    let mut last: FxHashMap<JsString, u32> = FxHashMap::default();
    let different = |name: JsString| {
        if taken.insert(name.clone()) {
            return name;
        }
        let stem = name.to_str_lossy().into_owned();
        let last = last.entry(name).or_insert(1);
        loop {
            *last += 1;
            let free = JsString::from(format!("{stem}#{last}"));
            if taken.insert(free.clone()) {
                return free;
            }
        }
    };
    names.into_iter().map(different).collect()
}

type Member = (JsString, Value);

/// The members of a JSON object, in JavaScript's order.
///
/// Two objects are equal when they have equal members in the same order.
#[derive(Clone, Default)]
pub struct Object {
    named: Vec<Member>,
    rare: Option<Box<Rare>>,
}

/// What few objects need, kept apart so that the others stay small.
#[derive(Clone, Default)]
struct Rare {
    indexed: BTreeMap<u32, Member>,
    lookup: Option<Lookup>,
}

/// Finds the place of a name in the list of named members.
#[derive(Clone)]
struct Lookup {
    places: HashTable<u32>,
    /// Seeded at random: a file cannot choose names that collide.
    hasher: RandomState,
}

impl Object {
    /// Makes an object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives back the room that this and everything in it have beyond what is in them.
    pub(super) fn shrink_to_fit(&mut self) {
        self.named.shrink_to_fit();
        for (_, value) in self.iter_mut() {
            value.shrink_to_fit();
        }
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.named.len() + self.rare.as_ref().map_or(0, |rare| rare.indexed.len())
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a member, or nothing when there is no such member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.get_bytes(name.as_bytes())
    }

    /// Like [`get`](Self::get), for a name that may hold lone surrogates.
    pub fn get_js(&self, name: &JsString) -> Option<&Value> {
        self.get_bytes(name.as_bytes())
    }

    fn get_bytes(&self, name: &[u8]) -> Option<&Value> {
        let member = match array_index(name) {
            Some(index) => self.rare.as_ref()?.indexed.get(&index),
            None => self.named.get(self.place(name)?),
        };
        member.map(|(_, value)| value)
    }

    /// The value of a member, to be changed in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let member = match array_index(name.as_bytes()) {
            Some(index) => self.rare.as_mut()?.indexed.get_mut(&index),
            None => self.place(name.as_bytes()).and_then(|place| self.named.get_mut(place)),
        };
        member.map(|(_, value)| value)
    }

    /// Whether there is a member of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a member and returns its old value; a new one takes its place in JavaScript's order.
    pub fn insert(&mut self, name: impl Into<JsString>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(index) = array_index(name.as_bytes()) {
            let indexed = &mut self.rare.get_or_insert_default().indexed;
            return indexed.insert(index, (name, value)).map(|(_, old)| old);
        }
        let place = self.place(name.as_bytes());
        if let Some((_, old)) = place.and_then(|place| self.named.get_mut(place)) {
            return Some(std::mem::replace(old, value));
        }
        self.push(name, value);
        None
    }

    fn push(&mut self, name: JsString, value: Value) {
        self.named.push((name, value));
        if self.named.len() <= LINEAR {
            return;
        }
        match self.rare.as_mut().and_then(|rare| rare.lookup.as_mut()) {
            Some(lookup) => lookup.add_last(&self.named),
            None => self.index(),
        }
    }

    /// Builds the lookup anew, or drops it when the list is short.
    fn index(&mut self) {
        let lookup = (self.named.len() > LINEAR).then(|| Lookup::new(&self.named));
        if lookup.is_some() || self.rare.is_some() {
            self.rare.get_or_insert_default().lookup = lookup;
        }
    }

    /// An object of members of which several may have one name; see [`different_names`].
    pub fn with_different_names(members: impl IntoIterator<Item = (JsString, Value)>) -> Self {
        let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
        different_names(names).into_iter().zip(values).collect()
    }

    /// Removes a member and returns its value; the others keep their order.
    ///
    /// Takes time in proportion to the size of the object: for many removals use
    /// [`retain`](Self::retain).
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        if let Some(index) = array_index(name.as_bytes()) {
            return self.rare.as_mut()?.indexed.remove(&index).map(|(_, value)| value);
        }
        let (_, value) = self.named.remove(self.place(name.as_bytes())?);
        self.index();
        Some(value)
    }

    /// Keeps only the members for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&JsString, &mut Value) -> bool) {
        if let Some(rare) = &mut self.rare {
            rare.indexed.retain(|_, (name, value)| keep(name, value));
        }
        self.named.retain_mut(|(name, value)| keep(name, value));
        self.index();
    }

    /// The members in JavaScript's order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&JsString, &Value)> {
        let indexed = self.rare.iter().flat_map(|rare| rare.indexed.values());
        indexed.chain(&self.named).map(|(name, value)| (name, value))
    }

    /// The members in JavaScript's order, their values to be changed in place.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&JsString, &mut Value)> {
        let indexed = self.rare.iter_mut().flat_map(|rare| rare.indexed.values_mut());
        indexed.chain(&mut self.named).map(|(name, value)| (&*name, value))
    }

    /// The names in JavaScript's order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &JsString> {
        self.iter().map(|(name, _)| name)
    }

    /// The values in JavaScript's order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// The object without members named `__proto__`, at any depth.
    ///
    /// `JSON.parse` makes such a member like any other, but OpenClaw's exporter copies objects by
    /// assignment, which sets the prototype instead: the member is missing from its bundles.
    pub fn without_proto(mut self) -> Self {
        self.drop_proto();
        self
    }

    pub(super) fn drop_proto(&mut self) {
        self.remove("__proto__");
        self.iter_mut().for_each(|(_, value)| value.drop_proto());
    }

    fn place(&self, name: &[u8]) -> Option<usize> {
        match self.rare.as_ref().and_then(|rare| rare.lookup.as_ref()) {
            Some(lookup) => lookup.find(name, &self.named),
            None => self.named.iter().position(|(own, _)| own.as_bytes() == name),
        }
    }
}

impl Lookup {
    fn new(named: &[Member]) -> Self {
        let mut lookup =
            Self { places: HashTable::with_capacity(named.len()), hasher: RandomState::new() };
        for place in 0..named.len() {
            lookup.add(place, named);
        }
        lookup
    }

    fn add_last(&mut self, named: &[Member]) {
        self.add(named.len().saturating_sub(1), named);
    }

    fn add(&mut self, place: usize, named: &[Member]) {
        let hash_at = |place: usize| {
            self.hasher.hash_one(named.get(place).map_or(&[][..], |(name, _)| name.as_bytes()))
        };
        self.places.insert_unique(hash_at(place), place as u32, |place| hash_at(*place as usize));
    }

    fn find(&self, name: &[u8], named: &[Member]) -> Option<usize> {
        let is_name =
            |place: &u32| named.get(*place as usize).is_some_and(|(own, _)| own.as_bytes() == name);
        self.places.find(self.hasher.hash_one(name), is_name).map(|place| *place as usize)
    }
}

/// The number that JavaScript sees in a member name, when it treats the name as an array index.
fn array_index(name: &[u8]) -> Option<u32> {
    let digits = match name {
        b"0" => return Some(0),
        [b'1'..=b'9', rest @ ..] if rest.len() < 10 => name,
        _ => return None,
    };
    let number = digits.iter().try_fold(0_u64, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })?;
    // 2^32 - 1 is the one number of 32 bits that is a length but no index.
    u32::try_from(number).ok().filter(|index| *index != u32::MAX)
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<JsString>, V: Into<Value>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let mut object = Self::new();
        object.extend(members);
        object
    }
}

impl<N: Into<JsString>, V: Into<Value>> Extend<(N, V)> for Object {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, members: I) {
        for (name, value) in members {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Object {
    type Item = (JsString, Value);
    type IntoIter = std::iter::Chain<
        std::collections::btree_map::IntoValues<u32, Member>,
        std::vec::IntoIter<Member>,
    >;

    fn into_iter(self) -> Self::IntoIter {
        let indexed = self.rare.map(|rare| rare.indexed).unwrap_or_default();
        indexed.into_values().chain(self.named)
    }
}

#[cfg(test)]
#[path = "object_tests.rs"]
mod tests;
