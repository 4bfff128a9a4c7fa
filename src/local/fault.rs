//! What goes wrong on purpose, for tests of clients.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::ServiceError;
use crate::schema::Operation;

/// Something that goes wrong on purpose: an error instead of what the operation does, a delay before either.
///
/// ```
/// use shapewire::local::{Fault, LocalIam};
/// use shapewire::{Client, iam};
///
/// let service = LocalIam::new();
/// service.inject(Fault::error("LimitExceeded").on("CreateUser").times(1));
/// let client = iam::Client::new(Client::new(service, "http://localhost/".parse()?));
/// let request = iam::CreateUserRequest::new("jane");
/// assert!(matches!(client.create_user(&request), Err(iam::Error::LimitExceededException(_))));
/// client.create_user(&request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    error: Option<(String, Option<u16>)>,
    latency: Duration,
    operation: Option<String>,
    times: Option<u32>,
}

impl Fault {
    /// The error with this code, with the status that the operation's model or AWS's list of common errors has for it.
    #[must_use]
    pub fn error(code: impl Into<String>) -> Self {
        Self { error: Some((code.into(), None)), latency: Duration::ZERO, operation: None, times: None }
    }

    /// The error `Throttling`.
    #[must_use]
    pub fn throttling() -> Self {
        Self::error("Throttling")
    }

    /// A delay, after which the operation does what it does.
    #[must_use]
    pub fn latency(latency: Duration) -> Self {
        Self { error: None, latency, operation: None, times: None }
    }

    /// The same after a delay.
    #[must_use]
    pub fn with_latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// The same error with this status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { error: self.error.map(|(code, _)| (code, Some(status))), ..self }
    }

    /// For calls of the operation of this name only.
    #[must_use]
    pub fn on(self, operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..self }
    }

    /// For so many calls only, then never again.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// How long to wait.
    pub(super) fn delay(&self) -> Duration {
        self.latency
    }

    /// What to answer, if not what the operation does.
    pub(super) fn answer(&self, operation: &Operation) -> Option<ServiceError> {
        let (code, status) = self.error.as_ref()?;
        let status = status.unwrap_or_else(|| status_of(operation, code));
        let message = format!("This is a fault that was asked for: {code}");
        Some(ServiceError::unmodeled(code.as_str(), status, message).into_detached())
    }

    fn concerns(&self, operation: &Operation) -> bool {
        self.operation.as_deref().is_none_or(|name| name == operation.name())
    }
}

/// The status of an error: as the model has it, else as the API references' page "Common errors" has it.
fn status_of(operation: &Operation, code: &str) -> u16 {
    let modeled = operation.service().errors().iter().filter_map(|error| error.shape().error());
    match modeled.into_iter().find(|error| error.code == code) {
        Some(error) if error.status != 0 => error.status,
        _ => match code {
            "AccessDenied" | "InvalidClientTokenId" | "MissingAuthenticationToken" | "OptInRequired" => 403,
            "SignatureDoesNotMatch" | "ExpiredToken" => 403,
            "InternalFailure" | "InternalError" => 500,
            "ServiceUnavailable" => 503,
            _ => 400,
        },
    }
}

/// The faults that are planted in a service.
#[derive(Default)]
pub(super) struct Faults {
    planted: Mutex<Planted>,
}

#[derive(Default)]
struct Planted {
    /// In the order in which they came; each has calls left.
    faults: Vec<Fault>,
}

impl Faults {
    pub(super) fn inject(&self, fault: Fault) {
        if fault.times != Some(0) {
            self.lock().faults.push(fault);
        }
    }

    pub(super) fn clear(&self) {
        *self.lock() = Planted::default();
    }

    /// Takes the first planted fault that concerns a call.
    pub(super) fn take(&self, operation: &Operation) -> Option<Fault> {
        let mut planted = self.lock();
        let index = planted.faults.iter().position(|fault| fault.concerns(operation))?;
        let fault = &mut planted.faults[index];
        fault.times = fault.times.map(|times| times - 1);
        if fault.times == Some(0) { Some(planted.faults.remove(index)) } else { Some(fault.clone()) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Planted> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
