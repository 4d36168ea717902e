"""The roll-out: figures follow what is given, accepted, ended, moved and signed in; the rows are what they count."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.context import Context
from identity.domain.aftermath import FEW
from identity.domain.grants import Grant, Status
from identity.migrations import count_the_rollout
from identity.operations.aftermath import follow_up
from identity.operations.rollout_counting import check_of, count_all_changes, count_due
from servicekit.ids import new_id
from tests.integration.identity.test_offers import NUMBERS, account_of, given, signed_in
from tests.people import Person
from tests.processes import House
from tests.scene import first_people, identity_operations, tell_units

ROLLOUT = "/api/identity/rollout"
NAMES = ("signed_in", "held", "offered", "nobody")


@pytest.fixture(scope="module")
def context(house: House) -> Iterator[Context]:
    with identity_operations(house) as made:
        first_people(made)
        tell_units(made, [a_unit(["root", "north"]), a_unit(["root", "south"])])
        for service in ("identity", "practice_eid", "gateway"):
            house.start_service(service)
        yield made


@pytest.fixture(scope="module")
def chief(house: House, context: Context) -> Person:
    return signed_in(house, "hq-organiser")


def figures(person: Person, below: str = "root") -> tuple[int, ...]:
    answer = person.get(f"{ROLLOUT}?below={below}")
    assert answer.status_code == 200, answer.text
    return tuple(answer.json()["all"][name] for name in NAMES)


def rows(person: Person, **asked: Any) -> list[dict[str, Any]]:
    """Page after page; each says how many there are in all."""
    found: list[dict[str, Any]] = []
    query = "&".join(f"{name}={value}" for name, value in {"below": "root", **asked}.items())
    after, totals = "", set()
    while True:
        answer = person.get(f"{ROLLOUT}/units?{query}&after={after}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        totals.add(page["total"])
        after = page["next"] or ""
        if not after:
            break
    assert totals == {len(found)}
    return found


def codes(person: Person, **asked: Any) -> list[str]:
    return [one["unit_code"] for one in rows(person, **asked)]


def a_unit(path: list[str], level: str = "l", **more: Any) -> dict[str, Any]:
    place = {"id": path[-1], "parent_id": path[-2] if path[1:] else None, "path": path}
    return {**place, "code": path[-1].upper(), "names": {"en": path[-1]}, "level": level, **more}


def branch(context: Context, name: str, *below: str) -> None:
    """A unit of a test's own right below the root, and some below it."""
    paths = [["root", name], *(["root", name, f"{name}-{one}"] for one in below)]
    tell_units(context, [a_unit(path) for path in paths])


def undisturbed(context: Context) -> None:
    count_all_changes(context)
    assert check_of(context).verify() == []


def test_figures_follow_giving_coming_accepting_and_ending(
    house: House, context: Context, chief: Person
) -> None:
    branch(context, "a", "1", "2")
    assert figures(chief, "a") == (0, 0, 0, 3)
    grant = given(chief, "a-1", "clerk", national_number=NUMBERS["union-clerk"])
    assert figures(chief, "a") == (0, 0, 1, 2)
    clerk = signed_in(house, "union-clerk", accept=False)
    assert figures(chief, "a") == (0, 0, 1, 2)
    clerk.accept_all()
    assert figures(chief, "a") == (1, 0, 0, 2)
    assert figures(chief, "a-1") == (1, 0, 0, 0)
    now = chief.get(f"/api/identity/grants/{grant['id']}").json()
    revoke = {"If_Match": f'"{now["version"]}"'}
    answer = chief.post(f"/api/identity/grants/{grant['id']}/revoke", {"reason": "over"}, **revoke)
    assert answer.status_code == 200, answer.text
    assert figures(chief, "a") == (0, 0, 0, 3)
    (row,) = rows(chief, below="a-1")
    assert (row["state"], row["since"] is not None, row["holders"]) == ("nobody", True, [])
    undisturbed(context)


def test_somebody_who_holds_access_and_never_came_is_counted_by_their_first_sign_in(
    house: House, context: Context, chief: Person
) -> None:
    branch(context, "b")
    given(chief, "b", "clerk", national_number=NUMBERS["upazila-clerk"])
    clerk = signed_in(house, "upazila-clerk")
    (held,) = [one for one in context.store.grants_in("b") if one.status is Status.ACTIVE]
    # As with access of earlier days, when nobody had to come for it.
    wanted, never = {"_id": held.account_id}, {"$unset": {"signed_in_at": ""}}
    context.store.accounts.collection.update_one(wanted, never)
    context.store.rollout.touch(["b"], context.clock.now())
    assert figures(chief, "b") == (0, 1, 0, 0)
    clerk.sign_in()
    assert figures(chief, "b") == (1, 0, 0, 0)
    (row,) = rows(chief, below="b")
    assert [one["key"] for one in row["roles"]] == ["clerk"]
    assert [one["name"] != "" for one in row["holders"]] == [True]
    undisturbed(context)


