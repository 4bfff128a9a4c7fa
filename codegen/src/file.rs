//! Files as they are read: unpacked if they are compressed, and what may be meant by one that cannot be read.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::by_name::ByName;
use crate::diagnostic::did_you_mean;

/// How a file compressed with gzip begins (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The byte order mark, in UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// How many bytes a file may have, and how many it may unpack to: 64 MiB. The largest model, EC2's, has 11 MB; a device has no
/// end, and a small file may unpack to more than there is memory.
const MAX_BYTES: u64 = 64 << 20;

/// The bytes of a file, unpacked.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    unpacked(within_limit(File::open(path)?, "it has")?)
}

/// All bytes, if there are not too many.
fn within_limit(reader: impl Read, subject: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{subject} more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

/// The bytes that were compressed, or these if they are not; without the mark that some editors put before a text
/// (RFC 8259, section 8.1).
pub(crate) fn unpacked(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut bytes = if bytes.starts_with(&GZIP) { gunzip(&bytes)? } else { bytes };
    if bytes.starts_with(&BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(bytes)
}

#[cfg(feature = "gzip")]
fn gunzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    within_limit(flate2::read::MultiGzDecoder::new(bytes), "unpacked it has")
}

#[cfg(not(feature = "gzip"))]
fn gunzip(_: &[u8]) -> io::Result<Vec<u8>> {
    Err(io::Error::other("it is compressed with gzip, which shapewire-codegen reads with its feature `gzip`"))
}

/// What may be meant by a file that cannot be read.
pub(crate) fn hint(path: &Path) -> Option<String> {
    if path == Path::new("-") {
        return Some("standard input is a file on Unix: /dev/stdin".to_owned());
    }
    if path.is_dir() {
        let model = model_below(path).map(|model| format!("; did you mean `{}`?", model.display()));
        return Some(format!("a model is a file{}", model.unwrap_or_default()));
    }
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let name = path.file_name()?.to_str()?;
    let names = names(folder);
    let others = names.values().map(String::as_str).filter(|other| *other != name);
    did_you_mean(name, &others.collect::<Vec<_>>())
}

/// The newest model in the folder of a service, or of one of its versions, as botocore has them.
fn model_below(folder: &Path) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = names(folder).values().map(|name| folder.join(name)).collect();
    folders.push(folder.to_owned());
    while let Some(folder) = folders.pop() {
        for name in ["service-2.json", "service-2.json.gz"] {
            let model = folder.join(name);
            if model.is_file() {
                return Some(model);
            }
        }
    }
    None
}

/// What is in a folder, sorted; nothing if it cannot be read.
fn names(folder: &Path) -> ByName<String> {
    let mut names = ByName::default();
    if let Ok(entries) = std::fs::read_dir(folder) {
        for name in entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()) {
            names.insert(&name.clone(), name);
        }
    }
    names
}
