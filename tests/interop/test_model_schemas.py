"""Model files and overlays against the JSON Schemas of their formats, which refuse what the generator refuses."""

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
OVERLAYS = [*ROOT.glob("model/overlays/*.json"), *GOLDEN.glob("*.overlay.json")]
MODELS = [*ROOT.glob("model/*-20*.json"), *(path for path in GOLDEN.glob("*.json") if path not in OVERLAYS)]


def validator(kind):
    schema = REGISTRY.contents(f"{kind}.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, registry=REGISTRY)


def is_ours(path):
    """Smithy's JSON AST is another format."""
    return "smithy" not in json.loads(path.read_text())


@pytest.mark.parametrize("path", list(filter(is_ours, MODELS)), ids=lambda path: path.name)
def test_models_are_as_their_schema_says(path):
    validator("model").validate(json.loads(path.read_text()))


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.name)
def test_overlays_are_as_their_schema_says(path):
    validator("overlay").validate(json.loads(path.read_text()))


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
