//! Users or groups by their names, with a note of what changes among them: only that has to be stored, or undone.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::state::Key;

/// A map that is read as such, and changed through methods that note how it was before.
pub(super) struct Table<T> {
    rows: BTreeMap<Key, T>,
    touched: Rows<T>,
}

/// Rows as they were before they were changed; `None` where there was none.
pub(super) type Rows<T> = BTreeMap<Key, Option<T>>;

impl<T: Clone> Table<T> {
    /// Adds a row, or replaces it. Gives what was there.
    pub(super) fn insert(&mut self, key: Key, row: T) -> Option<T> {
        self.touch(&key);
        self.rows.insert(key, row)
    }

    pub(super) fn remove(&mut self, key: &Key) -> Option<T> {
        self.touch(key);
        self.rows.remove(key)
    }

    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut T> {
        self.touch(key);
        self.rows.get_mut(key)
    }

    fn touch(&mut self, key: &Key) {
        if !self.touched.contains_key(key) {
            self.touched.insert(key.clone(), self.rows.get(key).cloned());
        }
    }

    /// What has been touched since the last time that this was asked.
    pub(super) fn take_touched(&mut self) -> Rows<T> {
        std::mem::take(&mut self.touched)
    }

    /// Makes these rows what they were before.
    pub(super) fn put_back(&mut self, touched: Rows<T>) {
        for (key, row) in touched {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), touched: BTreeMap::new() }
    }
}

impl<T> Deref for Table<T> {
    type Target = BTreeMap<Key, T>;

    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}
