//! Operations: a type for each, and a static with what the model says.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::emit::calls::Calls;
use crate::emit::expressions::expression;
use crate::emit::{Context, docs, expressions, imports, schema};
use crate::model::{Checksum, ContextParam, ContextValue, Http, Operation, Payload, XmlNamespace};
use crate::paginator::Paginator;

/// The status of success that need not be told.
const DEFAULT_STATUS: u16 = 200;

/// The type of an operation.
pub(super) fn operation(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let names = context.names.operation(&operation.name);
    let (type_name, static_name) = (&names.type_name, &names.static_name);
    let docs = docs::attributes(&context.operation_docs(operation));
    let input = payload_type(context, operation.input.as_ref());
    let output = payload_type(context, operation.output.as_ref());
    quote! {
        #docs
        #[derive(Clone, Copy, Debug)]
        pub struct #type_name;
        operation!(#type_name, #static_name, #input, #output);
    }
}

/// The structure's type. The model is complete: every operation has an input and an output.
pub(super) fn payload_type(context: &Context<'_>, payload: Option<&Payload>) -> Option<TokenStream> {
    payload.map(|payload| {
        let name = context.names.type_of(&payload.shape);
        quote!(#name)
    })
}

/// The module of statics.
pub(super) fn statics(context: &Context<'_>) -> TokenStream {
    let operations = context.operations();
    let any = |has: fn(&Operation) -> bool| operations.iter().any(&has);
    let used: Vec<&str> = [
        (any(|operation| operation.checksum.is_some()), "Checksum"),
        (any(|operation| !operation.context_params.is_empty()), "ContextParam"),
        (any(|operation| !operation.context_params.is_empty()), "ContextValue"),
        (context.has_bindings(), "Http"),
        (true, "Operation"),
        (!context.paginators.is_empty(), "Paginator"),
        (operations.iter().any(|operation| input_namespace(context, operation).is_some()), "XmlNamespace"),
    ]
    .into_iter()
    .filter_map(|(is_used, name)| is_used.then_some(name))
    .collect();
    let paths = context.paginators.values().flat_map(|paginator| {
        let Paginator { output_tokens, more_results, result_keys, .. } = paginator;
        output_tokens.iter().chain(more_results).chain(result_keys)
    });
    let expression = expressions::imports(paths, false);
    let schema = imports("schema", &used);
    let used = (!operations.is_empty()).then(|| quote!(use super::shapes; #expression #schema));
    let statics = operations.iter().map(|operation| statics_of(context, operation));
    quote! {
        /// What the model says about each operation.
        #[allow(missing_docs)]
        pub mod operations {
            #used
            #(#statics)*
        }
    }
}

fn statics_of(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let names = context.names.operation(&operation.name);
    let (type_name, static_name) = (&names.type_name, &names.static_name);
    let name = &operation.name;
    let schema = |payload: Option<&Payload>| payload.map(|payload| context.names.static_of(&payload.shape));
    let (input, output) = (schema(operation.input.as_ref()), schema(operation.output.as_ref()));
    let errors = operation.errors.iter().map(|error| context.names.static_of(error));
    let mut traits = Calls::default();
    let wrapper = operation.output.as_ref().and_then(|output| output.result_wrapper.as_ref());
    traits.text("with_result_wrapper", wrapper);
    traits.append(wire_traits(context, operation));
    if let Some(paginator) = context.paginators.get(&operation.name) {
        traits.add("with_paginator", &[&self::paginator(paginator)]);
    }
    traits.flag("idempotent", operation.idempotent);
    traits.flag("deprecated", operation.deprecated.is_some());
    traits.flag("unauthenticated", operation.unauthenticated);
    traits.text("with_documentation", operation.documentation.as_ref());
    quote! {
        pub static #static_name: Operation =
            Operation::of(super::#type_name, &super::SERVICE, #name, &shapes::#input, &shapes::#output, &[#(&shapes::#errors,)*]) #traits;
    }
}

/// How requests are bound to HTTP, where it is not as in every query protocol.
fn wire_traits(context: &Context<'_>, operation: &Operation) -> Calls {
    let mut traits = Calls::default();
    if context.has_bindings() {
        let Http { method, request_uri, response_code } = &operation.http;
        let status = response_code.filter(|status| *status != DEFAULT_STATUS).map(|status| {
            let status = Literal::u16_unsuffixed(status);
            quote!(.with_status(#status))
        });
        traits.add("with_http", &[&quote!(Http::new(#method, #request_uri) #status)]);
        if let Some(name) = input_element(context, operation) {
            traits.add("with_input_element", &[&name]);
        }
        if let Some(namespace) = input_namespace(context, operation) {
            traits.add("with_input_namespace", &[&schema::xml_namespace(namespace)]);
        }
    }
    traits.text("with_host_prefix", operation.host_prefix.as_ref());
    if let Some(checksum) = &operation.checksum {
        let Checksum { required, flexible, response_algorithms, .. } = checksum;
        let (algorithm, mode) = (option(checksum.algorithm_member.as_ref()), option(checksum.mode_member.as_ref()));
        let checksum = quote! {
            Checksum {
                required: #required,
                flexible: #flexible,
                algorithm_member: #algorithm,
                mode_member: #mode,
                response_algorithms: &[#(#response_algorithms,)*],
            }
        };
        traits.add("with_checksum", &[&checksum]);
    }
    if !operation.context_params.is_empty() {
        let params = operation.context_params.iter().map(|ContextParam { name, value }| {
            let value = match value {
                ContextValue::Boolean(value) => quote!(Boolean(#value)),
                ContextValue::Text(text) => quote!(Text(#text)),
                ContextValue::Texts(texts) => quote!(Texts(&[#(#texts,)*])),
                ContextValue::Path(path) => quote!(Path(#path)),
            };
            quote!(ContextParam { name: #name, value: ContextValue::#value })
        });
        traits.add("with_context_params", &[&quote!(&[#(#params,)*])]);
    }
    traits.flag("unsigned_payload", operation.unsigned_payload);
    traits.flag("gzip", operation.compression.iter().any(|encoding| encoding == "gzip"));
    traits.flag("unwrapped_output", operation.output.as_ref().is_some_and(|output| output.unwrapped));
    traits
}

/// The root of a request's document: the name of the input's shape goes before that of the reference to it.
fn input_element<'a>(context: &Context<'a>, operation: &'a Operation) -> Option<&'a str> {
    let input = operation.input.as_ref()?;
    let name = input.wire_name.as_deref().filter(|name| *name != input.shape)?;
    context.shape(&input.shape).wire_name.is_none().then_some(name)
}

/// The namespace of a request's document, where it is neither the input shape's nor the service's.
fn input_namespace<'a>(context: &Context<'a>, operation: &'a Operation) -> Option<&'a XmlNamespace> {
    let input = operation.input.as_ref().filter(|_| context.has_bindings())?;
    let namespace = input.xml_namespace.as_ref()?;
    let is_known = match &context.shape(&input.shape).xml_namespace {
        Some(of_shape) => of_shape == namespace,
        None => namespace.prefix.is_none() && context.model.service.xml_namespace.as_ref() == Some(&namespace.uri),
    };
    (!is_known).then_some(namespace)
}

fn option<T: ToTokens>(value: Option<T>) -> TokenStream {
    value.map_or(quote!(None), |value| quote!(Some(#value)))
}

fn paginator(paginator: &Paginator) -> TokenStream {
    let Paginator { input_tokens, limit_key, .. } = paginator;
    let output_tokens = paginator.output_tokens.iter().map(expression);
    let result_keys = paginator.result_keys.iter().map(expression);
    let more_results = option(paginator.more_results.as_ref().map(expression));
    let limit_key = option(limit_key.as_ref());
    quote! {
        Paginator {
            input_tokens: &[#(#input_tokens,)*],
            output_tokens: &[#(#output_tokens,)*],
            more_results: #more_results,
            limit_key: #limit_key,
            result_keys: &[#(#result_keys,)*],
        }
    }
}
