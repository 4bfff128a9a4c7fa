//! Which shapes others lead to, and which members must be boxed because they lead back.

use crate::by_name::ByName;
use crate::model::{Kind, Member, Model, Shape, Shapes};

/// The shapes that these lead to, themselves included, sorted by name.
pub(crate) fn reachable<'a>(shapes: &'a Shapes, roots: Vec<&'a str>) -> Vec<&'a str> {
    let mut seen = ByName::default();
    let mut open = roots;
    while let Some(name) = open.pop() {
        if seen.insert(name, name).is_none()
            && let Some(shape) = shapes.get(name)
        {
            open.extend(shape.references().into_iter().map(|(_, member)| member.target.as_str()));
        }
    }
    seen.into_values()
}

/// The shapes that the operations' inputs lead to, sorted by name.
pub(crate) fn from_inputs(model: &Model) -> Vec<&str> {
    let inputs = model.operations.iter().filter_map(|operation| operation.input.as_ref());
    reachable(&model.shapes, inputs.map(|input| input.shape.as_str()).collect())
}

/// The structures and unions, each with one of those that it leads to in place and that lead back.
pub(crate) struct Circles<'a>(ByName<&'a str>);

impl Circles<'_> {
    /// Whether the member of a structure or a union leads back to it, so that its values are boxed.
    pub(crate) fn closes(&self, owner: &Shape, member: &Member) -> bool {
        let circle = self.0.get(&owner.name);
        circle.is_some() && circle == self.0.get(&member.target)
    }
}

/// They are the strongly connected components, found by Kosaraju's algorithm: a walk, and a walk back from what the first one
/// left last.
pub(crate) fn circles(shapes: &Shapes) -> Circles<'_> {
    let (mut seen, mut left, mut back) = (ByName::default(), Vec::new(), ByName::<Vec<&str>>::default());
    for shape in shapes.iter().filter(|shape| matches!(shape.kind, Kind::Structure(_) | Kind::Union(_))) {
        let mut open = vec![(shape.name.as_str(), false)];
        while let Some((name, is_done)) = open.pop() {
            if is_done {
                left.push(name);
            } else if seen.insert(name, ()).is_none() {
                open.push((name, true));
                for next in held_in_place(shapes, name) {
                    back.get_or_insert_with(next, Vec::new).push(name);
                    open.push((next, false));
                }
            }
        }
    }
    let mut circles = ByName::default();
    for &root in left.iter().rev() {
        let mut open = vec![root];
        while let Some(name) = open.pop() {
            if !circles.contains(name) {
                circles.insert(name, root);
                open.extend(back.get(name).map_or(&[][..], Vec::as_slice));
            }
        }
    }
    Circles(circles)
}

/// The structures and unions whose values are stored within those of this one; lists and maps store theirs elsewhere.
fn held_in_place<'a>(shapes: &'a Shapes, name: &str) -> Vec<&'a str> {
    let members = shapes.get(name).map_or(&[][..], Shape::members).iter();
    members
        .map(|member| member.target.as_str())
        .filter(|target| {
            shapes.get(target).is_some_and(|target| matches!(target.kind, Kind::Structure(_) | Kind::Union(_)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::List;

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
        let circles = circles(&shapes);
        let mut boxed = Vec::new();
        for shape in &shapes {
            let members = shape.members().iter().filter(|member| circles.closes(shape, member));
            boxed.extend(members.map(|member| (shape.name.as_str(), member.name.as_str())));
        }
        assert_eq!(boxed, [("Node", "Next"), ("Link", "Node")]);
        assert_eq!(reachable(&shapes, vec!["Leaf"]), ["Leaf", "Link", "Node", "Nodes"]);
    }
}
