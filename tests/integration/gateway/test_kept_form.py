"""A form that is sent after the sign-in has ended shows what was typed again, and nothing of it is done."""

import pytest
import requests

from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.processes import House

TYPED = {"email": "typed@example.org", "csrf": "old", "once": "o"}


@pytest.fixture(scope="module")
def house_with_pages(running: House) -> House:  # noqa: F811
    running.start_service("portal")
    return running


def sent(
    house: House, session: str, path: str = "/account", *, email: str = TYPED["email"], **headers: str
) -> requests.Response:
    base = f"http://localhost:{house.ports['gateway']}"
    return requests.post(
        base + path,
        data={**TYPED, "email": email},
        headers={"Origin": base, "Accept": "text/html", **headers},
        cookies={"session": session} if session else {},
        allow_redirects=False,
        timeout=15,
    )


@pytest.mark.parametrize("session", ["a-session-that-has-ended", ""])
def test_what_was_typed_is_shown_again_and_the_way_to_sign_in(house_with_pages: House, session: str) -> None:
    answer = sent(house_with_pages, session)
    assert answer.status_code == 401
    assert "typed@example.org" in answer.text
    assert 'action="/account"' in answer.text
    assert "/sign-in" in answer.text


def test_another_site_gets_no_page_with_its_own_text_in_it(house_with_pages: House) -> None:
    for session in ("a-session-that-has-ended", ""):
        answer = sent(house_with_pages, session, Origin="https://evil.example")
        assert answer.status_code == 403
        assert "typed@example.org" not in answer.text


def test_what_is_no_form_of_a_page_is_refused_as_ever(house_with_pages: House) -> None:
    api = sent(house_with_pages, "x", "/api/identity/drafts", Accept="application/json")
    assert (api.status_code, api.json()["type"]) == (401, "/problems/sign-in-required")
    json = sent(house_with_pages, "x", **{"Content-Type": "application/json"})
    assert (json.status_code, "typed" in json.text) == (303, False)


def test_what_is_longer_than_can_be_saved_is_read_to_be_shown_again_up_to_a_bound(
    house_with_pages: House,
) -> None:
    long = "x" * 300_000
    answer = sent(house_with_pages, "", email=long)
    assert (answer.status_code, long in answer.text) == (401, True)
    assert "E-mail" in answer.text
    beyond = sent(house_with_pages, "", email="x" * 1_100_000)
    assert (beyond.status_code, "x" * 1000 in beyond.text) == (413, False)
