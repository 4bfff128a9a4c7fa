//! JMESPath, as far as paginators and waiters use it: expressions as data, evaluated on views by the model's member names.
//!
//! The generator reads the text, checks it against the shapes and emits a tree; nothing is parsed here. What the
//! [specification](https://jmespath.org/specification.html) calls an error of types gives [`Value::Null`].

mod evaluate;

use std::fmt;

pub use self::evaluate::Value;
use crate::value::{Structure, View};

/// An expression on an operation's output: its text in the model and its tree.
///
/// ```
/// use shapewire::iam;
/// use shapewire::jmespath::{Expression, Node, Value};
///
/// static NAMES: Expression = Expression::new(
///     "Users[].UserName",
///     Node::Project(&Node::Flatten(&Node::Path("Users")), &Node::Path("UserName")),
/// );
/// let mut reply = iam::ListUsersResponse::default();
/// for name in ["jane", "joe"] {
///     let mut user = iam::User::default();
///     user.user_name = name.to_owned();
///     reply.users.push(user);
/// }
/// let names = NAMES.evaluate(&reply).items().unwrap();
/// assert!(matches!(names[..], [Value::String("jane"), Value::String("joe")]));
/// ```
#[derive(Clone, Copy)]
pub struct Expression {
    text: &'static str,
    node: Node,
}

impl Expression {
    /// Of names with dots between them, which need no other tree.
    #[must_use]
    pub const fn path(names: &'static str) -> Self {
        Self::new(names, Node::Path(names))
    }
    /// Of its text and the tree that this means.
    #[must_use]
    pub const fn new(text: &'static str, node: Node) -> Self {
        Self { text, node }
    }
    /// The text in the model.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }
    /// What it gives for this structure.
    #[must_use]
    pub fn evaluate<'a>(&self, structure: &'a dyn Structure) -> Value<'a> {
        self.node.evaluate(&Value::View(View::Structure(structure)))
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text, f)
    }
}

/// A part of an expression. Each is evaluated on a current value: the output at first, then what other parts give.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Node {
    /// The current value: `@`.
    Current,
    /// Members of each other, or entries of maps, by their names in the model: `State.Name`.
    Path(&'static str),
    /// A member of a list, counted from the end if negative: `[-1]`.
    Index(i32),
    /// A value of its own: `` `0` ``, `'available'`.
    Literal(Literal),
    /// Each part on what the one before gives: `Jobs[-1].JobId`, and pipes.
    Chain(&'static [Node]),
    /// A list, the lists in it replaced by their members: `[]`.
    Flatten(&'static Node),
    /// The values of a map or of a structure's members as a list: `*`.
    Values(&'static Node),
    /// The members of the first part's list for which the second is true: `[?State == 'running']`.
    Filter(&'static Node, &'static Node),
    /// The second part on each member of the first's list, without what is null.
    Project(&'static Node, &'static Node),
    /// The first part if it is true, else the second: `||`.
    Or(&'static Node, &'static Node),
    /// The first part if it is false, else the second: `&&`.
    And(&'static Node, &'static Node),
    /// Whether the part is false: `!`.
    Not(&'static Node),
    /// How two parts compare.
    Compare(Comparison, &'static Node, &'static Node),
    /// A list of what the parts give: `[length(Instances), MinSize]`.
    List(&'static [Node]),
    /// The length of text in Unicode scalar values, of a list or a map in members: `length(…)`.
    Length(&'static Node),
    /// Whether the first part's list has the second as a member, or its text as a part: `contains(…)`.
    Contains(&'static Node, &'static Node),
}

/// A value that is written in an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    String(&'static str),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(boolean) => boolean.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::String(text) => f.write_str(text),
        }
    }
}

/// How two values compare. The order is one of numbers only.
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
