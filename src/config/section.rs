//! What a section of a file says. Values are secret until they are asked for by name.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

/// The keys of a section and their values, neither of which `Debug` shows.
#[derive(Clone, Default)]
pub struct Section {
    /// The first that has a key says what it is. What sections have in common, they share.
    layers: Vec<Arc<Values>>,
}

/// The keys that stand in one place, and their values.
pub(super) type Values = HashMap<String, Value>;

/// A text, or one level of keys below a key.
#[derive(Clone)]
pub(super) enum Value {
    Text(SecretString),
    Nested(Values),
}

impl Value {
    /// The text, if it is one and not empty.
    fn text(&self) -> Option<&SecretString> {
        match self {
            Self::Text(text) => Some(text).filter(|text| !text.expose_secret().is_empty()),
            Self::Nested(_) => None,
        }
    }
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
        self.value(key)?.text()
    }

    /// The text of a key within a nested one, such as `endpoint_url` within `iam`.
    #[must_use]
    pub fn nested(&self, key: &str, inner: &str) -> Option<&str> {
        match self.value(key)? {
            Value::Text(_) => None,
            Value::Nested(values) => values.get(inner)?.text().map(ExposeSecret::expose_secret),
        }
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let mut keys = Vec::new();
        for layer in &self.layers {
            keys.extend(in_order(layer));
        }
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
    }

    /// The keys within a nested one.
    pub fn nested_keys(&self, key: &str) -> impl Iterator<Item = &str> {
        match self.value(key) {
            Some(Value::Nested(values)) => in_order(values),
            _ => Vec::new(),
        }
        .into_iter()
    }

    /// What these say, and beyond them those in common.
    pub(super) fn new(values: Values, common: &Arc<Values>) -> Self {
        Self { layers: vec![Arc::new(values), Arc::clone(common)] }
    }

    /// Takes over all that `other` says.
    pub(super) fn overwrite_with(&mut self, other: &Self) {
        let below = std::mem::replace(&mut self.layers, other.layers.clone());
        self.layers.extend(below);
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }
}

/// The keys of a map in order.
pub(super) fn in_order<T>(map: &HashMap<String, T>) -> Vec<&str> {
    let mut keys: Vec<&str> = map.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line that went astray can make a key of a secret.
        write!(f, "Section({} keys)", self.keys().count())
    }
}
