"""Run in the copy: the house with the new service, and one person who uses it."""

import sys
import tempfile
import time
from pathlib import Path

from portal.shared.clients.titles import OWNERS, asking
from servicekit.access.keys import KeyRing
from servicekit.data.database import Database
from servicekit.out.peers import Peers
from servicekit.tree.units_copy import UnitsCopy, follow_units
from tests.people import Person
from tests.processes import DatabaseServer, House, a_house
from tests.scene import UNITS, first_people, identity_operations

TOMORROW = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86_400))
PATH = "/api/parades/parades"


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        a_house(DatabaseServer(0, Path(folder)), Path(folder) / "house") as house,
    ):
        _walk(house)
    return 0


def _walk(house: House) -> None:
    with identity_operations(house) as context:
        first_people(context)
    for service in ("identity", "practice_eid", "parades", "gateway"):
        house.start_service(service)
    _know_the_root(house)
    chief = Person(house, "hq-organiser")
    chief.sign_in()
    parade = {"unit_id": "root", "on": TOMORROW, "title": "First of May"}
    made = chief.post(PATH, parade)
    assert made.status_code == 201, made.text
    assert chief.post(PATH, {**parade, "on": "2000-01-01"}).json()["type"] == "/problems/parade-is-over"
    assert chief.post(PATH, {**parade, "unit_id": "elsewhere"}).status_code == 404
    listed = chief.get(f"{PATH}?unit_id=root").json()["items"]
    assert [one["title"] for one in listed] == ["First of May"]
    paths = chief.http.get(f"{chief.base}/openapi.json", timeout=15).json()["paths"]
    assert paths[PATH]["post"]["x-permission"] == "parades:write"
    _its_words_reach_the_pages(house)


def _its_words_reach_the_pages(house: House) -> None:
    """The portal asks whoever is a service; it is not touched for a new one."""
    peers = Peers(KeyRing(house.folder / "keys", "portal"), "portal", {"parades": house.url("parades")})
    found = asking(peers)("parades", "en", "")
    assert found is not None
    titles, mark = found
    assert "parades" in OWNERS
    assert titles.of["permissions"]["parades:write"] == "Announce parades"
    assert asking(peers)("parades", "en", mark) is None


def _know_the_root(house: House) -> None:
    """As the relay tells it."""
    database = Database(house.database.url, f"{house.prefix}_parades")
    follow = follow_units(UnitsCopy(database))
    database.in_transaction(lambda: follow({"data": {"units": UNITS}}), 15.0)


if __name__ == "__main__":
    sys.exit(main())
