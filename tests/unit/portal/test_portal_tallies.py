"""Tallies of elections: what is typed and pasted, verdicts in one sentence, the counts that differ, and the pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from congress.domain.tallies import Kind, Of
from congress.domain.voting import Base, Outcome
from portal.frame.forms import Form, fault_of
from portal.tallies import words
from portal.tallies.views import candidates_in, candidates_text, exclusions_in, line_of, round_of
from tests.unit.portal.test_portal_superior_pages import portal  # noqa: F401

ELECTION = {
    "key": "election", "names": {"en": "Election by delegates"}, "numerator": 1, "denominator": 2, "more": True,
    "base": "summoned", "elects": True,
}  # fmt: skip
AT = "2026-11-20T10:00:00+00:00"
COUNTED = {"issued": 117, "returned": 116, "invalid": 2, "blank": 1}


def a_tally(*outcomes: tuple[str, int], differing: bool = False, **changes: Any) -> dict[str, Any]:
    """`outcomes`: with votes, of candidates in their order; none where it is being counted."""
    people = [{"name": f"<b>C{at}", "number": ""} for at in range(len(outcomes) or 2)]
    votes = [own for _, own in outcomes]
    counted = {
        "base": 120, "threshold": "60", "needed": 61, "valid": 113, "elected": 1, "left": 0, "next": "nothing",
        "verdicts": [
            {"candidate": at, "votes": own, "place": 1 + sum(other > own for other in votes), "outcome": outcome}
            for at, (outcome, own) in enumerate(outcomes)
        ],
    }  # fmt: skip
    slots = (1, 2, 3) if outcomes else (1,)
    made = {
        "id": "t1", "version": 4, "of": "committee", "title": "", "round": 1, "kind": "first", "before": "", "seats": 1,
        "majority": ELECTION, "listed": len(people), "hands": len(slots), "complete": bool(outcomes),
        "agreed": bool(outcomes) and not differing,
        "keyed": [{"slot": slot, "at": AT, "by_name": "A. Clerk", "by_code": slot == 1} for slot in slots],
        "elected": 1 if outcomes else None, "next": "nothing" if outcomes else None, "withdrawn": None,
        "opened_at": AT, "opened_by_name": "A. Clerk", "summoned": 122, "present": 117, "women": 1, "young": None,
        "exclusions": [{"number": 2, "reason": "<i>Abroad"}], "candidates": people,
        "keyings": [{"slot": slot, **COUNTED, "votes": votes} for slot in slots] if outcomes else [],
        "earlier": [], "differences": [{"row": "votes", "candidate": 0, "values": votes * 3}] if differing else [],
        "count": counted if outcomes and not differing else None, "cautions": [], "acts": {},
    }  # fmt: skip
    return {**made, **changes}


@pytest.fixture(params=["en", "bn", "vi"])
def spoken(request: pytest.FixtureRequest, portal: Flask) -> Iterator[str]:  # noqa: F811
    with portal.test_request_context("/congresses/c1/tallies/t1"):
        g.language, g.unread = request.param, 0
        yield request.param


@pytest.fixture
def english(portal: Flask) -> Iterator[None]:  # noqa: F811
    with portal.test_request_context("/congresses/c1/tallies/t1"):
        g.language, g.unread = "en", 0
        yield


def the_page(answer: dict[str, Any], **around: Any) -> str:
    shown = {
        "unit": {"names": {"en": "Root"}}, "trail": (), "one": round_of("c1", answer),
        "cautions": [fault_of(one) for one in answer["cautions"]],
        "counts": True, "follows": False, "withdraws": True, "back": "/congresses/c1/tallies",
    }  # fmt: skip
    return render_template("tally.html", **{**shown, **around})


def test_each_word_of_the_service_has_one_here() -> None:
    assert set(words.ELECTIONS) == {one.value for one in Of}
    assert set(words.KINDS) == {one.value for one in Kind}
    assert set(words.WHOLES) == {one.value for one in Base}
    assert {outcome for outcome, _ in words.SENTENCES} == {one.value for one in Outcome}
    assert set(words.AMONG_EQUALS) == {one.value for one in Outcome}


@pytest.mark.parametrize(
    ("outcome", "votes", "sentence"),
    [
        ("elected", 61, "61 of 120 summoned is more than half (60)."),
        ("too_few", 60, "60 of 120 summoned is not more than half (60)."),
        (
            "no_seat",
            61,
            "61 of 120 summoned is more than half (60), but all seats went to those with more votes.",
        ),
        (
            "tied",
            70,
            "70 of 120 summoned is more than half (60), but others have as many votes, and there is no seat",
        ),
    ],
)
@pytest.mark.usefixtures("english")
def test_the_verdict_of_each_is_one_sentence_with_its_fraction(
    outcome: str, votes: int, sentence: str
) -> None:
    few: dict[str, Any] = {
        "message": "{listed} candidates for {seats} seats: over {target}% more than the seats."
    }
    few["params"] = {"listed": "9", "seats": "1", "target": "15"}
    page = the_page(a_tally((outcome, votes), cautions=[few]))
    assert "9 candidates for 1 seats" in page
    assert "Women among the candidates" in page
    assert "Young people among the candidates" not in page
    assert sentence in page
    assert "<b>C0" not in page
    assert "<i>Abroad" not in page


@pytest.mark.parametrize(
    ("threshold", "majority", "said"),
    [
        ("121/2", {}, "is more than half (60.5)."),
        ("241/3", {"numerator": 2, "denominator": 3, "more": False}, "is at least two thirds (241/3)."),
        (
            "72",
            {"numerator": 3, "denominator": 5, "base": "body"},
            "of 120 members of the body is more than 3/5 (72).",
        ),
        ("58", {"base": "returned"}, "of 120 ballots returned is more than half (58)."),
    ],
)
@pytest.mark.usefixtures("english")
def test_the_part_is_exact(threshold: str, majority: dict[str, Any], said: str) -> None:
    answer = a_tally(("elected", 90), majority={**ELECTION, **majority})
    answer["count"]["threshold"] = threshold
    assert said in the_page(answer)


def test_in_each_language_it_is_said_with_its_numbers(spoken: str) -> None:
    found = the_page(a_tally(("elected", 61), ("too_few", 7)))
    if spoken == "bn":
        assert "আহূত ১২০ জন, তার মধ্যে ৬১ ভোট: অর্ধেক (৬০) থেকে বেশি।" in found
    if spoken == "vi":
        assert "61 phiếu trên 120 người được triệu tập, quá một nửa (60)." in found
    assert "%(" not in found


@pytest.mark.usefixtures("english")
def test_among_equals_no_part_is_needed() -> None:
    answer = a_tally(("elected", 61), ("no_seat", 52), kind="tie")
    answer["count"]["threshold"] = ""
    found = the_page(answer)
    assert "61 votes: more than others who had been equal." in found
    assert "half" not in found


@pytest.mark.usefixtures("english")
def test_what_differs_is_marked_and_nobody_is_elected() -> None:
    found = the_page(a_tally(("elected", 61), differing=True))
    assert found.count("← differs") == 1
    assert "Votes needed" not in found
    assert "The counts differ" in found


@pytest.mark.usefixtures("english")
def test_while_it_is_counted_nothing_of_the_others_is_shown() -> None:
    found = the_page(a_tally())
    assert "What was counted is shown once all three are entered" in found
    assert "Reported with a sealed code" in found
    assert "/tallies/t1/counts/3" in found
    assert "/counts/" not in the_page(a_tally(), counts=False)


@pytest.mark.usefixtures("english")
def test_what_was_withdrawn_has_elected_nobody() -> None:
    gone = a_tally(("elected", 61), withdrawn={"reason": "<i>Wrong", "at": AT, "by_name": "A. Clerk"})
    page = the_page(gone, counts=False, withdraws=False)
    assert "&lt;i&gt;Wrong" in page
    assert "is more than half" not in page
    assert line_of("c1", gone).elected is None


@pytest.mark.usefixtures("english")
def test_who_is_not_elected_may_have_no_name_here() -> None:
    answer = a_tally(("elected", 61), ("too_few", 7))
    answer["candidates"][1] = {"name": "", "number": ""}
    # Among the verdicts, and in the three counts.
    assert the_page(answer).count("Name not shown") == 2
    answer = a_tally(candidates=[{"name": "", "number": ""}])
    assert the_page(answer).count("Name not shown") == 1


@pytest.mark.usefixtures("english")
def test_what_was_entered_before_is_shown_beside_what_counts() -> None:
    before = {"slot": 2, **COUNTED, "blank": 3, "votes": [41], "at": AT, "by_name": "B. Teller"}
    same = {"slot": 3, **COUNTED, "votes": [61], "at": AT, "by_name": ""}
    found = the_page(a_tally(("elected", 61), earlier=[before, same]))
    assert "B. Teller" in found
    assert "Ballots blank: 3 → 1" in found
    assert ": 41 → 61" in found
    assert found.count("The same numbers as now") == 1
    assert "Entered before" not in the_page(a_tally(("elected", 61)))


@pytest.mark.usefixtures("english")
def test_everybody_is_told_how_many_people_counted() -> None:
    counted = a_tally(("elected", 61))
    assert "The three counts were entered by 3 people." in the_page(counted)
    assert "The three counts were entered by 1 person." in the_page({**counted, "hands": 1})
    assert "were entered by" not in the_page(a_tally())


@pytest.mark.usefixtures("english")
def test_no_title_takes_the_place_of_what_is_elected() -> None:
    named = a_tally(("elected", 61), title="Election of delegates")
    assert line_of("c1", named).title == ""
    assert "Election of the committee" in the_page(named)
    assert line_of("c1", a_tally(of="other", title="Secretary")).title == "Secretary"


@pytest.mark.usefixtures("english")
def test_the_list_says_how_far_each_is() -> None:
    gone = {"reason": "x", "at": AT, "by_name": ""}
    made = [
        a_tally(),
        a_tally(("elected", 61)),
        a_tally(("elected", 61), differing=True),
        a_tally(withdrawn=gone),
    ]
    page = render_template(
        "tallies.html", unit={"names": {"en": "Root"}}, trail=(), made=[line_of("c1", one) for one in made],
        opens="/congresses/c1/tallies/open", back="/congresses/c1",
    )  # fmt: skip
    for said in ("Being counted", "All three counts agree", "The counts differ", "Withdrawn"):
        assert page.count(said) == 1


@pytest.mark.usefixtures("english")
def test_the_forms_keep_what_was_typed() -> None:
    around = {"unit": {"names": {"en": "Root"}}, "trail": (), "action": "/x", "back": "/y"}
    form = Form({"of": "delegates", "seats": "৯", "candidates": "<b>A\t7", "exclusions": "2, by order"})
    page = render_template(
        "tally_form.html", form=form, before=None, elections=list(words.ELECTIONS.items()),
        majorities=[("election", "Election")], **around,
    )  # fmt: skip
    assert "&lt;b&gt;A\t7" in page
    assert '<option value="delegates" selected' in page
    tied = a_tally(("tied", 70), ("tied", 70), ("too_few", 3))
    tied["count"] |= {"next": "tie", "left": 1}
    again = render_template("tally_form.html", form=Form(), before=round_of("c1", tied), **around)
    assert (again.count("&lt;b&gt;C"), "<textarea" in again.partition("Candidates")[2]) == (2, False)
    page = render_template(
        "tally_count.html", form=Form({"votes/0": "61", "issued": "117"}, version=4), word="First count",
        one=round_of("c1", tied), ballots=words.BALLOTS, people=[("votes/0", {"name": "<b>A", "number": "7"})],
        typed=1, pasted=None, missing=[], saved=None, most_pasted=9, **around,
    )  # fmt: skip
    assert 'value="61"' in page
    assert "&lt;b&gt;A (7)" in page


def test_candidates_are_read_a_row_each() -> None:
    found = candidates_in("Ayn\nBee\t17\n\n Cee ; 18 \nDee\t1\t2\nEe\t\t\n")
    assert found.rows == (
        {"name": "Ayn", "number": ""},
        {"name": "Bee", "number": "17"},
        {"name": "Cee", "number": "18"},
        {"name": "Ee", "number": ""},
    )
    assert [fault.params for fault in found.faults] == [{"row": "5"}]
    assert candidates_in(candidates_text(found.rows)).rows == found.rows


def test_a_semicolon_within_a_name_is_a_part_of_it() -> None:
    found = candidates_in("A; B\nCee; গ-১৭\nDee; E; 18\nA; 7\t\nEff; 7\t9")
    assert [(one["name"], one["number"]) for one in found.rows] == [
        ("A; B", ""),
        ("Cee", "গ-১৭"),
        ("Dee; E", "18"),
        ("A; 7", ""),
        ("Eff; 7", "9"),
    ]
    assert candidates_in(candidates_text(found.rows)).rows == found.rows


def test_exclusions_are_a_number_and_a_rule() -> None:
    found = exclusions_in("২, Abroad by order, far\n\n1\tIn hospital\n3 ill\nsome\n4,", ",")
    assert found.rows[:3] == (
        {"number": 2, "reason": "Abroad by order, far"},
        {"number": 1, "reason": "In hospital"},
        {"number": 3, "reason": "ill"},
    )
    assert [fault.params for fault in found.faults] == [{"row": "5"}, {"row": "6"}]


@pytest.mark.parametrize(
    ("typed", "grouping", "number", "reason"),
    [
        ("1,200, abroad by order", ",", 1200, "abroad by order"),
        ("1,200 abroad by order", ",", 1200, "abroad by order"),
        ("১,২০০; abroad", ",", 1200, "abroad"),
        ("1.200\tabroad", ".", 1200, "abroad"),
        ("2, 5(b) of the rules", ",", 2, "5(b) of the rules"),
        ("2,abroad", ",", 2, "abroad"),
    ],
)
def test_the_number_of_an_exclusion_ends_where_it_ends(
    typed: str, grouping: str, number: int, reason: str
) -> None:
    assert exclusions_in(typed, grouping).rows == ({"number": number, "reason": reason},)


@pytest.mark.parametrize(
    "typed", ["1,200, abroad", "2nd rule", "2,5(b) abroad", "-2, abroad", "1,20, x", "7"]
)
def test_what_may_be_read_in_two_ways_is_no_exclusion(typed: str) -> None:
    found = exclusions_in(typed, ".")
    assert (found.rows, len(found.faults)) == ((), 1)
