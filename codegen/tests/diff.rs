//! What a new version of a model changes: one change of a small model at a time, with its verdicts; the reports; the command.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value, json};
use shapewire_codegen::diff::{Change, Difference, diff, report};
use shapewire_codegen::load;

mod published;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Puts `value` at `pointer`; the last step may be new.
fn set(model: &mut Value, pointer: &str, value: &Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match model.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")) {
        Value::Array(list) => list.push(value.clone()),
        parent => {
            parent[key] = value.clone();
        }
    }
}

/// The model of the bookshop with a change of `mutations.json`.
fn mutated(mutation: &Value) -> Value {
    let mut model = read(&file("golden/bookshop.json"));
    if let Some(pointer) = mutation["remove"].as_str() {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = model.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        assert!(parent.shift_remove(key).is_some(), "{pointer}");
    }
    let none = Map::new();
    for key in ["set", "also"] {
        for (pointer, value) in mutation[key].as_object().unwrap_or(&none) {
            set(&mut model, pointer, value);
        }
    }
    model
}

fn compare(name: &str, old: &Value, new: &Value) -> Difference {
    let folder = folder(name);
    let [old, new] = [("old.json", old), ("new.json", new)].map(|(name, value)| {
        let path = folder.join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        load(&path).unwrap_or_else(|problems| panic!("{name}: {problems}"))
    });
    diff(&old, &new).unwrap_or_else(|problems| panic!("{name}: {problems}"))
}

fn verdicts(change: &Change) -> Value {
    let subject = change.subject.to_string();
    json!([subject, change.kind, change.rust.name(), change.client.name(), change.server.name()])
}

#[test]
fn each_change_has_its_verdicts() {
    let old = read(&file("golden/bookshop.json"));
    let mut kinds = BTreeSet::new();
    for mutation in read(&file("diff/mutations.json")).as_array().unwrap() {
        let name = mutation["name"].as_str().unwrap();
        let difference = compare(name, &old, &mutated(mutation));
        let found: Vec<Value> = difference.changes.iter().map(verdicts).collect();
        assert!(found.contains(&mutation["expect"]), "{name}: expected {}, found {found:#?}", mutation["expect"]);
        // Nothing else is worse than what was changed, but where it says so.
        let overall =
            [difference.rust(), difference.client(), difference.server()].map(|severity| json!(severity.name()));
        let expected =
            mutation["overall"].as_array().map_or(&mutation["expect"].as_array().unwrap()[2..], Vec::as_slice);
        assert_eq!(overall.as_slice(), expected, "{name}: {found:#?}");
        kinds.insert(mutation["expect"][1].to_string());
    }
    assert!(kinds.len() > 25, "{kinds:?}");
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let model = read(&file("golden/bookshop.json"));
    let difference = compare("same", &model, &model);
    assert_eq!((difference.changes.as_slice(), difference.advice()), ([].as_slice(), "none"));
}

#[test]
fn a_renamed_shape_is_the_same_on_the_wire() {
    let old = std::fs::read_to_string(file("golden/bookshop.json")).unwrap();
    let new: Value = serde_json::from_str(&old.replace("\"bookStatus\"", "\"statusOfBook\"")).unwrap();
    let difference = compare("renamed", &serde_json::from_str(&old).unwrap(), &new);
    let found: Vec<Value> = difference.changes.iter().map(verdicts).collect();
    assert_eq!(found, [json!(["statusOfBook", "shape-renamed", "major", "none", "none"])], "{difference:#?}");
}

