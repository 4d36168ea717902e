"""The audit as people read it: acts in words, the logs of all services as one, and files to take along."""

import ast
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit.values import Known, Value
from portal.audit.views import (
    Ask,
    Found,
    done_by,
    entry_of,
    look_of,
    newest_first,
    notes_of,
    rows_of,
    table_of,
)
from portal.shared.clients.titles import OWNERS
from portal.shared.units import Titled
from servicekit.out.exports.formats import CSV, JSON, Format
from servicekit.out.exports.tables import Reader
from servicekit.refusals import Unavailable
from servicekit.words.titles import AUDIT
from tests.titles import titles_of

ROOT = Path(__file__).parents[3]
NOTHING_KNOWN = Known({}, {}, {})
ACT = re.compile(r"[a-z_]+\.[a-z_]+|sign_out")
# Names of fields of documents, which look like acts.
FIELDS = {"running.id", "running.until", "unit.code"}


def written_by(service: str) -> set[str]:
    """The acts that stand in a service's operations and store, and those put together from a word there."""
    found: set[str] = set()
    for path in (ROOT / service).rglob("*.py"):
        if {"operations", "store"} & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {text for text in _texts(tree) if ACT.fullmatch(text)}
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef):
                    found |= set(_put_together(function))
    return found - FIELDS


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _put_together(function: ast.FunctionDef) -> Iterator[str]:
    """f"grant.{past}", where past comes from a table of words in the same function."""
    words = {
        str(value.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for value in node.values
        if isinstance(value, ast.Constant)
    }
    for node in ast.walk(function):
        first = node.values[0] if isinstance(node, ast.JoinedStr) else None
        if isinstance(first, ast.Constant) and re.fullmatch(r"grant\.", str(first.value)):
            yield from (str(first.value) + word for word in words)


@pytest.mark.parametrize("service", OWNERS)
def test_every_act_that_a_service_writes_has_a_title(service: str) -> None:
    assert written_by(service) - titles_of(service).of[AUDIT].keys() == set()


def test_the_acts_are_really_found_in_the_code() -> None:
    found = written_by("identity") | written_by("membership") | written_by("congress")
    assert {"grant.suspended", "sign_in.refused", "member.read", "plan.cascaded", "sign_out"} <= found


def an_entry(service: str, seq: int, at: int, **changes: Any) -> dict[str, Any]:
    moment = f"2026-11-05T10:{at // 60:02}:{at % 60:02}+00:00"
    return {
        "service": service,
        "seq": seq,
        "after": str(seq),
        "at": moment,
        "action": "plan.created",
        "actor": "r" * 20,
        "actor_name": "Rahima",
        **changes,
    }


def a_log(service: str, times: list[int], page: int = 2) -> Ask:
    """A service that answers pages of its log, the newest entry first."""
    entries = [an_entry(service, seq, at) for seq, at in enumerate(sorted(times), start=1)]

    def ask(after: str) -> dict[str, Any]:
        older = [one for one in reversed(entries) if not after or one["seq"] < int(after)]
        items = older[:page]
        following = items[-1]["after"] if len(older) > page else None
        return {"items": items, "next": following, "total": len(entries)}

    return ask


TIMES = st.lists(st.integers(0, 3599), max_size=12)


@given(st.dictionaries(st.sampled_from(["identity", "membership", "congress"]), TIMES), st.integers(1, 7))
def test_page_after_page_gives_every_entry_of_every_service_once_newest_first(
    times: Mapping[str, list[int]], limit: int
) -> None:
    logs = {service: a_log(service, of_it) for service, of_it in times.items()}
    after: Mapping[str, str] = {}
    told: list[Mapping[str, Any]] = []
    for _ in range(50):
        found = newest_first(logs, after, lambda entry: True, limit=limit, budget=20)
        told += found.items
        after = found.after
        assert found.total == sum(map(len, times.values()))
        if not found.more:
            break
    assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)
    assert len(told) == len({(one["service"], one["seq"]) for one in told}) == sum(map(len, times.values()))


def test_what_does_not_fit_is_passed_over_and_the_search_can_go_on_where_it_stopped() -> None:
    logs = {"identity": a_log("identity", list(range(20)))}
    nobody = done_by("karim")
    first = newest_first(logs, {}, nobody, limit=5, budget=3)
    assert (first.items, first.more, first.after) == ([], True, {"identity": "15"})
    last = newest_first(logs, first.after, nobody, limit=5, budget=30)
    assert (last.items, last.more) == ([], False)


