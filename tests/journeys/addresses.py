"""How each operation of the merged OpenAPI document is called for a unit, and what it must answer to whom.

A write is made so that it is refused for its content (422), its version (412) or the record's state (409) after
access has been decided: such an answer stands for "allowed", and the call can be repeated for everybody.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from joserfc.jwk import ECKey

from identity.domain.asking import AccessRequest
from identity.domain.fallback import SignInByCode, Window
from identity.domain.role_changes import Act as RoleAct
from identity.domain.role_changes import RoleChange
from identity.domain.together import Act, JointAct
from membership.domain.members import Details, Sex
from membership.domain.moves import Move
from membership.operations import register_member
from servicekit.access.decision import Caller, Reach, Right
from servicekit.ids import new_id
from tests.journeys.whole_house import FIRST, POSTS, TREE, Json, Post, WholeHouse, eventually
from tests.people import a_period
from tests.processes import ROOT
from tests.scene import identity_operations

Path = tuple[str, ...]
LEVELS = ("centre", "division", "district", "upazila", "union")
NEVER_SEEN = '"999999"'  # a version that no record has
# Within every period that is given here.
LATER = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()

# ---------------------------------------------------------------- what the role table says


@dataclass(frozen=True)
class Held:
    """One permission of a role over one unit, given by its path of codes."""

    permission: str
    unit: Path
    reach: str

    def covers(self, unit: Path) -> bool:
        within = unit[: len(self.unit)] == self.unit
        return {
            "own": unit == self.unit,
            "below": within,
            "under": within and unit != self.unit,
        }[self.reach]


@cache
def roles() -> dict[str, dict[str, str]]:
    table = tomllib.loads((ROOT / "identity/roles.toml").read_text(encoding="utf-8"))
    return {role["key"]: dict(role["use"]) for role in table["roles"]}


@cache
def of_the_top() -> frozenset[str]:
    """The permissions that a role gives over the topmost unit alone."""
    table = tomllib.loads((ROOT / "identity/roles.toml").read_text(encoding="utf-8"))
    return frozenset(key for key, needs in table["permissions"].items() if needs.get("topmost"))


@cache
def permissions() -> frozenset[str]:
    table = tomllib.loads((ROOT / "identity/roles.toml").read_text(encoding="utf-8"))
    return frozenset(table["permissions"])


@dataclass(frozen=True)
class Somebody:
    """A sample person as the role table sees them; `key` is empty for a caller without a session."""

    key: str
    held: tuple[Held, ...] = ()

    def holds(self, permission: str) -> bool:
        return any(one.permission == permission for one in self.held)

    def sees(self, unit: Path) -> bool:
        return any(unit[: len(one.unit)] == one.unit for one in self.held)

    def may(self, permission: str, unit: Path) -> bool:
        return any(one.permission == permission and one.covers(unit) for one in self.held)

    def reached(self, permission: str, paths: Mapping[str, Path]) -> set[str]:
        """The codes of the units where the permission is held."""
        return {code for code, path in paths.items() if self.may(permission, path)}


def somebody(key: str, paths: Mapping[str, Path]) -> Somebody:
    posts = [post for post in (FIRST, *POSTS) if post.holder == key]
    held = [
        Held(permission, paths[post.unit], reach)
        for post in posts
        for permission, reach in roles()[post.role].items()
        if permission not in of_the_top() or len(paths[post.unit]) == 1
    ]
    return Somebody(key, tuple(held))


# ---------------------------------------------------------------- records of each unit


@dataclass
class Scene:
    whole: WholeHouse
    paths: dict[str, Path]  # by code, in codes
    main_plan: str = ""
    drafts: dict[str, str] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    congresses: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)
    machines: dict[str, str] = field(default_factory=dict)
    windows: dict[str, str] = field(default_factory=dict)
    sign_ins: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)  # strangers who ask for access
    role_change: str = ""  # asked by somebody who is not here
    joint_act: str = ""  # asked of headquarters' administrators, about that account
    reader_in_d02: str = ""  # the account of somebody who is told off and on
    things: dict[str, dict[str, str]] = field(default_factory=dict)  # of a person: session, draft, notice

    def unit(self, code: str) -> str:
        return self.whole.unit(code).id

    def code(self, unit_id: str) -> str:
        return next((code for code, unit in self.whole.units.items() if unit.id == unit_id), unit_id)

    def neighbours(self, person: Somebody, kind: str) -> str:
        """A thing that belongs to somebody else, however high the person stands."""
        return self.things["auditor" if person.key == "hq-organiser" else "hq-organiser"][kind]


def set_scene(whole: WholeHouse) -> Scene:
    codes = {unit.id: unit.code for unit in whole.units.values()}
    scene = Scene(whole, {unit.code: tuple(codes[one] for one in unit.path) for unit in whole.units.values()})
    main = whole.a_plan(*LEVELS)
    opening = [main]
    for code in TREE:
        level = LEVELS[len(scene.paths[code]) - 1]
        draft, other = (whole.a_plan(level, unit_id=scene.unit(code)) for _ in range(2))
        scene.drafts[code], scene.opened[code] = draft["id"], other["id"]
        opening.append(other)
        scene.grants[code] = _invited(whole, code)
        scene.members[code] = _member(whole, code)
        scene.machines[code] = _machine(whole, code)
    _fallback(scene)
    for code in TREE:
        scene.moves[code] = _a_move(whole, code)
    scene.reader_in_d02 = _a_reader(whole, "no-grant", "BD-D02")
    scene.joint_act = _a_joint_act(scene)
    scene.role_change = _a_role_change(scene)
    chief = whole.person("hq-organiser")
    for plan in opening:
        address = f"/api/congress/plans/{plan['id']}/cascade"
        assert chief.post(address, {}, If_Match=f'"{plan["version"]}"').status_code == 202
    for plan in opening:
        address = f"/api/congress/plans/{plan['id']}"
        eventually(lambda a=address: chief.get(a).json()["state"] == "open", "the plan is open", 60)  # type: ignore[misc]
    scene.main_plan = main["id"]
    for code in TREE:
        scene.congresses[code] = whole.congress_of("hq-organiser", main, code)["id"]
    for key in ("hq-organiser", "auditor"):
        person = whole.person(key)
        notices = eventually(lambda key=key: whole.notices(key), f"{key} has a notice")  # type: ignore[misc]
        scene.things[key] = {
            "session": person.get("/api/identity/sessions").json()["items"][0]["id"],
            "draft": person.post("/api/identity/drafts", {"path": "/", "values": {}}).json()["id"],
            "notice": notices[0]["id"],
        }
    return scene


def _invited(whole: WholeHouse, code: str) -> str:
    """A grant that hangs on headquarters' and whose holder never comes."""
    wanted = {
        "unit_id": whole.unit(code).id,
        "role": "reader",
        "national_number": "9990000000998",
        "even_if_invited": True,
        **a_period(),
    }
    answer = whole.person("hq-organiser").post("/api/identity/grants", wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _member(whole: WholeHouse, code: str) -> str:
    unit = whole.unit(code)
    keeper = Caller(
        "the-keeper", rights=(Right("members:write", unit.id, unit.path, Reach.OWN),), assurance=2
    )
    details = Details("A. Member", date(1980, 1, 1), Sex.OTHER)
    return register_member(whole.membership, keeper, unit.id, details).id


def _machine(whole: WholeHouse, code: str) -> str:
    key = ECKey.generate_key("P-256", {"kid": "k"}, private=True).as_dict(private=False)
    wanted = {"unit_id": whole.unit(code).id, "name": "m", "keys": [key], "expires": a_period()["valid_to"]}
    answer = whole.person("hq-organiser").post("/api/identity/machines", wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _fallback(scene: Scene) -> None:
    """Of each unit a window that somebody asked for, somebody's sign-in by code, and a stranger who asks for access."""
    with identity_operations(scene.whole.house) as identity:
        now = identity.clock.now()
        for code in TREE:
            unit = scene.whole.unit(code)
            place = (unit.id, unit.path)
            window = Window(new_id(), *place, "somebody", "S.", now, 1, "x")
            sign_in = SignInByCode(new_id(), "somebody", *place, now, "", window.id)
            identity.store.fallback.add_window(window, (), ())
            identity.store.fallback.add_sign_in(sign_in, (), ())
            scene.windows[code], scene.sign_ins[code] = window.id, sign_in.id
            asked = AccessRequest(
                new_id(), "a-stranger", "A. Stranger", "secretary", code, *place, "", now, shown=True
            )
            scene.requests[code] = identity.store.asking.add(asked, (), ()).id


def _a_move(whole: WholeHouse, code: str) -> str:
    """It waits for somebody who may move units there."""
    unit, now = whole.unit(code), whole.membership.clock.now()
    place = (unit.id, unit.path)
    move = Move(new_id(), *place, *place, *place, "somebody", "S.", now, "x", 1, held=())
    return whole.membership.moves.add(move, (), ()).id


def _a_joint_act(scene: Scene) -> str:
    with identity_operations(scene.whole.house) as identity:
        now, place = identity.clock.now(), scene.unit("BD")
        act = JointAct(
            new_id(), Act.END_SESSIONS, scene.reader_in_d02, place, "somebody", "S.", now, "lost phone"
        )
        return identity.store.joint_acts.add(act, (), ()).id


def _a_role_change(scene: Scene) -> str:
    with identity_operations(scene.whole.house) as identity:
        now, top = identity.clock.now(), scene.unit("BD")
        after = replace(identity.roles_file.roles["reader"], key="watcher", names=A_NAME)
        change = RoleChange(new_id(), RoleAct.ADD, None, after, 0, top, "somebody", "S.", now, "x")
        return identity.store.roles.add_change(change, (), ()).id


def _a_reader(whole: WholeHouse, key: str, code: str) -> str:
    whole.give(Post("hq-organiser", key, "reader", code))
    return str(whole.person(key).get("/api/identity/me").json()["account_id"])


# ---------------------------------------------------------------- addresses


@dataclass(frozen=True)
class Call:
    path: str
    body: Json | None = None
    if_match: bool = False


ALLOWED, REFUSED, UNKNOWN, STRANGER = "allowed", "403", "404", "401"
Rule = Callable[[Somebody, Scene, str], str]
Check = Callable[[Somebody, Scene, str, Any], bool]


def anywhere(person: Somebody, scene: Scene, code: str) -> str:
    return ALLOWED


def somebody_elses(person: Somebody, scene: Scene, code: str) -> str:
    return UNKNOWN


def here(permission: str) -> Rule:
    """Decided on the unit: 404 where nothing of the caller's covers it, 403 where it is visible without permission."""

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        path = scene.paths[code]
        if not person.sees(path):
            return UNKNOWN
        return ALLOWED if person.may(permission, path) else REFUSED

    return rule


def reminds(person: Somebody, scene: Scene, code: str) -> str:
    """Decided on what is below the unit."""
    path = (*scene.paths[code], "below")
    if not person.sees(path):
        return UNKNOWN
    return ALLOWED if person.may("congress:remind", path) else REFUSED


def over_the_grant(person: Somebody, scene: Scene, code: str) -> str:
    """The grant hangs on headquarters' own, so it is changed from strictly above, or at headquarters."""
    path = scene.paths[code]
    answer = here("access:grant")(person, scene, code)
    if answer == ALLOWED and len(path) > 1 and not person.may("access:grant", path[:-1]):
        return REFUSED
    return answer


def above_the_reader(person: Somebody, scene: Scene, code: str) -> str:
    """Only who stands above all that this account holds, which is one grant, may know of it."""
    return ALLOWED if person.may("access:grant", scene.paths["BD-D02"][:-1]) else UNKNOWN


def names_the_reader(person: Somebody, scene: Scene, code: str) -> str:
    """Power over the unit, and standing above the person."""
    answer = here("access:grant")(person, scene, code)
    return answer if answer != ALLOWED else above_the_reader(person, scene, code)


def at_the_top(person: Somebody, scene: Scene, code: str) -> str:
    """The person is there for whoever sees their grant; two of the topmost unit decide."""
    if not person.sees(scene.paths["BD-D02"]):
        return UNKNOWN
    return ALLOWED if person.may("access:grant", scene.paths["BD"]) else REFUSED


def sees_plan(person: Somebody, scene: Scene, code: str, *, draft: bool) -> bool:
    place = scene.paths[code]
    if person.may("plan:manage", place):
        return True
    readable = [one.unit for one in person.held if one.permission == "congress:read"]
    return not draft and any(unit[: len(place)] == place or place[: len(unit)] == unit for unit in readable)


def plan_seen(*, draft: bool) -> Rule:
    return lambda person, scene, code: ALLOWED if sees_plan(person, scene, code, draft=draft) else UNKNOWN


def plan_managed(*, draft: bool) -> Rule:
    def rule(person: Somebody, scene: Scene, code: str) -> str:
        if not sees_plan(person, scene, code, draft=draft):
            return UNKNOWN
        return ALLOWED if person.may("plan:manage", scene.paths[code]) else REFUSED

    return rule


def items(answer: Any) -> list[Json]:
    return list(answer.json()["items"])


def units_within(permission: str, name: str = "unit_id") -> Check:
    """Every item of a list belongs to a unit where the permission is held."""

    def check(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
        reached = person.reached(permission, scene.paths)
        return {scene.code(item[name]) for item in items(answer)} <= reached

    return check


def plans_concern(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
    listed = {item["id"] for item in items(answer)}
    wanted = {
        plan
        for plans, draft in ((scene.drafts, True), (scene.opened, False))
        for place, plan in plans.items()
        if sees_plan(person, scene, place, draft=draft)
    }
    made = {*scene.drafts.values(), *scene.opened.values()}
    return listed & made == wanted


def roots_are_own(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
    own = {one.unit for one in person.held if one.permission == "unit:read"}
    tops = {unit[-1] for unit in own if not any(unit != o and unit[: len(o)] == o for o in own)}
    return {scene.code(item["id"]) for item in items(answer)} == tops


def nobody_found(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
    return dict(answer.json()) == {"member": None}


def why_is_true(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
    return bool(answer.json()["allowed"]) == person.may("congress:read", scene.paths[code])


def offices_are_seen(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
    """Of units that are read, and of no others."""
    return bool(items(answer)) == person.may("congress:read", scene.paths[code])


def holders_named(person: Somebody, scene: Scene, code: str) -> Call:
    """All who hold something here are called so."""
    return Call("/api/identity/holders?q=sample&limit=200")


def holders_are_seen(person: Somebody, scene: Scene, code: str, answer: Any) -> bool:
    """Where their access is read, and in the line below; and there is somebody for whoever reads access at all."""
    above = [one.unit for one in person.held if one.permission in ("congress:approve", "access:grant")]
    found = {one["unit"]["code"] for one in items(answer)}
    told = {
        code
        for code, path in scene.paths.items()
        if person.may("access:read", path) or any(path[: len(unit)] == unit != path for unit in above)
    }
    return found <= told and (bool(found) or not person.holds("access:read"))


@dataclass(frozen=True)
class Address:
    """`here` may be called for any unit; a rule says what a person with the declared permission gets."""

    call: Callable[[Somebody, Scene, str], Call]
    rule: Rule = anywhere
    check: Check | None = None
    ends_session: bool = False  # called last, and once


def plain(path: str, body: Json | None = None) -> Address:
    return Address(lambda person, scene, code: Call(path, body))


def of_unit(path: str, permission: str, **more: Any) -> Address:
    return Address(
        lambda person, scene, code: Call(path.format(unit=scene.unit(code))), here(permission), **more
    )


def of_grant(act: str, rule: Rule, body: Json | None = None, *, write: bool = True) -> Address:
    return Address(
        lambda person, scene, code: Call(
            f"/api/identity/grants/{scene.grants[code]}{act}", body, if_match=write
        ),
        rule,
    )


def of_many(part: str) -> Callable[[Somebody, Scene, str], Call]:
    """A table whose only row names no unit: it is taken, and the row is refused."""

    def call(person: Somebody, scene: Scene, code: str) -> Call:
        row = {"line": 1, "unit_code": "no-such-unit", "role": "reader", **a_period()}
        return Call(
            f"/api/identity/grant-batches{part}",
            {"unit_id": scene.unit(code), "rows": [row], "reason": "x"}
            if not part
            else {"unit_id": scene.unit(code), "rows": [row]},
        )

    return call


def of_request(act: str, body: Json | None = None, *, write: bool = True) -> Address:
    return Address(
        lambda person, scene, code: Call(
            f"/api/identity/access-requests/{scene.requests[code]}{act}", body, if_match=write
        ),
        here("access:grant"),
    )


def of_no_comment_on_request(act: str, body: Json | None = None, *, versioned: bool = False) -> Address:
    """A comment that nobody has written, in the thread of a request for access."""
    decided = here("access:grant")

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        answer = decided(person, scene, code)
        return UNKNOWN if answer == ALLOWED else answer

    return Address(
        lambda person, scene, code: Call(
            f"/api/identity/access-requests/{scene.requests[code]}/comments/{new_id()}{act}",
            body,
            if_match=versioned,
        ),
        rule,
    )


def of_offer(answer: str) -> Address:
    """What waits for somebody who never comes is nobody else's to answer."""
    return Address(
        lambda person, scene, code: Call(
            f"/api/identity/offers/{scene.grants[code]}/{answer}", {}, if_match=True
        ),
        somebody_elses,
    )


def of_joint_act(answer: str) -> Address:
    """Wherever the person stands, it is headquarters' to decide."""
    return Address(
        lambda person, scene, code: Call(
            f"/api/identity/joint-acts/{scene.joint_act}/{answer}", if_match=True
        ),
        lambda person, scene, code: here("access:grant")(person, scene, "BD"),
    )


def of_roles(path: str, body: Json | None = None, *, if_match: bool = False) -> Address:
    """Of the whole house, wherever the person stands."""
    return Address(
        lambda person, scene, code: Call(
            f"/api/identity/{path.format(change=scene.role_change)}", body, if_match=if_match
        ),
        lambda person, scene, code: ALLOWED if person.may("access:grant", scene.paths["BD"]) else REFUSED,
    )


def of_thing(kind: str, path: str, permission: str, body: Json | None = None) -> Address:
    return Address(
        lambda person, scene, code: Call(path.format(getattr(scene, kind)[code]), body, if_match=True),
        here(permission),
    )


def of_member(part: str, permission: str, body: Json | None = None) -> Address:
    return Address(
        lambda person, scene, code: Call(
            f"/api/membership/members/{scene.members[code]}{part}", body, if_match=body is not None
        ),
        here(permission),
    )


def of_congress(act: str, permission: str, body: Json | None = None) -> Address:
    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/congresses/{scene.congresses[code]}{act}", body, if_match=body is not None
        ),
        here(permission),
    )


def of_no_file(act: str, permission: str) -> Address:
    """At a file that hangs on no record: not there for whoever may, and access is decided before that is looked at."""
    decided = here(permission)

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        answer = decided(person, scene, code)
        return UNKNOWN if answer == ALLOWED else answer

    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/congresses/{scene.congresses[code]}/files/{new_id()}{act}", if_match=True
        ),
        rule,
    )


def of_no_comment(act: str, permission: str, body: Json | None = None, *, versioned: bool = False) -> Address:
    """A comment that nobody has written, in the thread of a congress: as with files."""
    decided = here(permission)

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        answer = decided(person, scene, code)
        return UNKNOWN if answer == ALLOWED else answer

    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/congresses/{scene.congresses[code]}/comments/{new_id()}{act}",
            body,
            if_match=versioned,
        ),
        rule,
    )


def stands_at(person: Somebody, scene: Scene, code: str) -> str:
    """By a right that is given at the unit itself: from further up, what has not come further up is not there."""
    path = scene.paths[code]
    at = [one for one in person.held if one.unit == path]
    if not at:
        return UNKNOWN
    return (
        ALLOWED if any(one.permission == "congress:read" and one.reach == "below" for one in at) else REFUSED
    )


def answers_at(person: Somebody, scene: Scene, code: str) -> str:
    """By a right that is given at the unit itself, as above."""
    at = [one for one in person.held if one.unit == scene.paths[code]]
    if not at:
        return UNKNOWN
    return (
        ALLOWED if any(one.permission == "congress:approve" and one.reach != "own" for one in at) else REFUSED
    )


def _raised_nowhere(person: Somebody, scene: Scene, code: str) -> Call:
    """Of a congress that is not there."""
    body = {"unit_id": scene.unit(code), "kind": "other", "text": "x", "congress_id": new_id()}
    return Call("/api/congress/difficulties", body)


def of_no_difficulty(act: str, body: Json | None = None) -> Address:
    """One that nobody has raised: it is there for nobody."""
    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/difficulties/{new_id()}{act}", body, if_match=body is not None
        ),
        somebody_elses,
    )


