//! A cursor over JSON that knows where it is and reports what is not as expected.

use std::cell::RefCell;

use crate::diagnostic::{Diagnostics, did_you_mean, step};
use crate::json::{Map, Value};
use crate::model::{Number, RawFacts};

/// A JSON file that is being read.
pub(crate) struct Document<'a> {
    pub(crate) file: &'a str,
    pub(crate) found: &'a RefCell<Diagnostics>,
}

impl<'a> Document<'a> {
    pub(crate) fn root(&'a self, value: &'a Value) -> Node<'a> {
        Node { document: self, pointer: String::new(), value }
    }
}

/// A value in the file.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    document: &'a Document<'a>,
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    pub(crate) fn problem(&self, message: impl Into<String>) {
        self.document.found.borrow_mut().problem(self.document.file, &self.pointer, message);
    }

    pub(crate) fn warning(&self, message: impl Into<String>) {
        self.document.found.borrow_mut().warning(self.document.file, &self.pointer, message);
    }

    /// A name that is not there, with the nearest one of those that are.
    pub(crate) fn unknown<'n>(&self, message: String, name: &str, names: &dyn Fn() -> Vec<&'n str>) {
        self.problem_with_hint(message, &|| did_you_mean(name, &names()));
    }

    pub(crate) fn problem_with_hint(&self, message: String, hint: &dyn Fn() -> Option<String>) {
        self.problem(message);
        self.document.found.borrow_mut().hint(hint);
    }

    fn expected(&self, what: &str) {
        self.problem(format!("expected {what}, found {}", describe(self.value)));
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        Self { document: self.document, pointer: step(&self.pointer, key), value }
    }

    pub(crate) fn raw(&self) -> &'a Value {
        self.value
    }

    /// An object with known keys.
    pub(crate) fn object(self) -> Option<Object<'a>> {
        let Value::Object(map) = self.value else {
            self.expected("an object");
            return None;
        };
        let mut unread = Vec::with_capacity(map.len());
        for (key, _) in map.iter() {
            unread.push(key);
        }
        Some(Object { unread, asked: Vec::new(), map, node: self })
    }

    /// An object as a map from names to values.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Node<'a>)> {
        let Value::Object(map) = self.value else {
            self.expected("an object");
            return Vec::new();
        };
        let mut entries = Vec::with_capacity(map.len());
        for (key, value) in map.iter() {
            entries.push((key, self.child(key, value)));
        }
        entries
    }

    pub(crate) fn items(&self) -> Vec<Node<'a>> {
        let Value::Array(items) = self.value else {
            self.expected("an array");
            return Vec::new();
        };
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            nodes.push(self.child(&nodes.len().to_string(), item));
        }
        nodes
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self.value, Value::Array(_))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.expected("a string");
        }
        text
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for item in self.items() {
            if let Some(text) = item.text() {
                texts.push(text.to_owned());
            }
        }
        texts
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        let boolean = self.value.as_bool();
        if boolean.is_none() {
            self.expected("true or false");
        }
        boolean
    }

    pub(crate) fn number(&self) -> Option<Number> {
        let number = match (self.value.as_i64(), self.value.as_float()) {
            (Some(number), _) => Some(Number::Integer(number)),
            (None, Some(number)) => Some(whole(number).unwrap_or(Number::Float(number))),
            _ => None,
        };
        if number.is_none() {
            self.expected("a number of at most 64 bits");
        }
        number
    }

    /// A whole number that is not negative; `1.0` is one.
    pub(crate) fn size(&self) -> Option<u64> {
        let size = match (self.value.as_u64(), self.value.as_float().and_then(whole)) {
            (Some(size), _) => Some(size),
            (None, Some(Number::Integer(size))) => u64::try_from(size).ok(),
            _ => None,
        };
        if size.is_none() {
            self.expected("a whole number that is not negative");
        }
        size
    }

    /// An HTTP status.
    pub(crate) fn status(&self) -> Option<u16> {
        let status = self.value.as_u64().and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (100..=999).contains(status));
        if status.is_none() {
            self.expected("an HTTP status");
        }
        status
    }
}

/// The number as a whole one, where it is one.
#[expect(clippy::cast_possible_truncation, reason = "bounds are checked")]
fn whole(number: f64) -> Option<Number> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(Number::Integer(number as i64))
}

/// An object with known keys: what is not taken until [`Object::finish`] is a problem.
pub(crate) struct Object<'a> {
    node: Node<'a>,
    map: &'a Map,
    unread: Vec<&'a str>,
    asked: Vec<&'a str>,
}

