"""A small tree, a running service, and people at their desks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import requests

from congress.app import open_context
from congress.context import Context
from congress.operations import following, projection
from servicekit.ids import new_id
from servicekit.tree.units_copy import follow_units
from tests.processes import House, a_right

Json = dict[str, Any]

# root ─┬─ north ─┬─ n1
#       │         └─ n2
#       └─ south ─── s1
PATHS = {
    "root": ("root",),
    "north": ("root", "north"),
    "south": ("root", "south"),
    "n1": ("root", "north", "n1"),
    "n2": ("root", "north", "n2"),
    "s1": ("root", "south", "s1"),
}
LEVELS = {1: "centre", 2: "district", 3: "union", 4: "cell"}

CLERK = ("congress:read below", "congress:report own")
APPROVER = ("congress:read below", "congress:approve under")
ADMINISTRATOR = ("congress:read below", "plan:manage below")
READER = ("congress:read below",)
AUDITOR = ("congress:read below", "audit:read below")


def a_told_unit(path: tuple[str, ...], **changes: Any) -> Json:
    """A unit as membership tells of it."""
    unit = {
        "id": path[-1],
        "code": path[-1].upper(),
        "names": {"en": path[-1].title(), "bn": "ইউনিট"},
        "level": LEVELS[len(path)],
        "parent_id": path[-2] if len(path) > 1 else None,
        "path": list(path),
        "valid_from": "2020-01-01",
        "valid_to": None,
    }
    return {**unit, **changes}


def context_of(house: House) -> Context:
    """The service's own operations beside the running service, as the projector and the command line have them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in house.env().items():
            patch.setenv(name, value)
        return open_context()


def tell_units(context: Context, units: Iterable[Json]) -> None:
    told = {"data": {"units": list(units)}}
    take = follow_units(context.units, partial(following.units_changed, context))
    context.database.in_transaction(lambda: take(told))


def project(context: Context) -> None:
    """All that a running projector would do by now."""
    while projection.count_changes(context):
        continue
    for _ in projection.run_cascades(context):
        continue
    while projection.count_changes(context):
        continue


@dataclass
class Desk:
    """Somebody who calls the service: rights are given as "permission reach" over one unit."""

    house: House
    unit: str
    roles: tuple[str, ...]
    account_id: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        self.account_id = self.account_id or new_id()
        rights = [a_right(*self._right(role)) for role in self.roles]
        self.token = self.house.token("congress", *rights, account_id=self.account_id, language=self.language)
        self.http = requests.Session()

    def _right(self, role: str) -> tuple[str, tuple[str, ...], str]:
        permission, reach = role.split()
        return permission, PATHS[self.unit], reach

    def send(self, method: str, path: str, json: Any = None, **headers: str) -> requests.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.token}"
        return self.http.request(
            method, f"{self.house.url('congress')}/api/congress{path}", json=json, headers=sent, timeout=20
        )

    def get(self, path: str) -> Any:
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, congress: Json, act: str, body: Json | None = None) -> requests.Response:
        """One write to a congress, for the version that was seen."""
        path = f"/congresses/{congress['id']}/{act}"
        return self.send("POST", path, body or {}, If_Match=f'"{congress["version"]}"')

    def done(self, congress: Json, act: str, body: Json | None = None) -> Json:
        answer = self.act(congress, act, body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def congress_of(self, unit: str, plan: Json) -> Json:
        (found,) = self.get(f"/congresses?unit_id={unit}&plan_id={plan['id']}")["items"]
        return dict(found)


MILESTONES = [
    {"key": "plan", "names": {"en": "Plan issued"}, "days_before_deadline": 60, "waits_for_parent": True},
    {"key": "opened", "names": {"en": "Opened"}, "days_before_deadline": 1},
    {"key": "closed", "names": {"en": "=Closed"}, "days_before_deadline": 0, "mark": "closed"},
    {"key": "sent", "names": {"en": "Sent"}, "days_before_deadline": -10, "mark": "submitted"},
    {"key": "approved", "names": {"en": "Approved"}, "days_before_deadline": -20, "mark": "approved"},
]
FIGURES = {
    "summoned": 100,
    "present": 97,
    "absent_with_reason": 3,
    "committee_seats": 10,
    "committee_listed": 11,
    "committee_elected": 10,
}


def a_wanted_plan(today: date, **changes: Any) -> Json:
    deadline = (today + timedelta(days=20)).isoformat()
    wanted = {
        "name": "Congresses",
        "cycle": f"the cycle of {new_id()}",
        "unit_id": "root",
        "opens_on": (today - timedelta(days=100)).isoformat(),
        "deadlines": {"centre": deadline, "district": deadline, "union": deadline},
        "milestones": MILESTONES,
    }
    return {**wanted, **changes}


def an_open_plan(house: House, context: Context, **changes: Any) -> Json:
    """Made and opened by headquarters, with all its congresses."""
    organiser = Desk(house, "root", ADMINISTRATOR)
    wanted = a_wanted_plan(context.clock.today(), **changes)
    answer = organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id())
    assert answer.status_code == 201, answer.text
    plan = answer.json()
    cascade = organiser.send("POST", f"/plans/{plan['id']}/cascade", {}, If_Match=f'"{plan["version"]}"')
    assert cascade.status_code == 202, cascade.text
    project(context)
    opened: Json = organiser.get(f"/plans/{plan['id']}")
    assert opened["state"] == "open"
    return opened


def reported(house: House, plan: Json, unit: str, until: str, day: date) -> Json:
    """The unit's congress after its clerk has reported as far as `until`: a milestone, results or submit."""
    clerk = Desk(house, unit, CLERK)
    congress = clerk.congress_of(unit, plan)
    for key in ("plan", "opened", "closed"):
        if key not in congress["current"]:
            congress = clerk.done(congress, "milestones", {"milestone": key, "date": day.isoformat()})
        if key == until:
            return congress
    congress = clerk.done(congress, "results", {"figures": FIGURES})
    return congress if until == "results" else clerk.done(congress, "submit")
