//! Attempts, waits and budgets, with time and chance that the test holds.
#![cfg(feature = "iam")]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use shapewire::client::{RetryPolicy, Time};
use shapewire::transport::{AttemptTimeout, Transport, TransportError};
use shapewire::{Client, Timestamp, iam};

/// Time that passes only when someone sleeps, and chance that always takes its most.
#[derive(Clone, Default)]
struct TestTime {
    milliseconds: Arc<AtomicU64>,
    slept: Arc<Mutex<Vec<u64>>>,
}

impl TestTime {
    fn slept(&self) -> Vec<u64> {
        std::mem::take(&mut *self.slept.lock().unwrap())
    }
}

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

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

enum Answer {
    Reply(u16, &'static str, &'static str),
    WithHeader(u16, &'static str, &'static str),
    Broken,
    Late,
}
use Answer::{Broken, Late, Reply, WithHeader};

const OK: &str =
    "<GetUserResponse><GetUserResult><User><UserName>jane</UserName></User></GetUserResult></GetUserResponse>";
const HALF: &str =
    "<GetUserResponse><GetUserResult><User><UserName>joe</UserName><Tags><member><Key>k</Key></member></Tags><Path>";

fn error(code: &str) -> String {
    format!("<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>")
}

#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<Request<Vec<u8>>>>>,
}

impl Transport for Script {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.requests.lock().unwrap().push(request);
        let mut answers = self.answers.lock().unwrap();
        let (status, header, body) = match answers.pop_front().expect("more attempts than answers") {
            Reply(status, "", body) => (status, None, body.to_owned()),
            Reply(status, code, _) => (status, None, error(code)),
            WithHeader(status, name, value) => (status, Some((name, value)), error("Throttling")),
            Broken => return Err(TransportError::new("connection reset")),
            Late => return Err(TransportError::timeout("too late")),
        };
        let mut response = Response::builder().status(status);
        if let Some((name, value)) = header {
            response = response.header(name, value);
        }
        Ok(response.body(body.into_bytes()).unwrap())
    }
}

struct Bench {
    client: Client,
    script: Script,
    time: TestTime,
}

impl Bench {
    fn new() -> Self {
        let (script, time) = (Script::default(), TestTime::default());
        let client = Client::new(script.clone(), "http://localhost/".parse().unwrap()).with_time(time.clone());
        Self { client, script, time }
    }
    fn call(&self, answers: impl IntoIterator<Item = Answer>) -> Result<iam::GetUserResponse, iam::Error> {
        self.script.answers.lock().unwrap().extend(answers);
        self.script.requests.lock().unwrap().clear();
        let result = iam::Client::new(self.client.clone()).get_user(&iam::GetUserRequest::new().with_user_name("jane"));
        assert_eq!(self.script.answers.lock().unwrap().len(), 0, "answers that no one asked for");
        result
    }
    fn header(&self, attempt: usize, name: &str) -> String {
        self.script.requests.lock().unwrap()[attempt].headers()[name].to_str().unwrap().to_owned()
    }
}

