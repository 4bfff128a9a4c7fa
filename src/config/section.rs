//! What a section of a file says. Values are secret until they are asked for by name.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The keys of a section and their values, neither of which `Debug` shows.
#[derive(Clone, Default)]
pub struct Section {
    values: BTreeMap<String, Value>,
}

/// A text, or one level of keys below a key.
#[derive(Clone)]
pub(super) enum Value {
    Text(SecretString),
    Nested(BTreeMap<String, SecretString>),
}

impl Section {
    /// The text of a key (in lower case), if it is not empty.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.secret(key).map(ExposeSecret::expose_secret)
    }

    /// The text of a key that holds a secret, if it is not empty.
    #[must_use]
    pub fn secret(&self, key: &str) -> Option<&SecretString> {
        match self.values.get(key)? {
            Value::Text(text) => not_empty(text),
            Value::Nested(_) => None,
        }
    }

    /// The text of a key within a nested one, such as `endpoint_url` within `iam`.
    #[must_use]
    pub fn nested(&self, key: &str, inner: &str) -> Option<&str> {
        match self.values.get(key)? {
            Value::Text(_) => None,
            Value::Nested(values) => Some(not_empty(values.get(inner)?)?.expose_secret()),
        }
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The keys within a nested one.
    pub fn nested_keys(&self, key: &str) -> impl Iterator<Item = &str> {
        let values = match self.values.get(key) {
            Some(Value::Nested(values)) => Some(values),
            _ => None,
        };
        values.into_iter().flat_map(|values| values.keys().map(String::as_str))
    }

    pub(super) fn insert(&mut self, key: String, value: Value) {
        self.values.insert(key, value);
    }

    /// Takes over all that `other` says.
    pub(super) fn overwrite_with(&mut self, other: &Self) {
        self.values.extend(other.values.clone());
    }

    /// Takes over what `other` says and this does not.
    pub(super) fn complete_with(&mut self, other: &Self) {
        for (key, value) in &other.values {
            self.values.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

fn not_empty(text: &SecretString) -> Option<&SecretString> {
    (!text.expose_secret().is_empty()).then_some(text)
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line that went astray can make a key of a secret.
        write!(f, "Section({} keys)", self.values.len())
    }
}
