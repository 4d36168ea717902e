"""What an answer says may be done with a service account is what happens when it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from identity.domain.grants import Grant, Status
from identity.domain.machines import acts_of
from identity.domain.roles import Permission, Role, RoleTable
from servicekit.access.decision import Caller, Reach, Right

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PATH = ("root", "south")
TABLE = RoleTable(
    {"reader": Role("reader", {}, strong=False, deputies=False, use={"unit:read": Reach.BELOW}, pass_on={})},
    {"unit:read": Permission("unit:read", 1, None)},
)
READER = Grant(
    id="g",
    unit_id="south",
    unit_path=PATH,
    role="reader",
    valid_from=TODAY - timedelta(days=10),
    valid_to=TODAY + timedelta(days=100),
    status=Status.ACTIVE,
    account_id="machine",
    accepted_at=NOW,
    given_by="giver",
)
GIVING = Right("access:grant", "root", ("root",), Reach.BELOW, max_age=300)
READING = Right("unit:read", "root", ("root",), Reach.BELOW)
CHIEF = Caller("chief", rights=(GIVING, READING), assurance=2, auth_time=NOW)
ONLY_GIVES = replace(CHIEF, rights=(GIVING,))
LATE = replace(CHIEF, auth_time=NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("closed", "held", "caller", "told"),
    [
        (False, READER, CHIEF, ("", "", "")),
        # It is closed by whoever gives access there; its keys are changed by who may do personally what it may.
        (False, READER, ONLY_GIVES, ("machine-beyond-own-use", "", "")),
        (False, replace(READER, status=Status.REVOKED), ONLY_GIVES, ("", "", "")),
        (False, replace(READER, valid_to=TODAY - timedelta(days=1)), ONLY_GIVES, ("", "", "")),
        (False, replace(READER, role="gone"), CHIEF, ("role-unknown", "", "")),
        (True, READER, CHIEF, ("machine-closed",) * 3),
        (False, READER, replace(CHIEF, rights=(READING,)), ("permission-missing",) * 3),
        (False, READER, Caller("nobody"), ("unknown-here",) * 3),
        # That the eID must see them again cures no other reason.
        (False, READER, LATE, ("sign-in-too-old",) * 3),
        (True, READER, LATE, ("machine-closed",) * 3),
    ],
)
def test_what_may_be_done_with_a_machine(
    closed: bool, held: Grant, caller: Caller, told: tuple[str, str, str]
) -> None:
    acts = acts_of(closed, [held], PATH, caller, TABLE, NOW, TODAY)
    said = {act: refusal.slug() if refusal else "" for act, refusal in acts.items()}
    assert said == dict(zip(("change", "close", "give"), told, strict=True))
