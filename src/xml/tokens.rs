//! The grammar of XML 1.0, one token after the other: tags in pairs, text, sections, references. A document type is told
//! and not read.

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::decode::DecodeErrorKind;

/// Reads one document from its first byte to its last.
#[derive(Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    position: usize,
    /// The elements that are open, from the outside in.
    open: Vec<&'a str>,
    /// Whether the innermost of them was closed by its own start tag, so that its end is to be told.
    is_empty: bool,
}

pub(super) enum Token<'a> {
    Start(Tag<'a>),
    End,
    /// Text with no reference in it, as it stands.
    Text(&'a str),
    /// What a section holds, as it stands.
    Section(&'a str),
    /// What stands between `&` and `;`.
    Reference(&'a str),
    /// The attributes of the XML declaration.
    Declaration(Attributes<'a>),
    /// What follows `<!DOCTYPE`, to the end of the document.
    DocumentType(&'a str),
    /// A comment or a processing instruction.
    Aside,
    /// The document's end, whether or not elements are open.
    Eof,
}

/// A start tag.
#[derive(Clone, Copy)]
pub(super) struct Tag<'a> {
    /// Without its prefix.
    pub(super) name: &'a str,
    /// All that stands between the name and the tag's end.
    pub(super) attributes: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0, open: Vec::with_capacity(8), is_empty: false }
    }

    /// The number of bytes that were read.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The number of elements that are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The whole content of the current element, which is left, if it is a single run of text with nothing to resolve or to
    /// normalize in it, and not longer than `limit`: most elements are.
    #[inline]
    pub(super) fn plain_content(&mut self, limit: usize) -> Option<&'a str> {
        if self.is_empty {
            return None;
        }
        let rest = self.rest();
        let end = memchr3(b'<', b'&', b'\r', rest.as_bytes()).filter(|end| *end <= limit)?;
        let after = self.after_end_tag(&rest.as_bytes()[end..])?;
        self.position += end + after;
        self.open.pop();
        Some(&rest[..end])
    }

    /// Enters the next child of the current element, if it begins with exactly `<name>` after white space at most, with one of
    /// these names: most elements do. Nothing in such a tag has to be looked at but the names that are likely. Also gives the number
    /// that the name comes with.
    #[inline]
    pub(super) fn plain_start(
        &mut self,
        names: impl Iterator<Item = (usize, &'static str)>,
    ) -> Option<(usize, Tag<'a>)> {
        if self.is_empty {
            return None;
        }
        let bytes = self.rest().as_bytes();
        let blanks = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))?;
        let tag = bytes[blanks..].strip_prefix(b"<")?;
        if tag.first() == Some(&b'/') {
            return None;
        }
        for (number, name) in names {
            if tag.get(name.len()) == Some(&b'>') && tag.starts_with(name.as_bytes()) {
                self.position += blanks + name.len() + 2;
                self.open.push(name);
                return Some((number, Tag { name, attributes: "" }));
            }
        }
        None
    }

    /// Leaves the current element, if its end tag comes next and has no space in it.
    #[inline]
    pub(super) fn plain_end(&mut self) -> bool {
        if self.is_empty {
            return false;
        }
        let Some(length) = self.after_end_tag(self.rest().as_bytes()) else { return false };
        self.position += length;
        self.open.pop();
        true
    }

    /// Enters the root, if the document begins with exactly `<name xmlns="namespace">`, the name in two parts: most replies do. There is
    /// nothing else in such a tag, if name and namespace are what a model should have.
    pub(super) fn plain_root(&mut self, name: [&str; 2], namespace: &str) -> Option<Tag<'a>> {
        let mut rest = self.rest();
        for part in ["<", name[0], name[1], " xmlns=\"", namespace, "\">"] {
            rest = rest.strip_prefix(part)?;
        }
        let name = self.rest().get(1..=name[0].len() + name[1].len())?;
        self.position = self.text.len() - rest.len();
        self.open.push(name);
        Some(Tag { name, attributes: "" })
    }

    /// The next token.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token<'a>, DecodeErrorKind> {
        if self.is_empty {
            self.is_empty = false;
            self.open.pop();
            return Ok(Token::End);
        }
        let rest = self.rest();
        let bytes = rest.as_bytes();
        match bytes {
            [b'<', b'/', ..] => self.end_tag(rest),
            [b'<', b'!', ..] => self.declaration(rest),
            [b'<', b'?', ..] => self.instruction(rest),
            [b'<', ..] => self.start_tag(rest),
            [b'&', ..] => self.reference(rest),
            [] => Ok(Token::Eof),
            _ => {
                let end = memchr2(b'<', b'&', bytes).unwrap_or(bytes.len());
                self.position += end;
                Ok(Token::Text(&rest[..end]))
            }
        }
    }

    /// The number of bytes to the next end tag, or to what looks like one inside a comment or a section.
    pub(super) fn content_bound(&self) -> usize {
        memmem::find(self.rest().as_bytes(), b"</").unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn start_tag(&mut self, rest: &'a str) -> Result<Token<'a>, DecodeErrorKind> {
        let bytes = rest.as_bytes();
        let (prefix, length) = name_lengths(&bytes[1..]);
        let (name, after) = (&rest[1..=length], &bytes[1 + length..]);
        let (attributes, end) = match after {
            [b'>', ..] => ("", 1),
            [b'/', b'>', ..] => {
                self.is_empty = true;
                ("", 2)
            }
            [] | [b'/'] => return Err(DecodeErrorKind::Truncated),
            _ => {
                let end = tag_end(after)?;
                self.is_empty = after[end - 1] == b'/';
                (&rest[1 + length..1 + length + end - usize::from(self.is_empty)], end + 1)
            }
        };
        if !is_name(name) || !(attributes.is_empty() || attributes.as_bytes()[0].is_ascii_whitespace()) {
            return Err(malformed("a tag without a proper name", rest));
        }
        self.position += 1 + length + end;
        self.open.push(name);
        Ok(Token::Start(Tag { name: &name[prefix..], attributes }))
    }

    fn end_tag(&mut self, rest: &'a str) -> Result<Token<'a>, DecodeErrorKind> {
        if self.plain_end() {
            return Ok(Token::End);
        }
        let end = memchr(b'>', rest.as_bytes()).ok_or(DecodeErrorKind::Truncated)?;
        let name = rest[2..end].trim_end_matches(is_white_space);
        match self.open.last() {
            Some(open) if *open == name => {
                self.position += end + 1;
                self.open.pop();
                Ok(Token::End)
            }
            Some(_) => Err(malformed("an end tag that does not fit the element", rest)),
            None => Err(malformed("an end tag without an element", rest)),
        }
    }

    /// The length of the end tag that `bytes` begin with, if it is that of the current element, and has no space in it.
    #[inline]
    fn after_end_tag(&self, bytes: &[u8]) -> Option<usize> {
        let name = self.open.last()?.as_bytes();
        let after = bytes.strip_prefix(b"</")?.strip_prefix(name)?;
        (after.first() == Some(&b'>')).then_some(name.len() + 3)
    }

    fn declaration(&mut self, rest: &'a str) -> Result<Token<'a>, DecodeErrorKind> {
        const SECTION: &str = "<![CDATA[";
        if let Some(content) = rest.strip_prefix(SECTION) {
            let end = memmem::find(content.as_bytes(), b"]]>").ok_or(DecodeErrorKind::Truncated)?;
            self.position += SECTION.len() + end + 3;
            return Ok(Token::Section(&content[..end]));
        }
        if let Some(content) = rest.strip_prefix("<!--") {
            let end = memmem::find(content.as_bytes(), b"-->").ok_or(DecodeErrorKind::Truncated)?;
            self.position += 4 + end + 3;
            return Ok(Token::Aside);
        }
        let beginning = |whole: &str| rest.len() < whole.len() && whole.starts_with(rest);
        match rest.get(2..9) {
            Some(keyword) if keyword.eq_ignore_ascii_case("DOCTYPE") => Ok(Token::DocumentType(&rest[9..])),
            _ if beginning(SECTION) || beginning("<!--") || beginning("<!DOCTYPE") => Err(DecodeErrorKind::Truncated),
            _ => Err(malformed("a declaration", rest)),
        }
    }

    fn instruction(&mut self, rest: &'a str) -> Result<Token<'a>, DecodeErrorKind> {
        let content = &rest[2..];
        let end = memmem::find(content.as_bytes(), b"?>").ok_or(DecodeErrorKind::Truncated)?;
        if !is_name(&content[..name_length(content.as_bytes())]) {
            return Err(malformed("an instruction without a name", rest));
        }
        self.position += end + 4;
        match content[..end].strip_prefix("xml") {
            Some(attributes) if attributes.starts_with(is_white_space) => {
                Ok(Token::Declaration(Attributes(attributes)))
            }
            _ => Ok(Token::Aside),
        }
    }

    fn reference(&mut self, rest: &'a str) -> Result<Token<'a>, DecodeErrorKind> {
        let bytes = &rest.as_bytes()[1..];
        let length = name_length(bytes.strip_prefix(b"#").unwrap_or(bytes)) + usize::from(bytes.first() == Some(&b'#'));
        match bytes.get(length) {
            Some(b';') => {
                self.position += length + 2;
                Ok(Token::Reference(&rest[1..=length]))
            }
            Some(_) => Err(malformed("a reference without its end", rest)),
            None => Err(DecodeErrorKind::Truncated),
        }
    }
}

/// The attributes of a tag, one after the other: name and value, as they stand.
#[derive(Clone)]
pub(super) struct Attributes<'a>(pub(super) &'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a str, &'a str), DecodeErrorKind>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = trim_start(self.0);
        if text.is_empty() {
            return None;
        }
        let attribute = if text.len() < self.0.len() { split_attribute(text) } else { None };
        Some(match attribute {
            Some((name, value, rest)) => {
                self.0 = rest;
                Ok((name, value))
            }
            None => {
                self.0 = "";
                Err(malformed("an attribute without a proper name or value", text))
            }
        })
    }
}

/// The attribute at the beginning of `text`, and what follows.
fn split_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_at(name_length(text.as_bytes()));
    let rest = trim_start(trim_start(rest).strip_prefix('=')?);
    let quote = *rest.as_bytes().first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let rest = &rest[1..];
    let end = memchr(quote, rest.as_bytes())?;
    let (value, rest) = (&rest[..end], &rest[end + 1..]);
    (is_name(name) && memchr(b'<', value.as_bytes()).is_none()).then_some((name, value, rest))
}

/// A text without the white space that it begins with.
fn trim_start(text: &str) -> &str {
    let blanks = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    &text[blanks..]
}

fn is_white_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// Where a tag ends: the place of the first `>` that is not quoted. `Truncated` if there is none.
fn tag_end(bytes: &[u8]) -> Result<usize, DecodeErrorKind> {
    let mut end = 0;
    loop {
        end += memchr3(b'>', b'"', b'\'', &bytes[end..]).ok_or(DecodeErrorKind::Truncated)?;
        if bytes[end] == b'>' {
            return Ok(end);
        }
        end += 2 + memchr(bytes[end], &bytes[end + 1..]).ok_or(DecodeErrorKind::Truncated)?;
    }
}

/// The bytes of names, but for the colon. All that is not ASCII may stand in a name here, which XML is stricter about.
const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || !byte.is_ascii();
        byte -= 1;
    }
    table
};

