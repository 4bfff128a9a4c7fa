//! Events out of a body that comes without blocking.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::event;
use super::message::Pieces;
use crate::decode::DecodeOptions;
use crate::error::Error;
use crate::transport::TransportError;
use crate::value::Structure;

/// The events of a stream, one by one as they arrive, without blocking; in all else these are [`Events`](super::Events). `E` is
/// the union of events, `S` the chunks of bytes, such as [`AsyncReplyBody`](crate::client::AsyncReplyBody). Needs the
/// features `async` and `checksums`.
pub struct AsyncEvents<E, S> {
    /// Nothing once it is over.
    chunks: Option<S>,
    pieces: Pieces,
    options: DecodeOptions,
    offset: usize,
    event: PhantomData<fn() -> E>,
}

impl<E, S, B> AsyncEvents<E, S>
where
    E: Structure + Default,
    S: Stream<Item = io::Result<B>> + Unpin,
    B: AsRef<[u8]>,
{
    /// The events in these bytes, each within the limits of [`DecodeOptions::DEFAULT`].
    pub fn new(chunks: S) -> Self {
        Self {
            chunks: Some(chunks),
            pieces: Pieces::default(),
            options: DecodeOptions::DEFAULT,
            offset: 0,
            event: PhantomData,
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_decode_options(mut self, options: DecodeOptions) -> Self {
        self.options = options;
        self
    }

    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<E, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn poll_event(&mut self, chunks: &mut S, context: &mut Context<'_>) -> Poll<Result<Option<E>, Error>> {
        loop {
            while let Some(message) = self.pieces.next(self.offset, self.options.max_bytes)? {
                self.offset += message.length;
                if let Some(event) = event::event(&message, &self.options)? {
                    return Poll::Ready(Ok(Some(event)));
                }
            }
            match ready!(Pin::new(&mut *chunks).poll_next(context)) {
                Some(Ok(chunk)) => self.pieces.push(chunk.as_ref()),
                Some(Err(error)) => return Poll::Ready(Err(TransportError::of_io(error).into())),
                None => return Poll::Ready(self.pieces.check_end(self.offset).map(|()| None).map_err(Error::from)),
            }
        }
    }
}

impl<E, S, B> Stream for AsyncEvents<E, S>
where
    E: Structure + Default,
    S: Stream<Item = io::Result<B>> + Unpin,
    B: AsRef<[u8]>,
{
    type Item = Result<E, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(mut chunks) = self.chunks.take() else { return Poll::Ready(None) };
        let event = self.poll_event(&mut chunks, context);
        if matches!(event, Poll::Pending | Poll::Ready(Ok(Some(_)))) {
            self.chunks = Some(chunks);
        }
        event.map(Result::transpose)
    }
}

/// Nothing in it is pinned.
impl<E, S: Unpin> Unpin for AsyncEvents<E, S> {}

impl<E, S> fmt::Debug for AsyncEvents<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncEvents").field("offset", &self.offset).finish_non_exhaustive()
    }
}
