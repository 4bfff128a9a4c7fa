//! What a request says of its own signature, in its header or in its query, read strictly.

use http::header::{AUTHORIZATION, HeaderMap};
use http::{HeaderName, Uri};
use secrecy::SecretString;

use super::ascii::Ascii;
use super::canonical::percent_decoded;
use super::identity::Identity;
use super::request::{ALGORITHM, DATE, SECURITY_TOKEN, spelled};
use super::verifier::VerifyError;
use crate::timestamp::Timestamp;

/// The longest that a presigned request may be valid, in seconds: seven days.
const MAX_EXPIRES: i64 = 7 * 86_400;

/// A signature, whose it is, and what it covers.
pub(super) struct Claim {
    pub(super) identity: Identity,
    pub(super) timestamp: Timestamp,
    /// The same as it was signed.
    pub(super) time: Ascii<16>,
    pub(super) place: Place,
    pub(super) signature: [u8; 32],
    pub(super) session_token: Option<SecretString>,
    /// The hash of the body, where the query tells it.
    pub(super) content_sha256: Option<String>,
    signed_headers: String,
}

/// Where the signature stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// In the header `authorization`.
    Header,
    /// In the query, for so many seconds.
    Query { expires: i64 },
}

impl Claim {
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Result<Self, VerifyError> {
        let query = uri.query().unwrap_or_default();
        let in_query = parameters(query).any(|(name, _)| matches!(name, "X-Amz-Algorithm" | "X-Amz-Signature"));
        match (single(headers, &AUTHORIZATION)?, in_query) {
            (Some(_), true) => {
                Err(malformed("Only one of the Authorization header and the query may have a signature."))
            }
            (Some(authorization), false) => Self::of_header(authorization, headers),
            (None, true) => Self::of_query(query),
            (None, false) => Err(VerifyError::Missing),
        }
    }

    fn of_header(authorization: &str, headers: &HeaderMap) -> Result<Self, VerifyError> {
        let rest = authorization
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| malformed(format!("Authorization header requires the algorithm '{ALGORITHM}'.")))?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split([',', ' ']).filter(|part| !part.is_empty()) {
            // What it says is not repeated: it may be a part of a secret.
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| malformed("Not a valid key=value pair (missing equal-sign) in Authorization header."))?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(malformed("Authorization header has an unknown parameter.")),
            };
            if place.replace(value).is_some() {
                return Err(malformed(format!("Authorization header has more than one '{name}' parameter.")));
            }
        }
        let time = match single(headers, &DATE)? {
            Some(date) => time_of(date),
            // Any form of a date that HTTP allows.
            None => single(headers, &http::header::DATE)?
                .map(|date| time_of(date).or_else(|| date.parse().ok().map(|time| (time, spelled(time)))))
                .ok_or_else(|| {
                    malformed("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
                })?,
        };
        let (timestamp, time) = time.ok_or_else(invalid_date)?;
        let required = |value: Option<&'_ str>, name: &str| {
            value
                .map(str::to_owned)
                .ok_or_else(|| malformed(format!("Authorization header requires '{name}' parameter.")))
        };
        Ok(Self {
            identity: identity(&required(credential, "Credential")?)?,
            timestamp,
            time,
            place: Place::Header,
            signature: digest(&required(signature, "Signature")?)?,
            session_token: single(headers, &SECURITY_TOKEN)?.map(SecretString::from),
            content_sha256: None,
            signed_headers: signed_names(required(signed_headers, "SignedHeaders")?)?,
        })
    }

    fn of_query(query: &str) -> Result<Self, VerifyError> {
        let optional = |name: &str| -> Result<Option<String>, VerifyError> {
            let mut values = parameters(query).filter(|(found, _)| *found == name).map(|(_, value)| value);
            match (values.next(), values.next()) {
                (_, Some(_)) => Err(malformed(format!("The query has more than one '{name}' parameter."))),
                (value, None) => Ok(value.map(percent_decoded)),
            }
        };
        let required = |name: &str| -> Result<String, VerifyError> {
            optional(name)?.ok_or_else(|| malformed(format!("AWS query-string parameters must include '{name}'.")))
        };
        if required("X-Amz-Algorithm")? != ALGORITHM {
            return Err(malformed(format!("AWS query-string requires the algorithm '{ALGORITHM}'.")));
        }
        let (timestamp, time) = time_of(&required("X-Amz-Date")?).ok_or_else(invalid_date)?;
        let expires = required("X-Amz-Expires")?;
        let is_number = !expires.is_empty() && expires.bytes().all(|byte| byte.is_ascii_digit());
        let expires = is_number.then(|| expires.parse().ok()).flatten().filter(|expires| *expires <= MAX_EXPIRES);
        Ok(Self {
            identity: identity(&required("X-Amz-Credential")?)?,
            timestamp,
            time,
            place: Place::Query {
                expires: expires.ok_or_else(|| {
                    malformed(format!("X-Amz-Expires must be a number of seconds, at most a week ({MAX_EXPIRES})."))
                })?,
            },
            signature: digest(&required("X-Amz-Signature")?)?,
            session_token: optional("X-Amz-Security-Token")?.map(SecretString::from),
            content_sha256: optional("X-Amz-Content-Sha256")?,
            signed_headers: signed_names(required("X-Amz-SignedHeaders")?)?,
        })
    }

    /// The names of the signed headers, sorted.
    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }

    pub(super) fn signs(&self, header: &str) -> bool {
        self.signed_headers().any(|name| name == header)
    }

    /// The part of the query that is signed, with every space as it is signed.
    pub(super) fn signed_query(&self, uri: &Uri, with_session_token: bool) -> String {
        let is_signed = |name: &str| match (self.place, name) {
            (Place::Header, _) => true,
            (Place::Query { .. }, "X-Amz-Signature") => false,
            (Place::Query { .. }, "X-Amz-Security-Token") => with_session_token,
            (Place::Query { .. }, _) => true,
        };
        let query = uri.query().unwrap_or_default();
        let signed = query.split('&').filter(|pair| is_signed(name_of(pair))).collect::<Vec<_>>().join("&");
        // What reads a query takes a plus for a space, so that is what must have been signed. Other signers sign a plus, and
        // who verified that would let anyone make a space of a plus that was signed.
        signed.replace('+', "%20")
    }
}

