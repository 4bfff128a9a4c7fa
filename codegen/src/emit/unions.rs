//! A union: its type and its accessors. Writing to a member selects it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::{Context, docs};
use crate::model::{Member, Shape};

pub(super) fn union(context: &Context<'_>, shape: &Shape, members: &[Member]) -> TokenStream {
    let type_name = context.names.type_of(&shape.name);
    let schema = context.names.static_of(&shape.name);
    let names = context.names.members_of(&shape.name);
    let docs = docs::attributes(&context.shape_docs(shape));
    let attributes = context.attributes_of(shape);
    let variants = members.iter().zip(names).map(|(member, variant)| {
        let docs = docs::attributes(&context.member_docs(member));
        let payload = context.stored_type(shape, member);
        quote!(#docs #variant(#payload))
    });
    let places: Vec<Literal> = (0..members.len()).map(Literal::usize_unsuffixed).collect();
    let count = Literal::usize_unsuffixed(members.len());
    let none = quote!(::shapewire::value::no_such_member(&shapes::#schema, index));
    let (member, member_mut) = match places.last() {
        None => (none.clone(), none),
        Some(last) => (
            quote! {
                match (index, self) {
                    #((#places, Self::#names(value)) => value,)*
                    (0..=#last, _) => &::shapewire::value::ABSENT,
                    _ => #none,
                }
            },
            quote! {
                let selected = match self {
                    #(Self::#names(_) => #places,)*
                    Self::Unknown => #count,
                };
                if index != selected {
                    *self = match index {
                        #(#places => Self::#names(Default::default()),)*
                        _ => #none,
                    };
                }
                match self {
                    #(Self::#names(value) => value,)*
                    Self::Unknown => #none,
                }
            },
        ),
    };
    quote! {
        #docs
        #[derive(Clone, Default)]
        #attributes
        #[non_exhaustive]
        pub enum #type_name {
            #(#variants,)*
            /// None of the members that the model knows.
            #[default]
            Unknown,
        }
        impl ::shapewire::value::Structure for #type_name {
            fn shape(&self) -> &'static ::shapewire::schema::Shape {
                &shapes::#schema
            }
            fn member(&self, index: usize) -> &dyn ::shapewire::value::Value {
                #member
            }
            fn member_mut(&mut self, index: usize) -> &mut dyn ::shapewire::value::Value {
                #member_mut
            }
        }
    }
}
