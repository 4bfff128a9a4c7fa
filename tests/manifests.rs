//! What manifests say: every crate that one of them names is in `docs/dependencies.md`, with its reason, and nothing else is there;
//! packages that are published say what they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// By package: crates, each with what the column `when` must say of it.
type Dependencies = BTreeMap<String, BTreeSet<(String, String)>>;

#[test]
fn every_dependency_is_in_the_document() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documented = documented(&fs::read_to_string(root.join("docs/dependencies.md")).unwrap());
    let mut manifests = vec![root.join("Cargo.toml")];
    find_workspaces(root, &mut manifests);
    let mut named = Dependencies::new();
    for manifest in manifests {
        for package in packages(&manifest) {
            let section = documented.keys().find(|section| section.contains(&format!("`{}`", text(&package["name"]))));
            let of_package = dependencies(&package);
            let section =
                section.unwrap_or_else(|| panic!("docs/dependencies.md has no section for {}", package["name"]));
            named.entry(section.clone()).or_default().extend(of_package);
        }
    }
    for (section, rows) in &documented {
        let named = named.get(section).unwrap_or_else(|| panic!("there is no package of the section {section}"));
        let missing: Vec<_> = named.difference(rows).collect();
        let superfluous: Vec<_> = rows.difference(named).collect();
        assert!(missing.is_empty(), "docs/dependencies.md, {section}: these are missing: {missing:?}");
        assert!(superfluous.is_empty(), "docs/dependencies.md, {section}: no manifest says so: {superfluous:?}");
    }
}

#[test]
fn published_packages_say_what_they_are() {
    let packages = packages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let published: Vec<_> = packages.iter().filter(|package| package["publish"].is_null()).collect();
    let names: BTreeSet<&str> = published.iter().map(|package| text(&package["name"])).collect();
    assert_eq!(names, BTreeSet::from(["shapewire", "shapewire-cli", "shapewire-codegen"]));
    for package in published {
        let folder = Path::new(text(&package["manifest_path"])).parent().unwrap();
        for member in ["description", "license", "rust_version"] {
            assert!(!text(&package[member]).is_empty(), "{} has no {member}", package["name"]);
        }
        for member in ["keywords", "categories"] {
            // No more than five: the registry takes no others.
            assert!((1..=5).contains(&array(&package[member]).len()), "{}: {member}", package["name"]);
        }
        for file in [text(&package["readme"]), "LICENSE-APACHE", "LICENSE-MIT", "NOTICE"] {
            assert!(!file.is_empty() && folder.join(file).is_file(), "{}: {file}", package["name"]);
        }
    }
}

/// The manifests of workspaces besides the first one, wherever they are.
fn find_workspaces(folder: &Path, manifests: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            let manifest = path.join("Cargo.toml");
            if fs::read_to_string(&manifest).is_ok_and(|text| text.lines().any(|line| line == "[workspace]")) {
                manifests.push(manifest);
            }
            find_workspaces(&path, manifests);
        }
    }
}

/// What Cargo reads in a manifest. It needs no network and no lock file for that.
fn packages(manifest: &Path) -> Vec<Json> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .expect("cargo starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut metadata: Json = serde_json::from_slice(&done.stdout).unwrap();
    match metadata["packages"].take() {
        Json::Array(packages) => packages,
        other => panic!("{other}"),
    }
}

/// The crates that a package names and that are not our own.
fn dependencies(package: &Json) -> BTreeSet<(String, String)> {
    let crates = array(&package["dependencies"]).iter().filter(|dependency| dependency["path"].is_null());
    crates.map(|dependency| (text(&dependency["name"]).to_owned(), when(package, dependency))).collect()
}

fn when(package: &Json, dependency: &Json) -> String {
    let kind = dependency["kind"].as_str();
    let name = dependency["rename"].as_str().unwrap_or(text(&dependency["name"]));
    let asks = |(feature, asked): (&String, &Json)| {
        let is_asked = array(asked).iter().any(|asked| text(asked).strip_prefix("dep:") == Some(name));
        is_asked.then(|| format!("`{feature}`"))
    };
    let features: Vec<String> = match &package["features"] {
        Json::Object(features) if dependency["optional"] == true => features.iter().filter_map(asks).collect(),
        _ => Vec::new(),
    };
    match (kind, features.is_empty()) {
        (Some("dev"), _) => "tests".to_owned(),
        (Some(kind), true) => kind.to_owned(),
        (Some(kind), false) => format!("{kind}, {}", features.join(", ")),
        (None, true) => "always".to_owned(),
        (None, false) => features.join(", "),
    }
}

/// The rows of the tables with a column `when`, by the headings above them.
fn documented(document: &str) -> Dependencies {
    let mut documented = Dependencies::new();
    let (mut section, mut is_table) = ("", false);
    for line in document.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        match cells[..] {
            _ if !line.starts_with('|') => is_table = false,
            ["crate", "when", _, _] => is_table = true,
            [name, when, reason, without] if is_table && !name.starts_with("---") => {
                assert!(!reason.is_empty() && !without.is_empty(), "{line}");
                let row = (name.trim_matches('`').to_owned(), when.to_owned());
                assert!(documented.entry(section.to_owned()).or_default().insert(row), "twice: {line}");
            }
            _ => {}
        }
    }
    documented
}

fn array(json: &Json) -> &[Json] {
    json.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}
