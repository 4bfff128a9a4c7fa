//! The command `shapewire-codegen`: the generator from the shell.

#![forbid(unsafe_code)]

mod command;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::{Long, Short, Value};
use shapewire_codegen::conformance::{Project, Runtime, Suites};
use shapewire_codegen::endpoint::import_partitions;
use shapewire_codegen::{Builder, Problems, import};

const HELP: &str = "\
Generates the Rust code of an AWS service from its model.

Usage:
  shapewire-codegen import FILE --out FILE
      Makes a model file with all facts and no prose from a published model (botocore's service-2.json with the
      files beside it, or Smithy's JSON AST).
  shapewire-codegen generate FILE [--overlay FILE]... [--operation NAME]... [--module-name NAME] [--async-client] --out DIR
      Writes the code of the model's service, or of some of its operations, into the folder. With --async-client it
      has an AsyncClient as well, which needs shapewire's feature `async`.
  shapewire-codegen diff OLD NEW [--format text|json|markdown|html] [--color auto|always|never]
      Shows what a new version of a model changes: for Rust code that uses what is generated, and on the wire, for
      clients and servers that have not followed it. A model is a file, or a file of a git revision as REVISION:PATH.
      Exit status: 0 if Rust code stays as it is, 3 if something is new for it, 4 if something breaks.
  shapewire-codegen import-partitions FILE --out FILE
      Makes a file of AWS's partitions, without prose, from the published one (botocore's partitions.json).
  shapewire-codegen conformance FILE... [--case ID]... [--format text|json] [--runtime PATH|VERSION] [--work DIR]
      Generates code for protocol suites in botocore's form, compiles it with the runtime, and runs their cases in both
      halves of the wire. Prints a line a case, `PASS id`, `FAIL id: reason` or `SKIP id: reason`, and the totals.
  shapewire-codegen help | --help
  shapewire-codegen --version

Exit status: 0, 1 if the model has problems or a case fails, 2 if the command is used wrongly.
";

