//! JMESPath expressions as trees of constants.

use proc_macro2::{Literal as Token, TokenStream};
use quote::quote;

use crate::jmespath::{Comparison, Expression, Literal, Node};

/// What a module with these expressions, and with literals beside them, imports for both.
pub(super) fn imports<'a>(
    expressions: impl IntoIterator<Item = &'a Expression>,
    has_literals: bool,
) -> Option<TokenStream> {
    let mut expressions = expressions.into_iter().peekable();
    expressions.peek()?;
    let mut names = vec!["Expression"];
    names.extend(has_literals.then_some("Literal"));
    names.extend((!expressions.all(is_plain)).then_some("Node"));
    super::imports("jmespath", &names)
}

/// Whether its text is its tree as well.
fn is_plain(expression: &Expression) -> bool {
    matches!(&expression.node, Node::Path(names) if names.join(".") == expression.text)
}

/// An expression.
pub(super) fn expression(expression: &Expression) -> TokenStream {
    let text = &expression.text;
    if is_plain(expression) {
        return quote!(Expression::path(#text));
    }
    let node = tree(&expression.node);
    quote!(Expression::new(#text, #node))
}

fn tree(node: &Node) -> TokenStream {
    let both = |left: &Node, right: &Node| {
        let (left, right) = (tree(left), tree(right));
        quote!(&#left, &#right)
    };
    let list = |parts: &[Node]| {
        let parts = parts.iter().map(tree);
        quote!(&[#(#parts,)*])
    };
    let (name, arguments) = match node {
        Node::Current => return quote!(Node::Current),
        Node::Path(names) => {
            let names = names.join(".");
            (quote!(Path), quote!(#names))
        }
        Node::Index(index) => {
            let index = Token::i32_unsuffixed(*index);
            (quote!(Index), quote!(#index))
        }
        Node::Literal(value) => {
            let value = literal(value);
            (quote!(Literal), quote!(::shapewire::jmespath::#value))
        }
        Node::Chain(parts) => (quote!(Chain), list(parts)),
        Node::List(parts) => (quote!(List), list(parts)),
        Node::Flatten(part) => (quote!(Flatten), one(part)),
        Node::Values(part) => (quote!(Values), one(part)),
        Node::Not(part) => (quote!(Not), one(part)),
        Node::Length(part) => (quote!(Length), one(part)),
        Node::Filter(left, right) => (quote!(Filter), both(left, right)),
        Node::Project(left, right) => (quote!(Project), both(left, right)),
        Node::Or(left, right) => (quote!(Or), both(left, right)),
        Node::And(left, right) => (quote!(And), both(left, right)),
        Node::Contains(left, right) => (quote!(Contains), both(left, right)),
        Node::Compare(comparison, left, right) => {
            let (comparison, parts) = (comparison_name(*comparison), both(left, right));
            (quote!(Compare), quote!(::shapewire::jmespath::Comparison::#comparison, #parts))
        }
    };
    quote!(Node::#name(#arguments))
}

fn one(part: &Node) -> TokenStream {
    let part = tree(part);
    quote!(&#part)
}

fn comparison_name(comparison: Comparison) -> TokenStream {
    match comparison {
        Comparison::Equal => quote!(Equal),
        Comparison::NotEqual => quote!(NotEqual),
        Comparison::Less => quote!(Less),
        Comparison::LessOrEqual => quote!(LessOrEqual),
        Comparison::Greater => quote!(Greater),
        Comparison::GreaterOrEqual => quote!(GreaterOrEqual),
    }
}

/// A value that is written in an expression or expected of one.
pub(super) fn literal(literal: &Literal) -> TokenStream {
    let (name, value) = match literal {
        Literal::Null => return quote!(Literal::Null),
        Literal::Boolean(boolean) => (quote!(Boolean), quote!(#boolean)),
        Literal::Integer(number) => {
            let number = Token::i64_unsuffixed(*number);
            (quote!(Integer), quote!(#number))
        }
        Literal::Float(number) => {
            let number = Token::f64_unsuffixed(*number);
            (quote!(Float), quote!(#number))
        }
        Literal::String(text) => (quote!(String), quote!(#text)),
    };
    quote!(Literal::#name(#value))
}
