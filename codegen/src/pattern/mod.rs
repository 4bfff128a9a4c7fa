//! Patterns of models as automata: from the text of a pattern to tables that a few lines of the runtime read.
//!
//! The way of a pattern: `parse` reads it into a tree over sets of characters, `plan` makes of it conditions that
//! take few states each, `program` and `machine` turn each condition into a deterministic automaton over the
//! `alphabet` of characters that the pattern tells apart, and `minimize` makes that as small as it can be.
//! Look-ahead and look-behind are part of it, wherever they stand.

mod alphabet;
mod machine;
mod minimize;
mod parse;
mod plan;
mod program;
mod reason;
mod set;
mod syntax;
mod tables;
mod unicode;

pub use reason::{Reason, Unsupported};
pub use tables::Automaton;

/// How deep groups, and classes in classes, may nest.
const MAX_DEPTH: usize = 64;
/// The most instructions of a condition, before it is made deterministic.
const MAX_INSTRUCTIONS: usize = 20_000;
/// The most states of an automaton, before it is made minimal.
const MAX_STATES: usize = 20_000;
/// The most threads that are looked at in making an automaton deterministic.
const MAX_WORK: usize = 4_000_000;

/// What it means that a text matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "those of the two formats")]
pub enum Dialect {
    /// API JSON's: the whole text.
    #[default]
    ApiJson,
    /// Smithy's: any part of it, except where anchors say otherwise.
    Smithy,
}

/// A pattern that can be enforced: a text matches if its length is within the bounds and every automaton accepts it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compiled {
    /// Bounds of the number of characters, if automata alone do not decide it: the least, and the most if there is one.
    pub length: Option<(u32, Option<u32>)>,
    /// All must accept.
    pub automata: Vec<Automaton>,
}

/// Makes the automata of a pattern.
///
/// # Errors
/// Why it cannot be enforced: nothing is ever enforced in part.
pub fn compile(pattern: &str, dialect: Dialect) -> Result<Compiled, Unsupported> {
    let node = parse::parse(pattern, dialect)?;
    let whole = |reason| Unsupported { reason, offset: 0 };
    let plan::Plan { conditions, min, max } = plan::plan(node, dialect);
    let mut automata = Vec::new();
    for condition in conditions {
        let program = program::Program::new(&condition.node, condition.prefix).map_err(whole)?;
        let alphabet = alphabet::Alphabet::new(&program.sets);
        let dfa = machine::determinize(&program, &alphabet).map_err(whole)?;
        let automaton = Automaton::new(&dfa, &alphabet).ok_or_else(|| whole(Reason::Size))?;
        if automaton.accepts_nothing() {
            return Err(whole(Reason::Never));
        }
        if !automaton.accepts_everything() {
            automata.push(automaton);
        }
    }
    let length = if (min, max) == (0, None) {
        None
    } else {
        let bound = |bound: u64| u32::try_from(bound).map_err(|_| whole(Reason::Size));
        Some((bound(min)?, max.map(bound).transpose()?))
    };
    if length.is_some_and(|(min, max)| max.is_some_and(|max| max < min)) {
        return Err(whole(Reason::Never));
    }
    Ok(Compiled { length, automata })
}

impl Compiled {
    /// Whether the text matches.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        let fits = self.length.is_none_or(|(min, max)| {
            let count = text.chars().count();
            count >= min as usize && max.is_none_or(|max| count <= max as usize)
        });
        fits && self.automata.iter().all(|automaton| automaton.accepts(text))
    }

    /// A number of characters that every text has at least that matches.
    #[must_use]
    pub fn shortest(&self) -> u64 {
        let least = self.length.map_or(0, |(least, _)| u64::from(least));
        self.automata.iter().map(|automaton| automaton.shortest() as u64).fold(least, u64::max)
    }

    /// The number of states of all automata.
    #[must_use]
    pub fn states(&self) -> usize {
        self.automata.iter().map(Automaton::states).sum()
    }

    /// The number of bytes of all tables.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.automata.iter().map(|automaton| automaton.ascii.len() + automaton.wide.len() + automaton.table.len()).sum()
    }
}
