"""A caller's own names get into a document only where they mean nothing to the database; cells only by one guard."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields

from servicekit.data.storable import LONGEST_NAME
from servicekit.settings import SERVICES
from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT

UNSTORABLE = ("$ref", "$id", "$", "a.b", ".", "", "x" * (LONGEST_NAME + 1), "a\x00b", "a\nb", 7, None)
MOST = 1_000


@pytest.fixture(scope="module")
def taken(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, list[tuple[str, fields.Field[Any]]]]]:
    """Of each service, every field of what its operations take, with where it stands."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("apps")).items():
            patch.setenv(name, value)
        apps = {service: make_app(service) for service in SERVICES}
        yield {service: list(_fields_of(app)) for service, app in apps.items()}
        for app in apps.values():
            app.extensions["kit"].database.client.close()


def _fields_of(app: Flask) -> Iterator[tuple[str, fields.Field[Any]]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        handlers = getattr(view, "view_class", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            function = getattr(handlers, method.lower(), None) if handlers else view
            for parameter in getattr(function, "_apidoc", {}).get("arguments", {}).get("parameters", ()):
                schema = parameter["schema"]
                made = schema if isinstance(schema, Schema) else schema()
                yield from _inside(f"{method} {rule.rule}", made)


def _inside(place: str, schema: Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    for name, one in schema.fields.items():
        yield from _field(f"{place} {name}", one)


def _field(place: str, one: fields.Field[Any]) -> Iterator[tuple[str, fields.Field[Any]]]:
    yield place, one
    if isinstance(one, fields.Nested):
        yield from _inside(place, one.schema)
    elif isinstance(one, fields.List):
        yield from _field(f"{place}[]", one.inner)
    elif isinstance(one, fields.Mapping) and one.value_field is not None:
        yield from _field(f"{place}{{}}", one.value_field)


@pytest.mark.parametrize("service", ["identity", "congress"])
def test_there_are_operations_that_take_names(taken: Any, service: str) -> None:
    assert [place for place, one in taken[service] if isinstance(one, fields.Mapping)]


@pytest.mark.parametrize("service", SERVICES)
def test_names_of_a_caller_s_choosing_are_checked_and_few(taken: Any, service: str) -> None:
    faults = []
    for place, one in taken[service]:
        if not isinstance(one, fields.Mapping):
            continue
        if one.key_field is None or one.value_field is None:
            faults.append(f"{place}: takes any name")
            continue
        faults += [f"{place}: takes {name!r}" for name in UNSTORABLE if _takes(one.key_field, name)]
        if not any(getattr(check, "max", None) in range(1, MOST) for check in one.validators):
            faults.append(f"{place}: takes any number of names")
    assert faults == []


def _takes(names: fields.Field[Any], name: object) -> bool:
    try:
        names.deserialize(name)
    except ValidationError:
        return False
    return True


def test_what_takes_anything_is_looked_at_by_a_rule(taken: Any) -> None:
    """A raw value is refused or read by a library before anything of it is kept."""
    raw = {
        place
        for service in SERVICES
        for place, one in taken[service]
        if type(one) in (fields.Raw, fields.Field)
    }
    assert raw <= {
        "POST /api/identity/machines keys[]{}",
        "PUT /api/identity/machines/<machine_id> keys[]{}",
    }


def test_cells_of_a_csv_are_made_in_one_place() -> None:
    writers = {
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute)
        and node.attr in ("writer", "DictWriter")
        and isinstance(node.value, ast.Name)
        and node.value.id == "csv"
    }
    # What is read of a workbook goes into a form of ours, and into no file.
    assert writers == {"servicekit/out/spreadsheet.py", "servicekit/files/checking/workbooks.py"}


def test_outboxes_are_filled_in_one_place() -> None:
    """By servicekit.data.events.outgoing, which refuses what could not be read again."""
    making = {
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Dict)
        and any(isinstance(key, ast.Constant) and key.value == "_outbox" for key in node.keys)
        and not _only_reads(node)
    }
    assert making == {"servicekit/data/records.py"}


def _only_reads(node: ast.Dict) -> bool:
    """A projection, or what the relay takes out."""
    values = [
        value
        for key, value in zip(node.keys, node.values, strict=True)
        if getattr(key, "value", "") == "_outbox"
    ]
    takes_out = all(
        isinstance(value, ast.Dict) and [getattr(key, "value", "") for key in value.keys] == ["id"]
        for value in values
    )
    return takes_out or all(isinstance(value, ast.Constant) for value in values)
