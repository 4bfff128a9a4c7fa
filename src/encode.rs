//! How requests are written, and values that have no form on the wire.

use std::fmt;

use crate::path::outside_in;

/// How a request is written.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct EncodeOptions<'a> {
    /// Makes the idempotency tokens that are absent; random UUIDs by default.
    pub new_token: &'a dyn Fn() -> String,
    /// How many bytes a body must have to be compressed, if the operation takes that: 10,240 by default. Compression needs
    /// the feature `compression`.
    pub min_compression_bytes: usize,
    /// Whether the endpoint was resolved for this operation and input, so that its URL has what the service's rules put
    /// there: a bucket in the host name or in the path. What it has is not written again. Not by default.
    pub endpoint_is_complete: bool,
    /// The body that will be sent instead of the member that streams.
    #[cfg(feature = "rest-xml")]
    pub(crate) streamed: Option<StreamedLength>,
}

impl EncodeOptions<'static> {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        new_token: &crate::uuid::new,
        min_compression_bytes: 10_240,
        endpoint_is_complete: false,
        #[cfg(feature = "rest-xml")]
        streamed: None,
    };
}

impl<'a> EncodeOptions<'a> {
    /// The same with another source of idempotency tokens.
    #[must_use]
    pub const fn with_tokens(self, new_token: &'a dyn Fn() -> String) -> Self {
        Self { new_token, ..self }
    }
    /// The same with another size from which on bodies are compressed.
    #[must_use]
    pub const fn with_min_compression_bytes(mut self, bytes: usize) -> Self {
        self.min_compression_bytes = bytes;
        self
    }
    /// The same for an endpoint that was resolved for the operation and its input.
    #[must_use]
    pub const fn with_complete_endpoint(mut self) -> Self {
        self.endpoint_is_complete = true;
        self
    }
    /// The same for a body that does not come from the input.
    #[cfg(feature = "rest-xml")]
    pub(crate) const fn with_streamed(mut self, length: StreamedLength) -> Self {
        self.streamed = Some(length);
        self
    }
}

/// How many bytes a streamed body has.
#[cfg(feature = "rest-xml")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamedLength {
    Known(u64),
    Unknown,
}

#[cfg(feature = "rest-xml")]
impl StreamedLength {
    pub(crate) fn known(self) -> Option<u64> {
        match self {
            Self::Known(length) => Some(length),
            Self::Unknown => None,
        }
    }
}

impl Default for EncodeOptions<'_> {
    fn default() -> Self {
        EncodeOptions::DEFAULT
    }
}

impl fmt::Debug for EncodeOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodeOptions")
            .field("min_compression_bytes", &self.min_compression_bytes)
            .field("endpoint_is_complete", &self.endpoint_is_complete)
            .finish_non_exhaustive()
    }
}

/// A value that cannot be written: what is wrong with it, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    kind: EncodeErrorKind,
    /// From the inside out: each level that the error passes adds its name.
    path: Vec<String>,
}

/// What is wrong with the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// Deeper than the limit, which this is.
    TooDeep(usize),
    /// A character that XML 1.0 does not allow.
    IllegalCharacter(char),
    /// The endpoint is not an absolute URL with a host; the text says why.
    Endpoint(String),
    /// A part of the path that is absent or empty: the request would be about something else.
    EmptyLabel,
    /// A part of the host name that is none: 1 to 63 letters, digits and hyphens, no hyphen first or last.
    HostLabel,
    /// A name or a value that no HTTP header can carry as it is.
    Header,
    /// The URI cannot be written; the text says why.
    Uri(String),
    /// A checksum by this algorithm cannot be computed here.
    Checksum(String),
    /// The status that a reply should have is none of a reply, which this is: 200 to 599 are.
    Status(i32),
    /// The body cannot be streamed; the text says why.
    Streaming(&'static str),
}

impl EncodeError {
    pub(crate) fn new(kind: EncodeErrorKind) -> Self {
        Self { kind, path: Vec::new() }
    }
    /// Adds the name of the level that the error came from below.
    pub(crate) fn within(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &EncodeErrorKind {
        &self.kind
    }
    /// Where, as wire names from the outside in.
    #[must_use]
    pub fn path(&self) -> String {
        outside_in(&self.path, '.')
    }
}

impl fmt::Display for EncodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        match self {
            Self::TooDeep(limit) => write!(f, "nested deeper than {limit}"),
            Self::IllegalCharacter(character) => {
                write!(f, "the character U+{:04X} has no form in XML 1.0", u32::from(*character))
            }
            Self::Endpoint(why) => write!(f, "the endpoint is not usable: {why}"),
            Self::EmptyLabel => f.write_str("must not be empty: it is a part of the path"),
            Self::HostLabel => {
                f.write_str("must be 1 to 63 letters, digits and inner hyphens: it is a part of the host")
            }
            Self::Header => f.write_str("no HTTP header can carry it"),
            Self::Uri(why) => write!(f, "the request has no URI: {why}"),
            Self::Status(status) => write!(f, "{status} is no status of a reply, which are 200 to 599"),
            Self::Streaming(why) => f.write_str(why),
            Self::Checksum(algorithm) => {
                write!(
                    f,
                    "checksums by {algorithm} are not computed here: give the checksum itself, or another algorithm"
                )
            }
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path())?;
        }
        fmt::Display::fmt(&self.kind, f)
    }
}

impl std::error::Error for EncodeError {}
