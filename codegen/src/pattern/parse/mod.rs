//! From the text of a pattern to its tree.
//!
//! What engines read alike is read, what they do not is refused with a reason. `\w`, `\d`, `\s` and `\b` are ASCII.
//! The dot stops at all line ends that Java knows (`\n`, `\r`, U+0085, U+2028, U+2029), and `$` is the end of the text:
//! not, as in some engines, the place before a last line end too.

mod class;
mod escape;

use super::reason::{Reason, Unsupported};
use super::set::Set;
use super::syntax::Node;
use super::{Dialect, MAX_DEPTH};
use escape::Escape;

/// Reads a pattern.
pub(super) fn parse(pattern: &str, dialect: Dialect) -> Result<Node, Unsupported> {
    let mut parser = Parser { pattern, at: 0, dialect, flags: Flags::default() };
    let node = parser.alternatives(0)?;
    if parser.peek().is_some() {
        return Err(parser.fault(Reason::Syntax("a `)` closes nothing")));
    }
    Ok(node)
}

struct Parser<'a> {
    pattern: &'a str,
    /// The byte that is next.
    at: usize,
    dialect: Dialect,
    flags: Flags,
}

#[derive(Clone, Copy, Default)]
struct Flags {
    ignore_case: bool,
    dot_all: bool,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads `text` if it is next.
    fn eat(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    fn fault(&self, reason: Reason) -> Unsupported {
        Unsupported { reason, offset: self.at }
    }

    fn fault_at(offset: usize, reason: Reason) -> Unsupported {
        Unsupported { reason, offset }
    }

    /// What is up to the end, or to the parenthesis that closes the group.
    fn alternatives(&mut self, depth: usize) -> Result<Node, Unsupported> {
        if depth > MAX_DEPTH {
            return Err(self.fault(Reason::Depth(MAX_DEPTH)));
        }
        let mut alternatives = Vec::new();
        let mut sequence = Vec::new();
        loop {
            match self.peek() {
                None | Some(')') => break,
                Some('|') => {
                    self.at += 1;
                    alternatives.push(Node::concat(std::mem::take(&mut sequence)));
                }
                Some(c) => {
                    let node = self.atom(c, depth)?;
                    sequence.push(self.repeated(node)?);
                }
            }
        }
        alternatives.push(Node::concat(sequence));
        Ok(Node::alternate(alternatives))
    }

    fn atom(&mut self, c: char, depth: usize) -> Result<Node, Unsupported> {
        let offset = self.at;
        self.at += c.len_utf8();
        Ok(match c {
            '(' => self.group(offset, depth)?,
            '[' => Node::Set(self.class(offset, depth)?),
            '.' if self.flags.dot_all => Node::Set(Set::all()),
            '.' => Node::Set(Set::line_end().negate()),
            '^' => Node::start(),
            '$' => Node::end(),
            '*' | '+' | '?' => return Err(Self::fault_at(offset, Reason::Syntax("a repeat of nothing"))),
            '{' => return Err(Self::fault_at(offset, Reason::Ambiguous("a `{` that repeats nothing"))),
            '\\' => match self.escape(offset)? {
                Escape::Char(c) => self.literal(c),
                Escape::Set(set) => Node::Set(set),
                Escape::Boundary(negated) => Node::word_boundary(negated),
                Escape::Start => Node::start(),
                Escape::End => Node::end(),
            },
            c => self.literal(c),
        })
    }

    fn literal(&self, c: char) -> Node {
        let set = Set::of_char(c);
        Node::Set(if self.flags.ignore_case { set.fold_ascii_case() } else { set })
    }

    /// What follows a `(`, up to its `)`.
    fn group(&mut self, offset: usize, depth: usize) -> Result<Node, Unsupported> {
        let flags = self.flags;
        let mut look = None;
        if self.eat("?=") {
            look = Some((false, false));
        } else if self.eat("?!") {
            look = Some((false, true));
        } else if self.eat("?<=") {
            look = Some((true, false));
        } else if self.eat("?<!") {
            look = Some((true, true));
        } else if self.eat("?>") {
            return Err(Self::fault_at(offset, Reason::Atomic));
        } else if self.eat("?<") || self.eat("?P<") {
            while self.next().ok_or_else(|| Self::fault_at(offset, Reason::Syntax("a group has no end")))? != '>' {}
        } else if self.eat("?") && self.flags()? {
            // The flags hold to the end of the group around.
            return Ok(Node::Empty);
        }
        let node = self.alternatives(depth + 1)?;
        self.flags = flags;
        if !self.eat(")") {
            return Err(Self::fault_at(offset, Reason::Syntax("a group has no end")));
        }
        Ok(match look {
            Some((behind, negated)) => Node::look(node, behind, negated),
            None => node,
        })
    }

    /// The flags after `(?`. True if they are all, false if what they hold for follows.
    fn flags(&mut self) -> Result<bool, Unsupported> {
        let mut on = true;
        loop {
            let offset = self.at;
            match self.next() {
                Some(':') => return Ok(false),
                Some(')') => return Ok(true),
                Some('-') => on = false,
                Some('i') => self.flags.ignore_case = on,
                Some('s') => self.flags.dot_all = on,
                Some(flag) => return Err(Self::fault_at(offset, Reason::Flag(flag))),
                None => return Err(Self::fault_at(offset, Reason::Syntax("a group has no end"))),
            }
        }
    }

    /// `node` as many times as what follows says.
    fn repeated(&mut self, node: Node) -> Result<Node, Unsupported> {
        let Some((min, max)) = self.quantifier()? else { return Ok(node) };
        // The shortest or the longest match: it is the same texts that match.
        self.eat("?");
        match self.peek() {
            Some('+') => Err(self.fault(Reason::Atomic)),
            Some('*' | '?' | '{') => Err(self.fault(Reason::Ambiguous("a repeat of a repeat"))),
            _ => Ok(Node::repeat(node, min, max)),
        }
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, Unsupported> {
        let offset = self.at;
        Ok(match self.peek() {
            Some('*') => {
                self.at += 1;
                Some((0, None))
            }
            Some('+') => {
                self.at += 1;
                Some((1, None))
            }
            Some('?') => {
                self.at += 1;
                Some((0, Some(1)))
            }
            Some('{') => {
                self.at += 1;
                let bounds = self.bounds()?;
                if bounds.1.is_some_and(|max| max < bounds.0) {
                    return Err(Self::fault_at(offset, Reason::Syntax("a repeat whose most is below its least")));
                }
                Some(bounds)
            }
            _ => None,
        })
    }

    /// The numbers after `{`, and the `}`.
    fn bounds(&mut self) -> Result<(u32, Option<u32>), Unsupported> {
        let min = self.number()?;
        let max = match (self.eat(","), self.peek()) {
            (false, _) => Some(min),
            (true, Some('}')) => None,
            (true, _) => Some(self.number()?),
        };
        if self.eat("}") { Ok((min, max)) } else { Err(self.fault(Reason::Syntax("a repeat has no end"))) }
    }

    fn number(&mut self) -> Result<u32, Unsupported> {
        let digits: String = self.rest().chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return Err(self.fault(Reason::Ambiguous("a repeat without a number")));
        }
        let number = digits.parse().map_err(|_| self.fault(Reason::Size))?;
        self.at += digits.len();
        Ok(number)
    }
}
