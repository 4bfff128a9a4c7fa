//! Verification: whether a request was signed with the key that it names, in time, and whole.
//!
//! The messages are those of AWS's query services: *IAM User Guide*, "Troubleshoot signed requests for AWS APIs".

use std::fmt;
use std::time::Duration;

use http::Request;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

use super::aws_chunked::{SIGNED, SIGNED_WITH_TRAILER, UNSIGNED_WITH_TRAILER};
use super::canonical::{CanonicalRequest, Parts, SignedHeaders};
use super::chunks::ChunkSigner;
use super::claim::{self, Claim, Place};
use super::frames::{Frames, Framing, FramingError};
use super::identity::Identity;
use super::key::{self, SigningKey};
use super::request::{self, ALGORITHM, CONTENT_SHA256, TERMINATOR, UNSIGNED_PAYLOAD, host, spelled};
use super::{Options, Payload};
use crate::credentials::Credentials;
use crate::timestamp::Timestamp;

/// How far a signature's time may be from ours.
const ALLOWED_SKEW: Duration = Duration::from_mins(15);

/// Verifies signatures. Needs the feature `server`.
///
/// ```
/// use http::Request;
/// use shapewire::credentials::Credentials;
/// use shapewire::sigv4::{Signer, Verifier, VerifyError};
///
/// let jane = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let now = "2015-08-30T12:36:00Z".parse()?;
/// let mut request = Request::post("https://iam.amazonaws.com/").body("Action=ListUsers&Version=2010-05-08")?;
/// Signer::new("us-east-1", "iam").sign(&mut request, &jane, now)?;
///
/// let known = |access_key_id: &str| (access_key_id == jane.access_key_id()).then(|| jane.clone());
/// let caller = Verifier::new().verify(&request, "iam", now, known)?;
/// assert_eq!((caller.access_key_id.as_str(), caller.region.as_str()), ("AKIDEXAMPLE", "us-east-1"));
///
/// *request.body_mut() = "Action=DeleteUser&Version=2010-05-08&UserName=jane";
/// assert_eq!(Verifier::new().verify(&request, "iam", now, known), Err(VerifyError::Mismatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    region: Option<String>,
    options: Options,
    allowed_skew: Duration,
}

/// Why a request's signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// It has no signature.
    Missing,
    /// Its signature is not one of version 4; the text says why.
    Malformed(String),
    /// It is signed for another day, region or service; the text says which.
    Scope(String),
    /// It was signed too long ago; the text has the times.
    Expired(String),
    /// It is signed for a time that is still to come; the text has the times.
    NotYetCurrent(String),
    /// This header must be signed and is not.
    UnsignedHeader(String),
    /// Its body is not the one that `x-amz-content-sha256` tells, or one whose hash is not told though it must be.
    Payload,
    /// Its body is not in the frames that it announces.
    Framing(FramingError),
    /// No one has the access key that it names.
    UnknownAccessKey,
    /// The session token is not the access key's.
    SessionToken,
    /// The access key has ceased to be valid.
    ExpiredCredentials,
    /// The signature is not the one that the access key makes: key or request are others.
    Mismatch,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "Request is missing Authentication Token",
            Self::Malformed(why) | Self::Scope(why) | Self::Expired(why) | Self::NotYetCurrent(why) => why,
            Self::UnsignedHeader(name) => {
                return write!(f, "'{name}' must be a 'SignedHeader' in the AWS Authorization.");
            }
            Self::Framing(error) => return error.fmt(f),
            Self::Payload => "The provided 'x-amz-content-sha256' header does not match what was computed.",
            Self::UnknownAccessKey | Self::SessionToken => "The security token included in the request is invalid.",
            Self::ExpiredCredentials => "The security token included in the request is expired",
            Self::Mismatch => {
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details."
            }
        })
    }
}

impl std::error::Error for VerifyError {}

impl Verifier {
    /// For requests to all regions, as all services but S3 want them, signed at most 15 minutes ago or ahead.
    #[must_use]
    pub fn new() -> Self {
        Self { region: None, options: Options::default(), allowed_skew: ALLOWED_SKEW }
    }

    /// For requests to one region.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// For services that differ. `payload` says whether bodies may go unsigned, `content_sha256_header` whether their
    /// hash must be sent.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// How far the time of a signature may be from ours, 15 minutes without this. A presigned request may be as old as
    /// it says.
    #[must_use]
    pub fn with_allowed_skew(mut self, allowed_skew: Duration) -> Self {
        self.allowed_skew = allowed_skew;
        self
    }

