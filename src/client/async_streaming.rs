//! What `streaming.rs` does, without blocking: bodies are streams of chunks.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};

use super::AsyncClient;
use super::call::streamed::not_streamed;
use super::call::{CALL_IS_OVER, Call, Step};
use super::framing::{self, Framer};
use super::received::Received;
#[cfg(feature = "checksums")]
use super::streaming::CHECKSUM_FIRST;
#[cfg(feature = "sigv4")]
use super::streaming::HASH_FIRST;
#[cfg(any(feature = "checksums", feature = "sigv4"))]
use super::streaming::must_be_read_twice;
use super::streaming::unreadable;
use super::time::Moment;
use crate::encode::StreamedLength;
use crate::error::Error;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::transport::{AsyncRequestBody, AttemptTimeout, Chunks, Pace, Taken, TransportError};
use crate::value::Structure;

/// The body of a request, from a stream of chunks. Needs the features `async` and `rest-xml`.
///
/// The chunks must have exactly the bytes that were said. If they have fewer or more, the request is broken off before its end,
/// so that the service never takes it for a whole one. A chunk is asked for when there is room for it on the connection.
pub struct AsyncStreamedBody {
    source: Source,
    length: StreamedLength,
    /// Its SHA-256 in hexadecimal digits, once it was needed.
    #[cfg(feature = "sigv4")]
    hash: Option<String>,
    /// What the attempt's transport has.
    sent: Option<Arc<Mutex<Exact>>>,
}

enum Source {
    /// Nothing once it has begun.
    Once(Option<Chunks>),
    Remade(Box<dyn FnMut() -> Chunks + Send>),
}

impl AsyncStreamedBody {
    /// So many bytes, which come once.
    ///
    /// Nothing is tried again once the first of them was asked for, and neither hash nor checksum can go before the body. S3
    /// takes them with it, in frames (`aws-chunked`), which needs the feature `checksums`. For other services a signed request
    /// needs `https://`, and an operation that requires a checksum needs one in its input.
    pub fn once(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static, length: u64) -> Self {
        Self::new(Source::Once(Some(Box::pin(chunks))), StreamedLength::Known(length))
    }

    /// All bytes to the stream's end, however many these are, which come once.
    ///
    /// Only operations whose payload is not signed take such a body, as S3's `WriteGetObjectResponse` does. `PutObject` does not:
    /// S3 wants to know the length first.
    pub fn of_unknown_length(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self::new(Source::Once(Some(Box::pin(chunks))), StreamedLength::Unknown)
    }

    /// So many bytes, which `make` gives again and again: once for the checksum, where there is one, once for the hash of a
    /// signature without TLS, and once for each attempt.
    pub fn remade<S>(mut make: impl FnMut() -> S + Send + 'static, length: u64) -> Self
    where
        S: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        Self::new(Source::Remade(Box::new(move || Box::pin(make()))), StreamedLength::Known(length))
    }

    fn new(source: Source, length: StreamedLength) -> Self {
        Self {
            source,
            length,
            #[cfg(feature = "sigv4")]
            hash: None,
            sent: None,
        }
    }

    fn is_remade(&self) -> bool {
        matches!(self.source, Source::Remade(_))
    }

    /// Whether what goes before the body can be made of it.
    #[cfg(any(feature = "checksums", feature = "sigv4"))]
    fn is_known_beforehand(&self) -> bool {
        self.is_remade() || self.length == StreamedLength::Known(0)
    }

    /// The bytes from the first one on, if they are still there.
    fn begun(&mut self) -> Exact {
        let chunks = match &mut self.source {
            Source::Once(chunks) => chunks.take(),
            Source::Remade(make) => Some(make()),
        };
        Exact { chunks, left: self.length.known(), last: None, has_begun: false, is_over: false, failure: None }
    }

    /// What a transport sends; it can be taken back.
    async fn begin(&mut self) -> Result<AsyncRequestBody, Error> {
        let mut exact = self.begun();
        // A request without a body is whole with its head, so it must be known before that there is none.
        if self.length == StreamedLength::Known(0) {
            let next = exact.next().await;
            self.sent = Some(Arc::new(Mutex::new(exact)));
            return match next {
                None => Ok(AsyncRequestBody::Bytes(Vec::new())),
                Some(Err(error)) => Err(unreadable(error)),
                Some(Ok(_)) => Err(unreadable(io::ErrorKind::InvalidInput.into())),
            };
        }
        let exact = Arc::new(Mutex::new(exact));
        self.sent = Some(exact.clone());
        Ok(AsyncRequestBody::Chunks(Box::pin(Shared(exact))))
    }