def test_figures_follow_a_unit_that_moves_ends_or_goes_up_in_another(context: Context, chief: Person) -> None:
    branch(context, "c", "1", "2")
    branch(context, "d")
    given(chief, "c-1", "reader", national_number=NUMBERS["hq-second"])
    assert (figures(chief, "c"), figures(chief, "d")) == ((0, 0, 1, 2), (0, 0, 0, 1))
    before = figures(chief)
    tell_units(context, [a_unit(["root", "d", "c-1"])])
    assert (figures(chief, "c"), figures(chief, "d"), figures(chief)) == (
        *((0, 0, 0, 2), (0, 0, 1, 1)),
        before,
    )
    ended: dict[str, Any] = {"valid_to": "2026-01-31", "successors": ["d"]}
    tell_units(context, [a_unit(["root", "d", "c-1"], **ended)])
    assert figures(chief, "d") == (0, 0, 0, 1)
    assert codes(chief, below="d") == ["D"]
    tell_units(context, [a_unit(["root", "d", "c-1"])])
    assert figures(chief, "d") == (0, 0, 1, 1)
    undisturbed(context)


@pytest.mark.parametrize("others", [0, FEW])
def test_what_hangs_on_access_that_stops_is_counted_with_it(
    house: House, context: Context, chief: Person, others: int
) -> None:
    """At once where it is little; by the keeper, a part at a time, where it is much."""
    name = f"e{others}"
    branch(context, name, "1")
    given(chief, name, "reader", national_number=NUMBERS["division-supervisor"])
    account = account_of(signed_in(house, "division-supervisor"))
    today = context.clock.today()
    mine = next(one for one in context.store.grants_in("root") if one.role == "administrator")
    upper = Grant(
        *(new_id(), name, ("root", name), "administrator", today, today + timedelta(days=50), Status.ACTIVE),
        account_id=account,
        chain=(mine.id,),
        accepted_at=context.clock.now(),
    )
    below, place = f"{name}-1", ("root", name, f"{name}-1")
    lower = replace(
        upper, id=new_id(), unit_id=below, unit_path=place, role="clerk", chain=(mine.id, upper.id)
    )
    context.store.add_grants(
        [upper, lower, *(replace(lower, id=new_id(), account_id=f"n{one}") for one in range(others))]
    )
    assert figures(chief, name) == (2, 0, 0, 0)
    answer = chief.post(f"/api/identity/grants/{upper.id}/suspend", {"reason": "away"}, If_Match='"1"')
    assert answer.status_code == 200, answer.text
    if others:
        deque(follow_up(context))
    assert figures(chief, name) == (1, 0, 0, 1)
    undisturbed(context)


def test_a_day_that_ends_a_period_changes_the_figures_without_any_act(
    context: Context, chief: Person
) -> None:
    branch(context, "f")
    today = context.clock.today()
    chief_account = context.store.grants_in("root")[0].account_id
    over = Grant(
        *(new_id(), "f", ("root", "f"), "clerk", today - timedelta(days=9), today, Status.ACTIVE),
        account_id=chief_account,
        accepted_at=context.clock.now(),
    )
    context.store.add_grant(over, (), ())
    assert figures(chief, "f") == (1, 0, 0, 0)
    kept = context.store.rollout.by_id(["f"])["f"]
    assert kept.again_on == today + timedelta(days=1)
    # As if it had been counted yesterday, and the day be over.
    yesterday = {"again_on": context.clock.now() - timedelta(days=1)}
    ended = {"valid_to": context.clock.now() - timedelta(days=1)}
    context.store.grants.collection.update_one({"_id": over.id}, {"$set": ended})
    context.store.database.mongo["rollout_units"].update_one({"_id": "f"}, {"$set": yesterday})
    # Its day has come and nobody has looked yet: that is no drift.
    assert check_of(context).verify() == []
    assert figures(chief, "f") == (1, 0, 0, 0)
    while count_due(context):
        pass
    assert figures(chief, "f") == (0, 0, 0, 1)
    undisturbed(context)


