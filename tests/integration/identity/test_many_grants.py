"""No number of grants locks anybody out: somebody with a thousand signs in and uses them."""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from identity.context import Context
from identity.domain.grants import Grant, Status
from servicekit.ids import id_from
from tests.people import Person, citizens
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

MANY = 1_000
PEOPLE = {"union-clerk": MANY, "upazila-clerk": 150}


def unit_path(number: int) -> list[str]:
    return ["root", id_from("district", str(number // 50)), id_from("union", str(number))]


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        paths = [unit_path(number) for number in range(MANY)]
        every = {path[-1]: path for path in [one[:2] for one in paths] + paths}
        units = [
            {
                "id": path[-1], "code": path[-1], "names": {"en": path[-1]},
                "level": "l", "parent_id": path[-2], "path": path,
            }
            for path in every.values()
        ]  # fmt: skip
        for start in range(0, len(units), 200):
            tell_units(made, units[start : start + 200])
        for service in ("identity", "congress", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.mark.parametrize("who", PEOPLE)
def test_somebody_with_very_many_grants_signs_in_and_uses_them(
    house: House, context: Context, who: str
) -> None:
    chief = Person(house, "hq-organiser")
    chief.sign_in()
    today = context.clock.today()
    number = context.invited_number(citizens()[who]["national_number"]).digests
    first = chief.post(
        "/api/identity/grants",
        {
            "unit_id": unit_path(0)[-1], "role": "reader", "national_number": citizens()[who]["national_number"],
            "valid_from": today.isoformat(), "valid_to": (today + timedelta(days=100)).isoformat(),
        },
    )  # fmt: skip
    assert first.status_code == 201, first.text
    person = Person(house, who)
    person.sign_in()
    account_id = person.get("/api/identity/me").json()["account_id"]
    own = next(one for one in context.store.grants_in("root") if one.role == "administrator")
    grants = [
        Grant(
            id=id_from("grant", who, str(place)),
            unit_id=unit_path(place)[-1],
            unit_path=tuple(unit_path(place)),
            role="clerk",
            valid_from=today,
            valid_to=today + timedelta(days=100),
            status=Status.ACTIVE,
            account_id=account_id,
            national_index=number.index,
            chain=(own.id,),
            given_by=own.account_id or "",
            given_at=context.clock.now(),
            recertify_by=today + timedelta(days=100),
            accepted_at=context.clock.now(),
        )
        for place in range(PEOPLE[who])
    ]

    def give(part: list[Grant]) -> None:
        for one in part:
            context.store.add_grant(one, (), ())

    for start in range(0, len(grants), 100):
        context.store.database.in_transaction(partial(give, grants[start : start + 100]))
    context.store.database.in_transaction(
        lambda: context.store.raise_generations([account_id], context.clock.now())
    )

    again = Person(house, who)
    again.sign_in()
    me = again.get("/api/identity/me")
    assert me.status_code == 200, me.text[:300]
    last = grants[-1]
    for place in (grants[0], last):
        seen = again.get(f"/api/congress/congresses?unit_id={place.unit_id}")
        assert seen.status_code in (200, 404), seen.text
        why = again.get(f"/api/identity/why?permission=congress:report&unit_id={place.unit_id}")
        assert (why.status_code, why.json()["allowed"]) == (200, True), why.text[:300]

    stored = context.store.grant(last.id)
    body = {"reason": "over"}
    gone = chief.post(f"/api/identity/grants/{last.id}/revoke", body, If_Match=f'"{stored.version}"')
    assert gone.status_code == 200, gone.text
    deadline = time.monotonic() + 2.5
    while (
        again.get(f"/api/identity/why?permission=congress:report&unit_id={last.unit_id}")
        .json()
        .get("allowed")
    ):
        assert time.monotonic() < deadline, "a revocation is felt within 2 s"
        time.sleep(0.05)
