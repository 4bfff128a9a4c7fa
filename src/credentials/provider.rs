//! The trait of one function that every source of credentials implements.

use std::sync::Arc;

use super::{Credentials, CredentialsError};

/// Gives credentials whenever a request is to be signed.
///
/// Fixed [`Credentials`] are a provider, and so is any function:
///
/// ```
/// use shapewire::credentials::{Credentials, CredentialsError, CredentialsProvider};
///
/// let vault = || {
///     let secret = std::fs::read_to_string("/run/secret").map_err(|error| {
///         CredentialsError::failed("vault", "/run/secret cannot be read").with_source(error)
///     })?;
///     Ok(Credentials::new("AKIDEXAMPLE", secret))
/// };
/// assert!(vault.credentials().is_err());
/// ```
///
/// What it gives is signed with at once; where getting it takes time, a cache belongs around it.
///
/// A provider should give up by itself after some time, as those of this crate do: a program after a minute, services after
/// the time of their transport. A client that was told how long a call or an attempt may take, and one that must not block,
/// asks a provider without credentials at hand on another thread, once for all calls that wait, and waits no longer than
/// that; the thread goes on until the provider returns.
pub trait CredentialsProvider: Send + Sync {
    /// Credentials that are valid now.
    ///
    /// # Errors
    /// Why there are none.
    fn credentials(&self) -> Result<Credentials, CredentialsError>;

    /// Credentials that are valid now and at hand, so that nobody waits for them. None if someone has to be asked, which
    /// is what it says by default: a client that must not block then asks for [`credentials`](Self::credentials) on
    /// another thread.
    fn at_hand(&self) -> Option<Credentials> {
        None
    }
}

impl<F: Fn() -> Result<Credentials, CredentialsError> + Send + Sync> CredentialsProvider for F {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        self()
    }
}

impl CredentialsProvider for Credentials {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        Ok(self.clone())
    }
    fn at_hand(&self) -> Option<Credentials> {
        Some(self.clone())
    }
}

impl<P: CredentialsProvider + ?Sized> CredentialsProvider for Arc<P> {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        (**self).credentials()
    }
    fn at_hand(&self) -> Option<Credentials> {
        (**self).at_hand()
    }
}
