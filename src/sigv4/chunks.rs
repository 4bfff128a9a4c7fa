//! Signatures of a body that is sent in chunks, each made with the one before it.
//!
//! AWS's documentation: *Amazon S3 API Reference*, "Signature calculations for the Authorization header: transferring payload in
//! multiple chunks", and the same "including trailing headers".

use std::fmt;

use super::key::{SigningKey, hex, hex_hash};

const CHUNK: &str = "AWS4-HMAC-SHA256-PAYLOAD";
const TRAILER: &str = "AWS4-HMAC-SHA256-TRAILER";

/// Signs one chunk after the other. Made by [`Signer::chunk_signer`](super::Signer::chunk_signer).
pub struct ChunkSigner {
    key: SigningKey,
    /// The time and the scope, a line each.
    context: String,
    previous: String,
}

impl ChunkSigner {
    pub(super) fn new(key: SigningKey, context: String, seed: &str) -> Self {
        Self { key, context, previous: seed.to_owned() }
    }

    /// The signature of the next chunk, in hexadecimal digits; the last chunk has no bytes.
    pub fn sign_chunk(&mut self, bytes: &[u8]) -> &str {
        self.sign(CHUNK, &hashes(bytes))
    }

    /// The signature of what follows the last chunk: headers in the order of their names, each `name:value` with a line feed.
    pub fn sign_trailer(&mut self, headers: &str) -> &str {
        self.sign(TRAILER, &hex_hash(headers.as_bytes()))
    }

    /// Whether the next chunk has this signature, in a time that does not depend on it.
    #[cfg(feature = "server")]
    pub(super) fn verify_chunk(&mut self, bytes: &[u8], signature: &[u8; 32]) -> bool {
        self.verify(CHUNK, &hashes(bytes), signature)
    }

    /// The same for what follows the last chunk.
    #[cfg(feature = "server")]
    pub(super) fn verify_trailer(&mut self, headers: &str, signature: &[u8; 32]) -> bool {
        self.verify(TRAILER, &hex_hash(headers.as_bytes()), signature)
    }

    fn sign(&mut self, algorithm: &str, hashes: &str) -> &str {
        self.previous = hex(&self.key.hmac(self.text(algorithm, hashes).as_bytes())).to_string();
        &self.previous
    }

    #[cfg(feature = "server")]
    fn verify(&mut self, algorithm: &str, hashes: &str, signature: &[u8; 32]) -> bool {
        let is_right = self.key.verify(self.text(algorithm, hashes).as_bytes(), signature);
        self.previous = hex(signature).to_string();
        is_right
    }

    /// The text that is signed.
    fn text(&self, algorithm: &str, hashes: &str) -> String {
        format!("{algorithm}\n{}\n{}\n{hashes}", self.context, self.previous)
    }
}

/// A chunk's hash, and before it that of headers, which chunks do not have.
fn hashes(chunk: &[u8]) -> String {
    format!("{}\n{}", hex_hash(b""), hex_hash(chunk))
}

impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkSigner").finish_non_exhaustive()
    }
}