    /// Lets the transport have no more of it; tells whether there can be another attempt, and what has gone wrong with the body.
    fn end(&mut self) -> (bool, Option<io::Error>) {
        let Some(sent) = self.sent.take() else { return (true, None) };
        let (chunks, has_begun, failure) = {
            let mut sent = lock(&sent);
            sent.last = None;
            (sent.chunks.take(), sent.has_begun, sent.failure.take())
        };
        if let Source::Once(source) = &mut self.source
            && !has_begun
        {
            *source = chunks;
        }
        (self.is_remade() || !has_begun, failure)
    }

    /// Gives all bytes to `take`.
    #[cfg(any(feature = "checksums", feature = "sigv4"))]
    async fn read_through(&mut self, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
        if self.length == StreamedLength::Known(0) {
            return Ok(());
        }
        let mut exact = self.begun();
        while let Some(chunk) = exact.next().await {
            take(&chunk.map_err(unreadable)?);
        }
        Ok(())
    }

    /// Adds the checksum that the request lacks, if the body can be read for it beforehand.
    #[cfg(feature = "checksums")]
    async fn add_checksum(&mut self, call: &mut Call<'_>, input: &dyn Structure) -> Result<(), Error> {
        let Some(mut lacking) = call.lacking_checksum(input)? else { return Ok(()) };
        if self.is_known_beforehand() {
            self.read_through(|bytes| lacking.digest.update(bytes)).await?;
            return call.add_checksum(lacking);
        }
        if lacking.is_optional || (lacking.may_follow && call.can_frame()) {
            return Ok(());
        }
        Err(must_be_read_twice(CHECKSUM_FIRST))
    }

    #[cfg(feature = "sigv4")]
    async fn hash(&mut self) -> Result<String, Error> {
        use sha2::{Digest, Sha256};

        if let Some(hash) = &self.hash {
            return Ok(hash.clone());
        }
        if !self.is_known_beforehand() {
            return Err(must_be_read_twice(HASH_FIRST));
        }
        let mut digest = Sha256::default();
        self.read_through(|bytes| digest.update(bytes)).await?;
        Ok(self.hash.insert(crate::sigv4::hex(&digest.finalize().into()).to_string()).clone())
    }
}

/// A transport that still has a part of the body must not send it for nobody.
impl Drop for AsyncStreamedBody {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for AsyncStreamedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncStreamedBody")
            .field("length", &self.length)
            .field("is_remade", &self.is_remade())
            .finish_non_exhaustive()
    }
}

/// Chunks of so many bytes, which fail before the last of them is given if that is not all of them.
struct Exact {
    /// Nothing once they were taken back or are over.
    chunks: Option<Chunks>,
    /// Nothing if any number will do.
    left: Option<u64>,
    /// It has the last bytes, and waits until it is known that there are no more.
    last: Option<Bytes>,
    has_begun: bool,
    /// Whether all of them were given.
    is_over: bool,
    failure: Option<io::Error>,
}

impl Exact {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let Some(chunks) = &mut self.chunks else {
                let why = "the body is not sent on: its attempt is over";
                return Poll::Ready(if self.is_over { None } else { Some(Err(io::Error::other(why))) });
            };
            self.has_begun = true;
            let failure = match ready!(chunks.as_mut().poll_next(context)) {
                Some(Ok(chunk)) if chunk.is_empty() => continue,
                Some(Ok(chunk)) => match self.left.map(|left| left.checked_sub(chunk.len() as u64)) {
                    Some(Some(0)) => {
                        self.left = Some(0);
                        self.last = Some(chunk);
                        continue;
                    }
                    Some(Some(left)) => {
                        self.left = Some(left);
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                    None => return Poll::Ready(Some(Ok(chunk))),
                    Some(None) => {
                        io::Error::new(io::ErrorKind::InvalidInput, "the body has more bytes than its length says")
                    }
                },
                None => match self.left {
                    Some(0) | None => {
                        self.chunks = None;
                        self.is_over = true;
                        return Poll::Ready(self.last.take().map(Ok));
                    }
                    Some(left) => {
                        let why = format!("the body ends {left} bytes before its length says");
                        io::Error::new(io::ErrorKind::UnexpectedEof, why)
                    }
                },
                Some(Err(error)) => error,
            };
            self.chunks = None;
            self.last = None;
            let told = io::Error::new(failure.kind(), failure.to_string());
            self.failure = Some(failure);
            return Poll::Ready(Some(Err(told)));
        }
    }

    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }
}

