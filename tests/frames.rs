//! The server half of bodies in frames (`aws-chunked`): what a client of ours sends, what AWS documents, and what is neither.
//! Over `codegen/tests/golden/depot.json`.
#![cfg(all(feature = "client", feature = "server"))]

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod depot {
    include!("../codegen/tests/golden/depot.rs");
}

#[path = "support/keeping.rs"]
mod keeping;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use http::Request;
use shapewire::client::{StreamedBody, Time};
use shapewire::credentials::Credentials;
use shapewire::decode::DecodeOptions;
use shapewire::server::{Router, Verification};
use shapewire::sigv4::{FramingError, Options, Payload, Signer, Verifier, VerifyError};
use shapewire::{Client, OperationShape, Timestamp};

use keeping::Keeping;

/// Time that stands still.
struct Noon;

impl Time for Noon {
    fn now(&self) -> Timestamp {
        noon()
    }
    fn sleep(&self, _: Duration) {}
    fn random(&self) -> f64 {
        0.5
    }
}

fn noon() -> Timestamp {
    "2024-05-01T12:00:00Z".parse().unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

const OVER_TLS: &str = "https://depot.example/";
const WITHOUT_TLS: &str = "http://depot.example/";

fn put() -> depot::PutParcelInput {
    depot::PutParcelInput::new("shelf", "name")
}

/// What a client sends for a body that can be read once.
fn sent(endpoint: &str, input: &depot::PutParcelInput, body: &[u8]) -> Request<Vec<u8>> {
    let keeping = Keeping::default();
    let signer = Signer::new("us-east-1", "depot").with_options(Options::s3());
    let client = Client::new(keeping.clone(), endpoint.parse().unwrap()).with_time(Noon);
    let client = client.with_signing(signer, credentials());
    let mut reader = body;
    client.call_with_body::<depot::PutParcel>(input, StreamedBody::once(&mut reader, body.len() as u64)).unwrap();
    keeping.take().unwrap()
}

/// As bodies may go unsigned where TLS hides them.
fn verifier() -> Verifier {
    let mut options = Options::s3();
    options.payload = Payload::Unsigned;
    Verifier::new().with_options(options)
}

/// A router that verifies, and what its handler is given.
fn server(options: DecodeOptions) -> (Router, Arc<Mutex<Option<depot::PutParcelInput>>>) {
    let given = Arc::new(Mutex::new(None));
    let place = Arc::clone(&given);
    let lookup = |id: &str| (id == "AKIDEXAMPLE").then(credentials);
    let router = Router::new()
        .on::<depot::PutParcel>(move |input, _| {
            *place.lock().unwrap() = Some(input);
            Ok(depot::PutParcelOutput::new())
        })
        .with_decode_options(options)
        .with_verification(Verification::new(lookup).with_clock(noon).with_verifier(verifier()));
    (router, given)
}

/// What the handler is given of a request, or what the request is answered with.
fn received(request: &Request<Vec<u8>>) -> Result<depot::PutParcelInput, (String, u16)> {
    let (router, given) = server(DecodeOptions::strict());
    let reply = router.handle(request);
    let given = given.lock().unwrap().take();
    given.ok_or_else(|| {
        let error = depot::PutParcel::decode(&reply).unwrap_err();
        (error.code().unwrap().to_owned(), reply.status().as_u16())
    })
}

fn letters(count: usize) -> Vec<u8> {
    vec![b'a'; count]
}

/// The same request, signed for its head as it is now; its frames keep their signatures.
fn signed_again(mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    let payload = request.headers()["x-amz-content-sha256"].to_str().unwrap().to_owned();
    let signer = Signer::new("us-east-1", "depot").with_options(Options::s3());
    signer.sign_with_payload_hash(&mut request, &payload, &credentials(), noon()).unwrap();
    request
}

/// What of a streamed request a client of another make would send, over TLS.
fn by_hand(headers: &[(&'static str, &str)], body: impl Into<Vec<u8>>) -> Request<Vec<u8>> {
    let mut request = Request::put("https://depot.example/shelves/shelf/parcels/name?kind=parcel");
    request = request.header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    request = request.header("x-amz-trailer", "x-amz-checksum-crc32").header("content-encoding", "aws-chunked");
    let mut request = request.body(body.into()).unwrap();
    for (name, value) in headers {
        match *value {
            "" => request.headers_mut().remove(*name),
            value => request.headers_mut().insert(*name, value.parse().unwrap()),
        };
    }
    if request.headers().contains_key("x-amz-content-sha256") { signed_again(request) } else { request }
}

#[test]
fn what_a_client_frames_a_server_reads() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let lengths = [1, 8191, 8192, 65_535, 65_536, 65_537, random.usize(1..300_000)];
    for length in lengths {
        let body: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(length).collect();
        for endpoint in [OVER_TLS, WITHOUT_TLS] {
            for input in [put(), put().with_content_encoding("gzip"), put().with_checksum_sha1("given")] {
                let request = sent(endpoint, &input, &body);
                let read = received(&request).unwrap_or_else(|error| panic!("{length} {endpoint}: {error:?}"));
                assert!(read.body.as_deref() == Some(&body[..]), "{length} {endpoint}");
                assert_eq!(read.content_encoding, input.content_encoding);
            }
        }
    }
}

#[test]
fn a_body_that_is_cut_anywhere_is_refused() {
    for endpoint in [OVER_TLS, WITHOUT_TLS] {
        let whole = sent(endpoint, &put(), &letters(9000));
        for length in
            (0..whole.body().len()).rev().filter(|length| length % 8192 == 0 || whole.body().len() - length < 300)
        {
            let mut request = whole.clone();
            request.body_mut().truncate(length);
            let (code, status) = received(&request).unwrap_err();
            assert!(matches!(code.as_str(), "IncompleteBody" | "MalformedTrailerError"), "{length}: {code}");
            assert_eq!(status, 400);
        }
        let mut request = whole.clone();
        request.body_mut().push(b' ');
        assert_eq!(received(&request).unwrap_err().0, "IncompleteBody");
    }
}

/// Any byte that is another one is found out: by its frame's signature, or by the checksum that follows the frames.
#[test]
fn a_body_with_another_byte_is_refused() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    for (endpoint, length, random_places) in
        [(OVER_TLS, 500, 100), (WITHOUT_TLS, 500, 100), (OVER_TLS, 70_000, 10), (WITHOUT_TLS, 70_000, 10)]
    {
        let whole = sent(endpoint, &put(), &letters(length));
        let length = whole.body().len();
        let ends = (0..90).chain(length - 250..length).filter(|_| length < 1500);
        let places: Vec<usize> =
            ends.chain(std::iter::repeat_with(|| random.usize(..length)).take(random_places)).collect();
        for place in places {
            let mut request = whole.clone();
            let byte = &mut request.body_mut()[place];
            let (before, after) = (*byte, random.u8(..));
            *byte = after;
            // Names of headers and sizes are the same in either case.
            if before.eq_ignore_ascii_case(&after) {
                continue;
            }
            let refused = received(&request);
            assert!(refused.is_err(), "{endpoint}: {after} for {before} at {place} of {length} is taken");
        }
    }
}

#[test]
fn bodies_that_are_not_in_frames_are_refused_as_s3_does() {
    let sum = "x-amz-checksum-crc32:y/Q5Jg==";
    let body = format!("9\r\n123456789\r\n0\r\n{sum}\r\n\r\n");
    let length = ("x-amz-decoded-content-length", "9");
    let read = received(&by_hand(&[length], body.as_str())).unwrap();
    assert_eq!(read.body.as_deref(), Some(&b"123456789"[..]));
    assert_eq!(read.content_encoding, None);
    // Nothing but the encoding tells of frames, where nothing of the body is signed.
    let read = received(&by_hand(&[length, ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")], body.as_str())).unwrap();
    assert_eq!(read.body.as_deref(), Some(&b"123456789"[..]));
    for (headers, body, code, status) in [
        (&[][..], body.clone(), "MissingContentLength", 411),
        (&[("x-amz-decoded-content-length", "+9")], body.clone(), "MissingContentLength", 411),
        (&[("x-amz-decoded-content-length", "8")], body.clone(), "IncompleteBody", 400),
        (&[("x-amz-decoded-content-length", "10")], body.clone(), "IncompleteBody", 400),
        (&[("x-amz-decoded-content-length", "16777217")], body.clone(), "RequestEntityTooLarge", 413),
        (&[length], String::new(), "IncompleteBody", 400),
        (&[length], body.replace("9\r\n1", "g\r\n1"), "IncompleteBody", 400),
        (&[length], body.replace("9\r\n1", "ffffffffffffffff\r\n1"), "IncompleteBody", 400),
        (&[length], body.replace("9\r\n1", "00000000000000009\r\n1"), "IncompleteBody", 400),
        (&[length], body.replace("9\r\n1", "9;chunk-signature=00\r\n1"), "IncompleteBody", 400),
        (&[length], body.replace("9\r\n1", "9\n1"), "IncompleteBody", 400),
        (&[length], "0".repeat(5000) + &body, "IncompleteBody", 400),
        (&[length], body.replace("9\r\n123456789", "3\r\n123\r\n6\r\n456789"), "InvalidChunkSizeError", 403),
        (&[length], body.replace(sum, "x-amz-checksum-crc32"), "MalformedTrailerError", 400),
        (&[length], body.replace("crc32:", "crc32c:"), "MalformedTrailerError", 400),
        (&[length], body.replace(sum, &format!("{sum}\r\n{sum}")), "MalformedTrailerError", 400),
        (&[length], body.replace(&format!("{sum}\r\n"), ""), "MalformedTrailerError", 400),
        (&[length], body.replace("y/Q5", "y/Q6"), "BadDigest", 400),
        (&[length], body.replace("y/Q5", "y"), "InvalidRequest", 400),
        (&[length, ("x-amz-trailer", "")], body.clone(), "MalformedTrailerError", 400),
        (&[length, ("x-amz-trailer", "content-type")], body.clone(), "InvalidRequest", 400),
        (&[length, ("x-amz-checksum-crc32", "y/Q5Jg==")], body.clone(), "MalformedTrailerError", 400),
    ] {
        let refused = received(&by_hand(headers, body.as_str())).unwrap_err();
        assert_eq!(refused, (code.to_owned(), status), "{headers:?} {body:.100}");
    }
}

#[test]
fn frames_must_be_of_the_kind_that_was_signed() {
    let signed = sent(WITHOUT_TLS, &put(), b"123456789");
    let unsigned = sent(OVER_TLS, &put(), b"123456789");
    for (head, body) in [(&signed, &unsigned), (&unsigned, &signed)] {
        let mut request = head.clone();
        request.body_mut().clone_from(body.body());
        assert_eq!(received(&request), Err(("IncompleteBody".to_owned(), 400)));
    }
    // The frames of another request, and those of another key.
    let other = sent(WITHOUT_TLS, &put().with_text("another"), b"123456789");
    let mut request = signed.clone();
    request.body_mut().clone_from(other.body());
    assert_eq!(received(&request), Err(("SignatureDoesNotMatch".to_owned(), 403)));
    // A hash is that of the body as it stands: these are no frames, whatever the encoding says.
    let mut request =
        by_hand(&[("x-amz-trailer", ""), ("x-amz-decoded-content-length", "5")], "5\r\nhello\r\n0\r\n\r\n");
    let s3 = Signer::new("us-east-1", "depot").with_options(Options::s3());
    s3.sign(&mut request, &credentials(), noon()).unwrap();
    let read = received(&request).unwrap();
    assert_eq!(read.body.as_deref(), Some(&b"5\r\nhello\r\n0\r\n\r\n"[..]));
    assert_eq!(read.content_encoding, None);
    let events = ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    let router = Router::new().on::<depot::PutParcel>(|_, _| Ok(depot::PutParcelOutput::new()));
    let reply = router.handle(&by_hand(&[events], ""));
    assert_eq!(depot::PutParcel::decode(&reply).unwrap_err().code(), Some("InvalidArgument"));
    // A service that knows no such payloads does not take them.
    let plain = |request: &Request<Vec<u8>>| {
        let known = |_: &str| Some(credentials());
        Verifier::new().verify(request, "depot", noon(), known).unwrap_err()
    };
    assert_eq!((plain(&signed), plain(&unsigned)), (VerifyError::Payload, VerifyError::Payload));
    // Without TLS, what is not signed is not taken.
    let strict = Verifier::new().with_options(Options::s3());
    assert!(strict.verify(&signed, "depot", noon(), |_| Some(credentials())).is_ok());
    assert_eq!(strict.verify(&unsigned, "depot", noon(), |_| Some(credentials())), Err(VerifyError::Payload));
}

/// Without verification, the same bodies are read; signatures are left aside.
#[test]
fn who_does_not_verify_reads_frames_too() {
    let given = Arc::new(Mutex::new(Vec::new()));
    let place = Arc::clone(&given);
    let router = Router::new().on::<depot::PutParcel>(move |input, context| {
        let raw = context.headers()["content-encoding"].to_str().unwrap().to_owned();
        place.lock().unwrap().push((input.body.unwrap(), raw));
        Ok(depot::PutParcelOutput::new())
    });
    for endpoint in [OVER_TLS, WITHOUT_TLS] {
        assert_eq!(router.handle(&sent(endpoint, &put(), b"abc")).status(), 200);
    }
    // Nobody signs, and so nobody tells what is signed.
    let body = "3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n";
    let request = by_hand(&[("x-amz-content-sha256", ""), ("x-amz-decoded-content-length", "3")], body);
    assert_eq!(router.handle(&request).status(), 200);
    let body = "3;chunk-signature=30450221*\r\nabc\r\n0;chunk-signature=30450221*\r\n\r\n";
    let payload = ("x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD");
    let request = by_hand(&[payload, ("x-amz-decoded-content-length", "3"), ("x-amz-trailer", "")], body);
    assert_eq!(router.handle(&request).status(), 200);
    let given = given.lock().unwrap();
    assert_eq!(given.len(), 4);
    assert!(given.iter().all(|(body, raw)| body == b"abc" && raw == "aws-chunked"));
}

/// The examples of the *Amazon S3 API Reference*, "Transferring payload in multiple chunks", without and with trailing headers:
/// 66,560 letters in chunks of 65,536.
#[test]
fn documented_requests_are_verified() {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let now = "2013-05-24T00:00:00Z".parse().unwrap();
    let request = |signed: &str, signature: &str, headers: &[(&str, &str)], body: &[u8]| {
        let mut request = Request::put("https://s3.amazonaws.com/examplebucket/chunkObject.txt")
            .header("content-encoding", "aws-chunked")
            .header("x-amz-date", "20130524T000000Z")
            .header("x-amz-decoded-content-length", "66560")
            .header("x-amz-storage-class", "REDUCED_REDUNDANCY");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={signed},Signature={signature}");
        request.header("authorization", authorization).body(body.to_vec()).unwrap()
    };
    let verify = |request: &Request<Vec<u8>>| {
        let verifier = Verifier::new().with_options(Options::s3());
        verifier.verify(request, "s3", now, |_| Some(credentials.clone())).map(|_| ())
    };
    let frames = |signatures: [&str; 3], trailer: &str| {
        let lengths = [65_536, 1024, 0];
        let mut body = Vec::new();
        for (length, signature) in lengths.into_iter().zip(signatures) {
            body.extend(format!("{length:x};chunk-signature={signature}\r\n").into_bytes());
            body.extend(letters(length));
            body.extend(if length > 0 { &b"\r\n"[..] } else { b"" });
        }
        body.extend(trailer.as_bytes());
        body.extend(b"\r\n");
        body
    };
    let body = frames(
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "",
    );
    assert_eq!(body.len(), 66_824);
    let headers = [("content-length", "66824"), ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")];
    let signed = "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
                  x-amz-storage-class";
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let whole = request(signed, seed, &headers, &body);
    assert_eq!(verify(&whole), Ok(()));
    for (place, error) in [
        (100, VerifyError::Mismatch),
        (65_650, VerifyError::Mismatch),
        (66_823, VerifyError::Framing(FramingError::Malformed(66_822))),
    ] {
        let mut other = whole.clone();
        other.body_mut()[place] = b'b';
        assert_eq!(verify(&other), Err(error), "{place}");
    }

    let body = frames(
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
         d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
    );
    let headers = [
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        ("x-amz-trailer", "x-amz-checksum-crc32c"),
    ];
    let signed = "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
                  x-amz-storage-class;x-amz-trailer";
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let whole = request(signed, seed, &headers, &body);
    assert_eq!(verify(&whole), Ok(()));
    let mut other = whole.clone();
    let place = body.len() - 100;
    other.body_mut()[place] ^= 1;
    assert_eq!(verify(&other), Err(VerifyError::Mismatch));
}

#[test]
fn no_bytes_of_a_body_make_it_panic() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let parts: &[&[u8]] = &[
        b"\r\n",
        b"\n",
        b"0",
        b"3",
        b"abc",
        b"2000",
        b"ffffffffffffffff",
        b";chunk-signature=",
        b"x-amz-checksum-crc32:",
        b"x-amz-trailer-signature:",
        b"NSRBwg==",
        b"\xff",
    ];
    let router = Router::new().on::<depot::PutParcel>(|_, _| Ok(depot::PutParcelOutput::new()));
    let payloads =
        ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "UNSIGNED-PAYLOAD"];
    for _ in 0..20_000 {
        let body: Vec<u8> =
            (0..random.usize(..12)).flat_map(|_| random.choice(parts).copied().unwrap()).copied().collect();
        let request = Request::put("/shelves/shelf/parcels/name?kind=parcel")
            .header("content-encoding", "aws-chunked")
            .header("x-amz-content-sha256", random.choice(payloads).unwrap())
            .header("x-amz-decoded-content-length", random.choice(["0", "3", "18446744073709551615"]).unwrap())
            .header("x-amz-trailer", "x-amz-checksum-crc32")
            .body(body)
            .unwrap();
        let status = router.handle(&request).status();
        assert!([200, 400, 403, 413].contains(&status.as_u16()), "{status}: {:?}", request.body());
    }
}
