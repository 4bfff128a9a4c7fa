"""Models, overlays and partitions against the JSON Schemas of their formats, which refuse what the generator refuses."""

import copy
import json
import pathlib

import jsonschema
import pytest
from referencing import Registry, Resource

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "codegen/tests/golden"
REGISTRY = Registry().with_resources(
    (path.name, Resource.from_contents(json.loads(path.read_text()))) for path in (ROOT / "model").glob("*.schema.json")
)
FILES = sorted([*ROOT.glob("model/**/*.json"), *GOLDEN.glob("*.json")])
PARTITIONS = ROOT / "model/partitions.json"


def validator(kind):
    schema = REGISTRY.contents(f"{kind}.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, registry=REGISTRY)


def is_ours(path):
    """Smithy's JSON AST is another format."""
    return "smithy" not in json.loads(path.read_text())


def kind(path):
    """What a file is: nothing lies in `model` that is none of these."""
    if path == PARTITIONS:
        return "partitions"
    return "overlay" if path.parent.name == "overlays" or path.name.endswith(".overlay.json") else "model"


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if is_ours(path) and not path.name.endswith(".schema.json")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_files_are_as_their_schema_says(path):
    validator(kind(path)).validate(json.loads(path.read_text()))


def refused():
    """The faults of form among those that the generator's tests list."""
    said = ("the key `", "expected ", "the type `", "the timestamp format `", "a boolean has no bounds")
    for row in json.loads((ROOT / "codegen/tests/broken_models.json").read_text()):
        message = row["message"]
        of_form = message.startswith(said) and "as many" not in message and "arguments" not in message
        if of_form and is_ours(GOLDEN / row.get("model", "bookshop.json")):
            yield row


@pytest.mark.parametrize("row", list(refused()), ids=lambda row: row["message"])
def test_what_the_generator_refuses_the_schema_refuses(row):
    model = json.loads((GOLDEN / row.get("model", "bookshop.json")).read_text())
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in row["at"].split("/")[1:]]
    place = model
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if row["put"] is None:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = row["put"]
    assert not validator("model").is_valid(model)


BASE = {"service": "iam", "changes": [{"at": "shapes/a", "documentation": "x"}]}


@pytest.mark.parametrize(
    "change",
    [
        {"documentation": "x"},
        {"at": "shapes/a"},
        {"at": "shape/a", "documentation": "x"},
        {"at": "shapes/a", "required": True},
        {"at": "shapes/a", "length": 3},
        {"at": "shapes/a/members/b", "pattern": "x"},
        {"at": "operations/a", "sensitive": True},
        {"at": "operations/a", "paginator": {"input_tokens": "x"}},
        {"at": "service", "rename": "x"},
        {"at": "shapes/a", "rename": "a b"},
    ],
    ids=json.dumps,
)
def test_changes_that_cannot_be_are_refused(change):
    overlay = copy.deepcopy(BASE)
    assert validator("overlay").is_valid(overlay)
    overlay["changes"].append(change)
    assert not validator("overlay").is_valid(overlay)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (["partitions"], []),
        (["partition"], []),
        (["partitions", 0, "id"], None),
        (["partitions", 0, "regionRegex"], "^us.*$"),
        (["partitions", 0, "regionRegex"], r"us\-\w+"),
        (["partitions", 0, "outputs", "supportsFIPS"], "yes"),
        (["partitions", 0, "outputs", "suffix"], "x"),
        (["partitions", 0, "regions", "us-east-1"], {"name": "x"}),
    ],
    ids=json.dumps,
)
def test_partitions_that_cannot_be_are_refused(at, value):
    partitions = json.loads(PARTITIONS.read_text())
    *steps, last = at
    place = partitions
    for step in steps:
        place = place[step]
    place[last] = value
    assert not validator("partitions").is_valid(partitions)
