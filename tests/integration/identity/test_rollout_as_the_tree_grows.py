"""The figures of the roll-out, and a page of the units behind one, read as much below 111 units as below 1,111."""

from collections.abc import Callable
from functools import partial

import pytest

from identity.app import make_context
from identity.context import Context
from identity.domain.grants import Grant, Status
from identity.operations import units_changed
from identity.operations.rollout import list_rollout, read_rollout
from identity.operations.rollout_counting import count_all_changes
from identity.settings import read_settings
from identity.store import Store
from membership.domain.units import told
from servicekit.access.decision import Caller, Reach, Right
from servicekit.data.database import Database
from servicekit.tree.units_copy import follow_units
from servicekit.web.kit import make_kit
from tests.growth import METER, WIDTH, environment_of, units_of
from tests.processes import House

STEP = 500
PATIENT_MS = 60_000
READER = Caller("hq", rights=(Right("access:read", "u", ("u",), Reach.BELOW),), assurance=2)
# Ids, sums and names of the units right below one.
NODE = 3 * WIDTH


def a_tree(house: House, new_database: Callable[..., Database], levels: int) -> Context:
    with environment_of(house):
        settings = read_settings()
        kit = make_kit("identity", settings.common)
    store = Store(new_database("identity", PATIENT_MS))
    store.prepare()
    context = make_context(settings, kit, store)
    units = list(units_of(levels))
    follow = follow_units(store.units, partial(units_changed, context))
    for start in range(0, len(units), STEP):
        event = {"data": {"units": [told(unit) for unit in units[start : start + STEP]]}}
        store.database.in_transaction(partial(follow, event))
    last, today = units[-1], context.clock.today()
    store.add_grants(
        [Grant("g", last.id, last.path, "clerk", today, today.replace(year=today.year + 1), Status.INVITED)]
    )
    count_all_changes(context)
    return context


@pytest.fixture(scope="module")
def trees(house: House, new_database: Callable[..., Database]) -> tuple[Context, Context]:
    return a_tree(house, new_database, 3), a_tree(house, new_database, 4)


def page(state: str, pages: int = 1) -> Callable[[Context], int]:
    def ask(context: Context) -> int:
        after, found = "", 0
        for _ in range(pages):
            shown = list_rollout(context, READER, "u", state, "", after, 20)
            after, found = shown.next or "", found + len(shown.items)
        return found

    return ask


REQUESTS: dict[str, Callable[[Context], int]] = {
    "figures": lambda context: len(read_rollout(context, READER, "u", "", 20).children),
    "units with nobody": page("nobody"),
    "the third page of them": page("nobody", pages=3),
    "the only unit that was asked": page("offered"),
}


@pytest.mark.parametrize("what", sorted(REQUESTS))
def test_it_reads_what_it_shows(trees: tuple[Context, Context], what: str) -> None:
    read, answers = [], []
    for context in trees:
        before = METER.documents
        answers.append(REQUESTS[what](context))
        read.append(METER.documents - before)
    assert answers[0] == answers[1]
    pages = 3 if "third" in what else 1
    # One level more is one unit more to look below, twice where a page ends in the middle of one.
    assert read[1] - read[0] <= 3 * NODE * pages
    # Six units are looked below at the most for twenty, and each row has four things beside it.
    assert max(read) <= pages * (6 * NODE + 4 * 20 + 20)


def test_the_figure_is_the_number_of_the_units_however_many(trees: tuple[Context, Context]) -> None:
    for context, units in zip(trees, (111, 1_111), strict=True):
        figures = read_rollout(context, READER, "u", "", 20).all
        assert (figures.units, figures.nobody, figures.offered) == (units, units - 1, 1)
        assert list_rollout(context, READER, "u", "nobody", "", "", 20).total == units - 1
