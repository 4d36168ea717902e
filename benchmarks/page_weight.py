"""What the heaviest page weighs on its way: headquarters' dashboard with its map, against the same uncompressed.

The whole sample tree, a plan for its districts. Cold is the page and all that it loads, as a browser asks for them that
was never here before.
"""

import re
import sys
import tempfile
from pathlib import Path

import requests

from gateway.packing import WORTH_PACKING
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from tests.journeys.whole_house import (
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    eventually,
)
from tests.processes import ROOT, DatabaseServer, free_port

SAMPLE = ROOT / "examples/bangladesh"
LEVEL = "district"
# Compressed, all that is loaded: what a telephone on a weak network can bear.
COLD_LIMIT = 120_000
RATIO_LIMIT = 1 / 3
LOADED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def grow(whole: WholeHouse) -> str:
    """The tree and the plan's congresses; the address of the dashboard."""
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
    plan = whole.cascaded(whole.a_plan(LEVEL))
    whole.settled(120)
    dashboard = f"/dashboard/{plan['id']}/{whole.unit('BD').id}"
    # What is made at the first request is made.
    eventually(lambda: whole.person("hq-organiser").get(dashboard, Accept="text/html").ok, "the dashboard")
    return dashboard


def weigh(whole: WholeHouse, path: str, encoding: str) -> tuple[int, str]:
    """Bytes of the body as they come over the line, and the text in it."""
    person = whole.person("hq-organiser")
    headers = {"Accept": "text/html", "Accept-Encoding": encoding}
    answer = person.http.get(person.base + path, headers=headers, stream=True, timeout=30)
    answer.raise_for_status()
    over_the_line = answer.raw.read(decode_content=False)
    said = answer.headers.get("Content-Encoding", "identity")
    if said != encoding and len(over_the_line) >= WORTH_PACKING:
        raise RuntimeError(f"{path} came as {said} where {encoding} was asked for")
    return len(over_the_line), requests.get(
        person.base + path, headers={"Accept": "text/html", "Cookie": _cookie(person.http)}, timeout=30
    ).text


def _cookie(http: requests.Session) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in http.cookies)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with a_whole_house(server, Path(name) / "house") as whole:
                dashboard = grow(whole)
                plain, text = weigh(whole, dashboard, "identity")
                packed, _ = weigh(whole, dashboard, "gzip")
                loaded = sorted(set(LOADED.findall(text)))
                files = [
                    (path, *(weigh(whole, path, how)[0] for how in ("identity", "gzip"))) for path in loaded
                ]
        finally:
            if server.process is not None:
                server.process.kill()
    cold = packed + sum(size for *_, size in files)
    print(
        f"dashboard of {len(whole.units):,} units: {plain:,} bytes, compressed {packed:,}: {packed / plain:.2f}"
    )
    for path, before, after in files:
        print(f"{path.partition('?')[0]:24} {before:8,} bytes, compressed {after:8,}: {after / before:.2f}")
    print(f"cold, compressed: {cold:,} bytes   (limit {COLD_LIMIT:,}): {cold / COLD_LIMIT:.2f} times")
    return 0 if cold <= COLD_LIMIT and packed / plain <= RATIO_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
