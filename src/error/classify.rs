//! Which failures are worth another try: by code, by status, by what the model says of an error, by where they happened.
//!
//! The codes are those of AWS's standard retry mode (*AWS SDKs and Tools Reference Guide*, "Retry behavior").

use super::{Error, ErrorContext};
use crate::decode::DecodeErrorKind;

const THROTTLING: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];
const TRANSIENT: [&str; 3] = ["InternalError", "RequestTimeout", "RequestTimeoutException"];

fn is_transient_status(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}

impl ErrorContext {
    /// Whether the service asks to be called less often.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        let says_model = self.retryable.is_some_and(|retryable| retryable.throttling);
        says_model || THROTTLING.contains(&self.code.as_str()) || self.status == 429
    }
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retryable.is_some()
            || self.is_throttling()
            || TRANSIENT.contains(&self.code.as_str())
            || is_transient_status(self.status)
    }
}

impl Error {
    /// Whether the service asks to be called less often.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        match self {
            Self::Service(error) => error.context().is_throttling(),
            Self::Decode(reply) => reply.status == 429,
            _ => false,
        }
    }
    /// Whether the same call may succeed later: throttling, failures of the service, and all between here and there. A
    /// reply that cannot be read counts by its status, and when it was cut off.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Service(error) => error.context().is_retryable(),
            Self::Decode(reply) => {
                reply.status == 429
                    || is_transient_status(reply.status)
                    || matches!(reply.error.kind(), DecodeErrorKind::Truncated | DecodeErrorKind::Empty)
            }
            Self::Transport(error) => error.is_retryable(),
            _ => false,
        }
    }
    /// Whether time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_timeout())
    }
}
