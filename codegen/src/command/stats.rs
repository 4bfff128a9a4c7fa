//! `stats`: what models consist of, in numbers.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::stats::{self, Stats};
use shapewire_codegen::{Builder, load_with};

use super::{Command, Failure, format, other, print};

pub(crate) const COMMAND: Command = Command {
    name: "stats",
    usage: "FILE... [--overlay FILE]... [--format text|json]",
    summary: "Counts what models consist of: operations, shapes, members, constraints; and the lines of their code.",
    help: || HELP.to_owned(),
    run,
};

const HELP: &str = "\
One model is told as a list, several are told as a table.

  --overlay FILE      a file of corrections for all of the models; several are applied in their order
  --format text|json  for people or for programs
";

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let (mut files, mut overlays, mut form) = (Vec::new(), Vec::new(), "text");
    while let Some(argument) = parser.next()? {
        match argument {
            Long("overlay") => overlays.push(PathBuf::from(parser.value()?)),
            Long("format") => form = format(parser, &["text", "json"])?,
            Value(file) => files.push(PathBuf::from(file)),
            argument => return Err(other(argument)),
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage("a model file is missing".to_owned()));
    }
    let mut all = Vec::new();
    for file in &files {
        let model = load_with(file, &overlays)?.model;
        let builder = overlays.iter().fold(Builder::new().model(file), Builder::overlay);
        all.push(Stats::of(&model, builder.generate_to_string()?.text.lines().count()));
    }
    print(&if form == "json" { format!("{:#}\n", stats::json(&all)) } else { stats::text(&all) })?;
    Ok(ExitCode::SUCCESS)
}