impl<'a> Object<'a> {
    pub(crate) fn node(&self) -> &Node<'a> {
        &self.node
    }

    pub(crate) fn take(&mut self, key: &'a str) -> Option<Node<'a>> {
        self.asked.push(key);
        let value = self.map.get(key)?;
        self.unread.retain(|unread| *unread != key);
        Some(self.node.child(key, value))
    }

    /// The value that must be there.
    pub(crate) fn need(&mut self, key: &'a str) -> Option<Node<'a>> {
        let value = self.take(key);
        if value.is_none() {
            self.node.problem(format!("the key `{key}` is missing"));
        }
        value
    }

    pub(crate) fn text(&mut self, key: &'a str) -> Option<String> {
        self.take(key)?.text().map(str::to_owned)
    }

    pub(crate) fn need_text(&mut self, key: &'a str) -> Option<String> {
        self.need(key)?.text().map(str::to_owned)
    }

    pub(crate) fn texts(&mut self, key: &'a str) -> Vec<String> {
        self.take(key).map(|node| node.texts()).unwrap_or_default()
    }

    /// The items of an array that may be absent.
    pub(crate) fn items(&mut self, key: &'a str) -> Vec<Node<'a>> {
        self.take(key).map(|node| node.items()).unwrap_or_default()
    }

    pub(crate) fn need_items(&mut self, key: &'a str) -> Vec<Node<'a>> {
        self.need(key).map(|node| node.items()).unwrap_or_default()
    }

    /// The entries of an object that may be absent.
    pub(crate) fn entries(&mut self, key: &'a str) -> Vec<(&'a str, Node<'a>)> {
        self.take(key).map(|node| node.entries()).unwrap_or_default()
    }

    pub(crate) fn need_entries(&mut self, key: &'a str) -> Vec<(&'a str, Node<'a>)> {
        self.need(key).map(|node| node.entries()).unwrap_or_default()
    }

    pub(crate) fn flag(&mut self, key: &'a str) -> bool {
        self.take(key).and_then(|node| node.boolean()).unwrap_or_default()
    }

    /// Those of the keys that are there, as they are.
    pub(crate) fn raw(&mut self, keys: &[&'a str]) -> RawFacts {
        let mut facts = RawFacts::new();
        for key in keys {
            if let Some(node) = self.take(key) {
                facts.insert((*key).to_owned(), node.value.clone());
            }
        }
        facts
    }

    /// The keys that nobody asked for, with their values.
    pub(crate) fn unread(self) -> Vec<(&'a str, Node<'a>)> {
        let Self { node, map, unread, .. } = self;
        let mut entries = Vec::new();
        for key in unread {
            if let Some(value) = map.get(key) {
                entries.push((key, node.child(key, value)));
            }
        }
        entries
    }

    /// Reports the keys that nobody asked for.
    pub(crate) fn finish(self) {
        for key in &self.unread {
            if let Some(value) = self.map.get(key) {
                let Node { document, pointer, .. } = self.node.child(key, value);
                document.found.borrow_mut().unknown_key(document.file, &pointer, key, &self.asked);
            }
        }
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(boolean) => boolean.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() <= 40 => format!("the string {text:?}"),
        Value::String(_) => "a long string".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(value: &serde_json::Value, read: impl Fn(Node<'_>)) -> Vec<String> {
        let found = RefCell::new(Diagnostics::default());
        read(Document { file: "f", found: &found }.root(&value.clone().into()));
        found.into_inner().finish().err().iter().flat_map(crate::Problems::list).map(ToString::to_string).collect()
    }

    #[test]
    fn unread_keys_are_problems() {
        let found = problems(&json!({"a": 1, "b/c": 2}), |node| {
            let mut object = node.object().unwrap();
            object.take("a");
            object.take("b-c");
            object.finish();
        });
        assert_eq!(found, ["f#/b~1c: the key `b/c` is unknown here; did you mean `b-c`?"]);
    }

    #[test]
    fn wrong_types_say_what_was_found() {
        let found = problems(&json!({"a": [1], "b": null}), |node| {
            let mut object = node.object().unwrap();
            object.text("a");
            object.flag("b");
            object.need("c");
            object.finish();
        });
        assert_eq!(
            found,
            [
                "f#/a: expected a string, found an array",
                "f#/b: expected true or false, found null",
                "f: the key `c` is missing"
            ]
        );
    }

    #[test]
    fn numbers_may_be_written_with_a_fraction() {
        let value = json!([1.0, 1, -1.5, 0.001, -3]);
        let found = problems(&value, |node| {
            let items = node.items();
            assert_eq!(items[0].size(), Some(1));
            assert_eq!(items[1].number(), Some(Number::Integer(1)));
            assert_eq!(items[2].number(), Some(Number::Float(-1.5)));
            assert_eq!(items[3].size(), None);
            assert_eq!(items[4].size(), None);
        });
        assert_eq!(found.len(), 2);
    }
}
