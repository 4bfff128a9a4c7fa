//! The client that does not block: what it shares with the one that does, what a dropped call leaves behind, pages as streams, and
//! reqwest over real connections.
#![cfg(all(feature = "iam", feature = "async", feature = "json"))]

use std::collections::VecDeque;
use std::future::pending;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response};
use shapewire::client::{AsyncTime, RetryPolicy, Time};
use shapewire::transport::{AsyncTransport, BoxFuture, Transport, TransportError};
use shapewire::{AsyncClient, Client, Timestamp, iam};

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// Time that passes only when someone sleeps, for both kinds of clients.
#[derive(Clone, Default)]
struct TestTime {
    milliseconds: Arc<AtomicU64>,
    slept: Arc<Mutex<Vec<u64>>>,
}

impl Time for TestTime {
    fn now(&self) -> Timestamp {
        let milliseconds = self.milliseconds.load(Ordering::Relaxed);
        let seconds = START + i64::try_from(milliseconds / 1000).unwrap();
        Timestamp::new(seconds, u32::try_from(milliseconds % 1000).unwrap() * 1_000_000).unwrap()
    }
    fn sleep(&self, duration: Duration) {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap();
        self.milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
        self.slept.lock().unwrap().push(milliseconds);
    }
    fn random(&self) -> f64 {
        0.999_99
    }
}

impl AsyncTime for TestTime {
    fn now(&self) -> Timestamp {
        Time::now(self)
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        // The time passes when the future is waited for, as it should.
        Box::pin(async move { Time::sleep(self, duration) })
    }
    fn random(&self) -> f64 {
        Time::random(self)
    }
}

const OK: &str =
    "<GetUserResponse><GetUserResult><User><UserName>jane</UserName></User></GetUserResult></GetUserResponse>";

fn reply(status: u16, body: &str) -> Response<Vec<u8>> {
    Response::builder().status(status).header("date", "Thu, 01 Jan 2026 01:00:00 GMT").body(body.into()).unwrap()
}

fn error(status: u16, code: &str) -> Response<Vec<u8>> {
    reply(status, &format!("<ErrorResponse><Error><Code>{code}</Code></Error><RequestId>r</RequestId></ErrorResponse>"))
}

/// A reply, or none ever.
type Scripted = Option<Response<Vec<u8>>>;

/// Answers one reply after the other, to either kind of client.
#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<VecDeque<Scripted>>>,
    requests: Arc<Mutex<Vec<Request<Vec<u8>>>>>,
}

impl Script {
    fn of(replies: impl IntoIterator<Item = Scripted>) -> Self {
        let script = Self::default();
        script.replies.lock().unwrap().extend(replies);
        script
    }
    fn next(&self, request: Request<Vec<u8>>) -> Scripted {
        self.requests.lock().unwrap().push(request);
        self.replies.lock().unwrap().pop_front().expect("more attempts than replies")
    }
    fn sent(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
    /// What was sent, as text, without the random id of each call.
    fn texts(&self) -> Vec<String> {
        let requests = std::mem::take(&mut *self.requests.lock().unwrap());
        let mut texts = Vec::new();
        for request in requests {
            let (mut head, body) = request.into_parts();
            assert!(head.headers.remove("amz-sdk-invocation-id").is_some());
            let mut lines = vec![format!("{} {}", head.method, head.uri)];
            for (name, value) in &head.headers {
                // The id of the call is signed too.
                let value = value.to_str().unwrap().split("Signature=").next().unwrap();
                lines.push(format!("{name}: {value}"));
            }
            lines.push(String::from_utf8(body).unwrap());
            texts.push(lines.join("\n"));
        }
        texts
    }
}

impl Transport for Script {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(self.next(request).expect("a reply"))
    }
}

impl AsyncTransport for Script {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, TransportError>> {
        Box::pin(async move {
            match self.next(request) {
                Some(reply) => Ok(reply),
                None => pending().await,
            }
        })
    }
}

fn client(script: &Script) -> AsyncClient {
    AsyncClient::new(script.clone(), "http://localhost/".parse().unwrap()).with_time(TestTime::default())
}

/// What the future gives if asked once.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// What a future gives that waits for nothing.
fn now<F: Future>(future: F) -> F::Output {
    poll_once(pin!(future)).expect("a future that waits for nothing")
}

