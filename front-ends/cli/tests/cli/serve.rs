//! The local service over HTTP, and the command as its client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

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

#[test]
fn connections_are_kept_alive() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    for _ in 0..2 {
        let body = "Action=ListUsers&Version=2010-05-08";
        write!(stream, "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let (head, body) = read_response(&mut stream);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(body.starts_with("<ListUsersResponse"), "{body}");
    }
}

#[test]
fn bodies_have_a_limit() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", 16 * 1024 * 1024 + 1).unwrap();
    let (head, _) = read_response(&mut stream);
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
}

#[cfg(unix)]
#[test]
fn the_log_has_a_line_for_each_request_and_no_secrets_and_a_signal_ends_it() {
    let server = Server::start();
    server.iam("create-user --user-name canary").json();
    server.iam("create-service-specific-credential --user-name canary --service-name cassandra.amazonaws.com").json();
    server.iam("get-user --user-name nobody").failed(1);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let forged = "Action=canary%0Aforged&Version=2010-05-08";
    write!(stream, "POST /canary HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{forged}", forged.len())
        .unwrap();
    read_response(&mut stream);
    // A connection that stays open does not keep it from ending.
    let (status, log) = server.terminate();
    assert_eq!(status, Some(0), "{log}");
    let lines: Vec<Vec<&str>> = log.lines().map(|line| line.split(' ').collect()).collect();
    let begins = ["POST CreateUser 200", "POST CreateServiceSpecificCredential 200", "POST GetUser 404", "POST - 400"];
    assert_eq!(lines.len(), begins.len(), "{log}");
    for (line, begin) in lines.iter().zip(begins) {
        assert_eq!(line[..3].join(" "), begin, "{log}");
        assert!(line.len() == 5 && line[3].parse::<f64>().is_ok() && line[4] == "ms", "{log}");
    }
    assert!(!log.contains("canary"), "{log}");
}

/// One response from a connection that stays open.
fn read_response(stream: &mut TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}
