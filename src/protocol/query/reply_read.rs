//! XML reply to output or error. Smithy's `awsQuery` and `ec2Query` specifications, "Response serialization" and
//! "Operation error serialization".

use std::borrow::Cow;

use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::error::{Error, ErrorContext, ServiceError, message_index};
use crate::protocol::xml::{ShapeReader, read_structure};
use crate::schema::{Fault, Operation, StructureType};
use crate::value::{Structure, View};
use crate::xml::XmlReader;

/// The element that holds what a reply says of itself.
const METADATA: &str = "ResponseMetadata";

/// The element that holds a request's id, in the metadata or, in errors, beside it.
const REQUEST_ID: &str = "RequestId";

/// Fills `output` from the body of a reply, or gives the error that it is. The body's request id is not copied: few ask for it.
pub(crate) fn read_reply<'a>(
    operation: &'static Operation,
    status: u16,
    body: &'a [u8],
    output: &mut dyn Structure,
    options: &'a DecodeOptions,
) -> Result<Option<Cow<'a, str>>, Error> {
    let succeeded = (200..300).contains(&status);
    if succeeded && body.is_empty() && output.shape().members().is_empty() {
        return Ok(None);
    }
    let mut xml = XmlReader::new(body, options)?;
    let root = xml.likely_root([operation.name(), "Response"], operation.service().xml_namespace())?;
    if succeeded && !matches!(root.name(), "ErrorResponse" | "Error" | "Response") {
        let name = root.name();
        if !is_reply_of(operation, name, options) {
            return Err(xml.error(DecodeErrorKind::UnexpectedRoot(name.to_owned())).into());
        }
        let request_id = read_output(operation, &mut xml, output).map_err(|error| error.within(name))?;
        xml.finish()?;
        return Ok(request_id);
    }
    Err(read_error(operation, status, body, options)?.into())
}

fn is_reply_of(operation: &Operation, root: &str, options: &DecodeOptions) -> bool {
    match root.strip_suffix("Response") {
        Some(name) => name == operation.name() || !options.strict,
        None => !options.strict && operation.result_wrapper() == Some(root),
    }
}

/// Fills `output` and gives the request id.
fn read_output<'a>(
    operation: &'static Operation,
    xml: &mut XmlReader<'a>,
    output: &mut dyn Structure,
) -> Result<Option<Cow<'a, str>>, DecodeError> {
    let mut request_id = None;
    // Without a wrapper the members stand beside the metadata.
    let mut unwrapped = ShapeReader::new(output.shape(), false);
    let mut has_result = false;
    let mut likely = operation.result_wrapper().unwrap_or(METADATA);
    while let Some((element, _)) = xml.likely_child(likely)? {
        likely = METADATA;
        match element.name() {
            name if operation.result_wrapper() == Some(name) => {
                has_result = true;
                read_structure(xml, output, false).map_err(|error| error.within(name))?;
            }
            METADATA => {
                request_id = read_request_id(xml).map_err(|error| error.within(METADATA))?;
            }
            name if is_request_id(name) => request_id = Some(xml.text()?),
            _ => unwrapped.read(xml, &element, output)?,
        }
    }
    match operation.result_wrapper() {
        None => unwrapped.finish(xml)?,
        // A reply without its result would be taken for an empty one, and pages would end too early.
        Some(wrapper) if !has_result && !unwrapped.found && !output.shape().members().is_empty() => {
            return Err(xml.error(DecodeErrorKind::MissingMember(wrapper)));
        }
        Some(_) => {}
    }
    Ok(request_id)
}

fn read_request_id<'a>(xml: &mut XmlReader<'a>) -> Result<Option<Cow<'a, str>>, DecodeError> {
    let mut request_id = None;
    while let Some((element, is_it)) = xml.likely_child(REQUEST_ID)? {
        if is_it || is_request_id(element.name()) {
            request_id = Some(xml.text()?);
        } else {
            xml.skip()?;
        }
    }
    Ok(request_id)
}

fn is_request_id(name: &str) -> bool {
    name.eq_ignore_ascii_case(REQUEST_ID)
}

