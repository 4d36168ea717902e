"""Who must act on a congress: the office, and its holders where the reader is told them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.shared.units import Document, Names


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an office; `phone` and `email` are empty where nothing was released."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Office:
    """Who must act. `roles` is empty where nobody holds it; `holders` where the reader is in no line with it."""

    unit: Names
    roles: tuple[Names, ...]
    holders: tuple[Holder, ...] = ()
    further: int = 0
    in_line: bool = True  # whether the reader stands above it, and is told how to reach them


def sides_of(items: Iterable[Document]) -> tuple[list[str], list[str]]:
    """The units of whose own act, and of whose superior's, something waits."""
    found: dict[str, list[str]] = {"unit": [], "superior": []}
    for one in items:
        if one["who_acts"]:
            found[one["who_acts"]].append(one["unit_id"])
    return found["unit"], found["superior"]


def who_acts(offices: Iterable[Document]) -> Callable[[Document], Office | None]:
    """Of a congress; None where nobody must act, or where the reader is told nothing of it."""
    by_unit = {(one["for_unit"], one["side"]): office_of(one) for one in offices}
    return lambda congress: by_unit.get((congress["unit_id"], congress.get("who_acts")))


def office_of(found: Document) -> Office:
    return Office(
        unit=found["unit"]["names"] if found["unit"] else {},
        roles=tuple(role["names"] for role in found["roles"]),
        holders=tuple(
            Holder(one["name"], one["office_phone"], one["office_email"]) for one in found["holders"]
        ),
        further=found["further"],
        in_line=found["in_line"],
    )
