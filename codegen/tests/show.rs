//! `show`: trees and graphs of the golden models, and names that are not there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn show(model: &Path, arguments: &[&str]) -> Output {
    let command = [&["show", model.to_str().unwrap()], arguments].concat();
    Command::new(env!("CARGO_BIN_EXE_shapewire-codegen")).args(command).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Compares with a file; `SHAPEWIRE_BLESS=1` writes what is shown now.
#[test]
fn trees_and_graphs_of_the_bookshop() {
    let overlay = file("golden/bookshop.overlay.json");
    let overlay = overlay.to_str().unwrap();
    for (name, arguments) in [
        ("put_book.txt", &["PutBook"][..]),
        ("put_book.json", &["put_book", "--depth", "2", "--format", "json"]),
        ("put_book.mmd", &["PutBook", "--format", "mermaid"]),
        ("put_book.dot", &["PutBook", "--format", "dot"]),
        ("list_books.txt", &["operations/ListBooks", "--overlay", overlay, "--color", "always"]),
    ] {
        let output = show(&file("golden/bookshop.json"), arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let path = file("show").join(name);
        if std::env::var_os("SHAPEWIRE_BLESS").is_some() {
            std::fs::write(&path, &output.stdout).unwrap();
        }
        assert_eq!(text(&output.stdout), std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
    }
}

#[test]
fn names_that_are_not_there_exit_1_with_near_ones() {
    let output = show(&file("golden/bookshop.json"), &["PutBok"]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(message.contains("there is no operation and no shape `PutBok`; near it: `PutBook`"), "{message}");
    assert_eq!(show(&file("golden/bookshop.json"), &[]).status.code(), Some(2));
    assert_eq!(show(&file("golden/bookshop.json"), &["PutBook", "--depth", "x"]).status.code(), Some(2));
}

/// A model of these shapes.
fn model(name: &str, shapes: &Value) -> PathBuf {
    let mut model: Value = serde_json::from_slice(&std::fs::read(file("golden/bookshop.json")).unwrap()).unwrap();
    for key in ["pagination", "waiters", "examples"] {
        model.as_object_mut().unwrap().remove(key);
    }
    model["operations"] = json!({});
    model["shapes"] = shapes.clone();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, model.to_string()).unwrap();
    path
}

#[test]
fn shapes_that_lead_back_or_nowhere_or_to_very_many_end() {
    let node = json!({"type": "structure", "members": {"Next": {"shape": "Node"}, "None": {"shape": "Nix"}}});
    let output = text(&show(&model("show-recursive.json", &json!({"Node": node})), &["Node"]).stdout);
    assert_eq!(output, "Node: structure\n├─ Next: structure Node ↺ recursive\n└─ None: Nix, which is not there\n");

    let level = |level: usize| json!({"type": "structure", "members": {"A": {"shape": format!("L{level}")}, "B": {"shape": format!("L{level}")}}});
    let mut shapes: serde_json::Map<String, Value> =
        (0..40).map(|index| (format!("L{index}"), level(index + 1))).collect();
    shapes.insert("L40".to_owned(), json!({"type": "string"}));
    let path = model("show-diamonds.json", &Value::Object(shapes));
    for format in ["text", "json", "mermaid", "dot"] {
        let output = show(&path, &["L0", "--format", format]);
        assert!(output.status.success() && output.stdout.len() < 40_000_000, "{format}");
    }
}

#[test]
fn names_cannot_break_out_of_a_graph_or_into_a_terminal() {
    let shapes = json!({"A": {"type": "structure", "members": {"x\"]\u{1b}[31m<b>\\": {"shape": "text"}}}, "text": {"type": "string"}});
    let path = model("show-names.json", &shapes);
    let of = |format: &str| text(&show(&path, &["A", "--format", format]).stdout);
    assert_eq!(of("text"), "A: structure\n└─ x\"]\\u{1b}[31m<b>\\: string text\n");
    assert!(of("mermaid").contains("n0[\"<b>A</b><br/>x#quot;] [31m#lt;b#gt;\\: string\"]"), "{}", of("mermaid"));
    assert!(of("dot").contains("n0 [label=\"A\\n\\nx\\\"] [31m<b>\\\\: string\\l\"];"), "{}", of("dot"));
}

#[test]
fn an_operation_is_another_box_than_a_shape_of_its_name() {
    let path = model("show-same.json", &json!({"Same": {"type": "structure", "members": {}}}));
    let mut model: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    model["operations"]["Same"] =
        json!({"name": "Same", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Same"}});
    std::fs::write(&path, model.to_string()).unwrap();
    let graph = text(&show(&path, &["operations/Same", "--format", "mermaid"]).stdout);
    assert!(graph.contains("  n0 -->|\"input\"| n1\n"), "{graph}");
}
