//! The form of a rule set's tables, and how it is read.
//!
//! Numbers have seven bits a byte, the lowest first. A text is a place in the rule set's text and a length. The code is:
//!
//! - a byte for the version of the form, then three numbers: of variables, the place of the root, of parameters;
//! - for each parameter its name, its name for all services (empty if it has none), `s`, `b` or `l` for text, boolean
//!   or list, `t` or `f` for required or not, its default, and `t` and a message if it is deprecated, else `f`;
//!   a default is `z` for none, `s` and a text, `t`, `f`, or `l`, a number and as many texts;
//! - blocks, whose places count from the first of them, and which refer only to blocks before them.
//!
//! A block is a condition, which is one more than the number of the variable that takes its value (zero if none does)
//! and an expression; or a rule, which is a number and as many places of conditions, and then one of:
//!
//! - `E`, an expression for the URL; a number and as many headers, each a text, a number and as many expressions; a
//!   number and as many properties, each a text and a value;
//! - `X` and an expression for the text of an error;
//! - `T`, a number and as many places of rules.
//!
//! An expression is `s` and a text; `+`, a number and as many expressions (a template); `t`; `f`; `r` and the number of a
//! variable; `.`, the number of a field and an expression; `[`, an index and an expression; `?` and an expression (is it
//! set?); `<`, two numbers and two expressions (a part of a text); or the letter of a function and its arguments:
//! `!` not, `=` equal texts, `~` equal booleans, `%` URI encoding, `U` URL, `H` host label, `P` partition, `A` ARN,
//! `B` bucket.
//!
//! A property's value is `z` for null, `t`, `f`, `#` and a text for a number, `l`, a number and as many values, `o`, a
//! number and as many texts with values, or else an expression.

use super::error::EndpointError;
use super::{ParameterValue, RuleSet};

/// The version of the form.
const VERSION: u8 = 1;

/// A parameter of a rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleParameter {
    /// Its name in this service's rules: `Bucket`.
    pub name: &'static str,
    /// What all services know it as, such as `AWS::Region`; empty if it is this service's own.
    pub built_in: &'static str,
    /// What it takes, in words: `text`, `true or false`, `a list of texts`.
    pub expected: &'static str,
    /// Whether it must have a value.
    pub required: bool,
    /// Its value where none is given.
    pub default: Option<ParameterValue>,
    /// Set if it should no longer be used; the text, which may be empty, says what to do instead.
    pub deprecated: Option<&'static str>,
}

/// What stands before the blocks.
pub(super) struct Head {
    pub(super) variables: usize,
    pub(super) root: usize,
    pub(super) parameters: Vec<RuleParameter>,
    /// Where the blocks start.
    pub(super) blocks: usize,
}

/// A place in the code.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    rules: RuleSet,
    at: usize,
}

impl Cursor {
    pub(super) fn new(rules: RuleSet, at: usize) -> Self {
        Self { rules, at }
    }

    pub(super) fn byte(&mut self) -> Result<u8, EndpointError> {
        let byte = self.rules.code.get(self.at).copied().ok_or(EndpointError::Damaged)?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn number(&mut self) -> Result<usize, EndpointError> {
        let mut number = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(EndpointError::Damaged)
    }

    /// The number of things that follow, each of at least one byte.
    pub(super) fn count(&mut self) -> Result<usize, EndpointError> {
        let count = self.number()?;
        if count > self.rules.code.len() - self.at { Err(EndpointError::Damaged) } else { Ok(count) }
    }

    pub(super) fn text(&mut self) -> Result<&'static str, EndpointError> {
        let (start, length) = (self.number()?, self.number()?);
        self.rules.text.get(start..start + length).ok_or(EndpointError::Damaged)
    }

    fn flag(&mut self) -> Result<bool, EndpointError> {
        match self.byte()? {
            b't' => Ok(true),
            b'f' => Ok(false),
            _ => Err(EndpointError::Damaged),
        }
    }

    fn parameter(&mut self) -> Result<RuleParameter, EndpointError> {
        Ok(RuleParameter {
            name: self.text()?,
            built_in: self.text()?,
            expected: match self.byte()? {
                b's' => "text",
                b'b' => "true or false",
                b'l' => "a list of texts",
                _ => return Err(EndpointError::Damaged),
            },
            required: self.flag()?,
            default: match self.byte()? {
                b'z' => None,
                b's' => Some(self.text()?.into()),
                b't' => Some(true.into()),
                b'f' => Some(false.into()),
                b'l' => {
                    let mut texts = Vec::new();
                    for _ in 0..self.count()? {
                        texts.push(self.text()?.to_owned());
                    }
                    Some(texts.into())
                }
                _ => return Err(EndpointError::Damaged),
            },
            deprecated: if self.flag()? { Some(self.text()?) } else { None },
        })
    }
}

impl RuleSet {
    pub(super) fn head(&self) -> Result<Head, EndpointError> {
        let mut cursor = Cursor::new(*self, 0);
        if cursor.byte()? != VERSION {
            return Err(EndpointError::Damaged);
        }
        let (variables, root) = (cursor.count()?, cursor.number()?);
        let mut parameters = Vec::new();
        for _ in 0..cursor.count()? {
            parameters.push(cursor.parameter()?);
        }
        Ok(Head { variables, root, parameters, blocks: cursor.at })
    }

    /// What the rules may ask for.
    ///
    /// # Errors
    /// Where the tables are not those of a generator of this version.
    pub fn parameters(&self) -> Result<Vec<RuleParameter>, EndpointError> {
        Ok(self.head()?.parameters)
    }
}
