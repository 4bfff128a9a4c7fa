//! What the caller adds to the generated code: attributes on types, a module around all of it.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use crate::builder::one_line;
use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::layout;
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
        match text.parse::<TokenStream>() {
            Ok(tokens) if tokens.is_empty() => {
                found.problem(file, "", format!("the attribute for `{name}` is empty"));
            }
            Ok(tokens) if are_attributes(&trees(&tokens)) => {
                attributes.get_or_insert_with(name, TokenStream::new).extend(tokens);
            }
            Ok(_) => {
                found.problem(file, "", format!("{text:?} is no attribute for `{name}`, as `#[name]` or `#[name(…)]`"));
            }
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
    let title = one_line(&format!("{}, API version {}.", service.full_name, service.api_version));
    let item = format!("{} mod {name}", self::visibility(visibility).unwrap_or_default());
    let item = item.trim_start();
    // Nobody uses all of it, and who asks for no documentation need not be told that there is none.
    let allowed = "dead_code, missing_docs, unreachable_pub, clippy::all, clippy::pedantic";
    format!("/// {title}\n#[allow({allowed})]\n{item} {{\n{code}}}\n")
}

/// A visibility as Rust has it, without what is no code; none if the text is something else.
pub(crate) fn visibility(text: &str) -> Option<String> {
    let tokens: TokenStream = text.parse().ok()?;
    let is_visibility = match trees(&tokens).as_slice() {
        [] => true,
        [TokenTree::Ident(word)] => word == "pub",
        [TokenTree::Ident(word), TokenTree::Group(group)] => {
            let is_place = match trees(&group.stream()).as_slice() {
                [TokenTree::Ident(place)] => place == "crate" || place == "self" || place == "super",
                [TokenTree::Ident(within), path @ ..] => {
                    within == "in" && after_path(path).is_some_and(<[_]>::is_empty)
                }
                _ => false,
            };
            word == "pub" && group.delimiter() == Delimiter::Parenthesis && is_place
        }
        _ => false,
    };
    is_visibility.then(|| layout::text(tokens).trim_end().to_owned())
}

fn trees(tokens: &TokenStream) -> Vec<TokenTree> {
    tokens.clone().into_iter().collect()
}

/// Whether these are outer attributes: of a path each, and of arguments or a value if there are any.
fn are_attributes(trees: &[TokenTree]) -> bool {
    trees.chunks(2).all(|attribute| {
        let [TokenTree::Punct(hash), TokenTree::Group(group)] = attribute else { return false };
        let is_attribute = match after_path(&self::trees(&group.stream())) {
            Some([] | [TokenTree::Group(_)]) => true,
            Some([TokenTree::Punct(mark), value @ ..]) => mark.as_char() == '=' && is_value(value),
            _ => false,
        };
        hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket && is_attribute
    })
}

/// Whether an attribute may have this value: a literal, or the call of a macro that makes one.
fn is_value(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Literal(_)] => true,
        [TokenTree::Ident(word)] => word == "true" || word == "false",
        _ => matches!(after_path(trees), Some([TokenTree::Punct(mark), TokenTree::Group(_)]) if mark.as_char() == '!'),
    }
}

/// What follows a path, if there is one.
fn after_path(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    let mut rest = after_colons(trees).unwrap_or(trees);
    loop {
        let [TokenTree::Ident(_), after @ ..] = rest else { return None };
        match after_colons(after) {
            Some(more) => rest = more,
            None => return Some(after),
        }
    }
}

fn after_colons(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    let [TokenTree::Punct(first), TokenTree::Punct(second), rest @ ..] = trees else { return None };
    let are_colons = first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':';
    are_colons.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_a_comment() {
        assert_eq!(one_line(" a\r\n\tb \u{202e}c\u{2069}\0 \u{2028}é*/ "), "a b c é*/");
    }

    #[test]
    fn visibilities_are_those_of_rust() {
        for (text, expected) in [
            ("", Some("")),
            (" pub // for all", Some("pub")),
            ("pub", Some("pub")),
            ("pub ( crate )", Some("pub(crate)")),
            ("pub(self)", Some("pub(self)")),
            ("pub(super)", Some("pub(super)")),
            ("pub(in crate :: a::b)", Some("pub(in crate::a::b)")),
            ("pub(in)", None),
            ("pub(in a::)", None),
            ("pub(in a b)", None),
            ("pub(all)", None),
            ("pub[crate]", None),
            ("pub pub", None),
            ("crate", None),
            ("publik", None),
            ("pub mod a {} pub", None),
            ("pub(", None),
        ] {
            assert_eq!(visibility(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn attributes_are_paths_with_arguments_or_a_value() {
        for text in [
            "#[a]",
            "#[a::b(c)] #[::d]",
            "#[a = 1] #[b = true] #[c = d::e!(f)]",
            "#[a[1]]",
            "/// Text.",
            "#[unsafe(a)]",
        ] {
            assert!(are_attributes(&trees(&text.parse().unwrap())), "{text}");
        }
        for text in [
            "a",
            "#",
            "#a",
            "#[]",
            "#(a)",
            "#![a]",
            "//! Text.",
            "#[a b]",
            "#[a =]",
            "#[a = ,]",
            "#[a == 1]",
            "#[a = -1]",
            "#[a = b]",
            "#[(a)]",
            "#[a(b) c]",
            "#[a] b",
        ] {
            assert!(!are_attributes(&trees(&text.parse().unwrap())), "{text}");
        }
    }
}
