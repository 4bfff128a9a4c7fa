//! What this process still holds after a secret is dropped: its memory is searched, where the system shows it.
//!
//! One test in a process of its own: others would have secrets at the same time.
#![cfg(all(target_os = "linux", feature = "iam", feature = "sigv4", feature = "json"))]

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::sync::Mutex;

use http::{Request, Response};
use shapewire::client::RetryPolicy;
use shapewire::credentials::Credentials;
use shapewire::json::{self, Secrets};
use shapewire::sigv4::Signer;
use shapewire::transport::{SecretBody, Transport, TransportError};
use shapewire::{Client, OperationShape, SecretString, iam};
use zeroize::Zeroize;

/// Bytes to be found, in a form that is not itself found.
struct Needle(Vec<u8>);

const MASK: u8 = 0x5a;

impl Needle {
    fn of(text: &str) -> Self {
        Self(text.bytes().map(|byte| byte ^ MASK).collect())
    }

    /// How often it is in memory that can be written.
    fn count(&self) -> usize {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let mut memory = File::open("/proc/self/mem").unwrap();
        let mut buffer = vec![0; 1 << 20];
        let mut count = 0;
        for line in maps.lines() {
            let mut words = line.split(' ');
            let (range, rights) = (words.next().unwrap(), words.next().unwrap());
            if !rights.starts_with("rw") {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let (mut place, end) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
            while place < end {
                let length = usize::try_from((end - place).min(buffer.len() as u64)).unwrap();
                // Some of what is mapped cannot be read.
                if memory.seek(SeekFrom::Start(place)).is_err() || memory.read_exact(&mut buffer[..length]).is_err() {
                    break;
                }
                let found = buffer[..length].windows(self.0.len());
                count += found
                    .filter(|bytes| bytes.iter().zip(&self.0).all(|(byte, masked)| byte ^ MASK == *masked))
                    .count();
                if (length as u64) < end - place {
                    // What lies across the end of the buffer is found in the next.
                    place += (length - self.0.len() + 1) as u64;
                } else {
                    break;
                }
            }
        }
        buffer.zeroize();
        count
    }
}

/// A secret that is in no file, made without a copy.
fn new_secret() -> (SecretString, Needle) {
    let mut text = String::with_capacity(40);
    for _ in 0..40 {
        text.push(fastrand::alphanumeric());
    }
    let needle = Needle::of(&text);
    let secret = SecretString::from(text.as_str());
    text.zeroize();
    (secret, needle)
}

const REPLY: &str =
    "<UploadServerCertificateResponse><UploadServerCertificateResult/></UploadServerCertificateResponse>";

/// Takes requests as a socket would, and answers.
struct Line(Mutex<Option<Response<Vec<u8>>>>);

impl Transport for Line {
    fn send(&self, mut request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        if request.extensions().get::<SecretBody>().is_some() {
            request.body_mut().zeroize();
        }
        Ok(self.0.lock().unwrap().take().unwrap())
    }
}

fn client(reply: String) -> Client {
    let line = Line(Mutex::new(Some(Response::new(reply.into_bytes()))));
    // There is one reply.
    Client::new(line, "http://localhost/".parse().unwrap()).with_retry(RetryPolicy::default().with_max_attempts(1))
}

#[test]
fn nothing_is_left_of_secrets() {
    use shapewire::ExposeSecret;

    let (secret, needle) = new_secret();
    assert!(needle.count() > 0, "the search finds nothing");
    drop(secret);
    assert_eq!(needle.count(), 0, "a secret that is dropped");

    // A request whose body grows after the secret was written, and which is signed.
    let (secret, needle) = new_secret();
    let (key, key_needle) = new_secret();
    {
        let signer = (Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", key));
        let client = client(REPLY.to_owned()).with_signing(signer.0, signer.1);
        let request = iam::UploadServerCertificateRequest::new("name", "certificate", secret)
            .with_certificate_chain("x".repeat(10_000));
        client.call::<iam::UploadServerCertificate>(&request).unwrap();
        assert!(needle.count() > 0 && key_needle.count() > 0);
    }
    assert_eq!(needle.count(), 0, "a request");
    assert_eq!(key_needle.count(), 0, "the key that signed it");

    // A reply, with the secret in pieces.
    let (secret, needle) = new_secret();
    {
        let mut reply = String::with_capacity(1_000);
        reply.push_str("<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>jane</UserName>");
        reply.push_str("<AccessKeyId>AKIDEXAMPLE</AccessKeyId><Status>Active</Status><SecretAccessKey>&amp;");
        reply.push_str(secret.expose_secret());
        reply.push_str("&amp;</SecretAccessKey></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>");
        drop(secret);
        let output = client(reply).call::<iam::CreateAccessKey>(&iam::CreateAccessKeyRequest::new()).unwrap();
        assert_eq!(output.access_key.secret_access_key.expose_secret().len(), 42);
        assert!(needle.count() > 0);
    }
    assert_eq!(needle.count(), 0, "a reply");

    // A reply that cannot be read: it stays with the error, and goes with it.
    let (secret, needle) = new_secret();
    {
        let mut reply = String::with_capacity(1_000);
        reply.push_str("<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><SecretAccessKey>");
        reply.push_str(secret.expose_secret());
        reply.push_str("</SecretAccessKey></AccessKey>");
        drop(secret);
        let error = client(reply).call::<iam::CreateAccessKey>(&iam::CreateAccessKeyRequest::new()).unwrap_err();
        assert!(needle.count() > 0);
        drop(error);
    }
    assert_eq!(needle.count(), 0, "a reply that cannot be read");

    // What is redacted has not passed through a buffer.
    let (secret, needle) = new_secret();
    let request = iam::CreateLoginProfileRequest::new().with_password(secret);
    let shown = format!("{request:?} {}", json::to_string(&request, Secrets::Redact));
    drop(request);
    assert_eq!(needle.count(), 0, "{shown}");

    // A request that was only written is the caller's to overwrite.
    let (secret, needle) = new_secret();
    let input = iam::ChangePasswordRequest::new(secret.clone(), secret);
    let mut request = iam::ChangePassword::encode(&input, &"http://localhost/".parse().unwrap()).unwrap();
    drop(input);
    assert!(request.extensions().get::<SecretBody>().is_some());
    request.body_mut().zeroize();
    assert_eq!(needle.count(), 0, "a request that was written");
}