#[test]
fn what_may_pass_is_tried_three_times() {
    let bench = Bench::new();
    let user = |result: Result<iam::GetUserResponse, iam::Error>| result.unwrap().user.user_name;
    assert_eq!(user(bench.call([Broken, Reply(500, "", "<html>"), Reply(200, "", OK)])), "jane");
    assert_eq!(bench.time.slept(), [49, 99], "50 ms, doubled, and chance takes almost all of it");
    assert_eq!(user(bench.call([Late, Reply(503, "", ""), Reply(200, "", OK)])), "jane");
    assert_eq!(user(bench.call([Reply(400, "Throttling", ""), Reply(200, "", OK)])), "jane");
    assert_eq!(bench.time.slept(), [49, 99, 999], "throttling waits from a second on");
    assert_eq!(user(bench.call([Reply(400, "RequestTimeout", ""), Reply(429, "Odd", ""), Reply(200, "", OK)])), "jane");
    let error = bench.call([Broken, Broken, Reply(503, "ServiceUnavailable", "")]).unwrap_err();
    assert_eq!(error.code(), Some("ServiceUnavailable"));
    assert_eq!(
        (bench.header(0, "amz-sdk-request"), bench.header(2, "amz-sdk-request")),
        ("attempt=1; max=3".to_owned(), "attempt=3; max=3".to_owned())
    );
    assert_eq!(bench.header(0, "amz-sdk-invocation-id"), bench.header(2, "amz-sdk-invocation-id"));
    let bodies: Vec<_> = bench.script.requests.lock().unwrap().iter().map(|request| request.body().clone()).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[test]
fn what_cannot_pass_is_tried_once() {
    let bench = Bench::new();
    for (status, code) in
        [(404, "NoSuchEntity"), (409, "LimitExceeded"), (403, "AccessDenied"), (501, "NotImplemented")]
    {
        let error = bench.call([Reply(status, code, "")]).unwrap_err();
        assert_eq!(error.code(), Some(code));
    }
    bench.call([Reply(200, "", "<html/>")]).unwrap_err();
    assert_eq!(bench.time.slept(), [0; 0]);
}

#[test]
fn nothing_of_a_reply_that_was_cut_off_stays() {
    let user = Bench::new().call([Reply(200, "", HALF), Reply(200, "", OK)]).unwrap().user;
    assert_eq!((user.user_name.as_str(), user.tags.len(), user.path.as_str()), ("jane", 0, ""));
}

#[test]
fn the_service_says_how_long_to_wait() {
    let bench = Bench::new();
    let wait = |name, value| {
        bench.call([WithHeader(400, name, value), Reply(200, "", OK)]).unwrap();
        bench.time.slept()
    };
    assert_eq!(wait("x-amz-retry-after", "1500"), [1500]);
    assert_eq!(wait("x-amz-retry-after", "10"), [999], "chance may ask for more");
    assert_eq!(wait("Retry-After", "3"), [3000]);
    assert_eq!(wait("Retry-After", "3600"), [20_000], "but not for ever");
    let at = Timestamp::new(bench.time.now().seconds() + 5, 0).unwrap();
    let date: &'static str = at.format(shapewire::schema::TimestampFormat::HttpDate).leak();
    assert_eq!(wait("Retry-After", date), [5000]);
    assert_eq!(wait("Retry-After", "soon"), [999]);
}

#[test]
fn when_most_calls_fail_few_are_repeated() {
    let bench = Bench::new();
    // 500 tokens, 28 a call that fails in all three attempts: 17 calls, and 24 are left for one retry more.
    for _ in 0..17 {
        bench.call([Broken, Broken, Broken]).unwrap_err();
    }
    bench.call([Broken, Broken]).unwrap_err();
    bench.call([Broken]).unwrap_err();
    // Ten tokens are left: enough for two throttled retries.
    bench.call([Reply(400, "SlowDown", ""), Reply(400, "SlowDown", ""), Reply(400, "SlowDown", "")]).unwrap_err();
    bench.call([Reply(400, "SlowDown", "")]).unwrap_err();
    // Success gives one back at a time, and what a retry had cost.
    for _ in 0..14 {
        bench.call([Reply(200, "", OK)]).unwrap();
    }
    bench.call([Broken, Reply(200, "", OK)]).unwrap();
    bench.call([Broken, Reply(200, "", OK)]).unwrap();
    bench.call([Broken, Broken]).unwrap_err();
}

#[test]
fn the_whole_call_has_an_end() {
    let mut bench = Bench::new();
    bench.client = bench.client.with_timeouts(Some(Duration::from_secs(2)), Some(Duration::from_millis(2500)));
    // One second is waited, 1.5 are left, and the next wait of two seconds would be too long.
    let error = bench.call([Reply(400, "SlowDown", ""), Reply(400, "SlowDown", "")]).unwrap_err();
    assert_eq!(error.code(), Some("SlowDown"));
    let timeouts: Vec<_> = bench
        .script
        .requests
        .lock()
        .unwrap()
        .iter()
        .map(|request| request.extensions().get::<AttemptTimeout>().unwrap().0.as_millis())
        .collect();
    assert_eq!(timeouts, [2000, 1501]);
    let error = bench.call([Late, Late, Late]).unwrap_err();
    assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout() && error.is_retryable()), "{error:?}");
}

