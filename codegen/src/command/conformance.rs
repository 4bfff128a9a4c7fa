//! `conformance`: protocol suites, generated, compiled and run.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::conformance::{Project, Runtime, Suites};

use super::{Command, Failure, format, other, print, tell, text};

pub(crate) const COMMAND: Command = Command {
    name: "conformance",
    usage: "FILE... [--case ID]... [--format text|json] [--runtime PATH|VERSION] [--work DIR]",
    summary: "Generates code for protocol suites in botocore's form, compiles it, and runs their cases.",
    help: || HELP.to_owned(),
    run,
};

const HELP: &str = "\
Cases are run in both halves of the wire. Prints a line a case, `PASS id`, `FAIL id: reason` or `SKIP id: reason`, and
the totals.

  --case ID               runs this case only; may be repeated
  --format text|json      the form of the report
  --runtime PATH|VERSION  the runtime to compile with
  --work DIR              where to compile
";

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let (mut files, mut ids) = (Vec::new(), Vec::new());
    let (mut runtime, mut work, mut form) = (Runtime::beside(), None, "text");
    while let Some(argument) = parser.next()? {
        match argument {
            Long("case") => ids.push(text(parser.value()?)?),
            Long("runtime") => runtime = Runtime::named(&text(parser.value()?)?),
            Long("work") => work = Some(PathBuf::from(parser.value()?)),
            Long("format") => form = format(parser, &["text", "json"])?,
            Value(file) => files.push(PathBuf::from(file)),
            argument => return Err(other(argument)),
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage("a file of suites is missing".to_owned()));
    }
    let mut suites = Suites::read(&files)?.select(&ids)?;
    if suites.is_empty() {
        return Err(Failure::Output("there is no case to be run".to_owned()));
    }
    let report = Project::new(work, runtime).run(&mut suites).map_err(Failure::Output)?;
    for warning in suites.warnings() {
        tell(warning.as_warning());
    }
    print(&if form == "json" { format!("{:#}\n", report.to_json()) } else { format!("{report}\n") })?;
    Ok(if report.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
