//! Patterns of the model as automata that the generator has built; nothing is compiled when the program runs.
//!
//! A text is read once, from its first character to its last: the time is linear in its length for every pattern and
//! every text, and nothing is allocated.

use std::fmt;

/// A pattern of the model and what decides it.
pub struct Pattern {
    text: &'static str,
    enforced: bool,
    length: Option<(u32, Option<u32>)>,
    automata: &'static [Automaton],
}

impl Pattern {
    /// The pattern that the model writes as `text`: a string matches if every automaton accepts it.
    #[must_use]
    pub const fn new(text: &'static str, automata: &'static [Automaton]) -> Self {
        Self { text, enforced: true, length: None, automata }
    }
    /// A pattern that is told but not checked: every string matches.
    #[must_use]
    pub const fn unenforced(text: &'static str) -> Self {
        Self { text, enforced: false, length: None, automata: &[] }
    }
    /// Bounds of the number of characters, which the pattern itself asks for.
    #[must_use]
    pub const fn with_length(mut self, min: u32, max: Option<u32>) -> Self {
        self.length = Some((min, max));
        self
    }

    /// The pattern as the model writes it.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }
    /// Whether [`matches`](Self::matches) decides anything. The generator warns of every pattern for which it does not.
    #[must_use]
    pub const fn is_enforced(&self) -> bool {
        self.enforced
    }
    /// Whether `text` is what the pattern asks for. API JSON's patterns mean the whole text, Smithy's any part of it.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.length.is_none_or(|(min, max)| {
            let count = text.chars().count() as u64;
            u64::from(min) <= count && max.is_none_or(|max| count <= u64::from(max))
        }) && self.automata.iter().all(|automaton| automaton.accepts(text))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.text)
    }
}

/// A deterministic automaton over classes of characters.
///
/// States are numbers; 0 is the one that nothing leads out of, and those that accept come last. Classes are letters,
/// from `a` on.
pub struct Automaton {
    /// The class of each ASCII character.
    ascii: &'static [u8; 128],
    /// The other classes: where each run of characters begins (three bytes, big end first), and its class.
    wide: &'static [[u8; 4]],
    width: usize,
    start: usize,
    accepting: usize,
    /// The next state, for each state and each class: a byte each, two of them (big end first) if there are more states
    /// than a byte can tell apart.
    table: &'static [u8],
    two_bytes: bool,
}

impl Automaton {
    /// The automaton with `width` classes, whose states from `accepting` on accept.
    #[must_use]
    pub const fn new(
        ascii: &'static [u8; 128],
        wide: &'static [u8],
        width: usize,
        start: usize,
        accepting: usize,
        table: &'static [u8],
    ) -> Self {
        Self { ascii, wide: wide.as_chunks().0, width, start, accepting, table, two_bytes: table.len() > 256 * width }
    }

    fn accepts(&self, text: &str) -> bool {
        let (mut state, mut rest) = (self.start, text);
        loop {
            // Most characters leave the state as it is, and most are ASCII.
            let row = self.row(state);
            let stays = |byte: u8| {
                self.ascii.get(usize::from(byte)).is_some_and(|letter| self.entry(row, index(*letter)) == state)
            };
            let mut kept = 0;
            while rest.as_bytes().get(kept).is_some_and(|byte| stays(*byte)) {
                kept += 1;
            }
            let mut chars = rest.get(kept..).unwrap_or_default().chars();
            let Some(c) = chars.next() else { break };
            state = self.entry(row, self.class(c));
            if state == 0 {
                return false;
            }
            rest = chars.as_str();
        }
        state >= self.accepting
    }

    fn class(&self, c: char) -> usize {
        let code = c as usize;
        let letter = match self.ascii.get(code) {
            Some(letter) => *letter,
            None => {
                let after = self.wide.partition_point(|[high, middle, low, _]| {
                    usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low) <= code
                });
                after.checked_sub(1).and_then(|run| self.wide.get(run)).map_or(b'a', |[.., letter]| *letter)
            }
        };
        index(letter)
    }

    /// The entries of a state.
    fn row(&self, state: usize) -> &'static [u8] {
        let bytes = if self.two_bytes { 2 * self.width } else { self.width };
        self.table.get(state * bytes..).unwrap_or_default()
    }

    fn entry(&self, row: &[u8], class: usize) -> usize {
        if self.two_bytes {
            row.as_chunks().0.get(class).map_or(0, |bytes| usize::from(u16::from_be_bytes(*bytes)))
        } else {
            row.get(class).map_or(0, |byte| usize::from(*byte))
        }
    }
}

fn index(letter: u8) -> usize {
    usize::from(letter.wrapping_sub(b'a'))
}
