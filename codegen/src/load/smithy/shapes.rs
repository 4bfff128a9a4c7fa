//! The shapes that a service's operations lead to.

use std::collections::VecDeque;

use super::traits::Traits;
use super::{Ast, local, target, type_of};
use crate::by_name::ByName;
use crate::json::Value;
use crate::load::{Node, Object};
use crate::model::{
    self, Binding, ErrorTrait, Fault, Kind, Length, List, MapShape, Member, Number, Range, Service, Shape,
};
use crate::name::capitalized;

/// The namespace of the shapes that every model has.
const PRELUDE: &str = "smithy.api#";

/// How many mixins a shape may have, those of its mixins included.
const MAX_MIXINS: usize = 128;

/// The shapes that have been asked for, each read once.
pub(super) struct Shapes<'s, 'a> {
    pub(super) ast: &'s Ast<'a>,
    /// The service's protocol by its name in API JSON.
    pub(super) protocol: String,
    /// Whether members are bound to parts of HTTP messages. Elsewhere these traits mean nothing.
    pub(super) binds_to_http: bool,
    renames: ByName<&'a str>,
    /// The names of the ids that have been asked for.
    names: ByName<String>,
    taken: ByName<()>,
    /// What is still to be read.
    open: VecDeque<(String, Node<'a>)>,
    done: ByName<Shape>,
    constrained: Vec<Constrained>,
}

/// A member with constraints of its own, which the model has at shapes only.
struct Constrained {
    shape: String,
    member: String,
    length: Option<Length>,
    range: Option<Range>,
    pattern: Option<String>,
}

impl<'s, 'a> Shapes<'s, 'a> {
    pub(super) fn new(ast: &'s Ast<'a>, service: &Service, renames: ByName<&'a str>) -> Self {
        Self {
            ast,
            protocol: service.protocol.clone(),
            binds_to_http: service.protocol.starts_with("rest-"),
            renames,
            names: ByName::default(),
            taken: ByName::default(),
            open: VecDeque::new(),
            done: ByName::default(),
            constrained: Vec::new(),
        }
    }

    /// The name in the model of the shape that `at` refers to. It will be read.
    pub(super) fn name_of(&mut self, id: &str, at: &Node<'a>) -> Option<String> {
        if let Some(name) = self.names.get(id) {
            return Some(name.clone());
        }
        let simple = id.strip_prefix(PRELUDE).map(prelude_kind);
        if let Some(None) = simple {
            at.problem(format!("a value of `{id}` cannot be generated"));
            return None;
        }
        let node = if simple.is_some() { None } else { Some(self.ast.get(id, at)?) };
        let mut name = self.renames.get(id).copied().unwrap_or_else(|| local(id)).to_owned();
        let is_simple = node.as_ref().is_none_or(|node| !matches!(type_of(node), Some("structure" | "union")));
        if is_simple && self.taken.contains(&name) {
            // Simple shapes and lists of several namespaces may have one name.
            name = prefixed(id, &name);
        }
        if self.taken.insert(&name, ()).is_some() {
            at.problem(format!("`{id}` has the name of another shape; the service's `rename` must tell them apart"));
            return None;
        }
        self.names.insert(id, name.clone());
        if let Some(node) = node {
            self.open.push_back((id.to_owned(), node));
        } else if let Some(Some(kind)) = simple {
            let mut shape = Shape::new(name.clone(), kind);
            shape.range = range_of(local(id));
            self.done.insert(&name, shape);
        }
        Some(name)
    }

    /// Reads what was asked for, and all that it leads to.
    pub(super) fn finish(mut self) -> model::Shapes {
        while let Some((id, node)) = self.open.pop_front() {
            let name = self.names.get(&id).cloned().unwrap_or_default();
            if let Some(shape) = self.read(&id, &name, &node) {
                self.done.insert(&name, shape);
            }
        }
        for constrained in std::mem::take(&mut self.constrained) {
            self.constrain(constrained);
        }
        let mut shapes = model::Shapes::default();
        for shape in self.done.into_values() {
            shapes.insert(shape);
        }
        shapes
    }

