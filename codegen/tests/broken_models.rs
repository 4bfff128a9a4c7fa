//! Broken inputs: each gives problems that name file, place and reason, and none a panic.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shapewire_codegen::{Builder, load};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn model(name: &str) -> Value {
    serde_json::from_slice(&fs::read(golden(name)).unwrap()).unwrap()
}

fn bookshop() -> Value {
    model("bookshop.json")
}

/// A file of this test's own.
fn file(name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// The problems of a model, each as pointer and message.
fn problems(path: &Path) -> Vec<(String, String)> {
    let Err(problems) = Builder::new().model(path).generate_to_string() else { return Vec::new() };
    for problem in problems.list() {
        assert_eq!(Path::new(problem.file()), path);
    }
    problems.list().iter().map(|problem| (problem.pointer().to_owned(), problem.message().to_owned())).collect()
}

/// The table says in which model (the bookshop without a word) a value is put where (null removes it), where the problem is reported, and what it says.
#[test]
fn each_fault_is_reported_at_its_place() {
    let table: Vec<Value> = serde_json::from_str(include_str!("broken_models.json")).unwrap();
    for (index, row) in table.iter().enumerate() {
        let text = |key: &str| row[key].as_str().unwrap();
        let (at, pointer, message) = (text("at"), text("pointer"), text("message"));
        let mut model = model(row["model"].as_str().unwrap_or("bookshop.json"));
        put(&mut model, at, row["put"].clone());
        let path = file(&format!("broken-{index}.json"), model.to_string());
        let found = problems(&path);
        assert!(found.contains(&(pointer.to_owned(), message.to_owned())), "{at}: {found:#?}");
    }
}

/// Sets what is at a pointer; null removes it.
fn put(model: &mut Value, at: &str, value: Value) {
    let (parent, key) = at.rsplit_once('/').unwrap();
    match model.pointer_mut(parent).unwrap() {
        Value::Object(map) if value.is_null() => drop(map.remove(key)),
        Value::Object(map) => drop(map.insert(key.to_owned(), value)),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => panic!("nothing at {at}"),
    }
}

#[test]
fn all_problems_come_at_once() {
    let mut model = bookshop();
    for at in ["/shapes/Tag/a", "/shapes/Book/b", "/metadata/c"] {
        put(&mut model, at, json!(1));
    }
    let found = problems(&file("three.json", model.to_string()));
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn what_cannot_be_read_hides_no_other_problem() {
    let mut model = bookshop();
    for (at, value) in [
        ("/shapes/scan/type", json!("scna")),
        ("/shapes/Tag/members/Key/shape", json!("nix")),
        ("/shapes/titleType/max", json!(0)),
    ] {
        put(&mut model, at, value);
    }
    let found = problems(&file("hidden.json", model.to_string()));
    let messages: Vec<&str> = found.iter().map(|(_, message)| message.as_str()).collect();
    // Not that `scan` is not there: it is, and was not understood.
    assert_eq!(
        messages,
        ["the type `scna` is unknown", "there is no shape `nix`", "the least length is above the most"],
        "{found:#?}"
    );
}

#[test]
fn a_reply_without_a_wrapper_has_names_of_its_own() {
    for name in ["RequestId", "ResponseMetadata"] {
        let mut model = bookshop();
        put(&mut model, "/shapes/PutBookResponse/members/Id", json!({"shape": "token", "locationName": name}));
        assert_eq!(problems(&file("wrapped.json", model.to_string())), []);
        put(&mut model, "/operations/PutBook/output/resultWrapper", Value::Null);
        let message = format!("a reply without a `resultWrapper` has `{name}` of its own beside its output");
        let found = problems(&file("bare.json", model.to_string()));
        assert_eq!(found, [("/shapes/PutBookResponse/members/Id".to_owned(), message)]);
    }
}

#[test]
fn the_name_of_a_flattened_list_s_members_counts_only_where_the_list_itself_is_flattened() {
    let mut model = bookshop();
    put(&mut model, "/shapes/tagList/member/locationName", json!("Title"));
    assert_eq!(problems(&file("member-flattened.json", model.to_string())), []);
    put(&mut model, "/shapes/tagList/flattened", json!(true));
    let found = problems(&file("list-flattened.json", model.to_string()));
    let message = "has the name `Title` on the wire, as `Title` has".to_owned();
    assert_eq!(found, [("/shapes/PutBookRequest/members/Tags".to_owned(), message)]);
}

/// Without one of its parts a waiter would wait for something else, and pages would stop early: all or nothing.
#[test]
fn what_names_nothing_is_left_out_with_a_warning() {
    for (at, value, pointer, message) in [
        (
            "/waiters/BookSold/acceptors/0/argument",
            json!("Books[].Colour"),
            "/waiters/BookSold/acceptors/0",
            "the waiter `BookSold` is left out: `Books[].Colour`: `Book` has no member `Colour`",
        ),
        (
            "/waiters/BookSold/acceptors/1/argument",
            json!("sort(Books)"),
            "/waiters/BookSold/acceptors/1",
            "the waiter `BookSold` is left out: `sort(Books)`: the function `sort` is not supported; `length` and `contains` are",
        ),
        (
            "/waiters/BookSold/acceptors/1/expected",
            json!(7),
            "/waiters/BookSold/acceptors/1",
            "the waiter `BookSold` is left out: `Marker`: a string never equals a number",
        ),
        (
            "/waiters/BookSold/acceptors/1/matcher",
            json!("pathAll"),
            "/waiters/BookSold/acceptors/1",
            "the waiter `BookSold` is left out: `Marker`: expected a list, found a string",
        ),
        (
            "/pagination/ListBooks/output_token",
            json!("Books[-1].Colour"),
            "/pagination/ListBooks",
            "the paginator is left out: `output_token`, `Books[-1].Colour`: `Book` has no member `Colour`",
        ),
        (
            "/pagination/ListBooks/input_token",
            json!("Token"),
            "/pagination/ListBooks",
            "the paginator is left out: `input_token`: the input has no member `Token`",
        ),
    ] {
        let mut model = bookshop();
        put(&mut model, at, value);
        let generated = Builder::new().model(file("left-out.json", model.to_string())).generate_to_string().unwrap();
        let warnings: Vec<_> =
            generated.warnings.iter().map(|warning| (warning.pointer(), warning.message())).collect();
        assert_eq!(warnings, [(pointer, message)]);
        assert_eq!(generated.text.contains("BOOK_SOLD"), at.starts_with("/pagination"));
        assert_eq!(generated.text.contains("with_paginator"), at.starts_with("/waiters"));
        syn::parse_file(&generated.text).unwrap();
    }
}

#[test]
fn nesting_is_bounded() {
    let mut model = bookshop();
    for index in 0..5_000 {
        let member = if index == 0 { "token".to_owned() } else { format!("nest{}", index - 1) };
        model["shapes"][format!("nest{index}")] = json!({"type": "list", "member": {"shape": member}});
    }
    let found = problems(&file("nested.json", model.to_string()));
    assert!(found[0].1.starts_with("lists and maps nest more than"), "{:?}", found[0]);
}

#[test]
fn what_is_no_json_is_a_problem() {
    for (name, text) in [
        ("empty", String::new()),
        ("cut", bookshop().to_string()[..1000].to_owned()),
        ("list", "[]".to_owned()),
        ("number", "1".to_owned()),
        ("deep", "[".repeat(100_000)),
        ("deeper", format!("{{\"shapes\": {}1{}}}", "{\"a\":".repeat(100), "}".repeat(100))),
        ("surrogate", "{\"\\ud800\": 1}".to_owned()),
    ] {
        let path = file(&format!("{name}.json"), text);
        assert!(!problems(&path).is_empty(), "{name}");
    }
    assert!(!problems(&file("bytes.json", [0xff, 0xfe, 0x00])).is_empty());
    let missing = Path::new(env!("CARGO_TARGET_TMPDIR")).join("missing.json");
    assert!(load(&missing).unwrap_err().to_string().contains("cannot be read"));
}

/// Replaces and removes every value of both golden models in turn. What comes is code or a problem, never a panic.
#[test]
fn no_mutation_panics() {
    let replacements = [Value::Null, json!(true), json!(-1.5), json!("x"), json!(["x"]), json!({"x": {}})];
    for name in ["bookshop.json", "obstacles.json"] {
        let model: Value = serde_json::from_slice(&fs::read(golden(name)).unwrap()).unwrap();
        let mut pointers = Vec::new();
        collect(&model, String::new(), &mut pointers);
        // The larger model repeats itself: part of it is enough.
        let pointers: Vec<_> = pointers.iter().step_by(if name == "bookshop.json" { 1 } else { 7 }).collect();
        for (index, pointer) in pointers.into_iter().enumerate() {
            let mut mutant = model.clone();
            *mutant.pointer_mut(pointer).unwrap() = replacements[index % replacements.len()].clone();
            try_all(&mutant);
            let mut mutant = model.clone();
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let key = key.replace("~1", "/").replace("~0", "~");
            match mutant.pointer_mut(parent).unwrap() {
                Value::Object(map) => drop(map.remove(&key)),
                Value::Array(items) => drop(items.remove(key.parse().unwrap())),
                _ => unreachable!("a parent is an object or an array"),
            }
            try_all(&mutant);
        }
    }
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let mut child = |key: &str, value: &Value| {
        collect(value, format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), pointers);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| child(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| child(&index.to_string(), value)),
        _ => {}
    }
    if !pointer.is_empty() {
        pointers.push(pointer);
    }
}

fn try_all(model: &Value) {
    let path = file("mutant.json", model.to_string());
    if let Err(problems) = Builder::new().model(&path).operations(["ListBooks", "Create"]).generate_to_string() {
        assert!(!problems.list().is_empty());
    }
}
