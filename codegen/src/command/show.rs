//! `show`: an operation or a shape as a tree.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::{load_with, show};

use super::{Command, Failure, colour, colour_by_default, format, other, print, text};

pub(crate) const COMMAND: Command = Command {
    name: "show",
    usage: "FILE NAME [--overlay FILE]... [--depth N] [--format text|json|mermaid|dot] [--color auto|always|never]",
    summary: "Shows an operation or a shape as a tree, with all that is to be known of its parts.",
    help: || HELP.to_owned(),
    run,
};

const HELP: &str = "\
NAME is spelled as in the model or as in Rust (create_user). `operations/NAME` and `shapes/NAME` say which is meant where
both are there; without them it is the operation. A star stands for required.

  --overlay FILE                  a file of corrections; several are applied in their order
  --depth N                       shows N levels of shapes below it; without it, all
  --format text|json|mermaid|dot  a tree for people or for programs, or a graph of structures
  --color auto|always|never       colours; without it, on a terminal unless NO_COLOR is set
";

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let (mut file, mut name, mut overlays, mut depth) = (None, None, Vec::new(), None);
    let (mut form, mut in_colour) = ("text", colour_by_default());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("overlay") => overlays.push(PathBuf::from(parser.value()?)),
            Long("depth") => depth = Some(number("--depth", &text(parser.value()?)?)?),
            Long("format") => form = format(parser, &["text", "json", "mermaid", "dot"])?,
            Long("color") => in_colour = colour(parser)?,
            Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            Value(value) if name.is_none() => name = Some(text(value)?),
            argument => return Err(other(argument)),
        }
    }
    let (Some(file), Some(name)) = (file, name) else {
        return Err(Failure::Usage("a model file and the name of an operation or a shape are wanted".to_owned()));
    };
    let model = load_with(&file, &overlays)?.model;
    let found = show::find(&model, &name)
        .map_err(|near| Failure::Output(not_found(&file.display().to_string(), &name, &near)))?;
    let tree = show::tree(&model, found, depth);
    print(&match form {
        "json" => format!("{:#}\n", show::json(&tree)),
        "mermaid" => show::mermaid(&tree),
        "dot" => show::dot(&tree),
        _ => show::text(&tree, in_colour),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn number(option: &str, value: &str) -> Result<usize, Failure> {
    value.parse().map_err(|error| Failure::Usage(format!("{option} is a number of levels, not {value:?}: {error}")))
}

fn not_found(file: &str, name: &str, near: &[&str]) -> String {
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    let near = if near.is_empty() { String::new() } else { format!("; near it: {}", near.join(", ")) };
    format!("{file}: there is no operation and no shape `{name}`{near}")
}