def test_the_rows_behind_a_figure_are_as_many_in_the_order_of_the_tree(
    context: Context, chief: Person
) -> None:
    tell_units(
        context,
        [
            a_unit(["root", "g"], "district"),
            *(a_unit(["root", "g", f"g{one}"], "upazila") for one in range(3)),
            *(a_unit(["root", "g", "g1", f"g1{one}"], "union") for one in range(4)),
        ],
    )
    given(chief, "g12", "reader", national_number=NUMBERS["hq-second"], even_if_invited=True)
    everything = ["G", "G0", "G1", "G10", "G11", "G12", "G13", "G2"]
    assert codes(chief, below="g") == everything
    for limit in (1, 2, 3, 7, 8):
        assert codes(chief, below="g", limit=limit) == everything
    assert codes(chief, below="g", state="nobody", limit=2) == [one for one in everything if one != "G12"]
    assert codes(chief, below="g", state="without", level="union") == ["G10", "G11", "G12", "G13"]
    assert codes(chief, below="g", state="offered") == ["G12"]
    assert codes(chief, below="g", state="holder") == []
    answer = chief.get(f"{ROLLOUT}?below=g").json()
    assert {one["level"]: (one["units"], one["without"]) for one in answer["levels"]} == {
        "district": (1, 1),
        "upazila": (3, 3),
        "union": (4, 4),
    }
    assert [(one["unit_id"], one["units"], one["offered"]) for one in answer["children"]] == [
        ("g0", 1, 0),
        ("g1", 5, 1),
        ("g2", 1, 0),
    ]
    (row,) = rows(chief, below="g", state="offered")
    assert (row["parent_id"], row["may_give"], row["level"]) == ("g1", True, "union")


def test_names_are_read_by_who_reads_access_and_contact_by_the_line_above(
    house: House, context: Context, chief: Person
) -> None:
    branch(context, "h")
    given(chief, "h", "clerk", national_number=NUMBERS["union-clerk"])
    clerk = signed_in(house, "union-clerk")
    released = {"office_phone": "01711 223344"}
    assert clerk.send("PATCH", "/api/identity/me", released).status_code == 200
    (row,) = rows(chief, below="h")
    assert [one["office_phone"] for one in row["holders"]] == ["+8801711223344"]
    given(chief, "root", "auditor", national_number=NUMBERS["district-secretary"])
    auditor = signed_in(house, "district-secretary")
    (row,) = rows(auditor, below="h")
    assert [(one["name"] != "", one["office_phone"]) for one in row["holders"]] == [(True, "")]
    assert row["may_give"] is False
    for path in (f"{ROLLOUT}?below=h", f"{ROLLOUT}/units?below=h"):
        assert clerk.get(path).status_code in (403, 404)
        assert (chief.get(path.replace("below=h", "below=nowhere")).status_code) == 404


def test_whoever_gives_access_hears_of_the_units_without_a_holder(chief: Person) -> None:
    figure = chief.get(f"{ROLLOUT}?below=root").json()["all"]["without"]
    tasks = chief.get("/api/identity/tasks").json()["tasks"]
    (task,) = [one for one in tasks if one["key"] == "without-holder"]
    assert (task["count"], task["rank"], task["link"]) == (
        *(figure, "aside"),
        "/units/root/rollout/units?state=without",
    )


def test_a_place_that_is_none_is_refused(chief: Person) -> None:
    for after in ("nowhere", "WyJhIl0", "WyJhIiwiYiJd"):
        answer = chief.get(f"{ROLLOUT}/units?below=root&after={after}")
        assert answer.status_code == 422, answer.text


def test_sums_that_drifted_are_named_and_made_right_with_an_entry(context: Context, chief: Person) -> None:
    branch(context, "i")
    count_all_changes(context)
    mongo = context.store.database.mongo
    mongo["rollout_sums"].update_one({"_id": "i"}, {"$inc": {"groups.l.nobody": 4}})
    (found,) = check_of(context).verify()
    assert (found.unit_id, found.counter, found.stored, found.counted) == ("i", "nobody", 5, 1)
    assert check_of(context).make_right() == [found]
    undisturbed(context)
    # What a program of the version before wrote beside us is found by its grants.
    mongo["rollout_units"].update_one({"_id": "i"}, {"$set": {"stage": "held"}})
    mongo["rollout_contributions"].update_one({"_id": "i"}, {"$set": {"counters": {"held": 1}}})
    assert {one.unit_id for one in check_of(context).verify()} >= {"i"}
    check_of(context).make_right()
    undisturbed(context)
    assert context.store.rollout.by_id(["i"])["i"].stage == "nobody"
    mends = mongo["mends"].find({})
    assert {one["action"] for mend in mends for one in mend["_outbox"]} == {"rollout.mended"}


def test_units_and_people_of_before_are_counted_once(context: Context, chief: Person) -> None:
    before = figures(chief)
    mongo = context.store.database.mongo
    for name in ("rollout_units", "rollout_sums", "rollout_contributions"):
        mongo[name].delete_many({})
    mongo["accounts"].update_many({}, {"$unset": {"signed_in_at": ""}})
    for _ in range(2):
        count_the_rollout(context.store.database)
    assert figures(chief) == before
    undisturbed(context)
    accounts = mongo["accounts"].find({})
    assert all(one.get("signed_in_at") for one in accounts)
