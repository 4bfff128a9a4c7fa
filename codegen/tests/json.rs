//! Our reader of JSON beside `serde_json`'s: what one takes the other takes, and reads the same from it. But for keys that an
//! object has twice: these are an error of ours alone.

use std::fs;

use fastrand::Rng;
use serde_json::Value as Known;
use shapewire_codegen::json::{Number, Value};

#[path = "published/mod.rs"]
mod published;

/// What both read of a text; whether it is JSON. Objects are compared in their order.
fn check(text: &str) -> bool {
    let (ours, theirs): (Result<Value, _>, Result<Known, _>) = (text.parse(), serde_json::from_str(text));
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => assert!(same(ours, theirs), "{text}\n{ours:?}\n{theirs:?}"),
        (Err(error), Ok(_)) => assert!(error.to_string().contains("` is there already at byte "), "{text}\n{error}"),
        (Err(_), Err(_)) => {}
        (Ok(_), Err(error)) => panic!("{text}\n{error}"),
    }
    ours.is_ok()
}

fn same(ours: &Value, theirs: &Known) -> bool {
    match (ours, theirs) {
        (Value::Null, Known::Null) => true,
        (Value::Bool(ours), Known::Bool(theirs)) => ours == theirs,
        (Value::String(ours), Known::String(theirs)) => ours == theirs,
        (Value::Number(Number::Unsigned(ours)), Known::Number(theirs)) => theirs.as_u64() == Some(*ours),
        (Value::Number(Number::Negative(ours)), Known::Number(theirs)) => *ours < 0 && theirs.as_i64() == Some(*ours),
        (Value::Number(Number::Float(ours)), Known::Number(theirs)) => {
            theirs.is_f64() && theirs.as_f64().map(f64::to_bits) == Some(ours.to_bits())
        }
        (Value::Array(ours), Known::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Object(ours), Known::Object(theirs)) => {
            let found = ours.iter().all(|(key, value)| ours.get(key).is_some_and(|found| std::ptr::eq(found, value)));
            found
                && ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|((key, ours), (name, theirs))| key == name && same(ours, theirs))
        }
        _ => false,
    }
}

/// The text in the writer's two forms is what `serde_json` writes of what it has read.
#[cfg(feature = "conformance")]
fn check_written(text: &str) {
    let (ours, theirs): (Value, Known) = (text.parse().unwrap(), serde_json::from_str(text).unwrap());
    assert_eq!(ours.to_string(), theirs.to_string());
    assert_eq!(format!("{ours:#}"), format!("{theirs:#}"));
}

#[cfg(not(feature = "conformance"))]
fn check_written(_: &str) {}

fn random() -> Rng {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    Rng::with_seed(seed)
}

#[test]
fn published_models_are_read_alike() {
    let all = published::models();
    for (name, path) in all.iter().filter(|(name, _)| ["iam", "sts", "s3", "ec2"].contains(&name.as_str())) {
        assert!(check(&fs::read_to_string(path).unwrap()), "{name}");
    }
}

/// Texts of one value each, in the forms that JSON has for it.
fn write_document(random: &mut Rng, depth: usize, out: &mut String) {
    let space = |random: &mut Rng| ["", "", "", " ", "\n", "\r\n\t"][random.usize(..6)];
    *out += space(random);
    match random.usize(..if depth == 0 { 7 } else { 12 }) {
        0 => *out += "null",
        1 => *out += ["true", "false"][random.usize(..2)],
        2 => *out += &random.u64(..).to_string(),
        3 => *out += &random.i64(..).to_string(),
        4 => *out += &random.i32(-1000..1000).to_string(),
        5 => *out += ["\"\"", "[]", "{ }", "[ ]", "{}"][random.usize(..5)],
        6 => write_text(random, None, out),
        kind @ 7..10 => {
            *out += "{";
            let count = random.usize(if kind == 7 { 15..40 } else { 0..4 });
            for index in 0..count {
                *out += if index > 0 { "," } else { "" };
                *out += space(random);
                write_text(random, Some(index), out);
                *out += space(random);
                *out += ":";
                write_document(random, if kind == 7 { 0 } else { depth - 1 }, out);
            }
            *out += "}";
        }
        _ => {
            *out += "[";
            for index in 0..random.usize(..4) {
                *out += if index > 0 { "," } else { "" };
                write_document(random, depth - 1, out);
            }
            *out += "]";
        }
    }
    *out += space(random);
}

/// A string; as a key it is made to differ from others.
fn write_text(random: &mut Rng, number: Option<usize>, out: &mut String) {
    const PIECES: [&str; 20] = [
        "a",
        "Z",
        "plain text",
        "ä",
        "€",
        "😀",
        "\u{7f}",
        "\u{2028}",
        "/",
        "\\/",
        "\\\"",
        "\\\\",
        "\\b",
        "\\f\\n",
        "\\r\\t",
        "\\u0000",
        "\\u001f",
        "\\u20AC",
        "\\ud83d\\uDE00",
        "\\u007F",
    ];
    *out += "\"";
    for _ in 0..random.usize(..5) {
        *out += PIECES[random.usize(..PIECES.len())];
    }
    *out += &number.map(|number| number.to_string()).unwrap_or_default();
    *out += "\"";
}

