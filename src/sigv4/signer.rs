//! Signing: string to sign, signature, and where it goes.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroize;

use super::ascii::Ascii;
use super::canonical::{CanonicalRequest, Parts, SignedHeaders};
use super::chunks::ChunkSigner;
use super::key::{KeyCache, hex, hex_hash};
use super::request::{
    ALGORITHM, CONTENT_SHA256, DATE, SECURITY_TOKEN, TERMINATOR, UNSIGNED_PAYLOAD, day, host, spelled,
};
use crate::credentials::Credentials;
use crate::form::push_encoded;
use crate::timestamp::Timestamp;
use crate::transport::SecretBody;

/// Where the scope begins in a string to sign, after the algorithm and the time.
const SCOPE: usize = ALGORITHM.len() + 1 + 17;
/// A line feed and a hash, with which it ends.
const HASH: usize = 1 + 64;

/// Signs requests for one region and service. The key that it derives is kept as long as the day and the secret stay.
pub struct Signer {
    region: String,
    service: String,
    options: Options,
    keys: KeyCache,
}

/// What services differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the path is encoded once more than it is in the request. All services but S3 want it.
    pub double_encode_path: bool,
    /// Whether `.`, `..` and empty segments are resolved. All services but S3 want it.
    pub normalize_path: bool,
    /// What of the body is signed.
    pub payload: Payload,
    /// Whether the body's hash is sent as `x-amz-content-sha256`. S3 wants it.
    pub content_sha256_header: bool,
    /// Whether the session token is signed. Few services want it added afterwards.
    pub sign_session_token: bool,
}

/// What of the body is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Payload {
    /// All of it, by its SHA-256.
    #[default]
    Signed,
    /// Nothing: for bodies that are not known when the head is sent, over TLS.
    Unsigned,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            double_encode_path: true,
            normalize_path: true,
            payload: Payload::Signed,
            content_sha256_header: false,
            sign_session_token: true,
        }
    }
}

impl Options {
    /// What S3 wants.
    #[must_use]
    pub fn s3() -> Self {
        Self { double_encode_path: false, normalize_path: false, content_sha256_header: true, ..Self::default() }
    }
}

/// A signature, and what it was made of.
#[derive(Clone)]
pub struct Signature {
    /// Canonical request, string to sign and signature, one after the other.
    text: Vec<u8>,
    /// The place of the string to sign.
    string_to_sign: Range<usize>,
    /// Whether there may be a secret in it.
    holds_secret: bool,
}

impl Signature {
    /// The signature in hexadecimal digits.
    #[must_use]
    pub fn signature(&self) -> &str {
        text(&self.text[self.string_to_sign.end..])
    }

    /// The canonical request; headers' values need not be text. The session token is in it, if that is signed. It is overwritten
    /// when this is dropped, unless the request has no query, no header that others do not have, and nothing marked as secret.
    #[must_use]
    pub fn expose_canonical_request(&self) -> &[u8] {
        &self.text[..self.string_to_sign.start]
    }

    /// The string to sign.
    #[must_use]
    pub fn string_to_sign(&self) -> &str {
        text(&self.text[self.string_to_sign.clone()])
    }

    /// What `authorization` has, given the access key's id and the place of the signed headers' names.
    fn authorization(&self, access_key_id: &str, names: Range<usize>) -> Vec<u8> {
        let Range { start, end } = self.string_to_sign;
        let scope = &self.text[start + SCOPE..end - HASH];
        let (credential, signature) = (access_key_id.as_bytes(), &self.text[end..]);
        [
            ALGORITHM.as_bytes(),
            b" Credential=",
            credential,
            b"/",
            scope,
            b", SignedHeaders=",
            &self.text[names],
            b", Signature=",
            signature,
        ]
        .concat()
    }
}

/// What was written as text.
fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

impl Drop for Signature {
    fn drop(&mut self) {
        if self.holds_secret {
            self.text.zeroize();
        }
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").field("signature", &self.signature()).finish_non_exhaustive()
    }
}

/// Why a request cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// It has no host, neither in its URI nor as a header.
    NoHost,
    /// A credential has characters that no header has.
    IllegalCredential,
    /// A presigned request must expire within seven days.
    Expiry,
    /// Its URI would be longer than any that can be sent.
    TooLong,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHost => "the request has no host to be signed",
            Self::IllegalCredential => "the access key id or the session token has characters that no header has",
            Self::Expiry => "a presigned request must expire after one second to seven days",
            Self::TooLong => "the signed request's URI is too long",
        })
    }
}

impl std::error::Error for SignError {}

impl Signer {
    /// For requests to a service (its signing name) in a region.
    #[must_use]
    pub fn new(region: impl Into<String>, service: impl Into<String>) -> Self {
        Self { region: region.into(), service: service.into(), options: Options::default(), keys: KeyCache::default() }
    }

