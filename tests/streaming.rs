//! Bodies that are not held in memory, over real connections: `codegen/tests/golden/depot.json` and servers of the test's own,
//! which follow a script and do not wait for time to pass.
#![cfg(all(feature = "client", feature = "server"))]

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod depot {
    include!("../codegen/tests/golden/depot.rs");
}

#[path = "support/keeping.rs"]
mod keeping;
#[path = "support/scripted_server.rs"]
mod scripted_server;

use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use allocation_counter::measure;
use shapewire::client::{StreamedBody, Time};
use shapewire::credentials::Credentials;
use shapewire::event_stream::Events;
use shapewire::server::reply;
use shapewire::sigv4::{Options, Signer};
use shapewire::transport::{HttpOptions, HttpTransport};
use shapewire::{Client, Error, OperationShape, Timestamp};

use keeping::Keeping;
use scripted_server::{BUSY, REFUSED, STORED, server};

const LARGE: u64 = 64 << 20;
/// What a call may hold at once, whatever its body.
const HELD: u64 = 2 << 20;

/// Time that passes at once.
struct AtOnce;

impl Time for AtOnce {
    fn now(&self) -> Timestamp {
        "2024-05-01T12:00:00Z".parse().unwrap()
    }
    fn sleep(&self, _: Duration) {}
    fn random(&self) -> f64 {
        0.5
    }
}

fn client(endpoint: http::Uri) -> Client {
    let mut options = HttpOptions::default();
    options.use_proxies = false;
    Client::new(HttpTransport::with_options(&options), endpoint).with_time(AtOnce)
}

fn put() -> depot::PutParcelInput {
    depot::PutParcelInput::new("shelf", "name")
}

fn get() -> depot::GetParcelInput {
    depot::GetParcelInput::new("shelf", "name")
}

/// So many bytes, which nobody holds.
fn large() -> impl Read {
    io::repeat(b'x').take(LARGE)
}

/// CRC-32 in base64, as the client itself sends it for a body that it holds.
fn crc32_of(mut reader: impl Read) -> String {
    let mut body = Vec::new();
    reader.read_to_end(&mut body).unwrap();
    let request = depot::PutParcel::encode(&put().with_body(body), &"http://localhost".parse().unwrap()).unwrap();
    request.headers()["x-amz-checksum-crc32"].to_str().unwrap().to_owned()
}

#[test]
fn a_large_body_is_sent_as_it_is_read() {
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!(seen.length(), LARGE);
        assert_eq!(seen.header("x-amz-checksum-crc32"), None);
        let mut left = (&mut seen.connection).take(LARGE);
        assert_eq!(io::copy(&mut left, &mut io::sink()).unwrap(), LARGE);
        seen.answer(STORED);
    });
    let client = client(endpoint);
    let held = measure(|| {
        let (output, metadata) =
            client.call_with_body::<depot::PutParcel>(&put(), StreamedBody::once(&mut large(), LARGE)).unwrap();
        assert_eq!((output.e_tag.as_deref(), metadata.status), (Some("one"), 200));
    });
    assert!(held.bytes_max < HELD, "{held:?}");
    server.join().unwrap();
}

#[test]
fn a_large_reply_is_read_as_it_arrives_and_checked_at_its_end() {
    let checksum = crc32_of(large());
    let (endpoint, server) = server(1, move |_, mut seen| {
        assert_eq!(seen.header("checksum-mode").or(seen.header("x-amz-checksum-mode")), Some("enabled"));
        seen.answer(&format!("HTTP/1.1 200 OK\r\ncontent-length: {LARGE}\r\nx-amz-checksum-crc32: {checksum}\r\n\r\n"));
        io::copy(&mut large(), seen.connection.get_mut()).unwrap();
    });
    let client = client(endpoint);
    let held = measure(|| {
        let mut reply = client.call_for_body::<depot::GetParcel>(&get()).unwrap();
        assert_eq!((reply.body.length(), reply.output.body.unwrap_or_default().len()), (Some(LARGE), 0));
        assert_eq!(io::copy(&mut reply.body, &mut io::sink()).unwrap(), LARGE);
    });
    assert!(held.bytes_max < HELD, "{held:?}");
    server.join().unwrap();
}

