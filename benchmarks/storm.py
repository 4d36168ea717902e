"""The night before the deadline: two hundred clerks report at once, against a bare endpoint that only keeps documents.

Both are asked over kept connections by a process of its own, as fast as they answer; the bare one is Flask and pymongo
under the same server, one journalled insert a request. Then: whether every report that was acknowledged is there, and
how long after the last one the figures above were equal to a recount. With it, where the processor's time went: each
part's milliseconds for one acknowledged report, and what two cores could acknowledge at the most at that price.
"""

import csv
import json
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from identity.domain.grants import Status
from identity.operations.sessions import new_session
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from servicekit.ids import new_id
from tests.journeys.whole_house import (
    THREADS,
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    eventually,
    some_rows,
)
from tests.people import citizens
from tests.processes import ROOT, DatabaseServer, House, free_port, start, wait_for
from tests.scene import identity_operations

CLERKS = 200
CONNECTIONS = 32
SECONDS = 10.0
MILESTONES = 40
LIMIT = 0.6
EQUAL_WITHIN = 2.0
BRANCH = ("BD", "BD-V01", "BD-D01", "BD-D02", "BD-D03")


@dataclass(frozen=True)
class Sent:
    """One clerk's work: `requests` in their order, whole as they go over the wire."""

    requests: tuple[bytes, ...]


