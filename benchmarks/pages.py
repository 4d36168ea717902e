"""What each page costs: calls of the portal to the services, how many of them one after the other, commands to the
database, and the time against one call through the gateway to identity.

The sample house stands as `sammelan up` makes it, its programs reach the database through a counter of commands, and
headquarters' organiser visits each kind of page that is linked from another, some times each. Calls are read from the
logs, by the request's id. How many of them wait for one another is measured: every call between services passes
somebody who can hold it up, and a page that takes three times the delay longer has three that follow each other.

Prints medians, and fails where calls wait for each other too often; with `calls` as argument also each page's calls, in
their order.
"""

import json
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import requests

from benchmarks.idle import Meter
from servicekit.settings import OFFSETS
from tests.integration.sammelan.running import Machine
from tests.people import Person
from tests.processes import DatabaseServer, House, free_port

WHO = "hq-organiser"
TIMES = 5
DEPTH_LIMIT = 3
START_CALLS_LIMIT = 4
# Files, and what ends the visit.
NOT_PAGES = re.compile(
    r"/(sign-|static/|exports/.*/(content|file)|files/|api/)|\.(csv|xlsx|json|pdf|png|svg)"
)
# An id, a date, or a number in a path: two addresses that differ in them alone are one kind of page.
VARYING = re.compile(r"^(?:[0-9a-f]{20,}|[0-9A-Za-z_-]{20,}|\d[\d-]*)$")
TOKENS = "/internal/token"
ASKED = ("identity", "congress", "membership", "notifications")
# Each call is held up for so long, seconds: less than what only adorns a page is waited for.
HELD_UP = 0.08


@dataclass(frozen=True)
class Call:
    """One request to a service, as its log tells of it: `began` and `ended` in seconds."""

    service: str
    route: str
    began: float
    ended: float


@dataclass
class Kind:
    """One kind of page: an address of it, and what was seen at each visit."""

    address: str
    milliseconds: list[float] = field(default_factory=list)
    held_up: list[float] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    commands: list[int] = field(default_factory=list)


class Way:
    """To one service; `delay`: how long each question is held up on it, in seconds."""

    delay = 0.0

    def __init__(self, service: int) -> None:
        self._service = service
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            caller, _ = self._listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self._service))
            except ConnectionRefusedError:  # it does not stand yet
                caller.close()
                continue
            for one in (caller, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass, args=(caller, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, caller, False), daemon=True).start()

    @classmethod
    def _pass(cls, one: socket.socket, other: socket.socket, held: bool) -> None:
        try:
            while part := one.recv(65_536):
                if held and cls.delay:
                    time.sleep(cls.delay)
                other.sendall(part)
        except OSError:
            return  # one side has hung up, and so does the other
        finally:
            for end in (one, other):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)


def kind_of(address: str) -> str:
    path = address.partition("?")[0]
    return "/".join("*" if VARYING.match(part) else part for part in path.split("/"))


def visit(person: Person, kind: Kind, meter: Meter) -> requests.Response:
    before, began = meter.counted.total(), time.perf_counter()
    answer = person.http.get(person.base + kind.address, timeout=60, allow_redirects=False)
    kind.milliseconds.append(1000 * (time.perf_counter() - began))
    kind.commands.append(meter.counted.total() - before)
    kind.requests.append(answer.headers["X-Request-Id"])
    return answer


def visit_held_up(person: Person, kind: Kind) -> None:
    Way.delay = HELD_UP
    began = time.perf_counter()
    person.http.get(person.base + kind.address, timeout=60, allow_redirects=False)
    kind.held_up.append(1000 * (time.perf_counter() - began))
    Way.delay = 0.0


def kinds_from(person: Person, meter: Meter) -> dict[str, Kind]:
    """Each kind of page that can be reached by links, the start page first; visited once."""
    found: dict[str, Kind] = {"/": Kind("/")}
    waiting = ["/"]
    while waiting:
        name = waiting.pop(0)
        answer = visit(person, found[name], meter)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            del found[name]
            continue
        for address in re.findall(r'<a\b[^>]*?\bhref="(/[^"#]*)', answer.text):
            plain = address.replace("&amp;", "&")
            if not NOT_PAGES.search(plain) and kind_of(plain) not in found:
                found[kind_of(plain)] = Kind(plain)
                waiting.append(kind_of(plain))
    return found


