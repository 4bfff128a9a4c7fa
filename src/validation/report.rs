//! What was found, for programs and for people.

use std::fmt;

use crate::path::Path;
use crate::schema::{Length, Number, Range};

/// All violations of one input, in the order of the model.
#[derive(Clone, Debug, Default)]
pub struct Report {
    violations: Vec<Violation>,
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
}

impl Report {
    /// `Ok` if there are none.
    ///
    /// # Errors
    /// The report, if there are any.
    pub fn from_violations(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self { violations }) }
    }
    /// The violations; never none in a report that was given as an error.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
    /// A reader's findings and the validator's, in the order of the model. What the validator says of the empty values that
    /// the reader left is explained by the reader's findings, and dropped.
    pub(crate) fn merge(mut found: Vec<Violation>, others: Result<(), Self>) -> Result<(), Self> {
        let in_model = |left: &Violation, right: &Violation| left.path.cmp_in_model(&right.path);
        found.sort_by(in_model);
        if let Err(Self { violations: mut others }) = others {
            others.retain(|other| {
                // What explains it comes right before it.
                let after = found.partition_point(|violation| in_model(violation, other).is_le());
                !found[..after].last().is_some_and(|violation| violation.path.is_prefix_of(&other.path))
            });
            found.append(&mut others);
            found.sort_by(in_model);
        }
        Self::from_violations(found)
    }
}

impl Violation {
    pub(crate) fn new(path: &Path, rule: Rule, found: Option<String>) -> Self {
        Self { path: path.clone(), rule, found }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            Self::Enum(values) => write!(f, "must be one of {}", values.join(", ")),
            Self::OneMember => f.write_str("exactly one member must be set"),
            Self::Type(expected) => write!(f, "must be {expected}"),
            Self::Unknown => f.write_str("no such member"),
            Self::Depth(limit) => write!(f, "must not nest deeper than {limit}"),
        }
    }
}

impl fmt::Display for Violation {
    /// The path as Rust names it, the rule, and what was found.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path.rust())?;
        }
        write!(f, "{}", self.rule)?;
        match &self.found {
            Some(found) => write!(f, ", found {found}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.violations.len();
        write!(f, "invalid input, {count} violation{}: ", if count == 1 { "" } else { "s" })?;
        for (index, violation) in self.violations.iter().enumerate() {
            write!(f, "{}{violation}", if index == 0 { "" } else { "; " })?;
        }
        f.write_str(" (validation mode `off` sends it all the same)")
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
