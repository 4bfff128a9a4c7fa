//! The local service over HTTP, and the command as its client.

use crate::connection::Connection;
use crate::run::Server;

#[test]
fn two_runs_share_one_service() {
    let server = Server::start();
    let created = server.iam("create-user --user-name jane").json();
    let got = server.iam("get-user --user-name jane").json();
    assert_eq!(created["User"]["UserId"], got["User"]["UserId"]);
    let create = "create-service-specific-credential --user-name jane --service-name codecommit.amazonaws.com";
    let credential = &server.iam(create).json()["ServiceSpecificCredential"];
    assert!(credential["ServicePassword"].is_string());
    let listed = server.iam("list-service-specific-credentials --user-name jane").json();
    let listed = &listed["ServiceSpecificCredentials"][0];
    assert_eq!(listed["ServiceSpecificCredentialId"], credential["ServiceSpecificCredentialId"]);
    assert!(listed.get("ServicePassword").is_none(), "{listed}");
    server.iam(create).json();
    let third = server.iam(create);
    let expected = "error: CreateServiceSpecificCredential: LimitExceeded (status 409): ";
    assert!(third.failed(1).starts_with(expected) && third.stderr.lines().count() == 1, "{third:?}");
}

#[test]
fn errors_come_over_the_wire() {
    let server = Server::start();
    let run = server.iam("get-user --user-name nobody");
    let error = run.failed(1);
    assert!(error.starts_with("error: GetUser: NoSuchEntity (status 404): "), "{error}");
    assert!(error.contains("nobody") && error.contains("(request id ") && error.lines().count() == 1, "{error}");
}

#[test]
fn lists_come_in_pages() {
    let server = Server::start();
    for name in ["a", "b", "c"] {
        server.iam(&format!("create-user --user-name {name}")).json();
    }
    let first = server.iam("list-users --max-items 2").json();
    assert_eq!((first["Users"].as_array().map(Vec::len), &first["IsTruncated"]), (Some(2), &true.into()));
    let marker = first["Marker"].as_str().unwrap();
    let second = server.iam(&format!("list-users --max-items 2 --marker {marker}")).json();
    assert_eq!((second["Users"].as_array().map(Vec::len), &second["IsTruncated"]), (Some(1), &false.into()));
    assert_eq!(second["Users"][0]["UserName"], "c");
    assert!(second.get("Marker").is_none(), "{second}");
}

#[cfg(unix)]
#[test]
fn the_log_has_a_line_for_each_request_and_no_secrets_and_a_signal_ends_it() {
    let server = Server::start();
    server.iam("create-user --user-name canary").json();
    server.iam("create-service-specific-credential --user-name canary --service-name cassandra.amazonaws.com").json();
    server.iam("get-user --user-name nobody").failed(1);
    let mut connection = Connection::open(server.address());
    connection.post("/a/path?Action=canary", "Action=canary%0Aforged&Version=2010-05-08");
    assert_eq!(connection.receive().status, 400);
    // A connection that stays open does not keep it from ending.
    let (status, log) = server.terminate();
    assert_eq!(status, Some(0), "{log}");
    let lines: Vec<Vec<&str>> = log.lines().map(|line| line.split(' ').collect()).collect();
    let begins = [
        "POST / CreateUser 200",
        "POST / CreateServiceSpecificCredential 200",
        "POST / GetUser 404",
        "POST /a/path - 400",
    ];
    assert_eq!(lines.len(), begins.len(), "{log}");
    for (line, begin) in lines.iter().zip(begins) {
        assert_eq!(line[..4].join(" "), begin, "{log}");
        let [.., request_id, milliseconds, "ms"] = line[..] else { panic!("{log}") };
        assert_eq!((line.len(), request_id.len()), (7, 36), "{log}");
        assert!(milliseconds.parse::<f64>().is_ok(), "{log}");
    }
    assert!(!log.contains("canary"), "{log}");
}
