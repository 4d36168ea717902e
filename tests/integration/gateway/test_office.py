"""An office: sixty people behind one address sign in within a minute; a flood towards one provider is held back."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.people import Person
from tests.processes import House
from tests.scene import identity_operations

PEOPLE = 60


def test_sixty_people_behind_one_address_sign_in(running: House) -> None:  # noqa: F811
    def one(_: int) -> int:
        person = Person(running, "hq-organiser")
        person.sign_in(patient=True)
        return person.get("/api/identity/me").status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(one, range(PEOPLE))) == [200] * PEOPLE


@pytest.fixture
def hurried(running: House) -> Iterator[str]:  # noqa: F811
    """The gateway once more, with a narrow limit for signing in."""
    running.processes["gateway"].stop()
    running.extra["LIMIT_SIGN_IN_PER_MINUTE"] = "4"
    running.start_service("gateway")
    yield f"http://localhost:{running.ports['gateway']}"
    running.processes["gateway"].stop()
    del running.extra["LIMIT_SIGN_IN_PER_MINUTE"]
    running.start_service("gateway")


def test_one_address_cannot_use_up_the_sign_ins_of_all(hurried: str) -> None:
    def ask() -> requests.Response:
        return requests.get(f"{hurried}/sign-in/start/practice", allow_redirects=False, timeout=15)

    answers = [ask() for _ in range(12)]
    refused = [one for one in answers if one.status_code == 429]
    # The minute may turn in between, once.
    assert 4 <= len(refused) <= 8
    assert all(1 <= int(one.headers["Retry-After"]) <= 61 for one in refused)
    assert {(one.headers["RateLimit-Limit"], one.headers["RateLimit-Remaining"]) for one in refused} == {
        ("4", "0")
    }
    assert refused[0].json()["type"] == "/problems/too-many"
    assert requests.get(f"{hurried}/api/identity/providers", timeout=15).status_code == 200


@pytest.fixture
def narrow(running: House) -> Iterator[str]:  # noqa: F811
    """Identity once more, with a narrow limit."""
    running.processes["identity"].stop()
    running.extra["LIMIT_PROVIDER_PER_MINUTE"] = "10"
    running.prefix += "n"
    yield running.start_service("identity")
    del running.extra["LIMIT_PROVIDER_PER_MINUTE"]


def test_a_flood_from_one_address_is_told_to_wait_and_shuts_nobody_else_out(narrow: str) -> None:
    def knock(address: str) -> str:
        answer = requests.get(
            f"{narrow}/sign-in/start/practice",
            headers={"X-Client-Address": address},
            allow_redirects=False,
            timeout=15,
        )
        return answer.headers["Location"]

    def went(address: str, times: int) -> int:
        return sum("authorize" in knock(address) for _ in range(times))

    # A minute that has just begun does not turn in between.
    while datetime.now(UTC).second > 40:
        time.sleep(0.5)
    assert went("192.0.2.1", 12) == 4
    assert "/sign-in/refused?why=eid-busy" in knock("192.0.2.1")
    assert went("192.0.2.2", 6) == 3


def test_refused_starts_are_counted_and_not_listed_one_by_one(
    running: House,  # noqa: F811
    narrow: str,
) -> None:
    for _ in range(15):
        requests.get(f"{narrow}/sign-in/start/practice", allow_redirects=False, timeout=15)
    with identity_operations(running) as context:
        notes = list(context.store.database.mongo["reads"].find())
    counts = [
        item["details"]["count"]
        for note in notes
        for item in note.get("_outbox", [])
        if item.get("action") == "sign_in.refused"
    ]
    assert sorted(set(counts)) == [1, 10]
    assert len(counts) <= 4  # the minute may turn in between, once
