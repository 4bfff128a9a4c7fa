//! A server that speaks TLS on this machine, with a certificate of an authority that only the test knows.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

/// Who signs certificates.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// With a key of its own.
    ///
    /// # Panics
    /// Where no key can be made.
    #[must_use]
    pub fn new() -> Self {
        let (mut params, key) = (params(&[], "an authority"), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { certificate: params.self_signed(&key).unwrap(), issuer: Issuer::new(params, key) }
    }

    /// Its certificate, as files of trusted ones have it.
    #[must_use]
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(self.certificate.der());
        let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// A server on 127.0.0.1, with a certificate for the host `name`.
    ///
    /// # Panics
    /// Where nobody may listen, or `name` is not that of a host.
    #[must_use]
    pub fn serve(&self, name: &str) -> Server {
        let key = KeyPair::generate().unwrap();
        let certificate = params(&[name.to_owned()], "a server").signed_by(&key, &self.issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        Server::start(Arc::new(config))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn params(names: &[String], subject: &str) -> CertificateParams {
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, subject);
    params
}

/// A server of one connection after the other, each for as long as its client wants.
pub struct Server {
    address: SocketAddr,
    is_done: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Seen>>,
}

/// What came of a connection.
#[derive(Debug)]
pub struct Seen {
    /// What the client has sent within TLS.
    pub sent: String,
    /// Why there was no request.
    pub error: Option<io::Error>,
}

impl Server {
    fn start(config: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, is_done) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let asked = is_done.clone();
        let thread = thread::spawn(move || {
            let mut seen = Vec::new();
            loop {
                let connection = listener.accept().unwrap().0;
                if asked.load(Ordering::SeqCst) {
                    return seen;
                }
                seen.push(answer(config.clone(), connection));
            }
        });
        Self { address, is_done, thread }
    }

    /// Its root.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}/", self.address)
    }

    /// Ends it, as soon as its clients are gone; what it has seen until then.
    ///
    /// # Panics
    /// Where it has failed.
    #[must_use]
    pub fn finish(self) -> Vec<Seen> {
        self.is_done.store(true, Ordering::SeqCst);
        // It waits for a connection.
        TcpStream::connect(self.address).unwrap();
        self.thread.join().unwrap()
    }
}

fn answer(config: Arc<ServerConfig>, connection: TcpStream) -> Seen {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), connection);
    let (mut sent, mut buffer) = (Vec::new(), [0; 4096]);
    let error = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break io::ErrorKind::UnexpectedEof.into(),
            Ok(count) => sent.extend_from_slice(&buffer[..count]),
            Err(error) => break error,
        }
        // No request has a body.
        if sent.ends_with(b"\r\n\r\n") {
            stream.write_all(REPLY).unwrap();
        }
    };
    let error = Some(error).filter(|_| sent.is_empty());
    Seen { sent: String::from_utf8_lossy(&sent).into_owned(), error }
}
