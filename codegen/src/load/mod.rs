//! From files to the typed model.

mod api_json;
mod bindings;
mod cursor;
mod sidecars;
mod smithy;
mod source;
mod unsaid;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::check;
use crate::diagnostic::{Diagnostics, Problem, Problems, locate};
use crate::model::Model;

pub(crate) use cursor::{Document, Node, Object};
pub(crate) use sidecars::read_paginator;
pub(crate) use source::{Files, Fingerprint, Source, read_json};

/// A model with what is to be known about its files.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// The files that were read, the model first.
    pub files: Vec<PathBuf>,
    /// What is odd but does no harm.
    pub warnings: Vec<Problem>,
    pub(crate) fingerprint: Fingerprint,
    /// Where the files were read from.
    #[cfg_attr(not(feature = "command"), expect(dead_code, reason = "`diff` alone shows text of revisions"))]
    pub(crate) from: Files,
}

/// The files that hold the parts of a model, as problems name them.
pub(crate) struct Places {
    pub(crate) model: String,
    pub(crate) paginators: String,
    pub(crate) waiters: String,
}

impl Places {
    /// Those of a model that was read from these files.
    pub(crate) fn of(files: &[PathBuf]) -> Self {
        let named = |start: &str| {
            let is_it =
                |file: &&PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
            let file = files.iter().skip(1).find(is_it).or(files.first());
            file.map(|file| file.display().to_string()).unwrap_or_default()
        };
        Self { model: named("/"), paginators: named("paginators-1."), waiters: named("waiters-2.") }
    }
}

/// Reads a model: API JSON, which is botocore's `service-2.json` with the files that belong to it and lie beside it, or a
/// file of the same format that holds them all, as [`import`](crate::import()) writes it; or Smithy's JSON AST, version
/// 2.0, which says so itself.
///
/// # Errors
/// All problems at once: files that cannot be read, JSON that is none, facts that are unknown or of the wrong type.
pub fn load(path: &Path) -> Result<Loaded, Problems> {
    load_from(path, &Files::Disk)
}

/// The same from a revision of the git repository that the current folder belongs to, as git names revisions.
///
/// # Errors
/// The same, and what git says about the revision or the path.
#[cfg(feature = "command")]
pub fn load_revision(revision: &str, path: &Path) -> Result<Loaded, Problems> {
    load_from(path, &Files::Revision(revision.to_owned()))
}

fn load_from(path: &Path, files: &Files) -> Result<Loaded, Problems> {
    let text = |name: &str| files.text(name);
    let loaded = Source::read(path, files.clone()).and_then(|source| load_source(&source));
    let mut loaded = loaded.map_err(|problems| problems.located_in(text))?;
    locate(&mut loaded.warnings, text);
    Ok(loaded)
}

/// The model in files that have been read.
pub(crate) fn load_source(source: &Source) -> Result<Loaded, Problems> {
    let found = RefCell::new(if source.tolerant { Diagnostics::tolerant() } else { Diagnostics::default() });
    let model = if source.is_smithy() { smithy::read(source, &found) } else { api_json::read(source, &found) };
    let mut found = found.into_inner();
    if found.has_problems() && !source.is_smithy() {
        check::check_what_was_read(&model, &source.value, &source.file, &mut found);
    }
    let warnings = found.finish()?;
    let Source { files, from, fingerprint, .. } = source;
    Ok(Loaded { model, files: files.clone(), warnings, fingerprint: *fingerprint, from: from.clone() })
}
