//! Faults on the way: a proxy of the test's own, before the local service, loses requests and replies, cuts them off, holds
//! them back and answers itself. What is asserted is what the caller gets, what was sent, and what the service did.
#![cfg(all(feature = "client", feature = "local", feature = "json"))]

#[path = "support/launch.rs"]
mod launch;

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use http::{Request, Response};
use shapewire::client::{RetryPolicy, SystemTime, Time};
use shapewire::local::LocalIam;
use shapewire::transport::{HttpOptions, HttpTransport};
use shapewire::{Client, Error, ExposeSecret, Timestamp, iam};

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Nothing: the service's reply comes back.
    None,
    /// The connection is closed when the first bytes of the request are there.
    DropUnread,
    /// The connection is closed when the head of the request has been read, and not its body.
    DropHalfRead,
    /// The whole request is read and the connection closed. The service does not see it.
    LoseRequest,
    /// The service does what is asked. Of its reply, no byte comes back.
    LoseReply,
    /// The reply ends in its head.
    CutHead,
    /// The reply ends in its body, which is shorter than the head says.
    CutBody,
    /// The reply ends in a chunk.
    CutChunk,
    /// The reply ends after its chunks, without the one that says so.
    CutAfterChunks,
    /// The service does what is asked. Its reply is held back until the client has gone.
    HoldReply,
    /// The request is held back until the client has gone. The service does not see it.
    HoldRequest,
    /// The proxy answers instead of the service: status, a header line, body.
    Answer(u16, &'static str, &'static str),
    /// The service's reply comes back, and then the connection is closed without a word.
    CloseAfter,
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    connection: usize,
    invocation: String,
    sequence: String,
    body: Vec<u8>,
}

struct Shared {
    service: LocalIam,
    script: Mutex<VecDeque<Fault>>,
    seen: Mutex<Vec<Seen>>,
    /// What the service got, and did.
    served: Mutex<Vec<Vec<u8>>>,
    /// Tells of each connection that is over, whoever ended it.
    over: Sender<usize>,
}

/// The proxy, on a port that the system chooses.
struct Proxy {
    shared: Arc<Shared>,
    over: Receiver<usize>,
    endpoint: http::Uri,
}

impl Proxy {
    fn new() -> Self {
        let (over, receiver) = channel();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let shared = Arc::new(Shared {
            service: LocalIam::new(),
            script: Mutex::default(),
            seen: Mutex::default(),
            served: Mutex::default(),
            over,
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let shared = Arc::clone(&served);
                thread::spawn(move || {
                    // The client may go at any time.
                    let _ = shared.serve(connection, &stream.unwrap());
                    let _ = shared.over.send(connection);
                });
            }
        });
        Self { shared, over: receiver, endpoint }
    }

    /// What happens to the next requests; those after them pass.
    fn script(&self, faults: &[Fault]) {
        self.shared.script.lock().unwrap().extend(faults);
    }
    /// The requests since the last time that this was asked, and those of them that the service got.
    fn seen(&self) -> (Vec<Seen>, usize) {
        assert_eq!(self.shared.script.lock().unwrap().len(), 0, "faults that did not happen");
        let seen = std::mem::take(&mut *self.shared.seen.lock().unwrap());
        let served = std::mem::take(&mut *self.shared.served.lock().unwrap());
        (seen, served.len())
    }
    fn client(&self) -> Client {
        self.client_over(&options())
    }
    fn client_over(&self, options: &HttpOptions) -> Client {
        Client::new(HttpTransport::with_options(options), self.endpoint.clone()).with_time(Hasty)
    }
    /// A client that tries once.
    fn client_of_one_attempt(&self) -> iam::Client {
        iam::Client::new(self.client().with_retry(RetryPolicy::STANDARD.with_max_attempts(1)))
    }
    /// The names of the service's users, asked for without the proxy.
    fn users(&self) -> Vec<String> {
        let client = iam::Client::new(Client::new(self.shared.service.clone(), self.endpoint.clone()));
        let users = client.list_users(&iam::ListUsersRequest::new()).unwrap().users;
        users.into_iter().map(|user| user.user_name).collect()
    }
}

