//! The service as a whole: its static, and a client with one method an operation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::operations::payload_type;
use crate::emit::{Context, docs, endpoints, waiters};
use crate::model::Operation;
use crate::protocol::Protocol;

/// The static that everything hangs on.
pub(super) fn service(context: &Context<'_>) -> TokenStream {
    let service = &context.model.service;
    let (module_name, service_id, api_version) = (context.module_name, &service.service_id, &service.api_version);
    let protocol = match context.protocol {
        Protocol::AwsQuery => quote!(Protocol::AwsQuery),
        Protocol::Ec2Query => quote!(Protocol::Ec2Query),
        // Only of such a name do compilers tell that it needs a feature.
        Protocol::RestXml => quote!(REST_XML),
    };
    let full_name = &service.full_name;
    let endpoint_prefix = &service.endpoint_prefix;
    let signing_name = service.signing_name.as_ref().unwrap_or(endpoint_prefix);
    let namespace = service.xml_namespace.as_ref().map(|uri| quote!(.with_xml_namespace(#uri)));
    let bare_errors = service.bare_errors.then(|| quote!(.with_bare_errors()));
    let endpoint_rules = endpoints::rules(context);
    let documentation = service.documentation.as_ref().map(|text| quote!(.with_documentation(#text)));
    let operations = context.operations();
    let operations = operations.iter().map(|operation| &context.names.operation(&operation.name).static_name);
    let errors = context.errors();
    let error_types = errors.iter().map(|error| context.names.type_of(&error.name));
    let error_shapes = errors.iter().map(|error| context.names.static_of(&error.name));
    let waiters = waiters::list(context);
    let docs = docs::attributes(&format!("{full_name}, API version {api_version}."));
    quote! {
        #docs
        pub static SERVICE: ::shapewire::schema::Service = ::shapewire::schema::Service::new(
            #module_name, #service_id, #api_version, ::shapewire::schema::#protocol,
        )
        .with_full_name(#full_name)
        .with_endpoint(#endpoint_prefix, #signing_name)
        #namespace
        #bare_errors
        #endpoint_rules
        #documentation
        .with_operations(&[#(&operations::#operations,)*])
        .with_errors(&[#(::shapewire::schema::StructureType::new::<#error_types>(&shapes::#error_shapes),)*])
        #waiters;
    }
}

/// The client.
pub(super) fn client(context: &Context<'_>) -> TokenStream {
    let service_id = &context.model.service.service_id;
    let docs = docs::attributes(&format!("{service_id} over a transport: one method an operation."));
    let operations = context.operations();
    let methods = operations.iter().map(|operation| method(context, operation));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            client: ::shapewire::Client,
        }
        impl Client {
            /// Over this client.
            pub fn new(client: ::shapewire::Client) -> Self {
                Self { client }
            }
            /// A client that checks its requests in this mode.
            pub fn with_validation(mut self, mode: ::shapewire::validation::Mode) -> Self {
                self.client = self.client.with_validation(mode);
                self
            }
            #(#methods)*
        }
    }
}

/// The client that does not block, if it is wanted: one call of the runtime's macro, with a line an operation.
pub(super) fn async_client(context: &Context<'_>) -> String {
    if !context.options.async_client {
        return String::new();
    }
    let service_id = &context.model.service.service_id;
    let lines = context.operations().iter().map(|operation| {
        let names = context.names.operation(&operation.name);
        let (type_name, method) = (&names.type_name, &names.method);
        let input = payload_type(context, operation.input.as_ref()).unwrap_or_default();
        let output = payload_type(context, operation.output.as_ref()).unwrap_or_default();
        format!("    {method}: {type_name}({input}) -> {output},\n")
    });
    let lines: String = lines.collect();
    let docs = format!(" {service_id} over a transport that does not block: one method an operation.");
    format!("::shapewire::async_client!({docs:?}, {{\n{lines}}});\n")
}

fn method(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let names = context.names.operation(&operation.name);
    let (type_name, method) = (&names.type_name, &names.method);
    let docs = docs::attributes(&context.method_docs(operation));
    let input = payload_type(context, operation.input.as_ref());
    let output = payload_type(context, operation.output.as_ref());
    quote! {
        #docs
        #[inline]
        pub fn #method(&self, input: &#input) -> Result<#output, Error> {
            self.client.call::<#type_name>(input)
        }
    }
}
