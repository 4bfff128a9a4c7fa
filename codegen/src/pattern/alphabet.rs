//! Classes of characters that a pattern does not tell apart.

use std::collections::HashMap;

use super::set::Set;

/// The classes that a pattern's sets divide all characters into.
pub(super) struct Alphabet {
    /// Where each run of characters of one class begins, and its class; the first begins at 0.
    pub(super) runs: Vec<(u32, usize)>,
    /// The number of classes.
    pub(super) count: usize,
    /// For each set, whether each class is in it.
    pub(super) members: Vec<Vec<bool>>,
}

impl Alphabet {
    pub(super) fn new(sets: &[&Set]) -> Self {
        let mut begins = vec![0];
        for (first, last) in sets.iter().flat_map(|set| set.runs()) {
            begins.extend([*first, last + 1]);
        }
        begins.sort_unstable();
        begins.dedup();
        begins.retain(|begin| *begin <= u32::from(char::MAX));
        // For each run, the sets that it is in.
        let mut signatures = vec![Vec::new(); begins.len()];
        for (index, set) in sets.iter().enumerate() {
            let mut run = 0;
            for (first, last) in set.runs() {
                while begins.get(run).is_some_and(|begin| begin < first) {
                    run += 1;
                }
                while begins.get(run).is_some_and(|begin| begin <= last) {
                    signatures[run].push(index);
                    run += 1;
                }
            }
        }
        let mut classes: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut members = vec![Vec::new(); sets.len()];
        let mut runs = Vec::with_capacity(begins.len());
        for (begin, signature) in begins.into_iter().zip(signatures) {
            let count = classes.len();
            let class = *classes.entry(signature).or_insert_with_key(|signature| {
                for (set, members) in members.iter_mut().enumerate() {
                    members.push(signature.binary_search(&set).is_ok());
                }
                count
            });
            runs.push((begin, class));
        }
        Self { runs, count: classes.len(), members }
    }
}
