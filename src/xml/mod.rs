//! XML as bytes: events in, with limits, and escaped text out. Shapes are not known here.

mod reader;
mod tokens;
#[cfg(feature = "rest-xml")]
mod writer;

pub(crate) use reader::{Element, XmlReader, is_blank};
#[cfg(feature = "rest-xml")]
pub(crate) use writer::XmlWriter;

/// Whether XML 1.0 can say a character.
#[cfg(feature = "rest-xml")]
pub(crate) fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
