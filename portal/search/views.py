"""What was found for the words of a search: each part short, what fits before what is only nearly so."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.shared.states import State
from portal.shared.units import Document, Names
from servicekit.words.names import fit
from servicekit.words.near import wrong_letters

Thing = TypeVar("Thing")

# Of each part so many are shown; the part's own page has the others.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """`text` where it has one name, `names` by language otherwise; `soft`: what tells it from others of its name."""

    link: str
    names: Names | None = None
    text: str = ""
    soft: Sequence[Names | str] = ()
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """`total` is None where more fit than are counted. `more`: where all of them are, `beyond`: where the eID has to
    see the reader first."""

    title: str
    hits: Sequence[Hit]
    meant: bool = False
    total: int | None = 0
    more: str = ""
    beyond: str = ""

    @property
    def is_cut(self) -> bool:
        return bool(self.more) and (self.total is None or self.total > len(self.hits))


@dataclass(frozen=True, slots=True)
class Found:
    """Who holds something in a unit, with what they released for those above them."""

    name: str
    link: str
    unit: Names
    code: str
    roles: Sequence[Names]
    phone: str
    email: str


def found_holder(answer: Document) -> Found:
    holder, unit = answer["holder"], answer["unit"]
    return Found(
        holder["name"],
        f"/units/{unit['id']}/access" if answer["reads_access"] else f"/units/{unit['id']}",
        unit["names"],
        unit["code"],
        [role["names"] for role in answer["roles"]],
        holder["office_phone"],
        holder["office_email"],
    )


def named(
    words: str, things: Iterable[Thing], names: Callable[[Thing], Sequence[str]]
) -> tuple[list[Thing], bool]:
    """Those that are named so, the best first; where there are none, those that are nearly named so, and True."""
    known = [(thing, names(thing)) for thing in things]
    for rank, meant in ((fit, False), (wrong_letters, True)):
        ranked = [(place, thing) for thing, texts in known if (place := rank(words, texts)) is not None]
        if ranked:
            return [thing for _, thing in sorted(ranked, key=lambda one: one[0])], meant
    return [], False


def plan_texts(plan: Document) -> list[str]:
    return [plan["name"], *plan["names"].values()]


def in_order(parts: Iterable[Part]) -> list[Part]:
    """What is named so before what is only nearly named so; parts that found nothing and lead nowhere are left out."""
    return sorted((one for one in parts if one.hits or one.beyond), key=lambda one: one.meant)
