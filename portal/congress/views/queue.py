"""The queue of reports: its tabs, how it is filtered and ordered, and where one report stands in it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, urlencode

from portal.queues import words
from portal.queues.views import Tab
from servicekit.words import N_

_ID = r"[a-z0-9_-]{1,64}"
# A search of as many signs as it takes, each of which is twelve in an address, and the rest.
_NAME = re.compile(rf"({_ID})/({_ID})(?:\?(.{{1,1600}}))?")
MINE = "mine"
YES = "yes"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which reports a tab shows. `total`: as the service names their number; `act`: what brought them there."""

    word: str
    title: str
    state: str
    total: str
    act: str
    direct: bool = False


TABS: Mapping[str, _Kind] = {
    MINE: _Kind(
        words.MINE,
        N_("Reports that wait for your approval"),
        "submitted",
        "direct",
        "submitted",
        True,
    ),
    "below": _Kind(N_("All below"), N_("All reports that wait below"), "submitted", "submitted", "submitted"),
    "returned": _Kind(N_("Returned"), N_("Reports that were returned"), "returned", "returned", "returned"),
    "done": _Kind(N_("Approved"), N_("Reports that are approved"), "approved", "approved", "approved"),
}
SORTS: Mapping[str, str] = {
    "": N_("Deadline, then place"),
    "longest": N_("Waiting longest"),
    "newest": N_("Newest"),
}
# What an address of the queue may say, besides the place in it.
ASKED = ("tab", "level", "passed", "search", "sort")


@dataclass(frozen=True, slots=True)
class Queue:
    """Reports below a unit under a plan. `passed`: only those past their deadline."""

    plan_id: str
    unit_id: str
    tab: str = MINE
    level: str = ""
    passed: bool = False
    search: str = ""
    sort: str = ""

    @property
    def kind(self) -> _Kind:
        return TABS[self.tab]

    @property
    def waits(self) -> bool:
        """Whether its reports wait for a decision."""
        return self.kind.state == "submitted"

    @property
    def is_others(self) -> bool:
        """Whether somebody else must act on what is in it."""
        return self.tab in ("below", "returned")

    @property
    def query(self) -> dict[str, str]:
        """As an address has it: what is as usual is left out."""
        found = {"tab": "" if self.tab == MINE else self.tab, "passed": YES if self.passed else ""}
        found |= {"level": self.level, "search": self.search, "sort": self.sort}
        return {name: value for name, value in found.items() if value}

    @property
    def filters(self) -> dict[str, str]:
        return {name: value for name, value in self.query.items() if name != "tab"}

    @property
    def name(self) -> str:
        """As forms carry it."""
        return f"{self.plan_id}/{self.unit_id}" + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def start(self) -> str:
        return f"/approvals/{self.plan_id}/{self.unit_id}"

    @property
    def link(self) -> str:
        return f"/approvals/{self.name}"

    def report(self, congress_id: str) -> str:
        """Where one is decided; what waits no more is only read."""
        if not self.waits:
            return f"/congresses/{congress_id}"
        return f"/congresses/{congress_id}/decide?" + urlencode({"queue": self.name})

    def asked(self) -> dict[str, object]:
        """As the service is asked for it."""
        found = {key: value for key, value in asdict(self).items() if key not in ("tab", "unit_id")}
        return {**found, "below": self.unit_id, "state": self.kind.state, "direct": self.kind.direct}


def queue_of(plan_id: str, unit_id: str, said: Mapping[str, str]) -> Queue:
    """What an address says; what it does not say, or says in a way of its own, is as usual."""
    tab, sort = said.get("tab", ""), said.get("sort", "")
    return Queue(
        plan_id,
        unit_id,
        tab if tab in TABS else MINE,
        said.get("level", "")[:64],
        said.get("passed") == YES,
        said.get("search", "")[:100],
        sort if sort in SORTS else "",
    )


def queue_named(name: str) -> Queue | None:
    """None for whatever no page of ours has sent."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    queue = queue_of(found[1], found[2], dict(parse_qsl(found[3] or "")))
    return queue if queue.name == name else None


def tabs_of(queue: Queue, totals: Mapping[str, int]) -> tuple[Tab, ...]:
    """Each counts all that is below, whatever is filtered."""
    return tuple(
        Tab(
            kind.word,
            Queue(queue.plan_id, queue.unit_id, key).link,
            totals.get(kind.total),
            current=key == queue.tab,
        )
        for key, kind in TABS.items()
    )
