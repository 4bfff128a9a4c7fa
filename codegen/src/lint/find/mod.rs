//! What the lints find.

mod names;
mod operations;
mod secrets;
mod shapes;
mod unused;

use std::path::{Path, PathBuf};

use super::{Level, Lint};
use crate::diagnostic::{Diagnostics, Problem, Problems, locate, on_disk, pointer};
use crate::json::Value;
use crate::load::{Loaded, Places};
use crate::model::Model;
use crate::{check, overlay, paginator, support, waiter, wire_names};

/// What a lint has found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The lint.
    pub lint: Lint,
    /// How bad it is.
    pub level: Level,
    /// Where it is, and what.
    pub problem: Problem,
}

/// All that the lints find in a model with these overlays, lint by lint.
#[must_use]
pub fn lint(path: &Path, overlays: &[PathBuf]) -> Vec<Finding> {
    match overlay::load_with(path, overlays) {
        Ok(loaded) => lint_loaded(&loaded),
        Err(problems) => findings(Lint::Unreadable, problems.list().to_vec()).collect(),
    }
}

fn lint_loaded(loaded: &Loaded) -> Vec<Finding> {
    let places = Places::of(&loaded.files);
    let model = &loaded.model;
    let mut found = Found { file: &places.model, list: Vec::new() };
    found.list.extend(findings(Lint::Unusual, loaded.warnings.clone()));
    found.broken(model, &places);
    shapes::lint(model, &mut found);
    unused::lint(model, &mut found);
    operations::lint(model, &mut found);
    secrets::lint(model, &mut found);
    names::lint(model, &mut found);
    let mut list = found.list;
    list.sort_by_key(|finding| finding.lint);
    let mut problems: Vec<Problem> = list.iter().map(|finding| finding.problem.clone()).collect();
    locate(&mut problems, on_disk);
    list.iter_mut().zip(problems).for_each(|(finding, problem)| finding.problem = problem);
    list
}

/// What has been found so far.
struct Found<'a> {
    file: &'a str,
    list: Vec<Finding>,
}

fn findings(lint: Lint, problems: Vec<Problem>) -> impl Iterator<Item = Finding> {
    problems.into_iter().map(move |problem| Finding { lint, level: lint.level(), problem })
}

impl Found<'_> {
    fn add(&mut self, lint: Lint, steps: &[&str], message: impl Into<String>) {
        let problem = Problem::new(self.file, &pointer(steps), message);
        self.list.push(Finding { lint, level: lint.level(), problem });
    }

    /// What the generator itself reports.
    fn broken(&mut self, model: &Model, places: &Places) {
        let mut found = Diagnostics::default();
        let lints = check::check(model, self.file, &mut found);
        for (lint, problem) in lints.into_iter().zip(problems(found)) {
            self.list.extend(findings(lint, vec![problem]));
        }
        match support::protocol(model, self.file) {
            Err(problem) => self.list.extend(findings(Lint::Unsupported, vec![problem])),
            Ok(protocol) => {
                self.reported(Lint::Unsupported, |file, found| support::facts(protocol, model, file, found));
                self.reported(Lint::WireName, |file, found| wire_names::check(protocol, model, file, found));
            }
        }
        self.reported(Lint::UnusablePaginator, |_, found| drop(paginator::resolve(model, &places.paginators, found)));
        self.reported(Lint::UnusableWaiter, |_, found| drop(waiter::resolve(model, &places.waiters, found)));
    }

    /// What a pass of the generator reports, under the name of a lint.
    fn reported(&mut self, lint: Lint, pass: impl FnOnce(&str, &mut Diagnostics)) {
        let mut found = Diagnostics::default();
        pass(self.file, &mut found);
        self.list.extend(findings(lint, problems(found)));
    }
}

/// Problems, or else warnings.
fn problems(found: Diagnostics) -> Vec<Problem> {
    found.finish().unwrap_or_else(|problems: Problems| problems.list().to_vec())
}

/// The findings as JSON.
#[must_use]
pub fn json(findings: &[Finding]) -> Value {
    let finding = |Finding { lint, level, problem }: &Finding| {
        let place = problem.line_and_column();
        [
            ("lint", lint.name().into()),
            ("level", level.name().into()),
            ("file", problem.file().into()),
            ("pointer", problem.pointer().into()),
            ("line", place.map(|(line, _)| line).into()),
            ("column", place.map(|(_, column)| column).into()),
            ("message", problem.message().into()),
            ("hint", problem.hint().into()),
        ]
    };
    findings.iter().map(finding).collect::<Vec<_>>().into()
}