#[test]
fn a_wrong_checksum_and_a_cut_reply_are_errors_at_the_end() {
    let (endpoint, server) = server(2, |number, mut seen| {
        seen.answer(match number {
            0 => "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\nabc",
            _ => "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
        });
    });
    let client = client(endpoint);
    for expected in [io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof] {
        let mut body = client.call_for_body::<depot::GetParcel>(&get()).unwrap().body;
        let mut read = [0; 3];
        body.read_exact(&mut read).unwrap();
        assert_eq!((&read, body.read(&mut [0; 8]).unwrap_err().kind()), (b"abc", expected));
    }
    server.join().unwrap();
}

#[test]
fn a_reader_with_fewer_or_more_bytes_never_makes_a_whole_request() {
    for (bytes, length, why) in
        [(&b"abc"[..], 5, "ends 2 bytes before"), (b"abcdef", 5, "more bytes than"), (b"a", 0, "more bytes than")]
    {
        let (sender, came) = channel();
        let (endpoint, server) = server(usize::from(length > 0), move |_, mut seen| {
            sender.send(seen.body().len()).unwrap();
        });
        let mut reader = bytes;
        let error = client(endpoint)
            .call_with_body::<depot::PutParcel>(&put(), StreamedBody::once(&mut reader, length))
            .unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        server.join().unwrap();
        assert!(came.iter().all(|came| came < 5));
    }
}

#[test]
fn an_error_becomes_the_services_own() {
    let (endpoint, server) = server(2, |_, mut seen| {
        seen.body();
        seen.answer(REFUSED);
    });
    let client = client(endpoint);
    let sent = client.call_with_body::<depot::PutParcel>(&put(), StreamedBody::once(&mut &b"abc"[..], 3)).unwrap_err();
    let received = client.call_for_body::<depot::GetParcel>(&get()).unwrap_err();
    for error in [sent, received] {
        assert_eq!((error.code(), error.message()), (Some("NoSuchShelf"), Some("no shelf")));
    }
    server.join().unwrap();
}

#[test]
fn what_can_be_read_again_is_sent_again_with_its_checksum() {
    let (endpoint, server) = server(2, |number, mut seen| {
        assert_eq!(seen.header("x-amz-checksum-crc32"), Some(crc32_of(&b"cdef"[..]).to_lowercase().as_str()));
        assert_eq!(seen.body(), b"cdef");
        seen.answer(if number == 0 { BUSY } else { STORED });
    });
    let mut reader = Cursor::new(b"abcdef");
    reader.set_position(2);
    let body = StreamedBody::seekable(&mut reader).unwrap();
    client(endpoint).call_with_body::<depot::PutParcel>(&put(), body).unwrap();
    server.join().unwrap();
}

#[test]
fn what_can_be_read_once_is_sent_once() {
    // A second connection would find nobody, and so another error.
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!(seen.body(), b"abc");
        seen.answer(BUSY);
    });
    let error = client(endpoint)
        .call_with_body::<depot::PutParcel>(&put(), StreamedBody::once(&mut &b"abc"[..], 3))
        .unwrap_err();
    assert_eq!(error.context().map(|context| context.status), Some(503));
    server.join().unwrap();
}

#[test]
fn a_download_is_tried_again_until_its_head_is_there() {
    let (endpoint, server) = server(2, |number, mut seen| {
        seen.answer(if number == 0 { BUSY } else { "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok" });
    });
    let mut text = String::new();
    client(endpoint).call_for_body::<depot::GetParcel>(&get()).unwrap().body.read_to_string(&mut text).unwrap();
    assert_eq!(text, "ok");
    server.join().unwrap();
}

fn s3_signer() -> Signer {
    Signer::new("us-east-1", "s3").with_options(Options::s3())
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret")
}

#[test]
fn without_tls_the_hash_is_signed_and_needs_a_second_reading() {
    let (endpoint, server) = server(1, |_, mut seen| {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(seen.header("x-amz-content-sha256"), Some(hash));
        assert_eq!(seen.body(), b"abc");
        seen.answer(STORED);
    });
    let client = client(endpoint).with_signing(s3_signer(), credentials());
    let mut reader = Cursor::new(b"abc");
    client.call_with_body::<depot::PutParcel>(&put(), StreamedBody::seekable(&mut reader).unwrap()).unwrap();
    server.join().unwrap();
}

