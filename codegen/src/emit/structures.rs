//! A structure: its type, its functions, its accessors.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::{Context, docs};
use crate::model::{Member, Shape};
use crate::name;

pub(super) fn structure(context: &Context<'_>, shape: &Shape, members: &[Member]) -> TokenStream {
    let type_name = context.names.type_of(&shape.name);
    let docs = docs::attributes(&context.shape_docs(shape));
    let fields = members.iter().zip(context.names.members_of(&shape.name)).map(|(member, field)| {
        let docs = docs::attributes(&context.member_docs(member));
        let field_type = context.field_type(shape, member);
        quote!(#docs pub #field: #field_type)
    });
    let functions = functions(context, shape, members);
    let accessors = accessors(context, shape);
    quote! {
        #docs
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #type_name {
            #(#fields,)*
        }
        impl #type_name {
            #functions
        }
        #accessors
    }
}

/// `new` with the required members, and a setter for each other one.
fn functions(context: &Context<'_>, shape: &Shape, members: &[Member]) -> TokenStream {
    let names = context.names.members_of(&shape.name);
    let (mut arguments, mut values, mut setters) = (Vec::new(), Vec::new(), Vec::new());
    for (member, field) in members.iter().zip(names) {
        let (argument_type, value) = context.argument(shape, member, field);
        if member.required {
            arguments.push(quote!(#field: #argument_type));
            values.push(if *field == value.to_string() { quote!(#field) } else { quote!(#field: #value) });
            continue;
        }
        let value =
            if context.is_optional(shape, member) { quote!(Some(#value)) } else { value };
        let setter = name::setter(field);
        let docs = format!(" Sets [`Self::{}`].", name::plain(field));
        setters.push(quote! {
            #[doc = #docs]
            pub fn #setter(mut self, #field: #argument_type) -> Self {
                self.#field = #value;
                self
            }
        });
    }
    let rest = (!setters.is_empty()).then(|| quote!(..Self::default()));
    let docs = if arguments.is_empty() { " An empty value." } else { " With its required members." };
    let body = if arguments.is_empty() { quote!(Self::default()) } else { quote!(Self { #(#values,)* #rest }) };
    quote! {
        #[doc = #docs]
        pub fn new(#(#arguments),*) -> Self {
            #body
        }
        #(#setters)*
    }
}

/// The members by position.
fn accessors(context: &Context<'_>, shape: &Shape) -> TokenStream {
    let type_name = context.names.type_of(&shape.name);
    let schema = context.names.static_of(&shape.name);
    let fields = context.names.members_of(&shape.name);
    let places = (0..fields.len()).map(Literal::usize_unsuffixed);
    quote!(accessors!(#type_name, #schema #(, #places => #fields)*);)
}
