"""Every route declares who may call it, and every event that is told is heard."""

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_smorest import Api

from servicekit.exporting import news
from servicekit.settings import SERVICES
from servicekit.web import openapi
from servicekit.web.guards import ARRIVED, PUBLIC, SIGNED_IN
from tests.architecture.the_code import environment, handlers_of, make_app, sources, syntax
from tests.processes import ROOT

HOUSEKEEPING = {"/healthz", "/readyz", "/metrics", "/openapi.json", "/titles"}
# Nobody is known yet, or there is nothing to know.
PUBLIC_API = {"GET /api/identity/providers"}
# These keep the key with a record of their own, and ask for the right before they answer from there.
WITH_ITS_RECORD = {
    "POST /api/identity/grants/<grant_id>/succession",
    "POST /api/identity/grant-batches",
    "POST /api/congress/congresses/<record_id>/comments",
    "POST /api/identity/access-requests/<record_id>/comments",
    "POST /api/congress/exports/congresses",
    "POST /api/congress/exports/listed",
    "POST /api/congress/exports/difficulties",
    "POST /api/congress/reminders",
    "POST /api/congress/plans/<string:plan_id>/sealed-reports",
    "POST /api/congress/exports/rollup",
    "POST /api/membership/exports/members",
}

# Opens nothing by itself, but more of what another opens; tests/integration/membership/test_member_exports.py tries it.
BESIDE = {"members:numbers"}


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Flask]]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("apps")).items():
            patch.setenv(name, value)
        made = {service: make_app(service) for service in SERVICES}
        yield made
        for app in made.values():
            app.extensions["kit"].database.client.close()


def permissions() -> set[str]:
    table = tomllib.loads((ROOT / "identity/roles.toml").read_text(encoding="utf-8"))
    return set(table["permissions"])


def declared(app: Flask) -> Iterator[tuple[str, str | None]]:
    """Each outside operation, and the access it declares."""
    for rule in app.url_map.iter_rules():
        if rule.rule in HOUSEKEEPING or rule.rule.startswith("/internal/"):
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            handler = getattr(view, "view_class", None)
            function = getattr(handler, method.lower()) if handler else view
            yield f"{method} {rule.rule}", getattr(function, "access", None)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_declares_a_permission_that_exists(apps: dict[str, Flask], service: str) -> None:
    known = permissions() | {PUBLIC, SIGNED_IN, ARRIVED}
    found = dict(declared(apps[service]))
    assert found
    assert {name: access for name, access in found.items() if access not in known} == {}


def test_whoever_repeats_a_request_is_shown_its_answer_only_while_they_may_still_do_it(
    apps: dict[str, Flask],
) -> None:
    keeping, others = set[str](), set[str]()
    for app in apps.values():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                handler = getattr(view, "view_class", None)
                function = getattr(handler, method.lower()) if handler else view
                if hasattr(function, "idempotency"):
                    kind = keeping if getattr(function, "decides_again", False) else others
                    kind.add(f"{method} {rule.rule}")
    assert len(keeping) > 15
    # A service that keeps an audit worth taking along has this one as well.
    audits = {one for one in others if one.endswith("/exports/audit")}
    assert len(audits) >= 4
    assert others - audits == WITH_ITS_RECORD


def test_where_a_version_guards_the_key_belongs_to_the_content(apps: dict[str, Flask]) -> None:
    """A reply that was lost and a reason that was corrected meanwhile are the comparison of versions' business."""
    bound, guarded = list[str](), 0
    for app in apps.values():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if getattr(view, "versioned", False) and hasattr(view, "idempotency"):
                guarded += 1
                # True: one content for each key, and none without.
                if view.idempotency:
                    bound.append(rule.rule)
    assert guarded > 10
    assert bound == []


def test_only_what_must_be_is_public_in_the_api(apps: dict[str, Flask]) -> None:
    public = {
        name
        for app in apps.values()
        for name, access in declared(app)
        if access == PUBLIC and " /api/" in name
    }
    assert public == PUBLIC_API


