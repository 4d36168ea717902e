"""A person with many posts: their token must still fit into the headers on the way."""

from datetime import timedelta

import requests

from identity.domain.grants import Grant, Status
from servicekit.ids import new_id
from tests.integration.gateway.test_nginx import nginx  # noqa: F401 - a fixture
from tests.integration.gateway.test_sign_in import running  # noqa: F401 - a fixture
from tests.people import Person
from tests.processes import House
from tests.scene import identity_operations

POSTS = 40


def test_forty_posts_are_no_reason_to_be_locked_out(running: House, nginx: int) -> None:  # noqa: F811
    person = Person(running, "hq-organiser")
    person.sign_in()
    account = person.get("/api/identity/me").json()["account_id"]
    with identity_operations(running) as context:
        today = context.clock.today()
        paths = [("root", "north", new_id(), new_id(), new_id()) for _ in range(POSTS)]
        context.store.add_grants(
            [
                Grant(
                    id=new_id(),
                    unit_id=path[-1],
                    unit_path=path,
                    role="clerk",
                    valid_from=today,
                    valid_to=today + timedelta(days=30),
                    status=Status.ACTIVE,
                    account_id=account,
                )
                for path in paths
            ]
        )
    person.sign_in()
    me = person.get("/api/identity/me")
    assert me.status_code == 200
    assert len({right["unit_id"] for right in me.json()["rights"]}) == POSTS + 1
    session = next(c.value for c in person.http.cookies if c.name == "session")
    through = requests.get(
        f"http://127.0.0.1:{nginx}/api/identity/me", headers={"Cookie": f"session={session}"}, timeout=10
    )
    assert through.status_code == 200
