"""Signing keys, access tokens and the revocation feed."""

import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from servicekit.access import keys as keys_module
from servicekit.access import revocations as revocations_module
from servicekit.access.decision import Reach, Right
from servicekit.access.keys import ALGORITHM, KeyRing, TokenRefused, make_keys, read_key_set, write_secret
from servicekit.access.revocations import (
    SESSION_KEPT_SECONDS,
    RevocationFeed,
    Revocations,
    RevocationsUnknown,
)
from servicekit.access.rights import NamedRights
from servicekit.access.tokens import (
    ACCESS_TOKEN,
    SERVICE_TOKEN,
    TokenReader,
    read_service_token,
    rights_claim,
    rights_of,
    service_token,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for service in ("identity", "congress", "gateway"):
        make_keys(tmp_path, service)
    return tmp_path


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    values = {"iss": "identity", "aud": "congress", "sub": "a", "sid": "s", "exp": now + 60, "acr": 2}
    return {**values, **changes}


def token(folder: Path, signer: str = "identity", kind: str = ACCESS_TOKEN, **changes: Any) -> str:
    return KeyRing(folder, signer).sign(claims(**changes), kind)


def verified(folder: Path, text: str) -> dict[str, Any]:
    return KeyRing(folder, "congress").verify(text, "identity", ACCESS_TOKEN, "congress")


def test_a_good_token_is_read(folder: Path) -> None:
    assert verified(folder, token(folder))["sub"] == "a"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "membership"},
        {"aud": ["congress"]},
        {"iss": "congress"},
        {"iss": None},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"exp": "9999999999"},
    ],
)
def test_a_token_for_another_or_of_another_or_too_old_is_refused(
    folder: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(TokenRefused):
        verified(folder, token(folder, **changes))


def test_a_token_of_another_kind_is_refused(folder: Path) -> None:
    for kind in (SERVICE_TOKEN, "JWT", "at+JWT"):
        with pytest.raises(TokenRefused):
            verified(folder, token(folder, kind=kind))


def test_a_foreign_signer_is_refused_though_its_key_is_known(folder: Path) -> None:
    with pytest.raises(TokenRefused):
        verified(folder, token(folder, signer="gateway"))


def test_algorithms_are_not_the_callers_choice(folder: Path) -> None:
    public = (folder / "identity.json").read_bytes()
    kid = json.loads(public)["keys"][0]["kid"]
    head = {"typ": ACCESS_TOKEN, "kid": kid}
    forged = jwt.encode({"alg": "HS256", **head}, claims(), OctKey.import_key(public), algorithms=["HS256"])
    unsigned = (
        jwt.encode(
            {"alg": "HS256", **head}, claims(), OctKey.import_key(b"x" * 32), algorithms=["HS256"]
        ).rsplit(".", 1)[0]
        + "."
    )
    stranger = ECKey.generate_key("P-256", {"kid": kid}, private=True)
    other = jwt.encode({"alg": ALGORITHM, **head}, claims(), stranger, algorithms=[ALGORITHM])
    for text in (forged, unsigned, other):
        with pytest.raises(TokenRefused):
            verified(folder, text)


@given(st.text(max_size=60))
def test_no_text_but_a_token_is_a_token(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-text"
    make_keys(folder, "identity")
    with pytest.raises(TokenRefused):
        verified(folder, text)


def test_a_changed_part_breaks_the_signature(folder: Path) -> None:
    head, body, signature = token(folder).split(".")
    other = token(folder, sub="somebody-else").split(".")[1]
    for text in (f"{head}.{other}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}."):
        with pytest.raises(TokenRefused):
            verified(folder, text)


def test_a_rotated_key_is_read_again_when_it_is_met(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "REREAD_AFTER", 0.0)
    verifier = KeyRing(folder, "congress")
    old = token(folder)
    verifier.verify(old, "identity", ACCESS_TOKEN, "congress")
    private, public = folder / "identity.private.json", folder / "identity.json"
    new = ECKey.generate_key("P-256", {"kid": "new", "use": "sig", "alg": ALGORITHM}, private=True)
    for path, key in ((private, new.as_dict(private=True)), (public, new.as_dict(private=False))):
        stored = json.loads(path.read_text())
        write_secret(path, json.dumps({"keys": [*stored["keys"], key]}))
    signed_anew = token(folder)
    assert jwt.decode(signed_anew, read_key_set(public), algorithms=[ALGORITHM]).header["kid"] == "new"
    for text in (signed_anew, old):
        assert verifier.verify(text, "identity", ACCESS_TOKEN, "congress")["sub"] == "a"


def test_a_flood_of_unknown_keys_is_not_a_flood_of_file_reads(folder: Path) -> None:
    verifier = KeyRing(folder, "congress")
    verifier.verify(token(folder), "identity", ACCESS_TOKEN, "congress")
    (folder / "identity.json").unlink()  # reading it now would fail
    stranger = ECKey.generate_key("P-256", {"kid": "unknown"}, private=True)
    head = {"alg": ALGORITHM, "typ": ACCESS_TOKEN, "kid": "unknown"}
    text = jwt.encode(head, claims(), stranger, algorithms=[ALGORITHM])
    for _ in range(5):
        with pytest.raises(TokenRefused, match="(?i)key"):
            verifier.verify(text, "identity", ACCESS_TOKEN, "congress")


def test_private_keys_are_their_owners_alone(folder: Path) -> None:
    assert (folder / "identity.private.json").stat().st_mode & 0o077 == 0
    assert "d" not in json.loads((folder / "identity.json").read_text())["keys"][0]


def test_making_keys_again_keeps_those_that_are_there(folder: Path) -> None:
    before = (folder / "identity.json").read_text()
    make_keys(folder, "identity")
    assert (folder / "identity.json").read_text() == before


PATHS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True).map(tuple)
RIGHTS = st.lists(
    st.builds(
        lambda permission, path, reach, grant, level, age: Right(
            permission, path[-1], path, reach, grant + "-".join(path), level, age
        ),
        st.sampled_from(["congress:read", "access:grant"]),
        PATHS,
        st.sampled_from(list(Reach)),
        st.sampled_from(["g1", "g2"]),
        st.integers(1, 3),
        st.none() | st.integers(1, 900),
    ),
    max_size=8,
)


@given(RIGHTS)
def test_rights_survive_the_way_in_a_token(rights: list[Right]) -> None:
    carried = rights_of(json.loads(json.dumps(rights_claim(tuple(rights)))))
    assert sorted(map(repr, carried)) == sorted(map(repr, rights))


Follow = Callable[[RevocationFeed], RevocationFeed]


class Identity:
    """What identity's feed would answer; `up` is whether it answers at all."""

    def __init__(self) -> None:
        self.news = Revocations(1, {}, [])
        self.up = True

    def __call__(self, after: int) -> Revocations:
        if not self.up:
            raise ConnectionError
        return self.news


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocations_module, "FEED_SECONDS", 0.01)
    monkeypatch.setattr(revocations_module, "FEED_STALE_SECONDS", 0.2)