/// Reads `20150830T123600Z`. The text is kept as well: it is what was signed, and that of a leap second is not the only one of
/// its time.
fn time_of(text: &str) -> Option<(Timestamp, Ascii<16>)> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(day, 8) || !digits(time, 6) {
        return None;
    }
    let (year, month, day) = (&day[..4], &day[4..6], &day[6..]);
    let (hour, minute, second) = (&time[..2], &time[2..4], &time[4..]);
    let timestamp = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()?;
    Some((timestamp, Ascii(text.as_bytes().try_into().ok()?)))
}

fn malformed(why: impl Into<String>) -> VerifyError {
    VerifyError::Malformed(why.into())
}

fn invalid_date() -> VerifyError {
    malformed("Date must be in ISO-8601 'basic format', such as 20150830T123600Z.")
}

/// The value of a header that stands there once, if it does.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, VerifyError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(Some)
            .map_err(|_| malformed(format!("The header '{name}' has bytes that are not ASCII."))),
        (Some(_), Some(_)) => Err(malformed(format!("The request has more than one '{name}' header."))),
    }
}

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn name_of(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

fn identity(credential: &str) -> Result<Identity, VerifyError> {
    Identity::parse(credential).ok_or_else(|| {
        malformed(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request.",
        )
    })
}

/// A list of names of headers in the only form that there is of it: lower case, sorted, each once.
fn signed_names(names: String) -> Result<String, VerifyError> {
    let is_name = |name: &str| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if names.split(';').all(is_name) && names.split(';').is_sorted_by(|left, right| left < right) {
        Ok(names)
    } else {
        Err(malformed("SignedHeaders must be names in lower case, sorted, each once, with semicolons between them."))
    }
}

/// A signature of 64 small hexadecimal digits. Other texts are no signature, and match none.
pub(super) fn digest(text: &str) -> Result<[u8; 32], VerifyError> {
    let digits = text.as_bytes().as_chunks::<2>().0;
    let mut digest = [0; 32];
    if text.len() != 64 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(VerifyError::Mismatch);
    }
    for (byte, [high, low]) in digest.iter_mut().zip(digits) {
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or(VerifyError::Mismatch);
        *byte = u8::try_from(value(*high)? * 16 + value(*low)?).unwrap_or_default();
    }
    Ok(digest)
}
