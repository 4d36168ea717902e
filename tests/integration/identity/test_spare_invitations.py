"""An invitation is spare only beside a grant that gives the same today; beside a dead one it brings people back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.context import Context
from identity.domain.accounts import Account
from identity.domain.grant_acts import ended
from identity.domain.grants import Grant, Status
from identity.operations import account_of
from servicekit.ids import new_id
from tests.integration.identity.test_duplicates import through
from tests.processes import House
from tests.scene import accept_everything, first_people, identity_operations


@pytest.fixture
def context(house: House) -> Iterator[Context]:
    house.prefix += "i"  # a database of this test's own
    with identity_operations(house) as made:
        first_people(made)
        yield made


def a_giver(context: Context, who: str) -> Grant:
    today, now = context.clock.today(), context.clock.now()
    giver = Grant(
        *(new_id(), "root", ("root",), "administrator", today, today + timedelta(days=99), Status.ACTIVE),
        account_id=who,
        accepted_at=now,
        given_at=now,
    )
    return context.store.add_grant(giver, (), ())


def invited(context: Context, account: Account, giver: Grant, **changes: Any) -> Grant:
    """To the person of this account, by number, as an administrator of north."""
    number, today = account.digests, context.clock.today()
    grant = Grant(
        *(new_id(), "north", ("root", "north"), "administrator", today, today + timedelta(days=60)),
        status=Status.INVITED,
        national_index=number.index,
        national_core=number.core,
        national_namespace=number.namespace,
        chain=(giver.id,),
        given_by=giver.account_id or "",
        invited_until=today + timedelta(days=30),
    )
    return context.store.add_grant(replace(grant, **changes), (), ())


def held(context: Context, giver: Grant) -> tuple[Account, Grant]:
    account = account_of(context, through("one"), "en")
    first = invited(context, account, giver)
    account_of(context, through("one"), "en")
    accept_everything(context, account.id)
    assert context.store.grant(first.id).status is Status.ACTIVE
    return account, first


def status_after_sign_in(context: Context, invitation: Grant) -> Status:
    account_of(context, through("one"), "en")
    return context.store.grant(invitation.id).status


def test_beside_a_grant_in_force_an_invitation_to_the_same_is_spare(context: Context) -> None:
    giver = a_giver(context, "giver")
    account, _ = held(context, giver)
    again = invited(context, account, giver, given_by="another")
    assert status_after_sign_in(context, again) is Status.REVOKED
    assert context.store.grant(again.id).ended_reason == "held already"
    kept = context.store.database.mongo["grants"].find_one({"_id": again.id}) or {}
    told = [one["data"] for one in kept["_outbox"] if one.get("data", {}).get("what") == "spare"]
    assert [one["accounts"] for one in told] == [["another"]]


@pytest.mark.parametrize(
    "dead", ["giver revoked", "giver over", "suspended by the giver's end", "unit moved"]
)
def test_beside_a_grant_that_gives_nothing_it_is_offered(context: Context, dead: str) -> None:
    giver, other = a_giver(context, "giver"), a_giver(context, "other")
    account, first = held(context, giver)
    stored = context.store.grant(giver.id)
    changed = {
        "giver revoked": ended(stored, "left"),
        "giver over": replace(stored, valid_to=context.clock.today() - timedelta(days=1)),
        "suspended by the giver's end": replace(stored, status=Status.SUSPENDED, suspended_from=("root",)),
        "unit moved": replace(stored, unit_id="south", unit_path=("root", "south")),
    }[dead]
    context.store.save_grant(changed, stored.version)
    again = invited(context, account, other)
    assert status_after_sign_in(context, again) is Status.OFFERED
    accept_everything(context, account.id)
    assert context.store.grant(again.id).status is Status.ACTIVE
    # The dead one gave its place up, and is not told apart from an act of somebody.
    assert context.store.grant(first.id).status is Status.REVOKED


def test_beside_a_grant_whose_days_are_to_come_it_is_offered(context: Context) -> None:
    giver, other = a_giver(context, "giver"), a_giver(context, "other")
    account, first = held(context, giver)
    stored = context.store.grant(first.id)
    later = replace(stored, valid_from=context.clock.today() + timedelta(days=9))
    context.store.save_grant(later, stored.version)
    assert status_after_sign_in(context, invited(context, account, other)) is Status.OFFERED


def offered_twice(context: Context, **changes: Any) -> tuple[Grant, Grant]:
    """By the same giver: what was bound to the person, as changed so, and an invitation of the same."""
    giver = a_giver(context, "giver")
    account = account_of(context, through("one"), "en")
    first = invited(context, account, giver)
    assert status_after_sign_in(context, first) is Status.OFFERED
    bound = context.store.grant(first.id)
    context.store.save_grant(replace(bound, **changes), bound.version)
    return first, invited(context, account, giver)


def test_what_the_same_giver_offered_before_is_answered_first_and_locks_nobody_out(context: Context) -> None:
    first, again = offered_twice(context)
    assert status_after_sign_in(context, again) is Status.INVITED
    declined = context.store.grant(first.id)
    context.store.save_grant(ended(declined, "no"), declined.version)
    assert status_after_sign_in(context, again) is Status.OFFERED


def test_an_offer_that_has_lapsed_gives_way_to_a_new_one(context: Context) -> None:
    yesterday = context.clock.today() - timedelta(days=1)
    first, again = offered_twice(context, invited_until=yesterday)
    assert status_after_sign_in(context, again) is Status.OFFERED
    assert context.store.grant(first.id).ended_reason == "given anew"
