//! Bodies that are not held in memory, without blocking: `codegen/tests/golden/depot.json`, over reqwest to servers of the test's
//! own, and over transports that do as the test says.
#![cfg(all(feature = "async", feature = "server"))]

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod depot {
    include!("../codegen/tests/golden/depot.rs");
}
#[path = "support/scripted_server.rs"]
mod scripted_server;

use std::future::{pending, poll_fn};
use std::io::{self, Read, Write};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use allocation_counter::measure;
use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};
use shapewire::client::{AsyncStreamedBody, AsyncTime, RetryPolicy};
use shapewire::credentials::Credentials;
use shapewire::event_stream::AsyncEvents;
use shapewire::server::reply;
use shapewire::sigv4::{Options, Signer};
use shapewire::transport::{
    AsyncRequestBody, AsyncTransport, BoxFuture, Chunks, HttpOptions, ReqwestTransport, TransportError,
};
use shapewire::{AsyncClient, Error, OperationShape, Timestamp};

use scripted_server::{BUSY, REFUSED, STORED, server};

const LARGE: u64 = 64 << 20;
/// What a call may hold at once, whatever its body.
const HELD: u64 = 2 << 20;
const CHUNK: usize = 64 << 10;

/// Chunks out of an iterator.
struct Iter<I>(I);

impl<I: Iterator<Item = io::Result<Bytes>> + Unpin> Stream for Iter<I> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next())
    }
}

/// These chunks.
fn chunks(chunks: &[&'static str]) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
    Iter(chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect::<Vec<_>>().into_iter())
}

/// So many bytes, which nobody holds.
fn large() -> impl Stream<Item = io::Result<Bytes>> + Send {
    let chunk = Bytes::from(vec![b'x'; CHUNK]);
    Iter((0..LARGE / CHUNK as u64).map(move |_| Ok(chunk.clone())))
}

/// The next chunk.
async fn next(chunks: &mut Chunks) -> Option<io::Result<Bytes>> {
    poll_fn(|context| chunks.as_mut().poll_next(context)).await
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// What the future gives if asked once.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Time that passes when the test says so.
#[derive(Clone, Default)]
struct TestTime {
    seconds: Arc<AtomicU64>,
    /// Whether the wait for a retry is none.
    retries_at_once: bool,
}

impl TestTime {
    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }
    fn passed(&self) -> Duration {
        Duration::from_secs(self.seconds.load(Ordering::Relaxed))
    }
}

impl AsyncTime for TestTime {
    fn now(&self) -> Timestamp {
        "2024-05-01T12:00:00Z".parse().unwrap()
    }
    fn elapsed(&self) -> Duration {
        self.passed()
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let end = if self.retries_at_once { Duration::ZERO } else { self.passed() + duration };
        Box::pin(poll_fn(move |_| if self.passed() >= end { Poll::Ready(()) } else { Poll::Pending }))
    }
    fn random(&self) -> f64 {
        0.5
    }
}

/// A client over reqwest, which takes no more than a megabyte at once.
fn client(endpoint: http::Uri) -> AsyncClient {
    let mut options = HttpOptions::default();
    options.use_proxies = false;
    options.max_bytes = 1 << 20;
    let time = TestTime { retries_at_once: true, ..TestTime::default() };
    AsyncClient::new(ReqwestTransport::with_options(&options).unwrap(), endpoint).with_time(time)
}

/// A transport that does as a function does with the number of the request, from 0.
struct Via<F>(F, AtomicUsize);

type Reply = BoxFuture<'static, Result<Response<Chunks>, TransportError>>;

impl<F: Fn(usize, Request<AsyncRequestBody>) -> Reply + Send + Sync> AsyncTransport for Via<F> {
    fn send(&self, _: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, TransportError>> {
        unreachable!("what streams is sent as such")
    }
    fn send_streaming(&self, request: Request<AsyncRequestBody>) -> Reply {
        self.0(self.1.fetch_add(1, Ordering::Relaxed), request)
    }
}

fn client_via(send: impl Fn(usize, Request<AsyncRequestBody>) -> Reply + Send + Sync + 'static) -> AsyncClient {
    AsyncClient::new(Via(send, AtomicUsize::new(0)), "http://localhost/".parse().unwrap())
}

/// A reply without a body.
fn answer(status: u16) -> Response<Chunks> {
    Response::builder().status(status).body(Box::pin(chunks(&[])) as Chunks).unwrap()
}

fn body_of(request: Request<AsyncRequestBody>) -> Chunks {
    match request.into_body() {
        AsyncRequestBody::Bytes(_) => panic!("a body in memory"),
        AsyncRequestBody::Chunks(chunks) => chunks,
    }
}

fn put() -> depot::PutParcelInput {
    depot::PutParcelInput::new("shelf", "name")
}

fn get() -> depot::GetParcelInput {
    depot::GetParcelInput::new("shelf", "name")
}

/// CRC-32 in base64, as the client itself sends it for a body that it holds.
fn crc32_of(body: Vec<u8>) -> String {
    let request = depot::PutParcel::encode(&put().with_body(body), &"http://localhost".parse().unwrap()).unwrap();
    request.headers()["x-amz-checksum-crc32"].to_str().unwrap().to_owned()
}

#[test]
fn a_large_body_is_sent_as_it_comes() {
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!(seen.length(), LARGE);
        assert_eq!(seen.header("transfer-encoding"), None);
        let mut left = (&mut seen.connection).take(LARGE);
        assert_eq!(io::copy(&mut left, &mut io::sink()).unwrap(), LARGE);
        seen.answer(STORED);
    });
    let client = client(endpoint);
    let held = measure(|| {
        let (output, metadata) = block_on(async {
            client.call_with_body::<depot::PutParcel>(&put(), AsyncStreamedBody::once(large(), LARGE)).await.unwrap()
        });
        assert_eq!((output.e_tag.as_deref(), metadata.status), (Some("one"), 200));
    });
    assert!(held.bytes_max < HELD, "{held:?}");
    server.join().unwrap();
}

