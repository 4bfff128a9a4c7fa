//! The account in a file, so that it outlives the process.
//!
//! A change is answered only when it is on the disk. What has changed is added to the file's end (`journal.rs`), so that a
//! change costs the same whatever the account holds. When these additions have grown longer than what they were added to,
//! the whole account is written to a new file beside it, which then takes its place: the file is readable at any moment.
//! The first change after opening and the first after a failure are written like this too, and so is what the last one
//! leaves behind. Changes that come while one is being written go to the disk together; if that fails, none of them holds.
//!
//! A second file beside it, with `.lock` after its name, is locked as long as the account is open.

mod document;
mod error;
mod journal;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockWriteGuard};

pub use self::error::{StateError, StateErrorKind};

use self::journal::Journal;
use super::state::State;

/// The file of an account.
pub(super) struct Store {
    state: Arc<RwLock<State>>,
    path: PathBuf,
    temporary: PathBuf,
    /// Locked until the last clone of the account is dropped.
    _lock: File,
    stored: Mutex<Stored>,
}

/// What has become of the file, and of each change so far.
struct Stored {
    /// Where the next change may be added.
    journal: Option<Journal>,
    /// How many credentials and access keys there have ever been, as the file has it.
    made: u64,
    /// The last change that is decided on: it is in the file, or undone.
    decided: u64,
    /// The changes that were undone, in their order. Neighbours are one range, so that a disk that stays full adds one.
    undone: Vec<RangeInclusive<u64>>,
}

impl Store {
    /// Opens the file, or makes it.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
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
        let stored = Stored { journal: None, made: state.made, decided: state.changes, undone: Vec::new() };
        let (state, stored) = (Arc::new(RwLock::new(state)), Mutex::new(stored));
        let store = Self { state, temporary: beside(&path, ".new"), path, _lock: lock, stored };
        if text.is_none() {
            // What cannot be written is better known before the first change.
            store.rewrite().map_err(|error| StateError::new(&store.path, error.into()))?;
        }
        Ok(store)
    }

    /// The account, as the file holds it but for changes that are on their way.
    pub(super) fn state(&self) -> Arc<RwLock<State>> {
        Arc::clone(&self.state)
    }

    /// Returns when the file has `change`. Where it cannot be written, the account is again what the file holds.
    pub(super) fn commit(&self, change: u64) -> io::Result<()> {
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        if change <= stored.decided {
            let is_undone = stored.undone.iter().any(|undone| undone.contains(&change));
            return if is_undone { Err(io::Error::other("another change could not be stored")) } else { Ok(()) };
        }
        // Out of `stored` until it is written: whatever fails, the next change does not go after it.
        let journal = stored.journal.take().filter(|journal| journal.has_room() && journal.is_at(&self.path));
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let touched = state.take_touched();
        let state = RwLockWriteGuard::downgrade(state);
        let (made, changes) = (state.made, state.changes);
        let text = if journal.is_some() { document::change(&state, &touched) } else { document::whole(&state) };
        drop(state);
        let written = text.and_then(|text| match journal {
            Some(journal) => journal.add(&text),
            None => self.replace(&text),
        });
        match written {
            Ok(journal) => {
                *stored = Stored {
                    journal: Some(journal),
                    made,
                    decided: changes,
                    undone: std::mem::take(&mut stored.undone),
                };
                Ok(())
            }
            Err(error) => {
                let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
                // With the changes that came in the meantime: they may build on those that are lost.
                let later = state.take_touched();
                state.put_back(later);
                state.put_back(touched);
                state.made = stored.made;
                stored.undo(state.changes);
                Err(error)
            }
        }
    }

    /// Writes the whole account.
    fn rewrite(&self) -> io::Result<Journal> {
        let text = document::whole(&self.state.read().unwrap_or_else(PoisonError::into_inner))?;
        self.replace(&text)
    }

    /// Puts a new file with this document in the place of the old one.
    fn replace(&self, text: &[u8]) -> io::Result<Journal> {
        // One that a killed process left behind may be anybody's to read.
        match fs::remove_file(&self.temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&self.temporary)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        sync_folder(&self.path)?;
        Ok(Journal::after(file, text.len()))
    }
}

impl Drop for Store {
    /// Leaves one document behind. Where that fails, the file is as good as it is.
    fn drop(&mut self) {
        let stored = self.stored.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Before its file is replaced, for systems that mind.
        let journal = stored.journal.take();
        let has_changes = journal.is_some_and(|journal| journal.has_changes() && journal.is_at(&self.path));
        if has_changes {
            let _ = self.rewrite();
        }
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
