"""Sample people in tests: a browser-like client that signs in through the practice eID, and the grants they have."""

import re
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
        self, return_to: str = "/healthz", provider: str = "practice", **asked: str
    ) -> requests.Response:
        """The whole way through an eID that is a practice eID; the last answer."""
        page = self.http.get(
            f"{self.base}/sign-in/start/{provider}", params={"return_to": return_to, **asked}, timeout=15
        )
        assert page.status_code == 200, page.text
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        url = requests.compat.urljoin(page.url, unescape(action.group(1))) if action else page.url
        return self.http.post(url, data={"citizen": self.key}, timeout=15)

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
