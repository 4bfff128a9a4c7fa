//! What clients can do to the server on the level of HTTP: well, slowly, too much, and wrongly.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::connection::{Connection, posted};
use crate::run::Server;

const LIST: &str = "Action=ListUsers&Version=2010-05-08";
const MAX_BODY: usize = 16 * 1024 * 1024;

fn create(name: &str) -> String {
    format!("Action=CreateUser&Version=2010-05-08&UserName={name}")
}

#[test]
fn connections_are_kept_alive() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    for _ in 0..3 {
        connection.post("/", LIST);
        let reply = connection.receive();
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(reply.body.starts_with("<ListUsersResponse"), "{reply:?}");
    }
    connection.send("POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(connection.receive().status, 400);
    assert!(connection.receive_to_end().is_empty());
}

#[test]
fn requests_may_come_before_the_replies_to_those_before_them() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    let names: Vec<String> = (0..20).map(|number| format!("u{number:02}")).collect();
    connection.send(names.iter().map(|name| posted("/", &create(name))).collect::<String>());
    for name in &names {
        let reply = connection.receive();
        assert!(reply.status == 200 && reply.body.contains(&format!("<UserName>{name}</UserName>")), "{reply:?}");
    }
    // In one piece, and in as many as there are bytes.
    for byte in posted("/", LIST).bytes() {
        connection.send([byte]);
    }
    assert_eq!(connection.receive().body.matches("<member>").count(), 20);
}

#[test]
fn who_closes_his_half_of_a_connection_is_answered() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(posted("/", LIST).as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("</ListUsersResponse>"), "{reply}");
}

#[cfg(unix)]
#[test]
fn a_log_that_nobody_reads_holds_up_no_request() {
    const REQUESTS: u64 = 2_000;
    let mut server = Server::start_unread();
    let mut connection = Connection::open(server.address());
    // A line is long, so that what a pipe holds and what may wait before it are soon full.
    let request = posted(&format!("/{}", "a".repeat(200)), LIST);
    for _ in 0..REQUESTS {
        connection.send(&request);
        assert_eq!(connection.receive().status, 200);
    }
    server.read_log();
    let (status, log) = server.terminate();
    assert_eq!(status, Some(0), "{log}");
    let left_out: u64 =
        log.lines().filter_map(|line| line.strip_suffix(" lines of the log are left out")?.parse::<u64>().ok()).sum();
    let written = log.lines().filter(|line| line.starts_with("POST /aaa")).count() as u64;
    assert_eq!((written + left_out, left_out > 0), (REQUESTS, true), "{left_out} of {written}");
}

#[test]
fn bodies_may_come_in_chunks() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    let form = create("jane");
    let (first, second) = form.split_at(form.len() - 2);
    let head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    let (first_length, second_length) = (first.len(), second.len());
    connection
        .send(format!("{head}{first_length:x};x=y\r\n{first}\r\n{second_length:x}\r\n{second}\r\n0\r\na: b\r\n\r\n"));
    let reply = connection.receive();
    assert!(reply.status == 200 && reply.body.contains("<UserName>jane</UserName>"), "{reply:?}");
    connection.send(format!("{head}zz\r\n"));
    let reply = String::from_utf8(connection.receive_to_end()).unwrap();
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 400 "), "{reply}");
}

#[test]
fn bodies_have_a_limit() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    connection.send(format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", MAX_BODY + 1));
    let reply = connection.receive();
    assert_eq!(reply.status, 413, "{reply:?}");
    assert!(connection.receive_to_end().is_empty());

    // Where the length is not announced, all that is allowed is read, and no more.
    let mut connection = Connection::open(server.address());
    let head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    connection.send(format!("{head}{:x}\r\n", MAX_BODY + 1));
    connection.send(vec![b'a'; MAX_BODY + 1]);
    assert_eq!(connection.receive().status, 413);
}

#[test]
fn heads_have_a_limit() {
    let server = Server::start();
    let head = "POST / HTTP/1.1\r\nhost: a\r\n";
    let mut connection = Connection::open(server.address());
    connection.send(format!("{head}x: {}", "y".repeat(64 * 1024 - head.len() - 3)));
    assert_eq!(connection.receive().status, 431);
    let mut connection = Connection::open(server.address());
    connection.send(format!("{head}{}\r\n", "x: y\r\n".repeat(101)));
    assert_eq!(connection.receive().status, 431);
    // What is long and allowed.
    let mut connection = Connection::open(server.address());
    connection.send(format!("{head}x: {}\r\ncontent-length: {}\r\n\r\n{LIST}", "y".repeat(60_000), LIST.len()));
    assert_eq!(connection.receive().status, 200);
}

