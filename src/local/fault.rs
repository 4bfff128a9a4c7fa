//! What goes wrong on purpose, for tests of clients.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;

use crate::error::ServiceError;
use crate::schema::Operation;

/// The header of a request that asks for a fault.
const HEADER: &str = "x-shapewire-fault";
/// How many headers' counts are kept.
const MAX_HEADERS: usize = 1024;
const MAX_HEADER_BYTES: usize = 512;

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

    /// The same error with this HTTP status, 400 to 599; any other is answered as 400.
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

    /// Reads `Throttling;count=2;operation=CreateUser`.
    fn parse(text: &str) -> Result<Self, String> {
        let (mut fault, mut code, mut status) = (Self::latency(Duration::ZERO), None, None);
        for part in text.split(';').map(str::trim) {
            let Some((name, value)) = part.split_once('=') else {
                if code.is_some() || part.is_empty() || !part.bytes().all(is_of_codes) {
                    return Err(format!("{part:?} is no error's code where one is expected"));
                }
                code = Some(part.to_owned());
                continue;
            };
            let number = || value.parse::<u32>().map_err(|_| format!("{name} must be a whole number, found {value:?}"));
            match name {
                "count" => fault.times = Some(number()?),
                "latency_ms" => fault.latency = Duration::from_millis(number()?.into()),
                "status" => {
                    let number = u16::try_from(number()?).ok().filter(|status| (400..600).contains(status));
                    status = Some(number.ok_or_else(|| format!("status must be 400 to 599, found {value:?}"))?);
                }
                "operation" => fault.operation = Some(value.to_owned()),
                // It is there to tell headers apart that ask for the same.
                "id" => {}
                _ => return Err(format!("{name:?} is none of count, id, latency_ms, operation, status")),
            }
        }
        if code.is_none() && status.is_some() {
            return Err("a status needs an error's code".to_owned());
        }
        fault.error = code.map(|code| (code, status));
        Ok(fault)
    }
}

fn is_of_codes(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
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
    /// How many calls are left for a header that has a count.
    headers: HashMap<String, u32>,
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

    /// Takes the fault that the header of a request asks for. With a count, the first calls have it that have this
    /// header to the letter.
    pub(super) fn take_asked(&self, headers: &HeaderMap, operation: &Operation) -> Result<Option<Fault>, String> {
        let Some(value) = headers.get(HEADER) else { return Ok(None) };
        let text = value.to_str().ok().filter(|text| text.len() <= MAX_HEADER_BYTES);
        let text = text.ok_or_else(|| format!("must be ASCII, of at most {MAX_HEADER_BYTES} characters"))?;
        let fault = Fault::parse(text)?;
        if !fault.concerns(operation) {
            return Ok(None);
        }
        let Some(times) = fault.times else { return Ok(Some(fault)) };
        let mut planted = self.lock();
        if planted.headers.len() >= MAX_HEADERS && !planted.headers.contains_key(text) {
            return Err(format!("no more than {MAX_HEADERS} headers with a count are kept"));
        }
        let left = planted.headers.entry(text.to_owned()).or_insert(times);
        if *left == 0 {
            return Ok(None);
        }
        *left -= 1;
        Ok(Some(fault))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Planted> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to answer to a header that asks for no fault.
pub(super) fn misunderstood(why: &str) -> ServiceError {
    ServiceError::unmodeled("ValidationError", 400, format!("the header {HEADER}: {why}")).into_detached()
}
