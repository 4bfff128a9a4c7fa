//! The generator as a build script calls it: options in, one file out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, Problem, Problems, locate, on_disk};
use crate::emit::{self, Context, Loops, Options, Patterns};
use crate::load::{Loaded, Places, load};
use crate::model::Model;
use crate::name::{self, Names};
use crate::overlay::{self, Applied};
use crate::{check, complete, custom, events, paginator, select, support, waiter};

/// Generates the code of one service; several services take a builder each.
///
/// In a build script:
///
/// ```no_run
/// fn main() -> Result<(), shapewire_codegen::Problems> {
///     shapewire_codegen::Builder::new().model("model/iam-2010-05-08.json").generate()?;
///     Ok(())
/// }
/// ```
///
/// and in the library: `pub mod iam { include!(concat!(env!("OUT_DIR"), "/iam.rs")); }`. The code needs the library `shapewire`,
/// that of a service whose protocol is `restXml` with its feature `rest-xml`.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    model: PathBuf,
    overlays: Vec<PathBuf>,
    operations: Option<Vec<String>>,
    module_name: Option<String>,
    file_name: Option<String>,
    out_dir: Option<PathBuf>,
    async_client: bool,
    serde: bool,
    without_documentation: bool,
    module_visibility: Option<String>,
    attributes: Vec<(String, String)>,
}

/// What a run has made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Generated {
    /// The Rust code.
    pub text: String,
    /// The name of the module that it is for.
    pub module_name: String,
    /// The service's name in prose: `AWS Identity and Access Management`.
    pub full_name: String,
    /// The service's API version.
    pub api_version: String,
    /// The type of each operation, by the operation's name in the model.
    pub types: BTreeMap<String, String>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// The file that was written, if one was asked for.
    pub path: Option<PathBuf>,
    /// What is odd in the model but does no harm.
    pub warnings: Vec<Problem>,
}

impl Builder {
    /// A builder without a model.
    pub fn new() -> Self {
        Self::default()
    }

    /// The model file: botocore's `service-2.json`, Smithy's JSON AST, or one that `shapewire-codegen import` has written.
    pub fn model(mut self, path: impl Into<PathBuf>) -> Self {
        self.model = path.into();
        self
    }

    /// A file of corrections. Several are applied in the order of the calls.
    pub fn overlay(mut self, path: impl Into<PathBuf>) -> Self {
        self.overlays.push(path.into());
        self
    }

