//! Calls whose bodies are not held in memory: a request's is sent as it is read, a reply's is read as it arrives.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::Duration;

use http::{Request, Response};

use super::Client;
use super::call::streamed::not_streamed;
use super::call::{CALL_IS_OVER, Call};
use super::framing::{self, Framer};
use super::received::Received;
use super::time::Time;
use crate::encode::StreamedLength;
#[cfg(any(feature = "checksums", feature = "sigv4"))]
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::error::Error;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::transport::{ReplyReader, RequestBody, TransportError};
use crate::value::Structure;

/// How many bytes are read at once, where this module reads for itself.
#[cfg(any(feature = "checksums", feature = "sigv4"))]
const BUFFER: usize = 64 * 1024;

/// The body of a request, from a reader. Needs the feature `rest-xml`.
///
/// The reader must have exactly the bytes that were said. If it has fewer or more, the request is broken off before its end, so
/// that the service never takes it for a whole one.
pub struct StreamedBody<'a> {
    source: Source<'a>,
    length: StreamedLength,
    /// Its SHA-256 in hexadecimal digits, once it was needed.
    #[cfg(feature = "sigv4")]
    hash: Option<String>,
}

enum Source<'a> {
    Once(&'a mut dyn Read),
    Seekable(&'a mut dyn ReadSeek, u64),
}

trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

impl<'a> StreamedBody<'a> {
    /// So many bytes, which can be read once.
    ///
    /// Nothing is tried again once the first of them was read, and neither hash nor checksum can go before the body. S3 takes
    /// them with it, in frames (`aws-chunked`), which needs the feature `checksums`. For other services a signed request needs
    /// `https://`, and an operation that requires a checksum needs one in its input.
    pub fn once(reader: &'a mut impl Read, length: u64) -> Self {
        Self::new(Source::Once(reader), StreamedLength::Known(length))
    }

    /// All bytes to the reader's end, however many these are, which can be read once.
    ///
    /// Only operations whose payload is not signed take such a body, as S3's `WriteGetObjectResponse` does. `PutObject` does not:
    /// S3 wants to know the length first.
    pub fn of_unknown_length(reader: &'a mut impl Read) -> Self {
        Self::new(Source::Once(reader), StreamedLength::Unknown)
    }

    /// The bytes from where the reader stands to its end. They are read once for the checksum, where there is one, once for the
    /// hash of a signature without TLS, and once for each attempt.
    ///
    /// # Errors
    /// Where the reader cannot tell where it stands and ends.
    pub fn seekable(reader: &'a mut (impl Read + Seek)) -> io::Result<Self> {
        let start = reader.stream_position()?;
        let end = reader.seek(SeekFrom::End(0))?;
        Ok(Self::new(Source::Seekable(reader, start), StreamedLength::Known(end.saturating_sub(start))))
    }

    fn new(source: Source<'a>, length: StreamedLength) -> Self {
        Self {
            source,
            length,
            #[cfg(feature = "sigv4")]
            hash: None,
        }
    }

    fn is_seekable(&self) -> bool {
        matches!(self.source, Source::Seekable(..))
    }

    /// Whether what goes before the body can be made of it: nothing is lost of an empty one.
    #[cfg(any(feature = "checksums", feature = "sigv4"))]
    fn is_known_beforehand(&self) -> bool {
        self.is_seekable() || self.length == StreamedLength::Known(0)
    }

    /// The bytes from the first one on, if they are still there.
    fn rewound(&mut self) -> io::Result<Exact<'_>> {
        let reader: &mut dyn Read = match &mut self.source {
            Source::Once(reader) => reader,
            Source::Seekable(reader, start) => {
                reader.seek(SeekFrom::Start(*start))?;
                reader
            }
        };
        let left = self.length.known();
        Ok(Exact { reader, left, end: None, has_begun: false, has_failed: false, is_too_late: false })
    }

    /// Gives all bytes to `take`.
    #[cfg(any(feature = "checksums", feature = "sigv4"))]
    fn read_through(&mut self, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
        let mut read = || -> io::Result<()> {
            let mut body = self.rewound()?;
            body.check_empty()?;
            let mut buffer = vec![0; BUFFER];
            loop {
                let length = body.read(&mut buffer)?;
                if length == 0 {
                    return Ok(());
                }
                take(&buffer[..length]);
            }
        };
        read().map_err(unreadable)
    }

    /// Adds the checksum that the request lacks, if the body can be read for it beforehand.
    #[cfg(feature = "checksums")]
    fn add_checksum(&mut self, call: &mut Call<'_>, input: &dyn Structure) -> Result<(), Error> {
        let Some(mut lacking) = call.lacking_checksum(input)? else { return Ok(()) };
        if self.is_known_beforehand() {
            self.read_through(|bytes| lacking.digest.update(bytes))?;
            return call.add_checksum(lacking);
        }
        if lacking.is_optional || (lacking.may_follow && call.can_frame()) {
            return Ok(());
        }
        Err(must_be_read_twice(CHECKSUM_FIRST))
    }

    #[cfg(feature = "sigv4")]
    fn hash(&mut self) -> Result<String, Error> {
        use sha2::{Digest, Sha256};

        if !self.is_known_beforehand() {
            return Err(must_be_read_twice(HASH_FIRST));
        }
        if self.hash.is_none() {
            let mut digest = Sha256::default();
            self.read_through(|bytes| digest.update(bytes))?;
            self.hash = Some(crate::sigv4::hex(&digest.finalize().into()).to_string());
        }
        Ok(self.hash.clone().unwrap_or_default())
    }
}

