//! The AWS CLI's shorthand: `Key=Name,Value=jane`, with lists (`a=1,2` or `a=[1,2]`), nested maps (`a={b=1}`),
//! quotes, and `a@=file://PATH`.
//!
//! ```text
//! parameter = keyval *("," keyval)
//! keyval    = key ["@"] "=" [values]
//! values    = value *("," value)          ; a list where there are several, up to the next keyval
//!           / list / map
//! list      = "[" [item *("," item)] "]"
//! map       = "{" [key ["@"] "=" item *("," key ["@"] "=" item)] "}"
//! item      = [value] / list / map
//! value     = word / "'" text "'" / DQUOTE text DQUOTE
//! ```
//! A word has no quotes and no closing brackets, and a comma in it is `\,`. Inside quotes, `\` stands before the
//! quote and before itself. Spaces around separators are nothing.

use std::fmt;

use shapewire::MAX_DEPTH;

/// What a shorthand says, before any schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shorthand {
    /// Text as it is.
    Text(String),
    /// Text that may name a file: what follows `@=`.
    Reference(String),
    List(Vec<Shorthand>),
    Map(Vec<(String, Shorthand)>),
}

/// What is wrong with a shorthand, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShorthandError {
    problem: Problem,
    /// The number of characters before it.
    offset: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Expected { expected: &'static str, found: Option<char> },
    Duplicate(String),
    TooDeep,
}

impl fmt::Display for ShorthandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Expected { expected, found: Some(found) } => write!(f, "expected {expected}, found {found:?}")?,
            Problem::Expected { expected, found: None } => write!(f, "expected {expected}, found the end")?,
            Problem::Duplicate(key) => {
                write!(f, "the key {key} stands there twice (a space, not a comma, separates members of a list)")?;
            }
            Problem::TooDeep => write!(f, "nested deeper than {MAX_DEPTH}")?,
        }
        write!(f, " (character {})", self.offset + 1)
    }
}

/// Reads a shorthand; the result is a map.
pub(crate) fn parse(text: &str) -> Result<Shorthand, ShorthandError> {
    let mut parser = Parser { text: text.chars().collect(), place: 0, reference: false, depth: 0 };
    let mut entries = Vec::new();
    loop {
        let key = parser.key(&entries)?;
        let values = parser.values()?;
        entries.push((key, values));
        if parser.place == parser.text.len() {
            return Ok(Shorthand::Map(entries));
        }
        parser.expect(',', "a comma")?;
    }
}

struct Parser {
    text: Vec<char>,
    place: usize,
    /// Whether the key before had an `@`.
    reference: bool,
    depth: usize,
}

impl Parser {
    fn current(&self) -> Option<char> {
        self.text.get(self.place).copied()
    }

    fn skip_space(&mut self) {
        while self.current().is_some_and(char::is_whitespace) {
            self.place += 1;
        }
    }

    fn error<T>(&self, expected: &'static str) -> Result<T, ShorthandError> {
        let problem = Problem::Expected { expected, found: self.current() };
        Err(ShorthandError { problem, offset: self.place })
    }

    /// Takes a separator and the spaces around it.
    fn expect(&mut self, separator: char, expected: &'static str) -> Result<(), ShorthandError> {
        self.skip_space();
        if self.current() != Some(separator) {
            return self.error(expected);
        }
        self.place += 1;
        self.skip_space();
        Ok(())
    }

    /// Takes a key and its equals sign.
    fn key(&mut self, others: &[(String, Shorthand)]) -> Result<String, ShorthandError> {
        self.skip_space();
        let start = self.place;
        let end = self.key_end();
        if start == end {
            return self.error("a key");
        }
        let key: String = self.text[start..end].iter().collect();
        if others.iter().any(|(other, _)| *other == key) {
            return Err(ShorthandError { problem: Problem::Duplicate(key), offset: start });
        }
        self.place = end;
        self.skip_space();
        self.reference = self.current() == Some('@');
        if self.reference {
            self.place += 1;
        }
        self.expect('=', "an equals sign")?;
        Ok(key)
    }

    fn key_end(&self) -> usize {
        let is_key = |c: &char| c.is_ascii_alphanumeric() || "-_.#/:".contains(*c);
        self.place + self.text[self.place..].iter().take_while(|c| is_key(c)).count()
    }

