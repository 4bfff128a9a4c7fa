//! Objects.

use std::collections::BTreeMap;
use std::fmt;

use super::Value;

/// Up to so many keys are searched one by one, which most objects never exceed.
const FEW: usize = 16;

/// The members of an object in the order of its text. Two are equal if they have the same members in any order.
#[derive(Default)]
pub struct Map {
    members: Vec<(String, Value)>,
    /// Where the keys are; empty if they are few.
    places: BTreeMap<String, usize>,
}

impl Map {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many members it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether it has no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The place of a key in the order.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        if self.members.len() > FEW {
            return self.places.get(key).copied();
        }
        for (place, (known, _)) in self.members.iter().enumerate() {
            if known == key {
                return Some(place);
            }
        }
        None
    }

    /// The value of this key, with its place.
    pub(super) fn member(&self, key: &str) -> Option<(usize, &Value)> {
        let place = self.place(key)?;
        Some((place, &self.members[place].1))
    }

    /// The value of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        Some(self.member(key)?.1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let place = self.place(key)?;
        Some(&mut self.members[place].1)
    }

    /// Whether it has this key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// Gives the key a value, at its place or behind the others; the value is that which it had.
    pub fn insert(&mut self, key: String, value: Value) -> Option<Value> {
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, value));
        }
        self.push(key, value);
        None
    }

    /// Adds a member whose key is known to be new.
    pub(super) fn push(&mut self, key: String, value: Value) {
        let place = self.members.len();
        if place > FEW {
            self.places.insert(key.clone(), place);
        }
        self.members.push((key, value));
        if place == FEW {
            self.find_places();
        }
    }

    fn find_places(&mut self) {
        self.places = BTreeMap::new();
        if self.members.len() > FEW {
            for (place, (key, _)) in self.members.iter().enumerate() {
                self.places.insert(key.clone(), place);
            }
        }
    }

    /// Takes a member out; the others keep their order. It takes as long as there are members.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let place = self.place(key)?;
        let (_, value) = self.members.remove(place);
        self.find_places();
        Some(value)
    }

    /// Keeps those members for which `is_kept` holds.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&str, &Value) -> bool) {
        self.members.retain(|(key, value)| is_kept(key, value));
        self.find_places();
    }

    /// Inserts all members of another object.
    pub fn append(&mut self, other: Self) {
        for (key, value) in other {
            self.insert(key, value);
        }
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(key, _)| key.as_str())
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.members.iter().map(|(_, value)| value)
    }

    /// The values in order, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.members.iter_mut().map(|(_, value)| value)
    }
}

/// The places are found again, which takes less code than to copy a tree.
impl Clone for Map {
    fn clone(&self) -> Self {
        let mut map = Self { members: self.members.clone(), places: BTreeMap::new() };
        map.find_places();
        map
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        for (key, value) in &self.members {
            if other.get(key) != Some(value) {
                return false;
            }
        }
        self.len() == other.len()
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut members = f.debug_map();
        for (key, value) in &self.members {
            members.entry(key, value);
        }
        members.finish()
    }
}
