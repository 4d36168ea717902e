"""Grants of which something waits for a second person: which of them are shown, and what a row says."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from portal.access.views.grants import (
    CONFIRM,
    CONFIRM_PERIOD,
    CONFIRM_REMOVAL,
    GrantAct,
    Role,
    asked_by,
    grant_of,
)
from portal.access.words import ANOTHER_DECIDES
from portal.frame.forms import Fault
from portal.queues.two import AskedOfTwo, days_waiting
from portal.queues.views import Tab
from portal.shared.clients.acts import offered, reason
from portal.shared.units import GIVEN, Document
from servicekit.words import N_

NEW, LONGER, REMOVAL = "", "longer", "removal"
# What the service calls them; removals it lists nowhere, for two peers of one unit do them.
STATUSES = {NEW: "proposed", LONGER: "extension-asked"}
WORDS = {NEW: N_("New access"), LONGER: N_("Longer periods"), REMOVAL: N_("Removals")}
CONFIRMING = {NEW: CONFIRM, LONGER: CONFIRM_PERIOD, REMOVAL: CONFIRM_REMOVAL}
_LINK = re.compile(r"/units/([a-z0-9_-]{1,64})/access/second(?:\?([\x21-\x7e]{1,200}))?")


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of a unit and, but for removals, of all below it."""

    unit_id: str
    kind: str = NEW

    @property
    def start(self) -> str:
        return f"/units/{self.unit_id}/access/second"

    @property
    def query(self) -> dict[str, str]:
        return {"tab": self.kind} if self.kind else {}

    @property
    def link(self) -> str:
        return self.start + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def act(self) -> GrantAct:
        return CONFIRMING[self.kind]

    def one(self, grant_id: str) -> str:
        """Where one is looked at and decided."""
        return f"/grants/{grant_id}/{self.act.key}?" + urlencode({"back": self.link})

    def tabs(self, totals: Mapping[str, int | None]) -> tuple[Tab, ...]:
        return tuple(
            Tab(word, Seconds(self.unit_id, kind).link, totals.get(kind), current=kind == self.kind)
            for kind, word in WORDS.items()
        )


def seconds_of(unit_id: str, said: str) -> Seconds:
    return Seconds(unit_id, said if said in WORDS else NEW)


def seconds_at(link: str) -> Seconds | None:
    """None for what is no address of this queue."""
    found = _LINK.fullmatch(link)
    return seconds_of(found[1], dict(parse_qsl(found[2] or "")).get("tab", "")) if found else None


def row_of(
    answer: Document,
    roles: Mapping[str, Role],
    units: Mapping[str, Document],
    queue: Seconds,
    accounts: Collection[str],
    now: datetime,
) -> AskedOfTwo:
    """`units`: those that the reader may see, by id."""
    grant, path = grant_of(answer, roles), answer["unit_path"]
    asked = grant.removal if queue.kind == REMOVAL else grant.extension if queue.kind == LONGER else None
    mine, role = asked_by(answer, accounts), grant.role
    return AskedOfTwo(
        id=grant.id,
        version=grant.version,
        link=queue.one(grant.id),
        word=queue.act.word,
        names={GIVEN: grant.name},
        about=role if isinstance(role, Mapping) else {GIVEN: role},
        unit=grant.unit,
        parent=units.get(path[-2], {}).get("names", {}) if len(path) > 1 else {},
        asked_by=asked.by if asked else grant.given_by,
        asked_at="" if asked else grant.given_at,
        days=None if asked else days_waiting(grant.given_at, now),
        until=asked.until if asked else grant.confirm_until,
        reason=asked.reason if asked else grant.reason,
        mine=mine,
        refusal=None if mine or offered(answer, queue.act.key) else _why_not(answer, queue.act),
    )


def _why_not(answer: Document, act: GrantAct) -> Fault:
    return Fault(reason(answer, act.key) or ANOTHER_DECIDES)


def own_first(rows: Sequence[AskedOfTwo]) -> list[AskedOfTwo]:
    return sorted(rows, key=lambda one: not one.to_decide)
