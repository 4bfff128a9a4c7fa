//! Both HTTP transports go by the same variables: which of two listeners, a proxy and the service, a request arrives at.
//! Variables are those of a process, so each case has one of its own.
#![cfg(all(feature = "client", feature = "async"))]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use http::Request;
use shapewire::transport::{AsyncTransport, HttpTransport, ReqwestTransport, Transport};

const SERVICE: &str = "SHAPEWIRE_TEST_SERVICE";
const VARIABLES: [&str; 9] = [
    "ALL_PROXY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "REQUEST_METHOD",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// A listener's address, and the first line of each request there. It answers nothing and hangs up.
fn listen() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut line = String::new();
            let _ = BufReader::new(&connection).read_line(&mut line);
            let _ = sender.send(line);
            let _ = connection.write_all(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    (address, receiver)
}

/// What the process of a case does: a request over each transport, whatever comes of it.
#[test]
fn one_request_each() {
    let Ok(service) = std::env::var(SERVICE) else { return };
    let request = || Request::post(format!("http://{service}/")).body(Vec::new()).unwrap();
    let _ = HttpTransport::new().send(request());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = runtime.block_on(ReqwestTransport::new().unwrap().send(request()));
}

#[test]
fn both_transports_choose_the_same_proxy() {
    for (variables, is_proxied) in [
        (&[("HTTP_PROXY", "PROXY")][..], true),
        (&[("http_proxy", "PROXY")], true),
        (&[("ALL_PROXY", "PROXY")], true),
        (&[("HTTPS_PROXY", "PROXY")], false),
        (&[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "localhost,127.0.0.1")], false),
        (&[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "localhost")], true),
        (&[], false),
    ] {
        let ((proxy, at_proxy), (service, at_service)) = (listen(), listen());
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "one_request_each"]).env(SERVICE, &service);
        for name in VARIABLES {
            command.env_remove(name);
        }
        for (name, value) in variables {
            command.env(name, value.replace("PROXY", &format!("http://{proxy}")));
        }
        assert!(command.output().unwrap().status.success(), "{variables:?}");
        let (there, elsewhere) = if is_proxied { (at_proxy, at_service) } else { (at_service, at_proxy) };
        let lines: Vec<String> = there.try_iter().collect();
        let as_they_should = lines.iter().filter(|line| line.contains(&service) == is_proxied).count();
        assert_eq!((as_they_should, lines.len()), (2, 2), "{variables:?}: {lines:?}");
        assert!(elsewhere.try_recv().is_err(), "{variables:?}");
    }
}
