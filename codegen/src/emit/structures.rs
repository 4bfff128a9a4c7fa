//! A structure: its type, its functions, its accessors.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::emit::{Context, docs};
use crate::model::{Member, Shape};
use crate::name;

pub(super) fn structure(context: &Context<'_>, shape: &Shape, members: &[Member]) -> TokenStream {
    let type_name = context.names.type_of(&shape.name);
    let docs = docs::attributes(&context.shape_docs(shape));
    if shape.generated {
        return quote!(#docs pub type #type_name = ::shapewire::value::Empty;);
    }
    let fields = members.iter().zip(context.names.members_of(&shape.name)).map(|(member, field)| {
        let docs = docs::attributes(&context.member_docs(member));
        let field_type = context.field_type(shape, member);
        quote!(#docs pub #field: #field_type)
    });
    let attributes = context.attributes_of(shape);
    let functions = functions(context, shape, members);
    let accessors = accessors(context, shape, members);
    quote! {
        #docs
        #[derive(Clone, Default)]
        #attributes
        #[non_exhaustive]
        pub struct #type_name {
            #(#fields,)*
        }
        #functions
        #accessors
    }
}

/// `new` with the required members, and a setter for each other one.
fn functions(context: &Context<'_>, shape: &Shape, members: &[Member]) -> Option<TokenStream> {
    let names = context.names.members_of(&shape.name);
    let any = Ident::new("value", Span::call_site());
    let (mut arguments, mut values, mut setters) = (Vec::new(), Vec::new(), Vec::new());
    for (member, field) in members.iter().zip(names) {
        if member.required {
            let (argument, value) = context.argument(shape, member, field);
            arguments.push(quote!(#field: #argument));
            values.push(if *field == value.to_string() { quote!(#field) } else { quote!(#field: #value) });
            continue;
        }
        let (argument, value) = context.argument(shape, member, &any);
        let value = if context.is_optional(shape, member) { quote!(Some(#value)) } else { value };
        let setter = name::setter(field);
        let docs = format!(" Sets [`Self::{}`].", name::plain(field));
        setters.push(quote! {
            #[doc = #docs]
            pub fn #setter(mut self, value: #argument) -> Self {
                self.#field = #value;
                self
            }
        });
    }
    let rest = (!setters.is_empty()).then(|| quote!(..Self::default()));
    let new = (!arguments.is_empty()).then(|| {
        quote! {
            /// With its required members.
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values,)* #rest }
            }
        }
    });
    (!members.is_empty()).then(|| {
        let type_name = context.names.type_of(&shape.name);
        quote! {
            impl #type_name {
                #new
                #(#setters)*
            }
        }
    })
}

/// What the macro makes: the accessors, and `new` where no member is required.
fn accessors(context: &Context<'_>, shape: &Shape, members: &[Member]) -> TokenStream {
    let type_name = context.names.type_of(&shape.name);
    let schema = context.names.static_of(&shape.name);
    let fields = context.names.members_of(&shape.name);
    let places = (0..fields.len()).map(Literal::usize_unsuffixed);
    let new = (!members.iter().any(|member| member.required)).then(|| quote!(new));
    quote!(structure!(#new #type_name, #schema #(, #places => #fields)*);)
}
