//! Input to request. Smithy's `http`, `httpLabel`, `httpQuery`, `httpQueryParams` and `httpPayload`.

use std::borrow::Cow;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

use super::uri::{Segment, push_path, segments};
use super::{header, in_request_document, payload};
use crate::encode::{EncodeError, EncodeErrorKind, EncodeOptions, StreamedLength};
use crate::form::push_encoded;
use crate::protocol::scalar;
use crate::protocol::xml::write_root;
use crate::schema::{Binding, Member, Operation, ShapeKind, XmlNamespace};
use crate::value::{Structure, Value, View};
use crate::xml::XmlWriter;

/// The request for `endpoint`, whose path stands before that of the operation.
pub(crate) fn write_request(
    operation: &Operation,
    input: &dyn Structure,
    endpoint: &Uri,
    options: &EncodeOptions<'_>,
) -> Result<Request<Vec<u8>>, EncodeError> {
    let mut headers = HeaderMap::new();
    let (body, content_type) = body(operation, input, options)?;
    if let Some(length) = options.streamed {
        match length {
            StreamedLength::Known(length) => headers.insert(CONTENT_LENGTH, HeaderValue::from(length)),
            StreamedLength::Unknown => headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    } else if !body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
    }
    header::write_all(&mut headers, input, false, Some(options.new_token))?;
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(operation.http().method().as_bytes())
        .map_err(|_| EncodeError::new(EncodeErrorKind::Uri(operation.http().method().to_owned())))?;
    *request.uri_mut() = uri(operation, input, endpoint, options)?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn uri(
    operation: &Operation,
    input: &dyn Structure,
    endpoint: &Uri,
    options: &EncodeOptions<'_>,
) -> Result<Uri, EncodeError> {
    let mut text = endpoint.path().trim_end_matches('/').to_owned();
    let path = operation.http().path();
    let left_out = usize::from(options.endpoint_is_complete && endpoint_has_first_label(operation));
    push_path(&mut text, segments(path).skip(left_out), |label, greedy| label_text(input, label, greedy))?;
    if text.is_empty() {
        text.push('/');
    }
    let mut query = Query { text, separator: '?', new_token: options.new_token };
    query.verbatim(endpoint.query().unwrap_or_default());
    query.verbatim(operation.http().query());
    query.members(operation.http().query(), input);
    let mut parts = endpoint.clone().into_parts();
    let unusable = |why: &dyn std::fmt::Display| EncodeError::new(EncodeErrorKind::Uri(why.to_string()));
    parts.path_and_query = Some(PathAndQuery::try_from(query.text).map_err(|error| unusable(&error))?);
    Uri::from_parts(parts).map_err(|error| unusable(&error))
}

/// Whether the endpoint's rules put the path's first label into the URL: where it is a parameter of theirs.
pub(super) fn endpoint_has_first_label(operation: &Operation) -> bool {
    let Some(Segment::Label(label)) = segments(operation.http().path()).next() else { return false };
    let members = operation.input().shape().members();
    members.iter().any(|member| is_label(member, label) && member.context_param().is_some())
}

fn is_label(member: &Member, label: &str) -> bool {
    member.binding() == Binding::Label && member.wire_name() == label
}

/// The encoded text of a label. An empty one would name another resource.
fn label_text(input: &dyn Structure, label: &str, greedy: bool) -> Result<String, EncodeError> {
    let members = input.shape().members();
    let found = members.iter().position(|member| is_label(member, label));
    let text = found
        .and_then(|index| scalar::write(input.member(index).view(), members[index].timestamp_format()))
        .filter(|text| !text.is_empty())
        .ok_or_else(|| EncodeError::new(EncodeErrorKind::EmptyLabel).within(label))?;
    let mut encoded = String::with_capacity(text.len());
    if greedy {
        for (index, part) in text.split('/').enumerate() {
            if index > 0 {
                encoded.push('/');
            }
            push_encoded(&mut encoded, part);
        }
    } else {
        push_encoded(&mut encoded, &text);
    }
    Ok(encoded)
}

/// A query string at the end of a URI.
struct Query<'a> {
    text: String,
    separator: char,
    new_token: &'a dyn Fn() -> String,
}

