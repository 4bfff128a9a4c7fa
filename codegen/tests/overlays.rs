//! Overlays: what they change, and what they are told when they do not apply.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shapewire_codegen::{Builder, Generated, Problems};

fn generate(name: &str, changes: &Value) -> Result<Generated, Problems> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("overlay-{name}.json"));
    fs::write(&path, json!({"service": "book_shop", "changes": changes}).to_string()).unwrap();
    let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bookshop.json");
    Builder::new().model(model).overlay(path).generate_to_string()
}

#[test]
fn a_pattern_that_cannot_be_enforced_is_told_and_left_out() {
    for (pattern, why) in
        [("(a)\\1", "it refers back to a group (at byte 3)"), ("a^b", "no text matches it (at byte 0)")]
    {
        let generated = generate("unenforced", &json!([{"at": "shapes/titleType", "pattern": pattern}])).unwrap();
        let warnings: Vec<String> = generated.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let expected = format!("#/shapes/titleType/pattern: this pattern is not enforced: {why}");
        assert!(warnings[0].ends_with(&expected), "{warnings:?}");
        assert!(generated.text.contains(&format!("Pattern::unenforced({pattern:?})")));
    }
}

#[test]
fn changes_reach_the_code() {
    let changes = json!([
        {"at": "shapes/price", "range": {"max": 10}},
        {"at": "shapes/sold", "range": null},
        {"at": "shapes/titleType", "pattern": "a+", "length": null},
        {"at": "shapes/token", "sensitive": true},
        {"at": "shapes/shelfId", "percent_encoded_json": true},
        {"at": "shapes/PutBookRequest/members/Pages", "required": true, "deprecated": false},
        {"at": "shapes/PutBookRequest/members/Scan", "rename": "image", "documentation": "A picture of it."},
        {"at": "operations/Ping", "rename": "Echo", "documentation": "Nothing."},
        {"at": "operations/ListBooks", "paginator": null},
    ]);
    let text = generate("changes", &changes).unwrap().text;
    for expected in [
        "with_range(None, Some(Number::Integer(10)))",
        "Shape::new(\"sold\", ShapeKind::Long);",
        ".percent_encoded_json();",
        "Pattern::new(\"a+\", ",
        "pub marker: Option<::shapewire::SecretString>",
        "pub pages: i32,",
        "    /// A picture of it. At most 1048576 bytes.\n    pub image: Option<Vec<u8>>,",
        "pub struct Echo;",
        "pub fn echo(&self",
        "\"Ping\"",
        "// - shapes/titleType: length, pattern\n",
        "// Overlay overlay-changes.json: changes 9, of them beyond documentation 9.\n",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    assert!(!text.contains("Paginator"));
}

#[test]
fn what_does_not_apply_is_a_problem() {
    let table = [
        (
            "unknown-shape",
            json!({"at": "shapes/Nix", "documentation": "x"}),
            "/changes/0/at",
            "the model has no `shapes/Nix`",
        ),
        (
            "unknown-member",
            json!({"at": "shapes/Tag/members/Nix", "required": true}),
            "/changes/0/at",
            "the model has no `shapes/Tag/members/Nix`",
        ),
        (
            "unknown-operation",
            json!({"at": "operations/Nix", "documentation": "x"}),
            "/changes/0/at",
            "the model has no `operations/Nix`",
        ),
        (
            "unknown-key",
            json!({"at": "shapes/Tag", "documentation": "x", "size": 1}),
            "/changes/0/size",
            "the key `size` is unknown here",
        ),
        (
            "wrong-target",
            json!({"at": "shapes/Tag", "required": true}),
            "/changes/0/required",
            "the key `required` is unknown here",
        ),
        (
            "nothing",
            json!({"at": "shapes/Tag", "why": "x"}),
            "/changes/0",
            "the change says nothing that can be changed there",
        ),
        ("no-address", json!({"documentation": "x"}), "/changes/0", "the key `at` is missing"),
        (
            "bad-name",
            json!({"at": "shapes/Tag", "rename": "a b"}),
            "/changes/0/rename",
            "`a b` is not a name that Rust takes",
        ),
        (
            "no-length",
            json!({"at": "shapes/flag", "length": {"min": 1}}),
            "/changes/0/length",
            "a boolean has no length",
        ),
        (
            "impossible-length",
            json!({"at": "shapes/token", "length": {"min": 2, "max": 1}}),
            "/changes/0/length",
            "the least length is above the most",
        ),
        (
            "impossible-range",
            json!({"at": "shapes/price", "range": {"min": 0.5, "max": 0}}),
            "/changes/0/range",
            "the least value is above the most",
        ),
        ("no-range", json!({"at": "shapes/token", "range": {"min": 1}}), "/changes/0/range", "a string has no range"),
        (
            "no-document",
            json!({"at": "shapes/flag", "percent_encoded_json": true}),
            "/changes/0/percent_encoded_json",
            "a boolean holds no document",
        ),
        ("no-pattern", json!({"at": "shapes/flag", "pattern": "x"}), "/changes/0/pattern", "a boolean has no pattern"),
        ("no-enum", json!({"at": "shapes/flag", "enum": ["x"]}), "/changes/0/enum", "a boolean has no enum values"),
    ];
    for (name, change, pointer, message) in table {
        let problems = generate(name, &json!([change])).unwrap_err();
        let found: Vec<_> = problems.list().iter().map(|problem| (problem.pointer(), problem.message())).collect();
        assert!(found.contains(&(pointer, message)), "{name}: {found:?}");
        assert!(problems.list()[0].file().ends_with(&format!("overlay-{name}.json")), "{name}");
    }
}

#[test]
fn an_overlay_of_another_service_is_a_problem() {
    let overlay = Path::new(env!("CARGO_TARGET_TMPDIR")).join("overlay-other.json");
    fs::write(&overlay, json!({"service": "iam", "changes": []}).to_string()).unwrap();
    let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bookshop.json");
    let problems = Builder::new().model(model).overlay(overlay).generate_to_string().unwrap_err();
    assert_eq!(problems.list()[0].pointer(), "/service");
    assert_eq!(problems.list()[0].message(), "the overlay is for `iam`, the model for `book_shop`");
}

#[test]
fn the_overlays_of_the_project_apply() {
    let model_folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("model");
    for entry in fs::read_dir(model_folder.join("overlays")).unwrap() {
        let overlay = entry.unwrap().path();
        let service = overlay.file_stem().unwrap().to_str().unwrap().to_owned();
        let models = fs::read_dir(&model_folder).unwrap().map(|entry| entry.unwrap().path());
        let is_its_model = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("{service}-")))
        };
        let model = models.into_iter().find(is_its_model).unwrap_or_else(|| panic!("no model for {service}"));
        let generated = Builder::new().model(model).overlay(&overlay).generate_to_string();
        let generated = generated.unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((generated.module_name, generated.warnings), (service, Vec::new()));
    }
}

#[test]
fn the_last_of_several_overlays_holds() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let overlays = ["Nothing.", "Less."].map(|text| {
        let path = folder.join(format!("overlay-order-{text}json"));
        let changes = json!([{"at": "operations/Ping", "documentation": text}]);
        fs::write(&path, json!({"service": "book_shop", "changes": changes}).to_string()).unwrap();
        path
    });
    let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bookshop.json");
    let [nothing, less] = overlays.map(|overlay| move |builder: Builder| builder.overlay(overlay.clone()));
    for (builder, holds, is_gone) in [
        (less(nothing(Builder::new())), "/// Less.", "/// Nothing."),
        (nothing(less(Builder::new())), "/// Nothing.", "/// Less."),
    ] {
        let text = builder.model(&model).generate_to_string().unwrap().text;
        assert!(text.contains(holds) && !text.contains(is_gone), "{holds}");
    }
}
