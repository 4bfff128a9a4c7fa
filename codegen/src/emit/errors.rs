//! The service's error type: a variant for each exception.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::{Context, docs};

pub(super) fn errors(context: &Context<'_>) -> TokenStream {
    let errors = context.errors();
    let types: Vec<_> = errors.iter().map(|error| context.names.type_of(&error.name)).collect();
    let variants: Vec<_> = errors.iter().map(|error| context.names.error_variant(&error.name)).collect();
    let variant_docs = errors.iter().map(|error| docs::attributes(&docs::error_variant(error)));
    let places = (0..errors.len()).map(Literal::usize_unsuffixed);
    let docs = docs::attributes(&format!(
        "What a call of {} can fail with: each error of the model, one that it does not list, or no answer at all.",
        context.model.service.service_id
    ));
    quote! {
        #docs
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum Error {
            #(#variant_docs #variants(::shapewire::error::ServiceError<#types>),)*
            /// The service answered with a code that the model does not list.
            Unmodeled(::shapewire::error::ServiceError<()>),
            /// There is no answer of the service: invalid input, transport, unreadable reply.
            Call(::shapewire::Error),
        }
        ::shapewire::service_errors!(Error, SERVICE, { #(#places => #variants(#types)),* });
    }
}
