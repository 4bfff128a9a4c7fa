//! From a named model to the text of one Rust file.

mod calls;
mod client;
mod docs;
mod endpoints;
mod enumerations;
mod errors;
mod expressions;
mod operations;
mod patterns;
mod schema;
mod structures;
mod types;
mod unions;
mod waiters;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::by_name::{ByName, sort_by_name};
use crate::custom::Attributes;
use crate::layout;
use crate::model::{Kind, Model, Operation, Shape};
use crate::name::Names;
use crate::paginator::Paginator;
use crate::protocol::Protocol;
use crate::reach::{self, Circles};
use crate::waiter::Waiter;

pub(crate) use patterns::Patterns;

/// What all structures have in common, as it stands in every file with structures.
const STRUCTURE_MACRO: &str = include_str!("structure.rs.in");

/// The same for operations.
const OPERATION_MACRO: &str = include_str!("operation.rs.in");

/// Paginators and waiters, their expressions read.
pub(crate) struct Loops<'a> {
    /// By their operations.
    pub(crate) paginators: ByName<Paginator>,
    /// Sorted by name.
    pub(crate) waiters: Vec<Waiter<'a>>,
}

/// What the caller decides.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether there is a client whose calls are futures.
    pub(crate) async_client: bool,
    /// Whether types have serde's traits.
    pub(crate) serde: bool,
    /// Whether there is documentation.
    pub(crate) documentation: bool,
    pub(crate) attributes: Attributes,
}

/// What the emitters read.
pub(crate) struct Context<'a> {
    /// The model, complete and checked: every name in it leads somewhere.
    model: &'a Model,
    names: &'a Names,
    protocol: Protocol,
    /// The name of the module that includes the file.
    module_name: &'a str,
    patterns: &'a Patterns<'a>,
    options: &'a Options,
    /// By their operations.
    paginators: &'a ByName<Paginator>,
    /// Sorted by name.
    waiters: &'a [Waiter<'a>],
    /// The shapes that inputs lead to.
    inputs: ByName<()>,
    circles: Circles<'a>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        model: &'a Model,
        protocol: Protocol,
        names: &'a Names,
        module_name: &'a str,
        patterns: &'a Patterns<'a>,
        loops: &'a Loops<'a>,
        options: &'a Options,
    ) -> Self {
        let mut inputs = ByName::default();
        for name in reach::from_inputs(model) {
            inputs.insert(name, ());
        }
        let circles = reach::circles(&model.shapes);
        let Loops { paginators, waiters } = loops;
        Self { model, names, protocol, module_name, patterns, options, paginators, waiters, inputs, circles }
    }

    /// Whether members are bound to parts of HTTP messages.
    fn has_bindings(&self) -> bool {
        self.protocol == Protocol::RestXml
    }

    /// What the caller puts on the type of a shape.
    fn attributes_of(&self, shape: &Shape) -> Option<&TokenStream> {
        self.options.attributes.get(&shape.name)
    }

    /// The shape of this name. The model has been checked, so there is one; text stands in for what is not.
    fn shape(&self, name: &str) -> &Shape {
        static TEXT: std::sync::LazyLock<Shape> = std::sync::LazyLock::new(|| Shape::new("", Kind::String));
        self.model.shapes.get(name).unwrap_or(&TEXT)
    }

    /// The exceptions, sorted by name.
    fn errors(&self) -> Vec<&Shape> {
        let mut errors: Vec<&Shape> = self.model.shapes.iter().filter(|shape| shape.error.is_some()).collect();
        sort_by_name(&mut errors, |error| &error.name);
        errors
    }

    /// The operations, which are sorted by name when the model is complete.
    fn operations(&self) -> &'a [Operation] {
        &self.model.operations
    }
}

/// What a module imports of one of the runtime's; nothing if it uses nothing.
fn imports(module: &str, names: &[&str]) -> Option<TokenStream> {
    let ident = |name: &&str| Ident::new(name, Span::call_site());
    let module = ident(&module);
    match names {
        [] => None,
        [name] => {
            let name = ident(name);
            Some(quote!(use ::shapewire::#module::#name;))
        }
        names => {
            let names = names.iter().map(ident);
            Some(quote!(use ::shapewire::#module::{#(#names),*};))
        }
    }
}

/// The file, without its header.
pub(crate) fn emit(context: &Context<'_>) -> String {
    let mut items = String::new();
    let mut add = |tokens: TokenStream| {
        let tokens = if context.options.documentation { tokens } else { docs::removed(tokens) };
        items.push_str(&layout::text(tokens));
    };
    add(client::service(context));
    add(client::client(context));
    for operation in context.operations() {
        add(operations::operation(context, operation));
    }
    let (mut structures, mut enumerations) = (Vec::new(), Vec::new());
    for shape in &context.model.shapes {
        match &shape.kind {
            Kind::Structure(members) => {
                add(structures::structure(context, shape, members));
                if !shape.generated {
                    structures.push(context.names.type_of(&shape.name));
                }
            }
            Kind::Union(members) => {
                add(unions::union(context, shape, members));
                structures.push(context.names.type_of(&shape.name));
            }
            Kind::Enum(values) => {
                add(enumerations::enumeration(context, shape, values));
                enumerations.push(context.names.type_of(&shape.name));
            }
            _ => {}
        }
    }
    let has_structures = !structures.is_empty();
    if has_structures {
        add(quote!(::shapewire::structures!(#(#structures),*);));
        if context.options.serde {
            add(quote!(::shapewire::serde_structures!(#(#structures),*);));
        }
    }
    if !enumerations.is_empty() {
        add(quote!(::shapewire::enumerations!(#(#enumerations),*);));
        if context.options.serde {
            add(quote!(::shapewire::serde_enumerations!(#(#enumerations),*);));
        }
    }
    add(errors::errors(context));
    add(operations::statics(context));
    if let Some(waiters) = waiters::waiters(context) {
        add(waiters);
    }
    add(schema::shapes(context));
    let structure_macro = if has_structures { STRUCTURE_MACRO } else { "" };
    let operation_macro = if context.model.operations.is_empty() { "" } else { OPERATION_MACRO };
    structure_macro.to_owned()
        + operation_macro
        + &items
        + &client::async_client(context)
        + &patterns::patterns(context)
}
