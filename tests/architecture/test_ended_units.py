"""Every act asks whether its unit has ended, or says here why it need not: a new route cannot forget the question.

What is refused in an ended unit must, from its route's function on, come to one of the places that ask.
"""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from servicekit.settings import SERVICES
from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT

# The one rule (servicekit.tree.units) and what is nothing but a call of it.
Name = tuple[str, str]  # of a function: its module, its name
KEEPERS = ("identity", "membership", "congress", "notifications")
ASKING = {"require_live", "live_unit_within", "_unit_there"}
REFUSED = "refused"
OWN = "one's own session, account, inbox or draft: no unit is touched"
TAKES_AWAY = "takes away or says no: that is right in an ended unit as well"
PEOPLE = "acts on a person; what their grants for ended units give is nothing"
BY_GRANT = "a sign-in or a token: grants for ended units give nothing, so it has no rights there"
ROLES = "a role is of the whole house and of no unit, and is decided in the topmost live ones"
HEARS = "an event, not a person"

ACTS = {
    # identity
    "POST /sign-in/fallback": BY_GRANT,
    "POST /sign-in/request": "it ends alike for every unit; what an ended one is asked for is shown to nobody",
    "POST /api/identity/access-requests/<request_id>/decline": TAKES_AWAY,
    "POST /api/identity/access-requests/<request_id>/give": REFUSED,
    "POST /api/identity/grant-batches/preview": REFUSED,
    "POST /api/identity/grant-batches": REFUSED,
    "POST /api/identity/grant-batches/<batch_id>/take-back": TAKES_AWAY,
    "POST /sign-out": OWN,
    "POST /eid/backchannel-logout/<provider>": OWN,
    "PATCH /api/identity/me": OWN,
    "PUT /api/identity/saved-lists": OWN,
    "DELETE /api/identity/sessions": OWN,
    "DELETE /api/identity/sessions/<session_id>": OWN,
    "POST /api/identity/drafts": OWN,
    "PUT /api/identity/drafts": OWN,
    "POST /api/identity/drafts/<draft_id>/take": OWN,
    "POST /api/identity/audit-exports": "looking back at an ended unit is what its records are kept for",
    "POST /api/identity/grants": REFUSED,
    "POST /api/identity/grants/<grant_id>/suspend": TAKES_AWAY,
    "POST /api/identity/grants/<grant_id>/resume": REFUSED,
    "POST /api/identity/grants/<grant_id>/revoke": TAKES_AWAY,
    "POST /api/identity/grants/<grant_id>/resign": TAKES_AWAY,
    "POST /api/identity/grants/<grant_id>/confirm": REFUSED,
    "POST /api/identity/grants/<grant_id>/decline": TAKES_AWAY,
    "POST /api/identity/grants/<grant_id>/propose-removal": TAKES_AWAY,
    "POST /api/identity/grants/<grant_id>/confirm-removal": TAKES_AWAY,
    "POST /api/identity/grants/<grant_id>/recertify": REFUSED,
    "POST /api/identity/grants/<grant_id>/lift-ban": "nothing comes back by it; giving anew is refused",
    "POST /api/identity/grants/<grant_id>/succession": "what is in an ended unit gives nothing, whatever it hangs on",
    "PUT /api/identity/grants/<grant_id>/period": REFUSED,
    "POST /api/identity/grants/<grant_id>/confirm-period": REFUSED,
    "POST /api/identity/grants/<grant_id>/decline-period": TAKES_AWAY,
    "POST /api/identity/offers/<grant_id>/accept": "an offer for an ended unit gives nothing: offer-gives-nothing",
    "POST /api/identity/offers/<grant_id>/decline": TAKES_AWAY,
    "POST /api/identity/accounts/<account_id>/end-sessions": PEOPLE,
    "POST /api/identity/joint-acts": PEOPLE,
    "POST /api/identity/joint-acts/<joint_id>/confirm": PEOPLE,
    "POST /api/identity/joint-acts/<joint_id>/withdraw": TAKES_AWAY,
    "POST /api/identity/role-changes/preview": ROLES,
    "POST /api/identity/role-changes": ROLES,
    "POST /api/identity/role-changes/<change_id>/confirm": ROLES,
    "POST /api/identity/role-changes/<change_id>/withdraw": TAKES_AWAY,
    "POST /api/identity/machines": REFUSED,
    "PUT /api/identity/machines/<machine_id>": BY_GRANT,
    "POST /oauth/token": BY_GRANT,
    "POST /api/identity/fallback/officials": REFUSED,
    "DELETE /api/identity/fallback/officials/<account_id>": TAKES_AWAY,
    "POST /api/identity/fallback/codes": BY_GRANT,
    "POST /api/identity/fallback/windows": REFUSED,
    "POST /api/identity/fallback/windows/<window_id>/confirm": REFUSED,
    "POST /api/identity/fallback/windows/<window_id>/end": TAKES_AWAY,
    "POST /api/identity/fallback/sign-ins/<sign_in_id>/confirm": "what was done by code before is looked at afterwards",
    "POST /api/identity/fallback/sign-ins/<sign_in_id>/deny": TAKES_AWAY,
    "POST /internal/session-token": BY_GRANT,
    "POST /internal/token": BY_GRANT,
    "POST /internal/recipients": BY_GRANT,
    "POST /internal/people": BY_GRANT,
    "POST /internal/rights": BY_GRANT,
    "POST /internal/members": "reading: how many a unit has, of whatever unit",
    # membership
    "POST /api/membership/members": REFUSED,
    "POST /api/membership/members/lookup": "reading: the keepers of what followed find those left behind",
    "PUT /api/membership/members/<string:member_id>": REFUSED,
    "POST /api/membership/members/<string:member_id>/leave": TAKES_AWAY,
    "POST /api/membership/members/<string:member_id>/move": REFUSED,
    "POST /api/membership/units/<string:unit_id>/stranded": REFUSED,
    "POST /api/membership/moves": REFUSED,
    "POST /api/membership/moves/<string:move_id>/confirm": REFUSED,
    "POST /api/membership/moves/<string:move_id>/decline": TAKES_AWAY,
    # congress
    "POST /api/congress/plans/<string:plan_id>/sealed-reports": "what was counted is sealed, and nothing of it changes",
    "POST /api/congress/reminders": "whoever holds nothing any more is not told",
    "POST /api/congress/plans": REFUSED,
    "PUT /api/congress/plans/<string:plan_id>": "congresses of live units below go on under the plan",
    "POST /api/congress/plans/<string:plan_id>/cascade": REFUSED,
    "DELETE /api/congress/plans/<string:plan_id>": "a draft goes with its unit or without",
    "POST /api/congress/plans/<string:plan_id>/close": "what ran under it comes to its end",
    "POST /api/congress/plans/<string:plan_id>/rule-sets/preview": "changes nothing",
    "POST /api/congress/plans/<string:plan_id>/rule-sets/preview/congresses": "changes nothing",
    "POST /api/congress/plans/<string:plan_id>/rule-sets": "congresses of live units below go on under the plan",
    "POST /api/congress/congresses/<string:congress_id>/seats": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/tallies": REFUSED,
    "PUT /api/congress/congresses/<string:congress_id>/elected/<string:of>": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/tallies/<string:tally_id>/keyings": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/tallies/<string:tally_id>/withdraw": REFUSED,
    "POST /api/congress/seats/<string:division_id>/decide": REFUSED,
    "POST /api/congress/difficulties": REFUSED,
    "POST /api/congress/plans/<string:plan_id>/results/preview": REFUSED,
    "POST /api/congress/plans/<string:plan_id>/results": REFUSED,
    "POST /api/congress/difficulties/join": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/answer": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/separate": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/ask-back": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/forward": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/reply": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/confirm": REFUSED,
    "POST /api/congress/difficulties/<string:difficulty_id>/withdraw": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/superior-milestones": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/extension": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/withdraw-extension": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/decide-extension": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/decide-extension-topmost": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/explanation": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/decide-explanation": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/pilot": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/lessons": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/take-over": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/people": "changes nothing",
    "POST /api/congress/congresses/<string:congress_id>/postpone": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/resume": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/block": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/unblock": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/undo-approval": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/withdraw-report": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/supply-gap": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/close-gap": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/open-report": "what was sent up before the end is decided",
    "POST /api/congress/congresses/<string:congress_id>/reopen": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/reopen-topmost": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/milestones": REFUSED,
    "PUT /api/congress/congresses/<string:congress_id>/content-type": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/results": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/documents": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/submit": REFUSED,
    "POST /api/congress/congresses/<string:congress_id>/approve": "what was sent up before the end is decided",
    "POST /api/congress/congresses/<string:congress_id>/return": REFUSED,
    # notifications
    "POST /api/notifications/inbox/<notice_id>/read": OWN,
    "POST /api/notifications/inbox/read-all": OWN,
    "POST /internal/events": HEARS,
}


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Name]:
    """Each writing operation: the module and the name of its function."""
    found: dict[str, Name] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("apps")).items():
            patch.setenv(name, value)
        for service in SERVICES:
            app = make_app(service)
            found |= dict(writing(app))
            app.extensions["kit"].database.client.close()
    return found