/// How the command ends if not well.
enum Failure {
    /// It was used wrongly.
    Usage(String),
    /// The input or the output is at fault.
    Problems(Problems),
    /// A file cannot be written, a project not be built.
    Output(String),
    /// Cases of suites have failed, which has been reported.
    Cases,
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(code) => code,
        Err(Failure::Usage(message)) => {
            eprintln!("shapewire-codegen: {message}\nSee `shapewire-codegen --help`.");
            ExitCode::from(2)
        }
        Err(Failure::Problems(problems)) => {
            eprintln!("{problems}");
            ExitCode::FAILURE
        }
        Err(Failure::Output(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
        Err(Failure::Cases) => ExitCode::FAILURE,
    }
}

/// What the arguments after the subcommand say.
#[derive(Default)]
struct Arguments {
    file: Option<PathBuf>,
    out: Option<PathBuf>,
    overlays: Vec<PathBuf>,
    operations: Vec<String>,
    module_name: Option<String>,
    async_client: bool,
}

fn run(mut parser: lexopt::Parser) -> Result<ExitCode, Failure> {
    match parser.next()? {
        Some(Value(command)) if command == "import" => run_import(&Arguments::parse(&mut parser, false)?)?,
        Some(Value(command)) if command == "import-partitions" => {
            run_import_partitions(&Arguments::parse(&mut parser, false)?)?;
        }
        Some(Value(command)) if command == "generate" => run_generate(&Arguments::parse(&mut parser, true)?)?,
        Some(Value(command)) if command == "conformance" => run_conformance(&mut parser)?,
        Some(Value(command)) if command == "diff" => return command::diff::run(&mut parser),
        Some(Value(command)) if command == "help" => print(HELP)?,
        Some(Long("help") | Short('h')) => print(HELP)?,
        Some(Long("version") | Short('V')) => print(concat!("shapewire-codegen ", env!("CARGO_PKG_VERSION"), "\n"))?,
        Some(argument) => return Err(argument.unexpected().into()),
        None => {
            let message = "a command is missing: import, import-partitions, generate, diff, conformance or help";
            return Err(Failure::Usage(message.to_owned()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints to standard output; a reader that has gone away is no failure.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Output(error.to_string())),
        _ => Ok(()),
    }
}

impl Arguments {
    fn parse(parser: &mut lexopt::Parser, generates: bool) -> Result<Self, Failure> {
        let mut arguments = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("out") => arguments.out = Some(parser.value()?.into()),
                Long("overlay") if generates => arguments.overlays.push(parser.value()?.into()),
                Long("operation") if generates => arguments.operations.push(text(parser.value()?)?),
                Long("module-name") if generates => arguments.module_name = Some(text(parser.value()?)?),
                Long("async-client") if generates => arguments.async_client = true,
                Value(file) if arguments.file.is_none() => arguments.file = Some(file.into()),
                argument => return Err(argument.unexpected().into()),
            }
        }
        Ok(arguments)
    }

    fn file_and_out(&self) -> Result<(&Path, &Path), Failure> {
        let file = self.file.as_deref().ok_or_else(|| Failure::Usage("a model file is missing".to_owned()))?;
        let out = self.out.as_deref().ok_or_else(|| Failure::Usage("the option --out is missing".to_owned()))?;
        Ok((file, out))
    }
}

fn text(value: OsString) -> Result<String, Failure> {
    value.into_string().map_err(|value| Failure::Usage(format!("not text: {}", value.display())))
}

fn run_import(arguments: &Arguments) -> Result<(), Failure> {
    let (file, out) = arguments.file_and_out()?;
    write(out, &import(file)?)
}

fn run_import_partitions(arguments: &Arguments) -> Result<(), Failure> {
    let (file, out) = arguments.file_and_out()?;
    write(out, &import_partitions(file)?)
}

fn write(out: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(out, text).map_err(|error| Failure::Output(format!("{}: cannot be written: {error}", out.display())))
}

fn run_generate(arguments: &Arguments) -> Result<(), Failure> {
    let (file, out) = arguments.file_and_out()?;
    let mut builder = Builder::new().model(file).out_dir(out).async_client(arguments.async_client);
    for overlay in &arguments.overlays {
        builder = builder.overlay(overlay);
    }
    if !arguments.operations.is_empty() {
        builder = builder.operations(&arguments.operations);
    }
    if let Some(module_name) = &arguments.module_name {
        builder = builder.module_name(module_name);
    }
    let generated = builder.generate()?;
    for warning in &generated.warnings {
        eprintln!("{}", warning.as_warning());
    }
    Ok(())
}

fn run_conformance(parser: &mut lexopt::Parser) -> Result<(), Failure> {
    let (mut files, mut ids) = (Vec::new(), Vec::new());
    let (mut runtime, mut work, mut as_json) = (Runtime::beside(), None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("case") => ids.push(text(parser.value()?)?),
            Long("runtime") => runtime = Runtime::named(&text(parser.value()?)?),
            Long("work") => work = Some(PathBuf::from(parser.value()?)),
            Long("format") => {
                as_json = match text(parser.value()?)?.as_str() {
                    "json" => true,
                    "text" => false,
                    other => return Err(Failure::Usage(format!("the format `{other}` is neither text nor json"))),
                }
            }
            Value(file) => files.push(PathBuf::from(file)),
            argument => return Err(argument.unexpected().into()),
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage("a file of suites is missing".to_owned()));
    }
    let mut suites = Suites::read(&files)?.select(&ids);
    if suites.is_empty() {
        return Err(Failure::Output("there is no case to be run".to_owned()));
    }
    let report = Project::new(work, runtime).run(&mut suites).map_err(Failure::Output)?;
    for warning in suites.warnings() {
        eprintln!("{}", warning.as_warning());
    }
    print(&if as_json { format!("{:#}\n", report.to_json()) } else { format!("{report}\n") })?;
    if report.is_success() { Ok(()) } else { Err(Failure::Cases) }
}
