//! Values.

use std::fmt;
use std::ops::Index;

use super::Map;

/// A value. `Display`, with the feature `conformance`, is its text: in one line, or indented with `{:#}`.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has no other values")]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// Values in order.
    Array(Vec<Value>),
    /// Values by name, in the order of the text.
    Object(Map),
}

/// A number: one of 64 bits where it is whole and fits, else the nearest floating-point number, which is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "no number needs more")]
pub enum Number {
    /// A whole number that is not negative.
    Unsigned(u64),
    /// A whole number below zero.
    Negative(i64),
    /// Any other number, and `-0`.
    Float(f64),
}

/// As JSON writes it.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => number.fmt(f),
            Self::Negative(number) => number.fmt(f),
            Self::Float(number) => fmt::Debug::fmt(number, f),
        }
    }
}

impl Value {
    /// What an object has by this name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_object_mut()?.get_mut(key)
    }

    /// What a JSON pointer (RFC 6901) leads to.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut value = self;
        let mut steps = pointer.split('/');
        if !steps.next()?.is_empty() {
            return None;
        }
        for step in steps {
            value = value.step(step)?.1;
        }
        Some(value)
    }

    /// What one step of a JSON pointer leads to, and how many values stand before it.
    pub(super) fn step(&self, step: &str) -> Option<(usize, &Self)> {
        match self {
            Self::Object(map) => map.member(&step.replace("~1", "/").replace("~0", "~")),
            Self::Array(items) if step == "0" || !(step.is_empty() || step.starts_with('0')) => {
                let index = usize::try_from(whole(step)?).ok()?;
                Some((index, items.get(index)?))
            }
            _ => None,
        }
    }

    /// `true` or `false`, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(boolean) = self { Some(*boolean) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// A whole number of 64 bits that is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(Number::Unsigned(number)) = self { Some(*number) } else { None }
    }

    /// A whole number of 64 bits with its sign.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(Number::Unsigned(number)) => i64::try_from(*number).ok(),
            Self::Number(Number::Negative(number)) => Some(*number),
            _ => None,
        }
    }

    /// A number that is not held as a whole one.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        if let Self::Number(Number::Float(number)) = self { Some(*number) } else { None }
    }

    /// The items, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The same, to be changed.
    pub fn as_array_mut(&mut self) -> Option<&mut Vec<Self>> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Map> {
        if let Self::Object(map) = self { Some(map) } else { None }
    }

    /// The same, to be changed.
    pub fn as_object_mut(&mut self) -> Option<&mut Map> {
        if let Self::Object(map) = self { Some(map) } else { None }
    }
}

/// The number of these digits, if 64 bits are enough. For `str::parse` each type of number would be compiled.
pub(super) fn whole(digits: &str) -> Option<u64> {
    let mut number = 0_u64;
    for digit in digits.bytes() {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(digit.into())?;
    }
    Some(number)
}

/// What an object has by this name; `null` where there is nothing.
impl Index<&str> for Value {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        self.get(key).unwrap_or(&Self::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_those_of_the_standard() {
        let value: Value = r#"{"a/b": [10, {"~": 11}], "": 12, "0": [13]}"#.parse().unwrap();
        let at = |pointer: &str| value.pointer(pointer).and_then(Value::as_u64);
        assert_eq!(value.pointer(""), Some(&value));
        assert_eq!([at("/a~1b/0"), at("/a~1b/1/~0"), at("/"), at("/0/0")], [10, 11, 12, 13].map(Some));
        for pointer in ["a", "a/0", "/a", "/a/b/0", "/a~1b/2", "/a~1b/00", "/a~1b/", "/a~1b/-", "/a~1b/+1", "/0/0/0"] {
            assert_eq!(value.pointer(pointer), None, "{pointer}");
        }
    }
}
