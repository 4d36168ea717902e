"""What happened to a member, and to the units they were in at the time, newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.members.views import member_values
from portal.members.words import BEFELL, MEMBER_FIELDS, SEX
from portal.shared.units import Document, Names

DAYS = ("birth_date", "admission_date", "official_date")


@dataclass(frozen=True, slots=True)
class Change:
    """A field in words, and its value before and after; a day where `is_day`, else a text or words."""

    word: str
    before: str
    after: str
    is_day: bool


@dataclass(frozen=True, slots=True)
class Event:
    """`where` and `to` are empty where the reader does not see the unit."""

    at: str
    word: str
    where: Names = field(default_factory=dict)
    to: Names = field(default_factory=dict)
    reason: str = ""
    changes: tuple[Change, ...] = ()


def units_named_in(answer: Document) -> set[str]:
    found = {one[name] for one in answer["items"] for name in ("unit_id", "to_unit_id")}
    found |= {one[name] for one in answer["units"] for name in ("unit_id", "from_id", "to_id")}
    return found - {"", None}


def history_of(answer: Document, member: Document, units: Mapping[str, Document]) -> tuple[Event, ...]:
    def names(unit_id: str) -> Names:
        return units[unit_id]["names"] if unit_id in units else {}

    items = answer["items"]
    told = [
        Event(
            one["replaced_at"],
            BEFELL[f"member-{one['kind']}"],
            names(one["unit_id"]) if one["kind"] != "changed" else {},
            names(one["to_unit_id"]),
            one["reason"],
            tuple(_changes(one, later)) if one["kind"] == "changed" else (),
        )
        for one, later in zip(items, _afterwards(items, member), strict=True)
    ]
    told += [
        Event(one["at"], BEFELL[f"unit-{one['kind']}"], names(one["unit_id"]), names(one["to_id"]))
        for one in answer["units"]
    ]
    return tuple(sorted(told, key=lambda one: one.at, reverse=True))


def _afterwards(items: Sequence[Document], member: Document) -> list[Document]:
    """What each was replaced by: the next earlier values, and at last those of today."""
    return [*items[1:], member][: len(items)]


def _changes(before: Document, after: Document) -> Iterator[Change]:
    old, new = member_values(before), member_values(after)
    for name, word in MEMBER_FIELDS.items():
        if old[name] != new[name]:
            shown = (_in_words(name, old[name]), _in_words(name, new[name]))
            yield Change(word, *shown, name in DAYS)


def _in_words(name: str, value: str) -> str:
    return SEX.get(value, "") if name == "sex" else value
