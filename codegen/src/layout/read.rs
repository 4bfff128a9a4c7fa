//! What may be on one line and where lines may break: tokens as one flat text, and the place of each in it.

use std::fmt::{Display, Write as _};

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

use super::WIDTH;

/// Some tokens.
#[derive(Default)]
pub(super) struct Flat {
    /// All of them, as if they were on one line.
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
}

pub(super) struct Token {
    /// Where it is in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where it starts on the one line. After the brace of a block the line is longer by more than any line may be: what
    /// contains it fits none.
    pub(super) column: usize,
    /// What may be done before it.
    pub(super) before: Break,
    /// What it opens.
    pub(super) opens: Option<Opens>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Break {
    None,
    /// To go on in the next line if this one would be too long.
    Soft,
    /// The same, and if what follows fits the next line and not this one.
    Value,
    /// A line for each call of a chain.
    Link,
    /// An element, item, statement or arm begins.
    Piece,
}

/// A group.
pub(super) struct Opens {
    /// The token that closes it.
    pub(super) close: usize,
    pub(super) kind: Kind,
    /// Whether its only element stays on the line if it is a group itself.
    pub(super) hugs: bool,
    /// Whether a comma follows the last element when each has a line.
    pub(super) comma: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Arguments or elements: one a line.
    List,
    /// Names that are imported, or whatever a macro takes: as many in a line as fit.
    Fill,
    /// Items, statements, arms: never on one line.
    Block,
}

/// What a token is for the space after it and the meaning of the next one.
#[derive(Clone, Copy, PartialEq)]
enum After {
    /// No space follows: an opening delimiter, a unary operator.
    Tight,
    /// `::`.
    Path,
    /// A value or type: an operator that follows has two operands.
    Operand,
    /// What wants an operand, or a keyword: a space follows.
    Operator,
    /// A keyword that `(` and `<` follow without a space.
    Signature,
    /// `!` of a macro, and the name of one that is defined.
    Macro,
    /// `#`.
    Hash,
}

/// What is known of the tokens of a group so far.
struct Level {
    after: After,
    /// What may be done before the next token.
    next: Break,
    is_block: bool,
    /// Whether it is in the arguments of a macro or an attribute.
    is_macro: bool,
    /// An attribute has a line of its own.
    in_attribute: bool,
    /// A braced group may have ended an item or statement.
    after_block: bool,
    /// A keyword has been there whose block follows.
    in_header: bool,
    /// The parameters of a closure are open.
    in_closure: bool,
    /// Brackets of generics that are open.
    angles: usize,
    /// Commas between elements.
    commas: usize,
    /// The last element is `..` or begins so: no comma may follow.
    has_rest: bool,
}

impl Level {
    fn new(kind: Kind, is_macro: bool, after: After) -> Self {
        let is_block = kind == Kind::Block;
        Self {
            after,
            next: if is_block { Break::Piece } else { Break::None },
            is_block,
            is_macro,
            in_attribute: false,
            after_block: false,
            in_header: false,
            in_closure: false,
            angles: 0,
            commas: 0,
            has_rest: false,
        }
    }

    fn end_piece(&mut self) {
        self.next = Break::Piece;
        self.in_header = false;
        self.in_closure = false;
        self.has_rest = false;
        self.angles = 0;
    }

    /// Whether an operator here has one operand.
    fn is_unary(&self) -> bool {
        self.after != After::Operand
    }

    /// Whether a space goes before what needs none itself.
    fn is_apart(&self) -> bool {
        !matches!(self.after, After::Tight | After::Path)
    }

    /// The same for an operator that is as near to an operand before it.
    fn is_apart_from_operator(&self) -> bool {
        self.is_apart() && self.after != After::Operand
    }

