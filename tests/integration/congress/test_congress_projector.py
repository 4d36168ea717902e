"""What the projector does besides counting: it makes congresses, reminds, and works alone."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import json

from congress.context import Context
from congress.operations import projection, verify_rollups
from congress.projector import loop_of
from congress.sample import REASONS, NoUnitsYet, make_sample_plan
from congress.sample_gaps import UNSIGNED
from servicekit.access.keys import KeyRing
from servicekit.access.tokens import service_token
from servicekit.calendar.days import Calendar
from servicekit.ids import new_id
from servicekit.words.i18n import translate
from servicekit.work.clock import Clock
from servicekit.work.leases import Lease
from tests.integration.congress.scene import (
    ADMINISTRATOR,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    a_wanted_plan,
    an_open_plan,
    context_of,
    project,
    reported,
    tell_units,
)
from tests.processes import House

# Each turn looks at everything, as if a bell had rung since the last one.
RINGS = itertools.count(1)


def later(context: Context, days: int) -> Context:
    """The same service some days later; every day is worked, so that it matters not which day it is."""
    return replace(context, clock=Clock(shift=timedelta(days=days)), calendar=Calendar())


def told(context: Context, plan: Json) -> list[dict[str, Any]]:
    """The reminders that wait to be told, of one plan."""
    return [
        item["data"]
        for found in context.database.mongo["reminders"].find({})
        for item in found.get("_outbox", [])
        if item["data"]["plan_id"] == plan["id"]
    ]


def test_each_deadline_is_told_of_before_and_after_it_once(
    congress_house: House, context: Context, plan: Json
) -> None:
    reported(congress_house, plan, "s1", "submit", context.clock.today())
    for days in (12, 13, 13, 15, 17, 19, 20, 20, 21, 21, 25, 27, 40):
        projection.give_reminders(later(context, days))
    late = [reminder for reminder in told(context, plan) if "side" in reminder]
    found = [reminder for reminder in told(context, plan) if "side" not in reminder]
    of_the_lowest = {
        (one["side"], one["days"], unit["unit_id"])
        for one in late
        for unit in one["units"]
        if unit["unit_id"] in ("n1", "s1")
    }
    assert of_the_lowest == {
        ("unit", 1, "n1"),
        ("unit", 7, "n1"),
        ("superior", 1, "s1"),
        ("superior", 7, "s1"),
    }
    assert {tuple(unit["unit_path"]) for one in late for unit in one["units"]} >= {("root", "north", "n1")}
    by_level = [reminder for reminder in found if "n1" in [unit["unit_id"] for unit in reminder["units"]]]
    assert [reminder["days"] for reminder in sorted(by_level, key=lambda one: -one["days"])] == [7, 3, 1, 0]
    assert {(reminder["plan_name"], reminder["deadline"]) for reminder in found} == {
        ("Congresses", plan["deadlines"]["union"])
    }
    named = [unit["unit_id"] for reminder in by_level for unit in reminder["units"]]
    assert "s1" not in named
    assert "n2" in named


@pytest.fixture
def beside(congress_house: House) -> Iterator[list[Context]]:
    """Two more programs of the same service: each keeps its database's session to itself."""
    found = [context_of(congress_house) for _ in range(2)]
    yield found
    for one in found:
        one.database.client.close()


def test_of_two_projectors_one_works(
    congress_house: House, context: Context, beside: list[Context], plan: Json
) -> None:
    one, other = (loop_of(each, Lease(each.database, "test", new_id())) for each in beside)
    reported(congress_house, plan, "n1", "plan", context.clock.today())
    assert one.turn(next(RINGS)) > 0
    reported(congress_house, plan, "n2", "plan", context.clock.today())
    assert other.turn(next(RINGS)) == 0
    assert one.turn(next(RINGS)) > 0
    assert verify_rollups(context, plan["id"]) == []


def test_the_program_makes_the_congresses_of_a_plan_that_is_opened(
    congress_house: House, context: Context, beside: list[Context]
) -> None:
    organiser = Desk(congress_house, "root", ADMINISTRATOR)
    wanted = a_wanted_plan(context.clock.today())
    plan = organiser.send("POST", "/plans", wanted, Idempotency_Key=new_id()).json()
    organiser.send("POST", f"/plans/{plan['id']}/cascade", {}, If_Match='"1"')
    projector = loop_of(beside[0], Lease(beside[0].database, "test2", new_id()))
    while projector.turn(next(RINGS)):
        continue
    assert organiser.get(f"/plans/{plan['id']}")["cascade"] == {"total": 6, "made": 6, "state": "done"}


