//! Calls of the local service in the process, and what is printed of them.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::run::{command, finish, line, shapewire, with_input};

const CREATE: &str =
    "iam create-service-specific-credential --user-name jane --service-name codecommit.amazonaws.com --local";

#[test]
fn the_main_job_creates_the_user_and_prints_the_credential() {
    let run = line(CREATE);
    let json = run.json();
    let credential = &json["ServiceSpecificCredential"];
    assert_eq!(credential["UserName"], "jane");
    assert_eq!(credential["ServiceName"], "codecommit.amazonaws.com");
    assert_eq!(credential["Status"], "Active");
    assert!(credential["ServiceUserName"].as_str().unwrap().starts_with("jane-at-"), "{json}");
    assert!(credential["ServicePassword"].as_str().unwrap().len() >= 20, "{json}");
    assert!(credential["ServiceSpecificCredentialId"].as_str().unwrap().starts_with("ACCA"), "{json}");
    assert!(credential["CreateDate"].as_str().unwrap().ends_with('Z'), "{json}");
    assert_eq!(run.stderr, "local: created the user jane\n");
    assert!(run.stdout.starts_with("{\n    \"ServiceSpecificCredential\": {\n        \""), "{}", run.stdout);
    assert!(run.stdout.ends_with("    }\n}\n"), "{}", run.stdout);
}

#[test]
fn nothing_is_kept_between_runs() {
    line(CREATE).json();
    let listed = line("iam list-users --local");
    assert_eq!(listed.json()["Users"].as_array().map(Vec::len), Some(0));
    assert_eq!(listed.stderr, "");
}

#[test]
fn a_user_is_not_created_before_it_is_created() {
    let run = line("iam create-user --user-name jane --path /a/ --tags Key=b,Value= Key=team,Value=a --local");
    let user = &run.json()["User"];
    assert_eq!((user["UserName"].as_str(), user["Path"].as_str()), (Some("jane"), Some("/a/")));
    assert_eq!(user["Tags"], serde_json::json!([{"Key": "b", "Value": ""}, {"Key": "team", "Value": "a"}]));
    assert_eq!(run.stderr, "");
}

#[test]
fn an_operation_without_output_prints_nothing() {
    let run = line("iam delete-user --user-name jane --local");
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""), "{run:?}");
}

#[test]
fn an_error_of_the_service_is_one_line_and_status_1() {
    let run = line("iam create-service-specific-credential --user-name jane --service-name s3.example --local");
    let lines: Vec<&str> = run.failed(1).lines().collect();
    assert_eq!(lines.len(), 2, "{run:?}");
    assert_eq!(lines[0], "local: created the user jane");
    let expected = "error: CreateServiceSpecificCredential: NotSupportedService (status 404): ";
    assert!(lines[1].starts_with(expected), "{run:?}");
}

