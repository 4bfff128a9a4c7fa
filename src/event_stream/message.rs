//! Messages: lengths, headers, payload, checksums.

use std::io::{self, Read};

use crate::decode::{DecodeError, DecodeErrorKind};

/// Both lengths and their checksum.
const PRELUDE: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 4;
/// How many bytes all headers of a message may have, as AWS's own readers take them: each is many times as large in memory.
const MAX_HEADER_BYTES: usize = 128 * 1024;

/// One message.
pub(super) struct Message {
    pub(super) headers: Vec<(String, HeaderValue)>,
    pub(super) payload: Vec<u8>,
    /// How many bytes it had on the wire.
    pub(super) length: usize,
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum HeaderValue {
    Boolean(bool),
    /// One to four bytes on the wire.
    Integer(i32),
    Long(i64),
    Bytes(Vec<u8>),
    Text(String),
    /// Milliseconds since 1970.
    Timestamp(i64),
    Uuid([u8; 16]),
}

/// Why there is no next message.
pub(super) enum Failure {
    Read(io::Error),
    Decode(DecodeError),
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

fn broken(why: &'static str, offset: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::EventStream(why), offset)
}

fn truncated(offset: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::Truncated, offset)
}

/// Messages out of bytes that come in pieces.
#[cfg(feature = "async")]
#[derive(Debug, Default)]
pub(super) struct Pieces {
    bytes: Vec<u8>,
    /// Where the next message begins.
    start: usize,
}

#[cfg(feature = "async")]
impl Pieces {
    /// More of them.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(piece);
    }

    /// The next message, which begins at the byte `offset` of the stream, if all of it is there.
    pub(super) fn next(&mut self, offset: usize, max_bytes: usize) -> Result<Option<Message>, DecodeError> {
        let bytes = &self.bytes[self.start..];
        let Some(prelude) = bytes.first_chunk() else { return Ok(None) };
        let length = Message::length(prelude, offset, max_bytes)?;
        let Some(bytes) = bytes.get(..length) else { return Ok(None) };
        self.start += length;
        Message::parse(bytes, offset).map(Some)
    }

    /// The stream is over; there must be nothing left.
    pub(super) fn check_end(&self, offset: usize) -> Result<(), DecodeError> {
        if self.start < self.bytes.len() { Err(truncated(offset)) } else { Ok(()) }
    }
}

impl Message {
    /// Reads the next message, which begins at the byte `offset`; `None` at the end of the stream.
    pub(super) fn read(reader: &mut impl Read, offset: usize, max_bytes: usize) -> Result<Option<Self>, Failure> {
        let mut prelude = [0; PRELUDE];
        match fill(reader, &mut prelude)? {
            0 => return Ok(None),
            PRELUDE => {}
            _ => return Err(truncated(offset).into()),
        }
        let length = Self::length(&prelude, offset, max_bytes)?;
        // What is announced may never come: there is room for what does.
        let mut bytes = prelude.to_vec();
        let announced = u64::try_from(length - PRELUDE).unwrap_or(u64::MAX);
        reader.take(announced).read_to_end(&mut bytes).map_err(Failure::Read)?;
        if bytes.len() < length {
            return Err(truncated(offset).into());
        }
        Ok(Some(Self::parse(&bytes, offset)?))
    }

    /// How many bytes the message has that begins like this.
    fn length(prelude: &[u8; PRELUDE], offset: usize, max_bytes: usize) -> Result<usize, DecodeError> {
        if crc32fast::hash(&prelude[..8]) != word(prelude, 8) {
            return Err(broken("the checksum of the lengths is wrong", offset));
        }
        let (total, headers) = (size(word(prelude, 0)), size(word(prelude, 4)));
        if total > max_bytes {
            return Err(DecodeError::new(DecodeErrorKind::TooLong(max_bytes), offset));
        }
        if total.checked_sub(PRELUDE + TRAILER).is_none_or(|rest| headers > rest) {
            return Err(broken("the lengths contradict each other", offset));
        }
        if headers > MAX_HEADER_BYTES {
            let kind = DecodeErrorKind::TooLong(MAX_HEADER_BYTES);
            return Err(DecodeError::new(kind, offset + PRELUDE).within("headers"));
        }
        Ok(total)
    }

