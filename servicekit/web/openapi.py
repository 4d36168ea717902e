"""What a service publishes of its operations: one OpenAPI document, made from the routes and held to what comes in.

Who has only the document can call every operation: headers that an operation needs are in it as well as bodies.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, json, request
from flask_smorest import Api

from servicekit.refusals import Invalid, Malformed, Refusal
from servicekit.serving.bodies import file_taken_by
from servicekit.serving.patience import patience_of
from servicekit.words import N_

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "Problem"
PROBLEM_TYPE = "application/problem+json"
SET_BY_THE_CALLER = {"Idempotency-Key": r"^[\x21-\x7e]{1,128}$", "If-Match": r'^(W/)?"[0-9]{1,9}"$'}


class BodyMissing(Malformed):
    title = N_("This needs a body; send at least an empty object.")


class NotAsked(Invalid):
    title = N_("This cannot be asked for here.")


class AskedTwice(Invalid):
    title = N_("This may be asked for once only.")


@dataclass(frozen=True)
class Takes:
    """The names in an operation's query, those that may be repeated, and whether a body must come."""

    query: frozenset[str]
    repeated: frozenset[str]
    body: bool


def publish(app: Flask, api: Api, service: str) -> Document:
    """The document, with `x-permission` on each operation; refuses a route that declares none."""
    spec = cast(Document, json.loads(json.dumps(api.spec.to_dict())))
    paths: Document = spec.setdefault("paths", {})
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith(("api-docs", "_smorest")) or rule.rule == "/openapi.json":
            continue
        handler = getattr(view, "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            function = getattr(handler, method.lower()) if handler else view
            permission = getattr(function, "access", None)
            if permission is None:
                raise RuntimeError(f"{method} {rule.rule} declares no access")
            item = paths.setdefault(template(rule.rule), {})
            operation = item.setdefault(method.lower(), {})
            operation.setdefault("operationId", f"{rule.endpoint}.{method.lower()}")
            operation["x-permission"] = permission
            operation["x-service"] = service
            operation["x-seconds"] = patience_of(function)
            longest = file_taken_by(function)
            if longest is not None:
                operation["x-max-body"] = longest
            if getattr(function, "own_site", False):
                operation["x-own-site"] = True
            if getattr(function, "sessionless", False):
                operation["x-sessionless"] = True
            _name_the_path(item, operation, rule.arguments)
            _name_the_headers(operation, function)
            _answer_with_problems(operation)
    _drop_impossible_defaults(spec)
    components = spec.setdefault("components", {})
    components.pop("responses", None)
    schemas = components.setdefault("schemas", {})
    schemas.pop("Error", None)  # flask-smorest's own shape of an error, which nothing here sends
    schemas[PROBLEM] = _problem_schema()
    return spec


def template(rule: str) -> str:
    return re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>", r"{\1}", rule)


def _name_the_path(item: Document, operation: Document, names: set[str]) -> None:
    given = {one.get("name") for one in [*operation.get("parameters", []), *item.get("parameters", [])]}
    operation.setdefault("parameters", []).extend(
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for name in sorted(names)
        if name not in given
    )


def _name_the_headers(operation: Document, function: Any) -> None:
    needed = {"Idempotency-Key": getattr(function, "idempotency", None)}
    if getattr(function, "versioned", False):
        needed["If-Match"] = True
    operation["parameters"].extend(
        {
            "in": "header",
            "name": name,
            "required": bool(required),
            "schema": {"type": "string", "pattern": SET_BY_THE_CALLER[name]},
        }
        for name, required in needed.items()
        if required is not None
    )


def _answer_with_problems(operation: Document) -> None:
    """Every refusal is a problem document; which ones there are stands in docs, not in each operation."""
    answers = {
        status: answer
        for status, answer in operation.get("responses", {}).items()
        if status.isdecimal() and int(status) < 400
    }
    schema = {"$ref": f"#/components/schemas/{PROBLEM}"}
    answers["default"] = {"description": "A refusal", "content": {PROBLEM_TYPE: {"schema": schema}}}
    operation["responses"] = answers


def _drop_impossible_defaults(node: Any) -> None:
    """What is left out counts as nothing chosen, which is none of the values that can be chosen."""
    if isinstance(node, dict):
        if node.get("default") == "":
            del node["default"]
        for value in node.values():
            _drop_impossible_defaults(value)
    elif isinstance(node, list):
        for value in node:
            _drop_impossible_defaults(value)


def _problem_schema() -> Document:
    """RFC 9457, as servicekit.serving.problems writes it."""
    text = {"type": "string"}
    params = {"type": "object", "additionalProperties": text}
    said = {"message": text, "params": params}
    fault = {"type": "object", "properties": {"pointer": text, "detail": text, "type": text, **said}}
    return {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            **said,
            "errors": {"type": "array", "items": fault},
            "request_id": text,
        },
    }


def taken(published: Document) -> dict[tuple[str, str], Takes]:
    """What each operation of the document takes, by path template and method."""
    return {
        (path, method.upper()): _taken(operation, item)
        for path, item in published["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def _taken(operation: Document, item: Document) -> Takes:
    query = [one for one in _parameters(operation, item) if one["in"] == "query"]
    return Takes(
        query=frozenset(one["name"] for one in query),
        repeated=frozenset(one["name"] for one in query if one["schema"].get("type") == "array"),
        body=bool(operation.get("requestBody", {}).get("required")),
    )


def _parameters(operation: Document, item: Document) -> Iterator[Document]:
    yield from operation.get("parameters", [])
    yield from item.get("parameters", [])


def check(takes: Takes) -> None:
    """What would be left unread is refused: whoever asked for it must not take the answer for an answer to it."""
    faults: dict[str, Refusal] = {}
    for name, values in request.args.lists():
        if name not in takes.query:
            faults[name] = NotAsked()
        elif len(values) > 1 and name not in takes.repeated:
            faults[name] = AskedTwice()
    if faults:
        raise Invalid.of_fields(faults)
    if (
        takes.body
        and not request.content_length
        and "chunked" not in request.headers.get("Transfer-Encoding", "")
    ):
        raise BodyMissing