/// What the transport has of a body.
struct Shared(Arc<Mutex<Exact>>);

impl Stream for Shared {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        lock(&self.0).poll_next(context)
    }
}

/// What is behind such a lock is whole between two steps, and a stream that panicked within one is not asked again.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A reply whose body is still on its way. Needs the features `async` and `rest-xml`.
#[derive(Debug)]
#[non_exhaustive]
pub struct AsyncStreamedReply<T> {
    /// What the head of the reply says. The member that is the body is empty.
    pub output: T,
    /// What the reply says beside its output.
    pub metadata: ReplyMetadata,
    /// The body.
    pub body: AsyncReplyBody,
}

/// The body of a reply, a stream of chunks as they arrive. Needs the features `async` and `rest-xml`.
///
/// Its end is an error if bytes are missing, or if it has not the checksum that the reply's head says: what was read is good
/// only once the stream has ended without one. Dropped before its end, it closes the connection.
pub struct AsyncReplyBody {
    chunks: Chunks,
    received: Received,
    is_over: bool,
}

impl AsyncReplyBody {
    /// How many bytes the body has in all, if the reply says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.received.length()
    }

    /// The next chunk; `None` after the last.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for AsyncReplyBody {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let next = ready!(self.chunks.as_mut().poll_next(context));
        let next = match next {
            Some(Ok(chunk)) => {
                self.received.take(&chunk);
                return Poll::Ready(Some(Ok(chunk)));
            }
            Some(Err(error)) => Some(Err(error)),
            None => self.received.check_end().err().map(Err),
        };
        self.is_over = true;
        Poll::Ready(next)
    }
}

impl fmt::Debug for AsyncReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncReplyBody").field("length", &self.length()).finish_non_exhaustive()
    }
}

impl AsyncClient {
    /// Calls an operation whose input has a body that streams, with `body` in that member's place.
    ///
    /// What fails before a chunk of the body was asked for is tried again like any call; later only a body that can be
    /// [made again](AsyncStreamedBody::remade) is. The time for an attempt is that in which a chunk must be taken, and for the
    /// reply once the request is sent; the whole call's stays what it is.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use futures_core::Stream;
    /// use shapewire::client::AsyncStreamedBody;
    /// use shapewire::{AsyncClient, OperationShape};
    ///
    /// /// The chunks of a file may be a `tokio_util::io::ReaderStream`.
    /// async fn store<O: OperationShape>(
    ///     client: &AsyncClient,
    ///     input: &O::Input,
    ///     chunks: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    ///     length: u64,
    /// ) -> Result<O::Output, O::Error> {
    ///     let (output, _) = client.call_with_body::<O>(input, AsyncStreamedBody::once(chunks, length)).await?;
    ///     Ok(output)
    /// }
    /// ```
    ///
    /// # Errors
    /// What the service answered, or why there is no answer; that the operation has no such body, that the input has one as
    /// well, or that the chunks are not what their length says.
    pub async fn call_with_body<O: OperationShape>(
        &self,
        input: &O::Input,
        mut body: AsyncStreamedBody,
    ) -> Result<(O::Output, ReplyMetadata), O::Error> {
        let mut output = O::Output::default();
        let metadata = self.send_body(O::OPERATION, input, &mut body, &mut output).await?;
        Ok((output, metadata))
    }

