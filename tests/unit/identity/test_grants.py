"""The rules of grants: by tables, and by properties over random chains."""

import random
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain import grant_acts, grant_dates, grant_refusals, grant_rights
from identity.domain import grants as rules
from identity.domain.grant_refusals import (
    BeyondOwnPeriod,
    GrantOver,
    LastPower,
    MachineBeyondOwnUse,
    MoreThanHeld,
    NoDeputies,
    NotOwnGrant,
    NotProposed,
    NotSuspended,
    OutsideOwnUnits,
    OwnGrant,
    PeriodBackwards,
    PeriodOver,
    PeriodTooLong,
    PersonNeeded,
    ProposalLapsed,
    ReasonNeeded,
)
from identity.domain.grants import Grant, Status, WhyNot
from identity.domain.losses import lost
from identity.domain.roles import RoleTableFaulty, exceeds, role_table
from servicekit.access.decision import Caller, Reach, Right, Why, covers, decide
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Refusal

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DATA = tomllib.loads((Path(rules.__file__).parents[1] / "roles.toml").read_text(encoding="utf-8"))
TABLE = role_table(DATA)
NEXT_DAY, LATER = TODAY + timedelta(days=101), TODAY + timedelta(days=102)  # after the sample grant's end
PATHS = {"r": ("r",), "d": ("r", "d"), "u": ("r", "d", "u"), "x": ("r", "x")}


def a_grant(**changes: object) -> Grant:
    unit = str(changes.pop("unit", "d"))
    grant = Grant(
        id="g",
        unit_id=unit,
        unit_path=PATHS[unit],
        role="administrator",
        valid_from=TODAY - timedelta(days=10),
        valid_to=TODAY + timedelta(days=100),
        status=Status.ACTIVE,
        account_id="anna",
        accepted_at=NOW,
    )
    return replace(grant, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"valid_to": TODAY}, None),
        ({"valid_to": TODAY - timedelta(days=1)}, WhyNot.ENDED),
        ({"valid_from": TODAY}, None),
        ({"valid_from": TODAY + timedelta(days=1)}, WhyNot.NOT_YET),
        ({"status": Status.INVITED}, WhyNot.INVITED),
        ({"status": Status.OFFERED}, WhyNot.OFFERED),
        ({"status": Status.SUSPENDED}, WhyNot.SUSPENDED),
        ({"status": Status.REVOKED}, WhyNot.REVOKED),
        ({"status": Status.REVOKED, "valid_to": TODAY - timedelta(days=1)}, WhyNot.REVOKED),
    ],
)
def test_a_grant_is_good_or_says_why_not(changes: dict[str, object], why: WhyNot | None) -> None:
    assert rules.why_not(a_grant(**changes), {}, TODAY) == why


@pytest.mark.parametrize(
    ("higher", "why"),
    [
        (a_grant(id="h"), None),
        (a_grant(id="h", status=Status.SUSPENDED), WhyNot.GIVER_SUSPENDED),
        (a_grant(id="h", status=Status.REVOKED), WhyNot.GIVER_REVOKED),
        (a_grant(id="h", valid_to=TODAY - timedelta(days=1)), WhyNot.GIVER_ENDED),
        (None, WhyNot.CHAIN),
    ],
)
def test_a_grant_is_good_only_while_its_chain_is(higher: Grant | None, why: WhyNot | None) -> None:
    grant = a_grant(unit="u", chain=("h",))
    assert rules.why_not(grant, {"h": higher} if higher else {}, TODAY) == why


def test_what_was_given_ends_when_the_unit_moves_away_from_under_the_giver() -> None:
    giver = a_grant(id="h")
    stays = a_grant(unit="u", chain=("h",))
    moved = replace(stays, unit_path=("r", "x", "u"))
    assert rules.why_not(stays, {"h": giver}, TODAY) is None
    assert rules.why_not(moved, {"h": giver}, TODAY) is WhyNot.UNIT_MOVED
    assert grant_rights.rights([moved], {"h": giver}, TABLE, TODAY) == ()


