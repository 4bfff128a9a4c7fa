//! The walk over a value and its schema. Nothing is allocated as long as nothing is violated.

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
    let mut walk = Walk { options, report: Report::default() };
    let root = Place { outer: None, depth: 0, sensitive: input.shape().is_sensitive() };
    walk.structure(input, &root);
    walk.report.into_result()
}

struct Walk {
    options: Options,
    report: Report,
}

/// Where the walk is: a step from the place around it. The steps stand on the stack and become a path when one is asked for.
struct Place<'a> {
    outer: Option<(&'a Place<'a>, Step<'a>)>,
    depth: usize,
    /// Whether what is here is secret, by its own trait or one around it.
    sensitive: bool,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'static Member),
    Index(usize),
    Entry(usize, &'a str),
}

impl Place<'_> {
    fn inside<'a>(&'a self, step: Step<'a>, member: &Member) -> Place<'a> {
        let sensitive = self.sensitive || member.is_sensitive();
        Place { outer: Some((self, step)), depth: self.depth, sensitive }
    }

    fn path(&self) -> Path {
        let Some((outer, step)) = self.outer else { return Path::default() };
        let mut path = outer.path();
        path.push(match step {
            Step::Member(member) => Segment::Member(member),
            Step::Index(index) => Segment::Index(index),
            Step::Entry(index, key) => Segment::Entry(index, key.to_owned()),
        });
        path
    }
}

impl Walk {
    fn structure(&mut self, structure: &dyn Structure, place: &Place<'_>) {
        if place.depth >= MAX_DEPTH {
            return self.violate(place, Rule::Depth(MAX_DEPTH), None);
        }
        let shape = structure.shape();
        let mut present = 0;
        for (index, member) in shape.members().iter().enumerate() {
            let place = place.inside(Step::Member(member), member);
            let value = structure.member(index);
            if !is_missing(value.view(), member) {
                present += 1;
                self.value(value, member.target(), &place);
            } else if member.is_required() && !member.is_idempotency_token() {
                // A client fills in a token that is absent.
                self.violate(&place, Rule::Required, None);
            }
        }
        if matches!(shape.kind(), ShapeKind::Union(_)) && present != 1 {
            self.violate(place, Rule::OneMember, None);
        }
    }

    fn value(&mut self, value: &dyn Value, shape: &'static Shape, place: &Place<'_>) {
        match value.view() {
            View::Absent | View::Boolean(_) | View::Timestamp(_) => {}
            View::Integer(number) => self.range(shape, Number::Integer(number.into()), place),
            View::Long(number) => self.range(shape, Number::Integer(number), place),
            View::Float(number) => self.range(shape, Number::Float(as_written(number)), place),
            View::Double(number) => self.range(shape, Number::Float(number), place),
            View::String(text) => self.text(text, shape, place),
            View::Blob(bytes) => self.length(shape, || bytes.len(), bytes.len(), place),
            View::Structure(structure) => self.structure(structure, &Place { depth: place.depth + 1, ..*place }),
            View::List(list) => {
                self.length(shape, || list.len(), list.len(), place);
                let ShapeKind::List(shape) = shape.kind() else { return };
                let place = Place { depth: place.depth + 1, ..*place };
                for index in 0..list.len() {
                    let place = place.inside(Step::Index(index), shape.member);
                    self.value(list.get(index), shape.member.target(), &place);
                }
            }
            View::Map(map) => {
                self.length(shape, || map.len(), map.len(), place);
                let ShapeKind::Map(shape) = shape.kind() else { return };
                let place = Place { depth: place.depth + 1, ..*place };
                for (index, (key, value)) in map.entries().enumerate() {
                    let secret_key = place.sensitive || shape.key.is_sensitive();
                    let step = Step::Entry(index, if secret_key { REDACTED } else { key });
                    self.text(key, shape.key.target(), &place.inside(step, shape.key));
                    self.value(value, shape.value.target(), &place.inside(step, shape.value));
                }
            }
        }
    }

    fn text(&mut self, text: &str, shape: &'static Shape, place: &Place<'_>) {
        self.length(shape, || text.chars().count(), text.len(), place);
        let found = || (!place.sensitive).then(|| format!("{:?}", text.chars().take(64).collect::<String>()));
        if let Some(pattern) = shape.pattern().filter(|pattern| !pattern.matches(text)) {
            self.violate(place, Rule::Pattern(pattern.text()), found());
        }
        if self.options.closed_enums
            && let ShapeKind::Enum(values) = shape.kind()
            && !values.contains(&text)
        {
            self.violate(place, Rule::Enum(values), found());
        }
    }

    /// Checks a length that is at most `upper`; counting is left out where that decides already.
    fn length(&mut self, shape: &Shape, count: impl FnOnce() -> usize, upper: usize, place: &Place<'_>) {
        let Some(bounds @ Length { min, max }) = shape.length() else { return };
        let upper = upper as u64;
        if min.is_none_or(|min| min == 0 || (min == 1 && upper > 0)) && max.is_none_or(|max| upper <= max) {
            return;
        }
        let count = count() as u64;
        if min.is_some_and(|min| count < min) || max.is_some_and(|max| count > max) {
            self.violate(place, Rule::Length(bounds), Some(count.to_string()));
        }
    }

    fn range(&mut self, shape: &Shape, number: Number, place: &Place<'_>) {
        let Some(range @ Range { min, max }) = shape.range() else { return };
        // What is not a number is in no range.
        let above = min.is_none_or(|min| at_most(min, number));
        let below = max.is_none_or(|max| at_most(number, max));
        if !(above && below) {
            self.violate(place, Rule::Range(range), (!place.sensitive).then(|| number.to_string()));
        }
    }

    fn violate(&mut self, place: &Place<'_>, rule: Rule, found: Option<String>) {
        self.report.push(Violation { path: place.path(), rule, found });
    }
}

fn at_most(left: Number, right: Number) -> bool {
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => left <= right,
        (left, right) => f64::from(left) <= f64::from(right),
    }
}

/// Whether nothing is there. Where a field cannot be absent, the empty text stands for that in an enumeration, which has no
/// such value, and in an idempotency token.
fn is_missing(view: View<'_>, member: &Member) -> bool {
    match (view, member.target().kind()) {
        (View::Absent, _) => true,
        (View::String(""), ShapeKind::Enum(values)) => !values.contains(&""),
        (View::String(""), _) => member.is_idempotency_token(),
        _ => false,
    }
}

/// The number that the shortest text for a single-precision one means: 0.1 is within a bound of 0.1, though the nearest that single
/// precision has is more.
fn as_written(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| number.into())
}