/// Without the proxies that the environment may name.
fn options() -> HttpOptions {
    let mut options = HttpOptions::default();
    options.use_proxies = false;
    options
}

/// The system's time, in which waiting takes none.
struct Hasty;

impl Time for Hasty {
    fn now(&self) -> Timestamp {
        SystemTime.now()
    }
    fn sleep(&self, _: std::time::Duration) {}
    fn random(&self) -> f64 {
        0.0
    }
}

impl Shared {
    /// Serves a connection until one side closes it.
    fn serve(&self, connection: usize, stream: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        loop {
            if reader.fill_buf()?.is_empty() {
                return Ok(());
            }
            let fault = self.script.lock().unwrap().pop_front().unwrap_or(Fault::None);
            if let Fault::DropUnread = fault {
                self.see(connection, &Request::default());
                return Ok(());
            }
            let (mut request, length) = read_head(&mut reader)?;
            if let Fault::DropHalfRead = fault {
                self.see(connection, &request);
                return Ok(());
            }
            request.body_mut().resize(length, 0);
            reader.read_exact(request.body_mut())?;
            self.see(connection, &request);
            let response = match fault {
                Fault::LoseRequest => return Ok(()),
                Fault::HoldRequest => return wait_for_end(&mut reader),
                Fault::Answer(status, header, body) => {
                    let head = head(status, header, body.len());
                    (&*stream).write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
                    continue;
                }
                _ => {
                    self.served.lock().unwrap().push(request.body().clone());
                    self.service.handle(&request)
                }
            };
            if let Fault::HoldReply = fault {
                return wait_for_end(&mut reader);
            }
            (&*stream).write_all(&reply(fault, &response))?;
            if !matches!(fault, Fault::None) {
                return Ok(());
            }
        }
    }

    fn see(&self, connection: usize, request: &Request<Vec<u8>>) {
        let header =
            |name| request.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned());
        let (invocation, sequence) = (header("amz-sdk-invocation-id"), header("amz-sdk-request"));
        self.seen.lock().unwrap().push(Seen { connection, invocation, sequence, body: request.body().clone() });
    }
}

/// The bytes that the client gets of this reply.
fn reply(fault: Fault, response: &Response<Vec<u8>>) -> Vec<u8> {
    let (status, body) = (response.status().as_u16(), response.body());
    let whole_head = head(status, "Content-Type: text/xml", body.len());
    let chunked_head = whole_head.replace(&format!("Content-Length: {}", body.len()), "Transfer-Encoding: chunked");
    let half = &body[..body.len() / 2];
    let chunk = format!("{:x}\r\n", body.len());
    match fault {
        Fault::LoseReply => Vec::new(),
        Fault::CutHead => whole_head.as_bytes()[..whole_head.len() / 2].to_vec(),
        Fault::CutBody => [whole_head.as_bytes(), half].concat(),
        Fault::CutChunk => [chunked_head.as_bytes(), chunk.as_bytes(), half].concat(),
        Fault::CutAfterChunks => [chunked_head.as_bytes(), chunk.as_bytes(), body, b"\r\n"].concat(),
        _ => [whole_head.as_bytes(), body].concat(),
    }
}

fn head(status: u16, header: &str, length: usize) -> String {
    format!("HTTP/1.1 {status} Whatever\r\n{header}\r\nContent-Length: {length}\r\n\r\n")
}

/// A request without its body, and the length of that.
fn read_head(reader: &mut impl BufRead) -> io::Result<(Request<Vec<u8>>, usize)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let mut request = Request::builder().method(words.next().unwrap()).uri(words.next().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap();
        }
        request = request.header(name, value);
    }
    Ok((request.body(Vec::new()).unwrap(), length))
}

/// Waits until the client closes the connection.
fn wait_for_end(reader: &mut impl Read) -> io::Result<()> {
    io::copy(reader, &mut io::sink()).map(|_| ())
}

fn create_user(client: &Client) -> Result<iam::CreateUserResponse, iam::Error> {
    iam::Client::new(client.clone()).create_user(&iam::CreateUserRequest::new("jane"))
}

