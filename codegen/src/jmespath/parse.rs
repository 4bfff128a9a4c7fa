//! From tokens to a tree, by the binding powers of the reference implementation.

use super::lexer::{Token, tokens};
use super::{Comparison, Literal, Node};

/// Reads an expression.
///
/// # Errors
/// What is not understood, and where it stands.
pub fn parse(text: &str) -> Result<Node, String> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0 };
    let node = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.unexpected("the end")),
    }
}

/// What a projection goes up to: tokens that bind less end it.
const PROJECTION_STOP: u8 = 10;
const FLATTEN: u8 = 9;
const STAR: u8 = 20;
const FILTER: u8 = 21;
const DOT: u8 = 40;
const NOT: u8 = 45;

fn comparison(symbol: &str) -> Option<Comparison> {
    Some(match symbol {
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn binding_power(token: &Token) -> u8 {
    let Token::Symbol(symbol) = token else { return 0 };
    match *symbol {
        "|" => 1,
        "||" => 2,
        "&&" => 3,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => 5,
        "[]" => FLATTEN,
        "*" => STAR,
        "[?" => FILTER,
        "." => DOT,
        "!" => NOT,
        "{" => 50,
        "[" => 55,
        "(" => 60,
        _ => 0,
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.peek_at(0)
    }

    /// The token so many after the next one. There is always an end.
    fn peek_at(&self, after: usize) -> &Token {
        self.tokens.get(self.next + after).map_or(&Token::End, |(_, token)| token)
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn takes(&mut self, symbol: &'static str) -> bool {
        let found = *self.peek() == Token::Symbol(symbol);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), String> {
        if self.takes(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, expected: &str) -> String {
        let (at, token) = self.tokens.get(self.next).unwrap_or(&self.tokens[self.tokens.len() - 1]);
        format!("expected {expected} at byte {at}, found {token}")
    }

    fn expression(&mut self, power: u8) -> Result<Node, String> {
        let mut left = self.first()?;
        while power < binding_power(self.peek()) {
            left = self.after(left)?;
        }
        Ok(left)
    }

    /// A part that begins here.
    fn first(&mut self) -> Result<Node, String> {
        let unexpected = self.unexpected("an expression");
        match self.take() {
            Token::Name(name) if *self.peek() == Token::Symbol("(") => self.function(&name),
            Token::Name(name) => path(name),
            Token::QuotedName(name) => path(name),
            Token::Text(text) => Ok(Node::Literal(Literal::String(text))),
            Token::Json(json) => {
                let unsupported = "literals that are arrays or objects are not supported";
                Literal::from_json(&json).map(Node::Literal).ok_or_else(|| unsupported.to_owned())
            }
            Token::Symbol("@") => Ok(Node::Current),
            Token::Symbol("*") => {
                let values = Node::Values(Box::new(Node::Current));
                Ok(project(values, self.projected(STAR)?))
            }
            Token::Symbol("[?") => self.filter(Node::Current),
            Token::Symbol("[]") => self.flatten(Node::Current),
            Token::Symbol("!") => Ok(Node::Not(Box::new(self.expression(NOT)?))),
            Token::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("[") => match (self.peek(), self.peek_at(1)) {
                (Token::Number(_) | Token::Symbol(":"), _) | (Token::Symbol("*"), Token::Symbol("]")) => {
                    self.bracket(Node::Current)
                }
                _ => self.list(),
            },
            Token::Symbol("{") => Err("hashes, `{…}`, are not supported".to_owned()),
            Token::Symbol("&") => Err("references to expressions, `&…`, are not supported".to_owned()),
            _ => Err(unexpected),
        }
    }

    /// A part that goes on from the one before.
    fn after(&mut self, left: Node) -> Result<Node, String> {
        let pair = |left, right| (Box::new(left), Box::new(right));
        let Token::Symbol(symbol) = self.take() else { return Ok(left) };
        if let Some(comparison) = comparison(symbol) {
            let (left, right) = pair(left, self.expression(5)?);
            return Ok(Node::Compare(comparison, left, right));
        }
        match symbol {
            "." if self.takes("*") => Ok(project(Node::Values(Box::new(left)), self.projected(DOT)?)),
            "." => Ok(chain(left, self.after_dot(DOT)?)),
            "|" => Ok(chain(left, self.expression(1)?)),
            "||" => {
                let (left, right) = pair(left, self.expression(2)?);
                Ok(Node::Or(left, right))
            }
            "&&" => {
                let (left, right) = pair(left, self.expression(3)?);
                Ok(Node::And(left, right))
            }
            "[]" => self.flatten(left),
            "[?" => self.filter(left),
            "[" => self.bracket(left),
            _ => {
                self.next -= 1;
                Err(self.unexpected("an operator"))
            }
        }
    }

    fn flatten(&mut self, left: Node) -> Result<Node, String> {
        Ok(project(Node::Flatten(Box::new(left)), self.projected(FLATTEN)?))
    }

    fn filter(&mut self, left: Node) -> Result<Node, String> {
        let condition = self.expression(0)?;
        self.expect("]")?;
        let filter = Node::Filter(Box::new(left), Box::new(condition));
        Ok(project(filter, self.projected(FILTER)?))
    }

    /// An index or a projection in brackets, after the first bracket.
    fn bracket(&mut self, left: Node) -> Result<Node, String> {
        if self.takes("*") {
            self.expect("]")?;
            return Ok(project(left, self.projected(STAR)?));
        }
        let unexpected = self.unexpected("an index or `*`");
        match (self.take(), self.peek()) {
            (Token::Symbol(":"), _) | (Token::Number(_), Token::Symbol(":")) => {
                Err("slices, `[a:b]`, are not supported".to_owned())
            }
            (Token::Number(index), _) => {
                self.expect("]")?;
                Ok(chain(left, Node::Index(index)))
            }
            _ => Err(unexpected),
        }
    }

    /// What a projection does with each member; the member itself where nothing follows that binds so much.
    fn projected(&mut self, power: u8) -> Result<Node, String> {
        match self.peek() {
            token if binding_power(token) < PROJECTION_STOP => Ok(Node::Current),
            Token::Symbol("[" | "[?") => self.expression(power),
            Token::Symbol(".") => {
                self.next += 1;
                self.after_dot(power)
            }
            _ => Err(self.unexpected("`.` or `[`")),
        }
    }

    fn after_dot(&mut self, power: u8) -> Result<Node, String> {
        match self.peek() {
            Token::Name(_) | Token::QuotedName(_) | Token::Symbol("*") => self.expression(power),
            Token::Symbol("[") => {
                self.next += 1;
                self.list()
            }
            Token::Symbol("{") => Err("hashes, `{…}`, are not supported".to_owned()),
            _ => Err(self.unexpected("a name, `*` or `[`")),
        }
    }

    /// A list of expressions, after the first bracket.
    fn list(&mut self) -> Result<Node, String> {
        let mut parts = vec![self.expression(0)?];
        while self.takes(",") {
            parts.push(self.expression(0)?);
        }
        self.expect("]")?;
        Ok(Node::List(parts))
    }

    /// A call, before its first parenthesis.
    fn function(&mut self, name: &str) -> Result<Node, String> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.takes(")") {
            arguments.push(self.expression(0)?);
            while self.takes(",") {
                arguments.push(self.expression(0)?);
            }
            self.expect(")")?;
        }
        let mut arguments = arguments.into_iter().map(Box::new);
        match (name, arguments.next(), arguments.next(), arguments.next()) {
            ("length", Some(part), None, None) => Ok(Node::Length(part)),
            ("contains", Some(list), Some(part), None) => Ok(Node::Contains(list, part)),
            ("length", ..) => Err("`length` takes one argument".to_owned()),
            ("contains", ..) => Err("`contains` takes two arguments".to_owned()),
            _ => Err(format!("the function `{name}` is not supported; `length` and `contains` are")),
        }
    }
}

fn path(name: String) -> Result<Node, String> {
    if name.is_empty() || name.contains('.') {
        return Err(format!("{name:?} is the name of no member"));
    }
    Ok(Node::Path(vec![name]))
}

fn project(list: Node, part: Node) -> Node {
    Node::Project(Box::new(list), Box::new(part))
}

/// One part on what the other gives. Names in a row are one path.
fn chain(left: Node, right: Node) -> Node {
    let mut parts = match left {
        Node::Current => Vec::new(),
        Node::Chain(parts) => parts,
        other => vec![other],
    };
    let rest = match right {
        Node::Chain(parts) => parts,
        other => vec![other],
    };
    for part in rest {
        match (parts.last_mut(), part) {
            (Some(Node::Path(names)), Node::Path(more)) => names.extend(more),
            (_, part) => parts.push(part),
        }
    }
    if parts.len() == 1 { parts.remove(0) } else { Node::Chain(parts) }
}
