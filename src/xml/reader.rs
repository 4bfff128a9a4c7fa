//! A pull reader over quick-xml: children and text of the current element, within limits. No other file uses quick-xml.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};

/// A reader of one document. Its caller recurses over elements; the depth is bounded here. A clone reads on from the same
/// place.
#[derive(Clone)]
pub(crate) struct XmlReader<'a> {
    events: Reader<&'a [u8]>,
    options: &'a DecodeOptions,
    depth: usize,
    /// Bytes before the document's first, a byte order mark.
    skipped: usize,
}

/// The start tag of an element that was entered.
pub(crate) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The name without a namespace prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
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
        let mut events = Reader::from_str(document);
        events.config_mut().expand_empty_elements = true;
        Ok(Self { events, options, depth: 0, skipped: text.len() - document.len() })
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.options.strict
    }

    /// An error at the current place.
    pub(crate) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.skipped + usize::try_from(self.events.buffer_position()).unwrap_or(usize::MAX))
    }

    /// Enters the root element.
    pub(crate) fn root(&mut self) -> Result<Element<'a>, DecodeError> {
        loop {
            match self.next()? {
                Event::Start(start) if start.local_name().into_inner().eq_ignore_ascii_case("html") => {
                    return Err(self.error(DecodeErrorKind::Html));
                }
                Event::Start(start) => return self.enter(start),
                Event::Eof => return Err(self.error(DecodeErrorKind::Empty)),
                Event::Text(text) if is_blank(&text) => {}
                Event::Comment(_) | Event::PI(_) => {}
                Event::Decl(declaration) => {
                    if let Some(Ok(encoding)) = declaration.encoding()
                        && !["utf-8", "utf8", "us-ascii", "ascii"]
                            .iter()
                            .any(|name| encoding.eq_ignore_ascii_case(name))
                    {
                        return Err(self.error(DecodeErrorKind::Encoding(encoding.into_owned())));
                    }
                }
                _ => return Err(self.error(DecodeErrorKind::NotXml)),
            }
        }
    }

    /// Enters the next child of the current element; at its end tag, leaves it and gives `None`.
    #[inline]
    pub(crate) fn child(&mut self) -> Result<Option<Element<'a>>, DecodeError> {
        loop {
            match self.next()? {
                Event::Start(start) => return self.enter(start).map(Some),
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(None);
                }
                Event::Text(text) if self.options.strict && !is_blank(&text) => {
                    return Err(self.error(DecodeErrorKind::UnexpectedContent));
                }
                Event::CData(_) | Event::GeneralRef(_) if self.options.strict => {
                    return Err(self.error(DecodeErrorKind::UnexpectedContent));
                }
                Event::GeneralRef(reference) => {
                    self.resolve(&reference)?;
                }
                Event::Eof => return Err(self.error(DecodeErrorKind::Truncated)),
                _ => {}
            }
        }
    }

    /// The text of the current element, which is left. An entity or a comment inside splits it into events; all of them
    /// are joined. Elements inside are skipped unless strict.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        let mut whole = Cow::Borrowed("");
        loop {
            match self.next()? {
                Event::Text(text) => append(&mut whole, text.xml10_content()),
                Event::CData(text) => append(&mut whole, text.xml10_content()),
                Event::GeneralRef(reference) => whole.to_mut().push(self.resolve(&reference)?),
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(whole);
                }
                Event::Start(start) => {
                    if self.options.strict {
                        return Err(self.error(DecodeErrorKind::UnexpectedContent));
                    }
                    self.enter(start)?;
                    self.skip()?;
                }
                Event::Eof => return Err(self.error(DecodeErrorKind::Truncated)),
                _ => {}
            }
        }
    }

    /// Leaves the current element without looking at what is inside.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            match self.next()? {
                Event::Start(start) => {
                    self.enter(start)?;
                }
                Event::End(_) => self.depth -= 1,
                Event::GeneralRef(reference) => {
                    self.resolve(&reference)?;
                }
                Event::Eof => return Err(self.error(DecodeErrorKind::Truncated)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that nothing follows the root element, which was left.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Event::Eof => return Ok(()),
                Event::Text(text) if is_blank(&text) => {}
                Event::Comment(_) | Event::PI(_) => {}
                _ => {
                    let why = "content after the root element".to_owned();
                    return Err(self.error(DecodeErrorKind::Malformed(why)));
                }
            }
        }
    }

    #[inline]
    fn next(&mut self) -> Result<Event<'a>, DecodeError> {
        match self.events.read_event() {
            Ok(Event::DocType(text)) => {
                let html = text.trim_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"));
                Err(self.error(if html { DecodeErrorKind::Html } else { DecodeErrorKind::DocumentType }))
            }
            Ok(event) => Ok(event),
            Err(error) => Err(self.syntax_error(&error)),
        }
    }

    #[cold]
    fn syntax_error(&self, error: &quick_xml::Error) -> DecodeError {
        let offset = self.skipped + usize::try_from(self.events.error_position()).unwrap_or(usize::MAX);
        let kind = match error {
            quick_xml::Error::Syntax(SyntaxError::InvalidBangMarkup) => DecodeErrorKind::Malformed(error.to_string()),
            // All others miss the end of something.
            quick_xml::Error::Syntax(_) => DecodeErrorKind::Truncated,
            error => DecodeErrorKind::Malformed(error.to_string()),
        };
        DecodeError::new(kind, offset)
    }

    #[inline]
    fn enter(&mut self, start: BytesStart<'a>) -> Result<Element<'a>, DecodeError> {
        if self.depth == self.options.max_depth() {
            return Err(self.error(DecodeErrorKind::TooDeep(self.options.max_depth())));
        }
        self.depth += 1;
        if !start.attributes_raw().is_empty() {
            self.check_attributes(&start)?;
        }
        Ok(Element(start))
    }

    fn check_attributes(&self, start: &BytesStart<'a>) -> Result<(), DecodeError> {
        let mut attributes = start.attributes();
        // Its own check for repeated names is quadratic; within the limit that does not matter.
        for _ in 0..self.options.max_attributes {
            match attributes.next() {
                None => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(self.error(DecodeErrorKind::Malformed(error.to_string()))),
            }
        }
        match attributes.next() {
            None => Ok(()),
            Some(_) => Err(self.error(DecodeErrorKind::TooManyAttributes(self.options.max_attributes))),
        }
    }

    fn resolve(&self, reference: &BytesRef<'a>) -> Result<char, DecodeError> {
        let unknown = || self.error(DecodeErrorKind::Entity(reference.chars().take(64).collect()));
        if reference.is_char_ref() {
            return reference.resolve_char_ref().ok().flatten().ok_or_else(unknown);
        }
        match &**reference {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "apos" => Ok('\''),
            "quot" => Ok('"'),
            _ => Err(unknown()),
        }
    }
}

#[inline]
fn append<'a>(whole: &mut Cow<'a, str>, part: Cow<'a, str>) {
    if whole.is_empty() {
        *whole = part;
    } else {
        whole.to_mut().push_str(&part);
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}
