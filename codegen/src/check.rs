//! Whether a model is whole: everything that it refers to is there, and values of every shape can exist.

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, did_you_mean, pointer};
use crate::json::Value;
use crate::lint::Lint;
use crate::model::{Kind, Member, Model, Number, Operation, Range, Shape};

/// How deep lists and maps may nest without a structure between: their types in Rust name each other.
const MAX_NESTING: usize = 32;

/// Reports what is wrong with the model; `file` is what the problems name. Gives the lint of each problem.
pub(crate) fn check(model: &Model, file: &str, found: &mut Diagnostics) -> Vec<Lint> {
    let mut check = Check { model, file, found, lints: Vec::new() };
    for shape in &model.shapes {
        check.references(shape);
        check.nesting(shape);
        check.values(shape);
    }
    check.endless_shapes();
    for operation in &model.operations {
        check.operation(operation);
    }
    check.lints
}

/// The same for what could be read of a model in API JSON that has problems already, so that one run tells all of them; `value`
/// is the file. Left out is what may follow from the others: the absence of what was not understood.
pub(crate) fn check_what_was_read(model: &Model, value: &Value, file: &str, found: &mut Diagnostics) {
    let mut rest = Diagnostics::default();
    let lints = check(model, file, &mut rest);
    let Err(problems) = rest.finish() else { return };
    for (lint, problem) in lints.into_iter().zip(problems.list()) {
        let target = value.pointer(problem.pointer()).and_then(Value::as_str).unwrap_or_default();
        let is_new = match lint {
            Lint::DanglingTarget => value["shapes"].get(target).is_none(),
            Lint::ImpossibleConstraint | Lint::DuplicateEnumValue => true,
            _ => false,
        };
        if is_new {
            found.add(problem.clone());
        }
    }
}

struct Check<'a> {
    model: &'a Model,
    file: &'a str,
    found: &'a mut Diagnostics,
    lints: Vec<Lint>,
}

