"""Seats divided: the column that is pasted, fractions as they are read, and the pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from congress.domain.seat_divisions import State
from congress.domain.seats import Basis, Held, Method
from portal.frame.forms import Form
from portal.frame.pager import Pager
from portal.seats import words
from portal.seats.views import column_of, column_text, division_of, rounded, rows_of
from servicekit.words.numbers import GROUPING
from tests.unit.portal.test_portal_superior_pages import portal  # noqa: F401

NORTH, SOUTH = (
    {"id": key, "code": key.upper(), "names": {"en": f"<i>{key.title()}</i>"}, "level": "district"}
    for key in ("north", "south")
)
MAY, MAY_NOT = {"allowed": True, "refusal": None}, {"allowed": False, "refusal": None}


def a_line(unit: dict[str, Any], **changes: Any) -> dict[str, Any]:
    line = {
        "unit": unit, "number": 7_000, "by_hand": None, "own_least": None, "own_most": None, "seats": 7, "least": 1,
        "most": 10, "share": "700/101", "rank": 1, "next": "", "held": "", "tied": False, "before": None,
        "typed": False, "few": False, "gone": False,
    }  # fmt: skip
    return {**line, **changes}


def a_division(**changes: Any) -> dict[str, Any]:
    made = {
        "id": "d1", "version": 1, "congress_id": "c1", "plan_id": "p1", "unit": {**NORTH, "id": "root"}, "number": 1,
        "state": "draft", "basis": "members", "method": "largest_remainder", "asked": 10, "least": 1, "most": None,
        "ex_officio": 3, "seats": 10, "quota": "1010", "cut": "", "units": 2, "changed": 0, "before": "",
        "reason": "", "made_at": "2026-11-20T10:00:00+00:00", "made_by_name": "A. Chief", "decided_at": None,
        "decided_by_name": "", "own": None, "acts": {"decide": MAY},
    }  # fmt: skip
    return {**made, **changes}


@pytest.fixture
def english(portal: Flask) -> Iterator[None]:  # noqa: F811
    with portal.test_request_context("/seats/d1"):
        g.language = "en"
        g.unread = 0
        yield


def test_each_word_of_the_service_has_one_here() -> None:
    assert list(words.BASES) == [one.value for one in Basis]
    assert list(words.METHODS) == [one.value for one in Method]
    assert set(words.HELD) == {one.value for one in Held if one.value}
    assert set(words.STATES) == {State.DRAFT.value, State.DECIDED.value, "before"}


@pytest.mark.parametrize(
    ("typed", "basis", "language_of", "lines"),
    [
        ("NORTH\t7000\nSOUTH\t3.100", "members", "vi", [("NORTH", 7_000), ("SOUTH", 3_100)]),
        ("N1\tNorth, upper\t৭,০০০\t1\t9", "members", "bn", [("N1", 7_000, 1, 9)]),
        ("N1;North;70\n\nN2;South;-", "population", "en", [("N1", 70), ("N2",)]),
        ('N1,"North, upper",12', "members", "en", [("N1", 12)]),
        ("N1\tNorth\t\t2", "members", "en", [("N1", None, 2)]),
        ("N1\tNorth\n", "members", "en", []),
        ("\tnobody\t4", "members", "en", []),
    ],
)
def test_a_pasted_column_is_read_as_a_spreadsheet_gives_it(
    typed: str, basis: str, language_of: str, lines: list[tuple[Any, ...]]
) -> None:
    found = column_of(typed, basis, GROUPING[language_of])
    if typed.startswith("N1\tNorth\n"):
        # Of two cells the second is the number: a name is none.
        assert [fault.params for fault in found.faults] == [{"row": "1"}]
        return
    assert found.faults == ()
    names = ("code", "number", "least", "most")
    wanted = [
        {name: value for name, value in zip(names, line, strict=False) if value is not None} for line in lines
    ]
    assert list(found.lines) == wanted


def test_a_row_that_cannot_be_read_is_named_and_by_hand_the_number_is_seats() -> None:
    found = column_of("N1\t5\nN2\tsome\nN3\ta\t1\t2\t3\t4", "hand", ",")
    assert found.lines == ({"code": "N1", "seats": 5},)
    assert [fault.params["row"] for fault in found.faults] == ["2", "3"]


def test_what_the_form_begins_with_is_read_back_as_it_was() -> None:
    units: list[Any] = [
        ("N1", "North\tupper", {"number": 7, "least": None, "most": 9}),
        ("N2", "South", {"number": 0}),
    ]
    found = column_of(column_text(units), "members", ",")
    assert found.lines == ({"code": "N1", "number": 7, "most": 9}, {"code": "N2", "number": 0})
    # What nothing is known of is sent back as it stands, whatever its name, and though ends of rows are cut on the way.
    begun = column_text([("N2", "South", {}), ("N3", "12", {}), ("N4", "A", {"most": 2})])
    sent = "\r\n".join(row.strip() for row in begun.splitlines())
    assert column_of(sent, "members", ",").lines == (
        {"code": "N2"},
        {"code": "N3"},
        {"code": "N4", "most": 2},
    )


def test_a_cell_without_end_is_a_fault_of_its_row() -> None:
    found = column_of("N1\t4\n" + 'N2\t"' + "9" * 200_000, "members", ",")
    assert found.lines == ({"code": "N1", "number": 4},)
    assert [fault.params["row"] for fault in found.faults] == ["2"]


def test_fractions_are_rounded_and_shown_as_they_are() -> None:
    assert rounded("") is None
    found = rounded("700/101")
    assert found is not None
    assert (found.value, found.exact) == (6.931, "700/101")
    whole = rounded("16")
    assert whole is not None
    assert (whole.value, whole.exact) == (16.0, "")


def the_division(answer: dict[str, Any], *lines: dict[str, Any], **around: Any) -> str:
    shown = {
        "one": division_of(answer), "trail": (), "rows": rows_of(lines, around.pop("own", "")),
        "pager": Pager(1, 2, 2, "", ""), "form": Form(), "back": "/congresses/c1/seats", "most": 2_000,
    }  # fmt: skip
    return render_template("seats_division.html", **{**shown, **around})


@pytest.mark.usefixtures("english")
def test_the_calculation_is_shown_with_what_decided_it() -> None:
    south = a_line(SOUTH, seats=3, held="most", tied=True, rank=None, share="3")
    page = the_division(a_division(), a_line(NORTH), south)
    for said in ("1,010", "6.931", "700/101", "held by its maximum", "decided by the rule for equals"):
        assert said in page
    assert "<i>North" not in page
    assert "Decide these seats" in page
    assert 'name="reason"' not in page
    assert "Decide these seats" not in the_division(a_division(acts={"decide": MAY_NOT}))


@pytest.mark.usefixtures("english")
def test_a_later_division_shows_the_difference_and_asks_why() -> None:
    answer = a_division(number=2, before="d0", changed=1, cut="25000", quota="", method="dhondt")
    page = the_division(
        answer, a_line(NORTH, before=5), a_line(SOUTH, seats=0, before=2, gone=True, share="", number=None)
    )
    for said in ("(+2)", "(-2)", "stands below no more", "25,000", 'name="reason"'):
        assert said in page


@pytest.mark.usefixtures("english")
def test_whoever_reads_it_from_below_sees_their_own_line_first() -> None:
    answer = a_division(state="decided", own=a_line(NORTH), decided_at="2026-11-21T10:00:00+00:00")
    page = the_division(answer, a_line(NORTH), own="north", back="")
    assert "Your unit has 7 seats." in page
    assert "All versions" not in page


@pytest.mark.usefixtures("english")
def test_the_divisions_of_a_congress_and_what_it_was_given() -> None:
    made = [a_division(id="d2", number=2, state="decided"), a_division(state="decided", reason="<b>x</b>")]
    page = render_template(
        "seats.html",
        unit={"names": {"en": "Root"}}, trail=(), made=[division_of(one, "d2") for one in made],
        given=division_of(a_division(own=a_line(NORTH))), divides="/congresses/c1/seats/divide",
        back="/congresses/c1",
    )  # fmt: skip
    assert page.count("Divided anew since") == 1
    assert "This unit has 7 seats of the 10" in page
    assert 'href="/congresses/c1/seats/divide"' in page
    assert "<b>x" not in page


@pytest.mark.usefixtures("english")
def test_the_form_keeps_what_was_typed() -> None:
    page = render_template(
        "seats_form.html",
        unit={"names": {"en": "Root"}}, trail=(),
        form=Form({"basis": "members", "seats": "12", "units": "N1\t<b>North\t7"}),
        bases=list(words.BASES.items()), methods=list(words.METHODS.items()), action="/x", back="/y",
    )  # fmt: skip
    assert 'value="members" checked' in page
    assert "N1\t&lt;b&gt;North\t7" in page
