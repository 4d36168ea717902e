"""What is asked again is decided again: HEAD and GET use nothing up, and a repeated request needs its rights still."""

from collections import Counter
from datetime import timedelta

import pytest
import requests

from servicekit.ids import new_id
from tests.journeys.addresses import Call, Scene, operations, somebody
from tests.journeys.test_matrix import calls_of
from tests.journeys.whole_house import MILESTONES, Json, eventually
from tests.people import a_period

# They begin something, or use it up: asked without meaning it, they do nothing.
NO_HEAD = 405


def send(scene: Scene, key: str, method: str, call: Call) -> requests.Response:
    person = scene.whole.person(key)
    headers = {"Accept": "application/json", "Origin": person.base}
    return person.http.request(
        method, person.base + call.path, json=call.body, headers=headers, timeout=20, allow_redirects=False
    )


@pytest.mark.parametrize("key", ["hq-organiser", "union-clerk"])
def test_head_answers_as_get_does_and_uses_nothing_up(scene: Scene, document: Json, key: str) -> None:
    person, published = somebody(key, scene.paths), operations(document)
    wrong, seen = [], Counter[int]()
    for name, address, code in calls_of(person, scene, published):
        if not name.startswith("GET ") or address.ends_session:
            continue
        call = address.call(person, scene, code)
        head, got, again = (send(scene, key, method, call) for method in ("HEAD", "GET", "GET"))
        seen[head.status_code] += 1
        if head.content or (head.status_code != got.status_code and head.status_code != NO_HEAD):
            wrong.append(f"HEAD {name} at {code}: {head.status_code}, but GET {got.status_code}")
        if head.status_code != NO_HEAD and again.status_code != got.status_code:
            wrong.append(f"{name} at {code}: {got.status_code}, and once more {again.status_code}")
    scene.whole.sign_in_again(key)
    assert not wrong, "\n".join(wrong)
    assert seen[200] > 20


def test_a_draft_is_there_however_often_it_is_looked_at(scene: Scene) -> None:
    clerk = scene.whole.person("union-clerk")
    unit = scene.unit("BD-N0129")
    kept = clerk.post(
        "/api/identity/drafts", {"path": f"/units/{unit}/members/new", "values": {"name": "half a"}}
    ).json()
    page = f"/drafts/{kept['id']}"
    shown = [clerk.send(method, page).status_code for method in ("HEAD", "GET", "GET")]
    assert shown == [200, 200, 200]
    assert scene.whole.person("two-posts").get(f"/api/identity/drafts/{kept['id']}").status_code == 404
    assert clerk.post(f"/api/identity/drafts/{kept['id']}/take").status_code == 200
    assert clerk.get(page).status_code == 404


def kept_answers(scene: Scene, key: str) -> list[tuple[str, Json]]:
    """What this administrator and clerk may do in each service with a key of its own: path and body."""
    whole = scene.whole
    plan = whole.cascaded(whole.a_plan("upazila"))
    own, union = scene.unit("BD-U011"), scene.unit("BD-N0131")
    congress = whole.congress_of(key, plan, "BD-U011")
    reader = {"unit_id": union, "role": "reader", "national_number": "9990000000752", **a_period()}
    member = {"unit_id": own, "name": "Rahima", "birth_date": "1980-01-01", "sex": "female"}
    milestone = {"milestone": "plan", "date": whole.congress.clock.today().isoformat()}
    draft = {
        "unit_id": own,
        "name": "Own",
        "cycle": "Own cycle",
        "deadlines": {"union": (whole.congress.clock.today() + timedelta(days=9)).isoformat()},
        "milestones": MILESTONES,
    }
    return [
        ("/api/identity/grants", reader),
        ("/api/membership/members", {**member, "admission_date": "2005-01-01"}),
        ("/api/congress/plans", draft),
        (f"/api/congress/congresses/{congress['id']}/milestones", milestone),
    ]


def test_a_repeated_request_is_decided_anew(scene: Scene) -> None:
    """Who has lost the right to do it is not shown again what came of it, whichever way the right was asked for."""
    key, superior = "upazila-clerk", "district-secretary"
    kept = [(path, body, new_id()) for path, body in kept_answers(scene, key)]

    def again(path: str, body: Json, once: str) -> requests.Response:
        return scene.whole.people[key].post(path, body, Idempotency_Key=once, If_Match='"1"')

    for one in kept:
        first, second = again(*one), again(*one)
        assert (first.ok, first.json()) == (True, second.json()), f"{one[0]}: {first.text} {second.text}"

    boss, me = scene.whole.person(superior), scene.whole.person(key).get("/api/identity/me").json()
    held = [grant for grant in me["grants"] if grant["effective"]]
    for grant in held:
        version = boss.get(f"/api/identity/grants/{grant['id']}").json()["version"]
        done = boss.post(
            f"/api/identity/grants/{grant['id']}/suspend", {"reason": "leave"}, If_Match=f'"{version}"'
        )
        assert done.status_code == 200, done.text
    for one in kept:
        # Felt everywhere within two seconds.
        eventually(lambda one=one: again(*one).status_code in (401, 403, 404), f"{one[0]} is lost", 5)  # type: ignore[misc]
    told = {path: again(path, body, once).status_code for path, body, once in kept}
    for grant in held:
        version = boss.get(f"/api/identity/grants/{grant['id']}").json()["version"]
        boss.post(f"/api/identity/grants/{grant['id']}/resume", {"reason": "back"}, If_Match=f'"{version}"')
    scene.whole.sign_in_again(key)
    assert set(told.values()) <= {401, 403, 404}, told
