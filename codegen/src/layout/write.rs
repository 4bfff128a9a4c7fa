//! Lines out of a flat text: what fits a line is copied, and only what does not is looked at token by token.

use super::read::{Break, Flat, Kind, Opens};
use super::{STEP, WIDTH};

pub(super) fn write(flat: &Flat) -> String {
    let mut writer = Writer { flat, text: String::with_capacity(flat.text.len()), line: 0, lines: 0 };
    for (from, to) in writer.pieces(0, flat.tokens.len()) {
        writer.sequence(from, to, 0, 0);
        writer.newline(0);
    }
    writer.text
}

struct Writer<'a> {
    flat: &'a Flat,
    text: String,
    /// Where the last line begins.
    line: usize,
    /// The lines before it.
    lines: usize,
}

impl Writer<'_> {
    /// Tokens that belong together, the last with `tail` more characters after it on its line.
    fn sequence(&mut self, from: usize, to: usize, indent: usize, tail: usize) {
        if self.fits(self.width(from, to) + tail) {
            return self.copy(from, to);
        }
        let is_chain = self.is_chain(from, to);
        // Where lines after the first begin, and in which line the expression does.
        let (mut inner, mut first_line) = (indent, self.lines);
        let (mut goes_on, mut in_links) = (false, false);
        let mut place = from;
        while place < to {
            let token = &self.flat.tokens[place];
            match token.before {
                _ if place == from => self.copy(place, place + 1),
                Break::Soft | Break::Value
                    if self.is_better_off(place, to, if goes_on { inner } else { inner + STEP }, tail) =>
                {
                    inner += if goes_on { 0 } else { STEP };
                    goes_on = true;
                    self.newline(inner);
                    first_line = self.lines;
                    if self.fits(self.width(place, to) + tail) {
                        return self.copy(place, to);
                    }
                    self.copy(place, place + 1);
                }
                Break::Link if is_chain => {
                    inner += if in_links || self.lines > first_line { 0 } else { STEP };
                    in_links = true;
                    self.newline(inner);
                    self.copy(place, place + 1);
                }
                _ => self.copy_after(place - 1, place),
            }
            place += 1;
            if let Some(opens) = &token.opens {
                let indent = if opens.kind == Kind::Block { indent } else { inner };
                // An empty group is one piece: what follows it need not be measured, time and again.
                let follows = if place == opens.close { 0 } else { self.run(opens.close + 1, to, is_chain, tail) };
                self.group(place, opens, indent, follows);
                place = opens.close + 1;
            }
        }
    }

    /// What is in a group, from its first token on, and the closing delimiter with so much after it on its line.
    fn group(&mut self, from: usize, opens: &Opens, indent: usize, follows: usize) {
        let to = opens.close;
        let width = self.end(to) - self.end(from - 1);
        if from == to || self.fits(width + follows) {
            return self.copy_after(from - 1, to);
        }
        let inner = indent + STEP;
        let pieces = self.pieces(from, to);
        if pieces.len() == 1 && opens.kind != Kind::Block {
            let breaks = |place: &usize| {
                let helps = inner + STEP + self.width(*place, to) <= WIDTH;
                let goes_on = matches!(self.flat.tokens[*place].before, Break::Soft | Break::Value);
                self.is_full(*place) || goes_on && helps
            };
            match (from..to).find(breaks) {
                // What has no place to break is no shorter on a line of its own.
                None if inner + width > WIDTH => return self.copy_after(from - 1, to),
                Some(group) if opens.hugs && self.is_last(group, to) && self.fits(self.width(from, group + 1)) => {
                    self.sequence(from, to, indent, 1 + follows);
                    return self.copy(to, to + 1);
                }
                _ => {}
            }
        }
        let last = pieces.len() - 1;
        for (number, (from, to)) in pieces.into_iter().enumerate() {
            let comma = if opens.comma && number == last { "," } else { "" };
            let goes_on = number > 0 && opens.kind == Kind::Fill;
            if goes_on && (self.is_full(from) || self.fits(1 + self.width(from, to) + comma.len())) {
                self.text.push(' ');
            } else {
                self.newline(inner);
            }
            self.sequence(from, to, inner, comma.len());
            self.text.push_str(comma);
        }
        self.newline(indent);
        self.copy(to, to + 1);
    }

    /// Where pieces begin and end.
    fn pieces(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let (mut pieces, mut start, mut place) = (Vec::new(), from, from);
        while place < to {
            if place > start && self.flat.tokens[place].before == Break::Piece {
                pieces.push((start, place));
                start = place;
            }
            place = self.close(place) + 1;
        }
        if start < to {
            pieces.push((start, to));
        }
        pieces
    }

    /// Whether calls of methods have lines of their own: there are some, and they are no part of a head that fits its line.
    fn is_chain(&self, from: usize, to: usize) -> bool {
        let (mut has_links, mut place) = (false, from);
        while place < to {
            has_links |= self.flat.tokens[place].before == Break::Link;
            if self.is_full(place) && self.flat.tokens[place].opens.as_ref().is_some_and(|it| it.kind == Kind::Block) {
                return has_links && !self.fits(self.width(from, place + 1));
            }
            place = self.close(place) + 1;
        }
        has_links
    }

    /// Whether a line should go on in the next one before this token: it is too long, and that one is not. Of a value, that one
    /// has all, or all before the calls of methods on it.
    fn is_better_off(&self, place: usize, to: usize, indent: usize, tail: usize) -> bool {
        let token = &self.flat.tokens[place];
        let space = token.column - self.end(place - 1);
        let helps = |width: usize| !self.fits(width) && indent + width - space <= WIDTH;
        indent < self.text.len() - self.line
            && (helps(self.run(place, to, false, tail))
                || token.before == Break::Value
                    && (helps(space + self.width(place, to) + tail) || helps(space + self.head(place, to))))
    }

    /// How wide the tokens are up to the first call of a method on what is before it.
    fn head(&self, from: usize, to: usize) -> usize {
        let mut place = from;
        while place < to && self.flat.tokens[place].before != Break::Link {
            place = self.close(place) + 1;
        }
        self.width(from, place)
    }

    /// How wide the tokens are, with the space before them, up to where the next line may begin.
    fn run(&self, from: usize, to: usize, is_chain: bool, tail: usize) -> usize {
        let mut place = from;
        while place < to {
            let before = self.flat.tokens[place].before;
            if place > from && matches!(before, Break::Soft | Break::Value) || is_chain && before == Break::Link {
                return self.end(place - 1) - self.end(from - 1);
            }
            if self.is_full(place) {
                return self.end(place) - self.end(from - 1);
            }
            place = self.close(place) + 1;
        }
        self.end(to - 1) - self.end(from - 1) + tail
    }

    /// Whether the token opens a group with something in it.
    fn is_full(&self, place: usize) -> bool {
        self.close(place) > place + 1
    }

    /// Whether the token opens a group with something in it, which ends right before `to`.
    fn is_last(&self, place: usize, to: usize) -> bool {
        self.is_full(place) && self.close(place) + 1 == to
    }

    /// The token that closes what this one opens, or itself.
    fn close(&self, place: usize) -> usize {
        self.flat.tokens[place].opens.as_ref().map_or(place, |opens| opens.close)
    }

    /// The column after a token.
    fn end(&self, place: usize) -> usize {
        let token = &self.flat.tokens[place];
        token.column + token.end - token.start
    }

    fn width(&self, from: usize, to: usize) -> usize {
        self.end(to - 1) - self.flat.tokens[from].column
    }

    fn fits(&self, width: usize) -> bool {
        self.text.len() - self.line + width <= WIDTH
    }

    fn copy(&mut self, from: usize, to: usize) {
        let tokens = &self.flat.tokens;
        self.text.push_str(&self.flat.text[tokens[from].start..tokens[to - 1].end]);
    }

    /// What follows one token up to the end of another, with the space between.
    fn copy_after(&mut self, from: usize, to: usize) {
        let tokens = &self.flat.tokens;
        self.text.push_str(&self.flat.text[tokens[from].end..tokens[to].end]);
    }

    fn newline(&mut self, indent: usize) {
        self.text.push('\n');
        self.line = self.text.len();
        self.lines += 1;
        for _ in 0..indent {
            self.text.push(' ');
        }
    }
}
