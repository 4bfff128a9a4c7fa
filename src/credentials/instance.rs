//! Credentials from the metadata service of an EC2 instance (IMDS).

use std::sync::Arc;

use http::{Method, Request, Response, StatusCode, Uri};

use super::document::Document;
use super::json::Member;
use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::{Config, ConfigError, parse_url};
use crate::transport::Transport;

const NAME: &str = "instance metadata";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";

/// Asks the instance's metadata service for the credentials of its role.
///
/// First for a session token (version 2 of the service). Where the service has none to give (status 403, 404, 405, or no
/// answer), it is asked without one (version 1), unless `AWS_EC2_METADATA_V1_DISABLED` or the profile's
/// `ec2_metadata_v1_disabled` is `true`.
///
/// Not configured with `AWS_EC2_METADATA_DISABLED=true`, without an answer, and on an instance without a role. The endpoint is
/// `AWS_EC2_METADATA_SERVICE_ENDPOINT`, else `ec2_metadata_service_endpoint` of the profile, else the IPv4 or IPv6 address that
/// `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` asks for. Each request is sent `AWS_METADATA_SERVICE_NUM_ATTEMPTS` times, or once.
#[derive(Clone)]
pub struct InstanceMetadataProvider {
    config: Config,
    transport: Arc<dyn Transport>,
}

impl InstanceMetadataProvider {
    /// Asks over this transport, which should not wait for more than a second or two, and not use a proxy.
    #[must_use]
    pub fn new(config: Config, transport: impl Transport + 'static) -> Self {
        Self::over(config, Arc::new(transport))
    }

    pub(super) fn over(config: Config, transport: Arc<dyn Transport>) -> Self {
        Self { config, transport }
    }

    fn session(&self) -> Result<Session<'_>, CredentialsError> {
        let invalid = |error: ConfigError| CredentialsError::failed(NAME, "configuration").with_source(error);
        let endpoint = self.config.text(&["AWS_EC2_METADATA_SERVICE_ENDPOINT"], "ec2_metadata_service_endpoint");
        let mode = self.config.text(&["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"], "ec2_metadata_service_endpoint_mode");
        let base = match (&endpoint, &mode) {
            (Some(endpoint), _) => endpoint.value.trim_end_matches('/'),
            (None, Some(mode)) if mode.value.eq_ignore_ascii_case("ipv6") => "http://[fd00:ec2::254]",
            (None, _) => "http://169.254.169.254",
        };
        if parse_url(base).is_none() {
            return Err(CredentialsError::failed(NAME, "the service's endpoint is no http or https URL"));
        }
        let attempts = self
            .config
            .count(None, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")
            .map_err(invalid)?
            .map_or(1, |setting| setting.value);
        let only_version_2 = self
            .config
            .boolean(None, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
            .map_err(invalid)?
            .is_some_and(|setting| setting.value);
        let mut session = Session { transport: &*self.transport, base: base.to_owned(), attempts, token: None };
        session.token = session.new_token()?;
        if session.token.is_none() && only_version_2 {
            return Err(not_configured("the service gives no session token, and version 1 is disabled"));
        }
        Ok(session)
    }
}

/// Requests with the same token.
struct Session<'a> {
    transport: &'a dyn Transport,
    base: String,
    attempts: u32,
    token: Option<http::HeaderValue>,
}

impl Session<'_> {
    fn new_token(&self) -> Result<Option<http::HeaderValue>, CredentialsError> {
        let mut request = self.request("latest/api/token")?;
        *request.method_mut() = Method::PUT;
        let lifetime = http::HeaderValue::from_static("21600");
        request.headers_mut().insert("x-aws-ec2-metadata-token-ttl-seconds", lifetime);
        let response =
            self.send(&request, |response| matches!(response.status().as_u16(), 200 | 400 | 403 | 404 | 405));
        match response {
            Ok(response) if response.status() == StatusCode::OK => {
                let mut token = http::HeaderValue::try_from(response.into_body())
                    .map_err(|_| not_configured("the service's session token has characters that no header has"))?;
                token.set_sensitive(true);
                Ok(Some(token))
            }
            Ok(response) if response.status() == StatusCode::BAD_REQUEST => {
                Err(not_configured("the service takes the request for a session token for a bad one"))
            }
            _ => Ok(None),
        }
    }

    /// The body of a successful answer.
    fn get(&self, path: &str) -> Result<Vec<u8>, CredentialsError> {
        let mut request = self.request(path)?;
        if let Some(token) = &self.token {
            request.headers_mut().insert(TOKEN_HEADER, token.clone());
        }
        let is_success = |response: &Response<Vec<u8>>| response.status() == StatusCode::OK;
        let response = self.send(&request, |response| is_success(response) && !response.body().is_empty())?;
        match response.status() {
            StatusCode::OK if response.body().is_empty() => Err(not_configured("the service's answer is empty")),
            StatusCode::OK => Ok(response.into_body()),
            StatusCode::NOT_FOUND => Err(not_configured("the instance has no role (status 404)")),
            status => Err(not_configured(format!("the service answered with status {}", status.as_u16()))),
        }
    }

    fn request(&self, path: &str) -> Result<Request<Vec<u8>>, CredentialsError> {
        let uri: Uri = format!("{}/{path}", self.base)
            .parse()
            .map_err(|_| not_configured("the role's name is no part of a URL"))?;
        let mut request = Request::new(Vec::new());
        *request.uri_mut() = uri;
        Ok(request)
    }

    /// The first answer that will do, or the last one.
    fn send(
        &self,
        request: &Request<Vec<u8>>,
        will_do: impl Fn(&Response<Vec<u8>>) -> bool,
    ) -> Result<Response<Vec<u8>>, CredentialsError> {
        let send = || {
            self.transport
                .send(request.clone())
                .map_err(|error| not_configured("the service did not answer").with_source(error))
        };
        let mut result = send();
        for _ in 1..self.attempts {
            if result.as_ref().is_ok_and(&will_do) {
                break;
            }
            result = send();
        }
        result
    }
}

fn not_configured(why: impl Into<String>) -> CredentialsError {
    CredentialsError::not_configured(NAME, why)
}

impl CredentialsProvider for InstanceMetadataProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let disabled = self.config.environment().variable("AWS_EC2_METADATA_DISABLED");
        if disabled.is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
            return Err(not_configured("AWS_EC2_METADATA_DISABLED is true"));
        }
        let session = self.session()?;
        let role = String::from_utf8(session.get(ROLES)?)
            .map_err(|_| not_configured("the name of the instance's role is not UTF-8"))?;
        // One role a line; there is one.
        let role = role.lines().next().unwrap_or_default().trim();
        let document = Document::read(NAME, session.get(&format!("{ROLES}{role}"))?)?;
        if let Some(Member::Text(code)) = document.get("Code")
            && **code != "Success"
        {
            return Err(not_configured(format!("the service answered with the code {}", **code)));
        }
        document.credentials("Token", true)
    }
}
