//! Whether the names on the wire can be written and told apart.

use std::borrow::Cow;

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, pointer};
use crate::model::{Kind, Member, Model, Operation, Payload, Shape};
use crate::protocol::Protocol;
use crate::reach;

/// Keys of a request that are not of its input.
const REQUEST_KEYS: [&str; 2] = ["Action", "Version"];
/// What the keys of a presigned request begin with.
const SIGNATURE_PREFIX: &str = "x-amz-";
/// Elements of a reply beside those of an output without a wrapper. The first may begin with a small letter.
const REPLY_ELEMENTS: [&str; 2] = ["RequestId", "ResponseMetadata"];

/// Reports names that would be written wrongly, or read as something else.
pub(crate) fn check(protocol: Protocol, model: &Model, file: &str, found: &mut Diagnostics) {
    let mut check = Check { protocol, model, file, found };
    for shape in &model.shapes {
        check.shape(shape);
    }
    if protocol == Protocol::Ec2Query {
        for name in reach::from_inputs(model) {
            model.shapes.get(name).into_iter().for_each(|shape| check.shape_in_requests(shape));
        }
    }
    if protocol == Protocol::RestXml {
        return;
    }
    let mut inputs = ByName::default();
    let mut outputs = ByName::default();
    for operation in &model.operations {
        check.wrapper(operation);
        if let Some(input) = &operation.input
            && inputs.insert(&input.shape, ()).is_none()
        {
            check.input(input);
        }
        if let Some(output) = &operation.output
            && output.result_wrapper.is_none()
            && outputs.insert(&output.shape, ()).is_none()
        {
            check.bare_output(output);
        }
    }
}

struct Check<'a> {
    protocol: Protocol,
    model: &'a Model,
    file: &'a str,
    found: &'a mut Diagnostics,
}

impl<'a> Check<'a> {
    fn problem(&mut self, steps: &[&str], message: impl Into<String>) {
        self.found.problem(self.file, &pointer(steps), message);
    }

    fn shape(&mut self, shape: &'a Shape) {
        let mut seen = ByName::default();
        for (keys, member) in shape.references() {
            if self.protocol == Protocol::RestXml && !is_element(member) {
                continue;
            }
            let own = member.wire_name.as_ref().unwrap_or(&member.name);
            if let Some(fault) = fault_of(own) {
                let mut steps = [&["shapes", shape.name.as_str()], keys.as_slice()].concat();
                steps.extend(member.wire_name.is_some().then_some("locationName"));
                self.problem(&steps, fault);
            }
            let name = wire_name(self.model, member);
            // What is read goes to the member that is not deprecated.
            if self.protocol == Protocol::RestXml && member.deprecated.is_some() {
                continue;
            }
            if let Some(other) = seen.insert(name, member.name.as_str()) {
                let steps = [&["shapes", shape.name.as_str()], keys.as_slice()].concat();
                self.problem(&steps, format!("has the name `{name}` on the wire, as `{other}` has"));
            }
        }
    }

    /// Checks the names that only requests have.
    fn shape_in_requests(&mut self, shape: &Shape) {
        let mut seen = ByName::default();
        for member in shape.members() {
            let steps = ["shapes", &shape.name, "members", &member.name];
            if let Some(fault) = member.query_name.as_deref().and_then(fault_of) {
                self.problem(&[&steps[..], &["queryName"]].concat(), fault);
            }
            let name = Protocol::ec2_name(member);
            if let Some(other) = seen.insert(&name, member.name.as_str()) {
                self.problem(&steps, format!("has the name `{name}` in requests, as `{other}` has"));
            }
        }
    }

    fn input(&mut self, input: &Payload) {
        let protocol = self.protocol;
        let model = self.model;
        let name_of = |member| match protocol {
            Protocol::AwsQuery | Protocol::RestXml => Cow::Borrowed(wire_name(model, member)),
            Protocol::Ec2Query => Protocol::ec2_name(member),
        };
        self.members(input, name_of, |name| {
            let is_taken = REQUEST_KEYS.contains(&name) || starts_with_signature_prefix(name);
            is_taken.then(|| format!("a request has `{name}` of its own beside its input"))
        });
    }

    fn bare_output(&mut self, output: &Payload) {
        let model = self.model;
        let name_of = |member| Cow::Borrowed(wire_name(model, member));
        self.members(output, name_of, |name| {
            let is_taken = REPLY_ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name));
            is_taken.then(|| format!("a reply without a `resultWrapper` has `{name}` of its own beside its output"))
        });
    }

    /// Reports the members of which `fault` says something.
    fn members(
        &mut self,
        payload: &Payload,
        name_of: impl Fn(&'a Member) -> Cow<'a, str>,
        fault: impl Fn(&str) -> Option<String>,
    ) {
        for member in self.model.shapes.get(&payload.shape).map_or(&[][..], Shape::members) {
            if let Some(fault) = fault(&name_of(member)) {
                self.problem(&["shapes", &payload.shape, "members", &member.name], fault);
            }
        }
    }

    fn wrapper(&mut self, operation: &Operation) {
        let wrapper = operation.output.as_ref().and_then(|output| output.result_wrapper.as_deref());
        if let Some(fault) = wrapper.and_then(fault_of) {
            self.problem(&["operations", &operation.name, "output", "resultWrapper"], fault);
        }
    }
}

/// Whether a member is an element of a document of `restXml`, in requests or in replies. Those of headers, queries and
/// paths have other names, and attributes do not stand between elements.
fn is_element(member: &Member) -> bool {
    member.binding.is_none() && !member.xml_attribute
}

/// The name of a member on the wire. That of a flattened list's members stands in the place of its own, unless it is
/// the member that flattens the list.
fn wire_name<'a>(model: &'a Model, member: &'a Member) -> &'a str {
    let of_list = match model.shapes.get(&member.target).map(|target| &target.kind) {
        Some(Kind::List(list)) if list.flattened => list.member.wire_name.as_deref(),
        _ => None,
    };
    of_list.or(member.wire_name.as_deref()).unwrap_or(&member.name)
}

fn starts_with_signature_prefix(name: &str) -> bool {
    name.get(..SIGNATURE_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(SIGNATURE_PREFIX))
}

/// Why the text cannot be a name on the wire. It must be an XML name without a prefix; dots separate names in forms.
fn fault_of(name: &str) -> Option<String> {
    let mut chars = name.chars();
    match chars.next() {
        None => Some("the name on the wire is empty".to_owned()),
        Some(first) if starts_name(first) && chars.all(|c| starts_name(c) || continues_name(c)) => None,
        Some(_) => Some(format!("{name:?} cannot be a name on the wire: it must be an XML name without `:` and `.`")),
    }
}

/// `NameStartChar` of XML 1.0 without the colon.
fn starts_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// What else `NameChar` has, without the dot.
fn continues_name(c: char) -> bool {
    matches!(c, '-' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_xml_names_without_prefixes_and_dots() {
        for name in ["UserName", "_a", "a-1", "日本", "é"] {
            assert_eq!(fault_of(name), None, "{name}");
        }
        for name in ["", "1a", "-a", "a b", "a<", "x:a", "a.b", "a&", "a\n"] {
            assert!(fault_of(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn signatures_have_names_in_any_case() {
        assert!(starts_with_signature_prefix("X-Amz-Date") && starts_with_signature_prefix("x-aMZ-"));
        assert!(!starts_with_signature_prefix("X-Amz") && !starts_with_signature_prefix("Xé-Amz-"));
    }
}
