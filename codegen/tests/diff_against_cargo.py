#!/usr/bin/env python3
"""Does the Rust verdict of `shapewire-codegen diff` agree with the compiler?

Usage: codegen/tests/diff_against_cargo.py CODEGEN [--semver-checks]

For each change of diff/mutations.json, one program that uses every public item of the code that is generated from the model
before the change is compiled with the code from the model after it. It must compile unless the verdict is `major`, and then
it must not. One crate holds all programs, each in a module of its own; the compiler says which modules fail.

With --semver-checks, cargo-semver-checks is asked as well, on what rustdoc says of each code: what it calls breaking must be
`major`. It sees less, because it does not compare types; what it does not see is listed.
"""

import copy
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CODEGEN = pathlib.Path(sys.argv[1]).resolve()
WORK = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "diff-against-cargo"


def changed(model, mutation):
    """The model with the mutation, as the test `diff` makes it."""
    model = copy.deepcopy(model)

    def place(pointer):
        *steps, last = pointer.strip("/").split("/")
        value = model
        for step in steps:
            value = value[int(step)] if isinstance(value, list) else value[step]
        return value, last

    if "remove" in mutation:
        parent, key = place(mutation["remove"])
        del parent[key]
    for pointer, value in (mutation.get("set", {}) | mutation.get("also", {})).items():
        parent, key = place(pointer)
        if isinstance(parent, list):
            parent.append(value)
        else:
            parent[key] = value
    return model