impl fmt::Debug for StreamedBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedBody")
            .field("length", &self.length)
            .field("is_seekable", &self.is_seekable())
            .finish_non_exhaustive()
    }
}

/// A reader that has so many bytes, or fails before it gives the last of them.
struct Exact<'a> {
    reader: &'a mut dyn Read,
    /// Nothing if any number will do.
    left: Option<u64>,
    /// When the whole call must be over, and whose time that is.
    end: Option<(Duration, &'a dyn Time)>,
    has_begun: bool,
    has_failed: bool,
    is_too_late: bool,
}

impl Exact<'_> {
    /// Fails if there are bytes where there should be none.
    fn check_empty(&mut self) -> io::Result<()> {
        if self.left != Some(0) {
            return Ok(());
        }
        self.has_begun = true;
        match self.read_some(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "the body has more bytes than its length says")),
            Err(error) => Err(error),
        }
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    fn read_exactly(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let room = most.min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        self.has_begun = true;
        if self.end.is_some_and(|(end, time)| time.elapsed() >= end) {
            self.is_too_late = true;
            return Err(io::Error::new(io::ErrorKind::TimedOut, CALL_IS_OVER));
        }
        let length = self.read_some(&mut buffer[..room])?;
        let Some(left) = &mut self.left else { return Ok(length) };
        if length == 0 {
            let why = format!("the body ends {left} bytes before its length says");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        *left -= length as u64;
        self.check_empty()?;
        Ok(length)
    }
}

impl Read for Exact<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.read_exactly(buffer);
        self.has_failed |= result.is_err();
        result
    }
}

/// Why a body must be one that can be read twice.
#[cfg(feature = "checksums")]
pub(super) const CHECKSUM_FIRST: &str =
    "its checksum goes before it, so it must be one that can be read twice, or the checksum be given";
#[cfg(feature = "sigv4")]
pub(super) const HASH_FIRST: &str =
    "the signature needs its hash, so it must be one that can be read twice, or go over https://";

#[cfg(any(feature = "checksums", feature = "sigv4"))]
pub(super) fn must_be_read_twice(why: &'static str) -> Error {
    EncodeError::new(EncodeErrorKind::Streaming(why)).within("body").into()
}

pub(super) fn unreadable(error: io::Error) -> Error {
    TransportError::unusable(error).into()
}

/// A reply whose body is still on its way. Needs the feature `rest-xml`.
#[derive(Debug)]
#[non_exhaustive]
pub struct StreamedReply<T> {
    /// What the head of the reply says. The member that is the body is empty.
    pub output: T,
    /// What the reply says beside its output.
    pub metadata: ReplyMetadata,
    /// The body.
    pub body: ReplyBody,
}

/// The body of a reply, read as it arrives. Needs the feature `rest-xml`.
///
/// Its end is an error if bytes are missing, or if it has not the checksum that the reply's head says: what was read is good
/// only once the reader has said that this was all.
///
/// Dropped before its end, it closes the connection.
pub struct ReplyBody {
    reader: ReplyReader,
    received: Received,
    is_over: bool,
}

impl ReplyBody {
    /// How many bytes the body has in all, if the reply says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.received.length()
    }
}

