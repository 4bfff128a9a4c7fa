//! What bytes from outside may be, and what is wrong with those that are not.

use std::fmt;

use crate::debug::REDACTED;
use crate::path::outside_in;

/// How much a reader takes, and how exact it is: the limits of all that comes from outside, for a client
/// ([`Client::with_decode_options`](crate::Client::with_decode_options)) as for a server. Past each of them there is an error
/// of its own, with the place. `docs/limits.md` lists them, and says how much memory they leave to a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeOptions {
    /// How deep elements, lists and structures may nest. 64 by default, and at most: readers recurse.
    pub max_depth: usize,
    /// How many bytes a body may have. 16 MiB by default.
    pub max_bytes: usize,
    /// How many attributes an element may have. 32 by default.
    pub max_attributes: usize,
    /// How many members a list, and how many entries a map may have. 100,000 by default.
    pub max_items: usize,
    /// How many bytes a member's text may have in a document or a form, where references and percent-encoding are resolved and
    /// base64 is not. Payloads are bodies. 8 MiB by default.
    pub max_text: usize,
    /// How many parameters a form and a query string may have together. 100,000 by default.
    pub max_parameters: usize,
    /// Whether to refuse what is merely unexpected: unknown elements, text between elements, absent required members.
    /// Not by default: services add members, and leave required ones out.
    pub strict: bool,
}

impl DecodeOptions {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        max_depth: crate::MAX_DEPTH,
        max_bytes: 16 * 1024 * 1024,
        max_attributes: 32,
        max_items: 100_000,
        max_text: 8 * 1024 * 1024,
        max_parameters: 100_000,
        strict: false,
    };

    /// The depth that holds.
    pub(crate) fn max_depth(&self) -> usize {
        self.max_depth.min(crate::MAX_DEPTH)
    }

    /// `Ok` if a list or a map that has so many items may have one more.
    #[inline]
    pub(crate) fn check_items(&self, count: usize) -> Result<(), DecodeErrorKind> {
        if count >= self.max_items { Err(DecodeErrorKind::TooManyItems(self.max_items)) } else { Ok(()) }
    }

    /// `Ok` if a text may have so many bytes.
    #[inline]
    pub(crate) fn check_text(&self, length: usize) -> Result<(), DecodeErrorKind> {
        if length > self.max_text { Err(DecodeErrorKind::TextTooLong(self.max_text)) } else { Ok(()) }
    }

    /// The defaults, but strict: for servers and for conformance tests.
    #[must_use]
    pub const fn strict() -> Self {
        Self { strict: true, ..Self::DEFAULT }
    }
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Bytes from outside that cannot be read: what is wrong with them, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Details>);

/// Apart, so that results are small: errors are rare, and results are passed on at every level.
#[derive(Clone, PartialEq, Eq)]
struct Details {
    kind: DecodeErrorKind,
    offset: usize,
    /// From the inside out: each level that the error passes adds its name.
    path: Vec<String>,
}