    /// Verifies the signature of `request` to `service` (its signing name) at the time `now`. `lookup` gives the
    /// credentials that belong to an access key id.
    ///
    /// Signatures and tokens are compared in constant time. A body in frames (`aws-chunked`) that are signed one by one, as S3
    /// takes them, is verified to its end.
    ///
    /// # Errors
    /// The first reason not to trust the request.
    pub fn verify<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        service: &str,
        now: Timestamp,
        lookup: impl FnOnce(&str) -> Option<Credentials>,
    ) -> Result<Identity, VerifyError> {
        let claim = Claim::of(request.uri(), request.headers())?;
        self.check_scope(&claim, service)?;
        self.check_time(&claim, now)?;
        check_headers(request, &claim)?;
        let host = host(request).map_err(|_| VerifyError::Malformed("The request has no host.".to_owned()))?;
        // A header that is signed and not there is not the one that was signed.
        let headers = SignedHeaders::named(request.headers(), host.as_deref(), claim.signed_headers())
            .ok_or(VerifyError::Mismatch)?;
        let payload_hash = self.payload_hash(request, &claim)?;
        let credentials = lookup(&claim.identity.access_key_id).ok_or(VerifyError::UnknownAccessKey)?;
        let Identity { day, region, service, .. } = &claim.identity;
        let key = SigningKey::derive(credentials.secret_access_key(), day, region, service);
        let query = claim.signed_query(request.uri(), self.options.sign_session_token);
        let parts = Parts {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: &query,
            payload_hash: payload_hash.as_bytes(),
        };
        let canonical = CanonicalRequest::new(&parts, &headers, &self.options);
        let mut text = Zeroizing::new(Vec::with_capacity(canonical.length()));
        canonical.push(&mut text);
        let hash = key::hex_hash(&text);
        let string_to_sign = format!("{ALGORITHM}\n{}\n{day}/{region}/{service}/{TERMINATOR}\n{hash}", claim.time);
        if !key.verify(string_to_sign.as_bytes(), &claim.signature) {
            return Err(VerifyError::Mismatch);
        }
        // Two tokens are equal if their hashes under a key that the caller does not choose are.
        let is_token = match (&claim.session_token, credentials.session_token()) {
            (None, None) => true,
            (Some(given), Some(expected)) => {
                let expected = Zeroizing::new(key.hmac(expected.expose_secret().as_bytes()));
                key.verify(given.expose_secret().as_bytes(), &*expected)
            }
            _ => false,
        };
        if !is_token {
            return Err(VerifyError::SessionToken);
        }
        if credentials.expiration().is_some_and(|expiration| expiration <= now) {
            return Err(VerifyError::ExpiredCredentials);
        }
        if payload_hash == SIGNED || payload_hash == SIGNED_WITH_TRAILER {
            verify_frames(request, &claim, key)?;
        }
        Ok(claim.identity)
    }

    fn check_scope(&self, claim: &Claim, service: &str) -> Result<(), VerifyError> {
        let Identity { day, region, service: signed_service, .. } = &claim.identity;
        let refuse = |why: String| Err(VerifyError::Scope(why));
        let second = &*claim.time;
        let expected = request::day(second);
        if day != expected {
            return refuse(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{day}' != '{expected}', from '{second}'."
            ));
        }
        if region.is_empty() || self.region.as_ref().is_some_and(|expected| expected != region) {
            return refuse(format!("Credential should be scoped to a valid region, not '{region}'."));
        }
        if signed_service != service {
            return refuse(format!("Credential should be scoped to correct service: '{service}'."));
        }
        Ok(())
    }

    fn check_time(&self, claim: &Claim, now: Timestamp) -> Result<(), VerifyError> {
        let signed = &claim.time;
        let skew = i64::try_from(self.allowed_skew.as_secs()).unwrap_or(i64::MAX);
        let written =
            |seconds: i64| Timestamp::new(seconds, 0).map(|time| spelled(time).to_string()).unwrap_or_default();
        let (seconds, now) = (claim.timestamp.seconds(), now.seconds());
        if seconds.saturating_sub(skew) > now {
            let (signed, latest, now) = (signed, written(now.saturating_add(skew)), written(now));
            let why = format!(
                "Signature not yet current: {signed} is still later than {latest} ({now} + {} min.)",
                skew / 60
            );
            return Err(VerifyError::NotYetCurrent(why));
        }
        match claim.place {
            Place::Header if seconds.saturating_add(skew) < now => {
                let (signed, earliest, now) = (signed, written(now.saturating_sub(skew)), written(now));
                let why =
                    format!("Signature expired: {signed} is now earlier than {earliest} ({now} - {} min.)", skew / 60);
                Err(VerifyError::Expired(why))
            }
            Place::Query { expires } if seconds.saturating_add(expires) <= now => {
                let (signed, now) = (signed, written(now));
                let why = format!("Signature expired: {signed} was valid for {expires} s, and it is {now}");
                Err(VerifyError::Expired(why))
            }
            Place::Header | Place::Query { .. } => Ok(()),
        }
    }

    /// The hash of the body, as it was signed.
    fn payload_hash<B: AsRef<[u8]>>(&self, request: &Request<B>, claim: &Claim) -> Result<String, VerifyError> {
        let header = request.headers().get(CONTENT_SHA256);
        // Only the header tells of frames.
        for payload in [SIGNED, SIGNED_WITH_TRAILER, UNSIGNED_WITH_TRAILER] {
            let is_taken = match payload {
                UNSIGNED_WITH_TRAILER => self.options.payload == Payload::Unsigned,
                _ => self.options.content_sha256_header,
            };
            if is_taken && header.is_some_and(|told| told == payload) {
                return Ok(payload.to_owned());
            }
        }
        let told = match header {
            Some(value) => Some(value.as_bytes()),
            None => claim.content_sha256.as_deref().map(str::as_bytes),
        };
        let may_be_unsigned = self.options.payload == Payload::Unsigned;
        let is_presigned = matches!(claim.place, Place::Query { .. });
        match told {
            Some(told) if may_be_unsigned && told == UNSIGNED_PAYLOAD.as_bytes() => Ok(UNSIGNED_PAYLOAD.to_owned()),
            None if may_be_unsigned && is_presigned => Ok(UNSIGNED_PAYLOAD.to_owned()),
            None if self.options.content_sha256_header && !is_presigned => Err(VerifyError::Payload),
            told => {
                let hash = key::hex_hash(request.body().as_ref());
                if told.is_some_and(|told| told != hash.as_bytes()) {
                    Err(VerifyError::Payload)
                } else {
                    Ok(hash.to_string())
                }
            }
        }
    }
}

