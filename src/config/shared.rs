//! The config file and the credentials file, and the profiles that both make.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::environment::{Environment, MAX_FILE_BYTES};
use super::error::ConfigError;
use super::parse::{self, Sections};
use super::section::{Section, in_order};
use super::words::split_posix;

/// What the two shared files say.
#[derive(Clone, Default)]
pub struct SharedConfig {
    files: Vec<PathBuf>,
    /// `[default]` and `[profile …]` of the config file.
    config: HashMap<String, Section>,
    /// All sections of the credentials file.
    credentials: HashMap<String, Section>,
    /// Profiles of both, where the credentials file wins key by key.
    profiles: HashMap<String, Section>,
    services: HashMap<String, Section>,
    sso_sessions: HashMap<String, Section>,
}

/// Names in order, so that it is the same each time.
impl fmt::Debug for SharedConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedConfig")
            .field("files", &self.files)
            .field("profiles", &in_order(&self.profiles))
            .field("services", &in_order(&self.services))
            .field("sso_sessions", &in_order(&self.sso_sessions))
            .finish_non_exhaustive()
    }
}

impl SharedConfig {
    /// Reads `AWS_CONFIG_FILE` (or `~/.aws/config`) and `AWS_SHARED_CREDENTIALS_FILE` (or `~/.aws/credentials`).
    ///
    /// A file that is not there says nothing; an empty variable names no file.
    ///
    /// # Errors
    /// A file that cannot be read, or is malformed: its path and line.
    pub fn load(environment: &Environment) -> Result<Self, ConfigError> {
        let mut shared = Self::default();
        let config = shared.read(environment, "AWS_CONFIG_FILE", "~/.aws/config")?;
        let credentials = shared.read(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")?;
        for (name, section) in config {
            let place = match name.as_str() {
                "default" => Some((&mut shared.config, name)),
                _ if name.starts_with("profile") => second_word(&name).map(|name| (&mut shared.config, name)),
                _ if name.starts_with("sso-session") => second_word(&name).map(|name| (&mut shared.sso_sessions, name)),
                _ if name.starts_with("services") => second_word(&name).map(|name| (&mut shared.services, name)),
                _ => None,
            };
            if let Some((sections, name)) = place {
                sections.insert(name, section);
            }
        }
        for (name, section) in &shared.config {
            shared.profiles.insert(name.clone(), section.clone());
        }
        for (name, section) in credentials {
            let mut profile = shared.config.get(&name).cloned().unwrap_or_default();
            profile.overwrite_with(&section);
            shared.profiles.insert(name.clone(), profile);
            shared.credentials.insert(name, section);
        }
        Ok(shared)
    }

    fn read(&mut self, environment: &Environment, variable: &str, default: &str) -> Result<Sections, ConfigError> {
        let named = environment.raw_variable(variable);
        let path = environment.expand(named.as_deref().unwrap_or(default));
        // Without a home folder, `~` leads nowhere.
        if path.as_os_str().is_empty() || (named.is_none() && path.starts_with("~")) {
            return Ok(Sections::new());
        }
        self.files.push(path.clone());
        match environment.read(&path) {
            Ok(bytes) => parse::parse(bytes, &path),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Sections::new())
            }
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(ConfigError::TooLong { path, limit: MAX_FILE_BYTES })
            }
            Err(error) => Err(ConfigError::Unreadable { path, source: error.into() }),
        }
    }

    /// The files that were looked at, whether they exist or not.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The names of all profiles, in order.
    pub fn profile_names(&self) -> impl Iterator<Item = &str> {
        in_order(&self.profiles).into_iter()
    }

    /// A profile, of both files: where both have a key, the credentials file's counts.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name)
    }

    /// What the section `[services NAME]` of the config file says.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// What the section `[sso-session NAME]` of the config file says.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }

    /// A profile as the config file alone has it.
    pub(crate) fn in_config_file(&self, name: &str) -> Option<&Section> {
        self.config.get(name)
    }

    /// A profile as the credentials file alone has it.
    pub(crate) fn in_credentials_file(&self, name: &str) -> Option<&Section> {
        self.credentials.get(name)
    }
}

/// The second of two words, perhaps quoted: the name in `profile "my name"`.
fn second_word(text: &str) -> Option<String> {
    let words: [String; 2] = split_posix(text).ok()?.try_into().ok()?;
    let [_, name] = words;
    Some(name)
}
