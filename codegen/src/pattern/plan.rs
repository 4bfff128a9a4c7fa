//! What a pattern asks for, as conditions that each take a small automaton.
//!
//! Counting costs a state for each count. Where the count follows from the length of the text (all the rest of the
//! pattern is of fixed length), the automaton need not count and the length is checked instead; a look-ahead at the
//! start that counts is a condition of its own.

use super::Dialect;
use super::syntax::{Look, Node, Repeat};

/// Counts from here on are worth a condition of their own.
const LARGE_COUNT: u32 = 8;

/// Conditions that all must hold.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) conditions: Vec<Condition>,
    pub(super) min: u64,
    pub(super) max: Option<u64>,
}

/// A text must match.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) node: Node,
    /// Whether anything may follow.
    pub(super) prefix: bool,
}

pub(super) fn plan(node: Node, dialect: Dialect) -> Plan {
    let mut parts = node.into_parts();
    let mut plan = Plan { conditions: Vec::new(), min: 0, max: None };
    if dialect == Dialect::Smithy {
        let (starts, ends) = (parts.first() == Some(&Node::start()), parts.last() == Some(&Node::end()));
        if !starts {
            parts.insert(0, Node::anything());
        }
        if !ends {
            plan.conditions.push(Condition { node: Node::concat(parts), prefix: true });
            return plan;
        }
    }
    plan.whole(parts);
    plan
}

impl Plan {
    /// The whole text must match the parts.
    fn whole(&mut self, parts: Vec<Node>) {
        let (start, end) = (Node::start(), Node::end());
        let mut parts: Vec<Node> = parts.into_iter().skip_while(|part| *part == start).collect();
        while parts.pop_if(|part| *part == end).is_some() {}
        while let Some(Node::Look(look)) = parts.first()
            && !look.behind
            && !look.negated
            && look.node.largest_count() >= LARGE_COUNT
        {
            let Node::Look(look) = parts.remove(0) else { return };
            self.ahead(*look);
        }
        self.relax(&mut parts);
        self.conditions.push(Condition { node: Node::concat(parts), prefix: false });
    }

    /// The text must begin as a look-ahead says.
    fn ahead(&mut self, look: Look) {
        let parts = look.node.into_parts();
        if parts.last() == Some(&Node::end()) {
            self.whole(parts);
        } else {
            self.conditions.push(Condition { node: Node::concat(parts), prefix: true });
        }
    }

    /// Turns the count of the one repeat that makes all the difference in length into bounds of the length.
    fn relax(&mut self, parts: &mut [Node]) {
        let mut variable = parts.iter().enumerate().filter(|(_, part)| part.fixed_length().is_none());
        let index = match (variable.next(), variable.next()) {
            (Some((index, _)), None) => index,
            (None, _) => {
                let Some((index, _)) = parts.iter().enumerate().max_by_key(|(_, part)| part.largest_count()) else {
                    return;
                };
                index
            }
            _ => return,
        };
        let others = parts.iter().enumerate().filter(|(other, _)| *other != index);
        let Some(others) = others.map(|(_, part)| part.fixed_length()).try_fold(0_u64, |sum, it| sum.checked_add(it?))
        else {
            return;
        };
        let Some(Node::Repeat(repeat)) = parts.get_mut(index) else { return };
        let Repeat { node, min, max } = &mut **repeat;
        let Some(unit) = node.fixed_length().filter(|unit| *unit > 0) else { return };
        if (*min).max(max.unwrap_or(0)) < LARGE_COUNT {
            return;
        }
        let length = |times: u32| u64::from(times).checked_mul(unit)?.checked_add(others);
        let (least, most) = (length(*min), max.map(length));
        if let (Some(least), None | Some(Some(_))) = (least, most) {
            self.min = self.min.max(least);
            self.max = match (self.max, most.flatten()) {
                (Some(left), Some(right)) => Some(left.min(right)),
                (left, right) => left.or(right),
            };
            (*min, *max) = (0, None);
        }
    }
}
