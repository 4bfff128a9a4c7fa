//! What the documents name exists.

use std::path::Path;

/// A name between backticks is a path if it has a slash or ends like a file: from the root, or where the generator's
/// modules are. Links lead from the document's own folder.
#[test]
fn every_path_in_the_documents_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
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
        let links = links.map(|link| (link, vec![root.join("docs").join(link)]));
        let names = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).filter(|name| is_path(name));
        let names = names.map(|name| (name, vec![root.join(name), root.join("codegen/src").join(name)]));
        for (name, places) in links.chain(names) {
            paths += 1;
            if !places.iter().any(|place| place.exists()) {
                missing.push(format!("{}: {name}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(paths > 40, "{paths}");
}

fn is_path(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let file = [".rs", ".md", ".json", ".toml", ".py"].iter().any(|end| name.ends_with(end));
    name.chars().all(plain) && (name.contains('/') || file) && !name.starts_with("OUT_DIR/")
}
