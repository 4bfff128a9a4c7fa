//! Checksums of bodies. Operations with Smithy's `httpChecksum` take one of several algorithms: CRC-32 unless the input says
//! otherwise, as AWS's SDKs have it since 2025. Those with `httpChecksumRequired` alone take `Content-MD5` (RFC 1864).

#[cfg(feature = "rest-xml")]
use http::StatusCode;
use http::{HeaderMap, Request};

#[cfg(feature = "rest-xml")]
use crate::decode::DecodeError;
use crate::encode::{EncodeError, EncodeOptions};
use crate::schema::Operation;
use crate::value::Structure;

#[cfg(feature = "checksums")]
pub(crate) use self::with_feature::{Expected, Lacking, expected, lacking};
#[cfg(feature = "server")]
pub(crate) use self::with_feature::{Untrue, check};

/// Adds a checksum to a request that may carry one and has none yet; that of a streamed body is added by who reads it.
#[cfg(feature = "checksums")]
pub(crate) fn add(
    operation: &Operation,
    input: &dyn Structure,
    request: &mut Request<Vec<u8>>,
    options: &EncodeOptions<'_>,
) -> Result<(), EncodeError> {
    let Some(checksum) = operation.checksum() else { return Ok(()) };
    with_feature::ask_for_one(checksum, input, request.headers_mut())?;
    if options.streamed.is_some() {
        return Ok(());
    }
    let Some(mut lacking) = lacking(operation, input, request.headers())? else { return Ok(()) };
    lacking.digest.update(request.body());
    lacking.add(request.headers_mut())
}

/// Checks a reply against the checksum that it carries.
#[cfg(feature = "checksums")]
pub(crate) fn verify(
    operation: &Operation,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), DecodeError> {
    let Some(mut expected) = expected(operation, status, headers) else { return Ok(()) };
    expected.digest.update(body);
    expected.verify()
}

/// A request that must carry a checksum cannot be written without the feature `checksums`, unless it has one already.
#[cfg(not(feature = "checksums"))]
pub(crate) fn add(
    operation: &Operation,
    _: &dyn Structure,
    request: &mut Request<Vec<u8>>,
    _: &EncodeOptions<'_>,
) -> Result<(), EncodeError> {
    let Some(checksum) = operation.checksum().filter(|checksum| checksum.required) else { return Ok(()) };
    if is_given(request.headers()) {
        return Ok(());
    }
    let algorithm = if checksum.flexible { "CRC32" } else { "MD5" };
    let algorithm = format!("{algorithm} (without the feature `checksums`)");
    Err(EncodeError::new(crate::encode::EncodeErrorKind::Checksum(algorithm)))
}

/// Without the feature `checksums`, replies are not checked.
#[cfg(all(feature = "rest-xml", not(feature = "checksums")))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it does more")]
pub(crate) fn verify(_: &Operation, _: StatusCode, _: &HeaderMap, _: &[u8]) -> Result<(), DecodeError> {
    Ok(())
}

const PREFIX: &str = "x-amz-checksum-";
const CONTENT_MD5: &str = "content-md5";

/// Whether the caller gave a checksum.
fn is_given(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_MD5)
        || headers.keys().any(|name| {
            name.as_str()
                .strip_prefix(PREFIX)
                .is_some_and(|algorithm| !matches!(algorithm, "mode" | "type" | "algorithm"))
        })
}

#[cfg(feature = "checksums")]
mod with_feature {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use md5::Md5;
    use sha2::{Digest, Sha256};

    use super::{CONTENT_MD5, PREFIX, is_given};
    use crate::decode::{DecodeError, DecodeErrorKind};
    use crate::encode::{EncodeError, EncodeErrorKind};
    use crate::protocol::scalar::write_blob;
    use crate::schema::{Checksum, Operation};
    use crate::value::{Structure, View};

    const DEFAULT: &str = "CRC32";
    const MD5: &str = "MD5";

    /// A checksum in the making.
    #[derive(Clone, Debug)]
    pub(crate) enum Hasher {
        Crc32(crc32fast::Hasher),
        Md5(Md5),
        Sha256(Sha256),
    }

