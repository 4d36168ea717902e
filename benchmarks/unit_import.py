"""Units a second through the import, against a bare insert_many of the same documents into a like collection.

The import reads the file, checks every row, plans, and writes units with their events in transactions of 500.
The peer gets finished documents and the same indexes. Both run on the same database in the same run:
the one that MONGO_URL names, else an embedded one started for the purpose.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from membership.app import make_context
from membership.context import Context
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from membership.settings import Settings
from servicekit.data.crypto import new_master_key
from servicekit.data.database import JOB_TIMEOUT_MS, Database
from servicekit.settings import environment, read_common
from tests.processes import DatabaseServer, free_port

EXAMPLES = Path(__file__).parent.parent / "examples" / "bangladesh"
SCHEME = read_level_scheme((EXAMPLES / "levels.toml").read_text(encoding="utf-8"))
AT_ONCE = 1_000


def synthetic(unions: int = 9) -> bytes:
    """60,111 units: 10 divisions, 100 districts, 6,000 upazilas, and in each of these so many unions."""
    rows = ["code,parent_code,level,name_en,name_bn", "BD,,centre,Bangladesh,বাংলাদেশ"]
    for division in range(10):
        rows.append(f"V{division},BD,division,Division {division},বিভাগ {division}")
        for district in range(10):
            under = f"D{division}-{district}"
            rows.append(f"{under},V{division},district,District {district},জেলা {district}")
            for upazila in range(60):
                code = f"U{division}-{district}-{upazila}"
                rows.append(f"{code},{under},upazila,Upazila {upazila},উপজেলা {upazila}")
                rows += [f"{code}-{n},{code},union,Union {upazila}-{n},ইউনিয়ন {n}" for n in range(unions)]
    return "\n".join(rows).encode()


@contextmanager
def a_database_url() -> Iterator[str]:
    if url := os.environ.get("MONGO_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        server = DatabaseServer(free_port(), Path(folder) / "data")
        server.start()
        try:
            yield server.url
        finally:
            if server.process is not None:
                server.process.kill()


def an_outside(url: str) -> Context:
    database = Database(url, f"bench_{secrets.token_hex(4)}", JOB_TIMEOUT_MS)
    settings = Settings(
        read_common(environment()), new_master_key(), secrets.token_bytes(32), 18, "", (), "", ""
    )
    context = make_context(settings, database)
    context.prepare()
    return context


def measure(label: str, data: bytes, url: str) -> None:
    context = an_outside(url)
    mongo = context.database.mongo
    started = time.perf_counter()
    done = import_units(context, data, scheme=SCHEME)
    imported = time.perf_counter() - started
    started = time.perf_counter()
    again = import_units(context, data)
    unchanged = time.perf_counter() - started
    assert (again.written, again.unchanged) == (0, done.written)

    documents = list(mongo["units"].find({}))
    peer = mongo["units_inserted"]
    peer.create_index("code", unique=True)
    peer.create_index("search")
    peer.create_index([("parent_id", 1), ("live", 1), ("code", 1)])
    started = time.perf_counter()
    for start in range(0, len(documents), AT_ONCE):
        peer.insert_many(documents[start : start + AT_ONCE])
    inserted = time.perf_counter() - started
    if "MONGO_URL" in os.environ:
        context.database.client.drop_database(context.database.name)
    context.database.client.close()
    print(
        f"{label}: {done.written} units; import {imported:.2f} s, {done.written / imported:,.0f} units/s; "
        f"insert_many {inserted:.2f} s, {done.written / inserted:,.0f}/s; "
        f"the import takes {imported / inserted:.2f} times as long; the same file again {unchanged:.2f} s"
    )


def main() -> None:
    with a_database_url() as url:
        measure("bangladesh", (EXAMPLES / "units.csv").read_bytes(), url)
        if "--small" not in sys.argv:
            measure("synthetic", synthetic(), url)


if __name__ == "__main__":
    main()