def difference(old, new):
    command = [CODEGEN, "diff", old, new, "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def items(old):
    """All public items of a model's code with what they are: what comes new to a model without anything."""
    model = json.loads(old.read_text())
    empty = WORK / "empty.json"
    empty.write_text(json.dumps({"version": "2.0", "metadata": model["metadata"], "operations": {}, "shapes": {}}))
    found = {}
    for change in difference(empty, old)["changes"]:
        for item in change["rustChanges"]:
            if item["new"]:
                found[item["item"]] = item["new"]
    return found


def arguments(signature):
    """The types of a function's arguments, and of what it returns."""
    inner, result = re.fullmatch(r"fn\((.*)\)(?: -> ?(.*))?", signature).groups()
    parts, depth, part = [], 0, ""
    for character in inner:
        depth += (character in "<([") - (character in ">)]")
        if character == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    if part.strip():
        parts.append(part.strip())
    return parts, (result or "()").strip()


def argument_type(argument):
    """The type of `name: impl Into<Type>` or `name: Type`: what to pass."""
    kind = argument.split(":", 1)[1].strip()
    into = re.fullmatch(r"impl Into<(.*)>", kind)
    return into[1] if into else kind


def use(item, what):
    """A statement that uses an item as a program might."""
    if what.startswith("static "):
        kind = re.sub(r"(?<!:)\b(Operation|Shape)\b", r"shapewire::schema::\1", what.removeprefix("static "))
        kind = kind.replace("WaiterOf", "shapewire::waiter::WaiterOf").replace("super::", "")
        return f"let _: &'static {kind} = &{item};"
    if what.startswith("type "):
        return f"let _: {item} = {item}::new();"
    if what in ("struct", "Copy struct", "enum"):
        return f"fn _f(value: {item}) -> {item} {{ value }}"
    if " as OperationShape" in item:
        given, taken = what.split(" to ")
        return (f"fn _o<O: shapewire::OperationShape<Input = {given}, Output = {taken}>>(_: O) {{}} "
                f"_o({item.removesuffix(' as OperationShape')});")
    if what.startswith("fn("):
        owner, function = item.rsplit("::", 1)
        types, result = arguments(what)
        receiver = types and re.fullmatch(r"(?:mut |&)?self", types[0])
        values = [f"any::<{argument_type(kind)}>()" for kind in (types[1:] if receiver else types)]
        result = result.replace("Self", owner)
        call = f"any::<{owner}>().{function}" if receiver else f"{owner}::{function}"
        return f"let _: {result} = {call}({', '.join(values)});"
    if "." in item:
        owner, field = item.split(".")
        return f"fn _f(value: &{owner}) -> &{what} {{ &value.{field} }}"
    owner, _, variant = item.rpartition("::")
    if what == "variant":
        return f"match any::<{owner}>() {{ {owner}::{variant} => {{}} _ => {{}} }}"
    return f"match any::<{owner}>() {{ {owner}::{variant}(value) => {{ let _: {what.strip('()')} = value; }} _ => {{}} }}"


def program(found):
    statements = "\n".join(f"    fn use_{number}() {{ {use(item, what)} }}"
                           for number, (item, what) in enumerate(sorted(found.items())))
    return f"""    use super::code::*;
    fn any<T>() -> T {{ unreachable!() }}
{statements}
"""


def failing(crate):
    """The modules that do not compile. The compiler stops early: those that fail are taken out, and it is asked again."""
    failed = {}
    while True:
        names = [name for name in sorted(path.stem for path in (crate / "src").glob("*.rs") if path.stem != "lib")
                 if name not in failed]
        (crate / "src/lib.rs").write_text(
            "#![allow(warnings)]\n" + "".join(f"mod {name};\n" for name in names))
        command = ["cargo", "check", "--quiet", "--message-format=json", "--offline", "--manifest-path", crate / "Cargo.toml"]
        output = subprocess.run(command, capture_output=True, text=True, check=False)
        found = {}
        for line in output.stdout.splitlines():
            message = json.loads(line).get("message") or {}
            if message.get("level") == "error":
                for span in message["spans"]:
                    found.setdefault(pathlib.Path(span["file_name"]).stem, message["message"])
        found = {name: why for name, why in found.items() if name in names}
        if not found:
            if output.returncode:
                sys.exit(f"cargo check fails otherwise:\n{output.stderr}\n{output.stdout[-2000:]}")
            return failed
        failed |= found


def new_crate(name):
    """A crate without code that has the runtime."""
    crate = WORK / name
    (crate / "src").mkdir(parents=True, exist_ok=True)
    for path in (crate / "src").glob("*.rs"):
        path.unlink()
    (crate / "Cargo.toml").write_text(f"""[package]
name = "{name}"
version = "1.0.0"
edition = "2024"

[dependencies]
shapewire = {{ path = "{ROOT}", default-features = false }}

[workspace]
""")
    (crate / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
    return crate


def rustdoc(crate, name):
    """What rustdoc says of the code of this name, as a file."""
    (crate / "src/lib.rs").write_text((WORK / f"{name}.rs").read_text())
    target = WORK / "rustdoc"
    command = ["cargo", "rustdoc", "--quiet", "--offline", "--manifest-path", crate / "Cargo.toml", "--target-dir", target, "--",
               "-Zunstable-options", "--output-format=json", "--cap-lints=allow"]
    # The format is not stable; cargo-semver-checks knows that of the compiler by its number.
    subprocess.run(command, check=True, env=os.environ | {"RUSTC_BOOTSTRAP": "1"})
    said = WORK / f"{name}.rustdoc.json"
    (target / "doc" / f"{crate.name.replace('-', '_')}.json").replace(said)
    return said


def called_breaking(names):
    """The changes that cargo-semver-checks calls breaking, each with its lints."""
    crate = new_crate("semver-checks")
    old = rustdoc(crate, "unchanged")
    found = {}
    for name in names:
        command = ["cargo", "semver-checks", "--color=never", "--release-type=minor", "--baseline-rustdoc", old,
                   "--current-rustdoc", rustdoc(crate, name)]
        output = subprocess.run(command, capture_output=True, text=True, check=False)
        lints = re.findall(r"^--- failure (\w+):", output.stdout, re.MULTILINE)
        if output.returncode != (100 if lints else 0):
            sys.exit(f"cargo-semver-checks fails for {name}:\n{output.stdout}{output.stderr}")
        if lints:
            found[name] = lints
    return found


def compare_with_semver_checks(verdicts):
    """The number of changes that cargo-semver-checks calls breaking and the verdict does not."""
    breaking = called_breaking(verdicts)
    missed = [name for name in breaking if verdicts[name] != "major"]
    for name, lints in breaking.items():
        print(f"{name}: {verdicts[name]}; cargo-semver-checks: {', '.join(lints)}")
    unseen = [name for name, verdict in verdicts.items() if verdict == "major" and name not in breaking]
    print(f"cargo-semver-checks calls {len(breaking)} of them breaking, {len(missed)} of these are not major; "
          f"it does not see {len(unseen)} that are: {', '.join(unseen)}")
    return len(missed)


def main():
    crate = new_crate("diff-against-cargo")
    model = json.loads((HERE / "golden/bookshop.json").read_text())
    old = WORK / "old.json"
    old.write_text(json.dumps(model))
    body = program(items(old))
    verdicts = {}
    for mutation in [{"name": "unchanged"}] + json.loads((HERE / "diff/mutations.json").read_text()):
        name = mutation["name"]
        new = WORK / f"{name}.json"
        new.write_text(json.dumps(changed(model, mutation)))
        verdicts[name] = difference(old, new)["severity"]["rust"]
        subprocess.run([CODEGEN, "generate", new, "--module-name", name, "--out", WORK], check=True)
        code = (WORK / f"{name}.rs").read_text()
        (crate / "src" / f"{name}.rs").write_text(f"mod code {{\n{code}\n}}\nmod program {{\n{body}}}\n")
    failed = failing(crate)
    wrong = 0
    for name, verdict in verdicts.items():
        if (verdict == "major") != (name in failed):
            wrong += 1
            print(f"{name}: the verdict is {verdict}, and the program {'fails: ' + failed[name] if name in failed else 'compiles'}")
    print(f"{len(verdicts)} changes: {len(failed)} programs fail, {len(verdicts) - len(failed)} compile, {wrong} verdicts are wrong")
    if "--semver-checks" in sys.argv[2:]:
        wrong += compare_with_semver_checks(verdicts)
    sys.exit(wrong > 0)


main()