/// Reads `ErrorResponse/Error`, `Response/Errors/Error` and a bare `Error`.
pub(crate) fn read_error(
    operation: &'static Operation,
    status: u16,
    body: &[u8],
    options: &DecodeOptions,
) -> Result<ServiceError, DecodeError> {
    // What errors hold is for people to read: nothing in it is refused.
    let options = DecodeOptions { strict: false, ..options.clone() };
    let mut xml = XmlReader::new(body, &options)?;
    let mut error = ErrorReader {
        context: ErrorContext { operation: operation.name(), status, ..ErrorContext::default() },
        details: None,
    };
    let root = xml.root()?;
    match root.name() {
        "ErrorResponse" | "Response" => error.envelope(operation, &mut xml)?,
        "Error" => error.error(operation, &mut xml)?,
        other => return Err(xml.error(DecodeErrorKind::UnexpectedRoot(other.to_owned()))),
    }
    if error.context.code.is_empty() {
        // As good a name as any; what else was said is kept.
        error.context.code = status.to_string();
    }
    Ok(ServiceError::new(error.context, error.details))
}

struct ErrorReader {
    context: ErrorContext,
    details: Option<Box<dyn Structure>>,
}

impl ErrorReader {
    fn envelope(&mut self, operation: &'static Operation, xml: &mut XmlReader<'_>) -> Result<(), DecodeError> {
        while let Some(element) = xml.child()? {
            match element.name() {
                // Only the first of several errors has a place; a second one is not seen in practice.
                "Errors" => self.envelope(operation, xml)?,
                "Error" if self.context.code.is_empty() => self.error(operation, xml)?,
                METADATA => self.context.request_id = read_request_id(xml)?.map(Cow::into_owned),
                name if is_request_id(name) => self.context.request_id = Some(xml.text()?.into_owned()),
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// Reads the error twice: the code decides what shape the other elements have.
    fn error(&mut self, operation: &'static Operation, xml: &mut XmlReader<'_>) -> Result<(), DecodeError> {
        let mut again = xml.clone();
        while let Some(element) = xml.child()? {
            match element.name() {
                "Code" => xml.text()?.trim().clone_into(&mut self.context.code),
                "Message" | "message" => self.context.message = Some(xml.text()?.into_owned()),
                "Type" => {
                    self.context.fault = match &*xml.text()? {
                        "Sender" => Some(Fault::Sender),
                        "Receiver" | "Server" => Some(Fault::Receiver),
                        _ => None,
                    };
                }
                name if is_request_id(name) => self.context.request_id = Some(xml.text()?.into_owned()),
                _ => xml.skip()?,
            }
        }
        if let Some(known) = find_error(operation, &self.context.code) {
            let mut details = known.create();
            // What cannot be read of the details must not hide that there was an error, and which.
            let _ = read_structure(&mut again, &mut *details, false);
            set_message(&mut *details, self.context.message.as_deref());
            if let Some(error) = known.shape().error() {
                self.context.fault = self.context.fault.or(error.fault);
                self.context.retryable = error.retryable;
            }
            self.details = Some(details);
        }
        Ok(())
    }
}

/// The error of this wire code: one that the operation lists before any other of the service's.
fn find_error(operation: &'static Operation, code: &str) -> Option<&'static StructureType> {
    let has_code = |error: &&StructureType| error.shape().error().is_some_and(|error| error.code == code);
    let listed = |error: &&StructureType| operation.errors().iter().any(|shape| std::ptr::eq(*shape, error.shape()));
    let errors = operation.service().errors();
    errors.iter().filter(listed).find(has_code).or_else(|| errors.iter().find(has_code))
}

fn set_message(details: &mut dyn Structure, message: Option<&str>) {
    if let (Some(index), Some(message)) = (message_index(details.shape()), message)
        && matches!(details.member(index).view(), View::Absent | View::String(""))
        && let crate::value::Slot::String(text) = details.member_mut(index).slot()
    {
        text.set(message.into());
    }
}