/// Asserts that these are the attempts of one call: the same id and the same bytes, and each says which one it is.
fn assert_attempts(seen: &[Seen], count: usize) {
    assert_eq!(seen.len(), count, "{seen:?}");
    let whole: Vec<_> = seen.iter().enumerate().filter(|(_, seen)| !seen.body.is_empty()).collect();
    for (index, attempt) in &whole {
        assert_eq!(attempt.invocation, whole[0].1.invocation);
        assert_eq!(attempt.invocation.len(), 36);
        assert_eq!(attempt.body, whole[0].1.body);
        assert_eq!(attempt.sequence, format!("attempt={}; max=3", index + 1));
    }
}

#[test]
fn a_request_that_was_lost_is_sent_again_and_done_once() {
    for fault in [Fault::DropUnread, Fault::DropHalfRead, Fault::LoseRequest] {
        let proxy = Proxy::new();
        proxy.script(&[fault, fault]);
        let user = create_user(&proxy.client()).unwrap_or_else(|error| panic!("{fault:?}: {error}")).user.unwrap();
        assert_eq!(user.user_name, "jane");
        let (seen, served) = proxy.seen();
        assert_attempts(&seen, 3);
        assert_eq!((served, proxy.users()), (1, vec!["jane".to_owned()]), "{fault:?}");
    }
}

/// As in AWS's standard mode: whether the service did what was asked cannot be known, so the request is sent again, and the
/// service says what came of it.
#[test]
fn a_request_whose_reply_was_lost_is_sent_again() {
    let lost = [Fault::LoseReply, Fault::CutHead, Fault::CutBody, Fault::CutChunk, Fault::CutAfterChunks];
    for fault in lost {
        let proxy = Proxy::new();
        proxy.script(&[fault]);
        let error = create_user(&proxy.client()).unwrap_err();
        assert!(matches!(error, iam::Error::EntityAlreadyExistsException(_)), "{fault:?}: {error}");
        let (seen, served) = proxy.seen();
        assert_attempts(&seen, 2);
        assert_eq!((served, proxy.users()), (2, vec!["jane".to_owned()]), "{fault:?}");

        // What only reads is none the wiser.
        proxy.script(&[fault, fault]);
        let request = iam::GetUserRequest::new().with_user_name("jane");
        assert_eq!(iam::Client::new(proxy.client()).get_user(&request).unwrap().user.user_name, "jane");
        assert_attempts(&proxy.seen().0, 3);
    }
}

#[test]
fn with_one_attempt_nothing_is_sent_twice() {
    let lost =
        [Fault::LoseRequest, Fault::LoseReply, Fault::CutHead, Fault::CutBody, Fault::CutChunk, Fault::CutAfterChunks];
    for fault in lost {
        let proxy = Proxy::new();
        let client = proxy.client_of_one_attempt();
        client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
        let create = || {
            client.create_service_specific_credential(&iam::CreateServiceSpecificCredentialRequest::new(
                "jane",
                "codecommit.amazonaws.com",
            ))
        };
        let count = || {
            let request = iam::ListServiceSpecificCredentialsRequest::new().with_user_name("jane");
            client.list_service_specific_credentials(&request).unwrap().service_specific_credentials.len()
        };
        proxy.seen();
        // The connection is one that was used before: what is lost on it is not sent again behind our back.
        proxy.script(&[fault]);
        let error = create().unwrap_err();
        assert!(matches!(&error, iam::Error::Call(Error::Transport(_))), "{fault:?}: {error:?}");
        assert!(error.raw_reply().is_none());
        let (seen, served) = proxy.seen();
        assert_eq!((seen.len(), seen[0].connection), (1, 0), "{fault:?}");
        assert_eq!(seen[0].sequence, "attempt=1; max=1");
        let done = usize::from(!matches!(fault, Fault::LoseRequest));
        assert_eq!((served, count()), (done, done), "{fault:?}");
    }
}

