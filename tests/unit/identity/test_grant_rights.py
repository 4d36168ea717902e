"""What grants allow today, to whom it is owed, what comes due, and who has power over which grant."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from identity.domain import grants as rules
from identity.domain.grant_dates import Due, confirmation_due, ending_due, to_recertify
from identity.domain.grant_refusals import (
    BeginsTooLongAgo,
    BeyondOwnPeriod,
    MachineBeyondOwnUse,
    MoreThanHeld,
    NoDeputies,
    OutsideOwnUnits,
    PeriodBackwards,
    PeriodOver,
    PeriodTooLong,
    PersonNeeded,
)
from identity.domain.grant_rights import (
    TOLD_SINCE,
    allowing,
    are_peers,
    holds_last_power,
    leaves_nobody,
    may_change,
    rights,
)
from identity.domain.grants import EARLIEST, MAX_PERIOD, OPERATOR, Grant, Status, WhyNot
from identity.domain.roles import role_table
from servicekit.access.decision import Reach, Right
from servicekit.refusals import Refusal

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DATA = tomllib.loads((Path(rules.__file__).parents[1] / "roles.toml").read_text(encoding="utf-8"))
TABLE = role_table(DATA)
PATHS = {"r": ("r",), "d": ("r", "d"), "u": ("r", "d", "u"), "x": ("r", "x")}
HELD = Grant(
    id="g",
    unit_id="d",
    unit_path=PATHS["d"],
    role="administrator",
    valid_from=TODAY - 10 * DAY,
    valid_to=TODAY + 100 * DAY,
    status=Status.ACTIVE,
    account_id="anna",
    accepted_at=NOW,
)


def at(unit: str, **changes: object) -> Grant:
    return replace(HELD, unit_id=unit, unit_path=PATHS[unit], **changes)  # type: ignore[arg-type]


def test_a_right_says_all_that_its_grant_and_the_role_table_say() -> None:
    above = {"h": at("r", id="h", account_id="chief"), "i": at("r", id="i", account_id=None)}
    grant = at("d", chain=("i", "h"), given_by="boris", owed_to=("dora", "anna"))
    found = rights([grant], above, TABLE, TODAY)
    role = TABLE.roles["administrator"]
    # What is about the whole house comes with a role over the topmost unit alone; "d" is below it.
    here = {name: reach for name, reach in role.use.items() if not TABLE.permissions[name].topmost}
    assert {one.permission: one.reach for one in found} == here
    for one in found:
        needs = TABLE.permissions[one.permission]
        assert one == Right(
            *(one.permission, "d", PATHS["d"], one.reach, "g", needs.assurance, needs.max_age),
            # Nobody owes anything to themselves, and the operator is nobody whom one could owe it to.
            owed_to=("boris", "chief", "dora"),
            since=int(NOW.timestamp()),
        )


@pytest.mark.parametrize(
    ("changes", "above", "owed_to"),
    [
        ({}, {}, ()),
        ({"given_by": OPERATOR}, {}, ()),
        ({"given_by": "anna"}, {}, ()),
        ({"given_by": "boris", "owed_to": ("boris", "alma")}, {}, ("alma", "boris")),
        ({"chain": ("h",)}, {"h": at("r", id="h", account_id="chief")}, ("chief",)),
    ],
)
def test_to_whom_a_right_is_owed(
    changes: dict[str, object], above: dict[str, Grant], owed_to: tuple[str, ...]
) -> None:
    assert {one.owed_to for one in rights([at("d", **changes)], above, TABLE, TODAY)} == {owed_to}


@pytest.mark.parametrize(
    ("accepted", "told"), [(TOLD_SINCE, True), (TOLD_SINCE + DAY, False), (0 * DAY, True), (None, False)]
)
def test_a_token_says_since_when_only_of_what_was_accepted_lately(
    accepted: timedelta | None, told: bool
) -> None:
    then = NOW - accepted if accepted is not None else None
    since = {one.since for one in rights([replace(HELD, accepted_at=then)], {}, TABLE, TODAY)}
    assert since == {int(then.timestamp()) if then and told else 0}


def test_a_role_that_is_no_more_gives_nothing_and_stops_no_other() -> None:
    grants = [at("u", role="treasurer"), at("u", status=Status.SUSPENDED), at("d", role="reader")]
    assert {one.unit_id for one in rights(grants, {}, TABLE, TODAY)} == {"d"}


def test_whose_grants_allow_something_is_said_of_each_grant_alone_and_of_nobody_who_has_not_come() -> None:
    mine, reader = at("d"), at("r", id="h", role="reader", account_id="boris")
    nobodys, weak = at("d", id="i", account_id=None), at("x", id="j")
    held = [mine, reader, nobodys, weak]
    # To give access asks for a high level and a fresh sign-in: neither is what is missing here.
    assert allowing(held, {}, TABLE, "access:grant", PATHS["u"], TODAY, NOW) == [mine]
    assert allowing(held, {}, TABLE, "congress:read", PATHS["d"], TODAY, NOW) == [mine, reader]


@pytest.mark.parametrize(("higher", "alone"), [(Status.ACTIVE, False), (Status.SUSPENDED, True)])
def test_another_ones_power_counts_while_what_it_hangs_on_is_good(higher: Status, alone: bool) -> None:
    other = at("d", id="o", account_id="boris", chain=("t",), valid_to=HELD.valid_to + DAY)
    above = {"t": at("r", id="t", status=higher, valid_to=HELD.valid_to + DAY)}
    # Whatever stands before it in the list, and whatever role of theirs is no more.
    in_unit = [at("d", id="p", role="treasurer"), HELD, other]
    assert holds_last_power(HELD, in_unit, above, TABLE, TODAY) is alone
    assert leaves_nobody(HELD, in_unit, above, TABLE) is alone


@pytest.mark.parametrize(
    ("unit", "grant_id", "peers"),
    [("d", "mine", True), ("d", "g", False), ("r", "mine", False), ("u", "mine", False)],
)
def test_who_are_peers(unit: str, grant_id: str, peers: bool) -> None:
    assert are_peers(Right("access:grant", unit, PATHS[unit], Reach.BELOW, grant_id), HELD) is peers


@pytest.mark.parametrize(
    ("unit", "grant", "may"),
    [
        ("r", at("u"), True),
        ("d", at("u"), True),  # the next one above
        ("u", at("u"), False),
        ("u", at("u", chain=("mine",)), True),
        ("x", at("u", chain=("mine",)), False),
    ],
)
def test_who_stands_over_a_grant_however_far_above(unit: str, grant: Grant, may: bool) -> None:
    assert may_change(Right("access:grant", unit, PATHS[unit], Reach.BELOW, "mine"), grant) is may


def test_what_comes_due_is_said_of_the_grant_itself_and_until_its_last_day() -> None:
    ending = replace(HELD, valid_to=TODAY + 7 * DAY)
    assert ending_due(ending, TODAY) == Due(ending, f"ending g {ending.valid_to} 7")
    soon, late = replace(HELD, recertify_by=TODAY + 14 * DAY), replace(HELD, recertify_by=TODAY - DAY)
    assert confirmation_due(soon, TODAY) == Due(soon, f"to confirm g {soon.recertify_by} 14")
    assert confirmation_due(late, TODAY) == Due(late, f"unconfirmed g {late.recertify_by}", over=True)
    last_day = replace(soon, valid_to=TODAY)
    assert to_recertify(last_day, TODAY)
    assert not to_recertify(last_day, TODAY + DAY)
    for gone in (replace(ending, unit_ended=TODAY), replace(ending, status=Status.SUSPENDED)):
        assert ending_due(gone, TODAY) is None
    assert not to_recertify(replace(soon, unit_ended=TODAY), TODAY)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "refusal", "field"),
    [
        (TODAY - EARLIEST, TODAY, None, None),
        (TODAY - EARLIEST - DAY, TODAY, BeginsTooLongAgo, "valid_from"),
        (TODAY, TODAY + MAX_PERIOD, None, None),
        (TODAY, TODAY + MAX_PERIOD + DAY, PeriodTooLong, "valid_to"),
        (TODAY - 2 * DAY, TODAY - DAY, PeriodOver, "valid_to"),
        (TODAY + DAY, TODAY, PeriodBackwards, "valid_to"),
    ],
)
def test_a_period_and_the_field_that_is_wrong(
    valid_from: date, valid_to: date, refusal: type[Refusal] | None, field: str | None
) -> None:
    if refusal is None:
        rules.check_period(valid_from, valid_to, TODAY)
        return
    with pytest.raises(refusal) as caught:
        rules.check_period(valid_from, valid_to, TODAY)
    assert caught.value.field == field


NARROW = {
    "key": "narrow", "names": {"en": "n"}, "strong": False, "deputies": False,
    "use": {"access:grant": "below", "unit:read": "below"}, "pass_on": {},
}  # fmt: skip
UNDER = {**NARROW, "key": "under", "deputies": True, "use": {"access:grant": "under", "unit:read": "below"}}
OWN = {**UNDER, "key": "own", "use": {"access:grant": "own", "unit:read": "own"}}
MORE = role_table({"permissions": DATA["permissions"], "roles": [*DATA["roles"], NARROW, UNDER, OWN]})
END = TODAY + 30 * DAY
SHORT = at("d", valid_to=TODAY)
LACKS = "congress:read, members:count"


@pytest.mark.parametrize(
    ("givers", "role", "unit", "refusal", "field", "params"),
    [
        ([], "clerk", "u", OutsideOwnUnits, "unit_id", {}),
        ([at("d", role="narrow")], "narrow", "d", NoDeputies, "role", {}),
        ([at("d", role="narrow")], "reader", "u", MoreThanHeld, "role", {"permissions": LACKS}),
        ([at("d", valid_to=END - DAY)], "clerk", "u", BeyondOwnPeriod, "valid_to", {"end": str(END - DAY)}),
        # Whoever gives only below gives nothing in their own unit, and whoever gives only there nothing below.
        ([at("d", role="under")], "under", "d", OutsideOwnUnits, "unit_id", {}),
        ([at("d", role="own")], "own", "u", OutsideOwnUnits, "unit_id", {}),
        # Of two that say the same the higher one's word is told.
        ([SHORT, at("r", valid_to=TODAY + DAY)], "clerk", "u", BeyondOwnPeriod, "valid_to", {"end": str(TODAY + DAY)}),
        # Of several grants the one that is nearest to a yes says what is missing.
        ([at("r", role="narrow"), SHORT], "clerk", "u", BeyondOwnPeriod, "valid_to", {"end": str(TODAY)}),
        ([SHORT, at("r", role="narrow")], "clerk", "u", BeyondOwnPeriod, "valid_to", {"end": str(TODAY)}),
    ],
)  # fmt: skip
def test_why_nothing_of_ones_own_carries_a_new_grant(
    givers: list[Grant],
    role: str,
    unit: str,
    refusal: type[Refusal],
    field: str,
    params: dict[str, str],
) -> None:
    with pytest.raises(refusal) as caught:
        rules.hang_on(givers, MORE, MORE.roles[role], PATHS[unit], END)
    assert (caught.value.field, caught.value.params) == (field, params)


@pytest.mark.parametrize(
    ("givers", "role", "unit", "chosen"),
    [
        # The highest that can: what hangs on it lasts longest.
        ([at("d", id="low"), at("r", id="high")], "clerk", "u", "high"),
        ([at("r", id="reads", role="reader"), at("x", id="beside"), at("d", id="low")], "clerk", "u", "low"),
        ([at("r", id="short", valid_to=TODAY), at("d", id="low")], "clerk", "u", "low"),
        ([at("r", id="less", role="narrow"), at("d", id="low")], "clerk", "u", "low"),
        ([at("d", id="no", role="narrow"), at("d", id="low")], "clerk", "d", "low"),
        ([at("d", id="below", role="under"), at("d", id="low")], "clerk", "d", "low"),
        ([at("d", id="under", role="under")], "under", "u", "under"),
        ([at("d", id="own", role="own")], "own", "d", "own"),
    ],
)
def test_on_which_of_ones_grants_a_new_one_hangs(
    givers: list[Grant], role: str, unit: str, chosen: str
) -> None:
    assert rules.hang_on(givers, MORE, MORE.roles[role], PATHS[unit], END).id == chosen


def test_what_a_machine_may_not_hold_is_named() -> None:
    with pytest.raises(PersonNeeded) as person:
        rules.machine_may_hold([], TABLE.roles["approver"], TABLE, PATHS["u"])
    assert person.value.field == "role"
    with pytest.raises(MachineBeyondOwnUse) as beyond:
        rules.machine_may_hold([], TABLE.roles["reader"], TABLE, PATHS["u"])
    named = ", ".join(sorted(TABLE.roles["reader"].use))
    assert (beyond.value.field, beyond.value.params) == ("role", {"permissions": named})


@pytest.mark.parametrize(
    ("right_unit", "reach", "unit", "may"),
    [
        ("d", "below", "d", True),
        ("d", "own", "d", False),  # the role reaches below as well
        ("r", "under", "d", True),  # from above, whatever reach
        ("r", "own", "d", False),
        ("d", "under", "u", True),
    ],
)
def test_a_machines_reach_is_no_wider_than_its_givers(
    right_unit: str, reach: str, unit: str, may: bool
) -> None:
    role = TABLE.roles["reader"]
    held = [Right(key, right_unit, PATHS[right_unit], Reach(reach), "g") for key in role.use]
    if may:
        rules.machine_may_hold(held, role, TABLE, PATHS[unit])
    else:
        with pytest.raises(MachineBeyondOwnUse):
            rules.machine_may_hold(held, role, TABLE, PATHS[unit])


@pytest.mark.parametrize(
    ("higher", "why"),
    [
        ({"status": Status.REVOKED, "handed_to": "successor"}, WhyNot.GIVER_LEFT),
        ({"status": Status.SUSPENDED, "handed_to": "successor"}, WhyNot.GIVER_SUSPENDED),
        ({"recertify_by": TODAY - DAY}, WhyNot.GIVER_UNCONFIRMED),
        ({"recertify_by": TODAY}, None),
        ({"unit_ended": TODAY}, WhyNot.GIVER_UNIT_ENDED),
        ({"status": Status.OFFERED}, WhyNot.CHAIN),
        ({"valid_from": TODAY + DAY}, WhyNot.CHAIN),
    ],
)
def test_why_what_hangs_on_another_gives_nothing(higher: dict[str, object], why: WhyNot | None) -> None:
    grant, top = at("u", chain=("t", "h")), at("r", id="t")
    above = {"t": top, "h": at("d", id="h", **higher)}
    assert rules.why_not(grant, above, TODAY) is why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": Status.PROPOSED}, WhyNot.LAPSED),
        ({"status": Status.PROPOSED, "confirm_until": NOW}, WhyNot.PROPOSED),
        ({"status": Status.PROPOSED, "confirm_until": NOW - DAY}, WhyNot.LAPSED),
        ({"unit_ended": TODAY, "status": Status.SUSPENDED}, WhyNot.UNIT_ENDED),
    ],
)
def test_why_a_grant_gives_nothing_itself(changes: dict[str, object], why: WhyNot) -> None:
    assert rules.why_not(at("d", **changes), {}, TODAY) is why


@pytest.mark.parametrize(
    ("one", "other", "as_high", "higher"),
    [
        ((), ("r",), True, True),  # the operator stands above all
        ((), (), True, False),
        (("r",), (), False, False),
        (("r",), ("r",), True, False),
        (("r",), ("r", "d"), True, True),
        (("r", "d"), ("r",), False, False),
        (("r", "x"), ("r", "d"), False, False),
    ],
)
def test_who_stands_as_high_and_who_higher(
    one: rules.Place, other: rules.Place, as_high: bool, higher: bool
) -> None:
    assert (rules.as_high(one, other), rules.higher(one, other)) == (as_high, higher)


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"accepted_at": None}, True),
        ({"accepted_at": None, "national_index": "n"}, False),
        ({"accepted_at": None, "code_index": "c"}, False),
        ({"national_index": "n"}, True),
    ],
)
def test_whom_a_giver_may_know(changes: dict[str, object], known: bool) -> None:
    grant = at("d", **changes)
    assert grant.known_to_giver is known
    assert (grant.parent_id, replace(grant, chain=("t", "h")).parent_id) == (None, "h")
    assert grant.number.index == (changes.get("national_index") or "")
