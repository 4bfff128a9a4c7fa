//! Bodies that come in frames (`aws-chunked`): what a request's head says of them, and what is in them: bytes, signatures, and
//! headers that follow the bytes.
//!
//! Source: AWS's documentation, *Amazon S3 API Reference*, "Transferring payload in multiple chunks", with and without
//! trailing headers.

use std::fmt;

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::aws_chunked::{
    AWS_CHUNKED, CHUNK_SIGNATURE, DECODED_LENGTH, LINE_END, SIGNED, SIGNED_WITH_TRAILER, TRAILER_SIGNATURE,
    UNSIGNED_WITH_TRAILER,
};
use super::request::{CONTENT_SHA256, UNSIGNED_PAYLOAD};

/// Names the headers that follow the bytes.
const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");
/// What is told of frames with signatures that are read, and that nobody here can verify.
const OTHERWISE_SIGNED: [&str; 2] =
    ["STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"];

/// How many bytes a frame must have that is not the last one with any.
const MIN_FRAME: usize = 8192;
/// How long a line may be.
const MAX_LINE: usize = 1024;

/// Why a request's body is not in the frames (`aws-chunked`) that its head announces. As text it is what S3 says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FramingError {
    /// `x-amz-content-sha256` announces frames of a kind that is not known.
    UnknownPayload,
    /// `x-amz-decoded-content-length` does not tell how many bytes are in the frames.
    NoLength,
    /// `x-amz-trailer` announces a header that is no checksum.
    UnknownTrailer,
    /// At this offset the body ends too early, goes on after its end, or is no frame.
    Malformed(usize),
    /// A frame that is not the last one has too few bytes.
    SmallFrame {
        /// Its number, from one on.
        number: usize,
        /// How many bytes it has.
        bytes: usize,
    },
    /// The headers after the last frame are malformed, or not those that `x-amz-trailer` announces.
    Trailer,
    /// The frames do not have the bytes that `x-amz-decoded-content-length` tells.
    Length {
        /// How many it tells.
        expected: u64,
        /// How many there are, at least.
        found: u64,
    },
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPayload => f.write_str(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                 STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
            ),
            Self::NoLength => f.write_str("You must provide the x-amz-decoded-content-length HTTP header."),
            Self::UnknownTrailer => {
                f.write_str("The value specified in the x-amz-trailer header is not supported: it names no checksum")
            }
            Self::Malformed(offset) => {
                write!(f, "The request body terminated unexpectedly: there is no frame's part at byte {offset}")
            }
            Self::SmallFrame { number, bytes } => write!(
                f,
                "Only the last chunk is allowed to have a size less than {MIN_FRAME} bytes: chunk {number} has {bytes}"
            ),
            Self::Trailer => f.write_str(
                "The request contained trailing data that was not well-formed, or is not what x-amz-trailer names",
            ),
            Self::Length { expected, found } => write!(
                f,
                "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header: \
                 {expected} are expected, {found} are there"
            ),
        }
    }
}

impl std::error::Error for FramingError {}

/// What a request's head says of the frames of its body.
pub(crate) struct Framing {
    /// How many bytes are in the frames.
    pub(crate) length: u64,
    is_signed: bool,
    has_trailer: bool,
    /// The names of the headers that follow, in lower case and sorted.
    announced: Vec<String>,
}

