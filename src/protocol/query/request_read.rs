//! Form body to input, strictly: what the shapes do not have is refused.

use std::collections::BTreeMap;

use crate::debug::REDACTED;
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::form::{self, Pair};
use crate::path::{Path, Segment};
use crate::protocol::scalar;
use crate::schema::{Member, ShapeKind};
use crate::validation::{Rule, Violation};
use crate::value::{List, Map, Slot, Structure, Value};

/// The parameters of a request, as a tree: one level for each part of a name between dots.
#[derive(Default)]
pub(crate) struct Parameters {
    root: Node,
}

#[derive(Default)]
struct Node {
    value: Option<String>,
    /// Where the first pair at or below this node began.
    offset: usize,
    children: BTreeMap<String, Node>,
}

impl Parameters {
    /// Reads a query string or a body.
    pub(crate) fn parse(text: &[u8], options: &DecodeOptions) -> Result<Self, DecodeError> {
        if text.len() > options.max_bytes {
            return Err(DecodeError::new(DecodeErrorKind::TooLong(options.max_bytes), options.max_bytes));
        }
        let mut parameters = Self::default();
        for pair in form::parse(text)? {
            parameters.insert(pair, options)?;
        }
        Ok(parameters)
    }

    fn insert(&mut self, pair: Pair, options: &DecodeOptions) -> Result<(), DecodeError> {
        let Pair { name, value, offset } = pair;
        // A level of a value takes at most three parts: `Tags.member.1`, `Map.entry.1.value`.
        if name.split('.').count() > options.max_depth * 3 {
            return Err(DecodeError::new(DecodeErrorKind::TooDeep(options.max_depth), offset));
        }
        let mut node = &mut self.root;
        for part in name.split('.') {
            node = node.children.entry(part.to_owned()).or_insert_with(|| Node {
                value: None,
                offset,
                children: BTreeMap::new(),
            });
        }
        if node.value.replace(value).is_some() {
            return Err(DecodeError::new(DecodeErrorKind::Repeated, offset).within(name));
        }
        Ok(())
    }

    /// Takes a parameter that is not the input's, such as `Action`.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.root.children.remove(name)?.value
    }

    /// Drops every parameter whose name begins so, whatever its case: those of a signature.
    pub(crate) fn drop_prefixed(&mut self, prefix: &str) {
        self.root
            .children
            .retain(|name, _| !name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)));
    }
}

/// Fills `input`; gives the required members that are absent.
pub(crate) fn read_input(parameters: Parameters, input: &mut dyn Structure) -> Result<Vec<Violation>, DecodeError> {
    let mut reader = FormReader { path: Path::default(), missing: Vec::new() };
    reader.structure(parameters.root, input)?;
    Ok(reader.missing)
}

struct FormReader {
    path: Path,
    missing: Vec<Violation>,
}

impl FormReader {
    fn structure(&mut self, mut node: Node, target: &mut dyn Structure) -> Result<(), DecodeError> {
        if let Some(text) = &node.value {
            return Err(self.mismatch("structure", text, false, node.offset));
        }
        for (index, member) in target.shape().members().iter().enumerate() {
            self.path.push(Segment::Member(member));
            match take_member(&mut node, member) {
                Some(child) => self.value(child, target.member_mut(index), member, member.is_flattened())?,
                None if member.is_required() => self.missing.push(Violation::new(&self.path, Rule::Required, None)),
                None => {}
            }
            self.path.pop();
        }
        self.nothing_left(node)
    }

    fn value(
        &mut self,
        node: Node,
        value: &mut dyn Value,
        member: &'static Member,
        flattened: bool,
    ) -> Result<(), DecodeError> {
        match (value.slot(), member.target().kind()) {
            (Slot::Structure(target), _) => self.structure(node, target),
            (Slot::List(list), ShapeKind::List(shape)) => self.list(node, list, &shape.member, flattened),
            (Slot::Map(map), ShapeKind::Map(shape)) => self.map(node, map, &shape.key, &shape.value, flattened),
            (slot, _) => {
                let Node { value, offset, children } = node;
                let Some(text) = value else {
                    // Only longer names were there.
                    return self.nothing_left(Node { value: None, offset, children });
                };
                scalar::read(slot, text.into(), member.is_sensitive())
                    .map_err(|kind| DecodeError::new(kind, offset).within(self.path.wire()))?;
                self.nothing_left(Node { value: None, offset, children })
            }
        }
    }

