"""The list behind a number: which congresses it counts, what is late of each, who must act and how to reach them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from portal.congress.views.congress import days_over, unit_with_id
from portal.congress.views.offices import Office, who_acts
from portal.congress.views.versions import steps_ever
from portal.queues.views import Choice, Filter
from portal.shared import states
from portal.shared.states import State
from portal.shared.units import Document, Names, Unit
from servicekit.words import N_

OVERDUE = "overdue"
POSTPONED, BLOCKED = "postponed", "blocked"
# What a milestone and a congress as a whole may be.
APART = (POSTPONED, BLOCKED)
DONE = "done"
# How a milestone may stand, and the states of congresses: what a list may be of.
STANDINGS: Mapping[str, str] = {
    OVERDUE: states.STEP_OVERDUE.word,
    "to_come": states.STEP_OPEN.word,
    POSTPONED: states.STEP_POSTPONED.word,
    BLOCKED: states.STEP_BLOCKED.word,
    DONE: N_("Done"),
    "on_time": states.STEP_DONE.word,
    "late": states.STEP_LATE.word,
    "left_out": states.STEP_LEFT_OUT.word,
    "skipped": states.STEP_SKIPPED.word,
}
# Later deadlines: those that wait for an answer, and those that count.
EXTENSIONS: Mapping[str, str] = {
    "extension_asked": N_("A later deadline is asked for"),
    "extension_granted": N_("Runs on a later deadline"),
}
LONG_LATE = "long_late"
WITH_GAPS = "with_gaps"
# What else stands beside the course of a congress.
BESIDE: Mapping[str, str] = {
    "explanation_owed": N_("An explanation is owed"),
    "explanation_waiting": N_("An explanation waits for an answer"),
    LONG_LATE: N_("Not closed, and the last reminder is over"),
    "pilot": N_("Pilot congresses"),
    WITH_GAPS: N_("Approved, and something is missing"),
    "gaps_supplied": N_("Something that was missing is to be looked at"),
}
# Those of which the list says by how much the congress itself is late.
WHOLE_LATE = ("explanation_owed", "explanation_waiting", LONG_LATE)
ALL = "all"
EVERY = N_("All congresses")
OPEN = (OVERDUE, "to_come")
# States in which something is open.
REMINDED = tuple(key for key in states.CONGRESS if key != "approved")
SIDES = {"unit": N_("The unit itself"), "superior": N_("The unit above")}
SORTS = {"deadline": N_("Earliest deadline first"), "place": N_("In the order of the tree")}
# In an address, where the milestone's key is not at hand: the one that closes the congress.
CLOSING = "closing"
# What the address of a list may ask for.
ASKED = ("which", "milestone", "level", "who", "sort", "search")


def chosen_milestone(plan: Document, wanted: str) -> str:
    """The one that is asked for, else the one that closes the congress."""
    keys = [milestone["key"] for milestone in plan["milestones"]]
    if wanted in [one["key"] for one in steps_ever(plan)]:
        return wanted
    marked = [m["key"] for m in plan["milestones"] if m.get("mark") == "closed" or m["key"] == "closed"]
    return str((marked or keys)[-1]) if keys else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Which list it is. `milestone`: empty for what is overdue of any, for what is postponed, for states, for all."""

    plan_id: str
    unit_id: str
    which: str = OVERDUE
    milestone: str = ""
    level: str = ""
    who: str = ""
    sort: str = "deadline"
    search: str = ""

    @property
    def start(self) -> str:
        return f"/lists/{self.plan_id}/{self.unit_id}"

    @property
    def query(self) -> dict[str, str]:
        plain = {"which": self.which, "milestone": self.milestone, "level": self.level, "who": self.who}
        more = {"sort": self.sort if self.sort != "deadline" else "", "search": self.search}
        return {name: value for name, value in {**plain, **more}.items() if value}

    @property
    def link(self) -> str:
        return f"{self.start}?{urlencode(self.query)}"

    @property
    def conditions(self) -> dict[str, str]:
        """As the service asks for them, wherever the list is asked for: page, file or reminder."""
        found = {"level": self.level, "who_acts": self.who}
        if self.which in states.CONGRESS:
            found["state"] = self.which
        elif self.which in STANDINGS and self.milestone:
            found |= {"milestone": self.milestone, "standing": self.which}
        elif self.which in EXTENSIONS:
            found["extension"] = self.which.removeprefix("extension_")
        elif self.which in (*BESIDE, *APART):
            found["beside"] = self.which
        elif self.which == OVERDUE:
            found["overdue"] = "true"
        return {name: value for name, value in found.items() if value}

    @property
    def asked(self) -> dict[str, str]:
        more = {"sort": self.sort, "search": self.search}
        return {"plan_id": self.plan_id, "below": self.unit_id, **self.conditions, **more}


