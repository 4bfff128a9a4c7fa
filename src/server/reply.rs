//! Replies as a service sends them.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::failure::Failure;
use super::refusal;
use crate::encode::EncodeError;
use crate::error::{ErrorContext, ServiceError};
use crate::protocol::{query, rest_xml};
use crate::schema::{Operation, Protocol, Service};
use crate::value::Structure;

/// The reply to a call of `operation` that succeeded with `output`.
///
/// # Errors
/// Where the output has no form on the wire.
pub fn reply(
    operation: &Operation,
    output: &dyn Structure,
    request_id: &str,
) -> Result<Response<Vec<u8>>, EncodeError> {
    match operation.service().protocol() {
        Protocol::AwsQuery | Protocol::Ec2Query => {
            Ok(respond(StatusCode::OK, query::write_reply(operation, output, request_id)?, request_id))
        }
        Protocol::RestXml => {
            let mut reply = rest_xml::write_reply(operation, output)?;
            if let Ok(request_id) = HeaderValue::from_str(request_id) {
                reply.headers_mut().insert("x-amz-request-id", request_id);
            }
            Ok(reply)
        }
    }
}

/// The reply to a call that failed. An error without a status of its own has 400; one that has no form on the wire is
/// replaced by `InternalFailure`, and the response's extensions have an `Arc<`[`Failure`]`>`.
#[must_use]
pub fn error_reply(service: &Service, error: &ServiceError, request_id: &str) -> Response<Vec<u8>> {
    let status = StatusCode::from_u16(error.status())
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .unwrap_or(StatusCode::BAD_REQUEST);
    match write_error(service, error.context(), error.details().as_deref(), request_id) {
        Ok((headers, body)) => with_headers(respond(status, body, request_id), headers),
        Err(why) => {
            let failure = Failure::Unwritable(why);
            let refusal = refusal::internal(&failure);
            let (headers, body) = write_error(service, refusal.context(), None, request_id).unwrap_or_default();
            let mut response = with_headers(respond(StatusCode::INTERNAL_SERVER_ERROR, body, request_id), headers);
            response.extensions_mut().insert(Arc::new(failure));
            response
        }
    }
}

/// The body of an error, and the headers that it has beside those of every reply.
fn write_error(
    service: &Service,
    context: &ErrorContext,
    details: Option<&dyn Structure>,
    request_id: &str,
) -> Result<(HeaderMap, Vec<u8>), EncodeError> {
    match service.protocol() {
        Protocol::AwsQuery | Protocol::Ec2Query => {
            query::write_error(service, context, details, request_id).map(|body| (HeaderMap::new(), body))
        }
        Protocol::RestXml => rest_xml::write_error(service, context, details, request_id),
    }
}

fn with_headers(mut response: Response<Vec<u8>>, headers: HeaderMap) -> Response<Vec<u8>> {
    response.headers_mut().extend(headers);
    response
}

pub(super) fn respond(status: StatusCode, body: Vec<u8>, request_id: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amzn-requestid", request_id);
    }
    response
}
