//! What a person reads of a fault: the place, the text at fault underlined, what may be meant.
//! `SHAPEWIRE_BLESS=1` writes what is said now.

use shapewire_codegen::endpoint::RuleSet;
use shapewire_codegen::lint::{Lint, lint};
use shapewire_codegen::{Builder, Problems, load};

const BOOKSHOP: &str = "tests/golden/bookshop.json";

/// The faults as a build script shows them; paths are those of the package's folder, where tests run.
fn check(builder: &Builder, name: &str) {
    let said = format!("{:?}\n", builder.generate_to_string().unwrap_err());
    let path = format!("tests/diagnostics/{name}.txt");
    if std::env::var_os("SHAPEWIRE_BLESS").is_some() {
        std::fs::write(&path, &said).unwrap();
    }
    assert_eq!(said, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

#[test]
fn all_faults_of_a_model_are_shown_at_their_places() {
    check(&Builder::new().model("tests/diagnostics/model.json"), "model");
}

#[test]
fn keys_that_hide_others_are_shown() {
    check(&Builder::new().model("tests/diagnostics/repeated.json"), "repeated");
}

#[test]
fn places_in_smithy_s_json_ast_are_its_own() {
    check(&Builder::new().model("tests/diagnostics/smithy.json"), "smithy");
    let found = lint("tests/diagnostics/smithy.json".as_ref(), &[]);
    let place = |lint: Lint| {
        let problem = &found.iter().find(|finding| finding.lint == lint).unwrap().problem;
        (problem.pointer().to_owned(), problem.line_and_column().unwrap().0)
    };
    let kettle = "/shapes/example.tea#";
    assert_eq!(place(Lint::UnmarkedSecret), (format!("{kettle}BoilInput/members/password"), 35));
    assert_eq!(place(Lint::PatternNotEnforced), (format!("{kettle}Leaf/traits/smithy.api#pattern"), 47));
    assert_eq!(place(Lint::UnusablePaginator), (format!("{kettle}Boil/traits/smithy.api#paginated"), 26));
}

#[test]
fn a_model_in_one_line_is_shown_around_the_faults() {
    check(&Builder::new().model("tests/diagnostics/dangling.json").operations(["OrderTea", "OrderCofee"]), "dangling");
}

#[test]
fn json_that_is_none_is_shown_where_it_stops_being_some() {
    check(&Builder::new().model("tests/diagnostics/syntax.json"), "syntax");
}

#[test]
fn an_overlay_that_no_longer_applies_names_what_may_be_meant() {
    let builder = Builder::new().model(BOOKSHOP).overlay("tests/diagnostics/overlay.json");
    check(&builder.overlay("tests/diagnostics/syntax.json").overlay("tests/diagnostics/missing.json"), "overlay");
}

#[test]
fn programs_get_the_parts() {
    let problems = load("tests/diagnostics/model.json".as_ref()).unwrap_err();
    let problem = &problems.list()[0];
    assert_eq!(problem.line_and_column(), Some((9, 5)));
    assert_eq!(
        (problem.pointer(), problem.hint()),
        ("/metadata/signatureVersoin", Some("did you mean `signatureVersion`?"))
    );
    assert_eq!(
        problem.to_string(),
        "tests/diagnostics/model.json:9:5#/metadata/signatureVersoin: the key `signatureVersoin` is unknown here; \
         did you mean `signatureVersion`?"
    );
}

#[test]
fn without_the_text_a_problem_is_a_line() {
    let json = r#"{"version": "1.0", "parameters": {}, "rule": []}"#.parse().unwrap();
    let problems: Problems = RuleSet::from_json("rules", &json).unwrap_err();
    assert_eq!(problems.to_string().lines().count(), problems.list().len());
    assert!(problems.to_string().contains("rules#/rule: the key `rule` is unknown here; did you mean `rules`?"));
}

#[test]
fn a_warning_names_its_line() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let overlay = folder.join("diagnostics-warning.json");
    let change = r#"{"service": "book_shop", "changes": [{"at": "shapes/titleType", "pattern": "(a)\\1"}]}"#;
    std::fs::write(&overlay, change).unwrap();
    let generated = Builder::new().model(BOOKSHOP).overlay(overlay).generate_to_string().unwrap();
    let shown = generated.warnings[0].as_warning().to_string();
    assert!(shown.starts_with("warning: this pattern is not enforced: it refers back to a group"), "{shown}");
    assert!(shown.contains("--> tests/golden/bookshop.json:"), "{shown}");
}
