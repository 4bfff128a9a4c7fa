//! Files of suites that are not as they should be: what is said of them, and what becomes of their cases. Whole runs are
//! in `.ci/run`: they need Cargo.

use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde_json::{Value, json};
use shapewire_codegen::conformance::{Runtime, Status, Suites};

/// A file of this content in a folder of its own.
fn file(name: &str, content: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("suite.json");
    std::fs::write(&path, content).unwrap();
    path
}

fn problems(name: &str, suites: &Value) -> Vec<String> {
    let path = file(name, &suites.to_string());
    let problems = Suites::read([&path]).unwrap_err();
    problems.list().iter().map(|problem| format!("{}: {}", problem.pointer(), problem.message())).collect()
}

/// The cases that are not run, after code has been generated for the others.
fn settled(name: &str, suites: &Value) -> Vec<String> {
    let path = file(name, &suites.to_string());
    let mut suites = Suites::read([&path]).unwrap();
    suites.write(path.parent().unwrap()).unwrap();
    let cases = suites.settled().into_iter();
    cases.map(|case| format!("{} {}: {}", case.status, case.id, case.reason.unwrap_or_default())).collect()
}

fn suite(cases: &Value) -> Value {
    json!([{
        "metadata": {"protocol": "query", "apiVersion": "1"},
        "shapes": {"S": {"type": "structure", "members": {"A": {"shape": "T"}}}, "T": {"type": "string"}},
        "cases": cases,
    }])
}

#[test]
fn files_that_are_no_suites_are_refused_as_a_whole() {
    assert_eq!(problems("no-array", &json!({})), [": expected an array of suites"]);
    let found = problems(
        "no-suites",
        &json!([
            1,
            {"metadata": {}, "shapes": {}, "cases": []},
            {"metadata": {"protocol": "query"}, "cases": []},
            {"metadata": {"protocol": "query"}, "shapes": {}},
            {"metadata": {"protocol": "soap"}, "shapes": {}, "cases": []},
            {"metadata": {"protocol": "query"}, "shapes": {}, "cases": [[]]},
        ]),
    );
    let expected = [
        "/0: expected a suite, which is an object",
        "/1/metadata/protocol: expected the name of a protocol",
        "/2/shapes: expected an object of shapes",
        "/3/cases: expected an array of cases",
        "/4/metadata/protocol: expected a protocol, which `soap` is not: query, ec2, rest-xml",
        "/5/cases/0: expected a case, which is an object",
    ];
    assert_eq!(found, expected);
    let text = Suites::read([file("no-json", "[")]).unwrap_err().to_string();
    assert!(text.contains("not JSON") && text.contains("suite.json:1:2"), "{text}");
    assert!(Suites::read(["no such file"]).unwrap_err().to_string().contains("no such file: cannot be read"));
}