#[test]
fn a_token_is_the_same_in_all_attempts_and_another_in_the_next_call() {
    let proxy = Proxy::new();
    let done = Fault::Answer(200, "X: y", "<LaunchResponse/>");
    proxy.script(&[Fault::LoseRequest, Fault::Answer(503, "X: y", ""), done, done]);
    let launch = || proxy.client().call_by_name(&launch::LAUNCH, &launch::LaunchRequest::default()).unwrap();
    launch();
    launch();
    let (seen, _) = proxy.seen();
    assert_attempts(&seen[..3], 3);
    assert_attempts(&seen[3..], 1);
    let token = |seen: &Seen| String::from_utf8_lossy(&seen.body).split_once("ClientToken=").unwrap().1.to_owned();
    assert_eq!(token(&seen[0]).len(), 36);
    assert_ne!(token(&seen[0]), token(&seen[3]));
    assert_ne!(seen[0].invocation, seen[3].invocation);
}

#[test]
fn a_connection_is_used_again_until_it_is_closed() {
    let proxy = Proxy::new();
    let client = proxy.client();
    let list = || iam::Client::new(client.clone()).list_users(&iam::ListUsersRequest::new()).unwrap();
    let connections = || proxy.seen().0.into_iter().map(|seen| (seen.connection, seen.sequence)).collect::<Vec<_>>();
    let attempt = |connection, number| (connection, format!("attempt={number}; max=3"));
    list();
    proxy.script(&[Fault::CloseAfter]);
    list();
    assert_eq!(proxy.over.recv(), Ok(0), "the proxy has closed it");
    // A connection that is known to be closed costs no attempt.
    list();
    assert_eq!(connections(), [attempt(0, 1), attempt(0, 1), attempt(1, 1)]);
    // One that is closed when the request is on its way does.
    proxy.script(&[Fault::DropUnread]);
    list();
    assert_eq!(connections().into_iter().map(|(connection, _)| connection).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn answers_of_others_than_the_service() {
    const XML: &str = "<ErrorResponse><Error><Code>ServiceUnavailable</Code></Error></ErrorResponse>";
    const HTML: &str = "<!DOCTYPE html>\n<html><body><h1>Bad Gateway</h1></body></html>";
    const GARBAGE: &str = "\u{0}\u{1}\u{fffd}<<<&";
    for status in [500, 502, 503, 504, 429] {
        for (body, says) in [
            (XML, "ServiceUnavailable"),
            (HTML, "the body is HTML"),
            ("", "the body is empty"),
            (GARBAGE, "unreadable reply"),
            ("<ErrorResponse><Error><Code>Throt", "the body ends too early"),
        ] {
            let proxy = Proxy::new();
            let answer = Fault::Answer(status, "X-Amz-Request-Id: 4a7b", body);
            proxy.script(&[answer, answer]);
            assert_eq!(create_user(&proxy.client()).unwrap().user.unwrap().user_name, "jane", "{status} {body}");
            let (seen, served) = proxy.seen();
            assert_attempts(&seen, 3);
            assert_eq!(served, 1);

            proxy.script(&[answer, answer, answer]);
            let error = create_user(&proxy.client()).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(says) && text.contains(&format!("status {status}")), "{text}");
            assert!(!text.contains('\n') && text.starts_with("CreateUser: "), "{text}");
            let raw = error.raw_reply().unwrap();
            assert_eq!((raw.status().as_u16(), raw.body().expose_secret()), (status, body.as_bytes()));
            assert_eq!(error.request_id(), Some("4a7b"));
            assert_eq!(proxy.seen().1, 0);
        }
    }
}

#[test]
fn answers_that_another_attempt_would_not_change() {
    for (status, body) in [
        (200, "<html><body>Sign in to this network</body></html>"),
        (200, "{\"Users\": []}"),
        (301, "<html>Moved</html>"),
        (403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"),
        (404, "<html>Not here</html>"),
    ] {
        let proxy = Proxy::new();
        proxy.script(&[Fault::Answer(status, "Location: /elsewhere", body)]);
        let error = create_user(&proxy.client()).unwrap_err();
        assert_eq!(error.raw_reply().unwrap().body().expose_secret(), body.as_bytes());
        assert_attempts(&proxy.seen().0, 1);
        assert_eq!(proxy.users(), [""; 0]);
    }
    // A reply that is well delivered but ends early was cut off by someone before the proxy.
    let proxy = Proxy::new();
    proxy.script(&[Fault::Answer(200, "X: y", "<CreateUserResponse><CreateUserResult><User><UserName>ja")]);
    assert_eq!(create_user(&proxy.client()).unwrap().user.unwrap().user_name, "jane");
    assert_attempts(&proxy.seen().0, 2);
}

#[test]
fn a_reply_that_is_too_long_is_not_asked_for_again() {
    let proxy = Proxy::new();
    let mut options = options();
    options.max_bytes = 100;
    let error = create_user(&proxy.client_over(&options)).unwrap_err();
    assert!(matches!(&error, iam::Error::Call(error) if !error.is_retryable()), "{error:?}");
    assert_attempts(&proxy.seen().0, 1);
}

#[test]
fn a_reply_may_be_as_long_as_the_limit() {
    let body = "<CreateUserResponse><CreateUserResult><User><UserName>joe</UserName></User></CreateUserResult>\
                </CreateUserResponse>";
    let proxy = Proxy::new();
    let mut options = options();
    options.max_bytes = body.len() as u64;
    proxy.script(&[Fault::Answer(200, "X: y", body), Fault::Answer(200, "X: y", body)]);
    assert_eq!(create_user(&proxy.client_over(&options)).unwrap().user.unwrap().user_name, "joe");
    options.max_bytes -= 1;
    let error = create_user(&proxy.client_over(&options)).unwrap_err();
    assert_eq!(error.to_string(), format!("no reply: the reply has more than {} bytes", body.len() - 1));
    assert_attempts(&proxy.seen().0[1..], 1);
}

#[test]
fn the_time_of_a_whole_call_does_not_make_its_attempts_longer() {
    let proxy = Proxy::new();
    let mut options = options();
    options.attempt_timeout = std::time::Duration::from_millis(200);
    let client = proxy.client_over(&options).with_timeouts(None, Some(std::time::Duration::from_hours(1)));
    proxy.script(&[Fault::HoldRequest]);
    let error = create_user(&client.with_retry(RetryPolicy::STANDARD.with_max_attempts(1))).unwrap_err();
    assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout()), "{error:?}");
}

