//! Classes of characters: `[…]`.

use super::super::reason::{Reason, Unsupported};
use super::super::set::Set;
use super::super::{Dialect, MAX_DEPTH};
use super::Parser;
use super::escape::Escape;

/// One of the things that a class lists.
enum Item {
    Char(char),
    Set(Set),
}

impl Parser<'_> {
    /// The class whose bracket at `offset` has been read.
    pub(super) fn class(&mut self, offset: usize, depth: usize) -> Result<Set, Unsupported> {
        if depth > MAX_DEPTH {
            return Err(self.fault(Reason::Depth(MAX_DEPTH)));
        }
        let negated = self.eat("^");
        if self.peek() == Some(']') {
            return Err(self.fault(Reason::Ambiguous("a class that begins with `]`")));
        }
        let mut set = Set::default();
        let mut intersection: Option<Set> = None;
        loop {
            if self.peek().is_none() {
                return Err(Self::fault_at(offset, Reason::Syntax("a class has no end")));
            }
            let is_end = self.eat("]");
            if is_end || self.is_intersection()? {
                let side = std::mem::take(&mut set);
                let both = intersection.map_or_else(|| side.clone(), |left| left.intersect(&side));
                if is_end {
                    return Ok(if negated { both.negate() } else { both });
                }
                intersection = Some(both);
            } else {
                set = set.union(&self.class_part(depth)?);
            }
        }
    }

    /// Whether `&&` follows: Java's intersection.
    fn is_intersection(&mut self) -> Result<bool, Unsupported> {
        if self.dialect == Dialect::Smithy && self.rest().starts_with("&&") {
            return Err(self.fault(Reason::Ambiguous("`&&` in a class")));
        }
        Ok(self.eat("&&"))
    }

    /// A character, a range of them, or what stands for a set.
    fn class_part(&mut self, depth: usize) -> Result<Set, Unsupported> {
        let offset = self.at;
        let first = match self.item(depth)? {
            Item::Set(set) => return Ok(set),
            Item::Char(c) => c,
        };
        let rest = self.rest();
        let set = if rest.starts_with('-') && !rest.starts_with("-]") && rest.len() > 1 {
            self.at += 1;
            if self.peek() == Some('[') {
                return Err(self.fault(Reason::Ambiguous("a range up to a class")));
            }
            let Item::Char(last) = self.item(depth)? else {
                return Err(Self::fault_at(offset, Reason::Ambiguous("a range up to a class")));
            };
            if last < first {
                return Err(Self::fault_at(offset, Reason::Syntax("a range whose last character is before its first")));
            }
            Set::of_range(first, last)
        } else {
            Set::of_char(first)
        };
        Ok(if self.flags.ignore_case { set.fold_ascii_case() } else { set })
    }

    fn item(&mut self, depth: usize) -> Result<Item, Unsupported> {
        let offset = self.at;
        let end = || Self::fault_at(offset, Reason::Syntax("a class has no end"));
        Ok(match self.next().ok_or_else(end)? {
            '[' if self.dialect == Dialect::Smithy || self.peek() == Some(':') => {
                return Err(Self::fault_at(offset, Reason::Ambiguous("a `[` in a class")));
            }
            '[' => Item::Set(self.class(offset, depth + 1)?),
            '\\' => match self.escape(offset)? {
                Escape::Char(c) => Item::Char(c),
                Escape::Set(set) => Item::Set(set),
                Escape::Boundary(_) | Escape::Start | Escape::End => {
                    return Err(Self::fault_at(offset, Reason::Ambiguous("an anchor in a class")));
                }
            },
            c => Item::Char(c),
        })
    }
}