#[test]
fn a_large_reply_is_read_as_it_arrives_and_checked_at_its_end() {
    let checksum = crc32_of(vec![b'x'; usize::try_from(LARGE).unwrap()]);
    let (endpoint, server) = server(1, move |_, mut seen| {
        seen.answer(&format!("HTTP/1.1 200 OK\r\ncontent-length: {LARGE}\r\nx-amz-checksum-crc32: {checksum}\r\n\r\n"));
        io::copy(&mut io::repeat(b'x').take(LARGE), seen.connection.get_mut()).unwrap();
    });
    let client = client(endpoint);
    let held = measure(|| {
        block_on(async {
            let mut reply = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap();
            assert_eq!((reply.body.length(), reply.output.body.unwrap_or_default().len()), (Some(LARGE), 0));
            let mut length = 0;
            while let Some(chunk) = reply.body.next().await {
                length += chunk.unwrap().len() as u64;
            }
            assert_eq!(length, LARGE);
            assert!(reply.body.next().await.is_none());
        });
    });
    assert!(held.bytes_max < HELD, "{held:?}");
    server.join().unwrap();
}

#[test]
fn nothing_is_made_before_it_is_taken_nor_read_before_it_is_asked_for() {
    let (made, taken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let count = |counter: &Arc<AtomicUsize>| {
        let counter = counter.clone();
        Iter((0..100).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(Bytes::from_static(b"four"))
        }))
    };
    let (body, given) = (count(&made), Arc::new(AtomicUsize::new(0)));
    let back = Mutex::new(Some(count(&given)));
    let client = client_via({
        let (made, taken) = (made.clone(), taken.clone());
        move |_, request| {
            let (made, taken) = (made.clone(), taken.clone());
            let back = back.lock().unwrap().take();
            Box::pin(async move {
                if let Some(back) = back {
                    return Ok(Response::new(Box::pin(back) as Chunks));
                }
                let mut body = body_of(request);
                while let Some(chunk) = next(&mut body).await {
                    assert_eq!(chunk.unwrap(), "four");
                    let taken = taken.fetch_add(1, Ordering::Relaxed) + 1;
                    // The last one is given only when it is known to be the last.
                    assert_eq!(made.load(Ordering::Relaxed), taken);
                }
                Ok(answer(200))
            })
        }
    });
    block_on(async {
        let mut reply = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap().body;
        for number in 0..100 {
            assert_eq!(given.load(Ordering::Relaxed), number);
            assert_eq!(reply.next().await.unwrap().unwrap(), "four");
        }
        assert!(reply.next().await.is_none());
        client.call_with_body::<depot::PutParcel>(&put(), AsyncStreamedBody::once(body, 400)).await.unwrap();
    });
    assert_eq!((made.load(Ordering::Relaxed), taken.load(Ordering::Relaxed)), (100, 100));
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
    block_on(async {
        for (number, why) in ["CRC32", "end of file"].into_iter().enumerate() {
            let mut body = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap().body;
            assert_eq!(body.next().await.unwrap().unwrap(), "abc");
            let error = body.next().await.unwrap().unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert!(number > 0 || error.kind() == io::ErrorKind::InvalidData);
            assert!(body.next().await.is_none());
        }
    });
    server.join().unwrap();
    // A transport that does not see it: the client does.
    let client = client_via(|_, _| {
        let reply = Response::builder().header("content-length", 9).body(Box::pin(chunks(&["abc"])) as Chunks);
        Box::pin(async { Ok(reply.unwrap()) })
    });
    block_on(async {
        let mut body = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap().body;
        assert_eq!(body.next().await.unwrap().unwrap(), "abc");
        assert_eq!(body.next().await.unwrap().unwrap_err().to_string(), "the reply ends after 3 of 9 bytes");
    });
}

