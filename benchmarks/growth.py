"""The whole house as the tree grows: 5,107, 60,111 and 306,111 units, each in a house of its own, as `sammelan up`.

For each size: the import by its command, until every service knows the units, a plan opened, until all its congresses
are made and counted above, pages of headquarters, one unit looked up anywhere in the tree, the roll-ups derived afresh
and compared, and the house killed and started again. Sizes may be named: `python -m benchmarks.growth 5107 60111`.

Prints a table, and fails where a page grows with the tree, a look-up is slow, or the house is long in coming back.
"""

import os
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pymongo

from benchmarks.unit_import import EXAMPLES, synthetic
from servicekit.settings import OFFSETS
from tests.integration.sammelan.running import Machine
from tests.people import Person, citizens
from tests.processes import House, run

SIZES: dict[int, Callable[[], bytes]] = {
    5_107: (EXAMPLES / "units.csv").read_bytes,
    60_111: synthetic,
    306_111: lambda: synthetic(unions=50),
}
WHO, SEED = "hq-organiser", 1
COPIES = ("identity", "congress", "notifications")
LEVELS = ("centre", "division", "district", "upazila", "union")
TIMES, LOOK_UPS = 7, 200
LONGEST = 3_600.0
# A page at the largest tree against the smallest; the slowest of twenty look-ups, ms; back after being killed, s.
GROWTH_LIMIT, LOOK_UP_LIMIT_MS, BACK_LIMIT = 2.0, 20.0, 10.0


@dataclass
class Seen:
    """Of one size: seconds of the work, and milliseconds of each page and look-up."""

    seconds: dict[str, float] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)

    def tell(self, work: str, seconds: float) -> None:
        """As it goes: the largest tree takes its time."""
        self.seconds[work] = seconds
        print(f"    {work} {seconds:.1f} s", flush=True)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def until(right: Callable[[], bool], every: float = 0.25) -> None:
    deadline = time.monotonic() + LONGEST
    while not right():
        if time.monotonic() > deadline:
            raise TimeoutError("it does not come about")
        time.sleep(every)


def command(machine: Machine, *words: str) -> None:
    done = run([sys.executable, "-m", "sammelan", *words], machine.env(), LONGEST)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def databases(machine: Machine) -> Any:
    return pymongo.MongoClient(
        f"mongodb://127.0.0.1:{machine.port_base + OFFSETS['db']}/?directConnection=true"
    )


def known_everywhere(client: Any, units: int) -> bool:
    names = [name for name in client.list_database_names() if name.endswith(COPIES)]
    return len(names) == len(COPIES) and all(
        client[name]["units"].estimated_document_count() >= units for name in names
    )


def opened_plan(person: Person, root: str) -> dict[str, Any]:
    today = datetime.now(UTC).date()
    wanted = {
        "name": "Congresses",
        "cycle": "1",
        "unit_id": root,
        "opens_on": (today - timedelta(days=90)).isoformat(),
        "deadlines": {level: (today + timedelta(days=20)).isoformat() for level in LEVELS},
    }
    made = person.post("/api/congress/plans", wanted)
    assert made.status_code == 201, made.text
    plan = dict(made.json())
    answer = person.post(f"/api/congress/plans/{plan['id']}/cascade", {}, If_Match=f'"{plan["version"]}"')
    assert answer.status_code == 202, answer.text
    return plan


def page_ms(person: Person, address: str) -> float:
    """The median of some visits, after a first one."""
    taken = []
    for _ in range(1 + TIMES):
        began = time.perf_counter()
        answer = person.http.get(person.base + address, timeout=60)
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(taken[1:])


def look_up_ms(person: Person, ids: list[str]) -> float:
    """Of twenty look-ups of any units the slowest but one: whether each may be seen, and the unit itself."""
    taken = []
    for unit_id in ids:
        began = time.perf_counter()
        assert person.get(f"/api/membership/units/{unit_id}").status_code == 200
        taken.append(1000 * (time.perf_counter() - began))
    return sorted(taken)[len(taken) * 95 // 100]


def kill_all(machine: Machine) -> None:
    for pid in machine.pids():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not machine.pids(), 0.05)


