//! `generate`: a model's Rust code.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::Builder;

use super::{Command, Failure, other, text};

pub(crate) const COMMAND: Command = Command {
    name: "generate",
    usage: "FILE [--overlay FILE]... [--operation NAME]... [--module-name NAME] [--async-client] --out DIR",
    summary: "Writes the code of the model's service, or of some of its operations, into the folder.",
    help: || HELP.to_owned(),
    run,
};

const HELP: &str = "\
  --overlay FILE      a file of corrections; several are applied in their order
  --operation NAME    keeps this operation, and of the shapes what it reaches; may be repeated
  --module-name NAME  the name of the module and of the file; without it, it follows from the model
  --async-client      the module has an AsyncClient as well, which needs shapewire's feature `async`
  --out DIR           the folder; a file that is there already with the same text is left alone
";

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let (mut file, mut out, mut builder) = (None, None, Builder::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Long("overlay") => builder = builder.overlay(parser.value()?),
            Long("operation") => builder = builder.operations([text(parser.value()?)?]),
            Long("module-name") => builder = builder.module_name(text(parser.value()?)?),
            Long("async-client") => builder = builder.async_client(true),
            Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            argument => return Err(other(argument)),
        }
    }
    let file = file.ok_or_else(|| Failure::Usage("a model file is missing".to_owned()))?;
    let out = out.ok_or_else(|| Failure::Usage("the option --out is missing".to_owned()))?;
    let generated = builder.model(file).out_dir(out).generate()?;
    for warning in &generated.warnings {
        eprintln!("{}", warning.as_warning());
    }
    Ok(ExitCode::SUCCESS)
}