def calls_by_request(logs: Path) -> dict[str, list[Call]]:
    """All that the services were asked, by the id of the request for which they were."""
    found: dict[str, list[Call]] = {}
    for file in logs.glob("*.log"):
        for line in _lines(file):
            if line.get("event") == "request" and line["service"] not in ("gateway", "portal"):
                ended = datetime.fromisoformat(line["timestamp"])
                began = ended - timedelta(milliseconds=line["ms"])
                call = Call(line["service"], line["route"], began.timestamp(), ended.timestamp())
                found.setdefault(line["request_id"], []).append(call)
    return found


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for text in file.read_text(errors="replace").splitlines():
        if text.startswith("{"):
            yield json.loads(text)


def run(machine: Machine, meter: Meter) -> int:
    person = Person(cast(House, machine), WHO)
    person.sign_in()
    kinds = kinds_from(person, meter)
    one_call = Kind("/api/identity/me")
    for _ in range(TIMES):
        visit(person, one_call, meter)
        for kind in kinds.values():
            visit(person, kind, meter)
            visit_held_up(person, kind)
    calls = calls_by_request(machine.folder / "data" / "logs")
    reference = statistics.median(one_call.milliseconds)
    print(f"{'page':44} {'p50 ms':>7} {'ratio':>6} {'calls':>5} {'deep':>4} {'commands':>8} {'tokens':>6}")
    deepest, start = 0, 0.0
    for name, kind in kinds.items():
        # The first visit makes what later ones find.
        of_each = [calls.get(request, []) for request in kind.requests[1:]]
        asked = [[call for call in found if call.route != TOKENS] for found in of_each]
        count = statistics.median(len(found) for found in asked)
        depth = round((min(kind.held_up) - min(kind.milliseconds[1:])) / (1000 * HELD_UP))
        tokens = sum(len(found) for found in of_each) - sum(len(found) for found in asked)
        p50 = statistics.median(kind.milliseconds[1:])
        deepest = max(deepest, depth)
        start = count if name == "/" else start
        print(
            f"{name[:44]:44} {p50:7.0f} {p50 / reference:6.1f} {count:5.0f} {depth:4} "
            f"{statistics.median(kind.commands[1:]):8.0f} {tokens:6}"
        )
        if "calls" in sys.argv:
            for call in sorted(asked[-1], key=lambda one: one.began):
                print(f"    {call.began - asked[-1][0].began:6.3f} {call.service} {call.route}")
    print(f"one call through the gateway: {reference:.0f} ms")
    print(f"calls of the start page {start:.0f}   (limit {START_CALLS_LIMIT})")
    print(f"deepest page {deepest}   (limit {DEPTH_LIMIT}): {deepest / DEPTH_LIMIT:.1f} times")
    return 0 if deepest <= DEPTH_LIMIT and start <= START_CALLS_LIMIT else 1


def at(port: int) -> dict[str, str]:
    return {"MONGO_URL": f"mongodb://127.0.0.1:{port}/?directConnection=true&serverMonitoringMode=poll"}


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        machine = Machine(Path(name) / "machine", more={"SAMPLE": "yes", **at(server.port)})
        try:
            # The counter would only slow down the making of the sample.
            machine.start(900)
            machine.stop()
            counted = free_port()
            meter = Meter(counted, server.port)
            machine.more |= at(counted)
            for one in ASKED:
                way = Way(machine.port_base + OFFSETS[one])
                machine.more[f"{one.upper()}_URL"] = way.url
            machine.start(300)
            return run(machine, meter)
        finally:
            machine.stop()
            if server.process is not None:
                server.process.kill()


if __name__ == "__main__":
    sys.exit(main())
