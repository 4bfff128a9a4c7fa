//! serde's traits for every structure, union and enumeration, by one function each over views and slots.
//!
//! Generated types have them if the generator is asked to (`Builder::serde`); `dyn Structure` and [`Fill`] do the same by
//! name. Any format will do. What is written:
//!
//! - A structure is a map, in the model's order, of the members that are there, by their names in the model: those of the AWS
//!   CLI's JSON. Each is an option, which JSON and its like do not show; `null` is a member that is not there.
//! - Text and enumerations are strings, known values or not.
//! - For people (`is_human_readable`), as in [`json`](crate::json): timestamps are in RFC 3339, blobs in base64, numbers that are
//!   not finite are `NaN`, `Infinity` and `-Infinity`. For machines, timestamps are pairs of seconds and nanoseconds, and blobs
//!   are bytes.
//! - **Secrets are not written**, unless [`ExposeSecrets`] is. For people they are `[redacted]`, which no secret member takes
//!   when it is read. A format for machines may not tell that from a value, so there it is an error to serialize a secret.
//!
//! Reading refuses members that are unknown, that come twice, or that are required and not there, as well as a union of several
//! members and what nests deeper than [`MAX_DEPTH`](crate::MAX_DEPTH). A union of which no member is known reads and writes as an
//! empty map. Errors never repeat what stands where a secret should. Constraints are not checked: `validate` does that.
//!
//! ```
//! use shapewire::iam;
//! use shapewire::serde::ExposeSecrets;
//!
//! let request = iam::CreateLoginProfileRequest::new().with_user_name("jane").with_password("correct horse");
//! assert_eq!(serde_json::to_string(&request)?, r#"{"UserName":"jane","Password":"[redacted]"}"#);
//!
//! let stored = serde_json::to_string(&ExposeSecrets(&request))?;
//! assert_eq!(stored, r#"{"UserName":"jane","Password":"correct horse"}"#);
//! assert_eq!(serde_json::from_str::<iam::CreateLoginProfileRequest>(&stored)?, request);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod read;
mod write;

pub use self::read::Fill;
pub use self::write::ExposeSecrets;

use crate::value::{Empty, Structure};

/// What [`serde_structures!`](crate::serde_structures) and [`serde_enumerations!`](crate::serde_enumerations) name: generated
/// code needs no serde of its own.
#[doc(hidden)]
pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeSeed};

/// A new structure, read from any format.
///
/// # Errors
/// Where the format cannot be read, or what it says is not this structure.
pub fn deserialize<'de, T: Structure + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut target = T::default();
    Fill(&mut target).deserialize(deserializer)?;
    Ok(target)
}

/// Implements serde's traits for structures and unions.
#[macro_export]
macro_rules! serde_structures {
    ($($type:ident),* $(,)?) => {$(
        impl $crate::serde::Serialize for $type {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(self as &dyn $crate::value::Structure, serializer)
            }
        }
        impl<'de> $crate::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::serde::deserialize(deserializer)
            }
        }
    )*};
}

/// Implements serde's traits for open enumerations.
#[macro_export]
macro_rules! serde_enumerations {
    ($($type:ident),* $(,)?) => {$(
        impl $crate::serde::Serialize for $type {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> $crate::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <::std::string::String as $crate::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    )*};
}

serde_structures!(Empty);
