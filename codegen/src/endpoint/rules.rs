//! The typed endpoint rule set: parameters, rules, conditions, expressions.
//!
//! Names are resolved: a reference is the number of a variable, of which the parameters are the first.

/// The rules that choose an endpoint.
#[derive(Clone, Debug, PartialEq, Default)]
#[non_exhaustive]
pub struct RuleSet {
    /// What the rules may ask for, in the order of the source.
    pub parameters: Vec<Parameter>,
    /// How many variables there are: the parameters, and what conditions assign.
    pub variables: usize,
    /// The rules, tried in order.
    pub rules: Vec<Rule>,
}

/// What the rules may ask for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name: `Region`.
    pub name: String,
    /// What every client knows it as: `AWS::Region`.
    pub built_in: Option<String>,
    /// What its values are.
    pub kind: ParameterType,
    /// Whether it must have a value.
    pub required: bool,
    /// Its value where none is given.
    pub default: Option<DefaultValue>,
    /// That it should no longer be used, and what to do instead.
    pub deprecated: Option<String>,
    /// In Markdown.
    pub documentation: Option<String>,
}

/// What a parameter's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterType {
    /// Text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A list of text.
    List,
}

/// A parameter's value where none is given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// Text.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A list of text.
    List(Vec<String>),
}

/// A rule: what it leads to if all its conditions hold.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// All must hold, and are tried in order.
    pub conditions: Vec<Condition>,
    /// What it leads to.
    pub outcome: Outcome,
}

/// An expression that has a value other than `false`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Condition {
    /// The expression.
    pub expression: Expression,
    /// The variable that takes its value.
    pub assign: Option<usize>,
}

/// What a rule leads to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// An endpoint.
    Endpoint(Endpoint),
    /// An error with this text.
    Error(Expression),
    /// The first of these rules that applies; that none does is an error.
    Tree(Vec<Rule>),
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its URL.
    pub url: Expression,
    /// Headers that requests carry, each with its values.
    pub headers: Vec<(String, Vec<Expression>)>,
    /// Everything else, such as how to sign.
    pub properties: Vec<(String, Property)>,
}

/// JSON with expressions for text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Property {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it is written.
    Number(String),
    /// Text.
    Text(Expression),
    /// An array.
    List(Vec<Property>),
    /// An object.
    Object(Vec<(String, Property)>),
}

/// What has a value, or none.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expression {
    /// Text as it stands.
    Text(String),
    /// Texts, one after the other.
    Template(Vec<Expression>),
    /// `true` or `false`.
    Boolean(bool),
    /// The value of a variable.
    Reference(usize),
    /// A field of a record, by its place in [`Record::fields`].
    Field(Box<Expression>, Record, usize),
    /// A member of a list.
    Index(Box<Expression>, usize),
    /// Whether there is a value.
    IsSet(Box<Expression>),
    /// A part of a text of ASCII characters, counted from its start or, if the last says so, from its end.
    Substring(Box<Expression>, usize, usize, Box<Expression>),
    /// A call of a function whose arguments are all expressions.
    Call(&'static Function, Vec<Expression>),
}

/// What an expression's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// Text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A list of text.
    List,
    /// Named values.
    Record(Record),
}

impl Type {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "a boolean",
            Self::List => "a list",
            Self::Record(Record::Partition) => "a partition",
            Self::Record(Record::Url) => "a URL",
            Self::Record(Record::Arn) => "an ARN",
        }
    }
}

/// Named values that functions give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Record {
    /// A partition.
    Partition,
    /// A URL.
    Url,
    /// An Amazon resource name.
    Arn,
}

impl Record {
    /// Names and types of its fields; their places are their numbers in the tables.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, Type)] {
        match self {
            Self::Partition => &[
                ("name", Type::Text),
                ("dnsSuffix", Type::Text),
                ("dualStackDnsSuffix", Type::Text),
                ("supportsFIPS", Type::Boolean),
                ("supportsDualStack", Type::Boolean),
                ("implicitGlobalRegion", Type::Text),
            ],
            Self::Url => &[
                ("scheme", Type::Text),
                ("authority", Type::Text),
                ("path", Type::Text),
                ("normalizedPath", Type::Text),
                ("isIp", Type::Boolean),
            ],
            Self::Arn => &[
                ("partition", Type::Text),
                ("service", Type::Text),
                ("region", Type::Text),
                ("accountId", Type::Text),
                ("resourceId", Type::List),
            ],
        }
    }
}

/// A function whose arguments are all expressions.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name in rule sets.
    pub name: &'static str,
    /// What it takes.
    pub parameters: &'static [Type],
    /// What it gives.
    pub result: Type,
    /// Its letter in the tables.
    pub(super) code: u8,
}

const fn function(name: &'static str, parameters: &'static [Type], result: Type, code: u8) -> Function {
    Function { name, parameters, result, code }
}

/// Those functions.
pub(super) static FUNCTIONS: [Function; 9] = [
    function("not", &[Type::Boolean], Type::Boolean, b'!'),
    function("stringEquals", &[Type::Text, Type::Text], Type::Boolean, b'='),
    function("booleanEquals", &[Type::Boolean, Type::Boolean], Type::Boolean, b'~'),
    function("uriEncode", &[Type::Text], Type::Text, b'%'),
    function("parseURL", &[Type::Text], Type::Record(Record::Url), b'U'),
    function("isValidHostLabel", &[Type::Text, Type::Boolean], Type::Boolean, b'H'),
    function("aws.partition", &[Type::Text], Type::Record(Record::Partition), b'P'),
    function("aws.parseArn", &[Type::Text], Type::Record(Record::Arn), b'A'),
    function("aws.isVirtualHostableS3Bucket", &[Type::Text, Type::Boolean], Type::Boolean, b'B'),
];
