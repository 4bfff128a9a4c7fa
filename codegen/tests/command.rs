//! The command: what it writes, what it says, how it exits.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shapewire-codegen")).args(arguments).output().unwrap()
}

fn golden(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn generate_writes_what_the_library_emits() {
    let out = folder("command-generate");
    let (model, overlay) = (golden("bookshop.json"), golden("bookshop.overlay.json"));
    let output = run(&["generate", &model, "--overlay", &overlay, "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), String::new()));
    let written = std::fs::read_to_string(out.join("book_shop.rs")).unwrap();
    assert_eq!(written, std::fs::read_to_string(golden("bookshop.rs")).unwrap());

    let selection = ["--operation", "ListBooks", "--module-name", "books", "--out", out.to_str().unwrap()];
    assert!(run(&[&["generate", model.as_str()], selection.as_slice()].concat()).status.success());
    let written = std::fs::read_to_string(out.join("books.rs")).unwrap();
    assert_eq!(written, std::fs::read_to_string(golden("bookshop.list.rs")).unwrap());
}

#[test]
fn an_unchanged_file_is_not_written_again() {
    let out = folder("command-unchanged");
    let arguments = ["generate", &golden("bookshop.json"), "--out", out.to_str().unwrap()];
    assert!(run(&arguments).status.success());
    let file = out.join("book_shop.rs");
    let before = std::fs::metadata(&file).unwrap().modified().unwrap();
    assert!(run(&arguments).status.success());
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), before);
}

#[test]
fn import_leaves_the_facts() {
    let out = folder("command-import").join("bookshop.json");
    let output = run(&["import", &golden("bookshop.json"), "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let imported = std::fs::read_to_string(&out).unwrap();
    assert!(imported.ends_with("}\n") && !imported.contains("documentation") && imported.contains("[^`<>]+"));
}

#[test]
fn import_keeps_the_operations_that_are_asked_for() {
    let folder = folder("command-import-operations");
    let (all, some) = (folder.join("all.json"), folder.join("some.json"));
    let run = |operations: &[&str], out: &Path| {
        run(&[&["import", &golden("bookshop.json"), "--out", out.to_str().unwrap()], operations].concat())
    };
    assert!(run(&[], &all).status.success());
    let imported: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&all).unwrap()).unwrap();
    let name = imported["operations"].as_object().unwrap().keys().next().unwrap().clone();
    let output = run(&["--operation", &name], &some);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let pruned: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&some).unwrap()).unwrap();
    assert_eq!(pruned["operations"].as_object().unwrap().keys().collect::<Vec<_>>(), [&name]);
    assert_eq!(pruned["operations"][&name], imported["operations"][&name]);
    assert!(pruned["shapes"].as_object().unwrap().len() < imported["shapes"].as_object().unwrap().len());

    // What is generated of it is what is generated of the whole, but for the header, which names the model.
    let code = |model: &Path, out: &str| {
        let out = folder.join(out);
        std::fs::create_dir_all(&out).unwrap();
        let path = [model, &out].map(|path| path.to_str().unwrap().to_owned());
        let output =
            self::run(&["generate", &path[0], "--operation", &name, "--module-name", "shop", "--out", &path[1]]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let code = std::fs::read_to_string(out.join("shop.rs")).unwrap();
        code.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(code(&some, "some"), code(&all, "all"));

    let output = run(&["--operation", "Nothing"], &some);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no operation `Nothing` to select"), "{}", text(&output.stderr));
}

#[test]
fn import_partitions_leaves_the_facts() {
    let folder = folder("command-import-partitions");
    let (file, out) = (folder.join("published.json"), folder.join("partitions.json"));
    let text = |regex: &str| {
        r#"{"version": "1.1", "partitions": [{"id": "aws", "outputs": {"name": "aws", "dnsSuffix": "a.com",
            "dualStackDnsSuffix": "api.a", "implicitGlobalRegion": "us-east-1", "supportsFIPS": true,
            "supportsDualStack": true}, "regionRegex": "REGEX", "regions": {"us-east-1": {"description": "East"}}}]}"#
            .replace("REGEX", regex)
    };
    let run = || run(&["import-partitions", file.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    std::fs::write(&file, text(r"^(us|eu)\\-\\w+\\-\\d+$")).unwrap();
    assert!(run().status.success());
    let imported = std::fs::read_to_string(&out).unwrap();
    assert!(imported.contains("us-east-1") && !imported.contains("East"), "{imported}");
    std::fs::write(&file, text("^us.*$")).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("error: a pattern of regions may have") && said.contains("/partitions/0/regionRegex"));
}

#[test]
fn problems_are_printed_and_exit_1() {
    let output = run(&["generate", &golden("bookshop.json"), "--operation", "Nix", "--out", "."]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.starts_with("error: there is no operation `Nix` to select\n") && said.contains("bookshop.json:"),
        "{said}"
    );
    let output = run(&["import", "no such file", "--out", "x"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("no such file: cannot be read"));
}

#[test]
fn bad_usage_exits_2() {
    for arguments in [
        [].as_slice(),
        &["nix"],
        &["generate"],
        &["generate", "x"],
        &["import", "x", "--operation", "y"],
        &["generate", "x", "y", "--out", "."],
        &["import", "x", "--out"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("--help"), "{arguments:?}");
    }
}

#[test]
fn help_and_version() {
    for arguments in [["help"], ["--help"], ["-h"]] {
        let output = run(&arguments);
        assert!(output.status.success() && text(&output.stdout).contains("generate FILE"));
    }
    assert_eq!(text(&run(&["--version"]).stdout), format!("shapewire-codegen {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn each_command_has_its_own_help() {
    let all = text(&run(&["help"]).stdout);
    let commands: Vec<&str> = all.lines().filter_map(|line| line.strip_prefix("  shapewire-codegen ")).collect();
    let names: Vec<&str> = commands.iter().filter_map(|line| line.split(' ').next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !["help", "--version"].contains(name)).collect();
    assert!(names.len() > 5, "{all}");
    for name in names {
        let help = text(&run(&["help", name]).stdout);
        assert!(help.contains(&format!("  shapewire-codegen {name} ")) && help.contains("\n  --"), "{help}");
        for flag in ["--help", "-h"] {
            let output = run(&[name, "x", flag]);
            assert!(output.status.success() && text(&output.stdout) == help, "{name} {flag}");
        }
    }
    assert_eq!(run(&["help", "nix"]).status.code(), Some(2));
}
