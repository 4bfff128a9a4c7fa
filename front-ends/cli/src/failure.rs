//! Why the command ends without success, and its exit status.

use shapewire::Error;
use shapewire::client::WaitError;
use shapewire::waiter::Waiter;

/// What to say on standard error, and the exit status.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    status: u8,
}

impl Failure {
    /// The command was not understood, or its input is wrong. Nothing was sent: status 2.
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Self { message: format!("error: {message}"), status: 2 }
    }

    /// The same with text that is complete as it is.
    pub(crate) fn shown(message: &str) -> Self {
        Self { message: message.trim_end().to_owned(), status: 2 }
    }

    /// The call failed: status 1.
    pub(crate) fn failed(message: impl std::fmt::Display) -> Self {
        Self { message: format!("error: {}", message.to_string().replace(['\r', '\n'], " ")), status: 1 }
    }

    /// There is nothing to say that standard output does not say.
    pub(crate) fn silent(status: u8) -> Self {
        Self { message: String::new(), status }
    }

    /// Of a call of the operation of this name.
    pub(crate) fn of_call(operation: &str, error: &Error) -> Self {
        match error {
            Error::Invalid(_) | Error::Encode(_) | Error::Signing(_) => {
                Self::usage(format_args!("{operation}: {error}"))
            }
            // These name the operation themselves.
            Error::Service(_) | Error::Decode(_) => Self::failed(error),
            _ => Self::failed(format_args!("{operation}: {error}")),
        }
    }

    /// Of a wait: status 255, as in the AWS CLI, unless nothing was sent.
    pub(crate) fn of_wait(waiter: &Waiter, error: &WaitError) -> Self {
        match error {
            WaitError::Call(error) => match Self::of_call(waiter.operation().name(), error) {
                Self { status: 1, message } => Self { status: 255, message },
                unsent => unsent,
            },
            _ => Self { status: 255, ..Self::failed(error) },
        }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn status(&self) -> u8 {
        self.status
    }
}
