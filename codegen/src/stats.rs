//! What a model consists of, in numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::json::{Map, Value};
use crate::model::{Kind, Model, Shape};
use crate::reach::reachable;

/// Numbers of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The service id: `IAM`.
    pub service: String,
    /// What is counted, and how often it is there, in the order of the report.
    pub counts: Vec<(&'static str, usize)>,
    /// The structures and unions with the most members, and how many these are.
    pub largest: Vec<(String, usize)>,
}

/// How many structures are told as the largest.
const LARGEST: usize = 3;

impl Stats {
    /// The numbers of a model. `lines` is how long the code is that is generated from it.
    #[must_use]
    pub fn of(model: &Model, lines: usize) -> Self {
        let shapes = || model.shapes.iter();
        let of_kind = |kind: &dyn Fn(&Kind) -> bool| shapes().filter(|shape| kind(&shape.kind)).count();
        let members = || shapes().flat_map(Shape::members);
        let patterns: BTreeSet<&str> = shapes().filter_map(|shape| shape.pattern.as_deref()).collect();
        let values = shapes().map(|shape| if let Kind::Enum(values) = &shape.kind { values.len() } else { 0 });
        let secrets =
            shapes().filter(|shape| shape.sensitive).count() + members().filter(|member| member.sensitive).count();
        let nesting = Nesting::of(model);
        let counts = vec![
            ("operations", model.operations.len()),
            ("paginators", model.operations.iter().filter(|operation| operation.paginator.is_some()).count()),
            ("waiters", model.waiters.len()),
            ("shapes", shapes().count()),
            ("structures", of_kind(&|kind| matches!(kind, Kind::Structure(_)))),
            ("unions", of_kind(&|kind| matches!(kind, Kind::Union(_)))),
            ("errors", shapes().filter(|shape| shape.error.is_some()).count()),
            ("lists", of_kind(&|kind| matches!(kind, Kind::List(_)))),
            ("maps", of_kind(&|kind| matches!(kind, Kind::Map(_)))),
            ("enumerations", of_kind(&|kind| matches!(kind, Kind::Enum(_)))),
            ("values", values.sum()),
            ("members", members().count()),
            ("required", members().filter(|member| member.required).count()),
            ("lengths", shapes().filter(|shape| shape.length.is_some()).count()),
            ("ranges", shapes().filter(|shape| shape.range.is_some()).count()),
            ("patterns", patterns.len()),
            ("secrets", secrets),
            ("recursive", nesting.recursive),
            ("depth", nesting.depth),
            ("lines", lines),
        ];
        let mut largest: Vec<(String, usize)> =
            shapes().map(|shape| (shape.name.clone(), shape.members().len())).filter(|(_, count)| *count > 0).collect();
        largest.sort_by(|(left, many), (right, few)| few.cmp(many).then_with(|| left.cmp(right)));
        largest.truncate(LARGEST);
        Self { service: model.service.service_id.clone(), counts, largest }
    }
}

/// How shapes stand in each other.
struct Nesting {
    /// Structures and unions that lead back to themselves.
    recursive: usize,
    /// The most shapes that stand in each other, from an input, an output or an error down, without going round.
    depth: usize,
}

impl Nesting {
    fn of(model: &Model) -> Self {
        let below: BTreeMap<&str, BTreeSet<&str>> = model
            .shapes
            .iter()
            .map(|shape| (shape.name.as_str(), BTreeSet::from_iter(reachable(&model.shapes, targets(shape)))))
            .collect();
        let is_recursive =
            |shape: &&Shape| shape.kind.is_aggregate() && below[shape.name.as_str()].contains(shape.name.as_str());
        let recursive = model.shapes.iter().filter(is_recursive).count();
        let mut depths = BTreeMap::new();
        let depth = model.shapes.iter().map(|shape| depth(model, &below, shape, &mut depths)).max().unwrap_or_default();
        Self { recursive, depth }
    }
}

fn targets(shape: &Shape) -> Vec<&str> {
    shape.references().into_iter().map(|(_, member)| member.target.as_str()).collect()
}

/// Where a way leads back it is not gone: what is left has an end.
fn depth<'a>(
    model: &'a Model,
    below: &BTreeMap<&str, BTreeSet<&str>>,
    shape: &'a Shape,
    depths: &mut BTreeMap<&'a str, usize>,
) -> usize {
    if let Some(&known) = depths.get(shape.name.as_str()) {
        return known;
    }
    let onward = targets(shape)
        .into_iter()
        .filter(|target| below.get(target).is_some_and(|below| !below.contains(shape.name.as_str())))
        .filter_map(|target| model.shapes.get(target));
    let deepest = onward.map(|target| depth(model, below, target, depths)).max().unwrap_or_default();
    depths.insert(&shape.name, deepest + 1);
    deepest + 1
}

/// The numbers as text: a list for one model, a table for several.
#[must_use]
pub fn text(stats: &[Stats]) -> String {
    match stats {
        [one] => {
            let mut text = format!("{}\n", one.service);
            for (name, count) in &one.counts {
                let _ = writeln!(text, "  {name:<14}{count:>8}");
            }
            let largest: Vec<String> = one.largest.iter().map(|(name, count)| format!("{name} ({count})")).collect();
            text + &format!("  largest: {}\n", largest.join(", "))
        }
        several => {
            let service = several.iter().map(|stats| stats.service.chars().count()).max().unwrap_or_default();
            let names = several.first().map(|stats| stats.counts.iter().map(|(name, _)| *name)).into_iter().flatten();
            let mut text = names.fold(format!("{:<service$}", ""), |row, name| row + &format!(" {name:>12}")) + "\n";
            for stats in several {
                let row = format!("{:<service$}", stats.service);
                text += &stats.counts.iter().fold(row, |row, (_, count)| row + &format!(" {count:>12}"));
                text += "\n";
            }
            text
        }
    }
}

/// The numbers for programs: an object for each model.
#[must_use]
pub fn json(stats: &[Stats]) -> Value {
    let object = |stats: &Stats| {
        let mut counts = Map::new();
        for (name, count) in &stats.counts {
            counts.insert((*name).to_owned(), (*count).into());
        }
        let shape = |(name, count): &(String, usize)| [("shape", name.as_str().into()), ("members", (*count).into())];
        let largest: Vec<_> = stats.largest.iter().map(shape).collect();
        [("service", stats.service.as_str().into()), ("counts", counts.into()), ("largest", largest.into())]
    };
    stats.iter().map(object).collect::<Vec<_>>().into()
}
