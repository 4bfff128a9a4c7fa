//! Generates the operations through which secrets go, of each service whose published model is in
//! `$SHAPEWIRE_SHARED/models/api-json`. The facts come from the models themselves, not from what the generator makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::read::GzDecoder;
use serde_json::Value;
use shapewire_codegen::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SHAPEWIRE_SHARED");
    let named = env::var_os("SHAPEWIRE_SHARED").map(PathBuf::from);
    let must_exist = named.is_some();
    let models = named.unwrap_or_else(|| PathBuf::from("../../../shared")).join("models/api-json");
    if must_exist && !models.is_dir() {
        return Err(format!("SHAPEWIRE_SHARED leads to {}, which is no folder", models.display()).into());
    }
    let (mut modules, mut subjects, mut others) = (String::new(), String::new(), Vec::new());
    if models.is_dir() {
        println!("cargo::rerun-if-changed={}", models.display());
        for folder in folders(&models)? {
            let version = folders(&folder)?.pop().ok_or("a service without a version")?;
            let name = folder.file_name().and_then(|name| name.to_str()).ok_or("a name that is no text")?;
            let model = Model::read(&version)?;
            let (operations, secrets) = model.secret_operations();
            let secrets: Vec<_> = secrets.into_iter().collect();
            if operations.is_empty() {
                others.push(name.to_owned());
                continue;
            }
            let packed = version.join("service-2.json.gz");
            let file = if packed.exists() { packed } else { version.join("service-2.json") };
            Builder::new().model(file).module_name(name).operations(operations).serde(true).generate()?;
            writeln!(
                modules,
                "#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rustdoc::all)]\n\
                 pub mod {name} {{ include!(concat!(env!(\"OUT_DIR\"), \"/{name}.rs\")); }}"
            )?;
            writeln!(subjects, "    Subject {{ service: &{name}::SERVICE, secrets: &{secrets:?} }},")?;
        }
    }
    let lists = format!(
        "/// The services with secrets, by name. Empty where there are no models.\n\
         pub static SUBJECTS: &[Subject] = &[\n{subjects}];\n\
         /// The services whose models call nothing sensitive.\n\
         pub static OTHERS: &[&str] = &{others:?};\n"
    );
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("services.rs"), modules + &lists)?;
    Ok(())
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// A model as it is written.
struct Model {
    /// By operation: the shapes of input and output.
    operations: BTreeMap<String, Vec<String>>,
    /// By shape: whether it is sensitive, and its members with their shapes.
    shapes: BTreeMap<String, (bool, Vec<(String, String)>)>,
}

impl Model {
    fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut text = Vec::new();
        match fs::read(folder.join("service-2.json.gz")) {
            Ok(packed) => GzDecoder::new(&packed[..]).read_to_end(&mut text)?,
            Err(_) => fs::File::open(folder.join("service-2.json"))?.read_to_end(&mut text)?,
        };
        let json: Value = serde_json::from_slice(&text)?;
        let name_of = |reference: &Value| reference["shape"].as_str().unwrap_or_default().to_owned();
        let entries = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let operations = entries(&json["operations"]).into_iter().map(|(name, operation)| {
            let shapes = ["input", "output"].iter().filter_map(|side| operation.get(side)).map(name_of);
            (name, shapes.collect())
        });
        let shapes = entries(&json["shapes"]).into_iter().map(|(name, shape)| {
            let mut members: Vec<_> =
                entries(&shape["members"]).iter().map(|(name, member)| (name.clone(), name_of(member))).collect();
            for place in ["member", "key", "value"] {
                members.extend(shape.get(place).map(|member| (place.to_owned(), name_of(member))));
            }
            (name, (shape["sensitive"] == true, members))
        });
        Ok(Self { operations: operations.collect(), shapes: shapes.collect() })
    }

    /// The operations through which secrets go, and the secret members.
    fn secret_operations(&self) -> (Vec<String>, BTreeSet<String>) {
        let (mut operations, mut secrets) = (Vec::new(), BTreeSet::new());
        for (operation, shapes) in &self.operations {
            let found = self.secrets_below(shapes);
            if !found.is_empty() {
                operations.push(operation.clone());
                secrets.extend(found);
            }
        }
        (operations, secrets)
    }

    fn secrets_below(&self, roots: &[String]) -> BTreeSet<String> {
        let (mut secrets, mut known, mut waiting) = (BTreeSet::new(), BTreeSet::new(), roots.to_vec());
        while let Some(owner) = waiting.pop() {
            let Some((_, members)) = self.shapes.get(&owner).filter(|_| known.insert(owner.clone())) else { continue };
            for (name, target) in members {
                if self.shapes.get(target).is_some_and(|(sensitive, _)| *sensitive) {
                    secrets.insert(format!("{owner}.{name}"));
                }
                waiting.push(target.clone());
            }
        }
        secrets
    }
}
