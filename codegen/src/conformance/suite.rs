//! Files of suites: which cases they have, and the models that these need.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::builder::{Builder, write_if_changed};
use crate::conformance::adapt;
use crate::conformance::report::{CaseReport, Report, Status};
use crate::diagnostic::{Diagnostics, Problem, Problems, did_you_mean, pointer};
use crate::json::{Map, Value};
use crate::load::{Source, load_source, read_json};

/// Protocols that API JSON knows and that do not speak XML.
const OTHER_PROTOCOLS: [&str; 3] = ["json", "rest-json", "smithy-rpc-v2-cbor"];
/// Those that do.
const PROTOCOLS: [&str; 3] = ["query", "ec2", "rest-xml"];

/// The cases of some files, and the models that they need.
#[derive(Clone, Debug, Default)]
pub struct Suites {
    models: Vec<SuiteModel>,
    cases: Vec<Case>,
    warnings: Vec<Problem>,
}

/// A model made of a suite's shapes and of the operations of some of its cases.
#[derive(Clone, Debug)]
struct SuiteModel {
    file: PathBuf,
    /// The suite's place in the file.
    suite: usize,
    document: Value,
    /// The first case that has the operation.
    cases: BTreeMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Case {
    file: PathBuf,
    suite: usize,
    index: usize,
    id: String,
    json: Map,
    plan: Plan,
}

/// What is to be done with a case.
#[derive(Clone, Debug)]
enum Plan {
    /// It is run: as this operation of this model.
    Run { model: usize, operation: String },
    /// It is not run, for this reason.
    Settled(Status, String),
}

impl Suites {
    /// Reads files, each an array of suites: `description`, `metadata`, `shapes`, `cases`, `clientEndpoint`.
    ///
    /// # Errors
    /// What cannot be read as suites: file, JSON pointer and what was expected.
    pub fn read<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, Problems> {
        let mut suites = Self::default();
        let mut problems = Vec::new();
        for path in paths {
            let path = path.as_ref();
            match read_json(path) {
                Ok((Value::Array(list), _)) => {
                    let mut ids = BTreeSet::new();
                    for (index, suite) in list.iter().enumerate() {
                        suites.read_suite(path, index, suite, &mut ids, &mut problems);
                    }
                }
                Ok(_) => problems.push(Problem::new(&path.display().to_string(), "", "expected an array of suites")),
                Err(found) => problems.extend_from_slice(found.list()),
            }
        }
        if problems.is_empty() { Ok(suites) } else { Err(Problems::from(problems).located()) }
    }

    fn read_suite(
        &mut self,
        path: &Path,
        index: usize,
        suite: &Value,
        ids: &mut BTreeSet<String>,
        problems: &mut Vec<Problem>,
    ) {
        let file = path.display().to_string();
        let number = index.to_string();
        let mut expected = |key: &[&str], what: &str| {
            let steps = [&[number.as_str()], key].concat();
            problems.push(Problem::new(&file, &pointer(&steps), format!("expected {what}")));
        };
        let Some(suite) = suite.as_object() else { return expected(&[], "a suite, which is an object") };
        let (metadata, shapes) = (suite.get("metadata"), suite.get("shapes"));
        let protocol = metadata.and_then(|metadata| metadata.get("protocol")).and_then(Value::as_str);
        let Some(cases) = suite.get("cases").and_then(Value::as_array) else {
            return expected(&["cases"], "an array of cases");
        };
        let (Some(Value::Object(metadata)), Some(protocol)) = (metadata, protocol) else {
            return expected(&["metadata", "protocol"], "the name of a protocol");
        };
        if !PROTOCOLS.contains(&protocol) && !OTHER_PROTOCOLS.contains(&protocol) {
            let what = format!("a protocol, which `{protocol}` is not: {}", PROTOCOLS.join(", "));
            return expected(&["metadata", "protocol"], &what);
        }
        let Some(Value::Object(shapes)) = shapes else { return expected(&["shapes"], "an object of shapes") };
        let first_model = self.models.len();
        for (place, case) in cases.iter().enumerate() {
            let Some(case) = case.as_object() else {
                expected(&["cases", &place.to_string()], "a case, which is an object");
                continue;
            };
            let mut json = case.clone();
            json.remove("given");
            if let Some(endpoint) = suite.get("clientEndpoint") {
                json.insert("clientEndpoint".to_owned(), endpoint.clone());
            }
            let plan = if OTHER_PROTOCOLS.contains(&protocol) {
                Plan::Settled(Status::Skip, format!("the protocol `{protocol}` does not speak XML"))
            } else {
                match adapt::operation(case, protocol, shapes) {
                    Ok((name, operation)) => {
                        let model = self.place(first_model, &name, &operation, || SuiteModel {
                            file: path.to_owned(),
                            suite: index,
                            document: adapt::model(metadata, shapes),
                            cases: BTreeMap::new(),
                        });
                        self.models[model].cases.entry(name.clone()).or_insert(place);
                        Plan::Run { model, operation: name }
                    }
                    Err(why) => Plan::Settled(Status::Fail, why),
                }
            };
            let id = id_of(path, index, place, case);
            if case.contains_key("id") && !ids.insert(id.clone()) {
                let steps = pointer(&[&number, "cases", &place.to_string(), "id"]);
                self.warnings.push(Problem::new(&file, &steps, format!("the id `{id}` is that of another case too")));
            }
            self.cases.push(Case { file: path.to_owned(), suite: index, index: place, id, json, plan });
        }
    }

