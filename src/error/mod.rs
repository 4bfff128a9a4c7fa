//! What a call can fail with: [`Error`] by name, [`ServiceError`] for what the service answered.

mod classify;
mod raw;

use std::fmt;
use std::sync::Arc;

use http::Response;

pub use self::raw::RawReply;
pub(crate) use self::raw::request_id;
use crate::client::PaginationError;
#[cfg(feature = "sigv4")]
use crate::client::SigningError;
use crate::decode::DecodeError;
use crate::encode::EncodeError;
use crate::schema::{ErrorTrait, Fault, Retryable, Service, Shape};
use crate::transport::TransportError;
use crate::validation::Report;
use crate::value::{Structure, View, take_typed};

/// Why a call by name failed. Calls by type fail with the service's own error type, which holds this one for all that
/// the service did not answer itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input violates constraints of the model. Nothing was sent.
    Invalid(Report),
    /// The input cannot be written. Nothing was sent.
    Encode(EncodeError),
    /// The request or its reply did not get through.
    Transport(TransportError),
    /// The reply cannot be read.
    Decode(UnreadableReply),
    /// The service answered with an error.
    Service(ServiceError),
    /// There is no next page though there should be one.
    Pagination(PaginationError),
    /// The request could not be signed. Nothing was sent.
    #[cfg(feature = "sigv4")]
    Signing(SigningError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(report) => report.fmt(f),
            Self::Encode(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Service(error) => error.fmt(f),
            Self::Pagination(error) => error.fmt(f),
            #[cfg(feature = "sigv4")]
            Self::Signing(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(report) => report.source(),
            Self::Encode(error) => error.source(),
            Self::Transport(error) => error.source(),
            Self::Decode(error) => error.source(),
            Self::Service(error) => error.source(),
            Self::Pagination(error) => error.source(),
            #[cfg(feature = "sigv4")]
            Self::Signing(error) => error.source(),
        }
    }
}

macro_rules! error_from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Error {
            fn from(error: $type) -> Self {
                Self::$variant(error.into())
            }
        }
    )*};
}

#[cfg(feature = "sigv4")]
impl From<SigningError> for Error {
    fn from(error: SigningError) -> Self {
        Self::Signing(error)
    }
}

error_from! {
    Report => Invalid,
    EncodeError => Encode,
    TransportError => Transport,
    DecodeError => Decode,
    ServiceError => Service,
    PaginationError => Pagination,
}

/// A reply that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableReply {
    /// The operation that was called.
    pub operation: &'static str,
    /// The HTTP status of the reply.
    pub status: u16,
    /// What is wrong with its body.
    pub error: Box<DecodeError>,
    raw: Option<Arc<RawReply>>,
}

impl From<DecodeError> for UnreadableReply {
    fn from(error: DecodeError) -> Self {
        Self { operation: "", status: 0, error: Box::new(error), raw: None }
    }
}

impl UnreadableReply {
    pub(crate) fn in_reply<B: AsRef<[u8]>>(self, operation: &'static str, response: &Response<B>) -> Self {
        let raw = Some(RawReply::of(response));
        Self { operation, status: response.status().as_u16(), raw, ..self }
    }
}

impl fmt::Display for UnreadableReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: unreadable reply with status {}: {}", self.operation, self.status, self.error)
    }
}

impl std::error::Error for UnreadableReply {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.error)
    }
}

/// An error that a service answers with: what every error has, and the members of its shape as `details`.
///
/// `T` is the error's structure, `()` for a code that the model does not know, or, by name, a structure if there is one.
pub struct ServiceError<T = Option<Box<dyn Structure>>> {
    context: Box<ErrorContext>,
    details: T,
}

/// What every error of a service has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorContext {
    /// The operation that failed; empty as long as it is not known.
    pub operation: &'static str,
    /// The code on the wire, known to the model or not: `NoSuchEntity`.
    pub code: String,
    /// The service's message, for people.
    pub message: Option<String>,
    /// The id of the request in the service's logs.
    pub request_id: Option<String>,
    /// The HTTP status of the reply.
    pub status: u16,
    /// Who is at fault, as the reply or else the model says.
    pub fault: Option<Fault>,
    /// That the same call may succeed later, if the model says so of the error.
    pub retryable: Option<Retryable>,
    pub(crate) raw: Option<Arc<RawReply>>,
}

