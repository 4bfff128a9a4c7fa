//! What a pattern says, as a tree.

use super::set::Set;

/// A part of a pattern. The constructors keep trees small: sequences are flat, and what is empty is [`Node::Empty`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// The empty text.
    Empty,
    /// One character.
    Set(Set),
    /// One after the other.
    Concat(Vec<Node>),
    /// One of them.
    Alternate(Vec<Node>),
    /// Many times the same.
    Repeat(Box<Repeat>),
    /// What must, or must not, come before or after.
    Look(Box<Look>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Repeat {
    pub(super) node: Node,
    pub(super) min: u32,
    pub(super) max: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Look {
    pub(super) node: Node,
    pub(super) behind: bool,
    pub(super) negated: bool,
}

impl Node {
    pub(super) fn concat(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::Empty => {}
                Self::Concat(nodes) => flat.extend(nodes),
                node => flat.push(node),
            }
        }
        if flat.len() < 2 { flat.pop().unwrap_or(Self::Empty) } else { Self::Concat(flat) }
    }

    pub(super) fn alternate(mut nodes: Vec<Self>) -> Self {
        if nodes.len() < 2 { nodes.pop().unwrap_or(Self::Empty) } else { Self::Alternate(nodes) }
    }

    pub(super) fn repeat(node: Self, min: u32, max: Option<u32>) -> Self {
        match (node, min, max) {
            (Self::Empty, ..) | (_, _, Some(0)) => Self::Empty,
            (node, 1, Some(1)) => node,
            (node, min, max) => Self::Repeat(Box::new(Repeat { node, min, max })),
        }
    }

    pub(super) fn look(node: Self, behind: bool, negated: bool) -> Self {
        Self::Look(Box::new(Look { node, behind, negated }))
    }

    /// Any characters, line ends too.
    pub(super) fn anything() -> Self {
        Self::repeat(Self::Set(Set::all()), 0, None)
    }

    /// Nothing comes before: `^`.
    pub(super) fn start() -> Self {
        Self::look(Self::Set(Set::all()), true, true)
    }

    /// Nothing comes after: `$`.
    pub(super) fn end() -> Self {
        Self::look(Self::Set(Set::all()), false, true)
    }

    /// Between what is of a word and what is not: `\b`; or the contrary: `\B`.
    pub(super) fn word_boundary(negated: bool) -> Self {
        let word = || Self::Set(Set::word());
        let side = |before: bool| {
            let after = before == negated;
            Self::concat(vec![Self::look(word(), true, !before), Self::look(word(), false, !after)])
        };
        Self::alternate(vec![side(true), side(false)])
    }

    /// The parts of a sequence, or the one that it is.
    pub(super) fn into_parts(self) -> Vec<Self> {
        match self {
            Self::Empty => Vec::new(),
            Self::Concat(nodes) => nodes,
            node => vec![node],
        }
    }

    /// The number of characters, if it is the same for every text.
    pub(super) fn fixed_length(&self) -> Option<u64> {
        match self {
            Self::Empty | Self::Look(_) => Some(0),
            Self::Set(_) => Some(1),
            Self::Concat(nodes) => nodes.iter().try_fold(0_u64, |sum, node| sum.checked_add(node.fixed_length()?)),
            Self::Alternate(nodes) => {
                let first = nodes.first()?.fixed_length()?;
                nodes.iter().all(|node| node.fixed_length() == Some(first)).then_some(first)
            }
            Self::Repeat(repeat) => {
                let length = repeat.node.fixed_length()?;
                let times = if length == 0 { Some(0) } else { repeat.max.filter(|max| *max == repeat.min) };
                length.checked_mul(times?.into())
            }
        }
    }

    /// The most times that a part of it is repeated, where there is a bound.
    pub(super) fn largest_count(&self) -> u32 {
        match self {
            Self::Empty | Self::Set(_) => 0,
            Self::Concat(nodes) | Self::Alternate(nodes) => nodes.iter().map(Self::largest_count).max().unwrap_or(0),
            Self::Repeat(repeat) => repeat.min.max(repeat.max.unwrap_or(0)).max(repeat.node.largest_count()),
            Self::Look(look) => look.node.largest_count(),
        }
    }

    /// Calls `each` with every set in it.
    pub(super) fn sets<'a>(&'a self, each: &mut impl FnMut(&'a Set)) {
        match self {
            Self::Empty => {}
            Self::Set(set) => each(set),
            Self::Concat(nodes) | Self::Alternate(nodes) => nodes.iter().for_each(|node| node.sets(each)),
            Self::Repeat(repeat) => repeat.node.sets(each),
            Self::Look(look) => look.node.sets(each),
        }
    }
}
