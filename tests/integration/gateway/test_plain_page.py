"""While the portal is away, the gateway has a page of its own: in the reader's language, and with what to do."""

import pytest

from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.people import Person
from tests.processes import House

ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def person(running: House) -> Person:  # noqa: F811
    """Whose account speaks Bangla, and who has opened a page before the portal went away."""
    running.start_service("portal")
    made = Person(running, "hq-organiser")
    made.sign_in()
    assert made.send("PATCH", "/api/identity/me", {"language": "bn"}).status_code == 200
    made.get("/", **ENGLISH)
    running.processes["portal"].kill()
    return made


@pytest.mark.parametrize(
    ("chosen", "spoken"), [("", "bn"), ("vi", "vi"), ("en", "en"), ("xx", "en"), ("bn", "bn")]
)
def test_it_speaks_the_language_chosen_by_hand_else_the_accounts(
    person: Person, chosen: str, spoken: str
) -> None:
    cookies = {"language": chosen} if chosen else {}
    answer = person.http.get(person.base + "/", headers=ENGLISH, cookies=cookies, timeout=15)
    assert answer.status_code == 503
    assert f'<html lang="{spoken}">' in answer.text
    assert "<h1>503" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_it_says_what_to_do_and_offers_it(person: Person) -> None:
    answer = person.http.get(person.base + "/", headers=ENGLISH, cookies={"language": "en"}, timeout=15)
    assert "<h1>The system is not available at the moment</h1>" in answer.text
    assert "Wait a minute and open the page again." in answer.text
    assert '<a href="">Open this page again</a>' in answer.text


def test_what_was_typed_is_sent_again_from_where_it_still_stands(person: Person) -> None:
    answer = person.http.post(
        person.base + "/account",
        data={"email": "typed@example.org"},
        headers={**ENGLISH, "Origin": person.base},
        cookies={"language": "en"},
        timeout=15,
    )
    assert answer.status_code == 503
    assert "go back in your browser, where what you typed still stands" in answer.text
    assert "Open this page again" not in answer.text
