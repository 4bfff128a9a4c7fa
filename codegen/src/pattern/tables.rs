//! An automaton as the runtime reads it.

use super::alphabet::Alphabet;
use super::machine::Dfa;
use super::minimize::minimize;

/// The letter of the first class: classes are printable, which keeps generated code short.
const FIRST_LETTER: u8 = b'a';

/// What the constructor of `shapewire::pattern::Automaton` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Automaton {
    /// The letter of the class of each ASCII character.
    pub ascii: [u8; 128],
    /// For all others: where each run of characters of one class begins, in three bytes, and the letter of its class.
    pub wide: Vec<u8>,
    /// The number of classes.
    pub width: usize,
    /// The state at the start of a text.
    pub start: usize,
    /// The first of the states that accept.
    pub accepting: usize,
    /// The next state, for each state and each class; two bytes each if there are more than 256 states.
    pub table: Vec<u8>,
}

impl Automaton {
    /// `None` if there are too many classes or states for the tables.
    pub(super) fn new(dfa: &Dfa, alphabet: &Alphabet) -> Option<Self> {
        let (dfa, start, accepting) = minimize(dfa);
        let states = dfa.next.len();
        let classes = Classes::new(&dfa, alphabet)?;
        let mut table = Vec::new();
        for row in &dfa.next {
            for column in &classes.columns {
                let [high, low] = u16::try_from(row[*column]).ok()?.to_be_bytes();
                if states > 256 {
                    table.push(high);
                }
                table.push(low);
            }
        }
        let width = classes.columns.len();
        Some(Self { ascii: classes.ascii, wide: classes.wide, width, start, accepting, table })
    }

    /// Whether it accepts the text, as the runtime finds out.
    pub(super) fn accepts(&self, text: &str) -> bool {
        let end = text.chars().try_fold(self.start, |state, c| {
            let state = self.next(state, self.class(c));
            (state != 0).then_some(state)
        });
        end.is_some_and(|state| state >= self.accepting)
    }

    fn class(&self, c: char) -> usize {
        let code = u32::from(c);
        let letter = usize::try_from(code).ok().and_then(|code| self.ascii.get(code)).copied();
        let run = |run: &&[u8; 4]| u32::from_be_bytes([0, run[0], run[1], run[2]]) <= code;
        let letter = letter.or_else(|| self.wide.as_chunks().0.iter().take_while(run).last().map(|run| run[3]));
        usize::from(letter.unwrap_or(FIRST_LETTER) - FIRST_LETTER)
    }

    fn next(&self, state: usize, class: usize) -> usize {
        let entry = state * self.width + class;
        if self.table.len() > 256 * self.width {
            usize::from(u16::from_be_bytes(self.table.as_chunks().0[entry]))
        } else {
            usize::from(self.table[entry])
        }
    }

    pub(super) fn states(&self) -> usize {
        let entries = self.table.len() / self.width;
        if entries > 256 { entries / 2 } else { entries }
    }

    /// The number of characters of the shortest text that it accepts.
    pub(super) fn shortest(&self) -> usize {
        let mut known = vec![false; self.states()];
        let (mut here, mut length) = (vec![self.start], 0);
        // From every state but the first a text leads on to one that accepts.
        while !here.is_empty() && here.iter().all(|state| *state < self.accepting) {
            for state in std::mem::take(&mut here) {
                let next = (0..self.width).map(|class| self.next(state, class));
                here.extend(next.filter(|next| *next != 0 && !std::mem::replace(&mut known[*next], true)));
            }
            length += 1;
        }
        length
    }

    pub(super) fn accepts_nothing(&self) -> bool {
        self.start == 0
    }

    pub(super) fn accepts_everything(&self) -> bool {
        self.states() == 2 && self.accepting == 1 && self.table[self.width..].iter().all(|state| *state == 1)
    }
}

/// The classes that are left when the automaton is minimal.
struct Classes {
    /// For each of them, one of the old.
    columns: Vec<usize>,
    ascii: [u8; 128],
    wide: Vec<u8>,
}

impl Classes {
    fn new(dfa: &Dfa, alphabet: &Alphabet) -> Option<Self> {
        let column = |class: usize| dfa.next.iter().map(move |row| row[class]);
        let mut classes = Self { columns: Vec::new(), ascii: [0; 128], wide: Vec::new() };
        let mut letters: Vec<Option<u8>> = vec![None; alphabet.count];
        let mut letter = |class: usize, columns: &mut Vec<usize>| -> Option<u8> {
            if letters[class].is_none() {
                let number = columns.iter().position(|other| column(*other).eq(column(class))).unwrap_or_else(|| {
                    columns.push(class);
                    columns.len() - 1
                });
                letters[class] = FIRST_LETTER.checked_add(u8::try_from(number).ok()?);
            }
            letters[class]
        };
        // Beyond ASCII first: patterns that differ in ASCII alone then have the same runs.
        let ends = alphabet.runs.iter().skip(1).map(|(begin, _)| *begin).chain([u32::from(char::MAX) + 1]);
        for ((begin, class), end) in alphabet.runs.iter().zip(ends) {
            let begin = (*begin).max(0x80);
            let is_surrogate = begin >= 0xD800 && end <= 0xE000;
            if begin >= end || is_surrogate {
                continue;
            }
            let letter = letter(*class, &mut classes.columns)?;
            if classes.wide.last() != Some(&letter) {
                let [_, high, middle, low] = begin.to_be_bytes();
                classes.wide.extend([high, middle, low, letter]);
            }
        }
        for (code, place) in (0_u32..).zip(&mut classes.ascii) {
            let run = alphabet.runs.partition_point(|(begin, _)| *begin <= code);
            let class = run.checked_sub(1).and_then(|run| alphabet.runs.get(run)).map_or(0, |(_, class)| *class);
            *place = letter(class, &mut classes.columns)?;
        }
        Some(classes)
    }
}
