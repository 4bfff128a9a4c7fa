//! The reader.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::places::Place;
use super::value::whole;
use super::{Map, Number, Value};
use crate::diagnostic::{MAX_SHOWN, step};

/// How many objects and arrays may be in each other. Each takes a part of the stack.
const MAX_DEPTH: usize = 127;

/// The most of a wrong word that a message has.
const MAX_WORD: usize = 40;

const KEY: &str = "a key in quotation marks";

/// Why a text is not JSON, or a key that its object has already. `Display` is what is wrong, and at which byte.
#[derive(Debug)]
pub struct Error {
    pub(crate) message: String,
    pub(crate) place: Range<usize>,
    pub(crate) repeated: Option<Repeated>,
}

/// A key that its object has already.
#[derive(Debug)]
pub(crate) struct Repeated {
    pub(crate) pointer: String,
    /// Where the one before begins.
    pub(crate) before: usize,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.place.start)
    }
}

impl std::error::Error for Error {}

impl FromStr for Value {
    type Err = Error;

    /// Reads a text of one value. The same key twice in an object is an error, where JSON leaves open what it means.
    fn from_str(text: &str) -> Result<Self, Error> {
        read(text).map_err(|mut errors| errors.swap_remove(0))
    }
}

/// The value of a text; else why it is none, or all keys that are repeated, up to as many as are shown.
pub(crate) fn read(text: &str) -> Result<Value, Vec<Error>> {
    let mut reader = Reader::new(text);
    reader.document().ok_or(reader.errors)
}

/// The value with the places of all that is in it, each value before what is in it.
pub(super) fn read_with_places(text: &str) -> Option<(Value, Vec<Place>)> {
    let mut reader = Reader::new(text);
    reader.places = Some(Vec::new());
    let value = reader.document()?;
    Some((value, reader.places?))
}