def of_no_division(act: str, body: Json | None = None) -> Address:
    """One that nobody has calculated: it is there for nobody."""
    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/seats/{new_id()}{act}", body, if_match=body is not None
        ),
        somebody_elses,
    )


def of_sealed_list(query: str, rule: Rule, *, asks: bool = False) -> Address:
    def call(person: Somebody, scene: Scene, code: str) -> Call:
        unit = scene.unit(code)
        path = f"/api/congress/plans/{scene.main_plan}/sealed-reports{query.format(unit=unit)}"
        return Call(path, {"unit_id": unit} if asks else None)

    return Address(call, rule)


def of_no_sealed(part: str) -> Address:
    """One that nobody has sealed: it is there for nobody."""
    return Address(
        lambda person, scene, code: Call(f"/api/congress/sealed-reports/{new_id()}{part}"), somebody_elses
    )


def of_no_proof() -> Address:
    """Of a report that nobody has sealed."""
    decided = here("congress:read")

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        answer = decided(person, scene, code)
        return UNKNOWN if answer == ALLOWED else answer

    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/congresses/{scene.congresses[code]}/proof?report_id={new_id()}"
        ),
        rule,
    )


def of_no_tally(act: str, permission: str, body: Json | None = None) -> Address:
    """One that nobody has opened: not there for whoever may, and access is decided before it is looked for."""
    decided = here(permission)

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        answer = decided(person, scene, code)
        return UNKNOWN if answer == ALLOWED else answer

    return Address(
        lambda person, scene, code: Call(
            f"/api/congress/congresses/{scene.congresses[code]}/tallies/{new_id()}{act}",
            body,
            if_match=body is not None,
        ),
        rule,
    )


