//! Protocol suites in botocore's form: read, generated, compiled and run against the runtime.
//!
//! A [`Suites`] is what the files say. [`Suites::write`] makes code of it, and a list of cases, for
//! `shapewire::conformance` to run: in a test of one's own, whose build script calls it, or in a [`Project`], which is what
//! the command `shapewire-codegen conformance` makes.

mod adapt;
mod project;
mod report;
mod suite;

pub use project::{Project, Runtime};
pub use report::{CaseReport, Report, Status};
pub use suite::Suites;
