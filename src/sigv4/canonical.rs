//! The canonical request: what is signed, in one spelling.

use std::borrow::Cow;
use std::ops::Range;

use http::HeaderMap;
use memchr::memchr2;

use crate::form::push_encoded;
use crate::sigv4::Options;

/// The parts of a request that the canonical form is made of. Path and query are as they stand in the request line.
pub(super) struct Parts<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) payload_hash: &'a [u8],
}

/// The headers that are signed.
pub(super) struct SignedHeaders<'a> {
    /// By name; values of the same name in their order.
    values: Vec<(&'a str, &'a [u8])>,
}

impl<'a> SignedHeaders<'a> {
    /// All headers that can be signed, and the host, if it is none of them.
    pub(super) fn new(headers: &'a HeaderMap, host: Option<&'a str>) -> Self {
        let mut values = Vec::with_capacity(headers.len() + 1);
        values.extend(host.map(|host| ("host", host.as_bytes())));
        for (name, value) in headers {
            if is_signed(name.as_str()) {
                values.push((name.as_str(), value.as_bytes()));
            }
        }
        values.sort_by_key(|(name, _)| *name);
        Self { values }
    }

    /// The headers with these names, which are sorted, or the host as it is sent. `None` where one is not there.
    #[cfg(feature = "server")]
    pub(super) fn named(
        headers: &'a HeaderMap,
        mut host: Option<&'a str>,
        names: impl Iterator<Item = &'a str>,
    ) -> Option<Self> {
        let mut values = Vec::with_capacity(headers.len() + 1);
        for name in names {
            let before = values.len();
            if name == "host" {
                values.extend(host.take().map(|host| (name, host.as_bytes())));
            }
            values.extend(headers.get_all(name).iter().map(|value| (name, value.as_bytes())));
            if values.len() == before {
                return None;
            }
        }
        Some(Self { values })
    }

    /// The names, each once.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.values.chunk_by(|(name, _), (next, _)| name == next).map(|same| same[0].0)
    }

    /// How many bytes their lines have at most.
    fn length(&self) -> usize {
        self.values.iter().map(|(name, value)| name.len() + value.len() + 2).sum()
    }

    /// Appends a line for each name, with all its values.
    fn push_lines(&self, text: &mut Vec<u8>) {
        let mut last = None;
        for (name, value) in &self.values {
            if last == Some(name) {
                text.push(b',');
            } else {
                if last.is_some() {
                    text.push(b'\n');
                }
                text.extend(name.as_bytes());
                text.push(b':');
            }
            push_collapsed(text, value);
            last = Some(name);
        }
        if last.is_some() {
            text.push(b'\n');
        }
    }
}

/// The canonical request, ready to be written.
pub(super) struct CanonicalRequest<'a> {
    method: &'a str,
    path: Cow<'a, str>,
    query: String,
    headers: &'a SignedHeaders<'a>,
    payload_hash: &'a [u8],
}

impl<'a> CanonicalRequest<'a> {
    pub(super) fn new(parts: &Parts<'a>, headers: &'a SignedHeaders<'a>, options: &Options) -> Self {
        let Parts { method, path, query, payload_hash } = *parts;
        Self { method, path: self::path(path, options), query: self::query(query), headers, payload_hash }
    }

    /// How many bytes it has at most.
    pub(super) fn length(&self) -> usize {
        let head = self.method.len() + self.path.len() + self.query.len();
        head + 2 * self.headers.length() + self.payload_hash.len() + 5
    }

    /// Appends it; gives the place of the headers' names.
    pub(super) fn push(&self, text: &mut Vec<u8>) -> Range<usize> {
        for line in [self.method, &self.path, &self.query] {
            text.extend(line.as_bytes());
            text.push(b'\n');
        }
        self.headers.push_lines(text);
        text.push(b'\n');
        let start = text.len();
        for (index, name) in self.headers.names().enumerate() {
            if index > 0 {
                text.push(b';');
            }
            text.extend(name.as_bytes());
        }
        let names = start..text.len();
        text.push(b'\n');
        text.extend(self.payload_hash);
        names
    }
}

/// Whether a header is signed: all are but those that proxies change or that are not there yet when the request is signed.
fn is_signed(name: &str) -> bool {
    !matches!(
        name,
        "authorization"
            | "connection"
            | "content-length"
            | "expect"
            | "keep-alive"
            | "te"
            | "transfer-encoding"
            | "user-agent"
            | "x-amzn-trace-id"
    )
}

/// Appends a value trimmed, and each run of spaces in it as one. Of white space, headers have blanks and tabs only.
fn push_collapsed(line: &mut Vec<u8>, value: &[u8]) {
    let mut rest = value.trim_ascii();
    while let Some(blank) = memchr2(b' ', b'\t', rest) {
        line.extend(&rest[..blank]);
        line.push(b' ');
        rest = rest[blank..].trim_ascii_start();
    }
    line.extend(rest);
}

/// The path, normalized (RFC 3986 section 6.2.2.3, and without empty segments) and encoded once more than it is, as all
/// services but S3 want it.
fn path<'a>(path: &'a str, options: &Options) -> Cow<'a, str> {
    if path == "/" {
        return Cow::Borrowed(path);
    }
    let path = if options.normalize_path { normalized(path) } else { path.to_owned() };
    let mut encoded = String::with_capacity(path.len() + 8);
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            encoded.push('/');
        }
        if options.double_encode_path {
            push_encoded(&mut encoded, segment);
        } else {
            push_encoded(&mut encoded, &percent_decoded(segment));
        }
    }
    Cow::Owned(if encoded.is_empty() { "/".to_owned() } else { encoded })
}

fn normalized(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let ends_open = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    let slash = if ends_open && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", segments.join("/"))
}

/// The parameters, each encoded exactly once, sorted by name and value.
fn query(query: &str) -> String {
    if query.is_empty() {
        return String::new();
    }
    let mut encoded = String::with_capacity(query.len() + 8);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        push_encoded(&mut encoded, &percent_decoded(name));
        // Nothing that is encoded has a space, and all that it has is greater: so a name comes before those that it begins.
        encoded.push(' ');
        push_encoded(&mut encoded, &percent_decoded(value));
        encoded.push('&');
    }
    let mut pairs: Vec<&str> = encoded.split_terminator('&').collect();
    pairs.sort_unstable();
    pairs.join("&").replace(' ', "=")
}

/// Decodes percent signs with two hexadecimal digits; everything else stays.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(&byte) = bytes.get(place) {
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(place + 1), digit(place + 2))
        {
            decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
            place += 3;
        } else {
            decoded.push(byte);
            place += 1;
        }
    }
    // What is not UTF-8 when decoded is signed as it stands.
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}
