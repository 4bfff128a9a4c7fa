//! Facts of two versions side by side, in words.

use std::collections::BTreeSet;

use super::change::{Change, Severity, Subject, Wire};
use super::roles::Role;
use super::words::Words;
use crate::json::Value;
use crate::model::{Deprecation, Kind, Length, Number, Range, RawFacts, Shape};

/// Collects changes of one subject.
pub(super) struct Facts<'a> {
    pub(super) changes: &'a mut Vec<Change>,
    pub(super) subject: Subject,
}

impl Facts<'_> {
    pub(super) fn add(&mut self, kind: &'static str, text: impl Into<String>, wire: Wire) {
        self.changes.push(Change::new(self.subject.clone(), kind, text.into(), wire));
    }

    /// A fact that is another one now; `name` says what it is.
    pub(super) fn fact<T: PartialEq + Words>(&mut self, kind: &'static str, name: &str, old: &T, new: &T, wire: Wire) {
        if old != new {
            self.add(kind, format!("{name}: {} → {}", old.words(), new.words()), wire);
        }
    }

    /// A fact that holds or not.
    pub(super) fn flag(&mut self, kind: &'static str, name: &str, old: bool, new: bool, wire: Wire) {
        if old != new {
            self.add(kind, if new { format!("is {name} now") } else { format!("is no longer {name}") }, wire);
        }
    }

    pub(super) fn documentation(&mut self, old: Option<&String>, new: Option<&String>) {
        if old != new {
            let what = match (old, new) {
                (None, _) => "added",
                (_, None) => "removed",
                _ => "changed",
            };
            self.add("documentation", format!("documentation {what}"), Wire::NONE);
        }
    }

    pub(super) fn deprecation(&mut self, old: Option<&Deprecation>, new: Option<&Deprecation>) {
        self.flag("deprecation", "deprecated", old.is_some(), new.is_some(), Wire::NONE);
        if let (Some(old), Some(new)) = (old, new)
            && old != new
        {
            self.add("documentation", "the note on its deprecation changed", Wire::NONE);
        }
    }

    /// Facts that are kept as they were read: what they do is not known here. Of what is secret they may show a value, such as
    /// the default.
    pub(super) fn raw(&mut self, old: &RawFacts, new: &RawFacts, is_secret: bool) {
        let keys: BTreeSet<&str> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let (old, new) = (old.get(key), new.get(key));
            if old != new {
                let text = |value: Option<&Value>| match value {
                    None => "none".to_owned(),
                    Some(_) if is_secret => "[redacted]".to_owned(),
                    Some(value) => value.to_string(),
                };
                let wire = Wire::new(Severity::Minor, Severity::Minor);
                self.add("fact", format!("`{key}`: {} → {}", text(old), text(new)), wire);
            }
        }
    }

    /// The constraints of two shapes of the same kind, where requests are checked against them.
    pub(super) fn constraints(&mut self, old: &Shape, new: &Shape, role: Role) {
        let length = |shape: &Shape| -> Length { shape.length.unwrap_or_default() };
        let (before, after) = (length(old), length(new));
        let trend = Trend::of((before.min, before.max), (after.min, after.max));
        self.bounds("length", trend, &in_words(before.min, before.max), &in_words(after.min, after.max), role);
        let range = |shape: &Shape| -> Range { shape.range.unwrap_or_default() };
        let (before, after) = (range(old), range(new));
        let numbers = |range: Range| (range.min.map(Number::as_f64), range.max.map(Number::as_f64));
        let trend = Trend::of(numbers(before), numbers(after));
        self.bounds("range", trend, &in_words(before.min, before.max), &in_words(after.min, after.max), role);
        let trend = match (&old.pattern, &new.pattern) {
            (old, new) if old == new => None,
            (None, _) => Some(Trend::Tightened),
            (_, None) => Some(Trend::Loosened),
            _ => Some(Trend::Changed),
        };
        let text = |shape: &Shape| shape.pattern.as_ref().map_or("none".to_owned(), |pattern| format!("`{pattern}`"));
        self.bounds("pattern", trend, &text(old), &text(new), role);
    }

    fn bounds(&mut self, name: &str, trend: Option<Trend>, old: &str, new: &str, role: Role) {
        let Some(trend) = trend else { return };
        let kind = match (name, trend) {
            ("length", Trend::Tightened) => "length-tightened",
            ("length", Trend::Loosened) => "length-loosened",
            ("length", Trend::Changed) => "length-changed",
            ("range", Trend::Tightened) => "range-tightened",
            ("range", Trend::Loosened) => "range-loosened",
            ("range", Trend::Changed) => "range-changed",
            (_, Trend::Tightened) => "pattern-added",
            (_, Trend::Loosened) => "pattern-removed",
            (_, Trend::Changed) => "pattern-changed",
        };
        self.add(kind, format!("{name}: {old} → {new} ({})", trend.name()), trend.wire(role));
    }

    /// The values of two enumerations. Both sides take values that they do not know.
    pub(super) fn values(&mut self, old: &Kind, new: &Kind, role: Role) {
        let (Kind::Enum(old), Kind::Enum(new)) = (old, new) else { return };
        for value in new.iter().filter(|value| !old.contains(value)) {
            self.add("enum-value-added", format!("value `{value}` added"), Wire::NONE);
        }
        for value in old.iter().filter(|value| !new.contains(value)) {
            let client = if role.input { Severity::Minor } else { Severity::None };
            self.add("enum-value-removed", format!("value `{value}` removed"), Wire::new(client, Severity::None));
        }
    }
}

/// Where a constraint went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trend {
    Tightened,
    Loosened,
    Changed,
}

impl Trend {
    /// Of bounds, inclusive.
    fn of<T: PartialOrd + Copy>(old: (Option<T>, Option<T>), new: (Option<T>, Option<T>)) -> Option<Self> {
        let tighter = is_higher(new.0, old.0) || is_lower(new.1, old.1);
        let looser = is_higher(old.0, new.0) || is_lower(old.1, new.1);
        match (tighter, looser) {
            (false, false) => None,
            (true, false) => Some(Self::Tightened),
            (false, true) => Some(Self::Loosened),
            (true, true) => Some(Self::Changed),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Tightened => "tightened",
            Self::Loosened => "loosened",
            Self::Changed => "changed",
        }
    }

    /// Replies are not checked. A client that was let through may be refused, or refuses what it could send; a server
    /// refuses what it should take.
    fn wire(self, role: Role) -> Wire {
        if !role.input {
            return Wire::NONE;
        }
        let server = if self == Self::Tightened { Severity::None } else { Severity::Minor };
        Wire::new(Severity::Minor, server)
    }
}

/// Whether a least value is above another; where there is none, all is allowed.
fn is_higher<T: PartialOrd>(one: Option<T>, other: Option<T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one > other,
        (one, other) => one.is_some() && other.is_none(),
    }
}

/// The same for a greatest value that is below another.
fn is_lower<T: PartialOrd>(one: Option<T>, other: Option<T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one < other,
        (one, other) => one.is_some() && other.is_none(),
    }
}

fn in_words<T: ToString>(min: Option<T>, max: Option<T>) -> String {
    let text = |bound: Option<T>| bound.map(|bound| bound.to_string());
    match (text(min), text(max)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any".to_owned(),
    }
}
