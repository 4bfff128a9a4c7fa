//! The interpreter: a part of an expression and a value give a value.

use std::cmp::Ordering;

use memchr::memmem;

use super::{Comparison, Literal, Node};
use crate::value::View;

/// What an expression gives.
#[derive(Clone)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    String(&'a str),
    /// A list that the expression has made.
    List(Vec<Value<'a>>),
    /// What stands in the output otherwise: a list, a map, a structure, bytes, an instant.
    View(View<'a>),
}

impl<'a> Value<'a> {
    /// The members of a list; none where there is no list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Value<'a>>> {
        match self {
            Self::List(items) => Some(items.clone()),
            Self::View(View::List(list)) => {
                let mut items = Vec::with_capacity(list.len());
                for index in 0..list.len() {
                    items.push(Self::from(list.get(index).view()));
                }
                Some(items)
            }
            _ => None,
        }
    }

    /// Whether it counts as true: all does but null, `false`, and text, lists, maps and structures that are empty.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null | Self::Boolean(false) => false,
            Self::String(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::View(View::List(list)) => !list.is_empty(),
            Self::View(View::Map(map)) => !map.is_empty(),
            Self::View(View::Structure(structure)) => (0..structure.shape().members().len())
                .any(|index| !matches!(structure.member(index).view(), View::Absent)),
            _ => true,
        }
    }

    /// Whether it equals what a model writes.
    #[must_use]
    pub fn equals(&self, literal: &Literal) -> bool {
        self.is_equal(&Value::from(*literal))
    }

    /// Equality of null, booleans, numbers, text, and lists of these. Nothing else is equal.
    fn is_equal(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Self::Null, Value::Null) => true,
            (Self::Boolean(left), Value::Boolean(right)) => left == right,
            (Self::String(left), Value::String(right)) => left == right,
            _ => match (self.items(), other.items()) {
                (Some(left), Some(right)) => {
                    left.len() == right.len() && left.iter().zip(&right).all(|(left, right)| left.is_equal(right))
                }
                _ => self.order(other) == Some(Ordering::Equal),
            },
        }
    }

    /// The order of two numbers.
    #[expect(clippy::cast_precision_loss, reason = "the specification knows numbers of JSON only")]
    fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
            (Self::Integer(left), Value::Float(right)) => (*left as f64).partial_cmp(right),
            (Self::Float(left), Value::Integer(right)) => left.partial_cmp(&(*right as f64)),
            (Self::Float(left), Value::Float(right)) => left.partial_cmp(right),
            _ => None,
        }
    }

    fn member(&self, name: &str) -> Self {
        match self {
            Self::View(View::Structure(structure)) => structure
                .shape()
                .member_index(name)
                .map_or(Self::Null, |index| Self::from(structure.member(index).view())),
            Self::View(View::Map(map)) => {
                for (key, value) in map.entries() {
                    if key == name {
                        return Self::from(value.view());
                    }
                }
                Self::Null
            }
            _ => Self::Null,
        }
    }

    fn index(&self, index: i32) -> Self {
        let Some(length) = self.length() else { return Self::Null };
        let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        let place = if index < 0 { length.checked_sub(distance) } else { Some(distance) };
        match (self, place.filter(|place| *place < length)) {
            (Self::List(items), Some(place)) => items[place].clone(),
            (Self::View(View::List(list)), Some(place)) => Self::from(list.get(place).view()),
            _ => Self::Null,
        }
    }

    /// The values of a map or of the members of a structure.
    fn values(&self) -> Self {
        let mut values = Vec::new();
        match self {
            Self::View(View::Map(map)) => {
                for (_, value) in map.entries() {
                    values.push(Self::from(value.view()));
                }
            }
            Self::View(View::Structure(structure)) => {
                for index in 0..structure.shape().members().len() {
                    values.push(Self::from(structure.member(index).view()));
                }
            }
            _ => return Self::Null,
        }
        Self::List(values)
    }

    fn flatten(&self) -> Self {
        let Some(items) = self.items() else { return Self::Null };
        let mut flat = Vec::with_capacity(items.len());
        for item in items {
            match item.items() {
                Some(mut inner) => flat.append(&mut inner),
                None => flat.push(item),
            }
        }
        Self::List(flat)
    }

    fn length(&self) -> Option<usize> {
        match self {
            Self::String(text) => Some(text.chars().count()),
            Self::List(items) => Some(items.len()),
            Self::View(View::List(list)) => Some(list.len()),
            Self::View(View::Map(map)) => Some(map.len()),
            _ => None,
        }
    }

    fn contains(&self, part: &Value<'_>) -> Self {
        match (self, part) {
            (Self::String(text), Value::String(part)) => {
                Self::Boolean(memmem::find(text.as_bytes(), part.as_bytes()).is_some())
            }
            _ => match self.items() {
                Some(items) => Self::Boolean(items.iter().any(|item| item.is_equal(part))),
                None => Self::Null,
            },
        }
    }

    fn compare(&self, comparison: Comparison, other: &Value<'_>) -> Self {
        let order = match comparison {
            Comparison::Equal => return Self::Boolean(self.is_equal(other)),
            Comparison::NotEqual => return Self::Boolean(!self.is_equal(other)),
            _ => self.order(other),
        };
        let Some(order) = order else { return Self::Null };
        Self::Boolean(match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            _ => order.is_ge(),
        })
    }
}