impl Read for ReplyBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over || buffer.is_empty() {
            return Ok(0);
        }
        match self.reader.read(buffer) {
            Ok(0) => {
                self.is_over = true;
                self.received.check_end()?;
                Ok(0)
            }
            Ok(length) => {
                self.received.take(&buffer[..length]);
                Ok(length)
            }
            Err(error) => {
                self.is_over = error.kind() != io::ErrorKind::Interrupted;
                Err(error)
            }
        }
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyBody").field("length", &self.length()).finish_non_exhaustive()
    }
}

impl Client {
    /// Calls an operation whose input has a body that streams, with `body` in that member's place. Needs the feature
    /// `rest-xml`.
    ///
    /// What fails before a byte of the body was read is tried again like any call; later only a [seekable](StreamedBody::seekable)
    /// body is. The time for an attempt is that for each read and write, and for the reply once the request is sent; the whole
    /// call's stays what it is.
    ///
    /// ```
    /// use shapewire::client::StreamedBody;
    /// use shapewire::{Client, OperationShape};
    ///
    /// fn store<O: OperationShape>(
    ///     client: &Client,
    ///     input: &O::Input,
    ///     mut file: std::fs::File,
    /// ) -> Result<O::Output, Box<dyn std::error::Error>> {
    ///     let (output, _) = client.call_with_body::<O>(input, StreamedBody::seekable(&mut file)?)?;
    ///     Ok(output)
    /// }
    /// ```
    ///
    /// # Errors
    /// What the service answered, or why there is no answer; that the operation has no such body, that the input has one as
    /// well, or that the reader does not give what its length says.
    pub fn call_with_body<O: OperationShape>(
        &self,
        input: &O::Input,
        mut body: StreamedBody<'_>,
    ) -> Result<(O::Output, ReplyMetadata), O::Error> {
        let mut output = O::Output::default();
        let metadata = self.send_body(O::OPERATION, input, &mut body, &mut output)?;
        Ok((output, metadata))
    }

    /// Calls an operation whose output has a body that streams, bytes or events, and gives it as it arrives. For events,
    /// [`Events`](crate::event_stream::Events) reads it. Needs the feature `rest-xml`.
    ///
    /// Calls are tried again until the head of a reply is there. An error is read whole, within the limit for replies; the body
    /// has no limit, and the time for an attempt is that for each of its reads.
    ///
    /// ```
    /// use shapewire::{Client, OperationShape};
    ///
    /// /// Saves what a service sends, and says how many bytes it was.
    /// fn save<O: OperationShape>(
    ///     client: &Client,
    ///     input: &O::Input,
    ///     mut file: std::fs::File,
    /// ) -> Result<u64, Box<dyn std::error::Error>> {
    ///     let mut reply = client.call_for_body::<O>(input)?;
    ///     Ok(std::io::copy(&mut reply.body, &mut file)?)
    /// }
    /// ```
    ///
    /// # Errors
    /// What the service answered, or why there is no answer; or that the operation has no such body.
    pub fn call_for_body<O: OperationShape>(&self, input: &O::Input) -> Result<StreamedReply<O::Output>, O::Error> {
        let mut output = O::Output::default();
        let (metadata, body) = self.receive_body(O::OPERATION, input, &mut output)?;
        Ok(StreamedReply { output, metadata, body })
    }

    fn send_body(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        body: &mut StreamedBody<'_>,
        output: &mut dyn Structure,
    ) -> Result<ReplyMetadata, Error> {
        #[cfg_attr(not(feature = "checksums"), expect(unused_mut, reason = "a checksum goes into it"))]
        let mut call = Call::with_streamed_body(&self.settings, operation, input, self.time.elapsed(), body.length)?;
        #[cfg(feature = "checksums")]
        if let Err(error) = body.add_checksum(&mut call, input) {
            return Err(call.give_up(error));
        }
        self.attempts(call, output, &mut |call, request| {
            let mut has_begun = false;
            let reply = call.observer().in_attempt(|| self.send_attempt(call, request, input, body, &mut has_begun));
            if has_begun && !body.is_seekable() {
                call.end_with_this_attempt();
            }
            reply
        })
    }

