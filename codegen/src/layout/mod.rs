//! From tokens to text as people write it, for the Rust that the emitters make.
//!
//! The text has the very tokens that come in, but for trailing commas: a list that is broken has one, one that is not has none.
//! It looks as rustfmt's does with `use_small_heuristics = "Max"`, by these rules:
//!
//! - Items, statements, fields, variants, arms and attributes are a line each, and what is in braces after them a step further in.
//! - What fits a line is not broken. Else lists are, one element a line, from the outside in; the only argument of a call that
//!   is a group itself stays on the line and is broken instead: `Some(&[`.
//! - Calls of methods on what a call has given go to lines of their own if they do not all fit one line.
//! - What is imported, and the arguments of macros, whose commas are theirs, fill lines instead.
//! - What follows `=` has the next line if it fits there and not after it; so has what methods are called on.
//! - Where a line would still be too long, it goes on in the next one after `=`, `=>` and `:` and before `as` and `for`.
//! - `#[doc = "…"]` at the start of a line is a comment, if its text can be one.
//!
//! `<` and `>` are taken for the brackets of generics: the emitters compare nothing. Other input may be laid out oddly, but keeps
//! its tokens too.

mod read;
mod write;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

/// Lines are not longer, unless a literal or a comment alone is.
const WIDTH: usize = 100;

/// How far what is inside is set in.
const STEP: usize = 4;

/// The text of some items.
pub(crate) fn text(tokens: TokenStream) -> String {
    #[cfg(test)]
    let input = tokens.clone();
    let text = write::write(&read::read(tokens));
    #[cfg(test)]
    tests::assert_same_tokens(input, &text);
    text
}
