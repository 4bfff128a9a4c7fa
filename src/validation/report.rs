//! What was found, for programs and for people.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Map, Value as Json};

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
    /// The report for programs: `{"violations": []}`, and for each violation `path` as the AWS CLI's JSON has it, `rustPath`,
    /// `wirePath`, `rule` (see [`Rule::name`]), `limit` (see [`Rule::limit`]), `found` and `message`. What there is none of
    /// is `null`. `omitted` is there if there are [others](Report::omitted). Nothing in it is secret.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut json = Json::Null;
        json["violations"] = Json::Array(self.violations.iter().map(Violation::to_json).collect());
        if self.omitted > 0 {
            json["omitted"] = Json::from(self.omitted);
        }
        json
    }
    /// Whether the validation modes `warn` and `off` let the input through: all of it can be read and written.
    #[must_use]
    pub fn is_passable(&self) -> bool {
        !self.omitted_impassable && self.violations.iter().all(|violation| violation.rule.is_constraint())
    }
    /// A reader's findings and the validator's, in the order of the model. What the validator says of the empty values that
    /// the reader left is explained by the reader's findings, and dropped.
    pub(crate) fn merge(mut report: Self, others: Result<(), Self>) -> Result<(), Self> {
        let mut found = Vec::with_capacity(report.violations.len());
        for violation in std::mem::take(&mut report.violations) {
            insert_in_model(&mut found, violation);
        }
        if let Err(Self { violations: mut others, omitted, omitted_impassable }) = others {
            // Where the reader has found more than it tells, what explains the others is not at hand.
            if report.omitted > 0
                && let Some(last) = found.last()
            {
                others.retain(|other| other.cmp_in_model(last).is_le());
            } else {
                (report.omitted, report.omitted_impassable) = (omitted, omitted_impassable);
            }
            // What explains one comes right before it.
            others.retain(|other| !found[..place_in_model(&found, other)].last().is_some_and(|it| it.explains(other)));
            for other in others {
                insert_in_model(&mut found, other);
            }
        }
        report.violations = found;
        report.into_result()
    }
}

/// Where a violation belongs among those in the order of the model: after all that it does not come before.
fn place_in_model(violations: &[Violation], new: &Violation) -> usize {
    violations.partition_point(|violation| violation.cmp_in_model(new).is_le())
}

fn insert_in_model(violations: &mut Vec<Violation>, new: Violation) {
    // Most come in order.
    violations.insert(place_in_model(violations, &new), new);
}

impl Violation {
    fn cmp_in_model(&self, other: &Self) -> Ordering {
        self.path.cmp_in_model(&other.path)
    }
    /// Whether `other` is said by this already, or comes of the empty value that this left.
    fn explains(&self, other: &Self) -> bool {
        let leaves_nothing = self.rule == Rule::Required || !(self.rule.is_constraint() || self.rule == Rule::Unknown);
        self.path.is_prefix_of(&other.path)
            && (leaves_nothing || (self.rule == other.rule && other.path.is_prefix_of(&self.path)))
    }
    pub(crate) fn new(path: &Path, rule: Rule, found: Option<String>) -> Self {
        Self { path: path.clone(), rule, found }
    }
    /// The rule and what was found, without the path: `must be 1 to 36600, found 0`.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.found {
            Some(found) => format!("{}, found {found}", self.rule),
            None => self.rule.to_string(),
        }
    }

    fn to_json(&self) -> Json {
        let mut json = Json::Null;
        json["path"] = Json::String(self.path.model());
        json["rustPath"] = Json::String(self.path.rust());
        json["wirePath"] = Json::String(self.path.wire());
        json["rule"] = Json::from(self.rule.name());
        json["limit"] = self.rule.limit();
        json["found"] = self.found.clone().map_or(Json::Null, Json::String);
        json["message"] = Json::String(self.message());
        json
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
    /// What the model asks for, as JSON: an object with `min`, `max` or both of a length and of a range, the text of a
    /// pattern, the list of an enumeration's values, a type in words, the number of a limit; else `null`.
    #[must_use]
    pub fn limit(&self) -> Json {
        match self {
            Self::Length(Length { min, max }) => bounds(min.map(Json::from), max.map(Json::from)),
            Self::Range(Range { min, max }) => bounds(min.map(Json::from), max.map(Json::from)),
            Self::Pattern(text) | Self::Type(text) => Json::from(*text),
            Self::Enum(values) => Json::from(*values),
            Self::Depth(limit) | Self::Items(limit) | Self::Text(limit) => Json::from(*limit),
            Self::Required | Self::OneMember | Self::Unknown => Json::Null,
        }
    }
    /// Whether it is a constraint on what the input says, as opposed to a bound of what can be read and written at all.
    #[must_use]
    pub const fn is_constraint(&self) -> bool {
        !matches!(self, Self::Type(_) | Self::Unknown | Self::Depth(_) | Self::Items(_) | Self::Text(_))
    }
}

fn bounds(min: Option<Json>, max: Option<Json>) -> Json {
    let mut bounds = Json::Object(Map::new());
    if let Some(min) = min {
        bounds["min"] = min;
    }
    if let Some(max) = max {
        bounds["max"] = max;
    }
    bounds
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
            Self::Enum(values) => write!(f, "must be one of {}", values.join(", ")),
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

impl From<Number> for Json {
    /// A number that JSON has none for is `null`.
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(number) => number.into(),
            Number::Float(number) => number.into(),
        }
    }
}