#[test]
fn what_is_no_http_is_refused() {
    let server = Server::start();
    for text in
        ["\u{16}\u{3}\u{1}\r\n\r\n", "POST / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nno colon\r\n\r\n", "{}\r\n\r\n"]
    {
        let mut connection = Connection::open(server.address());
        connection.send(text);
        let reply = String::from_utf8(connection.receive_to_end()).unwrap();
        assert!(reply.starts_with("HTTP/1.1 4") || reply.starts_with("HTTP/1.1 505"), "{text:?}: {reply:?}");
    }
    // RFC 9112, section 3.2: one `Host` with a host, or nothing, in it. HTTP/1.0 had none.
    let status = |line: &str| {
        let mut connection = Connection::open(server.address());
        connection.send(format!("{line}content-length: {}\r\n\r\n{LIST}", LIST.len()));
        connection.receive().status
    };
    for (line, expected) in [
        ("POST / HTTP/1.1\r\n", 400),
        ("POST http://a/ HTTP/1.1\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\nhost: a\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a b\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a@b\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a/b\r\n", 400),
        ("POST / HTTP/1.1\r\nhost:\r\n", 200),
        ("POST / HTTP/1.1\r\nhost: [::1]:80\r\n", 200),
        ("POST / HTTP/1.0\r\n", 200),
    ] {
        assert_eq!(status(line), expected, "{line}");
    }
    // Two lengths are two requests for some: smuggling.
    let mut connection = Connection::open(server.address());
    connection.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab");
    assert_eq!(connection.receive().status, 400);
}

#[test]
fn head_has_no_body_and_other_methods_are_refused() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    connection.send(format!("HEAD /?{LIST} HTTP/1.1\r\nhost: a\r\n\r\n"));
    assert_eq!(connection.receive_head().status, 405);
    connection.send("DELETE / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(connection.receive().status, 405);
    connection.send(format!("GET /?{LIST} HTTP/1.1\r\nhost: a\r\n\r\n"));
    assert_eq!(connection.receive().status, 200);
}

#[test]
fn a_client_may_ask_before_it_sends() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    let head = |length: usize| {
        format!("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n")
    };
    connection.send(head(LIST.len()));
    assert_eq!(connection.receive_head().status, 100);
    connection.send(LIST);
    assert_eq!(connection.receive().status, 200);
    connection.send(head(MAX_BODY + 1));
    assert_eq!(connection.receive().status, 413);
}

/// What a list of users is answered with on a new connection, which stays open. On a machine that is busy the server may
/// find the client slow.
fn patiently_listed(server: &Server) -> Connection {
    loop {
        let mut connection = Connection::open(server.address());
        if connection.try_send(posted("/", LIST)).is_ok()
            && let Ok(reply) = connection.try_receive()
        {
            assert_eq!(reply.status, 200, "{reply:?}");
            return connection;
        }
    }
}

#[test]
fn slow_clients_are_left() {
    let server = Server::start_with(&["--timeout", "1"]);
    let open = || Connection::open(server.address());
    let (mut silent, mut slow_head, mut slow_body) = (open(), open(), open());
    slow_head.try_send("POST / HTTP/1.1\r\nhost: a\r\nx: ").unwrap_or_default();
    slow_body.try_send(&posted("/", LIST)[..posted("/", LIST).len() - 1]).unwrap_or_default();
    assert!(silent.receive_to_end().is_empty());
    assert!(patiently_listed(&server).receive_to_end().is_empty(), "between two requests");
    for mut slow in [slow_head, slow_body] {
        let reply = String::from_utf8(slow.receive_to_end()).unwrap();
        assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 408 "), "{reply}");
    }

    // One that asks for much and reads nothing: first it blocks, then it is left.
    let mut makes = open();
    for number in 0..100 {
        makes.try_send(posted("/", &create(&format!("u{number}")))).unwrap_or_default();
    }
    let asks = format!(
        "POST / HTTP/1.1\r\nhost: a\r\nx: {}\r\ncontent-length: {}\r\n\r\n{LIST}",
        "y".repeat(4000),
        LIST.len()
    );
    let (mut deaf, mut sent) = (open(), 0);
    while deaf.try_send(&asks).is_ok() {
        sent += 1;
        assert!(sent < 100_000, "the server reads on and on");
    }
    // Others are served all the same.
    patiently_listed(&server);
}

/// More connections than the process may have open: it may have 40 files.
#[cfg(unix)]
#[test]
fn a_flood_of_connections_passes() {
    let server = Server::start_in_shell(r#"ulimit -n 40; exec "$0" "$@""#, &[]);
    let mut first = Connection::open(server.address());
    first.post("/", LIST);
    assert_eq!(first.receive().status, 200);
    let flood: Vec<Connection> = (0..100).map(|_| Connection::open(server.address())).collect();
    // Who has one is served all the while, and who comes later when the others have gone.
    for _ in 0..20 {
        first.post("/", LIST);
        assert_eq!(first.receive().status, 200);
    }
    let mut late = Connection::open(server.address());
    late.post("/", LIST);
    drop(flood);
    assert_eq!(late.receive().status, 200);
    drop((first, late));
    let (status, log) = server.terminate();
    assert_eq!(status, Some(0), "{log}");
    assert!(log.contains("a connection failed: Too many open files"), "{log}");
}

#[cfg(unix)]
#[test]
fn what_runs_ends_before_the_server_does() {
    let server = Server::start();
    let mut connection = Connection::open(server.address());
    let form = create("jane");
    connection
        .send(format!("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", form.len()));
    assert_eq!(connection.receive_head().status, 100);
    server.ask_to_terminate();
    // It has heard that when it takes no more connections.
    while TcpStream::connect(server.address()).is_ok() {}
    connection.send(&form);
    let reply = connection.receive();
    assert!(reply.status == 200 && reply.body.contains("<UserName>jane</UserName>"), "{reply:?}");
    assert!(connection.receive_to_end().is_empty());
    let (status, log) = server.ended();
    assert_eq!(status, Some(0), "{log}");
}
