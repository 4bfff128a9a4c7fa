//! Elements and text of a document, within limits.

use std::borrow::Cow;
use std::iter;

use memchr::memchr;

use super::tokens::{Attributes, Tag, Token, Tokens};
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};

/// A reader of one document. Its caller recurses over elements; the depth is bounded here. A clone reads on from the same
/// place.
#[derive(Clone)]
pub(crate) struct XmlReader<'a> {
    tokens: Tokens<'a>,
    options: &'a DecodeOptions,
    /// Bytes before the document's first, a byte order mark.
    skipped: usize,
}

/// The start tag of an element that was entered.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a>(Tag<'a>);

impl<'a> Element<'a> {
    /// The name without a namespace prefix.
    #[inline]
    pub(crate) fn name(&self) -> &'a str {
        self.0.name
    }

    pub(crate) fn has_attributes(&self) -> bool {
        !self.0.attributes.is_empty()
    }

    /// The raw value of the attribute of this name, which may have a prefix; another prefix in the document is as good.
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let is_same = |key: &str| match (name.split_once(':'), key.split_once(':')) {
            (Some((_, name)), Some((_, key))) => name == key,
            _ => name == key,
        };
        Attributes(self.0.attributes).find_map(|attribute| match attribute {
            Ok((key, value)) if is_same(key) => Some(value),
            _ => None,
        })
    }
}

impl<'a> XmlReader<'a> {
    pub(crate) fn new(bytes: &'a [u8], options: &'a DecodeOptions) -> Result<Self, DecodeError> {
        if bytes.len() > options.max_bytes {
            return Err(DecodeError::new(DecodeErrorKind::TooLong(options.max_bytes), options.max_bytes));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| DecodeError::new(DecodeErrorKind::NotUtf8, error.valid_up_to()))?;
        let document = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        Ok(Self { tokens: Tokens::new(document), options, skipped: text.len() - document.len() })
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.options.strict
    }

    /// Checks that a list or a map that has so many items may have one more.
    #[inline]
    pub(crate) fn check_items(&self, count: usize) -> Result<(), DecodeError> {
        self.options.check_items(count).map_err(|kind| self.error(kind))
    }