    /// Whether a key and its equals sign follow.
    fn is_at_key(&self) -> bool {
        let end = self.key_end();
        let mut after = self.text[end..].iter().copied().skip_while(|c| c.is_whitespace());
        let next = after.next();
        end > self.place && (next == Some('=') || (next == Some('@') && after.next() == Some('=')))
    }

    /// What stands after a key outside of brackets: one value, or several up to the next key.
    fn values(&mut self) -> Result<Shorthand, ShorthandError> {
        if matches!(self.current(), Some('[' | '{')) {
            let item = self.item()?;
            self.skip_space();
            return Ok(item);
        }
        let first = self.value(true)?;
        let mut values = vec![first];
        self.skip_space();
        while self.current() == Some(',') {
            let comma = self.place;
            self.expect(',', "a comma")?;
            if self.is_at_key() {
                self.place = comma;
                break;
            }
            if matches!(self.current(), None | Some(',' | '=' | '[' | ']' | '{' | '}')) {
                return self.error("a value");
            }
            values.push(self.value(false)?);
            self.skip_space();
        }
        Ok(match <[Shorthand; 1]>::try_from(values) {
            Ok([single]) => single,
            Err(several) => Shorthand::List(several),
        })
    }

    /// What stands inside brackets: a value, a list or a map.
    fn item(&mut self) -> Result<Shorthand, ShorthandError> {
        let close = match self.current() {
            Some('[') => ']',
            Some('{') => '}',
            _ => return self.value(true),
        };
        if self.depth == MAX_DEPTH {
            return Err(ShorthandError { problem: Problem::TooDeep, offset: self.place });
        }
        self.depth += 1;
        self.place += 1;
        self.skip_space();
        let result = if close == ']' { self.list()? } else { self.map()? };
        self.depth -= 1;
        Ok(result)
    }

    fn list(&mut self) -> Result<Shorthand, ShorthandError> {
        let mut items = Vec::new();
        while self.current() != Some(']') {
            items.push(self.item()?);
            self.skip_space();
            if self.current() != Some(']') {
                self.expect(',', "a comma or ]")?;
            }
        }
        self.place += 1;
        Ok(Shorthand::List(items))
    }

    fn map(&mut self) -> Result<Shorthand, ShorthandError> {
        let mut entries = Vec::new();
        while self.current() != Some('}') {
            let key = self.key(&entries)?;
            let item = self.item()?;
            entries.push((key, item));
            self.skip_space();
            if self.current() != Some('}') {
                self.expect(',', "a comma or }")?;
            }
        }
        self.place += 1;
        Ok(Shorthand::Map(entries))
    }

