"""API-9: every body of the document has an example that fits its schema; no living person is in one."""

import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker

pytestmark = pytest.mark.django_db

EMAIL = re.compile(r"[\w.+-]+@([\w.-]+)")
PHONE = re.compile(r"\+?\d{10,15}")


def contents(operations, document):
    """Where, schema and examples of every body that travels either way."""
    for operation in operations:
        for media in operation.bodies.values():
            yield f"{operation} asks", media
        for status, response in operation.responses.items():
            for media in response.get("content", {}).values():
                yield f"{operation} answers {status}", media


def values(media, document):
    for name, example in media.get("examples", {}).items():
        reference = example.get("$ref", "").rpartition("/")[2]
        yield name, document["components"]["examples"][reference]["value"] if reference else example["value"]


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def test_every_body_has_an_example(operations, document):
    assert [where for where, media in contents(operations, document) if not media.get("examples")] == []


def test_every_example_fits_its_schema(operations, document):
    wrong, known = [], {}
    for where, media in contents(operations, document):
        schema = {**media["schema"], "components": document["components"]}
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        for name, value in values(media, document):
            key = repr((media["schema"], value))
            if key not in known:
                known[key] = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
            wrong += [f"{where}, {name}: {error}" for error in known[key]]
    assert wrong == []


def test_problems_show_their_own_code(operations, document):
    for operation in operations:
        for status in map(int, operation.responses):
            for code in operation.codes(status):
                value = document["components"]["examples"][code]["value"]
                assert (value["code"], value["type"]) == (code, f"/problems/{code}")


def test_nobody_lives_in_an_example(operations, document):
    found = {
        text
        for _, media in contents(operations, document)
        for _, v in values(media, document)
        for text in texts(v)
    }
    hosts = {host for text in found for host in EMAIL.findall(text)}
    assert {host for host in hosts if not host.endswith(("example.com", ".example"))} == set()
    phones = {text for text in found if PHONE.fullmatch(text)}
    assert {phone for phone in phones if "555" not in phone} == set()