#[test]
fn a_case_that_is_none_fails_alone() {
    let found = settled(
        "no-cases",
        &suite(&json!([
            {"id": "a", "params": {}, "serialized": {}},
            {"id": "b", "given": 1, "params": {}, "serialized": {}},
            {"id": "c", "given": {}, "params": {}},
            {"id": "d", "given": {}, "params": [], "serialized": {}},
            {"id": "e", "given": {}, "response": {}},
            {"id": "f", "given": {}},
            {"given": {"name": 1}, "response": {}, "result": {}},
            {"id": "h", "given": {}, "params": {}, "serialized": {"requireHeaders": "x"}},
        {"id": "i", "given": {}, "result": {}, "response": {"status_code": "200"}},
        {"id": "well formed", "given": {}, "response": {}, "result": {}},
        ])),
    );
    let expected = [
        "FAIL a: the key `given` is missing",
        "FAIL b: `given` is not an object",
        "FAIL c: the key `serialized` is missing beside `params`",
        "FAIL d: `params` is not an object",
        "FAIL e: one of the keys `result` and `error` is missing beside `response`",
        "FAIL f: it has neither `params` nor a `response`",
        "FAIL suite:0:6: `given/name` is not a name",
        "FAIL h: `serialized/requireHeaders` is not an array of strings",
        "FAIL i: `response/status_code` is not a number",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_model_that_cannot_be_generated_fails_the_cases_that_need_it() {
    let case = |id: &str, shape: &str| json!({"id": id, "given": {"name": id, "input": {"shape": shape}}, "params": {}, "serialized": {}});
    let found = settled("no-model", &suite(&json!([case("A", "S"), case("B", "Nix"), case("C", "S")])));
    assert_eq!(found, ["FAIL B: /0/cases/1/given/input/shape: there is no shape `Nix`"]);
    let prefix = |prefix: &str| json!({"id": "H", "given": {"input": {"shape": "S"}, "endpoint": {"hostPrefix": prefix}}, "params": {}, "serialized": {}});
    let of = |name: &str, template: &str| settled(name, &suite(&json!([prefix(template)])));
    let place = "FAIL H: /0/cases/0/given/endpoint/hostPrefix";
    assert_eq!(of("no-label", "{A}."), [format!("{place}: has the label `A`, which no member of the input is")]);
    assert_eq!(of("no-end", "x{A"), [format!("{place}: `x{{A` has a label without an end")]);
    assert!(of("prefix", "x-").is_empty());
    // What no case needs is not read.
    let mut unused = suite(&json!([case("A", "S")]));
    unused[0]["shapes"]["Odd"] = json!({"type": "odd", "members": {"X": {"shape": "Nix"}}});
    assert!(settled("unused", &unused).is_empty());
    assert_eq!(
        settled(
            "other-protocol",
            &json!([
                {"metadata": {"protocol": "rest-json"}, "shapes": {}, "cases": [{"id": "j"}]},
            ])
        ),
        ["SKIP j: the protocol `rest-json` does not speak XML"]
    );
}

#[test]
fn one_name_may_stand_for_several_operations() {
    let case = |input: &Value| json!({"given": {"input": input}, "params": {}, "serialized": {}});
    let (one, other) = (json!({"shape": "S"}), json!({"shape": "S", "locationName": "other"}));
    let path = file("several", &suite(&json!([case(&one), case(&other), case(&one)])).to_string());
    let mut suites = Suites::read([&path]).unwrap();
    suites.write(path.parent().unwrap()).unwrap();
    assert!(suites.settled().is_empty());
    let text = std::fs::read_to_string(path.with_file_name("cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let operations: Vec<u64> = cases.iter().map(|case| case["operation"].as_u64().unwrap()).collect();
    assert_eq!(operations, [0, 1, 0]);
}

#[test]
fn ids_choose_cases_and_are_told_when_they_are_not_unique() {
    let case = |id: &str| json!({"id": id, "given": {}, "response": {}, "result": {}});
    let path = file("ids", &suite(&json!([case("a b"), case("c"), case("c")])).to_string());
    let suites = Suites::read([&path]).unwrap();
    assert_eq!(suites.len(), 3);
    let warning = suites.warnings()[0].to_string();
    assert!(warning.ends_with("suite.json#/0/cases/2/id: the id `c` is that of another case too"), "{warning}");
    assert_eq!(suites.clone().select(&["a_b".to_owned()]).unwrap().len(), 1);
    let problems = suites.select(&["a_b", "A_c", "something"].map(str::to_owned)).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "there is no case `A_c`; did you mean `a_b`?\nthere is no case `something`",
        "one that is there hides no other"
    );
}

#[test]
fn keys_that_nobody_knows_do_no_harm() {
    let suites = json!([{
        "metadata": {"protocol": "query"},
        "shapes": {"S": {"type": "structure", "members": {"A": {"shape": "T", "LocationName": "B"}}}, "T": {"type": "character"}},
        "cases": [{"given": {"input": {"shape": "S"}}, "params": {"A": "b"}, "serialized": {}}],
    }]);
    let path = file("keys", &suites.to_string());
    let mut suites = Suites::read([&path]).unwrap();
    suites.write(path.parent().unwrap()).unwrap();
    assert!(suites.settled().iter().all(|case| case.status == Status::Pass));
    assert!(suites.warnings()[0].to_string().contains("/0/shapes/S/members/A/LocationName: the key `LocationName`"));
}

/// Whatever stands somewhere in a suite, the file is refused, or each of its cases is run or settled.
#[test]
fn suites_with_something_else_somewhere_are_refused_or_settled() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let others = [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!("A"),
        json!("{"),
        json!(-1),
        json!(true),
        json!({"shape": "S"}),
    ];
    for name in ["query", "ec2", "rest-xml"] {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/suites/{name}.json"));
        let own: Value = serde_json::from_str(&std::fs::read_to_string(own).unwrap()).unwrap();
        for _ in 0..20 {
            let mut suites = own.clone();
            let mut at = &mut suites;
            // A few steps down, to anything but the file itself.
            for depth in 0..random.usize(1..9) {
                let count = match &*at {
                    Value::Object(object) => object.len(),
                    Value::Array(items) => items.len(),
                    _ => 0,
                };
                if count == 0 && depth > 0 {
                    break;
                }
                let place = random.usize(..count);
                at = match at {
                    Value::Object(object) => object.values_mut().nth(place).unwrap(),
                    Value::Array(items) => &mut items[place],
                    _ => unreachable!("it has values"),
                };
            }
            *at = random.choice(&others).unwrap().clone();
            let path = file(&format!("changed-{name}"), &suites.to_string());
            let Ok(mut read) = Suites::read([&path]) else { continue };
            let count = read.len();
            read.write(path.parent().unwrap()).unwrap();
            let text = std::fs::read_to_string(path.with_file_name("cases.json")).unwrap();
            let running: Vec<Value> = serde_json::from_str(&text).unwrap();
            assert_eq!(running.len() + read.settled().len(), count, "{name}: {suites}");
        }
    }
}

#[test]
fn a_runtime_is_a_folder_or_a_version() {
    assert_eq!(Runtime::named("0.1.0"), Runtime::Version("0.1.0".to_owned()));
    for folder in ["/nowhere/shapewire", "tests"] {
        assert_eq!(Runtime::named(folder), Runtime::Path(folder.into()));
    }
}