def test_what_is_about_the_whole_house_is_given_by_a_role_over_the_topmost_unit_alone() -> None:
    top, below = a_grant(unit_id="r", unit_path=("r",)), a_grant(unit="d")
    held = [
        {right.permission for right in grant_rights.rights([one], {}, TABLE, TODAY)} for one in (top, below)
    ]
    assert held[0] - held[1] == {"jobs:manage"}
    # It keeps nobody from being given the role further down.
    administrator = TABLE.roles["administrator"]
    assert exceeds(administrator, administrator, same_unit=False) == set()


@pytest.mark.parametrize(
    ("giver", "role", "unit", "refusal"),
    [
        (a_grant(), "clerk", "u", None),
        (a_grant(), "administrator", "u", None),
        (a_grant(), "approver", "u", None),
        (a_grant(), "clerk", "d", None),  # a deputy in the giver's own unit
        (a_grant(), "clerk", "x", OutsideOwnUnits),
        (a_grant(), "clerk", "r", OutsideOwnUnits),
        (a_grant(role="clerk"), "clerk", "u", OutsideOwnUnits),
        (a_grant(role="reader"), "reader", "u", OutsideOwnUnits),
        (a_grant(role="auditor"), "reader", "u", OutsideOwnUnits),
        (a_grant(valid_to=TODAY + timedelta(days=29)), "clerk", "u", BeyondOwnPeriod),
        (a_grant(valid_to=TODAY + timedelta(days=30)), "clerk", "u", None),
    ],
)
def test_nobody_gives_outside_or_beyond_what_they_hold(
    giver: Grant, role: str, unit: str, refusal: type[Refusal] | None
) -> None:
    until = TODAY + timedelta(days=30)
    if refusal is None:
        assert rules.hang_on([giver], TABLE, TABLE.roles[role], PATHS[unit], until) is giver
    else:
        with pytest.raises(refusal):
            rules.hang_on([giver], TABLE, TABLE.roles[role], PATHS[unit], until)


def test_a_role_that_holds_less_cannot_give_more() -> None:
    narrow = {
        "key": "narrow", "names": {"en": "n"}, "strong": False, "deputies": False,
        "use": {"access:grant": "below", "unit:read": "below"}, "pass_on": {},
    }  # fmt: skip
    table = role_table({"permissions": DATA["permissions"], "roles": [*DATA["roles"], narrow]})
    giver = a_grant(role="narrow")
    with pytest.raises(MoreThanHeld):
        rules.hang_on([giver], table, table.roles["clerk"], PATHS["u"], TODAY)
    with pytest.raises(NoDeputies):
        rules.hang_on([giver], table, table.roles["narrow"], PATHS["d"], TODAY)
    assert rules.hang_on([giver], table, table.roles["narrow"], PATHS["u"], TODAY) is giver


