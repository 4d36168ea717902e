"""What a session by a sealed code is told: nobody has proven who holds the code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests

from identity import operations
from identity.context import Context
from identity.domain.contact import KINDS
from identity.domain.grants import Status
from identity.domain.officials import Official
from identity.eid.id_token import Person
from identity.operations import (
    about_me,
    read_draft,
    read_grant,
    save_draft,
    saved_drafts,
    take_draft,
    token_for_session,
    who_sees_me,
)
from identity.operations.tasks import waiting
from servicekit.access.decision import Caller
from servicekit.access.tokens import caller_of
from servicekit.refusals import Forbidden, NotFound
from tests.integration.identity.test_people import by_code
from tests.people import citizens
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        house.start_service("identity")
        yield made


@pytest.fixture
def account(context: Context) -> str:
    number = citizens()["hq-organiser"]["national_number"]
    (eid,) = context.providers.values()
    person = Person(eid.profile.issuer, "s", 2, datetime.now(UTC), number, "Sample", "")
    found = operations.account_of(context, person, "en").id
    accept_everything(context, found)
    return found


def test_a_session_by_code_speaks_of_its_unit_alone(house: House, context: Context, account: str) -> None:
    """Whoever has found the sheet learns of no other post of its owner, and no number that they have released."""
    here = context.store.grants_of(account)[0]
    elsewhere = replace(here, id="elsewhere", unit_id="north", unit_path=("root", "north"), role="reader")
    context.store.add_grant(elsewhere, (), ())
    for path in (("root",), ("root", "north")):
        official = Official(f"{account} {path[-1]}", account, path[-1], path, context.clock.now())
        context.store.fallback.put_official(official, (), ())
    offered = replace(elsewhere, id="offered", unit_id="south", unit_path=("root", "south"), accepted_at=None)
    context.store.add_grant(replace(offered, status=Status.OFFERED), (), ())
    stored = context.store.get_account(account)
    numbers = {kind: context.cipher.encrypt("+8801700000000") for kind in KINDS}
    context.store.save_account(replace(stored, released=numbers), stored.version)
    token = token_for_session(context, by_code(context, account, "root"), "identity").access_token
    inside = caller_of(context.keys.verify(token, "identity", "at+jwt", "identity"), "")
    me = about_me(context, inside)
    assert {one.unit_id for one in me.grants} == {"root"}
    assert ([one.unit_id for one in me.offices], me.offers) == (["root"], 0)
    assert set(me.released.values()) == {""}
    assert read_grant(context, inside, here.id).id == here.id
    with pytest.raises((NotFound, Forbidden)):
        read_grant(context, inside, elsewhere.id)
    found = waiting(context, inside, "")
    assert [line.link for one in found.lists if one.key == "posts" for line in one.lines] == ["/units/root"]
    assert "offer" not in [one.key for one in found.tasks]
    assert {one.unit_id for one in who_sees_me(context, inside)} <= {"root"}
    entries = requests.get(
        f"{house.url('identity')}/api/identity/audit/mine",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).json()["items"]
    assert {one["unit_id"] for one in entries} <= {"root"}


def test_a_draft_of_the_person_is_not_there_for_whoever_came_by_code_nor_theirs_for_the_person(
    context: Context,
) -> None:
    person, by_code = Caller("holder"), Caller("holder", fallback=True)
    path = "/congresses/x/results"
    own = save_draft(context, person, path, {"present": "97"}, 0)
    assert saved_drafts(context, by_code, path) == []
    for act in (read_draft, take_draft):
        with pytest.raises(NotFound):
            act(context, by_code, own.id)
    theirs = save_draft(context, by_code, path, {"present": "1"}, 0)
    assert theirs.id != own.id
    with pytest.raises(NotFound):
        read_draft(context, person, theirs.id)
    assert [one.values for one in saved_drafts(context, person, path)] == [{"present": "97"}]
    assert take_draft(context, person, own.id).values == {"present": "97"}
