//! Objects that boto3 streams to S3, read by the server half: over TLS in frames (`aws-chunked`) with a checksum after them.
//! `tests/interop` makes the requests and tells in which folder they are in `BOTO3_REQUESTS`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use http::Request;
use interop_services::s3;
use shapewire::credentials::Credentials;
use shapewire::server::{Router, Verification};
use shapewire::sigv4::{Options, Payload, Verifier};

/// A request as it stands on the wire.
fn parse(bytes: &[u8]) -> Request<Vec<u8>> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let uri = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap();
    let mut request = Request::put(uri);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    request.body(bytes[end + 4..].to_vec()).unwrap()
}

#[test]
#[ignore = "needs requests, which tests/interop makes"]
fn objects_that_stream_are_read_and_verified() {
    let folder = PathBuf::from(std::env::var("BOTO3_REQUESTS").expect("BOTO3_REQUESTS names no folder"));
    let object = std::fs::read(folder.join("object")).unwrap();
    let given = Arc::new(Mutex::new(None));
    let place = Arc::clone(&given);
    // Over TLS, boto3 does not sign bodies.
    let mut options = Options::s3();
    options.payload = Payload::Unsigned;
    let lookup =
        |id: &str| (id == "AKIDEXAMPLE").then(|| Credentials::new(id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    let router = Router::new()
        .on::<s3::PutObject>(move |input, context| {
            assert!(context.is_verified());
            *place.lock().unwrap() = Some(input);
            Ok(s3::PutObjectOutput::new())
        })
        .with_verification(Verification::new(lookup).with_verifier(Verifier::new().with_options(options)));
    let (mut in_frames, mut whole) = (0, 0);
    for file in std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none() {
            continue;
        }
        let request = parse(&std::fs::read(&file).unwrap());
        let shown = format!("{} {:?}", file.display(), request.headers());
        let reply = router.handle(&request);
        assert_eq!(reply.status(), 200, "{shown} {}", String::from_utf8_lossy(reply.body()));
        let input = given.lock().unwrap().take().unwrap();
        assert_eq!((input.bucket.as_str(), input.key.as_str()), ("bucket", "a b/c"));
        assert_eq!(input.content_length, Some(i64::try_from(object.len()).unwrap()), "{shown}");
        assert!(input.body.as_ref() == Some(&object), "{shown}");
        let encoding = request.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap());
        assert_eq!(input.content_encoding.as_deref(), encoding.starts_with("gzip").then_some("gzip"));
        assert!(input.checksum_crc32.is_some() != input.checksum_sha256.is_some(), "{shown}");
        if encoding.ends_with("aws-chunked") {
            in_frames += 1
        } else {
            whole += 1
        }
        // One bit that is another one, in the object or where it ends.
        for place in [500, request.body().len() - 10] {
            let mut other = request.clone();
            other.body_mut()[place] ^= 1;
            assert_eq!(router.handle(&other).status().as_u16() / 100, 4, "{place} {shown}");
        }
    }
    assert_eq!((in_frames, whole), (4, 4));
}