    /// An error at the current place.
    pub(crate) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.skipped + self.tokens.position())
    }

    /// The value of an attribute of an element that was entered, as XML 1.0, section 3.3.3, has it: white space is blanks.
    pub(crate) fn attribute(&self, element: &Element<'a>, name: &str) -> Result<Option<Cow<'a, str>>, DecodeError> {
        let Some(value) = element.attribute(name) else { return Ok(None) };
        self.options.check_text(value.len()).map_err(|kind| self.error(kind))?;
        if !value.bytes().any(|byte| matches!(byte, b'&' | b'\t' | b'\n' | b'\r')) {
            return Ok(Some(Cow::Borrowed(value)));
        }
        let value: String = normalize_line_ends(value)
            .chars()
            .map(|character| if matches!(character, '\t' | '\n') { ' ' } else { character })
            .collect();
        let mut parts = value.split('&');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (reference, after) = part
                .split_once(';')
                .ok_or_else(|| self.error(DecodeErrorKind::Malformed("an ampersand without a name".to_owned())))?;
            text.push(self.resolve(reference)?);
            text.push_str(after);
        }
        Ok(Some(Cow::Owned(text)))
    }

    /// Enters the root element.
    pub(crate) fn root(&mut self) -> Result<Element<'a>, DecodeError> {
        loop {
            match self.next()? {
                Token::Start(tag) if Element(tag).name().eq_ignore_ascii_case("html") => {
                    return Err(self.error(DecodeErrorKind::Html));
                }
                Token::Start(tag) => return self.enter(tag),
                Token::Eof => return Err(self.error(DecodeErrorKind::Empty)),
                Token::Text(text) if is_blank(text) => {}
                Token::Aside => {}
                Token::Declaration(attributes) => self.check_encoding(attributes)?,
                _ => return Err(self.error(DecodeErrorKind::NotXml)),
            }
        }
    }

    /// Enters the root element like [`root`](Self::root), and faster if the document begins with exactly this name, in two parts, and
    /// this namespace.
    pub(crate) fn likely_root(&mut self, name: [&str; 2], namespace: &str) -> Result<Element<'a>, DecodeError> {
        // The namespace is one attribute.
        let plain = if self.options.max_attributes > 0 { self.tokens.plain_root(name, namespace) } else { None };
        match plain {
            Some(tag) => self.enter(tag),
            None => self.root(),
        }
    }

    /// Enters the next child of the current element; at its end tag, leaves it and gives `None`.
    #[inline]
    pub(crate) fn child(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        if self.tokens.plain_end() {
            return Ok(None);
        }
        loop {
            match self.next()? {
                Token::Start(tag) => return self.enter(tag).map(Some),
                Token::End => return Ok(None),
                Token::Text(text) if self.options.strict && !is_blank(text) => {
                    return Err(self.error(DecodeErrorKind::UnexpectedContent));
                }
                Token::Section(_) | Token::Reference(_) if self.options.strict => {
                    return Err(self.error(DecodeErrorKind::UnexpectedContent));
                }
                Token::Reference(reference) => {
                    self.resolve(reference)?;
                }
                Token::Eof => return Err(self.error(DecodeErrorKind::Truncated)),
                _ => {}
            }
        }
    }

    /// Enters the next child of the current element if it begins with exactly `<name>`, as most do, with one of these names: that is
    /// seen at a glance. Also gives the number that the name comes with. `None` says nothing about what is there instead.
    #[inline]
    pub(crate) fn expected(
        &mut self,
        names: impl Iterator<Item = (usize, &'static str)>,
    ) -> Result<Option<(usize, Element<'a>)>, DecodeError> {
        match self.tokens.plain_start(names) {
            Some((number, tag)) => Ok(Some((number, self.enter(tag)?))),
            None => Ok(None),
        }
    }

    /// Enters the next child like [`child`](Self::child), and faster if it has this name. Also tells whether it has.
    #[inline]
    pub(crate) fn likely_child(&mut self, name: &'static str) -> Result<Option<(Element<'a>, bool)>, DecodeError> {
        match self.expected(iter::once((0, name)))? {
            None => Ok(self.child()?.map(|element| (element, element.name() == name))),
            Some((_, element)) => Ok(Some((element, true))),
        }
    }

    /// The text of the current element, which is left, if it stands there as it is and is not too long.
    #[inline]
    pub(crate) fn plain_text(&mut self) -> Option<&'a str> {
        self.tokens.plain_content(self.options.max_text)
    }

    /// The text of the current element, which is left. An entity or a comment inside splits it into tokens; all of them
    /// are joined. Elements inside are skipped unless strict.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        if let Some(text) = self.plain_text() {
            return Ok(Cow::Borrowed(text));
        }
        let text = self.gather_text()?;
        self.options.check_text(text.len()).map_err(|kind| self.error(kind))?;
        Ok(text)
    }

    fn gather_text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        let mut whole = Cow::Borrowed("");
        loop {
            match self.next()? {
                Token::Text(text) | Token::Section(text) => append(&mut whole, normalize_line_ends(text), &self.tokens),
                Token::Reference(reference) => {
                    let character = self.resolve(reference)?;
                    owned(&mut whole, character.len_utf8(), &self.tokens).push(character);
                }
                Token::End => return Ok(whole),
                Token::Start(tag) => {
                    if self.options.strict {
                        return Err(self.error(DecodeErrorKind::UnexpectedContent));
                    }
                    self.enter(tag)?;
                    self.skip()?;
                }
                Token::Eof => return Err(self.error(DecodeErrorKind::Truncated)),
                _ => {}
            }
        }
    }

    /// Leaves the current element without looking at what is inside.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        let outside = self.tokens.depth() - 1;
        while self.tokens.depth() > outside {
            match self.next()? {
                Token::Start(tag) => {
                    self.enter(tag)?;
                }
                Token::Reference(reference) => {
                    self.resolve(reference)?;
                }
                Token::Eof => return Err(self.error(DecodeErrorKind::Truncated)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that nothing follows the root element, which was left.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Token::Eof => return Ok(()),
                Token::Text(text) if is_blank(text) => {}
                Token::Aside => {}
                _ => {
                    let why = "content after the root element".to_owned();
                    return Err(self.error(DecodeErrorKind::Malformed(why)));
                }
            }
        }
    }

    #[inline]
    fn next(&mut self) -> Result<Token<'a>, DecodeError> {
        match self.tokens.next() {
            Ok(Token::DocumentType(text)) => {
                let html = text.trim_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"));
                Err(self.error(if html { DecodeErrorKind::Html } else { DecodeErrorKind::DocumentType }))
            }
            Ok(token) => Ok(token),
            Err(kind) => Err(self.error(kind)),
        }
    }

    #[inline]
    fn enter(&mut self, tag: Tag<'a>) -> Result<Element<'a>, DecodeError> {
        if self.tokens.depth() > self.options.max_depth() {
            return Err(self.error(DecodeErrorKind::TooDeep(self.options.max_depth())));
        }
        if !tag.attributes.is_empty() {
            self.check_attributes(tag.attributes)?;
        }
        Ok(Element(tag))
    }

    fn check_attributes(&self, text: &'a str) -> Result<(), DecodeError> {
        for (index, attribute) in Attributes(text).enumerate() {
            let (name, _) = attribute.map_err(|kind| self.error(kind))?;
            if index == self.options.max_attributes {
                return Err(self.error(DecodeErrorKind::TooManyAttributes(self.options.max_attributes)));
            }
            // Quadratic; within the limit that does not matter.
            if Attributes(text).take(index).any(|before| before.is_ok_and(|(before, _)| before == name)) {
                return Err(self.error(DecodeErrorKind::Malformed(format!("the attribute {name} twice"))));
            }
        }
        Ok(())
    }

    fn check_encoding(&self, mut attributes: Attributes<'a>) -> Result<(), DecodeError> {
        let encoding = attributes.find_map(|attribute| attribute.ok().filter(|(name, _)| *name == "encoding"));
        let known = |encoding: &str| {
            ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
        };
        match encoding {
            Some((_, encoding)) if !known(encoding) => Err(self.error(DecodeErrorKind::Encoding(shown(encoding)))),
            _ => Ok(()),
        }
    }

    fn resolve(&self, reference: &str) -> Result<char, DecodeError> {
        let code = match reference.strip_prefix('#') {
            Some(digits) => match digits.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => digits.parse().ok(),
            },
            None => match reference {
                "lt" => return Ok('<'),
                "gt" => return Ok('>'),
                "amp" => return Ok('&'),
                "apos" => return Ok('\''),
                "quot" => return Ok('"'),
                _ => None,
            },
        };
        // The number 0 is no character of any text.
        let character = code.filter(|code| *code != 0).and_then(char::from_u32);
        character.ok_or_else(|| self.error(DecodeErrorKind::Entity(shown(reference))))
    }
}

