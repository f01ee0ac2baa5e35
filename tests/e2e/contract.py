"""Holds every answer of a running Strongroom against api.yaml.

The clients that harness.Strongroom.client() makes pass each answer through check(), so a status, a
member or a header that the contract does not promise fails whatever test happened to provoke it.
"""
import functools
import json
import pathlib
import re

import jsonschema
import yaml

CONTRACT = pathlib.Path(__file__).resolve().parent.parent.parent / "api.yaml"


class Broken(AssertionError):
    """The server answered something that api.yaml does not say."""


@functools.lru_cache(maxsize=None)
def contract():
    return yaml.load(CONTRACT.read_text(), Loader=yaml.CSafeLoader)


@functools.lru_cache(maxsize=None)
def _routes():
    """(pattern of the path, its methods), literal segments before parameters."""
    paths = sorted(contract()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), methods)
            for path, methods in paths]


def _resolve(node):
    while "$ref" in node:
        at = contract()
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        node = at
    return node


def operation(method, path):
    """What the contract says of this request; None where it knows no such operation."""
    bare = path.split("?")[0]
    for pattern, methods in _routes():
        if pattern.match(bare):
            return methods.get(method.lower())
    return None


def _check_schema(schema, body, where):
    document = dict(schema) | {"components": contract()["components"]}
    for error in jsonschema.Draft202012Validator(document).iter_errors(json.loads(body)):
        place = "/".join(map(str, error.absolute_path))
        raise Broken(f"{where}: /{place}: {error.message[:300]}")


def check(method, path, answer):
    """Raises Broken where `answer` is not one that the contract promises."""
    where = f"{method} {path.split('?')[0]} -> {answer.status}"
    known = operation(method, path)
    if known is None:
        if answer.status not in (400, 401, 404, 405):
            raise Broken(f"{where}: the contract knows no such operation")
        return
    promised = known["responses"].get(str(answer.status))
    if promised is None:
        raise Broken(f"{where}: not among {', '.join(known['responses'])}: {answer!r}")
    promised = _resolve(promised)
    for name, header in promised.get("headers", {}).items():
        if _resolve(header).get("required") and name not in answer.headers:
            raise Broken(f"{where}: without the header {name}")
    _check_content(promised.get("content", {}), answer, where)


def _check_content(content, answer, where):
    if not content:
        if answer.body:
            raise Broken(f"{where}: a body that the contract does not promise")
        return
    media_type = answer.headers.get("Content-Type", "").split(";")[0]
    if media_type not in content:
        raise Broken(f"{where}: {media_type!r} instead of {', '.join(content)}")
    if media_type.endswith("json"):
        _check_schema(content[media_type]["schema"], answer.body, where)
