//! Elements and escaped text.

use super::is_character;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::wipe;

/// Writes a document from the outside in.
pub(crate) struct XmlWriter {
    text: String,
    /// Whether a secret has been written: the text must leave nothing behind when it grows.
    holds_secret: bool,
}

impl XmlWriter {
    /// A document without an XML declaration, as the query services write it.
    pub(crate) fn new() -> Self {
        Self { text: String::new(), holds_secret: false }
    }

    #[cfg(feature = "server")]
    pub(crate) fn open(&mut self, name: &str) {
        self.begin(name);
        self.enter();
    }

    #[cfg(feature = "server")]
    pub(crate) fn open_with_namespace(&mut self, name: &str, namespace: &str) -> Result<(), EncodeError> {
        self.begin(name);
        if !namespace.is_empty() {
            self.attribute("xmlns", namespace)?;
        }
        self.enter();
        Ok(())
    }

    /// Tells that a secret follows.
    pub(crate) fn secret_follows(&mut self) {
        self.holds_secret = true;
    }

    fn push(&mut self, part: &str) {
        if self.holds_secret {
            wipe::reserve(&mut self.text, part.len());
        }
        self.text.push_str(part);
    }

    /// Begins a start tag: attributes may follow, and then [`XmlWriter::enter`] must.
    pub(crate) fn begin(&mut self, name: &str) {
        self.push("<");
        self.push(name);
    }

    pub(crate) fn attribute(&mut self, name: &str, value: &str) -> Result<(), EncodeError> {
        self.push(" ");
        self.push(name);
        self.push("=\"");
        self.escaped(value, is_attribute_space)?;
        self.push("\"");
        Ok(())
    }

    /// Ends a start tag.
    pub(crate) fn enter(&mut self) {
        self.push(">");
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        self.escaped(text, |_| false)
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.push("</");
        self.push(name);
        self.push(">");
    }

    /// Ends a start tag whose element has no content.
    pub(crate) fn end_empty(&mut self) {
        self.push("/>");
    }

    #[cfg(feature = "server")]
    pub(crate) fn element(&mut self, name: &str, text: &str) -> Result<(), EncodeError> {
        self.open(name);
        self.text(text)?;
        self.close(name);
        Ok(())
    }

    /// Text with everything escaped that a reader could take for markup or change: a carriage return as well, which
    /// line-end normalization would turn into a line feed, and what else `also` names.
    fn escaped(&mut self, text: &str, also: fn(char) -> bool) -> Result<(), EncodeError> {
        let mut written = 0;
        let places = text.bytes().enumerate().filter(|(_, byte)| may_begin_special(*byte)).map(|(place, _)| place);
        for (place, character) in places.filter_map(|place| Some((place, text.get(place..)?.chars().next()?))) {
            let escape = match character {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\r' => "&#xD;",
                '\n' if also('\n') => "&#xA;",
                '\t' if also('\t') => "&#x9;",
                legal if is_character(legal) => continue,
                illegal => return Err(EncodeError::new(EncodeErrorKind::IllegalCharacter(illegal))),
            };
            self.push(&text[written..place]);
            self.push(escape);
            written = place + character.len_utf8();
        }
        self.push(&text[written..]);
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Whether a character that begins with this byte may be one to escape or to refuse. `U+FFFE` and `U+FFFF`, which XML cannot
/// say, begin with 0xEF.
fn may_begin_special(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'<' | b'>' | b'&' | b'"' | 0xEF)
}

/// White space that a reader of attributes would take for a blank.
fn is_attribute_space(character: char) -> bool {
    matches!(character, '\n' | '\t')
}
