//! The account in a file, so that it outlives the process.
//!
//! The file is always whole: each change is written to a new file beside it, which then takes its place, and the change
//! is answered only when both are on the disk. Changes that come while one is being written go into the next file
//! together; if that file cannot be written, none of them holds. A second file beside it, with `.lock` after its name, is locked as long as the account is open.

mod document;
mod error;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

pub use self::error::{StateError, StateErrorKind};

use super::state::State;

/// The file of an account.
pub(super) struct Store {
    path: PathBuf,
    temporary: PathBuf,
    /// Locked until the last clone of the account is dropped.
    _lock: File,
    stored: Mutex<Stored>,
}

/// What the file holds, and what has become of each change so far.
struct Stored {
    state: State,
    /// The last change that is decided on: it is in the file, or undone.
    decided: u64,
    /// The changes that were undone, in their order. Neighbours are one range, so that a disk that stays full adds one.
    undone: Vec<RangeInclusive<u64>>,
}

impl Store {
    /// Opens the file, or makes it, and gives what it holds.
    pub(super) fn open(path: &Path) -> Result<(Self, State), StateError> {
        let in_path = |kind: StateErrorKind| StateError::new(path, kind);
        // A link stays one: what it leads to is replaced.
        let path = match fs::canonicalize(path) {
            // What does not exist stays where it is when the process goes to another folder, and may be linked to.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let target = fs::read_link(path).unwrap_or_default();
                let target = if target.as_os_str().is_empty() { path.to_owned() } else { path.with_file_name(target) };
                std::path::absolute(target)
            }
            found => found,
        };
        let path = path.map_err(|error| in_path(error.into()))?;
        let lock = lock(&beside(&path, ".lock")).map_err(in_path)?;
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            read => Some(read.map_err(|error| in_path(StateErrorKind::Io(error)))?),
        };
        let state = text.as_deref().map_or_else(|| Ok(State::default()), document::read).map_err(in_path)?;
        let stored = Stored { state: state.clone(), decided: state.changes, undone: Vec::new() };
        let store = Self { temporary: beside(&path, ".new"), path, _lock: lock, stored: Mutex::new(stored) };
        if text.is_none() {
            // What cannot be written is better known before the first change.
            let written = document::write(&state).and_then(|text| store.write(&text));
            written.map_err(|error| StateError::new(&store.path, error.into()))?;
        }
        Ok((store, state))
    }

    /// Returns when the file has `change`. Where it cannot be written, the account is again what the file holds.
    pub(super) fn commit(&self, state: &RwLock<State>, change: u64) -> io::Result<()> {
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        if change <= stored.decided {
            let is_undone = stored.undone.iter().any(|undone| undone.contains(&change));
            return if is_undone { Err(io::Error::other("another change could not be stored")) } else { Ok(()) };
        }
        let next = state.read().unwrap_or_else(PoisonError::into_inner).clone();
        let written = document::write(&next).and_then(|text| self.write(&text));
        if written.is_ok() {
            stored.decided = next.changes;
            stored.state = next;
        } else {
            // With the changes that came in the meantime: they may build on those that are lost.
            let mut state = state.write().unwrap_or_else(PoisonError::into_inner);
            stored.undo(state.changes);
            *state = State { changes: state.changes, ..stored.state.clone() };
        }
        written
    }

    fn write(&self, text: &[u8]) -> io::Result<()> {
        // One that a killed process left behind may be anybody's to read.
        match fs::remove_file(&self.temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&self.temporary)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        sync_folder(&self.path)
    }
}

impl Stored {
    /// Notes that everything after the last change that is decided on, up to `last`, is undone.
    fn undo(&mut self, last: u64) {
        let mut first = self.decided + 1;
        if self.undone.last().is_some_and(|undone| *undone.end() == self.decided) {
            first = self.undone.pop().map_or(first, |undone| *undone.start());
        }
        self.undone.push(first..=last);
        self.decided = last;
    }
}

fn lock(path: &Path) -> Result<File, StateErrorKind> {
    let file = private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateErrorKind::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The file whose name is longer by `suffix`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A new file is the owner's alone: it has secrets in it.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Puts the new name of a file on the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