def until_refused(reader: TokenReader, text: str, error: type[Exception]) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            reader.read(text)
        except error:
            return
        time.sleep(0.005)
    raise TimeoutError


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "news", [Revocations(2, {"a": 1}, []), Revocations(2, {}, ["s"])], ids=["generation", "session"]
)
def test_a_revocation_reaches_a_token_that_was_read_before(
    folder: Path, news: Revocations, followed: Follow
) -> None:
    identity = Identity()
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(identity)))
    text = token(folder, gen=0)
    assert reader.read(text).account_id == "a"
    identity.news = news
    until_refused(reader, text, TokenRefused)
    newer = token(folder, gen=1, sid="s2")
    assert reader.read(newer).session_id == "s2"


OWED = Right("congress:report", "u", ("u",), Reach.OWN, "g", 1, None, ("giver",))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("named", [False, True], ids=["carried", "named"])
def test_what_changes_above_reaches_every_token_that_owes_to_it(
    folder: Path, named: bool, followed: Follow
) -> None:
    """By the place in the feed at which a token was made: neither a clock nor a list of people is asked."""
    identity = Identity()
    claim = {"n": "name"} if named else rights_claim((OWED,))
    rights = NamedRights(lambda session_id, name: rights_claim((OWED,)))
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(identity)), rights)
    text = token(folder, rights=claim, seq=1)
    free = token(folder, rights={}, seq=1)
    assert reader.read(text).rights == (OWED,)
    identity.news = Revocations(2, {}, [], below={"giver": 2})
    until_refused(reader, text, TokenRefused)
    assert reader.read(free).rights == ()
    assert reader.read(token(folder, rights=claim, seq=2)).rights == (OWED,)
    # An older word about somebody else changes nothing.
    identity.news = Revocations(3, {}, [], below={"stranger": 3})
    assert reader.read(token(folder, rights=claim, seq=2)).rights == (OWED,)


@pytest.mark.usefixtures("quick")
def test_what_changes_for_everybody_reaches_every_token(folder: Path, followed: Follow) -> None:
    """Also of those who owe nothing to anybody, and hold nothing."""
    identity = Identity()
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(identity)))
    owing, free = token(folder, rights=rights_claim((OWED,)), seq=1), token(folder, rights={}, seq=1)
    assert (reader.read(owing).rights, reader.read(free).rights) == ((OWED,), ())
    identity.news = Revocations(2, {}, [], below={revocations_module.EVERYBODY: 2})
    until_refused(reader, owing, TokenRefused)
    until_refused(reader, free, TokenRefused)
    assert reader.read(token(folder, rights={}, seq=2)).rights == ()