/// All changes at once that go together, in every format; `SHAPEWIRE_BLESS=1` writes what is reported now.
#[test]
fn reports() {
    let old = read(&file("golden/bookshop.json"));
    let mut new = old.clone();
    for (pointer, value) in [
        ("/operations/Pong", json!({"name": "Pong", "http": {"method": "POST", "requestUri": "/"}})),
        ("/shapes/PutBookRequest/required", json!(["Title", "Shelf", "Authors", "Cover", "Pages"])),
        ("/shapes/titleType/pattern", json!("[^`|]+")),
        ("/shapes/colour/enum", json!(["red", "blue & green"])),
        ("/shapes/Tag/documentation", json!("<p>A tag.</p>")),
    ] {
        set(&mut new, pointer, &value);
    }
    let mut difference = compare("reports", &old, &new);
    (difference.old.0, difference.new.0) = ("old.json".to_owned(), "new.json".to_owned());
    for (name, report) in [
        ("report.txt", report::text(&difference, false)),
        ("report.json", format!("{:#}\n", report::json(&difference))),
        ("report.md", report::markdown(&difference)),
        ("report.html", report::html(&difference)),
    ] {
        let path = file("diff").join(name);
        if std::env::var_os("SHAPEWIRE_BLESS").is_some() {
            std::fs::write(&path, &report).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            expected == report,
            "{name} differs; if that is meant: SHAPEWIRE_BLESS=1 cargo test -p shapewire-codegen\n{report}"
        );
    }
    let coloured = report::text(&difference, true);
    assert!(coloured.contains("\x1b[31mmajor"));
    let plain =
        ["0", "1", "2", "31", "33"].iter().fold(coloured, |text, code| text.replace(&format!("\x1b[{code}m"), ""));
    assert_eq!(plain, report::text(&difference, false), "colours move nothing");
}

#[test]
fn how_an_operation_is_signed_is_one_fact() {
    let old = read(&file("golden/bookshop.json"));
    let changes = |facts: &[(&str, Value)]| -> Vec<String> {
        let mut new = old.clone();
        for (key, value) in facts {
            set(&mut new, &format!("/operations/PutBook/{key}"), value);
        }
        let changes = compare("signed", &old, &new).changes;
        changes.iter().map(|change| format!("{}: {}", change.kind, change.text)).collect()
    };
    let unsigned = [("auth", json!(["smithy.api#noAuth"])), ("authtype", json!("none"))];
    assert_eq!(changes(&unsigned), ["signing: is unsigned now"]);
    assert_eq!(
        changes(&[("auth", json!(["aws.auth#sigv4a", "aws.auth#sigv4"]))]),
        ["signing: ways to sign: none → `sigv4a`, `sigv4`"]
    );
}

#[test]
fn a_constructor_changes_because_of_what_its_arguments_are() {
    let old = read(&file("golden/bookshop.json"));
    let mut new = old.clone();
    set(&mut new, "/shapes/titleType/sensitive", &json!(true));
    let difference = compare("constructor", &old, &new);
    let [change] = difference.changes.as_slice() else { panic!("{difference:#?}") };
    assert_eq!(verdicts(change), json!(["titleType", "sensitivity", "major", "none", "none"]));
    let items: Vec<&str> = change.rust_changes.iter().map(|item| item.item.as_str()).collect();
    assert!(items.contains(&"PutBookRequest::new") && items.contains(&"PutBookRequest.title"), "{items:?}");
}

#[test]
fn an_import_changes_documentation_only() {
    let old = read(&file("golden/bookshop.json"));
    let path = folder("imported").join("model.json");
    std::fs::write(&path, shapewire_codegen::import(&file("golden/bookshop.json")).unwrap()).unwrap();
    let difference = compare("imported", &old, &read(&path));
    assert_eq!(difference.advice(), "patch", "{:#?}", difference.changes);
}

#[test]
fn names_and_patterns_stay_in_their_places() {
    let old = read(&file("golden/bookshop.json"));
    let mut new = old.clone();
    set(&mut new, "/metadata/serviceFullName", &json!("Books | \u{1b}[31m"));
    set(&mut new, "/shapes/token/pattern", &json!("[\\w<|]+"));
    set(&mut new, "/shapes/colour/enum", &json!(["red", "green", "a`|\nb"]));
    let difference = compare("places", &old, &new);
    let text = report::text(&difference, false);
    assert!(!text.contains('\u{1b}') && text.contains("value `a`|\\nb` added"), "{text}");
    let page = report::markdown(&difference);
    assert!(page.starts_with("# Books \\| \\\\u{1b}[31m\n"), "{page}");
    // In code a backslash is one, and a bar that is escaped is one.
    assert!(page.contains("none → `[\\w<\\|]+` (tightened)"), "{page}");
    assert!(page.contains("value \\`a\\`\\|\\\\nb\\` added"), "{page}");
}