impl Framing {
    /// `None` for a body that has no frames. Who tells the hash of a body means the body as it stands.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, FramingError> {
        let told = headers.get(CONTENT_SHA256).map(HeaderValue::as_bytes);
        let is = |payload: &str| told == Some(payload.as_bytes());
        let (is_signed, has_trailer) = if is(UNSIGNED_WITH_TRAILER) {
            (false, true)
        } else if is(SIGNED) || is(OTHERWISE_SIGNED[0]) {
            (true, false)
        } else if is(SIGNED_WITH_TRAILER) || is(OTHERWISE_SIGNED[1]) {
            (true, true)
        } else if (told.is_none() || is(UNSIGNED_PAYLOAD)) && encodings(headers).any(is_aws_chunked) {
            (false, headers.contains_key(TRAILER))
        } else if told.is_some_and(|told| told.starts_with(b"STREAMING-")) {
            return Err(FramingError::UnknownPayload);
        } else {
            return Ok(None);
        };
        let length = headers.get(DECODED_LENGTH).and_then(|value| value.to_str().ok());
        let length = length.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let length = length.and_then(|text| text.parse().ok()).ok_or(FramingError::NoLength)?;
        let announced = headers.get_all(TRAILER).iter().flat_map(|value| value.to_str().unwrap_or("?").split(','));
        let mut announced: Vec<String> = announced.map(|name| name.trim().to_ascii_lowercase()).collect();
        if announced.iter().any(|name| !name.starts_with("x-amz-checksum-")) {
            return Err(FramingError::UnknownTrailer);
        }
        announced.sort_unstable();
        Ok(Some(Self { length, is_signed, has_trailer, announced }))
    }

    /// Reads the frames, whose signatures are not verified.
    pub(crate) fn read<'a>(&self, body: &'a [u8]) -> Result<Frames<'a>, FramingError> {
        let mut cursor = Cursor { body, at: 0 };
        let mut frames = Frames { chunks: Vec::new(), trailer: Vec::new(), trailer_signature: None };
        let mut found = 0;
        loop {
            let (size, signature) = self.first_line(&mut cursor)?;
            let last = frames.chunks.last().filter(|last| size > 0 && last.bytes.len() < MIN_FRAME);
            if let Some(last) = last {
                return Err(FramingError::SmallFrame { number: frames.chunks.len(), bytes: last.bytes.len() });
            }
            found = u64::saturating_add(found, size as u64);
            if found > self.length {
                return Err(FramingError::Length { expected: self.length, found });
            }
            let bytes = if size == 0 { &[][..] } else { cursor.chunk(size)? };
            frames.chunks.push(Chunk { bytes, signature });
            if size == 0 {
                break;
            }
        }
        self.read_trailer(&mut cursor, &mut frames)?;
        if cursor.at < body.len() {
            return Err(FramingError::Malformed(cursor.at));
        }
        if found < self.length {
            return Err(FramingError::Length { expected: self.length, found });
        }
        Ok(frames)
    }

    /// The size of a frame, and its signature.
    fn first_line<'a>(&self, cursor: &mut Cursor<'a>) -> Result<(usize, Option<&'a str>), FramingError> {
        let malformed = FramingError::Malformed(cursor.at);
        let line = cursor.line()?;
        let (size, signature) = match line.split_once(CHUNK_SIGNATURE) {
            Some((size, signature)) if self.is_signed => (size, Some(signature)),
            None if !self.is_signed => (line, None),
            _ => return Err(malformed),
        };
        let is_size = (1..=16).contains(&size.len()) && size.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = is_size.then(|| usize::from_str_radix(size, 16).ok()).flatten();
        Ok((size.ok_or(malformed)?, signature))
    }

    /// Reads what follows the last frame, to the empty line.
    fn read_trailer<'a>(&self, cursor: &mut Cursor<'a>, frames: &mut Frames<'a>) -> Result<(), FramingError> {
        loop {
            let line = cursor.line()?;
            if line.is_empty() {
                break;
            }
            // The signature is of what stands before it.
            let (name, value) = line.split_once(':').ok_or(FramingError::Trailer)?;
            if frames.trailer_signature.is_some() || frames.trailer.len() > self.announced.len() {
                return Err(FramingError::Trailer);
            }
            if name.eq_ignore_ascii_case(TRAILER_SIGNATURE) {
                frames.trailer_signature = Some(value.trim());
            } else {
                frames.trailer.push((name.to_ascii_lowercase(), value.trim()));
            }
        }
        frames.trailer.sort_unstable();
        let is_announced = frames.trailer.iter().map(|(name, _)| name).eq(&self.announced);
        let is_signed = frames.trailer_signature.is_some() == (self.is_signed && self.has_trailer);
        if is_announced && is_signed && self.has_trailer != self.announced.is_empty() {
            Ok(())
        } else {
            Err(FramingError::Trailer)
        }
    }
}

/// What is in a body's frames.
pub(crate) struct Frames<'a> {
    /// All of them, the one without bytes too that ends them.
    pub(crate) chunks: Vec<Chunk<'a>>,
    /// The headers that follow, by their names in lower case.
    pub(crate) trailer: Vec<(String, &'a str)>,
    pub(crate) trailer_signature: Option<&'a str>,
}

/// A frame.
pub(crate) struct Chunk<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) signature: Option<&'a str>,
}

/// The content encodings of a request.
pub(crate) fn encodings(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether a content encoding is that of frames.
pub(crate) fn is_aws_chunked(encoding: &str) -> bool {
    encoding.eq_ignore_ascii_case(AWS_CHUNKED)
}

/// A body, and how much of it was read.
struct Cursor<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next line, without its end.
    fn line(&mut self) -> Result<&'a str, FramingError> {
        let rest = &self.body[self.at..];
        let end = memchr::memmem::find(&rest[..rest.len().min(MAX_LINE)], LINE_END);
        let line = end.and_then(|end| std::str::from_utf8(&rest[..end]).ok());
        let line = line.ok_or(FramingError::Malformed(self.at))?;
        self.at += line.len() + LINE_END.len();
        Ok(line)
    }

    /// So many bytes, with a line end after them.
    fn chunk(&mut self, size: usize) -> Result<&'a [u8], FramingError> {
        let bytes = self.body[self.at..].get(..size);
        let after = bytes.and_then(|_| self.body[self.at + size..].strip_prefix(LINE_END));
        let (Some(bytes), Some(after)) = (bytes, after) else { return Err(FramingError::Malformed(self.at)) };
        self.at = self.body.len() - after.len();
        Ok(bytes)
    }
}
