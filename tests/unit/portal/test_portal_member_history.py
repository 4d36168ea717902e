"""The history of a member, and lists of congresses below a unit, as pages tell them."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.members.history import history_of, units_named_in
from portal.members.views import member_of
from portal.members.words import MEMBER_FIELDS, SEX
from tests.architecture.the_code import environment, make_app

Json = dict[str, Any]
VALUES = {
    "name": "Rahima Khatun",
    "birth_date": "1980-05-01",
    "sex": "female",
    "admission_date": "2005-01-01",
    "official_date": None,
    "card_number": "BD/1",
    "national_number": None,
    "phone": None,
}
NOW: Json = {**VALUES, "id": "m", "version": 4, "unit_id": "b", "name": "Rahima Begum", "left_on": None}
UNITS = {"a": {"names": {"en": "Ward A", "bn": "ওয়ার্ড ক", "vi": "Khu A"}}, "b": {"names": {"en": "Ward B"}}}


def an_entry(at: str, kind: str, **changes: Any) -> Json:
    return {
        **VALUES,
        "version": 1,
        "replaced_at": f"2026-0{at}-01T10:00:00+00:00",
        "replaced_by": "x",
        "kind": kind,
        "unit_id": "a",
        "to_unit_id": "",
        "reason": "",
        **changes,
    }


def a_change(at: str, kind: str, **changes: Any) -> Json:
    return {
        "unit_id": "a",
        "kind": kind,
        "at": f"2026-0{at}-01T10:00:00+00:00",
        "by": "x",
        "from_id": "",
        "to_id": "",
        **changes,
    }


HISTORY: Json = {
    "items": [
        an_entry("1", "changed"),
        an_entry("2", "changed", official_date="2006-01-01"),
        an_entry(
            "3", "moved", official_date="2006-01-01", name="Rahima Begum", to_unit_id="b", reason="Closer"
        ),
        an_entry("5", "changed", official_date="2006-01-01", name="Rahima Begum", sex="male"),
    ],
    "units": [a_change("4", "moved", unit_id="hidden", from_id="a", to_id="b"), a_change("2", "ended")],
}


def test_what_was_changed_stands_with_its_value_before_and_after_newest_first() -> None:
    events = history_of(HISTORY, {**NOW, "official_date": None}, UNITS)
    assert [one.at[5:7] for one in events] == ["05", "04", "03", "02", "02", "01"]
    newest, unit, moved, *changed = events
    assert [(one.word, one.before, one.after) for one in newest.changes] == [
        (MEMBER_FIELDS["sex"], SEX["male"], SEX["female"]),
        (MEMBER_FIELDS["official_date"], "2006-01-01", ""),
    ]
    assert (moved.where, moved.to, moved.reason) == (UNITS["a"]["names"], UNITS["b"]["names"], "Closer")
    assert (unit.where, unit.to) == ({}, UNITS["b"]["names"])
    of_name = next(one for one in changed if one.changes and one.at.startswith("2026-02"))
    assert [(one.before, one.after) for one in of_name.changes] == [("Rahima Khatun", "Rahima Begum")]
    first = changed[-1]
    assert [(one.before, one.after, one.is_day) for one in first.changes] == [("", "2006-01-01", True)]
    assert units_named_in(HISTORY) == {"a", "b", "hidden"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.fixture(params=["en", "bn", "vi"])
def language(portal: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with portal.test_request_context("/members/m/history"):
        g.language = request.param
        g.unread = 0
        g.levels = {"union": {"en": "Union", "bn": "ইউনিয়ন", "vi": "Xã"}}
        yield str(request.param)


def test_the_page_tells_it_in_the_readers_language(language: str) -> None:
    member = member_of(NOW)
    shown = render_template(
        "member_history.html", member=member, trail=(), events=history_of(HISTORY, NOW, UNITS)
    )
    for word in ("The record was changed", "Moved to another unit", "A unit ended", "History"):
        assert (f">{word}" in shown) is (language == "en")
    assert "Closer" in shown
    assert ("ওয়ার্ড ক" in shown) is (language == "bn")
    nothing = render_template("member_history.html", member=member, trail=(), events=())
    assert ("Nothing has changed" in nothing) is (language == "en")
