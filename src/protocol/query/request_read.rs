//! Form body to input, strictly: what the shapes do not have is refused.
//!
//! The pairs of a form are sorted by the parts of their names. Everything below a name then stands together, and reading is
//! a descent into ranges of pairs.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::debug::REDACTED;
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::form::{self, Pair};
use crate::path::{Path, Segment};
use crate::protocol::scalar;
use crate::schema::{Member, ShapeKind};
use crate::validation::{Report, Rule, Violation};
use crate::value::{List, Map, Slot, Structure, Value};
use crate::xml::is_character;

/// The parameters of a request, sorted.
pub(crate) struct Parameters {
    pairs: Vec<Pair>,
    options: DecodeOptions,
}

impl Parameters {
    /// Reads a query string and a body; the places that errors tell are those in the one that they are in.
    pub(crate) fn parse(query: &str, body: &[u8], options: &DecodeOptions) -> Result<Self, DecodeError> {
        if query.len().max(body.len()) > options.max_bytes {
            return Err(DecodeError::new(DecodeErrorKind::TooLong(options.max_bytes), options.max_bytes));
        }
        let mut pairs = form::parse(query.as_bytes(), options)?;
        form::parse_into(&mut pairs, body, options)?;
        for pair in &pairs {
            // A level of a value takes at most three parts: `Tags.member.1`, `Map.entry.1.value`.
            if pair.name.split('.').count() > options.max_depth() * 3 {
                return Err(DecodeError::new(DecodeErrorKind::TooDeep(options.max_depth()), pair.offset));
            }
        }
        pairs.sort_by(|left, right| cmp_names(&left.name, &right.name));
        if let Some(twice) = pairs.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(DecodeError::new(DecodeErrorKind::Repeated, twice[1].offset).within(&twice[1].name));
        }
        Ok(Self { pairs, options: options.clone() })
    }

    /// Takes a parameter that is not the input's, such as `Action`.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.pairs.iter().position(|pair| pair.name == name)?;
        Some(self.pairs.remove(index).value)
    }

    /// Drops every parameter whose name begins so, whatever its case: those of a signature.
    pub(crate) fn drop_prefixed(&mut self, prefix: &str) {
        self.pairs
            .retain(|pair| !pair.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)));
    }
}

fn cmp_names(left: &str, right: &str) -> Ordering {
    left.split('.').cmp(right.split('.'))
}

/// Fills `input`; gives what the values alone will not tell: required members that are absent, unions of several members.
pub(crate) fn read_input(parameters: &Parameters, input: &mut dyn Structure) -> Result<Report, DecodeError> {
    let options = &parameters.options;
    let mut reader = FormReader { path: Path::default(), depth: 0, report: Report::default(), options };
    reader.structure(Node { pairs: &parameters.pairs, at: 0 }, input, false)?;
    Ok(reader.report)
}

/// The pairs below a name; `at` is where the parts after it begin.
#[derive(Clone, Copy)]
struct Node<'a> {
    pairs: &'a [Pair],
    at: usize,
}

impl<'a> Node<'a> {
    /// What the name itself is given; the shortest name comes first.
    fn value(self) -> Option<&'a str> {
        self.pairs.first().filter(|pair| pair.name.len() < self.at).map(|pair| pair.value.as_str())
    }

    /// The pairs below the name itself.
    fn below(self) -> Self {
        let own = usize::from(self.value().is_some());
        Self { pairs: &self.pairs[own..], ..self }
    }

    fn offset(self) -> usize {
        self.pairs.first().map_or(0, |pair| pair.offset)
    }

    /// Compares the next part of the name of a pair below with `name`, and looks no further than that takes: parts may be
    /// long.
    fn cmp_part(self, pair: &Pair, name: &str) -> Ordering {
        let rest = pair.name.as_bytes().get(self.at..).unwrap_or_default();
        let start = &rest[..rest.len().min(name.len() + 1)];
        let part = start.split(|byte| *byte == b'.').next().unwrap_or_default();
        part.cmp(name.as_bytes())
    }

    /// What stands below the part `name`, if anything does.
    fn child(self, name: &str) -> Option<Self> {
        let pairs = self.below().pairs;
        let start = pairs.partition_point(|pair| self.cmp_part(pair, name).is_lt());
        let length = pairs[start..].partition_point(|pair| self.cmp_part(pair, name).is_eq());
        (length > 0).then(|| Self { pairs: &pairs[start..start + length], at: self.at + name.len() + 1 })
    }

    /// The next parts below, each once.
    fn parts(self) -> impl Iterator<Item = &'a str> {
        let mut rest = self.below().pairs;
        std::iter::from_fn(move || {
            let first = rest.first()?;
            let part = first.name.get(self.at..).unwrap_or_default().split('.').next().unwrap_or_default();
            rest = &rest[rest.partition_point(|pair| self.cmp_part(pair, part).is_eq())..];
            Some(part)
        })
    }
}

