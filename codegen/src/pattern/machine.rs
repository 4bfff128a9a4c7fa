//! Runs the machines of a pattern on all texts at once, and so makes an automaton that does the same step by step.
//!
//! A deterministic state is a set of threads. A thread is where a machine is, and its duties: what a look-ahead that it
//! has passed still asks of the rest of the text. A duty is the state of another machine that must match, or must not;
//! as those states are deterministic themselves, "must not" needs no more than its mark. What look-behinds ask is known
//! when they are reached, because their machines run beside from the start of the text.

use std::collections::{HashMap, HashSet, VecDeque};

use super::alphabet::Alphabet;
use super::program::{Instruction, Kind, Place, Program};
use super::reason::Reason;
use super::{MAX_STATES, MAX_WORK};

/// A deterministic automaton over the classes of an alphabet, not minimal.
#[derive(Debug)]
pub(super) struct Dfa {
    /// The number of classes.
    pub(super) width: usize,
    /// The next state, for each state and each class.
    pub(super) next: Vec<Vec<usize>>,
    pub(super) accepting: Vec<bool>,
}

type State = usize;

/// The state of a machine that has matched whatever follows.
const MATCHED: State = 0;
/// The state of a machine that cannot match any more.
const FAILED: State = 1;

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Thread {
    place: Place,
    /// Sorted.
    duties: Vec<Duty>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Duty {
    state: State,
    negated: bool,
}

/// Where the machines of all look-behinds are, by their numbers: what the text before says.
type Before = Vec<Option<State>>;

struct Runner<'a> {
    program: &'a Program<'a>,
    alphabet: &'a Alphabet,
    states: Vec<(usize, Vec<Thread>)>,
    numbers: HashMap<(usize, Vec<Thread>), State>,
    work: usize,
}

/// The automaton of the program's last machine.
pub(super) fn determinize(program: &Program<'_>, alphabet: &Alphabet) -> Result<Dfa, Reason> {
    let none = (usize::MAX, Vec::new());
    let states = vec![none.clone(), none];
    let mut runner = Runner { program, alphabet, states, numbers: HashMap::new(), work: 0 };
    let Some(whole) = program.machines.len().checked_sub(1) else { return Err(Reason::Size) };
    let before = runner.before(None)?;
    let first = (runner.start(whole, &before)?, before);
    let mut numbers = HashMap::from([(first.clone(), 0)]);
    let mut queue = VecDeque::from([first]);
    let mut dfa = Dfa { width: alphabet.count, next: Vec::new(), accepting: Vec::new() };
    while let Some((state, before)) = queue.pop_front() {
        dfa.accepting.push(runner.accepts(state));
        let mut row = Vec::with_capacity(alphabet.count);
        for class in 0..alphabet.count {
            let after = runner.before(Some((&before, class)))?;
            let next = (runner.step(state, class, &after)?, after);
            let count = numbers.len();
            let number = *numbers.entry(next).or_insert_with_key(|next| {
                queue.push_back(next.clone());
                count
            });
            row.push(number);
        }
        dfa.next.push(row);
        if numbers.len() > MAX_STATES {
            return Err(Reason::Size);
        }
    }
    Ok(dfa)
}