def of_no_job(service: str, act: str, body: Json | None = None) -> Address:
    """A job that nobody has asked for: it is the topmost unit's to look for, wherever the person stands."""

    def rule(person: Somebody, scene: Scene, code: str) -> str:
        answer = here("jobs:manage")(person, scene, "BD")
        return UNKNOWN if answer == ALLOWED else answer

    return Address(
        lambda person, scene, code: Call(f"/api/{service}/jobs/{new_id()}{act}", body, if_match=True), rule
    )


def of_files_of_nothing(noun: str) -> dict[str, tuple[Address, ...]]:
    """The files of a comment or a difficulty that nobody has written: they are there for nobody."""
    files = f"/api/congress/{noun}/{{record_id}}/files"
    one = f"{files}/{{file_id}}"

    def of_none(act: str, body: Json | None = None) -> tuple[Address, ...]:
        path = f"/api/congress/{noun}/{new_id()}/files{act}"
        return (Address(lambda person, scene, code: Call(path, body, if_match=True), somebody_elses),)

    return {
        f"GET {files}": of_none(""),
        f"POST {files}": of_none("", {}),
        f"DELETE {one}": of_none("/none"),
        **{f"GET {one}/{part}": of_none(f"/none/{part}") for part in ("content", "preview", "arriving")},
        **{f"{method} {one}/arriving": of_none("/none/arriving") for method in ("PATCH", "DELETE")},
    }


def of_plan(
    part: str, rule: Callable[..., Rule], body: Json | None = None, *, versioned: bool = False
) -> tuple[Address, Address]:
    """Once for a draft, which its managers alone know of, and once for an open plan."""

    def address(draft: bool) -> Address:
        return Address(
            lambda person, scene, code: Call(
                f"/api/congress/plans/{(scene.drafts if draft else scene.opened)[code]}{part}",
                body,
                if_match=versioned or body is not None,
            ),
            rule(draft=draft),
        )

    return address(True), address(False)


