"""What stands in the database of membership, word by word: databases of today are read, and written as they were."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import bson
import pytest

from membership.domain.members import Details, Earlier, Member, Sex
from membership.domain.moves import Move, MoveState
from membership.domain.unit_changes import Befell, UnitChange
from membership.domain.units import Level, LevelScheme, Unit
from membership.store.documents import (
    change_document,
    change_of,
    earlier_of,
    member_document,
    member_of,
    move_document,
    move_of,
    scheme_document,
    scheme_of,
    unit_document,
    unit_of,
)
from servicekit.access.second_person import Hand, Power
from servicekit.words.dates import Year

Document = dict[str, Any]
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 8, tzinfo=UTC)


def stored(document: Document) -> Document:
    """As the database gives it back."""
    options: Any = bson.CodecOptions(tz_aware=True)
    return dict(bson.decode(bson.encode(document), options))


def seal(text: str) -> bytes:
    return b"sealed " + text.encode()


def unseal(sealed: bytes) -> str:
    return sealed.decode().removeprefix("sealed ")


# Units

UNIT = Unit(
    id="u",
    code="BD-07",
    names={"en": "Ka", "bn": "ক"},
    level="union",
    parent_id="d",
    path=("r", "d", "u"),
    valid_from=date(2020, 1, 1),
    valid_to=date(2025, 12, 31),
    attributes={"district_code": "07"},
    successors=("v", "w"),
    also={"en": ("Old",)},
)
UNIT_STORED: Document = {
    "_id": "u",
    "code": "BD-07",
    "names": {"en": "Ka", "bn": "ক"},
    "level": "union",
    "parent_id": "d",
    "path": ["r", "d", "u"],
    "valid_from": "2020-01-01",
    "valid_to": "2025-12-31",
    "live": False,
    "attributes": {"district_code": "07"},
    "successors": ["v", "w"],
    "also": {"en": ["Old"]},
    "search": ["ka", "ol", "old"],
    "code_keys": ["bd07", "07"],
}
ROOT = Unit("r", "K1", {"en": "Ira"}, "centre", None, ("r",), date(2020, 1, 1))
ROOT_STORED: Document = {
    "_id": "r",
    "code": "K1",
    "names": {"en": "Ira"},
    "level": "centre",
    "parent_id": None,
    "path": ["r"],
    "valid_from": "2020-01-01",
    "valid_to": None,
    "live": True,
    "attributes": {},
    "successors": [],
    "also": {},
    "search": ["ir", "ira"],
    "code_keys": ["k1"],
}


@pytest.mark.parametrize(("unit", "kept"), [(UNIT, UNIT_STORED), (ROOT, ROOT_STORED)])
def test_a_unit_is_kept_so_and_read_back(unit: Unit, kept: Document) -> None:
    assert stored(unit_document(unit)) == kept
    assert unit_of(kept) == unit


def test_a_unit_is_read_without_what_it_is_found_by_and_from_before_it_had_successors_and_other_names() -> (
    None
):
    older = {
        name: value
        for name, value in ROOT_STORED.items()
        if name not in ("search", "code_keys", "successors", "also")
    }
    assert unit_of({**older, "held": 3}) == ROOT


SCHEME = LevelScheme(
    "bd", (Level("centre", {"en": "Centre", "bn": "কেন্দ্র"}, ("union",)), Level("union", {"en": "Union"}))
)
SCHEME_STORED: Document = {
    "key": "bd",
    "levels": [
        {"key": "centre", "names": {"en": "Centre", "bn": "কেন্দ্র"}, "children": ["union"]},
        {"key": "union", "names": {"en": "Union"}, "children": []},
    ],
}
SMALL = LevelScheme("s", (Level("top", {"en": "Top"}),))
SMALL_STORED: Document = {"key": "s", "levels": [{"key": "top", "names": {"en": "Top"}, "children": []}]}


@pytest.mark.parametrize(("scheme", "kept"), [(SCHEME, SCHEME_STORED), (SMALL, SMALL_STORED)])
def test_a_level_scheme_is_kept_so_and_read_back(scheme: LevelScheme, kept: Document) -> None:
    assert stored(scheme_document(scheme)) == kept
    assert scheme_of(kept) == scheme


# What befell units

MOVED = UnitChange("u", Befell.MOVED, AT, "anna", "d", "e")
MOVED_STORED: Document = {
    "unit_id": "u",
    "kind": "moved",
    "at": AT,
    "by": "anna",
    "from_id": "d",
    "to_id": "e",
}
ENDED = UnitChange("u", Befell.ENDED, AT, "operator")
ENDED_STORED: Document = {
    "unit_id": "u",
    "kind": "ended",
    "at": AT,
    "by": "operator",
    "from_id": "",
    "to_id": "",
}


@pytest.mark.parametrize(("change", "kept"), [(MOVED, MOVED_STORED), (ENDED, ENDED_STORED)])
def test_what_befell_a_unit_is_kept_so_and_read_back(change: UnitChange, kept: Document) -> None:
    assert stored(change_document(change)) == kept
    assert change_of({"_id": "c1", **kept}) == change


# Moves


def a_power(grant_id: str, *owed_to: str) -> Power:
    return Power(grant_id, ("r", "d"), frozenset(), "", AT, frozenset(owed_to))


ASKED = Move(
    *("m", "u", ("r", "d", "u"), "d", ("r", "d"), "e", ("r", "e"), "anna", "Anna", AT, "because", 2),
    held=("u", "d"),
)
MOVE = replace(
    ASKED,
    state=MoveState.DECLINED,
    decided_by_name="Bela",
    decided_at=LATER,
    decided_reason="not now",
    asked_hand=Hand(frozenset({"b", "anna"}), (a_power("g1", "z", "c", "a"), a_power("g2"))),
    version=4,
)
ASKED_STORED: Document = {
    "_id": "m",
    "unit_id": "u",
    "unit_path": ["r", "d", "u"],
    "from_id": "d",
    "from_path": ["r", "d"],
    "to_id": "e",
    "to_path": ["r", "e"],
    "asked_by": "anna",
    "asked_by_name": "Anna",
    "asked_at": AT,
    "reason": "because",
    "units": 2,
    "held": ["u", "d"],
    "state": "asked",
    "decided_by_name": "",
    "decided_at": None,
    "decided_reason": "",
    "asked_hand": None,
}
MOVE_STORED: Document = {
    **ASKED_STORED,
    "state": "declined",
    "decided_by_name": "Bela",
    "decided_at": LATER,
    "decided_reason": "not now",
    "asked_hand": {
        "accounts": ["anna", "b"],
        "powers": [
            {"grant_id": "g1", "unit_path": ["r", "d"], "owed_to": ["a", "c", "z"], "since": AT},
            {"grant_id": "g2", "unit_path": ["r", "d"], "owed_to": [], "since": AT},
        ],
    },
}


@pytest.mark.parametrize(("move", "kept"), [(MOVE, MOVE_STORED), (ASKED, ASKED_STORED)])
def test_a_move_is_kept_so_and_read_back(move: Move, kept: Document) -> None:
    assert stored(move_document(move)) == kept
    assert move_of({**kept, "version": move.version}) == move


def test_of_whoever_asked_no_more_is_kept_than_a_token_tells() -> None:
    """What a grant hangs on and who gave it is identity's to know."""
    told = Power("g1", ("r", "d"), frozenset({"g0"}), "zoe", AT, frozenset({"zoe"}))
    kept = move_document(replace(ASKED, asked_hand=Hand(frozenset({"anna"}), (told,))))["asked_hand"]
    assert kept["powers"] == [{"grant_id": "g1", "unit_path": ["r", "d"], "owed_to": ["zoe"], "since": AT}]