    /// The same signer with other options.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Signs `request` at `time`: adds `x-amz-date`, `authorization`, and what else the credentials and the options ask for.
    ///
    /// A signature that is there already is replaced. A plus in the query is sent as `%2B`, and that is what is signed:
    /// unencoded, it is a space to some readers and to some verifiers.
    ///
    /// # Errors
    /// Without a host, or with credentials that no header can carry.
    pub fn sign<B: AsRef<[u8]>>(
        &self,
        request: &mut Request<B>,
        credentials: &Credentials,
        time: Timestamp,
    ) -> Result<Signature, SignError> {
        let hash = self.payload_hash(request.body().as_ref());
        let hash = hash.as_ref().map_or(UNSIGNED_PAYLOAD.as_bytes(), |hash| &hash.0);
        self.sign_hashed(request, hash, credentials, time)
    }

    /// The same for a body that is not at hand, but whose SHA-256 is known in hexadecimal digits, or which is
    /// [not signed](Self::payload_hash_without_body).
    ///
    /// # Errors
    /// Without a host, or with credentials that no header can carry.
    pub fn sign_with_payload_hash<B>(
        &self,
        request: &mut Request<B>,
        payload_hash: &str,
        credentials: &Credentials,
        time: Timestamp,
    ) -> Result<Signature, SignError> {
        self.sign_hashed(request, payload_hash.as_bytes(), credentials, time)
    }

    fn sign_hashed<B>(
        &self,
        request: &mut Request<B>,
        payload_hash: &[u8],
        credentials: &Credentials,
        time: Timestamp,
    ) -> Result<Signature, SignError> {
        let spelled = spelled(time);
        let time = &*spelled;
        if let Some(query) = request.uri().query().filter(|query| query.contains('+')) {
            let unambiguous = with_query(request.uri().clone(), &query.replace('+', "%2B"));
            *request.uri_mut() = unambiguous.ok_or(SignError::TooLong)?;
        }
        let headers = request.headers_mut();
        // Of the few that there are, which takes less time than to look for it by its hash.
        if headers.keys().any(|name| *name == SECURITY_TOKEN) {
            headers.remove(SECURITY_TOKEN);
        }
        headers.insert(DATE, header_value(time)?);
        if self.options.content_sha256_header {
            headers.insert(CONTENT_SHA256, header_value(text(payload_hash))?);
        }
        let token = credentials.session_token().map(|token| secret_header_value(token.expose_secret())).transpose()?;
        if let Some(token) = &token
            && self.options.sign_session_token
        {
            headers.insert(SECURITY_TOKEN, token.clone());
        }
        let host = host(request)?;
        let signed_headers = SignedHeaders::new(request.headers(), host.as_deref());
        let uri = request.uri();
        let parts = Parts {
            method: request.method().as_str(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            payload_hash,
        };
        let holds_secret = may_hold_secret(request);
        let (signature, names) = self.signature(&parts, &signed_headers, credentials, time, holds_secret);
        let authorization = signature.authorization(credentials.access_key_id(), names);
        let mut authorization = HeaderValue::try_from(authorization).map_err(|_| SignError::IllegalCredential)?;
        authorization.set_sensitive(true);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization);
        if let Some(token) = token {
            headers.insert(SECURITY_TOKEN, token);
        }
        Ok(signature)
    }

    /// What signs the chunks of a body, after [`sign_with_payload_hash`](Self::sign_with_payload_hash) has signed the request's
    /// head with `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, or the same with `-TRAILER`, in the hash's place: `seed` is the
    /// head's signature, and the other values are the ones that it was made with.
    #[must_use]
    pub fn chunk_signer(&self, seed: &str, credentials: &Credentials, time: Timestamp) -> ChunkSigner {
        let spelled = spelled(time);
        let time = &*spelled;
        let context = [time, "\n", &self.scope(time).concat()].concat();
        let key = self.keys.key(credentials.secret_access_key(), day(time), &self.region, &self.service);
        ChunkSigner::new(key, context, seed)
    }

    /// Whether the service is told in a header of what is signed in place of the body's hash.
    #[cfg(feature = "checksums")]
    pub(crate) fn has_content_sha256_header(&self) -> bool {
        self.options.content_sha256_header
    }