    impl Hasher {
        /// By this algorithm, if it is computed here.
        fn new(algorithm: &str) -> Option<Self> {
            match algorithm {
                "CRC32" => Some(Self::Crc32(crc32fast::Hasher::new())),
                MD5 => Some(Self::Md5(Md5::default())),
                "SHA256" => Some(Self::Sha256(Sha256::default())),
                _ => None,
            }
        }

        pub(crate) fn update(&mut self, bytes: &[u8]) {
            match self {
                Self::Crc32(hasher) => hasher.update(bytes),
                Self::Md5(hasher) => hasher.update(bytes),
                Self::Sha256(hasher) => hasher.update(bytes),
            }
        }

        /// In base64.
        pub(crate) fn finish(self) -> String {
            match self {
                Self::Crc32(hasher) => write_blob(&hasher.finalize().to_be_bytes()),
                Self::Md5(hasher) => write_blob(&hasher.finalize()),
                Self::Sha256(hasher) => write_blob(&hasher.finalize()),
            }
        }
    }

    /// The checksum that a request may carry and does not have yet.
    #[derive(Debug)]
    pub(crate) struct Lacking {
        /// The header that it is.
        header: String,
        /// The algorithm, and the header that tells it, if the input does not.
        unsaid: Option<(&'static str, &'static str)>,
        /// Whether it goes without saying: neither operation nor input ask for it.
        pub(crate) is_optional: bool,
        /// Whether it may come after the body.
        pub(crate) may_follow: bool,
        pub(crate) digest: Hasher,
    }

