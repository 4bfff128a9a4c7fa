#!/usr/bin/env python3
"""Counts the instructions of the library's main paths, and compares them with those that are recorded.

Usage: benches/instructions.py [--bless]

Each case runs once and twice under callgrind; the difference is what one run takes, caches filled. Such counts do not depend
on what else the machine does, and hardly on the machine, but they do on the compiler and on the C library, whose allocator and
copies are counted too: benches/instructions.json says of which they are, and with others nothing is compared. More than a tenth
above the record is an error, and --bless writes a new one; a twentieth comes and goes with what the compiler puts in line, which
changes with code that has nothing to do with it. Without valgrind nothing is counted.

SHA-256 weighs more here than it does: valgrind has no instructions for it.
"""

import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

from generated_cost import ROOT

RECORD = ROOT / "benches/instructions.json"
CASES = ["validate", "encode-sign-decode", "client-call", "decode-list-users", "serve-list-users", "serve-create-user"]
TOLERANCE = 0.1
BUILD = ["cargo", "build", "--release", "--locked", "--quiet", "--package", "shapewire-cli", "--example", "instructions"]


def instructions(program, case, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, case, str(times)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def main():
    if shutil.which("valgrind") is None:
        print("SKIPPED: instructions are counted by valgrind, which is not here")
        return
    subprocess.run(BUILD, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = target / "release/examples/instructions"
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    made_with = f"rustc {compiler}, {' '.join(platform.libc_ver())}, {platform.machine()}"
    counts = {case: instructions(program, case, 2) - instructions(program, case, 1) for case in CASES}
    record = json.loads(RECORD.read_text())
    print("| case | instructions | to the record |\n|---|---|---|")
    grown = []
    for case, count in counts.items():
        recorded = record["instructions"].get(case)
        change = (count - recorded) / recorded if recorded else 0
        print(f"| {case} | {count:,} | {f'{change:+.1%}' if recorded else 'new'} |")
        if recorded is None or change > TOLERANCE:
            grown.append(case)
    if "--bless" in sys.argv[1:]:
        RECORD.write_text(json.dumps({"made_with": made_with, "instructions": counts}, indent=2) + "\n")
    elif record["made_with"] != made_with:
        print(f"SKIPPED: the record is of {record['made_with']}, this is {made_with}; nothing is compared")
    elif grown:
        sys.exit(f"{', '.join(grown)}: more instructions than recorded. If that must be: benches/instructions.py --bless")


if __name__ == "__main__":
    main()
