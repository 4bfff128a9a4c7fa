//! Sets of characters, as sorted runs of code points.

/// The last code point.
const LAST: u32 = 0x0010_FFFF;

/// A set of code points. Surrogates may be in it; no text has any, so they do not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Set {
    /// First and last of each run: sorted, with gaps between them.
    runs: Vec<(u32, u32)>,
}

impl Set {
    pub(super) fn all() -> Self {
        Self { runs: vec![(0, LAST)] }
    }

    pub(super) fn of_char(c: char) -> Self {
        Self { runs: vec![(u32::from(c), u32::from(c))] }
    }

    pub(super) fn of_range(first: char, last: char) -> Self {
        Self::of_runs(vec![(u32::from(first), u32::from(last))])
    }

    pub(super) fn of_runs(mut runs: Vec<(u32, u32)>) -> Self {
        runs.retain(|(first, last)| first <= last);
        runs.sort_unstable();
        Self::of_sorted(runs)
    }

    fn of_sorted(runs: Vec<(u32, u32)>) -> Self {
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(runs.len());
        for (first, last) in runs {
            match joined.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        Self { runs: joined }
    }

    /// ASCII letters, digits and the underscore.
    pub(super) fn word() -> Self {
        Self::of_chars(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')])
    }

    /// ASCII space, tab and line ends.
    pub(super) fn space() -> Self {
        Self::of_chars(&[('\t', '\r'), (' ', ' ')])
    }

    /// What ends a line, and the dot does not match.
    pub(super) fn line_end() -> Self {
        Self::of_chars(&[('\n', '\n'), ('\r', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
    }

    pub(super) fn of_chars(ranges: &[(char, char)]) -> Self {
        Self::of_runs(ranges.iter().map(|(first, last)| (u32::from(*first), u32::from(*last))).collect())
    }

    pub(super) fn runs(&self) -> &[(u32, u32)] {
        &self.runs
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        let mut sorted = Vec::with_capacity(self.runs.len() + other.runs.len());
        let mut others = other.runs.iter().copied().peekable();
        for &run in &self.runs {
            while let Some(before) = others.next_if(|other| *other < run) {
                sorted.push(before);
            }
            sorted.push(run);
        }
        sorted.extend(others);
        Self::of_sorted(sorted)
    }

    pub(super) fn negate(&self) -> Self {
        let mut runs = Vec::with_capacity(self.runs.len() + 1);
        let mut next = 0;
        for (first, last) in &self.runs {
            if next < *first {
                runs.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            runs.push((next, LAST));
        }
        Self { runs }
    }

    pub(super) fn intersect(&self, other: &Self) -> Self {
        self.negate().union(&other.negate()).negate()
    }

    /// With the other case of every ASCII letter in it.
    pub(super) fn fold_ascii_case(&self) -> Self {
        let mut runs = self.runs.clone();
        for (first, last, distance) in [('A', 'Z', 32_i64), ('a', 'z', -32)] {
            let letters = self.intersect(&Self::of_range(first, last));
            let shift = |code: u32| u32::try_from(i64::from(code) + distance).unwrap_or(code);
            runs.extend(letters.runs.iter().map(|(first, last)| (shift(*first), shift(*last))));
        }
        Self::of_runs(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_negated_and_intersected() {
        let letters = Set::of_chars(&[('n', 'z'), ('a', 'm')]);
        assert_eq!(letters, Set::of_range('a', 'z'));
        assert_eq!(letters.negate().negate(), letters);
        assert_eq!(Set::default().negate(), Set::all());
        assert_eq!(
            letters.intersect(&Set::of_chars(&[('A', 'c'), ('y', '~')])),
            Set::of_chars(&[('a', 'c'), ('y', 'z')])
        );
        assert_eq!(Set::of_char('k').fold_ascii_case(), Set::of_chars(&[('K', 'K'), ('k', 'k')]));
    }
}