/// How many bytes a name may go on for, up to a colon.
#[inline]
fn part_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !NAME_BYTES[usize::from(*byte)]).unwrap_or(bytes.len())
}

/// How many bytes a name may go on for, and how many of them are its prefix with the colon.
#[inline]
fn name_lengths(bytes: &[u8]) -> (usize, usize) {
    let mut length = part_length(bytes);
    if bytes.get(length) != Some(&b':') {
        return (0, length);
    }
    let prefix = length + 1;
    while bytes.get(length) == Some(&b':') {
        length += 1 + part_length(&bytes[length + 1..]);
    }
    (prefix, length)
}

/// How many bytes a name may go on for.
fn name_length(bytes: &[u8]) -> usize {
    name_lengths(bytes).1
}

/// Whether a text of the characters that names consist of is one.
fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| !first.is_ascii_digit() && first != b'-' && first != b'.')
}

/// Shows the beginning of `found`, which goes on to the document's end: the markup and its name. What follows may be a secret.
#[cold]
fn malformed(what: &str, found: &str) -> DecodeErrorKind {
    let is_markup = |character| matches!(character, '<' | '&' | '/' | '!' | '?' | '[' | '#');
    let markup = found.len() - found.trim_start_matches(is_markup).len();
    let name = name_length(&found.as_bytes()[markup..]);
    let shown: String = found[..markup + name].chars().take(32).collect();
    let is_whole =
        found[markup + name..].starts_with(|next: char| next.is_whitespace() || matches!(next, '>' | '/' | '='));
    DecodeErrorKind::Malformed(if is_whole { format!("{what}, {shown:?}") } else { what.to_owned() })
}
