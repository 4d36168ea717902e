"""What pages weigh on their way: every page of a secretary, and headquarters' dashboard with its map.

The whole sample tree, a plan for its districts. Cold is the page and all that it loads, as a browser asks for them that
was never here before; how much of it is compressed is said of the dashboard.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gateway.packing import WORTH_PACKING
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from tests.journeys.whole_house import (
    Json,
    Post,
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    eventually,
)
from tests.processes import ROOT, DatabaseServer, free_port

SAMPLE = ROOT / "examples/bangladesh"
LEVEL, DISTRICT, SECRETARY, CHIEF = "district", "BD-D01", "union-clerk", "hq-organiser"
# Compressed, all that is loaded: what a telephone on a weak network can bear.
SECRETARY_LIMIT, DASHBOARD_LIMIT = 60_000, 120_000
REQUESTS_LIMIT = 4
RATIO_LIMIT = 1 / 3
# A browser reads the manifest where somebody installs the pages, and for no page.
LOADED = re.compile(r'(?:href|src)="(/static/(?!manifest)[^"]+)"')


def grow(whole: WholeHouse) -> Json:
    """The tree, and the plan with its congresses, one of which is a secretary's."""
    scheme = read_level_scheme((SAMPLE / "levels.toml").read_text(encoding="utf-8"))
    imported = import_units(whole.membership, (SAMPLE / "units.csv").read_bytes(), scheme=scheme)
    if imported.errors:
        raise RuntimeError(str(imported.errors[:3]))
    whole.units = {unit.code: unit for unit in whole.membership.units.all()}
    for service in ("identity", "congress"):
        with whole.database(service) as database:
            eventually(
                lambda database=database: database.mongo["units"].count_documents({}) >= len(whole.units),  # type: ignore[misc]
                f"{service} knows the units",
                120,
            )
    begin_with_first_administrator(whole)
    whole.give(Post(CHIEF, SECRETARY, "clerk", DISTRICT))
    plan = whole.cascaded(whole.a_plan(LEVEL))
    whole.settled(120)
    dashboard = f"/dashboard/{plan['id']}/{whole.unit('BD').id}"
    # What is made at the first request is made.
    eventually(lambda: whole.person(CHIEF).get(dashboard, Accept="text/html").ok, "the dashboard")
    return plan


def pages_of_a_secretary(whole: WholeHouse, plan: Json) -> list[str]:
    unit, congress = whole.unit(DISTRICT).id, whole.congress_of(SECRETARY, plan, DISTRICT)["id"]
    one = f"/congresses/{congress}"
    steps = (
        f"{one}/record?milestone=opened",
        f"{one}/record?milestone=closed",
        f"{one}/results",
        f"{one}/submit",
    )
    lists = (
        f"/lists/{plan['id']}/{unit}",
        "/inbox",
        "/saved-lists",
        f"/units/{unit}/members",
        "/search?q=Comilla",
    )
    return [
        "/",
        one,
        *steps,
        *lists,
        f"/units/{unit}",
        "/units",
        "/plans",
        "/account",
        "/why",
        "/offers",
        "/exports",
    ]


@dataclass(frozen=True)
class Weight:
    """`cold`: compressed, with all that is loaded, in so many requests."""

    path: str
    plain: int
    packed: int
    cold: int
    requests: int


def weigh(whole: WholeHouse, who: str, path: str) -> Weight:
    plain, text = body(whole, who, path, "identity")
    packed, _ = body(whole, who, path, "gzip")
    loaded = sorted(set(LOADED.findall(text.decode())))
    cold = packed + sum(body(whole, who, one, "gzip")[0] for one in loaded)
    return Weight(path, plain, packed, cold, 1 + len(loaded))


def body(whole: WholeHouse, who: str, path: str, encoding: str) -> tuple[int, bytes]:
    """Bytes as they come over the line, and the same."""
    person = whole.person(who)
    headers = {"Accept": "text/html", "Accept-Encoding": encoding}
    answer = person.http.get(person.base + path, headers=headers, stream=True, timeout=30)
    answer.raise_for_status()
    over_the_line = answer.raw.read(decode_content=False)
    said = answer.headers.get("Content-Encoding", "identity")
    if said != encoding and len(over_the_line) >= WORTH_PACKING:
        raise RuntimeError(f"{path} came as {said} where {encoding} was asked for")
    return len(over_the_line), over_the_line


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with a_whole_house(server, Path(name) / "house") as whole:
                plan = grow(whole)
                pages = [weigh(whole, SECRETARY, path) for path in pages_of_a_secretary(whole, plan)]
                dashboard = weigh(whole, CHIEF, f"/dashboard/{plan['id']}/{whole.unit('BD').id}")
        finally:
            if server.process is not None:
                server.process.kill()
    for one in pages:
        told = re.sub(r"[a-z2-7]{20}", "*", one.path)
        print(f"{told:32} {one.packed:7,} bytes compressed, cold {one.cold:7,} in {one.requests} requests")
    heaviest = max(pages, key=lambda one: one.cold)
    most = max(one.requests for one in (*pages, dashboard))
    share = dashboard.packed / dashboard.plain
    print(
        f"heaviest of {len(pages)} pages of a secretary, cold: {heaviest.cold:,} bytes   "
        f"(limit {SECRETARY_LIMIT:,}): {heaviest.cold / SECRETARY_LIMIT:.2f} times"
    )
    print(
        f"dashboard of {len(whole.units):,} units: {dashboard.packed:,} of {dashboard.plain:,} bytes: {share:.2f}; "
        f"cold {dashboard.cold:,}   (limit {DASHBOARD_LIMIT:,}): {dashboard.cold / DASHBOARD_LIMIT:.2f} times"
    )
    print(f"requests of a page at most: {most}   (limit {REQUESTS_LIMIT})")
    kept = heaviest.cold <= SECRETARY_LIMIT and dashboard.cold <= DASHBOARD_LIMIT and most <= REQUESTS_LIMIT
    return 0 if kept and share <= RATIO_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
