//! Ids and secrets out of random bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::call::Call;
use crate::iam;
use crate::wipe;

/// What ids are made of after their prefix.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PASSWORD_BYTES: usize = 32;
const SECRET_ACCESS_KEY_BYTES: usize = 30;

/// An id that is not taken: `prefix` and 17 characters.
pub(super) fn id(call: &Call<'_>, prefix: &str, is_taken: impl Fn(&str) -> bool) -> Result<String, iam::Error> {
    text::<17>(call, prefix, is_taken)
}

/// An access key's id that is not taken: `AKIA` and 16 characters.
pub(super) fn access_key_id(call: &Call<'_>, is_taken: impl Fn(&str) -> bool) -> Result<String, iam::Error> {
    text::<16>(call, "AKIA", is_taken)
}

fn text<const LENGTH: usize>(
    call: &Call<'_>,
    prefix: &str,
    is_taken: impl Fn(&str) -> bool,
) -> Result<String, iam::Error> {
    let mut digits = [0; LENGTH];
    call.fill(&mut digits)?;
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
pub(super) fn password(call: &Call<'_>) -> Result<SecretString, iam::Error> {
    Ok(SecretString::from(secret_text::<PASSWORD_BYTES>(call)?.as_str()))
}

/// The secret of an access key: 40 characters of base64, for 30 random bytes.
pub(super) fn secret_access_key(call: &Call<'_>) -> Result<SecretString, iam::Error> {
    Ok(SecretString::from(secret_text::<SECRET_ACCESS_KEY_BYTES>(call)?.as_str()))
}

/// An API key: `prefix`, then its public and its secret part in base64.
pub(super) fn api_key(call: &Call<'_>, prefix: &str, alias: &str) -> Result<SecretString, iam::Error> {
    let parts = Zeroizing::new(format!("{alias}:{}", *secret_text::<PASSWORD_BYTES>(call)?));
    let encoded = Zeroizing::new(STANDARD.encode(parts.as_bytes()));
    Ok(wipe::secret(format!("{prefix}{}", *encoded)))
}

fn secret_text<const BYTES: usize>(call: &Call<'_>) -> Result<Zeroizing<String>, iam::Error> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    call.fill(&mut *bytes)?;
    Ok(Zeroizing::new(STANDARD.encode(*bytes)))
}
