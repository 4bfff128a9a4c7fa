//! A request on its way to its operation: parsed, then read and validated.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request};

use super::body::plain;
use super::refusal;
use crate::decode::DecodeOptions;
use crate::error::ServiceError;
use crate::form::{self, Pair};
use crate::protocol::compression::decompressed;
use crate::protocol::query::{Parameters, read_input};
use crate::protocol::rest_xml::{self, RestCall, find_operation};
use crate::schema::{Operation, Protocol, Service};
use crate::validation::{self, Report};
use crate::value::Structure;

/// A request whose operation is known and whose input is still to be read.
pub struct Call {
    operation: &'static Operation,
    request: Read,
}

/// What was read of a request, by its protocol.
enum Read {
    Query(Parameters),
    Rest { call: RestCall, query: Vec<Pair>, headers: HeaderMap, body: Vec<u8>, options: DecodeOptions },
}

impl Call {
    /// Finds the operation that `request` calls among those of `services`. For the query protocols that is a `POST` of a
    /// form, whose parameters may stand in its query as well, or a `GET` with all of them there; none may stand in both. For
    /// `restXml` it is a method and a URI, with the endpoint's own path left out, and what is most exact goes first.
    ///
    /// # Errors
    /// What a service answers to a request that is not one: `MissingAction`, `InvalidAction`, `MalformedQueryString`, ….
    pub fn parse<B: AsRef<[u8]>>(
        services: &[&'static Service],
        request: &Request<B>,
        options: &DecodeOptions,
    ) -> Result<Self, ServiceError> {
        Self::parse_at(services, request, None, options)
    }

    /// The same where the host said the first label of the path.
    pub(super) fn parse_at<B: AsRef<[u8]>>(
        services: &[&'static Service],
        request: &Request<B>,
        first_label: Option<&str>,
        options: &DecodeOptions,
    ) -> Result<Self, ServiceError> {
        let (rest, query): (Vec<_>, Vec<_>) =
            services.iter().copied().partition(|service| service.protocol() == Protocol::RestXml);
        if !rest.is_empty() {
            let call = Self::parse_rest(&rest, request, first_label, options)?;
            match call {
                Some(call) => return Ok(call),
                None if query.is_empty() => return Err(refusal::no_such_uri(request.method())),
                None => {}
            }
        }
        Self::parse_query(&query, request, options)
    }

    fn parse_rest<B: AsRef<[u8]>>(
        services: &[&'static Service],
        request: &Request<B>,
        first_label: Option<&str>,
        options: &DecodeOptions,
    ) -> Result<Option<Self>, ServiceError> {
        let query = form::parse(request.uri().query().unwrap_or_default().as_bytes(), options);
        let query = query.map_err(|error| refusal::malformed(&error))?;
        let headers = request.headers();
        let found = find_operation(services, request.method(), request.uri().path(), first_label, &query, headers);
        let Some(call) = found else { return Ok(None) };
        let (headers, body, options) = (headers.clone(), request.body().as_ref().to_vec(), options.clone());
        Ok(Some(Self { operation: call.operation, request: Read::Rest { call, query, headers, body, options } }))
    }

    fn parse_query<B: AsRef<[u8]>>(
        services: &[&'static Service],
        request: &Request<B>,
        options: &DecodeOptions,
    ) -> Result<Self, ServiceError> {
        let (query, body) = (request.uri().query().unwrap_or_default(), request.body().as_ref());
        let body = match *request.method() {
            Method::POST => {
                check_content_type(request)?;
                decompressed(request.headers(), body, options.max_bytes)
                    .map_err(|why| refusal::unreadable_body(&why, options.max_bytes))?
            }
            Method::GET if body.is_empty() => Cow::Borrowed(body),
            Method::GET => return Err(refusal::body_of_get()),
            _ => return Err(refusal::method_not_allowed()),
        };
        let mut parameters = Parameters::parse(query, &body, options).map_err(|error| refusal::malformed(&error))?;
        // A presigned request's signature stands among the parameters.
        parameters.drop_prefixed("X-Amz-");
        let (action, version) = (parameters.take("Action"), parameters.take("Version"));
        let action = action.filter(|action| !action.is_empty()).ok_or_else(refusal::missing_action)?;
        let operation = services
            .iter()
            .filter(|service| version.as_deref() == Some(service.api_version()))
            .find_map(|service| service.operation(&action))
            .ok_or_else(|| refusal::invalid_action(&action, version.as_deref()))?;
        Ok(Self { operation, request: Read::Query(parameters) })
    }

    /// The operation that is called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Reads the input strictly, and validates it.
    ///
    /// # Errors
    /// What a service answers to an input that it does not take: `ValidationError`, `MalformedInput`.
    pub fn into_input(self) -> Result<Box<dyn Structure>, ServiceError> {
        let mut input = self.operation.new_input();
        let missing = match &self.request {
            Read::Query(parameters) => read_input(parameters, &mut *input),
            Read::Rest { call, query, headers, body, options } => {
                let (headers, body) = plain(self.operation, headers, body, options)?;
                rest_xml::read_input(call, query, &headers, &body, &mut *input, options)
            }
        };
        let missing = missing.map_err(|error| refusal::malformed(&error))?;
        Report::merge(missing, validation::validate(&*input)).map_err(|report| refusal::invalid(&report))?;
        Ok(input)
    }
}

/// A body is a form in UTF-8, unless it says otherwise.
fn check_content_type<B: AsRef<[u8]>>(request: &Request<B>) -> Result<(), ServiceError> {
    let Some(content_type) = request.headers().get(CONTENT_TYPE).filter(|_| !request.body().as_ref().is_empty()) else {
        return Ok(());
    };
    let mut parts = content_type.to_str().unwrap_or_default().split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_form = parts.next().is_some_and(|part| part == "application/x-www-form-urlencoded");
    let is_utf8 = |part: String| match part.strip_prefix("charset=") {
        Some(charset) => matches!(charset.trim_matches('"'), "utf-8" | "utf8"),
        None => true,
    };
    if is_form && parts.all(is_utf8) { Ok(()) } else { Err(refusal::content_type(content_type.as_bytes())) }
}

impl std::fmt::Debug for Call {
    /// The operation alone: parameters may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}
