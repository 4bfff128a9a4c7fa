//! Operations by type and by name: input to request, reply to output. Nothing here does I/O.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, Uri};
use memchr::memchr;

use crate::decode::DecodeOptions;
use crate::encode::{EncodeError, EncodeErrorKind, EncodeOptions};
use crate::error::{self, Error, ErrorType};
#[cfg(feature = "rest-xml")]
use crate::protocol::rest_xml;
use crate::protocol::{checksum, compression, host_prefix, query};
#[cfg(feature = "rest-xml")]
use crate::schema::{Binding, Shape, ShapeKind};
use crate::schema::{Operation, Protocol};
use crate::transport::SecretBody;
use crate::value::Structure;
#[cfg(feature = "rest-xml")]
use crate::wipe;

/// An operation as a type, as generated: `iam::CreateUser`.
pub trait OperationShape {
    /// What a request says.
    type Input: Structure + Default;
    /// What a reply says.
    type Output: Structure + Default;
    /// The service's error type.
    type Error: ErrorType;
    /// The same operation as data.
    const OPERATION: &'static Operation;

    /// Writes the request for `endpoint`, unsigned and unchecked.
    ///
    /// # Errors
    /// Where the input has no form on the wire, or the endpoint is no absolute URL.
    fn encode(input: &Self::Input, endpoint: &Uri) -> Result<Request<Vec<u8>>, EncodeError> {
        Self::OPERATION.encode(input, endpoint)
    }

    /// Reads a reply.
    ///
    /// # Errors
    /// The error that the service answered with, or why the reply cannot be read.
    fn decode<B: AsRef<[u8]>>(response: &Response<B>) -> Result<Self::Output, Self::Error> {
        let mut output = Self::Output::default();
        Self::OPERATION.read(response, &mut output, &DecodeOptions::DEFAULT)?;
        Ok(output)
    }
}

/// What a reply says beside its output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyMetadata {
    /// The HTTP status.
    pub status: u16,
    /// The id of the request in the service's logs.
    pub request_id: Option<String>,
}

/// Among a reply's extensions: its body is not there, because it is read as it arrives.
#[cfg(feature = "rest-xml")]
#[derive(Clone, Copy)]
pub(crate) struct BodyApart;

impl Operation {
    /// Writes the request for `endpoint`, unsigned and unchecked. An idempotency token that is absent is a new random one.
    /// Where the input holds a secret, the request's extensions have a [`SecretBody`].
    ///
    /// `input` is one of [`Operation::new_input`]'s type.
    ///
    /// # Errors
    /// Where the input has no form on the wire, or the endpoint is no absolute URL.
    pub fn encode(&'static self, input: &dyn Structure, endpoint: &Uri) -> Result<Request<Vec<u8>>, EncodeError> {
        self.encode_with(input, endpoint, &EncodeOptions::DEFAULT)
    }

    /// The same with another source of idempotency tokens, which are UUIDs.
    ///
    /// # Errors
    /// Where the input has no form on the wire, or the endpoint is no absolute URL.
    pub fn encode_with_tokens(
        &'static self,
        input: &dyn Structure,
        endpoint: &Uri,
        new_token: &dyn Fn() -> String,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        self.encode_with(input, endpoint, &EncodeOptions::DEFAULT.with_tokens(new_token))
    }

    /// The same with these options.
    ///
    /// # Errors
    /// Where the input has no form on the wire, or the endpoint is no absolute URL.
    pub fn encode_with(
        &'static self,
        input: &dyn Structure,
        endpoint: &Uri,
        options: &EncodeOptions<'_>,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        if has_user(endpoint) {
            let why = "there is a user or a password in its URL: requests are signed instead".to_owned();
            return Err(EncodeError::new(EncodeErrorKind::Endpoint(why)));
        }
        if endpoint.scheme().is_none() || host_is_empty(endpoint) {
            let why = format!("{endpoint} has no scheme and host, as in https://example.com");
            return Err(EncodeError::new(EncodeErrorKind::Endpoint(why)));
        }
        let prefixed = self.host_prefix().map(|prefix| host_prefix::prefixed(endpoint, prefix, input)).transpose()?;
        let endpoint = prefixed.as_ref().unwrap_or(endpoint);
        let (mut request, holds_secret) = match self.service().protocol() {
            Protocol::AwsQuery | Protocol::Ec2Query => {
                let (body, holds_secret) = query::write_request(self, input, options.new_token)?;
                let mut request = Request::new(body.into_bytes());
                *request.method_mut() = Method::POST;
                *request.uri_mut() = endpoint.clone();
                request.headers_mut().insert(
                    CONTENT_TYPE,
                    const { HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8") },
                );
                (request, holds_secret)
            }
            #[cfg(feature = "rest-xml")]
            Protocol::RestXml => (rest_xml::write_request(self, input, endpoint, options)?, wipe::holds_secret(input)),
        };
        if holds_secret {
            request.extensions_mut().insert(SecretBody);
        }
        compression::compress(self, &mut request, options);
        checksum::add(self, input, &mut request, options)?;
        Ok(request)
    }

