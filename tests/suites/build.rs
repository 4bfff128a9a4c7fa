//! Generates the code of the suites in this folder.

use std::error::Error;
use std::path::{Path, PathBuf};

use shapewire_codegen::conformance::Suites;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=.");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(".")? {
        let path: PathBuf = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    let mut suites = Suites::read(&files)?;
    suites.write(Path::new(&std::env::var("OUT_DIR")?))?;
    let settled: Vec<String> = suites.settled().iter().map(ToString::to_string).collect();
    if settled.is_empty() { Ok(()) } else { Err(settled.join("\n").into()) }
}
