//! `import` and `import-partitions`: published files without their prose.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::endpoint::import_partitions;
use shapewire_codegen::{Problems, import, import_operations};

use super::{Command, Failure, other, text};

pub(crate) const COMMAND: Command = Command {
    name: "import",
    usage: "FILE [--operation NAME]... --out FILE",
    summary: "Makes a model file with all facts and no prose from a published model.",
    help: || HELP.to_owned(),
    run: |parser| {
        run(parser, true, |file, operations| match operations {
            [] => import(file),
            names => import_operations(file, names),
        })
    },
};

pub(crate) const PARTITIONS: Command = Command {
    name: "import-partitions",
    usage: "FILE --out FILE",
    summary: "Makes a file of AWS's partitions, without prose, from the published one (botocore's partitions.json).",
    help: || "  --out FILE  the file to write\n".to_owned(),
    run: |parser| run(parser, false, |file, _| import_partitions(file)),
};

const HELP: &str =
    "  --operation NAME  imports this operation, and of the shapes what it reaches; may be repeated; for API JSON only
  --out FILE        the file to write
";

/// `selects` says whether there is an option for operations.
fn run(
    parser: &mut lexopt::Parser,
    selects: bool,
    import: impl Fn(&Path, &[String]) -> Result<String, Problems>,
) -> Result<ExitCode, Failure> {
    let (mut file, mut out, mut operations) = (None, None, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("operation") if selects => operations.push(text(parser.value()?)?),
            Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            argument => return Err(other(argument)),
        }
    }
    let file = file.ok_or_else(|| Failure::Usage("a file is missing".to_owned()))?;
    let out = out.ok_or_else(|| Failure::Usage("the option --out is missing".to_owned()))?;
    std::fs::write(&out, import(&file, &operations)?)
        .map_err(|error| Failure::Output(format!("{}: cannot be written: {error}", out.display())))?;
    Ok(ExitCode::SUCCESS)
}