#[test]
fn chunks_with_fewer_or_more_bytes_never_make_a_whole_request() {
    for (parts, length, why) in [
        (&["ab", "c"][..], 5, "ends 2 bytes before"),
        (&[][..], 5, "ends 5 bytes before"),
        (&["abc", "", "def"][..], 5, "more bytes than"),
        (&["abcde", "", "f"][..], 5, "more bytes than"),
        (&["a"][..], 0, "more bytes than"),
    ] {
        let (sender, came) = channel();
        let (endpoint, server) = server(usize::from(length > 0), move |_, mut seen| {
            sender.send(seen.body().len()).unwrap();
        });
        let body = AsyncStreamedBody::once(chunks(parts), length);
        let error = block_on(client(endpoint).call_with_body::<depot::PutParcel>(&put(), body)).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        server.join().unwrap();
        assert!(came.iter().all(|came| came < 5));
    }
}

#[test]
fn a_body_that_should_be_empty_is_looked_at_before_anything_is_sent() {
    let client = client_via(|_, _| unreachable!("nothing is sent"));
    let body = AsyncStreamedBody::once(chunks(&["", "a"]), 0);
    let error = block_on(client.call_with_body::<depot::PutParcel>(&put(), body)).unwrap_err();
    assert!(error.to_string().contains("more bytes than"), "{error}");
}

#[test]
fn a_body_of_unknown_length_that_fails_has_no_end() {
    let (endpoint, server) = server(1, |_, mut seen| {
        let mut body = Vec::new();
        // The connection breaks.
        let _ = seen.connection.read_to_end(&mut body);
        assert!(!body.ends_with(b"0\r\n\r\n"), "{body:?}");
    });
    let pieces = [Ok(Bytes::from(vec![b'x'; 1 << 20])), Err(io::Error::other("the disk is gone"))];
    let body = AsyncStreamedBody::of_unknown_length(Iter(pieces.into_iter()));
    let input = depot::RelayParcelInput::new("name");
    let error = block_on(client(endpoint).call_with_body::<depot::RelayParcel>(&input, body)).unwrap_err();
    assert!(error.to_string().contains("the disk is gone"), "{error}");
    server.join().unwrap();
}

#[test]
fn a_body_that_fails_is_not_tried_again() {
    let made = Arc::new(AtomicUsize::new(0));
    let counter = made.clone();
    let body = AsyncStreamedBody::remade(
        move || {
            counter.fetch_add(1, Ordering::Relaxed);
            Iter([Ok(Bytes::from_static(b"ab")), Err(io::Error::other("the disk is gone"))].into_iter())
        },
        4,
    );
    let client = client_via(|_, request| {
        Box::pin(async {
            let mut body = body_of(request);
            assert_eq!(next(&mut body).await.unwrap().unwrap(), "ab");
            Err(TransportError::new(next(&mut body).await.unwrap().unwrap_err()))
        })
    });
    let input = put().with_checksum_sha1("AAAAAA==");
    let error = block_on(client.call_with_body::<depot::PutParcel>(&input, body)).unwrap_err();
    assert!(error.to_string().contains("the disk is gone"), "{error}");
    assert!(matches!(Error::from(error), Error::Transport(error) if !error.is_retryable()));
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[test]
fn an_empty_body_is_one() {
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!(seen.header("content-length"), Some("0"));
        seen.answer(STORED);
    });
    let body = AsyncStreamedBody::once(chunks(&["", ""]), 0);
    block_on(client(endpoint).call_with_body::<depot::PutParcel>(&put(), body)).unwrap();
    server.join().unwrap();
}

