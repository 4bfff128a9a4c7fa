//! Which shapes others lead to, and which members must be boxed because they lead back.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, Model, Shape, Shapes};

/// The shapes that these lead to, themselves included.
pub(crate) fn reachable<'a>(shapes: &'a Shapes, roots: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    walk(roots, |name| {
        shapes.get(name).into_iter().flat_map(Shape::references).map(|(_, member)| member.target.as_str()).collect()
    })
}

/// The shapes that the operations' inputs lead to.
pub(crate) fn from_inputs(model: &Model) -> BTreeSet<&str> {
    let inputs = model.operations.iter().filter_map(|operation| operation.input.as_ref());
    reachable(&model.shapes, inputs.map(|input| input.shape.as_str()))
}

/// The members, as pairs of their structure's or union's name and their own, whose values are boxed.
pub(crate) fn boxed_members(shapes: &Shapes) -> BTreeSet<(&str, &str)> {
    let circles = circles(shapes);
    let mut boxed = BTreeSet::new();
    for shape in shapes {
        for member in shape.members() {
            let circle = circles.get(shape.name.as_str());
            if circle.is_some() && circle == circles.get(member.target.as_str()) {
                boxed.insert((shape.name.as_str(), member.name.as_str()));
            }
        }
    }
    boxed
}

/// The structures and unions, each with one of those that it leads to in place and that lead back. They are the strongly
/// connected components, found by Kosaraju's algorithm: a walk, and a walk back from what the first one left last.
fn circles(shapes: &Shapes) -> BTreeMap<&str, &str> {
    let (mut seen, mut left, mut back) = (BTreeSet::new(), Vec::new(), BTreeMap::<&str, Vec<&str>>::new());
    for shape in shapes.iter().filter(|shape| matches!(shape.kind, Kind::Structure(_) | Kind::Union(_))) {
        let mut open = vec![(shape.name.as_str(), false)];
        while let Some((name, is_done)) = open.pop() {
            if is_done {
                left.push(name);
            } else if seen.insert(name) {
                open.push((name, true));
                for next in held_in_place(shapes, name) {
                    back.entry(next).or_default().push(name);
                    open.push((next, false));
                }
            }
        }
    }
    let mut circles = BTreeMap::new();
    for &root in left.iter().rev() {
        let mut open = vec![root];
        while let Some(name) = open.pop() {
            if !circles.contains_key(name) {
                circles.insert(name, root);
                open.extend(back.get(name).into_iter().flatten());
            }
        }
    }
    circles
}

/// The structures and unions whose values are stored within those of this one; lists and maps store theirs elsewhere.
fn held_in_place<'a>(shapes: &'a Shapes, name: &str) -> Vec<&'a str> {
    let targets = shapes.get(name).into_iter().flat_map(Shape::members).map(|member| member.target.as_str());
    targets
        .filter(|target| {
            shapes.get(target).is_some_and(|target| matches!(target.kind, Kind::Structure(_) | Kind::Union(_)))
        })
        .collect()
}

fn walk<'a>(roots: impl IntoIterator<Item = &'a str>, next: impl Fn(&'a str) -> Vec<&'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = roots.into_iter().collect();
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            open.extend(next(name));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{List, Member};

    fn member(name: &str, target: &str) -> Member {
        Member { name: name.to_owned(), target: target.to_owned(), ..Member::default() }
    }

    #[test]
    fn lists_break_recursion_and_structures_do_not() {
        let mut shapes = Shapes::default();
        let list = List { member: member("member", "Node"), flattened: false };
        shapes.insert(Shape::new("Nodes", Kind::List(Box::new(list))));
        let members = vec![member("Next", "Link"), member("Children", "Nodes"), member("Leaf", "Leaf")];
        shapes.insert(Shape::new("Node", Kind::Structure(members)));
        shapes.insert(Shape::new("Link", Kind::Structure(vec![member("Node", "Node")])));
        shapes.insert(Shape::new("Leaf", Kind::Structure(vec![member("Branch", "Nodes")])));
        assert_eq!(boxed_members(&shapes), BTreeSet::from([("Link", "Node"), ("Node", "Next")]));
        assert_eq!(reachable(&shapes, ["Leaf"]), BTreeSet::from(["Leaf", "Link", "Node", "Nodes"]));
    }
}
