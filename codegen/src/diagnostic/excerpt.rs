//! The line that a problem is in, with the place underlined, in the form that the compiler of Rust has made usual.

use std::fmt;
use std::ops::Range;

use crate::json::Located;

/// How much of a line is shown. Files without line breaks are one line.
const WIDTH: usize = 120;

/// A place in a text, with the line that it is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Excerpt {
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    source: String,
    /// How many characters of `source` are before the underlined ones.
    indent: usize,
    underlined: usize,
}

impl Excerpt {
    /// These bytes of a text, as far as the line goes on which they begin.
    pub(super) fn of_bytes(text: &[u8], place: &Range<usize>) -> Self {
        let start = place.start.min(text.len());
        let line_start = text[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line_end =
            text[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(text.len(), |at| start + at);
        let end = place.end.clamp(start, line_end);
        let column = count(&text[line_start..start]) + 1;
        let underlined = count(&text[start..end]).clamp(1, WIDTH);
        // A character has at most four bytes: of a long line no more is read than may be shown.
        let mut before = characters(&text[line_start.max(start.saturating_sub(4 * WIDTH))..start]);
        let after = characters(&text[start..line_end.min(start + 4 * (WIDTH + 1))]);
        if column - 1 + underlined > WIDTH {
            before.drain(..before.len().saturating_sub(WIDTH / 4));
        }
        let indent = before.len();
        let mut source: String = before.iter().chain(&after).take(WIDTH).collect();
        if indent + after.len() > WIDTH {
            source.push('…');
        }
        let line = text[..start].split(|byte| *byte == b'\n').count();
        Self { line, column, source, indent, underlined }
    }

    /// The value that a pointer leads to, or the key of one that holds others.
    pub(super) fn of_pointer(text: &[u8], located: &Located, pointer: &str, of_key: bool) -> Option<Self> {
        let (place, complete) = located.find(pointer)?;
        let holds_others = matches!(text.get(place.value.start), Some(b'{' | b'['));
        let shown = match &place.key {
            Some(key) if of_key || holds_others || !complete => key,
            _ => &place.value,
        };
        Some(Self::of_bytes(text, shown))
    }

    /// Writes the place, the line and the mark below it, with a label beside the mark.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, file: &str, label: &str) -> fmt::Result {
        let margin = self.line.to_string().len();
        // Tabs stay tabs, so that the mark is where the text is.
        let indent: String = self.source.chars().take(self.indent).map(|c| if c == '\t' { c } else { ' ' }).collect();
        let mark = "^".repeat(self.underlined);
        writeln!(f, "{:margin$}--> {file}:{}:{}", "", self.line, self.column)?;
        writeln!(f, "{:margin$} |", "")?;
        writeln!(f, "{} | {}", self.line, self.source)?;
        write!(f, "{}", format!("{:margin$} | {indent}{mark} {label}", "").trim_end())
    }

    /// The margin of what follows.
    pub(super) fn margin(&self) -> usize {
        self.line.to_string().len()
    }
}

/// How many characters begin in these bytes of UTF-8.
fn count(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

fn characters(text: &[u8]) -> Vec<char> {
    String::from_utf8_lossy(text).chars().map(printable).collect()
}

/// Nothing in a file moves the terminal's cursor.
fn printable(character: char) -> char {
    if character.is_control() && character != '\t' { char::REPLACEMENT_CHARACTER } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let text = "{\"ä\": \"ö\",\r\n\t\"b\": tru}\n";
        let excerpt = Excerpt::of_bytes(text.as_bytes(), &(7..11));
        assert_eq!((excerpt.line, excerpt.column, excerpt.underlined), (1, 7, 3));
        assert_eq!(excerpt.source, "{\"ä\": \"ö\",");
        let excerpt = Excerpt::of_bytes(text.as_bytes(), &(20..23));
        assert_eq!((excerpt.line, excerpt.column, excerpt.source.as_str()), (2, 7, "\t\"b\": tru}"));
    }

    #[test]
    fn a_place_that_is_not_there_is_the_end() {
        for (text, at, line, column) in [("", 0, 1, 1), ("a", 9, 1, 2), ("a\n", 2, 2, 1)] {
            let excerpt = Excerpt::of_bytes(text.as_bytes(), &(at..at));
            assert_eq!((excerpt.line, excerpt.column, excerpt.underlined), (line, column, 1), "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("[{}\"here\"{}]", "1, ".repeat(1000), ", 2".repeat(1000));
        let at = text.find("\"here\"").unwrap();
        let excerpt = Excerpt::of_bytes(text.as_bytes(), &(at..at + 6));
        assert_eq!(excerpt.column, at + 1);
        assert_eq!(excerpt.source.chars().count(), WIDTH + 1);
        assert_eq!(&excerpt.source[excerpt.indent..excerpt.indent + 6], "\"here\"");
    }

    #[test]
    fn what_is_no_text_is_shown_as_such() {
        let excerpt = Excerpt::of_bytes(b"[\xff\x1b[31m]", &(1..2));
        assert_eq!(excerpt.source, "[\u{fffd}\u{fffd}[31m]");
    }
}