#[test]
fn the_problems_of_both_models_are_shown_at_their_places() {
    let folder = folder("broken");
    let mut model = read(&file("golden/bookshop.json"));
    set(&mut model, "/shapes/Tag/members/Key/shape", &json!("nix"));
    std::fs::write(folder.join("dangling.json"), format!("{model:#}")).unwrap();
    std::fs::write(folder.join("none.json"), "{\"metadata\": ").unwrap();
    let errors = |old: &str, new: &str| {
        let output = run(&folder, &["diff", old, new]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let both = errors("dangling.json", "dangling.json");
    assert_eq!(both.matches("there is no shape `nix`").count(), 2, "{both}");
    assert_eq!(both.matches("^^^^^ /shapes/Tag/members/Key/shape").count(), 2, "{both}");
    let both = errors("none.json", "absent.json");
    assert!(both.contains("--> none.json:1:13") && both.contains("absent.json: cannot be read"), "{both}");
}

/// What a model may tell of the values of secrets: defaults, prose, examples, what a waiter waits for.
#[test]
fn values_of_secrets_are_not_shown() {
    let [old, new] = [("canary-1", 10), ("canary-2", 20)].map(|(secret, limit)| {
        let mut model = read(&file("golden/ferry.json"));
        for (pointer, value) in [
            ("Code/traits/smithy.api#default", json!(secret)),
            ("Code/traits/smithy.api#documentation", json!(secret)),
            ("BookCrossingInput$code/traits/smithy.api#default", json!(secret)),
            ("BookCrossingInput/members/note/traits/smithy.api#sensitive", json!({})),
            ("BookCrossingInput/members/note/traits/smithy.api#default", json!(secret)),
            // All that is below a secret structure is secret.
            ("Place/traits", json!({"smithy.api#sensitive": {}})),
            ("Place/members/name/traits", json!({"smithy.api#default": secret})),
            ("BookCrossing/traits/smithy.api#examples", json!([{"title": secret, "input": {"code": secret}}])),
            ("Horn/traits/smithy.api#deprecated/message", json!(secret)),
            (
                "BookCrossing/traits/smithy.waiters#waitable/CrossingBooked/acceptors/0/matcher/output/expected",
                json!(secret),
            ),
            ("ListCrossingsInput/members/limit/traits/smithy.api#default", json!(limit)),
        ] {
            set(&mut model, &format!("/shapes/example.ferry#{pointer}"), &value);
        }
        model
    });
    let difference = compare("secrets", &old, &new);
    let facts = difference.changes.iter().filter(|change| change.kind == "fact");
    let facts: Vec<String> = facts.map(|change| format!("{}: {}", change.subject, change.text)).collect();
    let hidden = "`default`: [redacted] → [redacted]";
    for place in ["Code", "BookCrossingInput.code", "BookCrossingInput.note", "Place.name"] {
        assert!(facts.contains(&format!("{place}: {hidden}")), "{place}: {facts:#?}");
    }
    assert!(facts.contains(&"ListCrossingsInput.limit: `default`: 10 → 20".to_owned()), "{facts:#?}");
    assert!(difference.changes.iter().any(|change| change.kind == "waiter-changed"), "{difference:#?}");
    for report in [
        report::text(&difference, true),
        report::json(&difference).to_string(),
        report::markdown(&difference),
        report::html(&difference),
        format!("{difference:#?}"),
    ] {
        assert!(report.contains("CrossingBooked") && !report.contains("canary"), "{report}");
    }
    // One that becomes a secret, or is none any more, was one.
    let mut plain = old.clone();
    plain["shapes"]["example.ferry#Code"]["traits"].as_object_mut().unwrap().shift_remove("smithy.api#sensitive");
    for (name, old, new) in [("secret-now", &plain, &new), ("no-secret-now", &new, &plain)] {
        let report = report::text(&compare(name, old, new), false);
        assert!(report.contains("secret") && !report.contains("canary"), "{report}");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shapewire-codegen")).current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn the_command_exits_by_severity() {
    let folder = folder("command");
    let old = read(&file("golden/bookshop.json"));
    let mut minor = old.clone();
    set(&mut minor, "/shapes/colour/enum", &json!(["red", "green", "blue"]));
    let mut major = old.clone();
    set(&mut major, "/shapes/colour/enum", &json!(["red"]));
    for (name, model) in [("old.json", &old), ("minor.json", &minor), ("major.json", &major)] {
        std::fs::write(folder.join(name), model.to_string()).unwrap();
    }
    let status = |new: &str| run(&folder, &["diff", "old.json", new]).status.code();
    assert_eq!([status("old.json"), status("minor.json"), status("major.json")], [Some(0), Some(3), Some(4)]);
    let output = run(&folder, &["diff", "old.json", "major.json", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["advice"], &report["new"]["file"]), (&json!("major"), &json!("major.json")));
    for (arguments, message) in [
        (vec!["diff", "old.json"], "two models are wanted"),
        (vec!["diff", "old.json", "old.json", "--format", "yaml"], "not \"yaml\""),
        (vec!["diff", "old.json", "old.json", "--color", "yes"], "not \"yes\""),
    ] {
        let output = run(&folder, &arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), error.contains(message)), (Some(2), true), "{error}");
    }
    let output = run(&folder, &["diff", "absent.json", "old.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("absent.json: cannot be read"));
}

#[test]
fn a_model_of_a_git_revision() {
    let folder = folder("git");
    let _ = std::fs::remove_dir_all(folder.join(".git"));
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").current_dir(&folder).args(identity).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let mut model = read(&file("golden/bookshop.json"));
    std::fs::create_dir_all(folder.join("model")).unwrap();
    std::fs::write(folder.join("model/shop.json"), model.to_string()).unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "model"]);
    git(&["commit", "--quiet", "--message", "first"]);
    set(&mut model, "/shapes/colour/enum", &json!(["red"]));
    std::fs::write(folder.join("model/shop.json"), model.to_string()).unwrap();
    // Paths are those of the current folder.
    let output = run(&folder.join("model"), &["diff", "HEAD:shop.json", "shop.json"]);
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("value `green` removed"), "{report}");
    assert!(report.contains("old: HEAD:./shop.json (") && report.contains("new: shop.json ("), "{report}");
    for (old, message) in [
        ("HEAD:model", "HEAD:./model: cannot be read: is a directory"),
        (
            "--output=x:shop.json",
            "--output=x:./shop.json: cannot be read: the name of a revision does not begin with `-`",
        ),
    ] {
        let output = run(&folder, &["diff", "--", old, "model/shop.json"]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), error.contains(message)), (Some(1), true), "{error}");
    }
    let output = run(&folder, &["diff", "nowhere:model/shop.json", "model/shop.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere:./model/shop.json: cannot be read"));
}

