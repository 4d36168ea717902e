"""Every artefact of a sign-in in every form of transport, on TLS and without: read when whole, given up in time."""

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from identity.eid.client import PROBE_SECONDS, all_answer
from identity.eid.refused import SignInRefused
from tests.integration.eid.liar import Carrier, a_liar, hangs, rsa_key
from tests.integration.eid.signing_in import RelyingParty, a_client_of, a_profile
from tests.integration.eid.transport import FORMS, dripping, whole

ARTEFACTS = {
    "discovery": "/.well-known/openid-configuration",
    "keys": "/jwks",
    "PAR": "/par",
    "token": "/token",
    "userinfo": "/userinfo",
}
START_SECONDS = 1.0
FINISH_SECONDS = 1.5
# Deadlines are looked at every twentieth of a second; the rest is the machine's.
SPARE_SECONDS = 1.5
Found = tuple[str, float]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def signed_in(path: str, carrier: Carrier, certificate: tuple[Path, Path] | None) -> Found:
    """Who came in, or why nobody did; and after how long."""
    with a_liar(certificate) as liar:
        liar.discovery = {"pushed_authorization_request_endpoint": f"{liar.issuer}/par"}
        liar.carried[path] = carrier
        profile = a_profile(
            liar.issuer,
            userinfo="json",
            par="required",
            start_seconds=START_SECONDS,
            finish_seconds=FINISH_SECONDS,
        )
        party = RelyingParty(liar, a_client_of(profile, ca_file=str(certificate[0]) if certificate else ""))
        began = time.monotonic()
        try:
            who = party.sign_in().subject
        except SignInRefused as refusal:
            who = refusal.code
        return who, time.monotonic() - began


@pytest.fixture(scope="module", autouse=True)
def key() -> None:
    """Made before several providers at once would each make their own."""
    rsa_key()


def of_each(carrier: Carrier, certificate: tuple[Path, Path] | None) -> dict[str, Found]:
    asks: dict[str, Callable[[], Found]] = {
        name: partial(signed_in, path, carrier, certificate) for name, path in ARTEFACTS.items()
    }
    with ThreadPoolExecutor(len(asks)) as at_once:
        running = {name: at_once.submit(ask) for name, ask in asks.items()}
        return {name: one.result() for name, one in running.items()}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_whole_is_read_in_every_form(form: str, tls: bool, certificate: tuple[Path, Path]) -> None:
    found = of_each(whole(FORMS[form]), certificate if tls else None)
    assert {name: who for name, (who, _) in found.items()} == dict.fromkeys(ARTEFACTS, "person-1")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("form", FORMS)
def test_what_never_ends_is_given_up_in_time_in_every_form(
    form: str, tls: bool, certificate: tuple[Path, Path]
) -> None:
    found = of_each(dripping(FORMS[form]), certificate if tls else None)
    assert {name: who for name, (who, _) in found.items()} == dict.fromkeys(ARTEFACTS, "eid-unavailable")
    late = START_SECONDS + FINISH_SECONDS + SPARE_SECONDS
    assert {name: seconds for name, (_, seconds) in found.items() if seconds > late} == {}


def test_several_providers_that_hang_are_asked_at_once() -> None:
    with ExitStack() as opened:
        liars = [opened.enter_context(a_liar()) for _ in range(3)]
        clients = [a_client_of(a_profile(liar.issuer)) for liar in liars]
        assert all_answer(clients)
        for liar, client in zip(liars, clients, strict=True):
            liar.paths[ARTEFACTS["discovery"]] = hangs()
            client.metadata._heard_at = 0.0  # it was heard long ago
        began = time.monotonic()
        assert not all_answer(clients)
        assert time.monotonic() - began < PROBE_SECONDS + SPARE_SECONDS
