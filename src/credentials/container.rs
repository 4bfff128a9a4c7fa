//! Credentials from the metadata service of a container: ECS, EKS, Lambda and their like.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Request, Uri};

use super::document::Document;
use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::{Environment, parse_url};
use crate::transport::Transport;

const NAME: &str = "container";
const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const ATTEMPTS: usize = 3;

/// Asks the service that `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or else `AWS_CONTAINER_CREDENTIALS_FULL_URI` names, with
/// the token in the file of `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` or else in `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
///
/// Without TLS only this machine and the addresses of ECS and EKS are asked. Where there is no answer, or one that is no
/// success, it is asked three times in all, without a pause.
#[derive(Clone)]
pub struct ContainerProvider {
    environment: Environment,
    transport: Arc<dyn Transport>,
}

impl ContainerProvider {
    /// Asks over this transport, which should not wait for long, and not use a proxy.
    #[must_use]
    pub fn new(environment: Environment, transport: impl Transport + 'static) -> Self {
        Self::over(environment, Arc::new(transport))
    }

    pub(super) fn over(environment: Environment, transport: Arc<dyn Transport>) -> Self {
        Self { environment, transport }
    }

    fn uri(&self) -> Result<Uri, CredentialsError> {
        if let Some(path) = self.environment.variable(RELATIVE) {
            let uri = path.starts_with('/').then(|| parse_url(&format!("http://169.254.170.2{path}")));
            return uri.flatten().ok_or_else(|| failed(format!("{RELATIVE} is no path")));
        }
        let full = self
            .environment
            .variable(FULL)
            .ok_or_else(|| CredentialsError::not_configured(NAME, format!("neither {RELATIVE} nor {FULL} is set")))?;
        let uri = parse_url(&full).ok_or_else(|| failed(format!("{FULL} is no http or https URL")))?;
        if uri.scheme_str() == Some("https") || uri.host().is_some_and(is_trusted) {
            Ok(uri)
        } else {
            Err(failed(format!(
                "{FULL} is neither https nor at localhost, a loopback address, 169.254.170.2, 169.254.170.23 or fd00:ec2::23"
            )))
        }
    }

    /// The token, read anew each time: files of tokens are replaced.
    fn authorization(&self) -> Result<Option<HeaderValue>, CredentialsError> {
        let token = match self.environment.variable(TOKEN_FILE) {
            Some(path) => {
                let bytes = self
                    .environment
                    .read(Path::new(&path))
                    .map_err(|error| failed(format!("the file of {TOKEN_FILE} cannot be read")).with_source(error))?;
                Some(HeaderValue::try_from(bytes))
            }
            None => self.environment.variable(TOKEN).map(HeaderValue::try_from),
        };
        let Some(token) = token else { return Ok(None) };
        let mut token = token.map_err(|_| failed("the authorization token has characters that no header has"))?;
        token.set_sensitive(true);
        Ok(Some(token))
    }

    fn ask(&self, uri: &Uri, authorization: Option<&HeaderValue>) -> Result<Vec<u8>, CredentialsError> {
        let mut request = Request::new(Vec::new());
        *request.uri_mut() = uri.clone();
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        let response =
            self.transport.send(request).map_err(|error| failed("the service did not answer").with_source(error))?;
        if response.status() == http::StatusCode::OK {
            Ok(response.into_body())
        } else {
            Err(failed(format!("the service answered with status {}", response.status().as_u16())))
        }
    }
}

/// Whether credentials may come from there without TLS.
fn is_trusted(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(address) => {
            address.is_loopback()
                || [[169, 254, 170, 2].into(), [169, 254, 170, 23].into(), [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23].into()]
                    .contains(&address)
        }
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

fn failed(why: impl Into<String>) -> CredentialsError {
    CredentialsError::failed(NAME, why)
}

impl CredentialsProvider for ContainerProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let uri = self.uri()?;
        let authorization = self.authorization()?;
        let attempt = || Document::read(NAME, self.ask(&uri, authorization.as_ref())?);
        let document = (1..ATTEMPTS).fold(attempt(), |result, _| result.or_else(|_| attempt()))?;
        document.credentials("Token", true)
    }
}
