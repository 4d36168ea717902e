"""Documents to values and back; what is sealed in them is sealed and opened by whoever holds the key."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from membership.domain.members import Details, Earlier, Member, Sex, sort_key
from membership.domain.moves import Move
from membership.domain.unit_changes import UnitChange
from membership.domain.units import LevelScheme, Unit
from servicekit.access.second_person import Hand, Power
from servicekit.data.documents import Document, Shape
from servicekit.words.dates import stored_birth
from servicekit.words.names import beginnings, code_keys

SEALED = ("national_number", "phone")

_UNITS = Shape(Unit)
_SCHEMES = Shape(LevelScheme)
_CHANGES = Shape(UnitChange)


# Units


def unit_document(unit: Unit) -> Document:
    """Whether it is live, and what it is found by, stand beside it."""
    beside = {"live": unit.live, "search": beginnings(unit.all_names), "code_keys": code_keys(unit.code)}
    return {**_UNITS.document(unit), **beside}


def unit_of(found: Document) -> Unit:
    return _UNITS.value(found)


def scheme_document(scheme: LevelScheme) -> Document:
    return _SCHEMES.document(scheme)


def scheme_of(found: Document) -> LevelScheme:
    return _SCHEMES.value(found)


# What befell units


def change_document(change: UnitChange) -> Document:
    return _CHANGES.document(change)


def change_of(found: Document) -> UnitChange:
    return _CHANGES.value(found)


# Moves


def _hand_document(hand: Hand) -> Document:
    """No more than a token tells: what a grant hangs on, and who gave it, are identity's to know."""
    powers = [
        {
            "grant_id": one.grant_id,
            "unit_path": list(one.unit_path),
            "owed_to": sorted(one.owed_to),
            "since": one.since,
        }
        for one in hand.powers
    ]
    return {"accounts": sorted(hand.accounts), "powers": powers}


def _power_of(found: Document) -> Power:
    return Power(
        grant_id=found["grant_id"],
        unit_path=tuple(found["unit_path"]),
        hangs_on=frozenset(),
        given_by="",
        since=found["since"],
        owed_to=frozenset(found["owed_to"]),
    )


_MOVES = Shape(Move, read={Power: _power_of}, write={Hand: _hand_document})


def move_document(move: Move) -> Document:
    return _MOVES.document(move)


def move_of(found: Document) -> Move:
    return _MOVES.value(found)


# Members


def member_document(member: Member, seal: Callable[[str], object]) -> Document:
    details = member.details
    number = details.national_number
    return {
        "_id": member.id,
        "unit_id": member.unit_id,
        "unit_path": list(member.unit_path),
        "dirty": True,
        "name": details.name,
        "sort_key": sort_key(details.name, member.id),
        "search": beginnings([details.name]),
        "birth_date": details.birth_date.isoformat(),
        "sex": details.sex.value,
        "admission_date": _iso(details.admission_date),
        "official_date": _iso(details.official_date),
        "card_number": details.card_number,
        "national_number": seal(number) if number else None,
        "phone": seal(details.phone) if details.phone else None,
    }


def member_of(document: Document, unseal: Callable[[bytes], str] | None) -> Member:
    """Without what is sealed where `unseal` is None."""
    return Member(
        document["_id"],
        document["version"],
        document["unit_id"] or document["left_from"],
        tuple(document["unit_path"]),
        _details_of(document, unseal),
        left_on=_date(document.get("left_on")),
    )


def earlier_of(entry: Document, unseal: Callable[[bytes], str]) -> Earlier:
    return Earlier(
        entry["version"],
        entry["replaced_at"],
        entry["replaced_by"],
        _details_of(entry["values"], unseal),
        *(entry.get(name, other) for name, other in (("kind", "changed"), ("unit_id", ""))),
        *(entry.get(name, "") for name in ("to_unit_id", "reason")),
    )


def _details_of(values: Mapping[str, Any], unseal: Callable[[bytes], str] | None) -> Details:
    shown = {name: values[name] for name in SEALED} if unseal else {}
    return Details(
        name=values["name"],
        birth_date=stored_birth(values["birth_date"]),
        sex=Sex(values["sex"]),
        admission_date=_date(values["admission_date"]),
        official_date=_date(values["official_date"]),
        card_number=values["card_number"],
        **{name: unseal(value) if unseal and value else None for name, value in shown.items()},
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
