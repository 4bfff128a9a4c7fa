//! What AWS services answer to requests that never reach an operation: codes and statuses of the API references' page
//! "Common errors".

use super::failure::Failure;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::error::ServiceError;
use crate::protocol::checksum::Untrue;
use crate::protocol::compression::Unreadable;
use crate::schema::{Length, Operation, Protocol, Range};
use crate::sigv4::{FramingError, VerifyError};
use crate::validation::{Report, Rule, Violation};

/// How many violations a message tells of one by one.
const MAX_SENTENCES: usize = 20;

fn refuse(code: &str, status: u16, message: impl Into<String>) -> ServiceError {
    ServiceError::unmodeled(code, status, message).into_detached()
}

pub(super) fn missing_action() -> ServiceError {
    refuse("MissingAction", 400, "the request has no Action parameter")
}

pub(super) fn invalid_action(action: &str, version: Option<&str>) -> ServiceError {
    let action: String = action.chars().take(128).collect();
    let version: String = version.unwrap_or("NO_VERSION_SPECIFIED").chars().take(32).collect();
    refuse("InvalidAction", 400, format!("Could not find operation {action} for version {version}"))
}

pub(super) fn not_implemented(operation: &Operation) -> ServiceError {
    let message = format!(
        "{} is an operation of {} that this endpoint does not implement",
        operation.name(),
        operation.service().service_id()
    );
    refuse("NotImplemented", 501, message)
}

pub(super) fn method_not_allowed() -> ServiceError {
    refuse("InvalidAction", 405, "only the methods GET and POST are understood")
}

/// A form of another kind than forms are.
pub(super) fn content_type(content_type: &[u8]) -> ServiceError {
    let shown: String = String::from_utf8_lossy(content_type).chars().take(128).collect();
    let message =
        format!("The content type is {shown:?}: only application/x-www-form-urlencoded in UTF-8 is understood");
    refuse("UnknownOperationException", 404, message)
}

/// A `GET` whose parameters may be in two places.
pub(super) fn body_of_get() -> ServiceError {
    refuse("MalformedQueryString", 400, "A GET has its parameters in the query: its body must be empty")
}