    /// Calls an operation whose output has a body that streams, bytes or events, and gives it as it arrives. For events,
    /// [`AsyncEvents`](crate::event_stream::AsyncEvents) reads it.
    ///
    /// Calls are tried again until the head of a reply is there. An error is read whole, within the limit for replies; the body
    /// has no limit, and the time for an attempt is that for each of its chunks.
    ///
    /// ```
    /// use shapewire::{AsyncClient, OperationShape};
    ///
    /// /// Counts the bytes that a service sends.
    /// async fn count<O: OperationShape>(
    ///     client: &AsyncClient,
    ///     input: &O::Input,
    /// ) -> Result<usize, Box<dyn std::error::Error>>
    /// where
    ///     O::Error: 'static,
    /// {
    ///     let mut reply = client.call_for_body::<O>(input).await?;
    ///     let mut count = 0;
    ///     while let Some(chunk) = reply.body.next().await {
    ///         count += chunk?.len();
    ///     }
    ///     Ok(count)
    /// }
    /// ```
    ///
    /// # Errors
    /// What the service answered, or why there is no answer; or that the operation has no such body.
    pub async fn call_for_body<O: OperationShape>(
        &self,
        input: &O::Input,
    ) -> Result<AsyncStreamedReply<O::Output>, O::Error> {
        let mut output = O::Output::default();
        let (metadata, body) = self.receive_body(O::OPERATION, input, &mut output).await?;
        Ok(AsyncStreamedReply { output, metadata, body })
    }

    async fn send_body(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        body: &mut AsyncStreamedBody,
        output: &mut dyn Structure,
    ) -> Result<ReplyMetadata, Error> {
        let mut call = Call::with_streamed_body(&self.settings, operation, input, self.time.elapsed(), body.length)?;
        #[cfg(feature = "checksums")]
        if let Err(error) = body.add_checksum(&mut call, input).await {
            return Err(call.give_up(error));
        }
        loop {
            let reply = match call.request(self.time.elapsed()) {
                Ok(request) => {
                    let sending = self.until(call.deadline(), self.send_attempt(&call, request, input, body));
                    call.observer().follow(sending).await
                }
                Err(error) => Err(error),
            };
            let (can_be_sent_again, failure) = body.end();
            if !can_be_sent_again {
                call.end_with_this_attempt();
            }
            let reply = match failure {
                // It is the body's fault, and will be again.
                Some(failure) if reply.is_err() => Err(TransportError::unusable(failure).into()),
                _ => reply,
            };
            let moment = Moment { now: self.time.now(), elapsed: self.time.elapsed() };
            match call.judge(reply, output, moment, &|| self.time.random()) {
                Step::Done(metadata) => return Ok(metadata),
                Step::Again(delay) => self.time.sleep(delay).await,
                Step::Failed(error) => return Err(error),
            }
        }
    }

    /// Signs the request, sends it with its body, and brings its reply.
    async fn send_attempt(
        &self,
        call: &Call<'_>,
        mut request: Request<Vec<u8>>,
        input: &dyn Structure,
        body: &mut AsyncStreamedBody,
    ) -> Result<Response<Vec<u8>>, Error> {
        let pace = self.pace(&request);
        let framer = self.sign_streamed(call, &mut request, input, body, pace.as_ref()).await?;
        let mut taken = None;
        let body = match body.begin().await? {
            AsyncRequestBody::Chunks(mut chunks) => {
                if let Some(framer) = framer {
                    chunks = framing::chunks(chunks, framer);
                }
                if let Some(pace) = &pace {
                    let (watched, its) = pace.watch(chunks);
                    (chunks, taken) = (watched, Some(its));
                }
                AsyncRequestBody::Chunks(chunks)
            }
            body @ AsyncRequestBody::Bytes(_) => body,
        };
        let (head, _) = request.into_parts();
        let request = Request::from_parts(head, body);
        let sending = async { Ok(self.transport.send_streaming(request).await?) };
        let reply = keep(pace.as_ref(), taken.as_ref(), sending).await?;
        self.read_whole(reply, pace).await
    }

    /// Signs the request, and tells how its body is framed, if it is.
    #[cfg(feature = "sigv4")]
    async fn sign_streamed(
        &self,
        call: &Call<'_>,
        request: &mut Request<Vec<u8>>,
        input: &dyn Structure,
        body: &mut AsyncStreamedBody,
        pace: Option<&Pace>,
    ) -> Result<Option<Framer>, Error> {
        let Some(signing) = call.signing() else { return Ok(None) };
        let credentials = keep(pace, None, async { Ok(signing.credentials_soon().await?) }).await?;
        if let Some(length) = body.length.known().filter(|_| !body.is_known_beforehand())
            && let Some(framer) = Framer::of(call, request, input, length, &credentials, self.time.now())?
        {
            return Ok(Some(framer));
        }
        let hash = match signing.hash_without_body(request) {
            Some(placeholder) => placeholder.to_owned(),
            None => body.hash().await?,
        };
        call.sign_with_payload_hash(request, &hash, &credentials, self.time.now())?;
        Ok(None)
    }