    /// Keeps these operations, and of the shapes what they reach. Calls add up; without one all operations are kept.
    pub fn operations<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.operations.get_or_insert_default().extend(names.into_iter().map(Into::into));
        self
    }

    /// The name of the service's module, in the schema and of the file. Without it, it is the start of the model
    /// file's name if a version follows it there (`iam-2010-05-08.json`), else the service id in lower case.
    pub fn module_name(mut self, name: impl Into<String>) -> Self {
        self.module_name = Some(name.into());
        self
    }

    /// Whether the module has an `AsyncClient` beside its `Client`, with the same methods. The crate that compiles the code
    /// then needs shapewire's feature `async`.
    pub fn async_client(mut self, wanted: bool) -> Self {
        self.async_client = wanted;
        self
    }

    /// Whether the structures, unions and enumerations have serde's traits. The crate that compiles the code then needs
    /// shapewire's feature `serde`, and no serde of its own.
    pub fn serde(mut self, wanted: bool) -> Self {
        self.serde = wanted;
        self
    }

    /// Whether the code has documentation; it has without a call. A crate that denies `missing_docs` needs it, or allows
    /// that for the module.
    pub fn documentation(mut self, wanted: bool) -> Self {
        self.without_documentation = !wanted;
        self
    }

    /// Attributes for the type of a structure, union or enumeration of the model, such as `#[derive(Eq, Hash)]` or
    /// `#[must_use]`. Calls add up.
    ///
    /// All types have `Clone`, `Debug`, `Default` and `PartialEq`, enumerations `Eq`, `Hash` and `Ord` as well.
    pub fn attributes(mut self, shape: impl Into<String>, attributes: impl Into<String>) -> Self {
        self.attributes.push((shape.into(), attributes.into()));
        self
    }

    /// Puts the code into a module of this visibility, `pub`, `pub(crate)` or the empty text, so that the file is included
    /// as it is: `include!(concat!(env!("OUT_DIR"), "/iam.rs"));`. Without it, whoever includes the file writes the
    /// module around it.
    pub fn module_visibility(mut self, visibility: impl Into<String>) -> Self {
        self.module_visibility = Some(visibility.into());
        self
    }

    /// The name of the file to write, without a folder; `<module name>.rs` without a call.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The folder to write to; Cargo's `OUT_DIR` without it.
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// Generates the file, and writes it if it is not there already with the same text.
    ///
    /// Without [`out_dir`](Self::out_dir) this is a build script: Cargo is told the files that were read, so that it runs
    /// the script again when one of these changes and not when others do, and the warnings. A file that comes new beside
    /// a model is seen when one of the old ones changes.
    ///
    /// # Errors
    /// All problems of the model and of the overlays, or why the file cannot be written.
    pub fn generate(self) -> Result<Generated, Problems> {
        self.folder()?;
        let generated = self.generate_to_string()?;
        self.finish(self.path_of(&generated)?, generated)
    }

    /// Where to write.
    fn folder(&self) -> Result<PathBuf, Problem> {
        let folder = self.out_dir.clone().or_else(|| std::env::var_os("OUT_DIR").map(PathBuf::from));
        let message = "no folder to write to: this is no build script and no output folder is given";
        folder.ok_or_else(|| Problem::new("", "", message))
    }

    /// The file to write.
    pub(crate) fn path_of(&self, generated: &Generated) -> Result<PathBuf, Problem> {
        let file_name = self.file_name.clone().unwrap_or_else(|| format!("{}.rs", generated.module_name));
        Ok(self.folder()?.join(file_name))
    }

    /// The model file as it was named.
    #[cfg(feature = "command")]
    pub(crate) fn model_file(&self) -> String {
        self.model.display().to_string()
    }

    /// The bytes of the model file; none if it cannot be read.
    #[cfg(feature = "command")]
    pub(crate) fn size(&self) -> u64 {
        self.model.metadata().map_or(0, |metadata| metadata.len())
    }

    /// Writes the code, and tells Cargo.
    pub(crate) fn finish(&self, path: PathBuf, mut generated: Generated) -> Result<Generated, Problems> {
        write_if_changed(&path, &generated.text)?;
        if self.out_dir.is_none() {
            for file in &generated.files {
                println!("cargo::rerun-if-changed={}", file.display());
            }
            for warning in &generated.warnings {
                println!("cargo::warning={}", one_line(&warning.to_string()));
            }
        }
        generated.path = Some(path);
        Ok(generated)
    }

    /// Generates the text and writes nothing.
    ///
    /// # Errors
    /// All problems of the model and of the overlays.
    pub fn generate_to_string(&self) -> Result<Generated, Problems> {
        if self.model.as_os_str().is_empty() {
            return Err(Problem::new("", "", "no model is named: `Builder::model` takes its file").into());
        }
        let mut generated = self.generate_loaded(load(&self.model)?).map_err(Problems::located)?;
        locate(&mut generated.warnings, on_disk);
        Ok(generated)
    }

    /// The same for a model that has been read.
    pub(crate) fn generate_loaded(&self, loaded: Loaded) -> Result<Generated, Problems> {
        let places = Places::of(&loaded.files);
        let (mut model, mut files, mut fingerprint) = (loaded.model, loaded.files, loaded.fingerprint);
        let mut found = Diagnostics::default();
        let mut applied = Vec::new();
        let service = self.service_of(&model);
        for path in &self.overlays {
            applied.extend(overlay::apply(&mut model, &service, path, &mut fingerprint, &mut found));
            files.push(path.clone());
        }
        let (code, Named { module_name, names }) = self.code(&mut model, &places, &mut found)?;
        let mut types = BTreeMap::new();
        for operation in &model.operations {
            types.insert(operation.name.clone(), names.operation(&operation.name).type_name.to_string());
        }
        let code = match &self.module_visibility {
            Some(visibility) => custom::module(visibility, &module_name, &model.service, &code),
            None => code,
        };
        let header = self.header(&model, &fingerprint.to_string(), &applied);
        let warnings = loaded.warnings.into_iter().chain(found.finish()?).collect();
        Ok(Generated {
            text: header + &code,
            module_name,
            full_name: model.service.full_name,
            api_version: model.service.api_version,
            types,
            files,
            path: None,
            warnings,
        })
    }

    /// The name of the service, whatever its module is called.
    fn service_of(&self, model: &Model) -> String {
        module_of_file(&self.model).unwrap_or_else(|| name::module_name(&model.service.service_id))
    }

    fn module_name_for(&self, model: &Model, file: &str, found: &mut Diagnostics) -> String {
        let name = match &self.module_name {
            Some(name) => name.clone(),
            None => self.service_of(model),
        };
        if !name::is_identifier(&name) {
            found.problem(file, "", format!("`{name}` cannot be the name of a module"));
            found.hint(&|| {
                Some("a name of snake case is wanted, and no keyword: `module_name`, or `--module-name`".to_owned())
            });
        }
        name
    }

    /// The code without its header. The model becomes what it was generated from: complete, and with no more than the
    /// operations that are kept.
    fn code(&self, model: &mut Model, places: &Places, found: &mut Diagnostics) -> Result<(String, Named), Problems> {
        let file = places.model.as_str();
        // What an overlay was to correct is no fault of the model's.
        if !found.has_problems() {
            check::check(model, file, found);
        }
        let module_name = self.module_name_for(model, file, found);
        self.check_options(model, file, found);
        let protocol = support::protocol(model, file);
        if let Err(problem) = &protocol {
            found.add(problem.clone());
        }
        found.checkpoint()?;
        let protocol = protocol?;
        complete::complete(model);
        events::complete(model);
        if let Some(operations) = &self.operations {
            select::select(model, operations);
        }
        support::check(protocol, model, file, found);
        let loops = Loops {
            paginators: paginator::resolve(model, &places.paginators, found),
            waiters: waiter::resolve(model, &places.waiters, found),
        };
        let options = Options {
            async_client: self.async_client,
            serde: self.serde,
            documentation: !self.without_documentation,
            attributes: custom::attributes(&self.attributes, model, file, found),
        };
        found.checkpoint()?;
        let names = Names::new(model);
        let patterns = Patterns::new(model, file, found);
        let code = emit::emit(&Context::new(model, protocol, &names, &module_name, &patterns, &loops, &options));
        Ok((code, Named { module_name, names }))
    }

    /// Reports what was asked for and cannot be done with the whole model.
    fn check_options(&self, model: &Model, file: &str, found: &mut Diagnostics) {
        if let Some(operations) = &self.operations {
            select::check(model, operations, file, found);
        }
        if let Some(name) = &self.file_name
            && Path::new(name).file_name() != Some(OsStr::new(name))
        {
            found.problem(file, "", format!("{name:?} is no name of a file in the folder that is written to"));
        }
        if let Some(visibility) = &self.module_visibility
            && custom::visibility(visibility).is_none()
        {
            found.problem(file, "", format!("`{visibility}` is no visibility of a module"));
        }
        custom::attributes(&self.attributes, model, file, found);
    }

    fn header(&self, model: &Model, fingerprint: &str, applied: &[Applied]) -> String {
        let mut lines = vec![
            format!(
                "Generated by shapewire-codegen {} from {}. Do not edit.",
                env!("CARGO_PKG_VERSION"),
                file_name(&self.model)
            ),
            format!("API version {}, inputs {fingerprint}.", model.service.api_version),
        ];
        if let Some(operations) = &self.operations {
            let mut names = ByName::default();
            for name in operations {
                names.insert(name, name.as_str());
            }
            lines.push(format!("Operations: {}.", names.into_values().join(", ")));
        }
        for Applied { file_name, count, notable } in applied {
            lines
                .push(format!("Overlay {file_name}: changes {count}, of them beyond documentation {}.", notable.len()));
            lines.extend(notable.iter().map(|change| format!("- {change}")));
        }
        lines.iter().fold(String::new(), |header, line| header + "// " + &one_line(line) + "\n") + "\n"
    }
}

