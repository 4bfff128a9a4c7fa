//! Where in an input something is, as Rust, as JSON and as the wire names it.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::debug::REDACTED;
use crate::schema::{List, Member, ShapeKind};

/// The way from a structure to a value inside it.
#[derive(Clone, Debug, Default)]
pub struct Path {
    segments: Vec<Segment>,
}

impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self { segments: segments.into_iter().collect() }
    }
}

/// One step of a [`Path`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Segment {
    /// To a member of a structure.
    Member(&'static Member),
    /// To a name that the structure does not have.
    Unknown(String),
    /// To a member of a list, from 0.
    Index(usize),
    /// To the value of an entry of a map: its place from 0, and its key.
    Entry(usize, String),
}

impl Path {
    pub(crate) fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }
    #[cfg(any(feature = "json", feature = "server"))]
    pub(crate) fn pop(&mut self) {
        self.segments.pop();
    }
    /// The steps, from the outside in.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
    /// Whether it leads nowhere else.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
    /// Whether `other` is this path or leads on from it.
    #[must_use]
    pub fn is_prefix_of(&self, other: &Self) -> bool {
        self.segments.len() <= other.segments.len()
            && self.segments.iter().zip(&other.segments).all(|(left, right)| left.same(right))
    }
    /// As Rust names it: `tags[2].key`.
    #[must_use]
    pub fn rust(&self) -> String {
        self.dotted(Member::rust_name)
    }
    /// As the model and the AWS CLI's JSON name it: `Tags[2].Key`.
    #[must_use]
    pub fn model(&self) -> String {
        self.dotted(Member::name)
    }

    fn dotted(&self, name: impl Fn(&Member) -> &'static str) -> String {
        let mut path = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Member(member) => push_name(&mut path, name(member)),
                Segment::Unknown(name) => push_name(&mut path, name),
                // Writing to a string does not fail.
                Segment::Index(index) => write!(path, "[{index}]").unwrap_or_default(),
                Segment::Entry(_, key) => write!(path, "[{key:?}]").unwrap_or_default(),
            }
        }
        path
    }

    /// As the query protocols name it: `Tags.member.3.Key`.
    #[must_use]
    pub fn wire(&self) -> String {
        let mut path = String::new();
        // The member whose list or map the next step goes into, and whether it is flattened.
        let mut inside: Option<(&'static Member, bool)> = None;
        for segment in &self.segments {
            match segment {
                Segment::Member(member) => {
                    push_name(&mut path, &member.query_name());
                    inside = Some((member, member.is_flattened()));
                }
                Segment::Unknown(name) => push_name(&mut path, name),
                Segment::Index(index) => {
                    if let Some((member, flattened)) = inside
                        && let ShapeKind::List(list) = member.target().kind()
                    {
                        push_list(&mut path, member, list, flattened);
                        inside = Some((list.member, false));
                    }
                    push_name(&mut path, &(index + 1).to_string());
                }
                Segment::Entry(index, _) => {
                    let mut value_name = "value";
                    if let Some((member, flattened)) = inside
                        && let ShapeKind::Map(map) = member.target().kind()
                    {
                        if !flattened {
                            push_name(&mut path, "entry");
                        }
                        value_name = map.value.wire_name();
                        inside = Some((map.value, false));
                    }
                    push_name(&mut path, &(index + 1).to_string());
                    push_name(&mut path, value_name);
                }
            }
        }
        path
    }
}

impl Segment {
    /// Which of two steps from the same place comes first in the model. Names that it does not have come last.
    pub(crate) fn cmp_in_model(&self, other: &Self) -> Ordering {
        match (self, other) {
            // The members of one structure lie in one table: their addresses have the order of the model.
            (Self::Member(left), Self::Member(right)) => std::ptr::from_ref(*left).cmp(&std::ptr::from_ref(*right)),
            (Self::Index(left), Self::Index(right)) => left.cmp(right),
            // Readers count entries as they come, the validator as they are kept: by key.
            (Self::Entry(left, left_key), Self::Entry(right, right_key)) => left_key
                .cmp(right_key)
                .then_with(|| if left_key == REDACTED { left.cmp(right) } else { Ordering::Equal }),
            (Self::Unknown(left), Self::Unknown(right)) => left.cmp(right),
            (Self::Unknown(_), _) => Ordering::Greater,
            (_, Self::Unknown(_)) => Ordering::Less,
            _ => Ordering::Equal,
        }
    }
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Member(left), Self::Member(right)) => std::ptr::eq(*left, *right),
            (Self::Unknown(left), Self::Unknown(right)) => left == right,
            (Self::Index(left), Self::Index(right)) => left == right,
            (Self::Entry(..), Self::Entry(..)) => self.cmp_in_model(other).is_eq(),
            _ => false,
        }
    }
}

pub(crate) fn push_name(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// The names of levels, of which the innermost is the first, from the outside in.
pub(crate) fn outside_in(names: &[String], separator: char) -> String {
    let mut path = String::new();
    for (index, name) in names.iter().rev().enumerate() {
        if index > 0 {
            path.push(separator);
        }
        path.push_str(name);
    }
    path
}

/// Goes on from the name of a list in a form to what the numbers of its members follow.
pub(crate) fn push_list(path: &mut String, member: &Member, list: &List, flattened: bool) {
    if member.is_ec2() {
        // They follow the name itself.
    } else if !flattened {
        push_name(path, list.member.wire_name());
    } else if member.element_name() != member.wire_name() {
        // The name of a flattened list's members stands in the place of the list's own.
        path.truncate(path.rfind('.').unwrap_or(0));
        push_name(path, member.element_name());
    }
}