/// Runs the future to its end, which others may bring about.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn get_user(client: &AsyncClient) -> impl Future<Output = Result<iam::GetUserResponse, iam::Error>> + Send + use<> {
    let client = iam::AsyncClient::new(client.clone());
    async move { client.get_user(&iam::GetUserRequest::new().with_user_name("jane")).await }
}

#[cfg(feature = "sigv4")]
#[test]
fn both_clients_send_the_same_and_give_the_same() {
    use shapewire::credentials::Credentials;
    use shapewire::sigv4::Signer;

    let scripts: [Vec<Response<Vec<u8>>>; 4] = [
        vec![error(400, "Throttling"), reply(500, "<html>"), error(403, "RequestTimeTooSkewed"), reply(200, OK)],
        vec![error(403, "SignatureDoesNotMatch"), error(503, "Busy"), error(429, "Odd"), error(503, "Busy")],
        vec![error(404, "NoSuchEntity")],
        vec![reply(200, "<GetUserResponse><GetUserResult><User>"), reply(200, "")],
    ];
    let signer = || (Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", "secret"));
    let request = iam::GetUserRequest::new().with_user_name("jane & joe=1").with_user_name("jane");
    let policy = RetryPolicy::STANDARD;
    for replies in scripts {
        let most = if replies.len() == 2 { 2 } else { 3 };
        let (blocking, other) =
            (Script::of(replies.iter().cloned().map(Some)), Script::of(replies.into_iter().map(Some)));
        let (time, other_time) = (TestTime::default(), TestTime::default());
        let url = || "http://localhost/".parse().unwrap();
        let result = {
            let client = Client::new(blocking.clone(), url()).with_time(time.clone());
            let client = client.with_retry(policy.clone().with_max_attempts(most)).with_signing(signer().0, signer().1);
            iam::Client::new(client).get_user(&request)
        };
        let other_result = {
            let client = AsyncClient::new(other.clone(), url()).with_time(other_time.clone());
            let client = client.with_retry(policy.clone().with_max_attempts(most)).with_signing(signer().0, signer().1);
            now(iam::AsyncClient::new(client).get_user(&request))
        };
        assert_eq!(format!("{result:?}"), format!("{other_result:?}"));
        let texts = blocking.texts();
        assert_eq!(texts, other.texts());
        assert!(
            texts.iter().all(|text| text.contains("UserName=jane") && text.contains("AWS4-HMAC-SHA256")),
            "{texts:?}"
        );
        assert_eq!(*time.slept.lock().unwrap(), *other_time.slept.lock().unwrap());
        assert_eq!(blocking.replies.lock().unwrap().len() + other.replies.lock().unwrap().len(), 0);
    }
}

#[test]
fn a_call_that_is_dropped_sends_nothing_more_and_leaves_the_client_usable() {
    let script = Script::default();
    let client = client(&script);
    // Not even asked once, it sends nothing at all.
    drop(get_user(&client));
    assert_eq!(script.sent(), 0);
    // More often than the bucket has tokens for retries: each is dropped while its retry is on the way.
    for dropped in 1..=100 {
        script.replies.lock().unwrap().extend([Some(reply(500, "")), None]);
        let mut call = Box::pin(get_user(&client));
        assert!(poll_once(call.as_mut()).is_none());
        drop(call);
        assert_eq!(script.sent(), 2 * dropped);
    }
    script.replies.lock().unwrap().extend([Some(reply(500, "")), Some(reply(200, OK))]);
    assert_eq!(now(get_user(&client)).unwrap().user.user_name, "jane");
    assert_eq!(script.sent(), 202);
}

#[test]
fn a_call_that_is_dropped_while_it_waits_for_its_retry_sends_nothing_more() {
    struct Never;
    impl AsyncTime for Never {
        fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
            Box::pin(pending())
        }
    }
    let script = Script::of([Some(error(400, "Throttling")), Some(reply(200, OK))]);
    let client = client(&script).with_time(Never);
    let mut call = Box::pin(get_user(&client));
    assert!(poll_once(call.as_mut()).is_none() && poll_once(call.as_mut()).is_none());
    drop(call);
    assert_eq!(script.sent(), 1);
    now(get_user(&client)).unwrap();
}

