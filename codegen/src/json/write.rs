//! From a value to its text.

use std::fmt::{self, Display, Formatter, Write};

use super::Value;

/// The text in one line; with `{:#}` a line each for members and items, two spaces deeper than what they are in.
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self, f, 0)
    }
}

fn write(value: &Value, f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Bool(boolean) => f.write_str(if *boolean { "true" } else { "false" }),
        Value::Number(number) => write!(f, "{number}"),
        Value::String(text) => write_text(text, f),
        Value::Array(items) if items.is_empty() => f.write_str("[]"),
        Value::Array(items) => {
            let mut before = '[';
            for item in items {
                write_start(before, f, depth + 1)?;
                write(item, f, depth + 1)?;
                before = ',';
            }
            write_line(f, depth)?;
            f.write_char(']')
        }
        Value::Object(map) if map.is_empty() => f.write_str("{}"),
        Value::Object(map) => {
            let mut before = '{';
            for (key, value) in map.iter() {
                write_start(before, f, depth + 1)?;
                write_text(key, f)?;
                f.write_str(if f.alternate() { ": " } else { ":" })?;
                write(value, f, depth + 1)?;
                before = ',';
            }
            write_line(f, depth)?;
            f.write_char('}')
        }
    }
}

/// What stands before an item or a member.
fn write_start(before: char, f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
    f.write_char(before)?;
    write_line(f, depth)
}

fn write_line(f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
    if f.alternate() { write!(f, "\n{:1$}", "", 2 * depth) } else { Ok(()) }
}

fn write_text(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'\n' => 'n',
            b'\r' => 'r',
            b'\t' => 't',
            0x08 => 'b',
            0x0c => 'f',
            0..0x20 => 'u',
            _ => continue,
        };
        write!(f, "{}\\{escape}", &text[written..at])?;
        if escape == 'u' {
            write!(f, "{byte:04x}")?;
        }
        written = at + 1;
    }
    f.write_str(&text[written..])?;
    f.write_char('"')
}