    /// Reads a reply.
    ///
    /// # Errors
    /// The error that the service answered with, or why the reply cannot be read.
    pub fn decode<B: AsRef<[u8]>>(&'static self, response: &Response<B>) -> Result<Box<dyn Structure>, Error> {
        let mut output = self.new_output();
        self.read(response, &mut *output, &DecodeOptions::DEFAULT)?;
        Ok(output)
    }

    /// Reads a reply into `output`, which is one of [`Operation::new_output`]'s type and new.
    ///
    /// # Errors
    /// The error that the service answered with, or why the reply cannot be read.
    pub fn decode_into<B: AsRef<[u8]>>(
        &'static self,
        response: &Response<B>,
        output: &mut dyn Structure,
        options: &DecodeOptions,
    ) -> Result<ReplyMetadata, Error> {
        let request_id = self.read(response, output, options)?;
        let request_id = request_id.as_deref().or_else(|| error::request_id(response.headers()));
        Ok(ReplyMetadata { status: response.status().as_u16(), request_id: request_id.map(str::to_owned) })
    }

    /// Reads a reply into `output`, and gives the request id that its body has.
    fn read<'a, B: AsRef<[u8]>>(
        &'static self,
        response: &'a Response<B>,
        output: &mut dyn Structure,
        options: &'a DecodeOptions,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let read = match self.service().protocol() {
            #[cfg(feature = "rest-xml")]
            _ if response.extensions().get::<BodyApart>().is_some() => {
                rest_xml::read_head(response.status(), response.headers(), output, options)
                    .map(|()| None)
                    .map_err(Error::from)
            }
            Protocol::AwsQuery | Protocol::Ec2Query => {
                query::read_reply(self, response.status().as_u16(), response.body().as_ref(), output, options)
            }
            #[cfg(feature = "rest-xml")]
            Protocol::RestXml => rest_xml::read_reply(
                self,
                response.status(),
                response.headers(),
                response.body().as_ref(),
                output,
                options,
            )
            .map(|()| None),
        };
        read.map_err(|error| match error {
            Error::Service(error) => Error::Service(error.in_reply(response)),
            Error::Decode(error) => Error::Decode(error.in_reply(self.name(), response)),
            error => error,
        })
    }
}

/// Whether a URL has a user or a password, which might end up in logs and is sent nowhere.
pub(crate) fn has_user(url: &Uri) -> bool {
    url.authority().is_some_and(|authority| memchr(b'@', authority.as_str().as_bytes()).is_some())
}

/// Whether a URL without a user has no host.
fn host_is_empty(url: &Uri) -> bool {
    url.authority().is_none_or(|authority| matches!(authority.as_str().as_bytes(), [] | [b':', ..]))
}

/// A URL for `Debug`.
pub(crate) fn without_user(url: &Uri) -> String {
    if has_user(url) { "[redacted]".to_owned() } else { url.to_string() }
}

/// The place of the member that is a streamed body.
#[cfg(feature = "rest-xml")]
pub(crate) fn streamed_member(shape: &Shape) -> Option<usize> {
    shape.members().iter().position(|member| {
        let is_event_stream =
            matches!(member.target().kind(), ShapeKind::List(list) if list.member.target().is_event_stream());
        member.binding() == Binding::Payload && (member.is_streaming() || is_event_stream)
    })
}