/// What of a text goes into an error.
fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}

/// Line ends as XML has them read: each a line feed. XML 1.0, section 2.11.
fn normalize_line_ends(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut lines = text.split('\r');
    let mut normal = String::with_capacity(text.len());
    normal.push_str(lines.next().unwrap_or_default());
    for line in lines {
        if !line.starts_with('\n') {
            normal.push('\n');
        }
        normal.push_str(line);
    }
    Cow::Owned(normal)
}

#[inline]
fn append<'a>(whole: &mut Cow<'a, str>, part: Cow<'a, str>, tokens: &Tokens<'_>) {
    if matches!(whole, Cow::Borrowed("")) {
        *whole = part;
    } else {
        owned(whole, part.len(), tokens).push_str(&part);
    }
}

/// The text to be added to, with room for so many bytes and all that may follow. It need not grow, which could leave parts of a
/// secret behind: text is never longer than what it is read from.
fn owned<'c>(whole: &'c mut Cow<'_, str>, additional: usize, tokens: &Tokens<'_>) -> &'c mut String {
    if let Cow::Borrowed(text) = whole {
        let mut own = String::with_capacity(text.len() + additional + tokens.content_bound());
        own.push_str(text);
        *whole = Cow::Owned(own);
    }
    whole.to_mut()
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}
