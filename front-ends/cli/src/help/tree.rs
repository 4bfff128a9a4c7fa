//! The members of a structure and below it, indented by their depth.

use shapewire::schema::{Member, Shape, ShapeKind};

use super::{facts, text};

/// How many levels are shown.
const MAX_LEVELS: usize = 6;

/// Appends the members of `shape`, a line and perhaps documentation each, `indent` spaces in.
pub(super) fn push_members(out: &mut String, shape: &'static Shape, indent: usize) {
    Tree { out, outer: Vec::new() }.members(shape, indent);
}

/// Appends what is in a list, a map or a structure, if it has members.
pub(super) fn push_content(out: &mut String, shape: &'static Shape, indent: usize) {
    if let Some(inner) = structure_in(shape) {
        push_members(out, inner, indent);
    }
}

/// The structure that a shape is, or is a list or map of.
fn structure_in(shape: &'static Shape) -> Option<&'static Shape> {
    match shape.kind() {
        ShapeKind::Structure(_) | ShapeKind::Union(_) => Some(shape),
        // Shapes may refer to themselves only by way of a structure.
        ShapeKind::List(list) => structure_in(list.member.target()),
        ShapeKind::Map(map) => structure_in(map.value.target()),
        _ => None,
    }
}

struct Tree<'a> {
    out: &'a mut String,
    /// The structures around the current one.
    outer: Vec<&'static Shape>,
}

impl Tree<'_> {
    fn members(&mut self, shape: &'static Shape, indent: usize) {
        if self.outer.iter().any(|outer| std::ptr::eq(*outer, shape)) {
            return text::push_wrapped(self.out, "(as above)", indent);
        }
        if self.outer.len() == MAX_LEVELS {
            return text::push_wrapped(self.out, "(and so on)", indent);
        }
        self.outer.push(shape);
        for member in shape.members() {
            self.member(member, indent);
        }
        self.outer.pop();
    }

    fn member(&mut self, member: &'static Member, indent: usize) {
        let required = if member.is_required() { ", required" } else { "" };
        let head = format!("{}: {}{required}", member.name(), facts::type_name(member.target()));
        text::push_wrapped(self.out, &head, indent);
        facts::push_member(self.out, member, indent + 4);
        text::push_wrapped(self.out, member.documentation(), indent + 4);
        if let Some(inner) = structure_in(member.target()) {
            self.members(inner, indent + 4);
        }
    }
}
