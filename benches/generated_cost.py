#!/usr/bin/env python3
"""What the generated IAM module costs: lines, and rustc's CPU time and memory.

Usage: benches/generated_cost.py [release|dev|check]...

Generates the module into a crate of its own and measures the compilation of that crate alone, after its dependencies are
built. Run it on a quiet machine: CPU seconds grow when cores are shared.
"""

import os
import pathlib
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CRATE = ROOT / "target" / "generated-cost"
COMMANDS = {"release": ["build", "--release"], "dev": ["build"], "check": ["check"]}
MANIFEST = f"""[package]
name = "generated-iam"
version = "0.0.0"
edition = "2024"

[lib]
path = "iam.rs"

[dependencies]
shapewire = {{ path = "{ROOT}", default-features = false }}

[workspace]
"""


def generate():
    """Writes the crate."""
    CRATE.mkdir(parents=True, exist_ok=True)
    (CRATE / "Cargo.toml").write_text(MANIFEST)
    model, overlay = ROOT / "model/iam-2010-05-08.json", ROOT / "model/overlays/iam.json"
    subprocess.run(
        ["cargo", "run", "--quiet", "--package", "shapewire-codegen", "--", "generate", model]
        + ["--overlay", overlay, "--out", CRATE],
        cwd=ROOT,
        check=True,
    )
    return (CRATE / "iam.rs").read_text().count("\n")


def cost(command):
    """CPU seconds and MiB of the largest process for compiling the crate alone."""
    arguments = ["cargo", *command, "--quiet"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(CRATE / "target"), "CARGO_INCREMENTAL": "0"}
    subprocess.run(arguments, cwd=CRATE, env=environment, check=True)
    os.utime(CRATE / "iam.rs")
    child = os.fork()
    if child == 0:
        # A process of its own, so that its children are counted alone.
        subprocess.run(arguments, cwd=CRATE, env=environment, check=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        (CRATE / "cost").write_text(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    seconds, mebibytes = (CRATE / "cost").read_text().split()
    return float(seconds), float(mebibytes)


def main():
    lines = generate()
    print(f"lines    {lines}, {lines / 180:.0f} an operation")
    for profile in sys.argv[1:] or list(COMMANDS):
        seconds, mebibytes = cost(COMMANDS[profile])
        print(f"{profile:8} {seconds:.1f} CPU-s, {mebibytes:.0f} MiB")


if __name__ == "__main__":
    main()
