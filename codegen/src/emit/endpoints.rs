//! The endpoint rule set: two literals, which the runtime interprets.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::Context;

/// What the service's static says about endpoints.
pub(super) fn rules(context: &Context<'_>) -> Option<TokenStream> {
    let tables = context.model.endpoint_rule_set.as_ref()?.tables();
    let (text, code) = (tables.text, Literal::byte_string(&tables.code));
    Some(quote!(.with_endpoint_rules(#text, #code)))
}
