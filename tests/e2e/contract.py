"""Holds every answer of a running Strongroom against api.yaml.

The clients that harness.Strongroom.client() makes pass each answer through check(), so a status, a
member or a header that the contract does not promise fails whatever test happened to provoke it.
"""
import functools
import http.client
import io
import json
import pathlib
import re

import jsonschema
import yaml

# What a request may be told that names no operation of the contract.
UNKNOWN_OPERATION = (400, 401, 404, 405, 408, 413, 414, 417, 431)

exercised = set()  # the operationId of each operation that was answered with success
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


def resolve(node):
    while "$ref" in node:
        at = contract()
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        node = at
    return node


def operations():
    """Every operation of the contract."""
    return [methods[name] for methods in contract()["paths"].values()
            for name in sorted(methods.keys() & {"get", "post", "put", "patch", "delete"})]


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


class Answer:
    """An HTTP response, read to its end."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


def answers_in(received):
    """Every response in the bytes of one connection, which may end within the last one."""
    found = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        line, _, fields = head.partition(b"\r\n")
        if not end or not line.startswith(b"HTTP/1.1 "):
            raise Broken(f"this is no response: {received[:300]!r}")
        headers = http.client.parse_headers(io.BytesIO(fields + b"\r\n\r\n"))
        length = int(headers.get("Content-Length", 0))
        found.append(Answer(int(line.split()[1]), headers, rest[:length]))
        received = rest[length:]
    return found


def check(method, path, answer):
    """Raises Broken where `answer` is not one that the contract promises."""
    where = f"{method} {path.split('?')[0]} -> {answer.status}"
    known = operation(method, path)
    if known is None:
        if answer.status not in UNKNOWN_OPERATION:
            raise Broken(f"{where}: the contract knows no such operation")
        return check_raw(answer)
    promised = known["responses"].get(str(answer.status))
    if promised is None:
        raise Broken(f"{where}: not among {', '.join(known['responses'])}: {answer!r}")
    _check_response(resolve(promised), answer, where)
    if answer.status < 300:
        exercised.add(known["operationId"])


def check_raw(answer):
    """The same for an answer to what is no request, or none that names an operation: it must be one
    that some operation promises."""
    responses = {json.dumps(one["responses"][str(answer.status)]): one["responses"][str(answer.status)]
                 for one in operations() if str(answer.status) in one["responses"]}
    problems = [f"no operation answers {answer.status}: {answer!r}"]
    for promised in responses.values():
        try:
            return _check_response(resolve(promised), answer, f"raw -> {answer.status}")
        except Broken as broken:
            problems.append(str(broken))
    raise Broken(problems[-1])


def _check_response(promised, answer, where):
    for name, header in promised.get("headers", {}).items():
        if resolve(header).get("required") and name not in answer.headers:
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
    if media_type.endswith("json") and not media_type.endswith("ndjson"):  # that is one text a line
        _check_schema(content[media_type]["schema"], answer.body, where)
    if media_type == "application/problem+json":
        _check_problem(answer, where)


def _check_problem(answer, where):
    """What a schema cannot say: that the document and the head around it agree."""
    problem = answer.json
    for member, told in (("status", answer.status),
                         ("request_id", answer.headers.get("X-Request-Id")),
                         ("retry_after", int(answer.headers.get("Retry-After", -1)))):
        if problem.get(member, -1 if member == "retry_after" else None) != told:
            raise Broken(f"{where}: {member} is {problem.get(member)!r}, the head says {told!r}")
