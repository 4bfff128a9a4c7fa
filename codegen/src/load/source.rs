//! The files of a model: which they are, their JSON, their fingerprint.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::diagnostic::{Problem, Problems, on_disk};
use crate::file;
use crate::json::{self, Map, Value};

/// A model file with the files beside it.
pub(crate) struct Source {
    /// The model file as it was named to the generator.
    pub(crate) file: String,
    pub(crate) from: Files,
    pub(crate) value: Value,
    /// The other files that are there, by the name of the file.
    pub(crate) sidecars: Vec<Sidecar>,
    /// All files that were read, in order.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) fingerprint: Fingerprint,
    /// Whether keys that are unknown do no harm.
    pub(crate) tolerant: bool,
}

/// A file beside a model file.
pub(crate) struct Sidecar {
    pub(crate) kind: SidecarKind,
    pub(crate) file: String,
    pub(crate) value: Value,
}

/// What a file beside a model file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SidecarKind {
    Paginators,
    Waiters,
    EndpointRuleSet,
    Examples,
}

/// The one file name that has files beside it; any other model holds everything itself.
const SPLIT_MODEL: &str = "service-2.json";

const SIDECARS: [(SidecarKind, &str); 4] = [
    (SidecarKind::Paginators, "paginators-1.json"),
    (SidecarKind::Waiters, "waiters-2.json"),
    (SidecarKind::EndpointRuleSet, "endpoint-rule-set-1.json"),
    (SidecarKind::Examples, "examples-1.json"),
];

/// Where files are read from.
#[derive(Clone, Debug)]
pub(crate) enum Files {
    /// The file system.
    Disk,
    /// A revision of the git repository that the current folder belongs to.
    #[cfg_attr(not(feature = "command"), expect(dead_code, reason = "`diff` alone reads revisions"))]
    Revision(String),
}

impl Files {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self {
            Self::Disk => file::read(path),
            Self::Revision(_) => file::unpacked(show(&self.name(path))?),
        }
    }

    /// The text of a file that errors name.
    pub(crate) fn text(&self, name: &str) -> Option<Vec<u8>> {
        match self {
            Self::Disk => on_disk(name),
            Self::Revision(_) => file::unpacked(show(name).ok()?).ok(),
        }
    }

    fn has(&self, path: &Path) -> bool {
        let Self::Revision(_) = self else { return path.exists() };
        let output = Command::new("git").args(["cat-file", "-e"]).arg(self.name(path)).output();
        output.is_ok_and(|output| output.status.success())
    }

    /// A file as errors name it, and as git does: paths are those of the current folder.
    fn name(&self, path: &Path) -> String {
        match self {
            Self::Disk => path.display().to_string(),
            Self::Revision(revision) if path.is_absolute() => format!("{revision}:{}", path.display()),
            Self::Revision(revision) => format!("{revision}:./{}", path.display()),
        }
    }
}

