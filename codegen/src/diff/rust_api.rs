//! The public items of generated code, read off the code itself.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Fields, FnArg, ImplItem, Item, Visibility};

use super::change::{RustChange, Severity};
use crate::builder::code_of;
use crate::diagnostic::{Problem, Problems};
use crate::load::Loaded;
use crate::model::Model;
use crate::name::Names;

/// The items by name, with what they are; and which part of the model each comes from.
pub(super) struct Api {
    pub(super) items: BTreeMap<String, String>,
    pub(super) names: Names,
    /// The model as it was generated: completed.
    pub(super) model: Model,
}

impl Api {
    pub(super) fn of(loaded: &Loaded) -> Result<Self, Problems> {
        let located = |problems: Problems| problems.located_in(|file| loaded.from.text(file));
        let (text, model, names) = code_of(loaded).map_err(located)?;
        let file = syn::parse_file(&text).map_err(|error| {
            Problem::new("", "", format!("the generated code is not Rust, which is a fault of the generator: {error}"))
        })?;
        let mut items = BTreeMap::new();
        file.items.iter().for_each(|item| list(item, "", &mut items));
        Ok(Self { items, names, model })
    }

    /// What becomes of the items until `new`.
    pub(super) fn changes(&self, new: &Self) -> Vec<RustChange> {
        let gone = self.items.iter().filter(|(item, _)| !new.items.contains_key(*item));
        let gone = gone.map(|(item, old)| (item, Some(old), None));
        let come = new.items.iter().filter_map(|(item, after)| match self.items.get(item) {
            Some(before) if before == after => None,
            before => Some((item, before, Some(after))),
        });
        gone.chain(come)
            .map(|(item, old, new)| RustChange {
                item: item.clone(),
                old: old.cloned(),
                new: new.cloned(),
                severity: severity(old, new),
            })
            .collect()
    }
}

/// All enumerations and structures are `#[non_exhaustive]`: what comes is new and no more.
fn severity(old: Option<&String>, new: Option<&String>) -> Severity {
    match (old.map(String::as_str), new.map(String::as_str)) {
        (None, _) => Severity::Minor,
        // An operation without members gets some: what could be written with the one can be with the other.
        (Some("type ::shapewire::value::Empty"), Some("struct")) => Severity::Minor,
        _ => Severity::Major,
    }
}

fn list(item: &Item, module: &str, items: &mut BTreeMap<String, String>) {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let name = format!("{module}{}", item.ident);
            for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                if let Some(ident) = &field.ident {
                    items.insert(format!("{name}.{ident}"), text(&field.ty));
                }
            }
            items.insert(name, described("struct", &item.attrs));
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let name = format!("{module}{}", item.ident);
            for variant in &item.variants {
                let fields = match &variant.fields {
                    Fields::Unit => "variant".to_owned(),
                    fields => text(fields),
                };
                items.insert(format!("{name}::{}", variant.ident), fields);
            }
            items.insert(name, described("enum", &item.attrs));
        }
        Item::Type(item) if is_public(&item.vis) => {
            items.insert(format!("{module}{}", item.ident), format!("type {}", text(&item.ty)));
        }
        Item::Static(item) if is_public(&item.vis) => {
            items.insert(format!("{module}{}", item.ident), format!("static {}", text(&item.ty)));
        }
        Item::Impl(item) if item.trait_.is_none() => {
            let name = text(&item.self_ty);
            for function in item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(function) if is_public(&function.vis) => Some(function),
                _ => None,
            }) {
                let signature = &function.sig;
                // The names of arguments too: two of the same type that change places change what a call means.
                let arguments: Vec<String> = signature.inputs.iter().map(argument).collect();
                let output = text(&signature.output);
                let signature_text = format!("fn({}) {output}", arguments.join(", "));
                items.insert(format!("{name}::{}", signature.ident), signature_text.trim_end().to_owned());
            }
        }
        Item::Mod(item) if is_public(&item.vis) => {
            let module = format!("{module}{}::", item.ident);
            item.content.iter().flat_map(|(_, content)| content).for_each(|item| list(item, &module, items));
        }
        Item::Macro(item) => invocation(&item.mac, items),
        _ => {}
    }
}

/// The module's own macros make items: `structure!` a `new` without arguments, `operation!` what belongs to an operation.
fn invocation(call: &syn::Macro, items: &mut BTreeMap<String, String>) {
    let name = call.path.segments.last().map(|segment| segment.ident.to_string());
    let words: Vec<String> = identifiers(call.tokens.clone());
    match (name.as_deref(), words.as_slice()) {
        (Some("structure"), [new, name, ..]) if new == "new" => {
            items.insert(format!("{name}::new"), "fn() -> Self".to_owned());
        }
        (Some("operation"), [name, _, input, output]) => {
            items.insert(format!("{name} as OperationShape"), format!("{input} to {output}"));
        }
        _ => {}
    }
}

fn identifiers(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        })
        .collect()
}

fn argument(argument: &FnArg) -> String {
    text(argument)
}

/// An item with the traits that it derives.
fn described(what: &str, attributes: &[Attribute]) -> String {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let copy = derives.flat_map(|attribute| identifiers(attribute.meta.to_token_stream())).any(|name| name == "Copy");
    if copy { format!("Copy {what}") } else { what.to_owned() }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tokens as people write them.
fn text(tokens: &impl ToTokens) -> String {
    const SPACES: [(&str, &str); 10] = [
        (" :: ", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" : ", ": "),
        (" , ", ", "),
        ("& ", "&"),
        ("( ", "("),
        (" )", ")"),
    ];
    SPACES.iter().fold(tokens.to_token_stream().to_string(), |text, (from, to)| text.replace(from, to))
}
