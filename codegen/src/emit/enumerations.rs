//! An enumeration: its type and its text.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::{Context, docs};
use crate::markdown::code_span;
use crate::model::Shape;

pub(super) fn enumeration(context: &Context<'_>, shape: &Shape, values: &[String]) -> TokenStream {
    let type_name = context.names.type_of(&shape.name);
    let names = context.names.members_of(&shape.name);
    let docs = docs::attributes(&context.shape_docs(shape));
    let attributes = context.attributes_of(shape);
    let variants = values.iter().zip(names).map(|(value, variant)| {
        let docs = docs::attributes(&if value.is_empty() { "The empty text.".to_owned() } else { code_span(value) });
        quote!(#docs #variant)
    });
    quote! {
        #docs
        #[derive(Clone)]
        #attributes
        #[non_exhaustive]
        pub enum #type_name {
            #(#variants,)*
            /// A value that the model does not know.
            Other(String),
        }
        impl #type_name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #values,)*
                    Self::Other(text) => text,
                }
            }
        }
        impl From<&str> for #type_name {
            fn from(text: &str) -> Self {
                match text {
                    #(#values => Self::#names,)*
                    text => Self::Other(text.into()),
                }
            }
        }
    }
}