def test_a_move_from_before_the_hand_was_written_down_is_read() -> None:
    older = {name: value for name, value in ASKED_STORED.items() if name != "asked_hand"}
    assert move_of({**older, "version": 1, "_pending": True}) == replace(ASKED, version=1)


# Members

DETAILS = Details(
    name="Ira",
    birth_date=date(1980, 5, 1),
    sex=Sex.FEMALE,
    admission_date=date(2005, 1, 1),
    official_date=date(2006, 1, 1),
    card_number="BD/17",
    national_number="1234567890",
    phone="+8801711000000",
)
MEMBER = Member("m", 3, "u", ("r", "d", "u"), DETAILS)
VALUES_STORED: Document = {
    "name": "Ira",
    "birth_date": "1980-05-01",
    "sex": "female",
    "admission_date": "2005-01-01",
    "official_date": "2006-01-01",
    "card_number": "BD/17",
    "national_number": b"sealed 1234567890",
    "phone": b"sealed +8801711000000",
}
MEMBER_STORED: Document = {
    **VALUES_STORED,
    "_id": "m",
    "unit_id": "u",
    "unit_path": ["r", "d", "u"],
    "dirty": True,
    "sort_key": "ira\x1fm",
    "search": ["ir", "ira"],
}
APPLICANT = Details("Ira", Year(1980), Sex.OTHER)
APPLICANT_VALUES: Document = {
    "name": "Ira",
    "birth_date": "1980",
    "sex": "other",
    "admission_date": None,
    "official_date": None,
    "card_number": None,
    "national_number": None,
    "phone": None,
}
SPARSE = Member("m", 1, "u", ("u",), APPLICANT)
SPARSE_STORED: Document = {
    **APPLICANT_VALUES,
    "_id": "m",
    "unit_id": "u",
    "unit_path": ["u"],
    "dirty": True,
    "sort_key": "ira\x1fm",
    "search": ["ir", "ira"],
}


@pytest.mark.parametrize(("member", "kept"), [(MEMBER, MEMBER_STORED), (SPARSE, SPARSE_STORED)])
def test_a_member_is_kept_so_and_read_back(member: Member, kept: Document) -> None:
    assert stored(member_document(member, seal)) == kept
    assert member_of({**kept, "version": member.version, "registered_at": AT}, unseal) == member


def test_a_member_is_read_without_what_is_sealed() -> None:
    bare = replace(MEMBER, details=replace(DETAILS, national_number=None, phone=None))
    assert member_of({**MEMBER_STORED, "version": 3}, None) == bare


def test_a_member_who_has_left_is_read_where_they_were() -> None:
    left = {"unit_id": None, "left_from": "u", "left_on": "2026-02-01", "left_reason": "moved abroad"}
    assert member_of({**MEMBER_STORED, **left, "version": 3}, unseal) == replace(
        MEMBER, left_on=date(2026, 2, 1)
    )


def test_earlier_values_are_read_with_what_happened_and_without() -> None:
    entry = {
        "_id": "e",
        "member_id": "m",
        "version": 2,
        "replaced_at": AT,
        "replaced_by": "anna",
        "values": VALUES_STORED,
    }
    moved = {**entry, "unit_id": "u", "kind": "moved", "to_unit_id": "w", "reason": "marriage"}
    assert earlier_of(moved, unseal) == Earlier(2, AT, "anna", DETAILS, "moved", "u", "w", "marriage")
    assert earlier_of({**entry, "unit_id": "u"}, unseal) == Earlier(2, AT, "anna", DETAILS, unit_id="u")
    assert earlier_of({**entry, "values": APPLICANT_VALUES}, unseal) == Earlier(2, AT, "anna", APPLICANT)
