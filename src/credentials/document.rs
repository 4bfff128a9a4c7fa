//! Credentials as JSON, as processes and metadata services write them.

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::json::{Member, read_object};
use super::{Credentials, CredentialsError};

/// The members of a JSON object. They are overwritten when dropped, and so are the bytes that they are read from.
pub(super) struct Document {
    provider: &'static str,
    members: Vec<(Zeroizing<String>, Member)>,
}

impl Document {
    /// Reads an object.
    pub(super) fn read(provider: &'static str, bytes: Vec<u8>) -> Result<Self, CredentialsError> {
        let bytes = Zeroizing::new(bytes);
        let failed = || CredentialsError::failed(provider, "the answer is not a JSON object");
        let text = str::from_utf8(&bytes).map_err(|error| failed().with_source(error))?;
        let members = read_object(text).map_err(|error| failed().with_source(error))?;
        Ok(Self { provider, members })
    }

    /// The member of this name; of several, the last one.
    pub(super) fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().rfind(|(found, _)| **found == name).map(|(_, member)| member)
    }

    /// Credentials with the token under this name. Metadata services must say when they expire.
    pub(super) fn credentials(&self, token: &'static str, must_expire: bool) -> Result<Credentials, CredentialsError> {
        let required = |name| self.text(name)?.ok_or_else(|| self.lacks(name));
        let secret = SecretString::from(required("SecretAccessKey")?);
        let mut credentials = Credentials::new(required("AccessKeyId")?, secret);
        match self.text(token)? {
            Some(token) => credentials = credentials.with_session_token(SecretString::from(token)),
            None if must_expire => return Err(self.lacks(token)),
            None => {}
        }
        match self.text("Expiration")? {
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
    fn text(&self, name: &str) -> Result<Option<&str>, CredentialsError> {
        match self.get(name) {
            None | Some(Member::Null) => Ok(None),
            Some(Member::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(CredentialsError::failed(self.provider, format!("the answer's {name} is no text"))),
        }
    }

    fn lacks(&self, name: &str) -> CredentialsError {
        CredentialsError::failed(self.provider, format!("the answer has no {name}"))
    }
}