def test_reach_is_compared_at_the_same_unit_and_need_only_go_down_below_it() -> None:
    clerk, approver, admin = (TABLE.roles[key] for key in ("clerk", "approver", "administrator"))
    assert exceeds(clerk, admin, same_unit=True) == set()
    assert exceeds(approver, admin, same_unit=False) == set()
    assert exceeds(admin, clerk, same_unit=True) >= {"access:grant", "plan:manage"}
    assert exceeds(clerk, clerk, same_unit=False) >= {"congress:report", "members:read"}


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "refusal"),
    [
        (TODAY, TODAY, None),
        (TODAY, TODAY - timedelta(days=1), PeriodBackwards),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), PeriodOver),
        (TODAY, TODAY + timedelta(days=3653), None),
        (TODAY, TODAY + timedelta(days=3654), PeriodTooLong),
    ],
)
def test_periods(valid_from: date, valid_to: date, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        rules.check_period(valid_from, valid_to, TODAY)
    else:
        with pytest.raises(refusal):
            rules.check_period(valid_from, valid_to, TODAY)


def test_a_grant_is_suspended_resumed_and_revoked_with_a_reason() -> None:
    grant = a_grant()
    suspended = grant_acts.suspend(grant, ("boris",), "on leave", TODAY)
    assert suspended.status is Status.SUSPENDED
    assert grant_acts.resume(suspended, ("boris",), "back", TODAY).status is Status.ACTIVE
    assert (
        grant_acts.resume(replace(suspended, account_id=None), ("boris",), "x", TODAY).status
        is Status.INVITED
    )
    assert grant_acts.revoke(suspended, ("boris",), "left", TODAY).status is Status.REVOKED


@pytest.mark.parametrize("act", [grant_acts.suspend, grant_acts.resume, grant_acts.revoke])
def test_what_cannot_be_done_to_a_grant(act: object) -> None:
    assert callable(act)
    with pytest.raises(OwnGrant):
        act(a_grant(), "anna", "because", TODAY)
    with pytest.raises(ReasonNeeded):
        act(a_grant(), "boris", " ", TODAY)
    with pytest.raises(GrantOver):
        act(a_grant(status=Status.REVOKED), "boris", "because", TODAY)
    with pytest.raises(GrantOver):
        act(a_grant(valid_to=TODAY - timedelta(days=1)), "boris", "because", TODAY)


def test_only_a_suspended_grant_is_resumed_and_only_an_invited_one_bound() -> None:
    with pytest.raises(NotSuspended):
        grant_acts.resume(a_grant(), ("boris",), "because", TODAY)
    with pytest.raises(GrantOver):
        grant_acts.bind(a_grant(), "clara", TODAY)
    bound = grant_acts.bind(a_grant(status=Status.INVITED, account_id=None, accepted_at=None), "clara", TODAY)
    assert (bound.status, bound.account_id) == (Status.OFFERED, "clara")


@pytest.mark.parametrize(
    ("right_unit", "grant", "may"),
    [
        ("r", a_grant(), True),
        ("d", a_grant(chain=("mine",)), True),
        ("d", a_grant(chain=("other",)), False),  # peers cannot remove peers
        ("u", a_grant(), False),
        ("x", a_grant(), False),
    ],
)
def test_who_stands_over_a_grant(right_unit: str, grant: Grant, may: bool) -> None:
    right = Right("access:grant", right_unit, PATHS[right_unit], Reach.BELOW, "mine")
    assert grant_rights.may_change(right, grant) is may


def test_a_preview_counts_what_is_good_today_and_what_is_awaited() -> None:
    top = a_grant(id="top")
    hanging = [
        a_grant(id="a", unit="u", chain=("top",)),
        a_grant(id="b", unit="u", chain=("top",), status=Status.INVITED, account_id=None),
        a_grant(id="c", unit="u", chain=("top",), status=Status.REVOKED),
        a_grant(id="e", unit="u", chain=("top", "c")),
    ]
    above = {one.id: one for one in (top, *hanging)}
    gone = {"top": grant_acts.ended(top, "")}
    assert [one.grant.id for one in lost((top, *hanging), above, gone, TODAY)] == ["top", "a", "b"]


def test_a_role_table_that_names_what_it_does_not_define_is_refused() -> None:
    role = {**DATA["roles"][0], "use": {"nothing:known": "own"}}
    with pytest.raises(RoleTableFaulty):
        role_table({"permissions": DATA["permissions"], "roles": [role]})
    with pytest.raises(RoleTableFaulty):
        role_table({"permissions": DATA["permissions"], "roles": [DATA["roles"][0], DATA["roles"][0]]})


def test_a_strong_role_waits_for_a_second_person_who_is_another_one() -> None:
    assert rules.first_status(known=True, proposed=True) is Status.PROPOSED
    assert rules.first_status(known=True, proposed=False) is Status.OFFERED
    assert rules.first_status(known=False, proposed=False) is Status.INVITED
    until = NOW + rules.PROPOSAL_LIFE
    proposed = a_grant(status=Status.PROPOSED, given_by="boris", confirm_until=until, accepted_at=None)
    assert rules.why_not(proposed, {}, TODAY) is WhyNot.PROPOSED
    assert rules.why_not(proposed, {}, TODAY + timedelta(days=4)) is WhyNot.LAPSED
    assert grant_acts.confirm(proposed, ("clara",), NOW).status is Status.OFFERED
    assert grant_acts.confirm(replace(proposed, account_id=None), ("clara",), NOW).status is Status.INVITED
    # Who asked, and who would get it, also when they act with another account of theirs.
    for by in (("boris",), ("anna",), ("other", "boris"), ("other", "anna")):
        with pytest.raises(SecondPersonNeeded):
            grant_acts.confirm(proposed, by, NOW)
    with pytest.raises(ProposalLapsed):
        grant_acts.confirm(proposed, ("clara",), until + timedelta(seconds=1))
    with pytest.raises(NotProposed):
        grant_acts.confirm(a_grant(), ("clara",), NOW)
    assert grant_acts.decline(proposed, "no need").status is Status.REVOKED
    with pytest.raises(ReasonNeeded):
        grant_acts.decline(proposed, " ")
    with pytest.raises(NotProposed):
        grant_acts.decline(a_grant(), "no need")


def test_an_invitation_that_nobody_takes_up_lapses_and_can_be_renewed() -> None:
    until = rules.invited_until(TODAY + timedelta(days=100), TODAY)
    assert until == TODAY + rules.INVITATION_LIFE
    assert rules.invited_until(TODAY + timedelta(days=5), TODAY) == TODAY + timedelta(days=5)
    invited = a_grant(status=Status.INVITED, account_id=None, invited_until=until)
    assert grant_acts.bind(invited, "dora", until).account_id == "dora"
    late = until + timedelta(days=1)
    with pytest.raises(GrantOver):
        grant_acts.bind(invited, "dora", late)
    renewed = grant_acts.recertify(invited, ("boris",), late)
    assert grant_acts.bind(renewed, "dora", late).account_id == "dora"


def test_nobody_confirms_what_is_meant_for_them_and_who_confirmed_cannot_take_it() -> None:
    until = NOW + rules.PROPOSAL_LIFE
    invited = a_grant(
        status=Status.PROPOSED, account_id=None, national_index="n", given_by="boris", confirm_until=until
    )
    with pytest.raises(SecondPersonNeeded):
        grant_acts.confirm(invited, ("clara",), NOW, "n")
    confirmed = grant_acts.confirm(invited, ("clara",), NOW, "another")
    assert confirmed.confirmed_by == "clara"
    for account, others in (("boris", ()), ("clara", ()), ("other", ("clara",)), ("other", ("x", "boris"))):
        with pytest.raises(grant_refusals.GivingToOneself):
            grant_acts.bind(confirmed, account, TODAY, others)
    assert grant_acts.bind(confirmed, "dora", TODAY, ("x",)).account_id == "dora"


def test_what_waits_for_a_second_person_is_not_put_in_force_by_a_detour() -> None:
    proposed = a_grant(status=Status.PROPOSED, given_by="boris", confirm_until=NOW + rules.PROPOSAL_LIFE)
    for change in (grant_acts.suspend, grant_acts.resume):
        with pytest.raises(grant_refusals.StillProposed):
            change(proposed, ("boris",), "x", TODAY)
        # As it would stand in a database that let it be suspended once.
        with pytest.raises(grant_refusals.StillProposed):
            change(replace(proposed, status=Status.SUSPENDED), ("boris",), "x", TODAY)


def test_what_was_suspended_from_above_is_not_resumed_from_below() -> None:
    division, union = PATHS["d"], PATHS["u"]
    by_division = grant_acts.suspend(a_grant(), ("boris",), "inquiry", TODAY, division)
    for standing, may in ((PATHS["r"], True), (division, True), (union, False), (PATHS["x"], False)):
        if may:
            assert grant_acts.resume(by_division, ("clara",), "over", TODAY, standing).suspended_from is None
        else:
            with pytest.raises(grant_refusals.SuspendedAbove):
                grant_acts.resume(by_division, ("clara",), "over", TODAY, standing)
    # Suspended once more from further up, the higher word counts; from further down it changes nothing.
    assert grant_acts.suspend(by_division, ("hq",), "inquiry", TODAY, PATHS["r"]).suspended_from == PATHS["r"]
    assert grant_acts.suspend(by_division, ("dora",), "inquiry", TODAY, union).suspended_from == division


def test_two_peers_together_end_a_grant_and_one_alone_does_not() -> None:
    asked = grant_acts.propose_removal(a_grant(), ("boris",), "B.", "left the country", NOW)
    assert asked.status is Status.ACTIVE
    assert rules.why_not(asked, {}, TODAY) is None
    ended = grant_acts.confirm_removal(asked, ("clara",), NOW)
    assert (ended.status, ended.ended_reason) == (Status.REVOKED, "left the country")
    for by in (("boris",), ("other", "boris")):
        with pytest.raises(SecondPersonNeeded):
            grant_acts.confirm_removal(asked, by, NOW)
    with pytest.raises(OwnGrant):
        grant_acts.confirm_removal(asked, ("anna",), NOW)
    with pytest.raises(ProposalLapsed):
        grant_acts.confirm_removal(asked, ("clara",), NOW + rules.PROPOSAL_LIFE + timedelta(seconds=1))
    with pytest.raises(NotProposed):
        grant_acts.confirm_removal(a_grant(), ("clara",), NOW)
    with pytest.raises(OwnGrant):
        grant_acts.propose_removal(a_grant(), ("anna",), "A.", "because", NOW)


@pytest.mark.parametrize(
    ("days", "mark"),
    [(-1, None), (0, 7), (7, 7), (8, 30), (30, 30), (31, None)],
)
def test_an_end_that_comes_is_told_twice(days: int, mark: int | None) -> None:
    end = TODAY + timedelta(days=days)
    due = grant_dates.ending_due(a_grant(valid_to=end), TODAY)
    assert (due.mark if due else None) == (f"ending g {end} {mark}" if mark else None)
    assert grant_dates.ending_due(a_grant(valid_to=end, status=Status.REVOKED), TODAY) is None


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (61, None),
        (60, ("to confirm g {day} 60", False)),
        (15, ("to confirm g {day} 60", False)),
        (14, ("to confirm g {day} 14", False)),
        (0, ("to confirm g {day} 14", False)),
        (-1, ("unconfirmed g {day}", True)),
    ],
)
def test_a_confirmation_is_asked_for_twice_and_its_lack_told_once(
    days: int, told: tuple[str, bool] | None
) -> None:
    day = TODAY + timedelta(days=days)
    due = grant_dates.confirmation_due(a_grant(recertify_by=day), TODAY)
    assert (due and (due.mark, due.over)) == (told and (told[0].format(day=day), told[1]))


