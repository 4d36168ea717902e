"""Roles beside each other: what each lets its holder do, and what it lets them only pass on."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.access.views.grants import permission_word
from portal.access.words import REACH
from portal.shared.units import Document, Names, Titled


@dataclass(frozen=True, slots=True)
class Head:
    key: str
    names: Names
    strong: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """`reach`: where the role lets its holder do it, empty where it does not.

    `passes_on`: they may only give it to others.
    """

    role: Head
    reach: str = ""
    passes_on: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    word: Titled
    cells: tuple[Cell, ...]


def heads_of(roles: Sequence[Document]) -> tuple[Head, ...]:
    return tuple(Head(one["key"], one["names"], one["strong"]) for one in roles)


def compared(roles: Sequence[Document], permissions: Sequence[str]) -> tuple[Row, ...]:
    """`permissions`: in the order in which their owners tell them; what no role holds is left out."""
    held = {(role["key"], one["permission"]): one for role in roles for one in role["permissions"]}
    known = [one for one in permissions if any((role["key"], one) in held for role in roles)]
    others = sorted({one for _, one in held} - set(known))
    return tuple(
        Row(
            permission_word(permission),
            tuple(_cell(head, held.get((head.key, permission))) for head in heads_of(roles)),
        )
        for permission in (*known, *others)
    )


def _cell(head: Head, one: Document | None) -> Cell:
    if one is None:
        return Cell(head)
    if not one.get("use", True):
        return Cell(head, passes_on=True)
    return Cell(head, REACH.get(one["reach"], ""))