    /// What is lacking in a request with these headers.
    pub(crate) fn lacking(
        operation: &Operation,
        input: &dyn Structure,
        headers: &HeaderMap,
    ) -> Result<Option<Lacking>, EncodeError> {
        let Some(checksum) = operation.checksum().filter(|checksum| is_of_requests(checksum)) else { return Ok(None) };
        if is_given(headers) {
            return Ok(None);
        }
        let place = checksum.algorithm_member.and_then(|name| input.shape().member_index(name));
        let asked = place.and_then(|index| match input.member(index).view() {
            View::String(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        let algorithm = if checksum.flexible { asked.unwrap_or(DEFAULT) } else { MD5 };
        let header = if checksum.flexible { header_of(algorithm) } else { CONTENT_MD5.to_owned() };
        let Some(digest) = Hasher::new(algorithm) else {
            return Err(EncodeError::new(EncodeErrorKind::Checksum(algorithm.to_owned())));
        };
        let unsaid = place.filter(|_| asked.is_none());
        Ok(Some(Lacking {
            header,
            unsaid: unsaid.map(|index| (DEFAULT, input.shape().members()[index].wire_name())),
            is_optional: asked.is_none() && !checksum.required,
            may_follow: checksum.flexible,
            digest,
        }))
    }

    /// Whether requests carry one, and not replies alone.
    fn is_of_requests(checksum: &Checksum) -> bool {
        checksum.required || checksum.algorithm_member.is_some()
    }

    /// The header of a checksum by this algorithm.
    fn header_of(algorithm: &str) -> String {
        format!("{PREFIX}{}", algorithm.to_ascii_lowercase())
    }

    impl Lacking {
        /// Tells that it comes after the body, and how many bytes its line will have there, with the line end.
        #[cfg(feature = "sigv4")]
        pub(crate) fn announce(&self, headers: &mut HeaderMap) -> Result<usize, EncodeError> {
            insert(headers, "x-amz-trailer", &self.header)?;
            self.tell_algorithm(headers)?;
            // Every digest of an algorithm is as long as any other.
            let digest = self.digest.clone().finish();
            Ok(self.header.len() + ":".len() + digest.len() + "\r\n".len())
        }

        /// The line without its end, once the digest has taken the body.
        #[cfg(feature = "sigv4")]
        pub(crate) fn line(self) -> String {
            format!("{}:{}", self.header, self.digest.finish())
        }

        fn tell_algorithm(&self, headers: &mut HeaderMap) -> Result<(), EncodeError> {
            match self.unsaid {
                Some((algorithm, name)) => insert(headers, name, algorithm),
                None => Ok(()),
            }
        }

        /// Adds it, once the digest has taken the body.
        pub(crate) fn add(self, headers: &mut HeaderMap) -> Result<(), EncodeError> {
            self.tell_algorithm(headers)?;
            insert(headers, &self.header, &self.digest.finish())
        }
    }

    /// Asks for a checksum in the reply, if the input does not say whether there should be one.
    pub(super) fn ask_for_one(
        checksum: &Checksum,
        input: &dyn Structure,
        headers: &mut HeaderMap,
    ) -> Result<(), EncodeError> {
        let Some(index) = checksum.mode_member.and_then(|name| input.shape().member_index(name)) else { return Ok(()) };
        // What is empty is not sent.
        if matches!(input.member(index).view(), View::Absent | View::String("")) {
            return insert(headers, input.shape().members()[index].wire_name(), "ENABLED");
        }
        Ok(())
    }

    fn insert(headers: &mut HeaderMap, name: &str, text: &str) -> Result<(), EncodeError> {
        let illegal = || EncodeError::new(EncodeErrorKind::Header).within(name.to_owned());
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| illegal())?;
        headers.insert(key, HeaderValue::try_from(text).map_err(|_| illegal())?);
        Ok(())
    }

    /// The checksum that a body must have in the end.
    #[derive(Debug)]
    pub(crate) struct Expected {
        algorithm: &'static str,
        text: String,
        pub(crate) digest: Hasher,
    }

    impl Expected {
        /// Compares what was read with what was said.
        pub(crate) fn verify(self) -> Result<(), DecodeError> {
            if self.digest.finish() == self.text {
                return Ok(());
            }
            Err(DecodeError::new(DecodeErrorKind::Checksum(self.algorithm), 0))
        }
    }

    /// The checksum that a reply's head tells of its body, if it is one that is computed here.
    pub(crate) fn expected(operation: &Operation, status: StatusCode, headers: &HeaderMap) -> Option<Expected> {
        // A part of an object comes with the checksum of the whole.
        if status == StatusCode::PARTIAL_CONTENT {
            return None;
        }
        operation.checksum()?.response_algorithms.iter().find_map(|algorithm| {
            let text = headers.get(header_of(algorithm))?.to_str().ok()?;
            // One of parts, with their number after a hyphen, says nothing of the whole.
            let is_whole = !text.contains('-');
            Hasher::new(algorithm).filter(|_| is_whole).map(|digest| Expected {
                algorithm,
                text: text.to_owned(),
                digest,
            })
        })
    }

    /// What a request says of its body and is not so.
    #[cfg(feature = "server")]
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) enum Untrue {
        /// `Content-MD5` is none.
        MalformedMd5,
        /// The body has another one.
        Md5,
        /// The header of this name is no checksum.
        Malformed(String),
        /// The body has another checksum by this algorithm.
        Checksum(&'static str),
    }

    /// Checks what a request says of its body: `Content-MD5` for all operations, the other checksums for those that take them.
    /// One by an algorithm that is not computed here is taken as it is.
    #[cfg(feature = "server")]
    pub(crate) fn check(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Result<(), Untrue> {
        use crate::protocol::scalar::read_blob;

        let compare = |mut digest: Hasher, name: &str| {
            let mut values = headers.get_all(name).iter();
            let Some(value) = values.next() else { return Ok(true) };
            digest.update(body);
            let found = digest.finish();
            // Base64 of as many bytes is as long.
            let is_digest = |told: &&str| told.len() == found.len() && read_blob(told).is_some();
            let told = value.to_str().ok().map(str::trim).filter(is_digest).filter(|_| values.next().is_none());
            told.map(|told| told == found).ok_or(())
        };
        match compare(Hasher::Md5(Md5::default()), CONTENT_MD5) {
            Ok(true) => {}
            Ok(false) => return Err(Untrue::Md5),
            Err(()) => return Err(Untrue::MalformedMd5),
        }
        if !operation.checksum().is_some_and(is_of_requests) {
            return Ok(());
        }
        for algorithm in [DEFAULT, MD5, "SHA256"] {
            let name = header_of(algorithm);
            let Some(digest) = Hasher::new(algorithm) else { continue };
            match compare(digest, &name) {
                Ok(true) => {}
                Ok(false) => return Err(Untrue::Checksum(algorithm)),
                Err(()) => return Err(Untrue::Malformed(name)),
            }
        }
        Ok(())
    }
}
