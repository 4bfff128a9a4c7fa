//! AWS services that speak XML: typed shapes, validators and both halves of the wire, generated from the service model.
//!
//! Each service is a feature and a module: [`iam`] has the structures, enumerations, errors and operations of IAM, and
//! [`iam::Client`] a method for each operation.
//!
//! ```
//! use shapewire::iam;
//!
//! let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com")
//!     .with_credential_age_days(0);
//! let report = request.validate().unwrap_err();
//! assert_eq!(report.violations()[0].to_string(), "credential_age_days: must be 1 to 36600, found 0");
//! ```
//!
//! Nothing that generated code does is particular to a shape: structures give [views and slots](value) and a
//! [schema], and each format is one function over these. So everything works by name as well:
//!
//! ```
//! let operation = shapewire::iam::SERVICE.operation("CreateUser").unwrap();
//! let input = operation.input_from_json(&serde_json::json!({"UserName": "jane"}))?;
//! let request = operation.encode(&*input, &"https://iam.amazonaws.com".parse()?)?;
//! assert_eq!(request.body(), b"Action=CreateUser&Version=2010-05-08&UserName=jane");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `iam` (default), `sts` | a service |
//! | `json` | JSON in and out for any structure, reports as JSON |
//! | `client`, `tls` | `HttpTransport`, a blocking transport over ureq, and TLS for it: rustls |
//! | `native-tls` | the system's TLS for `HttpTransport`, whose release builds take less, and which trusts whom the system trusts |
//! | `async`, `async-tls` | `AsyncClient`, `ReqwestTransport`, and TLS for it |
//! | `rest-xml` | the protocol `restXml`, and bodies that stream |
//! | `checksums` | the same with checksums of bodies, and event streams |
//! | `sigv4` | signatures of requests |
//! | `endpoints` | endpoints from the services' rules |
//! | `credentials` | settings and credentials from where the AWS CLI finds them |
//! | `serde` | serde's traits for all structures and enumerations |
//! | `tracing` | spans and events of calls and attempts |
//! | `server`, `local` | the server half, which verifies signatures, and an IAM endpoint in the process |

#![forbid(unsafe_code)]
// What may grow says so; what may not says why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
// docs.rs marks what a feature adds.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Generated code names the crate as any other crate would.
extern crate self as shapewire;

pub mod client;
#[cfg(feature = "credentials")]
pub mod config;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod credentials;
mod debug;
pub mod decode;
pub mod encode;
pub mod endpoint;
pub mod error;
#[cfg(feature = "rest-xml")]
pub mod event_stream;
mod form;
pub mod jmespath;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "local")]
pub mod local;
pub mod operation;
pub mod path;
pub mod pattern;
mod policy;
mod protocol;
pub mod schema;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "sigv4")]
pub mod sigv4;
pub mod timestamp;
pub mod transport;
mod uuid;
pub mod validation;
pub mod value;
pub mod waiter;
mod wipe;
mod xml;

#[cfg(feature = "async")]
pub use client::AsyncClient;
pub use client::Client;
pub use error::{Error, ServiceError};
pub use operation::OperationShape;
pub use policy::PolicyDocument;
pub use secrecy::{ExposeSecret, SecretSlice, SecretString};
pub use timestamp::Timestamp;
#[cfg(feature = "async")]
pub use transport::AsyncTransport;
pub use transport::Transport;
pub use value::Structure;

/// Bytes that are secret: redacted wherever they are shown, overwritten when dropped.
pub type SecretBlob = SecretSlice<u8>;

/// How deep structures, lists and maps may nest, in whatever is written, and in whatever is read unless
/// [`decode::DecodeOptions`] say otherwise.
pub const MAX_DEPTH: usize = 64;

include!(concat!(env!("OUT_DIR"), "/services.rs"));

/// The README's snippets are run as doc tests.
#[cfg(all(doctest, feature = "credentials", feature = "iam", feature = "local", feature = "tls", feature = "async"))]
#[doc = include_str!("../README.md")]
struct Readme;