/// Every look at this clock finds that somebody has set it.
struct Jumping(TestTime);

impl Time for Jumping {
    fn now(&self) -> Timestamp {
        self.0.sleep(Duration::from_hours(1));
        self.0.now()
    }
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) {}
    fn random(&self) -> f64 {
        0.5
    }
}

#[test]
fn timeouts_do_not_go_by_a_clock_that_is_set() {
    let mut bench = Bench::new();
    let client = bench.client.with_timeouts(None, Some(Duration::from_secs(2)));
    bench.client = client.with_time(Jumping(bench.time.clone()));
    assert_eq!(bench.call([Broken, Broken, Reply(200, "", OK)]).unwrap().user.user_name, "jane");
    let left = |request: &Request<Vec<u8>>| request.extensions().get::<AttemptTimeout>().unwrap().0;
    assert!(bench.script.requests.lock().unwrap().iter().all(|request| left(request) == Duration::from_secs(2)));
    let (earlier, later) = (shapewire::client::SystemTime.elapsed(), shapewire::client::SystemTime.elapsed());
    assert!(earlier <= later);
}

#[test]
fn another_policy() {
    let mut bench = Bench::new();
    bench.client = bench.client.with_retry(RetryPolicy::STANDARD.with_max_attempts(1));
    bench.call([Broken]).unwrap_err();
    bench.client = bench.client.with_retry(RetryPolicy::STANDARD.with_max_attempts(12));
    bench.call((0..12).map(|_| Reply(400, "SlowDown", ""))).unwrap_err();
    assert_eq!(bench.time.slept()[..6], [999, 1999, 3999, 7999, 15_999, 19_999]);
}

#[cfg(feature = "sigv4")]
mod signed {
    use shapewire::credentials::{Credentials, CredentialsError};
    use shapewire::sigv4::Signer;

    use super::*;

    fn signed(bench: &Bench) -> Client {
        bench.client.clone().with_signing(Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", "secret"))
    }

    /// Answers with an error and the service's time until the request is dated by it.
    struct Clock {
        date: &'static str,
        code: &'static str,
        dates: Arc<Mutex<Vec<String>>>,
    }

    impl Transport for Clock {
        fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
            let date = request.headers()["x-amz-date"].to_str().unwrap().to_owned();
            let right = date.starts_with("20260101T0100");
            self.dates.lock().unwrap().push(date);
            let body = if right { OK.to_owned() } else { error(self.code) };
            let response = Response::builder().status(if right { 200 } else { 403 }).header("Date", self.date);
            Ok(response.body(body.into_bytes()).unwrap())
        }
    }

