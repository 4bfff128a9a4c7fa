//! Why an account's file cannot be used.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Why an account cannot be opened from its file. The file is left as it is.
#[derive(Debug)]
pub struct StateError {
    path: PathBuf,
    kind: StateErrorKind,
}

/// What is wrong with an account's file.
#[derive(Debug)]
#[non_exhaustive]
pub enum StateErrorKind {
    /// Somebody else has the account open, in this process or in another.
    Locked,
    /// A later version of this library wrote it, in this version of the format.
    Newer(u64),
    /// It is no account's file, or no longer a whole one; what and where.
    Damaged(String),
    /// It cannot be read or written.
    Io(io::Error),
}

impl StateError {
    pub(super) fn new(path: &Path, kind: StateErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &StateErrorKind {
        &self.kind
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl From<io::Error> for StateErrorKind {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.kind {
            StateErrorKind::Locked => f.write_str("the account is open elsewhere"),
            StateErrorKind::Newer(version) => {
                write!(f, "version {version} of the format; this program reads version {}", super::document::VERSION)
            }
            StateErrorKind::Damaged(what) => write!(f, "no account's file, or a damaged one: {what}"),
            StateErrorKind::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            StateErrorKind::Io(error) => Some(error),
            _ => None,
        }
    }
}
