//! The emitted code for small models of our own, byte by byte. `SHAPEWIRE_BLESS=1` writes what is emitted now.

use std::path::PathBuf;

use shapewire_codegen::Builder;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn check(builder: &Builder, name: &str) {
    let generated = builder.generate_to_string().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(generated.warnings, []);
    let again = builder.generate_to_string().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(generated.text, again.text, "the same input gives the same bytes");
    let path = golden(name);
    if std::env::var_os("SHAPEWIRE_BLESS").is_some() {
        std::fs::write(&path, &generated.text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let place = expected.lines().zip(generated.text.lines()).position(|(left, right)| left != right);
    assert!(
        expected == generated.text,
        "{name} differs, first in line {}; if that is meant: SHAPEWIRE_BLESS=1 cargo test -p shapewire-codegen",
        place.map_or("after the shorter one".to_owned(), |line| (line + 1).to_string())
    );
}

#[test]
fn every_construct_with_an_overlay() {
    let overlay = golden("bookshop.overlay.json");
    check(&Builder::new().model(golden("bookshop.json")).overlay(overlay), "bookshop.rs");
}

#[test]
fn one_operation() {
    let builder = Builder::new().model(golden("bookshop.json")).operations(["ListBooks"]).module_name("books");
    check(&builder, "bookshop.list.rs");
}

#[test]
fn the_ec2_protocol() {
    check(&Builder::new().model(golden("harbour.json")), "harbour.rs");
}

#[test]
fn smithy_s_json_ast() {
    check(&Builder::new().model(golden("ferry.json")).module_name("ferry"), "ferry.rs");
}

#[test]
fn names_that_break_naive_generators() {
    check(&Builder::new().model(golden("obstacles.json")), "obstacles.rs");
}

#[test]
fn an_async_client_is_one_call_of_a_macro() {
    let builder = Builder::new().model(golden("bookshop.json")).operations(["ListBooks"]).module_name("books");
    let text = |builder: &Builder| builder.generate_to_string().unwrap_or_else(|problems| panic!("{problems}")).text;
    let (without, with) = (text(&builder), text(&builder.clone().async_client(true)));
    let added: Vec<&str> = with.lines().filter(|line| !without.lines().any(|other| other == *line)).collect();
    assert_eq!(
        added,
        [
            r#"::shapewire::async_client!(" Book Shop over a transport that does not block: one method an operation.", {"#,
            "    list_books: ListBooks(ListBooksRequest) -> ListBooksResponse,",
            "});"
        ]
    );
}

#[test]
fn bindings_to_http() {
    check(&Builder::new().model(golden("depot.json")), "depot.rs");
}

#[test]
fn a_module_with_attributes_and_serde_and_without_documentation() {
    let builder = Builder::new()
        .model(golden("bookshop.json"))
        .operations(["PutBook"])
        .module_name("shelves")
        .module_visibility("pub(crate)")
        .documentation(false)
        .serde(true)
        .attributes("Tag", "#[derive(Eq)] #[must_use]")
        .attributes("Source", "#[must_use]")
        .attributes("genre", "#[must_use]")
        .attributes("genre", "#[rustfmt::skip]");
    check(&builder, "bookshop.shelves.rs");
}

#[test]
fn options_that_cannot_be_followed_are_all_problems() {
    let builder = Builder::new()
        .model(golden("bookshop.json"))
        .overlay(golden("absent.json"))
        .operations(["ListBook"])
        .module_name("a-b")
        .module_visibility("publik")
        .file_name("../books.rs")
        .attributes("ListBookRequest", "#[must_use]")
        .attributes("titleType", "#[must_use]")
        .attributes("Tag", "derive(Eq)")
        .attributes("Tag", "");
    let problems = builder.generate_to_string().unwrap_err();
    let found: Vec<_> = problems.list().iter().map(|problem| (problem.message(), problem.hint())).collect();
    assert_eq!(
        found,
        [
            ("cannot be read: No such file or directory (os error 2)", None),
            (
                "`a-b` cannot be the name of a module",
                Some("a name of snake case is wanted, and no keyword: `module_name`, or `--module-name`")
            ),
            ("there is no operation `ListBook` to select", Some("did you mean `ListBooks`?")),
            ("\"../books.rs\" is no name of a file in the folder that is written to", None),
            ("`publik` is no visibility of a module", None),
            (
                "there is no structure, union or enumeration `ListBookRequest` to put attributes on",
                Some("did you mean `ListBooksRequest`?")
            ),
            ("there is no structure, union or enumeration `titleType` to put attributes on", None),
            ("\"derive(Eq)\" is no attribute for `Tag`, as `#[name]` or `#[name(…)]`", None),
            ("the attribute for `Tag` is empty", None),
        ]
    );
}

#[test]
fn attributes_are_for_types_that_are_kept() {
    let builder = Builder::new().model(golden("bookshop.json")).operations(["Ping"]).attributes("Tag", "#[must_use]");
    let problems = builder.generate_to_string().unwrap_err();
    assert_eq!(problems.list().len(), 1, "{problems}");
    assert!(problems.list()[0].message().contains("`Tag` to put attributes on"), "{problems}");
}

#[test]
fn a_builder_without_a_model_says_so() {
    let problems = Builder::new().generate_to_string().unwrap_err();
    assert_eq!(problems.to_string(), "no model is named: `Builder::model` takes its file");
}

#[test]
fn the_file_has_the_name_that_is_asked_for() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("file-name");
    std::fs::create_dir_all(&folder).unwrap();
    let builder = Builder::new().model(golden("bookshop.json")).out_dir(&folder);
    let generated = builder.clone().file_name("shop.in.rs").generate().unwrap();
    assert_eq!(generated.path, Some(folder.join("shop.in.rs")));
    assert_eq!(generated.module_name, "book_shop");
    assert_eq!(std::fs::read_to_string(folder.join("shop.in.rs")).unwrap(), builder.generate_to_string().unwrap().text);
}
