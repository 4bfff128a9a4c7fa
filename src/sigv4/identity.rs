//! Who signs: the `Credential` of a signature, an access key id and the scope of its key.

use http::{HeaderMap, Uri};

use super::canonical::percent_decoded;
use super::request::TERMINATOR;

/// An access key, and what its signature holds for: one day, region and service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The id of the access key: `AKIDEXAMPLE`.
    pub access_key_id: String,
    /// The day: `20150830`.
    pub day: String,
    /// The region: `us-east-1`.
    pub region: String,
    /// The service's name for signing: `iam`.
    pub service: String,
}

impl Identity {
    /// Whom the signature of a request names, in its header or else in its query. Nothing is verified.
    #[must_use]
    pub fn claimed(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let in_header = headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let in_header = in_header.and_then(|value| value.split_once("Credential=")?.1.split([',', ' ']).next());
        if let Some(credential) = in_header {
            return Self::parse(credential);
        }
        let mut parameters = uri.query().unwrap_or_default().split('&');
        let credential = parameters.find_map(|parameter| parameter.strip_prefix("X-Amz-Credential="))?;
        Self::parse(&percent_decoded(credential))
    }

    /// Reads `AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request`.
    pub(super) fn parse(credential: &str) -> Option<Self> {
        // What stands in logs must not have line ends, and what is signed has none.
        if !credential.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        // A key's id is the caller's own choice in some emulators; the scope's parts have no slashes.
        let mut parts = credential.rsplitn(5, '/');
        if parts.next() != Some(TERMINATOR) {
            return None;
        }
        let (service, region, day) = (parts.next()?, parts.next()?, parts.next()?);
        let access_key_id = parts.next().filter(|id| !id.is_empty())?;
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }
}