    fn list(
        &mut self,
        mut node: Node,
        list: &mut dyn List,
        member: &'static Member,
        flattened: bool,
    ) -> Result<(), DecodeError> {
        if let Some(text) = node.value.take_if(|text| !text.is_empty()) {
            return Err(self.mismatch("list", &text, member.is_sensitive(), node.offset));
        }
        if !flattened {
            let Some(members) = node.children.remove(member.wire_name()) else { return self.nothing_left(node) };
            self.nothing_left(node)?;
            node = members;
        }
        for (index, child) in self.indexed(node)?.into_iter().enumerate() {
            self.path.push(Segment::Index(index));
            self.value(child, list.push(), member, false)?;
            self.path.pop();
        }
        Ok(())
    }

    fn map(
        &mut self,
        mut node: Node,
        map: &mut dyn Map,
        key: &'static Member,
        value: &'static Member,
        flattened: bool,
    ) -> Result<(), DecodeError> {
        if let Some(text) = node.value.take_if(|text| !text.is_empty()) {
            return Err(self.mismatch("map", &text, value.is_sensitive(), node.offset));
        }
        if !flattened {
            let Some(entries) = node.children.remove("entry") else { return self.nothing_left(node) };
            self.nothing_left(node)?;
            node = entries;
        }
        for (index, mut entry) in self.indexed(node)?.into_iter().enumerate() {
            let offset = entry.offset;
            let name = entry.children.remove(key.wire_name()).and_then(|node| node.value);
            let Some(name) = name else {
                return Err(DecodeError::new(DecodeErrorKind::MissingMember("key"), offset).within(self.path.wire()));
            };
            let shown = if key.is_sensitive() { REDACTED } else { &name };
            self.path.push(Segment::Entry(index, shown.to_owned()));
            let place = map.entry(name);
            if let Some(child) = entry.children.remove(value.wire_name()) {
                self.value(child, place, value, false)?;
            }
            self.nothing_left(entry)?;
            self.path.pop();
        }
        Ok(())
    }

    /// The children `1`, `2`, …, in the order of their numbers.
    fn indexed(&self, mut node: Node) -> Result<Vec<Node>, DecodeError> {
        let offset = node.offset;
        let mut members = Vec::with_capacity(node.children.len());
        while !node.children.is_empty() {
            let index = members.len() + 1;
            match node.children.remove(&index.to_string()) {
                Some(child) => members.push(child),
                None if node.children.keys().all(|name| name.bytes().all(|byte| byte.is_ascii_digit())) => {
                    let gap = DecodeErrorKind::ListGap(index);
                    return Err(DecodeError::new(gap, offset).within(self.path.wire()));
                }
                None => {
                    self.nothing_left(node)?;
                    break;
                }
            }
        }
        Ok(members)
    }

    fn nothing_left(&self, node: Node) -> Result<(), DecodeError> {
        let Some((name, mut child)) = node.children.into_iter().next() else { return Ok(()) };
        let mut name = if self.path.is_empty() { name } else { format!("{}.{name}", self.path.wire()) };
        while child.value.is_none()
            && let Some((part, below)) = child.children.pop_first()
        {
            name = format!("{name}.{part}");
            child = below;
        }
        Err(DecodeError::new(DecodeErrorKind::Unknown, child.offset).within(name))
    }

    fn mismatch(&self, expected: &'static str, text: &str, sensitive: bool, offset: usize) -> DecodeError {
        let found = (!sensitive).then(|| text.chars().take(64).collect());
        DecodeError::new(DecodeErrorKind::Value { expected, found }, offset).within(self.path.wire())
    }
}

/// The node of a member. A flattened list's own member name stands in the place of the list's, except when it is empty.
fn take_member(node: &mut Node, member: &Member) -> Option<Node> {
    if let ShapeKind::List(list) = member.target().kind()
        && member.is_flattened()
        && let Some(name) = list.member.explicit_wire_name()
        && let Some(child) = node.children.remove(name)
    {
        return Some(child);
    }
    node.children.remove(member.wire_name())
}
