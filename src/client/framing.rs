//! Bodies that can be read only once, in frames (`aws-chunked`): what goes before other bodies, the checksum and the
//! signature, goes along with the frames and after them.
//!
//! Source: AWS's documentation, *Amazon S3 API Reference*, "Transferring payload in multiple chunks", with and without
//! trailing headers.

use std::io::{self, Read};

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderValue, Request};

use super::call::Call;
use crate::credentials::Credentials;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::error::Error;
use crate::protocol::checksum;
use crate::sigv4::ChunkSigner;
use crate::sigv4::aws_chunked::{
    AWS_CHUNKED, CHUNK_SIGNATURE, DECODED_LENGTH, LINE_END, SIGNED, SIGNED_WITH_TRAILER, TRAILER_SIGNATURE,
    UNSIGNED_WITH_TRAILER,
};
use crate::timestamp::Timestamp;
#[cfg(feature = "async")]
use crate::transport::Chunks;
use crate::value::Structure;

/// How many bytes are in a frame. S3 wants 8,192 at least, in all but the last.
const CHUNK: usize = 64 * 1024;
/// A signature's hexadecimal digits.
const SIGNATURE: usize = 64;

/// Makes the frames of one attempt's body.
pub(super) struct Framer {
    checksum: Option<checksum::Lacking>,
    signer: Option<ChunkSigner>,
    /// What is not yet a whole frame.
    pending: Vec<u8>,
}

impl Framer {
    /// For a body of so many bytes that cannot be read beforehand: where the request lacks a checksum, or the hash to be
    /// signed, and the service takes frames, its head is signed, and says so. Bodies that need not be signed have frames
    /// without signatures.
    pub(super) fn of(
        call: &Call<'_>,
        request: &mut Request<Vec<u8>>,
        input: &dyn Structure,
        length: u64,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let Some(signing) = call.signing().filter(|_| call.can_frame()) else { return Ok(None) };
        let checksum = call.lacking_checksum(input)?;
        let is_signed = signing.hash_without_body(request).is_none();
        let payload = match (is_signed, &checksum) {
            (false, None) => return Ok(None),
            (false, Some(_)) => UNSIGNED_WITH_TRAILER,
            (true, Some(_)) => SIGNED_WITH_TRAILER,
            (true, None) => SIGNED,
        };
        let headers = request.headers_mut();
        let trailer = match &checksum {
            Some(checksum) => checksum.announce(headers)?,
            None => 0,
        };
        let encoding = match headers.get(CONTENT_ENCODING) {
            Some(before) => HeaderValue::from_bytes(&[before.as_bytes(), b",", AWS_CHUNKED.as_bytes()].concat()),
            None => Ok(HeaderValue::from_static(AWS_CHUNKED)),
        };
        let encoding = encoding.map_err(|_| EncodeError::new(EncodeErrorKind::Header).within("content-encoding"))?;
        headers.insert(CONTENT_ENCODING, encoding);
        headers.insert(DECODED_LENGTH, HeaderValue::from(length));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(framed_length(length, trailer, is_signed)));
        let seed = call.sign_with_payload_hash(request, payload, credentials, now)?;
        let signer = seed.filter(|_| is_signed).and_then(|seed| call.chunk_signer(request, &seed, credentials, now));
        Ok(Some(Self { checksum, signer, pending: Vec::new() }))
    }

    /// Takes more of the body, and writes the frames that are whole.
    fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while self.pending.len() + bytes.len() >= CHUNK {
            let (first, rest) = bytes.split_at(CHUNK - self.pending.len());
            self.pending.extend_from_slice(first);
            self.write_pending(out);
            bytes = rest;
        }
        self.pending.extend_from_slice(bytes);
    }

    /// Writes what is left, and what follows it.
    fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.pending.is_empty() {
            self.write_pending(out);
        }
        self.write_size(out);
        if let Some(checksum) = self.checksum.take() {
            let line = checksum.line();
            out.extend_from_slice(line.as_bytes());
            out.extend_from_slice(LINE_END);
            if let Some(signer) = &mut self.signer {
                let signature = signer.sign_trailer(&format!("{line}\n"));
                out.extend_from_slice(format!("{TRAILER_SIGNATURE}:{signature}").as_bytes());
                out.extend_from_slice(LINE_END);
            }
        }
        out.extend_from_slice(LINE_END);
    }

    fn write_pending(&mut self, out: &mut Vec<u8>) {
        self.write_size(out);
        if let Some(checksum) = &mut self.checksum {
            checksum.digest.update(&self.pending);
        }
        out.append(&mut self.pending);
        out.extend_from_slice(LINE_END);
    }

    /// The first line of the frame that what is pending makes.
    fn write_size(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{:x}", self.pending.len()).as_bytes());
        if let Some(signer) = &mut self.signer {
            out.extend_from_slice(CHUNK_SIGNATURE.as_bytes());
            out.extend_from_slice(signer.sign_chunk(&self.pending).as_bytes());
        }
        out.extend_from_slice(LINE_END);
    }
}

