//! The same input gives the same bytes: in any folder, and whatever the order of keys that have none.
//!
//! The order of a structure's members, of enumeration values and of everything in arrays is the model's own: fields,
//! arguments and what is on the wire follow it. So is the order of shapes, in which types are emitted.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};
use shapewire_codegen::Builder;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// The model with the keys of objects in another order, except below keys whose order has a meaning.
fn shuffled(value: &Value, random: &mut fastrand::Rng, keeps_order: bool) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            if !keeps_order {
                random.shuffle(&mut entries);
            }
            let entries = entries.into_iter().map(|(key, value)| {
                let keeps_order = matches!(key.as_str(), "members" | "shapes" | "parameters");
                (key.clone(), shuffled(value, random, keeps_order))
            });
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| shuffled(item, random, false)).collect()),
        value => value.clone(),
    }
}

/// What is generated, without the fingerprint of the input's bytes.
fn generated(builder: &Builder) -> String {
    let text = builder.generate_to_string().unwrap_or_else(|problems| panic!("{problems}")).text;
    text.lines().filter(|line| !line.contains(", inputs ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_order_of_keys_changes_nothing() {
    let seed =
        std::env::var("SHAPEWIRE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for name in ["bookshop.json", "harbour.json", "obstacles.json"] {
        let model: Value = serde_json::from_slice(&std::fs::read(golden(name)).unwrap()).unwrap();
        let expected = generated(&Builder::new().model(golden(name)).module_name("module"));
        for round in 0..4 {
            let other = shuffled(&model, &mut random, false);
            assert_ne!(other.to_string(), model.to_string(), "nothing was shuffled");
            let path = folder(&format!("determinism-{round}")).join(name);
            std::fs::write(&path, other.to_string()).unwrap();
            assert!(generated(&Builder::new().model(path).module_name("module")) == expected, "{name}");
        }
    }
}

#[test]
fn the_folder_changes_nothing() {
    let mut texts = Vec::new();
    for name in ["determinism-here", "determinism-there"] {
        let folder = folder(name);
        for file in ["bookshop.json", "bookshop.overlay.json"] {
            std::fs::copy(golden(file), folder.join(file)).unwrap();
        }
        let status = Command::new(env!("CARGO_BIN_EXE_shapewire-codegen"))
            .current_dir(&folder)
            .args(["generate", "bookshop.json", "--overlay", "bookshop.overlay.json", "--out", "."])
            .status();
        assert!(status.unwrap().success());
        texts.push(std::fs::read_to_string(folder.join("book_shop.rs")).unwrap());
    }
    texts.push(std::fs::read_to_string(golden("bookshop.rs")).unwrap());
    assert!(texts.iter().all(|text| *text == texts[0]));
}

/// As git may write them on Windows.
#[test]
fn line_ends_and_the_order_of_selected_operations_change_nothing() {
    let folder = folder("determinism-lines");
    let text = std::fs::read_to_string(golden("bookshop.json")).unwrap();
    assert!(!text.contains('\r'));
    std::fs::write(folder.join("bookshop.json"), text.replace('\n', "\r\n")).unwrap();
    let of = |model: PathBuf, operations: &[&str]| {
        Builder::new().model(model).operations(operations.iter().copied()).generate_to_string().unwrap().text
    };
    let expected = of(golden("bookshop.json"), &["ListBooks", "PutBook"]);
    assert!(expected == of(folder.join("bookshop.json"), &["PutBook", "ListBooks", "PutBook"]));
    assert!(expected.contains("// Operations: ListBooks, PutBook."));
}
