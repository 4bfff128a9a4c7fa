//! What calls tell `tracing`: a span for each call, below it one for each attempt, and events about retries and about invalid
//! requests that pass. No header, no body and no value of a request or a reply is in any of them.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use crate::error::Error;
use crate::operation::ReplyMetadata;
use crate::schema::Operation;
use crate::validation::Report;

/// The spans of one call.
pub(super) struct Observer {
    call: Span,
    attempt: Span,
    ended: bool,
}

impl Observer {
    pub(super) fn new(operation: &'static Operation) -> Self {
        let call = tracing::info_span!(
            target: "shapewire",
            "call",
            service = operation.service().name(),
            operation = operation.name(),
            attempts = Empty,
            outcome = Empty,
            error_code = Empty,
            request_id = Empty,
        );
        Self { call, attempt: Span::none(), ended: false }
    }

    /// An invalid request is sent all the same: paths and rules, but not what was found there.
    pub(super) fn warn(&self, report: &Report) {
        let violations: Vec<String> = report
            .violations()
            .iter()
            .map(|violation| format!("{}: {}", violation.path.rust(), violation.rule.name()))
            .collect();
        tracing::warn!(target: "shapewire", parent: &self.call, violations = violations.join(", "), "invalid request");
    }

    /// An attempt begins; the first one is number 1.
    pub(super) fn begin(&mut self, number: u32) {
        self.attempt = tracing::debug_span!(
            target: "shapewire",
            parent: &self.call,
            "attempt",
            number,
            status = Empty,
            error_code = Empty,
            delay_ms = Empty,
        );
        self.call.record("attempts", number);
    }

    /// Does the attempt's work within its span.
    pub(super) fn in_attempt<T>(&self, work: impl FnOnce() -> T) -> T {
        self.call.in_scope(|| self.attempt.in_scope(work))
    }

    /// The same for a future.
    #[cfg(feature = "async")]
    pub(super) fn follow<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        use tracing::Instrument;

        work.instrument(self.attempt.clone()).instrument(self.call.clone())
    }

    /// A reply has come, with this status.
    pub(super) fn reply(&self, status: u16) {
        self.attempt.record("status", status);
    }

    /// The attempt has failed, and another one follows.
    pub(super) fn again(&mut self, error: &Error, delay: Duration) {
        let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        let (reason, code) = (outcome(error), code(error));
        if let Some(code) = code {
            self.attempt.record("error_code", code);
        }
        self.attempt.record("delay_ms", delay_ms);
        tracing::info!(target: "shapewire", parent: &self.call, reason, error_code = code, delay_ms, "retry");
        self.attempt = Span::none();
    }

    /// The call is over.
    pub(super) fn end(&mut self, result: Result<&ReplyMetadata, &Error>) {
        self.ended = true;
        let request_id = match result {
            Ok(metadata) => metadata.request_id.as_deref(),
            Err(Error::Service(error)) => error.request_id(),
            Err(_) => None,
        };
        if let Some(request_id) = request_id {
            self.call.record("request_id", request_id);
        }
        self.call.record("outcome", result.map_or_else(outcome, |_| "success"));
        if let Some(code) = result.err().and_then(code) {
            self.call.record("error_code", code);
            self.attempt.record("error_code", code);
        }
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        if !self.ended {
            self.call.record("outcome", "cancelled");
        }
    }
}

fn code(error: &Error) -> Option<&str> {
    match error {
        Error::Service(error) => Some(error.code()),
        _ => None,
    }
}

fn outcome(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "invalid",
        Error::Encode(_) => "unwritable",
        Error::Transport(error) if error.is_timeout() => "timeout",
        Error::Transport(_) => "no-reply",
        Error::Decode(_) => "unreadable-reply",
        Error::Service(_) => "service-error",
        Error::Pagination(_) => "pagination",
        #[cfg(feature = "sigv4")]
        Error::Signing(_) => "unsigned",
    }
}
