"""Who waits for somebody else says so: for the eID by `waits_for_eid`, for longer than usual by `patient`."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from servicekit.out.peers import READ_SECONDS
from servicekit.serving.patience import PATIENCE_SECONDS, patience_of
from servicekit.settings import SERVICES
from servicekit.web.guards import PUBLIC
from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Who opens a connection, and what bounds the threads that wait on it. All others ask one of these.
CONNECTING = {
    "requests",
    "urllib3",
    "http",
    "smtplib",
    "socket",
    "httpx",
    "ftplib",
    "urllib.request",
    "telnetlib",
}
CONNECTED = {
    "servicekit/out/peers.py": "a bulkhead for each peer",
    "servicekit/events/relay.py": "a program of its own",
    "servicekit/serving/worker.py": "listens",
    "servicekit/out/door/client.py": "a bulkhead for each host; for eIDs four places as well, by waits_for_eid",
    "servicekit/out/door/connecting.py": "the deadline of whoever asks",
    "servicekit/out/door/deadlines.py": "connects to nobody",
    "servicekit/out/door/mail.py": "a program of its own: the sender",
    "notifications/channels/smtp.py": "a program of its own: the sender",
    "gateway/clients.py": "one thread that reads the documents",
    "gateway/forward.py": "a bulkhead for each service",
    "gateway/connections.py": "listens",
    "sammelan/ports.py": "the operator's command",
    "sammelan/house.py": "the operator's command",
    "sammelan/healthy.py": "the operator's command",
}


def functions(*places: str) -> Iterator[tuple[Path, Function]]:
    for path in sources(*places):
        for node in ast.walk(syntax(path)):
            if isinstance(node, Function):
                yield path, node


def called(node: ast.AST) -> set[str]:
    """The last names of all that is called or handed on in it: `a.b.c(d)` calls c, which is somebody's (`.c`), and d.

    What the store does has its own names, which may be those of others.
    """
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            for part in (one.func, *one.args, *(keyword.value for keyword in one.keywords)):
                if isinstance(part, ast.Attribute) and not re.search(r"\bstore\b", ast.unparse(part.value)):
                    found |= {part.attr, f".{part.attr}"}
                elif isinstance(part, ast.Name):
                    found.add(part.id)
    return found


def decorated(node: Function) -> set[str]:
    names = set()
    for one in node.decorator_list:
        target = one.func if isinstance(one, ast.Call) else one
        names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def is_view(node: Function) -> bool:
    return bool(decorated(node) & {"get", "post", "put", "patch", "delete", "route"})


def reaching(found: Iterable[Function], ends: set[str], never: set[str]) -> dict[str, set[str]]:
    """The functions from which one of `ends` is reached, by name, with what they call of it; not through `never`."""
    edges: dict[str, set[str]] = defaultdict(set)
    for node in found:
        if node.name not in never:
            edges[node.name] |= called(node)
    # A function may have the name of what it calls.
    known: dict[str, set[str]] = {}
    while True:
        more = {
            name: by
            for name, names in edges.items()
            if name not in known and (by := names & (ends | known.keys()))
        }
        if not more:
            return known
        known |= more


# ---------------------------------------------------------------- outside parties


def test_only_what_is_bounded_opens_connections() -> None:
    found = set()
    for path in sources():
        for node in ast.walk(syntax(path)):
            names = (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(name in CONNECTING or name.split(".")[0] in CONNECTING - {"http"} for name in names):
                found.add(str(path.relative_to(ROOT)))
    assert found == set(CONNECTED)


# Of the eID's module; all else there are methods.
FUNCTIONS = {"all_answer"}


def waiting_methods() -> set[str]:
    """What of the eID's client sends something to a provider before it returns."""
    client = ROOT / "identity/eid/client.py"
    # `asked` leaves the waiting to a thread of its own.
    of_eid = [node for _, node in functions("identity/eid")]
    reached = reaching(of_eid, {"send", "wait"}, {"asked", "_ask", "look_again"})
    public = {node.name for path, node in functions("identity/eid") if path == client}
    of_somebody = {name for name in reached if name in public and not name.startswith("_")} - FUNCTIONS
    return {f".{name}" for name in of_somebody} | FUNCTIONS


def unmarked_and_needless(found: list[Function], ends: set[str], mark: str) -> tuple[set[str], set[str]]:
    taken = {node.name for node in found if "place" in called(node)}
    reached = reaching(found, ends, taken)
    views = {node.name: node for node in found if is_view(node)}
    marked = {name for name, node in views.items() if mark in decorated(node)}
    return (reached.keys() & views.keys()) - marked, marked - reached.keys()


def identity_s() -> list[Function]:
    return [
        node
        for path, node in functions("identity")
        if path.parts[-2] in ("operations", "routes") and path.name != "waiting.py"
    ]


