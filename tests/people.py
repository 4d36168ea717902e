"""Sample people in tests: a browser-like client that signs in through the practice eID, and the grants they have."""

import re
import time
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import requests

from servicekit.ids import new_id
from tests.processes import ROOT, House


def citizens() -> dict[str, dict[str, Any]]:
    found = tomllib.loads((ROOT / "examples/citizens.toml").read_text(encoding="utf-8"))["citizens"]
    return {one["key"]: one for one in found}


@dataclass
class Person:
    """One person's browser: cookies, and the Origin that a browser sends."""

    house: House
    key: str
    http: requests.Session = field(default_factory=requests.Session)

    @property
    def base(self) -> str:
        return self.house.env().get("PUBLIC_URL", f"http://localhost:{self.house.ports['gateway']}")

    def sign_in(
        self, return_to: str = "/healthz", provider: str = "practice", *, accept: bool = True, **asked: str
    ) -> requests.Response:
        """The whole way through an eID that is a practice eID; the last answer. What waits for a yes gets it."""
        page = self.http.get(
            f"{self.base}/sign-in/start/{provider}", params={"return_to": return_to, **asked}, timeout=15
        )
        assert page.status_code == 200, page.text
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        url = requests.compat.urljoin(page.url, unescape(action.group(1))) if action else page.url
        answer = self.http.post(url, data={"citizen": self.key}, timeout=15)
        if accept:
            self.accept_all()
        return answer

    def accept_all(self) -> list[str]:
        """Accepts every offer that waits for this person; their ids. Whoever was not let in has none."""
        listed = self.get("/api/identity/offers")
        waiting = listed.json()["items"] if listed.status_code == 200 else []
        before = self._rights() if waiting else []
        begun = False
        for one in waiting:
            path = f"/api/identity/offers/{one['id']}/accept"
            answer = self.post(path, If_Match=f'"{one["version"]}"')
            # Elsewhere the same person may have been quicker.
            assert answer.status_code in (200, 412), answer.text
            begun = begun or (answer.status_code == 200 and answer.json()["effective"])
        deadline = time.monotonic() + 10
        while begun and self._rights() == before:
            assert time.monotonic() < deadline, "the session has its new rights"
            time.sleep(0.05)
        return [one["id"] for one in waiting]

    def _rights(self) -> list[Any]:
        """As the gateway knows them: it asks for a new token as soon as it has heard that the old one is over."""
        return list(self.get("/api/identity/me").json()["rights"])

    def send(self, method: str, path: str, json: Any = None, **headers: str) -> requests.Response:
        """An API call with this person's session; header names with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("Origin", self.base)
        sent.setdefault("Accept", "application/json")
        if method == "POST":
            sent.setdefault("Idempotency-Key", new_id())
        return self.http.request(
            method, self.base + path, json=json, headers=sent, timeout=15, allow_redirects=False
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.send("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> requests.Response:
        return self.send("POST", path, json, **headers)


def a_period(days_before: int = 1, days_after: int = 300) -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {
        "valid_from": (today - timedelta(days=days_before)).isoformat(),
        "valid_to": (today + timedelta(days=days_after)).isoformat(),
    }
