//! JSON in and out for any structure, named and spelled as the AWS CLI and boto3 have it: members by their model names,
//! timestamps in RFC 3339, blobs in base64.

mod documents;
mod input;
mod read;
mod write;

pub use documents::decode_documents;
pub use read::{read, read_with};
pub use write::{Secrets, to_string, to_string_pretty, to_value};
