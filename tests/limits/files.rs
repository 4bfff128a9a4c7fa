//! Config files.

use std::io;
use std::path::Path;

use allocation_counter::measure;
use shapewire::config::{ConfigError, Environment, MAX_FILE_BYTES, SharedConfig};

use super::each;

pub(super) fn read(text: impl Into<Vec<u8>>) -> Result<SharedConfig, ConfigError> {
    let text = text.into();
    let reader = move |path: &Path| {
        if path.ends_with("config") { Ok(text.clone()) } else { Err(io::ErrorKind::NotFound.into()) }
    };
    SharedConfig::load(&Environment::empty().with_home("/home").with_reader(reader))
}

#[test]
fn bytes() {
    let file = |length: usize| format!("[default]\nregion = {}\n", "a".repeat(length - 20));
    assert_eq!(file(MAX_FILE_BYTES).len(), MAX_FILE_BYTES);
    let shared = read(file(MAX_FILE_BYTES)).unwrap();
    assert_eq!(shared.profile("default").unwrap().get("region").unwrap().len(), MAX_FILE_BYTES - 20);
    let error = read(file(MAX_FILE_BYTES + 1)).unwrap_err();
    assert!(matches!(&error, ConfigError::TooLong { limit: MAX_FILE_BYTES, .. }), "{error:?}");
    assert_eq!(error.to_string().replace('\\', "/"), "/home/.aws/config: more than 4194304 bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_an_end_is_too_long() {
    let process = Environment::process().with_variables([("AWS_CONFIG_FILE", "/dev/zero")]);
    let error = SharedConfig::load(&process).unwrap_err();
    assert!(matches!(&error, ConfigError::TooLong { .. }), "{error:?}");
    assert_eq!(process.read(Path::new("/dev/zero")).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
}

/// A key once for each of many sections, and once for all of them.
#[test]
fn what_sections_have_in_common_is_there_once() {
    let file = |count: usize| {
        let common: String = each(0..count, |index| format!("common{index}=a\n"));
        let sections: String = each(0..count, |index| format!("[profile p{index}]\nown=b\n"));
        format!("[DEFAULT]\n{common}{sections}")
    };
    let held = |count: usize| {
        let (text, mut shared) = (file(count), None);
        let held = measure(|| shared = read(text.clone()).ok()).bytes_max;
        let shared = shared.unwrap();
        let last = shared.profile(&format!("p{}", count - 1)).unwrap();
        assert_eq!((last.get("own"), last.get("common0"), last.keys().count()), (Some("b"), Some("a"), count + 1));
        held
    };
    let (some, twice) = (held(2_000), held(4_000));
    assert!(twice <= some * 5 / 2, "{some}, {twice}");
}

#[test]
fn many_sections_keys_and_lines_are_read_to_their_end() {
    const MANY: usize = 100_000;
    let keys: String = each(0..MANY, |index| format!("k{index}=v\n"));
    let shared = read(format!("[default]\n{keys}")).unwrap();
    assert_eq!(shared.profile("default").unwrap().keys().count(), MANY);
    let sections: String = each(0..MANY, |index| format!("[profile {index}]\n"));
    assert_eq!(read(sections).unwrap().profile_names().count(), MANY);
    let again = "[DEFAULT]\n".repeat(MANY);
    assert_eq!(
        read(format!("[DEFAULT]\na=b\n{again}[default]")).unwrap().profile("default").unwrap().get("a"),
        Some("b")
    );
    let lines = read(format!("[default]\nk = a{}\n b\n", "\n c\n".repeat(MANY))).unwrap();
    assert_eq!(lines.profile("default").unwrap().get("k").unwrap().len(), "a\n\nb".len() + MANY * "\n\nc".len() - 1);
    let blank = read(format!("[default]\nk = a{} b\n", "\n".repeat(MANY))).unwrap();
    assert_eq!(blank.profile("default").unwrap().get("k").unwrap().len(), MANY + 2);
}