    /// Whether a comma may follow the last element and has not been there.
    fn takes_comma(&self, has_arguments: bool) -> bool {
        !self.has_rest && (self.commas > 0 || has_arguments)
    }
}

pub(super) fn read(tokens: TokenStream) -> Flat {
    let mut reader = Reader::default();
    reader.stream(tokens, &mut Level::new(Kind::Block, false, After::Tight));
    reader.flat
}

#[derive(Default)]
struct Reader {
    flat: Flat,
    /// What blocks have added to columns.
    added: usize,
    /// The last token is a number.
    after_number: bool,
}

impl Reader {
    fn stream(&mut self, tokens: TokenStream, level: &mut Level) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut place = 0;
        while let Some(tree) = trees.get(place) {
            let rest = &trees[place..];
            place += match tree {
                TokenTree::Group(group) => self.group(group, level),
                TokenTree::Ident(name) => self.word(name, level),
                TokenTree::Literal(literal) => self.literal(literal, level),
                TokenTree::Punct(_) => match doc_comment(rest, level) {
                    Some(comment) => {
                        self.push(&comment, true, Break::Piece, level);
                        level.after = After::Operator;
                        level.end_piece();
                        2
                    }
                    None => self.punctuation(rest, level),
                },
            };
        }
    }

    fn push(&mut self, token: &dyn Display, space: bool, before: Break, level: &mut Level) {
        if space {
            self.flat.text.push(' ');
        }
        let start = self.flat.text.len();
        // A string takes whatever it is given.
        let _ = write!(self.flat.text, "{token}");
        let end = self.flat.text.len();
        let before = if level.next == Break::None { before } else { level.next };
        self.flat.tokens.push(Token { start, end, column: start + self.added, before, opens: None });
        level.next = Break::None;
        level.after_block = false;
        self.after_number = false;
    }

    /// The last token, as text.
    fn last(&self) -> &str {
        self.flat.tokens.last().map_or("", |token| &self.flat.text[token.start..token.end])
    }

    fn literal(&mut self, literal: &dyn Display, level: &mut Level) -> usize {
        let space = level.is_apart();
        self.push(literal, space, Break::None, level);
        self.after_number = self.last().starts_with(|c: char| c.is_ascii_digit());
        level.after = After::Operand;
        1
    }

    fn word(&mut self, name: &Ident, level: &mut Level) -> usize {
        let space = level.is_apart();
        if level.after_block && name == "else" {
            level.next = Break::None;
        }
        let has_left = level.after == After::Operand;
        let before = if has_left && (name == "as" || name == "for") { Break::Soft } else { Break::None };
        self.push(name, space, before, level);
        let (after, has_block) = keyword(self.last());
        level.in_header |= has_block && level.angles == 0;
        level.after = if level.after == After::Macro { After::Macro } else { after };
        1
    }