/// What reads is none where it is not as expected, for which there is an error then.
struct Reader<'a> {
    text: &'a str,
    /// The next byte.
    at: usize,
    /// Where the keys of those objects begin that have not ended, one object's after those of the one around it.
    keys: Vec<usize>,
    /// Keys that are repeated, or what ended the reading.
    errors: Vec<Error>,
    /// If they are wanted.
    places: Option<Vec<Place>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, keys: Vec::new(), errors: Vec::new(), places: None }
    }

    fn document(&mut self) -> Option<Value> {
        self.pass_space();
        let value = self.value(None, MAX_DEPTH)?;
        if self.at < self.text.len() {
            self.expected("the end");
        }
        if self.errors.is_empty() { Some(value) } else { None }
    }

    /// The next byte; zero, which JSON has nowhere, at the end.
    fn next(&self) -> u8 {
        let bytes = self.text.as_bytes();
        if self.at < bytes.len() { bytes[self.at] } else { 0 }
    }

    /// Passes the next byte if it is this one.
    fn passes(&mut self, byte: u8) -> bool {
        let passes = self.next() == byte;
        self.at += usize::from(passes);
        passes
    }

    fn pass_space(&mut self) {
        while matches!(self.next(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// What is missing where the reader is.
    fn expected(&mut self, what: &str) {
        let rest = &self.text[self.at..];
        let mut length = 0;
        while length < rest.len().min(MAX_WORD) && rest.as_bytes()[length].is_ascii_alphanumeric() {
            length += 1;
        }
        if length == 0 {
            length = rest.chars().next().map_or(0, char::len_utf8);
        }
        let mut start = self.at;
        let found = if length > 0 { format!("`{}`", &rest[..length]) } else { "the end".to_owned() };
        // At the end, behind what is there: lines without anything show nothing.
        while length == 0 && start > 0 && self.text.as_bytes()[start - 1].is_ascii_whitespace() {
            start -= 1;
        }
        let message = format!("expected {what}, found {found}");
        self.errors = vec![Error { message, place: start..start + length, repeated: None }];
    }

    /// What is wrong with all from `start` to where the reader is.
    fn wrong(&mut self, start: usize, message: &str) {
        self.errors = vec![Error { message: message.to_owned(), place: start..self.at, repeated: None }];
    }

    /// A value, and the space behind it.
    fn value(&mut self, key: Option<Range<usize>>, depth: usize) -> Option<Value> {
        let start = self.at;
        let mut place = 0;
        if let Some(places) = &mut self.places {
            place = places.len();
            places.push(Place { key, value: start..start, next: 0 });
        }
        let value = match self.next() {
            b'"' => Value::String(self.string()?),
            b'{' => Value::Object(self.object(depth)?),
            b'[' => Value::Array(self.array(depth)?),
            b'-' | b'0'..=b'9' => Value::Number(self.number()?),
            _ if self.passes_word("true") => Value::Bool(true),
            _ if self.passes_word("false") => Value::Bool(false),
            _ if self.passes_word("null") => Value::Null,
            _ => {
                self.expected("a value");
                return None;
            }
        };
        if let Some(places) = &mut self.places {
            places[place].value.end = self.at;
            places[place].next = places.len();
        }
        self.pass_space();
        Some(value)
    }

    fn passes_word(&mut self, word: &str) -> bool {
        let passes = self.text[self.at..].starts_with(word);
        self.at += if passes { word.len() } else { 0 };
        passes
    }

    /// Passes an opening bracket, and the space behind it.
    fn open(&mut self, depth: usize) -> Option<usize> {
        let start = self.at;
        self.at += 1;
        if depth == 0 {
            self.wrong(start, &format!("objects and arrays nest more than {MAX_DEPTH} deep"));
            return None;
        }
        self.pass_space();
        Some(depth - 1)
    }

    /// Passes what is behind an item or a member: whether another one follows.
    fn goes_on(&mut self, close: u8, expected: &str) -> Option<bool> {
        if self.passes(b',') {
            self.pass_space();
            return Some(true);
        }
        if self.passes(close) {
            return Some(false);
        }
        self.expected(expected);
        None
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Value>> {
        let depth = self.open(depth)?;
        let mut items = Vec::new();
        if self.passes(b']') {
            return Some(items);
        }
        loop {
            let repeated = self.errors.len();
            let item = self.value(None, depth)?;
            self.came_by(repeated, &items.len());
            items.push(item);
            if !self.goes_on(b']', "`,` or `]`")? {
                return Some(items);
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Map> {
        let depth = self.open(depth)?;
        let mut map = Map::new();
        if self.passes(b'}') {
            return Some(map);
        }
        let first = self.keys.len();
        loop {
            let start = self.at;
            if self.next() != b'"' {
                self.expected(if map.is_empty() { "a key in quotation marks or `}`" } else { KEY });
                return None;
            }
            let key = self.string()?;
            let place = start..self.at;
            self.pass_space();
            if !self.passes(b':') {
                self.expected("`:`");
                return None;
            }
            self.pass_space();
            let repeated = self.errors.len();
            let value = self.value(Some(place.clone()), depth)?;
            self.came_by(repeated, &key);
            if let Some(known) = map.place(&key) {
                let before = std::mem::replace(&mut self.keys[first + known], start);
                self.repeat(&key, place, before);
            } else {
                self.keys.push(start);
                map.push(key, value);
            }
            if !self.goes_on(b'}', "`,` or `}`")? {
                self.keys.truncate(first);
                return Some(map);
            }
        }
    }

    fn repeat(&mut self, key: &str, place: Range<usize>, before: usize) {
        if self.errors.len() < MAX_SHOWN {
            let repeated = Some(Repeated { pointer: step("", key), before });
            self.errors.push(Error { message: format!("the key `{key}` is there already"), place, repeated });
        }
    }

    /// Puts a step before the pointers of the repeated keys that were found since there were `known` of them.
    fn came_by(&mut self, known: usize, name: &dyn fmt::Display) {
        for error in &mut self.errors[known..] {
            if let Some(repeated) = &mut error.repeated {
                repeated.pointer = step("", &name.to_string()) + &repeated.pointer;
            }
        }
    }

    /// A string, whose quotation mark is next.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        let mut string = String::new();
        loop {
            let plain = self.at;
            self.at = end_of_plain(self.text.as_bytes(), plain);
            string.push_str(&self.text[plain..self.at]);
            match self.next() {
                b'"' => break,
                b'\\' => string.push(self.escape()?),
                b'\n' | b'\r' => {
                    self.wrong(start, "this string does not end on its line");
                    return None;
                }
                _ if self.at == self.text.len() => {
                    self.wrong(start, "this string does not end");
                    return None;
                }
                byte => {
                    self.at += 1;
                    self.wrong(self.at - 1, &format!("this character must be written `\\u{byte:04x}`"));
                    return None;
                }
            }
        }
        self.at += 1;
        Some(string)
    }

    fn escape(&mut self) -> Option<char> {
        let start = self.at;
        self.at += 1;
        let character = match self.next() {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            mark @ (b'"' | b'\\' | b'/') => char::from(mark),
            b'u' => return self.code(start),
            _ => {
                self.expected("one of `\"\\/bfnrtu` behind `\\`");
                return None;
            }
        };
        self.at += 1;
        Some(character)
    }

    /// The character of a code in hexadecimal digits, before which is `u`.
    fn code(&mut self, start: usize) -> Option<char> {
        self.at += 1;
        let mut code = self.hexadecimal()?;
        // What is not among the first 65,536 characters takes two.
        if matches!(code, 0xd800..0xdc00) && self.passes_word("\\u") {
            let low = self.hexadecimal()?;
            if matches!(low, 0xdc00..0xe000) {
                code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        let character = char::from_u32(code);
        if character.is_none() {
            self.wrong(start, "this is half of a surrogate pair, and no character");
        }
        character
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.next()).to_digit(16) else {
                self.expected("a hexadecimal digit");
                return None;
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Some(code)
    }

    fn number(&mut self) -> Option<Number> {
        let start = self.at;
        let is_negative = self.passes(b'-');
        let digits = self.at;
        let starts_with_zero = self.next() == b'0';
        self.digits()?;
        let whole_digits = &self.text[digits..self.at];
        if starts_with_zero && whole_digits.len() > 1 {
            self.wrong(start, "a number has no zeros before other digits");
            return None;
        }
        if !matches!(self.next(), b'.' | b'e' | b'E') {
            match (whole(whole_digits), is_negative) {
                (Some(number), false) => return Some(Number::Unsigned(number)),
                (Some(number @ 1..), true) => {
                    if let Some(number) = 0_i64.checked_sub_unsigned(number) {
                        return Some(Number::Negative(number));
                    }
                }
                _ => {}
            }
        }
        if self.passes(b'.') {
            self.digits()?;
        }
        if self.passes(b'e') || self.passes(b'E') {
            if !self.passes(b'+') {
                self.passes(b'-');
            }
            self.digits()?;
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Number::Float(number)),
            _ => {
                self.wrong(start, "this number is too large for 64 bits");
                None
            }
        }
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        if !self.next().is_ascii_digit() {
            self.expected("a digit");
            return None;
        }
        while self.next().is_ascii_digit() {
            self.at += 1;
        }
        Some(())
    }
}

/// Where from `at` on the first byte is that does not stand for itself in a string.
fn end_of_plain(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at] >= b' ' && text[at] != b'"' && text[at] != b'\\' {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_was_expected_and_where() {
        for (text, message, place) in [
            ("", "expected a value, found the end", ""),
            ("[1, Infinity]", "expected a value, found `Infinity`", "Infinity"),
            ("[1,]", "expected a value, found `]`", "]"),
            ("\u{feff}1", "expected a value, found `\u{feff}`", "\u{feff}"),
            ("{\"a\": 1", "expected `,` or `}`, found the end", ""),
            ("{\"a\": 1, }", "expected a key in quotation marks, found `}`", "}"),
            ("{a: 1}", "expected a key in quotation marks or `}`, found `a`", "a"),
            ("{\"a\" 1}", "expected `:`, found `1`", "1"),
            ("[1 2]", "expected `,` or `]`, found `2`", "2"),
            ("{} x1", "expected the end, found `x1`", "x1"),
            ("[\"a", "this string does not end", "\"a"),
            ("[\"a\n", "this string does not end on its line", "\"a"),
            ("\"a\tb\"", "this character must be written `\\u0009`", "\t"),
            ("\"\\é\"", "expected one of `\"\\/bfnrtu` behind `\\`, found `é`", "é"),
            ("\"\\u12 \"", "expected a hexadecimal digit, found ` `", " "),
            ("\"a\\ud800\\u0041\"", "this is half of a surrogate pair, and no character", "\\ud800\\u0041"),
            ("-x", "expected a digit, found `x`", "x"),
            ("1.", "expected a digit, found the end", ""),
            ("[-012]", "a number has no zeros before other digits", "-012"),
            ("[1e999]", "this number is too large for 64 bits", "1e999"),
        ] {
            let errors = read(text).unwrap_err();
            assert_eq!(
                (errors.len(), &*errors[0].message, &text[errors[0].place.clone()]),
                (1, message, place),
                "{text}"
            );
        }
        assert_eq!(read("{\"a\": \n\n").unwrap_err()[0].place, 5..5);
        let deep = read(&"[".repeat(200)).unwrap_err();
        assert_eq!(deep[0].to_string(), "objects and arrays nest more than 127 deep at byte 127");
    }

    #[test]
    fn all_keys_that_are_there_already_are_found() {
        let text = r#"{"a": [{"b/c": 1, "b\/c": 2, "d": {}}, {"b/c": 3}], "d": 4, "a": 5, "a": [{"e": 1, "e": 2}]}"#;
        let found: Vec<_> = read(text)
            .unwrap_err()
            .into_iter()
            .map(|error| error.repeated.map(|repeated| (repeated.pointer, error.place.start, repeated.before)).unwrap())
            .collect();
        assert_eq!(
            found,
            [
                ("/a/0/b~1c".to_owned(), 18, 8),
                ("/a".to_owned(), 60, 1),
                ("/a/0/e".to_owned(), 83, 75),
                ("/a".to_owned(), 68, 60)
            ]
        );
        let many = format!("{{{}}}", ["\"a\": 1"; 200].join(", "));
        assert_eq!(read(&many).unwrap_err().len(), MAX_SHOWN);
    }
}