def writing(app: Flask) -> Iterator[tuple[str, Name]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS", "GET"}):
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            if view.__module__.split(".")[0] in KEEPERS or rule.rule == "/internal/events":
                yield f"{method} {rule.rule}", (view.__module__, view.__name__)


def test_every_act_says_what_it_does_in_an_ended_unit(acts: dict[str, Name]) -> None:
    api = set(acts)
    assert sorted(api - ACTS.keys()) == [], "say whether it asks if the unit has ended"
    assert sorted(ACTS.keys() - api) == [], "no longer there"


def test_what_is_refused_in_an_ended_unit_really_asks(acts: dict[str, Name]) -> None:
    silent = [act for act, answer in ACTS.items() if answer == REFUSED and not ASKING & reached(*acts[act])]
    assert silent == []


def test_only_the_rule_looks_at_the_end_itself() -> None:
    """`valid_to is None` and the like stand in the rule and in what turns units into documents, nowhere else."""
    wrong = []
    for path in sources(*SERVICES, "servicekit"):
        if path.name in ("units.py", "units_copy.py", "documents.py") or "domain/grants" in str(path):
            continue
        for node in ast.walk(syntax(path)):
            left = (
                node.left
                if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot)
                else None
            )
            if isinstance(left, ast.Attribute) and left.attr == "valid_to":
                wrong.append(f"{path}:{left.lineno}")
    assert wrong == []