    /// The model among those from `first` on that has the operation, or has none of its name. Cases of one suite may give
    /// one name to several operations.
    fn place(&mut self, first: usize, name: &str, operation: &Value, new: impl FnOnce() -> SuiteModel) -> usize {
        let fits = |model: &SuiteModel| match model.document["operations"].get(name) {
            None => true,
            Some(known) => known == operation,
        };
        let index = first + self.models[first..].iter().take_while(|model| !fits(model)).count();
        if index == self.models.len() {
            self.models.push(new());
        }
        if let Some(operations) = operations_of(&mut self.models[index].document) {
            operations.insert(name.to_owned(), operation.clone());
        }
        index
    }

    /// Keeps the cases of these ids, if there are any ids.
    ///
    /// # Errors
    /// The ids that no case has.
    pub fn select(mut self, ids: &[String]) -> Result<Self, Problems> {
        let mut found = Diagnostics::default();
        for id in ids {
            if !self.cases.iter().any(|case| case.id == *id) {
                found.problem("", "", format!("there is no case `{id}`"));
                found.hint(&|| did_you_mean(id, &self.cases.iter().map(|case| case.id.as_str()).collect::<Vec<_>>()));
            }
        }
        found.finish()?;
        if !ids.is_empty() {
            self.cases.retain(|case| ids.contains(&case.id));
        }
        Ok(self)
    }

    /// How many cases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there is no case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// What is odd but does no harm.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The reports of the cases that will not be run, and why: those that no code can be generated for, too, once
    /// [`write`](Self::write) has tried.
    #[must_use]
    pub fn settled(&self) -> Vec<CaseReport> {
        let settled = |case: &Case| match &case.plan {
            Plan::Settled(status, reason) => Some(case.report(*status, Some(reason.clone()))),
            Plan::Run { .. } => None,
        };
        self.cases.iter().filter_map(settled).collect()
    }

    /// Writes code and cases into a folder: `suites.rs`, which has the static `OPERATIONS` and refers to the other files,
    /// and `cases.json`, which is to be run with it.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write(&mut self, folder: &Path) -> Result<(), Problems> {
        let mut modules = String::new();
        let mut places = BTreeMap::new();
        let mut operations = String::new();
        let mut next = 0;
        while next < self.models.len() {
            let index = next;
            next += 1;
            let wanted: BTreeSet<String> = self.running(index).collect();
            if wanted.is_empty() {
                continue;
            }
            let module = module_name(index);
            match self.models[index].generate(&module) {
                Ok((text, types, warnings)) => {
                    self.warnings.extend(warnings);
                    let path = folder.join(format!("{module}.rs"));
                    write_if_changed(&path, &text)?;
                    let path = std::path::absolute(&path).unwrap_or(path).display().to_string();
                    // Writing to a string does not fail.
                    let _ = writeln!(modules, "#[allow(warnings, clippy::all, clippy::pedantic)]\n#[path = {path:?}]");
                    let _ = writeln!(modules, "mod {module};");
                    for (name, type_name) in types.into_iter().filter(|(name, _)| wanted.contains(name)) {
                        let _ = writeln!(
                            operations,
                            "    ::shapewire::conformance::TypedOperation::of::<{module}::{type_name}>(),"
                        );
                        places.insert((index, name), places.len());
                    }
                }
                // One operation must not keep the others from being run.
                Err(_) if wanted.len() > 1 => self.divide(index, &wanted),
                Err(problems) => {
                    let list = problems.list().iter();
                    let list = list.map(|problem| format!("{}: {}", problem.pointer(), problem.message()));
                    self.refuse(index, &list.collect::<Vec<_>>().join("; "));
                }
            }
        }
        let text = format!(
            "{modules}\n/// The operations of the suites.\n\
             static OPERATIONS: &[::shapewire::conformance::TypedOperation] = &[\n{operations}];\n"
        );
        write_if_changed(&folder.join("suites.rs"), &text)?;
        let cases = self.cases.iter().filter_map(|case| {
            let Plan::Run { model, operation } = &case.plan else { return None };
            let mut json = case.json.clone();
            json.insert("operation".to_owned(), (*places.get(&(*model, operation.clone()))?).into());
            Some(Value::Object(json))
        });
        write_if_changed(&folder.join("cases.json"), &Value::Array(cases.collect()).to_string())?;
        Ok(())
    }