impl Query<'_> {
    fn verbatim(&mut self, query: &str) {
        if !query.is_empty() {
            self.text.push(self.separator);
            self.text.push_str(query);
            self.separator = '&';
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.text.push(self.separator);
        push_encoded(&mut self.text, name);
        self.text.push('=');
        push_encoded(&mut self.text, value);
        self.separator = '&';
    }

    /// Writes the members that go into the query string. What has a name of its own goes before the same of a map.
    fn members(&mut self, constant: &str, input: &dyn Structure) {
        let members = input.shape().members();
        let mut taken: Vec<&str> = constant.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
        for (index, member) in members.iter().enumerate() {
            if member.binding() != Binding::Query {
                continue;
            }
            let value = input.member(index);
            if member.is_idempotency_token() && matches!(value.view(), View::Absent | View::String("")) {
                self.pair(member.wire_name(), &(self.new_token)());
            } else if !matches!(value.view(), View::Absent) {
                self.values(member.wire_name(), value, member);
                taken.push(member.wire_name());
            }
        }
        for (index, member) in members.iter().enumerate() {
            if let (Binding::QueryParams, View::Map(map), ShapeKind::Map(shape)) =
                (member.binding(), input.member(index).view(), member.target().kind())
            {
                for (key, value) in map.entries() {
                    if !taken.contains(&key) {
                        self.values(key, value, shape.value);
                    }
                }
            }
        }
    }

    /// Writes a value, or each of a list.
    fn values(&mut self, name: &str, value: &dyn Value, member: &'static Member) {
        match (value.view(), member.target().kind()) {
            (View::List(list), ShapeKind::List(shape)) => {
                for index in 0..list.len() {
                    self.values(name, list.get(index), shape.member);
                }
            }
            (view, _) => {
                if let Some(text) = scalar::write(view, member.timestamp_format()) {
                    self.pair(name, &text);
                }
            }
        }
    }
}

/// The body, and of what type it is. A document of which nothing is there is not sent.
fn body(
    operation: &Operation,
    input: &dyn Structure,
    options: &EncodeOptions<'_>,
) -> Result<(Vec<u8>, Option<&'static str>), EncodeError> {
    let members = input.shape().members();
    if let Some((index, member)) = payload(input.shape()) {
        let service_namespace = operation.service().xml_namespace();
        return match input.member(index).view() {
            View::Structure(source) => {
                let namespace = member.xml_namespace();
                let namespace =
                    namespace.or((!service_namespace.is_empty()).then(|| XmlNamespace::new(service_namespace)));
                document(member.payload_element(), namespace, source, |_| true, options)
            }
            View::Blob(bytes) => Ok((bytes.to_vec(), Some("application/octet-stream"))),
            View::String(text) => Ok((text.as_bytes().to_vec(), Some("text/plain"))),
            view => {
                let text = scalar::write(view, member.timestamp_format()).map(Cow::into_owned);
                Ok((text.unwrap_or_default().into_bytes(), Some("text/plain")))
            }
        };
    }
    let is_there = |(index, member): (usize, &Member)| {
        in_request_document(member)
            && (member.is_idempotency_token() || !matches!(input.member(index).view(), View::Absent))
    };
    if !members.iter().enumerate().any(is_there) {
        return Ok((Vec::new(), None));
    }
    let (name, namespace) = (operation.input_element(), operation.input_namespace());
    document(name, namespace, input, in_request_document, options)
}

fn document(
    name: &str,
    namespace: Option<XmlNamespace>,
    source: &dyn Structure,
    selected: fn(&Member) -> bool,
    options: &EncodeOptions<'_>,
) -> Result<(Vec<u8>, Option<&'static str>), EncodeError> {
    let mut xml = XmlWriter::new();
    write_root(&mut xml, name, namespace, source, selected, Some(options.new_token))?;
    Ok((xml.finish(), Some("application/xml")))
}
