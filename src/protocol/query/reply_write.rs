//! Output or error to XML reply. Smithy's `awsQuery` and `ec2Query` specifications, "Response serialization" and
//! "Operation error serialization".

use crate::encode::EncodeError;
use crate::error::ErrorContext;
use crate::protocol::xml::{write_members, write_selected_members};
use crate::schema::{Fault, Operation, Protocol, Service};
use crate::value::Structure;
use crate::xml::{XmlWriter, is_character};

/// The body of a reply: `<…Response><…Result>…</…Result><ResponseMetadata>…</ResponseMetadata></…Response>`, or
/// `<…Response><requestId>…</requestId>…</…Response>`.
pub(crate) fn write_reply(
    operation: &Operation,
    output: &dyn Structure,
    request_id: &str,
) -> Result<Vec<u8>, EncodeError> {
    let mut xml = XmlWriter::new();
    let root = format!("{}Response", operation.name());
    xml.open_with_namespace(&root, operation.service().xml_namespace())?;
    if operation.service().protocol() == Protocol::Ec2Query {
        xml.element("requestId", request_id)?;
        write_members(&mut xml, output)?;
        xml.close(&root);
        return Ok(xml.finish());
    }
    if let Some(wrapper) = operation.result_wrapper() {
        xml.open(wrapper);
        write_members(&mut xml, output)?;
        xml.close(wrapper);
    } else {
        write_members(&mut xml, output)?;
    }
    xml.open("ResponseMetadata");
    xml.element("RequestId", request_id)?;
    xml.close("ResponseMetadata");
    xml.close(&root);
    Ok(xml.finish())
}

/// The body of an error: `<ErrorResponse><Error>…</Error><RequestId>…</RequestId></ErrorResponse>`, or
/// `<Response><Errors><Error>…</Error></Errors><RequestID>…</RequestID></Response>`.
pub(crate) fn write_error(
    service: &Service,
    context: &ErrorContext,
    details: Option<&dyn Structure>,
    request_id: &str,
) -> Result<Vec<u8>, EncodeError> {
    let mut xml = XmlWriter::new();
    if service.protocol() == Protocol::Ec2Query {
        xml.open("Response");
        xml.open("Errors");
        xml.open("Error");
        error_members(&mut xml, context, details)?;
        xml.close("Error");
        xml.close("Errors");
        xml.element("RequestID", request_id)?;
        xml.close("Response");
        return Ok(xml.finish());
    }
    xml.open_with_namespace("ErrorResponse", service.xml_namespace())?;
    xml.open("Error");
    let receiver = context.fault == Some(Fault::Receiver) || (context.fault.is_none() && context.status >= 500);
    xml.element("Type", if receiver { "Receiver" } else { "Sender" })?;
    error_members(&mut xml, context, details)?;
    xml.close("Error");
    xml.element("RequestId", request_id)?;
    xml.close("ErrorResponse");
    Ok(xml.finish())
}

/// What both protocols say of an error.
fn error_members(
    xml: &mut XmlWriter,
    context: &ErrorContext,
    details: Option<&dyn Structure>,
) -> Result<(), EncodeError> {
    xml.element("Code", &context.code)?;
    if let Some(message) = &context.message {
        // A message may repeat what was sent; it is told as far as it can be.
        let message: String =
            message.chars().map(|character| if is_character(character) { character } else { '\u{FFFD}' }).collect();
        xml.element("Message", &message)?;
    }
    if let Some(details) = details {
        // What every error has stands there already.
        write_selected_members(xml, details, |member| {
            let common = if member.is_ec2() { &["code", "message"][..] } else { &["type", "code", "message"] };
            !common.iter().any(|common| member.wire_name().eq_ignore_ascii_case(common))
        })?;
    }
    Ok(())
}
