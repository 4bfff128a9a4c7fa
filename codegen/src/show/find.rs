//! What a name means.

use crate::diagnostic::distance;
use crate::model::{Model, Operation, Shape};

/// How many names are offered for one that is not there.
const MAX_OFFERS: usize = 5;

/// What a name means in a model.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Found<'a> {
    /// An operation.
    Operation(&'a Operation),
    /// A shape.
    Shape(&'a Shape),
}

/// The operation, or else the shape, of this name: as in the model, as in Rust or Python (`create_user`), as in overlays
/// (`operations/CreateUser`, `shapes/User`).
///
/// # Errors
/// The names that are nearest to one that is not there, at most five.
pub fn find<'a>(model: &'a Model, name: &str) -> Result<Found<'a>, Vec<&'a str>> {
    let (operations, shapes) = match name.split_once('/') {
        Some(("operations", _)) => (true, false),
        Some(("shapes", _)) => (false, true),
        _ => (true, true),
    };
    let name = name.rsplit('/').next().unwrap_or(name);
    let operations = || model.operations.iter().filter(|_| operations);
    let shapes = || model.shapes.iter().filter(|_| shapes);
    let same = |other: &str| letters(other) == letters(name);
    operations()
        .find(|operation| operation.name == name)
        .map(Found::Operation)
        .or_else(|| shapes().find(|shape| shape.name == name).map(Found::Shape))
        .or_else(|| operations().find(|operation| same(&operation.name)).map(Found::Operation))
        .or_else(|| shapes().find(|shape| same(&shape.name)).map(Found::Shape))
        .ok_or_else(|| {
            let names = operations().map(|operation| operation.name.as_str());
            nearest(name, names.chain(shapes().map(|shape| shape.name.as_str())))
        })
}

/// Names that hold the wrong one or are held by it, and names that take few edits; the fewest first.
fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong = letters(wrong);
    let most = wrong.len().div_ceil(3);
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let other = letters(name);
            let holds = wrong.len() > 2 && other.windows(wrong.len()).any(|part| part == wrong);
            let edits = distance(&wrong, &other, usize::MAX).unwrap_or(usize::MAX);
            (holds || edits <= most).then_some((edits, name))
        })
        .collect();
    near.sort_by_key(|(edits, _)| *edits);
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().take(MAX_OFFERS).map(|(_, name)| name).collect()
}

/// The letters and digits of a name in lower case.
fn letters(name: &str) -> Vec<char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn model() -> Model {
        let mut model = Model::default();
        for name in ["CreateUser", "ListUsers"] {
            model.operations.push(Operation { name: name.to_owned(), ..Operation::default() });
        }
        for name in ["User", "ListUsers", "userNameType"] {
            model.shapes.insert(Shape::new(name, Kind::String));
        }
        model
    }

    #[test]
    fn names_are_found_in_every_spelling() {
        let model = model();
        for (name, operation) in [
            ("CreateUser", true),
            ("create_user", true),
            ("ListUsers", true),
            ("operations/ListUsers", true),
            ("shapes/ListUsers", false),
            ("user", false),
            ("UserNameType", false),
        ] {
            assert_eq!(matches!(find(&model, name), Ok(Found::Operation(_))), operation, "{name}");
            assert!(find(&model, name).is_ok(), "{name}");
        }
    }

    #[test]
    fn near_names_are_offered() {
        let model = model();
        for (name, offered) in [
            ("CreatUser", vec!["CreateUser"]),
            ("ListUser", vec!["ListUsers"]),
            ("UserName", vec!["userNameType"]),
            ("shapes/CreateUser", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(find(&model, name).err(), Some(offered), "{name}");
        }
    }
}
