//! A Cargo project around the code of suites: written, built, run.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::builder::write_if_changed;
use crate::conformance::{Report, Suites};
use crate::json::Value;

const NAME: &str = "conformance-suites";

const PROGRAM: &str = "\
//! Runs the cases of protocol suites. Made by `shapewire-codegen conformance`.

include!(\"suites.rs\");

fn main() -> std::process::ExitCode {
    ::shapewire::conformance::main(OPERATIONS)
}
";

/// Where the runtime comes from that the code is compiled with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Runtime {
    /// The folder of its source.
    Path(PathBuf),
    /// A version of the package in Cargo's registry, as `[dependencies]` has it.
    Version(String),
}

impl Runtime {
    /// The source that this generator was built beside, if it is still there; else the version that belongs to it.
    #[must_use]
    pub fn beside() -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
        let manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap_or_default();
        if manifest.contains("name = \"shapewire\"") {
            Self::Path(source)
        } else {
            Self::Version(format!("={}", env!("CARGO_PKG_VERSION")))
        }
    }

    /// A folder, if there is one of that name or it is no name of a version, else a version.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let is_path = Path::new(text).is_dir() || text.contains(std::path::is_separator);
        if is_path { Self::Path(PathBuf::from(text)) } else { Self::Version(text.to_owned()) }
    }
}

/// A Cargo project around the code of suites.
#[derive(Clone, Debug)]
pub struct Project {
    work: PathBuf,
    target: PathBuf,
    runtime: Runtime,
}

impl Project {
    /// A project in the folder `work`. Without one it is `conformance` in Cargo's target folder: that of the variable
    /// `CARGO_TARGET_DIR`, the `target` beside the runtime's source, or else that of the current folder.
    #[must_use]
    pub fn new(work: Option<PathBuf>, runtime: Runtime) -> Self {
        let named = env::var_os("CARGO_TARGET_DIR").filter(|target| !target.is_empty()).map(PathBuf::from);
        let target = match (&named, &work, &runtime) {
            (Some(target), ..) => target.clone(),
            (None, Some(work), _) => work.join("target"),
            (None, None, Runtime::Path(source)) => source.join("target"),
            (None, None, Runtime::Version(_)) => PathBuf::from("target"),
        };
        let work = work.unwrap_or_else(|| target.join("conformance"));
        Self { work, target, runtime }
    }

    /// Builds the code of the suites, and runs their cases. Two runs in one folder wait for each other.
    ///
    /// # Errors
    /// Where the project cannot be written, built or run.
    pub fn run(&self, suites: &mut Suites) -> Result<Report, String> {
        let failed = |what: &Path| {
            let what = what.display().to_string();
            move |error: std::io::Error| format!("{what}: {error}")
        };
        let source = self.work.join("src");
        fs::create_dir_all(&source).map_err(failed(&source))?;
        let lock = self.work.join("lock");
        File::create(&lock).and_then(|file| file.lock().map(|()| file)).map_err(failed(&lock)).and_then(|_held| {
            self.write_manifest()?;
            let program = self.build(suites, &source)?;
            let cases_file = source.join("cases.json");
            let text = fs::read_to_string(&cases_file).map_err(failed(&cases_file))?;
            let cases: Value = text.parse().map_err(|error| format!("{}: {error}", cases_file.display()))?;
            let cases =
                cases.as_array().ok_or_else(|| format!("{}: expected an array of cases", cases_file.display()))?;
            Ok(suites.report(self.outcomes(&program, cases)?))
        })
    }