def test_what_waits_for_an_eid_is_known() -> None:
    assert {".begin", ".finish", ".answers", "all_answer", ".logged_out"} <= waiting_methods()


def test_each_operation_that_waits_for_an_eid_takes_a_place_for_it_and_no_other_does() -> None:
    unmarked, needless = unmarked_and_needless(identity_s(), waiting_methods() | {"wait"}, "waits_for_eid")
    assert unmarked == set()
    assert needless == set()


def test_an_operation_that_forgot_it_would_be_found() -> None:
    written = ast.parse(
        "@pages.get('/x')\n"
        "def forgetful(): return _way(context())\n"
        "def _way(context): return context.providers['a'].finish(1)\n"
        "@pages.get('/y')\n@waits_for_eid\ndef needless(): return 1\n"
    )
    found = [node for node in written.body if isinstance(node, Function)]
    assert unmarked_and_needless(found, {".finish"}, "waits_for_eid") == ({"forgetful"}, {"needless"})


def test_tokens_and_sessions_wait_for_nobody_outside() -> None:
    """What every request of everybody needs: /internal/ and the token of a session."""
    reached = reaching(identity_s(), waiting_methods() | {"wait"}, set())
    internal = {
        node.name
        for path, node in functions("identity/routes")
        if is_view(node) and path.name == "internal.py"
    }
    assert internal
    assert reached.keys() & internal == set()


# ---------------------------------------------------------------- patience


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Flask]]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("apps")).items():
            patch.setenv(name, value)
        made = {service: make_app(service) for service in SERVICES}
        yield made
        for app in made.values():
            app.extensions["kit"].database.client.close()


def views_of(app: Flask) -> dict[str, Any]:
    """By the name of the function."""
    found = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        handler = getattr(view, "view_class", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            function = getattr(handler, method.lower()) if handler else view
            found[function.__name__] = function
    return found


def test_whoever_waits_for_an_eid_is_patient(apps: dict[str, Flask]) -> None:
    marked = {
        name: view
        for name, view in views_of(apps["identity"]).items()
        if getattr(view, "waits_for_eid", False)
    }
    assert marked
    assert {name for name, view in marked.items() if patience_of(view) <= PATIENCE_SECONDS} == set()


def patient_paths(apps: dict[str, Flask]) -> dict[str, float]:
    """Patterns of "METHOD path" of the services' operations that may take longer, and how long."""
    found = {}
    for service, app in apps.items():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            handler = getattr(view, "view_class", None)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                seconds = patience_of(getattr(handler, method.lower()) if handler else view)
                if service != "portal" and seconds > PATIENCE_SECONDS and rule.rule.startswith("/api/"):
                    found[method + " " + re.sub(r"<[^>]+>", "[^/]+", rule.rule)] = seconds
    return found


def asked_paths(node: Function) -> set[str]:
    """What a method of the portal's clients asks for, with any part for what is filled in."""
    texts = set()
    for one in ast.walk(node):
        if isinstance(one, ast.JoinedStr):
            texts.add(
                "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in one.values)
            )
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            texts.add(one.value)
    verbs = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}
    methods = {verbs[name] for name in called(node) if name in verbs} | (texts & set(verbs.values()))
    return {
        f"{method} {text.partition('?')[0]}"
        for method in methods
        for text in texts
        if text.startswith("/api/")
    }


def test_whoever_asks_for_what_takes_long_is_as_patient(apps: dict[str, Flask]) -> None:
    """A page that gave up before the service it asks would refuse what was being done."""
    slow = patient_paths(apps)
    assert slow
    methods: dict[str, float] = {}
    for path, node in functions("portal"):
        if path.parent.name == "clients":
            for asked in asked_paths(node):
                for pattern, seconds in slow.items():
                    if re.fullmatch(pattern, asked):
                        methods[node.name] = max(seconds, methods.get(node.name, 0.0))
    assert methods
    pages = [node for path, node in functions("portal") if path.parent.name != "clients"]
    views = views_of(apps["portal"])
    short = {}
    for name, seconds in methods.items():
        for page in reaching(pages, {name}, set()).keys() & views.keys():
            if patience_of(views[page]) < min(seconds, READ_SECONDS):
                short[page] = (name, seconds)
    assert short == {}


def test_who_answers_everybody_alike_is_public_and_only_reads(apps: dict[str, Flask]) -> None:
    found = []
    for app in apps.values():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if getattr(view, "sessionless", False):
                found.append(rule.rule)
                assert getattr(view, "access", None) == PUBLIC
                assert rule.methods == {"GET", "HEAD", "OPTIONS"}
    assert sorted(found) == ["/eid/jwks.json", "/offline", "/static/<name>"]