    fn read(&mut self, id: &str, name: &str, node: &Node<'a>) -> Option<Shape> {
        let mut object = node.clone().object()?;
        let type_node = object.need("type")?;
        let mut traits = Traits::default();
        let mut members = Vec::new();
        let mut left = MAX_MIXINS;
        self.mix_in(&mut object, &mut traits, &mut members, &mut left);
        traits.add(object.take("traits"));
        traits.add(self.ast.applied.get(id).cloned());
        let kind = self.kind(id, name, &type_node, &mut object, &mut traits, members);
        object.finish();
        let mut shape = Shape::new(name, kind?);
        read_traits(&mut shape, type_node.text()?, &mut traits);
        shape.other = traits.finish();
        Some(shape)
    }

    /// Takes traits and members of the shape's mixins, those of the mixins' own before.
    fn mix_in(
        &self,
        object: &mut Object<'a>,
        traits: &mut Traits<'a>,
        members: &mut Vec<(&'a str, Vec<Node<'a>>)>,
        left: &mut usize,
    ) {
        for at in object.items("mixins") {
            let Some(rest) = left.checked_sub(1) else {
                at.problem(format!("a shape has more than {MAX_MIXINS} mixins, those of its mixins included"));
                return;
            };
            *left = rest;
            let mixin = target(&at).and_then(|id| Some((id, self.ast.get(id, &at)?)));
            let Some((id, mut mixin)) = mixin.and_then(|(id, node)| Some((id, node.object()?))) else { continue };
            self.mix_in(&mut mixin, traits, members, left);
            let mut own = self.ast.traits(id, mixin.take("traits"));
            // Traits that say nothing of the shapes that use the mixin.
            let locals = own.take("smithy.api#mixin").and_then(|node| node.raw().get("localTraits")?.as_array());
            locals.into_iter().flatten().filter_map(Value::as_str).for_each(|id| own.leave_out(id));
            traits.append(own);
            for (name, node) in mixin.entries("members") {
                add_member(members, name, node);
            }
        }
    }

    fn kind(
        &mut self,
        id: &str,
        name: &str,
        type_node: &Node<'a>,
        object: &mut Object<'a>,
        traits: &mut Traits<'a>,
        mut members: Vec<(&'a str, Vec<Node<'a>>)>,
    ) -> Option<Kind> {
        if object.node().raw().get("members").is_some() {
            for (name, node) in object.entries("members") {
                add_member(&mut members, name, node);
            }
        }
        Some(match type_node.text()? {
            "boolean" => Kind::Boolean,
            "byte" | "short" | "integer" | "intEnum" => Kind::Integer,
            "long" => Kind::Long,
            "float" => Kind::Float,
            "double" => Kind::Double,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp(traits.timestamp_format()),
            "string" => match traits.take("smithy.api#enum") {
                Some(node) => Kind::Enum(node.items().into_iter().filter_map(enum_definition).collect()),
                None => Kind::String,
            },
            "enum" => Kind::Enum(members.iter().filter_map(|(name, nodes)| self.enum_value(id, name, nodes)).collect()),
            "list" | "set" => {
                let member = object.need("member")?;
                let member = self.member(id, name, "member", &[member])?;
                Kind::List(Box::new(List { member, flattened: false }))
            }
            "map" => {
                let (key, value) = (object.need("key")?, object.need("value")?);
                let key = self.member(id, name, "key", &[key]);
                let value = self.member(id, name, "value", &[value]);
                Kind::Map(Box::new(MapShape { key: key?, value: value?, flattened: false }))
            }
            type_name @ ("structure" | "union") => {
                let members = members.iter().filter_map(|(member, nodes)| self.member(id, name, member, nodes));
                let members = members.collect();
                if type_name == "union" { Kind::Union(members) } else { Kind::Structure(members) }
            }
            other => {
                type_node.problem(format!("a shape of the type `{other}` cannot be generated"));
                return None;
            }
        })
    }