    /// The message that these bytes are, which have the length that they say.
    fn parse(bytes: &[u8], offset: usize) -> Result<Self, DecodeError> {
        let (body, _) = bytes.split_at(bytes.len() - TRAILER);
        if crc32fast::hash(body) != word(bytes, body.len()) {
            return Err(broken("the checksum of a message is wrong", offset));
        }
        let (headers, payload) = body[PRELUDE..].split_at(size(word(bytes, 4)));
        let headers = read_headers(headers).ok_or_else(|| broken("a header cannot be read", offset + PRELUDE))?;
        Ok(Self { headers, payload: payload.to_vec(), length: bytes.len() })
    }

    /// The header of this name, if it is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.header(name)? {
            HeaderValue::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&HeaderValue> {
        self.headers.iter().find_map(|(header, value)| (header == name).then_some(value))
    }

    /// Appends it to a stream; `None` if a header or the whole is too long.
    #[cfg(feature = "server")]
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            headers.push(u8::try_from(name.len()).ok()?);
            headers.extend(name.as_bytes());
            write_value(&mut headers, value)?;
        }
        let total = u32::try_from(PRELUDE + headers.len() + self.payload.len() + TRAILER).ok()?;
        let start = out.len();
        out.extend(total.to_be_bytes());
        out.extend(u32::try_from(headers.len()).ok()?.to_be_bytes());
        out.extend(crc32fast::hash(&out[start..]).to_be_bytes());
        out.extend(headers);
        out.extend(&self.payload);
        out.extend(crc32fast::hash(&out[start..]).to_be_bytes());
        Some(())
    }
}

/// The number in these four bytes, which are there.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Reads until the buffer is full or the stream ends; gives how much there was.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Failure> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Read(error)),
        }
    }
    Ok(filled)
}

fn read_headers(bytes: &[u8]) -> Option<Vec<(String, HeaderValue)>> {
    let mut headers = Vec::new();
    let mut cursor = Cursor(bytes);
    while !cursor.0.is_empty() {
        let [length] = cursor.array()?;
        let name = String::from_utf8(cursor.take(length.into())?.to_vec()).ok()?;
        let [kind] = cursor.array()?;
        let value = match kind {
            0 => HeaderValue::Boolean(true),
            1 => HeaderValue::Boolean(false),
            2 => HeaderValue::Integer(i8::from_be_bytes(cursor.array()?).into()),
            3 => HeaderValue::Integer(i16::from_be_bytes(cursor.array()?).into()),
            4 => HeaderValue::Integer(i32::from_be_bytes(cursor.array()?)),
            5 => HeaderValue::Long(i64::from_be_bytes(cursor.array()?)),
            6 => HeaderValue::Bytes(cursor.sized()?.to_vec()),
            7 => HeaderValue::Text(String::from_utf8(cursor.sized()?.to_vec()).ok()?),
            8 => HeaderValue::Timestamp(i64::from_be_bytes(cursor.array()?)),
            9 => HeaderValue::Uuid(cursor.array()?),
            _ => return None,
        };
        headers.push((name, value));
    }
    Some(headers)
}

#[cfg(feature = "server")]
fn write_value(out: &mut Vec<u8>, value: &HeaderValue) -> Option<()> {
    let mut sized = |kind: u8, bytes: &[u8]| {
        out.push(kind);
        out.extend(u16::try_from(bytes.len()).ok()?.to_be_bytes());
        out.extend(bytes);
        Some(())
    };
    match value {
        HeaderValue::Bytes(bytes) => return sized(6, bytes),
        HeaderValue::Text(text) => return sized(7, text.as_bytes()),
        HeaderValue::Boolean(value) => out.push(u8::from(!value)),
        HeaderValue::Integer(value) => {
            out.push(4);
            out.extend(value.to_be_bytes());
        }
        HeaderValue::Long(value) => {
            out.push(5);
            out.extend(value.to_be_bytes());
        }
        HeaderValue::Timestamp(value) => {
            out.push(8);
            out.extend(value.to_be_bytes());
        }
        HeaderValue::Uuid(value) => {
            out.push(9);
            out.extend(value);
        }
    }
    Some(())
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
    /// Bytes after their number.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(length.into())
    }
}
