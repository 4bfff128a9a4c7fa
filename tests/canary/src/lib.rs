//! The operations of published models through which secrets go, and the secrets that the models name.

#![forbid(unsafe_code)]

/// A service with secrets.
pub struct Subject {
    /// Its operations through which secrets go.
    pub service: &'static shapewire::schema::Service,
    /// All members of their inputs and outputs whose shape the model itself calls sensitive: `User.Password`.
    pub secrets: &'static [&'static str],
}

include!(concat!(env!("OUT_DIR"), "/services.rs"));