impl Check<'_> {
    fn problem(&mut self, lint: Lint, steps: &[&str], message: impl Into<String>) {
        self.lints.push(lint);
        self.found.problem(self.file, &pointer(steps), message);
    }

    /// A reference to a shape that is not there.
    fn no_shape(&mut self, steps: &[&str], name: &str) {
        self.problem(Lint::DanglingTarget, steps, format!("there is no shape `{name}`"));
        let shapes = &self.model.shapes;
        self.found.hint(&|| did_you_mean(name, &shapes.iter().map(|shape| shape.name.as_str()).collect::<Vec<_>>()));
    }

    fn references(&mut self, shape: &Shape) {
        for (keys, member) in shape.references() {
            let target = self.model.shapes.get(&member.target);
            let steps = [&["shapes", shape.name.as_str()], keys.as_slice(), &["shape"]].concat();
            match (target, &shape.kind) {
                (None, _) => self.no_shape(&steps, &member.target),
                (Some(target), Kind::Map(_))
                    if keys == ["key"] && !matches!(target.kind, Kind::String | Kind::Enum(_)) =>
                {
                    self.problem(
                        Lint::WrongKind,
                        &steps,
                        format!("a map's key must be a string, not a {}", target.kind.name()),
                    );
                }
                (Some(target), _) => self.member_traits(shape, &keys, member, target),
            }
        }
    }

    fn member_traits(&mut self, shape: &Shape, keys: &[&str], member: &Member, target: &Shape) {
        let mut problem = |fact: &str, message: String| {
            self.problem(Lint::WrongKind, &[&["shapes", shape.name.as_str()], keys, &[fact]].concat(), message);
        };
        if member.flattened && !matches!(target.kind, Kind::List(_) | Kind::Map(_)) {
            problem(
                "flattened",
                format!("only a list or a map can be flattened; the target is of the type `{}`", target.kind.name()),
            );
        }
        if member.timestamp_format.is_some() && !matches!(target.kind, Kind::Timestamp(_)) {
            problem(
                "timestampFormat",
                format!("only a timestamp has a format; the target is of the type `{}`", target.kind.name()),
            );
        }
    }

    fn nesting(&mut self, start: &Shape) {
        let mut shape = start;
        for _ in 0..=MAX_NESTING {
            let target = match &shape.kind {
                Kind::List(list) => &list.member.target,
                Kind::Map(map) => &map.value.target,
                _ => return,
            };
            match self.model.shapes.get(target) {
                Some(target) => shape = target,
                None => return,
            }
        }
        let message = format!("lists and maps nest more than {MAX_NESTING} deep");
        self.problem(Lint::DeepNesting, &["shapes", &start.name], message);
    }

    fn values(&mut self, shape: &Shape) {
        let steps = ["shapes", shape.name.as_str(), "min"];
        if let Some(length) = shape.length
            && length.min.zip(length.max).is_some_and(|(min, max)| min > max)
        {
            self.problem(Lint::ImpossibleConstraint, &steps, "the least length is above the most");
        }
        if let Some(range) = shape.range
            && range.min.zip(range.max).is_some_and(|(min, max)| min.as_f64() > max.as_f64())
        {
            self.problem(Lint::ImpossibleConstraint, &steps, "the least value is above the most");
        }
        self.whole_bounds(shape);
        if let Kind::Enum(values) = &shape.kind {
            let mut seen = ByName::default();
            for (index, value) in values.iter().enumerate() {
                if seen.insert(value, ()).is_some() {
                    let steps = ["shapes", &shape.name, "enum", &index.to_string()];
                    self.problem(Lint::DuplicateEnumValue, &steps, format!("the value {value:?} is listed twice"));
                }
            }
        }
        if shape.error.is_some() && !matches!(shape.kind, Kind::Structure(_)) {
            self.problem(
                Lint::WrongKind,
                &["shapes", &shape.name],
                format!("an error must be a structure, not a {}", shape.kind.name()),
            );
        }
    }

    fn whole_bounds(&mut self, shape: &Shape) {
        let Some(Range { min, max }) = shape.range else { return };
        if !matches!(shape.kind, Kind::Integer | Kind::Long) {
            return;
        }
        for (key, bound) in [("min", min), ("max", max)] {
            if let Some(Number::Float(bound)) = bound
                && bound.fract() != 0.0
            {
                self.problem(
                    Lint::ImpossibleConstraint,
                    &["shapes", &shape.name, key],
                    format!("expected a whole number, found the number {bound}"),
                );
            }
        }
    }

    fn operation(&mut self, operation: &Operation) {
        for (key, payload) in [("input", &operation.input), ("output", &operation.output)] {
            let Some(payload) = payload else { continue };
            let steps = ["operations", &operation.name, key, "shape"];
            match self.model.shapes.get(&payload.shape) {
                None => self.no_shape(&steps, &payload.shape),
                Some(shape) if !matches!(shape.kind, Kind::Structure(_)) => {
                    self.problem(
                        Lint::WrongKind,
                        &steps,
                        format!("an {key} must be a structure, not a {}", shape.kind.name()),
                    );
                }
                Some(_) => {}
            }
        }
        for (index, error) in operation.errors.iter().enumerate() {
            let index = index.to_string();
            let steps = ["operations", &operation.name, "errors", &index, "shape"];
            if self.model.shapes.get(error).is_none() {
                self.no_shape(&steps, error);
            }
        }
    }

    /// Reports shapes whose values would never end: structures that require themselves, lists that are of themselves.
    fn endless_shapes(&mut self) {
        let model = self.model;
        let mut states = ByName::default();
        let mut cycles = Vec::new();
        for shape in &model.shapes {
            visit(model, shape, &mut states, &mut cycles);
        }
        for (shape, keys) in cycles {
            let steps = [&["shapes", shape], keys.as_slice()].concat();
            self.problem(
                Lint::EndlessShape,
                &steps,
                format!("a value of `{shape}` would never end: it holds another one without choice"),
            );
        }
    }
}

/// How a shape holds another one, so that there is no value without it.
fn inevitable<'a>(model: &'a Model, shape: &'a Shape) -> Vec<(Vec<&'a str>, &'a Shape)> {
    let references = shape.references().into_iter();
    let of_kind = |target: &Shape| match shape.kind {
        // A union may select another member, and its value in Rust starts with none.
        Kind::Union(_) => false,
        Kind::Structure(_) => matches!(target.kind, Kind::Structure(_)),
        // A list may be empty, but its type names its member's.
        _ => matches!(target.kind, Kind::List(_) | Kind::Map(_)),
    };
    let is_list = matches!(shape.kind, Kind::List(_) | Kind::Map(_));
    references
        .filter(|(_, member)| is_list || member.required)
        .filter_map(|(keys, member)| Some((keys, model.shapes.get(&member.target)?)))
        .filter(|(_, target)| of_kind(target))
        .collect()
}

/// Walks depth first over inevitable references, without recursion: models may be as deep as they like.
fn visit<'a>(model: &'a Model, start: &'a Shape, states: &mut ByName<bool>, cycles: &mut Vec<(&'a str, Vec<&'a str>)>) {
    if states.contains(&start.name) {
        return;
    }
    states.insert(&start.name, true);
    let mut stack = vec![(start, inevitable(model, start).into_iter())];
    while let Some((shape, references)) = stack.last_mut() {
        let shape = *shape;
        match references.next() {
            None => {
                states.insert(&shape.name, false);
                stack.pop();
            }
            Some((keys, target)) => match states.get(&target.name) {
                Some(true) => cycles.push((&shape.name, keys)),
                Some(false) => {}
                None => {
                    states.insert(&target.name, true);
                    stack.push((target, inevitable(model, target).into_iter()));
                }
            },
        }
    }
}