/// A file of a revision, as git names it.
fn show(name: &str) -> io::Result<Vec<u8>> {
    if name.starts_with('-') {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the name of a revision does not begin with `-`"));
    }
    let output = Command::new("git").arg("show").arg(name).output()?;
    if output.status.success() {
        let is_folder = output.stdout.starts_with(format!("tree {name}\n").as_bytes());
        return if is_folder { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(output.stdout) };
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

impl Source {
    /// A model out of a protocol suite. Those who write suites have readers that pass over unknown keys.
    #[cfg(feature = "conformance")]
    pub(crate) fn of_suite(file: String, value: Value) -> Self {
        let (sidecars, files, fingerprint) = (Vec::new(), Vec::new(), Fingerprint::default());
        Self { file, from: Files::Disk, value, sidecars, files, fingerprint, tolerant: true }
    }

    /// Reads a model file, and what lies beside it if it is one of several.
    pub(crate) fn read(path: &Path, from: Files) -> Result<Self, Problems> {
        let mut source = Self {
            file: from.name(path),
            from,
            value: Value::Null,
            sidecars: Vec::new(),
            files: Vec::new(),
            fingerprint: Fingerprint::default(),
            tolerant: false,
        };
        source.value = source.read_file(path)?;
        let compressed = |name: &str| format!("{name}.gz");
        if path.file_name().is_some_and(|name| name == SPLIT_MODEL || name == &*compressed(SPLIT_MODEL)) {
            let value = std::mem::take(&mut source.value);
            source.value = source.merged(&path.with_file_name(SPLIT_MODEL), value)?;
            for (kind, name) in SIDECARS {
                let paths = [name.to_owned(), compressed(name)].map(|name| path.with_file_name(name));
                if let Some(found) = paths.iter().find(|path| source.from.has(path)) {
                    let value = source.read_file(found)?;
                    let value = source.merged(&paths[0], value)?;
                    source.sidecars.push(Sidecar { kind, file: source.from.name(found), value });
                }
            }
        }
        Ok(source)
    }

    /// `value`, read from `path` or that file compressed, with the corrections that lie beside it.
    fn merged(&mut self, path: &Path, mut value: Value) -> Result<Value, Problems> {
        let path = path.with_extension("sdk-extras.json");
        if self.from.has(&path) {
            let mut extras = self.read_file(&path)?;
            let changes = extras.as_object_mut().and_then(|extras| extras.remove("merge"));
            let alone = extras.as_object().is_some_and(|extras| extras.keys().all(|key| key == "version"));
            let (Some(changes @ Value::Object(_)), true) = (changes, alone) else {
                let message = "expected an object `merge` and nothing else but `version`";
                return Err(Problem::new(&self.from.name(&path), "", message).into());
            };
            merge(&mut value, changes);
        }
        Ok(value)
    }

    /// Whether the file is Smithy's JSON AST.
    pub(crate) fn is_smithy(&self) -> bool {
        self.value.get("smithy").is_some()
    }

    /// All of it as one object, the files beside the model under keys of their own.
    #[cfg(feature = "command")]
    pub(crate) fn joined(&self) -> Value {
        let mut joined = self.value.clone();
        if let Value::Object(map) = &mut joined {
            for Sidecar { kind, value, .. } in &self.sidecars {
                let (key, within) = match kind {
                    SidecarKind::Paginators => ("pagination", true),
                    SidecarKind::Waiters => ("waiters", true),
                    SidecarKind::Examples => ("examples", true),
                    SidecarKind::EndpointRuleSet => ("endpointRuleSet", false),
                };
                let value = if within { value.get(key) } else { Some(value) };
                if let Some(value) = value {
                    map.insert(key.to_owned(), value.clone());
                }
            }
        }
        joined
    }

    fn read_file(&mut self, path: &Path) -> Result<Value, Problems> {
        let file = self.from.name(path);
        let hint = || matches!(self.from, Files::Disk).then(|| file::hint(path)).flatten();
        let (value, bytes) = parse(&file, self.from.read(path), hint)?;
        self.fingerprint.add(&bytes);
        self.files.push(PathBuf::from(file));
        Ok(value)
    }
}

/// Reads a JSON file: its value and its bytes.
pub(crate) fn read_json(path: &Path) -> Result<(Value, Vec<u8>), Problems> {
    parse(&path.display().to_string(), file::read(path), || file::hint(path))
}

fn parse(
    file: &str,
    bytes: io::Result<Vec<u8>>,
    hint: impl FnOnce() -> Option<String>,
) -> Result<(Value, Vec<u8>), Problems> {
    let bytes = bytes.map_err(|error| Problem::unreadable(file, &error, hint()))?;
    let text = str::from_utf8(&bytes).map_err(|error| Problem::encoding(file, &bytes, error.valid_up_to()))?;
    match json::read(text) {
        Ok(value) => Ok((value, bytes)),
        Err(errors) => Err(Problem::not_json(file, &bytes, errors).into()),
    }
}

/// Puts the members of `changes` into `value`, object by object; anything else is replaced.
fn merge(value: &mut Value, changes: Value) {
    match (value, changes) {
        (Value::Object(map), Value::Object(changes)) => merge_objects(map, changes),
        (value, changes) => *value = changes,
    }
}

fn merge_objects(map: &mut Map, changes: Map) {
    for (key, change) in changes {
        match map.get_mut(&key) {
            Some(value) => merge(value, change),
            None => {
                map.insert(key, change);
            }
        }
    }
}

/// A number that tells inputs apart (FNV-1a, 64 bits). It identifies, it does not protect. Line ends do not count, which git
/// may write as the machine has them; in JSON a carriage return is part of nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes.iter().filter(|byte| **byte != b'\r') {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_fingerprint_is_the_published_function() {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(b"foobar");
        assert_eq!(fingerprint.to_string(), "85944171f73967e8");
    }

    #[test]
    fn a_file_in_another_encoding_is_told_with_the_place() {
        let bytes = b"{\"a\": 1,\n \"b\": \"\xe4\"}";
        let problems = parse("m.json", Ok(bytes.to_vec()), || None).unwrap_err();
        let problem = &problems.list()[0];
        assert_eq!((problem.line_and_column(), problem.message()), (Some((2, 8)), "not JSON: this byte is not UTF-8"));
    }

    #[test]
    fn changes_are_merged_object_by_object() {
        let mut value = Value::from(json!({"a": {"b": 1, "c": [1]}, "d": 2}));
        merge(&mut value, json!({"a": {"c": [2], "e": 3}}).into());
        assert_eq!(value, json!({"a": {"b": 1, "c": [2], "e": 3}, "d": 2}).into());
    }
}