    fn group(&mut self, group: &Group, level: &mut Level) -> usize {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => {
                self.stream(group.stream(), level);
                return 1;
            }
        };
        let (is_brace, after) = (open == "{", level.after);
        let is_attribute = level.in_attribute && after == After::Hash;
        let is_macro = level.is_macro || matches!(after, After::Macro | After::Hash);
        let kind = match after {
            _ if is_macro => Kind::Fill,
            After::Path if is_brace => Kind::Fill,
            After::Operand if is_brace && !level.in_header => Kind::List,
            _ if is_brace => Kind::Block,
            _ => Kind::List,
        };
        let is_empty = group.stream().is_empty();
        let is_spaced = is_brace && after != After::Path;
        let space = if is_brace { !matches!(after, After::Tight | After::Path) } else { after == After::Operator };
        self.push(&open, space, Break::None, level);
        let place = self.flat.tokens.len() - 1;
        if kind == Kind::Block && !is_empty {
            self.added += WIDTH;
        }
        let inner_after = if is_spaced { After::Operator } else { After::Tight };
        let mut inner = Level::new(kind, is_macro, inner_after);
        self.stream(group.stream(), &mut inner);
        let has_arguments = open == "(" && matches!(after, After::Operand | After::Macro);
        let hugs = has_arguments || after == After::Hash;
        let is_tuple = open == "(" && !has_arguments;
        let comma = !is_macro
            && kind != Kind::Block
            && (self.drops_comma(place, is_tuple, &inner) || inner.takes_comma(has_arguments && !is_empty));
        self.push(&close, is_spaced && !is_empty, Break::None, &mut inner);
        let close = self.flat.tokens.len() - 1;
        self.flat.tokens[place].opens = Some(Opens { close, kind, hugs, comma });
        level.after = After::Operand;
        if after == After::Hash {
            level.after = After::Operator;
            if is_attribute {
                level.in_attribute = false;
                level.end_piece();
            }
        } else if level.is_block && is_brace && (kind == Kind::Block || is_macro) {
            level.after = After::Operator;
            level.end_piece();
            level.after_block = true;
        }
        1
    }

    /// Takes away the comma that ends the group opened there. That of `(a,)` is none that may go.
    fn drops_comma(&mut self, open: usize, is_tuple: bool, level: &Level) -> bool {
        let drops = self.flat.tokens.len() > open + 1 && self.last() == "," && (!is_tuple || level.commas > 1);
        if drops && let Some(comma) = self.flat.tokens.pop() {
            self.flat.text.truncate(comma.start);
        }
        drops
    }

    /// One operator, of as many marks as it has.
    fn punctuation(&mut self, trees: &[TokenTree], level: &mut Level) -> usize {
        let (marks, length) = operator(trees);
        if let (['\'', ..], Some(TokenTree::Ident(name))) = (marks, trees.get(1)) {
            let space = level.is_apart();
            self.push(&format_args!("'{name}"), space, Break::None, level);
            level.after = After::Operator;
            return 2;
        }
        let (mut space, mut before) = (level.is_apart_from_operator(), Break::None);
        let mut after = After::Operator;
        let is_alone = level.angles == 0 && !level.in_closure;
        match &marks[..length] {
            [',' | ';' | ':'] => space = false,
            ['.'] => {
                space = self.after_number;
                after = After::Tight;
                if self.flat.text.ends_with([')', ']', '}', '?']) {
                    before = Break::Link;
                }
            }
            ['.', '.', ..] => {
                level.has_rest |= level.is_unary();
                after = After::Tight;
            }
            [':', ':'] => after = After::Path,
            ['?'] => (space, after) = (false, After::Operand),
            ['<'] => {
                space = level.after == After::Operator;
                level.angles += 1;
                after = After::Tight;
            }
            ['>'] if level.angles > 0 => {
                level.angles -= 1;
                (space, after) = (false, After::Operand);
            }
            ['!'] if level.after == After::Operand => after = After::Macro,
            ['!'] if level.after == After::Hash => (space, after) = (false, After::Hash),
            ['!' | '$'] => after = After::Tight,
            ['#'] => {
                level.in_attribute = level.next == Break::Piece;
                (space, after) = (level.is_apart(), After::Hash);
            }
            ['|'] if level.in_closure => {
                level.in_closure = false;
                space = false;
            }
            ['|'] if level.is_unary() => {
                level.in_closure = true;
                after = After::Tight;
            }
            ['&' | '*' | '-'] | ['&', '&'] if level.is_unary() => after = After::Tight,
            _ => space = level.is_apart(),
        }
        space |= self.would_merge(&marks[..length]);
        if level.after_block && matches!(marks, [',' | ';' | '.' | '?' | '=', ..]) {
            level.next = Break::None;
        }
        match &marks[..length] {
            [mark] => self.push(mark, space, before, level),
            marks => self.push(&marks.iter().collect::<String>(), space, before, level),
        }
        level.after = after;
        match &marks[..length] {
            [','] if is_alone => {
                level.commas += 1;
                level.end_piece();
            }
            [';'] if level.is_block => level.end_piece(),
            [':'] if is_alone => level.next = Break::Soft,
            ['='] if is_alone => level.next = Break::Value,
            ['=', '>'] if is_alone => {
                level.next = Break::Soft;
                level.in_header = false;
            }
            _ => {}
        }
        length
    }

    /// Whether the operator, right after the text, would be part of another one. Two brackets of generics are not.
    fn would_merge(&self, marks: &[char]) -> bool {
        match (self.flat.text.chars().next_back().unwrap_or(' '), marks[0]) {
            ('&', '&') | ('|', '|') | ('.', '.') | (':', ':') | ('/', '/' | '*') | ('<', '-') | ('-' | '=', '>') => {
                true
            }
            ('<', '<') | ('>', '>') => marks.len() > 1,
            (last, '=') => last.is_ascii_punctuation() && !"\"')]}_,;".contains(last),
            _ => false,
        }
    }
}

