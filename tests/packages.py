#!/usr/bin/env python3
"""Do the packages build from what is in them, as their users have them?

Usage: tests/packages.py [ARGUMENT FOR cargo package]...

Packs all three. A program with a build script of its own, examples/five-operations, is built with the library and the generator
from a folder of vendored sources, offline, and so is the library's documentation, as docs.rs does it. The command is built from
its package with these two. No source may be written to meanwhile: the files have no such permission and, because that does not
keep root away, are compared with what they were.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
WORK = TARGET / "packages"
VENDOR = WORK / "vendor"
COMMAND = WORK / "command"
PROGRAM = WORK / "programs/five-operations"
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
PACKAGES = ["shapewire-codegen", "shapewire", "shapewire-cli"]
MANIFEST = f"""[package]
name = "five-operations"
version = "0.0.0"
edition = "2024"

[dependencies]
shapewire = "{VERSION}"

[build-dependencies]
shapewire-codegen = {{ version = "{VERSION}", default-features = false }}

[workspace]
"""
VENDORED = f"""[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "{VENDOR}"
"""
# The packages as crates.io would give them, where it does not have them.
PATCHED = [f'--config=patch.crates-io.{name}.path="{VENDOR / name}"' for name in PACKAGES[:2]]


def cargo(*arguments, folder, target, **environment):
    """Runs Cargo without network; its output."""
    environment = os.environ | {"CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"} | environment
    return subprocess.run(["cargo", *map(str, arguments)], cwd=folder, env=environment, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def unpack(name, folder):
    """Unpacks a package as `cargo vendor` would have it."""
    archive = TARGET / "package" / f"{name}-{VERSION}.crate"
    with tarfile.open(archive) as packed:
        packed.extractall(WORK, filter="data")
    (WORK / f"{name}-{VERSION}").rename(folder)
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    (folder / ".cargo-checksum.json").write_text(json.dumps({"files": {}, "package": checksum}))


def sources():
    """Each source with what would not stay if it were written to."""
    files = [path for folder in (VENDOR, COMMAND, WORK / "programs") for path in folder.rglob("*")]
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}


def forbid_writing():
    for path in map(pathlib.Path, sources()):
        path.chmod(path.stat().st_mode & ~0o222)


def remove_work():
    """Whoever is not root must be allowed to write before he can remove."""
    for path in [WORK, *WORK.rglob("*")] if WORK.exists() else []:
        if path.is_dir():
            path.chmod(0o755)
    for folder in (VENDOR, COMMAND, WORK / "programs", WORK / "model"):
        shutil.rmtree(folder, ignore_errors=True)


def prepare():
    """Everything that is written before the sources are closed."""
    remove_work()
    VENDOR.mkdir(parents=True)
    for name in PACKAGES[:2]:
        unpack(name, VENDOR / name)
    unpack(PACKAGES[2], COMMAND)
    # Where the command is, there is no folder of sources.
    (COMMAND / ".cargo-checksum.json").unlink()
    shutil.copytree(ROOT / "model", WORK / "model")
    shutil.copytree(ROOT / "examples/five-operations", PROGRAM)
    (PROGRAM / "Cargo.toml").write_text(MANIFEST)
    shutil.copy(ROOT / "Cargo.lock", PROGRAM)
    # What else the program needs is vendored in the versions of the workspace.
    cargo("metadata", "--quiet", "--format-version=1", *PATCHED, folder=PROGRAM, target=WORK / "target")
    others = WORK / "others"
    cargo("vendor", "--quiet", "--locked", *PATCHED, others, folder=PROGRAM, target=WORK / "target")
    for folder in others.iterdir():
        folder.rename(VENDOR / folder.name)
    others.rmdir()
    (PROGRAM / "Cargo.lock").unlink()
    (PROGRAM / ".cargo").mkdir()
    (PROGRAM / ".cargo/config.toml").write_text(VENDORED)
    cargo("generate-lockfile", "--quiet", folder=PROGRAM, target=WORK / "target")
    cargo("metadata", "--quiet", "--format-version=1", *PATCHED, folder=COMMAND, target=TARGET)
    forbid_writing()


def main():
    names = [argument for name in PACKAGES for argument in ("--package", name)]
    cargo("package", "--quiet", "--locked", "--no-verify", *names, *sys.argv[1:], folder=ROOT, target=TARGET)
    prepare()
    before = sources()

    printed = cargo("run", "--quiet", "--locked", folder=PROGRAM, target=WORK / "target")
    assert "Action=CreateServiceSpecificCredential&" in printed, printed

    # The flags that docs.rs gives need features of the compiler that are not stable.
    on_docs_rs = {"DOCS_RS": "1", "RUSTC_BOOTSTRAP": "1", "RUSTDOCFLAGS": "--cfg docsrs -D warnings"}
    document = ["doc", "--quiet", "--locked", "--no-deps", "--package", "shapewire"]
    cargo(*document, folder=PROGRAM, target=WORK / "target", **on_docs_rs)
    assert (WORK / "target/doc/shapewire/iam/struct.CreateUserRequest.html").exists()

    # The rest of what the command needs is built for the workspace as well.
    command = ["run", "--quiet", "--locked", *PATCHED, "--", "iam", "create-service-specific-credential"]
    options = ["--user-name", "jane", "--service-name", "codecommit.amazonaws.com", "--local"]
    printed = cargo(*command, *options, folder=COMMAND, target=TARGET)
    assert json.loads(printed)["ServiceSpecificCredential"]["ServicePassword"], printed

    after = sources()
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    assert not changed, f"sources were written to: {changed}"
    print(f"{', '.join(PACKAGES)}: build from their packages; {len(after)} files and folders are as they were")


main()