/// What is wrong with the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// There are no bytes.
    Empty,
    /// The body is not XML: it does not begin with an element.
    NotXml,
    /// The body is a page of HTML, such as proxies and load balancers send.
    Html,
    /// The XML is not well-formed; the text says why.
    Malformed(String),
    /// The bytes end too early.
    Truncated,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The document declares an encoding other than UTF-8.
    Encoding(String),
    /// The document has a document type declaration.
    DocumentType,
    /// The document refers to an entity that is not one of XML's five.
    Entity(String),
    /// More bytes than the limit, which this is.
    TooLong(usize),
    /// Deeper than the limit, which this is.
    TooDeep(usize),
    /// More attributes than the limit, which this is.
    TooManyAttributes(usize),
    /// A list with more members, or a map with more entries than the limit, which this is.
    TooManyItems(usize),
    /// A text of more bytes than the limit, which this is.
    TextTooLong(usize),
    /// A form with more parameters than the limit, which this is.
    TooManyParameters(usize),
    /// The document is of another kind: its root element has this name.
    UnexpectedRoot(String),
    /// A name that the shape does not have. Only when strict.
    Unknown,
    /// Something that may stand there once is there again. Only when strict.
    Repeated,
    /// Text where there may only be elements, or elements where there may only be text. Only when strict.
    UnexpectedContent,
    /// A required member is absent. Only when strict.
    MissingMember(&'static str),
    /// A list whose indexes do not run from 1 without a gap; this one is missing.
    ListGap(usize),
    /// A percent sign without two hexadecimal digits.
    PercentEncoding,
    /// A character that XML 1.0 does not allow, so that no reply could ever tell it.
    IllegalCharacter(char),
    /// The body is not that of its checksum, which is one by this algorithm.
    Checksum(&'static str),
    /// An event stream that is not one; the text says why.
    EventStream(&'static str),
    /// A value that is not what its shape says.
    Value {
        /// What it should be: `integer`, `timestamp`, …
        expected: &'static str,
        /// What it is, unless it is secret; at most 64 characters.
        found: Option<String>,
    },
}

impl DecodeError {
    pub(crate) fn new(kind: DecodeErrorKind, offset: usize) -> Self {
        Self(Box::new(Details { kind, offset, path: Vec::new() }))
    }
    /// Adds the name of the level that the error came from below; of a name that is longer than any model's, the beginning.
    pub(crate) fn within(mut self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        self.0.path.push(name[..name.floor_char_boundary(256)].to_owned());
        self
    }
    /// The same without what was found, which is secret.
    pub(crate) fn redacted(mut self) -> Self {
        match &mut self.0.kind {
            DecodeErrorKind::Malformed(found) | DecodeErrorKind::Entity(found) => REDACTED.clone_into(found),
            DecodeErrorKind::Value { found, .. } => *found = None,
            _ => {}
        }
        self
    }
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &DecodeErrorKind {
        &self.0.kind
    }
    /// Where, as the number of bytes before it.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }
    /// Where, as the names of the elements (or the form's key) around it; empty for the whole body.
    #[must_use]
    pub fn path(&self) -> String {
        outside_in(&self.0.path, '/')
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        match self {
            Self::Empty => f.write_str("the body is empty"),
            Self::NotXml => f.write_str("the body is not XML"),
            Self::Html => f.write_str("the body is HTML"),
            Self::Malformed(why) => write!(f, "malformed XML: {why}"),
            Self::Truncated => f.write_str("the body ends too early"),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::Encoding(encoding) => write!(f, "the encoding is {encoding:?}, not UTF-8"),
            Self::DocumentType => f.write_str("document type declarations are refused"),
            Self::Entity(name) => write!(f, "unknown entity {name:?}"),
            Self::TooLong(limit) => write!(f, "more than {limit} bytes"),
            Self::TooDeep(limit) => write!(f, "nested deeper than {limit}"),
            Self::TooManyAttributes(limit) => write!(f, "more than {limit} attributes"),
            Self::TooManyItems(limit) => write!(f, "more than {limit} members or entries"),
            Self::TextTooLong(limit) => write!(f, "a text of more than {limit} bytes"),
            Self::TooManyParameters(limit) => write!(f, "more than {limit} parameters"),
            Self::UnexpectedRoot(name) => write!(f, "the root element is {name:?}, which is no reply of the service"),
            Self::Unknown => f.write_str("unknown name"),
            Self::Repeated => f.write_str("given more than once"),
            Self::UnexpectedContent => f.write_str("unexpected content"),
            Self::MissingMember(name) => write!(f, "the required member {name} is missing"),
            Self::ListGap(index) => write!(f, "the list has no member {index}"),
            Self::PercentEncoding => f.write_str("a percent sign without two hexadecimal digits"),
            Self::IllegalCharacter(character) => {
                write!(f, "the character U+{:04X} has no form in XML 1.0", u32::from(*character))
            }
            Self::Checksum(algorithm) => write!(f, "the body does not have the {algorithm} checksum that came with it"),
            Self::EventStream(why) => write!(f, "not an event stream: {why}"),
            Self::Value { expected, found: Some(found) } => write!(f, "expected {expected}, found {found:?}"),
            Self::Value { expected, found: None } => write!(f, "expected {expected}"),
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { kind, offset, path } = &*self.0;
        f.debug_struct("DecodeError").field("kind", kind).field("offset", offset).field("path", path).finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if path.is_empty() {
            write!(f, "{} (byte {})", self.kind(), self.offset())
        } else {
            write!(f, "{path}: {} (byte {})", self.kind(), self.offset())
        }
    }
}

impl std::error::Error for DecodeError {}
