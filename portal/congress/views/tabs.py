"""A queue of things that wait for a decision, whatever they are: its tabs, what is shown of it, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.shared.units import Document


@dataclass(frozen=True, slots=True)
class Tab:
    """`word`: untranslated. `count` is None where it is not counted."""

    word: str
    link: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What one of the filter's fields may be: values and words in the reader's language; the first is the default."""

    name: str
    word: str
    values: Sequence[tuple[str, str]]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A form that leads to the same list, filtered. `kept` goes along unseen, `plain` is the way back to the whole."""

    action: str
    plain: str
    search: str = ""
    choices: Sequence[Choice] = ()
    kept: Sequence[tuple[str, str]] = ()
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """Lists and queues that the reader saved. `here`: the address of the one that is shown."""

    items: Sequence[Document]
    here: str

    @property
    def name(self) -> str:
        """By which this one is saved already, or nothing."""
        return next((one["name"] for one in self.items if one["address"] == self.here), "")
