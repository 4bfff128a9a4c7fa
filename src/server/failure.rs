//! What goes wrong inside a server, and is no answer of a service.

use std::fmt;

use crate::encode::EncodeError;
use crate::error::Error;
use crate::schema::Operation;

/// Why a server could not give the reply that a handler asked for. The client is told `InternalFailure`; the reply's
/// extensions have an `Arc<Failure>`, for logs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The handler failed otherwise than a service does.
    Handler(Error),
    /// What the handler returned has no form on the wire.
    Unwritable(EncodeError),
    /// What the handler returned is not the operation's output.
    Output {
        /// The operation that was called.
        operation: &'static Operation,
        /// The shape of what was returned.
        found: &'static str,
    },
}

impl Failure {
    /// What the client is told: nothing of what happens inside.
    pub(super) fn message(&self) -> String {
        match self {
            // Without the path, which may have a map's key in it.
            Self::Unwritable(error) => format!("the reply cannot be written: {}", error.kind()),
            Self::Handler(_) | Self::Output { .. } => {
                "the request failed for a reason that is not the caller's".to_owned()
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(error) => write!(f, "the handler failed: {error}"),
            Self::Unwritable(error) => write!(f, "the reply cannot be written: {error}"),
            Self::Output { operation, found } => {
                let expected = operation.output().shape().name();
                write!(f, "{}: the answer is a {found}, not a {expected}", operation.name())
            }
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Handler(error) => Some(error),
            Self::Unwritable(error) => Some(error),
            Self::Output { .. } => None,
        }
    }
}
