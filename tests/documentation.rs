//! What the documents name exists.

use std::path::{Path, PathBuf};

/// Names of files that are not ours, or are made by running something.
const FOREIGN: [&str; 7] = [
    "service-2.json",
    "paginators-1.json",
    "cases.json",
    "iam.rs",
    "suites.rs",
    "aws/api-models-aws",
    "fuzz/artifacts/",
];

/// A name between backticks is a path if it has a slash or ends like a file: that of a file or folder of the repository, or
/// its end. `NAME` in capitals stands for any. Links lead from the document's own folder.
#[test]
fn every_path_in_the_documents_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = files(root);
    let exists = |name: &str| {
        let (plain, end) = (name.trim_end_matches('/'), format!("/{}", name.trim_end_matches('/')));
        files.iter().any(|file| file == plain || file.ends_with(&end))
    };
    let mut paths = 0;
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(root.join("docs")).unwrap() {
        let document = entry.unwrap().path();
        if document.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let links = links.filter(|link| !link.contains(':') && !link.starts_with('#'));
        let linked = links.map(|link| link.split_once('#').map_or(link, |(file, _)| file));
        let broken = linked.filter(|file| !root.join("docs").join(file).exists());
        let names = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        let names: Vec<&str> = names.filter(|name| is_path(name) && !FOREIGN.contains(name)).collect();
        paths += names.len();
        let unknown = names.into_iter().filter(|name| !exists(name));
        missing.extend(broken.chain(unknown).map(|name| format!("{}: {name}", document.display())));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(paths > 40, "{paths}");
}

fn is_path(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let file = [".rs", ".md", ".json", ".toml", ".py"].iter().any(|end| name.ends_with(end));
    let placeholder = name.split('/').any(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_uppercase()));
    name.chars().all(plain) && (name.contains('/') || file) && !placeholder && !name.starts_with("OUT_DIR/")
}

/// All files and folders below `root`, without what is built or hidden, as paths from there.
fn files(root: &Path) -> Vec<String> {
    let mut open: Vec<PathBuf> = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if name == "target" || name == ".git" {
                continue;
            }
            if let Ok(path) = path.strip_prefix(root) {
                files.push(path.to_string_lossy().into_owned());
            }
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    files
}
