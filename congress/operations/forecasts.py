"""Each day begins with what its figures let one expect, of every unit with enough congresses that are open."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from congress.context import Context
from congress.domain.forecasts import (
    FURTHEST,
    Outlook,
    Range,
    Series,
    Silence,
    expected_in,
    is_worth_asking,
    needed,
    series_of,
    silence_of,
    silence_of_all,
    still_holds,
)
from congress.domain.plan import Plan, PlanState
from servicekit.logs import log

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, str(ROOT / "congress/forecasting.py"))
# Of units that are reckoned by one process: it takes two seconds to begin, and a hundredth for each.
AT_ONCE = 100
SECONDS, SECONDS_FOR_EACH = 20.0, 1.0
# It gives way to whoever waits for an answer.
NICENESS = 10

Json = dict[str, Any]


class NotReckoned(Exception):
    """The program of forecasts cannot be begun; it is tried anew after a while."""


def keep_forecasts(context: Context) -> Iterator[int]:
    """Of each open plan, once a day after its figures are kept, some units at a time."""
    today = context.clock.today()
    for plan in context.plans.in_state(PlanState.OPEN):
        if context.days.is_done(plan.id, today) and not context.forecasts.is_done(plan.id, today):
            yield from _keep(context, plan, today)


def _keep(context: Context, plan: Plan, today: date) -> Iterator[int]:
    # Whoever was cut off goes on where it was.
    made = context.forecasts.made_on(plan.id, today)
    asking = (one for one in _asking(context, plan, today) if one[0] not in made)
    while units := dict(islice(asking, AT_ONCE)):
        context.forecasts.put(plan.id, outlooks_of(units, today))
        yield len(units)
    context.forecasts.forget_before(plan.id, today)
    context.forecasts.put_done(plan.id, today)


def _asking(context: Context, plan: Plan, today: date) -> Iterator[tuple[str, tuple[Series, ...]]]:
    for unit_id, groups in context.days.at(plan.id, today):
        if is_worth_asking(series_of(plan, {today: groups})):
            yield unit_id, series_of(plan, context.days.of(plan.id, unit_id))


def outlooks_of(units: Mapping[str, Sequence[Series]], today: date) -> dict[str, Outlook]:
    """By unit; of one that cannot be reckoned it says so. Raises NotReckoned where none can be."""
    answers = _reckoned([_question(series) for series in units.values()])
    found = {}
    for (unit_id, series), answer in zip(units.items(), answers, strict=True):
        if "failed" in answer:
            log.warning("forecast_not_reckoned", unit=unit_id, why=answer["failed"])
            levels = {one.level: silence_of(one) or Silence.UNREADABLE for one in series}
            found[unit_id] = Outlook(today, silence_of_all(series) or Silence.UNREADABLE, levels)
        else:
            found[unit_id] = _outlook(series, answer, today)
    return found


def _question(levels: Sequence[Series]) -> Json:
    told = [one for one in levels if silence_of(one) is None]
    held = sum(one.held for one in levels)
    return {
        "levels": {
            one.level: {
                "held": one.held,
                "due": one.due.toordinal(),
                "points": [[day.toordinal(), done] for day, done in one.points],
                "may_stay": one.held - needed(one.held),
            }
            for one in told
        },
        "others": sum(one.held - one.done for one in levels if one not in told),
        "may_stay": held - needed(held),
    }


def _reckoned(units: Sequence[Json]) -> list[Json]:
    """What breaks the program, or takes too long, is looked for by halves: the others have nothing to do with it."""
    try:
        return _told(units)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        if len(units) <= 1:
            return [{"failed": type(error).__name__} for _ in units]
        half = len(units) // 2
        return _reckoned(units[:half]) + _reckoned(units[half:])


def _told(units: Sequence[Json]) -> list[Json]:
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours
            ["nice", "-n", str(NICENESS), *PROGRAM],  # noqa: S607 - found by the path below
            input=json.dumps({"days": FURTHEST.days, "units": units}).encode(),
            capture_output=True,
            timeout=SECONDS + SECONDS_FOR_EACH * len(units),
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
            check=True,
        )
    except OSError as error:
        raise NotReckoned from error
    return list(json.loads(done.stdout))


def _outlook(levels: Sequence[Series], answer: Json, today: date) -> Outlook:
    held = sum(one.held for one in levels)
    whole = silence_of_all(levels) or expected_in(today, answer["whole"])
    return Outlook(
        today,
        whole,
        {one.level: silence_of(one) or expected_in(today, answer["levels"][one.level]) for one in levels},
        tuple(
            Range(today + timedelta(days=day), held - most, held - middle, held - least)
            for day, least, middle, most in answer["way"]
        ),
    )


def outlook_of(context: Context, plan: Plan, unit_id: str, milestone: str) -> Outlook | None:
    """Whoever was answered may read it. None where none was made of late, and of another milestone than the closing."""
    if plan.state is not PlanState.OPEN or milestone != plan.closing.key:
        return None
    found = context.forecasts.find(plan.id, unit_id)
    return found if found and still_holds(found, context.clock.today()) else None
