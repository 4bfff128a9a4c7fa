//! AWS Signature Version 4 over `http::Request`, as a header or in the query ("presigned").
//!
//! AWS's documentation: *IAM User Guide*, "AWS Signature Version 4 for API requests". What verifies signatures comes with the
//! feature `server`.
//!
//! ```
//! use shapewire::Timestamp;
//! use shapewire::credentials::Credentials;
//! use shapewire::sigv4::Signer;
//!
//! let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
//! let mut request = http::Request::post("https://iam.amazonaws.com/").body("Action=ListUsers&Version=2010-05-08")?;
//! let signer = Signer::new("us-east-1", "iam");
//! signer.sign(&mut request, &credentials, "2015-08-30T12:36:00Z".parse()?)?;
//! let authorization = request.headers()["authorization"].to_str()?;
//! assert!(authorization.starts_with(
//!     "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature="
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ascii;
#[cfg(feature = "checksums")]
pub(crate) mod aws_chunked;
mod canonical;
mod chunks;
#[cfg(feature = "server")]
mod claim;
#[cfg(feature = "server")]
pub(crate) mod frames;
#[cfg(feature = "server")]
mod identity;
mod key;
mod request;
mod signer;
#[cfg(feature = "server")]
mod verifier;

pub use chunks::ChunkSigner;
#[cfg(feature = "server")]
pub use frames::FramingError;
#[cfg(feature = "server")]
pub use identity::Identity;
#[cfg(feature = "rest-xml")]
pub(crate) use key::hex;
pub use signer::{Options, Payload, SignError, Signature, Signer};
#[cfg(feature = "server")]
pub use verifier::{Verifier, VerifyError};
