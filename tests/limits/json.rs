//! Values that came as JSON.

use serde_json::{Value as Json, json};
use shapewire::Structure;
use shapewire::decode::DecodeOptions;
use shapewire::json::{self, Secrets};
use shapewire::validation::{Report, Rule};

use super::bookshop::PutBookRequest;
use super::options;

fn read(json: &Json, options: &DecodeOptions) -> Result<PutBookRequest, Report> {
    let mut input = PutBookRequest::default();
    json::read_with(json, &mut input, options).map(|()| input)
}

fn book(name: &str, value: Json) -> Json {
    let mut book = json!({"Title": "t", "Shelf": "123456789012", "Authors": [], "Cover": {}});
    book[name] = value;
    book
}

/// Reads with a limit that is just enough, and with one less.
fn at_and_past(json: &Json, path: &str, limit: usize, set: fn(&mut DecodeOptions, usize), rule: fn(usize) -> Rule) {
    read(json, &options(|options| set(options, limit))).unwrap();
    let report = read(json, &options(|options| set(options, limit - 1))).unwrap_err();
    let found: Vec<_> = report.violations().iter().map(|found| (found.path.model(), found.rule.clone())).collect();
    assert_eq!(found, [(path.to_owned(), rule(limit - 1))]);
    assert!(!report.is_passable());
    assert_eq!(report.to_json()["violations"][0]["limit"], limit - 1);
}

#[test]
fn each_limit_holds_at_it_and_one_past() {
    let depth = |options: &mut DecodeOptions, limit| options.max_depth = limit;
    let items = |options: &mut DecodeOptions, limit| options.max_items = limit;
    let text = |options: &mut DecodeOptions, limit| options.max_text = limit;
    at_and_past(
        &book("Source", json!({"Within": {"Within": {"Url": "u"}}})),
        "Source.Within.Within",
        4,
        depth,
        Rule::Depth,
    );
    at_and_past(&book("Source", json!({"Parts": [{"Url": "u"}]})), "Source.Parts[0]", 4, depth, Rule::Depth);
    at_and_past(&book("Authors", json!(["a", "b", "c"])), "Authors", 3, items, Rule::Items);
    at_and_past(&book("Counts", json!({"a": 1, "b": 2})), "Counts", 2, items, Rule::Items);
    at_and_past(&book("Token", json!("four and more")), "Token", 13, text, Rule::Text);
    at_and_past(&book("Scan", json!("AAAAAAAAAAAAAAAA")), "Scan", 16, text, Rule::Text);
}

#[test]
fn the_defaults_hold_for_inputs_by_name() {
    let operation = super::bookshop::SERVICE.operation("PutBook").unwrap();
    let mut source = json!({"Url": "u"});
    for _ in 0..62 {
        source = json!({"Within": source});
    }
    operation
        .validate_json(&json!({"Title": "t", "Shelf": "123456789012", "Authors": ["a"], "Cover": {}, "Source": source}))
        .unwrap();
    let report = operation.validate_json(&book("Source", json!({"Within": source}))).unwrap_err();
    assert!(report.violations().iter().any(|found| found.rule == Rule::Depth(64)), "{report}");
    let report = operation.validate_json(&book("Authors", Json::from(vec!["a"; 100_001]))).unwrap_err();
    assert_eq!(
        report.to_string().split(" (").next(),
        Some("invalid input, 1 violation: authors: must not have more than 100000 members or entries")
    );
}

/// JSON text nests 128 deep at most; values that a program made may nest deeper.
#[test]
fn values_of_any_depth_are_refused_where_they_are_too_deep() {
    let mut source = json!({"Url": "u"});
    for _ in 0..10_000 {
        // The macro would copy what it is given.
        source = Json::Object([("Within".to_owned(), source)].into_iter().collect());
    }
    let book = book("Source", source);
    let report = read(&book, &DecodeOptions::DEFAULT).unwrap_err();
    assert_eq!(report.violations().len(), 1);
    assert_eq!(report.violations()[0].rule, Rule::Depth(64));
    assert!(report.violations()[0].path.model().ends_with(".Within"));
    let mut documents = book;
    json::decode_documents(&mut documents, PutBookRequest::default().shape());
    // serde_json's own way to drop such a value recurses.
    unnest(documents);
}