#[test]
fn an_error_becomes_the_services_own_within_the_limit() {
    let (endpoint, server) = server(3, |number, mut seen| {
        seen.body();
        seen.answer(if number < 2 { REFUSED } else { "HTTP/1.1 404 No\r\nconnection: close\r\n\r\n<Error>" });
        if number == 2 {
            // The client hangs up at some point.
            let _ = io::copy(&mut io::repeat(b' ').take(LARGE), seen.connection.get_mut());
        }
    });
    let client = client(endpoint);
    block_on(async {
        let body = AsyncStreamedBody::once(chunks(&["abc"]), 3);
        let sent = client.call_with_body::<depot::PutParcel>(&put(), body).await.unwrap_err();
        let received = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap_err();
        for error in [sent, received] {
            assert_eq!((error.code(), error.message()), (Some("NoSuchShelf"), Some("no shelf")));
        }
        let endless = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap_err();
        assert!(endless.to_string().contains("the reply has more than 16777216 bytes"), "{endless}");
    });
    server.join().unwrap();
}

#[test]
fn what_can_be_made_again_is_sent_again_with_its_checksum() {
    let (endpoint, server) = server(2, |number, mut seen| {
        assert_eq!(seen.header("x-amz-checksum-crc32"), Some(crc32_of(b"cdef".to_vec()).to_lowercase().as_str()));
        assert_eq!(seen.body(), b"cdef");
        seen.answer(if number == 0 { BUSY } else { STORED });
    });
    let made = Arc::new(AtomicUsize::new(0));
    let counter = made.clone();
    let body = move || {
        counter.fetch_add(1, Ordering::Relaxed);
        chunks(&["c", "def"])
    };
    let body = AsyncStreamedBody::remade(body, 4);
    block_on(client(endpoint).call_with_body::<depot::PutParcel>(&put(), body)).unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 3, "for the checksum and for each attempt");
    server.join().unwrap();
}

#[test]
fn what_comes_once_is_sent_once_but_not_lost_before_that() {
    // A second connection would find nobody, and so another error.
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!(seen.body(), b"abc");
        seen.answer(BUSY);
    });
    let body = AsyncStreamedBody::once(chunks(&["abc"]), 3);
    let error = block_on(client(endpoint).call_with_body::<depot::PutParcel>(&put(), body)).unwrap_err();
    assert_eq!(error.context().map(|context| context.status), Some(503));
    server.join().unwrap();

    // Twice it is not even begun.
    let client = client_via(|number, request| {
        Box::pin(async move {
            if number < 2 {
                return Err(TransportError::new("no connection"));
            }
            let mut body = body_of(request);
            assert_eq!(next(&mut body).await.unwrap().unwrap(), "abc");
            assert!(next(&mut body).await.is_none());
            Ok(answer(200))
        })
    });
    let client = client.with_time(TestTime { retries_at_once: true, ..TestTime::default() });
    let body = AsyncStreamedBody::once(chunks(&["abc"]), 3);
    let (_, metadata) = block_on(client.call_with_body::<depot::PutParcel>(&put(), body)).unwrap();
    assert_eq!(metadata.status, 200);
}

#[test]
fn a_download_is_tried_again_until_its_head_is_there() {
    let (endpoint, server) = server(2, |number, mut seen| {
        seen.answer(if number == 0 { BUSY } else { "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok" });
    });
    let client = client(endpoint);
    block_on(async {
        let mut body = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap().body;
        assert_eq!(body.next().await.unwrap().unwrap(), "ok");
    });
    server.join().unwrap();
}

#[test]
fn without_tls_the_hash_is_signed_and_needs_a_second_reading() {
    let (endpoint, server) = server(1, |_, mut seen| {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(seen.header("x-amz-content-sha256"), Some(hash));
        assert_eq!(seen.body(), b"abc");
        seen.answer(STORED);
    });
    let signer = Signer::new("us-east-1", "s3").with_options(Options::s3());
    let client = client(endpoint).with_signing(signer, Credentials::new("AKIDEXAMPLE", "secret"));
    let body = AsyncStreamedBody::remade(|| chunks(&["a", "bc"]), 3);
    block_on(client.call_with_body::<depot::PutParcel>(&put(), body)).unwrap();
    server.join().unwrap();
}

