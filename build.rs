//! Generates the module of each service whose feature is on, from its model.
//!
//! A service is a file `model/<name>-<version>.json`, perhaps `model/overlays/<name>.json`, and a feature of that name.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// AWS's partitions, which the feature `endpoints` asks for.
#[cfg(feature = "endpoints")]
const PARTITIONS: &str = "model/partitions.json";

/// What the feature `credentials` calls of STS: all that `src/credentials/sts.rs` has of it without the feature `sts`.
#[cfg(feature = "credentials")]
const CREDENTIALS_OPERATIONS: [&str; 2] = ["AssumeRole", "AssumeRoleWithWebIdentity"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out_dir = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out_dir.join("services.rs"), services()?)?;
    #[cfg(feature = "endpoints")]
    {
        println!("cargo::rerun-if-changed={PARTITIONS}");
        let partitions = shapewire_codegen::endpoint::partitions_code(Path::new(PARTITIONS))?;
        std::fs::write(out_dir.join("partitions.rs"), partitions)?;
    }
    Ok(())
}

/// The modules of the services, and the list of them.
fn services() -> Result<String, Box<dyn Error>> {
    let mut models: Vec<_> = std::fs::read_dir("model")?.collect::<Result<_, _>>()?;
    models.sort_by_key(std::fs::DirEntry::file_name);
    let (mut modules, mut list) = (String::new(), String::new());
    for model in models {
        let file_name = model.file_name();
        let Some((name, _)) = file_name.to_str().and_then(|name| name.split_once('-')) else { continue };
        let feature = format!("CARGO_FEATURE_{}", name.to_ascii_uppercase());
        if std::env::var_os(feature).is_some() {
            modules.push_str(&public_module(name, &model.path())?);
            write!(list, "&{name}::SERVICE, ")?;
            continue;
        }
        // So that the compiler can tell who names it which feature is missing.
        writeln!(modules, "#[cfg(feature = \"{name}\")]\npub mod {name} {{}}")?;
        #[cfg(feature = "credentials")]
        if name == "sts" {
            builder(name, &model.path()).operations(CREDENTIALS_OPERATIONS).documentation(false).generate()?;
        }
    }
    writeln!(
        modules,
        "/// Every service that is compiled in, sorted by name.\n\
         pub static SERVICES: &[&schema::Service] = &[{list}];"
    )?;
    Ok(modules)
}

/// Generates all of a service, and the module around it.
#[cfg(feature = "codegen")]
fn public_module(name: &str, model: &Path) -> Result<String, Box<dyn Error>> {
    let service =
        builder(name, model).async_client(cfg!(feature = "async")).serde(cfg!(feature = "serde")).generate()?;
    let (full_name, api_version) = (service.full_name, service.api_version);
    Ok(format!(
        "/// {full_name}, API version {api_version}. Needs the feature `{name}`.\n\
         #[allow(clippy::all, clippy::pedantic, clippy::exhaustive_structs)]\n\
         pub mod {name} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{name}.rs\"));\n}}\n"
    ))
}

#[cfg(feature = "codegen")]
fn builder(name: &str, model: &Path) -> shapewire_codegen::Builder {
    let builder = shapewire_codegen::Builder::new().model(model).module_name(name);
    let overlay = Path::new("model/overlays").join(format!("{name}.json"));
    if overlay.exists() { builder.overlay(overlay) } else { builder }
}

#[cfg(not(feature = "codegen"))]
fn public_module(name: &str, _: &Path) -> Result<String, Box<dyn Error>> {
    Err(format!("the feature `{name}` has to ask for `codegen`").into())
}
