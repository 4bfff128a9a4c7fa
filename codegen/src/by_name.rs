//! Maps from names. Whatever they hold, they share the code of one B-tree: what a build script compiles without optimization
//! is generic collections before all else, each anew for every type that it holds.

use std::collections::BTreeMap;
use std::ops::Index;

/// Values by name, sorted by it.
#[derive(Clone, Debug)]
pub(crate) struct ByName<V> {
    places: BTreeMap<String, usize>,
    values: Vec<V>,
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }
}

impl<V> ByName<V> {
    /// Gives the value that had the name before.
    pub(crate) fn insert(&mut self, name: &str, value: V) -> Option<V> {
        if let Some(before) = self.get_mut(name) {
            return Some(std::mem::replace(before, value));
        }
        self.places.insert(name.to_owned(), self.values.len());
        self.values.push(value);
        None
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        Some(&self.values[*self.places.get(name)?])
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        Some(&mut self.values[*self.places.get(name)?])
    }

    pub(crate) fn get_or_insert_with(&mut self, name: &str, value: impl FnOnce() -> V) -> &mut V {
        let place = self.places.get(name).copied().unwrap_or_else(|| {
            self.insert(name, value());
            self.values.len() - 1
        });
        &mut self.values[place]
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.places.iter().map(|(name, &place)| (name.as_str(), &self.values[place]))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.places.values().map(|&place| &self.values[place])
    }

    pub(crate) fn into_values(self) -> Vec<V> {
        in_order(self.values, self.places.into_values().collect())
    }
}

/// The value of a name that is known to be there.
impl<V> Index<&str> for ByName<V> {
    type Output = V;

    fn index(&self, name: &str) -> &V {
        &self.values[self.places[name]]
    }
}

/// Sorts by name; what has the same name stays in its order.
pub(crate) fn sort_by_name<T>(items: &mut Vec<T>, name: fn(&T) -> &str) {
    let mut places = ByName::<Vec<usize>>::default();
    for (place, item) in items.iter().enumerate() {
        places.get_or_insert_with(name(item), Vec::new).push(place);
    }
    *items = in_order(std::mem::take(items), places.into_values().concat());
}

/// What stands at these places, each of which is there once.
fn in_order<T>(items: Vec<T>, places: Vec<usize>) -> Vec<T> {
    let mut left = Vec::with_capacity(items.len());
    for item in items {
        left.push(Some(item));
    }
    let mut ordered = Vec::with_capacity(left.len());
    for place in places {
        if let Some(item) = left[place].take() {
            ordered.push(item);
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_the_order_of_their_names() {
        let mut numbers = ByName::default();
        for (name, number) in [("b", 1), ("c", 2), ("a", 3)] {
            assert_eq!(numbers.insert(name, number), None);
        }
        assert_eq!(numbers.insert("c", 4), Some(2));
        *numbers.get_or_insert_with("d", || 5) += 1;
        *numbers.get_or_insert_with("a", || 7) += 1;
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [("a", &4), ("b", &1), ("c", &4), ("d", &6)]);
        assert_eq!((numbers.get("b"), numbers.get("e"), numbers["d"]), (Some(&1), None, 6));
        assert_eq!(numbers.into_values(), [4, 1, 4, 6]);
    }

    #[test]
    fn equal_names_stay_in_order() {
        let mut pairs = vec![("b", 1), ("a", 2), ("b", 3), ("a", 4)];
        sort_by_name(&mut pairs, |(name, _)| name);
        assert_eq!(pairs, [("a", 2), ("a", 4), ("b", 1), ("b", 3)]);
    }
}
