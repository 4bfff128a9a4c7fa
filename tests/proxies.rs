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

/// A listener's address, and the first line of each request there, with its password for a proxy. It answers nothing and hangs up.
fn listen() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let head: Vec<String> =
                BufReader::new(&connection).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let password = head.iter().find(|line| line.to_lowercase().starts_with("proxy-authorization"));
            let _ = sender.send(format!("{} {}", head[0], password.map_or("", |line| line)));
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

/// Runs the process of a case with these variables; what has arrived there.
fn case(variables: &[(&str, &str)], service: &str, there: &Receiver<String>) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "one_request_each"]).env(SERVICE, service);
    for name in VARIABLES {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    assert!(command.output().unwrap().status.success(), "{variables:?}");
    there.try_iter().collect()
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
        (&[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "10.0.0.0/8,127.0.0.0/8")], false),
        (&[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "10.0.0.0/8,127.1.0.0/16")], true),
        (&[], false),
    ] {
        let ((proxy, at_proxy), (service, at_service)) = (listen(), listen());
        let replaced: Vec<_> =
            variables.iter().map(|(name, value)| (*name, value.replace("PROXY", &format!("http://{proxy}")))).collect();
        let replaced: Vec<_> = replaced.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (there, elsewhere) = if is_proxied { (at_proxy, at_service) } else { (at_service, at_proxy) };
        let lines = case(&replaced, &service, &there);
        let as_they_should = lines.iter().filter(|line| line.contains(&service) == is_proxied).count();
        assert_eq!((as_they_should, lines.len()), (2, 2), "{variables:?}: {lines:?}");
        assert!(elsewhere.try_recv().is_err(), "{variables:?}");
    }
}

#[test]
fn both_transports_tell_a_proxy_the_password() {
    let (proxy, at_proxy) = listen();
    let lines = case(&[("HTTP_PROXY", &format!("http://user:pass@{proxy}"))], "service.example", &at_proxy);
    assert_eq!(lines.len(), 2);
    for line in lines {
        // `user:pass` in base64.
        assert!(line.ends_with(": Basic dXNlcjpwYXNz"), "{line}");
    }
}

#[test]
fn neither_transport_takes_a_proxy_for_another_protocol() {
    for scheme in ["socks5", "socks4", "ftp"] {
        let ((proxy, at_proxy), (service, at_service)) = (listen(), listen());
        let lines = case(&[("ALL_PROXY", &format!("{scheme}://user:canary@{proxy}"))], &service, &at_proxy);
        assert!(lines.is_empty() && at_service.try_recv().is_err(), "{lines:?}");
    }
}