#[test]
fn whoever_never_answers_is_not_waited_for_for_ever() {
    let script = Script::of([None, None, None, None, Some(reply(200, OK))]);
    let client = client(&script);
    let timed = client.clone().with_timeouts(Some(Duration::from_secs(2)), None);
    let error = now(get_user(&timed)).unwrap_err();
    assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout()), "{error}");
    assert_eq!(error.to_string(), "no reply: the time for the attempt is over");
    assert_eq!(script.sent(), 3);
    let timed = client.clone().with_timeouts(None, Some(Duration::from_secs(2)));
    let error = now(get_user(&timed)).unwrap_err();
    assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout()), "{error}");
    assert_eq!(script.sent(), 4, "the time for the whole call is over");
    now(get_user(&client)).unwrap();
}

#[test]
fn calls_can_go_to_other_threads() {
    let script = Script::of([Some(reply(200, OK))]);
    let call = get_user(&client(&script));
    assert_eq!(std::thread::spawn(|| now(call)).join().unwrap().unwrap().user.user_name, "jane");
}

#[test]
fn invalid_input_is_not_sent() {
    let script = Script::default();
    let client = iam::AsyncClient::new(client(&script));
    let error = now(client.get_user(&iam::GetUserRequest::new().with_user_name("ü"))).unwrap_err();
    assert!(error.to_string().contains("user_name: must match the pattern"), "{error}");
    assert_eq!(script.sent(), 0);
}

#[test]
fn by_name() {
    let script = Script::of([Some(reply(200, OK))]);
    let operation = iam::SERVICE.operation("GetUser").unwrap();
    let output = now(client(&script).call_by_name(operation, &*operation.new_input())).unwrap();
    let json = shapewire::json::to_string(&*output, shapewire::json::Secrets::Redact);
    assert!(json.contains(r#""UserName":"jane""#), "{json}");
}

#[cfg(feature = "sigv4")]
mod signed {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use shapewire::credentials::{Credentials, CredentialsError};
    use shapewire::sigv4::Signer;

    use super::*;

    type Answer = Result<Credentials, CredentialsError>;

    /// A provider that blocks until it is told what to give, and counts how often it is asked.
    fn blocking() -> (impl Fn() -> Answer + Send + Sync, Sender<Answer>, Arc<AtomicUsize>) {
        let (sender, receiver): (_, Receiver<Answer>) = channel();
        let (receiver, asked) = (Mutex::new(receiver), Arc::new(AtomicUsize::new(0)));
        let counter = asked.clone();
        let provider = move || {
            counter.fetch_add(1, Ordering::SeqCst);
            receiver.lock().unwrap().recv().unwrap()
        };
        (provider, sender, asked)
    }

    fn keys() -> Credentials {
        Credentials::new("AKIDEXAMPLE", "secret")
    }

    fn signer() -> Signer {
        Signer::new("us-east-1", "iam")
    }

    #[test]
    fn credentials_at_hand_cost_no_waiting() {
        let script = Script::of([Some(reply(200, OK))]);
        now(get_user(&client(&script).with_signing(signer(), Arc::new(keys())))).unwrap();
    }

    #[test]
    fn a_provider_that_blocks_is_asked_once_for_all_who_wait() {
        let (provider, sender, asked) = blocking();
        let script = Script::of([Some(reply(200, OK)), Some(reply(200, OK)), Some(reply(200, OK))]);
        let client = client(&script).with_signing(signer(), provider);
        let (mut first, mut second) = (Box::pin(get_user(&client)), Box::pin(get_user(&client)));
        assert!(poll_once(first.as_mut()).is_none() && poll_once(second.as_mut()).is_none());
        assert_eq!(script.sent(), 0);
        sender.send(Ok(keys())).unwrap();
        block_on(first).unwrap();
        block_on(second).unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // Without a cache it is asked again.
        sender.send(Err(CredentialsError::failed("vault", "the vault is locked"))).unwrap();
        let error = block_on(get_user(&client)).unwrap_err();
        assert_eq!(error.to_string(), "no credentials from vault: the vault is locked");
        assert_eq!((asked.load(Ordering::SeqCst), script.sent()), (2, 2));
        // And one that panics takes nobody with it.
        drop(sender);
        let error = block_on(get_user(&client)).unwrap_err();
        assert_eq!(error.to_string(), "no credentials from a thread: the provider panicked");
    }

    #[cfg(feature = "credentials")]
    #[test]
    fn a_refresh_goes_on_when_the_call_that_asked_for_it_is_dropped() {
        use shapewire::credentials::CachingProvider;

        let (provider, sender, asked) = blocking();
        let script = Script::of([Some(reply(200, OK)), Some(reply(200, OK))]);
        let client = client(&script).with_signing(signer(), CachingProvider::new(provider));
        let mut call = Box::pin(get_user(&client));
        assert!(poll_once(call.as_mut()).is_none());
        drop(call);
        sender.send(Ok(keys())).unwrap();
        block_on(get_user(&client)).unwrap();
        now(get_user(&client)).unwrap();
        assert_eq!((asked.load(Ordering::SeqCst), script.sent()), (1, 2));
    }

    #[cfg(feature = "credentials")]
    #[test]
    fn a_client_out_of_settings() {
        use shapewire::config::{Config, Environment};

        let keys = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        let environment = Environment::empty()
            .with_variables(keys.into_iter().chain([("AWS_REGION", "cn-north-1"), ("AWS_MAX_ATTEMPTS", "2")]))
            .with_reader(|_| Err(std::io::ErrorKind::NotFound.into()));
        let config = Config::load(environment).unwrap();
        let (script, silent) = (Script::of([Some(reply(500, "")), Some(reply(503, ""))]), Script::default());
        let client = AsyncClient::from_config(&iam::SERVICE, &config, script.clone(), silent.clone(), silent).unwrap();
        block_on(get_user(&client.with_time(TestTime::default()))).unwrap_err();
        let requests = script.requests.lock().unwrap();
        assert_eq!(requests[1].uri(), "https://iam.cn-north-1.amazonaws.com.cn/");
        let authorization = requests[1].headers()["authorization"].to_str().unwrap();
        assert!(authorization.contains("/cn-north-1/iam/aws4_request"), "{authorization}");
        assert_eq!(requests.len(), 2, "AWS_MAX_ATTEMPTS");
    }

    #[test]
    fn credentials_that_do_not_come_are_not_waited_for_for_ever() {
        let (provider, sender, asked) = blocking();
        let client = client(&Script::default()).with_signing(signer(), provider);
        let timed = client.with_timeouts(Some(Duration::from_secs(1)), None);
        let error = now(get_user(&timed)).unwrap_err();
        assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout()), "{error}");
        sender.send(Ok(keys())).unwrap();
        assert!(asked.load(Ordering::SeqCst) <= 1);
    }
}

