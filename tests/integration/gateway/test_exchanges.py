"""A service exchanges a person's token once for all tokens of the session that say the same."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from gateway import clients
from servicekit.access.decision import Caller
from servicekit.access.keys import KeyRing
from servicekit.access.revocations import Revocations
from servicekit.access.tokens import ACCESS_TOKEN, ISSUER, caller_of
from servicekit.out.peers import Peers
from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.people import Person
from tests.processes import House


class Reader:
    """Somebody who is signed in, as the portal sees them: each time with the token that the gateway has just got."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.person = Person(house, "hq-organiser")
        self.person.sign_in()
        (self.session,) = [one.value for one in self.person.http.cookies if one.name == "session"]
        self.gateway = Peers(KeyRing(house.folder / "keys", "gateway"), "gateway", self._urls)
        self.portal = Peers(KeyRing(house.folder / "keys", "portal"), "portal", self._urls)

    @property
    def _urls(self) -> dict[str, str]:
        return {"identity": self.house.url("identity")}

    def caller(self) -> Caller:
        asked = {"session": self.session, "audience": "portal"}
        token = self.gateway.as_service("identity").post("/internal/session-token", asked)["access_token"]
        keys = KeyRing(self.house.folder / "keys", "portal")
        return caller_of(keys.verify(token, ISSUER, ACCESS_TOKEN, "portal"), token)

    def language(self) -> str:
        """As identity tells the portal, which asks with the token that it holds for the reader."""
        return str(self.portal.for_person("identity", self.caller()).get("/api/identity/me")["language"])

    def exchanges(self) -> int:
        return self.asked("/internal/token")

    def asked(self, route: str) -> int:
        """How often identity was."""
        text = requests.get(f"{self.house.url('identity')}/metrics", timeout=10).text
        counted = re.findall(rf'^http_requests_total\{{.*route="{route}".*\}} (\S+)$', text, re.MULTILINE)
        return int(sum(float(one) for one in counted))


@pytest.fixture
def reader(running: House) -> Reader:  # noqa: F811
    return Reader(running)


def test_it_is_exchanged_once_while_the_session_says_the_same(reader: Reader) -> None:
    before = reader.exchanges()
    assert [reader.language() for _ in range(4)] == ["en"] * 4
    assert reader.exchanges() == before + 1


def test_of_several_who_need_it_at_once_one_exchanges_it(reader: Reader) -> None:
    before, caller, together = reader.exchanges(), reader.caller(), threading.Barrier(6)

    def ask(_: int) -> str:
        together.wait(10)
        return str(reader.portal.for_person("identity", caller).get("/api/identity/me")["language"])

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(ask, range(6))) == ["en"] * 6
    assert reader.exchanges() == before + 1


def test_what_the_session_says_otherwise_is_exchanged_anew(reader: Reader) -> None:
    reader.language()
    before = reader.exchanges()
    changed = reader.person.send("PATCH", "/api/identity/me", {"language": "bn"})
    assert changed.status_code == 200, changed.text
    assert [reader.language() for _ in range(2)] == ["bn"] * 2
    assert reader.exchanges() == before + 1


@pytest.mark.parametrize("taken", ["account", "session", "somebody else"])
def test_what_the_feed_takes_away_is_not_used_again(reader: Reader, taken: str) -> None:
    reader.language()
    before, caller = reader.exchanges(), reader.caller()
    reader.portal.revoked(
        Revocations(
            1,
            {caller.account_id if taken == "account" else "another": 1},
            [caller.session_id] if taken == "session" else [],
        )
    )
    reader.language()
    assert reader.exchanges() == before + (0 if taken == "somebody else" else 1)


def test_what_a_peer_refuses_as_no_longer_good_is_exchanged_anew(reader: Reader) -> None:
    """The peer may hear of an end before whoever asks it."""
    reader.language()
    before = reader.exchanges()
    (kept,) = {one.token for one in reader.portal._exchanged.values()}
    reader.portal.forget("another")
    reader.language()
    assert reader.exchanges() == before
    reader.portal.forget(kept)
    reader.language()
    assert reader.exchanges() == before + 1


def test_where_the_gateway_keeps_as_many_tokens_as_it_may_the_oldest_alone_makes_room(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "KEPT", 2)
    passes, route = clients.Passes(reader.gateway), "/internal/session-token"
    before = reader.asked(route)
    for audience in ("portal", "congress", "membership", "congress", "membership"):
        passes.get(reader.session or "", audience)
    assert reader.asked(route) == before + 3
    passes.get(reader.session or "", "portal")
    assert reader.asked(route) == before + 4
