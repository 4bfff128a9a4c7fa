//! What a handler knows of a request beside its input.

use std::fmt;

use http::{HeaderMap, Method, Request, Uri};

use crate::schema::Operation;
use crate::sigv4::Identity;

/// What a handler knows of a request beside its input.
#[derive(Clone)]
pub struct Context {
    operation: &'static Operation,
    request_id: String,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    caller: Option<Identity>,
    is_verified: bool,
}

impl Context {
    pub(super) fn new<B>(
        operation: &'static Operation,
        request_id: String,
        request: &Request<B>,
        caller: Option<Identity>,
        is_verified: bool,
    ) -> Self {
        Self {
            operation,
            request_id,
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            caller,
            is_verified,
        }
    }

    /// The operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }
    /// The id that the reply will carry.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }
    /// The request's URI, as it came: mostly a path and a query without scheme and host.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }
    /// The request's headers, as they came: those of a body in frames (`aws-chunked`) tell of the frames.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
    /// Who signed the request: verified if [`Context::is_verified`] says so, and otherwise as it claims.
    #[must_use]
    pub fn caller(&self) -> Option<&Identity> {
        self.caller.as_ref()
    }
    /// The access key id of [`Context::caller`].
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        self.caller().map(|caller| caller.access_key_id.as_str())
    }
    /// Whether the signature was verified.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.is_verified
    }
}

impl fmt::Debug for Context {
    /// Without the URI and the headers: parameters, signatures and session tokens are in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("operation", &self.operation)
            .field("request_id", &self.request_id)
            .field("method", &self.method)
            .field("caller", &self.caller)
            .field("is_verified", &self.is_verified)
            .finish_non_exhaustive()
    }
}
