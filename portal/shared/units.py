"""Units as a page names them, and the trail of units that leads to one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servicekit.words.i18n import translate

Document = Mapping[str, Any]
Names = Mapping[str, str]

_FALLBACKS = ("en", "bn", "vi")


GIVEN = ""  # the language of a name that somebody gave without saying in which


@dataclass(frozen=True, slots=True)
class Ours:
    """A text of ours, marked with N_ where it is written: it is shown in the reader's language."""

    text: str


@dataclass(frozen=True, slots=True)
class Titled:
    """What the service that owns it has a title for, by its sort and key; see shared.clients.titles.

    `otherwise`: a text of ours for one that no service has a title for; without one, its key is shown.
    """

    sort: str
    key: str
    otherwise: str = ""


Words = Names | Ours | Titled


@dataclass(frozen=True, slots=True)
class Shown:
    """A name as shown; `foreign` when it is not in the reader's language."""

    text: str
    language: str
    foreign: bool


def in_words(names: Names | Ours | None, language: str) -> Shown:
    """The name in the reader's language, else in the first language that has one."""
    if not names:
        return Shown("–", language, foreign=False)
    if isinstance(names, Ours):
        return Shown(translate(names.text, language), language, foreign=False)
    for own in (language, GIVEN):
        if names.get(own):
            return Shown(names[own], language, foreign=False)
    for other in (*_FALLBACKS, *names):
        if names.get(other):
            return Shown(names[other], other, foreign=True)
    return Shown("–", language, foreign=False)


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    code: str
    names: Names
    level: str
    path: tuple[str, ...] = ()
    children_count: int = 0
    also: tuple[str, ...] = ()
    instead_of: tuple[Names, ...] = ()

    @property
    def link(self) -> str:
        return f"/units/{self.id}"


@dataclass(frozen=True, slots=True)
class Crumb:
    names: Names
    link: str = ""


def unit_of(answer: Document) -> Unit:
    return Unit(
        id=answer["id"],
        code=answer.get("code", ""),
        names=answer.get("names", {}),
        level=answer.get("level", ""),
        path=tuple(answer.get("path", ())),
        children_count=answer.get("children_count", 0),
        also=tuple(dict.fromkeys(name for names in answer.get("also", {}).values() for name in names)),
        instead_of=tuple(ended["names"] for ended in answer.get("instead_of", ())),
    )


def trail_to(
    answer: Document, link: Callable[[str], str], visible: Callable[[Sequence[str]], bool]
) -> tuple[Crumb, ...]:
    """From the topmost unit to this one; units above the reader's own are named without a link.

    `visible` says whether the reader may open the unit whose path it is given.
    """
    ancestors: list[Document] = list(answer.get("ancestors", ()))
    ids = [ancestor["id"] for ancestor in ancestors]
    crumbs = [
        Crumb(ancestor["names"], link(ancestor["id"]) if visible(ids[: place + 1]) else "")
        for place, ancestor in enumerate(ancestors)
        if ancestor["id"] != answer["id"]
    ]
    return (*crumbs, Crumb(answer["names"]))


def plan_names(plan: Document) -> Names:
    """A plan's names by language, else its one name."""
    names: Names = plan["names"]
    return names or {GIVEN: str(plan["name"])}
