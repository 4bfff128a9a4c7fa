//! What was found, for programs and for people.

#[cfg(feature = "json")]
mod json;
#[cfg(any(feature = "json", feature = "server"))]
mod reading;

use std::fmt;

use crate::path::Path;
use crate::schema::{Length, Number, Range};

/// All violations of one input, in the order of the model; of very many, the first [`Report::MAX_VIOLATIONS`].
#[derive(Clone, Debug, Default)]
pub struct Report {
    violations: Vec<Violation>,
    /// How many others were found.
    omitted: usize,
    /// Whether one of those passes in no validation mode.
    omitted_impassable: bool,
}

/// One violated constraint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// Where.
    pub path: Path,
    /// What the model asks for.
    pub rule: Rule,
    /// What is there instead: a length, a number, a text of at most 64 characters. `None` if it is secret or absent.
    pub found: Option<String>,
}

/// What the model asks for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// A value must be there.
    Required,
    /// The number of characters, bytes, members or entries.
    Length(Length),
    /// The number.
    Range(Range),
    /// A text that this regular expression matches.
    Pattern(&'static str),
    /// One of these texts. Only checked when enumerations are closed.
    Enum(&'static [&'static str]),
    /// Exactly one member of a union.
    OneMember,
    /// A value of this type, in words; for input that came as JSON.
    Type(&'static str),
    /// A name that the shape does not have; for input that came as JSON.
    Unknown,
    /// No deeper than this.
    Depth(usize),
    /// No more members of a list, or entries of a map, than this; for input that came as JSON.
    Items(usize),
    /// No text of more bytes than this; for input that came as JSON.
    Text(usize),
}

impl Report {
    /// How many violations a report has at most: 1,000. An input may have one for every few of its bytes, and each takes some
    /// hundred.
    pub const MAX_VIOLATIONS: usize = 1_000;

    /// `Ok` if there are none.
    ///
    /// # Errors
    /// The report, if there are any.
    pub fn from_violations(violations: Vec<Violation>) -> Result<(), Self> {
        Self { violations, ..Self::default() }.into_result()
    }
    /// The violations; never none in a report that was given as an error.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
    /// How many violations were found beyond [`Report::MAX_VIOLATIONS`]; they are not kept. Some of these may come of others.
    #[must_use]
    pub const fn omitted(&self) -> usize {
        self.omitted
    }

    pub(crate) fn push(&mut self, violation: Violation) {
        if self.violations.len() < Self::MAX_VIOLATIONS {
            self.violations.push(violation);
        } else {
            self.omit(&violation);
        }
    }

    fn omit(&mut self, violation: &Violation) {
        self.omitted += 1;
        self.omitted_impassable |= !violation.rule.is_constraint();
    }

    pub(crate) fn into_result(mut self) -> Result<(), Self> {
        while self.violations.len() > Self::MAX_VIOLATIONS
            && let Some(last) = self.violations.pop()
        {
            self.omit(&last);
        }
        if self.violations.is_empty() { Ok(()) } else { Err(self) }
    }
    /// Whether the validation modes `warn` and `off` let the input through: all of it can be read and written.
    #[must_use]
    pub fn is_passable(&self) -> bool {
        !self.omitted_impassable && self.violations.iter().all(|violation| violation.rule.is_constraint())
    }
}

impl Violation {
    /// The rule and what was found, without the path: `must be 1 to 36600, found 0`.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.found {
            Some(found) => format!("{}, found {found}", self.rule),
            None => self.rule.to_string(),
        }
    }
}

impl Rule {
    /// A name that stays the same: `required`, `length`, `range`, `pattern`, `enum`, `one-member`, `type`, `unknown`,
    /// `depth`, `items` or `text`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Length(_) => "length",
            Self::Range(_) => "range",
            Self::Pattern(_) => "pattern",
            Self::Enum(_) => "enum",
            Self::OneMember => "one-member",
            Self::Type(_) => "type",
            Self::Unknown => "unknown",
            Self::Depth(_) => "depth",
            Self::Items(_) => "items",
            Self::Text(_) => "text",
        }
    }
    /// Whether it is a constraint on what the input says, as opposed to a bound of what can be read and written at all.
    #[must_use]
    pub const fn is_constraint(&self) -> bool {
        !matches!(self, Self::Type(_) | Self::Unknown | Self::Depth(_) | Self::Items(_) | Self::Text(_))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        match self {
            Self::Required => f.write_str("required"),
            Self::Length(Length { min: Some(min), max: Some(max) }) => write!(f, "length must be {min} to {max}"),
            Self::Length(Length { min: Some(min), max: None }) => write!(f, "length must be at least {min}"),
            Self::Length(Length { min: None, max: Some(max) }) => write!(f, "length must be at most {max}"),
            Self::Length(_) | Self::Range(Range { min: None, max: None }) => f.write_str("unbounded"),
            Self::Range(Range { min: Some(min), max: Some(max) }) => write!(f, "must be {min} to {max}"),
            Self::Range(Range { min: Some(min), max: None }) => write!(f, "must be at least {min}"),
            Self::Range(Range { min: None, max: Some(max) }) => write!(f, "must be at most {max}"),
            Self::Pattern(pattern) => write!(f, "must match the pattern `{pattern}`"),
            Self::Enum(values) => {
                f.write_str("must be one of ")?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    f.write_str(value)?;
                }
                Ok(())
            }
            Self::OneMember => f.write_str("exactly one member must be set"),
            Self::Type(expected) => write!(f, "must be {expected}"),
            Self::Unknown => f.write_str("no such member"),
            Self::Depth(limit) => write!(f, "must not nest deeper than {limit}"),
            Self::Items(limit) => write!(f, "must not have more than {limit} members or entries"),
            Self::Text(limit) => write!(f, "must not have more than {limit} bytes"),
        }
    }
}

impl fmt::Display for Violation {
    /// The path as Rust names it, the rule, and what was found.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path.rust())?;
        }
        f.write_str(&self.message())
    }
}

impl fmt::Display for Report {
    /// All violations on one line, and the validation modes that let the input through.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        let count = self.violations.len() + self.omitted;
        write!(f, "invalid input, {count} violation{}: ", if count == 1 { "" } else { "s" })?;
        for (index, violation) in self.violations.iter().enumerate() {
            write!(f, "{}{violation}", if index == 0 { "" } else { "; " })?;
        }
        if self.omitted > 0 {
            write!(f, "; and {} more", self.omitted)?;
        }
        f.write_str(if self.is_passable() {
            " (the validation modes `warn` and `off` let it through)"
        } else {
            " (what cannot be read or written passes in no validation mode)"
        })
    }
}

impl std::error::Error for Report {}

impl From<Number> for f64 {
    #[expect(clippy::cast_precision_loss, reason = "bounds of models are far below 2^53")]
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(number) => number as Self,
            Number::Float(number) => number,
        }
    }
}