def request_of(path: str, body: dict[str, Any], **headers: str) -> bytes:
    content = json.dumps(body).encode()
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{lines}"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def storm(port: int, work: Sequence[Sent], seconds: float, told: "multiprocessing.Queue[Any]") -> None:
    """Every connection is several clerks', who send one after the other; tells of each answer its status and time."""
    end = time.perf_counter() + seconds
    answers: list[tuple[int, float]] = []

    def one(mine: Sequence[Sent]) -> None:
        turns: list[Iterator[bytes]] = [iter(clerk.requests) for clerk in mine]
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while turns:
                for turn in list(turns):
                    sent = next(turn, None)
                    if sent is None:
                        turns.remove(turn)
                        continue
                    began = time.perf_counter()
                    if began >= end:
                        return
                    connection.sendall(sent)
                    answers.append((_status(connection), time.perf_counter() - began))

    threads = [
        threading.Thread(target=one, args=(work[number::CONNECTIONS],)) for number in range(CONNECTIONS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put((answers, time.perf_counter() - began))


def _status(connection: socket.socket) -> int:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _part(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _part(connection)
    return int(head.split(b" ")[1])


def _part(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionError("the other end has hung up")
    return part


@dataclass(frozen=True)
class Measured:
    acknowledged: int
    rate: float
    p50: float
    p99: float
    refused: int


def measure(port: int, work: Sequence[Sent], seconds: float) -> Measured:
    told: multiprocessing.Queue[Any] = multiprocessing.Queue()
    child = multiprocessing.Process(target=storm, args=(port, work, seconds, told))
    child.start()
    answers, took = told.get(timeout=seconds + 60)
    child.join()
    good = sorted(one for status, one in answers if status < 300)
    return Measured(
        len(good),
        len(good) / took,
        good[len(good) // 2],
        good[len(good) * 99 // 100],
        len(answers) - len(good),
    )


# ---------------------------------------------------------------- where the processor's time goes


def processor_seconds(roots: Mapping[str, int]) -> dict[str, float]:
    """What each part has used so far: its first process, by its id, and all that descend from it."""
    parents, ticks = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        parents[int(place.name)] = int(fields[1])
        ticks[int(place.name)] = sum(int(field) for field in fields[11:15])
    parts = {pid: name for name, pid in roots.items()}
    used = dict.fromkeys(roots, 0)
    for pid, mine in ticks.items():
        above = pid
        while above not in parts and above in parents:
            above = parents[above]
        if above in parts:
            used[parts[above]] += mine
    return {name: mine / os.sysconf("SC_CLK_TCK") for name, mine in used.items()}


def parts_of(whole: WholeHouse, server: DatabaseServer) -> dict[str, int]:
    parts = {name: process.popen.pid for name, process in whole.house.processes.items()}
    return parts if server.process is None else parts | {"database": server.process.popen.pid}


def print_prices(before: Mapping[str, float], after: Mapping[str, float], reports: int) -> None:
    """Milliseconds of processor for one report, the dearest part first."""
    prices = {name: 1000 * (after[name] - before[name]) / reports for name in before}
    for name, price in sorted(prices.items(), key=lambda one: -one[1]):
        if price >= 0.05:
            print(f"{name:44} {price:6.2f} ms a report")
    total, cores = sum(prices.values()), os.cpu_count() or 1
    print(f"{'all parts':44} {total:6.2f} ms a report: {1000 * cores / total:.0f} a second at most")


# ---------------------------------------------------------------- the bare endpoint


def bare(house: House, folder: Path) -> int:
    """Its port: one insert a request, as simply as it can be written with the same libraries and the same server."""
    port = free_port()
    process = start(
        [
            sys.executable, "-m", "gunicorn", "benchmarks.bare:app", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--no-control-socket",
            "--keep-alive", "30",
        ],
        folder / "bare.log",
        {**house.env(), "BARE_DATABASE": f"{house.prefix}_bare"},
    )  # fmt: skip
    house.processes["bare"] = process
    wait_for(f"http://127.0.0.1:{port}/", 60, process.popen)
    return port


def bare_work() -> list[Sent]:
    body = {"milestone": "m00", "date": "2026-01-01", "note": "held as planned"}
    return [Sent((request_of("/entries", body),) * 1_000)] * CLERKS


# ---------------------------------------------------------------- the house


def units_of(whole: WholeHouse) -> list[str]:
    """A tree of three districts with their subdistricts and, of the lowest level, as many units as there are clerks."""
    with (ROOT / "examples/bangladesh/units.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    middle = [row["code"] for row in rows if row["parent_code"] in BRANCH[2:]]
    lowest = [row["code"] for row in rows if row["parent_code"] in middle][:CLERKS]
    scheme = read_level_scheme((ROOT / "examples/bangladesh/levels.toml").read_text(encoding="utf-8"))
    codes = (*BRANCH, *middle, *lowest)
    imported = import_units(whole.membership, some_rows(codes), scheme=scheme)
    assert imported.errors == ()
    whole.units = {unit.code: unit for unit in whole.membership.units.all()}
    for service in ("identity", "congress", "notifications"):
        with whole.database(service) as database:
            eventually(
                lambda database=database: database.mongo["units"].count_documents({}) >= len(codes),  # type: ignore[misc]
                f"{service} knows the units",
            )
    return lowest


def sessions_of_clerks(whole: WholeHouse, codes: Sequence[str]) -> list[str]:
    """Each unit's clerk signed in; what identity keeps of one real clerk is kept of the others, with their own unit."""
    chief = whole.person("hq-organiser")
    number = citizens()["union-clerk"]["national_number"]
    today = whole.congress.clock.today()
    wanted = {
        "unit_id": whole.unit(codes[0]).id,
        "role": "clerk",
        "national_number": number,
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=300)).isoformat(),
    }
    given = chief.post("/api/identity/grants", wanted)
    assert given.status_code == 201, given.text
    whole.person("union-clerk")
    with identity_operations(whole.house) as context:
        pattern = context.store.grant(given.json()["id"])
        assert pattern is not None
        assert pattern.status is Status.ACTIVE
        account = context.store.accounts.get(pattern.account_id or "")
        grants, accounts = [], []
        for code in codes[1:]:
            unit, who = whole.unit(code), new_id()
            accounts.append(
                {**account, "_id": who, "login": f"practice {who}", "national_index": f"none {who}"}
            )
            grants.append(
                replace(pattern, id=new_id(), account_id=who, unit_id=unit.id, unit_path=tuple(unit.path))
            )
        context.store.accounts.collection.insert_many(accounts)
        context.store.add_grants(grants)
        holders = [pattern.account_id or "", *(one["_id"] for one in accounts)]
        return [
            new_session(context, who, "practice", 2, "clerk", auth_time=context.clock.now())
            for who in holders
        ]


def reports(whole: WholeHouse, codes: Sequence[str], sessions: Sequence[str]) -> list[Sent]:
    milestones = [
        {"key": f"m{number:02}", "names": {"en": f"Step {number}"}, "days_before_deadline": 60 - number}
        for number in range(MILESTONES)
    ]
    plan = whole.cascaded(
        whole.a_plan(*{whole.unit(code).level for code in (*BRANCH[:3], *codes)}, milestones=milestones)
    )
    with whole.database("congress") as database:
        kept = {one["unit_id"]: one for one in database.mongo["congresses"].find({"plan_id": plan["id"]})}
    day = whole.congress.clock.today().isoformat()
    origin = chief_origin(whole)
    work = []
    for code, session in zip(codes, sessions, strict=True):
        congress = kept[whole.unit(code).id]
        path = f"/api/congress/congresses/{congress['_id']}/milestones"
        work.append(
            Sent(
                tuple(
                    request_of(
                        path,
                        {"milestone": one["key"], "date": day, "note": "held as planned"},
                        Cookie=f"session={session}",
                        Origin=origin,
                        Idempotency_Key=new_id(),
                        If_Match=f'"{congress["version"] + number}"',
                    )
                    for number, one in enumerate(milestones)
                )
            )
        )
    return work


def chief_origin(whole: WholeHouse) -> str:
    return whole.person("hq-organiser").base


def stored(whole: WholeHouse) -> int:
    with whole.database("congress") as database:
        return sum(len(one["entries"]) for one in database.mongo["congresses"].find({}, {"entries.id": 1}))


def seconds_until(equal: Callable[[], bool], most: float = 30.0) -> float:
    began = time.monotonic()
    while not equal():
        if time.monotonic() - began > most:
            return most
        time.sleep(0.05)
    return time.monotonic() - began


def run(whole: WholeHouse, server: DatabaseServer, folder: Path) -> int:
    codes = units_of(whole)
    begin_with_first_administrator(whole)
    sessions = sessions_of_clerks(whole, codes)
    work = reports(whole, codes, sessions)
    whole.settled()
    ways = {"bare": (bare(whole.house, folder), bare_work())}
    measure(*ways["bare"], 1.0)
    before = measure(*ways["bare"], SECONDS)
    # What is made at a session's first request is made, and the first report of each is there.
    first = measure(whole.house.ports["gateway"], [Sent(one.requests[:1]) for one in work], 60.0)
    parts = parts_of(whole, server)
    idle = processor_seconds(parts)
    mine = measure(whole.house.ports["gateway"], [Sent(one.requests[1:]) for one in work], SECONDS)
    used = processor_seconds(parts)
    counted = seconds_until(lambda: not whole.congress.rollups.engine.waiting(1))
    after = measure(*ways["bare"], SECONDS)
    lost = first.acknowledged + mine.acknowledged - stored(whole)
    different = whole.rollup_differences()
    rate = (before.rate + after.rate) / 2
    for name, seen in (("bare", before), ("reports", mine), ("bare again", after)):
        print(
            f"{name:10} {seen.rate:7.1f} acknowledged a second   p50 {seen.p50 * 1000:6.1f} ms   "
            f"p99 {seen.p99 * 1000:6.1f} ms   refused {seen.refused}"
        )
    print(f"ratio      {mine.rate / rate:7.2f} times the bare endpoint   (aim {LIMIT})")
    print_prices(idle, used, mine.acknowledged)
    print(f"lost       {max(0, lost)} of {first.acknowledged + mine.acknowledged} acknowledged")
    print(
        f"figures    equal to a recount {counted:.1f} s after the last report (limit {EQUAL_WITHIN:.0f} s), "
        f"{len(different)} differences"
    )
    good = mine.rate / rate >= LIMIT and lost <= 0 and not different and counted <= EQUAL_WITHIN
    return 0 if good else 1


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = DatabaseServer(free_port(), folder / "db")
        server.start()
        try:
            with a_whole_house(server, folder / "house") as whole:
                return run(whole, server, folder)
        finally:
            if server.process is not None:
                server.process.kill()


if __name__ == "__main__":
    sys.exit(main())