def listed_of(plan: Document, unit_id: str, asked: Mapping[str, str]) -> Listed:
    """What does not fit together is left out, so that a form of choices cannot be filled wrongly."""
    known = asked.get("which") or OVERDUE
    which = known if known in (*STANDINGS, *states.CONGRESS, *EXTENSIONS, *BESIDE) else ALL
    named = asked.get("milestone", "")
    needs = which in STANDINGS and (bool(named) or which not in (OVERDUE, *APART))
    return Listed(
        plan["id"],
        unit_id,
        which,
        chosen_milestone(plan, named) if needs else "",
        asked.get("level", "") if asked.get("level") in plan["deadlines"] else "",
        asked.get("who", "") if which in OPEN and asked.get("who") in SIDES else "",
        asked.get("sort", "") if asked.get("sort") in SORTS else "deadline",
        asked.get("search", ""),
    )


def word_of(listed: Listed) -> str:
    words = {**STANDINGS, **EXTENSIONS, **BESIDE}
    if listed.which in words:
        return words[listed.which]
    return states.CONGRESS[listed.which].word if listed.which in states.CONGRESS else EVERY


def filter_of(
    listed: Listed,
    milestones: Sequence[tuple[str, str]],
    levels: Sequence[tuple[str, str]],
    say: Mapping[str, str],
) -> Filter:
    """`milestones` and `levels`: key and name as the reader reads it. `say`: all else that the choices say, by key."""
    which = [*STANDINGS, *states.CONGRESS, *EXTENSIONS, *BESIDE, ALL]
    return Filter(
        action=listed.start,
        plain=replace(listed, level="", who="", sort="deadline", search="").link,
        search=listed.search,
        choices=(
            Choice("which", say["which"], [(key, say[key]) for key in which], listed.which),
            Choice("milestone", say["milestone"], [("", say["any"]), *milestones], listed.milestone),
            Choice("level", say["level"], [("", say["levels"]), *levels], listed.level),
            Choice("who", say["who"], [("", say["sides"]), *((key, say[key]) for key in SIDES)], listed.who),
            Choice("sort", say["sort"], [(key, say[key]) for key in SORTS], listed.sort),
        ),
        kept=[],
        is_set=bool(listed.level or listed.who or listed.search or listed.sort != "deadline"),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """`days` late, or to come where it is less than nothing; None where nothing of it is open or was late. `until`: the
    next date of one that is postponed. `apart`: what keeps the day from telling, besides.
    """

    unit: Unit
    parent: Names | None
    link: str
    state: State
    milestone: str = ""
    due: str = ""
    until: str = ""
    days: int | None = None
    office: Office | None = None
    people: Sequence[str] = ()  # those responsible, where the unit itself must act
    reminded_at: str = ""
    apart: State | None = None


def rows_of(items: Iterable[Document], offices: Iterable[Document], listed: Listed, today: date) -> list[Row]:
    acts = who_acts(offices)
    return [_row(one, acts(one), listed, today) for one in items]


def _row(one: Document, office: Office | None, listed: Listed, today: date) -> Row:
    about = _about(one, listed)
    whole = listed.which in WHOLE_LATE
    due = one["deadline"] if whole else about["due"] if about else ""
    if listed.which == WITH_GAPS:
        about, due = None, one["gap_due"] or ""
    return Row(
        unit=unit_with_id(one),
        parent=one["parent"]["names"] if one["parent"] else None,
        link=f"/congresses/{one['id']}",
        state=states.CONGRESS.get(one["state"], states.UNKNOWN),
        milestone=about["key"] if about and not whole else "",
        due=due,
        until=one["postponed_until"] or "",
        days=one["days_late"]
        if whole
        else days_over(due, (about and about["date"]) or today)
        if due
        else None,
        office=office,
        people=[each["name"] for each in one.get("responsible", ()) if one["who_acts"] == "unit"],
        reminded_at=one["reminded_at"] or "",
        apart=states.STEP_BLOCKED if about and about["state"] == BLOCKED else None,
    )


def _about(one: Document, listed: Listed) -> Document | None:
    """The milestone that the list is about; else what is overdue for longest, or comes next."""
    if listed.milestone:
        return next((m for m in one["milestones"] if m["key"] == listed.milestone), None)
    still = [m for m in one["milestones"] if m["state"] in ("overdue", "postponed", "blocked", "open")]
    return min(still, key=lambda m: (m["state"] == BLOCKED, str(m["due"])), default=None)
