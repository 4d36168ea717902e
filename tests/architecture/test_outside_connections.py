"""Nobody opens a connection but the few that are known here, each with whom it speaks to and why it may."""

import ast
import re
import smtplib
from collections.abc import Iterator

from tests.architecture.the_code import sources, syntax
from tests.processes import ROOT

OPENERS = {
    "requests",
    "urllib3",
    "socket",
    "smtplib",
    "http.client",
    "urllib.request",
    "ftplib",
    "httpx",
    "aiohttp",
    "asyncio",
    "http",
    "imaplib",
    "poplib",
    "xmlrpc",
    "telnetlib",
    "selectors",
    "webbrowser",
}
# Services of ours are asked where the settings say. Everybody else is reached through the door (docs/decisions/0046).
KNOWN = {
    "servicekit/out/peers.py": "services of ours, at the operator's addresses",
    "servicekit/events/relay.py": "services of ours, at the operator's addresses",
    "servicekit/serving/worker.py": "connections that were made to us",
    "identity/feed.py": "connections that were made to us",
    "gateway/clients.py": "services of ours, at the operator's addresses",
    "gateway/forward.py": "services of ours, at the operator's addresses",
    "gateway/connections.py": "connections that were made to us",
    "servicekit/out/door/client.py": "the door out, over HTTP",
    "servicekit/out/door/connecting.py": "the door out",
    "servicekit/out/door/deadlines.py": "the door out: cuts what takes too long",
    "servicekit/out/door/mail.py": "the door out, over SMTP",
    "notifications/channels/smtp.py": "the names of smtplib's failures, and nothing else of it",
}
SERVING = ("servicekit/", "identity/", "membership/", "congress/", "notifications/", "gateway/", "portal/")


def opened(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_only_the_known_open_connections() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        for name in opened(syntax(path))
        if name in OPENERS or name.partition(".")[0] in OPENERS
    }
    found = {name for name in found if name.startswith(SERVING)}
    assert sorted(found - set(KNOWN)) == [], "say whom it speaks to, and by whose address"
    assert sorted(set(KNOWN) - found) == [], "these open none any more"


def test_of_smtplib_only_its_failures_are_named_outside_the_door() -> None:
    """Whoever made an SMTP of it would connect to whatever a name leads to."""
    named = {
        node.attr
        for path in sources()
        if path.relative_to(ROOT).as_posix().startswith(SERVING) and "out/door" not in path.as_posix()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "smtplib"
    } | {
        one.name
        for path in sources()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.module == "smtplib"
        for one in node.names
    }
    failures = {name for name in named if issubclass(getattr(smtplib, name), Exception)}
    assert failures
    assert named - failures == set()


def test_what_a_connection_is_made_with_is_called_at_the_door_alone() -> None:
    """Of ours, the gateway and the worker only hold connections that were made to them."""
    calls = {
        "create_connection",
        "getaddrinfo",
        "gethostbyname",
        "open_connection",
        "connect_ex",
        "wrap_socket",
    }
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and node.attr in calls
    }
    assert {name for name in found if name.startswith(SERVING)} == {
        "servicekit/out/door/connecting.py",
        "servicekit/out/door/mail.py",
    }


def test_no_client_of_http_is_made_for_others_than_our_services() -> None:
    made = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call)
        and re.search(r"^(requests\.\w+|urllib3\.PoolManager|HTTPS?ConnectionPool)$", ast.unparse(node.func))
    }
    ours = {
        "servicekit/out/peers.py",
        "servicekit/events/relay.py",
        "gateway/clients.py",
        "gateway/forward.py",
    }
    assert {name for name in made if name.startswith(SERVING)} <= ours
