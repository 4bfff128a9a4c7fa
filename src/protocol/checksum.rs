//! Checksums of bodies, as AWS's SDKs have them since 2025: CRC-32 unless the input says otherwise, wherever the operation
//! takes one. Smithy's `httpChecksum` and `httpChecksumRequired`.

use http::{HeaderMap, Request, StatusCode};

use crate::decode::DecodeError;
use crate::encode::{EncodeError, EncodeOptions};
use crate::schema::Operation;
use crate::value::Structure;

#[cfg(feature = "checksums")]
pub(crate) use self::with_feature::{Expected, Lacking, expected, lacking};

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
    if operation.checksum().is_some_and(|checksum| checksum.required) && !is_given(request.headers()) {
        let algorithm = "CRC32 (without the feature `checksums`)".to_owned();
        return Err(EncodeError::new(crate::encode::EncodeErrorKind::Checksum(algorithm)));
    }
    Ok(())
}

/// Without the feature `checksums`, replies are not checked.
#[cfg(not(feature = "checksums"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it does more")]
pub(crate) fn verify(_: &Operation, _: StatusCode, _: &HeaderMap, _: &[u8]) -> Result<(), DecodeError> {
    Ok(())
}

const PREFIX: &str = "x-amz-checksum-";

/// Whether the caller gave a checksum.
fn is_given(headers: &HeaderMap) -> bool {
    headers.contains_key("content-md5")
        || headers.keys().any(|name| {
            name.as_str()
                .strip_prefix(PREFIX)
                .is_some_and(|algorithm| !matches!(algorithm, "mode" | "type" | "algorithm"))
        })
}

#[cfg(feature = "checksums")]
mod with_feature {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use sha2::{Digest, Sha256};

    use super::{PREFIX, is_given};
    use crate::decode::{DecodeError, DecodeErrorKind};
    use crate::encode::{EncodeError, EncodeErrorKind};
    use crate::protocol::scalar::write_blob;
    use crate::schema::{Checksum, Operation};
    use crate::value::{Structure, View};

    const DEFAULT: &str = "CRC32";

    /// A checksum in the making.
    #[derive(Clone, Debug)]
    pub(crate) enum Hasher {
        Crc32(crc32fast::Hasher),
        Sha256(Sha256),
    }

    impl Hasher {
        /// By this algorithm, if it is computed here.
        fn new(algorithm: &str) -> Option<Self> {
            match algorithm {
                "CRC32" => Some(Self::Crc32(crc32fast::Hasher::new())),
                "SHA256" => Some(Self::Sha256(Sha256::default())),
                _ => None,
            }
        }

        pub(crate) fn update(&mut self, bytes: &[u8]) {
            match self {
                Self::Crc32(hasher) => hasher.update(bytes),
                Self::Sha256(hasher) => hasher.update(bytes),
            }
        }

        /// In base64.
        pub(crate) fn finish(self) -> String {
            match self {
                Self::Crc32(hasher) => write_blob(&hasher.finalize().to_be_bytes()),
                Self::Sha256(hasher) => write_blob(&hasher.finalize()),
            }
        }
    }

    /// The checksum that a request may carry and does not have yet.
    #[derive(Debug)]
    pub(crate) struct Lacking {
        algorithm: String,
        /// The header that tells the algorithm, if the input does not.
        algorithm_header: Option<&'static str>,
        /// Whether it goes without saying: neither operation nor input ask for it.
        pub(crate) is_optional: bool,
        pub(crate) digest: Hasher,
    }

    /// What is lacking in a request with these headers.
    pub(crate) fn lacking(
        operation: &Operation,
        input: &dyn Structure,
        headers: &HeaderMap,
    ) -> Result<Option<Lacking>, EncodeError> {
        let Some(checksum) = operation.checksum() else { return Ok(None) };
        if is_given(headers) || (!checksum.required && checksum.algorithm_member.is_none()) {
            return Ok(None);
        }
        let place = checksum.algorithm_member.and_then(|name| input.shape().member_index(name));
        let asked = place.and_then(|index| match input.member(index).view() {
            View::String(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        let algorithm = asked.unwrap_or(DEFAULT).to_owned();
        let Some(digest) = Hasher::new(&algorithm) else {
            return Err(EncodeError::new(EncodeErrorKind::Checksum(algorithm)));
        };
        let unsaid = place.filter(|_| asked.is_none());
        Ok(Some(Lacking {
            algorithm,
            algorithm_header: unsaid.map(|index| input.shape().members()[index].wire_name()),
            is_optional: asked.is_none() && !checksum.required,
            digest,
        }))
    }

    impl Lacking {
        /// The header that it is.
        fn name(&self) -> String {
            format!("{PREFIX}{}", self.algorithm.to_ascii_lowercase())
        }

        /// Tells that it comes after the body, and how many bytes its line will have there, with the line end.
        #[cfg(feature = "sigv4")]
        pub(crate) fn announce(&self, headers: &mut HeaderMap) -> Result<usize, EncodeError> {
            insert(headers, "x-amz-trailer", &self.name())?;
            self.tell_algorithm(headers)?;
            // Every digest of an algorithm is as long as any other.
            let digest = self.digest.clone().finish();
            Ok(self.name().len() + ":".len() + digest.len() + "\r\n".len())
        }

        /// The line without its end, once the digest has taken the body.
        #[cfg(feature = "sigv4")]
        pub(crate) fn line(self) -> String {
            format!("{}:{}", self.name(), self.digest.finish())
        }

        fn tell_algorithm(&self, headers: &mut HeaderMap) -> Result<(), EncodeError> {
            match self.algorithm_header {
                Some(name) => insert(headers, name, &self.algorithm),
                None => Ok(()),
            }
        }

        /// Adds it, once the digest has taken the body.
        pub(crate) fn add(self, headers: &mut HeaderMap) -> Result<(), EncodeError> {
            self.tell_algorithm(headers)?;
            insert(headers, &self.name(), &self.digest.finish())
        }
    }

    /// Asks for a checksum in the reply, if the input does not say whether there should be one.
    pub(super) fn ask_for_one(
        checksum: &Checksum,
        input: &dyn Structure,
        headers: &mut HeaderMap,
    ) -> Result<(), EncodeError> {
        let Some(index) = checksum.mode_member.and_then(|name| input.shape().member_index(name)) else { return Ok(()) };
        if matches!(input.member(index).view(), View::Absent) {
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
            let text = headers.get(format!("{PREFIX}{}", algorithm.to_ascii_lowercase()))?.to_str().ok()?;
            // One of parts, with their number after a hyphen, says nothing of the whole.
            let is_whole = !text.contains('-');
            Hasher::new(algorithm).filter(|_| is_whole).map(|digest| Expected {
                algorithm,
                text: text.to_owned(),
                digest,
            })
        })
    }
}
