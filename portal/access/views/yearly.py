"""The queue of grants that somebody must confirm again: which of them are shown, and what a row says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from portal.access.views.grants import Grant, Role, grant_of
from portal.access.words import LEFT_TO_ABOVE, REMOVAL_ASKED
from portal.congress.views.congress import days_over
from portal.frame.forms import Fault
from portal.queues.views import TICK, Tab
from portal.queues.words import MINE
from portal.shared.clients.acts import offered
from portal.shared.units import Document, Names
from servicekit.words import N_

ALL, YES = "all", "yes"
_LINK = re.compile(r"/units/([a-z0-9_-]{1,64})/access/yearly(?:\?([\x21-\x7e]{1,200}))?")


@dataclass(frozen=True, slots=True)
class Yearly:
    """Of a unit and all below it. `mine`: those that the reader may confirm; `passed`: those whose day is over."""

    unit_id: str
    mine: bool = True
    passed: bool = False

    @property
    def query(self) -> dict[str, str]:
        """As an address has it: what is as usual is left out."""
        found = {"tab": "" if self.mine else ALL, "passed": YES if self.passed else ""}
        return {name: value for name, value in found.items() if value}

    @property
    def start(self) -> str:
        return f"/units/{self.unit_id}/access/yearly"

    @property
    def link(self) -> str:
        return self.start + (f"?{urlencode(self.query)}" if self.query else "")

    def one(self, grant_id: str) -> str:
        """Where one is looked at and confirmed."""
        return f"/grants/{grant_id}/recertify?" + urlencode({"back": self.link})

    def tabs(self, totals: Mapping[str, int | None]) -> tuple[Tab, ...]:
        return (
            Tab(MINE, self.start, totals["mine"], current=self.mine),
            Tab(N_("All"), Yearly(self.unit_id, mine=False).link, totals["all"], current=not self.mine),
        )


def yearly_of(unit_id: str, said: Mapping[str, str]) -> Yearly:
    return Yearly(unit_id, said.get("tab") != ALL, said.get("passed") == YES)


def yearly_at(link: str) -> Yearly | None:
    """None for what is no address of a yearly queue."""
    found = _LINK.fullmatch(link)
    return yearly_of(found[1], dict(parse_qsl(found[2] or ""))) if found else None


@dataclass(frozen=True, slots=True)
class Row:
    """`days`: until it must be confirmed; below zero since when that day is over. `why_not`: why none can tick it."""

    grant: Grant
    parent: Names
    days: int
    cautions: tuple[Fault, ...]
    why_not: Fault | None
    link: str

    @property
    def name(self) -> str:
        return f"{TICK}{self.grant.id}"

    @property
    def over(self) -> bool:
        return self.days < 0


def row_of(
    answer: Document, roles: Mapping[str, Role], units: Mapping[str, Document], queue: Yearly, today: date
) -> Row:
    """`units`: those that the reader may see, by id."""
    grant, path = grant_of(answer, roles), answer["unit_path"]
    return Row(
        grant,
        units.get(path[-2], {}).get("names", {}) if len(path) > 1 else {},
        -days_over(answer["recertify_by"] or answer["valid_to"], today),
        cautions_of(answer, grant),
        None if offered(answer, "recertify") else Fault(LEFT_TO_ABOVE),
        queue.one(grant.id),
    )


def cautions_of(answer: Document, grant: Grant) -> tuple[Fault, ...]:
    """What is to be looked at twice; that its day is over is lateness, and no caution."""
    waits = Fault(REMOVAL_ASKED) if grant.removal else None
    odd = Fault(grant.why_not) if grant.why_not and answer.get("why_not") != "unconfirmed" else None
    return tuple(one for one in (waits, odd) if one)


def all_ticked(rows: tuple[Row, ...]) -> dict[str, str]:
    """Those about which nothing is odd: what is, is looked at before it is ticked."""
    return {row.name: str(row.grant.version) for row in rows if not row.cautions and row.why_not is None}
