//! Request to input. Parameters and headers that the operation does not know are left aside, elements are not.

use std::collections::BTreeMap;

use http::HeaderMap;

use super::{header, in_request_document, payload};
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::form::{self, Pair};
use crate::path::{Path, Segment};
use crate::protocol::scalar;
use crate::protocol::xml::{read_element, read_selected};
use crate::schema::{Binding, Member, Operation, ShapeKind};
use crate::validation::{Report, Rule, Violation};
use crate::value::{Slot, Structure, Value, View};
use crate::xml::XmlReader;

/// A request whose operation is known.
pub(crate) struct RestCall {
    pub(crate) operation: &'static Operation,
    /// What the path gives the labels, still encoded.
    pub(super) labels: Vec<(&'static str, String)>,
}

/// Fills `input`; gives the required members that are not there.
pub(crate) fn read_input(
    call: &RestCall,
    query: &[Pair],
    headers: &HeaderMap,
    body: &[u8],
    input: &mut dyn Structure,
    options: &DecodeOptions,
) -> Result<Report, DecodeError> {
    let shape = input.shape();
    for (index, member) in shape.members().iter().enumerate() {
        let sensitive = shape.is_sensitive() || member.is_sensitive();
        match member.binding() {
            Binding::Label => read_label(call, input.member_mut(index), member, sensitive)?,
            Binding::Query => {
                let values = query.iter().filter(|pair| pair.name == member.wire_name());
                read_values(values, || input.member_mut(index), member, options, sensitive)?;
            }
            Binding::QueryParams => {
                let others: Vec<&Pair> = query.iter().filter(|pair| !is_taken(call.operation, &pair.name)).collect();
                if !others.is_empty() {
                    read_params(&others, input.member_mut(index), member, options, sensitive)?;
                }
            }
            _ => {}
        }
    }
    header::read_all(headers, input, options)?;
    read_body(body, input, options)?;
    Ok(missing(input, query, headers, body))
}

/// Whether a parameter is a constant of the operation or one of its own members.
fn is_taken(operation: &Operation, name: &str) -> bool {
    let mut constants = operation.http().query().split('&').filter_map(|pair| pair.split('=').next());
    let mut members = operation.input().shape().members().iter();
    constants.any(|constant| constant == name)
        || members.any(|member| member.binding() == Binding::Query && member.wire_name() == name)
}

fn read_label(call: &RestCall, value: &mut dyn Value, member: &Member, sensitive: bool) -> Result<(), DecodeError> {
    let Some((_, encoded)) = call.labels.iter().find(|(label, _)| *label == member.wire_name()) else { return Ok(()) };
    let text = form::decode(encoded.as_bytes(), 0, b'+').map_err(|error| error.within(member.wire_name()))?;
    scalar::read(value.slot(), text.into(), sensitive)
        .map_err(|kind| DecodeError::new(kind, 0).within(member.wire_name()))
}

/// Fills a value from the parameters of its name: a list from all of them, anything else from one.
fn read_values<'a, 'v>(
    pairs: impl Iterator<Item = &'a Pair>,
    value: impl FnOnce() -> &'v mut dyn Value,
    member: &'static Member,
    options: &DecodeOptions,
    sensitive: bool,
) -> Result<(), DecodeError> {
    let pairs: Vec<&Pair> = pairs.collect();
    let Some(first) = pairs.first() else { return Ok(()) };
    let failed = |kind: DecodeErrorKind, pair: &Pair| DecodeError::new(kind, pair.offset).within(&pair.name);
    match (value().slot(), member.target().kind()) {
        (Slot::List(list), ShapeKind::List(_)) => {
            for pair in pairs {
                options
                    .check_items(list.len())
                    .and_then(|()| scalar::read(list.push().slot(), pair.value.as_str().into(), sensitive))
                    .map_err(|kind| failed(kind, pair))?;
            }
            Ok(())
        }
        _ if pairs.len() > 1 => Err(failed(DecodeErrorKind::Repeated, pairs[1])),
        (slot, _) => scalar::read(slot, first.value.as_str().into(), sensitive).map_err(|kind| failed(kind, first)),
    }
}

fn read_params(
    pairs: &[&Pair],
    value: &mut dyn Value,
    member: &'static Member,
    options: &DecodeOptions,
    sensitive: bool,
) -> Result<(), DecodeError> {
    let (Slot::Map(map), ShapeKind::Map(shape)) = (value.slot(), member.target().kind()) else { return Ok(()) };
    let mut by_name: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        by_name.entry(&pair.name).or_default().push(pair);
    }
    for (name, same) in by_name {
        options.check_items(map.len()).map_err(|kind| DecodeError::new(kind, same[0].offset).within(name))?;
        read_values(same.into_iter(), || map.entry(name.to_owned()), shape.value, options, sensitive)?;
    }
    Ok(())
}

fn read_body(body: &[u8], input: &mut dyn Structure, options: &DecodeOptions) -> Result<(), DecodeError> {
    if body.len() > options.max_bytes {
        return Err(DecodeError::new(DecodeErrorKind::TooLong(options.max_bytes), options.max_bytes));
    }
    let members = input.shape().members();
    if let Some((index, member)) = payload(input.shape()) {
        if body.is_empty() && !member.is_streaming() {
            return Ok(());
        }
        let sensitive = input.shape().is_sensitive() || member.is_sensitive();
        return match input.member_mut(index).slot() {
            Slot::Structure(target) => {
                let mut xml = XmlReader::new(body, options)?;
                let root = xml.root()?;
                read_element(&mut xml, &root, target, sensitive).map_err(|error| error.within(root.name()))?;
                xml.finish()
            }
            Slot::Blob(place) => {
                place.set(body.to_vec());
                Ok(())
            }
            slot => {
                let text = std::str::from_utf8(body)
                    .map_err(|error| DecodeError::new(DecodeErrorKind::NotUtf8, error.valid_up_to()))?;
                scalar::read(slot, text.into(), sensitive).map_err(|kind| DecodeError::new(kind, 0))
            }
        };
    }
    if body.trim_ascii().is_empty() || !members.iter().any(in_request_document) {
        return Ok(());
    }
    let mut xml = XmlReader::new(body, options)?;
    let root = xml.root()?;
    read_selected(&mut xml, &root, input, false, Some(in_request_document))
        .map_err(|error| error.within(root.name()))?;
    xml.finish()
}

/// The required members that a request does not have. Values alone do not tell: a text that must be there is empty without
/// being absent. Inside of documents, reading tells.
fn missing(input: &dyn Structure, query: &[Pair], headers: &HeaderMap, body: &[u8]) -> Report {
    let mut report = Report::default();
    for (index, member) in input.shape().members().iter().enumerate() {
        let is_there = match member.binding() {
            Binding::Query => query.iter().any(|pair| pair.name == member.wire_name()),
            Binding::Header => headers.contains_key(member.wire_name()),
            Binding::Document => !body.trim_ascii().is_empty(),
            Binding::Payload => member.is_streaming() || !body.is_empty(),
            _ => !matches!(input.member(index).view(), View::Absent),
        };
        if member.is_required() && !is_there {
            let mut path = Path::default();
            path.push(Segment::Member(member));
            report.push(Violation::new(&path, Rule::Required, None));
        }
    }
    report
}