/// The published IAM of 2025 in Smithy's format against today's in botocore's: the page in `docs` has every change but
/// documentation and what is added as a whole.
#[test]
fn the_page_on_iam_has_what_changed() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let old = shared.join("models/smithy/iam-2010-05-08.json.gz");
    let Some((_, new)) = published::models().iter().find(|(name, _)| name == "iam").filter(|_| old.exists()) else {
        eprintln!("skipped: there is no {}", old.display());
        return;
    };
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*std::fs::read(&old).unwrap()), &mut text).unwrap();
    let old = folder("iam").join("iam.json");
    std::fs::write(&old, text).unwrap();
    let difference = diff(&load(&old).unwrap(), &load(new).unwrap()).unwrap();
    let page = std::fs::read_to_string(workspace.join("docs/diff-iam.md")).unwrap();
    let whole = ["documentation", "shape-added", "operation-added"];
    for change in difference.changes.iter().filter(|change| !whole.contains(&change.kind)) {
        let Change { subject, text, rust, client, server, .. } = change;
        let row = format!("| `{subject}` | {} | {rust} | {client} | {server} |", text.replace('|', "\\|"));
        assert!(page.contains(&row), "{row}");
    }
    let added = difference.changes.iter().filter(|change| change.kind == "operation-added").count();
    assert!(page.contains(&format!("{added} operations")));
}