impl<'a> From<View<'a>> for Value<'a> {
    fn from(view: View<'a>) -> Self {
        match view {
            View::Absent => Self::Null,
            View::Boolean(boolean) => Self::Boolean(boolean),
            View::Integer(number) => Self::Integer(number.into()),
            View::Long(number) => Self::Integer(number),
            View::Float(number) => Self::Float(number.into()),
            View::Double(number) => Self::Float(number),
            View::String(text) => Self::String(text),
            other => Self::View(other),
        }
    }
}

impl From<Literal> for Value<'_> {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Boolean(boolean) => Self::Boolean(boolean),
            Literal::Integer(number) => Self::Integer(number),
            Literal::Float(number) => Self::Float(number),
            Literal::String(text) => Self::String(text),
        }
    }
}

impl Node {
    /// What the part gives for a current value. The depth is that of the expression.
    pub(super) fn evaluate<'a>(&self, current: &Value<'a>) -> Value<'a> {
        match self {
            Self::Current => current.clone(),
            Self::Path(names) => names.split('.').fold(current.clone(), |value, name| value.member(name)),
            Self::Index(index) => current.index(*index),
            Self::Literal(literal) => Value::from(*literal),
            Self::Chain(parts) => parts.iter().fold(current.clone(), |value, part| part.evaluate(&value)),
            Self::Flatten(list) => list.evaluate(current).flatten(),
            Self::Values(part) => part.evaluate(current).values(),
            Self::Filter(list, condition) => {
                let Some(items) = list.evaluate(current).items() else { return Value::Null };
                let mut kept = Vec::new();
                for item in items {
                    if condition.evaluate(&item).is_true() {
                        kept.push(item);
                    }
                }
                Value::List(kept)
            }
            Self::Project(list, part) => {
                let Some(items) = list.evaluate(current).items() else { return Value::Null };
                let mut values = Vec::with_capacity(items.len());
                for item in &items {
                    match part.evaluate(item) {
                        Value::Null => {}
                        value => values.push(value),
                    }
                }
                Value::List(values)
            }
            Self::Or(left, right) => {
                let value = left.evaluate(current);
                if value.is_true() { value } else { right.evaluate(current) }
            }
            Self::And(left, right) => {
                let value = left.evaluate(current);
                if value.is_true() { right.evaluate(current) } else { value }
            }
            Self::Not(part) => Value::Boolean(!part.evaluate(current).is_true()),
            Self::Compare(comparison, left, right) => {
                left.evaluate(current).compare(*comparison, &right.evaluate(current))
            }
            Self::List(_) if matches!(current, Value::Null) => Value::Null,
            Self::List(parts) => {
                let mut values = Vec::with_capacity(parts.len());
                for part in *parts {
                    values.push(part.evaluate(current));
                }
                Value::List(values)
            }
            Self::Length(part) => {
                let length = part.evaluate(current).length();
                length.and_then(|length| i64::try_from(length).ok()).map_or(Value::Null, Value::Integer)
            }
            Self::Contains(list, part) => list.evaluate(current).contains(&part.evaluate(current)),
        }
    }
}
