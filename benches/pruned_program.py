#!/usr/bin/env python3
"""What a program with five operations of IAM costs, and that nothing of the others is in it.

Usage: benches/pruned_program.py [--names]

Builds examples/five-operations as a release into a folder of its own, from nothing: lines of the generated module, crates,
CPU seconds, stripped size. With --names it builds into the target folder that is there and only looks at the program: it must
hold the names of its own operations and of none of the other 175.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from generated_cost import ROOT, used_by

MODEL = ROOT / "model/iam-2010-05-08.json"
BUILD = ["cargo", "build", "--release", "--locked", "--quiet", "--package", "five-operations"]
KEPT = [verb + "ServiceSpecificCredential" for verb in ("Create", "Delete", "Reset", "Update")] + [
    "ListServiceSpecificCredentials"
]


def build(target):
    """CPU seconds of the build, and the program."""
    environment = os.environ | {"CARGO_TARGET_DIR": str(target)}
    seconds, _ = used_by(BUILD, cwd=ROOT, env=environment)
    return seconds, target / "release" / "five-operations"


def check_names(program):
    """The names of operations in the program; those of others are an error."""
    text = program.read_bytes()
    operations = json.loads(MODEL.read_text())["operations"]
    found = [name for name in operations if name.encode() in text]
    # A name may be a part of one that belongs there.
    foreign = [name for name in found if not any(name in kept for kept in KEPT)]
    missing = [name for name in KEPT if name not in found]
    if foreign or missing:
        sys.exit(f"{program.name}: there are {foreign}, missing are {missing}")
    print(f"{program.name}: {len(found)} of {len(operations)} operations are named in it: {', '.join(found)}")


def main():
    if sys.argv[1:] == ["--names"]:
        check_names(build(pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")))[1])
        return
    target = ROOT / "target" / "pruned-program"
    shutil.rmtree(target, ignore_errors=True)
    load = os.getloadavg()[0]
    seconds, program = build(target)
    check_names(program)
    module = max(target.glob("release/build/five-operations-*/out/iam.rs"), key=lambda path: path.stat().st_mtime)
    stripped = target / "stripped"
    subprocess.run(["strip", "-o", stripped, program], check=True)
    tree = ["cargo", "tree", "--package", "five-operations", "--prefix", "none", "--edges", "normal,build", "--no-dedupe"]
    crates = subprocess.run(tree, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    print(f"load {load:.1f}: {module.read_text().count(chr(10)):,} lines, {len(set(crates.splitlines())) - 1} crates, "
          f"{seconds:.0f} CPU-s, {stripped.stat().st_size / 1000:,.0f} kB stripped")


main()
