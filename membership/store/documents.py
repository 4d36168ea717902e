"""Documents to values and back; what is sealed in them is sealed and opened by whoever holds the key."""

from collections.abc import Callable

from membership.domain.members import Earlier, Member, place_of
from membership.domain.moves import Move
from membership.domain.unit_changes import UnitChange
from membership.domain.units import LevelScheme, Unit
from servicekit.access.second_person import Hand, Power
from servicekit.data.documents import Document, Shape
from servicekit.words.dates import Birth, Year, stored_birth
from servicekit.words.names import beginnings, code_keys

SEALED = ("national_number", "phone")

_UNITS = Shape(Unit)
_SCHEMES = Shape(LevelScheme)
_CHANGES = Shape(UnitChange)
# When and why somebody left is written as they leave.
_MEMBERS = Shape(
    Member, sparse={Member: ("left_on",)}, read={Birth: stored_birth}, write={Year: Year.isoformat}
)
_EARLIER = Shape(Earlier, read={Birth: stored_birth})


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
    """The details stand beside the place, with what the member is found and counted by."""
    made = _MEMBERS.document(member)
    details = made.pop("details")
    sealed = {name: seal(details[name]) if details[name] else None for name in SEALED}
    return {
        **made,
        **details,
        **sealed,
        "sort_key": place_of(member),
        "search": beginnings([member.details.name]),
        "dirty": True,
    }


def member_of(found: Document, unseal: Callable[[bytes], str] | None) -> Member:
    """Without what is sealed where `unseal` is None."""
    unit_id = found["unit_id"] or found["left_from"]
    return _MEMBERS.value({**found, "unit_id": unit_id, "details": _opened(found, unseal)})


def earlier_of(found: Document, unseal: Callable[[bytes], str]) -> Earlier:
    return _EARLIER.value({**found, "details": _opened(found["values"], unseal)})


def _opened(values: Document, unseal: Callable[[bytes], str] | None) -> Document:
    return {**values, **{name: unseal(values[name]) if unseal and values[name] else None for name in SEALED}}
