"""What one report costs inside congress: commands to the database, by their names, and processor time.

The service's own application is called in this process, with the real database and identity beside it, one report after
the other: nothing waits, so the processor time is that of one thread, whatever else the machine does. Prints both per
report; with `profile` as argument also where the time goes.
"""

import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from pymongo import monitoring

from congress.app import create_app
from congress.settings import read_settings
from servicekit.ids import new_id
from tests.integration.congress.scene import (
    CLERK,
    PATHS,
    Desk,
    Json,
    a_told_unit,
    an_open_plan,
    context_of,
    tell_units,
)
from tests.processes import DatabaseServer, House, a_house, free_port

MILESTONES = 40
PLANS = 4
UNITS = ("n1", "n2", "s1")
# For each, and two more for the first of a congress: whether it is its unit's first, and that it is.
TRIPS_LIMIT = 7.0 + 2 / MILESTONES


class Counted(monitoring.CommandListener):
    """Commands to the database by name, of those threads' that report."""

    def __init__(self) -> None:
        self.commands: Counter[str] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.commands[f"{event.command_name} {event.command.get(event.command_name)}"] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Counted when it began."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Likewise."""


def a_plan(house: House) -> Json:
    context = context_of(house)
    try:
        context.prepare()
        tell_units(context, map(a_told_unit, PATHS.values()))
        return an_open_plan(
            house,
            context,
            milestones=[
                {
                    "key": f"m{number:02}",
                    "names": {"en": f"Step {number}"},
                    "days_before_deadline": 60 - number,
                }
                for number in range(MILESTONES)
            ],
        )
    finally:
        context.database.client.close()


def report_all(client: FlaskClient, desk: Desk, congress: Json, day: date) -> int:
    """Every milestone of a congress, one report each; how many."""
    for number in range(MILESTONES):
        answer = client.post(
            f"/api/congress/congresses/{congress['id']}/milestones",
            json={"milestone": f"m{number:02}", "date": day.isoformat(), "note": "held as planned"},
            headers={
                "Authorization": f"Bearer {desk.token}",
                "Idempotency-Key": new_id(),
                "If-Match": f'"{congress["version"] + number}"',
            },
        )
        assert answer.status_code == 200, answer.text
    return MILESTONES


def run(house: House, profile: cProfile.Profile | None) -> tuple[Counter[str], float, int]:
    plans = [a_plan(house) for _ in range(PLANS)]
    work: list[tuple[Desk, Any]] = []
    for plan in plans:
        for unit in UNITS:
            desk = Desk(house, unit, CLERK)
            work.append((desk, desk.congress_of(unit, plan)))
    os.environ.update(house.env())
    counted = Counted()
    monitoring.register(counted)
    app = create_app(read_settings())
    client, day = app.test_client(), datetime.now(ZoneInfo("Asia/Dhaka")).date()
    report_all(client, *work[0], day)  # what is made at the first request is made
    counted.commands.clear()
    began = time.thread_time()
    if profile is not None:
        profile.enable()
    reports = sum(report_all(client, *one, day) for one in work[1:])
    if profile is not None:
        profile.disable()
    return counted.commands, time.thread_time() - began, reports


def main() -> int:
    profile = cProfile.Profile() if "profile" in sys.argv else None
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with a_house(server, Path(name) / "house") as house:
                house.extra["LOG_LEVEL"] = "INFO"
                house.start_service("identity")
                house.start_service("congress")
                sys.stdout.flush()
                kept, quiet = os.dup(1), os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)  # the application logs here
                try:
                    commands, seconds, reports = run(house, profile)
                finally:
                    sys.stdout.flush()
                    os.dup2(kept, 1)
        finally:
            if server.process is not None:
                server.process.kill()
    if profile is not None:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    for command, times in commands.most_common(14):
        print(f"{command:44} {times / reports:5.2f} a report")
    trips = commands.total() / reports
    print(f"commands   {trips:6.2f} a report   (limit {TRIPS_LIMIT:.2f}): {trips / TRIPS_LIMIT:.2f} times")
    print(f"processor  {1000 * seconds / reports:6.2f} ms a report, {reports} reports")
    return 0 if trips <= TRIPS_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
