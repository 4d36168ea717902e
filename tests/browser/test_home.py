"""The start page: one answer of each service, all at once; one that is silent is named, and the others are shown."""

from collections.abc import Callable

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from servicekit.settings import OFFSETS
from tests.browser.conftest import PHONE, Running, Visitor

SERVICES = ("identity", "membership", "congress", "notifications")
MOST_CALLS = 4


def asked_so_far(running: Running) -> dict[str, int]:
    """How often each published operation of the services was asked, as they count it themselves."""
    base, found = int(running.url.rpartition(":")[2]), dict[str, int]()
    for service in SERVICES:
        told = requests.get(f"http://127.0.0.1:{base + OFFSETS[service]}/metrics", timeout=10).text
        for family in text_string_to_metric_families(told):
            for sample in family.samples if family.name == "http_requests" else ():
                route = sample.labels.get("route", "")
                if sample.name == "http_requests_total" and route.startswith("/api/"):
                    found[route] = found.get(route, 0) + int(sample.value)
    return found


@pytest.mark.parametrize("who", ["union-clerk", "district-secretary", "hq-organiser", "auditor"])
def test_the_start_page_asks_each_service_once(
    visit: Callable[..., Visitor], running: Running, who: str
) -> None:
    visitor = visit(who)
    before = asked_so_far(running)
    visitor.open("/")
    after = asked_so_far(running)
    asked = {
        route: after[route] - before.get(route, 0) for route in after if after[route] != before.get(route)
    }
    assert asked == {f"/api/{service}/tasks": 1 for service in SERVICES}
    assert len(asked) <= MOST_CALLS


def test_a_part_that_is_silent_is_named_and_the_rest_is_shown(
    visit: Callable[..., Visitor], running: Running
) -> None:
    secretary = visit("district-secretary", width=PHONE)
    with running.without("membership"):
        secretary.open("/")
        assert "Not all parts answer at the moment" in secretary.told
        assert "Units and members." in secretary.told
        assert "Furthest behind" in secretary.told
    secretary.open("/")
    assert "Not all parts answer" not in secretary.told


def test_each_finds_first_what_is_theirs(visit: Callable[..., Visitor]) -> None:
    clerk = visit("union-clerk", width=PHONE)
    assert clerk.page.locator("main .button").count() == 1, "one sentence and one button"
    assert "What comes after that" in clerk.told
    # What a phone shows before it is scrolled.
    button = clerk.page.locator("main .lead-task .button").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] < 640
    auditor = visit("auditor")
    assert "Newest entries of the audit" in auditor.told
    assert "Nothing waits for you." not in auditor.told, "above what is overdue"
    organiser = visit("hq-organiser")
    assert "Newest entries of the audit" not in organiser.told
    assert "Furthest behind" in organiser.told
