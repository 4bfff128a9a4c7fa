//! What can be wrong with configuration. No message has a value in it: it might be a secret.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why configuration cannot be used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file is there and cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What its reader says.
        source: Arc<std::io::Error>,
    },
    /// A file has more bytes than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
    TooLong {
        /// The file.
        path: PathBuf,
        /// How many bytes it may have.
        limit: usize,
    },
    /// A file is not what it should be.
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A profile that was asked for is in none of the files.
    NoProfile {
        /// The profile's name.
        name: String,
        /// Who asked for it: a variable, or the program.
        origin: String,
        /// The files that were looked at, whether they exist or not.
        files: Vec<PathBuf>,
    },
    /// A profile names a `services` section that is not there.
    NoServices {
        /// The profile.
        profile: String,
        /// The section's name.
        name: String,
    },
    /// A setting has a value that it cannot have.
    Invalid {
        /// The variable or the key.
        origin: String,
        /// What it must be.
        must: &'static str,
    },
}

impl ConfigError {
    pub(super) fn malformed(path: &Path, line: usize, why: impl Into<String>) -> Self {
        Self::Malformed { path: path.to_owned(), line, why: why.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        match self {
            Self::Unreadable { path, source } => write!(f, "{}: {source}", path.display()),
            Self::TooLong { path, limit } => write!(f, "{}: more than {limit} bytes", path.display()),
            Self::Malformed { path, line, why } => write!(f, "{}:{line}: {why}", path.display()),
            Self::NoProfile { name, origin, files } => {
                write!(f, "there is no profile {name} (asked for by {origin}) in ")?;
                if files.is_empty() {
                    return f.write_str("any file: there is no home folder, and no file is named");
                }
                for (index, file) in files.iter().enumerate() {
                    write!(f, "{}{}", if index > 0 { " or " } else { "" }, file.display())?;
                }
                Ok(())
            }
            Self::NoServices { profile, name } => {
                write!(f, "the profile {profile} names the section [services {name}], which is not there")
            }
            Self::Invalid { origin, must } => write!(f, "{origin} must be {must}"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(&**source),
            _ => None,
        }
    }
}