    fn write_manifest(&self) -> Result<(), String> {
        let runtime = match &self.runtime {
            Runtime::Path(path) => {
                let path = fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))?;
                self.copy_lock_file(&path)?;
                format!("path = {:?}", path.display().to_string())
            }
            Runtime::Version(version) => format!("version = {version:?}"),
        };
        let manifest = format!(
            "[package]\nname = \"{NAME}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n\
             shapewire = {{ {runtime}, default-features = false, features = [\"conformance\"] }}\n\n\
             [profile.dev]\ndebug = 0\n\n\
             [workspace]\n"
        );
        write_if_changed(&self.work.join("Cargo.toml"), &manifest).map_err(|problem| problem.to_string())?;
        let program = self.work.join("src/main.rs");
        write_if_changed(&program, PROGRAM).map_err(|problem| problem.to_string())
    }

    /// Takes the versions that the runtime is developed with. Cargo then changes the copy; another one is made when the
    /// original changes.
    fn copy_lock_file(&self, runtime: &Path) -> Result<(), String> {
        let Ok(original) = fs::read_to_string(runtime.join("Cargo.lock")) else { return Ok(()) };
        let known = self.work.join("runtime.lock");
        if fs::read_to_string(&known).is_ok_and(|known| known == original) {
            return Ok(());
        }
        for path in [&self.work.join("Cargo.lock"), &known] {
            fs::write(path, &original).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    /// The program. Suites whose code does not compile are settled, and left out.
    fn build(&self, suites: &mut Suites, source: &Path) -> Result<PathBuf, String> {
        loop {
            suites.write(source).map_err(|problems| problems.to_string())?;
            let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let output = Command::new(&cargo)
                .args(["build", "--quiet", "--message-format=json", "--manifest-path"])
                .arg(self.work.join("Cargo.toml"))
                .arg("--target-dir")
                .arg(&self.target)
                .stdin(Stdio::null())
                .output()
                .map_err(|error| format!("{}: {error}", cargo.display()))?;
            let messages: Vec<Value> = output
                .stdout
                .split(|byte| *byte == b'\n')
                .filter_map(|line| str::from_utf8(line).ok()?.parse().ok())
                .collect();
            if output.status.success() {
                return messages
                    .iter()
                    .filter(|message| message["target"]["name"].as_str() == Some(NAME))
                    .find_map(|message| message["executable"].as_str().map(PathBuf::from))
                    .ok_or_else(|| "cargo has built no program".to_owned());
            }
            let mut found = false;
            for message in messages
                .iter()
                .map(|message| &message["message"])
                .filter(|text| text["level"].as_str() == Some("error"))
            {
                let text = message["message"].as_str().unwrap_or_default();
                let spans = message["spans"].as_array().into_iter().flatten();
                for file in spans.filter_map(|span| Path::new(span["file_name"].as_str()?).file_name()?.to_str()) {
                    found |= suites.refuse_file(file, text);
                }
            }
            if !found {
                let rendered = messages.iter().filter_map(|message| message["message"]["rendered"].as_str());
                let errors = String::from_utf8_lossy(&output.stderr);
                return Err(format!(
                    "the project in {} cannot be built:\n{}{errors}",
                    self.work.display(),
                    rendered.collect::<String>()
                ));
            }
        }
    }

    /// Why each case has failed, if it has. A case that ends the program fails alone.
    fn outcomes(&self, program: &Path, cases: &[Value]) -> Result<Vec<Option<String>>, String> {
        match self.run_cases(program, cases) {
            Err(why) if cases.len() == 1 => Ok(vec![Some(why)]),
            Err(_) if cases.len() > 1 => {
                let (first, second) = cases.split_at(cases.len() / 2);
                let mut outcomes = self.outcomes(program, first)?;
                outcomes.extend(self.outcomes(program, second)?);
                Ok(outcomes)
            }
            outcomes => outcomes,
        }
    }

    fn run_cases(&self, program: &Path, cases: &[Value]) -> Result<Vec<Option<String>>, String> {
        let path = self.work.join("run.json");
        fs::write(&path, Value::Array(cases.to_vec()).to_string())
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let output = Command::new(program)
            .arg(&path)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let outcomes = str::from_utf8(&output.stdout).ok().and_then(|text| text.parse::<Value>().ok());
        match outcomes.as_ref().and_then(Value::as_array) {
            Some(outcomes) if output.status.success() && outcomes.len() == cases.len() => {
                Ok(outcomes.iter().map(failure).collect())
            }
            _ => {
                let errors = String::from_utf8_lossy(&output.stderr);
                Err(format!("the program ended with {}: {}", output.status, errors.trim()))
            }
        }
    }
}

/// Why a case has failed, out of what the program says of its halves.
fn failure(outcome: &Value) -> Option<String> {
    let half = |name: &str| Some(format!("{name}: {}", outcome[name].as_str()?));
    let halves: Vec<String> = ["client", "server"].into_iter().filter_map(half).collect();
    (!halves.is_empty()).then(|| halves.join("; "))
}
