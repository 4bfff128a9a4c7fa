//! Values of any shape, made of bytes.

use std::borrow::Cow;

use shapewire::Timestamp;
use shapewire::schema::{Length, Member, Number, Shape, ShapeKind};
use shapewire::value::{Slot, Structure, Value};

use crate::choices::Choices;

/// How deep values nest.
const DEPTH: usize = 6;

/// What patterns of these services match, where what was chosen does not.
const TEXTS: [&str; 10] = [
    "aaaaaaaaaaaaaaaaaaaaaaaaa",
    "arn:aws:iam::123456789012:role/a/b",
    "123456789012",
    "AIDAAAAAAAAAAAAAAAAA",
    "/a/",
    "a",
    "123456",
    "https://a.example/",
    "{}",
    "1.0",
];

/// Fills a new structure: required members always, others as the bytes say.
pub(crate) fn fill(target: &mut dyn Structure, choices: &mut Choices<'_>, depth: usize) {
    let shape = target.shape();
    let members = shape.members();
    if members.is_empty() {
        return;
    }
    if matches!(shape.kind(), ShapeKind::Union(_)) {
        let scalar = members.iter().position(is_scalar).filter(|_| depth >= DEPTH);
        let index = scalar.unwrap_or_else(|| choices.below(members.len()));
        return value(target.member_mut(index), &members[index], choices, depth);
    }
    // Requests have no form for a structure without members: one is always there.
    let always = members.iter().position(is_scalar).unwrap_or_default();
    for (index, member) in members.iter().enumerate() {
        // A token that is absent is made.
        let needed = index == always || member.is_required() || member.is_idempotency_token();
        if needed || (depth < DEPTH && !choices.is_over() && choices.flag()) {
            value(target.member_mut(index), member, choices, depth);
        }
    }
}

fn is_scalar(member: &Member) -> bool {
    let kind = member.target().kind();
    !matches!(kind, ShapeKind::List(_) | ShapeKind::Map(_) | ShapeKind::Structure(_) | ShapeKind::Union(_))
}

fn value(value: &mut dyn Value, member: &'static Member, choices: &mut Choices<'_>, depth: usize) {
    let shape = member.target();
    match (value.slot(), shape.kind()) {
        (Slot::Boolean(place), _) => *place = choices.flag(),
        (Slot::Integer(place), _) => {
            *place = i32::try_from(within(shape, i32::from_le_bytes(choices.array()).into())).unwrap_or_default();
        }
        (Slot::Long(place), _) => *place = within(shape, i64::from_le_bytes(choices.array())),
        (Slot::Float(place), _) => *place = f32::from_le_bytes(choices.array()),
        (Slot::Double(place), _) => *place = f64::from_le_bytes(choices.array()),
        (Slot::Timestamp(place), _) => {
            let seconds = i64::from_le_bytes(choices.array()) % 253_402_300_800;
            *place = Timestamp::new(seconds, 0).unwrap_or_default();
        }
        (Slot::Blob(place), _) => place.set(choices.text().into_bytes()),
        (Slot::String(place), ShapeKind::Enum(values)) => {
            let text = if choices.flag() { choices.text() } else { (*choices.of(values)).to_owned() };
            place.set(Cow::Owned(if text.is_empty() { "New".to_owned() } else { text }));
        }
        (Slot::String(place), _) => {
            let text = text(shape, choices);
            let is_absent = text.is_empty() && member.is_idempotency_token();
            place.set(if is_absent { Cow::Borrowed("a token") } else { Cow::Owned(text) });
        }
        (Slot::List(list), ShapeKind::List(kind)) => {
            for _ in 0..length(shape, choices).max(usize::from(member.is_ec2())) {
                self::value(list.push(), kind.member, choices, depth + 1);
            }
        }
        (Slot::Map(map), ShapeKind::Map(kind)) => {
            // Requests have no form for an empty map.
            for index in 0..length(shape, choices).max(1) {
                let key = match kind.key.target().kind() {
                    ShapeKind::Enum(values) => values[index % values.len()].to_owned(),
                    _ => format!("{}{index}", text(kind.key.target(), choices)),
                };
                self::value(map.entry(key), kind.value, choices, depth + 1);
            }
        }
        (Slot::Structure(target), _) => fill(target, choices, depth + 1),
        (_, kind) => panic!("{} has a slot of another kind than {kind:?}", shape.name()),
    }
}

/// A number in the range of the shape, if it has one.
fn within(shape: &Shape, number: i64) -> i64 {
    let bound = |bound: Option<Number>, without: i64| match bound {
        Some(Number::Integer(bound)) => bound,
        _ => without,
    };
    match shape.range() {
        Some(range) => {
            let (min, max) = (bound(range.min, i64::MIN), bound(range.max, i64::MAX));
            if number < min || number > max { min } else { number }
        }
        None => number,
    }
}

fn length(shape: &Shape, choices: &mut Choices<'_>) -> usize {
    let Length { min, max } = shape.length().unwrap_or(Length { min: None, max: None });
    let length = u64::from(choices.byte() % 4) + min.unwrap_or_default();
    usize::try_from(max.map_or(length, |max| length.min(max))).unwrap_or_default()
}

/// A text that the shape allows: the one that the bytes are, or one that is known.
fn text(shape: &Shape, choices: &mut Choices<'_>) -> String {
    let Length { min, max } = shape.length().unwrap_or(Length { min: None, max: None });
    let most = usize::try_from(max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let least = usize::try_from(min.unwrap_or_default()).unwrap_or_default();
    let mut text: String = choices.text().chars().take(most).collect();
    while text.chars().count() < least {
        text.push('a');
    }
    let fits = |text: &str| shape.pattern().is_none_or(|pattern| pattern.matches(text));
    if !fits(&text)
        && let Some(known) = TEXTS.iter().find(|known| (least..=most).contains(&known.len()) && fits(known))
    {
        (*known).clone_into(&mut text);
    }
    text
}
