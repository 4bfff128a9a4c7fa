//! Hashes, and the key that is derived once a day.

use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::ascii::Ascii;
use super::request::TERMINATOR;

/// The key for one day, region and service, ready for messages. Hashes that it has gone into are overwritten when dropped, by the
/// crates that compute them.
#[derive(Clone)]
pub(super) struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    pub(super) fn derive(secret: &SecretString, day: &str, region: &str, service: &str) -> Self {
        let start = Zeroizing::new(format!("AWS4{}", secret.expose_secret()));
        let mut key = Self::new(start.as_bytes());
        for part in [day, region, service, TERMINATOR] {
            key = Self::new(&*Zeroizing::new(key.hmac(part.as_bytes())));
        }
        key
    }

    fn new(key: &[u8]) -> Self {
        // HMAC takes keys of any length; the branch for others is not reached.
        Self(Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&[0; 64].into())))
    }

    /// The HMAC of a message: its signature.
    pub(super) fn hmac(&self, message: &[u8]) -> [u8; 32] {
        self.clone().into_hmac(message)
    }

    /// The same with a key that is not needed any longer.
    pub(super) fn into_hmac(self, message: &[u8]) -> [u8; 32] {
        self.0.chain_update(message).finalize().into_bytes().into()
    }

    /// Whether `tag` is the HMAC of a message, in a time that does not depend on where they differ.
    #[cfg(feature = "server")]
    pub(super) fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        self.0.clone().chain_update(message).verify_slice(tag).is_ok()
    }
}

/// The key derived last.
#[derive(Default)]
pub(super) struct KeyCache {
    last: Mutex<Option<CachedKey>>,
}

struct CachedKey {
    secret: SecretString,
    day: String,
    key: SigningKey,
}

impl KeyCache {
    /// The key of this secret and day; the cache belongs to one region and service.
    pub(super) fn key(&self, secret: &SecretString, day: &str, region: &str, service: &str) -> SigningKey {
        // What a panic left behind is a whole key or none.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = &*last
            && cached.day == day
            && cached.secret.expose_secret() == secret.expose_secret()
        {
            return cached.key.clone();
        }
        let key = SigningKey::derive(secret, day, region, service);
        *last = Some(CachedKey { secret: secret.clone(), day: day.to_owned(), key: key.clone() });
        key
    }
}

pub(super) fn hex_hash(bytes: &[u8]) -> Ascii<64> {
    hex(&Sha256::digest(bytes).into())
}

/// A hash in hexadecimal digits.
pub(crate) fn hex(hash: &[u8; 32]) -> Ascii<64> {
    // Arithmetic in place of a table: compilers do it for many bytes at once.
    let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(hash) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    Ascii(digits)
}
