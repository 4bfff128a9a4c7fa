//! From a request to a reply, and a line in the log.

use std::time::{Duration, Instant};

use http::header::{CONNECTION, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use shapewire::decode::DecodeOptions;
use shapewire::local::LocalIam;
use shapewire::schema::Operation;

use super::log::Log;

/// How much of a path the log shows.
const MAX_PATH: usize = 128;

/// The methods that the log shows. What stands in the place of others may be anything: the rest of another request, say.
static METHODS: [Method; 9] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::HEAD,
    Method::OPTIONS,
    Method::PATCH,
    Method::CONNECT,
    Method::TRACE,
];

/// Answers a request whose head is there, and whose body comes within `timeout`.
pub(super) async fn answer(
    service: LocalIam,
    request: Request<Incoming>,
    log: &Log,
    timeout: Duration,
) -> Response<Full<Bytes>> {
    let start = Instant::now();
    let (head, body) = request.into_parts();
    let path: String = head.uri.path().chars().take(MAX_PATH).collect();
    let method = METHODS.iter().find(|method| **method == head.method).map_or("-", Method::as_str);
    let body = if has_host(&head) {
        tokio::time::timeout(timeout, read(body)).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
    } else {
        Err(StatusCode::BAD_REQUEST)
    };
    let response = match body {
        // It may wait for the disk, and others need not wait with it.
        Ok(body) => tokio::task::spawn_blocking(move || service.handle(&Request::from_parts(head, body)))
            .await
            .unwrap_or_else(|_| closing(StatusCode::INTERNAL_SERVER_ERROR)),
        Err(status) => closing(status),
    };
    // The query stays out of the log: with a GET, the parameters are in it.
    let operation = response.extensions().get::<&'static Operation>().map_or("-", |operation| operation.name());
    let request_id = response.headers().get("x-amzn-requestid").and_then(|id| id.to_str().ok()).unwrap_or("-");
    let (status, milliseconds) = (response.status().as_u16(), start.elapsed().as_secs_f64() * 1000.0);
    log.add(format!("{method} {path} {operation} {status} {request_id} {milliseconds:.1} ms"));
    response.map(|body| Full::new(Bytes::from(body)))
}

/// Whether a request has the one `Host` that it must have since HTTP/1.1: a host, or nothing. RFC 9112, section 3.2.
fn has_host(head: &Parts) -> bool {
    let is_host = |host: &HeaderValue| {
        host.is_empty() || (!host.as_bytes().contains(&b'@') && Authority::try_from(host.as_bytes()).is_ok())
    };
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => head.version < Version::HTTP_11,
        (Some(host), None) => is_host(host),
        (Some(_), Some(_)) => false,
    }
}

/// The whole body, or the status to refuse it with.
async fn read(body: Incoming) -> Result<Bytes, StatusCode> {
    let limit = DecodeOptions::DEFAULT.max_bytes;
    // Where its length is announced, there is no need to read it first.
    if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length <= limit) {
        match Limited::new(body, limit).collect().await {
            Ok(body) => return Ok(body.to_bytes()),
            Err(error) if !error.is::<LengthLimitError>() => return Err(StatusCode::BAD_REQUEST),
            Err(_) => {}
        }
    }
    Err(StatusCode::PAYLOAD_TOO_LARGE)
}

/// A reply after which the connection ends: what is left of the request is not read.
fn closing(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
