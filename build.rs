//! Generates the module of each service whose feature is on, from its model.
//!
//! A service is a file `model/<name>-<version>.json`, perhaps `model/overlays/<name>.json`, and a feature of that name.

use std::error::Error;
use std::path::Path;

/// AWS's partitions, which the feature `endpoints` asks for.
#[cfg(feature = "endpoints")]
const PARTITIONS: &str = "model/partitions.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out_dir = std::env::var("OUT_DIR")?;
    let services = services()?;
    std::fs::write(Path::new(&out_dir).join("services.rs"), services)?;
    #[cfg(feature = "endpoints")]
    {
        println!("cargo::rerun-if-changed={PARTITIONS}");
        let partitions = shapewire_codegen::endpoint::partitions_code(Path::new(PARTITIONS))?;
        std::fs::write(Path::new(&out_dir).join("partitions.rs"), partitions)?;
    }
    Ok(())
}

/// The modules of the services, and the list of them.
#[cfg(feature = "codegen")]
fn services() -> Result<String, Box<dyn Error>> {
    use std::fmt::Write;

    let mut models: Vec<_> = std::fs::read_dir("model")?.collect::<Result<_, _>>()?;
    models.sort_by_key(std::fs::DirEntry::file_name);
    let (mut modules, mut list) = (String::new(), String::new());
    for model in models {
        let file_name = model.file_name();
        let Some((name, _)) = file_name.to_str().and_then(|name| name.split_once('-')) else { continue };
        let feature = format!("CARGO_FEATURE_{}", name.to_ascii_uppercase());
        if std::env::var_os(feature).is_none() {
            continue;
        }
        let mut builder = shapewire_codegen::Builder::new()
            .model(model.path())
            .module_name(name)
            .async_client(cfg!(feature = "async"))
            .serde(cfg!(feature = "serde"));
        let overlay = Path::new("model/overlays").join(format!("{name}.json"));
        if overlay.exists() {
            builder = builder.overlay(overlay);
        }
        let service = builder.generate()?;
        let (full_name, api_version) = (service.full_name, service.api_version);
        writeln!(
            modules,
            "/// {full_name}, API version {api_version}. Needs the feature `{name}`.\n\
             #[allow(clippy::all, clippy::pedantic, clippy::exhaustive_structs)]\n\
             pub mod {name} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{name}.rs\"));\n}}"
        )?;
        write!(list, "&{name}::SERVICE, ")?;
    }
    Ok(modules + &services_static(&list))
}

/// Without the generator there are no services.
#[cfg(not(feature = "codegen"))]
#[expect(clippy::unnecessary_wraps, reason = "the other one can fail")]
fn services() -> Result<String, Box<dyn Error>> {
    Ok(services_static(""))
}

fn services_static(list: &str) -> String {
    format!(
        "/// Every service that is compiled in, sorted by name.\n\
         pub static SERVICES: &[&schema::Service] = &[{list}];\n"
    )
}
