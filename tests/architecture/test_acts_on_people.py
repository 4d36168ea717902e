"""What acts on a person is known: each operation of identity stands in the table of docs/threats.md, and what reaches
into somebody's sessions and codes is one of a few functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT

HOUSEKEEPING = {"/healthz", "/readyz", "/metrics", "/openapi.json", "/titles"}
HEADING = "## Acts of identity: on whom, and who may"

# Who may end a session, name an official or draw codes: each function, and why it may.
REACHES = {
    "end_sessions": {
        "end_old_session": "the browser's own earlier session",
        "end_parts": "asked for by those below",
        "change_machine": "of a machine, by whoever keeps it from now on",
        "_change_window": "came in by the window that ends",
        "answer_sign_in": "one's own, by code, denied",
        "_join": "of the account that closes, whose login was proven a moment ago",
        "sign_out": "one's own",
        "_end_told": "by the provider's word",
        "take_off": "came in by a code that ends, asked for by the three below",
    },
    "end_parts": {
        "new_session": "one's own, beyond the most",
        "end_session": "one's own",
        "end_all_sessions": "one's own",
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
    "take_off": {
        "remove_official": "whoever named them, or stands above the person",
        "_do": "two of the topmost unit together",
        "remove_official_by_operator": "the operator",
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


def test_where_a_machine_stands_is_asked_and_not_remembered() -> None:
    """Grants, officials and windows move with their unit; the path of a machine's account does not."""
    asking = {
        path.name for path in sources("identity") if "machine.unit_path" in path.read_text(encoding="utf-8")
    }
    assert asking == {"answering.py"}


# What changes nothing of anybody else's, or is not done by a person.
UNTOLD = {
    "POST /api/identity/machines": "it holds nothing yet; each offer to it is told",
    "POST /oauth/token": "the machine itself",
    "POST /api/identity/grant-batches/preview": "it gives nothing, and asks about nobody",
    "POST /api/identity/role-changes/preview": "it changes nothing",
    "PUT /api/identity/access-requests/{record_id}/comments/{comment_id}": "one's own words, for minutes",
    "POST /api/identity/access-requests/{record_id}/comments/{comment_id}/withdraw": "one's own words are taken away",
    "POST /api/identity/audit-exports": "it reads, and stands in the audit",
    "POST /api/identity/exports/audit": "it reads, and stands in the audit",
    "POST /api/identity/jobs/{job_id}/retry": "it is about a task of the house, and stands in the audit",
    "POST /api/identity/jobs/{job_id}/cancel": "its owner sees it, and it stands in the audit",
    "POST /eid/backchannel-logout/{provider}": "the person did it, at the eID",
}


def test_nothing_is_done_to_anybody_without_a_word_to_somebody() -> None:
    """A row without a word is a read, or is about oneself."""
    silent = {row[0].strip("`") for row in rows() if row[3] == "–" and not _is_own_or_read(row)}
    assert silent == set(UNTOLD)


def _is_own_or_read(row: list[str]) -> bool:
    return row[0].startswith("`GET ") or row[1].startswith("oneself")


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