/// A signature that does not hold: code and status as the services of this protocol give them.
pub(super) fn unverified(error: &VerifyError, protocol: Protocol) -> ServiceError {
    // EC2 does not say why.
    if protocol == Protocol::Ec2Query {
        return match error {
            VerifyError::ExpiredCredentials => refuse("RequestExpired", 400, "Request has expired."),
            _ => refuse("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
        };
    }
    let (code, status) = match error {
        VerifyError::Framing(error) => return framing(error),
        VerifyError::Missing => ("MissingAuthenticationToken", 403),
        VerifyError::Malformed(_) => ("IncompleteSignature", 400),
        VerifyError::UnknownAccessKey | VerifyError::SessionToken => ("InvalidClientTokenId", 403),
        VerifyError::ExpiredCredentials => ("ExpiredToken", 403),
        VerifyError::Scope(_)
        | VerifyError::Expired(_)
        | VerifyError::NotYetCurrent(_)
        | VerifyError::UnsignedHeader(_)
        | VerifyError::Payload
        | VerifyError::Mismatch => ("SignatureDoesNotMatch", 403),
    };
    refuse(code, status, error.to_string())
}

pub(super) fn no_such_uri(method: &http::Method) -> ServiceError {
    refuse("InvalidAction", 404, format!("no operation has the method {method} and a URI like that of the request"))
}

/// A compressed body that cannot be read.
pub(super) fn unreadable_body(why: &Unreadable, max_bytes: usize) -> ServiceError {
    match why {
        Unreadable::Encoding(encoding) => {
            refuse("UnsupportedMediaType", 415, format!("the content encoding {encoding:?} is not understood"))
        }
        Unreadable::Malformed => refuse("MalformedInput", 400, "the body is no gzip, or is damaged"),
        Unreadable::TooLong => refuse("RequestEntityTooLarge", 413, format!("more than {max_bytes} bytes")),
    }
}

/// A body that is not in the frames that it announces, as S3 has it.
pub(super) fn framing(error: &FramingError) -> ServiceError {
    let (code, status) = match error {
        FramingError::UnknownPayload => ("InvalidArgument", 400),
        FramingError::NoLength => ("MissingContentLength", 411),
        FramingError::UnknownTrailer => ("InvalidRequest", 400),
        FramingError::Malformed(_) | FramingError::Length { .. } => ("IncompleteBody", 400),
        FramingError::SmallFrame { .. } => ("InvalidChunkSizeError", 403),
        FramingError::Trailer => ("MalformedTrailerError", 400),
    };
    refuse(code, status, error.to_string())
}

/// A body that is not what the request says of it, as S3 has it.
pub(super) fn untrue_checksum(untrue: &Untrue) -> ServiceError {
    match untrue {
        Untrue::MalformedMd5 => refuse("InvalidDigest", 400, "The Content-MD5 you specified was invalid."),
        Untrue::Md5 => refuse("BadDigest", 400, "The Content-MD5 you specified did not match what we received."),
        Untrue::Malformed(header) => refuse("InvalidRequest", 400, format!("Value for {header} header is invalid.")),
        Untrue::Checksum(algorithm) => {
            refuse("BadDigest", 400, format!("The {algorithm} you specified did not match the calculated checksum."))
        }
    }
}

/// A request that cannot be read.
pub(super) fn malformed(error: &DecodeError) -> ServiceError {
    match error.kind() {
        DecodeErrorKind::PercentEncoding | DecodeErrorKind::NotUtf8 | DecodeErrorKind::Repeated => {
            refuse("MalformedQueryString", 400, error.to_string())
        }
        DecodeErrorKind::TooLong(_)
        | DecodeErrorKind::TooManyParameters(_)
        | DecodeErrorKind::TooManyItems(_)
        | DecodeErrorKind::TextTooLong(_) => refuse("RequestEntityTooLarge", 413, error.to_string()),
        DecodeErrorKind::Value { .. } => refuse("MalformedInput", 400, error.to_string()),
        _ => refuse("ValidationError", 400, error.to_string()),
    }
}

/// An input that violates the model, in the form of the services' own validation: paths in camel case, one sentence a
/// violation.
pub(super) fn invalid(report: &Report) -> ServiceError {
    let violations = report.violations();
    let count = violations.len() + report.omitted();
    let plural = if count == 1 { "" } else { "s" };
    let mut sentences: Vec<String> = violations.iter().take(MAX_SENTENCES).map(sentence).collect();
    if count > MAX_SENTENCES {
        sentences.push(format!("and {} more", count - MAX_SENTENCES));
    }
    let message = format!("{count} validation error{plural} detected: {}", sentences.join("; "));
    refuse("ValidationError", 400, message)
}

fn sentence(violation: &Violation) -> String {
    let constraint = match &violation.rule {
        Rule::Required => "Member must not be null".to_owned(),
        Rule::Length(Length { min: Some(min), max }) if below(violation, *min) || max.is_none() => {
            format!("Member must have length greater than or equal to {min}")
        }
        Rule::Length(Length { max: Some(max), .. }) => format!("Member must have length less than or equal to {max}"),
        Rule::Range(Range { min: Some(min), max }) if under(violation, (*min).into()) || max.is_none() => {
            format!("Member must have value greater than or equal to {min}")
        }
        Rule::Range(Range { max: Some(max), .. }) => format!("Member must have value less than or equal to {max}"),
        Rule::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
        Rule::Enum(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
        rule => rule.to_string(),
    };
    // Services name members so that the first letter of each part of the path is small.
    let path: Vec<String> = violation.path.wire().split('.').map(decapitalized).collect();
    format!("Value at '{}' failed to satisfy constraint: {constraint}", path.join("."))
}

fn below(violation: &Violation, min: u64) -> bool {
    violation.found.as_ref().and_then(|found| found.parse::<u64>().ok()).is_some_and(|found| found < min)
}

fn under(violation: &Violation, min: f64) -> bool {
    violation.found.as_ref().and_then(|found| found.parse::<f64>().ok()).is_some_and(|found| found < min)
}

fn decapitalized(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// What a client is told of a failure that is no answer of a service.
pub(super) fn internal(failure: &Failure) -> ServiceError {
    refuse("InternalFailure", 500, failure.message())
}