def of_results_of_no_plan(act: str, row: Json) -> Address:
    """Each row is decided by itself; a plan that is not there, or is a draft, is there for nobody."""
    return Address(
        lambda person, scene, code: Call(f"/api/congress/plans/{new_id()}/results{act}", {"rows": [row]}),
        somebody_elses,
    )


def of_rollup(part: str) -> Address:
    return Address(
        lambda person, scene, code: Call(f"/api/congress/rollups/{scene.main_plan}/{scene.unit(code)}{part}"),
        here("congress:read"),
    )


def of_export(export: str, *, asked: bool) -> Address:
    def call(person: Somebody, scene: Scene, code: str) -> Call:
        wanted = {"plan_id": str(scene.main_plan), "unit_id": scene.unit(code), "as": "csv"}
        path = f"/api/congress/exports/{export}"
        return Call(path, wanted) if asked else Call(f"{path}/file?{urlencode(wanted)}")

    return Address(call, here("congress:read"))


def of_difficulties_export(*, asked: bool) -> Address:
    def call(person: Somebody, scene: Scene, code: str) -> Call:
        wanted, path = {"unit_id": scene.unit(code), "as": "csv"}, "/api/congress/exports/difficulties"
        return Call(path, wanted) if asked else Call(f"{path}/file?{urlencode(wanted)}")

    return Address(call, stands_at)


def of_members_export(*, asked: bool) -> Address:
    def call(person: Somebody, scene: Scene, code: str) -> Call:
        wanted, path = {"unit_id": scene.unit(code), "as": "csv"}, "/api/membership/exports/members"
        return Call(path, wanted) if asked else Call(f"{path}/file?{urlencode(wanted)}")

    return Address(call, here("members:export"))


def of_audit_export(service: str) -> Address:
    return Address(
        lambda person, scene, code: Call(
            f"/api/{service}/exports/audit", {"unit_id": scene.unit(code), "as": "csv"}
        ),
        here("audit:export"),
    )


def of_somebody_elses_export(service: str, act: str, body: Json | None = None) -> Address:
    return Address(
        lambda person, scene, code: Call(f"/api/{service}/exports/{new_id()}{act}", body), somebody_elses
    )


def of_exports_and_jobs(service: str) -> dict[str, tuple[Address, ...]]:
    """What every service has that makes files beside requests."""
    exports, jobs = f"/api/{service}/exports", f"/api/{service}/jobs"
    return {
        f"GET {exports}": (plain(exports),),
        f"GET {exports}/{{export_id}}": (of_somebody_elses_export(service, ""),),
        f"POST {exports}/{{export_id}}/cancel": (of_somebody_elses_export(service, "/cancel", {}),),
        f"POST {exports}/{{export_id}}/link": (of_somebody_elses_export(service, "/link", {}),),
        f"GET {exports}/{{export_id}}/content": (of_somebody_elses_export(service, "/content?ticket=x"),),
        f"GET {jobs}": (
            Address(
                lambda person, scene, code: Call(jobs),
                lambda person, scene, code: here("jobs:manage")(person, scene, "BD"),
            ),
        ),
        f"GET {jobs}/{{job_id}}": (of_no_job(service, ""),),
        f"POST {jobs}/{{job_id}}/retry": (of_no_job(service, "/retry", A_REASON),),
        f"POST {jobs}/{{job_id}}/cancel": (of_no_job(service, "/cancel", A_REASON),),
    }


def _a_grant(person: Somebody, scene: Scene, code: str) -> Call:
    backwards = {"valid_from": "2030-01-02", "valid_to": "2030-01-01"}
    body = {"unit_id": scene.unit(code), "role": "reader", "national_number": "9990000000981", **backwards}
    return Call("/api/identity/grants", body)


def _a_new_plan(person: Somebody, scene: Scene, code: str) -> Call:
    body = {
        "unit_id": scene.unit(code),
        "name": "x",
        "cycle": "x",
        "deadlines": {"no-such-level": "2030-01-01"},
    }
    return Call("/api/congress/plans", body)


def _a_new_member(person: Somebody, scene: Scene, code: str) -> Call:
    body = {"unit_id": scene.unit(code), "name": "x", "birth_date": "2999-01-01", "sex": "other"}
    return Call("/api/membership/members", body)


def _a_new_machine(person: Somebody, scene: Scene, code: str) -> Call:
    body = {"unit_id": scene.unit(code), "name": "x", "keys": [], "expires": "2030-01-01"}
    return Call("/api/identity/machines", body)


A_REASON = {"reason": "x"}
A_TEXT = {"text": "x"}
A_LATER_DAY = {"until": "2031-01-01", "reason": "x"}
A_NAME = {"en": "x", "bn": "x", "vi": "x"}
A_ROLE_WANTED = {
    "act": "add",
    "key": "scribe",
    "role": {
        "names": {"en": "y", "bn": "y", "vi": "y"},
        "strong": False,
        "deputies": True,
        "permissions": [{"permission": "unit:read", "reach": "own", "use": True}],
    },
}
A_ROLE = {"role": "reader", **a_period()}
A_MEMBER = {"name": "x", "birth_date": "1980-01-01", "sex": "other"}
A_PLAN = {"name": "x", "cycle": "x", "deadlines": {"union": "2030-01-01"}}
A_MILESTONE = {"milestone": "plan", "date": "2026-01-01"}


def _audit(service: str) -> Address:
    return Address(
        lambda person, scene, code: Call(f"/api/{service}/audit?unit_id={scene.unit(code)}&limit=100"),
        check=units_within("audit:read"),
    )


