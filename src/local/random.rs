//! Ids and secrets out of random bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::environment::Environment;
use crate::iam;

/// What ids are made of after their prefix.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ID_CHARACTERS: usize = 17;
const SECRET_BYTES: usize = 32;

/// An id that is not taken: `prefix` and 17 characters.
pub(super) fn id(
    environment: &Environment,
    prefix: &str,
    is_taken: impl Fn(&str) -> bool,
) -> Result<String, iam::Error> {
    let mut digits = [0; ID_CHARACTERS];
    environment.fill(&mut digits)?;
    digits = digits.map(|digit| digit % 32);
    loop {
        let characters = digits.map(|digit| char::from(ALPHABET[usize::from(digit)]));
        let id: String = prefix.chars().chain(characters).collect();
        if !is_taken(&id) {
            return Ok(id);
        }
        // A source that repeats itself must not hang the service: count on.
        for digit in digits.iter_mut().rev() {
            *digit = (*digit + 1) % 32;
            if *digit != 0 {
                break;
            }
        }
    }
}

/// A password: 44 characters of base64, for 32 random bytes.
pub(super) fn password(environment: &Environment) -> Result<SecretString, iam::Error> {
    Ok(SecretString::from(secret_text(environment)?.as_str()))
}

/// An API key: `prefix`, then its public and its secret part in base64.
pub(super) fn api_key(environment: &Environment, prefix: &str, alias: &str) -> Result<SecretString, iam::Error> {
    let parts = Zeroizing::new(format!("{alias}:{}", *secret_text(environment)?));
    let encoded = Zeroizing::new(STANDARD.encode(parts.as_bytes()));
    Ok(SecretString::from(format!("{prefix}{}", *encoded)))
}

fn secret_text(environment: &Environment) -> Result<Zeroizing<String>, iam::Error> {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    environment.fill(&mut *bytes)?;
    Ok(Zeroizing::new(STANDARD.encode(*bytes)))
}