    /// The text of an enumeration's member: its trait's, or its name.
    fn enum_value(&self, id: &str, name: &str, nodes: &[Node<'a>]) -> Option<String> {
        let mut traits = Traits::default();
        for node in nodes {
            let mut object = node.clone().object()?;
            object.take("target");
            traits.add(object.take("traits"));
            object.finish();
        }
        traits.add(self.ast.applied.get(&format!("{id}${name}")).cloned());
        let value = traits.take("smithy.api#enumValue");
        traits.documentation();
        traits.deprecation();
        traits.finish();
        value.map_or_else(|| Some(name.to_owned()), |node| node.text().map(str::to_owned))
    }

    /// Reads a member: as mixins have it, and as the shape itself has it.
    fn member(&mut self, id: &str, shape: &str, name: &str, nodes: &[Node<'a>]) -> Option<Member> {
        let mut traits = Traits::default();
        let mut to = None;
        for node in nodes {
            let mut object = node.clone().object()?;
            let reference = object.need("target");
            traits.add(object.take("traits"));
            object.finish();
            to = reference.and_then(|reference| Some((reference.text()?, reference))).or(to);
        }
        traits.add(self.ast.applied.get(&format!("{id}${name}")).cloned());
        let (target_id, at) = to?;
        let target = self.name_of(target_id, &at);
        let mut member = Member {
            name: name.to_owned(),
            documentation: traits.documentation(),
            required: traits.has("smithy.api#required"),
            wire_name: traits.text("smithy.api#xmlName"),
            query_name: traits.text("aws.protocols#ec2QueryName"),
            host_label: traits.has("smithy.api#hostLabel"),
            event_header: traits.has("smithy.api#eventHeader"),
            event_payload: traits.has("smithy.api#eventPayload"),
            flattened: traits.has("smithy.api#xmlFlattened"),
            idempotency_token: traits.has("smithy.api#idempotencyToken"),
            xml_attribute: traits.has("smithy.api#xmlAttribute"),
            sensitive: traits.has("smithy.api#sensitive"),
            deprecated: traits.deprecation(),
            timestamp_format: traits.timestamp_format(),
            xml_namespace: traits.xml_namespace(),
            ..Member::default()
        };
        member.context_param = traits.object("smithy.rules#contextParam").and_then(|mut object| {
            let name = object.need_text("name");
            object.finish();
            name
        });
        self.bind(&mut member, &mut traits, target_id);
        let constrained = Constrained {
            shape: shape.to_owned(),
            member: name.to_owned(),
            length: traits.length(),
            range: traits.range(),
            pattern: traits.text("smithy.api#pattern"),
        };
        if constrained.length.is_some() || constrained.range.is_some() || constrained.pattern.is_some() {
            self.constrained.push(constrained);
        }
        member.other = traits.finish();
        Some(Member { target: target?, ..member })
    }

    /// Where the member goes in HTTP.
    fn bind(&self, member: &mut Member, traits: &mut Traits<'a>, target_id: &str) {
        let mut found = Vec::new();
        for (id, binding, has_name) in [
            ("smithy.api#httpLabel", Binding::Label, false),
            ("smithy.api#httpQuery", Binding::Query, true),
            ("smithy.api#httpQueryParams", Binding::QueryParams, false),
            ("smithy.api#httpHeader", Binding::Header, true),
            ("smithy.api#httpPrefixHeaders", Binding::PrefixHeaders, true),
            ("smithy.api#httpPayload", Binding::Payload, false),
            ("smithy.api#httpResponseCode", Binding::StatusCode, false),
        ] {
            if let Some(node) = traits.take(id) {
                found.push((binding, has_name.then(|| node.text()).flatten().map(str::to_owned)));
            }
        }
        let media_type = traits.has("smithy.api#mediaType") || self.has_media_type(target_id);
        if let Some((binding, name)) = found.pop().filter(|_| self.binds_to_http) {
            member.binding = Some(binding);
            if binding != Binding::Payload {
                member.wire_name = name;
            }
            member.json_value = media_type && binding == Binding::Header;
        }
    }

    /// Whether text of the shape goes into headers as base64.
    fn has_media_type(&self, id: &str) -> bool {
        let node = self.ast.shapes.get(id);
        node.is_some_and(|node| {
            type_of(node) == Some("string")
                && node.raw().get("traits").is_some_and(|traits| traits.get("smithy.api#mediaType").is_some())
        })
    }

    /// Gives a member a shape of its own, with the constraints that it has.
    fn constrain(&mut self, constrained: Constrained) {
        let Constrained { shape, member: name, length, range, pattern } = constrained;
        let Some(member) = self.done.get(&shape).and_then(|shape| find(shape, &name)) else { return };
        let Some(mut target) = self.done.get(&member.target).cloned() else { return };
        let mut own = format!("{shape}{}", capitalized(&name));
        while self.taken.insert(&own, ()).is_some() {
            own.push_str("Value");
        }
        target.name.clone_from(&own);
        target.length = length.or(target.length);
        target.range = range.or(target.range);
        target.pattern = pattern.or(target.pattern);
        self.done.insert(&own, target);
        if let Some(member) = self.done.get_mut(&shape).and_then(|shape| find_mut(shape, &name)) {
            member.target = own;
        }
    }
}

fn add_member<'a>(members: &mut Vec<(&'a str, Vec<Node<'a>>)>, name: &'a str, node: Node<'a>) {
    match members.iter_mut().find(|(known, _)| *known == name) {
        Some((_, nodes)) => nodes.push(node),
        None => members.push((name, vec![node])),
    }
}

fn enum_definition(node: Node<'_>) -> Option<String> {
    let mut object = node.object()?;
    let value = object.need_text("value");
    for key in ["name", "documentation", "tags", "deprecated"] {
        object.take(key);
    }
    object.finish();
    value
}

fn read_traits(shape: &mut Shape, type_name: &str, traits: &mut Traits<'_>) {
    shape.documentation = traits.documentation();
    shape.length = traits.length();
    shape.range = traits.range().or_else(|| range_of(type_name));
    shape.pattern = traits.text("smithy.api#pattern");
    shape.sensitive = traits.has("smithy.api#sensitive");
    shape.deprecated = traits.deprecation();
    shape.wire_name = traits.text("smithy.api#xmlName");
    shape.xml_namespace = traits.xml_namespace();
    shape.error = read_error(traits);
    match (traits.has("smithy.api#streaming"), &shape.kind) {
        (true, Kind::Union(_)) => shape.event_stream = true,
        (is_streaming, _) => shape.streaming = is_streaming,
    }
}

fn read_error(traits: &mut Traits<'_>) -> Option<ErrorTrait> {
    let node = traits.take("smithy.api#error");
    let status = traits.take("smithy.api#httpError").and_then(|node| node.status());
    let mut error = ErrorTrait { code: None, status, fault: None };
    if let Some(mut object) = traits.object("aws.protocols#awsQueryError") {
        error.code = object.need_text("code");
        error.status = object.need("httpResponseCode").and_then(|node| node.status()).or(status);
        object.finish();
    }
    let node = node?;
    error.fault = match node.text()? {
        "client" => Some(Fault::Sender),
        "server" => Some(Fault::Receiver),
        other => {
            node.problem(format!("expected `client` or `server`, found `{other}`"));
            None
        }
    };
    Some(error)
}

/// The kind of a shape that every model has, if values of it can be generated.
fn prelude_kind(name: &str) -> Option<Kind> {
    Some(match name {
        "String" => Kind::String,
        "Blob" => Kind::Blob,
        "Boolean" | "PrimitiveBoolean" => Kind::Boolean,
        "Byte" | "PrimitiveByte" | "Short" | "PrimitiveShort" | "Integer" | "PrimitiveInteger" => Kind::Integer,
        "Long" | "PrimitiveLong" => Kind::Long,
        "Float" | "PrimitiveFloat" => Kind::Float,
        "Double" | "PrimitiveDouble" => Kind::Double,
        "Timestamp" => Kind::Timestamp(None),
        "Unit" => Kind::Structure(Vec::new()),
        _ => return None,
    })
}

/// The bounds of the types that are narrower than the model's.
fn range_of(type_name: &str) -> Option<Range> {
    let (min, max) = match type_name {
        "byte" | "Byte" | "PrimitiveByte" => (i8::MIN.into(), i8::MAX.into()),
        "short" | "Short" | "PrimitiveShort" => (i16::MIN.into(), i16::MAX.into()),
        _ => return None,
    };
    Some(Range { min: Some(Number::Integer(min)), max: Some(Number::Integer(max)) })
}

/// The name with the last part of the id's namespace before it.
fn prefixed(id: &str, name: &str) -> String {
    let namespace = id.split('#').next().unwrap_or_default();
    capitalized(namespace.rsplit('.').next().unwrap_or_default()) + name
}

fn find<'m>(shape: &'m Shape, name: &str) -> Option<&'m Member> {
    shape.references().into_iter().map(|(_, member)| member).find(|member| member.name == name)
}

fn find_mut<'m>(shape: &'m mut Shape, name: &str) -> Option<&'m mut Member> {
    match &mut shape.kind {
        Kind::Structure(members) | Kind::Union(members) => members.iter_mut().find(|member| member.name == name),
        Kind::List(list) => Some(&mut list.member),
        Kind::Map(map) => Some(if name == "key" { &mut map.key } else { &mut map.value }),
        _ => None,
    }
}
