//! Inputs checked without being sent.

use serde_json::{Value as Json, json};

use crate::run::{Run, shapewire, with_input};

const VALIDATE: [&str; 3] = ["validate", "iam", "create-user"];
const VALID: &str = r#"{"UserName": "jane"}"#;
const INVALID: &str = r#"{"Path": "/", "UserName": "j\u00fcrgen", "Tags": [{"Key": "a"}], "Color": 1}"#;

fn validate(options: &[&str], input: &str) -> Run {
    with_input(&[&VALIDATE, options].concat(), input)
}

#[test]
fn a_valid_input_is_status_0_and_an_empty_report() {
    let run = validate(&[], VALID);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    let run = validate(&["--output", "json"], VALID);
    assert_eq!((run.json(), run.stderr.as_str()), (json!({"violations": []}), ""));
}

#[test]
fn violations_are_a_line_each_and_status_2() {
    let run = validate(&[], INVALID);
    let expected = "error: UserName: must match the pattern `[\\w+=,.@-]+`, found \"jürgen\"\n\
                    error: Tags[0].Value: required\n\
                    error: Color: no such member\n";
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (Some(2), expected, ""));
}

#[test]
fn the_report_as_json_is_that_of_the_library() {
    let run = validate(&["--output", "json"], INVALID);
    assert_eq!((run.status, run.stderr.as_str()), (Some(2), ""));
    let printed: Json = serde_json::from_str(&run.stdout).unwrap();
    let operation = shapewire::iam::SERVICE.operation("CreateUser").unwrap();
    let report = operation.validate_json(&serde_json::from_str(INVALID).unwrap()).unwrap_err();
    assert_eq!(printed, report.to_json());
    assert_eq!(printed["violations"][1]["wirePath"], "Tags.member.1.Value");
}

#[test]
fn the_input_comes_from_text_a_file_or_standard_input() {
    let file = std::env::temp_dir().join(format!("shapewire-validate-{}.json", std::process::id()));
    std::fs::write(&file, INVALID).unwrap();
    let url = format!("file://{}", file.display());
    let runs = [["--cli-input-json", INVALID], ["--cli-input-json", &url]].map(|options| validate(&options, ""));
    std::fs::remove_file(&file).unwrap();
    let expected = validate(&[], INVALID).stdout;
    for run in runs.into_iter().chain([validate(&["--cli-input-json", "-"], INVALID)]) {
        assert_eq!((run.status, &run.stdout), (Some(2), &expected), "{run:?}");
    }
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    for (options, input, expected) in [
        (
            &[][..],
            "{\n  \"UserName\": }",
            "error: standard input is not the JSON of an input: expected value at line 2 ",
        ),
        (&[], "", "error: standard input is not the JSON of an input: EOF while parsing a value at line 1 "),
        (
            &["--cli-input-json", "{"],
            "",
            "error: --cli-input-json: this is not JSON: EOF while parsing an object at line 1 ",
        ),
        (&["--cli-input-json", "file:///no/such/file"], "", "error: --cli-input-json: cannot read /no/such/file: "),
    ] {
        let run = validate(options, input);
        assert!(run.failed(2).starts_with(expected), "{run:?}");
    }
    // A list is JSON, and no input.
    let run = validate(&["--cli-input-json", "[]"], "");
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), "error: input: must be an object, found a list\n"));
}

#[test]
fn names_cannot_break_the_line() {
    let run = validate(&[], "{\"UserName\": \"jane\", \"a\\n\\u001b[2Jb\": 1}");
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), "error: a\u{FFFD}\u{FFFD}[2Jb: no such member\n"));
}

#[test]
fn secrets_are_not_printed() {
    let input = r#"{"UserName": "jane", "Password": "hunter2 \u0000", "PasswordResetRequired": 7}"#;
    for output in ["text", "json"] {
        let run = with_input(&["validate", "iam", "create-login-profile", "--output", output], input);
        assert!(run.status == Some(2) && run.stdout.contains("Password"), "{run:?}");
        assert!(!run.stdout.contains("hunter2"), "{run:?}");
    }
}

#[test]
fn other_words_are_refused() {
    let run = shapewire(&["validate", "iam", "create-user", "--output", "table"]);
    assert!(run.failed(2).contains("'table'"), "{run:?}");
    let run = shapewire(&["validate", "iam", "create-user", "--user-name", "jane"]);
    assert!(run.failed(2).contains("unexpected argument '--user-name'"), "{run:?}");
}
