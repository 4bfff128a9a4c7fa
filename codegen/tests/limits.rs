//! Models that are large, deep, or both: read to their end, or refused; never a panic, and never the square of the work.
//!
//! Nothing here judges time: what is counted are allocations.

use std::fs;
use std::path::{Path, PathBuf};

use allocation_counter::measure;
use serde_json::{Value, json};
use shapewire_codegen::{Builder, load};

/// A file of this test's own.
fn file(name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("limits-{name}.json"));
    fs::write(&path, text).unwrap();
    path
}

/// A model of one operation, whose input these shapes lead on from.
fn model(shapes: &Value) -> Value {
    let mut model = json!({
        "metadata": {
            "apiVersion": "2020-01-01",
            "endpointPrefix": "large",
            "protocol": "query",
            "serviceFullName": "Large Service",
            "serviceId": "Large",
            "signatureVersion": "v4",
            "uid": "large-2020-01-01",
            "xmlNamespace": "https://large.example/",
        },
        "operations": {"Go": {"name": "Go", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "S0"}}},
        "shapes": shapes,
    });
    model["shapes"]["Text"] = json!({"type": "string"});
    model
}

/// So many shapes, each made from its number.
fn shapes(count: usize, shape: impl Fn(usize) -> Value) -> Value {
    (0..count).map(|number| (format!("S{number}"), shape(number))).collect::<serde_json::Map<_, _>>().into()
}

fn structure(members: impl IntoIterator<Item = (String, String)>) -> Value {
    let members: serde_json::Map<_, _> =
        members.into_iter().map(|(name, target)| (name, json!({"shape": target}))).collect();
    json!({"type": "structure", "members": members})
}

#[test]
fn a_file_has_so_many_bytes() {
    const LIMIT: usize = 64 * 1024 * 1024;
    let mut text = model(&shapes(1, |_| structure([]))).to_string().into_bytes();
    text.resize(LIMIT, b' ');
    assert!(load(&file("bytes", &text)).is_ok());
    text.push(b' ');
    let problem = load(&file("bytes", &text)).unwrap_err().list()[0].message().to_owned();
    assert_eq!(problem, "cannot be read: it has more than 67108864 bytes");
    fs::remove_file(file("bytes", "")).unwrap();
    #[cfg(target_os = "linux")]
    assert_eq!(load(Path::new("/dev/zero")).unwrap_err().list()[0].message(), problem);
}

#[test]
fn json_nests_so_deep() {
    // The documents of examples are read as they are.
    let with = |levels: usize| {
        let mut model = model(&shapes(1, |_| structure([])));
        model["examples"] =
            json!({"Go": [{"id": "a", "title": "t", "description": "d", "input": "INPUT", "output": {}}]});
        let nested = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        file("depth", model.to_string().replace("\"INPUT\"", &nested))
    };
    // Four objects and arrays are around; 127 may be in each other.
    load(&with(123)).unwrap();
    let problem = load(&with(124)).unwrap_err();
    assert!(problem.list()[0].message().contains("objects and arrays nest more than 127 deep"), "{problem}");
}

#[test]
fn lists_nest_so_deep_without_a_structure_between() {
    let nested = |levels: usize| {
        let shapes = shapes(levels + 1, |number| match number {
            0 => structure([("Member".to_owned(), "S1".to_owned())]),
            _ if number == levels => json!({"type": "list", "member": {"shape": "Text"}}),
            _ => json!({"type": "list", "member": {"shape": format!("S{}", number + 1)}}),
        });
        Builder::new().model(file("lists", model(&shapes).to_string())).generate_to_string()
    };
    nested(32).unwrap();
    let problems = nested(33).unwrap_err();
    assert!(problems.list()[0].message().starts_with("lists and maps nest more than"), "{problems}");
}

