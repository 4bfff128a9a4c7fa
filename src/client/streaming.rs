//! Calls whose bodies are not held in memory: a request's is sent as it is read, a reply's is read as it arrives.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use http::header::CONTENT_LENGTH;
use http::{Request, Response};

use super::Client;
use super::call::{Call, Step};
use super::time::Moment;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::error::Error;
use crate::operation::{BodyApart, OperationShape, ReplyMetadata, streamed_member};
#[cfg(feature = "checksums")]
use crate::protocol::checksum;
use crate::schema::Operation;
use crate::transport::{ReplyReader, RequestBody, TransportError};
use crate::value::{Structure, View};

/// How many bytes are read at once, where this module reads for itself.
#[cfg(any(feature = "checksums", feature = "sigv4"))]
const BUFFER: usize = 64 * 1024;

/// The body of a request, from a reader.
///
/// The reader must have exactly the bytes that were said. If it has fewer or more, the request is broken off before its end, so
/// that the service never takes it for a whole one.
pub struct StreamedBody<'a> {
    source: Source<'a>,
    length: u64,
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
    /// Nothing is tried again once the first of them was read, and neither hash nor checksum can go before the body: a signed
    /// request needs `https://`, and an operation that requires a checksum needs one in its input.
    pub fn once(reader: &'a mut impl Read, length: u64) -> Self {
        Self::new(Source::Once(reader), length)
    }

    /// The bytes from where the reader stands to its end. They are read once for the checksum, where there is one, once for the
    /// hash of a signature without TLS, and once for each attempt.
    ///
    /// # Errors
    /// Where the reader cannot tell where it stands and ends.
    pub fn seekable(reader: &'a mut (impl Read + Seek)) -> io::Result<Self> {
        let start = reader.stream_position()?;
        let end = reader.seek(SeekFrom::End(0))?;
        Ok(Self::new(Source::Seekable(reader, start), end.saturating_sub(start)))
    }

    fn new(source: Source<'a>, length: u64) -> Self {
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

    /// The bytes from the first one on, if they are still there.
    fn rewound(&mut self) -> io::Result<Exact<'_>> {
        let reader: &mut dyn Read = match &mut self.source {
            Source::Once(reader) => reader,
            Source::Seekable(reader, start) => {
                reader.seek(SeekFrom::Start(*start))?;
                reader
            }
        };
        Ok(Exact { reader, left: self.length, has_begun: false, has_failed: false })
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

    /// The checksum of the body, if it can be read beforehand.
    #[cfg(feature = "checksums")]
    fn checksum(&mut self, mut digest: checksum::Hasher) -> Result<Option<String>, Error> {
        if !self.is_seekable() {
            return Ok(None);
        }
        self.read_through(|bytes| digest.update(bytes))?;
        Ok(Some(digest.finish()))
    }

    #[cfg(feature = "sigv4")]
    fn hash(&mut self) -> Result<String, Error> {
        use sha2::{Digest, Sha256};

        if !self.is_seekable() {
            let why = "the signature needs its hash, so it must be one that can be read twice, or go over https://";
            return Err(EncodeError::new(EncodeErrorKind::Streaming(why)).within("body").into());
        }
        if self.hash.is_none() {
            let mut digest = Sha256::default();
            self.read_through(|bytes| digest.update(bytes))?;
            self.hash = Some(crate::sigv4::hex(&digest.finalize()));
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
    left: u64,
    has_begun: bool,
    has_failed: bool,
}

impl Exact<'_> {
    /// Fails if there are bytes where there should be none.
    fn check_empty(&mut self) -> io::Result<()> {
        if self.left > 0 {
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
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        self.has_begun = true;
        let length = self.read_some(&mut buffer[..room])?;
        if length == 0 {
            let why = format!("the body ends {} bytes before its length says", self.left);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        self.left -= length as u64;
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

fn unreadable(error: io::Error) -> Error {
    TransportError::unusable(error).into()
}

/// A reply whose body is still on its way.
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

/// The body of a reply, read as it arrives. Its end is an error if bytes are missing, or if it has not the checksum that the
/// reply's head says: what was read is good only once the reader has said that this was all.
///
/// Dropped before its end, it closes the connection.
pub struct ReplyBody {
    reader: ReplyReader,
    length: Option<u64>,
    read: u64,
    is_over: bool,
    #[cfg(feature = "checksums")]
    expected: Option<checksum::Expected>,
}

impl ReplyBody {
    #[cfg_attr(not(feature = "checksums"), expect(unused_variables, reason = "it says where checksums are"))]
    fn new(operation: &Operation, response: Response<ReplyReader>) -> (Response<Vec<u8>>, Self) {
        let (mut head, reader) = response.into_parts();
        let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.trim().parse().ok());
        let body = Self {
            reader,
            length,
            read: 0,
            is_over: false,
            #[cfg(feature = "checksums")]
            expected: checksum::expected(operation, head.status, &head.headers),
        };
        head.extensions.insert(BodyApart);
        (Response::from_parts(head, Vec::new()), body)
    }

    /// How many bytes the body has in all, if the reply says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    fn check_end(&mut self) -> io::Result<()> {
        if let Some(length) = self.length
            && self.read != length
        {
            let why = format!("the reply ends after {} of {length} bytes", self.read);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        #[cfg(feature = "checksums")]
        if let Some(expected) = self.expected.take() {
            expected.verify().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
        Ok(())
    }
}

impl Read for ReplyBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over || buffer.is_empty() {
            return Ok(0);
        }
        let length = match self.reader.read(buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.is_over = true;
                return Err(error);
            }
        };
        if length == 0 {
            self.is_over = true;
            self.check_end()?;
            return Ok(0);
        }
        self.read += length as u64;
        #[cfg(feature = "checksums")]
        if let Some(expected) = &mut self.expected {
            expected.digest.update(&buffer[..length]);
        }
        Ok(length)
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyBody").field("length", &self.length).field("read", &self.read).finish_non_exhaustive()
    }
}

impl Client {
    /// Calls an operation whose input has a body that streams, with `body` in that member's place.
    ///
    /// What fails before a byte of the body was read is tried again like any call; later only a [seekable](StreamedBody::seekable)
    /// body is. The time for an attempt is that for each read and write, and for the reply once the request is sent.
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
    /// [`Events`](crate::event_stream::Events) reads it.
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
        let member = streamed_member(input.shape())
            .ok_or_else(|| not_streamed("the operation's input has no body that streams"))?;
        if !matches!(input.member(member).view(), View::Absent | View::Blob([])) {
            return Err(not_streamed("the input has a body of its own").into());
        }
        let length = body.length;
        let complete = |request: &mut Request<Vec<u8>>| {
            #[cfg(feature = "checksums")]
            checksum::add_computed(operation, input, request.headers_mut(), |digest| body.checksum(digest))?;
            let _ = request;
            Ok(())
        };
        let mut call =
            Call::with_streamed_body(&self.settings, operation, input, self.time.elapsed(), length, complete)?;
        loop {
            let mut has_begun = false;
            let reply = call.request(self.time.elapsed()).and_then(|request| {
                call.observer().in_attempt(|| self.send_attempt(&call, request, body, &mut has_begun))
            });
            if has_begun && !body.is_seekable() {
                call.end_with_this_attempt();
            }
            let moment = Moment { now: self.time.now(), elapsed: self.time.elapsed() };
            match call.judge(reply, output, moment, &|| self.time.random()) {
                Step::Done(metadata) => return Ok(metadata),
                Step::Again(delay) => self.time.sleep(delay),
                Step::Failed(error) => return Err(error),
            }
        }
    }

    /// Signs the request, sends it with its body, and brings its reply. `has_begun` tells whether the body was touched.
    #[cfg_attr(not(feature = "sigv4"), expect(unused_variables, unused_mut, reason = "they are for signing"))]
    fn send_attempt(
        &self,
        call: &Call<'_>,
        mut request: Request<Vec<u8>>,
        body: &mut StreamedBody<'_>,
        has_begun: &mut bool,
    ) -> Result<Response<Vec<u8>>, Error> {
        #[cfg(feature = "sigv4")]
        if let Some(signing) = call.signing() {
            let credentials = signing.credentials()?;
            call.sign_streamed(&mut request, &credentials, self.time.now(), || body.hash())?;
        }
        let mut reader = body.rewound().map_err(unreadable)?;
        let reply = match reader.check_empty() {
            Ok(()) if reader.left == 0 => self.transport.send_streaming(request.map(RequestBody::Bytes)),
            Ok(()) => self.transport.send_streaming(request.map(|_| RequestBody::Reader(&mut reader))),
            Err(error) => Err(TransportError::unusable(error)),
        };
        *has_begun = reader.has_begun;
        match reply {
            // It is the reader's fault, and will be again.
            Err(error) if reader.has_failed => Err(TransportError::unusable(error.into_source()).into()),
            Err(error) => Err(error.into()),
            Ok(reply) => self.read_whole(reply),
        }
    }

    fn receive_body(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> Result<(ReplyMetadata, ReplyBody), Error> {
        if streamed_member(output.shape()).is_none() {
            return Err(not_streamed("the operation's output has no body that streams").into());
        }
        let mut call = Call::new(&self.settings, operation, input, self.time.elapsed())?;
        loop {
            let mut body = None;
            let reply = call.request(self.time.elapsed()).and_then(|request| {
                let reply = call.observer().in_attempt(|| self.receive_attempt(&call, request))?;
                if !reply.status().is_success() {
                    return self.read_whole(reply);
                }
                let (head, rest) = ReplyBody::new(operation, reply);
                body = Some(rest);
                Ok(head)
            });
            let moment = Moment { now: self.time.now(), elapsed: self.time.elapsed() };
            match (call.judge(reply, output, moment, &|| self.time.random()), body) {
                (Step::Done(metadata), Some(body)) => return Ok((metadata, body)),
                (Step::Done(_), None) => return Err(not_streamed("the reply has no body").into()),
                (Step::Again(delay), _) => self.time.sleep(delay),
                (Step::Failed(error), _) => return Err(error),
            }
        }
    }

    /// Signs the request, and brings its reply, whose body is still on its way.
    #[cfg_attr(not(feature = "sigv4"), expect(unused_variables, unused_mut, reason = "they are for signing"))]
    fn receive_attempt(&self, call: &Call<'_>, mut request: Request<Vec<u8>>) -> Result<Response<ReplyReader>, Error> {
        #[cfg(feature = "sigv4")]
        if let Some(signing) = call.signing() {
            let credentials = signing.credentials()?;
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

fn not_streamed(why: &'static str) -> EncodeError {
    EncodeError::new(EncodeErrorKind::Streaming(why))
}