def test_a_page_without_entries_still_leads_on() -> None:
    def windows(after: str) -> dict[str, Any]:
        if not after:
            return {"items": [], "next": "500", "total": None}
        return {"items": [an_entry("identity", 7, 7)], "next": None, "total": None}

    found = newest_first({"identity": windows}, {}, lambda entry: True, limit=5, budget=5)
    assert [one["seq"] for one in found.items] == [7]
    assert newest_first({"identity": windows}, {}, lambda entry: True, limit=5, budget=1).after == {
        "identity": "500"
    }


def test_a_service_that_does_not_answer_is_named_and_the_others_are_read() -> None:
    def silent(_: str) -> dict[str, Any]:
        raise Unavailable

    logs = {"congress": silent, "identity": a_log("identity", [1, 2, 3])}
    found = newest_first(logs, {}, lambda entry: True, limit=10, budget=10)
    assert found.silent == ["congress"]
    assert found.total is None, "nobody knows how many it has"
    assert len(found.items) == 3


def test_a_person_is_found_by_a_part_of_the_name() -> None:
    assert done_by("RAHI")(an_entry("identity", 1, 1))
    assert not done_by("karim")(an_entry("identity", 1, 1))
    assert done_by("")(an_entry("identity", 1, 1, actor_name=None))
    assert done_by("dang thi")(an_entry("identity", 1, 1, actor_name="Đặng Thị Hoa"))


def written(found: Found, form: Format) -> bytes:
    out = io.BytesIO()
    reader = Reader("en", ZoneInfo("Asia/Dhaka"))
    form.write(
        table_of(found), rows_of(found, {"plan.created": "Plan made"}), reader, out, notes_of(found, str)
    )
    return out.getvalue()


def test_a_file_for_spreadsheets_says_acts_in_words_and_begins_no_cell_as_a_formula() -> None:
    entry = an_entry("congress", 1, 1, actor_name="=HYPERLINK(1)", details={"unit": "ঢাকা"}, odd=True)
    (line,) = csv.DictReader(io.StringIO(written(Found([entry]), CSV).decode("utf-8-sig")))
    assert (line["act"], line["action"]) == ("Plan made", "plan.created")
    assert line["actor_name"] == "'=HYPERLINK(1)"
    assert line["details"] == '{"unit": "ঢাকা"}'
    assert line["record_id"] == ""
    assert line["odd"] == "Not all of this entry can be read"
    assert line["at"].endswith("+06:00")


def test_a_name_leads_to_all_that_this_person_did_and_the_system_to_nothing() -> None:
    assert entry_of(an_entry("identity", 1, 1), NOTHING_KNOWN).actor_link == "/audit?actor=" + "r" * 20
    assert entry_of(an_entry("identity", 1, 1, actor="system", actor_name=""), NOTHING_KNOWN).actor_link == ""


def test_a_look_at_ones_own_record_says_the_act_in_words() -> None:
    look = look_of(
        {"at": "2026-11-05T10:00:00+00:00", "actor_name": "", "action": "member.read", "unit_names": {}}
    )
    assert (look.action, look.actor) == (Titled(AUDIT, "member.read"), "")


def test_an_act_without_words_is_shown_by_its_key_rather_than_not_at_all() -> None:
    assert entry_of(an_entry("identity", 1, 1, action="something.new"), NOTHING_KNOWN).action == Titled(
        AUDIT, "something.new"
    )
    assert (
        written(Found([an_entry("identity", 1, 1, action="something.new")]), CSV).count(b"something.new") == 2
    )


@pytest.mark.parametrize("found", [Found(more=True), Found(silent=["congress"])])
def test_a_file_that_does_not_hold_all_says_so_in_its_name_and_beside_its_rows(found: Found) -> None:
    told = json.loads(written(found, JSON))
    assert (table_of(found).name, told["complete"], told["silent"]) == (
        "audit-incomplete",
        False,
        found.silent,
    )
    assert "This file does not hold all" in told["note"]
    assert written(found, CSV).count(b"\n") == 1, "one kind of row"
    whole = Found()
    assert (table_of(whole).name, json.loads(written(whole, JSON))) == (
        "audit", {"items": [], "complete": True, "silent": []},
    )  # fmt: skip


def test_an_entry_that_cannot_be_read_whole_is_marked_with_its_number() -> None:
    answer = {"at": "2026-11-21T10:00:00+00:00", "action": "audit.exported", "service": "identity", "seq": 7}
    assert not entry_of(answer, NOTHING_KNOWN).odd
    odd = entry_of({**answer, "odd": True, "details": {"unreadable actor": "7"}}, NOTHING_KNOWN)
    assert (odd.odd, odd.number) == (True, "identity 7")
    assert ("unreadable actor", Value(raw="7")) in odd.details
