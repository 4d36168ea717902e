"""An office: sixty people behind one address sign in within a minute; a flood towards one provider is held back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.people import Person
from tests.processes import House

PEOPLE = 60


def test_sixty_people_behind_one_address_sign_in(running: House) -> None:  # noqa: F811
    def one(_: int) -> int:
        person = Person(running, "hq-organiser")
        person.sign_in()
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
    running.extra["LIMIT_PROVIDER_PER_MINUTE"] = "3"
    running.prefix += "n"
    yield running.start_service("identity")
    del running.extra["LIMIT_PROVIDER_PER_MINUTE"]


def test_more_than_a_provider_should_bear_are_told_to_wait(narrow: str) -> None:
    where = [
        requests.get(f"{narrow}/sign-in/start/practice", allow_redirects=False, timeout=15).headers[
            "Location"
        ]
        for _ in range(8)
    ]
    refused = [url for url in where if "/sign-in/refused?why=eid-busy" in url]
    # The minute may turn in between, once.
    assert 2 <= len(refused) <= 5
    assert "authorize" in where[0]
