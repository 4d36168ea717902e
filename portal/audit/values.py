"""What an entry of the audit holds beside its act, in the reader's words where these pages know them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.audit.words import NO, OUTCOMES, RECORDS, YES
from portal.shared.states import CONGRESS, GRANT
from portal.shared.units import Document, Names

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")
_ID = re.compile(r"[a-z2-7]{20}")
# Under which units stand by their ids.
OF_UNITS = ("unit", "from", "to", "unit_id")


@dataclass(frozen=True, slots=True)
class Value:
    """How it is said: as a `word` that is translated, `names` that have languages, a `day`, an `instant`, a `number`;
    with the address of what it names. What none of these is stands in `raw`, as it was written.
    """

    raw: str = ""
    word: str = ""
    names: Names | None = None
    day: str = ""
    instant: str = ""
    number: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """`units`: those that the reader may see, by id; `roles` by key; `parts`: what the services are called."""

    units: Mapping[str, Document]
    roles: Mapping[str, Names]
    parts: Mapping[str, str]


def units_in(entry: Document) -> set[str]:
    """The ids under which an entry may name units."""
    told = {"unit": entry.get("unit_id"), **(entry.get("details") or {})}
    return {
        value
        for key, value in told.items()
        if key in OF_UNITS and isinstance(value, str) and _ID.fullmatch(value)
    }


def value_of(key: str, value: object, known: Known) -> Value:
    if isinstance(value, bool):
        return Value(word=YES if value else NO)
    if isinstance(value, int):
        return Value(number=value)
    text = str(value)
    if _INSTANT.fullmatch(text):
        return Value(instant=text)
    if _DAY.fullmatch(text):
        return Value(day=text)
    return _named(key, text, known) or Value(raw=text)


def _named(key: str, text: str, known: Known) -> Value | None:
    if key in OF_UNITS and text in known.units:
        return Value(names=known.units[text]["names"], link=f"/units/{text}")
    if key == "role" and text in known.roles:
        return Value(names=known.roles[text])
    if key == "via" and text in known.parts:
        return Value(word=known.parts[text])
    words = {"outcome": OUTCOMES, "record_type": RECORDS, "state": _STATES}.get(key, {})
    return Value(word=words[text]) if text in words else None


_STATES = {key: one.word for states in (GRANT, CONGRESS) for key, one in states.items()}