def test_one_gives_up_ones_own_access_unless_the_unit_would_have_nobody() -> None:
    mine = a_grant()
    given_up = grant_acts.resign(mine, ("other", "anna"), "moving away", TODAY, last_power=False)
    assert (given_up.status, given_up.ended_reason) == (Status.REVOKED, "moving away")
    for refused, by, reason, last in (
        (NotOwnGrant, ("boris",), "because", False),
        (ReasonNeeded, ("anna",), " ", False),
        (LastPower, ("anna",), "because", True),
    ):
        with pytest.raises(refused):
            grant_acts.resign(mine, by, reason, TODAY, last_power=last)
    with pytest.raises(GrantOver):
        grant_acts.resign(given_up, ("anna",), "again", TODAY, last_power=False)


@pytest.mark.parametrize(
    ("other", "last"),
    [
        (None, True),
        (a_grant(id="h", account_id="boris"), False),
        (a_grant(id="h", account_id="boris", role="clerk"), True),
        (a_grant(id="h", account_id="boris", status=Status.SUSPENDED), True),
        (a_grant(id="h", account_id="boris", status=Status.INVITED), True),
        (a_grant(id="h", account_id="boris", chain=("g",)), True),  # it ends with mine
        (a_grant(id="h", account_id="anna"), True),  # a second post is no second person
    ],
)
def test_who_holds_the_last_power_over_a_unit(other: Grant | None, last: bool) -> None:
    mine = a_grant()
    in_unit = [mine, *([other] if other else [])]
    assert grant_rights.holds_last_power(mine, in_unit, {"g": mine}, TABLE, TODAY) is last
    clerk = a_grant(id="c", role="clerk")
    assert not grant_rights.holds_last_power(clerk, in_unit, {"g": mine}, TABLE, TODAY)


