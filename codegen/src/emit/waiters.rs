//! Waiters: a static for each, with the type of its operation.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::calls::Calls;
use crate::emit::expressions::{expression, literal};
use crate::emit::{Context, docs, expressions};
use crate::model::{AcceptorState, Comparator};
use crate::name::OperationNames;
use crate::waiter::{Matcher, Waiter};

/// The module of waiters; none where the model has none.
pub(super) fn waiters(context: &Context<'_>) -> Option<TokenStream> {
    if context.waiters.is_empty() {
        return None;
    }
    let statics = context.waiters.iter().map(|waiter| waiter_static(context, waiter));
    let paths = context.waiters.iter().flat_map(|waiter| &waiter.acceptors).filter_map(|(_, matcher)| match matcher {
        Matcher::Path(_, expression, _) => Some(expression),
        _ => None,
    });
    let imports = expressions::imports(paths, true);
    Some(quote! {
        /// What to wait for after an operation.
        pub mod waiters {
            use super::operations;
            #imports
            use ::shapewire::waiter::{Acceptor, Matcher, WaiterOf};
            #(#statics)*
        }
    })
}

/// The list of them in the service's static.
pub(super) fn list(context: &Context<'_>) -> Option<TokenStream> {
    let names = context.waiters.iter().map(|waiter| context.names.waiter(&waiter.source.name));
    (!context.waiters.is_empty()).then(|| quote!(.with_waiters(&[#(waiters::#names.waiter(),)*])))
}

fn waiter_static(context: &Context<'_>, waiter: &Waiter<'_>) -> TokenStream {
    let source = waiter.source;
    let name = &source.name;
    let static_name = context.names.waiter(name);
    let OperationNames { type_name, static_name: operation, .. } = context.names.operation(&source.operation);
    let docs = docs::attributes(&context.waiter_docs(source));
    let delay = Literal::u32_unsuffixed(source.delay);
    let acceptors = waiter.acceptors.iter().map(|(state, matcher)| acceptor(*state, matcher));
    let mut traits = Calls::default();
    for (method, number) in [("with_max_delay", source.max_delay), ("with_max_attempts", source.max_attempts)] {
        if let Some(number) = number {
            traits.add(method, &[&Literal::u32_unsuffixed(number)]);
        }
    }
    traits.text("with_documentation", source.documentation.as_ref());
    quote! {
        #docs
        pub static #static_name: WaiterOf<super::#type_name> =
            WaiterOf::new(#name, &operations::#operation, #delay, &[#(#acceptors,)*]) #traits;
    }
}

fn acceptor(state: AcceptorState, matcher: &Matcher<'_>) -> TokenStream {
    let matcher = match matcher {
        Matcher::Status(status) => {
            let status = Literal::u16_unsuffixed(*status);
            quote!(Matcher::Status(#status))
        }
        Matcher::Success(success) => quote!(Matcher::Success(#success)),
        Matcher::Error(code) => quote!(Matcher::Error(#code)),
        Matcher::Path(comparator, path, expected) => {
            let (path, expected) = (expression(path), literal(expected));
            let name = match comparator {
                Comparator::Equals => quote!(Path),
                Comparator::All => quote!(PathAll),
                Comparator::Any => quote!(PathAny),
            };
            quote!(Matcher::#name(#path, #expected))
        }
    };
    match state {
        AcceptorState::Success => quote!(Acceptor::success(#matcher)),
        AcceptorState::Failure => quote!(Acceptor::failure(#matcher)),
        AcceptorState::Retry => quote!(Acceptor::retry(#matcher)),
    }
}