impl<T> ServiceError<T> {
    /// An error of these parts.
    #[must_use]
    pub fn new(context: ErrorContext, details: T) -> Self {
        Self { context: Box::new(context), details }
    }
    /// The operation that failed.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.context.operation
    }
    /// The code on the wire: `NoSuchEntity`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.context.code
    }
    /// The service's message, for people.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.context.message.as_deref()
    }
    /// The id of the request in the service's logs.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.context.request_id.as_deref()
    }
    /// The HTTP status of the reply.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.context.status
    }
    /// Who is at fault, as the reply or else the model says.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.context.fault
    }
    /// What every error has, together.
    #[must_use]
    pub fn context(&self) -> &ErrorContext {
        &self.context
    }
    /// The members of the error's own shape.
    #[must_use]
    pub fn details(&self) -> &T {
        &self.details
    }
}

impl<T: Structure> ServiceError<T> {
    /// The same error without the type of its details.
    #[must_use]
    pub fn into_erased(self) -> ServiceError {
        ServiceError { context: self.context, details: Some(Box::new(self.details)) }
    }
}

impl ServiceError<()> {
    /// The same error by name.
    #[must_use]
    pub fn into_detached(self) -> ServiceError {
        ServiceError { context: self.context, details: None }
    }
    /// An error with a code that the model does not know.
    #[must_use]
    pub fn unmodeled(code: impl Into<String>, status: u16, message: impl Into<String>) -> Self {
        let fault = Some(if status >= 500 { Fault::Receiver } else { Fault::Sender });
        let context =
            ErrorContext { code: code.into(), message: Some(message.into()), status, fault, ..Default::default() };
        Self::new(context, ())
    }
}

impl<T: Structure> From<T> for ServiceError<T> {
    /// The error that a server answers with these details: code, status and fault are the model's.
    fn from(details: T) -> Self {
        Self::new(ErrorContext::of(&details), details)
    }
}

impl ErrorContext {
    /// What the model says of an error with these details, and their message.
    pub(crate) fn of(details: &dyn Structure) -> Self {
        let shape = details.shape();
        let message = message_index(shape).and_then(|index| match details.member(index).view() {
            View::String(text) => Some(text.to_owned()),
            _ => None,
        });
        let Some(error) = shape.error() else {
            return Self { code: shape.name().to_owned(), message, ..Self::default() };
        };
        let ErrorTrait { code, status, fault, retryable } = *error;
        Self { code: code.to_owned(), message, status, fault, retryable, ..Self::default() }
    }
}

/// The place of an error's message among its members: models say `message` or `Message`, whatever the wire says.
pub(crate) fn message_index(shape: &Shape) -> Option<usize> {
    shape.members().iter().position(|member| member.name().eq_ignore_ascii_case("message"))
}

impl ServiceError {
    /// The error that a server answers with these details: code, status and fault are the model's.
    #[must_use]
    pub fn from_details(details: Box<dyn Structure>) -> Self {
        Self::new(ErrorContext::of(&*details), Some(details))
    }
    /// The place of the error's shape among [`Service::errors`], if the model knows its code.
    #[must_use]
    pub fn index(&self, service: &Service) -> Option<usize> {
        let shape = self.details.as_ref()?.shape();
        service.errors().iter().position(|error| std::ptr::eq(error.shape(), shape))
    }
    /// The members of the error's own shape, to be filled.
    #[cfg(feature = "rest-xml")]
    pub(crate) fn details_mut(&mut self) -> Option<&mut dyn Structure> {
        self.details.as_deref_mut()
    }
    /// The same error with the reply that it was read from, and the request id of its headers if the body had none.
    pub(crate) fn in_reply<B: AsRef<[u8]>>(mut self, response: &Response<B>) -> Self {
        let context = &mut *self.context;
        context.raw = Some(RawReply::of(response));
        if context.request_id.is_none() {
            context.request_id = request_id(response.headers()).map(str::to_owned);
        }
        self
    }
    /// The same error with its details as `T`; an empty `T` where they are of another type.
    #[must_use]
    pub fn into_typed<T: Structure + Default>(self) -> ServiceError<T> {
        ServiceError { context: self.context, details: self.details.map(take_typed).unwrap_or_default() }
    }
    /// The same error without details.
    #[must_use]
    pub fn into_unmodeled(self) -> ServiceError<()> {
        ServiceError { context: self.context, details: () }
    }
}

impl<T> fmt::Debug for ServiceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.context, f)
    }
}

impl<T> fmt::Display for ServiceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.context, f)
    }
}

impl fmt::Display for ErrorContext {
    /// One line: operation, code, message, request id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        let Self { operation, code, message, request_id, status, .. } = self;
        // What came over the wire begins no new line in a log, and tells a terminal nothing.
        let blank = |character: char| if character.is_control() { ' ' } else { character };
        let line = |text: &str| text.chars().map(blank).collect::<String>();
        if !operation.is_empty() {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{} (status {status})", line(code))?;
        if let Some(message) = message {
            write!(f, ": {}", line(message))?;
        }
        if let Some(request_id) = request_id {
            write!(f, " (request id {})", line(request_id))?;
        }
        Ok(())
    }
}

