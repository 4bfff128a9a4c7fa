//! Calls over a transport: check, encode, send, decode.

mod paginate;

use std::fmt;
use std::sync::Arc;

use http::Uri;

pub use self::paginate::{Pages, PagesByName, PaginationError};
use crate::decode::DecodeOptions;
use crate::error::Error;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::transport::Transport;
use crate::validation::{self, Mode, Report};
use crate::value::Structure;

/// A client of any service at one endpoint. Clones share the transport; the services' own clients
/// ([`iam::Client`](crate::iam::Client)) have the named methods.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    endpoint: Uri,
    validation: Mode,
    on_warning: Option<Arc<WarningHandler>>,
    decode: DecodeOptions,
}

type WarningHandler = dyn Fn(&'static Operation, &Report) + Send + Sync;

impl Client {
    /// A client that sends to `endpoint`, unsigned, over `transport`.
    #[must_use]
    pub fn new(transport: impl Transport + 'static, endpoint: Uri) -> Self {
        Self {
            transport: Arc::new(transport),
            endpoint,
            validation: Mode::default(),
            on_warning: None,
            decode: DecodeOptions::DEFAULT,
        }
    }

    /// The same client, checking requests in this mode.
    #[must_use]
    pub fn with_validation(mut self, mode: Mode) -> Self {
        self.validation = mode;
        self
    }

    /// The same client, telling `handler` of invalid requests that [`Mode::Warn`] lets through.
    #[must_use]
    pub fn with_warning_handler(
        mut self,
        handler: impl Fn(&'static Operation, &Report) + Send + Sync + 'static,
    ) -> Self {
        self.on_warning = Some(Arc::new(handler));
        self
    }

    /// The same client, reading replies within these limits.
    #[must_use]
    pub fn with_decode_options(mut self, options: DecodeOptions) -> Self {
        self.decode = options;
        self
    }

    /// Calls an operation by type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    #[inline]
    pub fn call<O: OperationShape>(&self, input: &O::Input) -> Result<O::Output, O::Error> {
        let mut output = O::Output::default();
        self.call_into(O::OPERATION, input, &mut output)?;
        Ok(output)
    }

    /// Calls an operation by name, with an input of [`Operation::new_input`]'s type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    pub fn call_by_name(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
    ) -> Result<Box<dyn Structure>, Error> {
        let mut output = operation.new_output();
        self.call_into(operation, input, &mut *output)?;
        Ok(output)
    }

    /// Calls an operation with an input of [`Operation::new_input`]'s type and a new output of
    /// [`Operation::new_output`]'s.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    pub fn call_into(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> Result<ReplyMetadata, Error> {
        if self.validation != Mode::Off
            && let Err(report) = validation::validate(input)
        {
            if self.validation == Mode::Enforce {
                return Err(Error::Invalid(report));
            }
            if let Some(on_warning) = &self.on_warning {
                on_warning(operation, &report);
            }
        }
        let request = operation.encode(input, &self.endpoint)?;
        let response = self.transport.send(request)?;
        operation.decode_into(&response, output, &self.decode)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint)
            .field("validation", &self.validation)
            .finish_non_exhaustive()
    }
}
