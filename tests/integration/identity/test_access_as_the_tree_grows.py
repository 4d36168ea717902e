"""A page of access, officials, sign-ins by code or windows reads as much in a tree of 1,111 units as in one of 111."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from identity.app import make_context
from identity.context import Context
from identity.domain.fallback import SignInByCode, Window
from identity.domain.grants import Grant, Status
from identity.domain.officials import Official
from identity.operations import list_grants
from identity.operations.fallback import list_sign_ins, list_windows
from identity.operations.officials import list_officials
from identity.settings import read_settings
from identity.store import Store
from membership.domain.units import Unit, told
from servicekit.access.decision import Caller, Reach, Right
from servicekit.data.database import Database
from servicekit.tree.units_copy import follow_units
from servicekit.web.kit import make_kit
from tests.growth import METER, environment_of, units_of
from tests.processes import House

STEP = 500
PATIENT_MS = 60_000
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
READER = Caller(
    "hq",
    rights=tuple(Right(one, "u", ("u",), Reach.BELOW) for one in ("access:read", "fallback:switch")),
    assurance=2,
)


class Size:
    """One administrator, official, sign-in by code and past window a unit, one hour after the other."""

    def __init__(self, house: House, new_database: Callable[..., Database], levels: int) -> None:
        with environment_of(house):
            settings = read_settings()
            kit = make_kit("identity", settings.common)
        self.store = Store(new_database("identity", PATIENT_MS))
        self.store.prepare()
        self.context: Context = make_context(settings, kit, self.store)
        self.units = list(units_of(levels))
        follow = follow_units(self.store.units)
        for start in range(0, len(self.units), STEP):
            part = self.units[start : start + STEP]
            event = {"data": {"units": [told(unit) for unit in part]}}
            self.store.database.in_transaction(partial(follow, event))
            self.store.add_grants([a_grant(unit) for unit in part])
        # So many that it matters, and no more than the tests have time for.
        for number, unit in enumerate(self.units[::2]):
            at = BEGUN + timedelta(hours=number)
            who = f"p{number}"
            official = Official(f"{who} {unit.id}", who, unit.id, unit.path, at, "q", "Q")
            self.store.fallback.put_official(official, [], [])
            sign_in = SignInByCode(f"s{number}", f"p{number}", unit.id, unit.path, at, "a phone", "")
            self.store.fallback.add_sign_in(sign_in, [], [])
            window = Window(f"w{number}", "u", ("u",), "q", "Q", at, 1, "down", ended_at=at)
            self.store.fallback.add_window(window, [], [])
        while self.store.lists.totals.sum_up():
            continue


def a_grant(unit: Unit) -> Grant:
    today = BEGUN.date()
    return Grant(
        id=f"g{unit.id}",
        unit_id=unit.id,
        unit_path=unit.path,
        role="administrator",
        valid_from=today,
        valid_to=today + timedelta(days=3000),
        status=Status.ACTIVE if len(unit.path) % 2 else Status.OFFERED,
        account_id=f"a{unit.id}",
    )


@pytest.fixture(scope="module")
def sizes(house: House, new_database: Callable[..., Database]) -> tuple[Size, Size]:
    small, large = (Size(house, new_database, levels) for levels in (3, 4))
    return small, large


def access_below(unit_id: str, status: str = "", pages: int = 1) -> Callable[[Size], int]:
    def ask(size: Size) -> int:
        after, found = "", 0
        for _ in range(pages):
            page = list_grants(
                size.context, READER, unit_id, below=True, status=status, after=after, limit=20
            )
            after, found = page.next or "", found + len(page.items)
        return found

    return ask


REQUESTS: dict[str, Callable[[Size], int]] = {
    "access below headquarters": access_below("u"),
    "the third page of it": access_below("u", pages=3),
    "access of one unit": lambda size: len(
        list_grants(size.context, READER, "u", below=False, status="", after="", limit=20).items
    ),
    "officials": lambda size: len(list_officials(size.context, READER, "u", after="", limit=20).items),
    "sign-ins by code": lambda size: len(list_sign_ins(size.context, READER, "u", after="", limit=20).items),
    "windows": lambda size: len(list_windows(size.context, READER, "u", after="", limit=20).items),
    "windows that are open": lambda size: len(
        size.store.fallback.open_windows_over(("u",), datetime.now(UTC))
    ),
}


@pytest.mark.parametrize("what", sorted(REQUESTS))
def test_a_page_reads_what_it_shows(sizes: tuple[Size, Size], what: str) -> None:
    read, answers = [], []
    for size in sizes:
        before = METER.documents
        answers.append(REQUESTS[what](size))
        read.append(METER.documents - before)
    assert answers[0] == answers[1]
    # A page, what stands beside each of its lines, and the number with what is noted beside it.
    assert max(read) <= 250 * max(1, answers[0] // 20)


def test_a_list_of_any_length_says_how_many_there_are(sizes: tuple[Size, Size]) -> None:
    small, large = sizes
    for size in sizes:
        page = list_grants(size.context, READER, "u", below=True, status="", after="", limit=20)
        assert (page.total, page.next is not None) == (len(size.units), True)
    below = list_grants(large.context, READER, "u0", below=True, status="offered", after="", limit=20)
    assert below.total == sum(1 for unit in large.units if "u0" in unit.path and len(unit.path) % 2 == 0)


def test_the_pages_of_a_branch_give_each_grant_once(sizes: tuple[Size, Size]) -> None:
    small, _ = sizes
    found, after = list[str](), ""
    while True:
        page = list_grants(small.context, READER, "u0", below=True, status="", after=after, limit=20)
        found += [one.id for one in page.items]
        if page.next is None:
            break
        after = page.next
    assert sorted(found) == sorted(f"g{unit.id}" for unit in small.units if "u0" in unit.path)
