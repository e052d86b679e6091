//! Members of JSON objects, read in one pass whatever their types are.
//!
//! An index looks at a few members of large records. A member may have any type: an odd one must
//! neither end the reading nor be looked into. So every type here accepts any JSON value, and it is
//! for the reader to judge. A repeated member overwrites the earlier one, as in JavaScript.
//!
//! ```text
//!  text  ──▶ serde ─────────┐
//!                            ├─▶ Source ──▶ Members::member ──▶ a struct of Scalars and Maybes
//!  value ──▶ Maybe::of_value ┘
//! ```
//!
//! The second way is for texts that serde refuses and JavaScript does not: a lone surrogate in a
//! kept string, a number beyond a double.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::js::value::Value;

/// One member, when it is no array and no object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Scalar<'a> {
    /// There is no such member.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, which may be infinite on the second way.
    Number(f64),
    /// A string, borrowed unless it holds an escape.
    Text(Cow<'a, str>),
    /// An array or object, not looked into.
    Nested,
}

impl<'a> Scalar<'a> {
    /// The string.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number.
    pub(crate) fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// Tells whether it is this string.
    pub(crate) fn is(&self, expected: &str) -> bool {
        matches!(self, Self::Text(text) if text == expected)
    }

    /// Tells whether it is `true`.
    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// Neither absent, null, false nor the empty string.
    pub(crate) fn says_something(&self) -> bool {
        match self {
            Self::Absent | Self::Null | Self::Bool(false) => false,
            Self::Text(text) => !text.is_empty(),
            Self::Bool(true) | Self::Number(_) | Self::Nested => true,
        }
    }
}

/// A value that can be read in both ways.
pub(crate) trait Member<'de>: Deserialize<'de> {
    /// The same of a value that has been read.
    fn of_value(value: &Value) -> Self;
}

impl<'de> Member<'de> for Scalar<'de> {
    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::Number(*number),
            Value::String(text) => Self::Text(Cow::Owned(text.to_str_lossy().into_owned())),
            Value::Array(_) | Value::Object(_) => Self::Nested,
        }
    }
}

/// Where the value of a member comes from.
pub(crate) trait Source<'de> {
    /// Why a value cannot be read.
    type Error;

    /// The value.
    ///
    /// # Errors
    ///
    /// What serde cannot read.
    fn read<T: Member<'de>>(self) -> Result<T, Self::Error>;

    /// Passes over the value.
    ///
    /// # Errors
    ///
    /// What is no JSON.
    fn skip(self) -> Result<(), Self::Error>;
}

/// The value that stands next in a text.
struct Next<'a, A>(&'a mut A);

impl<'de, A: MapAccess<'de>> Source<'de> for Next<'_, A> {
    type Error = A::Error;

    fn read<T: Member<'de>>(self) -> Result<T, Self::Error> {
        self.0.next_value()
    }

    fn skip(self) -> Result<(), Self::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }
}

impl<'de> Source<'de> for &Value {
    type Error = Infallible;

    fn read<T: Member<'de>>(self) -> Result<T, Self::Error> {
        Ok(T::of_value(self))
    }

    fn skip(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A struct that is filled from the members of an object.
pub(crate) trait Members<'de>: Default {
    /// Takes the value of a member, or passes over it.
    ///
    /// # Errors
    ///
    /// What the source cannot read.
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error>;
}

/// A value that ought to be an object: its members, `None` for any other value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

impl<'de, T: Members<'de>> Member<'de> for Maybe<T> {
    fn of_value(value: &Value) -> Self {
        Self(value.as_object().map(|object| {
            let mut members = T::default();
            for (name, value) in object.iter() {
                let Ok(()) = members.member(&name.to_str_lossy(), value);
            }
            members
        }))
    }
}

/// A member name or another string, borrowed unless it holds an escape.
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

/// Reads to the end of an array whose elements do not matter.
pub(crate) fn skip_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads to the end of an object whose members do not matter.
pub(crate) fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Writes the visits of a type to which every value means nothing but those that its visitor
/// handles itself.
macro_rules! nothing_else {
    ($nothing:expr; $($visit:ident($value:ty)),* $(,)?) => {
        $(fn $visit<E: serde::de::Error>(self, _: $value) -> Result<Self::Value, E> {
            Ok($nothing)
        })*
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok($nothing)
        }
    };
}
pub(crate) use nothing_else;

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }
    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(truth))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number))
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_seq(seq).map(|()| Scalar::Nested)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        skip_map(map).map(|()| Scalar::Nested)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct MaybeVisitor<T>(PhantomData<T>);

impl<'de, T: Members<'de>> Visitor<'de> for MaybeVisitor<T> {
    type Value = Maybe<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    nothing_else!(Maybe(None);
        visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_str(&str));
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_seq(seq).map(|()| Maybe(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = T::default();
        while let Some(Text(name)) = map.next_key()? {
            members.member(&name, Next(&mut map))?;
        }
        Ok(Maybe(Some(members)))
    }
}

impl<'de, T: Members<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(MaybeVisitor(PhantomData))
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;

    #[derive(Debug, Default, PartialEq)]
    struct Pair<'a> {
        kept: Scalar<'a>,
        inner: Maybe<Box<Pair<'a>>>,
    }

    impl<'de> Members<'de> for Box<Pair<'de>> {
        fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
            match name {
                "inner" => self.inner = value.read()?,
                "kept" => self.kept = value.read()?,
                _ => value.skip()?,
            }
            Ok(())
        }
    }

    #[test]
    fn both_ways_read_the_same_of_any_json() {
        for text in [
            r#"{"kept":1,"other":[{"kept":2}],"kept":null}"#,
            r#"{"inner":{"kept":"a\n"},"kept":[1]}"#,
            r#"{"inner":7,"kept":true}"#,
            r#"{"inner":{"inner":{},"kept":-0.5}}"#,
            "[{}]",
            "\"text\"",
            "null",
        ] {
            let fast: Maybe<Box<Pair<'_>>> = serde_json::from_str(text).unwrap();
            let exact = Maybe::of_value(&parse_str(text).unwrap());
            assert_eq!(fast, exact, "{text}");
            assert_eq!(fast.0.is_some(), text.starts_with('{'), "{text}");
        }
    }
}
