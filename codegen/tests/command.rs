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

/// A new, empty folder.
fn empty_folder(name: &str) -> PathBuf {
    let path = folder(name);
    std::fs::remove_dir_all(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    path
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn several_models_are_generated_as_each_is_alone() {
    let models = ["obstacles", "bookshop", "harbour", "ferry", "depot"].map(|name| golden(&format!("{name}.json")));
    let (together, alone) = (empty_folder("command-together").join("new/folder"), empty_folder("command-alone"));
    let run_for = |models: &[String], out: &Path| {
        let models = models.iter().map(String::as_str);
        let arguments: Vec<&str> =
            ["generate"].into_iter().chain(models).chain(["--out", out.to_str().unwrap()]).collect();
        let output = run(&arguments);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
        text(&output.stderr)
    };
    let said: String = models.iter().map(|model| run_for(std::slice::from_ref(model), &alone)).collect();
    for _ in 0..3 {
        assert_eq!(run_for(&models, &together), said, "messages are in the order of the models");
    }
    assert_eq!(names(&together), names(&alone));
    assert_eq!(names(&together).len(), models.len());
    for name in names(&together) {
        let read = |folder: &Path| std::fs::read_to_string(folder.join(&name)).unwrap();
        assert!(read(&together) == read(&alone), "{name}");
    }
}

#[test]
fn a_model_with_problems_hides_no_other() {
    let out = empty_folder("command-partly");
    let broken = format!("{}/tests/diagnostics/dangling.json", env!("CARGO_MANIFEST_DIR"));
    let missing = golden("bookshp.json");
    let arguments = ["generate", &missing, &golden("bookshop.json"), &broken, &golden("harbour.json")];
    let output = run(&[&arguments[..], &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(names(&out), ["book_shop.rs", "harbour.rs"]);
    let said = text(&output.stderr);
    let places = [
        "bookshp.json: cannot be read",
        "did you mean `bookshop.json`?",
        "dangling.json:1:",
        "2 of 4 models have problems",
    ];
    let places: Vec<_> =
        places.iter().map(|part| said.find(part).unwrap_or_else(|| panic!("{part}: {said}"))).collect();
    assert!(places.is_sorted(), "{said}");
}

#[test]
fn models_of_one_module_write_no_file() {
    let folder = empty_folder("command-same-module");
    let (other, out) = (folder.join("other.json"), folder.join("out"));
    std::fs::copy(golden("bookshop.json"), &other).unwrap();
    let [first, other] = [golden("bookshop.json"), other.to_str().unwrap().to_owned()];
    let output = run(&["generate", &first, &golden("harbour.json"), &other, "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(names(&out), ["harbour.rs"]);
    let path = out.join("book_shop.rs");
    let said = text(&output.stderr);
    for (model, other) in [(&first, &other), (&other, &first)] {
        let expected = format!("{model}: would be written to {}, and so would {other}\n", path.display());
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn compressed_models_are_read_with_the_files_beside_them() {
    use std::io::Write;

    let folder = empty_folder("command-compressed");
    let mut model: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(golden("bookshop.json")).unwrap()).unwrap();
    let waiters = model.as_object_mut().unwrap().remove("waiters").expect("bookshop has waiters");
    let write = |path: &Path, value: &serde_json::Value| std::fs::write(path, value.to_string()).unwrap();
    let compress = |path: &Path, value: &serde_json::Value| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(value.to_string().as_bytes()).unwrap();
        std::fs::write(path, encoder.finish().unwrap()).unwrap();
    };
    let waiters = serde_json::json!({"version": 2, "waiters": waiters});
    let extras = serde_json::json!({"version": 1.0, "merge": {"metadata": {"serviceFullName": "The other shop"}}});
    let mut codes = Vec::new();
    for (name, suffix, write) in
        [("plain", "", &write as &dyn Fn(&Path, &serde_json::Value)), ("packed", ".gz", &compress)]
    {
        let (models, out) = (folder.join(name), folder.join(format!("{name}-out")));
        std::fs::create_dir(&models).unwrap();
        write(&models.join(format!("service-2.json{suffix}")), &model);
        write(&models.join(format!("waiters-2.json{suffix}")), &waiters);
        std::fs::write(models.join("service-2.sdk-extras.json"), extras.to_string()).unwrap();
        // The folder is no model, but it is told which file is.
        let output = run(&["generate", models.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        let model = models.join(format!("service-2.json{suffix}"));
        let expected = format!("a model is a file; did you mean `{}`?", model.display());
        assert!(text(&output.stderr).contains(&expected), "{}", text(&output.stderr));
        let output = run(&["generate", model.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let code = std::fs::read_to_string(out.join("book_shop.rs")).unwrap();
        assert!(code.contains("pub mod waiters") && code.contains("The other shop"));
        codes.push(code.lines().skip(1).collect::<Vec<_>>().join("\n"));
    }
    assert!(codes[0] == codes[1], "the inputs' fingerprint is that of what was packed");

    let broken = folder.join("broken.json.gz");
    std::fs::write(&broken, [0x1f, 0x8b, 8, 0, 0]).unwrap();
    let output = run(&["generate", broken.to_str().unwrap(), "--out", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains("broken.json.gz: cannot be read: ") && !error.contains("mean `broken.json.gz`"), "{error}");
}

#[test]
fn a_mark_before_the_text_is_passed_over() {
    let folder = empty_folder("command-mark");
    let path = folder.join("marked.json");
    std::fs::write(&path, ["\u{feff}", &std::fs::read_to_string(golden("bookshop.json")).unwrap()].concat()).unwrap();
    let output = run(&["check", path.to_str().unwrap()]);
    assert!(text(&output.stdout).contains("0 errors"), "{}", text(&output.stdout));
}

#[test]
fn what_is_wrong_beside_a_model_is_told_there() {
    let folder = empty_folder("command-beside");
    let mut model: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(golden("bookshop.json")).unwrap()).unwrap();
    let waiters = model.as_object_mut().unwrap().remove("waiters").unwrap();
    let mut pagination = model.as_object_mut().unwrap().remove("pagination").unwrap();
    pagination["ListBooks"]["result_key"] = "Nix".into();
    let mut waiters = serde_json::json!({"version": 2, "waiters": waiters});
    waiters["waiters"]["BookSold"]["acceptors"][0]["argument"] = "Nix".into();
    std::fs::write(folder.join("service-2.json"), model.to_string()).unwrap();
    std::fs::write(folder.join("paginators-1.json"), serde_json::json!({"pagination": pagination}).to_string())
        .unwrap();
    std::fs::write(folder.join("waiters-2.json"), waiters.to_string()).unwrap();
    let found = text(&run(&["check", folder.join("service-2.json").to_str().unwrap()]).stdout);
    assert!(found.contains("paginators-1.json:1:16#/pagination/ListBooks: the paginator is left out"), "{found}");
    assert!(found.contains("waiters-2.json:1:"), "{found}");
}

#[test]
fn standard_input_is_no_file() {
    let output = run(&["generate", "-", "--out", empty_folder("command-stdin").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).ends_with("standard input is a file on Unix: /dev/stdin\n"),
        "{}",
        text(&output.stderr)
    );
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
        &["generate", "x", "y", "--operation", "z", "--out", "."],
        &["generate", "x", "y", "--module-name", "z", "--out", "."],
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
        assert!(!help.contains("\n--"), "{help}");
        for flag in ["--help", "-h"] {
            let output = run(&[name, "x", flag]);
            assert!(output.status.success() && text(&output.stdout) == help, "{name} {flag}");
        }
    }
    assert_eq!(run(&["help", "nix"]).status.code(), Some(2));
}