    #[test]
    fn a_clock_that_is_wrong_is_corrected_once_and_for_all() {
        for code in ["RequestTimeTooSkewed", "SignatureDoesNotMatch"] {
            let dates = Arc::new(Mutex::new(Vec::new()));
            let transport = Clock { date: "Thu, 01 Jan 2026 01:00:00 GMT", code, dates: dates.clone() };
            let client = Client::new(transport, "http://localhost/".parse().unwrap())
                .with_time(TestTime::default())
                .with_signing(Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", "secret"));
            let iam = iam::Client::new(client);
            iam.get_user(&iam::GetUserRequest::new()).unwrap();
            iam.get_user(&iam::GetUserRequest::new()).unwrap();
            let expected = ["20260101T000000Z", "20260101T010000Z", "20260101T010000Z"];
            assert_eq!(*dates.lock().unwrap(), expected, "{code}");
        }
    }

    /// The calls of two threads are signed before either learns of the service's clock.
    #[test]
    fn a_correction_that_another_call_has_made_meanwhile_counts_for_this_one() {
        struct Meanwhile {
            clock: Clock,
            other: Arc<Mutex<Option<iam::Client>>>,
        }
        impl Transport for Meanwhile {
            fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
                let other = self.other.lock().unwrap().take();
                if let Some(other) = other {
                    other.get_user(&iam::GetUserRequest::new()).unwrap();
                }
                self.clock.send(request)
            }
        }
        let dates = Arc::new(Mutex::new(Vec::new()));
        let (date, code) = ("Thursday, 01-Jan-26 01:00:00 GMT", "RequestTimeTooSkewed");
        let other = Arc::default();
        let transport = Meanwhile { clock: Clock { date, code, dates: dates.clone() }, other: Arc::clone(&other) };
        let client = Client::new(transport, "http://localhost/".parse().unwrap())
            .with_time(TestTime::default())
            .with_signing(Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", "secret"));
        let iam = iam::Client::new(client);
        *other.lock().unwrap() = Some(iam.clone());
        iam.get_user(&iam::GetUserRequest::new()).unwrap();
        let (wrong, right) = ("20260101T000000Z", "20260101T010000Z");
        assert_eq!(*dates.lock().unwrap(), [wrong, right, wrong, right]);
    }

    #[test]
    fn a_wrong_secret_is_not_taken_for_a_wrong_clock() {
        let dates = Arc::new(Mutex::new(Vec::new()));
        let transport =
            Clock { date: "Thu, 01 Jan 2026 00:03:00 GMT", code: "SignatureDoesNotMatch", dates: dates.clone() };
        let client = Client::new(transport, "http://localhost/".parse().unwrap())
            .with_time(TestTime::default())
            .with_signing(Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", "secret"));
        let error = iam::Client::new(client).get_user(&iam::GetUserRequest::new()).unwrap_err();
        assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
        assert_eq!(dates.lock().unwrap().len(), 1);
    }

    /// The times are real here, and short: what waits for a provider waits for its thread.
    #[test]
    fn a_provider_that_hangs_is_not_waited_for_without_end() {
        use std::sync::mpsc::channel;

        const SHORT: Option<Duration> = Some(Duration::from_millis(20));

        let bench = Bench::new();
        let (let_go, held) = channel();
        let (held, asked) = (Mutex::new(held), Arc::new(AtomicU64::new(0)));
        let provider = {
            let asked = asked.clone();
            move || {
                asked.fetch_add(1, Ordering::SeqCst);
                let () = held.lock().unwrap().recv().unwrap();
                Ok(Credentials::new("AKIDEXAMPLE", "secret"))
            }
        };
        let client = bench.client.clone().with_signing(Signer::new("us-east-1", "iam"), provider);
        for (attempt, call) in [(None, SHORT), (SHORT, None)] {
            let once = RetryPolicy::STANDARD.with_max_attempts(1);
            let client = client.clone().with_timeouts(attempt, call).with_retry(once);
            let error = iam::Client::new(client).get_user(&iam::GetUserRequest::new()).unwrap_err();
            assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout()), "{error}");
            assert!(error.to_string().contains("no credentials in the time for the attempt"), "{error}");
        }
        assert_eq!(bench.script.requests.lock().unwrap().len(), 0);
        assert_eq!(asked.load(Ordering::SeqCst), 1, "whoever comes next waits for the same thread");
        // Those who wait get what it gives in the end.
        bench.script.answers.lock().unwrap().push_back(Reply(200, "", OK));
        let patient = client.with_timeouts(None, Some(Duration::from_hours(1)));
        let waiting = std::thread::spawn(move || iam::Client::new(patient).get_user(&iam::GetUserRequest::new()));
        // One for the thread that is there, and one for that which the call starts if the first has ended before.
        let_go.send(()).unwrap();
        let_go.send(()).unwrap();
        assert_eq!(waiting.join().unwrap().unwrap().user.user_name, "jane");
    }

    #[test]
    fn without_credentials_nothing_is_sent() {
        let bench = Bench::new();
        let none = || Err(CredentialsError::failed("vault", "the vault is locked"));
        let client = bench.client.clone().with_signing(Signer::new("us-east-1", "iam"), none);
        let error = iam::Client::new(client).get_user(&iam::GetUserRequest::new()).unwrap_err();
        assert!(error.to_string().contains("the vault is locked"), "{error}");
        assert_eq!(bench.script.requests.lock().unwrap().len(), 0);
        bench.script.answers.lock().unwrap().push_back(Reply(200, "", OK));
        iam::Client::new(signed(&bench)).get_user(&iam::GetUserRequest::new()).unwrap();
        assert!(
            bench
                .header(0, "authorization")
                .starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/iam/")
        );
    }
}