/// Bodies that come once, as they stand on the wire: `aws-chunked`.
mod frames {
    use http::Request;

    use super::*;

    const LENGTH: u64 = 70_000;

    fn client(endpoint: &str, signer: Signer) -> (Client, Keeping) {
        let keeping = Keeping::default();
        let client = Client::new(keeping.clone(), endpoint.parse().unwrap()).with_time(AtOnce);
        (client.with_signing(signer, credentials()), keeping)
    }

    fn sent(endpoint: &str, input: &depot::PutParcelInput) -> Request<Vec<u8>> {
        let (client, keeping) = client(endpoint, s3_signer());
        let mut letters = io::repeat(b'a').take(LENGTH);
        client.call_with_body::<depot::PutParcel>(input, StreamedBody::once(&mut letters, LENGTH)).unwrap();
        keeping.take().unwrap()
    }

    fn header<'a>(request: &'a Request<Vec<u8>>, name: &str) -> Option<&'a str> {
        request.headers().get(name).map(|value| value.to_str().unwrap())
    }

    fn letters(count: usize) -> String {
        "a".repeat(count)
    }

    #[test]
    fn over_tls_the_checksum_follows_the_body() {
        let input = put().with_content_encoding("gzip");
        for (input, encoding) in [(put(), "aws-chunked"), (input, "gzip,aws-chunked")] {
            let request = sent("https://depot.example/", &input);
            for (name, value) in [
                ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
                ("content-encoding", encoding),
                ("x-amz-trailer", "x-amz-checksum-crc32"),
                ("x-amz-sdk-checksum-algorithm", "CRC32"),
                ("x-amz-decoded-content-length", "70000"),
                ("content-length", "70053"),
            ] {
                assert_eq!(header(&request, name), Some(value), "{name}");
            }
            // What botocore's AwsChunkedWrapper makes of it with the same size of chunks.
            let (first, second) = (letters(65_536), letters(4464));
            let body = format!("10000\r\n{first}\r\n1170\r\n{second}\r\n0\r\nx-amz-checksum-crc32:EiniBA==\r\n\r\n");
            assert_eq!(String::from_utf8(request.into_body()).unwrap(), body);
        }
    }

    #[test]
    fn without_tls_each_frame_is_signed() {
        let given = put().with_checksum_sha1("3m2sg8FfBqUq0p5Cx+PUcoTG4XQ=");
        for (input, payload, trailer) in [
            (put(), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Some("x-amz-checksum-crc32:EiniBA==")),
            (given, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", None),
        ] {
            let request = sent("http://depot.example/", &input);
            assert_eq!(header(&request, "x-amz-content-sha256"), Some(payload));
            assert_eq!(header(&request, "x-amz-trailer"), trailer.map(|_| "x-amz-checksum-crc32"));
            assert_eq!(header(&request, "x-amz-decoded-content-length"), Some("70000"));
            assert_eq!(header(&request, "content-length"), Some(request.body().len().to_string().as_str()));
            let (_, seed) = header(&request, "authorization").unwrap().split_once("Signature=").unwrap();
            let mut chain = s3_signer().chunk_signer(seed, &credentials(), AtOnce.now());
            let mut body = Vec::new();
            for length in [65_536, 4464] {
                let letters = letters(length);
                let signature = chain.sign_chunk(letters.as_bytes());
                body.push(format!("{length:x};chunk-signature={signature}\r\n{letters}\r\n"));
            }
            body.push(format!("0;chunk-signature={}\r\n", chain.sign_chunk(b"")));
            if let Some(trailer) = trailer {
                let signature = chain.sign_trailer(&format!("{trailer}\n"));
                body.push(format!("{trailer}\r\nx-amz-trailer-signature:{signature}\r\n"));
            }
            assert_eq!(String::from_utf8(request.into_body()).unwrap(), body.concat() + "\r\n");
        }
    }

    #[test]
    fn the_length_is_right_for_every_body() {
        for length in [1, 15, 16, 65_535, 65_536, 65_537, 131_072] {
            for endpoint in ["http://depot.example/", "https://depot.example/"] {
                let (client, keeping) = client(endpoint, s3_signer());
                let mut letters = io::repeat(b'a').take(length);
                let body = StreamedBody::once(&mut letters, length);
                client.call_with_body::<depot::PutParcel>(&put(), body).unwrap();
                let request = keeping.take().unwrap();
                let said = header(&request, "content-length").unwrap();
                assert_eq!(said, request.body().len().to_string(), "{length} {endpoint}");
            }
        }
    }

    #[test]
    fn what_is_known_beforehand_has_no_frames() {
        // An empty body loses nothing when it is looked at.
        for endpoint in ["http://depot.example/", "https://depot.example/"] {
            let (client, keeping) = client(endpoint, s3_signer());
            client.call_with_body::<depot::PutParcel>(&put(), StreamedBody::once(&mut io::empty(), 0)).unwrap();
            let request = keeping.take().unwrap();
            assert_eq!(header(&request, "content-encoding"), None);
            assert_eq!(header(&request, "x-amz-checksum-crc32"), Some("AAAAAA=="));
        }
        let given = put().with_checksum_sha1("3m2sg8FfBqUq0p5Cx+PUcoTG4XQ=");
        let request = sent("https://depot.example/", &given);
        assert_eq!(header(&request, "x-amz-content-sha256"), Some("UNSIGNED-PAYLOAD"));
        assert_eq!(request.body().len(), 70_000);
    }

    #[test]
    fn a_body_that_fails_is_never_framed_to_its_end() {
        for length in [2, 4] {
            let (client, keeping) = client("https://depot.example/", s3_signer());
            let mut abc = &b"abc"[..];
            let body = StreamedBody::once(&mut abc, length);
            assert!(client.call_with_body::<depot::PutParcel>(&put(), body).is_err());
            assert!(keeping.take().is_none());
        }
    }

    #[test]
    fn other_services_have_no_frames() {
        let (client, _) = client("http://depot.example/", Signer::new("us-east-1", "depot"));
        let mut abc = &b"abc"[..];
        let body = StreamedBody::once(&mut abc, 3);
        let error = client.call_with_body::<depot::PutParcel>(&put(), body).unwrap_err();
        assert!(error.to_string().contains("the signature needs its hash"), "{error}");
    }

    #[test]
    fn a_length_need_not_be_known_where_the_payload_is_not_signed() {
        let (client, keeping) = client("https://depot.example/", s3_signer());
        let mut abc = &b"abc"[..];
        let body = StreamedBody::of_unknown_length(&mut abc);
        client.call_with_body::<depot::RelayParcel>(&depot::RelayParcelInput::new("name"), body).unwrap();
        let request = keeping.take().unwrap();
        assert_eq!(header(&request, "transfer-encoding"), Some("chunked"));
        assert_eq!(header(&request, "content-length"), None);
        assert_eq!(header(&request, "x-amz-content-sha256"), Some("UNSIGNED-PAYLOAD"));
        assert_eq!(request.body(), b"abc");
        let mut abc = &b"abc"[..];
        let body = StreamedBody::of_unknown_length(&mut abc);
        let error = client.call_with_body::<depot::PutParcel>(&put(), body).unwrap_err();
        assert!(error.to_string().contains("needs the body's length beforehand: say it"), "{error}");
    }
}