#[test]
fn what_comes_once_is_framed_where_it_must_be() {
    let (first, rest) = ("a".repeat(65_536), "a".repeat(4464));
    // What botocore's AwsChunkedWrapper makes of it with the same size of chunks.
    let framed = format!("10000\r\n{first}\r\n1170\r\n{rest}\r\n0\r\nx-amz-checksum-crc32:EiniBA==\r\n\r\n");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = seen.clone();
    let transport = Via(
        move |_, request: Request<AsyncRequestBody>| {
            let keep = keep.clone();
            Box::pin(async move {
                let head = format!("{:?}", request.headers());
                let (mut chunks, mut body) = (body_of(request), Vec::new());
                while let Some(chunk) = next(&mut chunks).await.transpose().map_err(TransportError::new)? {
                    body.extend_from_slice(&chunk);
                }
                keep.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
                Ok(answer(200))
            }) as Reply
        },
        AtomicUsize::new(0),
    );
    let signer = Signer::new("us-east-1", "s3").with_options(Options::s3());
    let client = AsyncClient::new(transport, "https://depot.example/".parse().unwrap())
        .with_signing(signer, Credentials::new("AKIDEXAMPLE", "secret"));
    for size in [1000, 70_000, 65_536] {
        let letters = Bytes::from(vec![b'a'; 70_000]);
        let pieces: Vec<_> = letters.chunks(size).map(|piece| Ok(letters.slice_ref(piece))).collect();
        let body = AsyncStreamedBody::once(Iter(pieces.into_iter()), 70_000);
        block_on(client.call_with_body::<depot::PutParcel>(&put(), body)).unwrap();
        let (head, body) = seen.lock().unwrap().pop().unwrap();
        assert!(head.contains("STREAMING-UNSIGNED-PAYLOAD-TRAILER") && head.contains("aws-chunked"), "{head}");
        assert!(head.contains("\"content-length\": \"70053\""), "{head}");
        assert_eq!(body, framed, "pieces of {size}");
    }
    let short = AsyncStreamedBody::once(chunks(&["abc"]), 4);
    let error = block_on(client.call_with_body::<depot::PutParcel>(&put(), short)).unwrap_err();
    assert!(error.to_string().contains("ends 1 bytes before"), "{error}");
    assert!(seen.lock().unwrap().is_empty());
}

#[test]
fn a_body_of_unknown_length_goes_in_chunks_where_it_may() {
    let (endpoint, server) = server(1, |_, mut seen| {
        assert_eq!((seen.header("transfer-encoding"), seen.header("content-length")), (Some("chunked"), None));
        let mut body = [0; 13];
        seen.connection.read_exact(&mut body).unwrap();
        assert_eq!(&body, b"3\r\nabc\r\n0\r\n\r\n");
        seen.answer(STORED);
    });
    let client = client(endpoint);
    block_on(async {
        let body = AsyncStreamedBody::of_unknown_length(chunks(&["abc"]));
        client.call_with_body::<depot::RelayParcel>(&depot::RelayParcelInput::new("name"), body).await.unwrap();
        let body = AsyncStreamedBody::of_unknown_length(chunks(&["abc"]));
        let error = client.call_with_body::<depot::PutParcel>(&put(), body).await.unwrap_err();
        assert!(error.to_string().contains("needs the body's length beforehand"), "{error}");
    });
    server.join().unwrap();
}

