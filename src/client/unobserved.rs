//! Without the feature `tracing`, calls tell nobody anything. The same functions as in `observe.rs`.
#![expect(clippy::unused_self, reason = "with the feature they do more")]

use std::time::Duration;

use crate::error::Error;
use crate::operation::ReplyMetadata;
use crate::schema::Operation;
use crate::validation::Report;

pub(super) struct Observer;

impl Observer {
    pub(super) fn new(_: &'static Operation) -> Self {
        Self
    }
    pub(super) fn warn(&self, _: &Report) {}
    pub(super) fn begin(&mut self, _: u32) {}
    pub(super) fn in_attempt<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }
    #[cfg(feature = "async")]
    pub(super) fn follow<F: Future>(&self, work: F) -> F {
        work
    }
    pub(super) fn reply(&self, _: u16) {}
    pub(super) fn again(&mut self, _: &Error, _: Duration) {}
    pub(super) fn end(&mut self, _: Result<&ReplyMetadata, &Error>) {}
}
