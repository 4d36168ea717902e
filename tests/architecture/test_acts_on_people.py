"""What acts on a person is known: each operation of identity stands in the table of docs/threats.md, and what reaches
into somebody's sessions and codes is one of a few functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT

HOUSEKEEPING = {"/healthz", "/readyz", "/metrics", "/openapi.json"}
HEADING = "## Acts of identity: on whom, and who may"

# Who may end a session, name an official or draw codes: each function, and why it may.
REACHES = {
    "end_sessions": {
        "end_old_session": "the browser's own earlier session",
        "_end": "one's own",
        "_change_window": "came in by the window that ends",
        "answer_sign_in": "one's own, by code, denied",
        "_join": "of the account that closes, whose login was proven a moment ago",
        "sign_out": "one's own",
        "logged_out_at_eid": "by the provider's word",
        "sign_out_everywhere": "asked for by the three below",
    },
    "sign_out_everywhere": {
        "end_sessions_of": "whoever stands above the person",
        "_do": "two of the topmost unit together",
        "end_sessions_by_operator": "the operator",
    },
    "put_official": {
        "put_official": "the one place that writes it, asked for by the three below",
        "name_official": "whoever stands above the person",
        "_do": "two of the topmost unit together",
        "name_official_by_operator": "the operator",
    },
    "put_codes": {"draw_codes": "one's own"},
}


def operations(tmp: Path) -> set[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp).items():
            patch.setenv(name, value)
        app = make_app("identity")
    found = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule not in HOUSEKEEPING and not rule.rule.startswith("/internal/")
    }
    app.extensions["kit"].database.client.close()
    return found


def rows() -> Iterator[list[str]]:
    text = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
    part = text.partition(HEADING)[2].partition("\n## ")[0]
    for line in part.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_operation_of_identity_stands_in_the_table(tmp_path: Path) -> None:
    told = {row[0].strip("`"): row for row in rows()}
    assert operations(tmp_path) ^ set(told) == set()
    for name, row in told.items():
        assert len(row) == 4, name
        assert all(row), name


def calls(name: str) -> set[str]:
    """The functions of identity's operations that call it."""
    found = set()
    for path in sources("identity"):
        if "operations" not in path.parts:
            continue
        for function in ast.walk(syntax(path)):
            if isinstance(function, ast.FunctionDef) and any(
                _calls(node, name) for node in ast.walk(function)
            ):
                found.add(function.name)
    return found


def _calls(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called == name


@pytest.mark.parametrize("name", REACHES)
def test_who_ends_sessions_and_names_officials_is_known(name: str) -> None:
    """A new way into somebody's sessions or codes is thought about here, and asks who stands above the person."""
    assert {one for one in calls(name) if one != "work"} == set(REACHES[name])
