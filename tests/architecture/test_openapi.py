"""The merged OpenAPI document is enough to call every operation: nothing dangles, every header and answer is in it."""

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.domain import METHODS, merged
from sammelan.route_table import documents

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    return merged(documents(), "Sammelan", "1")


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method.upper() in METHODS:
                yield f"{method.upper()} {path}", operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            yield from references(value)
    elif isinstance(node, list):
        for one in node:
            yield from references(one)


def headers(operation: Json) -> dict[str, bool]:
    return {one["name"]: one["required"] for one in operation["parameters"] if one["in"] == "header"}


def test_every_reference_leads_somewhere(document: Json) -> None:
    found = set(references(document))
    assert found
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert found - known == set()


def test_every_refusal_is_described_as_the_problem_document_that_is_sent(document: Json) -> None:
    for name, operation in operations(document):
        answers = operation["responses"]
        assert set(answers["default"]["content"]) == {"application/problem+json"}, name
        assert [status for status in answers if status.isdecimal() and int(status) >= 400] == [], name
        assert [status for status in answers if status.isdecimal()], f"{name} says nothing of what it answers"


def test_the_headers_that_an_operation_needs_are_in_it(document: Json) -> None:
    found = {name: headers(operation) for name, operation in operations(document)}
    assert found["POST /api/identity/grants"] == {"Idempotency-Key": True}
    assert found["POST /api/identity/grants/{grant_id}/revoke"] == {"If-Match": True}
    assert found["POST /api/congress/congresses/{congress_id}/results"] == {
        "Idempotency-Key": False,
        "If-Match": True,
    }
    assert found["GET /api/identity/me"] == {}


def test_names_of_operations_are_given_once(document: Json) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert sorted({name for name in names if names.count(name) > 1}) == []
