//! Each transport against servers whose certificates it must refuse, and, for the system's TLS (feature `native-tls`), against
//! one whose authority is in the system's store.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use http::{Request, Response};
use shapewire::client::Client;
use shapewire::iam::{GetUser, GetUserRequest};
use shapewire::transport::{AsyncTransport, HttpOptions, HttpTransport, ReqwestTransport, Transport, TransportError};
use shapewire_tls::{Authority, Seen};

const SECRET: &str = "c4nary7f3a9c";

fn options() -> HttpOptions {
    let mut options = HttpOptions::default();
    options.use_proxies = false;
    options
}

/// The blocking transport, with each TLS that it has.
fn blocking() -> Vec<(&'static str, HttpTransport)> {
    vec![
        #[cfg(feature = "tls")]
        ("rustls", HttpTransport::with_options(&options())),
        #[cfg(not(feature = "tls"))]
        ("the system's", HttpTransport::with_options(&options())),
        #[cfg(all(feature = "native-tls", feature = "tls"))]
        ("the system's", HttpTransport::with_native_tls(&options())),
    ]
}

fn request(url: &str) -> Request<Vec<u8>> {
    Request::get(url).header("authorization", SECRET).body(Vec::new()).unwrap()
}

fn send_async(url: &str) -> Result<Response<Vec<u8>>, TransportError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(ReqwestTransport::with_options(&options()).unwrap().send(request(url)))
}

/// The error tells why, nobody tries again for it, and nothing was sent but what a handshake needs.
#[track_caller]
fn assert_refused(name: &str, result: Result<Response<Vec<u8>>, TransportError>, seen: &[Seen]) {
    let error = result.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{name}: {error}");
    assert!(!error.is_retryable() && !error.is_timeout(), "{name}: {error:?}");
    for seen in seen {
        assert!(seen.sent.is_empty() && seen.error.is_some(), "{name}: {seen:?}");
    }
}

#[test]
fn a_certificate_that_nobody_trusts_is_refused_once_and_for_all() {
    let authority = Authority::new();
    for (name, transport) in blocking() {
        let server = authority.serve("127.0.0.1");
        let result = transport.send(request(&server.url()));
        // A client with its retries.
        let client = Client::new(transport, server.url().parse().unwrap());
        let error = client.call::<GetUser>(&GetUserRequest::new()).unwrap_err();
        assert!(error.to_string().contains("certificate"), "{name}: {error}");
        let seen = server.finish();
        assert_eq!(seen.len(), 2, "{name}: one connection for the request, one for the call: {seen:?}");
        assert_refused(name, result, &seen);
    }
    let server = authority.serve("127.0.0.1");
    let result = send_async(&server.url());
    let seen = server.finish();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_refused("reqwest", result, &seen);
}

#[test]
fn a_server_that_hangs_up_within_the_handshake_may_be_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let transports = blocking();
    let attempts = transports.len() + 1;
    let server = thread::spawn(move || {
        for _ in 0..attempts {
            // What the client says first, all of it, so that the connection ends and is not reset.
            let count = listener.accept().unwrap().0.read(&mut [0; 4096]).unwrap();
            assert!(count > 0);
        }
    });
    let results = transports.into_iter().map(|(name, transport)| (name, transport.send(request(&url))));
    for (name, result) in results.chain([("reqwest", send_async(&url))]) {
        let error = result.unwrap_err();
        assert!(error.is_retryable() && !error.is_timeout(), "{name}: {error:?}");
    }
    server.join().unwrap();
}

/// The store is OpenSSL's, which takes it from the environment.
#[cfg(all(feature = "native-tls", target_os = "linux"))]
mod in_the_systems_store {
    use super::*;

    /// Tells the process of a case where the server is.
    const URL: &str = "SHAPEWIRE_TEST_URL";
    /// Tells OpenSSL where the store is.
    const STORE: &str = "SSL_CERT_FILE";

    /// What the process of a case does: prints what each TLS makes of the server, two requests long, and then what the system's,
    /// which comes last, makes of another connection when the store is gone.
    #[test]
    fn requests_of_a_case() {
        let Ok(url) = std::env::var(URL) else { return };
        let send = |name: &str, transport: &HttpTransport, connection: &'static str| {
            let mut request = request(&url);
            request.headers_mut().insert("connection", http::HeaderValue::from_static(connection));
            match transport.send(request) {
                Ok(reply) => println!("{name}: {} {}", reply.status(), String::from_utf8_lossy(reply.body())),
                Err(error) => println!("{name}: refused: {error}"),
            }
        };
        let transports = blocking();
        for (name, transport) in &transports {
            send(name, transport, "keep-alive");
            send(name, transport, "close");
        }
        std::fs::remove_file(std::env::var_os(STORE).unwrap()).unwrap();
        let (name, transport) = transports.last().unwrap();
        send(name, transport, "close");
    }

    /// What came of a case: what rustls and the system's TLS have said, and what the server has seen.
    struct Case {
        rustls: Vec<String>,
        system: Vec<String>,
        seen: Vec<Seen>,
    }

    /// Runs the process of a case, with the authority in the system's store.
    fn case(authority: &Authority, host: &str) -> Case {
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{host}.pem"));
        std::fs::write(&file, authority.pem()).unwrap();
        let server = authority.serve(host);
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "in_the_systems_store::requests_of_a_case", "--nocapture"]).env(URL, server.url());
        command.env(STORE, &file).env_remove("SSL_CERT_DIR");
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let text = String::from_utf8(done.stdout).unwrap();
        // The test's name may stand before the first line.
        let said = |name: &str| text.lines().filter_map(|line| Some(line.split_once(name)?.1.to_owned())).collect();
        Case { rustls: said("rustls: "), system: said("the system's: "), seen: server.finish() }
    }

    #[test]
    fn the_systems_tls_trusts_whom_the_system_trusts() {
        let authority = Authority::new();
        let Case { rustls, system, seen } = case(&authority, "127.0.0.1");
        assert_eq!(system, ["200 OK hello"; 3]);
        // Mozilla's roots, whatever the system's are.
        let refused = "refused: no reply: io: invalid peer certificate: UnknownIssuer";
        assert_eq!(rustls, vec![refused; if cfg!(feature = "tls") { 2 } else { 0 }]);
        let (by_rustls, by_the_system) = seen.split_at(rustls.len());
        assert!(by_rustls.iter().all(|seen| seen.sent.is_empty()), "{seen:?}");
        // A connection that was answered on is kept, and the store, for the next one.
        let requests: Vec<usize> = by_the_system.iter().map(|seen| seen.sent.matches(SECRET).count()).collect();
        assert_eq!(requests, [2, 1], "{seen:?}");

        // A certificate of another host is none, whoever has signed it.
        let Case { system, seen, .. } = case(&authority, "elsewhere.test");
        assert_eq!(system.len(), 3, "{system:?}");
        for line in system {
            assert!(line.starts_with("refused: no reply: native-tls: ") && line.contains("certificate"), "{line}");
        }
        assert!(seen.iter().all(|seen| seen.sent.is_empty()), "{seen:?}");
    }
}
