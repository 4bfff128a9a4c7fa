//! Lints: a model with something for each of them, the options of `check`, and what is found in published models.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use shapewire_codegen::lint::{Level, Lint, lint};

#[path = "published/mod.rs"]
mod published;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn check(arguments: &[&str]) -> Output {
    let museum = file("lint/museum.json");
    let command = [&["check", museum.to_str().unwrap()], arguments].concat();
    Command::new(env!("CARGO_BIN_EXE_shapewire-codegen")).args(command).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Compares with a file; `SHAPEWIRE_BLESS=1` writes what is found now.
fn golden(name: &str, found: &str) {
    if std::env::var_os("SHAPEWIRE_BLESS").is_some() {
        std::fs::write(file(name), found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(file(name)).unwrap_or_default(), "{name}");
}

#[test]
fn each_lint_finds_its_own() {
    let output = check(&["--color", "never"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let folder = file("lint").display().to_string();
    golden("lint/museum.txt", &text(&output.stdout).replace(&format!("{folder}/"), ""));
    let found = lint(&file("lint/museum.json"), &[]);
    for lint in Lint::ALL {
        // Those that need another file, or another format.
        let elsewhere = [Lint::Unreadable, Lint::DeepNesting, Lint::Unsupported, Lint::WireName, Lint::Unusual];
        let is_here = found.iter().any(|finding| finding.lint == lint);
        assert!(is_here != elsewhere.contains(&lint), "{}", lint.name());
    }
}

#[test]
fn options_change_levels() {
    let output =
        check(&["--format", "json", "--allow", "hints", "--deny", "unmarked-secret", "--allow", "dangling-target"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |lint: &str| -> Vec<&Value> {
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["lint"] == lint).collect()
    };
    assert_eq!(of("unused-shape").len() + of("dangling-target").len(), 0);
    assert_eq!(report["counts"]["unmarked-secret"], 1);
    let [secret] = of("unmarked-secret")[..] else { panic!("{report:#}") };
    assert_eq!(secret["level"], "error");
    assert_eq!(secret["pointer"], "/shapes/ListExhibitsRequest/members/Password");

    let allowed: Vec<&str> =
        Lint::ALL.iter().filter(|lint| lint.level() == Level::Error).map(|lint| lint.name()).collect();
    let allowed: Vec<&str> = allowed.into_iter().flat_map(|name| ["--allow", name]).collect();
    assert_eq!(check(&allowed).status.code(), Some(0));
    assert_eq!(check(&[allowed.as_slice(), &["--deny", "warnings"]].concat()).status.code(), Some(1));
    let wrong = check(&["--allow", "nix"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("there is no lint \"nix\"") && text(&wrong.stderr).contains("check --help"));
}

#[test]
fn an_overlay_takes_a_finding_away_or_is_one() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lint");
    std::fs::create_dir_all(&folder).unwrap();
    let overlay = folder.join("overlay.json");
    let at = "shapes/ListExhibitsRequest/members/Password";
    std::fs::write(&overlay, format!(r#"{{"service": "museum", "changes": [{{"at": "{at}", "sensitive": true}}]}}"#))
        .unwrap();
    let museum = file("lint/museum.json");
    let has = |lint_: Lint| lint(&museum, std::slice::from_ref(&overlay)).iter().any(|finding| finding.lint == lint_);
    assert!(!has(Lint::UnmarkedSecret) && has(Lint::UnusedShape));
    std::fs::write(&overlay, r#"{"service": "museum", "changes": [{"at": "shapes/Nix", "sensitive": true}]}"#).unwrap();
    assert!(has(Lint::Unreadable) && !has(Lint::UnusedShape));
    std::fs::write(
        &overlay,
        r#"{"service": "museum", "changes": [{"at": "shapes/ListExhibitRequest", "sensitive": true}]}"#,
    )
    .unwrap();
    let output = check(&["--overlay", overlay.to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["hint"], "did you mean `shapes/ListExhibitsRequest`?", "{report:#}");
}

#[test]
fn published_models_are_clean_but_for_these() {
    let mut table = String::new();
    for (name, path) in published::models() {
        let mut counts: BTreeMap<Lint, usize> = BTreeMap::new();
        for finding in lint(path, &[]) {
            assert_ne!(finding.level, Level::Error, "{name}: {}", finding.problem);
            *counts.entry(finding.lint).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(lint, count)| format!("{} {count}", lint.name())).collect();
        let counts = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
        table.extend([name.as_str(), ": ", &counts, "\n"]);
    }
    if !table.is_empty() {
        golden("lint/published.txt", &table);
    }
}
