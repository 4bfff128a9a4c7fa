//! Endpoints that are chosen for each call, by what the operation and its input say.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Request;

use crate::encode::{EncodeError, EncodeErrorKind, EncodeOptions};
use crate::endpoint::{AuthScheme, EndpointParameters};
use crate::schema::{Operation, Service};
use crate::sigv4::{Options, Payload, Signer};
use crate::value::Structure;

/// Resolves endpoints of one service. Clones of a client share the signers, which keep their keys.
pub(super) struct Resolver {
    service: &'static Service,
    parameters: EndpointParameters,
    signers: Mutex<HashMap<Scope, Arc<Signer>>>,
}

/// What a signature is for, and how it is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Scope {
    region: String,
    name: String,
    as_is: bool,
    unsigned_payload: bool,
}

/// The signer of a request, in its extensions, where it is not that of the whole client.
#[derive(Clone)]
pub(super) struct SignedBy(pub(super) Arc<Signer>);

impl Resolver {
    pub(super) fn new(service: &'static Service, parameters: EndpointParameters) -> Self {
        Self { service, parameters, signers: Mutex::default() }
    }

    /// Writes the request with these options for the endpoint that the service's rules choose for it.
    pub(super) fn encode(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        options: &EncodeOptions<'_>,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let unusable = |why: String| EncodeError::new(EncodeErrorKind::Endpoint(why));
        let parameters = operation.endpoint_parameters(&self.parameters, input);
        let endpoint = self.service.endpoint(&parameters).map_err(|error| unusable(error.to_string()))?;
        let Some(scheme) = endpoint.auth_scheme("sigv4") else {
            let name = endpoint.auth_schemes.first().map_or("none", |scheme| scheme.name.as_str());
            return Err(unusable(format!("it wants requests to be signed with {name}")));
        };
        let mut request = operation.encode_with(input, &endpoint.url, &options.with_complete_endpoint())?;
        if let Some(signer) = self.signer(operation, scheme) {
            request.extensions_mut().insert(SignedBy(signer));
        }
        request.headers_mut().extend(endpoint.headers);
        Ok(request)
    }

    fn signer(&self, operation: &Operation, scheme: &AuthScheme) -> Option<Arc<Signer>> {
        let scope = Scope {
            region: scheme.signing_region.clone()?,
            name: scheme.signing_name.clone().unwrap_or_else(|| self.service.signing_name().to_owned()),
            as_is: scheme.disable_double_encoding,
            unsigned_payload: operation.has_unsigned_payload(),
        };
        let mut signers = self.signers.lock().unwrap_or_else(PoisonError::into_inner);
        let signer = signers.entry(scope).or_insert_with_key(|scope| {
            let mut options = options(scheme);
            if scope.unsigned_payload {
                options.payload = Payload::Unsigned;
            }
            Arc::new(Signer::new(&*scope.region, &*scope.name).with_options(options))
        });
        Some(signer.clone())
    }
}

/// How a scheme of the endpoint rules signs. The services whose paths are signed as they are also want the hash of the body
/// as a header: those of S3.
pub(super) fn options(scheme: &AuthScheme) -> Options {
    if scheme.disable_double_encoding { Options::s3() } else { Options::default() }
}
