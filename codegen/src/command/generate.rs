//! `generate`: the Rust code of models.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::{Builder, generate_all};

use super::progress::Progress;
use super::{Command, Failure, other, tell, text};

pub(crate) const COMMAND: Command = Command {
    name: "generate",
    usage: "FILE... [--overlay FILE]... [--operation NAME]... [--module-name NAME] [--async-client] [--serde] --out DIR",
    summary: "Writes the code of each model's service, or of some of its operations, into the folder.",
    help: || HELP.to_owned(),
    run,
};

const HELP: &str = "\
Several models are generated at once, on all cores; a model with problems keeps none of the others from being written.

  --async-client      the module has an AsyncClient as well, which needs shapewire's feature `async`
  --serde             the types have serde's traits, which needs shapewire's feature `serde`
  --out DIR           the folder, which is made if it is not there; a file with the same text is left alone

Of one model only:

  --overlay FILE      a file of corrections; several are applied in their order
  --operation NAME    keeps this operation, and of the shapes what it reaches; may be repeated
  --module-name NAME  the name of the module and of the file; without it, it follows from the model
";

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let (mut files, mut out, mut builder) = (Vec::new(), None, Builder::new());
    let mut of_one_model = None;
    while let Some(argument) = parser.next()? {
        if let Long(option @ ("overlay" | "operation" | "module-name")) = argument {
            of_one_model = Some(format!("--{option}"));
        }
        match argument {
            Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Long("overlay") => builder = builder.overlay(parser.value()?),
            Long("operation") => builder = builder.operations([text(parser.value()?)?]),
            Long("module-name") => builder = builder.module_name(text(parser.value()?)?),
            Long("async-client") => builder = builder.async_client(true),
            Long("serde") => builder = builder.serde(true),
            Value(file) => files.push(PathBuf::from(file)),
            argument => return Err(other(argument)),
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage("a model file is missing".to_owned()));
    }
    if let (Some(option), 2..) = (of_one_model, files.len()) {
        return Err(Failure::Usage(format!("{option} is for one model, and there are {}", files.len())));
    }
    let out = out.ok_or_else(|| Failure::Usage("the option --out is missing".to_owned()))?;
    std::fs::create_dir_all(&out)
        .map_err(|error| Failure::Output(format!("{}: cannot be made a folder: {error}", out.display())))?;
    let builders: Vec<Builder> = files.iter().map(|file| builder.clone().model(file).out_dir(&out)).collect();
    let progress = Progress::new(builders.len());
    let results = generate_all(&builders, |result| {
        progress.step(result.as_ref().map_or("", |generated| &generated.module_name));
    });
    drop(progress);
    let mut failed = 0;
    for result in &results {
        match result {
            Ok(generated) => generated.warnings.iter().for_each(|warning| tell(warning.as_warning())),
            Err(problems) => {
                failed += 1;
                tell(problems);
            }
        }
    }
    if failed > 0 && results.len() > 1 {
        tell(format_args!("{failed} of {} models have problems; the code of the others is written", results.len()));
    }
    Ok(if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
