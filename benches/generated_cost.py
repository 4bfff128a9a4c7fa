#!/usr/bin/env python3
"""What the generated IAM module costs: lines, and rustc's CPU time and memory with and without it.

Usage: benches/generated_cost.py [release|dev|check]...

Builds the library twice for each profile, without a service and with `iam`, after their dependencies are built; the
difference is the module's cost. Run it on a quiet machine: CPU seconds grow when cores are shared.
"""

import os
import pathlib
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = ROOT / "target" / "generated-cost"
COMMANDS = {"release": ["build", "--release"], "dev": ["build"], "check": ["check"]}


def cost(command, features):
    """CPU seconds and MiB of the largest process for compiling the library alone."""
    arguments = ["cargo", *command, "--quiet", "--package", "shapewire", "--lib", "--no-default-features"]
    arguments += ["--features", features] if features else []
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET), "CARGO_INCREMENTAL": "0"}
    subprocess.run(arguments, cwd=ROOT, env=environment, check=True)
    # The build script does not depend on this file: only the library is compiled again.
    os.utime(ROOT / "src" / "lib.rs")
    child = os.fork()
    if child == 0:
        # A process of its own, so that its children are counted alone.
        subprocess.run(arguments, cwd=ROOT, env=environment, check=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        (TARGET / "cost").write_text(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    seconds, mebibytes = (TARGET / "cost").read_text().split()
    return float(seconds), float(mebibytes)


def main():
    print(f"{'':8} {'without a service':>24} {'with IAM':>24} {'the module':>12}")
    for profile in sys.argv[1:] or list(COMMANDS):
        bare_seconds, bare_memory = cost(COMMANDS[profile], "")
        seconds, memory = cost(COMMANDS[profile], "iam")
        print(
            f"{profile:8} {bare_seconds:8.1f} CPU-s {bare_memory:6.0f} MiB {seconds:8.1f} CPU-s {memory:6.0f} MiB"
            f" {seconds - bare_seconds:6.1f} CPU-s"
        )
    newest = max(TARGET.glob("*/build/shapewire-*/out/iam.rs"), key=lambda path: path.stat().st_mtime)
    lines = newest.read_text().count("\n")
    print(f"lines    {lines}, {lines / 180:.0f} an operation")


if __name__ == "__main__":
    main()
