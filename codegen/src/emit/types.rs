//! The Rust types of members.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::Context;
use crate::model::{Kind, Member, Shape};

impl Context<'_> {
    /// The type of a member's value when it is there, without a box.
    pub(super) fn value_type(&self, member: &Member) -> TokenStream {
        let target = self.shape(&member.target);
        let secret = target.sensitive || member.sensitive;
        match &target.kind {
            Kind::Boolean => quote!(bool),
            Kind::Integer => quote!(i32),
            Kind::Long => quote!(i64),
            Kind::Float => quote!(f32),
            Kind::Double => quote!(f64),
            Kind::String | Kind::Enum(_) if secret => quote!(::shapewire::SecretString),
            Kind::String => quote!(String),
            Kind::Blob if secret => quote!(::shapewire::SecretBlob),
            Kind::Blob => quote!(Vec<u8>),
            Kind::Timestamp(_) => quote!(::shapewire::Timestamp),
            Kind::List(list) => {
                let member = self.value_type(&list.member);
                quote!(Vec<#member>)
            }
            Kind::Map(map) => {
                let key = self.key_type(&map.key);
                let value = self.value_type(&map.value);
                quote!(::std::collections::BTreeMap<#key, #value>)
            }
            Kind::Enum(_) | Kind::Structure(_) | Kind::Union(_) => {
                let name = self.names.type_of(&target.name);
                quote!(#name)
            }
        }
    }

    /// The type of a map's keys. They are not secret types: those have no order.
    fn key_type(&self, key: &Member) -> TokenStream {
        let target = self.shape(&key.target);
        if matches!(target.kind, Kind::Enum(_)) {
            let name = self.names.type_of(&target.name);
            quote!(#name)
        } else {
            quote!(String)
        }
    }

    pub(super) fn is_boxed(&self, owner: &Shape, member: &Member) -> bool {
        self.circles.closes(owner, member)
    }

    /// Whether the field is an `Option`. In requests absent and empty lists differ, in replies they do not.
    pub(super) fn is_optional(&self, owner: &Shape, member: &Member) -> bool {
        let target = self.shape(&member.target);
        let is_collection = matches!(target.kind, Kind::List(_) | Kind::Map(_));
        !member.required && (!is_collection || self.inputs.contains(&owner.name))
    }

    /// The type of a structure's field.
    pub(super) fn field_type(&self, owner: &Shape, member: &Member) -> TokenStream {
        let mut field = self.stored_type(owner, member);
        if self.is_optional(owner, member) {
            field = quote!(Option<#field>);
        }
        field
    }

    /// The type of a member's value when it is there, as it is stored.
    pub(super) fn stored_type(&self, owner: &Shape, member: &Member) -> TokenStream {
        let value = self.value_type(member);
        if self.is_boxed(owner, member) { quote!(Box<#value>) } else { value }
    }

    /// The type of a function's argument for a member, and how `argument` becomes what is stored.
    pub(super) fn argument(
        &self,
        owner: &Shape,
        member: &Member,
        argument: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        // All arguments are generic: what no one calls is then not compiled.
        let value = self.value_type(member);
        let stored =
            if self.is_boxed(owner, member) { quote!(Box::new(#argument.into())) } else { quote!(#argument.into()) };
        (quote!(impl Into<#value>), stored)
    }
}
