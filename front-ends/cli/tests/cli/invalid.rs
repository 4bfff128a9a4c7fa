//! Input that the model does not allow.

use crate::run::{line, shapewire, with_input};

const INVALID: &str = "iam create-service-specific-credential --service-name s --credential-age-days 0 --local";

#[test]
fn all_violations_are_told_before_anything_is_sent() {
    let run = line(INVALID);
    let lines: Vec<&str> = run.failed(2).lines().collect();
    assert_eq!(
        lines[..2],
        ["error: --user-name: required", "error: --credential-age-days: must be 1 to 36600, found 0"]
    );
    assert_eq!(lines.len(), 3, "{run:?}");
    assert!(lines[2].contains("--validation warn") && lines[2].contains("--validation off"), "{run:?}");
}

#[test]
fn nested_violations_have_their_paths() {
    let long = "k".repeat(129);
    let tags = format!("Key={long},Value=a");
    let run = shapewire(&["iam", "tag-user", "--user-name", "jane", "--tags", "Key=a,Value=b", &tags, "--local"]);
    let first = run.failed(2).lines().next().unwrap();
    assert_eq!(first, "error: --tags[1].Key: length must be 1 to 128, found 129");
}

#[test]
fn warnings_let_it_pass_and_off_does_not_look() {
    let dry = |mode: &str| line(&format!("{INVALID} --dry-run --validation {mode}"));
    let warned = dry("warn");
    let body = warned.json()["body"].as_str().unwrap().to_owned();
    assert!(body.ends_with("&ServiceName=s&CredentialAgeDays=0"), "{body}");
    let expected = "warning: --user-name: required\nwarning: --credential-age-days: must be 1 to 36600, found 0\n";
    assert_eq!(warned.stderr, expected);
    let off = dry("off");
    assert_eq!((off.json()["body"].as_str(), off.stderr.as_str()), (Some(body.as_str()), ""));
    // The service looks for itself.
    let sent = line(&format!("{INVALID} --validation off"));
    let error = sent.failed(1);
    assert!(error.starts_with("error: CreateServiceSpecificCredential: ValidationError (status 400): "), "{error}");
}

#[test]
fn what_cannot_be_read_passes_in_no_mode() {
    for mode in ["enforce", "warn", "off"] {
        let run = shapewire(&[
            "iam",
            "create-service-specific-credential",
            "--dry-run",
            "--validation",
            mode,
            "--credential-age-days",
            "many",
            "--cli-input-json",
            r#"{"ServiceName": 1, "Colour": "red"}"#,
        ]);
        let lines: Vec<&str> = run.failed(2).lines().collect();
        for expected in [
            "error: --service-name: must be a string, found 1",
            "error: --credential-age-days: must be an integer of 32 bits, found \"many\"",
            "error: Colour: no such member",
        ] {
            assert!(lines.contains(&expected), "{expected}: {run:?}");
        }
        assert_eq!(lines.contains(&"error: --user-name: required"), mode != "off", "{run:?}");
        assert!(!lines.iter().any(|line| line.contains("--validation warn")), "{run:?}");
    }
}

#[test]
fn encode_names_members_as_its_json_does() {
    let run = with_input(&["encode", "iam", "create-user"], r#"{"Tags": [{"Value": "a"}]}"#);
    let lines: Vec<&str> = run.failed(2).lines().collect();
    assert_eq!(lines[..2], ["error: UserName: required", "error: Tags[0].Key: required"], "{run:?}");
    assert!(lines[2].starts_with("no request was written: `--validation warn` writes it"), "{run:?}");
}

#[test]
fn values_that_have_no_form_name_their_options() {
    let run = line("iam tag-user --user-name jane --tags Key --policy x --local");
    assert!(run.failed(2).contains("unexpected argument '--policy'"), "{run:?}");
    let run = line("iam create-user --user-name file:///no/such/file --tags Key --local");
    let lines: Vec<&str> = run.failed(2).lines().collect();
    assert_eq!(lines.len(), 2, "{run:?}");
    assert!(lines[0].starts_with("error: --user-name: cannot read /no/such/file: "), "{run:?}");
    let expected =
        "error: --tags: this is neither JSON nor shorthand: expected an equals sign, found the end (character 4)";
    assert_eq!(lines[1], expected);
    for (json, expected) in [
        ("{", "error: --cli-input-json: this is not JSON: "),
        ("[]", "error: --cli-input-json: must be an object"),
        ("file:///no/such/file", "error: --cli-input-json: cannot read /no/such/file: "),
    ] {
        let run = shapewire(&["iam", "list-users", "--cli-input-json", json]);
        assert!(run.failed(2).starts_with(expected), "{run:?}");
    }
}

#[test]
fn misspelled_words_get_suggestions() {
    for (line_, expected) in [
        ("iamm create-user", "'iam'"),
        ("iam create-usr", "'create-user'"),
        ("iam create-user --user-nam jane", "'--user-name'"),
        ("encode iam create-usr", "'create-user'"),
    ] {
        let run = line(line_);
        let error = run.failed(2);
        assert!(error.starts_with("error: ") && error.contains("tip: ") && error.contains(expected), "{error}");
    }
}

#[test]
fn a_boolean_is_not_both() {
    let body = |flags: &str| line(&format!("iam list-policies --dry-run {flags}")).json()["body"].clone();
    let form = "Action=ListPolicies&Version=2010-05-08";
    assert_eq!(body(""), form);
    assert_eq!(body("--only-attached"), format!("{form}&OnlyAttached=true"));
    assert_eq!(body("--no-only-attached"), format!("{form}&OnlyAttached=false"));
    assert!(
        line("iam list-policies --dry-run --only-attached --no-only-attached").failed(2).contains("cannot be used")
    );
}
