#!/usr/bin/env python3
"""Calls and replies in one process: shapewire, aws-sdk-iam, quick-xml and botocore, one beside the other.

Usage: benches/calls.py [--processes N] [--rounds N] [--without-botocore]

Builds and runs bench/in-process, which says what is measured, and gives the same replies to botocore's parser. All times are
CPU time of one thread; medians and quartiles of rounds in which all take their turn, N of them in a process, and ten times as
many below a megabyte. Several processes make them, one after the other: where one has what in memory changes what a call takes
by a tenth. What a run makes is dropped after its time was taken. Another program counts the allocations, since an allocator that
counts takes its time. The result goes into bench/results.json; `benches/figures.py` makes tables of it. Run it on a quiet
machine: ratios suffer little from what else runs, but they do. Without botocore the script goes on in an environment that has
it, bench/target/venv, which it makes of bench/requirements.txt.
"""

import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import venv

from build_cost import BENCH, load_results, output, write_results

RUN = ["cargo", "run", "--release", "--locked", "--quiet", "--package", "in-process", "--bin"]
# Of the larger ones a few rounds are enough.
SMALL_BYTES = 1_000_000


def go_on_with_botocore():
    """Starts again under a Python that has botocore, if this one has not."""
    if importlib.util.find_spec("botocore"):
        return
    folder = BENCH / "target" / "venv"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", BENCH / "requirements.txt"], check=True)
    os.execv(python, [python, *sys.argv])


def botocore_parser(folder):
    """Reads a reply by its name, as a client of boto3 does when it came."""
    import botocore.parsers
    import botocore.session

    model = botocore.session.get_session().get_service_model("iam")
    parser = botocore.parsers.create_parser("query")

    def parse(name):
        shape = model.operation_model(name.split("-")[0]).output_shape
        reply = {"status_code": 200, "headers": {}, "body": pathlib.Path(folder, f"{name}.xml").read_bytes()}
        start = time.thread_time()
        parser.parse(reply, shape)
        return (time.thread_time() - start) * 1e9

    return parse


def quartiles(samples):
    """The median between the quartiles, with four digits."""
    return [float(f"{each:.4g}") for each in statistics.quantiles(samples, n=4, method="inclusive")]


def measure(processes, rounds):
    """The samples of all processes together; a ratio is one of the same round."""
    runs = [json.loads(output(*RUN, "in-process", "--", "--rounds", str(rounds))) for _ in range(processes)]
    cases = {}
    for name, case in runs[0].items():
        samples = {each: [one for run in runs for one in run[name]["samples"][each]] for each in case["samples"]}
        ours = samples["shapewire"]
        cases[name] = {
            "bytes": case["bytes"],
            "rounds": len(ours),
            "contenders": {
                each: {
                    "nanoseconds": quartiles(own),
                    "ratio": quartiles([one / first for one, first in zip(own, ours, strict=True)]),
                }
                for each, own in samples.items()
            },
        }
    return cases


def measure_botocore(cases, rounds):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*RUN, "in-process", "--", "--replies", folder], cwd=BENCH, check=True)
        parse = botocore_parser(folder)
        for name, case in cases.items():
            small = case["bytes"] < SMALL_BYTES
            samples = [parse(name) for _ in range((10 * rounds if small else 3) + 1)][1:]
            ours = case["contenders"]["shapewire"]["nanoseconds"][1]
            case["contenders"]["botocore"] = {
                "nanoseconds": quartiles(samples),
                # Not in the same process: the ratio is one of medians.
                "ratio": quartiles([each / ours for each in samples]),
            }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without-botocore", action="store_true")
    arguments = parser.parse_args()
    if not arguments.without_botocore:
        go_on_with_botocore()
    load = os.getloadavg()[0]
    cases = measure(arguments.processes, arguments.rounds)
    for name, counted in json.loads(output(*RUN, "allocations")).items():
        for contender, counts in counted.items():
            cases[name]["contenders"][contender].update(counts)
    if not arguments.without_botocore:
        measure_botocore(cases, arguments.processes * arguments.rounds)
    results = load_results()
    results["calls"] = {
        "date": datetime.date.today().isoformat(),
        "load": round(load, 1),
        "rustc": output("rustc", "--version").split()[1],
        "cases": cases,
    }
    write_results(results)


if __name__ == "__main__":
    main()
