//! What a client is told once and every call goes by.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;

#[cfg(feature = "credentials")]
use super::resolver::Resolver;
use super::retry::{RetryPolicy, TokenBucket};
#[cfg(feature = "sigv4")]
use super::signing::Signing;
use crate::decode::DecodeOptions;
use crate::schema::Operation;
use crate::validation::{Mode, Report};

/// How long a client waits. What it waits for a connection is the transport's affair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For one attempt, from its first byte to the last of its reply; without end by default. The transport may have a shorter
    /// time of its own, which counts then.
    pub attempt: Option<Duration>,
    /// For the whole call, with all attempts and the time between them; without end by default.
    pub call: Option<Duration>,
}

type WarningHandler = dyn Fn(&'static Operation, &Report) + Send + Sync;

/// What every call of a client goes by. Clones share what may be spent on retries and what signs.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) endpoint: Uri,
    pub(super) validation: Mode,
    pub(super) on_warning: Option<Arc<WarningHandler>>,
    pub(super) decode: DecodeOptions,
    pub(super) retry: RetryPolicy,
    pub(super) bucket: Arc<TokenBucket>,
    pub(super) timeouts: Timeouts,
    #[cfg(feature = "sigv4")]
    pub(super) signing: Option<Arc<Signing>>,
    /// Chooses the endpoint of each call, in place of `endpoint`.
    #[cfg(feature = "credentials")]
    pub(super) resolver: Option<Arc<Resolver>>,
}

impl Settings {
    /// The defaults: checked, unsigned, in AWS's standard retry mode.
    pub(super) fn new(endpoint: Uri) -> Self {
        Self {
            endpoint,
            validation: Mode::default(),
            on_warning: None,
            decode: DecodeOptions::DEFAULT,
            retry: RetryPolicy::STANDARD,
            bucket: Arc::new(TokenBucket::new()),
            timeouts: Timeouts::default(),
            #[cfg(feature = "sigv4")]
            signing: None,
            #[cfg(feature = "credentials")]
            resolver: None,
        }
    }
}

/// The methods that change a client's settings: the same ones for each kind of client, which has a field `settings`.
macro_rules! settings_methods {
    ($client:ty) => {
        impl $client {
            /// The same client, signing its requests with credentials from `provider`. Clones share the signer's key and
            /// what they learn of the service's clock.
            #[cfg(feature = "sigv4")]
            #[must_use]
            pub fn with_signing(
                mut self,
                signer: $crate::sigv4::Signer,
                provider: impl $crate::credentials::CredentialsProvider + 'static,
            ) -> Self {
                self.settings.signing = Some($crate::client::signing::Signing::new(signer, provider));
                self
            }

            /// The same client, repeating failed attempts as `policy` says.
            #[must_use]
            pub fn with_retry(mut self, policy: $crate::client::RetryPolicy) -> Self {
                self.settings.retry = policy;
                self
            }

            /// The same client, waiting no longer than this for an attempt and for a whole call.
            #[must_use]
            pub fn with_timeouts(
                mut self,
                attempt: Option<std::time::Duration>,
                call: Option<std::time::Duration>,
            ) -> Self {
                self.settings.timeouts = $crate::client::Timeouts { attempt, call };
                self
            }

            /// The same client, checking requests in this mode.
            #[must_use]
            pub fn with_validation(mut self, mode: $crate::validation::Mode) -> Self {
                self.settings.validation = mode;
                self
            }

            /// The same client, telling `handler` of invalid requests that [`Mode::Warn`]($crate::validation::Mode::Warn)
            /// lets through.
            #[must_use]
            pub fn with_warning_handler(
                mut self,
                handler: impl Fn(&'static $crate::schema::Operation, &$crate::validation::Report) + Send + Sync + 'static,
            ) -> Self {
                self.settings.on_warning = Some(std::sync::Arc::new(handler));
                self
            }

            /// The same client, reading replies within these limits.
            #[must_use]
            pub fn with_decode_options(mut self, options: $crate::decode::DecodeOptions) -> Self {
                self.settings.decode = options;
                self
            }
        }

        impl std::fmt::Debug for $client {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($client))
                    .field("endpoint", &format_args!("{}", $crate::operation::without_user(&self.settings.endpoint)))
                    .field("validation", &self.settings.validation)
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(super) use settings_methods;