    /// A word or a quoted text; empty where there is neither. Only the first value after a key may hold equals signs.
    fn value(&mut self, first: bool) -> Result<Shorthand, ShorthandError> {
        let text = match self.current() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
            _ => self.word(first),
        };
        Ok(if self.reference { Shorthand::Reference(text) } else { Shorthand::Text(text) })
    }

    fn word(&mut self, with_equals: bool) -> String {
        let mut word = String::new();
        while let Some(current) = self.current() {
            match current {
                '\\' if self.text.get(self.place + 1) == Some(&',') => {
                    word.push(',');
                    self.place += 2;
                    continue;
                }
                ',' | ']' | '}' | '\'' | '"' => break,
                '=' if !with_equals => break,
                other => word.push(other),
            }
            self.place += 1;
        }
        word.truncate(word.trim_end().len());
        word
    }

    fn quoted(&mut self, quote: char) -> Result<String, ShorthandError> {
        let mut text = String::new();
        self.place += 1;
        loop {
            match self.current() {
                None => return self.error("the closing quote"),
                Some(current) if current == quote => {
                    self.place += 1;
                    return Ok(text);
                }
                Some('\\') => match self.text.get(self.place + 1) {
                    Some(&next) if next == quote || next == '\\' => {
                        text.push(next);
                        self.place += 1;
                    }
                    _ => text.push('\\'),
                },
                Some(other) => text.push(other),
            }
            self.place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A short way to write down what is expected: JSON without types.
    fn read(text: &str) -> String {
        fn show(shorthand: &Shorthand) -> String {
            match shorthand {
                Shorthand::Text(text) => format!("{text:?}"),
                Shorthand::Reference(text) => format!("@{text:?}"),
                Shorthand::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
                Shorthand::Map(entries) => {
                    let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{key}:{}", show(value))).collect();
                    format!("{{{}}}", entries.join(","))
                }
            }
        }
        parse(text).map_or_else(|error| format!("error: {error}"), |shorthand| show(&shorthand))
    }

    #[test]
    fn pairs() {
        for (text, expected) in [
            ("Key=Name,Value=jane", r#"{Key:"Name",Value:"jane"}"#),
            ("a=b", r#"{a:"b"}"#),
            ("a=", r#"{a:""}"#),
            ("a=b,c=", r#"{a:"b",c:""}"#),
            ("a=,b=c", r#"{a:"",b:"c"}"#),
            ("a = b , c = d ", r#"{a:"b",c:"d"}"#),
            ("a=b c", r#"{a:"b c"}"#),
            ("a=b=c", r#"{a:"b=c"}"#),
            ("a.b/c:d#e-f_1=x", r#"{a.b/c:d#e-f_1:"x"}"#),
            ("a=\u{65e5}\u{672c}", "{a:\"\u{65e5}\u{672c}\"}"),
            ("a@=file://x,b=y", r#"{a:@"file://x",b:"y"}"#),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn lists_without_brackets_end_at_the_next_key() {
        for (text, expected) in [
            ("a=b,c", r#"{a:["b","c"]}"#),
            ("a=b,c,d=e", r#"{a:["b","c"],d:"e"}"#),
            ("a=b,c,d=e,f,g@=h", r#"{a:["b","c"],d:["e","f"],g:@"h"}"#),
            ("a=b, c d ,e=f", r#"{a:["b","c d"],e:"f"}"#),
            (r#"a="b,c",'d=e',f"#, r#"{a:["b,c","d=e","f"]}"#),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn brackets_nest() {
        for (text, expected) in [
            ("a=[]", "{a:[]}"),
            ("a={}", "{a:{}}"),
            ("a=[b, c],d=e", r#"{a:["b","c"],d:"e"}"#),
            ("a=[ b=c ]", r#"{a:["b=c"]}"#),
            ("a={b=c,d=[e,{f=g}]},h=i", r#"{a:{b:"c",d:["e",{f:"g"}]},h:"i"}"#),
            ("a=[[b],[c,d]]", r#"{a:[["b"],["c","d"]]}"#),
            ("a={b={c={d=e}}}", r#"{a:{b:{c:{d:"e"}}}}"#),
            ("a={b@=file://x}", r#"{a:{b:@"file://x"}}"#),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn quotes_and_escapes() {
        for (text, expected) in [
            (r#"a="b,c",d=e"#, r#"{a:"b,c",d:"e"}"#),
            (r"a='b\'c'", r#"{a:"b'c"}"#),
            (r#"a="b\"c\\d\e""#, r#"{a:"b\"c\\d\\e"}"#),
            (r"a=b\,c", r#"{a:"b,c"}"#),
            (r"a=\,b", r#"{a:",b"}"#),
            (r"a=b\c", r#"{a:"b\\c"}"#),
            (r#"a=" b ""#, r#"{a:" b "}"#),
            (r#"a="{\"x\": 1}""#, r#"{a:"{\"x\": 1}"}"#),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, expected) in [
            ("", "error: expected a key, found the end (character 1)"),
            ("a", "error: expected an equals sign, found the end (character 2)"),
            ("=a", "error: expected a key, found '=' (character 1)"),
            ("a=b,", "error: expected a value, found the end (character 5)"),
            ("a=b,,c", "error: expected a value, found ',' (character 5)"),
            ("a=b,[c]", "error: expected a value, found '[' (character 5)"),
            ("a=b,c d=e", "error: expected a comma, found '=' (character 8)"),
            ("a=[b", "error: expected a comma or ], found the end (character 5)"),
            ("a={b=c", "error: expected a comma or }, found the end (character 7)"),
            ("a={b", "error: expected an equals sign, found the end (character 5)"),
            ("a='b", "error: expected the closing quote, found the end (character 5)"),
            ("a=b]", "error: expected a comma, found ']' (character 4)"),
            ("a=it's", "error: expected a comma, found '\\'' (character 5)"),
            (
                "Key=a,Value=b,Key=c",
                "error: the key Key stands there twice (a space, not a comma, separates members of a list) (character 15)",
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| format!("a={}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), "error: nested deeper than 64 (character 67)");
        assert!(read(&format!("a={}", "[{a=".repeat(100_000))).starts_with("error: nested deeper"));
    }
}
