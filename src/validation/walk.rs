//! The walk over a value and its schema.

use crate::MAX_DEPTH;
use crate::debug::REDACTED;
use crate::path::{Path, Segment};
use crate::schema::{Length, Member, Number, Range, Shape, ShapeKind};
use crate::validation::{Report, Rule, Violation};
use crate::value::{Structure, Value, View};

/// How exact the validator is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether a text that an enumeration does not list is a violation. Not by default: services add values.
    pub closed_enums: bool,
}

/// Checks every constraint of the model on `input` and below it.
///
/// # Errors
/// All violations at once, each with its path.
pub fn validate(input: &dyn Structure) -> Result<(), Report> {
    validate_with(input, Options::default())
}

/// Checks every constraint of the model on `input` and below it, as `options` say.
///
/// # Errors
/// All violations at once, each with its path.
pub fn validate_with(input: &dyn Structure, options: Options) -> Result<(), Report> {
    let mut walk = Walk { options, path: Path::default(), violations: Vec::new() };
    walk.structure(input, 0);
    Report::from_violations(walk.violations)
}

struct Walk {
    options: Options,
    path: Path,
    violations: Vec<Violation>,
}

impl Walk {
    fn structure(&mut self, structure: &dyn Structure, depth: usize) {
        if depth == MAX_DEPTH {
            self.violate(Rule::Depth(MAX_DEPTH), None);
            return;
        }
        let shape = structure.shape();
        let mut present = 0;
        for (index, member) in shape.members().iter().enumerate() {
            self.path.push(Segment::Member(member));
            let value = structure.member(index);
            if is_missing(value.view(), member.target()) {
                if member.is_required() {
                    self.violate(Rule::Required, None);
                }
            } else {
                present += 1;
                self.value(value, member, member.is_sensitive(), depth);
            }
            self.path.pop();
        }
        if matches!(shape.kind(), ShapeKind::Union(_)) && present != 1 {
            self.violate(Rule::OneMember, None);
        }
    }

    fn value(&mut self, value: &dyn Value, member: &'static Member, sensitive: bool, depth: usize) {
        let shape = member.target();
        match value.view() {
            View::Absent | View::Boolean(_) | View::Timestamp(_) => {}
            View::Integer(number) => self.range(shape, Number::Integer(number.into()), sensitive),
            View::Long(number) => self.range(shape, Number::Integer(number), sensitive),
            View::Float(number) => self.range(shape, Number::Float(number.into()), sensitive),
            View::Double(number) => self.range(shape, Number::Float(number), sensitive),
            View::String(text) => {
                if let Some(length) = shape.length() {
                    self.length(length, || text.chars().count(), text.len());
                }
                if self.options.closed_enums
                    && let ShapeKind::Enum(values) = shape.kind()
                    && !values.contains(&text)
                {
                    self.violate(Rule::Enum(values), found(text, sensitive));
                }
            }
            View::Blob(bytes) => {
                if let Some(length) = shape.length() {
                    self.length(length, || bytes.len(), bytes.len());
                }
            }
            View::Structure(structure) => self.structure(structure, depth + 1),
            View::List(list) => {
                if let Some(length) = shape.length() {
                    self.length(length, || list.len(), list.len());
                }
                let ShapeKind::List(shape) = shape.kind() else { return };
                for index in 0..list.len() {
                    self.path.push(Segment::Index(index));
                    self.value(list.get(index), &shape.member, sensitive || shape.member.is_sensitive(), depth + 1);
                    self.path.pop();
                }
            }
            View::Map(map) => {
                if let Some(length) = shape.length() {
                    self.length(length, || map.len(), map.len());
                }
                let ShapeKind::Map(shape) = shape.kind() else { return };
                for (index, (key, value)) in map.entries().enumerate() {
                    let shown = if shape.key.is_sensitive() { REDACTED } else { key };
                    self.path.push(Segment::Entry(index, shown.to_owned()));
                    if let Some(length) = shape.key.target().length() {
                        self.length(length, || key.chars().count(), key.len());
                    }
                    self.value(value, &shape.value, sensitive || shape.value.is_sensitive(), depth + 1);
                    self.path.pop();
                }
            }
        }
    }

    /// Checks a length that is at most `upper`; counting is left out where that decides already.
    fn length(&mut self, bounds: Length, count: impl FnOnce() -> usize, upper: usize) {
        let upper = upper as u64;
        if bounds.min.is_none_or(|min| min == 0 || (min == 1 && upper > 0)) && bounds.max.is_none_or(|max| upper <= max)
        {
            return;
        }
        let count = count() as u64;
        if bounds.min.is_some_and(|min| count < min) || bounds.max.is_some_and(|max| count > max) {
            self.violate(Rule::Length(bounds), Some(count.to_string()));
        }
    }

    fn range(&mut self, shape: &Shape, number: Number, sensitive: bool) {
        let Some(range @ Range { min, max }) = shape.range() else { return };
        // What is not a number is in no range.
        let above = min.is_none_or(|min| at_most(min, number));
        let below = max.is_none_or(|max| at_most(number, max));
        if !(above && below) {
            self.violate(Rule::Range(range), (!sensitive).then(|| number.to_string()));
        }
    }

    fn violate(&mut self, rule: Rule, found: Option<String>) {
        self.violations.push(Violation::new(&self.path, rule, found));
    }
}

fn at_most(left: Number, right: Number) -> bool {
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => left <= right,
        (left, right) => f64::from(left) <= f64::from(right),
    }
}

/// Whether nothing is there. An enumeration's default is the empty text, which no service defines.
fn is_missing(view: View<'_>, shape: &Shape) -> bool {
    match (view, shape.kind()) {
        (View::Absent, _) => true,
        (View::String(""), ShapeKind::Enum(values)) => !values.contains(&""),
        _ => false,
    }
}

fn found(text: &str, sensitive: bool) -> Option<String> {
    (!sensitive).then(|| format!("{:?}", text.chars().take(64).collect::<String>()))
}
