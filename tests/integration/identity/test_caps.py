"""What may pile up has a bound, also when several things are asked for at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from identity.context import Context, Keeping
from identity.domain import offers
from identity.domain.grants import Grant, Status
from identity.domain.together import ASK_LIFE, Act, JointAct, State
from identity.operations.keeping import tell_lapsed
from identity.operations.machines import MOST_OPEN, TooManyMachines, register_machine
from servicekit.access.decision import Caller, Reach, Right
from servicekit.ids import new_id
from tests.integration.identity.test_offers import NUMBERS, account_of, signed_in
from tests.people import Person, a_period
from tests.processes import House
from tests.scene import first_people, identity_operations

PUBLIC = ECKey.generate_key("P-256", {"kid": "k1"}, private=True).as_dict(private=False)


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


def test_of_many_offers_at_once_no_more_are_made_than_there_is_room_for(
    context: Context, chief: Person
) -> None:
    """The last place but one is free, and eight ask for it in one moment."""
    giver, today = account_of(chief), context.clock.today()
    own = next(one for one in context.store.grants_of(giver) if one.role == "administrator")
    pattern = Grant(
        id="",
        unit_id="south",
        unit_path=("root", "south"),
        role="reader",
        valid_from=today,
        valid_to=today + timedelta(days=100),
        status=Status.OFFERED,
        chain=(own.id,),
        given_by=giver,
        given_at=context.clock.now(),
        invited_until=today + timedelta(days=60),
    )
    many = [
        replace(pattern, id=new_id(), account_id=f"somebody {number}")
        for number in range(offers.OFFERS_OF_GIVER - 1)
    ]
    context.store.add_grants(many)

    def give(key: str, unit: str) -> int:
        wanted = {"unit_id": unit, "role": "clerk", "national_number": NUMBERS[key], **a_period()}
        return chief.post("/api/identity/grants", wanted).status_code

    # In different units, which do not wait for each other.
    keys = ["upazila-clerk", "union-clerk", "district-secretary", "two-posts", "auditor", "hq-approver"]
    with ThreadPoolExecutor(len(keys)) as at_once:
        answers = sorted(at_once.map(give, keys, ["root", "north", "south"] * 2))
    assert answers == [201, *[409] * (len(keys) - 1)]


def test_a_unit_has_so_many_open_service_accounts_and_closing_one_makes_room(
    context: Context, chief: Person
) -> None:
    caller = Caller(
        account_of(chief),
        rights=(Right("access:grant", "root", ("root",), Reach.BELOW, grant_id="g"),),
        assurance=3,
        auth_time=context.clock.now(),
    )
    wanted: dict[str, Any] = {
        "unit_id": "north",
        "name": "Figures",
        "keys": [PUBLIC],
        "expires": context.clock.today() + timedelta(days=100),
    }
    made = [register_machine(context, caller, wanted) for _ in range(MOST_OPEN - 1)]

    def one_more(_: int) -> bool:
        try:
            register_machine(context, caller, wanted)
        except TooManyMachines:
            return False
        return True

    with ThreadPoolExecutor(4) as at_once:
        assert sum(at_once.map(one_more, range(4))) == 1
    address = f"/api/identity/machines/{made[0].id}"
    closed = chief.send("PUT", address, {"closed": True}, If_Match=f'"{made[0].version}"')
    assert closed.status_code == 200, closed.text
    assert one_more(0)
    # Another unit has room of its own.
    assert register_machine(context, caller, {**wanted, "unit_id": "south"})


def test_what_no_second_administrator_answers_is_put_away_and_told_to_whoever_asked(context: Context) -> None:
    acts, now = context.store.joint_acts, context.clock.now()
    asked = JointAct(
        *("lapsed", Act.END_SESSIONS, "anna", "root", "boris", "Boris"),
        asked_at=now - ASK_LIFE - timedelta(minutes=1),
        reason="lost phone",
    )
    acts.add(asked, [], [])
    acts.add(replace(asked, id="open", asked_at=now - ASK_LIFE + timedelta(minutes=5)), [], [])
    keeping = Keeping(context.store, context.clock, context.roles)
    assert [tell_lapsed(keeping), tell_lapsed(keeping)] == [1, 0]
    assert [acts.get(one).state for one in ("lapsed", "open")] == [State.LAPSED, State.ASKED]
    assert [one.id for one in acts.asked_in("root")] == ["open"]
    kept = context.store.database.mongo["joint_acts"].find_one({"_id": "lapsed"}) or {}
    told = [one["data"] for one in kept["_outbox"] if one.get("data", {}).get("what") == "lapsed"]
    assert [one["accounts"] for one in told] == [["boris"]]
    assert "joint_act.lapsed" in [one.get("action") for one in kept["_outbox"]]