    /// Signs `request` in its query, so that its URL alone is enough for `expires` from `time` on. A signature that is there
    /// already, in the query or as a header, is replaced, and a plus in the query becomes `%2B`, as [`Signer::sign`] has it.
    ///
    /// # Errors
    /// Without a host, or when it would expire later than after seven days or at once.
    pub fn presign<B: AsRef<[u8]>>(
        &self,
        request: &mut Request<B>,
        credentials: &Credentials,
        time: Timestamp,
        expires: Duration,
    ) -> Result<Signature, SignError> {
        let seconds = expires.as_secs();
        if !(1..=7 * 86_400).contains(&seconds) {
            return Err(SignError::Expiry);
        }
        let spelled = spelled(time);
        let time = &*spelled;
        let hash = self.payload_hash(request.body().as_ref());
        for header in [AUTHORIZATION, DATE, SECURITY_TOKEN] {
            request.headers_mut().remove(header);
        }
        let host = host(request)?;
        let signed_headers = SignedHeaders::new(request.headers(), host.as_deref());
        let uri = request.uri().clone();
        let mut query = without_signature(uri.query().unwrap_or_default()).replace('+', "%2B");
        let credential = [credentials.access_key_id(), "/", &self.scope(time).concat()].concat();
        let names = signed_headers.names().collect::<Vec<_>>().join(";");
        for (name, value) in [
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", time),
            ("X-Amz-Expires", &seconds.to_string()),
            ("X-Amz-SignedHeaders", &names),
        ] {
            push_parameter(&mut query, name, value);
        }
        let token = credentials.session_token().map(ExposeSecret::expose_secret);
        if let Some(token) = token
            && self.options.sign_session_token
        {
            push_parameter(&mut query, "X-Amz-Security-Token", token);
        }
        let payload_hash = hash.as_ref().map_or(UNSIGNED_PAYLOAD.as_bytes(), |hash| &hash.0);
        let parts = Parts { method: request.method().as_str(), path: uri.path(), query: &query, payload_hash };
        let holds_secret = token.is_some() || may_hold_secret(request);
        let (signature, _) = self.signature(&parts, &signed_headers, credentials, time, holds_secret);
        if let Some(token) = token
            && !self.options.sign_session_token
        {
            push_parameter(&mut query, "X-Amz-Security-Token", token);
        }
        push_parameter(&mut query, "X-Amz-Signature", signature.signature());
        *request.uri_mut() = with_query(uri, &query).ok_or(SignError::TooLong)?;
        Ok(signature)
    }

    /// The signature, and the place of the signed headers' names in its text.
    fn signature(
        &self,
        parts: &Parts<'_>,
        headers: &SignedHeaders<'_>,
        credentials: &Credentials,
        time: &str,
        holds_secret: bool,
    ) -> (Signature, Range<usize>) {
        let request = CanonicalRequest::new(parts, headers, &self.options);
        let scope = self.scope(time);
        let scope_length: usize = scope.iter().map(|part| part.len()).sum();
        // Long enough from the start: what grows would leave a session token behind.
        let mut text = Vec::with_capacity(request.length() + SCOPE + scope_length + HASH + 64);
        let names = request.push(&mut text);
        let hash = hex_hash(&text);
        let start = text.len();
        for line in [ALGORITHM, time] {
            text.extend(line.as_bytes());
            text.push(b'\n');
        }
        for part in scope {
            text.extend(part.as_bytes());
        }
        text.push(b'\n');
        text.extend(&hash.0);
        let string_to_sign = start..text.len();
        let key = self.keys.key(credentials.secret_access_key(), day(time), &self.region, &self.service);
        text.extend(&hex(&key.into_hmac(&text[start..])).0);
        (Signature { text, string_to_sign, holds_secret }, names)
    }

    /// What is signed in place of a body's hash, if the body need not be known: where the options say so, and for services
    /// that are told of it in a header, as S3 is, over TLS.
    #[must_use]
    pub fn payload_hash_without_body(&self, uri: &Uri) -> Option<&'static str> {
        let over_tls = self.options.content_sha256_header && uri.scheme_str() == Some("https");
        (self.options.payload == Payload::Unsigned || over_tls).then_some(UNSIGNED_PAYLOAD)
    }

    /// The scope in parts: what a key is good for.
    fn scope<'a>(&'a self, time: &'a str) -> [&'a str; 7] {
        [day(time), "/", &self.region, "/", &self.service, "/", TERMINATOR]
    }

    /// The hash of a body, if it is signed.
    fn payload_hash(&self, body: &[u8]) -> Option<Ascii<64>> {
        (self.options.payload == Payload::Signed).then(|| hex_hash(body))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("region", &self.region)
            .field("service", &self.service)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Whether there may be a secret in the canonical request: there is a query, a header that not every request has, or something
/// that is marked as secret.
fn may_hold_secret<B>(request: &Request<B>) -> bool {
    let is_in_all = |name: &HeaderName| {
        matches!(
            name.as_str(),
            "amz-sdk-invocation-id"
                | "amz-sdk-request"
                | "content-length"
                | "content-type"
                | "host"
                | "user-agent"
                | "x-amz-content-sha256"
                | "x-amz-date"
        )
    };
    request.uri().query().is_some()
        || request.headers().iter().any(|(name, value)| value.is_sensitive() || !is_in_all(name))
        || request.extensions().get::<SecretBody>().is_some()
}

fn header_value(text: &str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_str(text).map_err(|_| SignError::IllegalCredential)
}

fn secret_header_value(text: &str) -> Result<HeaderValue, SignError> {
    let mut value = header_value(text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// What a presigned URL has besides the caller's parameters.
const PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
];

fn without_signature(query: &str) -> String {
    let is_kept = |pair: &&str| !PARAMETERS.contains(&pair.split('=').next().unwrap_or_default());
    query.split('&').filter(is_kept).collect::<Vec<_>>().join("&")
}

fn push_parameter(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    push_encoded(query, value);
}

fn with_query(uri: Uri, query: &str) -> Option<Uri> {
    let path_and_query = PathAndQuery::try_from(format!("{}?{query}", uri.path())).ok()?;
    let mut parts = uri.into_parts();
    parts.path_and_query = Some(path_and_query);
    Uri::from_parts(parts).ok()
}
