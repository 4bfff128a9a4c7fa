//! Where in a text its values are.

use std::ops::Range;

use super::Value;
use super::read::read_with_places;

/// Where a value is: its bytes, and those of its key.
pub(crate) struct Place {
    pub(crate) key: Option<Range<usize>>,
    pub(crate) value: Range<usize>,
    /// Which place is the next one that is not in this value.
    pub(super) next: usize,
}

/// A value and the places of all that is in it.
pub(crate) struct Located {
    pub(crate) value: Value,
    /// In the order of the text, each value before what is in it.
    places: Vec<Place>,
}

impl Located {
    /// None if the text is not JSON.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let (value, places) = read_with_places(str::from_utf8(text).ok()?)?;
        Some(Self { value, places })
    }

    /// The place that the pointer leads to, or where it stops being one of this text, and whether it led to its end; none if
    /// it leads nowhere.
    pub(crate) fn find(&self, pointer: &str) -> Option<(&Place, bool)> {
        let (mut value, mut place, mut complete) = (&self.value, 0, true);
        for step in pointer.split('/').skip(1) {
            let Some((before, found)) = value.step(step) else {
                complete = false;
                break;
            };
            value = found;
            place += 1;
            for _ in 0..before {
                place = self.places[place].next;
            }
        }
        (place > 0).then(|| (&self.places[place], complete))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(text: &'a str, pointer: &str) -> Option<(Option<&'a str>, &'a str, bool)> {
        let located = Located::of(text.as_bytes()).unwrap();
        let (place, complete) = located.find(pointer)?;
        Some((place.key.clone().map(|key| &text[key]), &text[place.value.clone()], complete))
    }

    #[test]
    fn a_pointer_leads_to_bytes() {
        let text = r#" { "a/b" : [ 1, {"\u0063~": "x\"y"} , [ ] ], "e":null , "d":-1.5e3 } "#;
        assert_eq!(at(text, "/a~1b/0"), Some((None, "1", true)));
        assert_eq!(at(text, "/a~1b/1/c~0"), Some((Some(r#""\u0063~""#), r#""x\"y""#, true)));
        assert_eq!(at(text, "/a~1b/2"), Some((None, "[ ]", true)));
        assert_eq!(at(text, "/e"), Some((Some(r#""e""#), "null", true)));
        assert_eq!(at(text, "/d"), Some((Some(r#""d""#), "-1.5e3", true)));
        assert_eq!(at(text, "/e/f/g"), Some((Some(r#""e""#), "null", false)));
        assert_eq!(at(text, "/a~1b/3"), Some((Some(r#""a/b""#), r#"[ 1, {"\u0063~": "x\"y"} , [ ] ]"#, false)));
        assert_eq!(at(text, ""), None);
        assert_eq!(at(text, "/nowhere"), None);
    }

    #[test]
    fn what_is_no_json_has_no_places() {
        for text in ["", "{\"a\": 1", "{\"a\": 1, \"a\": 2}"] {
            assert!(Located::of(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Located::of(b"\"\xff\"").is_none());
    }
}