#[test]
fn a_body_of_unknown_length_goes_in_chunks() {
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!(seen.header("transfer-encoding"), Some("chunked"));
        let mut body = [0; 13];
        seen.connection.read_exact(&mut body).unwrap();
        assert_eq!(&body, b"3\r\nabc\r\n0\r\n\r\n");
        seen.answer(STORED);
    });
    let mut abc = &b"abc"[..];
    let body = StreamedBody::of_unknown_length(&mut abc);
    client(endpoint).call_with_body::<depot::RelayParcel>(&depot::RelayParcelInput::new("name"), body).unwrap();
    server.join().unwrap();
}

#[test]
fn a_body_of_unknown_length_that_fails_has_no_end() {
    struct Broken(u64);

    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let left = self.0.checked_sub(buffer.len() as u64).ok_or_else(|| io::Error::other("the disk is gone"))?;
            self.0 = left;
            Ok(buffer.len())
        }
    }

    let (endpoint, server) = server(1, |_, mut seen| {
        let mut body = Vec::new();
        // The connection breaks.
        let _ = seen.connection.read_to_end(&mut body);
        assert!(!body.ends_with(b"0\r\n\r\n"), "{body:?}");
    });
    let mut broken = Broken(1 << 20);
    let body = StreamedBody::of_unknown_length(&mut broken);
    let input = depot::RelayParcelInput::new("name");
    let error = client(endpoint).call_with_body::<depot::RelayParcel>(&input, body).unwrap_err();
    assert!(error.to_string().contains("the disk is gone"), "{error}");
    server.join().unwrap();
}