def measure(units: int, folder: Path) -> Seen:
    seen, levels = Seen(), str(EXAMPLES / "levels.toml")
    file = folder / "units.csv"
    file.write_bytes(SIZES[units]())
    machine = Machine(folder / "house", more={"SAMPLE": "no"})
    try:
        machine.start()
        client = databases(machine)
        words = ("import", "units", str(file), "--levels", levels)
        seen.tell("import", timed(lambda: command(machine, *words)))
        seen.tell("then known to all services", timed(lambda: until(lambda: known_everywhere(client, units))))
        number = citizens()[WHO]["national_number"]
        command(
            machine, "admin", "invite", "--unit", "BD", "--national-number", number, "--label", "HQ",
            "--until", (datetime.now(UTC).date() + timedelta(days=300)).isoformat(),
        )  # fmt: skip
        person = Person(cast(House, machine), WHO)
        person.sign_in(patient=True)
        members = client[next(name for name in client.list_database_names() if name.endswith("membership"))]
        root = members["units"].find_one({"code": "BD"})["_id"]
        began = time.perf_counter()
        plan = opened_plan(person, root)
        seen.tell("plan opened: the request", time.perf_counter() - began)
        address = f"/api/congress/plans/{plan['id']}"
        until(lambda: bool(person.get(address).json()["state"] == "open"))
        seen.tell("then all its congresses made", time.perf_counter() - began)
        figure = f"/api/congress/rollups/{plan['id']}/{root}"
        until(lambda: bool(person.get(figure).json()["total"] == units))
        seen.tell("then all counted at the top", time.perf_counter() - began)
        dashboard = f"/dashboard/{plan['id']}/{root}"
        text = person.http.get(person.base + dashboard, timeout=60).text
        some_list = next(one for one in re.findall(r'href="(/lists/[^"]+)"', text)).replace("&amp;", "&")
        for name, page in {
            "the dashboard": dashboard,
            "the first page of a list": some_list,
            "the topmost unit": f"/units/{root}",
            "a search for a common word": "/search?q=union",
            "the form of a plan": "/plans/new",
        }.items():
            seen.milliseconds[name] = page_ms(person, page)
        ids = [one["_id"] for one in members["units"].find({"level": "union"}, {"_id": 1})]
        some = random.Random(SEED).sample(ids, LOOK_UPS)
        seen.milliseconds["any unit looked up, 95 of 100"] = look_up_ms(person, some)
        seen.tell("rollup verify", timed(lambda: command(machine, "rollup", "verify")))
        kill_all(machine)
        machine.process = None
        seen.tell("back after kill -9 of all", machine.start(LONGEST))
    finally:
        kill_all(machine)  # nothing of it is kept, and a tree of this size takes its time to end
    return seen


def main() -> int:
    sizes = [int(one) for one in sys.argv[1:]] or list(SIZES)
    found: dict[int, Seen] = {}
    for units in sizes:
        print(f"{units} units", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            found[units] = measure(units, Path(folder))
        print("    " + ", ".join(f"{k} {v:.0f} ms" for k, v in found[units].milliseconds.items()), flush=True)
    first, last = found[sizes[0]], found[sizes[-1]]
    growth = {name: last.milliseconds[name] / ms for name, ms in first.milliseconds.items()}
    for name, times in growth.items():
        print(f"{name:32} {times:5.2f} times that of {sizes[0]} units   (limit {GROWTH_LIMIT})")
    slow = last.milliseconds["any unit looked up, 95 of 100"] / LOOK_UP_LIMIT_MS
    back = last.seconds["back after kill -9 of all"] / BACK_LIMIT
    print(
        f"a look-up {slow:.2f} times its limit of {LOOK_UP_LIMIT_MS:.0f} ms, back {back:.2f} times {BACK_LIMIT:.0f} s"
    )
    return 0 if max(growth.values()) <= GROWTH_LIMIT and slow <= 1 and back <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
