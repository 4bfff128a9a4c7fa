#!/usr/bin/env python3
"""What the generator costs a user's build: CPU seconds of rustc for each crate, as Cargo builds build scripts.

Usage: benches/generator_cost.py

Builds, from nothing, a program whose only dependency is the generator as a build dependency without default features, and which
generates IAM. Build scripts, with their runs, are one line. Run it on a quiet machine: CPU seconds grow when cores are shared.
"""

import collections
import os
import pathlib
import resource
import shutil
import subprocess
import sys

from generated_cost import IAM, ROOT, used_by

WORK = ROOT / "target" / "generator-cost"
LOG = "SHAPEWIRE_COST_LOG"
MANIFEST = f"""[package]
name = "generator-cost"
version = "0.0.0"
edition = "2024"

[lib]
path = "lib.rs"

[build-dependencies]
shapewire-codegen = {{ path = "{ROOT / "codegen"}", default-features = false }}

[workspace]
"""
BUILD_SCRIPT = f"""fn main() -> Result<(), shapewire_codegen::Problems> {{
    shapewire_codegen::Builder::new().model("{IAM}").generate().map(drop)
}}
"""


def compile_and_tell(arguments):
    """Is rustc for Cargo, and leaves a line of what it took."""
    code = subprocess.run(arguments, check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    crate = arguments[arguments.index("--crate-name") + 1] if "--crate-name" in arguments else "___"
    with open(os.environ[LOG], "a") as log:
        log.write(f"{crate} {used.ru_utime + used.ru_stime}\n")
    sys.exit(code)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    (WORK / "Cargo.toml").write_text(MANIFEST)
    (WORK / "build.rs").write_text(BUILD_SCRIPT)
    (WORK / "lib.rs").write_text("")
    shutil.copy(ROOT / "Cargo.lock", WORK)
    log = WORK / "log"
    environment = os.environ | {LOG: str(log), "RUSTC_WRAPPER": str(pathlib.Path(__file__).resolve()),
                                "CARGO_TARGET_DIR": str(WORK / "target")}
    print(f"load {os.getloadavg()[0]:.1f}")
    total, _ = used_by(["cargo", "build", "--quiet", "--offline"], cwd=WORK, env=environment)
    crates = collections.Counter()
    for line in log.read_text().splitlines():
        crate, seconds = line.split()
        crates[crate] += float(seconds)
    # What rustc was asked without compiling, and the program itself.
    for crate in ("___", "generator_cost"):
        del crates[crate]
    crates["build scripts"] = crates.pop("build_script_build")
    for crate, seconds in crates.most_common():
        print(f"{seconds:6.1f}  {crate}")
    print(f"{total:6.1f}  in all, with Cargo itself, rustc's start and the runs of build scripts")


if len(sys.argv) > 1:
    compile_and_tell(sys.argv[1:])
else:
    main()
