"""The same requests get the same answers through the Python gateway and through nginx."""

import http.client
import json
from collections.abc import Iterator

import pytest
import requests

from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.nginx import start_nginx
from tests.people import Person
from tests.processes import House


@pytest.fixture(scope="module")
def nginx(running: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:  # noqa: F811
    folder = tmp_path_factory.mktemp("nginx")
    yield start_nginx(running, folder, "identity")
    # Every refusal falls back to the gateway, so an nginx that always fails would answer alike, too.
    assert "[crit]" not in (folder / "error.log").read_text()
    assert "unexpected status: 5" not in (folder / "error.log").read_text()


REQUESTS = [
    ("GET", "/healthz", {}, None),
    ("GET", "/api/identity/me", {}, None),
    ("GET", "/api/identity/roles", {}, None),
    ("HEAD", "/api/identity/roles", {}, None),
    ("GET", "/api/identity/providers", {}, None),
    ("DELETE", "/api/identity/roles", {}, None),
    ("OPTIONS", "/api/identity/roles", {}, None),
    ("GET", "/api/identity/grants", {}, None),
    ("GET", "/api/identity/grants?unit_id=root&below=true", {}, None),
    ("GET", "/api/identity/grants?unit_id=nowhere", {}, None),
    ("GET", "/api/identity//roles", {}, None),
    ("GET", "/api/identity/./roles", {}, None),
    ("GET", "/api/identity/x/../roles", {}, None),
    ("GET", "/api/identity/%72oles", {}, None),
    ("GET", "/api/identity/roles/", {}, None),
    ("GET", "/api%2Fidentity/roles", {}, None),
    ("GET", "/internal/feed", {}, None),
    ("GET", "/internal/decide", {}, None),
    ("GET", "/metrics", {}, None),
    ("GET", "/nothing/here", {}, None),
    ("PATCH", "/api/identity/me", {"Content-Type": "application/json"}, b'{"language":"en"}'),
    ("PATCH", "/api/identity/me", {"Content-Type": "application/json"}, b'{"language":{"$ne":null}}'),
    ("PATCH", "/api/identity/me", {"Content-Type": "application/json"}, b"{"),
    (
        "PATCH",
        "/api/identity/me",
        {"Content-Type": "application/json", "Origin": "https://evil.example"},
        b"{}",
    ),
    ("PATCH", "/api/identity/me", {"Content-Type": "text/plain"}, b"{}"),
    ("POST", "/api/identity/grants", {"Content-Type": "application/json"}, b"{}"),
    ("GET", "/api/identity/me", {"Authorization": "Bearer forged", "X-Forwarded-For": "1.2.3.4"}, None),
]


def ask(
    port: int, method: str, target: str, sent: dict[str, str], body: bytes | None
) -> tuple[int, str, str, object]:
    """Raw, so that the path is not tidied up on the way; what must be equal of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, target, body, sent)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    shown: object = data
    if "json" in (answer.headers["Content-Type"] or "") and data:
        shown = {k: v for k, v in json.loads(data).items() if k != "request_id"}
    return answer.status, answer.headers["Content-Type"] or "", answer.headers.get("ETag", ""), shown


@pytest.mark.parametrize("signed_in", [False, True])
def test_nginx_and_the_gateway_answer_alike(running: House, nginx: int, signed_in: bool) -> None:  # noqa: F811
    cookie = {}
    if signed_in:
        person = Person(running, "hq-organiser")
        person.sign_in()
        value = next(c.value for c in person.http.cookies if c.name == "session")
        cookie = {"Cookie": f"session={value}; language=en"}
    for method, target, more, body in REQUESTS:
        base = {"Accept": "application/json", "Origin": f"http://localhost:{running.ports['gateway']}"}
        sent = {**base, **cookie, **more}
        through_python = ask(running.ports["gateway"], method, target, sent, body)
        through_nginx = ask(nginx, method, target, sent, body)
        if method == "PATCH" and through_python[0] == 200:  # the second write sees the first one's version
            assert through_nginx[0] == 200
            continue
        assert through_nginx == through_python, (method, target)


def test_what_begins_a_sign_in_counts_each_time_through_nginx_too(nginx: int) -> None:
    """Decisions on reads are kept for a second; kept for a costly one, its limit would be none."""

    def left(path: str) -> list[str]:
        with requests.Session() as http:
            return [
                http.get(f"http://127.0.0.1:{nginx}{path}", allow_redirects=False, timeout=10).headers[
                    "RateLimit-Remaining"
                ]
                for _ in range(6)
            ]

    assert len(set(left("/sign-in/start/practice"))) == 6
    assert len(set(left("/api/identity/providers"))) < 6
