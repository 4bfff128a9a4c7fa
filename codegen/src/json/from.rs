//! Values from Rust's.

use super::{Map, Number, Value};

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Bool(boolean)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(Number::Unsigned(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        u64::from(number).into()
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        (number as u64).into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(u64::try_from(number).map_or(Number::Negative(number), Number::Unsigned))
    }
}

/// What is not finite is `null`: JSON has no such number.
impl From<f64> for Value {
    fn from(number: f64) -> Self {
        if number.is_finite() { Self::Number(Number::Float(number)) } else { Self::Null }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Object(map)
    }
}

/// Nothing is `null`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, T::into)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(item.into());
        }
        Self::Array(values)
    }
}

/// An object of these members. Of equal keys the last one counts.
impl<const N: usize> From<[(&str, Value); N]> for Value {
    fn from(members: [(&str, Value); N]) -> Self {
        let mut map = Map::new();
        for (key, value) in members {
            map.insert(key.to_owned(), value);
        }
        Self::Object(map)
    }
}

/// Tests write values with `json!`.
#[cfg(test)]
impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        value.to_string().parse().unwrap()
    }
}
