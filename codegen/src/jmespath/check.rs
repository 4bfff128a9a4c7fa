//! Whether an expression fits the shapes that it is about: a part that can never give anything is refused.

use super::{Comparison, Literal, Node, Use};
use crate::model::{Kind, Model, Shape};

/// What a part gives, as far as the model tells. All of it may be null.
#[derive(Clone, Debug, PartialEq)]
enum Type<'a> {
    /// One of several, or only null.
    Any,
    Boolean,
    Number,
    String,
    /// A list that the expression makes.
    List(Box<Type<'a>>),
    /// A list, a map, a structure, a union, bytes or an instant of the model.
    Shape(&'a Shape),
}

/// Checks an expression on values of this shape.
pub(super) fn check(model: &Model, shape: &str, node: &Node, used: Use<'_>) -> Result<(), String> {
    let check = Check { model };
    let given = check.type_of(node, &check.target(shape))?;
    match used {
        Use::Any => Ok(()),
        Use::Equals(literal) => comparable(&given, &literal_type(literal)),
        Use::Members(literal) => comparable(&check.item(&given)?, &literal_type(literal)),
    }
}

struct Check<'a> {
    model: &'a Model,
}

impl<'a> Check<'a> {
    /// The type of a shape's values. The model has been checked: a shape that is not there has been reported.
    fn target(&self, shape: &str) -> Type<'a> {
        let Some(shape) = self.model.shapes.get(shape) else { return Type::Any };
        match &shape.kind {
            Kind::Boolean => Type::Boolean,
            Kind::Integer | Kind::Long | Kind::Float | Kind::Double => Type::Number,
            Kind::String | Kind::Enum(_) => Type::String,
            _ => Type::Shape(shape),
        }
    }

    fn member(&self, of: &Type<'a>, name: &str) -> Result<Type<'a>, String> {
        match of {
            Type::Any => Ok(Type::Any),
            Type::Shape(Shape { kind: Kind::Map(map), .. }) => Ok(self.target(&map.value.target)),
            Type::Shape(shape) if shape.kind.is_aggregate() => {
                let member = shape.members().iter().find(|member| member.name == name);
                let member = member.ok_or_else(|| format!("`{}` has no member `{name}`", shape.name))?;
                Ok(self.target(&member.target))
            }
            other => Err(format!("{} has no member `{name}`", describe(other))),
        }
    }

    /// The members of a list.
    fn item(&self, of: &Type<'a>) -> Result<Type<'a>, String> {
        match of {
            Type::Any => Ok(Type::Any),
            Type::List(item) => Ok((**item).clone()),
            Type::Shape(Shape { kind: Kind::List(list), .. }) => Ok(self.target(&list.member.target)),
            other => Err(format!("expected a list, found {}", describe(other))),
        }
    }

    fn values(&self, of: &Type<'a>) -> Result<Type<'a>, String> {
        match of {
            Type::Any => Ok(Type::Any),
            Type::Shape(Shape { kind: Kind::Map(map), .. }) => Ok(self.target(&map.value.target)),
            Type::Shape(shape) if shape.kind.is_aggregate() => {
                Ok(join(shape.members().iter().map(|member| self.target(&member.target))))
            }
            other => Err(format!("{} has no values by name", describe(other))),
        }
    }

    fn type_of(&self, node: &Node, current: &Type<'a>) -> Result<Type<'a>, String> {
        let list = |item| Type::List(Box::new(item));
        Ok(match node {
            Node::Current => current.clone(),
            Node::Path(names) => names.iter().try_fold(current.clone(), |of, name| self.member(&of, name))?,
            Node::Index(_) => self.item(current)?,
            Node::Literal(literal) => literal_type(literal),
            Node::Chain(parts) => parts.iter().try_fold(current.clone(), |of, part| self.type_of(part, &of))?,
            Node::Flatten(part) => {
                let item = self.item(&self.type_of(part, current)?)?;
                list(self.item(&item).unwrap_or(item))
            }
            Node::Values(part) => list(self.values(&self.type_of(part, current)?)?),
            Node::Filter(part, condition) => {
                let item = self.item(&self.type_of(part, current)?)?;
                self.type_of(condition, &item)?;
                list(item)
            }
            Node::Project(part, projected) => {
                let item = self.item(&self.type_of(part, current)?)?;
                list(self.type_of(projected, &item)?)
            }
            Node::Or(left, right) | Node::And(left, right) => {
                join([self.type_of(left, current)?, self.type_of(right, current)?])
            }
            Node::Not(part) => {
                self.type_of(part, current)?;
                Type::Boolean
            }
            Node::Compare(comparison, left, right) => {
                let (left, right) = (self.type_of(left, current)?, self.type_of(right, current)?);
                if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
                    comparable(&left, &Type::Number)?;
                    comparable(&Type::Number, &right)?;
                }
                comparable(&left, &right)?;
                Type::Boolean
            }
            Node::List(parts) => {
                let types: Vec<_> = parts.iter().map(|part| self.type_of(part, current)).collect::<Result<_, _>>()?;
                list(join(types))
            }
            Node::Length(part) => match self.type_of(part, current)? {
                Type::Any | Type::String | Type::List(_) => Type::Number,
                Type::Shape(shape) if matches!(shape.kind, Kind::List(_) | Kind::Map(_)) => Type::Number,
                other => return Err(format!("{} has no length", describe(&other))),
            },
            Node::Contains(whole, part) => {
                let (whole, part) = (self.type_of(whole, current)?, self.type_of(part, current)?);
                match whole {
                    Type::String => comparable(&Type::String, &part)?,
                    whole => comparable(&self.item(&whole)?, &part)?,
                }
                Type::Boolean
            }
        })
    }
}

fn literal_type<'a>(literal: &Literal) -> Type<'a> {
    match literal {
        Literal::Null => Type::Any,
        Literal::Boolean(_) => Type::Boolean,
        Literal::Integer(_) | Literal::Float(_) => Type::Number,
        Literal::String(_) => Type::String,
    }
}

/// The type of values that are of one of these types.
fn join<'a>(types: impl IntoIterator<Item = Type<'a>>) -> Type<'a> {
    let mut types = types.into_iter();
    let first = types.next().unwrap_or(Type::Any);
    if types.all(|other| other == first) { first } else { Type::Any }
}

/// Whether two values can be equal, as the runtime compares them.
fn comparable(left: &Type<'_>, right: &Type<'_>) -> Result<(), String> {
    match (left, right) {
        (Type::Shape(_), _) | (_, Type::Shape(_)) => {
            let shape = if matches!(left, Type::Shape(_)) { left } else { right };
            Err(format!("{} cannot be compared", describe(shape)))
        }
        (Type::Any, _) | (_, Type::Any) => Ok(()),
        (Type::List(left), Type::List(right)) => comparable(left, right),
        (left, right) if left == right => Ok(()),
        (left, right) => Err(format!("{} never equals {}", describe(left), describe(right))),
    }
}

fn describe(given: &Type<'_>) -> String {
    match given {
        Type::Any => "any value".to_owned(),
        Type::Boolean => "a boolean".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::String => "a string".to_owned(),
        Type::List(_) => "a list".to_owned(),
        Type::Shape(shape) => format!("the {} `{}`", shape.kind.name(), shape.name),
    }
}
