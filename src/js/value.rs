//! JSON values as JavaScript holds them.
//!
//! Numbers are doubles, strings may hold lone surrogates, objects keep JavaScript's order of
//! members. This module owns the shape and the ways to reach into it; reading and printing are
//! [`parse`](super::parse) and [`print`](super::print).

pub use super::object::{Object, different_names};
use super::pointer;
use super::text::JsString;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A double; infinite where the text was beyond its range, as JavaScript has it.
    Number(f64),
    /// A string.
    String(JsString),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

impl Value {
    /// Gives back the room that lists and objects have beyond what is in them.
    pub fn shrink_to_fit(&mut self) {
        match self {
            Self::Array(elements) => {
                elements.shrink_to_fit();
                elements.iter_mut().for_each(Self::shrink_to_fit);
            }
            Self::Object(members) => members.shrink_to_fit(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }

    /// Whether this is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a string, or nothing for another value or a string with a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        self.as_js_string().and_then(JsString::as_str)
    }

    /// The string, lone surrogates included, or nothing for another value.
    pub const fn as_js_string(&self) -> Option<&JsString> {
        if let Self::String(string) = self { Some(string) } else { None }
    }

    /// The number, or nothing for another value.
    pub const fn as_f64(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The truth value, or nothing for another value.
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The elements of an array, or nothing for another value.
    pub fn as_array(&self) -> Option<&[Value]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The elements of an array, to be changed in place.
    pub const fn as_array_mut(&mut self) -> Option<&mut Vec<Value>> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The object, or nothing for another value.
    pub const fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The object, to be changed in place.
    pub const fn as_object_mut(&mut self) -> Option<&mut Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// A member of an object, or nothing when this is no object or has no such member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// The value that a JSON pointer (RFC 6901) names: `""` is the value itself, `/a/0/b` a member
    /// of the first element of the member `a`; `~1` stands for `/` and `~0` for `~`.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?;
        pointer::tokens(pointer).try_fold(self, |value, name| match value {
            Self::Object(object) => object.get(&name),
            Self::Array(elements) => elements.get(element_index(&name)?),
            _ => None,
        })
    }

    /// The value without members named `__proto__`, at any depth; see [`Object::without_proto`].
    pub fn without_proto(mut self) -> Self {
        self.drop_proto();
        self
    }

    pub(super) fn drop_proto(&mut self) {
        match self {
            Self::Array(elements) => elements.iter_mut().for_each(Self::drop_proto),
            Self::Object(object) => object.drop_proto(),
            _ => {}
        }
    }
}

/// An array index of a JSON pointer: digits without a leading zero.
fn element_index(token: &str) -> Option<usize> {
    let canonical = token == "0" || token.starts_with(|first: char| matches!(first, '1'..='9'));
    canonical.then(|| token.parse().ok()).flatten()
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Whole numbers become doubles; those beyond 2^53 are rounded, as in JavaScript.
macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value {
            fn from(number: $integer) -> Self {
                Self::Number(number as f64)
            }
        }
    )*};
}
from_integers!(i64, u64, usize);

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(JsString::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(JsString::from(text))
    }
}

impl From<JsString> for Value {
    fn from(string: JsString) -> Self {
        Self::String(string)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        elements.into_iter().collect()
    }
}

/// Nothing becomes `null`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        Value::from(Object::from_iter([
            ("a/b", Value::from(vec![Value::from("x"), Value::from(2), Value::from(true)])),
            ("m~n", Value::from(Object::from_iter([("", 1.5)]))),
            ("0", Value::Null),
        ]))
    }

    #[test]
    fn pointers_follow_rfc_6901() {
        let value = sample();
        let found = |pointer| value.pointer(pointer).cloned();
        assert_eq!(found(""), Some(sample()));
        assert_eq!(found("/a~1b/0"), Some(Value::from("x")));
        assert_eq!(found("/a~1b/2"), Some(Value::from(true)));
        assert_eq!(found("/m~0n/"), Some(Value::from(1.5)));
        assert_eq!(found("/0"), Some(Value::Null));
        for missing in ["a~1b", "/", "/a~1b/3", "/a~1b/00", "/a~1b/+1", "/a~1b/-", "/0/x", "/x"] {
            assert_eq!(found(missing), None, "{missing}");
        }
    }

    #[test]
    fn getters_answer_only_for_their_own_kind() {
        let value = sample();
        assert_eq!(value.get("a/b").and_then(Value::as_array).map(<[_]>::len), Some(3));
        assert!(value.get("0").is_some_and(Value::is_null));
        assert_eq!(value.as_str(), None);
        assert_eq!(Value::Null.get("0"), None);
        assert_eq!(Value::from(3_u64).as_f64(), Some(3.0));
        assert_eq!(Value::from(None::<bool>).as_bool(), None);
        let broken = Value::from(JsString::from_utf16([0xD800]));
        assert_eq!(broken.as_str(), None);
        assert!(broken.as_js_string().is_some());
    }

    #[test]
    fn values_can_be_changed_in_place() {
        let mut value = sample();
        value.as_object_mut().unwrap().insert("z", vec![1, 2]);
        let list = value.as_object_mut().unwrap().get_mut("z").unwrap();
        list.as_array_mut().unwrap().push(Value::Null);
        assert_eq!(value.pointer("/z/2"), Some(&Value::Null));
    }
}