    /// Gives each of these operations of a model a model of its own.
    fn divide(&mut self, model: usize, operations: &BTreeSet<String>) {
        for name in operations {
            let mut own = self.models[model].clone();
            if let Some(others) = operations_of(&mut own.document) {
                others.retain(|other, _| other == name);
            }
            let place = self.models.len();
            self.models.push(own);
            for case in &mut self.cases {
                if let Plan::Run { model: old, operation } = &mut case.plan
                    && (*old, operation.as_str()) == (model, name.as_str())
                {
                    *old = place;
                }
            }
        }
    }

    /// The operations of the model that cases are to be run as.
    fn running(&self, model: usize) -> impl Iterator<Item = String> {
        self.cases.iter().filter_map(move |case| match &case.plan {
            Plan::Run { model: other, operation } if *other == model => Some(operation.clone()),
            _ => None,
        })
    }

    /// Settles the cases of a model that is of no use.
    fn refuse(&mut self, model: usize, why: &str) {
        for case in &mut self.cases {
            if matches!(case.plan, Plan::Run { model: other, .. } if other == model) {
                case.plan = Plan::Settled(Status::Fail, why.to_owned());
            }
        }
    }

    /// Settles the cases of the model whose code is in the file of this name, as the compiler has found it; whether there
    /// is one.
    pub(super) fn refuse_file(&mut self, file_name: &str, why: &str) -> bool {
        let Some(model) = (0..self.models.len()).find(|index| format!("{}.rs", module_name(*index)) == file_name)
        else {
            return false;
        };
        let any = self.running(model).next().is_some();
        self.refuse(model, &format!("the generated code does not compile, which is a fault of the generator: {why}"));
        any
    }

    /// The report, when those cases that are to be run have come to these ends: `None`, or why one has failed.
    pub(super) fn report(&self, outcomes: Vec<Option<String>>) -> Report {
        let mut outcomes = outcomes.into_iter();
        let report = |case: &Case| match &case.plan {
            Plan::Settled(status, reason) => case.report(*status, Some(reason.clone())),
            Plan::Run { .. } => match outcomes.next() {
                Some(None) => case.report(Status::Pass, None),
                Some(Some(why)) => case.report(Status::Fail, Some(why)),
                None => case.report(Status::Fail, Some("it has not been run".to_owned())),
            },
        };
        Report::new(self.cases.iter().map(report).collect())
    }
}

impl Case {
    fn report(&self, status: Status, reason: Option<String>) -> CaseReport {
        let pointer = pointer(&[&self.suite.to_string(), "cases", &self.index.to_string()]);
        CaseReport { file: self.file.display().to_string(), pointer, id: self.id.clone(), status, reason }
    }
}

/// A case without an id is named as botocore names it: file, suite and case.
fn id_of(path: &Path, suite: usize, case: usize, json: &Map) -> String {
    match json.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()) {
        Some(id) => id.chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect(),
        None => format!("{}:{suite}:{case}", path.file_stem().unwrap_or_default().to_string_lossy()),
    }
}

fn operations_of(model: &mut Value) -> Option<&mut Map> {
    model.get_mut("operations")?.as_object_mut()
}

fn module_name(model: usize) -> String {
    format!("model_{model}")
}

impl SuiteModel {
    /// The code, the type of each operation, and what is odd.
    #[expect(clippy::type_complexity, reason = "a tuple of three, for one caller")]
    fn generate(&self, module: &str) -> Result<(String, BTreeMap<String, String>, Vec<Problem>), Problems> {
        let document = adapt::pruned(self.document.clone());
        let source = Source::of_suite(self.file.display().to_string(), document);
        let generated = load_source(&source)
            .and_then(|loaded| Builder::new().model(&self.file).module_name(module).generate_loaded(loaded))
            .map_err(|problems| Problems::from(problems.list().iter().map(|p| self.relocate(p)).collect::<Vec<_>>()))?;
        let warnings = generated.warnings.iter().map(|warning| self.relocate(warning)).collect();
        Ok((generated.text, generated.types, warnings))
    }

    /// A problem of the model at its place in the suite's file.
    fn relocate(&self, problem: &Problem) -> Problem {
        let suite = pointer(&[&self.suite.to_string()]);
        let place = match problem.pointer().strip_prefix("/operations/") {
            Some(rest) => {
                let (name, below) = rest.split_once('/').map_or((rest, String::new()), |(n, b)| (n, format!("/{b}")));
                let name = name.replace("~1", "/").replace("~0", "~");
                match self.cases.get(&name) {
                    Some(case) => format!("{suite}/cases/{case}/given{below}"),
                    None => suite,
                }
            }
            None => suite + problem.pointer(),
        };
        problem.moved(&place)
    }
}