def test_every_permission_opens_something(apps: dict[str, Flask]) -> None:
    used = {access for app in apps.values() for _, access in declared(app)}
    assert permissions() - used == BESIDE


@pytest.mark.parametrize("service", SERVICES)
def test_every_inside_address_names_the_peers_that_may_call_it(apps: dict[str, Flask], service: str) -> None:
    app = apps[service]
    inside = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/internal/")]
    assert inside or service == "portal"
    for rule in inside:
        guard = app.view_functions[rule.endpoint].__code__.co_qualname
        assert guard == "peer_only.<locals>.decorate.<locals>.guarded", rule.rule


def test_a_service_does_not_start_with_a_route_that_declares_nothing(apps: dict[str, Flask]) -> None:
    app = apps["notifications"]
    app_without = Flask("x")
    app_without.extensions["kit"] = app.extensions["kit"]
    app_without.config.update(API_TITLE="x", API_VERSION="x", OPENAPI_VERSION="3.1.0")
    app_without.add_url_rule("/open", view_func=lambda: "come in")
    with pytest.raises(RuntimeError, match="declares no access"):
        openapi.publish(app_without, Api(app_without), "x")


# ---------------------------------------------------------------- events


def told_by(service: str) -> set[str]:
    """The types that a service's code makes events of, wherever it names them."""
    return {
        name
        for path in sources(service)
        for call in ast.walk(syntax(path))
        if isinstance(call, ast.Call) and call.args
        for name in _names(service, path, call)
    }


def _names(service: str, path: Path, call: ast.Call) -> Iterator[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called == "Event":
        for node in ast.walk(call.args[0]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                yield node.value
    for argument in call.args if called != "event_inbox" else ():
        value = _constant(service, argument)
        if value is not None and called in ("Event", "about", "_save"):
            yield value
    if called == "Event" and path.name == "events.py":
        value = _constant(service, call.args[0])
        if value is not None:
            yield value


def _constant(service: str, node: ast.expr) -> str | None:
    """The value of `events.NAME` or `NAME` from the service's list of its events, or a plain event name."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
        return node.value if node.value in all_names() else None
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    value = getattr(importlib.import_module(f"{service}.events"), name, None)
    return value if name.isupper() and isinstance(value, str) else None


def all_names() -> set[str]:
    """Every event name that some service's events module knows."""
    return {
        value
        for service in SERVICES
        if (ROOT / service / "events.py").exists()
        for name, value in vars(importlib.import_module(f"{service}.events")).items()
        if name.isupper() and isinstance(value, str)
    }


def with_events() -> list[str]:
    return [service for service in SERVICES if (ROOT / service / "events.py").exists()]


def test_every_event_that_is_told_is_heard_and_every_one_that_is_heard_is_told(
    apps: dict[str, Flask],
) -> None:
    told = {name for service in with_events() for name in told_by(service)} | set(news.TOLD)
    heard = {name for app in apps.values() for name in handlers_of(app)}
    assert told >= {
        "units.changed",
        "grant.given",
        "grant.bound",
        "congress.approved",
        "congress.deadline_near",
    }
    assert told - heard == set(), "nobody hears these"
    assert heard - told == set(), "nobody tells these"


def test_what_a_service_says_it_hears_and_tells_is_what_it_does(apps: dict[str, Flask]) -> None:
    for service in with_events():
        events = importlib.import_module(f"{service}.events")
        if hasattr(events, "HEARD"):
            assert set(events.HEARD) == set(handlers_of(apps[service])), service
        if hasattr(events, "TOLD"):
            assert set(events.TOLD) == told_by(service), service


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_taken_along_is_written_down_only_where_it_is_given(
    apps: dict[str, Flask], service: str
) -> None:
    """HEAD gives no byte; a route that takes is named so."""
    taking = {
        rule.endpoint: getattr(apps[service].view_functions[rule.endpoint], "only_get", False)
        for rule in apps[service].url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2].startswith("take_") and "GET" in (rule.methods or ())
    }
    assert all(taking.values()), taking
    assert taking or service != "congress"