impl Runner<'_> {
    /// The state of all look-behinds at the start of the text, or after one more character.
    fn before(&mut self, last: Option<(&Before, usize)>) -> Result<Before, Reason> {
        let mut before = Before::new();
        for (number, machine) in self.program.machines.iter().enumerate() {
            let state = match last {
                _ if machine.kind != Kind::Behind => None,
                None => Some(self.start(number, &before)?),
                Some((last, class)) => match last[number] {
                    Some(state) => Some(self.step(state, class, &before)?),
                    None => Some(FAILED),
                },
            };
            before.push(state);
        }
        Ok(before)
    }

    fn start(&mut self, machine: usize, before: &Before) -> Result<State, Reason> {
        let Some(start) = self.program.machines.get(machine) else { return Ok(FAILED) };
        self.close(machine, vec![Thread { place: start.start, duties: Vec::new() }], before)
    }

    /// The state after one more character; `before` is what is before the place after it.
    fn step(&mut self, state: State, class: usize, before: &Before) -> Result<State, Reason> {
        if state == MATCHED || state == FAILED {
            return Ok(state);
        }
        let Some((machine, threads)) = self.states.get(state).cloned() else { return Ok(FAILED) };
        let Some(kind) = self.program.machines.get(machine).map(|machine| machine.kind) else { return Ok(FAILED) };
        let mut after = Vec::with_capacity(threads.len() + 1);
        for thread in threads {
            let place = match self.program.instructions.get(thread.place) {
                Some(Instruction::Read(set, next)) if self.contains(*set, class) => *next,
                Some(Instruction::Match) if kind == Kind::Ahead => thread.place,
                _ => continue,
            };
            let mut duties = Vec::with_capacity(thread.duties.len());
            let mut fails = false;
            for duty in thread.duties {
                let state = self.step(duty.state, class, before)?;
                fails |= !add_duty(&mut duties, Duty { state, ..duty });
            }
            if !fails {
                after.push(Thread { place, duties });
            }
        }
        if kind == Kind::Behind
            && let Some(machine) = self.program.machines.get(machine)
        {
            after.push(Thread { place: machine.start, duties: Vec::new() });
        }
        self.close(machine, after, before)
    }

    fn contains(&self, set: usize, class: usize) -> bool {
        self.alphabet.members.get(set).and_then(|members| members.get(class)).copied().unwrap_or(false)
    }

    /// The state of the threads, after all that they do without reading.
    fn close(&mut self, machine: usize, threads: Vec<Thread>, before: &Before) -> Result<State, Reason> {
        let program = self.program;
        let kind = program.machines.get(machine).map(|machine| machine.kind);
        let mut seen: HashSet<Thread> = HashSet::new();
        let mut closed = Vec::new();
        let mut open = threads;
        while let Some(thread) = open.pop() {
            self.work += 1;
            if self.work > MAX_WORK {
                return Err(Reason::Size);
            }
            let Some(instruction) = program.instructions.get(thread.place) else { continue };
            match instruction {
                Instruction::Match if kind == Some(Kind::Ahead) && thread.duties.is_empty() => return Ok(MATCHED),
                Instruction::Match | Instruction::Read(..) => closed.push(thread),
                Instruction::Split(places) => {
                    // Only what branches can come back to where it was.
                    if seen.insert(thread.clone()) {
                        open.extend(places.iter().map(|place| Thread { place: *place, duties: thread.duties.clone() }));
                    }
                }
                Instruction::Look { machine, negated, next } => {
                    let choices = match before.get(*machine) {
                        Some(Some(state)) => self.choices_behind(*state, *negated)?,
                        _ => vec![vec![Duty { state: self.start(*machine, before)?, negated: *negated }]],
                    };
                    for choice in choices {
                        let mut duties = thread.duties.clone();
                        if choice.into_iter().all(|duty| add_duty(&mut duties, duty)) {
                            open.push(Thread { place: *next, duties });
                        }
                    }
                }
            }
        }
        closed.sort_unstable();
        closed.dedup();
        drop_implied(&mut closed);
        if closed.is_empty() && kind != Some(Kind::Behind) {
            return Ok(FAILED);
        }
        let count = self.states.len();
        let key = (machine, closed);
        if let Some(state) = self.numbers.get(&key) {
            return Ok(*state);
        }
        self.states.push(key.clone());
        self.numbers.insert(key, count);
        Ok(count)
    }

    /// The duties under which a look-behind matches here (or does not): any one of the lists.
    fn choices_behind(&mut self, state: State, negated: bool) -> Result<Vec<Vec<Duty>>, Reason> {
        let threads = self.states.get(state).map(|(_, threads)| threads.as_slice()).unwrap_or_default();
        let matches = threads
            .iter()
            .filter(|thread| matches!(self.program.instructions.get(thread.place), Some(Instruction::Match)))
            .map(|thread| thread.duties.clone());
        if !negated {
            return Ok(matches.collect());
        }
        // Of every match, one of its duties must fail.
        let mut choices: Vec<Vec<Duty>> = vec![Vec::new()];
        for duties in matches {
            self.work += choices.len() * duties.len();
            if self.work > MAX_WORK {
                return Err(Reason::Size);
            }
            let mut longer = Vec::new();
            for choice in &choices {
                for duty in &duties {
                    longer.push([choice.as_slice(), &[Duty { negated: !duty.negated, ..*duty }]].concat());
                }
            }
            choices = longer;
        }
        Ok(choices)
    }

    /// Whether the state matches at the end of the text.
    fn accepts(&self, state: State) -> bool {
        let threads = self.states.get(state).map(|(_, threads)| threads.as_slice()).unwrap_or_default();
        state == MATCHED
            || threads.iter().any(|thread| {
                matches!(self.program.instructions.get(thread.place), Some(Instruction::Match))
                    && thread.duties.iter().all(|duty| self.accepts(duty.state) != duty.negated)
            })
    }
}

/// Adds a duty. False if it cannot be done.
fn add_duty(duties: &mut Vec<Duty>, duty: Duty) -> bool {
    match (duty.state, duty.negated) {
        (MATCHED, false) | (FAILED, true) => true,
        (MATCHED, true) | (FAILED, false) => false,
        _ => {
            if duties.contains(&Duty { negated: !duty.negated, ..duty }) {
                return false;
            }
            if let Err(place) = duties.binary_search(&duty) {
                duties.insert(place, duty);
            }
            true
        }
    }
}

/// Drops threads that do what another one does with fewer duties. They are sorted.
fn drop_implied(threads: &mut Vec<Thread>) {
    if threads.iter().all(|thread| thread.duties.is_empty()) {
        return;
    }
    let all = threads.clone();
    threads.retain(|thread| {
        !all.iter().any(|other| {
            other.place == thread.place
                && other.duties.len() < thread.duties.len()
                && other.duties.iter().all(|duty| thread.duties.binary_search(duty).is_ok())
        })
    });
}