/// Each family of models, at a size and at twice that size.
#[test]
fn work_grows_no_faster_than_the_model() {
    let next = |number: usize, count: usize| format!("S{}", if number + 1 < count { number + 1 } else { number });
    let name = |number: usize| format!("M{number}");
    let families: [(&str, &dyn Fn(usize) -> Value); 6] = [
        ("a chain of structures", &|count| {
            shapes(count, |number| structure((number + 1 < count).then(|| ("Next".to_owned(), next(number, count)))))
        }),
        ("a circle of structures", &|count| {
            shapes(count, |number| structure([("Next".to_owned(), format!("S{}", (number + 1) % count))]))
        }),
        ("each twice in the one before", &|count| {
            let twice = |number| ["A", "B"].map(|name| (name.to_owned(), next(number, count)));
            shapes(count, |number| structure(twice(number).into_iter().filter(|_| number + 1 < count)))
        }),
        ("many members", &|count| shapes(1, |_| structure((0..count).map(|number| (name(number), "Text".to_owned()))))),
        ("many lists", &|count| {
            shapes(count, |number| match number {
                0 => structure((1..count).map(|number| (name(number), format!("S{number}")))),
                _ => json!({"type": "list", "member": {"shape": "Text"}}),
            })
        }),
        ("many values of an enumeration", &|count| {
            let values: Vec<String> = (0..count).map(name).collect();
            shapes(2, |number| match number {
                0 => structure([("Member".to_owned(), "S1".to_owned())]),
                _ => json!({"type": "string", "enum": values}),
            })
        }),
    ];
    for (name, family) in families {
        let allocations = |count: usize| {
            let path = file("family", model(&family(count)).to_string());
            let mut lines = 0;
            let allocations = measure(|| {
                let generated = Builder::new().model(&path).generate_to_string().map(|generated| generated.text);
                lines = generated.unwrap_or_else(|problems| panic!("{name}: {problems}")).lines().count();
            });
            assert!(lines > count, "{name}: {lines} lines");
            allocations.count_total
        };
        let (once, twice) = (allocations(250), allocations(500));
        assert!(twice <= once * 9 / 4, "{name}: {once}, {twice}");
    }
}

/// On a small stack, recursion over shapes would not come to the end of this.
#[test]
fn a_chain_of_many_structures_needs_no_deep_stack() {
    let count = 2_000;
    let next = |number: usize| (number + 1 < count).then(|| ("Next".to_owned(), format!("S{}", number + 1)));
    let path = file("chain", model(&shapes(count, |number| structure(next(number)))).to_string());
    let generate =
        move || Builder::new().model(&path).generate_to_string().unwrap().text.matches("pub struct S").count();
    let generated = std::thread::Builder::new().stack_size(1 << 20).spawn(generate).unwrap().join().unwrap();
    assert_eq!(generated, count);
}

/// What a pattern of so many parts would take as an automaton is bounded, and past that the pattern is left out.
#[test]
fn patterns_take_so_much_work() {
    for pattern in [
        "(a|b|ab)*c".repeat(2_000),
        "[ab]*a[ab]{60}".to_owned(),
        "(((a{1,50}){1,50}){1,50}){1,50}".to_owned(),
        "a{1000000000}".to_owned(),
        "a{1,99999999999999999999}".to_owned(),
        "(".repeat(100_000),
        format!("{}a{}", "(".repeat(50_000), ")".repeat(50_000)),
        "[".repeat(100_000),
        "a|".repeat(100_000),
        "\\u".repeat(10),
        "(?=".repeat(5_000),
        format!("[{}]", "a-z".repeat(100_000)),
    ] {
        let mut shapes = shapes(1, |_| structure([("Member".to_owned(), "Patterned".to_owned())]));
        shapes["Patterned"] = json!({"type": "string", "pattern": pattern});
        let path = file("pattern", model(&shapes).to_string());
        let generated = Builder::new().model(&path).generate_to_string().unwrap();
        assert!(generated.text.lines().count() < 2_000, "{}", &pattern[..pattern.len().min(40)]);
    }
}