/// Names of one service's module.
struct Named {
    module_name: String,
    names: Names,
}

/// The code of a model as it was read, with the model as it was generated from and the names in it.
#[cfg(feature = "command")]
pub(crate) fn code_of(loaded: &Loaded) -> Result<(String, Model, Names), Problems> {
    let mut model = loaded.model.clone();
    let builder = Builder::new().module_name(name::module_name(&model.service.service_id));
    let (code, named) = builder.code(&mut model, &Places::of(&loaded.files), &mut Diagnostics::default())?;
    Ok((code, model, named.names))
}

/// A text as one line of a comment. Rust has none with what turns the direction of writing.
pub(crate) fn one_line(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || turns(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(OsStr::new("")).to_string_lossy().into_owned()
}

/// The start of a file name that goes on with a version: `iam` of `iam-2010-05-08.json`.
pub(crate) fn module_of_file(path: &Path) -> Option<String> {
    let stem = path.file_name()?.to_str()?;
    let stem = stem.strip_suffix(".gz").unwrap_or(stem).strip_suffix(".json")?;
    let (name, version) = stem.split_once('-')?;
    let is_date = version.len() == 10 && version.chars().all(|c| c.is_ascii_digit() || c == '-');
    (is_date && name::is_identifier(name)).then(|| name.to_owned())
}

pub(crate) fn write_if_changed(path: &Path, text: &str) -> Result<(), Problem> {
    if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    std::fs::write(path, text)
        .map_err(|error| Problem::new(&path.display().to_string(), "", format!("cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_file_with_a_version_names_the_module() {
        assert_eq!(module_of_file(Path::new("model/iam-2010-05-08.json")).as_deref(), Some("iam"));
        assert_eq!(module_of_file(Path::new("iam-2010-05-08.json.gz")).as_deref(), Some("iam"));
        assert_eq!(module_of_file(Path::new("service-2.json")), None);
        assert_eq!(module_of_file(Path::new("type-2010-05-08.json")), None);
        assert_eq!(module_of_file(Path::new("..")), None);
    }

    #[test]
    fn a_module_name_must_be_an_identifier() {
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bookshop.json");
        let problems = Builder::new().model(model).module_name("a-b").generate_to_string().unwrap_err();
        assert_eq!(problems.list()[0].message(), "`a-b` cannot be the name of a module");
    }

    #[test]
    fn the_header_stays_a_comment() {
        let builder = Builder::new().model("a\nb.json").operations(["x\ny"]);
        let header = builder.header(&Model::default(), "0", &[]);
        assert!(header.lines().all(|line| line.is_empty() || line.starts_with("// ")), "{header}");
    }
}