/// The marks of the longest operator that the trees begin with, and how many they are.
fn operator(trees: &[TokenTree]) -> ([char; 3], usize) {
    let mut marks = [' '; 3];
    for (mark, tree) in marks.iter_mut().zip(trees) {
        let TokenTree::Punct(punct) = tree else { break };
        *mark = punct.as_char();
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    let length = match marks {
        ['.', '.', '.' | '='] | ['<', '<', '='] | ['>', '>', '='] => 3,
        [':', ':', _] | ['.', '.', _] | ['&', '&', _] | ['|', '|', _] | ['-' | '=', '>', _] | ['<', '-', _] => 2,
        ['=' | '!' | '<' | '>' | '+' | '-' | '*' | '/' | '%' | '^' | '&' | '|', '=', _] => 2,
        _ => 1,
    };
    (marks, length)
}

/// The comment that an attribute at the start of a line is the same as.
fn doc_comment(trees: &[TokenTree], level: &Level) -> Option<String> {
    let [TokenTree::Punct(hash), TokenTree::Group(group), ..] = trees else { return None };
    if !level.is_block || level.next != Break::Piece || hash.as_char() != '#' || group.delimiter() != Delimiter::Bracket
    {
        return None;
    }
    match group.stream().into_iter().collect::<Vec<_>>().as_slice() {
        [TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Literal(text)]
            if name == "doc" && mark.as_char() == '=' =>
        {
            let text = plain(&text.to_string())?;
            // Four slashes are no documentation, a comment has one line, and blanks at its end are easily lost.
            let is_comment = !text.starts_with('/') && !text.ends_with(char::is_whitespace);
            (is_comment && !text.contains('\n') && !text.contains('\r')).then(|| format!("///{text}"))
        }
        _ => None,
    }
}

/// What a literal says, if it is a string and all that it escapes are quotes and backslashes: what else is escaped is nothing
/// to show as it is.
fn plain(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        return Some(raw.trim_matches('#').strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let escaped = literal.strip_prefix('"')?.strip_suffix('"')?;
    if !escaped.contains('\\') {
        return Some(escaped.to_owned());
    }
    let mut text = String::new();
    let mut characters = escaped.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(characters.next().filter(|escaped| matches!(escaped, '\\' | '"' | '\''))?),
            character => text.push(character),
        }
    }
    Some(text)
}

/// What a word is for the next token, and whether the block of an item or a statement follows it.
fn keyword(word: &str) -> (After, bool) {
    if !word.starts_with(char::is_lowercase) {
        return (After::Operand, false);
    }
    match word {
        "fn" | "impl" | "unsafe" => (After::Signature, true),
        "pub" => (After::Signature, false),
        "else" | "enum" | "extern" | "for" | "if" | "loop" | "match" | "mod" | "struct" | "trait" | "while" => {
            (After::Operator, true)
        }
        "as" | "break" | "const" | "continue" | "dyn" | "in" | "let" | "move" | "mut" | "ref" | "return" | "static"
        | "type" | "use" | "where" => (After::Operator, false),
        _ => (After::Operand, false),
    }
}
