//! What a program has around it: variables, a home folder, files, the time.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::timestamp::Timestamp;
use crate::wipe;

/// How many bytes a file may have that settings, credentials or a token are read from: 4 MiB.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

/// Where configuration comes from: the process, or what a test says.
#[derive(Clone)]
pub struct Environment {
    variable: Arc<Variable>,
    home: Option<PathBuf>,
    read: Arc<Reader>,
    clock: Arc<Clock>,
}

type Variable = dyn Fn(&str) -> Option<String> + Send + Sync;
type Reader = dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync;
type Clock = dyn Fn() -> Timestamp + Send + Sync;

impl Environment {
    /// The process's variables, as they are when they are asked for, its user's home, the file system, the system's clock.
    ///
    /// A variable that is not UTF-8 counts as absent.
    #[must_use]
    pub fn process() -> Self {
        Self {
            variable: Arc::new(|name| std::env::var(name).ok()),
            home: std::env::home_dir(),
            read: Arc::new(read_file),
            clock: Arc::new(system_time),
        }
    }

    /// No variables, no home, no files; the system's clock.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            variable: Arc::new(|_| None),
            home: None,
            read: Arc::new(|_| Err(io::ErrorKind::NotFound.into())),
            clock: Arc::new(system_time),
        }
    }

    /// The same environment with these variables and no others.
    #[must_use]
    pub fn with_variables<N: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables: std::collections::BTreeMap<String, String> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.variable = Arc::new(move |name| variables.get(name).cloned());
        self
    }

    /// The same environment with this home folder.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same environment, with files read by this function.
    #[must_use]
    pub fn with_reader(mut self, read: impl Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        self.read = Arc::new(read);
        self
    }

    /// The same environment at the time that this function tells.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// A variable's value, if there is one and it is not empty.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        self.raw_variable(name).filter(|value| !value.is_empty())
    }

    /// A variable's value, empty or not.
    pub(super) fn raw_variable(&self, name: &str) -> Option<String> {
        (self.variable)(name)
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// What the reader says; `FileTooLarge` for one of more than [`MAX_FILE_BYTES`].
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = (self.read)(path)?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {MAX_FILE_BYTES} bytes")));
        }
        Ok(bytes)
    }

    /// A path with `$NAME`, `${NAME}` and a leading `~` replaced, where there is something to replace them with.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        let path = self.expand_variables(path);
        let in_home = match (&self.home, path.strip_prefix('~')) {
            (Some(home), Some(rest)) if rest.is_empty() || rest.starts_with(['/', std::path::MAIN_SEPARATOR]) => {
                Some(home.join(rest.trim_start_matches(['/', std::path::MAIN_SEPARATOR])))
            }
            _ => None,
        };
        in_home.unwrap_or_else(|| path.into())
    }

    fn expand_variables(&self, mut path: &str) -> String {
        let mut expanded = String::with_capacity(path.len());
        while let Some(start) = path.find('$') {
            let (before, rest) = path.split_at(start);
            expanded.push_str(before);
            let (name, length) = variable_name(&rest[1..]);
            let (reference, after) = rest.split_at(1 + length);
            match self.raw_variable(name).filter(|_| !name.is_empty()) {
                Some(value) => expanded.push_str(&value),
                None => expanded.push_str(reference),
            }
            path = after;
        }
        expanded + path
    }
}

/// A file's bytes; of one that is too large, or has no end, one more than may be.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    wipe::read_limited(&mut |buffer| file.read(buffer), MAX_FILE_BYTES + 1)
}

/// The name that follows a `$`, and how many bytes it takes with its braces.
fn variable_name(text: &str) -> (&str, usize) {
    if let Some((name, _)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return (name, name.len() + 2);
    }
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (&text[..length], length)
}

/// The system's time. A clock that is outside the years 0 to 9999 tells nothing.
pub(crate) fn system_time() -> Timestamp {
    SystemTime::now().try_into().unwrap_or_default()
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("home", &self.home).finish_non_exhaustive()
    }
}
