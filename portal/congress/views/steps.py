"""The queue of congresses that cannot go on before their superior has recorded its step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from portal.congress.views.congress import due_state, unit_with_id
from portal.congress.views.versions import steps_ever
from portal.congress.words import BETWEEN_RECORDS
from portal.frame.forms import Fault, fault_of
from portal.queues.views import TICK, Seen, Tab, ticked
from portal.shared import states
from portal.shared.clients.acts import ON_THE_WAY, over_others, why_not
from portal.shared.states import State
from portal.shared.units import Document, Names, Unit
from servicekit.words import N_
from servicekit.words.formats import as_instant

BELOW, YES = "below", "yes"
ASKED = ("tab", "level", "passed", "search")
_ID = r"[a-z0-9_-]{1,64}"
# A search of as many signs as it takes, each of which is twelve in an address, and the rest.
_NAME = re.compile(rf"({_ID})/({_ID})(?:\?(.{{1,1600}}))?")


@dataclass(frozen=True, slots=True)
class Steps:
    """Of a unit under a plan. `tab`: its own, or all below it, also those of units between."""

    plan_id: str
    unit_id: str
    tab: str = ""
    level: str = ""
    passed: bool = False
    search: str = ""

    @property
    def direct(self) -> bool:
        return self.tab != BELOW

    @property
    def query(self) -> dict[str, str]:
        """As an address has it: what is as usual is left out."""
        found = {
            "tab": self.tab,
            "passed": YES if self.passed else "",
            "level": self.level,
            "search": self.search,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def is_filtered(self) -> bool:
        return bool(self.level or self.passed or self.search)

    @property
    def name(self) -> str:
        """As forms carry it."""
        return f"{self.plan_id}/{self.unit_id}" + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def start(self) -> str:
        return f"/steps/{self.plan_id}/{self.unit_id}"

    @property
    def link(self) -> str:
        return f"/steps/{self.name}"

    def report(self, congress_id: str) -> str:
        """Where the step of one is recorded; what other units must record is only read."""
        if not self.direct:
            return f"/congresses/{congress_id}"
        return f"/congresses/{congress_id}/record-above?" + urlencode({"queue": self.name})

    def asked(self) -> dict[str, object]:
        """As the service is asked for it."""
        wanted = {
            "plan_id": self.plan_id,
            "below": self.unit_id,
            "waits_for": "superior",
            "direct": self.direct,
        }
        return {**wanted, "level": self.level, "passed": self.passed, "search": self.search}

    def tabs(self, totals: Mapping[str, int]) -> tuple[Tab, ...]:
        """Each counts all, whatever is filtered."""
        own = Steps(self.plan_id, self.unit_id)
        return (
            Tab(N_("Mine to record"), own.link, totals["steps_direct"], current=self.direct),
            Tab(N_("All below"), f"{own.link}?tab={BELOW}", totals["steps"], current=not self.direct),
        )


def steps_of(plan_id: str, unit_id: str, said: Mapping[str, str]) -> Steps:
    """What an address says; what it does not say, or says in a way of its own, is as usual."""
    return Steps(
        plan_id,
        unit_id,
        BELOW if said.get("tab") == BELOW else "",
        said.get("level", "")[:64],
        said.get("passed") == YES,
        said.get("search", "")[:100],
    )


def steps_named(name: str) -> Steps | None:
    """None for whatever no page of ours has sent."""
    found = _NAME.fullmatch(name)
    queue = steps_of(found[1], found[2], dict(parse_qsl(found[3] or ""))) if found else None
    return queue if queue and queue.name == name else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """`names`: of the step; `since`: when the unit recorded last, and `by` whom; `days`: how long ago that is.

    `why_not`: why this reader cannot tick it.
    """

    congress_id: str
    version: int
    milestone: str
    unit: Unit
    parent: Names
    names: Names
    due: str
    over: State | None
    since: str
    by: str
    days: int
    cautions: tuple[Fault, ...]
    why_not: Fault | None
    link: str

    @property
    def name(self) -> str:
        return f"{TICK}{self.congress_id}"

    @property
    def seen(self) -> str:
        """What its form carries of it, before the name of its unit."""
        return f"{self.version} {self.milestone}"


def waiting_of(
    congress: Document, plan: Document, queue: Steps, now: datetime, today: date
) -> Waiting | None:
    """None where it does not wait any more. Its step is named by the rules that it stands under, which may not be those
    of the plan: of its next milestones the required one is the last.
    """
    steps = [one for one in congress["next_steps"] if one.get("superiors") and one.get("milestone")]
    step = next(reversed(steps), None)
    if step is None:
        return None
    key, due = step["milestone"], due_state(step["due"], today)
    names = {one["key"]: one["names"] for one in steps_ever(plan)}
    last = max(congress["entries"], key=lambda one: str(one["at"]), default=None)
    return Waiting(
        congress["id"],
        congress["version"],
        key,
        unit_with_id(congress),
        (congress["parent"] or {}).get("names", {}),
        names.get(key, {}),
        step["due"],
        due if due is states.DUE_OVER else None,
        last["at"] if last else "",
        last.get("by_name", "") if last else "",
        max(0, (now - as_instant(last["at"])).days) if last else 0,
        tuple(map(fault_of, congress["cautions"])),
        next((_why_not(one) for one in congress["milestones"] if one["key"] == key), None)
        if queue.direct
        else None,
        queue.report(congress["id"]),
    )


def _why_not(milestone: Document) -> Fault | None:
    """The service's own words; and what is for a unit between is not recorded in passing."""
    if over_others(milestone, "record"):
        return Fault(BETWEEN_RECORDS)
    against = why_not(milestone, "record")
    return fault_of(milestone["acts"]["record"]["refusal"]) if against and against not in ON_THE_WAY else None


def all_ticked(waiting: tuple[Waiting, ...]) -> dict[str, str]:
    """Those about which nothing is odd: what is, is looked at before it is ticked."""
    return {one.name: one.seen for one in waiting if not one.cautions and one.why_not is None}


def chosen(values: Mapping[str, str]) -> tuple[dict[str, Seen], dict[str, str]]:
    """What was ticked, as it was seen, and the step of each."""
    told = {one_id: (seen.version, *seen.named.partition(" ")) for one_id, seen in ticked(values).items()}
    return (
        {one_id: Seen(version, named) for one_id, (version, _key, _gap, named) in told.items()},
        {one_id: key for one_id, (_version, key, _gap, _named) in told.items()},
    )