def test_units_come_by_signed_events_and_only_by_them(congress_house: House, context: Context) -> None:
    unit = a_told_unit(("root", "north", "n7"))
    body = json.dumps(
        {
            "producer": "membership",
            "events": [{"id": new_id(), "type": "units.changed", "data": {"units": [unit]}}],
        }
    ).encode()
    url = f"{congress_house.url('congress')}/internal/events"
    unsigned = requests.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=9)
    assert unsigned.status_code == 403
    assert context.units.find("n7") is None
    keys = KeyRing(congress_house.folder / "keys", "relay")
    token = service_token(keys, "relay", "congress", body=hashlib.sha256(body).hexdigest())
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for _ in range(2):
        assert requests.post(url, data=body, headers=headers, timeout=9).status_code == 200
    found = context.units.find("n7")
    assert found is not None
    assert found.path == ("root", "north", "n7")
    tell_units(context, [{**unit, "valid_to": "2026-01-01"}])
    assert "n7" not in [unit.id for unit in context.units.below("north")]
    assert context.units.find("n7") is not None


@pytest.fixture
def sampled(congress_house: House, context: Context) -> Iterator[Context]:
    """A tree of its own, in a database of its own."""
    before = congress_house.prefix
    congress_house.prefix = before + "s"
    found = context_of(congress_house)
    congress_house.prefix = before
    found.prepare()
    yield found
    found.database.client.close()


def test_the_sample_is_the_same_every_time_and_adds_up(sampled: Context) -> None:
    today = sampled.clock.today()
    with pytest.raises(NoUnitsYet):
        make_sample_plan(sampled, today, 1)
    paths = [("root",), *(("root", f"d{i}") for i in range(4))]
    paths += [("root", f"d{i}", f"d{i}u{j}") for i in range(4) for j in range(30)]
    told = [{**a_told_unit(path), "names": {"en": path[-1], "bn": f"ইউনিট {path[-1]}"}} for path in paths]
    tell_units(sampled, told)
    plan = make_sample_plan(sampled, today, 1)
    # People write there in the language of their tree.
    kept = sampled.database.mongo["congresses"].find({}, {"acts": 1})
    returned = [act["reasons"] for one in kept for act in one["acts"] if act.get("reasons")]
    reasons = {text for one in returned for text in one.values()}
    said = {UNSIGNED, *(text for _, text in REASONS)}
    assert reasons
    assert reasons <= {translate(text, "bn") for text in said}
    assert not reasons & said
    assert make_sample_plan(sampled, today, 1) == plan
    first = sampled.rollups.find(plan.id, "root")
    assert verify_rollups(sampled) == []
    for collection in ("plans", "congresses", "rollups", "contributions"):
        sampled.database.mongo[collection].delete_many({})
    make_sample_plan(sampled, today, 1)
    assert sampled.rollups.find(plan.id, "root") == first
    assert first is not None
    # Pilots, and those that are postponed, stand in groups of their own.
    groups = [counters for key, counters in first.groups.items() if key.startswith("union")]
    assert len(groups) > 1
    union: Counter[str] = sum(map(Counter, groups), Counter())
    assert union["total"] == 120
    assert {name for name in union if name.startswith("state.")} >= {"state.approved", "state.submitted"}
    assert union["late.opened"] > 0
    assert union["results.summoned"] == union["results.present"] + union[
        "results.absent_with_reason"
    ] + union.get("results.absent_without_reason", 0)
    assert sampled.rollups.engine.waiting(1) == []
    assert projection.give_reminders(sampled) == 0


def test_a_readers_figure_follows_within_one_pass(congress_house: House, context: Context) -> None:
    plan = an_open_plan(congress_house, context)
    reader = Desk(congress_house, "root", READER)
    for unit in PATHS:
        reported(congress_house, plan, unit, "plan", context.clock.today())
    assert reader.get(f"/rollups/{plan['id']}/root")["milestones"][0]["done"] == 0
    project(context)
    assert reader.get(f"/rollups/{plan['id']}/root")["milestones"][0]["percent"] == 100.0
