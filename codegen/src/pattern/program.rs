//! A tree as instructions for a non-deterministic machine.

use std::collections::HashMap;

use super::MAX_INSTRUCTIONS;
use super::reason::Reason;
use super::set::Set;
use super::syntax::Node;

/// The place of an instruction.
pub(super) type Place = usize;

/// What a machine does; places say where it goes on.
#[derive(Clone, Debug)]
pub(super) enum Instruction {
    /// The end of the pattern.
    Match,
    /// Reads a character of the set of this number.
    Read(usize, Place),
    /// Goes on at all of them.
    Split(Vec<Place>),
    /// Goes on if another machine matches before or after here; or if not, when `negated`.
    Look { machine: usize, negated: bool, next: Place },
}

/// A part of the program that matches on its own: the whole pattern, or the inside of a look-around.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    pub(super) start: Place,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Matches from the start of the text to its end.
    Whole,
    /// Matches from where it is started to anywhere.
    Ahead,
    /// Matches from anywhere to where it is asked.
    Behind,
}

/// All machines of a pattern. Those that a machine looks with come before it, so the last one is the whole pattern.
pub(super) struct Program<'a> {
    pub(super) instructions: Vec<Instruction>,
    pub(super) machines: Vec<Machine>,
    pub(super) sets: Vec<&'a Set>,
}

impl<'a> Program<'a> {
    pub(super) fn new(node: &'a Node, prefix: bool) -> Result<Self, Reason> {
        let mut writer = Writer { instructions: vec![Instruction::Match], ..Writer::default() };
        let mut sets = Vec::new();
        node.sets(&mut |set| {
            writer.numbers.entry(set).or_insert_with(|| {
                sets.push(set);
                sets.len() - 1
            });
        });
        let start = writer.write(node, 0)?;
        writer.machines.push(Machine { start, kind: if prefix { Kind::Ahead } else { Kind::Whole } });
        Ok(Self { instructions: writer.instructions, machines: writer.machines, sets })
    }
}

#[derive(Default)]
struct Writer<'a> {
    instructions: Vec<Instruction>,
    machines: Vec<Machine>,
    numbers: HashMap<&'a Set, usize>,
    looks: HashMap<(&'a Node, bool), usize>,
}

impl<'a> Writer<'a> {
    fn push(&mut self, instruction: Instruction) -> Result<Place, Reason> {
        if self.instructions.len() >= MAX_INSTRUCTIONS {
            return Err(Reason::Size);
        }
        self.instructions.push(instruction);
        Ok(self.instructions.len() - 1)
    }

    /// Writes what matches `node` and goes on at `next`; the place where it starts.
    fn write(&mut self, node: &'a Node, next: Place) -> Result<Place, Reason> {
        match node {
            Node::Empty => Ok(next),
            Node::Set(set) => {
                let number = self.numbers.get(set).copied().unwrap_or_default();
                self.push(Instruction::Read(number, next))
            }
            Node::Concat(nodes) => nodes.iter().rev().try_fold(next, |next, node| self.write(node, next)),
            Node::Alternate(nodes) => {
                let starts = nodes.iter().map(|node| self.write(node, next)).collect::<Result<_, _>>()?;
                self.push(Instruction::Split(starts))
            }
            Node::Repeat(repeat) => {
                let mut start = next;
                match repeat.max {
                    None => {
                        start = self.push(Instruction::Split(Vec::new()))?;
                        let body = self.write(&repeat.node, start)?;
                        if let Some(split) = self.instructions.get_mut(start) {
                            *split = Instruction::Split(vec![body, next]);
                        }
                    }
                    Some(max) => {
                        for _ in repeat.min..max {
                            let body = self.write(&repeat.node, start)?;
                            start = self.push(Instruction::Split(vec![body, next]))?;
                        }
                    }
                }
                for _ in 0..repeat.min {
                    let body = self.write(&repeat.node, start)?;
                    if body == start {
                        break;
                    }
                    start = body;
                }
                Ok(start)
            }
            Node::Look(look) => {
                let machine = match self.looks.get(&(&look.node, look.behind)) {
                    Some(machine) => *machine,
                    None => {
                        let start = self.write(&look.node, 0)?;
                        let kind = if look.behind { Kind::Behind } else { Kind::Ahead };
                        self.machines.push(Machine { start, kind });
                        self.looks.insert((&look.node, look.behind), self.machines.len() - 1);
                        self.machines.len() - 1
                    }
                };
                self.push(Instruction::Look { machine, negated: look.negated, next })
            }
        }
    }
}
