//! Elements and escaped text.

use super::is_character;
use crate::encode::{EncodeError, EncodeErrorKind};

/// Writes a document from the outside in.
pub(crate) struct XmlWriter {
    text: String,
}

impl XmlWriter {
    /// A document without an XML declaration, as the query services write it.
    pub(crate) fn new() -> Self {
        Self { text: String::new() }
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
    }

    pub(crate) fn open_with_namespace(&mut self, name: &str, namespace: &str) -> Result<(), EncodeError> {
        self.text.push('<');
        self.text.push_str(name);
        if !namespace.is_empty() {
            self.text.push_str(" xmlns=\"");
            self.escaped(namespace)?;
            self.text.push('"');
        }
        self.text.push('>');
        Ok(())
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    pub(crate) fn empty(&mut self, name: &str) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push_str("/>");
    }

    pub(crate) fn element(&mut self, name: &str, text: &str) -> Result<(), EncodeError> {
        self.open(name);
        self.escaped(text)?;
        self.close(name);
        Ok(())
    }

    /// Text with everything escaped that a reader could take for markup or change: a carriage return as well, which
    /// line-end normalization would turn into a line feed.
    fn escaped(&mut self, text: &str) -> Result<(), EncodeError> {
        let mut written = 0;
        for (place, character) in text.char_indices() {
            let escape = match character {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\r' => "&#xD;",
                legal if is_character(legal) => continue,
                illegal => return Err(EncodeError::new(EncodeErrorKind::IllegalCharacter(illegal))),
            };
            self.text.push_str(&text[written..place]);
            self.text.push_str(escape);
            written = place + character.len_utf8();
        }
        self.text.push_str(&text[written..]);
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}