mod pages {
    use futures_core::Stream;
    use shapewire::Error;
    use shapewire::client::PaginationError;

    use super::*;

    fn page(users: &[&str], next: Option<&str>) -> Response<Vec<u8>> {
        let users: Vec<_> = users.iter().map(|name| format!("<member><UserName>{name}</UserName></member>")).collect();
        let users = users.concat();
        let next =
            next.map_or_else(String::new, |marker| format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"));
        let body = format!(
            "<ListUsersResponse><ListUsersResult><Users>{users}</Users>{next}</ListUsersResult></ListUsersResponse>"
        );
        reply(200, &body)
    }

    fn bodies(script: &Script) -> Vec<String> {
        script
            .requests
            .lock()
            .unwrap()
            .iter()
            .map(|request| String::from_utf8(request.body().clone()).unwrap())
            .collect()
    }

    #[test]
    fn items_come_from_all_pages_and_an_empty_page_is_not_the_end() {
        let script = Script::of([page(&["a", "b"], Some("1")), page(&[], Some("2")), page(&["c"], None)].map(Some));
        let mut users = client(&script).pages::<iam::ListUsers>(iam::ListUsersRequest::new()).items(|page| page.users);
        let mut names = Vec::new();
        while let Some(user) = now(users.next()) {
            names.push(user.unwrap().user_name);
        }
        assert_eq!(names, ["a", "b", "c"]);
        assert!(now(users.next()).is_none());
        let bodies = bodies(&script);
        assert!(bodies[1].ends_with("Marker=1") && bodies[2].ends_with("Marker=2"), "{bodies:?}");
    }

    #[test]
    fn a_page_that_nobody_waited_for_is_not_lost() {
        let script = Script::of([Some(page(&["a"], Some("1"))), None]);
        let mut pages = client(&script).pages::<iam::ListUsers>(iam::ListUsersRequest::new());
        assert_eq!(now(pages.next()).unwrap().unwrap().users.len(), 1);
        // The second page does not come; whoever waits for it goes away, comes back, and it is still on its way.
        assert!(poll_once(pin!(pages.next())).is_none());
        assert!(poll_once(pin!(pages.next())).is_none());
        assert_eq!(script.sent(), 2);
        drop(pages);
        assert_eq!(script.sent(), 2);
    }

    #[test]
    fn a_stream_ends_after_an_error() {
        fn collect<S: Stream + Unpin>(mut stream: S) -> Vec<S::Item> {
            let mut items = Vec::new();
            while let Some(item) = now(std::future::poll_fn(|context| Pin::new(&mut stream).poll_next(context))) {
                items.push(item);
            }
            items
        }
        let script = Script::of([page(&["a"], Some("1")), page(&["b"], Some("1"))].map(Some));
        let input = iam::ListUsersRequest::new;
        let pages = collect(client(&script).pages::<iam::ListUsers>(input()));
        assert_eq!(pages.len(), 3);
        assert!(matches!(pages[2], Err(iam::Error::Call(Error::Pagination(PaginationError::RepeatedToken(_))))));
        let script = Script::of([page(&["a"], Some("1")), error(404, "NoSuchEntity")].map(Some));
        let users = collect(client(&script).pages::<iam::ListUsers>(input()).items(|page| page.users));
        assert_eq!((users.len(), users[1].as_ref().unwrap_err().code()), (2, Some("NoSuchEntity")));
        let get = iam::SERVICE.operation("GetUser").unwrap();
        let found = collect(client(&script).pages_by_name(get, get.new_input()));
        assert_eq!(found.len(), 1);
        let error = found[0].as_ref().unwrap_err();
        assert_eq!(error.to_string(), "GetUser: the model does not divide its replies into pages");
    }
}

mod waiters {
    use shapewire::client::{WaitError, WaitOptions};

