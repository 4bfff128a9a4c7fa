//! JSON objects as processes and metadata services write credentials: RFC 8259, and no more of it than they need. Texts are
//! overwritten when dropped, which a general reader does not do with all that it copies.

use std::fmt;

use secrecy::zeroize::Zeroizing;

/// How deep values may nest that are passed over.
const MAX_DEPTH: usize = 128;

/// The value of a member.
pub(super) enum Member {
    Null,
    Text(Zeroizing<String>),
    /// A number that counts something.
    Count(u64),
    /// Anything else, which credentials do not have.
    Other,
}

/// What is expected where there is something else, which may be a secret and is not told.
#[derive(Debug)]
pub(super) struct JsonError {
    expected: &'static str,
    offset: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.offset)
    }
}

impl std::error::Error for JsonError {}

/// Reads the members of an object, in their order; of two of the same name the last one counts.
pub(super) fn read_object(text: &str) -> Result<Vec<(Zeroizing<String>, Member)>, JsonError> {
    let mut reader = Reader { text, place: 0 };
    let mut members = Vec::new();
    reader.skip_blanks();
    reader.token(b'{', "an object")?;
    if !reader.ends(b'}') {
        loop {
            let name = reader.text()?;
            reader.skip_blanks();
            reader.token(b':', "a colon")?;
            members.push((name, reader.member()?));
            if !reader.goes_on(b'}', "a comma or the end of the object")? {
                break;
            }
        }
    }
    reader.skip_blanks();
    if reader.place < text.len() {
        return Err(reader.error("the end"));
    }
    Ok(members)
}

struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, expected: &'static str) -> JsonError {
        JsonError { expected, offset: self.place }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place).copied()
    }

    fn skip_while(&mut self, is_skipped: fn(&u8) -> bool) -> &'a str {
        let start = self.place;
        while self.peek().as_ref().is_some_and(is_skipped) {
            self.place += 1;
        }
        &self.text[start..self.place]
    }

    fn skip_blanks(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    }

    fn token(&mut self, byte: u8, expected: &'static str) -> Result<(), JsonError> {
        if self.peek() != Some(byte) {
            return Err(self.error(expected));
        }
        self.place += 1;
        Ok(())
    }

    /// Whether an object or an array, whose start was read, has nothing in it; then it is left.
    fn ends(&mut self, end: u8) -> bool {
        self.skip_blanks();
        let ends = self.peek() == Some(end);
        self.place += usize::from(ends);
        ends
    }

    /// Whether there is more after a value; otherwise what it stands in is left.
    fn goes_on(&mut self, end: u8, expected: &'static str) -> Result<bool, JsonError> {
        if self.ends(end) {
            return Ok(false);
        }
        self.token(b',', expected)?;
        self.skip_blanks();
        Ok(true)
    }

    fn member(&mut self) -> Result<Member, JsonError> {
        self.skip_blanks();
        Ok(match self.peek() {
            Some(b'"') => Member::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => self.number()?.parse().map_or(Member::Other, Member::Count),
            Some(b'n') => {
                self.word("null")?;
                Member::Null
            }
            _ => {
                self.skip(MAX_DEPTH)?;
                Member::Other
            }
        })
    }

    /// Passes over a value.
    fn skip(&mut self, depth: usize) -> Result<(), JsonError> {
        self.skip_blanks();
        match self.peek() {
            Some(b'"') => self.text().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            Some(b'n') => self.word("null"),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(open @ (b'[' | b'{')) => {
                let depth = depth.checked_sub(1).ok_or_else(|| self.error("no value in so many others"))?;
                self.place += 1;
                // As ASCII has them.
                let end = open + 2;
                if self.ends(end) {
                    return Ok(());
                }
                loop {
                    if open == b'{' {
                        self.text()?;
                        self.skip_blanks();
                        self.token(b':', "a colon")?;
                    }
                    self.skip(depth)?;
                    if !self.goes_on(end, "a comma or the end")? {
                        return Ok(());
                    }
                }
            }
            _ => Err(self.error("a value")),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), JsonError> {
        if !self.text[self.place..].starts_with(word) {
            return Err(self.error(word));
        }
        self.place += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.place;
        self.place += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.place += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.place += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.place += 1;
            self.place += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(&self.text[start..self.place])
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if self.skip_while(u8::is_ascii_digit).is_empty() { Err(self.error("a digit")) } else { Ok(()) }
    }

    fn text(&mut self) -> Result<Zeroizing<String>, JsonError> {
        self.token(b'"', "a text")?;
        let mut is_escaped = false;
        let is_inside = |byte: &u8| {
            let was_escaped = is_escaped;
            is_escaped = !was_escaped && *byte == b'\\';
            was_escaped || *byte != b'"'
        };
        // No character is longer than what stands for it: a text of this capacity need not be moved, and leaves nothing behind.
        let capacity = self.text[self.place..].bytes().take_while(is_inside).count();
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        loop {
            text.push_str(self.skip_while(|byte| *byte >= b' ' && !matches!(byte, b'"' | b'\\')));
            match self.peek() {
                Some(b'"') => {
                    self.place += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.place += 1;
                    let character = self.escaped()?;
                    text.push(character);
                }
                _ => return Err(self.error("the end of a text")),
            }
        }
    }

    /// The character after a backslash.
    fn escaped(&mut self) -> Result<char, JsonError> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.place += 1;
                let unit = self.unit()?;
                if !(0xD800..0xE000).contains(&unit) {
                    return char::from_u32(unit).ok_or_else(|| self.error("a character"));
                }
                let is_pair = unit < 0xDC00 && self.text[self.place..].starts_with("\\u");
                self.place += if is_pair { 2 } else { 0 };
                let low = if is_pair { self.unit()? } else { 0 };
                let is_low = (0xDC00..0xE000).contains(&low);
                let code = 0x1_0000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
                return char::from_u32(code).filter(|_| is_low).ok_or_else(|| self.error("both halves of a character"));
            }
            _ => return Err(self.error("an escaped character")),
        };
        self.place += 1;
        Ok(character)
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, JsonError> {
        let digits = self
            .text
            .get(self.place..self.place + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.error("four hexadecimal digits"))?;
        self.place += 4;
        Ok(unit)
    }
}
