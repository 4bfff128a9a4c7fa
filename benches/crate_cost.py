#!/usr/bin/env python3
"""What a build spends on each crate: CPU seconds of rustc.

Usage: benches/crate_cost.py [PROGRAM [--release]]

Builds, from nothing, a program of bench/programs; without one, a program whose only dependency is the generator as a build
dependency without default features, and which generates IAM. A crate that is built twice, for build scripts and for the program,
is one line, and so are all build scripts, without their runs. Run it on a quiet machine: CPU seconds grow when cores are shared.
"""

import collections
import os
import pathlib
import resource
import shutil
import subprocess
import sys

from build_cost import BENCH
from generated_cost import IAM, ROOT, used_by

WORK = ROOT / "target" / "crate-cost"
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
    # With the descriptors of Cargo's job server.
    code = subprocess.run(arguments, check=False, close_fds=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    crate = arguments[arguments.index("--crate-name") + 1] if "--crate-name" in arguments else "___"
    with open(os.environ[LOG], "a") as log:
        log.write(f"{crate} {used.ru_utime + used.ru_stime}\n")
    sys.exit(code)


def generator():
    """A program that needs nothing but the generator; where it is, and how it is named."""
    (WORK / "Cargo.toml").write_text(MANIFEST)
    (WORK / "build.rs").write_text(BUILD_SCRIPT)
    (WORK / "lib.rs").write_text("")
    shutil.copy(ROOT / "Cargo.lock", WORK)
    return WORK, "generator-cost"


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    folder, package = (BENCH, f"{sys.argv[1]}-program") if len(sys.argv) > 1 else generator()
    log = WORK / "log"
    environment = os.environ | {LOG: str(log), "RUSTC_WRAPPER": str(pathlib.Path(__file__).resolve()),
                                "CARGO_TARGET_DIR": str(WORK / "target"),
                                # As of what comes from a registry.
                                "CARGO_INCREMENTAL": "0"}
    print(f"load {os.getloadavg()[0]:.1f}")
    command = ["cargo", "build", "--quiet", "--offline", "--package", package, *sys.argv[2:]]
    total, _ = used_by(command, cwd=folder, env=environment)
    crates = collections.Counter()
    for line in log.read_text().splitlines():
        crate, seconds = line.split()
        crates[crate] += float(seconds)
    # What rustc was asked without compiling.
    del crates["___"]
    crates["build scripts"] = crates.pop("build_script_build")
    for crate, seconds in crates.most_common():
        print(f"{seconds:6.1f}  {crate}")
    print(f"{total:6.1f}  in all, with Cargo itself, rustc's start and the runs of build scripts")


if LOG in os.environ:
    compile_and_tell(sys.argv[1:])
else:
    main()