/// Checks that the headers that say how a request is to be taken are signed.
fn check_headers<B>(request: &Request<B>, claim: &Claim) -> Result<(), VerifyError> {
    if !claim.signs("host") {
        return Err(VerifyError::UnsignedHeader("Host".to_owned()));
    }
    let unsigned = request.headers().keys().find(|name| {
        // A session token stands for itself: it is compared with the one that belongs to the key.
        name.as_str().starts_with("x-amz-") && *name != "x-amz-security-token" && !claim.signs(name.as_str())
    });
    unsigned.map_or(Ok(()), |name| Err(VerifyError::UnsignedHeader(name.as_str().to_owned())))
}

/// Verifies the frames of a body, each signed with the signature before it, and what follows them. The head's is the first.
fn verify_frames<B: AsRef<[u8]>>(request: &Request<B>, claim: &Claim, key: SigningKey) -> Result<(), VerifyError> {
    let framing = Framing::of(request.headers()).map_err(VerifyError::Framing)?.ok_or(VerifyError::Payload)?;
    let frames = framing.read(request.body().as_ref()).map_err(VerifyError::Framing)?;
    let Frames { chunks, trailer, trailer_signature } = frames;
    let Identity { day, region, service, .. } = &claim.identity;
    let context = format!("{}\n{day}/{region}/{service}/{TERMINATOR}", claim.time);
    let mut chain = ChunkSigner::new(key, context, &key::hex(&claim.signature));
    for chunk in chunks {
        let signature = claim::digest(chunk.signature.unwrap_or_default())?;
        if !chain.verify_chunk(chunk.bytes, &signature) {
            return Err(VerifyError::Mismatch);
        }
    }
    let Some(signature) = trailer_signature else { return Ok(()) };
    let headers: Vec<String> = trailer.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let is_signed = chain.verify_trailer(&headers.concat(), &claim::digest(signature)?);
    if is_signed { Ok(()) } else { Err(VerifyError::Mismatch) }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}
