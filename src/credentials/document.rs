//! Credentials as JSON, as processes and metadata services write them.

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde_json::{Map, Value};

use super::{Credentials, CredentialsError};

/// The members of a JSON object. What is taken out as a secret is overwritten when dropped, and so are the bytes.
pub(super) struct Document {
    provider: &'static str,
    members: Map<String, Value>,
}

impl Document {
    /// Reads an object.
    pub(super) fn read(provider: &'static str, bytes: Vec<u8>) -> Result<Self, CredentialsError> {
        let bytes = Zeroizing::new(bytes);
        let failed = |why| CredentialsError::failed(provider, why);
        let text = str::from_utf8(&bytes).map_err(|error| failed("the answer is not JSON").with_source(error))?;
        match text.parse() {
            Ok(Value::Object(members)) => Ok(Self { provider, members }),
            Ok(_) => Err(failed("the answer is no JSON object")),
            // Its message says what is expected and where, not what is found.
            Err(error) => Err(failed("the answer is not JSON").with_source(error)),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Credentials with the token under this name. Metadata services must say when they expire.
    pub(super) fn into_credentials(
        mut self,
        token: &'static str,
        must_expire: bool,
    ) -> Result<Credentials, CredentialsError> {
        let key = self.take("AccessKeyId")?.ok_or_else(|| self.lacks("AccessKeyId"))?;
        let secret = self.take("SecretAccessKey")?.ok_or_else(|| self.lacks("SecretAccessKey"))?;
        let mut credentials = Credentials::new(key, SecretString::from(secret));
        match self.take(token)? {
            Some(token) => credentials = credentials.with_session_token(token),
            None if must_expire => return Err(self.lacks(token)),
            None => {}
        }
        match self.take("Expiration")? {
            Some(expiration) => {
                let expiration = expiration.parse().map_err(|error| {
                    CredentialsError::failed(self.provider, "the answer's Expiration").with_source(error)
                })?;
                credentials = credentials.with_expiration(expiration);
            }
            None if must_expire => return Err(self.lacks("Expiration")),
            None => {}
        }
        Ok(credentials)
    }

    /// The text of a member; none if it is absent, null or empty.
    fn take(&mut self, name: &str) -> Result<Option<String>, CredentialsError> {
        match self.members.get_mut(name).map(Value::take) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(_) => Err(CredentialsError::failed(self.provider, format!("the answer's {name} is no text"))),
        }
    }

    fn lacks(&self, name: &str) -> CredentialsError {
        CredentialsError::failed(self.provider, format!("the answer has no {name}"))
    }
}