@pytest.mark.parametrize(
    ("other", "nobody"),
    [
        (None, True),
        (a_grant(id="h", account_id="boris", valid_to=LATER), False),
        (a_grant(id="h", account_id="anna", valid_to=LATER), False),  # the same person goes on
        (
            a_grant(id="h", account_id="boris", valid_to=LATER, valid_from=NEXT_DAY),
            False,
        ),  # a successor, in time
        (a_grant(id="h", account_id="boris", valid_to=LATER, valid_from=LATER), True),  # a day too late
        (a_grant(id="h", account_id="boris", valid_to=LATER, recertify_by=TODAY), False),
        (a_grant(id="h", account_id="boris"), True),  # ends on the same day
        (a_grant(id="h", account_id="boris", valid_to=LATER, role="clerk"), True),
        (a_grant(id="h", account_id="boris", valid_to=LATER, status=Status.INVITED), True),
        (
            a_grant(id="h", account_id="boris", valid_to=LATER, chain=("g",)),
            True,
        ),  # it hangs on the one that ends
    ],
)
def test_whether_a_grants_end_leaves_a_unit_alone(other: Grant | None, nobody: bool) -> None:
    mine = a_grant()
    in_unit = [mine, *([other] if other else [])]
    assert grant_rights.leaves_nobody(mine, in_unit, {"g": mine}, TABLE) is nobody
    assert not grant_rights.leaves_nobody(a_grant(id="c", role="clerk"), in_unit, {"g": mine}, TABLE)