#[test]
fn whoever_is_dropped_sends_and_reads_nothing_more() {
    /// What the transport has of bodies, with nobody there any more.
    type Left = Arc<Mutex<Vec<Chunks>>>;

    /// Chunks with a pause before each: they are pending once.
    struct Slow {
        _alive: Arc<()>,
        chunks: std::slice::Iter<'static, &'static str>,
        has_paused: bool,
    }

    impl Slow {
        fn new(alive: &Arc<()>, chunks: &'static [&'static str]) -> Self {
            Self { _alive: alive.clone(), chunks: chunks.iter(), has_paused: false }
        }
    }

    impl Stream for Slow {
        type Item = io::Result<Bytes>;
        fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.has_paused = !self.has_paused;
            if self.has_paused {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(self.chunks.next().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))))
        }
    }

    /// Takes all of a body, and keeps what it has of it when it is dropped.
    struct Taking(Option<Chunks>, Left);

    impl Drop for Taking {
        fn drop(&mut self) {
            self.1.lock().unwrap().extend(self.0.take());
        }
    }

    let left = Left::default();
    let alive = Arc::new(());
    let client = client_via({
        let (left, alive) = (left.clone(), alive.clone());
        move |_, request| {
            let (left, alive) = (left.clone(), alive.clone());
            Box::pin(async move {
                if let AsyncRequestBody::Chunks(body) = request.into_body() {
                    let mut taking = Taking(Some(body), left);
                    while next(taking.0.as_mut().unwrap()).await.transpose().unwrap().is_some() {}
                    taking.0 = None;
                }
                Ok(Response::new(Box::pin(Slow::new(&alive, &["x", "y"])) as Chunks))
            })
        }
    });
    let mut finished = 0;
    for polls in 0..40 {
        let body = AsyncStreamedBody::once(Slow::new(&alive, &["a", "b", "c"]), 3);
        let input = put();
        let mut sending = Box::pin(client.call_with_body::<depot::PutParcel>(&input, body));
        finished += usize::from((0..polls).any(|_| poll_once(sending.as_mut()).is_some()));
        drop(sending);
        for mut body in left.lock().unwrap().drain(..) {
            assert!(matches!(poll_once(pin!(next(&mut body))), Some(Some(Err(_)))), "no more of the body is there");
        }
        let receiving = async {
            let mut reply = client.call_for_body::<depot::GetParcel>(&get()).await.unwrap();
            while let Some(chunk) = reply.body.next().await {
                chunk.unwrap();
            }
        };
        let mut receiving = Box::pin(receiving);
        finished += usize::from((0..polls).any(|_| poll_once(receiving.as_mut()).is_some()));
        drop(receiving);
        assert_eq!(Arc::strong_count(&alive), 2, "nothing is left of the bodies but what the transport makes them of");
    }
    assert!((40..75).contains(&finished), "{finished}");
    let body = AsyncStreamedBody::once(chunks(&["abc"]), 3);
    block_on(client.call_with_body::<depot::PutParcel>(&put(), body)).unwrap();
}

#[test]
fn calls_can_go_to_other_threads() {
    fn is_send<F: Send>(_: &F) -> bool {
        true
    }
    let client = client_via(|_, _| Box::pin(pending()));
    let (put, get) = (put(), get());
    let body = AsyncStreamedBody::once(large(), LARGE);
    assert!(is_send(&client.call_with_body::<depot::PutParcel>(&put, body)));
    assert!(is_send(&client.call_for_body::<depot::GetParcel>(&get)));
}

mod times {
    use super::*;

    const ATTEMPT: Option<Duration> = Some(Duration::from_secs(10));

    /// A gate that lets one through each time that it is opened.
    #[derive(Clone, Default)]
    struct Gate(Arc<AtomicUsize>);

    impl Gate {
        fn open(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        async fn pass(&self) {
            poll_fn(|_| {
                let opened = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1));
                if opened.is_ok() { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
        /// A chunk each time that it is opened.
        fn chunks(&self) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
            struct Gated(Gate);
            impl Stream for Gated {
                type Item = io::Result<Bytes>;
                fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                    pin!(self.0.pass()).poll(context).map(|()| Some(Ok(Bytes::from_static(b"x"))))
                }
            }
            Gated(self.clone())
        }
    }

    /// Sends ten bytes through a transport that takes a byte each time that the gate is opened.
    fn sending(
        time: &TestTime,
        gate: &Gate,
        call: Option<Duration>,
    ) -> Pin<Box<impl Future<Output = Result<u16, Error>> + use<>>> {
        let gate = gate.clone();
        let client = client_via(move |_, request| {
            let gate = gate.clone();
            Box::pin(async move {
                let mut body = body_of(request);
                loop {
                    gate.pass().await;
                    if next(&mut body).await.transpose().unwrap().is_none() {
                        return Ok(answer(200));
                    }
                }
            })
        });
        let client = client.with_time(time.clone()).with_timeouts(ATTEMPT, call);
        Box::pin(async move {
            let body = AsyncStreamedBody::once(chunks(&["x"; 10]), 10);
            let result = client.call_with_body::<depot::PutParcel>(&put(), body).await;
            Ok(result.map_err(Error::from)?.1.status)
        })
    }

    fn is_timeout<T>(result: Option<Result<T, Error>>) -> bool {
        matches!(result, Some(Err(Error::Transport(error))) if error.is_timeout())
    }

