//! JMESPath expressions of paginators and waiters: from text to a tree that is checked against the shapes.
//!
//! What is read is the [grammar](https://jmespath.org/specification.html#grammar) without slices, hashes, references to
//! expressions and literals that are arrays or objects; of the functions, `length` and `contains`.

mod check;
mod lexer;
mod parse;

use crate::json::{Number, Value};
use crate::model::Model;

pub use parse::parse;

/// An expression: its text and what it means.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Expression {
    /// As the model writes it.
    pub text: String,
    /// The tree.
    pub node: Node,
}

/// A part of an expression. Each is evaluated on a current value: the output at first, then what other parts give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// The current value: `@`.
    Current,
    /// Members of each other, or entries of maps: `State.Name`. No name has a dot.
    Path(Vec<String>),
    /// A member of a list, counted from the end if negative: `[-1]`.
    Index(i32),
    /// A value of its own: `` `0` ``, `'available'`.
    Literal(Literal),
    /// Each part on what the one before gives: `Jobs[-1].JobId`, and pipes.
    Chain(Vec<Node>),
    /// A list, the lists in it replaced by their members: `[]`.
    Flatten(Box<Node>),
    /// The values of a map or of a structure's members as a list: `*`.
    Values(Box<Node>),
    /// The members of the first part's list for which the second is true: `[?State == 'running']`.
    Filter(Box<Node>, Box<Node>),
    /// The second part on each member of the first's list, without what is null.
    Project(Box<Node>, Box<Node>),
    /// The first part if it is true, else the second: `||`.
    Or(Box<Node>, Box<Node>),
    /// The first part if it is false, else the second: `&&`.
    And(Box<Node>, Box<Node>),
    /// Whether the part is false: `!`.
    Not(Box<Node>),
    /// How two parts compare.
    Compare(Comparison, Box<Node>, Box<Node>),
    /// A list of what the parts give: `[length(Instances), MinSize]`.
    List(Vec<Node>),
    /// `length(…)`.
    Length(Box<Node>),
    /// `contains(…, …)`.
    Contains(Box<Node>, Box<Node>),
}

/// A value that is written in an expression, or that a waiter expects of one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    String(String),
}

impl Literal {
    /// The literal that JSON writes so; none for arrays and objects.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "what does not fit is rounded, as JSON's other numbers are")]
    pub fn from_json(json: &Value) -> Option<Self> {
        match json {
            Value::Null => Some(Self::Null),
            Value::Bool(boolean) => Some(Self::Boolean(*boolean)),
            Value::Number(Number::Unsigned(number)) => {
                Some(i64::try_from(*number).map_or(Self::Float(*number as f64), Self::Integer))
            }
            Value::Number(Number::Negative(number)) => Some(Self::Integer(*number)),
            Value::Number(Number::Float(number)) => Some(Self::Float(*number)),
            Value::String(text) => Some(Self::String(text.clone())),
            Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum Comparison {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// How what an expression gives is used.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Use<'a> {
    /// As it is.
    Any,
    /// Compared with this value.
    Equals(&'a Literal),
    /// Each member of it compared with this value.
    Members(&'a Literal),
}

/// Reads an expression on values of the shape of this name.
///
/// # Errors
/// Why it cannot be read, or which part of it can never give anything: a member that is not there, a list where there is
/// none.
pub fn read(model: &Model, shape: &str, text: &str) -> Result<Expression, String> {
    read_for(model, shape, text, Use::Any)
}

/// The same for an expression that is used so.
pub(crate) fn read_for(model: &Model, shape: &str, text: &str, used: Use<'_>) -> Result<Expression, String> {
    let node = parse(text)?;
    check::check(model, shape, &node, used)?;
    Ok(Expression { text: text.to_owned(), node })
}
