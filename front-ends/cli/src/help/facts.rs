//! Types and constraints in words.

use shapewire::schema::{Length, Member, Range, Shape, ShapeKind};

use super::text;

/// The type of a shape: `string`, `list of integer`.
pub(super) fn type_name(shape: &Shape) -> String {
    match shape.kind() {
        ShapeKind::Boolean => "boolean".to_owned(),
        ShapeKind::Integer => "integer".to_owned(),
        ShapeKind::Long => "long".to_owned(),
        ShapeKind::Float => "float".to_owned(),
        ShapeKind::Double => "double".to_owned(),
        ShapeKind::String | ShapeKind::Enum(_) => "string".to_owned(),
        ShapeKind::Blob => "blob".to_owned(),
        ShapeKind::Timestamp(_) => "timestamp".to_owned(),
        // A list of lists is rare enough to be named by its outer one.
        ShapeKind::List(list) => format!("list of {}", inner_type_name(list.member.target())),
        ShapeKind::Map(map) => format!("map of {}", inner_type_name(map.value.target())),
        ShapeKind::Structure(_) => "structure".to_owned(),
        ShapeKind::Union(_) => "union".to_owned(),
        _ => shape.name().to_owned(),
    }
}

fn inner_type_name(shape: &Shape) -> String {
    match shape.kind() {
        ShapeKind::List(_) => "lists".to_owned(),
        ShapeKind::Map(_) => "maps".to_owned(),
        _ => type_name(shape),
    }
}

/// Appends what the model says of a member beside its type, `indent` spaces in.
pub(super) fn push_member(out: &mut String, member: &Member, indent: usize) {
    // Spaces and ends of lines would change a pattern.
    let (patterns, others): (Vec<_>, Vec<_>) = of_member(member).into_iter().partition(|fact| fact.contains(PATTERN));
    text::push_wrapped(out, &others.join("; "), indent);
    for pattern in patterns {
        text::push_line(out, &pattern, indent);
    }
}

/// What stands before a pattern.
const PATTERN: &str = "pattern ";

fn of_member(member: &Member) -> Vec<String> {
    let mut facts = of_shape(member.target());
    let mut flag = |is_so: bool, words: &str| {
        if is_so {
            facts.push(words.to_owned());
        }
    };
    flag(member.is_sensitive(), "secret");
    flag(member.is_idempotency_token(), "makes a repeated request harmless");
    flag(member.is_deprecated(), "deprecated");
    facts
}

/// The constraints of a shape, and of what is in it if that is a scalar.
fn of_shape(shape: &Shape) -> Vec<String> {
    let unit = match shape.kind() {
        ShapeKind::Blob => "byte",
        ShapeKind::List(_) => "member",
        ShapeKind::Map(_) => "entry",
        _ => "character",
    };
    let mut facts: Vec<String> = shape.length().and_then(|length| length_words(length, unit)).into_iter().collect();
    facts.extend(shape.range().and_then(range_words));
    if let ShapeKind::Enum(values) = shape.kind() {
        facts.push(format!("one of {}", values.join(", ")));
    }
    facts.extend(shape.pattern().map(|pattern| format!("{PATTERN}{}", pattern.text())));
    match shape.kind() {
        ShapeKind::List(list) => {
            facts.extend(of_shape(list.member.target()).into_iter().map(|fact| format!("each {fact}")));
        }
        ShapeKind::Map(map) => {
            facts.extend(of_shape(map.key.target()).into_iter().map(|fact| format!("each key {fact}")));
            facts.extend(of_shape(map.value.target()).into_iter().map(|fact| format!("each value {fact}")));
        }
        ShapeKind::Union(_) => facts.push("exactly one of its members".to_owned()),
        _ => {}
    }
    facts
}

fn length_words(length: Length, unit: &str) -> Option<String> {
    let units = |count: u64| match (count, unit) {
        (1, unit) => unit.to_owned(),
        (_, "entry") => "entries".to_owned(),
        (_, unit) => format!("{unit}s"),
    };
    match (length.min.filter(|min| *min > 0), length.max) {
        (Some(min), Some(max)) if min == max => Some(format!("{min} {}", units(min))),
        (Some(min), Some(max)) => Some(format!("{min} to {max} {}", units(max))),
        (Some(min), None) => Some(format!("at least {min} {}", units(min))),
        (None, Some(max)) => Some(format!("at most {max} {}", units(max))),
        (None, None) => None,
    }
}

fn range_words(range: Range) -> Option<String> {
    match (range.min, range.max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use shapewire::pattern::Pattern;
    use shapewire::schema::Number;

    use super::*;

    static LETTERS: Pattern = Pattern::unenforced("[a-z]+");
    static NAME: Shape = Shape::new("Name", ShapeKind::String).with_length(Some(1), Some(64)).with_pattern(&LETTERS);
    static AGE: Shape =
        Shape::new("Age", ShapeKind::Integer).with_range(Some(Number::Integer(1)), Some(Number::Integer(36600)));
    static STATUS: Shape = Shape::new("Status", ShapeKind::Enum(&["Active", "Inactive"]));
    static NAMES: Shape = Shape::list("Names", &Member::new("member", "member", &NAME)).with_length(None, Some(50));
    static AGES: Shape = Shape::map("Ages", &Member::new("key", "key", &NAME), &Member::new("value", "value", &AGE));
    static BYTES: Shape = Shape::new("Bytes", ShapeKind::Blob).with_length(Some(1), None);
    static CODE: Shape = Shape::new("Code", ShapeKind::String).with_length(Some(6), Some(6)).sensitive();

    #[test]
    fn constraints_are_phrases() {
        for (shape, expected) in [
            (&NAME, ("string", "1 to 64 characters; pattern [a-z]+")),
            (&AGE, ("integer", "1 to 36600")),
            (&STATUS, ("string", "one of Active, Inactive")),
            (&NAMES, ("list of string", "at most 50 members; each 1 to 64 characters; each pattern [a-z]+")),
            (
                &AGES,
                (
                    "map of integer",
                    "each key 1 to 64 characters; each key pattern [a-z]+; each value 1 to 36600; secret",
                ),
            ),
            (&BYTES, ("blob", "at least 1 byte")),
            (&CODE, ("string", "6 characters; secret; deprecated")),
        ] {
            let member = match shape.name() {
                "Ages" => Member::new("M", "m", shape).sensitive(),
                "Code" => Member::new("M", "m", shape).deprecated(),
                _ => Member::new("M", "m", shape),
            };
            assert_eq!(
                (type_name(shape), of_member(&member).join("; ")),
                (expected.0.to_owned(), expected.1.to_owned())
            );
        }
    }
}
