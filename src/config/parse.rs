//! The format of both files: sections, keys, lines that go on, one level of nesting.
//!
//! As the AWS CLI reads it:
//! - a line that starts with `#` or `;`, indented or not, is a comment; later in a line they are part of the value;
//! - keys end at the first `=` or `:` and are in lower case; section names are as they are;
//! - a line indented more than its key's goes on with the value; a value that starts on such a line is nested, its keys
//!   end at `=` and keep their case;
//! - a section twice, a key twice in a section, a line that is none of these: errors;
//! - what `[DEFAULT]` (not `[default]`) says, every section says.
//!
//! Unlike there, a byte order mark is skipped.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::error::ConfigError;
use super::section::{Section, Value, Values};

/// The section whose keys are every section's.
const COMMON: &str = "DEFAULT";

/// Sections by name, in their order.
pub(super) type Sections = Vec<(String, Section)>;

/// The sections of a file's text; `path` is for the errors.
pub(super) fn parse(bytes: Vec<u8>, path: &Path) -> Result<Sections, ConfigError> {
    let bytes = Zeroizing::new(bytes);
    let text = str::from_utf8(&bytes).map_err(|error| {
        let line = lines(&String::from_utf8_lossy(&bytes[..error.valid_up_to()])).count().max(1);
        ConfigError::malformed(path, line, "not UTF-8")
    })?;
    let mut reader = Reader { path, ..Reader::default() };
    for (index, line) in lines(text.strip_prefix('\u{feff}').unwrap_or(text)).enumerate() {
        reader.line(index + 1, line)?;
    }
    reader.finish()
}

/// Lines by all three ends: CR LF, LF and CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// What Python takes for a space.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

struct Reader<'a> {
    path: &'a Path,
    sections: Vec<(String, Values)>,
    /// The names of the sections that have begun, but for [`COMMON`].
    names: HashSet<String>,
    common: Values,
    /// The section that lines belong to.
    current: Option<Current>,
    /// The key that lines may go on with.
    pending: Option<Pending>,
    indent: usize,
}

struct Current {
    name: String,
    values: Values,
}

struct Pending {
    key: String,
    lines: Vec<Line>,
    /// How many empty lines there were since the last one.
    blanks: usize,
}

/// A line of a value, trimmed.
struct Line {
    number: usize,
    /// How many empty lines stand before it.
    blanks: usize,
    text: Zeroizing<String>,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self {
            path: Path::new(""),
            sections: Vec::new(),
            names: HashSet::new(),
            common: Values::new(),
            current: None,
            pending: None,
            indent: 0,
        }
    }
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) -> Result<(), ConfigError> {
        let text = line.trim_matches(is_space);
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        if text.is_empty() {
            if let Some(pending) = &mut self.pending {
                pending.blanks += 1;
            }
            return Ok(());
        }
        let indent = line.chars().take_while(|character| is_space(*character)).count();
        if indent > self.indent
            && let Some(pending) = &mut self.pending
        {
            let blanks = std::mem::take(&mut pending.blanks);
            pending.lines.push(Line { number, blanks, text: Zeroizing::new(text.to_owned()) });
            return Ok(());
        }
        self.indent = indent;
        if let Some(name) = section_name(text) {
            self.end_section()?;
            if name != COMMON && !self.names.insert(name.to_owned()) {
                return Err(self.malformed(number, format!("a second section [{name}]")));
            }
            // All `[DEFAULT]` sections are one.
            let values = if name == COMMON { std::mem::take(&mut self.common) } else { Values::new() };
            self.current = Some(Current { name: name.to_owned(), values });
            return Ok(());
        }
        self.end_value()?;
        let Some(current) = &mut self.current else {
            return Err(self.malformed(number, "a line before the first section, such as [default]"));
        };
        let key =
            text.split_once(['=', ':']).map(|(key, value)| (key.trim_end_matches(is_space).to_lowercase(), value));
        let Some((key, value)) = key.filter(|(key, _)| !key.is_empty()) else {
            return Err(self.malformed(number, "neither `[section]` nor `key = value`"));
        };
        if current.values.contains_key(&key) {
            let why = format!("a key for the second time in the section [{}]", current.name);
            return Err(self.malformed(number, why));
        }
        let text = Zeroizing::new(value.trim_matches(is_space).to_owned());
        self.pending = Some(Pending { key, lines: vec![Line { number, blanks: 0, text }], blanks: 0 });
        Ok(())
    }

    fn end_value(&mut self) -> Result<(), ConfigError> {
        if let Some(Pending { key, lines, .. }) = self.pending.take() {
            let value = value(&lines).map_err(|line| {
                self.malformed(line, "not `key = value`, as all the indented lines below a key without a value must be")
            })?;
            if let Some(current) = &mut self.current {
                current.values.insert(key, value);
            }
        }
        Ok(())
    }

    fn end_section(&mut self) -> Result<(), ConfigError> {
        self.end_value()?;
        match self.current.take() {
            Some(Current { name, values }) if name == COMMON => self.common = values,
            Some(Current { name, values }) => self.sections.push((name, values)),
            None => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Sections, ConfigError> {
        self.end_section()?;
        let common = Arc::new(self.common);
        Ok(self.sections.into_iter().map(|(name, values)| (name, Section::new(values, &common))).collect())
    }

    fn malformed(&self, line: usize, why: impl Into<String>) -> ConfigError {
        ConfigError::malformed(self.path, line, why)
    }
}

/// The name in `[name]`. What follows the last bracket is ignored.
fn section_name(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

/// The value that lines make, the first of which is the key's own; or the line that cannot be nested.
fn value(lines: &[Line]) -> Result<Value, usize> {
    let is_nested = lines.first().is_some_and(|first| first.text.is_empty()) && lines.len() > 1;
    if !is_nested {
        let mut whole =
            Zeroizing::new(String::with_capacity(lines.iter().map(|line| line.blanks + line.text.len() + 1).sum()));
        for (index, Line { blanks, text, .. }) in lines.iter().enumerate() {
            let ends = if index == 0 { 0 } else { blanks + 1 };
            whole.extend(std::iter::repeat_n('\n', ends));
            whole.push_str(text);
        }
        return Ok(Value::Text(SecretString::from(whole.as_str())));
    }
    let mut nested = Values::new();
    for Line { number, text, .. } in &lines[1..] {
        let (key, value) = text.split_once('=').ok_or(*number)?;
        let value = Value::Text(value.trim_matches(is_space).into());
        nested.insert(key.trim_matches(is_space).to_owned(), value);
    }
    Ok(Value::Nested(nested))
}