fn unnest(mut json: Json) {
    while let Json::Object(mut object) = json {
        json = object.remove("Source").or_else(|| object.remove("Within")).unwrap_or_default();
    }
}

#[test]
fn a_report_has_room_for_so_many_violations() {
    let unknown = |count: usize| {
        let mut book = book("Token", json!("t"));
        for index in 0..count {
            book[format!("x{index}")] = json!(index);
        }
        read(&book, &DecodeOptions::DEFAULT).unwrap_err()
    };
    let report = unknown(Report::MAX_VIOLATIONS);
    assert_eq!((report.violations().len(), report.omitted()), (1_000, 0));
    assert_eq!(report.to_json().get("omitted"), None);
    let report = unknown(Report::MAX_VIOLATIONS + 1);
    assert_eq!((report.violations().len(), report.omitted()), (1_000, 1));
    assert_eq!(report.to_json()["omitted"], 1);
    let shown = report.to_string();
    assert!(shown.starts_with("invalid input, 1001 violations: ") && shown.contains("; and 1 more ("), "{shown}");

    // What is not told may be what passes in no mode.
    let operation = super::bookshop::SERVICE.operation("PutBook").unwrap();
    let tags = vec![json!({}); 2_000];
    let passable = operation.validate_json(&book("Tags", json!(tags))).unwrap_err();
    assert!(passable.is_passable() && passable.omitted() >= 1_000);
    let mut tags = tags;
    tags.push(json!({"Key": 1}));
    let report = operation.validate_json(&book("Tags", json!(tags))).unwrap_err();
    assert!(!report.is_passable() && report.violations().iter().all(|found| found.rule.is_constraint()));
}

/// A structure with a map whose keys are secret, which no model has.
mod wallet {
    use std::collections::BTreeMap;

    use shapewire::Structure;
    use shapewire::schema::{Member, Shape, ShapeKind};
    use shapewire::value::{Value, no_such_member};

    static PIN: Shape = Shape::new("pin", ShapeKind::String).sensitive();
    static NUMBER: Shape = Shape::new("number", ShapeKind::Integer);
    static MAP: Shape = Shape::map("pins", &Member::new("key", "key", &PIN), &Member::new("value", "value", &NUMBER));
    static WALLET: Shape = Shape::structure("Wallet", &[Member::new("Pins", "pins", &MAP)]);

    #[derive(Clone, Default)]
    pub(super) struct Wallet {
        pub(super) pins: BTreeMap<String, i32>,
    }
    impl Structure for Wallet {
        fn shape(&self) -> &'static Shape {
            &WALLET
        }
        fn member(&self, index: usize) -> &dyn Value {
            if index == 0 { &self.pins } else { no_such_member(&WALLET, index) }
        }
        fn member_mut(&mut self, index: usize) -> &mut dyn Value {
            if index == 0 { &mut self.pins } else { no_such_member(&WALLET, index) }
        }
    }
    shapewire::structures!(Wallet);
}

/// Of equal keys a reader would keep one.
#[test]
fn secret_keys_are_as_many_when_they_are_not_shown() {
    let mut wallet = wallet::Wallet::default();
    wallet.pins.extend([("a", 1), ("b", 2), ("c", 3)].map(|(pin, number)| (pin.to_owned(), number)));
    let shown = json::to_value(&wallet, Secrets::Redact);
    assert_eq!(shown, json!({"Pins": {"[redacted]": 1, "[redacted 2]": 2, "[redacted 3]": 3}}));
    assert_eq!(json::to_value(&wallet, Secrets::Expose), json!({"Pins": {"a": 1, "b": 2, "c": 3}}));
}