/// How many bytes the frames of so many bytes have, with a line of so many bytes after the last one.
fn framed_length(length: u64, trailer: usize, is_signed: bool) -> u64 {
    let first_line = |size: u64| {
        let signature = if is_signed { CHUNK_SIGNATURE.len() + SIGNATURE } else { 0 };
        (format!("{size:x}").len() + signature + LINE_END.len()) as u64
    };
    let frame = |size: u64| first_line(size) + size + LINE_END.len() as u64;
    let (whole, rest) = (length / CHUNK as u64, length % CHUNK as u64);
    let rest = if rest > 0 { frame(rest) } else { 0 };
    let trailer_signature =
        if is_signed && trailer > 0 { TRAILER_SIGNATURE.len() + ":".len() + SIGNATURE + LINE_END.len() } else { 0 };
    let end = (trailer + trailer_signature + LINE_END.len()) as u64;
    whole.saturating_mul(frame(CHUNK as u64)).saturating_add(rest + first_line(0) + end)
}

/// A reader of the frames of what another one reads.
pub(super) fn reader(inner: &mut impl Read, framer: Framer) -> Box<dyn Read + '_> {
    Box::new(FramedReader { inner, framer, read: vec![0; CHUNK].into(), frames: Vec::new(), given: 0, is_over: false })
}

struct FramedReader<R> {
    inner: R,
    framer: Framer,
    read: Box<[u8]>,
    frames: Vec<u8>,
    /// How much of the frames was given.
    given: usize,
    is_over: bool,
}

impl<R: Read> Read for FramedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.frames.len() && !self.is_over {
            self.frames.clear();
            self.given = 0;
            let length = self.inner.read(&mut self.read)?;
            if length == 0 {
                self.framer.finish(&mut self.frames);
                self.is_over = true;
            }
            self.framer.push(&self.read[..length], &mut self.frames);
        }
        let length = (&self.frames[self.given..]).read(buffer)?;
        self.given += length;
        Ok(length)
    }
}

/// The frames of what comes in chunks.
#[cfg(feature = "async")]
pub(super) fn chunks(inner: Chunks, framer: Framer) -> Chunks {
    Box::pin(stream::FramedChunks { inner: Some(inner), framer })
}

#[cfg(feature = "async")]
mod stream {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use bytes::Bytes;
    use futures_core::Stream;

    use super::Framer;
    use crate::transport::Chunks;

    pub(super) struct FramedChunks {
        /// Nothing once they are over.
        pub(super) inner: Option<Chunks>,
        pub(super) framer: Framer,
    }

    impl Stream for FramedChunks {
        type Item = io::Result<Bytes>;

        fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let Self { inner, framer } = &mut *self;
            let Some(chunks) = inner else { return Poll::Ready(None) };
            let mut frames = Vec::new();
            while frames.is_empty() {
                match ready!(chunks.as_mut().poll_next(context)) {
                    Some(Ok(chunk)) => framer.push(&chunk, &mut frames),
                    Some(Err(error)) => {
                        *inner = None;
                        return Poll::Ready(Some(Err(error)));
                    }
                    None => {
                        framer.finish(&mut frames);
                        *inner = None;
                        break;
                    }
                }
            }
            Poll::Ready(Some(Ok(frames.into())))
        }
    }
}
