#!/usr/bin/env python3
"""What it costs to build a program that creates one credential: with shapewire, and with the AWS SDK for Rust.

Usage: benches/build_cost.py [--again] [PROGRAM]...

The programs are those of bench/programs; all but EC2's without an argument. Each is built from nothing, after its sources
were fetched: CPU seconds of the whole build (user and system), memory of the largest process, which is a rustc. Then its
main.rs is touched and built again. What is measured is kept in bench/results.json, with date and load. A peer that is
recorded there for its version and for this compiler is not built again, unless asked to: it takes half an hour.
`benches/figures.py` makes the README's table and chart of it.

EC2's programs are only checked. Ours needs a published model: EC2_MODEL=…/service-2.json.
"""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys

from generated_cost import ROOT, used_by

BENCH = ROOT / "bench"
RESULTS = BENCH / "results.json"
SMALL = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "z",
    "CARGO_PROFILE_RELEASE_LTO": "fat",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "1",
}
# What is measured: the command, its environment, and whether there is a program to weigh.
BUILDS = {
    "release": (["build", "--release"], {}, "release"),
    "dev": (["build"], {}, None),
    "rebuild": (["build"], {}, None),
    "check": (["check"], {}, None),
    "small": (["build", "--release"], SMALL, "release"),
}
# What is built, and whose version it has.
PROGRAMS = {
    "shapewire": ("shapewire", list(BUILDS)),
    "shapewire-native-tls": ("shapewire", list(BUILDS)),
    "shapewire-five": ("shapewire", list(BUILDS)),
    "shapewire-types": ("shapewire", list(BUILDS)),
    "aws-sdk-iam": ("aws-sdk-iam", list(BUILDS)),
    "shapewire-ec2": ("shapewire", ["check"]),
    "aws-sdk-ec2": ("aws-sdk-ec2", ["check"]),
}


def output(*arguments):
    return subprocess.run(arguments, cwd=BENCH, capture_output=True, text=True, check=True).stdout


def tree(program):
    """The crates of a program, those that only build included."""
    arguments = ["--package", f"{program}-program", "--prefix", "none", "--edges", "normal,build", "--no-dedupe"]
    lines = output("cargo", "tree", "--locked", *arguments).splitlines()
    return {" ".join(line.split()[:2]) for line in lines if line} - {f"{program}-program v0.0.0"}


def identity(program, crates):
    """What a record stands for."""
    package = PROGRAMS[program][0]
    version = next(crate.split(" v")[1] for crate in crates if crate.startswith(f"{package} v"))
    compiler = output("rustc", "--version").split()[1]
    return {"version": version, "rustc": compiler, "cores": os.cpu_count(), "crates": len(crates)}


def load_results():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def write_results(results):
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")


def record(program, identity, values):
    """Adds measurements to those of the same version; of another version nothing is kept."""
    results = load_results()
    kept = results.setdefault("build", {}).get(program, {})
    same = all(kept.get(key) == value for key, value in identity.items())
    results["build"][program] = (kept if same else identity) | values
    write_results(results)


def measure(program, build):
    """One build from nothing; `rebuild` is the one after."""
    command, profile, folder = BUILDS[build]
    target = BENCH / "target" / "build-cost" / program
    disturbing = ("CARGO_PROFILE_", "CARGO_INCREMENTAL", "CARGO_TARGET_DIR", "RUSTFLAGS", "RUSTC_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(disturbing)}
    environment |= profile | {"CARGO_TARGET_DIR": str(target)}
    arguments = ["cargo", *command, "--locked", "--offline", "--quiet", "--package", f"{program}-program"]
    if build == "rebuild":
        subprocess.run(arguments, cwd=BENCH, env=environment, check=True)
        (BENCH / "programs" / program / "src" / "main.rs").touch()
    else:
        shutil.rmtree(target, ignore_errors=True)
    load = os.getloadavg()[0]
    seconds, mebibytes = used_by(arguments, cwd=BENCH, env=environment)
    measured = {"seconds": round(seconds, 2), "mebibytes": round(mebibytes), "load": round(load, 1)}
    if folder:
        stripped = target / "stripped"
        subprocess.run(["strip", "-o", stripped, target / folder / f"{program}-program"], check=True)
        measured["bytes"] = stripped.stat().st_size
    return measured | {"date": datetime.date.today().isoformat()}


def main():
    again = "--again" in sys.argv[1:]
    programs = [argument for argument in sys.argv[1:] if argument != "--again"]
    if unknown := set(programs) - set(PROGRAMS):
        sys.exit(f"{', '.join(sorted(unknown))}: not among {', '.join(PROGRAMS)}")
    output("cargo", "fetch", "--locked")
    for program in programs or [program for program in PROGRAMS if not program.endswith("-ec2")]:
        package, builds = PROGRAMS[program]
        known = identity(program, tree(program))
        kept = load_results().get("build", {}).get(program, {})
        if package == "shapewire" or again or any(kept.get(key) != value for key, value in known.items()):
            kept = {}
        for build in builds:
            if build not in kept:
                measured = measure(program, build)
                record(program, known, {build: measured})
                print(f"{program} {known['version']}, {build}: {measured}", flush=True)


if __name__ == "__main__":
    main()
