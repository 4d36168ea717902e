"""The rows of the queue of reports, and which of them are ticked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.congress.views.congress import Figure, due_state, figure_word, reported_by_code, unit_with_id
from portal.congress.views.offices import Office, who_acts
from portal.congress.views.queue import Queue
from portal.congress.words import (
    BETWEEN_FIRST,
    CHANGED_SINCE,
    DECIDED_SINCE,
    REPORTED_BY_CODE,
)
from portal.frame.forms import Fault, fault_of
from portal.queues.views import TICK, Chosen, LeftOut, Outcome, Seen, what_is_left_first
from portal.queues.words import OUT_OF_SIGHT
from portal.shared import states
from portal.shared.states import State
from portal.shared.units import Document, Names, Unit
from servicekit.words.formats import as_instant

# As many figures as a row has room for.
FIGURES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Row:
    """`sent_at`: when it came into its state, and `sent_by` who brought it there; `days`: how long ago that is.

    `why_not`: why this reader cannot tick it.
    """

    congress_id: str
    version: int
    unit: Unit
    parent: Names
    sent_at: str
    sent_by: str
    days: int
    deadline: str
    over: State | None
    figures: tuple[Figure, ...]
    cautions: tuple[Fault, ...]
    why_not: Fault | None
    link: str
    office: Office | None = None

    @property
    def name(self) -> str:
        return f"{TICK}{self.congress_id}"


def rows_of(
    answer: Document,
    queue: Queue,
    now: datetime,
    today: date,
    first: Sequence[str] = (),
    offices: Iterable[Document] = (),
) -> tuple[Row, ...]:
    """`first`: the figures of which each row shows as many as it has room for. `offices`: who must act."""
    acts = who_acts(offices)
    return tuple(replace(_row(one, queue, now, today, first), office=acts(one)) for one in answer["items"])


def _row(one: Document, queue: Queue, now: datetime, today: date, first: Sequence[str]) -> Row:
    sent = one[queue.kind.act] or one["history"][-1]
    due = due_state(one["deadline"], today)
    return Row(
        congress_id=one["id"],
        version=one["version"],
        unit=unit_with_id(one),
        parent=(one["parent"] or {}).get("names", {}),
        sent_at=sent["at"],
        sent_by=sent["by_name"],
        days=max(0, (now - as_instant(sent["at"])).days),
        deadline=one["deadline"],
        over=due if queue.waits and due is states.DUE_OVER else None,
        figures=_key_figures(one["results"] or {}, first),
        cautions=(*_unproven(one), *map(fault_of, one["cautions"])),
        why_not=_why_not(one),
        link=queue.report(one["id"]),
    )


def _unproven(one: Document) -> tuple[Fault, ...]:
    return (Fault(REPORTED_BY_CODE),) if reported_by_code(one) else ()


def _key_figures(figures: Mapping[str, float], first: Sequence[str]) -> tuple[Figure, ...]:
    given = [Figure(figure_word(key), figures[key]) for key in first if key in figures]
    return tuple(given[:FIGURES_SHOWN])


def _why_not(one: Document) -> Fault | None:
    """The service's own words; and a report that is for a unit between is not decided in passing."""
    if one["refusal"]:
        return fault_of(one["refusal"])
    return Fault(BETWEEN_FIRST) if one["levels_between"] else None


# ── ticked ─────────────────────────────────────────────────


def all_ticked(rows: tuple[Row, ...]) -> dict[str, str]:
    """Those about which nothing is odd: what is, is looked at before it is ticked."""
    return {row.name: str(row.version) for row in rows if not row.cautions and row.why_not is None}


def choice_of(
    reports: Iterable[Document],
    seen: Mapping[str, Seen],
    queue: Queue,
    now: datetime,
    today: date,
    first: Sequence[str] = (),
) -> Chosen[Row]:
    """`first` as in rows_of."""
    rows, left = [], []
    there = {one["id"]: one for one in reports}
    for congress_id, ticked_as in seen.items():
        one = there.get(congress_id)
        if one is None:
            left.append(LeftOut(ticked_as.names, Fault(OUT_OF_SIGHT), ""))
            continue
        if one["state"] != "submitted":
            state = states.CONGRESS.get(one["state"], states.UNKNOWN)
            link = f"/congresses/{one['id']}"
            left.append(LeftOut(unit_with_id(one).names, Fault(DECIDED_SINCE), link, state))
            continue
        row = _row(one, queue, now, today, first)
        changed = Fault(CHANGED_SINCE) if row.version != ticked_as.version else None
        if why := row.why_not or changed:
            left.append(LeftOut(row.unit.names, why, row.link))
        else:
            rows.append(row)
    return Chosen(tuple(rows), tuple(left))


def outcomes_of(
    reports: Iterable[Document], seen: Mapping[str, Seen], faults: Mapping[str, Fault | None]
) -> tuple[Outcome, ...]:
    """Of each that was ticked; those that were refused first: they are what is left to do."""
    there = {one["id"]: one for one in reports}
    found = [
        Outcome(unit_with_id(there[congress_id]).names, f"/congresses/{congress_id}", faults[congress_id])
        if congress_id in there
        else Outcome(ticked_as.names, "", Fault(OUT_OF_SIGHT))
        for congress_id, ticked_as in seen.items()
    ]
    return what_is_left_first(found)