def test_a_grant_that_nobody_confirms_gives_nothing_after_its_day() -> None:
    grant = a_grant(recertify_by=TODAY)
    assert rules.why_not(grant, {}, TODAY) is None
    assert rules.why_not(grant, {}, TODAY + timedelta(days=1)) is WhyNot.UNCONFIRMED
    late = TODAY + timedelta(days=2)
    again = grant_acts.recertify(grant, ("boris",), late)
    assert rules.why_not(again, {}, late) is None
    assert again.recertify_by == late + timedelta(days=365)
    with pytest.raises(OwnGrant):
        grant_acts.recertify(grant, ("anna",), TODAY)
    assert grant_acts.recertify(
        grant, ("boris",), TODAY, timedelta(days=30)
    ).recertify_by == TODAY + timedelta(days=30)
    assert grant_dates.to_recertify(a_grant(recertify_by=TODAY + timedelta(days=60)), TODAY)
    assert not grant_dates.to_recertify(a_grant(recertify_by=TODAY + timedelta(days=61)), TODAY)
    assert not grant_dates.to_recertify(a_grant(recertify_by=TODAY, status=Status.REVOKED), TODAY)


@pytest.mark.parametrize(
    ("changes", "congress", "end"),
    [
        ({"mandate": "c1"}, "c2", TODAY + timedelta(days=30)),
        ({"mandate": "c1", "handover_days": 0}, "c2", TODAY),
        ({"mandate": "c1"}, "c1", None),  # the very congress that gave the office
        ({}, "c2", None),
        ({"mandate": "c1", "valid_to": TODAY + timedelta(days=5)}, "c2", None),  # it ends sooner anyway
        ({"mandate": "c1", "status": Status.REVOKED}, "c2", None),
    ],
)
def test_an_office_ends_with_the_next_congress_after_its_handover(
    changes: dict[str, object], congress: str, end: date | None
) -> None:
    ended = grant_acts.end_mandate(a_grant(**changes), congress, TODAY)
    assert (ended.valid_to if ended else None) == end


# ---------------------------------------------------------------- properties

UNITS: dict[str, tuple[str, ...]] = {"r": ("r",)}
for a in range(3):
    UNITS[f"r{a}"] = ("r", f"r{a}")
    for b in range(3):
        UNITS[f"r{a}{b}"] = ("r", f"r{a}", f"r{a}{b}")
        for c in range(2):
            UNITS[f"r{a}{b}{c}"] = ("r", f"r{a}", f"r{a}{b}", f"r{a}{b}{c}")

acts = st.lists(
    st.tuples(
        st.integers(0, 30),  # who gives: one of the grants that there are
        st.sampled_from(sorted(UNITS)),
        st.sampled_from(sorted(TABLE.roles)),
        st.integers(-5, 400),  # until, in days from today
        st.sampled_from(["give", "give", "give", "suspend", "revoke"]),
    ),
    max_size=25,
)


