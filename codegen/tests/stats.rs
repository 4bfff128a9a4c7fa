//! `stats`: the numbers of a golden model that a reader can count.

use std::process::Command;

use serde_json::{Value, json};

fn stats(arguments: &[&str]) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let mut command = Command::new(env!("CARGO_BIN_EXE_shapewire-codegen"));
    let output = command.current_dir(folder).arg("stats").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_bookshop_is_counted() {
    let report: Value = serde_json::from_str(&stats(&["bookshop.json", "--format", "json"])).unwrap();
    let model: Value = serde_json::from_str(include_str!("golden/bookshop.json")).unwrap();
    let counts = &report[0]["counts"];
    let of_type =
        |name: &str| model["shapes"].as_object().unwrap().values().filter(|shape| shape["type"] == name).count();
    assert_eq!(report[0]["service"], "Book Shop");
    assert_eq!(counts["operations"], 3);
    assert_eq!(counts["shapes"], model["shapes"].as_object().unwrap().len());
    // The union is a structure in the file.
    assert_eq!(
        counts["structures"].as_u64().unwrap() + counts["unions"].as_u64().unwrap(),
        of_type("structure") as u64
    );
    assert_eq!((&counts["unions"], &counts["errors"]), (&json!(1), &json!(3)));
    assert_eq!((&counts["lists"], &counts["maps"]), (&json!(of_type("list")), &json!(of_type("map"))));
    assert_eq!((&counts["enumerations"], &counts["values"], &counts["patterns"]), (&json!(3), &json!(7), &json!(1)));
    assert_eq!(counts["secrets"], 2);
    // Book and Chapter lead to each other, Source to itself.
    assert_eq!(counts["recursive"], 3);
    // PutBookRequest, Source, Book, flatList, token.
    assert_eq!(counts["depth"], 5);
    assert_eq!(report[0]["largest"][0], json!({"shape": "PutBookRequest", "members": 21}));
    let lines = counts["lines"].as_u64().unwrap();
    assert!((900..1500).contains(&lines), "{lines}");
}

#[test]
fn one_model_is_a_list_and_several_are_a_table() {
    let list = stats(&["bookshop.json"]);
    assert!(list.starts_with("Book Shop\n") && list.contains("\n  operations           3\n"), "{list}");
    let table = stats(&["bookshop.json", "obstacles.json"]);
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 3, "{table}");
    assert!(rows[1].starts_with("Book Shop ") && rows[0].trim_start().starts_with("operations"), "{table}");
    assert_eq!(rows[0].len(), rows[1].len(), "{table}");
}