#[test]
fn an_operation_that_the_local_service_lacks_is_refused() {
    // Not even the user is created then.
    let run = line("iam list-user-policies --user-name jane --local");
    assert!(run.failed(1).starts_with("error: ListUserPolicies: NotImplemented (status 501): "), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn another_service_has_no_local_one() {
    let run = line("sts get-session-token --local");
    assert_eq!(
        run.failed(2),
        "error: --local: the local service is IAM; GetSessionToken of STS needs --endpoint-url\n"
    );
    // But for the one that tells who calls.
    assert_eq!(line("sts get-caller-identity --local").json()["Arn"], "arn:aws:iam::123456789012:root");
}

#[test]
fn text_has_tabs_between_scalars_that_are_sorted_by_name() {
    let run = line("iam create-user --user-name jane --path /a/ --tags Key=k,Value=v --local --output text");
    let lines: Vec<Vec<&str>> = run.stdout.lines().map(|line| line.split('\t').collect()).collect();
    // USER, Arn, CreateDate, Path, UserId, UserName; then the tags.
    assert_eq!(lines.len(), 2, "{run:?}");
    assert_eq!((lines[0].len(), lines[0][0], lines[0][3], lines[0][5]), (6, "USER", "/a/", "jane"), "{run:?}");
    assert_eq!(lines[1], ["TAGS", "k", "v"]);
}

#[test]
fn tables_have_frames() {
    let run = line("iam create-user --user-name jane --local --output table");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "CreateUser.User");
    assert!(lines[1].starts_with("+--") && lines[1].ends_with("-+"), "{run:?}");
    let row = lines.iter().find(|line| line.contains("UserName")).unwrap();
    assert_eq!(row.split('|').map(str::trim).collect::<Vec<_>>(), ["", "UserName", "jane", ""]);
}

#[test]
fn cli_input_json_comes_from_text_a_file_or_standard_input_and_options_override_it() {
    let input = r#"{"UserName": "joe", "Path": "/b/"}"#;
    let create = ["iam", "create-user", "--local", "--cli-input-json"];
    let user = shapewire(&[&create[..], &[input]].concat()).json();
    assert_eq!((&user["User"]["UserName"], &user["User"]["Path"]), (&"joe".into(), &"/b/".into()));
    let user = with_input(&[&create[..], &["-", "--user-name", "jane"]].concat(), input).json();
    assert_eq!((&user["User"]["UserName"], &user["User"]["Path"]), (&"jane".into(), &"/b/".into()));
    let path = std::env::temp_dir().join(format!("shapewire-call-{}.json", std::process::id()));
    std::fs::write(&path, input).unwrap();
    let run = shapewire(&[&create[..], &[&format!("file://{}", path.display())]].concat());
    std::fs::remove_file(path).unwrap();
    assert_eq!(run.json()["User"]["UserName"], "joe");
}

#[test]
fn without_credentials_there_is_advice() {
    let run = line("iam list-users");
    let error = run.failed(2);
    assert!(error.starts_with("error: no credentials from ") && error.lines().count() == 1, "{error}");
    for words in ["AWS_ACCESS_KEY_ID", "--local", "--endpoint-url", "--dry-run"] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn requests_are_signed_where_there_are_credentials() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"Version=2010-05-08") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let body = "<ListUsersResponse><ListUsersResult/></ListUsersResponse>";
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        String::from_utf8(head).unwrap()
    });
    let run = finish(
        command(&["iam", "list-users", "--region", "eu-west-1", "--endpoint-url", &url])
            .envs([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "canary")]),
    );
    assert_eq!(run.json()["Users"], serde_json::json!([]));
    let request = server.join().unwrap();
    assert!(
        request.contains("Credential=AKIDEXAMPLE/") && request.contains("/eu-west-1/iam/aws4_request"),
        "{request}"
    );
    assert!(!request.contains("canary") && !run.stderr.contains("canary"));
}

#[test]
fn endpoints_are_checked_before_anything_is_sent() {
    for (url, expected) in [
        ("ftp://localhost", "error: --endpoint-url: \"ftp://localhost\" must be like http://127.0.0.1:4566"),
        ("localhost", "error: --endpoint-url: \"localhost\" must be like http://127.0.0.1:4566"),
        ("http://a b", "error: --endpoint-url: \"http://a b\" is no URL: "),
    ] {
        let run = shapewire(&["iam", "list-users", "--endpoint-url", url]);
        assert!(run.failed(2).starts_with(expected), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
    let run = shapewire(&["iam", "list-users", "--local", "--endpoint-url", "http://localhost"]);
    assert!(run.failed(2).contains("cannot be used with"), "{run:?}");
}

#[test]
fn nobody_there_is_one_line_and_status_1() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let run = shapewire(&["iam", "list-users", "--endpoint-url", &url]);
    assert!(run.failed(1).starts_with("error: ListUsers: no reply: "), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn the_environment_names_endpoints() {
    let url = |environment: &[(&str, &str)]| {
        let run = finish(command(&["iam", "list-users", "--dry-run"]).envs(environment.iter().copied()));
        run.json()["url"].as_str().map(str::to_owned)
    };
    let (all, iam) = (("AWS_ENDPOINT_URL", "http://all:1"), ("AWS_ENDPOINT_URL_IAM", "http://iam:2"));
    assert_eq!(url(&[all]).as_deref(), Some("http://all:1/"));
    assert_eq!(url(&[all, iam]).as_deref(), Some("http://iam:2/"));
    assert_eq!(url(&[all, iam, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).as_deref(), Some("http://localhost/"));
    let run = finish(command(&["iam", "list-users"]).env("AWS_ENDPOINT_URL", "nowhere"));
    assert!(run.failed(2).contains("AWS_ENDPOINT_URL"), "{run:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(&["iam", "help"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
