//! Why a pattern is not enforced.

use std::fmt;

/// A pattern that cannot be enforced: why, and which byte of it is the cause.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsupported {
    /// Why.
    pub reason: Reason,
    /// The byte of the pattern, from 0.
    pub offset: usize,
}

/// What it is that cannot be enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It refers to what a group has matched.
    BackReference,
    /// An atomic group or a possessive repeat.
    Atomic,
    /// A flag other than `i` and `s`.
    Flag(char),
    /// An escape that engines read differently, or that none knows.
    Escape(char),
    /// A class that `\p{…}` names.
    Class(String),
    /// Half of a surrogate pair, which no text holds.
    Surrogate,
    /// A class of characters that engines read differently.
    Ambiguous(&'static str),
    /// A fault of the pattern.
    Syntax(&'static str),
    /// Groups nest deeper than this.
    Depth(usize),
    /// It needs more states, or more work, than the generator allows.
    Size,
    /// It contradicts itself: there is no text that it matches.
    Never,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BackReference => f.write_str("it refers back to a group"),
            Self::Atomic => f.write_str("it has an atomic group or a possessive repeat"),
            Self::Flag(flag) => write!(f, "the flag `{flag}` is unknown"),
            Self::Escape(c) => write!(f, "engines do not agree on `\\{c}`"),
            Self::Class(name) => write!(f, "the class `\\p{{{name}}}` is unknown"),
            Self::Surrogate => f.write_str("it has half a surrogate pair"),
            Self::Ambiguous(what) => write!(f, "engines do not agree on {what}"),
            Self::Syntax(what) => f.write_str(what),
            Self::Depth(limit) => write!(f, "its groups nest deeper than {limit}"),
            Self::Size => f.write_str("its automaton would be too large"),
            Self::Never => f.write_str("no text matches it"),
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.reason, self.offset)
    }
}

impl std::error::Error for Unsupported {}
