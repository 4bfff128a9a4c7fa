//! Shapes as statics: what every format and the validator read beside the values.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::calls::Calls;
use crate::emit::{Context, imports, patterns};
use crate::model::{Binding, Fault, Kind, Member, Number, Shape, TimestampFormat, XmlNamespace};
use crate::name;
use crate::protocol::Protocol;

/// The names of the runtime's schema that the statics use.
const RUNTIME_NAMES: [&str; 8] =
    ["Binding", "Fault", "Member", "Number", "Shape", "ShapeKind", "TimestampFormat", "XmlNamespace"];

/// The module of statics.
pub(super) fn shapes(context: &Context<'_>) -> TokenStream {
    let mut used = [false; RUNTIME_NAMES.len()];
    let mut statics = Vec::new();
    for shape in &context.model.shapes {
        let tokens = shape_static(context, shape);
        mark_used(&tokens, &mut used);
        statics.push(tokens);
    }
    let used = RUNTIME_NAMES.iter().zip(used).filter_map(|(name, used)| used.then_some(*name));
    let used = imports("schema", &used.collect::<Vec<_>>());
    quote! {
        /// What the model says about each shape.
        #[allow(missing_docs)]
        pub mod shapes {
            #used
            #(#statics)*
        }
    }
}

fn mark_used(tokens: &TokenStream, used: &mut [bool; RUNTIME_NAMES.len()]) {
    for token in tokens.clone() {
        match token {
            proc_macro2::TokenTree::Ident(ident) => {
                if let Some(place) = RUNTIME_NAMES.iter().position(|name| ident == name) {
                    used[place] = true;
                }
            }
            proc_macro2::TokenTree::Group(group) => mark_used(&group.stream(), used),
            _ => {}
        }
    }
}