ADDRESSES: dict[str, tuple[Address, ...]] = {
    # identity
    "POST /api/identity/accounts/{account_id}/end-sessions": (
        Address(
            lambda person, scene, code: Call(f"/api/identity/accounts/{scene.reader_in_d02}/end-sessions"),
            above_the_reader,
        ),
    ),
    "GET /api/identity/national-numbers": (plain("/api/identity/national-numbers"),),
    "GET /api/identity/offers": (plain("/api/identity/offers"),),
    "POST /api/identity/offers/{grant_id}/accept": (of_offer("accept"),),
    "POST /api/identity/offers/{grant_id}/decline": (of_offer("decline"),),
    "GET /api/identity/grant-batches": (plain("/api/identity/grant-batches"),),
    "POST /api/identity/grant-batches/preview": (Address(of_many("/preview"), here("access:grant")),),
    "POST /api/identity/grant-batches": (Address(of_many(""), here("access:grant")),),
    "GET /api/identity/grant-batches/{batch_id}": (
        Address(lambda *_: Call(f"/api/identity/grant-batches/{new_id()}"), somebody_elses),
    ),
    "POST /api/identity/grant-batches/{batch_id}/take-back": (
        Address(
            lambda *_: Call(f"/api/identity/grant-batches/{new_id()}/take-back", A_REASON, if_match=True),
            somebody_elses,
        ),
    ),
    "GET /api/identity/access-requests": (
        of_unit("/api/identity/access-requests?unit_id={unit}", "access:grant"),
    ),
    "GET /api/identity/access-requests/{request_id}": (of_request("", write=False),),
    "POST /api/identity/access-requests/{request_id}/decline": (of_request("/decline", A_REASON),),
    "POST /api/identity/access-requests/{request_id}/give": (of_request("/give", A_ROLE),),
    "GET /api/identity/access-requests/{record_id}/comments": (of_request("/comments", write=False),),
    "POST /api/identity/access-requests/{record_id}/comments": (
        of_request("/comments", {"text": "x"}, write=False),
    ),
    "GET /api/identity/access-requests/{record_id}/comments/{comment_id}": (of_no_comment_on_request(""),),
    "PUT /api/identity/access-requests/{record_id}/comments/{comment_id}": (
        of_no_comment_on_request("", {"text": "x"}, versioned=True),
    ),
    "POST /api/identity/access-requests/{record_id}/comments/{comment_id}/withdraw": (
        of_no_comment_on_request("/withdraw", versioned=True),
    ),
    "GET /api/identity/roles/{role_key}/grants": (of_roles("roles/reader/grants"),),
    "GET /api/identity/role-changes": (of_roles("role-changes"),),
    "POST /api/identity/role-changes/preview": (of_roles("role-changes/preview", A_ROLE_WANTED),),
    "POST /api/identity/role-changes": (
        of_roles("role-changes", {**A_ROLE_WANTED, "seen": 0, "reason": "x"}),
    ),
    "GET /api/identity/role-changes/{change_id}": (of_roles("role-changes/{change}"),),
    "POST /api/identity/role-changes/{change_id}/confirm": (
        of_roles("role-changes/{change}/confirm", if_match=True),
    ),
    "POST /api/identity/role-changes/{change_id}/withdraw": (
        of_roles("role-changes/{change}/withdraw", if_match=True),
    ),
    "GET /api/identity/joint-acts": (plain("/api/identity/joint-acts"),),
    # Whoever may do it alone is refused for that, and nobody is asked.
    "POST /api/identity/joint-acts": (
        Address(
            lambda person, scene, code: Call(
                "/api/identity/joint-acts",
                {"act": "end-sessions", "account_id": scene.reader_in_d02, "reason": "x"},
            ),
            at_the_top,
        ),
    ),
    "POST /api/identity/joint-acts/{joint_id}/confirm": (of_joint_act("confirm"),),
    "POST /api/identity/joint-acts/{joint_id}/withdraw": (of_joint_act("withdraw"),),
    "GET /api/identity/machines": (of_unit("/api/identity/machines?unit_id={unit}", "access:read"),),
    "POST /api/identity/machines": (Address(_a_new_machine, here("access:grant")),),
    "PUT /api/identity/machines/{machine_id}": (
        Address(
            lambda person, scene, code: Call(
                f"/api/identity/machines/{scene.machines[code]}",
                {"keys": [], "expires": "2030-01-01", "closed": False},
                if_match=True,
            ),
            here("access:grant"),
        ),
    ),
    "DELETE /api/identity/sessions": (
        Address(lambda person, scene, code: Call("/api/identity/sessions"), ends_session=True),
    ),
    "GET /api/identity/audit": (_audit("identity"),),
    "POST /api/identity/audit-exports": (
        Address(
            lambda person, scene, code: Call(
                "/api/identity/audit-exports",
                {"unit_id": scene.unit(code), "sought": {"action": "member.read"}},
            ),
            here("audit:export"),
        ),
    ),
    "POST /api/identity/drafts": (plain("/api/identity/drafts", {"path": "/", "values": {}}),),
    "PUT /api/identity/drafts": (
        Address(
            lambda person, scene, code: Call(
                "/api/identity/drafts", {"path": "/", "values": {}}, if_match=True
            )
        ),
    ),
    "GET /api/identity/drafts": (plain("/api/identity/drafts?path=/"),),
    "GET /api/identity/drafts/{draft_id}": (
        Address(
            lambda person, scene, code: Call(f"/api/identity/drafts/{scene.neighbours(person, 'draft')}"),
            somebody_elses,
        ),
    ),
    "POST /api/identity/drafts/{draft_id}/take": (
        Address(
            lambda person, scene, code: Call(
                f"/api/identity/drafts/{scene.neighbours(person, 'draft')}/take"
            ),
            somebody_elses,
        ),
    ),
    "GET /api/identity/grants": (
        of_unit(
            "/api/identity/grants?unit_id={unit}&below=true", "access:read", check=units_within("access:read")
        ),
    ),
    "POST /api/identity/grants": (Address(_a_grant, here("access:grant")),),
    "GET /api/identity/grants/{grant_id}": (of_grant("", here("access:read"), write=False),),
    "GET /api/identity/grants/{grant_id}/revocation-preview": (
        of_grant("/revocation-preview", here("access:read"), write=False),
    ),
    "GET /api/identity/grants/{grant_id}/resumption-preview": (
        of_grant("/resumption-preview", over_the_grant, write=False),
    ),
    "POST /api/identity/grants/{grant_id}/suspend": (of_grant("/suspend", over_the_grant, A_REASON),),
    "POST /api/identity/grants/{grant_id}/resume": (of_grant("/resume", over_the_grant, A_REASON),),
    "POST /api/identity/grants/{grant_id}/revoke": (of_grant("/revoke", over_the_grant, A_REASON),),
    "POST /api/identity/grants/{grant_id}/lift-ban": (of_grant("/lift-ban", over_the_grant, A_REASON),),
    "GET /api/identity/grants/{grant_id}/period": (
        of_grant(f"/period?valid_to={LATER}", over_the_grant, write=False),
    ),
    "PUT /api/identity/grants/{grant_id}/period": (
        of_grant("/period", over_the_grant, {"valid_to": LATER, "reason": "x"}),
    ),
    "POST /api/identity/grants/{grant_id}/confirm-period": (
        of_grant("/confirm-period", here("access:grant")),
    ),
    "POST /api/identity/grants/{grant_id}/decline-period": (
        of_grant("/decline-period", here("access:grant"), A_REASON),
    ),
    "GET /api/identity/grants/{grant_id}/succession": (
        Address(
            lambda person, scene, code: Call(
                f"/api/identity/grants/{scene.grants[code]}/succession?to={scene.grants[code]}"
            ),
            over_the_grant,
        ),
    ),
    "POST /api/identity/grants/{grant_id}/succession": (
        Address(
            lambda person, scene, code: Call(
                f"/api/identity/grants/{scene.grants[code]}/succession",
                {"to": scene.grants[code], "reason": "x"},
                if_match=True,
            ),
            over_the_grant,
        ),
    ),
    "POST /api/identity/grants/{grant_id}/confirm": (of_grant("/confirm", here("access:grant")),),
    "POST /api/identity/grants/{grant_id}/decline": (of_grant("/decline", here("access:grant"), A_REASON),),
    "POST /api/identity/grants/{grant_id}/propose-removal": (
        of_grant("/propose-removal", here("access:grant"), A_REASON),
    ),
    "POST /api/identity/grants/{grant_id}/confirm-removal": (
        of_grant("/confirm-removal", here("access:grant")),
    ),
    "POST /api/identity/grants/{grant_id}/recertify": (of_grant("/recertify", over_the_grant),),
    "POST /api/identity/grants/{grant_id}/resign": (of_grant("/resign", here("access:read"), A_REASON),),
    "GET /api/identity/fallback/officials": (
        of_unit("/api/identity/fallback/officials?unit_id={unit}", "access:read"),
    ),
    "POST /api/identity/fallback/officials": (
        Address(
            lambda person, scene, code: Call(
                "/api/identity/fallback/officials",
                {"account_id": scene.reader_in_d02, "unit_id": scene.unit(code)},
            ),
            names_the_reader,
        ),
    ),
    # Nobody here is named: whoever is signed in gets so far.
    "POST /api/identity/fallback/codes": (
        Address(
            lambda person, scene, code: Call("/api/identity/fallback/codes", {"unit_id": scene.unit(code)})
        ),
    ),
    "DELETE /api/identity/fallback/officials/{account_id}": (
        of_unit("/api/identity/fallback/officials/nobody?unit_id={unit}", "access:grant"),
    ),
    "GET /api/identity/fallback/windows": (
        Address(
            lambda person, scene, code: Call(f"/api/identity/fallback/windows?unit_id={scene.unit(code)}"),
            lambda person, scene, code: (
                ALLOWED
                if person.may("fallback:switch", scene.paths[code])
                else here("access:read")(person, scene, code)
            ),
        ),
    ),
    # The eID answers, so nobody gets a window.
    "POST /api/identity/fallback/windows": (
        Address(
            lambda person, scene, code: Call(
                "/api/identity/fallback/windows", {"unit_id": scene.unit(code), "hours": 1, "reason": "x"}
            ),
            here("fallback:switch"),
        ),
    ),
    "POST /api/identity/fallback/windows/{window_id}/confirm": (
        of_thing("windows", "/api/identity/fallback/windows/{}/confirm", "fallback:switch"),
    ),
    "POST /api/identity/fallback/windows/{window_id}/end": (
        of_thing("windows", "/api/identity/fallback/windows/{}/end", "fallback:switch", A_REASON),
    ),
    "GET /api/identity/fallback/sign-ins": (
        of_unit("/api/identity/fallback/sign-ins?unit_id={unit}", "access:read"),
    ),
    "POST /api/identity/fallback/sign-ins/{sign_in_id}/confirm": (
        Address(
            lambda person, scene, code: Call(
                f"/api/identity/fallback/sign-ins/{scene.sign_ins[code]}/confirm"
            ),
            somebody_elses,
        ),
    ),
    "POST /api/identity/fallback/sign-ins/{sign_in_id}/deny": (
        Address(
            lambda person, scene, code: Call(f"/api/identity/fallback/sign-ins/{scene.sign_ins[code]}/deny"),
            somebody_elses,
        ),
    ),
    "GET /api/identity/me": (plain("/api/identity/me"),),
    "GET /api/identity/saved-lists": (plain("/api/identity/saved-lists"),),
    "PUT /api/identity/saved-lists": (
        plain("/api/identity/saved-lists", {"name": "Mine", "address": "/lists"}),
    ),
    "PATCH /api/identity/me": (plain("/api/identity/me", {"language": "xx"}),),
    "GET /api/identity/providers": (plain("/api/identity/providers"),),
    "GET /api/identity/recertifications": (
        of_unit("/api/identity/recertifications?unit_id={unit}", "access:read"),
    ),
    "GET /api/identity/offices": (
        Address(
            lambda person, scene, code: Call(f"/api/identity/offices?reporting={scene.unit(code)}"),
            check=offices_are_seen,
        ),
    ),
    "GET /api/identity/holders": (Address(holders_named, check=holders_are_seen),),
    "GET /api/identity/rollout": (of_unit("/api/identity/rollout?below={unit}", "access:read"),),
    "GET /api/identity/rollout/units": (of_unit("/api/identity/rollout/units?below={unit}", "access:read"),),
    "GET /api/identity/roles": (plain("/api/identity/roles"),),
    "GET /api/identity/sessions": (plain("/api/identity/sessions"),),
    "DELETE /api/identity/sessions/{session_id}": (
        Address(
            lambda person, scene, code: Call(f"/api/identity/sessions/{scene.neighbours(person, 'session')}"),
            somebody_elses,
        ),
    ),
    "GET /api/identity/what-if": (
        of_unit("/api/identity/what-if?role=reader&unit_id={unit}", "access:read"),
    ),
    "GET /api/identity/who": (
        of_unit("/api/identity/who?permission=congress:read&unit_id={unit}", "access:read"),
    ),
    "GET /api/identity/who-sees-me": (plain("/api/identity/who-sees-me"),),
    "GET /api/identity/why": (
        Address(
            lambda person, scene, code: Call(
                f"/api/identity/why?permission=congress:read&unit_id={scene.unit(code)}"
            ),
            check=why_is_true,
        ),
    ),
    # membership
    "GET /api/membership/audit": (_audit("membership"),),
    "GET /api/membership/levels": (plain("/api/membership/levels"),),
    "GET /api/membership/members": (of_unit("/api/membership/members?unit_id={unit}", "members:read"),),
    "POST /api/membership/members": (Address(_a_new_member, here("members:write")),),
    "POST /api/membership/members/lookup": (
        Address(
            lambda person, scene, code: Call(
                "/api/membership/members/lookup", {"national_number": "9990000000974"}
            ),
            check=nobody_found,
        ),
    ),
    "GET /api/membership/members/{member_id}": (of_member("", "members:read"),),
    "PUT /api/membership/members/{member_id}": (of_member("", "members:write", A_MEMBER),),
    "GET /api/membership/members/{member_id}/history": (of_member("/history", "members:read"),),
    "POST /api/membership/members/{member_id}/leave": (
        of_member("/leave", "members:write", {"reason": "x", "on": "2999-01-01"}),
    ),
    "GET /api/membership/members/{member_id}/move": (
        Address(
            lambda person, scene, code: Call(
                f"/api/membership/members/{scene.members[code]}/move?to_id={scene.unit(code)}"
            ),
            here("members:write"),
        ),
    ),
    "POST /api/membership/members/{member_id}/move": (
        Address(
            lambda person, scene, code: Call(
                f"/api/membership/members/{scene.members[code]}/move",
                {"to_id": scene.unit(code), "reason": "x"},
                if_match=True,
            ),
            here("members:write"),
        ),
    ),
    "GET /api/membership/units/{unit_id}/stranded": (
        Address(
            lambda person, scene, code: Call(
                f"/api/membership/units/{scene.unit(code)}/stranded?to_id={scene.unit(code)}"
            ),
            here("members:write"),
        ),
    ),
    "POST /api/membership/units/{unit_id}/stranded": (
        Address(
            lambda person, scene, code: Call(
                f"/api/membership/units/{scene.unit(code)}/stranded",
                {"to_id": scene.unit(code), "reason": "x", "number": 0},
            ),
            here("members:write"),
        ),
    ),
    "GET /api/membership/moves": (of_unit("/api/membership/moves?unit_id={unit}", "unit:read"),),
    "GET /api/membership/moves/preview": (
        of_unit("/api/membership/moves/preview?unit_id={unit}&to_id={unit}", "unit:move"),
    ),
    "GET /api/identity/move-losses": (
        of_unit("/api/identity/move-losses?unit_id={unit}&to_id={unit}", "unit:move"),
    ),
    "POST /api/membership/moves": (
        Address(
            lambda person, scene, code: Call(
                "/api/membership/moves",
                {"unit_id": scene.unit(code), "to_id": scene.unit(code), "reason": "x"},
            ),
            here("unit:move"),
        ),
    ),
    "POST /api/membership/moves/{move_id}/confirm": (
        of_thing("moves", "/api/membership/moves/{}/confirm", "unit:move"),
    ),
    "POST /api/membership/moves/{move_id}/decline": (
        of_thing("moves", "/api/membership/moves/{}/decline", "unit:move", A_REASON),
    ),
    "GET /api/membership/units": (
        Address(
            lambda person, scene, code: Call("/api/membership/units?q=a&limit=200"),
            check=units_within("unit:read", "id"),
        ),
    ),
    "GET /api/membership/units/named": (
        Address(
            lambda person, scene, code: Call(
                "/api/membership/units/named?ids=" + ",".join(scene.unit(one) for one in TREE)
            ),
            check=units_within("unit:read", "id"),
        ),
    ),
    "GET /api/membership/units/roots": (
        Address(lambda person, scene, code: Call("/api/membership/units/roots"), check=roots_are_own),
    ),
    "GET /api/membership/units/{unit_id}": (of_unit("/api/membership/units/{unit}", "unit:read"),),
    "GET /api/membership/units/{unit_id}/children": (
        of_unit("/api/membership/units/{unit}/children", "unit:read"),
    ),
    "GET /api/membership/units/{unit_id}/member-counts": (
        of_unit("/api/membership/units/{unit}/member-counts", "members:count"),
    ),
    # congress
    "GET /api/congress/audit": (_audit("congress"),),
    "GET /api/congress/congresses": (
        of_unit(
            "/api/congress/congresses?below={unit}", "congress:read", check=units_within("congress:read")
        ),
        of_unit("/api/congress/congresses?unit_id={unit}", "congress:read"),
    ),
    "GET /api/congress/congresses/named": (
        Address(
            lambda person, scene, code: Call(
                "/api/congress/congresses/named?ids=" + ",".join(scene.congresses[one] for one in TREE)
            ),
            check=units_within("congress:read"),
        ),
    ),
    "GET /api/congress/congresses/{congress_id}": (of_congress("", "congress:read"),),
    "GET /api/congress/congresses/{congress_id}/report": (of_congress("/report", "congress:read"),),
    "POST /api/congress/congresses/{congress_id}/approve": (of_congress("/approve", "congress:approve", {}),),
    "POST /api/congress/congresses/{congress_id}/return": (
        of_congress("/return", "congress:approve", {"reasons": {"present": "x"}}),
    ),
    "PUT /api/congress/congresses/{congress_id}/content-type": (
        of_congress("/content-type", "congress:report", {"content_type": "4"}),
    ),
    "POST /api/congress/congresses/{congress_id}/milestones": (
        of_congress("/milestones", "congress:report", A_MILESTONE),
    ),
    "POST /api/congress/congresses/{congress_id}/superior-milestones": (
        of_congress("/superior-milestones", "congress:approve", A_MILESTONE),
    ),
    "POST /api/congress/congresses/{congress_id}/open-report": (
        of_congress("/open-report", "congress:approve", {}),
    ),
    "POST /api/congress/congresses/{congress_id}/supply-gap": (
        of_congress("/supply-gap", "congress:report", {"gap_id": "none", "text": "Here it is."}),
    ),
    "POST /api/congress/congresses/{congress_id}/close-gap": (
        of_congress("/close-gap", "congress:approve", {"gap_id": "none", "closed": True}),
    ),
    "POST /api/congress/congresses/{congress_id}/withdraw-report": (
        of_congress("/withdraw-report", "congress:report", {}),
    ),
    "POST /api/congress/congresses/{congress_id}/undo-approval": (
        of_congress("/undo-approval", "congress:approve", {}),
    ),
    "POST /api/congress/congresses/{congress_id}/reopen": (
        of_congress("/reopen", "congress:approve", A_REASON),
    ),
    "POST /api/congress/congresses/{congress_id}/reopen-topmost": (
        of_congress("/reopen-topmost", "plan:manage", A_REASON),
    ),
    "POST /api/congress/congresses/{congress_id}/extension": (
        of_congress("/extension", "congress:report", A_LATER_DAY),
    ),
    "POST /api/congress/congresses/{congress_id}/withdraw-extension": (
        of_congress("/withdraw-extension", "congress:report", {}),
    ),
    "POST /api/congress/congresses/{congress_id}/decide-extension": (
        of_congress("/decide-extension", "congress:approve", A_LATER_DAY),
    ),
    "POST /api/congress/congresses/{congress_id}/decide-extension-topmost": (
        of_congress("/decide-extension-topmost", "plan:manage", A_LATER_DAY),
    ),
    "GET /api/congress/congresses/{congress_id}/seats": (of_congress("/seats", "congress:read"),),
    "POST /api/congress/congresses/{congress_id}/seats": (
        # Nothing is said of any unit, so that nothing is kept, whoever asks.
        of_congress("/seats", "plan:manage", {"basis": "hand", "seats": 1}),
    ),
    "GET /api/congress/congresses/{congress_id}/tallies": (of_congress("/tallies", "congress:read"),),
    "POST /api/congress/congresses/{congress_id}/tallies": (
        # Nobody stands for anything, so that nothing is kept, whoever asks.
        of_congress("/tallies", "congress:report", {"summoned": 1, "present": 1}),
    ),
    "GET /api/congress/congresses/{congress_id}/tallies/{tally_id}": (of_no_tally("", "congress:read"),),
    "POST /api/congress/congresses/{congress_id}/tallies/{tally_id}/keyings": (
        of_no_tally(
            "/keyings",
            "congress:report",
            {"slot": 1, "issued": 1, "returned": 1, "invalid": 0, "blank": 0, "votes": [1]},
        ),
    ),
    "POST /api/congress/congresses/{congress_id}/tallies/{tally_id}/withdraw": (
        of_no_tally("/withdraw", "congress:report", {"reason": "The wrong list."}),
    ),
    "GET /api/congress/congresses/{congress_id}/elected": (of_congress("/elected", "congress:read"),),
    "PUT /api/congress/congresses/{congress_id}/elected/{of}": (
        of_congress("/elected/committee", "congress:report", {"people": [{"name": "Somebody"}]}),
    ),
    "GET /api/congress/congresses/{congress_id}/delegates": (of_congress("/delegates", "congress:read"),),
    "GET /api/congress/seats/{division_id}": (of_no_division(""),),
    "GET /api/congress/seats/{division_id}/lines": (of_no_division("/lines"),),
    "POST /api/congress/seats/{division_id}/decide": (of_no_division("/decide", {}),),
    "GET /api/congress/difficulties": (
        Address(
            lambda person, scene, code: Call(f"/api/congress/difficulties?unit_id={scene.unit(code)}"),
            stands_at,
        ),
    ),
    "POST /api/congress/difficulties": (Address(_raised_nowhere, here("congress:report")),),
    "GET /api/congress/difficulties/figures": (
        Address(
            lambda person, scene, code: Call(
                f"/api/congress/difficulties/figures?unit_id={scene.unit(code)}"
            ),
            stands_at,
        ),
    ),
    "POST /api/congress/difficulties/join": (
        Address(
            lambda person, scene, code: Call(
                "/api/congress/difficulties/join", {"unit_id": scene.unit(code), "ids": []}
            ),
            answers_at,
        ),
    ),
    "GET /api/congress/difficulties/{difficulty_id}": (of_no_difficulty(""),),
    "POST /api/congress/difficulties/{difficulty_id}/answer": (of_no_difficulty("/answer", A_TEXT),),
    "POST /api/congress/difficulties/{difficulty_id}/separate": (of_no_difficulty("/separate", {}),),
    "POST /api/congress/difficulties/{difficulty_id}/ask-back": (of_no_difficulty("/ask-back", A_TEXT),),
    "POST /api/congress/difficulties/{difficulty_id}/forward": (of_no_difficulty("/forward", A_TEXT),),
    "POST /api/congress/difficulties/{difficulty_id}/reply": (of_no_difficulty("/reply", A_TEXT),),
    "POST /api/congress/difficulties/{difficulty_id}/confirm": (
        of_no_difficulty("/confirm", {"solved": True}),
    ),
    "POST /api/congress/difficulties/{difficulty_id}/withdraw": (of_no_difficulty("/withdraw", {}),),
    "POST /api/congress/congresses/{congress_id}/take-over": (
        of_congress("/take-over", "congress:report", {"until": "2031-01-01"}),
    ),
    "POST /api/congress/congresses/{congress_id}/people": (of_congress("/people", "congress:report", {}),),
    "POST /api/congress/congresses/{congress_id}/explanation": (
        of_congress("/explanation", "congress:report", {"text": "x"}),
    ),
    "POST /api/congress/congresses/{congress_id}/pilot": (
        of_congress("/pilot", "congress:approve", {"until": "2031-01-01"}),
    ),
    "POST /api/congress/congresses/{congress_id}/lessons": (
        of_congress("/lessons", "congress:report", {"text": "x"}),
    ),
    "GET /api/congress/congresses/{congress_id}/lessons": (of_congress("/lessons", "congress:read"),),
    "POST /api/congress/congresses/{congress_id}/postpone": (
        of_congress("/postpone", "congress:report", A_LATER_DAY),
    ),
    "POST /api/congress/congresses/{congress_id}/resume": (of_congress("/resume", "congress:report", {}),),
    "POST /api/congress/congresses/{congress_id}/block": (
        of_congress("/block", "congress:report", {"difficulty_id": "none", "reason": "x"}),
    ),
    "POST /api/congress/congresses/{congress_id}/unblock": (of_congress("/unblock", "congress:report", {}),),
    "POST /api/congress/congresses/{congress_id}/decide-explanation": (
        of_congress("/decide-explanation", "congress:approve", {"accepted": True}),
    ),
    "POST /api/congress/congresses/{congress_id}/results": (
        of_congress("/results", "congress:report", {"figures": {"present": 1}}),
    ),
    "POST /api/congress/congresses/{congress_id}/submit": (of_congress("/submit", "congress:report", {}),),
    "POST /api/congress/congresses/{congress_id}/documents": (
        of_congress("/documents", "congress:report", {"file_id": "none", "kind": "minutes"}),
    ),
    "GET /api/congress/congresses/{record_id}/files": (of_congress("/files", "congress:read"),),
    # Without the version of the protocol, which is asked for once access has been decided.
    "POST /api/congress/congresses/{record_id}/files": (of_congress("/files", "congress:report", {}),),
    "DELETE /api/congress/congresses/{record_id}/files/{file_id}": (of_no_file("", "congress:report"),),
    "GET /api/congress/congresses/{record_id}/files/{file_id}/content": (
        of_no_file("/content", "congress:read"),
    ),
    "GET /api/congress/congresses/{record_id}/files/{file_id}/preview": (
        of_no_file("/preview", "congress:read"),
    ),
    "GET /api/congress/congresses/{record_id}/files/{file_id}/arriving": (
        of_no_file("/arriving", "congress:report"),
    ),
    "PATCH /api/congress/congresses/{record_id}/files/{file_id}/arriving": (
        of_no_file("/arriving", "congress:report"),
    ),
    "DELETE /api/congress/congresses/{record_id}/files/{file_id}/arriving": (
        of_no_file("/arriving", "congress:report"),
    ),
    "GET /api/congress/congresses/{record_id}/comments": (of_congress("/comments", "congress:read"),),
    "POST /api/congress/congresses/{record_id}/comments": (
        of_congress("/comments", "congress:comment", {"text": "x"}),
    ),
    "GET /api/congress/congresses/{record_id}/comments/{comment_id}": (of_no_comment("", "congress:read"),),
    "PUT /api/congress/congresses/{record_id}/comments/{comment_id}": (
        of_no_comment("", "congress:comment", {"text": "x"}, versioned=True),
    ),
    "POST /api/congress/congresses/{record_id}/comments/{comment_id}/withdraw": (
        of_no_comment("/withdraw", "congress:comment", versioned=True),
    ),
    **of_files_of_nothing("comments"),
    **of_files_of_nothing("difficulties"),
    "GET /api/congress/figures": (plain("/api/congress/figures"),),
    "GET /api/congress/plan-template": (
        plain("/api/congress/plan-template"),
        of_unit("/api/congress/plan-template?unit_id={unit}", "plan:manage"),
    ),
    "GET /api/congress/plans": (
        Address(lambda person, scene, code: Call("/api/congress/plans"), check=plans_concern),
    ),
    "POST /api/congress/plans": (Address(_a_new_plan, here("plan:manage")),),
    "GET /api/congress/plans/{plan_id}": of_plan("", plan_seen),
    "PUT /api/congress/plans/{plan_id}": of_plan("", plan_managed, A_PLAN),
    "GET /api/congress/plans/{plan_id}/cascade": of_plan("/cascade", plan_seen),
    "POST /api/congress/plans/{plan_id}/cascade": of_plan("/cascade", plan_managed, {}),
    "DELETE /api/congress/plans/{plan_id}": of_plan("", plan_managed, versioned=True),
    "POST /api/congress/plans/{plan_id}/close": of_plan("/close", plan_managed, {}),
    "GET /api/congress/plans/{plan_id}/rule-sets": of_plan("/rule-sets", plan_seen),
    "POST /api/congress/plans/{plan_id}/rule-sets/preview": of_plan(
        "/rule-sets/preview", plan_managed, {"deadlines": {"union": "2030-01-01"}}
    ),
    "POST /api/congress/plans/{plan_id}/results/preview": (
        of_results_of_no_plan("/preview", {"line": 1, "unit_code": "none", "figures": {}}),
    ),
    "POST /api/congress/plans/{plan_id}/results": (
        of_results_of_no_plan("", {"line": 1, "unit_code": "none", "figures": {}, "version": 1}),
    ),
    "POST /api/congress/plans/{plan_id}/rule-sets/preview/congresses": of_plan(
        "/rule-sets/preview/congresses",
        plan_managed,
        {"deadlines": {"union": "2030-01-01"}, "level": "union", "becomes": "overdue"},
    ),
    "POST /api/congress/plans/{plan_id}/rule-sets": of_plan(
        "/rule-sets", plan_managed, {"deadlines": {"union": "2030-01-01"}, "reason": "x"}
    ),
    "GET /api/congress/plans/{plan_id}/sealed-reports": (
        of_sealed_list("?unit_id={unit}", here("congress:read")),
    ),
    "POST /api/congress/plans/{plan_id}/sealed-reports": (
        of_sealed_list("", here("plan:manage"), asks=True),
    ),
    "GET /api/congress/sealed-reports/{report_id}": (of_no_sealed(""),),
    "GET /api/congress/sealed-reports/{report_id}/paper": (of_no_sealed("/paper"),),
    "GET /api/congress/sealed-report-keys": (plain("/api/congress/sealed-report-keys"),),
    "GET /api/congress/congresses/{congress_id}/sealed-reports": (
        of_congress("/sealed-reports", "congress:read"),
    ),
    "GET /api/congress/congresses/{congress_id}/proof": (of_no_proof(),),
    "POST /api/congress/reminders": (
        Address(
            lambda person, scene, code: Call(
                "/api/congress/reminders",
                {"plan_id": scene.main_plan, "unit_id": scene.unit(code), "state": "reopened"},
            ),
            reminds,
        ),
    ),
    "GET /api/congress/first-reports": (
        of_unit("/api/congress/first-reports?below={unit}", "congress:read"),
    ),
    "GET /api/congress/first-reports/units": (
        of_unit("/api/congress/first-reports/units?below={unit}", "congress:read"),
    ),
    "GET /api/congress/rollups/{plan_id}/{unit_id}": (of_rollup(""),),
    "GET /api/congress/rollups/{plan_id}/{unit_id}/{kind}": (of_rollup("/csv"), of_rollup("/xlsx")),
    "POST /api/congress/exports/congresses": (of_export("congresses", asked=True),),
    "POST /api/congress/exports/rollup": (of_export("rollup", asked=True),),
    "POST /api/congress/exports/difficulties": (of_difficulties_export(asked=True),),
    "GET /api/congress/exports/difficulties/file": (of_difficulties_export(asked=False),),
    "POST /api/congress/exports/listed": (of_export("listed", asked=True),),
    "GET /api/congress/exports/listed/file": (of_export("listed", asked=False),),
    "GET /api/congress/exports/congresses/file": (of_export("congresses", asked=False),),
    "GET /api/congress/exports/rollup/file": (of_export("rollup", asked=False),),
    "POST /api/membership/exports/members": (of_members_export(asked=True),),
    "GET /api/membership/exports/members/file": (of_members_export(asked=False),),
    **of_exports_and_jobs("congress"),
    **of_exports_and_jobs("membership"),
    **of_exports_and_jobs("identity"),
    **of_exports_and_jobs("notifications"),
    **{
        f"POST /api/{service}/exports/audit": (of_audit_export(service),)
        for service in ("identity", "membership", "congress", "notifications")
    },
    # notifications
    "GET /api/notifications/audit": (_audit("notifications"),),
    **{
        f"GET /api/{service}/audit/mine": (plain(f"/api/{service}/audit/mine"),)
        for service in ("identity", "membership", "congress", "notifications")
    },
    **{
        f"GET /api/{service}/tasks": (plain(f"/api/{service}/tasks"),)
        for service in ("identity", "membership", "congress", "notifications")
    },
    "GET /api/membership/me/looks": (plain("/api/membership/me/looks"),),
    "GET /api/notifications/inbox": (plain("/api/notifications/inbox"),),
    "POST /api/notifications/inbox/read-all": (plain("/api/notifications/inbox/read-all", {}),),
    "POST /api/notifications/inbox/{notice_id}/read": (
        Address(
            lambda person, scene, code: Call(
                f"/api/notifications/inbox/{scene.neighbours(person, 'notice')}/read", {}
            ),
            somebody_elses,
        ),
    ),
}


