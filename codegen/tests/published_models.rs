//! All published models that lie beside the project: every one is read and becomes Rust.
//!
//! The folder is `$SHAPEWIRE_SHARED/models/api-json`; without the variable, `shared` beside the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use shapewire_codegen::endpoint::import_partitions;
use shapewire_codegen::json::Map;
use shapewire_codegen::model::{Deprecation, Kind, Matcher, Member, Model, Operation};
use shapewire_codegen::{Builder, import, jmespath, load};

#[path = "published/mod.rs"]
mod published;

use published::models;

#[test]
fn all_are_read_and_become_rust() {
    let models = models();
    assert!(models.is_empty() || models.len() == 22, "{}", models.len());
    let next = AtomicUsize::new(0);
    let read_some = || {
        while let Some((name, path)) = models.get(next.fetch_add(1, Ordering::Relaxed)) {
            is_read_and_becomes_rust(name, path);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(read_some);
        }
    });
}

fn is_read_and_becomes_rust(name: &str, path: &Path) {
    let loaded = load(path).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    assert!(loaded.model.operations.len() > 5 && loaded.model.endpoint_rule_set.is_some(), "{name}");
    let generated = Builder::new().model(path).module_name(name).generate_to_string();
    let generated = generated.unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    let left_out = generated.warnings.iter().find(|warning| warning.message().contains("left out"));
    assert_eq!(left_out, None, "{name}");
    let file = syn::parse_file(&generated.text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(file.items.len() > loaded.model.operations.len(), "{name}");
}

/// The output of an operation.
fn output<'a>(operations: &'a [Operation], name: &str) -> &'a str {
    let operation = operations.iter().find(|operation| operation.name == name).unwrap();
    operation.output.as_ref().map_or("", |output| &output.shape)
}

#[test]
fn all_published_expressions_are_understood() {
    let (mut refused, mut waiters, mut paginators) = (Vec::new(), 0, 0);
    for (name, path) in models() {
        let model = load(path).unwrap().model;
        let mut texts: Vec<(&str, &str)> = Vec::new();
        for waiter in &model.waiters {
            waiters += 1;
            texts.extend(waiter.acceptors.iter().filter_map(|acceptor| match &acceptor.matcher {
                Matcher::Path(path) => Some((output(&model.operations, &waiter.operation), path.path.as_str())),
                _ => None,
            }));
        }
        for operation in &model.operations {
            let Some(paginator) = &operation.paginator else { continue };
            paginators += 1;
            let expressions =
                paginator.output_tokens.iter().chain(&paginator.more_results).chain(&paginator.result_keys);
            texts.extend(expressions.map(|text| (output(&model.operations, &operation.name), text.as_str())));
        }
        for (shape, text) in texts {
            refused.extend(jmespath::read(&model, shape, text).err().map(|reason| format!("{name}: {text}: {reason}")));
        }
    }
    assert_eq!(refused, [""; 0]);
    if !models().is_empty() {
        assert_eq!((waiters, paginators), (101, 443));
    }
}

#[test]
fn the_imported_file_says_the_same_without_prose() {
    for (name, path) in models() {
        let text = import(path).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
        let imported = path.with_file_name(format!("{name}.json"));
        fs::write(&imported, &text).unwrap();
        let mut original = load(path).unwrap().model;
        without_prose(&mut original);
        let again = load(&imported).unwrap_or_else(|problems| panic!("{name}:\n{problems}")).model;
        assert!(again == original, "{name}: the imported model differs");
        assert_eq!(import(&imported).unwrap(), text, "{name}: importing again changes nothing");
    }
}

#[test]
fn the_models_of_the_project_are_what_an_import_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("model");
    for entry in fs::read_dir(folder).unwrap() {
        let committed = entry.unwrap().path();
        let file_name = committed.file_name().unwrap().to_str().unwrap();
        let is_its_source = |(name, _): &&(String, PathBuf)| file_name.starts_with(&format!("{name}-"));
        if let Some((name, path)) = models().iter().find(is_its_source) {
            let same = fs::read_to_string(&committed).unwrap() == import(path).unwrap();
            assert!(same, "{name}: import it again");
        }
    }
}

#[test]
fn the_partitions_of_the_project_are_what_an_import_gives() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let published = shared.join("models/api-json/partitions.json");
    if published.exists() {
        let committed = fs::read_to_string(workspace.join("model/partitions.json")).unwrap();
        assert!(committed == import_partitions(&published).unwrap(), "import them again");
    }
}

/// Takes away what an import takes away.
fn without_prose(model: &mut Model) {
    let undeprecate = |deprecated: &mut Option<Deprecation>| {
        if let Some(deprecated) = deprecated {
            deprecated.message = None;
        }
    };
    model.service.documentation = None;
    model.examples = None;
    for parameter in model.endpoint_rule_set.iter_mut().flat_map(|rules| &mut rules.parameters) {
        parameter.documentation = None;
    }
    let parameters = model.client_context_params.as_mut().and_then(|parameters| parameters.as_object_mut());
    for parameter in parameters.into_iter().flat_map(Map::values_mut) {
        parameter.as_object_mut().unwrap().remove("documentation");
    }
    for waiter in &mut model.waiters {
        waiter.documentation = None;
    }
    for operation in &mut model.operations {
        operation.documentation = None;
        undeprecate(&mut operation.deprecated);
    }
    let names: Vec<String> = model.shapes.iter().map(|shape| shape.name.clone()).collect();
    for name in names {
        let shape = model.shapes.get_mut(&name).unwrap();
        shape.documentation = None;
        undeprecate(&mut shape.deprecated);
        let members: Vec<&mut Member> = match &mut shape.kind {
            Kind::Structure(members) | Kind::Union(members) => members.iter_mut().collect(),
            Kind::List(list) => vec![&mut list.member],
            Kind::Map(map) => vec![&mut map.key, &mut map.value],
            _ => Vec::new(),
        };
        for member in members {
            member.documentation = None;
            undeprecate(&mut member.deprecated);
        }
    }
}
