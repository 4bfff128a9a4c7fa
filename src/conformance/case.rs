//! What a case says, in botocore's form.

use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use serde_json::{Map, Value as Json};

use crate::protocol::scalar::read_blob;

/// A case of a suite.
pub(super) struct Case<'a>(&'a Json);

/// The request that a case expects.
#[derive(Clone, Copy)]
pub(super) struct Serialized<'a>(&'a Json);

/// An object without members, for those that a case may leave out.
static EMPTY: std::sync::LazyLock<Json> = std::sync::LazyLock::new(|| Json::Object(Map::new()));

impl<'a> Case<'a> {
    pub(super) fn new(json: &'a Json) -> Self {
        Self(json)
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.0[key].as_str()
    }

    /// The id; empty if the case has none.
    pub(super) fn id(&self) -> String {
        self.text("id").unwrap_or_default().to_owned()
    }

    /// The endpoint that the client is given.
    pub(super) fn endpoint(&self) -> Result<Uri, String> {
        let endpoint = self.text("clientEndpoint").unwrap_or("https://example.com");
        endpoint.parse().map_err(|error| format!("the clientEndpoint {endpoint:?} is no URL: {error}"))
    }

    /// Parameters and the request that they become, in cases of requests.
    pub(super) fn input(&self) -> Option<(&'a Json, Serialized<'a>)> {
        Some((self.0.get("params")?, Serialized(self.0.get("serialized")?)))
    }

    /// The reply, in cases of replies. The body is base64 if it is a stream of events.
    pub(super) fn response(&self, has_events: bool) -> Option<Result<Response<Vec<u8>>, String>> {
        self.0.get("response").map(|json| response(json, has_events))
    }

    /// What the reply means, unless it is an error.
    pub(super) fn result(&self) -> &'a Json {
        self.0.get("result").unwrap_or(&EMPTY)
    }

    /// The members of the error that the reply is, if it is one.
    pub(super) fn error(&self) -> Option<&'a Json> {
        self.0.get("error")
    }

    pub(super) fn error_code(&self) -> Option<&'a str> {
        self.text("errorCode")
    }

    pub(super) fn error_message(&self) -> Option<&'a str> {
        self.text("errorMessage")
    }
}

impl<'a> Serialized<'a> {
    pub(super) fn method(self) -> Option<&'a str> {
        self.0["method"].as_str()
    }

    /// Path and query.
    pub(super) fn uri(self) -> Option<&'a str> {
        self.0["uri"].as_str().map(|uri| if uri.is_empty() { "/" } else { uri })
    }

    pub(super) fn host(self) -> Option<&'a str> {
        self.0["host"].as_str()
    }

    pub(super) fn body(self) -> Option<&'a str> {
        self.0["body"].as_str()
    }

    pub(super) fn headers(self) -> impl Iterator<Item = (&'a str, String)> {
        headers(self.0)
    }

    pub(super) fn required_headers(self) -> impl Iterator<Item = &'a str> {
        names(&self.0["requireHeaders"])
    }

    pub(super) fn forbidden_headers(self) -> impl Iterator<Item = &'a str> {
        names(&self.0["forbidHeaders"])
    }

    /// The request in the suite's own words. What it leaves out is as in `sent`, and without a body all but the line is.
    pub(super) fn request(self, endpoint: &Uri, sent: Option<&Request<Vec<u8>>>) -> Result<Request<Vec<u8>>, String> {
        let mut request = match (self.body(), sent) {
            (Some(body), _) => Request::new(body.as_bytes().to_vec()),
            (None, Some(sent)) => sent.clone(),
            (None, None) => Request::new(Vec::new()),
        };
        let method = match (self.method(), sent) {
            (Some(method), _) => Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?,
            (None, Some(sent)) => sent.method().clone(),
            (None, None) => Method::POST,
        };
        *request.method_mut() = method;
        let scheme = endpoint.scheme_str().unwrap_or("https");
        let host = self.host().or_else(|| endpoint.authority().map(http::uri::Authority::as_str)).unwrap_or_default();
        let uri = format!("{scheme}://{host}{}", self.uri().unwrap_or("/"));
        *request.uri_mut() = uri.parse().map_err(|error| format!("the expected URI {uri:?} is none: {error}"))?;
        for (name, value) in self.headers() {
            let (name, value) = header(name, &value)?;
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}

fn headers(json: &Json) -> impl Iterator<Item = (&str, String)> {
    json["headers"].as_object().into_iter().flatten().map(|(name, value)| {
        let value = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        (name.as_str(), value)
    })
}

fn names(json: &Json) -> impl Iterator<Item = &str> {
    json.as_array().into_iter().flatten().filter_map(Json::as_str)
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is no header's name"))?;
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| format!("{value:?} is no header's value"))?;
    Ok((name, value))
}

fn response(json: &Json, has_events: bool) -> Result<Response<Vec<u8>>, String> {
    let body = json["body"].as_str().unwrap_or_default();
    let body = if has_events {
        read_blob(body).ok_or("the body, a stream of events, is not base64")?
    } else {
        body.as_bytes().to_vec()
    };
    let mut response = Response::new(body);
    if let Some(status) = json.get("status_code") {
        *response.status_mut() = status
            .as_u64()
            .and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok())
            .ok_or_else(|| format!("{status} is no status"))?;
    }
    for (name, value) in headers(json) {
        let (name, value) = header(name, &value)?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