impl<T> std::error::Error for ServiceError<T> {}

/// A service's own error type, as generated by [`service_errors!`](crate::service_errors). It converts from and to
/// [`Error`] without loss.
pub trait ErrorType: std::error::Error + From<Error> + Into<Error> + Send + Sync + 'static {
    /// What the service answered, if it did: what every error has, and the error's structure if the model knows it.
    fn service_error(&self) -> Option<(&ErrorContext, Option<&dyn Structure>)>;
}

/// Implements what generated error types have in common.
///
/// Takes the enumeration, the service's `static`, and the variants with their places among the service's errors. Each
/// variant is named by its structure and holds a [`ServiceError`] of it; the variants `Unmodeled` and `Call` hold
/// `ServiceError<()>` and [`Error`].
#[macro_export]
macro_rules! service_errors {
    ($type:ident, $service:path, { $($index:literal => $variant:ident($structure:ty)),* $(,)? }) => {
        impl ::core::convert::From<$crate::Error> for $type {
            #[inline]
            fn from(error: $crate::Error) -> Self {
                match error {
                    $crate::Error::Service(error) => match error.index(&$service) {
                        $(::core::option::Option::Some($index) => Self::$variant(error.into_typed()),)*
                        _ => Self::Unmodeled(error.into_unmodeled()),
                    },
                    error => Self::Call(error),
                }
            }
        }
        impl ::core::convert::From<$type> for $crate::Error {
            #[inline]
            fn from(error: $type) -> Self {
                match error {
                    $($type::$variant(error) => Self::Service(error.into_erased()),)*
                    $type::Unmodeled(error) => Self::Service(error.into_detached()),
                    $type::Call(error) => error,
                }
            }
        }
        impl $crate::error::ErrorType for $type {
            fn service_error(
                &self,
            ) -> ::core::option::Option<(
                &$crate::error::ErrorContext,
                ::core::option::Option<&dyn $crate::value::Structure>,
            )> {
                match self {
                    $(Self::$variant(error) => ::core::option::Option::Some((
                        error.context(),
                        ::core::option::Option::Some(error.details()),
                    )),)*
                    Self::Unmodeled(error) => ::core::option::Option::Some((error.context(), ::core::option::Option::None)),
                    Self::Call(_) => ::core::option::Option::None,
                }
            }
        }
        impl $type {
            /// An error with a code that the model does not know, for a server to answer with.
            #[must_use]
            pub fn unmodeled(
                code: impl ::core::convert::Into<::std::string::String>,
                status: u16,
                message: impl ::core::convert::Into<::std::string::String>,
            ) -> Self {
                Self::Unmodeled($crate::error::ServiceError::unmodeled(code, status, message))
            }
            /// What every error of the service has: operation, code, message, request id, status, fault.
            #[must_use]
            pub fn context(&self) -> ::core::option::Option<&$crate::error::ErrorContext> {
                $crate::error::ErrorType::service_error(self).map(|(context, _)| context)
            }
            /// The code that the service answered with: `NoSuchEntity`.
            #[must_use]
            pub fn code(&self) -> ::core::option::Option<&str> {
                self.context().map(|context| context.code.as_str())
            }
            /// The id of the request in the service's logs, if a reply told it.
            #[must_use]
            pub fn request_id(&self) -> ::core::option::Option<&str> {
                match self {
                    Self::Call(error) => error.request_id(),
                    _ => self.context().and_then(|context| context.request_id.as_deref()),
                }
            }
            /// The reply as it came, if a whole one came.
            #[must_use]
            pub fn raw_reply(&self) -> ::core::option::Option<&$crate::error::RawReply> {
                match self {
                    Self::Call(error) => error.raw_reply(),
                    _ => self.context().and_then($crate::error::ErrorContext::raw_reply),
                }
            }
            /// The message that the service answered with.
            #[must_use]
            pub fn message(&self) -> ::core::option::Option<&str> {
                self.context().and_then(|context| context.message.as_deref())
            }
        }
        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    Self::Call(error) => ::core::fmt::Display::fmt(error, f),
                    _ => self.context().map_or(::core::result::Result::Ok(()), |context| {
                        ::core::fmt::Display::fmt(context, f)
                    }),
                }
            }
        }
        impl ::std::error::Error for $type {
            fn source(&self) -> ::core::option::Option<&(dyn ::std::error::Error + 'static)> {
                match self {
                    Self::Call(error) => ::std::error::Error::source(error),
                    _ => ::core::option::Option::None,
                }
            }
        }
        $(
            impl ::core::convert::From<$structure> for $type {
                #[inline]
                fn from(details: $structure) -> Self {
                    Self::$variant($crate::error::ServiceError::from(details))
                }
            }
        )*
    };
}
