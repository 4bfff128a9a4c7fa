//! What a section of a file says. Values are secret until they are asked for by name.

use std::collections::{BTreeMap, BTreeSet};
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
pub(super) type Values = BTreeMap<String, Value>;

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
        match self.value(key)? {
            Value::Text(text) => not_empty(text),
            Value::Nested(_) => None,
        }
    }

    /// The text of a key within a nested one, such as `endpoint_url` within `iam`.
    #[must_use]
    pub fn nested(&self, key: &str, inner: &str) -> Option<&str> {
        match self.value(key)? {
            Value::Text(_) => None,
            Value::Nested(values) => Some(not_empty(values.get(inner)?)?.expose_secret()),
        }
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let keys: BTreeSet<&str> = self.layers.iter().flat_map(|layer| layer.keys()).map(String::as_str).collect();
        keys.into_iter()
    }

    /// The keys within a nested one.
    pub fn nested_keys(&self, key: &str) -> impl Iterator<Item = &str> {
        let values = match self.value(key) {
            Some(Value::Nested(values)) => Some(values),
            _ => None,
        };
        values.into_iter().flat_map(|values| values.keys().map(String::as_str))
    }

    /// What these say, and beyond them those in common.
    pub(super) fn new(values: Values, common: &Arc<Values>) -> Self {
        Self { layers: vec![Arc::new(values), Arc::clone(common)] }
    }

    /// Takes over all that `other` says.
    pub(super) fn overwrite_with(&mut self, other: &Self) {
        self.layers.splice(..0, other.layers.iter().cloned());
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }
}

fn not_empty(text: &SecretString) -> Option<&SecretString> {
    (!text.expose_secret().is_empty()).then_some(text)
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line that went astray can make a key of a secret.
        write!(f, "Section({} keys)", self.keys().count())
    }
}
