//! Hashes, and the key that is derived once a day.

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::identity::TERMINATOR;

/// A key for one day, region and service, overwritten when dropped.
pub(super) type DerivedKey = Zeroizing<[u8; 32]>;

/// The key derived last.
#[derive(Default)]
pub(super) struct KeyCache {
    last: Mutex<Option<CachedKey>>,
}

struct CachedKey {
    secret: SecretString,
    day: String,
    key: DerivedKey,
}

impl KeyCache {
    /// The key of this secret and day; the cache belongs to one region and service.
    pub(super) fn key(&self, secret: &SecretString, day: &str, region: &str, service: &str) -> DerivedKey {
        // What a panic left behind is a whole key or none.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = &*last
            && cached.day == day
            && cached.secret.expose_secret() == secret.expose_secret()
        {
            return cached.key.clone();
        }
        let key = derive(secret, day, region, service);
        *last = Some(CachedKey { secret: secret.clone(), day: day.to_owned(), key: key.clone() });
        key
    }
}

pub(super) fn derive(secret: &SecretString, day: &str, region: &str, service: &str) -> DerivedKey {
    let start = Zeroizing::new(format!("AWS4{}", secret.expose_secret()));
    let mut key = hmac(start.as_bytes(), day.as_bytes());
    for part in [region, service, TERMINATOR] {
        key = hmac(&*key, part.as_bytes());
    }
    key
}

pub(super) fn hmac(key: &[u8], message: &[u8]) -> DerivedKey {
    // HMAC takes keys of any length; the branch for others is not reached.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::default() };
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Whether `tag` is the HMAC of `message`, in a time that does not depend on where they differ.
pub(super) fn verify(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return false };
    mac.update(message);
    mac.verify_slice(tag).is_ok()
}

pub(super) fn hex_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}
