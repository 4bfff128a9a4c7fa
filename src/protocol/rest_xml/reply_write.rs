//! Output or error to reply.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::header::write_all;
use super::{in_reply_document, payload};
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::error::ErrorContext;
use crate::protocol::scalar;
use crate::protocol::xml::{write_root, write_selected_members};
use crate::schema::{Binding, Fault, Operation, Service, XmlNamespace};
use crate::value::{Structure, View};
use crate::xml::{XmlWriter, is_character};

const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// The reply of an operation that succeeded.
pub(crate) fn write_reply(operation: &Operation, output: &dyn Structure) -> Result<Response<Vec<u8>>, EncodeError> {
    let mut headers = HeaderMap::new();
    let status = status(operation, output)?;
    let (body, content_type) = if has_content(status) { body(operation, output)? } else { (Vec::new(), None) };
    if let Some(content_type) = content_type.filter(|_| !body.is_empty()) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    write_all(&mut headers, output, true, None)?;
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    *reply.headers_mut() = headers;
    Ok(reply)
}

/// The status that a member gives, else the operation's. Those below 200 are of replies before the reply, those from 600 on of
/// none. RFC 9110, section 15.
fn status(operation: &Operation, output: &dyn Structure) -> Result<StatusCode, EncodeError> {
    let given =
        output.shape().members().iter().enumerate().find_map(|(index, member)| match output.member(index).view() {
            _ if member.binding() != Binding::StatusCode => None,
            // A required member is 0 as long as nothing is said.
            View::Integer(0) if member.is_required() => None,
            View::Integer(status) => Some((status, member.name())),
            _ => None,
        });
    let status = given.map_or_else(|| operation.http().status().into(), |(status, _)| status);
    match u16::try_from(status).map(StatusCode::from_u16) {
        Ok(Ok(known)) if (200..600).contains(&status) => Ok(known),
        _ => {
            let error = EncodeError::new(EncodeErrorKind::Status(status));
            Err(match given {
                Some((_, name)) => error.within(name),
                None => error,
            })
        }
    }
}

/// Whether a reply of this status may have a body. RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
fn has_content(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

fn service_namespace(service: &Service) -> Option<XmlNamespace> {
    (!service.xml_namespace().is_empty()).then(|| XmlNamespace::new(service.xml_namespace()))
}

fn body(operation: &Operation, output: &dyn Structure) -> Result<(Vec<u8>, Option<HeaderValue>), EncodeError> {
    let members = output.shape().members();
    let default_namespace = service_namespace(operation.service());
    if let Some((index, member)) = payload(output.shape()) {
        return match output.member(index).view() {
            View::Structure(source) => {
                let mut xml = XmlWriter::new();
                let namespace = member.xml_namespace().or(default_namespace);
                write_root(&mut xml, member.payload_element(), namespace, source, |_| true, None)?;
                Ok((xml.finish(), Some(XML)))
            }
            View::Blob(bytes) => Ok((bytes.to_vec(), Some(HeaderValue::from_static("application/octet-stream")))),
            View::List(events) => {
                let content_type = HeaderValue::from_static("application/vnd.amazon.eventstream");
                Ok((crate::event_stream::write_all(events)?, Some(content_type)))
            }
            view => {
                let text = scalar::write(view, member.timestamp_format()).unwrap_or_default();
                Ok((text.as_bytes().to_vec(), Some(HeaderValue::from_static("text/plain"))))
            }
        };
    }
    let Some(index) = members.iter().position(in_reply_document) else { return Ok((Vec::new(), None)) };
    let mut xml = XmlWriter::new();
    if operation.has_unwrapped_output() {
        let member = &members[index];
        xml.begin(member.wire_name());
        if let Some(namespace) = member.xml_namespace().or(default_namespace) {
            xml.attribute("xmlns", namespace.uri)?;
        }
        xml.enter();
        xml.text(&scalar::write(output.member(index).view(), member.timestamp_format()).unwrap_or_default())?;
        xml.close(member.wire_name());
    } else {
        let namespace = output.shape().xml_namespace().or(default_namespace);
        write_root(&mut xml, output.shape().xml_name(), namespace, output, in_reply_document, None)?;
    }
    Ok((xml.finish(), Some(XML)))
}

/// The reply of an operation that failed, without its status.
pub(crate) fn write_error(
    service: &Service,
    context: &ErrorContext,
    details: Option<&dyn Structure>,
    request_id: &str,
) -> Result<(HeaderMap, Vec<u8>), EncodeError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, XML);
    let mut xml = XmlWriter::new();
    if service.has_bare_errors() {
        xml.open("Error");
    } else {
        xml.open_with_namespace("ErrorResponse", service.xml_namespace())?;
        xml.open("Error");
        let receiver = context.fault == Some(Fault::Receiver) || (context.fault.is_none() && context.status >= 500);
        xml.element("Type", if receiver { "Receiver" } else { "Sender" })?;
    }
    xml.element("Code", &context.code)?;
    if let Some(message) = &context.message {
        // A message may repeat what was sent; it is told as far as it can be.
        let message: String =
            message.chars().map(|character| if is_character(character) { character } else { '\u{FFFD}' }).collect();
        xml.element("Message", &message)?;
    }
    if let Some(details) = details {
        // What every error has stands there already.
        write_selected_members(&mut xml, details, |member| {
            in_reply_document(member)
                && !["type", "code", "message"].iter().any(|common| member.wire_name().eq_ignore_ascii_case(common))
        })?;
        write_all(&mut headers, details, true, None)?;
    }
    if service.has_bare_errors() {
        xml.element("RequestId", request_id)?;
        xml.close("Error");
    } else {
        xml.close("Error");
        xml.element("RequestId", request_id)?;
        xml.close("ErrorResponse");
    }
    Ok((headers, xml.finish()))
}