    #[test]
    fn a_body_takes_as_long_as_it_moves() {
        let (time, gate) = (TestTime::default(), Gate::default());
        let mut sending = sending(&time, &gate, None);
        for _ in 0..10 {
            assert!(poll_once(sending.as_mut()).is_none());
            time.pass(9);
            assert!(poll_once(sending.as_mut()).is_none());
            gate.open();
        }
        assert!(poll_once(sending.as_mut()).is_none());
        gate.open();
        assert_eq!(poll_once(sending.as_mut()).unwrap().unwrap(), 200);
        assert_eq!(time.passed().as_secs(), 90);
    }

    #[test]
    fn a_body_that_stands_still_is_given_up() {
        let (time, gate) = (TestTime::default(), Gate::default());
        let mut sending = sending(&time, &gate, None);
        assert!(poll_once(sending.as_mut()).is_none());
        time.pass(6);
        gate.open();
        assert!(poll_once(sending.as_mut()).is_none());
        // Six seconds and four: the time counts from the last step.
        time.pass(4);
        assert!(poll_once(sending.as_mut()).is_none());
        time.pass(5);
        assert!(poll_once(sending.as_mut()).is_none());
        time.pass(1);
        assert!(is_timeout(poll_once(sending.as_mut())));
    }

    #[test]
    fn the_whole_call_ends_in_time_however_it_moves() {
        let (time, gate) = (TestTime::default(), Gate::default());
        let mut sending = sending(&time, &gate, Some(Duration::from_secs(20)));
        for _ in 0..2 {
            gate.open();
            assert!(poll_once(sending.as_mut()).is_none());
            time.pass(9);
        }
        gate.open();
        assert!(poll_once(sending.as_mut()).is_none());
        time.pass(2);
        assert!(is_timeout(poll_once(sending.as_mut())));
    }

    #[test]
    fn who_makes_the_body_may_take_longer() {
        let (time, gate) = (TestTime::default(), Gate::default());
        let client = client_via(|_, request| {
            Box::pin(async {
                let mut body = body_of(request);
                while next(&mut body).await.transpose().unwrap().is_some() {}
                pending().await
            })
        });
        let client = client.with_time(time.clone()).with_timeouts(ATTEMPT, None);
        let (input, body) = (put(), AsyncStreamedBody::once(gate.chunks(), 2));
        let mut sending = Box::pin(client.call_with_body::<depot::PutParcel>(&input, body));
        for _ in 0..5 {
            assert!(poll_once(sending.as_mut()).is_none());
            time.pass(100);
        }
        assert!(poll_once(sending.as_mut()).is_none());
    }

    #[test]
    fn each_step_of_a_reply_has_its_time() {
        let (time, gate) = (TestTime::default(), Gate::default());
        let chunks = gate.clone();
        let client = client_via(move |_, _| {
            let chunks = chunks.clone();
            Box::pin(async move {
                chunks.pass().await;
                Ok(Response::new(Box::pin(chunks.chunks()) as Chunks))
            })
        });
        let once = client.clone().with_retry(RetryPolicy::STANDARD.with_max_attempts(1));
        let once = once.with_time(time.clone()).with_timeouts(ATTEMPT, None);
        let client = client.with_time(time.clone()).with_timeouts(ATTEMPT, None);
        let input = get();
        let mut late = Box::pin(async { once.call_for_body::<depot::GetParcel>(&input).await.map_err(Error::from) });
        assert!(poll_once(late.as_mut()).is_none());
        time.pass(10);
        assert!(is_timeout(poll_once(late.as_mut())));
        gate.open();
        let mut reply = block_on(client.call_for_body::<depot::GetParcel>(&input)).unwrap().body;
        for _ in 0..5 {
            let mut chunk = pin!(reply.next());
            assert!(poll_once(chunk.as_mut()).is_none());
            time.pass(9);
            gate.open();
            assert!(poll_once(chunk.as_mut()).unwrap().is_some_and(|chunk| chunk.unwrap() == "x"));
        }
        assert!(poll_once(pin!(reply.next())).is_none());
        time.pass(10);
        let error = poll_once(pin!(reply.next())).unwrap().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(poll_once(pin!(reply.next())).unwrap().is_none());
    }
}

mod events {
    use super::*;

    fn event(grams: i32) -> Vec<u8> {
        let mut output = depot::WatchShelfOutput::new();
        output.events = vec![depot::ShelfEvents::Weighed(depot::WeighedEvent::default().with_grams(grams))];
        reply(depot::WatchShelf::OPERATION, &output, "id").unwrap().into_body()
    }

