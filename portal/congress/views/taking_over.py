"""That a unit has taken the superior's plan over, as the page of its congress tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.frame.forms import NEEDED, Fault, Form
from portal.shared.clients.acts import offered
from portal.shared.units import Document, Names
from servicekit.words.dates import PARTS
from servicekit.words.formats import as_instant

BELOW, PEOPLE = "below", "people"
PEOPLE_MOST, MORE_ROWS = 5, 2


@dataclass(frozen=True, slots=True)
class Taking:
    until: str
    note: str
    at: str
    by: str
    below: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Responsible:
    """`name`: empty for whoever is not told."""

    name: str
    task: str


@dataclass(frozen=True, slots=True)
class SetAbove:
    """A day that a unit above has set, since `day`."""

    names: Names
    until: str
    day: str


@dataclass(frozen=True, slots=True)
class Takings:
    """The last first. `own_day`: empty where it has none; `takes`: where the reader does it."""

    known: Sequence[Taking]
    own_day: str
    takes: str = ""
    above: Sequence[SetAbove] = ()
    people: Sequence[Responsible] = ()

    @property
    def anything(self) -> bool:
        return bool(self.known or self.takes or self.above)


def takings_of(congress: Document) -> Takings:
    return Takings(
        [
            Taking(one["until"] or "", one["note"], one["at"], one["by_name"], one["below"])
            for one in reversed(congress["takings"])
        ],
        congress["own_until"] or "",
        f"/congresses/{congress['id']}/take-over" if offered(congress, "take-over") else "",
        [SetAbove(one["unit"]["names"], one["until"], one["day"]) for one in congress["set_above"]],
        [Responsible(one["name"], one["task"]) for one in people_of(congress)],
    )


def people_of(congress: Document) -> list[Document]:
    """Who is responsible, as the unit said last."""
    return list(congress["takings"][-1]["people"]) if congress["takings"] else []


def choices_of(found: Sequence[tuple[str, str]], congress: Document) -> list[tuple[str, str]]:
    """Who can be chosen: those who hold access there, and whoever was named before, also while nobody is known."""
    known = {account for account, _ in found}
    kept = [(one["account_id"], one["name"]) for one in people_of(congress)]
    return [*found, *(one for one in kept if one[0] and one[0] not in known)]


def people_in(form: Form) -> list[dict[str, Any]]:
    """Those that were chosen, each with what for."""
    people = []
    for row in range(PEOPLE_MOST):
        place = f"{PEOPLE}/{row}/account_id"
        account, task = form.text(place), form.text(f"{PEOPLE}/{row}/task")
        if account:
            people.append({"account_id": account, "task": task})
        elif task:
            form.faults[place] = Fault(NEEDED)
    return people


def since(congress: Document, seen_at: str) -> list[Taking]:
    """What others said of it after a form was shown, the last first."""
    try:
        seen = as_instant(seen_at)
    except ValueError:
        return []
    return [one for one in takings_of(congress).known if as_instant(one.at) > seen]


def rows_of(congress: Document) -> range:
    """Of the form: one for each who is named, and some to name more."""
    return range(min(PEOPLE_MOST, len(people_of(congress)) + MORE_ROWS))


def people_values(congress: Document) -> dict[str, str]:
    """As the form has them."""
    return {
        f"{PEOPLE}/{place}/{name}": one[name]
        for place, one in enumerate(people_of(congress))
        for name in ("account_id", "task")
    }


def days_below(congress: Document) -> dict[str, str]:
    """What the unit has set for the levels below it, as its form has it."""
    return {f"{BELOW}/{one['level']}": one["until"] or "" for one in congress["levels_below"]}


def named_in(typed: Mapping[str, str]) -> list[str]:
    """The levels for which a form has fields, whole or in parts."""
    rests = (name.removeprefix(f"{BELOW}/") for name in typed if name.startswith(f"{BELOW}/"))
    return sorted({_without_part(rest) for rest in rests})


def _without_part(name: str) -> str:
    level, dash, part = name.rpartition("-")
    return level if dash and part in PARTS else name


def day_from_above(congress: Document) -> str:
    """The plan's day, or an earlier one that units above have set."""
    days = (congress["planned_deadline"], *(one["until"] for one in congress["set_above"]))
    return str(min(days))
