//! The smallest automaton that accepts the same texts.

use std::collections::VecDeque;

use super::machine::Dfa;

/// Joins states that no text tells apart, after Hopcroft.
///
/// The states of the result are numbered so that 0 leads nowhere and those that accept come last; the first of the pair
/// is the start, the second the first state that accepts.
pub(super) fn minimize(dfa: &Dfa) -> (Dfa, usize, usize) {
    let blocks = blocks(dfa);
    let count = blocks.iter().max().map_or(0, |last| last + 1);
    let mut states = vec![None; count];
    for (state, block) in blocks.iter().enumerate() {
        states[*block].get_or_insert(state);
    }
    // In the order in which they are reached, the start first.
    let mut order = vec![blocks[0]];
    let mut known = vec![false; count];
    known[blocks[0]] = true;
    let mut at = 0;
    while let Some(block) = order.get(at).copied() {
        at += 1;
        for next in &dfa.next[states[block].unwrap_or_default()] {
            if !std::mem::replace(&mut known[blocks[*next]], true) {
                order.push(blocks[*next]);
            }
        }
    }
    let accepts = |block: usize| dfa.accepting[states[block].unwrap_or_default()];
    let row = |block: usize| dfa.next[states[block].unwrap_or_default()].iter().map(|next| blocks[*next]);
    let is_dead = |block: usize| !accepts(block) && row(block).all(|next| next == block);
    let mut numbers = vec![0; count];
    let (accepting, mut live): (Vec<usize>, Vec<usize>) =
        order.into_iter().filter(|block| !is_dead(*block)).partition(|block| accepts(*block));
    live.extend(accepting);
    for (index, block) in live.iter().enumerate() {
        numbers[*block] = index + 1;
    }
    let mut next = vec![vec![0; dfa.width]];
    next.extend(live.iter().map(|block| row(*block).map(|next| numbers[next]).collect()));
    let accepting: Vec<bool> = std::iter::once(false).chain(live.iter().map(|block| accepts(*block))).collect();
    let first = accepting.iter().position(|accepts| *accepts).unwrap_or(accepting.len());
    (Dfa { width: dfa.width, next, accepting }, numbers[blocks[0]], first)
}

/// For each state the number of its block: states of one block accept the same texts.
fn blocks(dfa: &Dfa) -> Vec<usize> {
    let count = dfa.next.len();
    let mut sources = vec![vec![Vec::new(); count]; dfa.width];
    for (state, row) in dfa.next.iter().enumerate() {
        for (class, next) in row.iter().enumerate() {
            sources[class][*next].push(state);
        }
    }
    let mut block_of: Vec<usize> = dfa.accepting.iter().map(|accepts| usize::from(*accepts)).collect();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(), Vec::new()];
    for (state, block) in block_of.iter().enumerate() {
        members[*block].push(state);
    }
    if members[0].is_empty() || members[1].is_empty() {
        return vec![0; count];
    }
    let mut queue = VecDeque::from([0, 1]);
    let mut queued = vec![true, true];
    while let Some(splitter) = queue.pop_front() {
        queued[splitter] = false;
        let targets = members[splitter].clone();
        for sources in &sources {
            let mut touched: Vec<(usize, usize)> = Vec::new();
            for target in &targets {
                touched.extend(sources[*target].iter().map(|state| (block_of[*state], *state)));
            }
            touched.sort_unstable();
            for group in touched.chunk_by(|left, right| left.0 == right.0) {
                let block = group[0].0;
                if group.len() == members[block].len() {
                    continue;
                }
                let new = members.len();
                for (_, state) in group {
                    block_of[*state] = new;
                }
                members[block].retain(|state| block_of[*state] == block);
                members.push(group.iter().map(|(_, state)| *state).collect());
                queued.push(false);
                // Either half will do, unless the block is still to be looked at: then both are.
                let smaller = if members[new].len() <= members[block].len() { new } else { block };
                let add = if queued[block] { new } else { smaller };
                queued[add] = true;
                queue.push_back(add);
            }
        }
    }
    block_of
}
