//! A build script as Cargo runs it: again when a file changes that it has read, and for no other; and what it says of a fault.
//!
//! The project has the generator alone as a build dependency, and a target folder that stays between runs of the test.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

const MANIFEST: &str = r#"
[package]
name = "rebuilt"
version = "0.0.0"
edition = "2024"

[build-dependencies]
shapewire-codegen = { path = "CODEGEN", default-features = false }

[workspace]
"#;

/// Each run leaves a byte in a file beside the project.
const BUILD_SCRIPT: &str = r#"
use std::io::Write;

fn main() -> Result<(), shapewire_codegen::Problems> {
    let runs = std::fs::OpenOptions::new().create(true).append(true).open("../runs");
    runs.and_then(|mut runs| runs.write_all(b".")).unwrap();
    shapewire_codegen::Builder::new().model("models/shop.json").overlay("models/shop.overlay.json").generate()?;
    shapewire_codegen::Builder::new().model("models/botocore/service-2.json").module_name("other").generate()?;
    Ok(())
}
"#;

/// The library is what was generated, as text: a runtime is not needed.
const LIBRARY: &str = r#"
pub const SHOP: &str = include_str!(concat!(env!("OUT_DIR"), "/book_shop.rs"));
pub const OTHER: &str = include_str!(concat!(env!("OUT_DIR"), "/other.rs"));
"#;

/// What the build script reads.
const READ: [&str; 5] = [
    "models/shop.json",
    "models/shop.overlay.json",
    "models/botocore/service-2.json",
    "models/botocore/service-2.sdk-extras.json",
    "models/botocore/waiters-2.json",
];

/// What lies there besides.
const NOT_READ: [&str; 5] =
    ["models/README.md", "models/other.json", "models/botocore/waiters-1.json", "src/lib.rs", "README.md"];

struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let codegen = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        let project = Self(folder.join("project"));
        let _ = fs::remove_dir_all(&project.0);
        for folder in ["src", "models/botocore"] {
            fs::create_dir_all(project.0.join(folder)).unwrap();
        }
        let golden = |name: &str| fs::read_to_string(codegen.join("tests/golden").join(name)).unwrap();
        let mut model: serde_json::Value = serde_json::from_str(&golden("bookshop.json")).unwrap();
        let waiters = model.as_object_mut().unwrap().remove("waiters").unwrap();
        project.write("Cargo.toml", &MANIFEST.replace("CODEGEN", &codegen.display().to_string()));
        project.write("build.rs", BUILD_SCRIPT);
        project.write("src/lib.rs", LIBRARY);
        project.write("models/shop.json", &golden("bookshop.json"));
        project.write("models/shop.overlay.json", &golden("bookshop.overlay.json"));
        project.write("models/botocore/service-2.json", &model.to_string());
        project.write("models/botocore/service-2.sdk-extras.json", r#"{"version": 1.0, "merge": {}}"#);
        project.write("models/botocore/waiters-2.json", &format!(r#"{{"version": 2, "waiters": {waiters}}}"#));
        for path in NOT_READ.iter().filter(|path| **path != "src/lib.rs") {
            project.write(path, "not read");
        }
        let lock = codegen.join("../Cargo.lock");
        fs::copy(lock, project.0.join("Cargo.lock")).unwrap();
        project
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.join(path), text).unwrap();
        self.touch(path, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    }

    fn touch(&self, path: &str, time: SystemTime) {
        File::options().write(true).open(self.0.join(path)).unwrap().set_modified(time).unwrap();
    }

    fn build(&self) -> Output {
        Command::new(env!("CARGO"))
            .args(["build", "--offline"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("../target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TERM_COLOR", "never")
            .output()
            .unwrap()
    }

    /// Builds, and tells how often the build script has run for that.
    fn runs(&self) -> usize {
        let runs = self.0.join("../runs");
        fs::write(&runs, "").unwrap();
        let output = self.build();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(runs).unwrap().len()
    }
}

#[test]
fn what_was_read_makes_it_run_again_and_nothing_else_does() {
    let project = Project::new();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let later = || SystemTime::now() + Duration::from_hours(1);
    // The target folder may know the project from another run of the test.
    project.touch(READ[0], later());
    assert_eq!(project.runs(), 1, "the first build");
    project.touch(READ[0], long_ago);
    assert_eq!(project.runs(), 0, "nothing has changed");
    for path in NOT_READ {
        project.touch(path, later());
        assert_eq!(project.runs(), 0, "{path}");
    }
    for path in READ {
        project.touch(path, later());
        assert_eq!(project.runs(), 1, "{path}");
        project.touch(path, long_ago);
        assert_eq!(project.runs(), 0, "{path}, once it has been read again");
    }

    // A fault is shown where it is, by Cargo; once it is corrected, the build goes on.
    let good = fs::read_to_string(project.0.join("models/shop.json")).unwrap();
    let bad = good.replacen("\"protocol\": \"query\"", "\"protocl\": \"query\"", 1);
    assert_ne!(good, bad);
    project.write("models/shop.json", &bad);
    project.touch("models/shop.json", later());
    let output = project.build();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    let line = 1 + bad.lines().position(|line| line.contains("\"protocl\"")).unwrap();
    for part in [
        "Error: 2 problems\n",
        &format!("--> models/shop.json:{line}:"),
        "^^^^^^^^^ /metadata/protocl",
        "= help: did you mean `protocol`?",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    project.write("models/shop.json", &good);
    assert_eq!(project.runs(), 1, "after a failure");
}