#[test]
fn over_tls_the_body_is_not_signed() {
    let signer = s3_signer();
    let hash = |uri: &str| signer.payload_hash_without_body(&uri.parse().unwrap());
    assert_eq!((hash("https://depot.example/"), hash("http://depot.example/")), (Some("UNSIGNED-PAYLOAD"), None));
}

#[test]
fn events_are_there_before_the_last_one_is_sent() {
    let event = |grams: i32| {
        let mut output = depot::WatchShelfOutput::new();
        output.events = vec![depot::ShelfEvents::Weighed(depot::WeighedEvent::default().with_grams(grams))];
        reply(depot::WatchShelf::OPERATION, &output, "id").unwrap().into_body()
    };
    let (first, second) = (event(1), event(2));
    let (go_on, may_go_on) = channel();
    let (endpoint, server) = server(1, move |_, mut seen| {
        seen.body();
        seen.answer("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        seen.connection.get_mut().write_all(&first).unwrap();
        may_go_on.recv().unwrap();
        seen.connection.get_mut().write_all(&second).unwrap();
    });
    let reply = client(endpoint).call_for_body::<depot::WatchShelf>(&depot::ShelfInput::new("shelf")).unwrap();
    let mut grams = Events::<depot::ShelfEvents, _>::new(reply.body).map(|event| match event.unwrap() {
        depot::ShelfEvents::Weighed(event) => event.grams,
        _ => None,
    });
    assert_eq!(grams.next(), Some(Some(1)));
    go_on.send(()).unwrap();
    assert_eq!((grams.next(), grams.next()), (Some(Some(2)), None));
    server.join().unwrap();
}

#[test]
fn what_does_not_stream_is_refused_before_anything_is_sent() {
    let client = client("http://127.0.0.1:1/".parse().unwrap());
    let upload = client
        .call_with_body::<depot::GetShelf>(&depot::ShelfInput::new("shelf"), StreamedBody::once(&mut io::empty(), 0))
        .unwrap_err();
    let download = client.call_for_body::<depot::GetShelf>(&depot::ShelfInput::new("shelf")).unwrap_err();
    let twice = client
        .call_with_body::<depot::PutParcel>(&put().with_body(b"abc".to_vec()), StreamedBody::once(&mut io::empty(), 0))
        .unwrap_err();
    for error in [upload, download, twice] {
        assert!(matches!(Error::from(error), Error::Encode(_)));
    }
}

#[test]
fn the_time_for_the_whole_call_holds_while_a_body_is_read() {
    /// A second passes with each look at it.
    #[derive(Clone, Default)]
    struct Ticking(Arc<AtomicU64>);

    impl Time for Ticking {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }
        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
        }
        fn sleep(&self, _: Duration) {}
        fn random(&self) -> f64 {
            0.5
        }
    }

    let (endpoint, server) = server(1, |_, mut seen| assert!((seen.body().len() as u64) < LARGE));
    let client = client(endpoint).with_time(Ticking::default()).with_timeouts(None, Some(Duration::from_secs(30)));
    let error = client.call_with_body::<depot::PutParcel>(&put(), StreamedBody::once(&mut large(), LARGE)).unwrap_err();
    assert!(error.to_string().contains("the time for the whole call is over"), "{error}");
    assert!(matches!(Error::from(error), Error::Transport(error) if error.is_timeout()));
    server.join().unwrap();
}
