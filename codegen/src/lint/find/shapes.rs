//! Constraints that do not do what they say.

use super::{Found, Lint};
use crate::model::{Kind, Model, Number, Shape};
use crate::pattern::{Compiled, Reason, compile};

pub(super) fn lint(model: &Model, found: &mut Found<'_>) {
    for shape in &model.shapes {
        misplaced(shape, found);
        range(shape, found);
        let pattern = pattern(model, shape, found);
        enumeration(shape, pattern.as_ref(), found);
        if let Kind::Union(members) = &shape.kind {
            for member in members.iter().filter(|member| member.required) {
                let steps = ["shapes", &shape.name, "members", &member.name];
                found.add(
                    Lint::RequiredUnionMember,
                    &steps,
                    "is required, so no other member of the union can be given",
                );
            }
        }
    }
}

fn misplaced(shape: &Shape, found: &mut Found<'_>) {
    let is_text = matches!(shape.kind, Kind::String | Kind::Enum(_));
    let has_length = is_text || matches!(shape.kind, Kind::Blob | Kind::List(_) | Kind::Map(_));
    let has_range = matches!(shape.kind, Kind::Integer | Kind::Long | Kind::Float | Kind::Double);
    for (name, is_there, fits) in [
        ("length", shape.length.is_some(), has_length),
        ("range", shape.range.is_some(), has_range),
        ("pattern", shape.pattern.is_some(), is_text),
    ] {
        if is_there && !fits {
            let message = format!("the type `{}` has no {name}", shape.kind.name());
            found.add(Lint::MisplacedConstraint, &["shapes", &shape.name], message);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "bounds are compared, not computed with")]
fn range(shape: &Shape, found: &mut Found<'_>) {
    let Some(range) = shape.range else { return };
    let (least, most) = match shape.kind {
        Kind::Integer => (f64::from(i32::MIN), f64::from(i32::MAX)),
        Kind::Long => (i64::MIN as f64, i64::MAX as f64),
        Kind::Float => (f64::from(f32::MIN), f64::from(f32::MAX)),
        _ => return,
    };
    for (key, bound) in [("min", range.min), ("max", range.max)] {
        if let Some(bound) = bound.map(Number::as_f64)
            && !(least..=most).contains(&bound)
        {
            let message = format!("the bound {bound} is beyond what the type `{}` holds", shape.kind.name());
            found.add(Lint::ConstraintBeyondType, &["shapes", &shape.name, key], message);
        }
    }
}

/// The pattern, if it is enforced.
fn pattern(model: &Model, shape: &Shape, found: &mut Found<'_>) -> Option<Compiled> {
    let steps = ["shapes", shape.name.as_str(), "pattern"];
    let compiled = match compile(shape.pattern.as_deref()?, model.pattern_dialect) {
        Ok(compiled) => compiled,
        Err(unsupported) => {
            let lint = match unsupported.reason {
                Reason::Never => Lint::PatternMatchesNothing,
                _ => Lint::PatternNotEnforced,
            };
            found.add(lint, &steps, format!("this pattern is not enforced: {unsupported}"));
            return None;
        }
    };
    let length = shape.length.unwrap_or_default();
    let (least, most) = (compiled.shortest(), compiled.length.and_then(|(_, most)| most).map(u64::from));
    let too_short = most.zip(length.min).is_some_and(|(most, min)| most < min);
    let too_long = length.max.is_some_and(|max| least > max);
    if too_short || too_long {
        let texts = match most {
            None => format!("at least {least}"),
            Some(most) if most == least => least.to_string(),
            Some(most) => format!("{least} to {most}"),
        };
        let message = format!("texts that match have {texts} characters, which the length does not allow");
        found.add(Lint::ContradictoryConstraints, &steps, message);
    }
    Some(compiled)
}

fn enumeration(shape: &Shape, pattern: Option<&Compiled>, found: &mut Found<'_>) {
    let Kind::Enum(values) = &shape.kind else { return };
    let length = shape.length.unwrap_or_default();
    for (index, value) in values.iter().enumerate() {
        let count = value.chars().count() as u64;
        let fault = if pattern.is_some_and(|pattern| !pattern.accepts(value)) {
            "does not match the shape's pattern"
        } else if length.min.is_some_and(|min| count < min) {
            "is shorter than the shape allows"
        } else if length.max.is_some_and(|max| count > max) {
            "is longer than the shape allows"
        } else {
            continue;
        };
        let steps = ["shapes", &shape.name, "enum", &index.to_string()];
        found.add(Lint::RefusedEnumValue, &steps, format!("the value {value:?} {fault}"));
    }
}