    use super::*;

    const ABSENT: &str = "NoSuchEntity";

    fn get_user() -> iam::GetUserRequest {
        iam::GetUserRequest::new().with_user_name("jane")
    }

    /// Whether a future can go to another thread: else it does not compile.
    fn is_send<F: Send>(_: &F) -> bool {
        true
    }

    #[test]
    fn a_wait_ends_with_the_reply_that_shows_it() {
        let script = Script::of([error(404, ABSENT), error(404, ABSENT), reply(200, OK), reply(200, OK)].map(Some));
        let time = TestTime::default();
        let client = client(&script).with_time(time.clone());
        let request = get_user();
        let wait = client.wait(&iam::waiters::USER_EXISTS, &request);
        assert_eq!((is_send(&wait), script.sent()), (true, 0), "nothing is sent before it is asked");
        assert_eq!(now(wait).unwrap().unwrap().user.user_name, "jane");
        assert_eq!((script.sent(), time.slept.lock().unwrap().as_slice()), (3, &[1000, 1000][..]));
        let output = now(client.wait_by_name(iam::waiters::USER_EXISTS.waiter(), &request, &WaitOptions::new()));
        let json = shapewire::json::to_string(&*output.unwrap().unwrap(), shapewire::json::Secrets::Redact);
        assert!(json.contains(r#""UserName":"jane""#), "{json}");
    }

    #[test]
    fn a_wait_that_does_not_end_well() {
        let script = Script::of([error(404, ABSENT), error(404, ABSENT), error(404, ABSENT)].map(Some));
        let client = client(&script);
        let options = WaitOptions::new().with_max_attempts(2);
        let request = get_user();
        let error = now(client.wait_with(&iam::waiters::USER_EXISTS, &request, &options)).unwrap_err();
        assert!(matches!(&error, WaitError::TooManyAttempts(end) if end.attempts == 2), "{error}");
        let options = options.with_max_attempts(0);
        let error = now(client.wait_with(&iam::waiters::USER_EXISTS, &request, &options)).unwrap_err();
        assert!(matches!(&error, WaitError::TooManyAttempts(end) if end.attempts == 1), "{error}");
        let options = WaitOptions::new().with_delay(Duration::from_secs(10)).with_max_wait(Duration::from_secs(25));
        script.replies.lock().unwrap().extend([super::error(404, ABSENT), super::error(404, ABSENT)].map(Some));
        script.replies.lock().unwrap().push_back(Some(super::error(404, ABSENT)));
        let error = now(client.wait_with(&iam::waiters::USER_EXISTS, &request, &options)).unwrap_err();
        assert!(matches!(&error, WaitError::TimedOut(end) if end.attempts == 3), "{error}");
        script.replies.lock().unwrap().push_back(Some(super::error(403, "AccessDenied")));
        let error = now(client.wait(&iam::waiters::USER_EXISTS, &request)).unwrap_err();
        assert_eq!(error.call_error().unwrap().code(), Some("AccessDenied"));
        assert!(matches!(error, WaitError::Call(_)));
    }

    #[test]
    fn a_wait_that_is_dropped_calls_nothing_more() {
        let script = Script::of([Some(error(404, ABSENT)), None, Some(reply(200, OK))]);
        let client = client(&script);
        let request = get_user();
        let mut wait = Box::pin(client.wait(&iam::waiters::USER_EXISTS, &request));
        assert!(poll_once(wait.as_mut()).is_none() && poll_once(wait.as_mut()).is_none());
        drop(wait);
        assert_eq!(script.sent(), 2);
        assert!(now(client.wait(&iam::waiters::USER_EXISTS, &request)).unwrap().is_some());
    }
}

/// Over real connections.
mod reqwest {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};

    use shapewire::transport::{AttemptTimeout, HttpOptions, ReqwestTransport};

    use super::*;

    type Answer = dyn Fn(&str, &[u8]) -> Option<Vec<u8>>;

    /// A server that answers each request on a connection as the function says, from its head and its body; the number of
    /// its connections so far.
    fn serve(answer: impl Fn(&str, &[u8]) -> Option<Vec<u8>> + Send + Sync + 'static) -> (http::Uri, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let (connections, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
        let counter = connections.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (answer, connection) = (answer.clone(), connection.unwrap());
                counter.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || converse(&connection, &*answer));
            }
        });
        (uri, connections)
    }

    fn converse(connection: &TcpStream, answer: &Answer) -> Option<()> {
        let mut reader = BufReader::new(connection);
        loop {
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let start = head.len();
                if reader.read_line(&mut head).ok()? == 0 {
                    return None;
                }
                let line = head[start..].to_ascii_lowercase();
                length = line.strip_prefix("content-length:").map_or(length, |length| length.trim().parse().unwrap());
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let (mut connection, reply) = (connection, answer(&head, &body)?);
            connection.write_all(&reply).ok()?;
            if String::from_utf8_lossy(&reply).contains("Connection: close") {
                return None;
            }
        }
    }

    fn http_reply(head: &str, body: &str) -> Vec<u8> {
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    fn options() -> HttpOptions {
        let mut options = HttpOptions::default();
        options.use_proxies = false;
        options
    }

    fn transport() -> ReqwestTransport {
        ReqwestTransport::with_options(&options()).unwrap()
    }

    fn send(transport: &ReqwestTransport, uri: &http::Uri) -> Result<Response<Vec<u8>>, TransportError> {
        let request = Request::post(uri.clone()).body(b"a=b".to_vec()).unwrap();
        block_on(transport.send(request))
    }

    #[cfg(feature = "local")]
    #[test]
    fn the_local_service_over_a_connection() {
        use shapewire::ExposeSecret;
        use shapewire::local::LocalIam;

        let service = LocalIam::new();
        let (uri, connections) = serve(move |_, body| {
            let request = Request::post("http://localhost/").body(body.to_vec()).unwrap();
            let reply = Transport::send(&service, request).unwrap();
            let body = String::from_utf8(reply.body().clone()).unwrap();
            Some(http_reply(&format!("{} ", reply.status().as_str()), &body))
        });
        let iam = iam::AsyncClient::new(AsyncClient::new(transport(), uri));
        block_on(async {
            iam.create_user(&iam::CreateUserRequest::new("jane")).await.unwrap();
            let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
            let credential = iam.create_service_specific_credential(&request).await.unwrap();
            let credential = credential.service_specific_credential.unwrap();
            assert_eq!(credential.user_name, "jane");
            assert_eq!(credential.service_password.unwrap().expose_secret().len(), 44);
            let error = iam.get_user(&iam::GetUserRequest::new().with_user_name("joe")).await.unwrap_err();
            assert!(matches!(&error, iam::Error::NoSuchEntityException(error) if error.status() == 404), "{error}");
        });
        assert_eq!(connections.load(Ordering::SeqCst), 1, "the connection is kept");
    }

    #[test]
    fn requests_and_replies_arrive_as_they_are() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let seen_there = seen.clone();
        let (uri, _) = serve(move |head, body| {
            seen_there.lock().unwrap().push((head.to_owned(), body.to_vec()));
            Some(http_reply("302 Found\r\nLocation: /elsewhere\r\nX-Twice: 1\r\nX-Twice: 2", "body"))
        });
        let uri = format!("{uri}a%20b/%2E?x=%7e&y").parse().unwrap();
        let error = send(&transport(), &uri).unwrap_err();
        assert_eq!(error.to_string(), "no reply: /a%20b/%2E would be sent as /a%20b/");
        assert!(!error.is_retryable());
        let signed =
            format!("{uri}?X-Amz-Signature='canary'").replace("?x=%7e&y", "").replace("/%2E", "").parse().unwrap();
        let error = send(&transport(), &signed).unwrap_err();
        assert_eq!(error.to_string(), "no reply: the query would be sent in another spelling");
        let uri = uri.to_string().replace("/%2E", "").parse().unwrap();
        let reply = send(&transport(), &uri).unwrap();
        assert_eq!((reply.status().as_u16(), reply.body().as_slice()), (302, &b"body"[..]), "not followed");
        let twice: Vec<_> = reply.headers().get_all("x-twice").iter().collect();
        assert_eq!(twice, ["1", "2"]);
        let seen = seen.lock().unwrap();
        let (head, body) = &seen[0];
        assert!(head.starts_with("POST /a%20b?x=%7e&y HTTP/1.1\r\n"), "{head}");
        assert!(head.to_lowercase().contains("\r\nuser-agent: shapewire/"), "{head}");
        assert_eq!(body, b"a=b");
        assert_eq!(seen.len(), 1);
    }

    #[test]
    fn a_body_has_a_limit() {
        let (uri, _) = serve(|_, body| {
            assert_eq!(body, b"a=b");
            // Chunked, so that no length is told beforehand.
            Some(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n".to_vec())
        });
        let mut options = options();
        options.max_bytes = 8;
        let reply = send(&ReqwestTransport::with_options(&options).unwrap(), &uri).unwrap();
        assert_eq!(reply.body(), b"abcdefgh");
        options.max_bytes = 7;
        let error = send(&ReqwestTransport::with_options(&options).unwrap(), &uri).unwrap_err();
        assert_eq!(error.to_string(), "no reply: the reply has more than 7 bytes");
        assert!(!error.is_retryable());
    }

    #[test]
    fn failures_say_what_went_wrong() {
        // It answers nothing, and keeps the connection.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri: http::Uri = format!("http://{}/?Signature=canary", silent.local_addr().unwrap()).parse().unwrap();
        let mut request = Request::post(uri).body(Vec::new()).unwrap();
        let mut patient = request.clone();
        request.extensions_mut().insert(AttemptTimeout(Duration::from_millis(20)));
        let error = block_on(transport().send(request)).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        // The transport's own time counts where it is shorter.
        let mut options = options();
        options.attempt_timeout = Duration::from_millis(20);
        patient.extensions_mut().insert(AttemptTimeout(Duration::from_hours(1)));
        let patient =
            |options: &HttpOptions| block_on(ReqwestTransport::with_options(options).unwrap().send(patient.clone()));
        assert!(patient(&options).unwrap_err().is_timeout());
        // So does that for the next part of the reply.
        options.attempt_timeout = Duration::from_hours(1);
        options.read_timeout = Duration::from_millis(20);
        assert!(patient(&options).unwrap_err().is_timeout());
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        // It hangs up, before a reply and within one.
        let (uri, _) = serve(|_, _| None);
        assert!(send(&transport(), &uri).unwrap_err().is_retryable());
        let cut_off = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf";
        let (uri, _) = serve(|_, _| Some(cut_off.to_vec()));
        assert!(send(&transport(), &uri).unwrap_err().is_retryable());
        // Nobody is there.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = send(&transport(), &format!("http://{address}/").parse().unwrap()).unwrap_err();
        assert!(error.is_retryable() && !error.is_timeout(), "{error:?}");
        assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
        #[cfg(not(feature = "async-tls"))]
        {
            let error = send(&transport(), &"https://localhost/".parse().unwrap()).unwrap_err();
            assert_eq!(error.to_string(), "no reply: https:// needs the feature `async-tls`");
        }
    }

    #[test]
    fn the_client_s_time_for_an_attempt_is_kept() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
        let client = AsyncClient::new(transport(), uri)
            .with_retry(RetryPolicy::STANDARD.with_max_attempts(1))
            .with_timeouts(Some(Duration::from_millis(20)), None);
        let error = block_on(get_user(&client)).unwrap_err();
        assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout()), "{error}");
    }
}
