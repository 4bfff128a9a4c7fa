//! Traits as they stand at shapes and members. Every one is read, known to say nothing to a generator, or reported.

use crate::json::Value;
use crate::load::{Node, Object};
use crate::markdown;
use crate::model::{Deprecation, Length, Number, Range, RawFacts, TimestampFormat, XmlNamespace};

/// Traits that change neither what is on the wire nor what code may do: about tools, tests, prose, other protocols, and
/// about documents that are made of the model.
const IGNORED: [&str; 33] = [
    "aws.api#controlPlane",
    "aws.api#dataPlane",
    "aws.api#tagEnabled",
    "aws.api#taggable",
    "smithy.api#addedDefault",
    "smithy.api#clientOptional",
    "smithy.api#cors",
    "smithy.api#enumValue",
    "smithy.api#examples",
    "smithy.api#externalDocumentation",
    "smithy.api#input",
    "smithy.api#internal",
    "smithy.api#jsonName",
    "smithy.api#mixin",
    "smithy.api#nestedProperties",
    "smithy.api#noReplace",
    "smithy.api#notProperty",
    "smithy.api#output",
    "smithy.api#private",
    "smithy.api#property",
    "smithy.api#readonly",
    "smithy.api#recommended",
    "smithy.api#references",
    "smithy.api#requiresLength",
    "smithy.api#resourceIdentifier",
    "smithy.api#since",
    "smithy.api#sparse",
    "smithy.api#suppress",
    "smithy.api#tags",
    "smithy.api#title",
    "smithy.api#uniqueItems",
    "smithy.api#unstable",
    "smithy.rules#endpointTests",
];

/// The same, whatever follows in their names.
const IGNORED_NAMESPACES: [&str; 5] =
    ["aws.cloudformation#", "aws.iam#", "aws.test#", "smithy.openapi#", "smithy.test#"];

/// Traits whose values are kept as they are, under these names.
const KEPT: [(&str, &str); 3] =
    [("smithy.api#default", "default"), ("smithy.api#mediaType", "mediaType"), ("smithy.api#retryable", "retryable")];

/// Namespaces of traits that decide what is on the wire: an unknown one there cannot be passed over.
const BINDING_NAMESPACES: [&str; 3] = ["smithy.api#", "aws.protocols#", "aws.auth#"];

/// The traits of a shape or a member: those of its mixins, its own, and those that are applied to it. The last counts.
#[derive(Default)]
pub(super) struct Traits<'a> {
    objects: Vec<Part<'a>>,
}

/// Traits that stand in one place.
struct Part<'a> {
    object: Object<'a>,
    /// Those that do not count where they are used.
    without: Vec<&'a str>,
}

impl<'a> Traits<'a> {
    pub(super) fn add(&mut self, node: Option<Node<'a>>) {
        let parts = node.and_then(Node::object).map(|object| Part { object, without: Vec::new() });
        self.objects.extend(parts);
    }

    pub(super) fn take(&mut self, id: &'a str) -> Option<Node<'a>> {
        let parts = self.objects.iter_mut().filter(|part| !part.without.contains(&id));
        parts.filter_map(|part| part.object.take(id)).last()
    }

    /// Leaves out a trait that stands here already.
    pub(super) fn leave_out(&mut self, id: &'a str) {
        for part in &mut self.objects {
            part.object.take(id);
            part.without.push(id);
        }
    }

    pub(super) fn append(&mut self, mut others: Self) {
        self.objects.append(&mut others.objects);
    }

    pub(super) fn has(&mut self, id: &'a str) -> bool {
        self.take(id).is_some()
    }

    pub(super) fn text(&mut self, id: &'a str) -> Option<String> {
        self.take(id)?.text().map(str::to_owned)
    }

    pub(super) fn object(&mut self, id: &'a str) -> Option<Object<'a>> {
        self.take(id)?.object()
    }

    pub(super) fn documentation(&mut self) -> Option<String> {
        self.text("smithy.api#documentation").and_then(|html| markdown::from_html(&html))
    }

    pub(super) fn deprecation(&mut self) -> Option<Deprecation> {
        let mut object = self.object("smithy.api#deprecated")?;
        let message = object.text("message").and_then(|html| markdown::from_html(&html));
        let since = object.text("since");
        object.finish();
        Some(Deprecation { message, since })
    }

    pub(super) fn length(&mut self) -> Option<Length> {
        let mut object = self.object("smithy.api#length")?;
        let mut bound = |key| object.take(key).and_then(|node| node.size());
        let length = Length { min: bound("min"), max: bound("max") };
        object.finish();
        Some(length)
    }

    pub(super) fn range(&mut self) -> Option<Range> {
        let mut object = self.object("smithy.api#range")?;
        let mut bound = |key| object.take(key).and_then(|node| read_number(&node));
        let range = Range { min: bound("min"), max: bound("max") };
        object.finish();
        Some(range)
    }

    pub(super) fn timestamp_format(&mut self) -> Option<TimestampFormat> {
        let node = self.take("smithy.api#timestampFormat")?;
        match node.text()? {
            "date-time" => Some(TimestampFormat::DateTime),
            "epoch-seconds" => Some(TimestampFormat::EpochSeconds),
            "http-date" => Some(TimestampFormat::HttpDate),
            format => {
                node.problem(format!("the timestamp format `{format}` is unknown"));
                None
            }
        }
    }

    pub(super) fn xml_namespace(&mut self) -> Option<XmlNamespace> {
        let mut object = self.object("smithy.api#xmlNamespace")?;
        let uri = object.need_text("uri");
        let prefix = object.text("prefix");
        object.finish();
        Some(XmlNamespace { uri: uri?, prefix })
    }

    /// Reports what nobody asked for, and gives what is kept as it is.
    pub(super) fn finish(mut self) -> RawFacts {
        let mut facts = RawFacts::new();
        for (id, name) in KEPT {
            if let Some(node) = self.take(id) {
                facts.insert(name.to_owned(), node.raw().clone());
            }
        }
        for (id, node) in self.objects.into_iter().flat_map(|part| part.object.unread()) {
            if IGNORED.contains(&id) || IGNORED_NAMESPACES.iter().any(|namespace| id.starts_with(namespace)) {
                continue;
            }
            let message = format!("the trait `{id}` is unknown here");
            if BINDING_NAMESPACES.iter().any(|namespace| id.starts_with(namespace)) {
                node.problem(message);
            } else {
                node.warning(message + ", and ignored");
            }
        }
        facts
    }
}

/// A bound. Those that need more than 64 bits are written as text.
fn read_number(node: &Node<'_>) -> Option<Number> {
    match node.raw() {
        Value::String(text) => text.parse().ok().map(Number::Integer).or_else(|| {
            node.problem(format!("expected a number of at most 64 bits, found the string {text:?}"));
            None
        }),
        _ => node.number(),
    }
}