    fn grams(event: Result<depot::ShelfEvents, Error>) -> Option<i32> {
        match event.unwrap() {
            depot::ShelfEvents::Weighed(event) => event.grams,
            _ => None,
        }
    }

    type Piece = io::Result<Bytes>;

    fn events(pieces: Vec<Piece>) -> AsyncEvents<depot::ShelfEvents, impl Stream<Item = Piece> + Unpin> {
        AsyncEvents::new(Iter(pieces.into_iter()))
    }

    #[test]
    fn they_are_there_before_the_last_one_is_sent() {
        let (first, second) = (event(1), event(2));
        let (go_on, may_go_on) = channel();
        let (endpoint, server) = server(1, move |_, mut seen| {
            seen.body();
            seen.answer("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            seen.connection.get_mut().write_all(&first).unwrap();
            may_go_on.recv().unwrap();
            seen.connection.get_mut().write_all(&second).unwrap();
        });
        let client = client(endpoint);
        block_on(async {
            let reply = client.call_for_body::<depot::WatchShelf>(&depot::ShelfInput::new("shelf")).await.unwrap();
            let mut events = AsyncEvents::<depot::ShelfEvents, _>::new(reply.body);
            assert_eq!(events.next().await.map(grams), Some(Some(1)));
            go_on.send(()).unwrap();
            assert_eq!(events.next().await.map(grams), Some(Some(2)));
            assert!(events.next().await.is_none());
        });
        server.join().unwrap();
    }

    #[test]
    fn they_come_out_however_the_bytes_are_cut() {
        let bytes: Vec<u8> = (0..20).flat_map(event).collect();
        for size in [1, 7, 12, 100, bytes.len()] {
            let mut events = events(bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect());
            for number in 0..20 {
                assert_eq!(block_on(events.next()).map(grams), Some(Some(number)), "pieces of {size}");
            }
            assert!(block_on(events.next()).is_none());
        }
    }

    #[test]
    fn a_stream_that_breaks_says_so_once() {
        let whole = event(1);
        for length in 1..whole.len() {
            let mut events = events(vec![Ok(Bytes::copy_from_slice(&whole[..length]))]);
            assert!(matches!(block_on(events.next()), Some(Err(Error::Decode(_)))), "{length}");
            assert!(block_on(events.next()).is_none());
        }
        for place in 0..whole.len() {
            let mut broken = whole.clone();
            broken[place] ^= 1;
            let mut events = events(vec![Ok(broken.into())]);
            assert!(matches!(block_on(events.next()), Some(Err(Error::Decode(_)))), "{place}");
        }
        let late = io::Error::new(io::ErrorKind::TimedOut, "late");
        let mut events = events(vec![Ok(whole.into()), Err(late)]);
        assert!(block_on(events.next()).is_some_and(|event| event.is_ok()));
        assert!(matches!(block_on(events.next()), Some(Err(Error::Transport(error))) if error.is_timeout()));
        assert!(block_on(events.next()).is_none());
    }
}

#[test]
fn what_does_not_stream_is_refused_before_anything_is_sent() {
    let client = client_via(|_, _| unreachable!("nothing is sent"));
    block_on(async {
        let empty = || AsyncStreamedBody::once(chunks(&[]), 0);
        let shelf = depot::ShelfInput::new("shelf");
        let upload = client.call_with_body::<depot::GetShelf>(&shelf, empty()).await.unwrap_err();
        let download = client.call_for_body::<depot::GetShelf>(&shelf).await.unwrap_err();
        let held = put().with_body(b"abc".to_vec());
        let twice = client.call_with_body::<depot::PutParcel>(&held, empty()).await.unwrap_err();
        for error in [upload, download, twice] {
            assert!(matches!(Error::from(error), Error::Encode(_)));
        }
    });
}

#[test]
fn a_transport_that_does_not_stream_says_so() {
    struct Whole;

    impl AsyncTransport for Whole {
        fn send(&self, _: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, TransportError>> {
            Box::pin(async { Ok(Response::new(Vec::new())) })
        }
    }

    let client = AsyncClient::new(Whole, "http://localhost/".parse().unwrap());
    let error = block_on(client.call_for_body::<depot::GetParcel>(&get())).unwrap_err();
    assert!(error.to_string().contains("this transport does not stream"), "{error}");
}
