"""Several processes of gateway and identity: limits are the same for all of them, and so is the end of a sign-in."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.integration.servicekit.conftest import eventually
from tests.people import Person
from tests.processes import House
from tests.redis_server import RedisServer, a_redis
from tests.scene import first_people, identity_operations

WORKERS = 4
LIMIT = 20
# Enough that each of the workers is asked more often than the limit, were it to count for itself.
TIMES = 8 * LIMIT


@pytest.fixture(scope="module")
def shared(house: House) -> Iterator[RedisServer]:
    with a_redis(house.folder) as server:
        yield server


@pytest.fixture(scope="module")
def crowd(house: House, shared: RedisServer) -> House:
    house.extra |= {"LIMITS_URL": shared.url, "LIMIT_SIGN_IN_PER_MINUTE": str(LIMIT)}
    with identity_operations(house) as context:
        first_people(context)
    house.start_service("practice_eid")
    for service in ("identity", "gateway"):
        house.start_service(service, workers=WORKERS)
    return house


def ask(url: str, times: int, **cookies: str) -> list[int]:
    """The answers to as many callers, each by a connection of its own, so that the workers share them."""

    def one(_: int) -> int:
        return requests.get(url, cookies=cookies, allow_redirects=False, timeout=15).status_code

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


def test_all_processes_of_the_gateway_count_together(crowd: House) -> None:
    passed = [one for one in ask(f"{Person(crowd, '').base}/sign-in/start/practice", TIMES) if one != 429]
    # The minute may turn in between, once.
    assert LIMIT <= len(passed) <= 2 * LIMIT


def test_while_redis_is_away_nobody_waits_and_each_counts_for_itself(
    crowd: House, shared: RedisServer
) -> None:
    url = f"{Person(crowd, '').base}/api/identity/providers"
    shared.kill()
    began = time.monotonic()
    assert ask(url, 40) == [200] * 40
    assert time.monotonic() - began < 15
    log = (crowd.folder / "gateway.log").read_text()
    assert "limits_counted_apart" in log
    shared.start()
    other = f"{Person(crowd, '').base}/sign-in/start/nobody"

    def together_again() -> bool:
        return ask(other, TIMES).count(429) >= TIMES - 2 * LIMIT

    eventually(together_again, 60)


def test_a_sign_in_that_has_ended_is_refused_by_every_process(crowd: House) -> None:
    person = Person(crowd, "hq-organiser")
    crowd.extra["LIMIT_SIGN_IN_PER_MINUTE"] = "100000"
    crowd.processes["gateway"].stop()
    crowd.start_service("gateway", workers=WORKERS)
    person.sign_in()
    (session,) = [cookie.value or "" for cookie in person.http.cookies if cookie.name == "session"]
    me = f"{person.base}/api/identity/me"
    assert ask(me, 40, session=session) == [200] * 40
    assert person.post("/sign-out").status_code == 303
    eventually(lambda: ask(me, 10, session=session) == [401] * 10, 10)
    assert ask(me, 40, session=session) == [401] * 40