@given(acts)
def test_no_chain_of_grants_ever_exceeds_its_root(steps: list[tuple[int, str, str, int, str]]) -> None:
    root = a_grant(
        id="g0", unit_id="r0", unit_path=UNITS["r0"], account_id="p0", valid_to=TODAY + timedelta(200)
    )
    grants = [root]
    for place, unit, role, days, act in steps:
        chosen = grants[place % len(grants)]
        above = {one.id: one for one in grants}
        try:
            if act == "give":
                mine = [g for g in grants if g.account_id == chosen.account_id]
                good = [g for g in mine if rules.why_not(g, above, TODAY) is None]
                until = TODAY + timedelta(days=days)
                rules.check_period(TODAY, until, TODAY)
                own = rules.hang_on(good, TABLE, TABLE.roles[role], UNITS[unit], until)
                grants.append(
                    a_grant(
                        id=f"g{len(grants)}",
                        unit_id=unit,
                        unit_path=UNITS[unit],
                        role=role,
                        account_id=f"p{len(grants)}",
                        chain=(*own.chain, own.id),
                        valid_to=until,
                    )
                )
            else:
                rule = grant_acts.suspend if act == "suspend" else grant_acts.revoke
                grants[place % len(grants)] = rule(chosen, ("operator",), "because", TODAY)
        except Refusal:
            continue
    above = {one.id: one for one in grants}
    for grant in grants[1:]:
        assert "r0" in grant.unit_path
        assert grant.valid_to <= root.valid_to
        given = grant_rights.rights([grant], above, TABLE, TODAY)
        if rules.why_not(above[grant.chain[0]], above, TODAY) is not None:
            assert given == ()
        for right in given:
            held = TABLE.roles[root.role].held()
            assert right.permission in held
        for higher in grant.chain:
            if above[higher].status is not Status.ACTIVE:
                assert given == ()


@given(
    st.lists(st.tuples(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(TABLE.roles))), max_size=4),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from(sorted(TABLE.permissions)),
)
def test_the_decision_agrees_with_a_recount_of_the_role_table(
    held: list[tuple[str, str]], unit: str, permission: str
) -> None:
    grants = [
        a_grant(id=f"g{i}", unit_id=where, unit_path=UNITS[where], role=role)
        for i, (where, role) in enumerate(held)
    ]
    caller = Caller("anna", rights=grant_rights.rights(grants, {}, TABLE, TODAY), assurance=2, auth_time=NOW)
    path = UNITS[unit]
    expected = False
    for where, role in held:
        reach = TABLE.roles[role].use.get(permission)
        counts = TABLE.permissions[permission].counts_in(UNITS[where])
        expected |= (
            reach is not None
            and counts
            and (
                (reach == "own" and where == unit)
                or (reach == "below" and where in path)
                or (reach == "under" and where in path[:-1])
            )
        )
    decision = decide(caller, permission, path, NOW)
    assert decision.allowed is expected
    if not expected:
        known = any(where in path for where, _ in held)
        assert decision.why is (Why.NO_PERMISSION if known else Why.UNKNOWN)


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_own_and_under_together_are_below(where: str, unit: str) -> None:
    def reached(reach: Reach) -> bool:
        return covers(Right("p", where, UNITS[where], reach), UNITS[unit])

    assert reached(Reach.BELOW) == (reached(Reach.OWN) or reached(Reach.UNDER))
    assert not (reached(Reach.OWN) and reached(Reach.UNDER))


@pytest.mark.parametrize(
    ("held", "unit", "role", "refusal"),
    [
        ({"unit:read": "below", "congress:read": "below", "members:count": "below"}, "u", "reader", None),
        ({"unit:read": "below", "congress:read": "below"}, "u", "reader", MachineBeyondOwnUse),
        (
            {"unit:read": "own", "congress:read": "own", "members:count": "own"},
            "d",
            "reader",
            MachineBeyondOwnUse,
        ),
        ({}, "u", "reader", MachineBeyondOwnUse),
        ({"congress:approve": "below"}, "u", "approver", PersonNeeded),
        (
            dict.fromkeys(
                ("unit:read", "congress:read", "access:read", "audit:read", "audit:export"), "below"
            ),
            "u",
            "auditor",
            None,
        ),
        ({"access:grant": "below"}, "u", "administrator", PersonNeeded),
    ],
)
def test_a_machine_gets_no_more_than_its_giver_may_do_personally(
    held: dict[str, str], unit: str, role: str, refusal: type[Refusal] | None
) -> None:
    rights = [Right(key, "d", PATHS["d"], Reach(reach), "g") for key, reach in held.items()]
    if refusal is None:
        rules.machine_may_hold(rights, TABLE.roles[role], TABLE, PATHS[unit])
    else:
        with pytest.raises(refusal):
            rules.machine_may_hold(rights, TABLE.roles[role], TABLE, PATHS[unit])


