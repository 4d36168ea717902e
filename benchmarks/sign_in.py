"""Full sign-ins per second: our relying party with every check, against plain Authlib, at the same provider.

Both go out, let the practice eID's citizen agree, redeem the code and read the ID token; each keeps its connections
and the provider's keys. They take turns in short rounds, so that both meet the same machine. Prints sign-ins per
second of each and the ratio; fails below the limit.
"""

import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask

from identity.eid.client import EidClient
from identity.eid.profile import read_profile
from identity.eid.wire import Wire
from servicekit.settings import OF_THE_HOUSE, read_networks
from tests.processes import free_port, start, wait_for

LIMIT = 0.8
ROUNDS = 30
ROUND_SECONDS = 0.5
CALLBACK = "http://localhost/sign-in/callback"
CITIZEN = "hq-organiser"


class Citizen:
    """A person's browser, up to the address that it is sent back to."""

    def __init__(self) -> None:
        self.http = requests.Session()

    def agrees(self, url: str) -> str:
        answer = self.http.post(url, data={"citizen": CITIZEN}, allow_redirects=False, timeout=10)
        return answer.headers["Location"]


def ours(issuer: str, secret: str) -> Callable[[Citizen], None]:
    given = {"issuer": issuer, "client_id": "sammelan", "client_secret": secret}
    profile = read_profile("practice", given)
    client = EidClient(profile, CALLBACK, wire=Wire(profile, read_networks(OF_THE_HOUSE)))

    def sign_in(citizen: Citizen) -> None:
        attempt, url = client.begin(2, None, "en")
        back = dict(parse_qsl(urlsplit(citizen.agrees(url)).query))
        assert client.finish(attempt, back).person.level >= 2

    return sign_in


def plain_authlib(issuer: str, secret: str) -> Callable[[Citizen], None]:
    """As its documentation shows it: one registration, authorize_redirect, authorize_access_token."""
    app = Flask("plain")
    app.secret_key = secrets.token_hex(16)
    oauth = OAuth(app)
    oauth.register(
        "eid",
        client_id="sammelan",
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
    )

    @app.get("/start")
    def begin() -> Any:
        return oauth.eid.authorize_redirect(CALLBACK)

    @app.get("/sign-in/callback")
    def finish() -> Any:
        return {"sub": oauth.eid.authorize_access_token()["userinfo"]["sub"]}

    def sign_in(citizen: Citizen) -> None:
        with app.test_client() as browser:
            url = browser.get("/start").headers["Location"]
            parts = urlsplit(citizen.agrees(url))
            answer = browser.get(f"{parts.path}?{parts.query}")
            assert answer.status_code == 200, answer.text

    return sign_in


@dataclass(frozen=True)
class Rate:
    each_second: float
    cpu_ms: float


def rate(sign_in: Callable[[Citizen], None], citizen: Citizen) -> Rate:
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < ROUND_SECONDS:
        sign_in(citizen)
        count += 1
    return Rate(count / (time.perf_counter() - began), (time.process_time() - cpu) / count * 1000)


def main() -> int:
    port, secret = free_port(), secrets.token_hex(16)
    issuer = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "PATH": "/usr/bin:/bin",
            "EID_PORT": str(port),
            "EID_ISSUER": issuer,
            "EID_CLIENT_SECRET": secret,
            "EID_REDIRECT_URIS": CALLBACK,
        }
        binds = [
            "--bind",
            f"127.0.0.1:{port}",
            "--worker-class",
            "gthread",
            "--threads",
            "4",
            "--keep-alive",
            "30",
        ]
        command = [sys.executable, "-m", "gunicorn", "practice_eid.wsgi:app", *binds, "--no-control-socket"]
        provider = start(command, Path(folder) / "provider.log", env)
        try:
            wait_for(f"{issuer}/.well-known/openid-configuration", 20, provider.popen)
            return compare(ours(issuer, secret), plain_authlib(issuer, secret))
        finally:
            provider.kill()


def compare(own: Callable[[Citizen], None], plain: Callable[[Citizen], None]) -> int:
    citizen = Citizen()
    for sign_in in (own, plain):
        rate(sign_in, citizen)
    rounds = [(rate(own, citizen), rate(plain, citizen)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine.each_second / theirs.each_second for mine, theirs in rounds)
    for name, column in zip(("every check", "plain Authlib"), zip(*rounds, strict=True), strict=True):
        second = statistics.median(one.each_second for one in column)
        cpu = statistics.median(one.cpu_ms for one in column)
        print(f"{name:14} {second:6.1f} sign-ins per second, {cpu:4.1f} ms of the relying party's CPU each")
    print(f"ratio: {ratio:.2f} (at least {LIMIT})")
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