#[test]
fn random_documents_are_read_and_written_alike() {
    let mut random = random();
    for _ in 0..2_000 {
        let mut text = String::new();
        write_document(&mut random, 6, &mut text);
        // Keys may still be equal: `1` and 11, `11` and 1.
        if check(&text) {
            check_written(&text);
        }
    }
}

#[test]
fn random_damage_is_judged_alike() {
    const BYTES: &[u8] = b"{}[]:,\"\"\\/ \n\t\0\x1f-+.eE0123456789truefalsnb\xc3\xa4u";
    let mut random = random();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..1_000 {
        let mut document = String::new();
        write_document(&mut random, 3, &mut document);
        document += [" ", "", "1", "-0.5e-3", "1e+2", "0"][random.usize(..6)];
        for _ in 0..20 {
            let mut bytes = document.clone().into_bytes();
            for _ in 0..random.usize(1..3) {
                let at = random.usize(..=bytes.len());
                match random.usize(..5) {
                    0 => bytes.truncate(at),
                    1 => drop(bytes.drain(at.min(bytes.len().saturating_sub(1))..(at + 1).min(bytes.len()))),
                    2 if !bytes.is_empty() => {
                        let other = random.usize(..bytes.len());
                        bytes.swap(at % (other + 1), other);
                    }
                    3 if at < bytes.len() => bytes[at] = BYTES[random.usize(..BYTES.len())],
                    _ => bytes.insert(at, BYTES[random.usize(..BYTES.len())]),
                }
            }
            if let Ok(text) = str::from_utf8(&bytes) {
                *if check(text) { &mut good } else { &mut bad } += 1;
            }
        }
    }
    assert!(good > 500 && bad > 5_000, "{good}, {bad}");
}

fn arrays(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

fn objects(depth: usize) -> String {
    "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth)
}

#[test]
fn what_is_json() {
    for text in [
        "0",
        "-0",
        "-0.0",
        "-1",
        "1.0",
        "1E5",
        "1e-400",
        "1e308",
        "0.1e1",
        "123456789012345678901234567890",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "0.30000000000000004",
        "2.2250738585072011e-308",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\u{7f}\u{80}\u{2028}\"",
        "{\"\":[]}",
        " \t\r\n[ ]\n",
        &arrays(127),
        &objects(127),
    ] {
        assert!(check(text), "{text}");
    }
}

#[test]
fn what_is_not_json() {
    for text in [
        "",
        " ",
        "\u{feff}1",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "1.",
        ".5",
        "-.5",
        "01",
        "-01",
        "00",
        "1e",
        "1e+",
        "0x1",
        "1e999",
        "-1e999",
        "1_0",
        "tru",
        "True",
        "nul",
        "truefalse",
        "1 2",
        "[] []",
        "[1,]",
        "[,]",
        "[1 2]",
        "[1",
        "[",
        "{",
        "{]",
        "[}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{,}",
        "'a'",
        "\"",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\\ä\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "\"\\udc00\"",
        "\"\\udc00\\ud800\"",
        "\"\0\"",
        "\"a\nb\"",
        "\"\t\"",
        "\u{a0}1",
        "\0",
        "1\0",
        "// a\n1",
        &arrays(128),
        &objects(128),
        &"[".repeat(1_000_000),
        &"{\"a\":".repeat(1_000_000),
    ] {
        assert!(!check(text), "{}", text.chars().take(40).collect::<String>());
    }
}

#[test]
fn a_key_that_is_there_already_is_an_error() {
    let error = |text: &str| text.parse::<Value>().unwrap_err().to_string();
    assert_eq!(error(r#"{"a": 1, "b": {"c": 2, "\u0063": 3}}"#), "the key `c` is there already at byte 23");
    let members: Vec<String> = (0..100).map(|number| format!("\"{number}\": 0")).collect();
    assert_eq!(error(&format!("{{{}, \"7\": 1}}", members.join(", "))), "the key `7` is there already at byte 891");
}

#[test]
fn nesting_takes_little_of_the_stack() {
    for text in [objects(127), objects(100_000)] {
        let read = move || drop(text.parse::<Value>());
        std::thread::Builder::new().stack_size(256 << 10).spawn(read).unwrap().join().unwrap();
    }
}

/// If work grew as the square of the length, these would take hours.
#[test]
fn work_grows_with_the_text() {
    let members: Vec<String> = (0..200_000).map(|number| format!("\"key {number}\":{number}")).collect();
    let value: Value = format!("{{{}}}", members.join(",")).parse().unwrap();
    for number in [0_u64, 99_999, 199_999] {
        assert_eq!(value[&*format!("key {number}")].as_u64(), Some(number));
    }
    let text: Value = format!("\"{}\"", "\\n\\u00e4ä".repeat(200_000)).parse().unwrap();
    assert_eq!(text.as_str().map(str::len), Some(5 * 200_000));
    let repeated = format!("{{{}}}", vec!["\"a\":{\"b\":1,\"b\":2}"; 100_000].join(","));
    assert!(repeated.parse::<Value>().is_err());
}
