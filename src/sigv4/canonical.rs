//! The canonical request: what is signed, in one spelling.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use http::HeaderMap;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::form::push_encoded;
use crate::sigv4::Options;
use crate::wipe;

/// Headers that proxies change or that are not there yet when the request is signed.
const UNSIGNED_HEADERS: [&str; 9] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "te",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

/// The parts of a request that the canonical form is made of. Path and query are as they stand in the request line.
pub(super) struct Parts<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) payload_hash: &'a str,
}

/// The names of the signed headers, joined by semicolons, and the lines with their values.
pub(super) struct SignedHeaders {
    pub(super) names: String,
    /// A session token may be among them.
    lines: Zeroizing<String>,
}

impl SignedHeaders {
    /// All headers that can be signed, and the host.
    pub(super) fn new(headers: &HeaderMap, host: &str) -> Self {
        let mut lines = Lines::new();
        if !headers.contains_key("host") {
            lines.insert("host", Zeroizing::new(host.to_owned()));
        }
        for (name, value) in headers {
            let name = name.as_str();
            if UNSIGNED_HEADERS.contains(&name) {
                continue;
            }
            add(&mut lines, name, &String::from_utf8_lossy(value.as_bytes()));
        }
        Self::of_lines(&lines)
    }

    /// The headers with these names, or the host as it is sent. `None` where one is not there or is not UTF-8.
    pub(super) fn named<'a>(headers: &'a HeaderMap, host: &str, names: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut lines = Lines::new();
        for name in names {
            if name == "host" && !headers.contains_key("host") {
                lines.insert(name, Zeroizing::new(host.to_owned()));
            }
            for value in headers.get_all(name) {
                add(&mut lines, name, std::str::from_utf8(value.as_bytes()).ok()?);
            }
            lines.get(name)?;
        }
        Some(Self::of_lines(&lines))
    }

    fn of_lines(lines: &Lines<'_>) -> Self {
        let names = lines.keys().copied().collect::<Vec<_>>().join(";");
        let length = lines.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (name, value) in lines {
            text.extend([name, ":", value, "\n"]);
        }
        Self { names, lines: text }
    }
}

/// Headers by name, the values of each in one line.
type Lines<'a> = BTreeMap<&'a str, Zeroizing<String>>;

/// Adds a value to the line of its name.
fn add<'a>(lines: &mut Lines<'a>, name: &'a str, value: &str) {
    let entry = lines.entry(name);
    let is_first = matches!(entry, Entry::Vacant(_));
    let line = entry.or_default();
    wipe::reserve(line, value.len() + 1);
    if !is_first {
        line.push(',');
    }
    // Trimmed, and each run of spaces as one.
    for (index, word) in value.split([' ', '\t']).filter(|word| !word.is_empty()).enumerate() {
        if index > 0 {
            line.push(' ');
        }
        line.push_str(word);
    }
}

/// The canonical request.
pub(super) fn request(parts: &Parts<'_>, headers: &SignedHeaders, options: &Options) -> SecretString {
    let Parts { method, path, query, payload_hash } = parts;
    let path = self::path(path, options);
    let query = self::query(query);
    let SignedHeaders { names, lines } = headers;
    let parts: [&str; 11] = [method, "\n", &path, "\n", &query, "\n", lines, "\n", names, "\n", payload_hash];
    wipe::secret(parts.concat())
}

/// The path, normalized (RFC 3986 section 6.2.2.3, and without empty segments) and encoded once more than it is, as all
/// services but S3 want it.
fn path(path: &str, options: &Options) -> String {
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
    if encoded.is_empty() { "/".to_owned() } else { encoded }
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
    let encode = |text: &str| {
        let mut encoded = String::new();
        push_encoded(&mut encoded, &percent_decoded(text));
        encoded
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
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
