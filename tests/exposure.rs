//! Where secrets are exposed: in few places, all of which are here with their reason.

use std::fs;
use std::path::{Path, PathBuf};

/// File, how often, why.
const PLACES: &[(&str, usize, &str)] = &[
    ("front-ends/cli/src/output/mod.rs", 1, "the command prints what was asked for"),
    ("src/config/section.rs", 3, "settings, each asked for by its name"),
    ("src/credentials/process.rs", 1, "the command that is run"),
    ("src/credentials/sts.rs", 2, "whether there are any"),
    ("src/error/raw.rs", 2, "whether two are equal"),
    ("src/local/store/document.rs", 1, "the local service's file"),
    ("src/serde/write.rs", 3, "the wrapper itself"),
    ("src/sigv4/key.rs", 3, "signatures"),
    ("src/sigv4/signer.rs", 3, "signatures, the token that goes with them, and what was signed"),
    ("src/sigv4/verifier.rs", 2, "signatures that are verified"),
    ("src/value.rs", 2, "views: what goes on the wire"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// How often a line exposes something, as whoever looks for it finds it.
fn exposures(line: &str) -> usize {
    let line = line.trim();
    if line.starts_with("//") || line.starts_with("use ") || line.starts_with("pub use ") {
        return 0;
    }
    ["expose_", "Secrets::Expose", "ExposeSecrets"].iter().map(|word| line.matches(word).count()).sum()
}

#[test]
fn secrets_are_exposed_only_where_it_is_said() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["codegen/src", "front-ends/cli/src", "src"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 250, "{}", files.len());
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let count = fs::read_to_string(&file).unwrap().lines().map(exposures).sum();
        if count > 0 {
            found.push((file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"), count));
        }
    }
    let expected: Vec<_> = PLACES.iter().map(|(file, count, _)| ((*file).to_owned(), *count)).collect();
    assert_eq!(found, expected);
}
