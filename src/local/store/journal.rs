//! The end of an account's file, where changes are added.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;

/// Additions up to this length are no reason to write the whole account, however small it is.
const MIN_ROOM: u64 = 64 * 1024;

/// A file that holds a document, and changes after it.
pub(super) struct Journal {
    file: File,
    /// The length of the document, in bytes.
    document: u64,
    /// The length of the file.
    length: u64,
}

impl Journal {
    /// The changes after a document of `document` bytes, which has just been written to `file`.
    pub(super) fn after(file: File, document: usize) -> Self {
        let document = document as u64;
        Self { file, document, length: document }
    }

    pub(super) fn has_changes(&self) -> bool {
        self.length > self.document
    }

    /// Whether the changes are not yet longer than the document: writing all is never more than twice the work.
    pub(super) fn has_room(&self) -> bool {
        self.length - self.document < self.document.max(MIN_ROOM)
    }

    /// Whether the file is still the one at `path`, as it was left: somebody may have put another one there, or none.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        match (self.file.metadata(), fs::metadata(path)) {
            (Ok(ours), Ok(there)) => is_same(&ours, &there) && there.len() == self.length,
            _ => false,
        }
    }

    /// Adds a change, and gives the journal back when it is on the disk.
    pub(super) fn add(mut self, line: &[u8]) -> io::Result<Self> {
        let added = self.file.write_all(line).and_then(|()| self.file.sync_data());
        if let Err(error) = added {
            // Nobody shall find a change that was answered with an error. What this leaves behind at worst is a line without an
            // end, which is none.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.sync_data());
            return Err(error);
        }
        self.length += line.len() as u64;
        Ok(self)
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Where files have no number that tells them apart, their length must do.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}
