//! What the caller adds to the generated code: attributes on types, a module around all of it.

use proc_macro2::TokenStream;
use syn::parse::Parser;

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::model::{Kind, Model, Service, Shape};

/// Attributes by the names of the shapes on whose types they are put.
pub(crate) type Attributes = ByName<TokenStream>;

/// Reads pairs of a shape's name and attributes. Reports shapes that are no types of the model, and what is no attribute.
pub(crate) fn attributes(
    wanted: &[(String, String)],
    model: &Model,
    file: &str,
    found: &mut Diagnostics,
) -> Attributes {
    let mut attributes = Attributes::default();
    for (name, text) in wanted {
        if !model.shapes.get(name).is_some_and(is_type) {
            let message = format!("there is no structure, union or enumeration `{name}` to put attributes on");
            found.problem(file, "", message);
            found.hint(&|| {
                let types = model.shapes.iter().filter(|shape| is_type(shape));
                did_you_mean(name, &types.map(|shape| shape.name.as_str()).collect::<Vec<_>>())
            });
            continue;
        }
        let tokens = syn::parse_str::<TokenStream>(text);
        match tokens.and_then(|tokens| Ok((syn::Attribute::parse_outer.parse2(tokens.clone())?, tokens))) {
            Ok((parsed, tokens)) if !parsed.is_empty() => {
                attributes.get_or_insert_with(name, TokenStream::new).extend(tokens);
            }
            Ok(_) => found.problem(file, "", format!("the attribute for `{name}` is empty")),
            Err(error) => found.problem(file, "", format!("{text:?} is no attribute for `{name}`: {error}")),
        }
    }
    attributes
}

/// Whether the shape becomes a type that is its own.
fn is_type(shape: &Shape) -> bool {
    !shape.generated && matches!(shape.kind, Kind::Structure(_) | Kind::Union(_) | Kind::Enum(_))
}

/// The code as a module of this visibility, which is `pub`, `pub(…)` or empty.
pub(crate) fn module(visibility: &str, name: &str, service: &Service, code: &str) -> String {
    let title = format!("{}, API version {}.", service.full_name, service.api_version);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let item = format!("{visibility} mod {name}");
    let item = item.trim_start();
    // Nobody uses all of it, and who asks for no documentation need not be told that there is none.
    let allowed = "dead_code, missing_docs, unreachable_pub, clippy::all, clippy::pedantic";
    format!("/// {title}\n#[allow({allowed})]\n{item} {{\n{code}}}\n")
}

/// Whether Rust has such a visibility.
pub(crate) fn is_visibility(text: &str) -> bool {
    syn::parse_str::<syn::Visibility>(text).is_ok()
}