@pytest.mark.usefixtures("quick")
def test_a_feed_that_is_silent_for_too_long_closes_the_door_until_it_speaks(
    folder: Path, followed: Follow
) -> None:
    identity = Identity()
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(identity)))
    text = token(folder)
    assert reader.read(text).account_id == "a"
    identity.up = False
    until_refused(reader, text, RevocationsUnknown)
    identity.up = True
    deadline = time.monotonic() + 5
    while True:  # nobody waits for the feed: who comes a moment later gets in
        with contextlib.suppress(RevocationsUnknown):
            assert reader.read(text).account_id == "a"
            break
        assert time.monotonic() < deadline


def test_a_silent_feed_stops_writes_first_and_reads_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, followed: Follow
) -> None:
    assert (revocations_module.WRITES_STALE_SECONDS, revocations_module.FEED_STALE_SECONDS) == (2.0, 10.0)
    monkeypatch.setattr(revocations_module, "FEED_SECONDS", 0.01)
    monkeypatch.setattr(revocations_module, "WRITES_STALE_SECONDS", 0.1)
    identity = Identity()
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(identity)))
    text = token(folder)
    assert reader.read(text, writing=True).account_id == "a"
    identity.up = False
    time.sleep(0.2)
    with pytest.raises(RevocationsUnknown):
        reader.read(text, writing=True)
    assert reader.read(text).account_id == "a"
    identity.up = True
    assert reader.read(text, writing=True).account_id == "a"


@pytest.mark.usefixtures("quick")
def test_news_are_as_old_as_the_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch, followed: Follow
) -> None:
    monkeypatch.setattr(revocations_module, "WRITES_STALE_SECONDS", 0.2)

    def slow(after: int) -> Revocations:
        time.sleep(0.3)
        return Revocations(0, {}, [])

    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(slow)))
    with pytest.raises(RevocationsUnknown):
        reader.read(token(folder), writing=True)


@pytest.mark.usefixtures("quick")
def test_a_remembered_token_ends_when_it_expires(
    folder: Path, monkeypatch: pytest.MonkeyPatch, followed: Follow
) -> None:
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(Identity())))
    text = token(folder, exp=time.time() + 1)
    reader.read(text)
    really = time.time
    monkeypatch.setattr(time, "time", lambda: really() + 30)
    with pytest.raises(TokenRefused):
        reader.read(text)


def test_a_peers_word_is_good_for_its_audience_and_from_the_named_peers(folder: Path) -> None:
    text = service_token(KeyRing(folder, "gateway"), "gateway", "identity")
    ring = KeyRing(folder, "identity")
    assert read_service_token(ring, text, "identity", ("congress", "gateway"))["sub"] == "gateway"
    for audience, peers in (("congress", ("gateway",)), ("identity", ("congress",)), ("identity", ())):
        with pytest.raises(TokenRefused):
            read_service_token(ring, text, audience, peers)
    # An access token is not a peer's word, nor the other way round.
    with pytest.raises(TokenRefused):
        read_service_token(ring, token(folder, aud="identity"), "identity", ("identity",))


def test_a_caller_keeps_its_token_out_of_logs(folder: Path, followed: Follow) -> None:
    reader = TokenReader(KeyRing(folder, "congress"), "congress", followed(RevocationFeed(Identity())))
    text = token(folder)
    caller = reader.read(text)
    assert caller.token == text
    assert text not in repr(caller)
    assert replace(caller, name="B").token == text


def test_ended_sessions_are_forgotten_once_no_token_of_theirs_is_left() -> None:
    feed = RevocationFeed(lambda _: Revocations(0, {}, []))
    kept = feed._sessions  # a worker lives for months, and what it remembers must not grow with it
    for at, ended in ((0.0, ["first"]), (100.0, ["second", "first"]), (950.0, ["third"])):
        feed._take(Revocations(1, {}, ended), at)
    assert list(kept) == ["second", "first", "third"]
    feed._take(Revocations(2, {}, []), 100.0 + SESSION_KEPT_SECONDS + 1)
    assert list(kept) == ["third"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("speaks", [True, False], ids=["while it speaks", "while it is silent"])
def test_a_feed_that_is_stopped_asks_nobody_any_more(speaks: bool) -> None:
    threads: queue.Queue[threading.Thread] = queue.Queue()

    def fetch(after: int) -> Revocations:
        if not speaks:
            threads.put(threading.current_thread())
            raise ConnectionError
        return Revocations(1, {}, [])

    def without_end(after: int) -> Iterator[Revocations]:
        while speaks:
            threads.put(threading.current_thread())
            time.sleep(0.01)
            yield Revocations(1, {}, [])

    feed = RevocationFeed(fetch, without_end)
    feed.follow()
    thread = threads.get(timeout=5)
    feed.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_public_keys_of_before_are_kept_where_they_are_needed_later(tmp_path: Path) -> None:
    for keep, known in ((True, 2), (False, 1)):
        folder = tmp_path / str(keep)
        make_keys(folder, "seals", keep=keep)
        before = KeyRing(folder, "seals").public("seals")["keys"]
        (folder / "seals.private.json").unlink()
        make_keys(folder, "seals", keep=keep)
        after = KeyRing(folder, "seals").public("seals")["keys"]
        assert (len(after), before[0] in after) == (known, keep)
