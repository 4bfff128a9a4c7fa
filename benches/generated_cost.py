#!/usr/bin/env python3
"""What generated modules cost: lines, the generator's CPU time, and rustc's CPU time and memory.

Usage: benches/generated_cost.py [release|dev|check]... [--serde] [MODEL]...

Without a model it is IAM; a model is a file of any format that the generator reads, packed with gzip or not, or a folder
that holds `service-2.json` or `service-2.json.gz`. With --serde the types have serde's traits. Generates each module into a crate of its own and measures the compilation
of that crate alone, after its dependencies are built. The generator is built as Cargo builds build scripts, unoptimized. Run it
on a quiet machine: CPU seconds grow when cores are shared. Its first line tells the load.
"""

import gzip
import os
import pathlib
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORK = ROOT / "target" / "generated-cost"
COMMANDS = {"release": ["build", "--release"], "dev": ["build"], "check": ["check"]}
IAM = ROOT / "model/iam-2010-05-08.json"
MANIFEST = f"""[package]
name = "generated"
version = "0.0.0"
edition = "2024"

[lib]
path = "lib.rs"

[dependencies]
shapewire = {{ path = "{ROOT}", default-features = false, features = ["rest-xml"%s] }}

[workspace]
"""


def used_by(arguments, **options):
    """CPU seconds and MiB of the largest process of a command and its children."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        # A process of its own, so that its children are counted alone.
        done = subprocess.run(arguments, **options)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(writer, f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}".encode())
        os._exit(done.returncode)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    assert status == 0, (arguments, status)
    with os.fdopen(reader) as pipe:
        seconds, mebibytes = pipe.read().split()
    return float(seconds), float(mebibytes)


def unpacked(model, crate):
    """The model file, with those beside it, as the generator reads it."""
    if model.is_file() and model.suffix != ".gz":
        return model
    folder = crate / "model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in model.iterdir() if model.is_dir() else [model]:
        text = file.read_bytes()
        (folder / file.name.removesuffix(".gz")).write_bytes(gzip.decompress(text) if file.suffix == ".gz" else text)
    return folder / "service-2.json" if model.is_dir() else folder / model.name.removesuffix(".gz")


def generate(codegen, model, crate, serde):
    """Writes the crate; gives its lines and the generator's CPU seconds."""
    crate.mkdir(parents=True, exist_ok=True)
    (crate / "Cargo.toml").write_text(MANIFEST % (', "serde"' if serde else ""))
    shutil.copy(ROOT / "Cargo.lock", crate)
    overlay = ["--overlay", ROOT / "model/overlays/iam.json"] if model == IAM else []
    options = [*overlay, *(["--serde"] if serde else [])]
    arguments = [codegen, "generate", unpacked(model, crate), *options, "--module-name", "lib", "--out", crate]
    seconds, _ = used_by(arguments, stderr=subprocess.DEVNULL)
    return (crate / "lib.rs").read_text().count("\n"), seconds


def cost(command, crate):
    """CPU seconds and MiB of the largest process for compiling the crate alone."""
    arguments = ["cargo", *command, "--quiet", "--offline"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(WORK / "target"), "CARGO_INCREMENTAL": "0"}
    module = (crate / "lib.rs").read_text()
    # The dependencies first.
    (crate / "lib.rs").write_text("")
    subprocess.run(arguments, cwd=crate, env=environment, check=True)
    (crate / "lib.rs").write_text(module)
    return used_by(arguments, cwd=crate, env=environment)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--serde"]
    serde = len(arguments) < len(sys.argv) - 1
    profiles = [argument for argument in arguments if argument in COMMANDS] or list(COMMANDS)
    models = [pathlib.Path(argument).resolve() for argument in arguments if argument not in COMMANDS] or [IAM]
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--package", "shapewire-codegen"], cwd=ROOT, check=True)
    codegen = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "shapewire-codegen"
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; CPU-s and MiB")
    print("| model | lines | generation |", " | ".join(profiles), "|")
    print("|---|---|---|" + "---|" * len(profiles))
    for model in models:
        name = model.parent.name if model.is_dir() else model.name.split(".")[0]
        lines, seconds = generate(codegen, model, WORK / name, serde)
        costs = [cost(COMMANDS[profile], WORK / name) for profile in profiles]
        shown = " | ".join(f"{seconds:.1f}, {mebibytes:.0f}" for seconds, mebibytes in costs)
        print(f"| {name} | {lines:,} | {seconds:.1f} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
