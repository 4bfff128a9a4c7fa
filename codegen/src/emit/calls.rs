//! Chains of calls, which say what a model says beyond the ordinary: `.with_length(Some(1), None).sensitive()`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// Calls of methods, one after the other. To add one is a call itself, because what `quote!` makes of each costs a build more.
#[derive(Default)]
pub(super) struct Calls(TokenStream);

impl Calls {
    pub(super) fn add(&mut self, method: &str, arguments: &[&dyn ToTokens]) {
        let method = Ident::new(method, Span::call_site());
        self.0.extend(quote!(.#method(#(#arguments),*)));
    }

    /// A call without arguments, if there is to be one.
    pub(super) fn flag(&mut self, method: &str, is_set: bool) {
        if is_set {
            self.add(method, &[]);
        }
    }

    /// A call with the text, if there is one.
    pub(super) fn text(&mut self, method: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.add(method, &[text]);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl ToTokens for Calls {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
