"""Fills an empty system with the sample, once; a sample that was cut short is completed."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from pymongo import MongoClient
from rich.console import Console
from rich.progress import Progress

import identity.settings
import membership.settings
from congress import settings as congress_settings
from congress.app import file_store
from congress.app import open_context as open_congress
from congress.sample import make_sample_plan
from membership.app import open_context as open_membership
from membership.domain.units import read_level_scheme
from membership.operations.unit_import import import_units
from membership.sample import make_sample_members
from practice_eid.citizens import read_citizens
from sammelan.house import CannotStart
from sammelan.people import CITIZENS
from sammelan.sample.days import make_sample_days
from sammelan.sample.difficulties import hang_sample_survey, make_sample_difficulties
from sammelan.sample.elected import make_sample_elected
from sammelan.sample.grants import TO_DO, make_sample_grants
from sammelan.sample.minutes import hang_sample_minutes
from sammelan.sample.seats import make_sample_seats
from sammelan.sample.takings import make_sample_takings
from sammelan.sample.tallies import make_sample_tallies
from sammelan.settings import ROOT, Settings

TREE = ROOT / "examples" / "bangladesh"
COPIED_WITHIN = timedelta(minutes=10)
COPIES = ("identity", "congress", "notifications")


def seed_where_empty(settings: Settings, console: Console) -> bool:
    """False, and nothing done, where there is an organisation already. The house must be running."""
    client: MongoClient[dict[str, object]] = MongoClient(
        settings.common.mongo_url, w="majority", journal=True, serverSelectionTimeoutMS=10_000
    )
    with client:
        marks = client[settings.common.database("operator")]["marks"]
        mark = marks.find_one({"_id": "sample"})
        if mark is None:
            if next(
                iter(client[settings.common.database("membership")]["units"].find({}, {"_id": 1}).limit(1)),
                None,
            ):
                return False
            marks.insert_one({"_id": "sample", "state": "begun"})
        elif mark["state"] == "done":
            return False
        console.print("Making the sample organisation; this happens once.")
        _seed(settings, console)
        marks.update_one({"_id": "sample"}, {"$set": {"state": "done"}})
    return True


def _seed(settings: Settings, console: Console) -> None:
    membership_settings = membership.settings.read_settings()
    context = open_membership(membership_settings)
    with Progress(console=console) as bars:
        bar = bars.add_task("Units")
        import_units(
            context,
            (TREE / "units.csv").read_bytes(),
            scheme=read_level_scheme((TREE / "levels.toml").read_text(encoding="utf-8")),
            progress=lambda done, total: bars.update(bar, completed=done, total=total),
        )
        units = len(context.units.all())
        bars.update(bar, completed=units, total=units)
        bar = bars.add_task("Units known to all services")
        _wait_for_copies(settings, lambda done, total: bars.update(bar, completed=done, total=total))
        bar = bars.add_task("Grants", total=1)
        make_sample_grants(identity.settings.read_settings(), read_citizens(CITIZENS))
        bars.update(bar, completed=1)
        bar = bars.add_task("Members", total=1)
        make_sample_members(context)
        bars.update(bar, completed=1)
        bar = bars.add_task("A plan half-way through its cycle", total=1)
        congress = open_congress()
        days = partial(make_sample_days, congress)
        plan = make_sample_plan(congress, congress.clock.today(), to_do=TO_DO, further=days)
        make_sample_difficulties(congress, plan)
        make_sample_seats(congress, plan)
        make_sample_tallies(congress, plan)
        make_sample_elected(congress, plan, TO_DO)
        make_sample_takings(congress, plan)
        files = file_store(congress_settings.read_settings(), congress.database)
        files.prepare()
        hang_sample_minutes(congress, files, plan, TO_DO)
        hang_sample_survey(congress, files)
        bars.update(bar, completed=1)


def _wait_for_copies(settings: Settings, tell: Callable[[int, int], None]) -> None:
    """Until the relay has handed everything that membership told to everybody; it keeps count of both."""
    client: MongoClient[dict[str, Any]] = MongoClient(settings.common.mongo_url)
    deadline = time.monotonic() + COPIED_WITHIN.total_seconds()
    with client:
        told = client[settings.common.database("membership")]
        while True:
            head = told["heads"].find_one({"_id": "events"})
            handed = {cursor["_id"]: cursor["seq"] for cursor in told["cursors"].find({})}
            reached = min(handed.get(service, 0) for service in COPIES)
            waiting = told["unit_import_steps"].find_one({"_pending": True}, {"_id": 1})
            if head is not None:
                tell(reached, head["seq"])
                if waiting is None and 0 < head["seq"] <= reached:
                    return
            if time.monotonic() > deadline:
                raise CannotStart("The units do not reach the other services. Is the relay running?")
            time.sleep(0.2)
