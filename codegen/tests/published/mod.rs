//! The published models that lie beside the project, unpacked once.
//!
//! The folder is `$SHAPEWIRE_SHARED/models/api-json`; without the variable, `shared` beside the workspace.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::read::GzDecoder;

/// Name and model file of each model.
pub(crate) fn models() -> &'static [(String, PathBuf)] {
    static MODELS: OnceLock<Vec<(String, PathBuf)>> = OnceLock::new();
    MODELS.get_or_init(unpack_all)
}

/// Unpacks the models; none if the folder is absent.
fn unpack_all() -> Vec<(String, PathBuf)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let folder = shared.join("models/api-json");
    if !folder.is_dir() {
        eprintln!("skipped: there is no folder {}", folder.display());
        return Vec::new();
    }
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published").join(env!("CARGO_CRATE_NAME"));
    let mut models = Vec::new();
    for service in subfolders(&folder) {
        for version in subfolders(&service) {
            let name = service.file_name().unwrap().to_str().unwrap().to_owned();
            let target = work.join(&name);
            fs::create_dir_all(&target).unwrap();
            for entry in fs::read_dir(&version).unwrap() {
                unpack(&entry.unwrap().path(), &target);
            }
            models.push((name, target.join("service-2.json")));
        }
    }
    models.sort();
    models
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn unpack(path: &Path, target: &Path) {
    let bytes = fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut text = Vec::new();
        GzDecoder::new(&*bytes).read_to_end(&mut text).unwrap();
        fs::write(target.join(path.file_stem().unwrap()), text).unwrap();
    } else {
        fs::write(target.join(path.file_name().unwrap()), bytes).unwrap();
    }
}
