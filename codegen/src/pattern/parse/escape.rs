//! What follows a backslash.

use super::super::reason::{Reason, Unsupported};
use super::super::set::Set;
use super::super::unicode;
use super::Parser;

/// What an escape stands for.
pub(super) enum Escape {
    Char(char),
    Set(Set),
    /// `\b`, or `\B` if true.
    Boundary(bool),
    Start,
    End,
}

impl Parser<'_> {
    /// The escape whose backslash at `offset` has been read.
    pub(super) fn escape(&mut self, offset: usize) -> Result<Escape, Unsupported> {
        let Some(c) = self.next() else {
            return Err(Self::fault_at(offset, Reason::Syntax("a backslash escapes nothing")));
        };
        Ok(match c {
            'd' => Escape::Set(Set::of_range('0', '9')),
            'D' => Escape::Set(Set::of_range('0', '9').negate()),
            'w' => Escape::Set(Set::word()),
            'W' => Escape::Set(Set::word().negate()),
            's' => Escape::Set(Set::space()),
            'S' => Escape::Set(Set::space().negate()),
            'p' => Escape::Set(self.property(offset)?),
            'P' => Escape::Set(self.property(offset)?.negate()),
            'b' => Escape::Boundary(false),
            'B' => Escape::Boundary(true),
            'A' => Escape::Start,
            'z' => Escape::End,
            't' => Escape::Char('\t'),
            'n' => Escape::Char('\n'),
            'r' => Escape::Char('\r'),
            'f' => Escape::Char('\x0c'),
            'x' => Escape::Char(self.code(2, offset)?),
            'u' => Escape::Char(self.code(4, offset)?),
            '1'..='9' | 'k' => return Err(Self::fault_at(offset, Reason::BackReference)),
            c if c.is_ascii_alphanumeric() => return Err(Self::fault_at(offset, Reason::Escape(c))),
            c => Escape::Char(c),
        })
    }

    /// The name after `\p`.
    fn property(&mut self, offset: usize) -> Result<Set, Unsupported> {
        let end = || Self::fault_at(offset, Reason::Syntax("a class has no name"));
        let name = if self.eat("{") {
            let (name, _) = self.rest().split_once('}').ok_or_else(end)?;
            let name = name.to_owned();
            self.at += name.len() + 1;
            name
        } else {
            self.next().ok_or_else(end)?.to_string()
        };
        unicode::class(&name).ok_or_else(|| Self::fault_at(offset, Reason::Class(name)))
    }

    /// The character whose code follows: so many hexadecimal digits, or any number in braces.
    fn code(&mut self, count: usize, offset: usize) -> Result<char, Unsupported> {
        let code = if self.eat("{") {
            let (digits, _) = self.rest().split_once('}').unwrap_or_default();
            let code = hexadecimal(digits);
            self.at += digits.len() + 1;
            code
        } else {
            self.unit(count)
        };
        let mut code = code.ok_or_else(|| Self::fault_at(offset, Reason::Syntax("a code is not hexadecimal")))?;
        if (0xD800..0xDC00).contains(&code) && self.eat("\\u") {
            let low = self.unit(4).filter(|low| (0xDC00..0xE000).contains(low));
            let low = low.ok_or_else(|| Self::fault_at(offset, Reason::Surrogate))?;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        char::from_u32(code).ok_or_else(|| Self::fault_at(offset, Reason::Surrogate))
    }

    fn unit(&mut self, count: usize) -> Option<u32> {
        let code = hexadecimal(self.rest().get(..count)?)?;
        self.at += count;
        Some(code)
    }
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let all = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}
