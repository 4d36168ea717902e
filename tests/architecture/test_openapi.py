"""The merged OpenAPI document is enough to call every operation: nothing dangles, every header and answer is in it."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.domain import METHODS, merged
from sammelan.route_table import documents
from servicekit.serving.worker import OF_FILES
from servicekit.web.schemas import WholeView
from tests.processes import ROOT

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


def test_every_list_says_how_many_there_are_and_where_it_goes_on(document: Json) -> None:
    """`total` is null where it is not counted, which the document says; nothing ends without a word."""
    lists = {
        name: schema["properties"].keys()
        for name, operation in operations(document)
        for schema in answered(document, operation)
        if schema.get("properties", {}).get("items", {}).get("type") == "array"
    }
    assert len(lists) > 30
    assert {name for name, has in lists.items() if not {"next", "total"} <= has} == set()


def answered(document: Json, operation: Json) -> Iterator[Json]:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                schema = content.get("schema", {})
                name = schema.get("$ref", "").rpartition("/")[2]
                yield document["components"]["schemas"].get(name, schema)


def test_names_of_operations_are_given_once(document: Json) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_whatever_gives_out_a_file_has_threads_apart_from_all_others(document: Json) -> None:
    """Who takes a file slowly, or on purpose so, holds up nobody else."""
    found = {}
    for name, operation in operations(document):
        answer = operation["responses"].get("200", {})
        of_services = name.startswith(("GET /api/", "GET /files/"))
        if of_services and "application/json" not in answer.get("content", {}):
            first_line = re.sub(r"\{kind\}", "csv", name)
            found[name] = bool(OF_FILES.match(f"{re.sub(r'{[a-z_]+}', 'x', first_line)} HTTP/1.1".encode()))
    assert len(found) >= 6
    assert [name for name, apart in found.items() if not apart] == []


# By its code there is one at most.
ONE_AT_MOST = {"/api/membership/units"}


def taken_without_the_rest() -> Iterator[str]:
    """The addresses of which a client of the portal takes the items and nothing that is said beside them."""
    for path in sorted((ROOT / "portal/shared/clients").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Subscript) and ast.unparse(node.slice) == "'items'"):
                continue
            if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "self._peer.get":
                address = ast.unparse(node.value.args[0]).removeprefix("f").strip("'\"")
                yield re.sub(r"\{[^}]*\}", "{}", address)


def every_subclass(of: type) -> Iterator[type]:
    subclasses: list[type] = of.__subclasses__()
    for one in subclasses:
        yield one
        yield from every_subclass(one)


def test_of_a_list_that_may_be_cut_no_client_drops_the_rest(document: Json) -> None:
    wholes = {one.__name__ for one in every_subclass(WholeView)}
    answers = {
        re.sub(r"\{[^}]*\}", "{}", name.removeprefix("GET ")): operation["responses"]["200"]
        for name, operation in operations(document)
        if name.startswith("GET ") and "200" in operation["responses"]
    }
    taken = set(taken_without_the_rest())
    assert len(taken) > 8
    cut = {}
    for address in taken:
        # Of a part that several services have, the service stands open as well.
        pattern = re.escape(address).replace(r"\{\}", "[^/]+")
        found = [answers[one] for one in answers if re.fullmatch(pattern, one)]
        assert found, address
        for answer in found:
            schema = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            if not any(schema.endswith(one) for one in wholes):
                cut[address] = schema
    assert cut.keys() == ONE_AT_MOST
