//! What a call is besides when the body of its request or reply streams.

use std::time::Duration;

#[cfg(feature = "sigv4")]
use http::Request;

use super::{Call, prepare};
use crate::client::settings::Settings;
use crate::encode::{EncodeError, EncodeErrorKind, EncodeOptions, StreamedLength};
use crate::error::Error;
use crate::operation::streamed_member;
#[cfg(feature = "checksums")]
use crate::protocol::checksum;
use crate::schema::Operation;
#[cfg(feature = "sigv4")]
use crate::timestamp::Timestamp;
use crate::value::{Structure, View};

impl<'a> Call<'a> {
    /// Checks and encodes the input, whose body comes from elsewhere.
    pub(in crate::client) fn with_streamed_body(
        settings: &'a Settings,
        operation: &'static Operation,
        input: &dyn Structure,
        elapsed: Duration,
        length: StreamedLength,
    ) -> Result<Self, Error> {
        Self::prepared(settings, operation, elapsed, |observer| {
            let member = streamed_member(input.shape())
                .ok_or_else(|| not_streamed("the operation's input has no body that streams"))?;
            if !matches!(input.member(member).view(), View::Absent | View::Blob([])) {
                return Err(not_streamed("the input has a body of its own").into());
            }
            if length == StreamedLength::Unknown && !operation.has_unsigned_payload() {
                return Err(not_streamed(
                    "the operation needs the body's length beforehand: say it, put the body into a file, or send it in parts",
                )
                .into());
            }
            let options = EncodeOptions::DEFAULT.with_streamed(length);
            prepare(settings, operation, input, &options, observer)
        })
    }

    /// Checks and encodes the input, for a reply whose body is read as it comes.
    pub(in crate::client) fn for_streamed_reply(
        settings: &'a Settings,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &dyn Structure,
        elapsed: Duration,
    ) -> Result<Self, Error> {
        Self::prepared(settings, operation, elapsed, |observer| {
            if streamed_member(output.shape()).is_none() {
                return Err(not_streamed("the operation's output has no body that streams").into());
            }
            prepare(settings, operation, input, &EncodeOptions::DEFAULT, observer)
        })
    }

    /// The checksum of a streamed body that the request lacks.
    #[cfg(feature = "checksums")]
    pub(in crate::client) fn lacking_checksum(
        &self,
        input: &dyn Structure,
    ) -> Result<Option<checksum::Lacking>, Error> {
        Ok(checksum::lacking(self.operation, input, self.request.headers())?)
    }

    /// Adds that checksum to all attempts.
    #[cfg(feature = "checksums")]
    pub(in crate::client) fn add_checksum(&mut self, checksum: checksum::Lacking) -> Result<(), Error> {
        Ok(checksum.add(self.request.headers_mut())?)
    }

    /// When the whole call must be over.
    pub(in crate::client) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Ends a call that comes to no attempt.
    #[cfg(feature = "checksums")]
    pub(in crate::client) fn give_up(mut self, error: Error) -> Error {
        self.observer.end(Err(&error));
        error
    }

    /// Rules out another attempt.
    pub(in crate::client) fn end_with_this_attempt(&mut self) {
        self.is_last = true;
    }

    /// Signs the request of the attempt, whose body has this hash, or something that stands for it; gives the signature.
    #[cfg(feature = "sigv4")]
    pub(in crate::client) fn sign_with_payload_hash(
        &self,
        request: &mut Request<Vec<u8>>,
        hash: &str,
        credentials: &crate::credentials::Credentials,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let Some(signing) = self.signing() else { return Ok(None) };
        Ok(Some(signing.sign_with_payload_hash(request, hash, credentials, now, self.skew)?.signature().to_owned()))
    }

    /// Whether a body that can be read only once may go in frames.
    #[cfg(feature = "checksums")]
    pub(in crate::client) fn can_frame(&self) -> bool {
        #[cfg(feature = "sigv4")]
        let can_frame = self.signing().is_some_and(|signing| signing.can_frame(&self.request));
        #[cfg(not(feature = "sigv4"))]
        let can_frame = false;
        can_frame && self.operation.checksum().is_some()
    }

    /// What signs the frames of the attempt's body, after its head.
    #[cfg(all(feature = "sigv4", feature = "checksums"))]
    pub(in crate::client) fn chunk_signer(
        &self,
        request: &Request<Vec<u8>>,
        seed: &str,
        credentials: &crate::credentials::Credentials,
        now: Timestamp,
    ) -> Option<crate::sigv4::ChunkSigner> {
        Some(self.signing()?.chunk_signer(request, seed, credentials, now, self.skew))
    }
}

pub(in crate::client) fn not_streamed(why: &'static str) -> EncodeError {
    EncodeError::new(EncodeErrorKind::Streaming(why))
}
