"""With what a report was approved although it was missing, and what has become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from portal.congress.views.congress import field_word
from portal.congress.words import A_DOCUMENT, GAP_OVERDUE, GAP_STATES
from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document, Ours, Words

DOCUMENT = "document"
# So many can be stated at once on the page; the service takes some more.
ROWS = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """`of`: what is missing, in words. `earlier`: what was supplied before, and given back. `supplies`, `decides`:
    where the reader does it, or nothing.
    """

    id: str
    of: Words
    text: str
    until: str
    state: State
    by: str
    supplied: Document | None
    answer: Document | None
    earlier: Sequence[Document] = ()
    supplies: str = ""
    decides: str = ""


@dataclass(frozen=True, slots=True)
class Gaps:
    """`approves`: where whoever decides approves with gaps."""

    known: tuple[Gap, ...] = ()
    approves: str = ""


def gaps_of(congress: Document, plan: Document) -> Gaps:
    return Gaps(
        tuple(_gap(one, congress, plan) for one in congress.get("gaps", ())),
        f"/congresses/{congress['id']}/approve-with-gaps" if offered(congress, "approve") else "",
    )


def gap_of(congress: Document, plan: Document, gap_id: str) -> Gap | None:
    return next((one for one in gaps_of(congress, plan).known if one.id == gap_id), None)


def _gap(one: Document, congress: Document, plan: Document) -> Gap:
    start = f"/congresses/{congress['id']}/gaps/{quote(one['id'])}"
    state = GAP_OVERDUE if one["overdue"] else GAP_STATES.get(one["state"], states.UNKNOWN)
    return Gap(
        one["id"],
        word_of(one["of"], plan),
        one["text"],
        one["until"],
        state,
        one["by_name"],
        one["supplied"],
        one["answer"],
        one.get("earlier", ()),
        start if one["state"] == "owed" and offered(congress, "supply-gap") else "",
        f"{start}/close" if one["state"] != "closed" and offered(congress, "close-gap") else "",
    )


def word_of(of: str, plan: Document) -> Words:
    return Ours(A_DOCUMENT) if of == DOCUMENT else field_word(of, plan)


def choices_of(congress: Document, plan: Document) -> Sequence[tuple[str, Words]]:
    """What may be missing: a document, the report as a whole, a milestone, a figure. By the rules of the congress,
    which need not be the newest of its plan.
    """
    keys = [DOCUMENT, "results", *(one["key"] for one in congress["milestones"]), *congress["results_fields"]]
    return [(key, word_of(key, plan)) for key in keys]


def is_figure(of: str, congress: Document) -> bool:
    return of in congress["results_fields"]


def is_milestone(of: str, congress: Document) -> bool:
    return any(one["key"] == of for one in congress["milestones"])


def in_rows(values: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with the rows that were left empty behind the others, so that faults stand at their rows."""
    rows = {
        row: {name: text for name, text in values.items() if name.startswith(f"gaps/{row}/")}
        for row in range(ROWS)
    }
    filled = [row for row, typed in rows.items() if any(text.strip() for text in typed.values())]
    left = {name: text for name, text in values.items() if not name.startswith("gaps/")}
    for place, row in enumerate(filled):
        start = f"gaps/{row}/"
        left |= {f"gaps/{place}/{name.removeprefix(start)}": text for name, text in rows[row].items()}
    return left


def number_of(values: Mapping[str, str]) -> int:
    """How many rows are filled, once they stand one behind the other."""
    return len({name.split("/")[1] for name in values if name.startswith("gaps/")})