struct FormReader<'o> {
    path: Path,
    /// How many structures, lists and maps are around.
    depth: usize,
    report: Report,
    options: &'o DecodeOptions,
}

impl FormReader<'_> {
    fn structure(&mut self, node: Node<'_>, target: &mut dyn Structure, sensitive: bool) -> Result<(), DecodeError> {
        let sensitive = sensitive || target.shape().is_sensitive();
        if let Some(text) = node.value() {
            return Err(self.mismatch("structure", text, sensitive, node));
        }
        self.enter(node)?;
        let members = target.shape().members();
        let (mut read, mut found) = (0, 0);
        for (index, member) in members.iter().enumerate() {
            self.path.push(Segment::Member(member));
            if let Some(child) = child_of(node, member) {
                read += child.pairs.len();
                found += 1;
                self.value(child, target.member_mut(index), member, member.is_flattened(), sensitive)?;
            } else if member.is_required() {
                self.report.push(Violation::new(&self.path, Rule::Required, None));
            }
            self.path.pop();
        }
        if read < node.pairs.len() {
            let known = |part: &&str| !members.iter().any(|member| names_of(member).iter().any(|name| name == part));
            return Err(Self::unknown(node, node.parts().find(known)));
        }
        if matches!(target.shape().kind(), ShapeKind::Union(_)) && found != 1 {
            self.report.push(Violation::new(&self.path, Rule::OneMember, None));
        }
        self.depth -= 1;
        Ok(())
    }

    fn value(
        &mut self,
        node: Node<'_>,
        value: &mut dyn Value,
        member: &'static Member,
        flattened: bool,
        sensitive: bool,
    ) -> Result<(), DecodeError> {
        let sensitive = sensitive || member.is_sensitive();
        match (value.slot(), member.target().kind()) {
            (Slot::Structure(target), _) => self.structure(node, target, sensitive),
            (Slot::List(list), ShapeKind::List(shape)) => {
                self.list(node, list, shape.member, flattened || member.is_ec2(), sensitive)
            }
            (Slot::Map(map), ShapeKind::Map(shape)) => {
                self.map(node, map, shape.key, shape.value, flattened, sensitive)
            }
            (slot, _) => {
                if let Some(text) = node.value() {
                    if let Some(illegal) = text.chars().find(|character| !is_character(*character)) {
                        let kind = DecodeErrorKind::IllegalCharacter(illegal);
                        return Err(DecodeError::new(kind, node.offset()).within(self.path.wire()));
                    }
                    scalar::read(slot, text.into(), sensitive)
                        .map_err(|kind| DecodeError::new(kind, node.offset()).within(self.path.wire()))?;
                }
                Self::nothing_below(node)
            }
        }
    }

    fn list(
        &mut self,
        node: Node<'_>,
        list: &mut dyn List,
        member: &'static Member,
        flattened: bool,
        sensitive: bool,
    ) -> Result<(), DecodeError> {
        let Some(members) = self.collection(node, flattened, member.wire_name(), "list", sensitive)? else {
            return Ok(());
        };
        self.enter(node)?;
        for (index, child) in self.indexed(members)?.into_iter().enumerate() {
            self.path.push(Segment::Index(index));
            self.value(child, list.push(), member, false, sensitive)?;
            self.path.pop();
        }
        self.depth -= 1;
        Ok(())
    }

    fn map(
        &mut self,
        node: Node<'_>,
        map: &mut dyn Map,
        key: &'static Member,
        value: &'static Member,
        flattened: bool,
        sensitive: bool,
    ) -> Result<(), DecodeError> {
        let Some(entries) = self.collection(node, flattened, "entry", "map", sensitive)? else { return Ok(()) };
        self.enter(node)?;
        for (index, entry) in self.indexed(entries)?.into_iter().enumerate() {
            if entry.value().is_some() {
                return Err(Self::unknown(entry, None));
            }
            let key_node = entry.child(key.wire_name());
            if let Some(key_node) = key_node {
                Self::nothing_below(key_node)?;
            }
            let Some(name) = key_node.and_then(Node::value).filter(|name| name.chars().all(is_character)) else {
                let missing = DecodeErrorKind::MissingMember("key");
                return Err(DecodeError::new(missing, entry.offset()).within(self.path.wire()));
            };
            let shown = if sensitive || key.is_sensitive() { REDACTED } else { name };
            self.path.push(Segment::Entry(index, shown.to_owned()));
            let entries_before = map.len();
            let place = map.entry(name.to_owned());
            let mut read = 1;
            if let Some(child) = entry.child(value.wire_name()) {
                read += child.pairs.len();
                self.value(child, place, value, false, sensitive)?;
            }
            if read < entry.pairs.len() {
                let known = [key.wire_name(), value.wire_name()];
                return Err(Self::unknown(entry, entry.parts().find(|part| !known.contains(part))));
            }
            if map.len() == entries_before {
                return Err(DecodeError::new(DecodeErrorKind::Repeated, entry.offset()).within(self.path.wire()));
            }
            self.path.pop();
        }
        self.depth -= 1;
        Ok(())
    }

    /// Goes into a structure, a list or a map.
    fn enter(&mut self, node: Node<'_>) -> Result<(), DecodeError> {
        let limit = self.options.max_depth();
        if self.depth >= limit {
            return Err(DecodeError::new(DecodeErrorKind::TooDeep(limit), node.offset()).within(self.path.wire()));
        }
        self.depth += 1;
        Ok(())
    }

    /// The node whose children are numbers: the list's or map's own, or the one below `name`; `None` for an empty one.
    fn collection<'a>(
        &self,
        node: Node<'a>,
        flattened: bool,
        name: &str,
        expected: &'static str,
        sensitive: bool,
    ) -> Result<Option<Node<'a>>, DecodeError> {
        if let Some(text) = node.value().filter(|text| !text.is_empty()) {
            return Err(self.mismatch(expected, text, sensitive, node));
        }
        if flattened {
            return Ok(Some(node));
        }
        let inside = node.child(name);
        if inside.is_some_and(|inside| inside.value().is_some()) {
            return Err(Self::unknown(node, Some(name)));
        }
        if inside.map_or(0, |inside| inside.pairs.len()) < node.below().pairs.len() {
            return Err(Self::unknown(node, node.parts().find(|part| *part != name)));
        }
        Ok(inside)
    }

    /// The children `1`, `2`, …, in the order of their numbers.
    fn indexed<'a>(&self, node: Node<'a>) -> Result<Vec<Node<'a>>, DecodeError> {
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(name) = node.parts().find(|part| !is_number(part)) {
            return Err(Self::unknown(node, Some(name)));
        }
        let count = node.parts().count();
        self.options
            .check_items(count.saturating_sub(1))
            .map_err(|kind| DecodeError::new(kind, node.offset()).within(self.path.wire()))?;
        (1..=count)
            .map(|index| {
                node.child(&index.to_string()).ok_or_else(|| {
                    DecodeError::new(DecodeErrorKind::ListGap(index), node.offset()).within(self.path.wire())
                })
            })
            .collect()
    }

    fn nothing_below(node: Node<'_>) -> Result<(), DecodeError> {
        match node.parts().next() {
            None => Ok(()),
            part => Err(Self::unknown(node, part)),
        }
    }

    /// The error for a name that the shape does not have: that of the first pair below `part`.
    fn unknown(node: Node<'_>, part: Option<&str>) -> DecodeError {
        let pairs = part.and_then(|part| node.child(part)).unwrap_or(node).pairs;
        let (name, offset) = pairs.first().map_or(("", 0), |pair| (pair.name.as_str(), pair.offset));
        DecodeError::new(DecodeErrorKind::Unknown, offset).within(name)
    }

    fn mismatch(&self, expected: &'static str, text: &str, sensitive: bool, node: Node<'_>) -> DecodeError {
        let found = (!sensitive).then(|| text.chars().take(64).collect());
        DecodeError::new(DecodeErrorKind::Value { expected, found }, node.offset()).within(self.path.wire())
    }
}

/// The names that a member may have: a flattened list is named by its elements, or when it is empty by itself.
fn names_of(member: &Member) -> [Cow<'static, str>; 2] {
    [member.query_element_name(), member.query_name()]
}

fn child_of<'a>(node: Node<'a>, member: &Member) -> Option<Node<'a>> {
    let [element, own] = names_of(member);
    node.child(&element).or_else(|| if own == element { None } else { node.child(&own) })
}