def a_random_world(dice: random.Random) -> tuple[list[tuple[str, ...]], list[Grant]]:
    """Sixty units on up to five levels, and grants of every kind, good and bad, on chains that hold or do not."""
    paths: list[tuple[str, ...]] = [("r",)]
    while len(paths) < 60:
        above = dice.choice(paths)
        if len(above) < 5:
            paths.append((*above, f"u{len(paths)}"))
    grants: list[Grant] = []
    for number in range(150):
        path = dice.choice(paths)
        fitting = [one for one in grants if one.unit_id in path] if dice.random() < 0.8 else grants
        over = dice.choice(fitting) if fitting and dice.random() < 0.7 else None
        day = TODAY + timedelta(days=dice.choice((-400, -1, 0, 1, 400)))
        grants.append(
            Grant(
                id=f"g{number}",
                unit_id=path[-1],
                unit_path=path,
                role=dice.choice([*TABLE.roles]),
                valid_from=min(day, TODAY + timedelta(days=dice.choice((-500, -500, 1)))),
                valid_to=day if dice.random() < 0.3 else TODAY + timedelta(days=300),
                status=dice.choice([*Status, *[Status.ACTIVE] * 12]),
                account_id=dice.choice([f"p{one}" for one in range(25)] + [""]) or None,
                chain=(*over.chain, over.id) if over else (),
                recertify_by=dice.choice((None, None, None, TODAY, TODAY - timedelta(days=1))),
                confirm_until=NOW + timedelta(hours=dice.choice((-1, 1))),
            )
        )
    return paths, grants


def test_who_may_is_the_decision_itself_in_ten_thousand_random_cases() -> None:
    """Whoever the list names is allowed by all their grants together, and nobody whom it leaves out."""
    dice, allowed, named = random.Random(7), 0, 0
    seen: set[Why] = set()
    for _ in range(10):
        paths, grants = a_random_world(dice)
        above = {one.id: one for one in grants}
        people = sorted({one.account_id for one in grants if one.account_id})
        callers = {
            who: Caller(
                who,
                rights=grant_rights.rights([g for g in grants if g.account_id == who], above, TABLE, TODAY),
                # Some signed in long ago, some at a level that is too low for anything.
                assurance=dice.choice((3, 3, 2, 1)),
                auth_time=NOW - timedelta(seconds=dice.choice((0, 0, 299, 301))),
            )
            for who in people
        }
        for _ in range(1_000):
            path, permission = dice.choice(paths), dice.choice([*TABLE.permissions])
            who = dice.choice(people)
            # As the page asks: only the grants of the unit and of those above it can reach it.
            held = [one for one in grants if one.unit_id in path]
            found = grant_rights.allowing(held, above, TABLE, permission, path, TODAY, NOW)
            told = decide(callers[who], permission, path, NOW)
            asked = TABLE.permissions[permission]
            fresh = asked.max_age is None or NOW - (callers[who].auth_time or NOW) <= timedelta(
                seconds=asked.max_age
            )
            high = callers[who].assurance >= asked.assurance
            holds = who in {one.account_id for one in found}
            # The list says who may with a good sign-in; the decision says what this one's lacks.
            assert told.allowed is (holds and high and fresh), (who, permission, path)
            if holds:
                lacks = Why.ASSURANCE_TOO_LOW if not high else Why.ALLOWED if fresh else Why.SIGN_IN_TOO_OLD
                assert told.why is lacks, (who, permission, path)
            else:
                assert told.why in (Why.UNKNOWN, Why.NO_PERMISSION)
            decision = told.allowed
            seen.add(told.why)
            allowed += decision
            named += bool(found)
    # The worlds are neither empty nor full.
    assert 100 < allowed < 5_000
    assert named > 2_000
    assert seen == set(Why)


def test_what_was_suspended_before_it_was_noted_by_whom_bars_for_nobody_above_whoever_ends_it() -> None:
    old = replace(a_grant(), status=Status.SUSPENDED, suspended_from=None)
    assert grant_acts.ended(old, "over").barred_from is None
    assert grant_acts.ended(old, "over", PATHS["d"]).barred_from == PATHS["d"]
