//! Time for bodies that move: how long nothing may happen, however long all of it takes.

use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::{BoxFuture, Chunks, TransportError};
use crate::client::AsyncTime;

/// How long a single step may take.
#[derive(Clone)]
pub(crate) struct Pace {
    time: Arc<dyn AsyncTime>,
    limit: Duration,
}

/// What has become of a request's body.
pub(crate) struct Taken(Arc<Mutex<State>>);

struct State {
    /// When a chunk was taken last.
    at: Duration,
    /// Whether one was taken since someone looked.
    has_moved: bool,
    /// Whether the next one was asked for and is not there: that is not the transport's time.
    is_awaited: bool,
}

impl Pace {
    pub(crate) fn new(time: Arc<dyn AsyncTime>, limit: Duration) -> Self {
        Self { time, limit }
    }

    /// A request's body that tells when it is taken.
    pub(crate) fn watch(&self, chunks: Chunks) -> (Chunks, Taken) {
        let state = State { at: self.time.elapsed(), has_moved: false, is_awaited: false };
        let state = Arc::new(Mutex::new(state));
        let watched = Watched { chunks, time: self.time.clone(), state: state.clone() };
        (Box::pin(watched), Taken(state))
    }

    /// What the future gives, unless the time for a step passes and no chunk of the request is taken meanwhile.
    pub(crate) async fn keep<T, E: From<TransportError>>(
        &self,
        taken: Option<&Taken>,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let mut future = pin!(future);
        let mut left = Some(self.limit);
        while let Some(time) = left {
            let mut end = self.time.sleep(time);
            let result = std::future::poll_fn(|context| match future.as_mut().poll(context) {
                Poll::Ready(result) => Poll::Ready(Some(result)),
                Poll::Pending => end.as_mut().poll(context).map(|()| None),
            });
            if let Some(result) = result.await {
                return result;
            }
            left = taken.and_then(|taken| self.left(taken));
        }
        Err(TransportError::timeout("nothing has moved for as long as an attempt may take").into())
    }

    /// How long there is still to wait, once the time has passed.
    fn left(&self, taken: &Taken) -> Option<Duration> {
        let mut state = lock(&taken.0);
        if state.is_awaited {
            return Some(self.limit);
        }
        if !std::mem::take(&mut state.has_moved) {
            return None;
        }
        let since = self.time.elapsed().saturating_sub(state.at);
        self.limit.checked_sub(since).filter(|left| !left.is_zero())
    }

    /// A reply's body, each chunk of which must come in time.
    pub(crate) fn limit(self, chunks: Chunks) -> Chunks {
        Box::pin(Limited { chunks: Some(chunks), pace: self, end: None })
    }
}

struct Watched {
    chunks: Chunks,
    time: Arc<dyn AsyncTime>,
    state: Arc<Mutex<State>>,
}

impl Stream for Watched {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.chunks.as_mut().poll_next(context);
        let mut state = lock(&self.state);
        state.is_awaited = next.is_pending();
        if next.is_ready() {
            state.at = self.time.elapsed();
            state.has_moved = true;
        }
        drop(state);
        next
    }
}

struct Limited {
    /// Nothing once it is over: what nobody reads must not be sent.
    chunks: Option<Chunks>,
    pace: Pace,
    /// The end of the time for the chunk that is waited for.
    end: Option<BoxFuture<'static, ()>>,
}

impl Stream for Limited {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { chunks, pace, end } = &mut *self;
        let Some(body) = chunks else { return Poll::Ready(None) };
        if let Poll::Ready(next) = body.as_mut().poll_next(context) {
            *end = None;
            if !matches!(next, Some(Ok(_))) {
                *chunks = None;
            }
            return Poll::Ready(next);
        }
        let end = end.get_or_insert_with(|| {
            let Pace { time, limit } = pace.clone();
            Box::pin(async move { time.sleep(limit).await })
        });
        end.as_mut().poll(context).map(|()| {
            *chunks = None;
            Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the rest of the reply does not come")))
        })
    }
}

/// Nobody panics while holding one of these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