@cache
def known_in(module: str) -> dict[str, Name]:
    """What a name means in a module of ours: a function, its own or imported; a module has no name of its own."""
    found: dict[str, Name] = {}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                meant = (whole, "") if file_of(whole) else (node.module, one.name)
                found[one.asname or one.name] = meant
    for node in tree_of(module).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = (module, node.name)
    return found


def file_of(module: str) -> Path | None:
    path = ROOT / module.replace(".", "/")
    return next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.exists()), None)


def tree_of(module: str) -> ast.Module:
    path = file_of(module)
    return syntax(path) if path else ast.Module([], [])


@cache
def used_by(module: str, function: str) -> frozenset[Name]:
    """The functions that a function names, called or handed on."""
    found: set[Name] = set()
    known = known_in(module)
    for node in tree_of(module).body:
        if not isinstance(node, ast.FunctionDef) or node.name != function:
            continue
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id in known:
                found.add(known[one.id])
            elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                place, name = known.get(one.value.id, ("", "?"))
                if place and not name:
                    found.add((place, one.attr))
    return frozenset(found)


def resolved(name: Name) -> Name:
    """Through what a package hands on from its modules."""
    module, function = name
    known = known_in(module).get(function, name) if file_of(module) else name
    return known if known == name else resolved(known)


def reached(module: str, function: str) -> set[str]:
    seen: set[Name] = set()
    waiting = [(module, function)]
    while waiting:
        name = resolved(waiting.pop())
        if name not in seen:
            seen.add(name)
            waiting += used_by(*name)
    return {function for _, function in seen}


def test_the_search_finds_what_is_there_and_no_more() -> None:
    assert ASKING & reached("identity.routes.grants", "grant_access")
    assert not ASKING & reached("identity.routes.grants", "resign_grant")
    assert not ASKING & reached("membership.routes.moves", "decline_move")
