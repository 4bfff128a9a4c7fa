//! Operations: a type for each, and a static with what the model says.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::{Context, docs};
use crate::model::{Operation, Paginator, Payload};
use crate::paginator::is_plain;

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
    let paginator = operations
        .iter()
        .any(|operation| operation.paginator.as_ref().is_some_and(is_plain))
        .then(|| quote!(, Paginator));
    let used = if operations.is_empty() {
        quote!()
    } else {
        quote!(use super::shapes;
            use ::shapewire::schema::{Operation #paginator};)
    };
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
    let mut traits = TokenStream::new();
    if let Some(wrapper) = operation.output.as_ref().and_then(|output| output.result_wrapper.as_ref()) {
        traits.extend(quote!(.with_result_wrapper(#wrapper)));
    }
    if let Some(paginator) = operation.paginator.as_ref().filter(|paginator| is_plain(paginator)) {
        traits.extend(with_paginator(paginator));
    }
    if operation.idempotent {
        traits.extend(quote!(.idempotent()));
    }
    if operation.deprecated.is_some() {
        traits.extend(quote!(.deprecated()));
    }
    if operation.unauthenticated {
        traits.extend(quote!(.unauthenticated()));
    }
    if let Some(documentation) = &operation.documentation {
        traits.extend(quote!(.with_documentation(#documentation)));
    }
    quote! {
        pub static #static_name: Operation =
            Operation::of(super::#type_name, &super::SERVICE, #name, &shapes::#input, &shapes::#output, &[#(&shapes::#errors),*]) #traits;
    }
}

fn with_paginator(paginator: &Paginator) -> TokenStream {
    let Paginator { input_tokens, output_tokens, result_keys, .. } = paginator;
    let option = |name: &Option<String>| match name {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let (more_results, limit_key) = (option(&paginator.more_results), option(&paginator.limit_key));
    quote! {
        .with_paginator(Paginator {
            input_tokens: &[#(#input_tokens),*],
            output_tokens: &[#(#output_tokens),*],
            more_results: #more_results,
            limit_key: #limit_key,
            result_keys: &[#(#result_keys),*],
        })
    }
}