#[test]
fn who_does_not_answer_is_left() {
    for fault in [Fault::HoldRequest, Fault::HoldReply] {
        let proxy = Proxy::new();
        let client = proxy.client();
        iam::Client::new(client.clone()).list_users(&iam::ListUsersRequest::new()).unwrap();
        proxy.seen();
        let impatient = client.with_timeouts(Some(std::time::Duration::from_millis(200)), None);
        let one = impatient.with_retry(RetryPolicy::STANDARD.with_max_attempts(1));
        proxy.script(&[fault]);
        let error = create_user(&one).unwrap_err();
        assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout() && error.is_retryable()), "{error:?}");
        // The proxy held on until the client closed the connection, and the next call takes another one.
        assert_eq!(proxy.over.recv(), Ok(0));
        let (seen, served) = proxy.seen();
        assert_eq!((seen.len(), served), (1, usize::from(matches!(fault, Fault::HoldReply))));
        iam::Client::new(proxy.client()).list_users(&iam::ListUsersRequest::new()).unwrap();
    }
}

#[test]
fn a_reply_that_does_not_come_is_not_read_for_ever() {
    let proxy = Proxy::new();
    let mut options = options();
    options.attempt_timeout = std::time::Duration::from_hours(1);
    options.read_timeout = std::time::Duration::from_millis(200);
    let one = proxy.client_over(&options).with_retry(RetryPolicy::STANDARD.with_max_attempts(1));
    proxy.script(&[Fault::HoldReply]);
    let error = create_user(&one).unwrap_err();
    assert!(matches!(&error, iam::Error::Call(error) if error.is_timeout() && error.is_retryable()), "{error:?}");
}

#[test]
fn a_late_reply_is_not_taken_for_the_next_one() {
    let proxy = Proxy::new();
    let client = proxy.client().with_timeouts(Some(std::time::Duration::from_secs(1)), None);
    proxy.script(&[Fault::HoldReply]);
    let error = create_user(&client).unwrap_err();
    assert!(matches!(error, iam::Error::EntityAlreadyExistsException(_)), "{error:?}");
    let (seen, served) = proxy.seen();
    assert_attempts(&seen, 2);
    assert_eq!((served, seen[1].connection), (2, 1));
}