    /// Signs the request, sends it with its body, and brings its reply. `has_begun` tells whether the body was touched.
    #[cfg_attr(not(feature = "sigv4"), expect(unused_variables, unused_mut, reason = "they are for signing"))]
    fn send_attempt(
        &self,
        call: &Call<'_>,
        mut request: Request<Vec<u8>>,
        input: &dyn Structure,
        body: &mut StreamedBody<'_>,
        has_begun: &mut bool,
    ) -> Result<Response<Vec<u8>>, Error> {
        #[cfg(feature = "sigv4")]
        let framer = self.sign_streamed(call, &mut request, input, body)?;
        #[cfg(not(feature = "sigv4"))]
        let framer: Option<Framer> = None;
        let mut reader = body.rewound().map_err(unreadable)?;
        reader.end = call.deadline().map(|deadline| (deadline, &*self.time));
        let reply = match (reader.check_empty(), framer) {
            (Err(error), _) => Err(TransportError::unusable(error)),
            (Ok(()), _) if reader.left == Some(0) => self.transport.send_streaming(request.map(RequestBody::Bytes)),
            (Ok(()), Some(framer)) => {
                let mut body = framing::reader(&mut reader, framer);
                self.transport.send_streaming(request.map(|_| RequestBody::Reader(&mut *body)))
            }
            (Ok(()), None) => self.transport.send_streaming(request.map(|_| RequestBody::Reader(&mut reader))),
        };
        *has_begun = reader.has_begun;
        match reply {
            Err(_) if reader.is_too_late => Err(TransportError::timeout(CALL_IS_OVER).into()),
            // It is the reader's fault, and will be again.
            Err(error) if reader.has_failed => Err(TransportError::unusable(error.into_source()).into()),
            Err(error) => Err(error.into()),
            Ok(reply) => self.read_whole(reply),
        }
    }

    /// Signs the request, and tells how its body is framed, if it is.
    #[cfg(feature = "sigv4")]
    fn sign_streamed(
        &self,
        call: &Call<'_>,
        request: &mut Request<Vec<u8>>,
        input: &dyn Structure,
        body: &mut StreamedBody<'_>,
    ) -> Result<Option<Framer>, Error> {
        let Some(signing) = call.signing() else { return Ok(None) };
        let (credentials, now) = (self.credentials(signing, request)?, self.time.now());
        if let Some(length) = body.length.known().filter(|_| !body.is_known_beforehand())
            && let Some(framer) = Framer::of(call, request, input, length, &credentials, now)?
        {
            return Ok(Some(framer));
        }
        let hash = match signing.hash_without_body(request) {
            Some(placeholder) => placeholder.to_owned(),
            None => body.hash()?,
        };
        call.sign_with_payload_hash(request, &hash, &credentials, now)?;
        Ok(None)
    }

    fn receive_body(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> Result<(ReplyMetadata, ReplyBody), Error> {
        let call = Call::for_streamed_reply(&self.settings, operation, input, output, self.time.elapsed())?;
        let mut body = None;
        let metadata = self.attempts(call, output, &mut |call, request| {
            body = None;
            let reply = call.observer().in_attempt(|| self.receive_attempt(call, request))?;
            if !reply.status().is_success() {
                return self.read_whole(reply);
            }
            let (head, reader) = reply.into_parts();
            let (head, received) = Received::new(operation, head);
            body = Some(ReplyBody { reader, received, is_over: false });
            Ok(head)
        })?;
        let body = body.ok_or_else(|| not_streamed("the reply has no body"))?;
        Ok((metadata, body))
    }

    /// Signs the request, and brings its reply, whose body is still on its way.
    #[cfg_attr(not(feature = "sigv4"), expect(unused_variables, unused_mut, reason = "they are for signing"))]
    fn receive_attempt(&self, call: &Call<'_>, mut request: Request<Vec<u8>>) -> Result<Response<ReplyReader>, Error> {
        #[cfg(feature = "sigv4")]
        if let Some(signing) = call.signing() {
            let credentials = self.credentials(signing, &mut request)?;
            call.sign(&mut request, &credentials, self.time.now())?;
        }
        Ok(self.transport.send_streaming(request.map(RequestBody::Bytes))?)
    }

    /// The rest of a reply that does not stream, within the limit for replies.
    fn read_whole(&self, reply: Response<ReplyReader>) -> Result<Response<Vec<u8>>, Error> {
        let (head, reader) = reply.into_parts();
        let limit = self.settings.decode.max_bytes;
        let mut body = Vec::new();
        let past_limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        reader.take(past_limit).read_to_end(&mut body).map_err(TransportError::of_io)?;
        if body.len() > limit {
            return Err(TransportError::unusable(format!("the reply has more than {limit} bytes")).into());
        }
        Ok(Response::from_parts(head, body))
    }
}