    #[cfg(not(feature = "sigv4"))]
    #[expect(clippy::unused_async, reason = "it is for signing")]
    async fn sign_streamed(
        &self,
        _: &Call<'_>,
        _: &mut Request<Vec<u8>>,
        _: &dyn Structure,
        _: &mut AsyncStreamedBody,
        _: Option<&Pace>,
    ) -> Result<Option<Framer>, Error> {
        Ok(None)
    }

    async fn receive_body(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> Result<(ReplyMetadata, AsyncReplyBody), Error> {
        let mut call = Call::for_streamed_reply(&self.settings, operation, input, output, self.time.elapsed())?;
        loop {
            let mut body = None;
            let reply = match call.request(self.time.elapsed()) {
                Ok(request) => {
                    let receiving = self.receive_attempt(&call, request, operation, &mut body);
                    call.observer().follow(self.until(call.deadline(), receiving)).await
                }
                Err(error) => Err(error),
            };
            let moment = Moment { now: self.time.now(), elapsed: self.time.elapsed() };
            match (call.judge(reply, output, moment, &|| self.time.random()), body) {
                (Step::Done(metadata), Some(body)) => return Ok((metadata, body)),
                (Step::Done(_), None) => return Err(not_streamed("the reply has no body").into()),
                (Step::Again(delay), _) => self.time.sleep(delay).await,
                (Step::Failed(error), _) => return Err(error),
            }
        }
    }

    /// Signs the request, and brings its reply; a successful one without its body, which is still on its way.
    async fn receive_attempt(
        &self,
        call: &Call<'_>,
        request: Request<Vec<u8>>,
        operation: &'static Operation,
        body: &mut Option<AsyncReplyBody>,
    ) -> Result<Response<Vec<u8>>, Error> {
        let pace = self.pace(&request);
        let sending = async {
            let request = self.sign(call, request).await?.map(AsyncRequestBody::Bytes);
            Ok(self.transport.send_streaming(request).await?)
        };
        let reply = keep(pace.as_ref(), None, sending).await?;
        if !reply.status().is_success() {
            return self.read_whole(reply, pace).await;
        }
        let (head, chunks) = reply.into_parts();
        let (head, received) = Received::new(operation, head);
        let chunks = paced(chunks, pace);
        *body = Some(AsyncReplyBody { chunks, received, is_over: false });
        Ok(head)
    }

    /// The rest of a reply that does not stream, within the limit for replies.
    async fn read_whole(&self, reply: Response<Chunks>, pace: Option<Pace>) -> Result<Response<Vec<u8>>, Error> {
        let (head, chunks) = reply.into_parts();
        let mut chunks = paced(chunks, pace);
        let limit = self.settings.decode.max_bytes;
        let mut body = Vec::new();
        while let Some(chunk) = std::future::poll_fn(|context| chunks.as_mut().poll_next(context)).await {
            let chunk = chunk.map_err(TransportError::of_io)?;
            if chunk.len() > limit - body.len() {
                return Err(TransportError::unusable(format!("the reply has more than {limit} bytes")).into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response::from_parts(head, body))
    }

    /// The time for the steps of this attempt.
    fn pace(&self, request: &Request<Vec<u8>>) -> Option<Pace> {
        let AttemptTimeout(timeout) = request.extensions().get()?;
        Some(Pace::new(self.time.clone(), *timeout))
    }

    /// What the future gives, unless the whole call must be over before.
    async fn until<T>(
        &self,
        deadline: Option<Duration>,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match deadline {
            Some(deadline) => self.within(deadline.saturating_sub(self.time.elapsed()), CALL_IS_OVER, future).await,
            None => future.await,
        }
    }
}

/// What the future gives, within the time for a step if there is one.
async fn keep<T>(
    pace: Option<&Pace>,
    taken: Option<&Taken>,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match pace {
        Some(pace) => pace.keep(taken, future).await,
        None => future.await,
    }
}

fn paced(chunks: Chunks, pace: Option<Pace>) -> Chunks {
    match pace {
        Some(pace) => pace.limit(chunks),
        None => chunks,
    }
}
