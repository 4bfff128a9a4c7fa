//! An operation or a shape with everything below it, for people and for programs.

mod find;
mod graph;
mod json;
mod text;
mod tree;

pub use find::{Found, find};
pub use graph::{dot, mermaid};
pub use json::json;
pub use text::text;
pub use tree::{End, Fact, Node, tree};
