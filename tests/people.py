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

TRIES = 5
# In the address of the page that sends somebody away for a while; and for how long, in seconds.
BUSY = ("why=eid-busy", "why=eid-unavailable")
BUSY_SECONDS = 2.0


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
        self,
        return_to: str = "/healthz",
        provider: str = "practice",
        *,
        accept: bool = True,
        patient: bool = False,
        **asked: str,
    ) -> requests.Response:
        """The whole way through an eID that is a practice eID; the last answer. What waits for a yes gets it.

        `patient`: comes again when told that too many are waiting, or that the eID does not answer, as the page says.
        """
        url = self._form_of_eid(provider, patient=patient, return_to=return_to, **asked)
        answer = self.http.post(url, data={"citizen": self.key}, timeout=15)
        if patient:
            answer = self._once_there_is_room(answer)
        if accept:
            self.accept_all()
        return answer

    def _once_there_is_room(self, answer: requests.Response) -> requests.Response:
        """The same address again while too many wait: nothing was used up."""
        for _ in range(TRIES):
            if answer.status_code != 503:
                break
            time.sleep(int(answer.headers["Retry-After"]))
            answer = self.http.get(answer.url, timeout=15)
        return answer

    def _form_of_eid(self, provider: str, *, patient: bool = False, **asked: str) -> str:
        """Where the form goes that a practice eID shows to whoever begins to sign in."""
        act = "join" if asked.pop("join", "") else "start"
        page = self._set_out(f"/sign-in/{act}/{provider}", asked)
        if patient:
            for _ in range(TRIES):
                page = self._once_there_is_room(page)
                if not any(busy in page.url for busy in BUSY):
                    break
                time.sleep(BUSY_SECONDS)
                page = self._set_out(f"/sign-in/{act}/{provider}", asked)
        assert page.status_code == 200, page.text
        # A page of ours has a form too, and it takes no citizen.
        assert not page.url.startswith(f"{self.base}/"), f"not sent to the eID: {page.url}\n{page.text}"
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        return requests.compat.urljoin(page.url, unescape(action.group(1))) if action else page.url

    def _set_out(self, path: str, asked: dict[str, str]) -> requests.Response:
        headers = {"Referer": f"{self.base}/account"}
        return self.http.get(self.base + path, params=asked, headers=headers, timeout=15)

    def sent_back(self, provider: str = "practice") -> str:
        """The address to which the eID sends this person back, who has not gone there yet."""
        url = self._form_of_eid(provider, patient=True, return_to="/healthz")
        answer = self.http.post(url, data={"citizen": self.key}, timeout=15, allow_redirects=False)
        while f"{self.base}/" not in _led_to(answer):
            answer = self.http.get(_led_to(answer), timeout=15, allow_redirects=False)
        return _led_to(answer)

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


def _led_to(answer: requests.Response) -> str:
    assert "Location" in answer.headers, f"{answer.status_code} from {answer.url}\n{answer.text}"
    return answer.headers["Location"]


def a_period(days_before: int = 1, days_after: int = 300) -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {
        "valid_from": (today - timedelta(days=days_before)).isoformat(),
        "valid_to": (today + timedelta(days=days_after)).isoformat(),
    }