fn shape_static(context: &Context<'_>, shape: &Shape) -> TokenStream {
    let static_name = context.names.static_of(&shape.name);
    if shape.generated {
        return quote!(pub use ::shapewire::value::EMPTY as #static_name;);
    }
    let constructor = constructor(context, shape);
    let traits = shape_traits(context, shape);
    quote!(pub static #static_name: Shape = #constructor #traits;)
}

fn constructor(context: &Context<'_>, shape: &Shape) -> TokenStream {
    let name = &shape.name;
    let kind = match &shape.kind {
        Kind::Structure(members) => {
            let members = named_members(context, shape, members);
            return quote!(Shape::structure(#name, &[#(#members,)*]));
        }
        Kind::Union(members) => {
            let members = named_members(context, shape, members);
            return quote!(Shape::union(#name, &[#(#members,)*]));
        }
        Kind::List(list) => {
            let of = member(context, &list.member, "member");
            let constructor = if list.flattened { quote!(flattened_list) } else { quote!(list) };
            return quote!(Shape::#constructor(#name, &#of));
        }
        Kind::Map(map) => {
            let key = member(context, &map.key, "key");
            let value = member(context, &map.value, "value");
            let constructor = if map.flattened { quote!(flattened_map) } else { quote!(map) };
            return quote!(Shape::#constructor(#name, &#key, &#value));
        }
        Kind::Boolean => quote!(Boolean),
        Kind::Integer => quote!(Integer),
        Kind::Long => quote!(Long),
        Kind::Float => quote!(Float),
        Kind::Double => quote!(Double),
        Kind::String => quote!(String),
        Kind::Enum(values) => quote!(Enum(&[#(#values,)*])),
        Kind::Blob => quote!(Blob),
        Kind::Timestamp(format) => {
            let format = timestamp_format(format.unwrap_or(TimestampFormat::DateTime));
            quote!(Timestamp(#format))
        }
    };
    quote!(Shape::new(#name, ShapeKind::#kind))
}

fn named_members(context: &Context<'_>, shape: &Shape, members: &[Member]) -> Vec<TokenStream> {
    let names = context.names.members_of(&shape.name);
    members.iter().zip(names).map(|(it, ident)| member(context, it, &name::plain(ident))).collect()
}

fn shape_traits(context: &Context<'_>, shape: &Shape) -> Calls {
    let mut traits = Calls::default();
    if let Some(length) = shape.length {
        let bound = |bound: Option<u64>| {
            option(bound.map(|bound| {
                let bound = Literal::u64_unsuffixed(bound);
                quote!(#bound)
            }))
        };
        let (min, max) = (bound(length.min), bound(length.max));
        traits.add("with_length", &[&min, &max]);
    }
    if let Some(range) = shape.range {
        let (min, max) = (option(range.min.map(number)), option(range.max.map(number)));
        traits.add("with_range", &[&min, &max]);
    }
    if let Some(pattern) = &shape.pattern {
        traits.add("with_pattern", &[&patterns::reference(context, pattern)]);
    }
    if let Some(error) = &shape.error {
        let code = error.code.as_ref().unwrap_or(&shape.name);
        let status = Literal::u16_unsuffixed(error.status.unwrap_or_default());
        let fault = option(error.fault.map(|fault| match fault {
            Fault::Sender => quote!(Fault::Sender),
            Fault::Receiver => quote!(Fault::Receiver),
        }));
        traits.add("with_error", &[code, &status, &fault]);
        if let Some(retryable) = shape.other.get("retryable") {
            let throttling = retryable.get("throttling").and_then(crate::json::Value::as_bool).unwrap_or_default();
            traits.add("retryable", &[&throttling]);
        }
    }
    traits.flag("sensitive", shape.sensitive);
    traits.append(xml_traits(context, shape));
    traits.flag("percent_encoded_json", shape.percent_encoded_json);
    traits.text("with_documentation", shape.documentation.as_ref());
    traits
}

/// What only documents of `restXml` show of a shape.
fn xml_traits(context: &Context<'_>, shape: &Shape) -> Calls {
    let mut traits = Calls::default();
    if !context.has_bindings() {
        return traits;
    }
    traits.text("with_xml_name", shape.wire_name.as_ref().filter(|xml_name| **xml_name != shape.name));
    if let Some(namespace) = &shape.xml_namespace {
        let namespace = xml_namespace(namespace);
        traits.add("with_xml_namespace", &[&quote!(&#namespace)]);
    }
    traits.flag("event_stream", shape.event_stream);
    traits
}

/// The expression of a namespace.
pub(super) fn xml_namespace(namespace: &XmlNamespace) -> TokenStream {
    let uri = &namespace.uri;
    let prefix = namespace.prefix.as_ref().map(|prefix| quote!(.with_prefix(#prefix)));
    quote!(XmlNamespace::new(#uri) #prefix)
}

fn member(context: &Context<'_>, member: &Member, rust_name: &str) -> TokenStream {
    let name = &member.name;
    let target = context.names.static_of(&member.target);
    let constructor = match context.protocol {
        Protocol::AwsQuery | Protocol::RestXml => quote!(new),
        Protocol::Ec2Query => quote!(ec2),
    };
    let mut traits = Calls::default();
    // A payload that is named like its member is not named like its target.
    let is_payload = member.binding == Some(Binding::Payload);
    traits.text("with_wire_name", member.wire_name.as_ref().filter(|wire_name| *wire_name != name || is_payload));
    if context.has_bindings() {
        traits.append(binding(context, member));
    }
    traits.text("with_context_param", member.context_param.as_ref());
    if context.protocol == Protocol::Ec2Query {
        traits.text("with_query_name", member.query_name.as_ref());
    }
    if let Some(format) = header_format(context, member).or(member.timestamp_format) {
        traits.add("with_timestamp_format", &[&timestamp_format(format)]);
    }
    traits.flag("required", member.required);
    traits.flag("flattened", member.flattened);
    traits.flag("sensitive", member.sensitive);
    traits.flag("idempotency_token", member.idempotency_token);
    traits.flag("host_label", member.host_label);
    traits.flag("deprecated", member.deprecated.is_some());
    traits.text("with_documentation", member.documentation.as_ref());
    quote!(Member::#constructor(#name, #rust_name, &#target) #traits)
}

/// What only `restXml` shows of a member.
fn binding(context: &Context<'_>, member: &Member) -> Calls {
    let mut traits = Calls::default();
    if let Some(binding) = member.binding {
        let binding = match binding {
            Binding::Label => quote!(Label),
            Binding::Query => quote!(Query),
            Binding::QueryParams => quote!(QueryParams),
            Binding::Header => quote!(Header),
            Binding::PrefixHeaders => quote!(PrefixHeaders),
            Binding::StatusCode => quote!(StatusCode),
            Binding::Payload => quote!(Payload),
        };
        traits.add("with_binding", &[&quote!(Binding::#binding)]);
        // Without a name, prefix headers have no prefix.
        if member.binding == Some(Binding::PrefixHeaders) && member.wire_name.is_none() {
            traits.add("with_wire_name", &[&""]);
        }
    }
    if let Some(namespace) = &member.xml_namespace {
        let namespace = xml_namespace(namespace);
        traits.add("with_xml_namespace", &[&quote!(&#namespace)]);
    }
    traits.flag("json_value", member.json_value);
    traits.flag("streaming", member.streaming || context.shape(&member.target).streaming);
    traits.flag("xml_attribute", member.xml_attribute);
    traits.flag("event_header", member.event_header);
    traits.flag("event_payload", member.event_payload);
    traits
}

/// The format of a header's timestamp, or of all in its list: the first that is said, or else that of HTTP.
fn header_format(context: &Context<'_>, member: &Member) -> Option<TimestampFormat> {
    if !context.has_bindings() || member.binding != Some(Binding::Header) {
        return None;
    }
    let target = context.shape(&member.target);
    let (format, target) = match &target.kind {
        Kind::List(list) => (list.member.timestamp_format, context.shape(&list.member.target)),
        _ => (None, target),
    };
    let Kind::Timestamp(of_target) = target.kind else { return None };
    Some(member.timestamp_format.or(format).or(of_target).unwrap_or(TimestampFormat::HttpDate))
}

fn timestamp_format(format: TimestampFormat) -> TokenStream {
    match format {
        TimestampFormat::DateTime => quote!(TimestampFormat::DateTime),
        TimestampFormat::EpochSeconds => quote!(TimestampFormat::EpochSeconds),
        TimestampFormat::HttpDate => quote!(TimestampFormat::HttpDate),
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn number(number: Number) -> TokenStream {
    match number {
        Number::Integer(number) => {
            let sign = (number < 0).then(|| quote!(-));
            let digits = Literal::u64_unsuffixed(number.unsigned_abs());
            quote!(Number::Integer(#sign #digits))
        }
        Number::Float(number) => {
            let sign = number.is_sign_negative().then(|| quote!(-));
            let digits = Literal::f64_unsuffixed(number.abs());
            quote!(Number::Float(#sign #digits))
        }
    }
}
