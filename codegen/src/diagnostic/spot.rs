//! Where in the text of a JSON file a JSON pointer leads.

use std::ops::Range;

use serde_json::Value;

use super::pointer;
use crate::by_name::ByName;

/// How deep values nest at most; `serde_json` reads nothing that is deeper.
const MAX_DEPTH: usize = 128;

/// A value in the text: the bytes that it takes, those of its key, and what is in it by the steps of pointers.
pub(super) struct Spot {
    pub(super) key: Option<Range<usize>>,
    pub(super) value: Range<usize>,
    children: ByName<Spot>,
}

impl Spot {
    /// The value of the whole text; none if that is not JSON as `serde_json` takes it.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        Scanner { text, at: 0, steps: Vec::new(), repeated: Vec::new() }.value(MAX_DEPTH)
    }

    /// What is in it by one more step.
    pub(super) fn child(&self, step: &str) -> Option<&Self> {
        self.children.get(step)
    }

    /// The steps that lead on from it, sorted.
    pub(super) fn steps(&self) -> impl Iterator<Item = &str> {
        self.children.iter().map(|(step, _)| step)
    }

    /// The value that the pointer leads to, or where it stops being one of this text, and whether it led to its end.
    pub(super) fn find(&self, pointer: &str) -> (&Self, bool) {
        let mut spot = self;
        for step in pointer.split('/').skip(1) {
            match spot.children.get(&step.replace("~1", "/").replace("~0", "~")) {
                Some(child) => spot = child,
                None => return (spot, false),
            }
        }
        (spot, true)
    }
}

/// The pointers of keys that their objects have already, with the bytes of the key before.
pub(super) fn repeated(text: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut scanner = Scanner { text, at: 0, steps: Vec::new(), repeated: Vec::new() };
    scanner.value(MAX_DEPTH);
    scanner.repeated
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Those that lead to where it is.
    steps: Vec<String>,
    repeated: Vec<(String, Range<usize>)>,
}

impl Scanner<'_> {
    fn value(&mut self, depth: usize) -> Option<Spot> {
        self.pass(|byte| byte.is_ascii_whitespace());
        let start = self.at;
        let mut children = ByName::default();
        match self.text.get(start)? {
            open @ (b'{' | b'[') => children = self.children(*open == b'{', depth.checked_sub(1)?)?,
            b'"' => {
                self.string()?;
            }
            _ => self.pass(|byte| !byte.is_ascii_whitespace() && !b",]}".contains(&byte)),
        }
        Some(Spot { key: None, value: start..self.at, children })
    }

    /// What is in an object or an array. Of equal keys the last one counts, as it does for the reader.
    fn children(&mut self, is_object: bool, depth: usize) -> Option<ByName<Spot>> {
        self.at += 1;
        let mut children = ByName::default();
        loop {
            self.pass(|byte| byte.is_ascii_whitespace() || byte == b',');
            if matches!(self.text.get(self.at)?, b'}' | b']') {
                self.at += 1;
                return Some(children);
            }
            let mut key = None;
            let mut name = children.len().to_string();
            if is_object {
                let bytes = self.string()?;
                let Value::String(text) = str::from_utf8(&self.text[bytes.clone()]).ok()?.parse().ok()? else {
                    return None;
                };
                name = text;
                key = Some(bytes);
                self.pass(|byte| byte.is_ascii_whitespace() || byte == b':');
            }
            self.steps.push(name);
            let value = self.value(depth)?;
            let name = self.steps.pop()?;
            if let Some(Spot { key: Some(key), .. }) = children.get(&name) {
                let steps: Vec<&str> = self.steps.iter().chain([&name]).map(String::as_str).collect();
                self.repeated.push((pointer(&steps), key.clone()));
            }
            children.insert(&name, Spot { key, ..value });
        }
    }

    /// A string with its quotation marks.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if *self.text.get(start)? != b'"' {
            return None;
        }
        loop {
            self.at += 1;
            match self.text.get(self.at)? {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    fn pass(&mut self, which: impl Fn(u8) -> bool) {
        while self.text.get(self.at).is_some_and(|byte| which(*byte)) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(text: &'a str, pointer: &str) -> (Option<&'a str>, &'a str, bool) {
        let root = Spot::of(text.as_bytes()).unwrap();
        let (spot, complete) = root.find(pointer);
        (spot.key.clone().map(|key| &text[key]), &text[spot.value.clone()], complete)
    }

    #[test]
    fn a_pointer_leads_to_bytes() {
        let text = r#" { "a/b" : [ 1, {"\u0063~": "x\"y"} , [] ], "d": {}, "e":null,"d":-1.5e3 } "#;
        assert_eq!(at(text, "/a~1b/0"), (None, "1", true));
        assert_eq!(at(text, "/a~1b/1/c~0"), (Some(r#""\u0063~""#), r#""x\"y""#, true));
        assert_eq!(at(text, "/a~1b/2"), (None, "[]", true));
        assert_eq!(at(text, "/e"), (Some(r#""e""#), "null", true));
        assert_eq!(at(text, "/d"), (Some(r#""d""#), "-1.5e3", true), "the last of equal keys");
        assert_eq!(at(text, ""), (None, text.trim(), true));
        assert_eq!(at(text, "/e/f/g"), (Some(r#""e""#), "null", false));
    }

    #[test]
    fn keys_that_are_there_already_are_found() {
        let text = r#"{"a": [{"b/c": 1, "b\/c": 2, "d": {}}, {"b/c": 3}], "d": 4, "a": 5, "a": 6}"#;
        let found: Vec<_> = repeated(text.as_bytes()).into_iter().map(|(pointer, key)| (pointer, key.start)).collect();
        assert_eq!(found, [("/a/0/b~1c".to_owned(), 8), ("/a".to_owned(), 1), ("/a".to_owned(), 60)]);
    }

    #[test]
    fn text_that_is_cut_anywhere_ends_the_search() {
        let text = r#"{"a": [1, {"b": "c\"d"}, true], "e": {"f": null}}"#;
        for end in 0..text.len() {
            assert!(Spot::of(&text.as_bytes()[..end]).is_none(), "{end}");
        }
        for text in ["{1: 2}", "{\"a\" \"b\"", "[[[", "{]", "}", "", "[}", "{\"a\":}"] {
            let _ = Spot::of(text.as_bytes());
        }
        assert!(Spot::of("[".repeat(100_000).as_bytes()).is_none());
    }
}
