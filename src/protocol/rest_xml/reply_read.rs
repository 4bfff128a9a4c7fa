//! Reply to output or error. Smithy's `httpResponseCode`, `httpPayload` and `aws.protocols#restXml`, "Operation error
//! serialization".

use http::{HeaderMap, StatusCode};

use super::{header, in_reply_document, payload};
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::error::{Error, ErrorContext, ServiceError};
use crate::event_stream;
use crate::protocol::query::read_error;
use crate::protocol::xml::{read_element, read_member, read_selected};
use crate::protocol::{checksum, scalar};
use crate::schema::{Binding, Operation, ShapeKind, StructureType};
use crate::value::{Slot, Structure, View};
use crate::xml::XmlReader;

/// Fills `output` from a reply, or gives the error that it is.
pub(crate) fn read_reply(
    operation: &'static Operation,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    output: &mut dyn Structure,
    options: &DecodeOptions,
) -> Result<(), Error> {
    if !status.is_success() {
        return Err(service_error(operation, status, headers, body, options)?.into());
    }
    if !read_body(operation, body, output, options)? {
        return Err(service_error(operation, status, headers, body, options)?.into());
    }
    read_head(status, headers, output, options)?;
    Ok(checksum::verify(operation, status, headers, body)?)
}

/// Fills the members that are headers or the status.
pub(crate) fn read_head(
    status: StatusCode,
    headers: &HeaderMap,
    target: &mut dyn Structure,
    options: &DecodeOptions,
) -> Result<(), DecodeError> {
    for (index, member) in target.shape().members().iter().enumerate() {
        if member.binding() == Binding::StatusCode
            && let Slot::Integer(place) = target.member_mut(index).slot()
        {
            *place = status.as_u16().into();
        }
    }
    header::read_all(headers, target, options)
}

/// Fills what the body tells; `false` if it is an error in spite of its status.
fn read_body(
    operation: &'static Operation,
    body: &[u8],
    output: &mut dyn Structure,
    options: &DecodeOptions,
) -> Result<bool, Error> {
    let members = output.shape().members();
    if let Some((index, member)) = payload(output.shape()) {
        if body.is_empty() && !member.is_streaming() {
            return Ok(true);
        }
        let sensitive = output.shape().is_sensitive() || member.is_sensitive();
        return match (output.member_mut(index).slot(), member.target().kind()) {
            (Slot::List(events), ShapeKind::List(list)) => {
                event_stream::read_all(body, events, list.member, options).map(|()| true)
            }
            (Slot::Structure(target), _) => {
                let mut xml = XmlReader::new(body, options)?;
                let root = xml.root()?;
                if is_error(root.name(), member.payload_element()) {
                    return Ok(false);
                }
                read_element(&mut xml, &root, target, sensitive).map_err(|error| error.within(root.name()))?;
                xml.finish()?;
                Ok(true)
            }
            (Slot::Blob(place), _) => {
                place.set(body.to_vec());
                Ok(true)
            }
            (slot, _) => {
                let text = std::str::from_utf8(body)
                    .map_err(|error| DecodeError::new(DecodeErrorKind::NotUtf8, error.valid_up_to()))?;
                scalar::read(slot, text.into(), sensitive).map_err(|kind| DecodeError::new(kind, 0))?;
                Ok(true)
            }
        };
    }
    let has_document = members.iter().any(in_reply_document);
    if body.trim_ascii().is_empty() || !(has_document || body.trim_ascii_start().starts_with(b"<")) {
        return Ok(true);
    }
    let mut xml = XmlReader::new(body, options)?;
    let root = xml.root()?;
    if is_error(root.name(), output.shape().xml_name()) {
        return Ok(false);
    }
    if !has_document {
        return Ok(true);
    }
    let unwrapped = members.iter().position(in_reply_document).filter(|_| operation.has_unwrapped_output());
    if let Some(index) = unwrapped {
        let value = output.member_mut(index);
        read_member(&mut xml, &root, value, &members[index], false, false)?;
        if matches!(value.view(), View::String("")) {
            value.clear();
        }
    } else {
        read_selected(&mut xml, &root, output, false, Some(in_reply_document))
            .map_err(|error| error.within(root.name()))?;
    }
    xml.finish()?;
    Ok(true)
}

/// Whether a root element is that of an error, and not of a document which has that name.
fn is_error(root: &str, expected: &str) -> bool {
    matches!(root, "Error" | "ErrorResponse") && root != expected
}

fn service_error(
    operation: &'static Operation,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    options: &DecodeOptions,
) -> Result<ServiceError, DecodeError> {
    let options = DecodeOptions { strict: false, ..options.clone() };
    let mut error = if body.trim_ascii().is_empty() {
        without_body(operation, status)
    } else {
        read_error(operation, status.as_u16(), body, &options)?
    };
    if let Some(details) = error.details_mut() {
        // What cannot be read of the details must not hide that there was an error, and which.
        let _ = read_head(status, headers, details, &options);
    }
    Ok(error)
}

/// The error of a reply without a body, as `HEAD` has them: the one that the operation lists for the status, if it is one.
fn without_body(operation: &'static Operation, status: StatusCode) -> ServiceError {
    let has_status = |code: u16| code == status.as_u16();
    let mut listed =
        operation.errors().iter().filter_map(|shape| shape.error()).filter(|error| has_status(error.status));
    let code = match (listed.next(), listed.next()) {
        (Some(error), None) => error.code.to_owned(),
        _ => status.as_u16().to_string(),
    };
    let known = operation.service().errors().iter().find(|known| {
        operation.errors().iter().any(|shape| std::ptr::eq(*shape, known.shape()))
            && known.shape().error().is_some_and(|error| error.code == code)
    });
    let error = known.and_then(|known| known.shape().error());
    let context = ErrorContext {
        operation: operation.name(),
        fault: error.and_then(|error| error.fault),
        retryable: error.and_then(|error| error.retryable),
        code,
        status: status.as_u16(),
        ..ErrorContext::default()
    };
    ServiceError::new(context, known.map(StructureType::create))
}
