//! Signatures of a body that is sent in chunks, each made with the one before it.
//!
//! AWS's documentation: *Amazon S3 API Reference*, "Signature calculations for the Authorization header: transferring payload in
//! multiple chunks", and the same "including trailing headers".

use std::fmt;

use super::key::{DerivedKey, hex, hex_hash, hmac};

/// Signs one chunk after the other. Made by [`Signer::chunk_signer`](super::Signer::chunk_signer).
pub struct ChunkSigner {
    key: DerivedKey,
    /// The time and the scope, a line each.
    context: String,
    previous: String,
}

impl ChunkSigner {
    pub(super) fn new(key: DerivedKey, context: String, seed: &str) -> Self {
        Self { key, context, previous: seed.to_owned() }
    }

    /// The signature of the next chunk, in hexadecimal digits; the last chunk has no bytes.
    pub fn sign_chunk(&mut self, bytes: &[u8]) -> &str {
        let (nothing, chunk) = (hex_hash(b""), hex_hash(bytes));
        self.sign("AWS4-HMAC-SHA256-PAYLOAD", &format!("{nothing}\n{chunk}"))
    }

    /// The signature of what follows the last chunk: headers in the order of their names, each `name:value` with a line feed.
    pub fn sign_trailer(&mut self, headers: &str) -> &str {
        self.sign("AWS4-HMAC-SHA256-TRAILER", &hex_hash(headers.as_bytes()))
    }

    fn sign(&mut self, algorithm: &str, hashes: &str) -> &str {
        let text = format!("{algorithm}\n{}\n{}\n{hashes}", self.context, self.previous);
        self.previous = hex(&*hmac(&*self.key, text.as_bytes()));
        &self.previous
    }
}

impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkSigner").finish_non_exhaustive()
    }
}
