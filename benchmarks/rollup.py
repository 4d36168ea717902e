"""Headquarters' figure at 5,107 and at 60,000 units, and against a `$group` over the leaves.

One database server, both organisations in it, the reads in turn. An answer is the whole of it: the unit, the units
right below, every milestone by level, as JSON text. The `$group` must give the same figures before it is timed.
Prints the times and both ratios; fails beyond the limits.
"""

import csv
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from congress.app import open_context
from congress.context import Context
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.planned import planned_congresses
from congress.domain.rollup import Answer
from congress.operations import verify_rollups
from congress.operations.following import units_changed
from congress.operations.projection import add_congresses
from congress.operations.rollups import read_rollup
from congress.routes.rollup_views import rollup_view
from congress.sample import make_sample_plan
from servicekit.access.decision import Caller, Reach, Right
from servicekit.tree.units_copy import follow_units
from tests.processes import ROOT, DatabaseServer, free_port

GROWTH_LIMIT = 1.3
GROUP_LIMIT = 50.0
FANOUT = (8, 8, 12, 77)  # 1 + 8 + 64 + 768 + 59,136 units on the same 5 levels
LEVELS = ("centre", "division", "district", "upazila", "union")
ROUNDS, GROUP_ROUNDS = 200, 5
STEP = 2_000
SEED = 1
TODAY = datetime.now(UTC).date()

Json = dict[str, Any]


def told(path: tuple[str, ...], level: str) -> Json:
    parent = path[-2] if len(path) > 1 else None
    names = {"en": path[-1]}
    return {
        "id": path[-1],
        "code": path[-1],
        "names": names,
        "level": level,
        "parent_id": parent,
        "path": path,
    }


def sample_units() -> Iterator[Json]:
    paths: dict[str, tuple[str, ...]] = {}
    with (ROOT / "examples/bangladesh/units.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            paths[row["code"]] = (*paths.get(row["parent_code"], ()), row["code"])
            yield told(paths[row["code"]], row["level"])


def synthetic_units() -> Iterator[Json]:
    paths: list[tuple[str, ...]] = [("r",)]
    yield told(paths[0], LEVELS[0])
    for width, level in zip(FANOUT, LEVELS[1:], strict=True):
        paths = [(*path, f"{path[-1]}.{child}") for path in paths for child in range(width)]
        yield from (told(path, level) for path in paths)


def load(context: Context, units: Iterable[Json]) -> None:
    waiting, take = list(units), follow_units(context.units, partial(units_changed, context))
    for start in range(0, len(waiting), STEP):
        some = {"data": {"units": waiting[start : start + STEP]}}
        context.database.in_transaction(lambda some=some: take(some))  # type: ignore[misc]


def grow(small: Context, plan: Plan, large: Context) -> Plan:
    """The same plan for the large tree; each congress is as far as some congress of its level in the small one."""
    models: dict[str, list[Congress]] = defaultdict(list)
    for congress in small.congresses.of_plan(plan.id):
        models[congress.unit.level].append(congress)
    dice = random.Random(SEED)
    units = list(large.units.below("r"))
    plan = large.plans.insert(replace(plan, unit_id="r", unit_path=("r",)), [])
    planned = planned_congresses(plan, units)
    worked = [
        replace(dice.choice(models[one.unit.level]), id=one.id, unit=one.unit, version=1) for one in planned
    ]
    for _ in add_congresses(large, plan, worked):
        continue
    return plan


def organiser(unit_id: str) -> Caller:
    return Caller("hq", rights=(Right("congress:read", unit_id, (unit_id,), Reach.BELOW),), assurance=2)


def answer(context: Context, plan: Plan) -> Answer:
    return read_rollup(context, organiser(plan.unit_id), plan.id, plan.unit_id)[1]


def answered(context: Context, plan: Plan) -> str:
    return json.dumps(rollup_view(answer(context, plan)), ensure_ascii=False)


# What a milestone counts, but for `overdue`, which follows from these and the day.
KINDS = ("done", "late", "skipped", "left_out")


def grouped(context: Context, plan: Plan) -> dict[tuple[str, str], dict[str, int]]:
    """The same figures from the leaves: counters by unit below headquarters and by level and deadline."""
    names = ["total"]
    for milestone in plan.milestones:
        names += [f"{kind}.{milestone.key}" for kind in KINDS]
    fields = {name.replace(".", "__"): {"$sum": f"$counters.{name}"} for name in names}
    child = {"$arrayElemAt": ["$path", 1]}
    pipeline: list[Json] = [
        {"$match": {"plan_id": plan.id}},
        {"$group": {"_id": {"child": child, "group": "$group"}, **fields}},
    ]
    return {
        (line["_id"].get("child") or "", line["_id"]["group"]): {
            name: line[name.replace(".", "__")] for name in names
        }
        for line in context.database.mongo["contributions"].aggregate(pipeline)
    }


def agree(context: Context, plan: Plan) -> bool:
    found = grouped(context, plan)
    for line in answer(context, plan).children:
        for milestone in line.milestones:
            lines = [counters for (child, _), counters in found.items() if child == line.rollup.unit_id]
            counted = tuple(sum(counters[f"{kind}.{milestone.key}"] for counters in lines) for kind in KINDS)
            if counted != tuple(getattr(milestone.count, kind) for kind in KINDS):
                return False
    return True


def in_turn(rounds: int, *works: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each, one after the other, so that what else the machine does meets all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for spent, work in zip(times, works, strict=True):
            start = time.perf_counter()
            work()
            spent.append((time.perf_counter() - start) * 1000)
    return times


def report(name: str, spent: list[float]) -> float:
    middle = statistics.median(spent)
    print(f"{name:34} median {middle:9.2f} ms   p95 {sorted(spent)[int(len(spent) * 0.95)]:9.2f} ms")
    return middle


def opened(url: str, name: str) -> Context:
    os.environ.update(MONGO_URL=url, DATABASE_PREFIX=name, KEYS_DIR=str(ROOT))
    context = open_context()
    context.prepare()
    return context


def main() -> int:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        server = DatabaseServer(free_port(), Path(folder) / "data")
        server.start()
        try:
            small, large = opened(server.url, "small"), opened(server.url, "large")
            load(small, sample_units())
            load(large, synthetic_units())
            start = time.perf_counter()
            plan = make_sample_plan(small, TODAY, SEED)
            print(
                f"{small.units.count():,} congresses made and counted in {time.perf_counter() - start:.1f} s"
            )
            start = time.perf_counter()
            wide = grow(small, plan, large)
            print(
                f"{large.units.count():,} congresses made and counted in {time.perf_counter() - start:.1f} s"
            )
            if verify_rollups(small) or not agree(small, plan) or not agree(large, wide):
                print("the figures do not agree: nothing is measured")
                return 1
            answered(small, plan), answered(large, wide)
            few, many = in_turn(ROUNDS, lambda: answered(small, plan), lambda: answered(large, wide))
            (leaves,) = in_turn(GROUP_ROUNDS, lambda: grouped(large, wide))
        finally:
            if server.process is not None:
                server.process.stop()
    at_few, at_many = report("the answer at 5,107 units", few), report("the answer at 60,000 units", many)
    by_group = report("$group over the leaves of 60,000", leaves)
    growth, gain = at_many / at_few, by_group / at_many
    print(f"growth {growth:6.2f}   (limit {GROWTH_LIMIT})")
    print(f"gain   {gain:6.1f}   (limit {GROUP_LIMIT:.0f})")
    print(f"in {time.perf_counter() - began:.0f} s altogether")
    return 0 if growth <= GROWTH_LIMIT and gain >= GROUP_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