def operations(document: Json) -> dict[str, Json]:
    """Those of an OpenAPI document, by method and template."""
    return {
        f"{method.upper()} {template}": {
            **operation,
            "parameters": [*item.get("parameters", []), *operation.get("parameters", [])],
        }
        for template, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "x-permission" in operation
    }


def expected(person: Somebody, permission: str, address: Address, scene: Scene, code: str) -> str:
    """What the role table says: 401 for a stranger, 403 for who holds the permission nowhere, else the rule."""
    if permission == "public":
        return ALLOWED
    if not person.key:
        return STRANGER
    if permission not in ("signed-in", "arrived") and not person.holds(permission):
        return REFUSED
    return address.rule(person, scene, code)


def relations(person: Somebody, paths: Mapping[str, Path]) -> Iterable[str]:
    """The person's own units, and for each the unit above, one below and one beside."""
    found: dict[str, None] = {}
    for own in dict.fromkeys(one.unit for one in person.held) or [paths["BD-N0131"]]:
        found[own[-1]] = None
        above = [own[:-1]] if len(own) > 1 else []
        below = [path for path in paths.values() if path[:-1] == own][:1]
        beside = [p for p in paths.values() if len(own) > 1 and p != own and p[:-1] == own[:-1]][:1]
        for path in (*above, *below, *beside):
            found[path[-1]] = None
    return found
