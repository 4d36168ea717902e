"""The lists of identity and how many stand in them, held against the records themselves, and made right."""

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import islice

from identity.context import Keeping
from servicekit.data.events import AuditEntry
from servicekit.ids import new_id
from servicekit.logs import log
from servicekit.tree.listed import Listed
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named

STRANGERS_AT_ONCE = 500
Look = Callable[[], list[Difference]]


def drop_lapsed(keeping: Keeping) -> int:
    """What stands in no list any more by its time is taken away, some at a time; how many it took."""
    return keeping.store.lists.drop_lapsed(keeping.clock.now())


def verify_lists(keeping: Keeping) -> list[Difference]:
    """Every line that is not as its record says, and every number that is not that of its lines."""
    transaction = keeping.store.database.in_transaction
    return [one for look in _looks(keeping, mend=False) for one in transaction(look)]


def mend_lists(keeping: Keeping) -> list[Difference]:
    """Everything that was made right, each part in one transaction with its audit entry."""
    return [one for look in _looks(keeping, mend=True) for one in _noted(keeping, look)]


def count_anew(keeping: Keeping) -> Generator[Sequence[str]]:
    """The numbers alone, part after part, for a program that does it all the time.

    A program of the version before, which writes beside us while a new one comes in, counts nothing.
    """
    for part in keeping.store.lists.totals.parts():
        if found := _noted(keeping, partial(_look_at_totals, keeping, part, mend=True)):
            log.warning("list_totals_mended", differences=len(found), named=named(found)["mended"])
        yield part


def _noted(keeping: Keeping, look: Look) -> list[Difference]:
    store = keeping.store

    def work() -> list[Difference]:
        found = look()
        if found:
            entry = AuditEntry("lists.mended", record_type="units", record_id="lists", details=named(found))
            store.mends.note(new_id(), "", found, [entry])
        return found

    return store.database.in_transaction(work)


def _looks(keeping: Keeping, *, mend: bool) -> Iterator[Look]:
    """Each within a transaction: the lines, then what is left of others, then the numbers."""
    store, now = keeping.store, keeping.clock.now()

    def lines(part: tuple[str, Sequence[str]]) -> list[Difference]:
        found = store.look_at_listed(part, now)
        if found and mend:
            store.list_as_said(part, now)
        return found

    def left(strangers: list[Listed]) -> list[Difference]:
        found = store.lists.look(strangers, now)
        if found and mend:
            store.lists.put(strangers)
        return found

    for part in store.listed_parts():
        yield partial(lines, part)
    strangers = iter(store.listed_strangers(now))
    while some := list(islice(strangers, STRANGERS_AT_ONCE)):
        yield partial(left, some)
    for texts in store.lists.totals.parts():
        yield partial(_look_at_totals, keeping, texts, mend=mend)


def _look_at_totals(keeping: Keeping, texts: Sequence[str], *, mend: bool) -> list[Difference]:
    totals = keeping.store.lists.totals
    looked = totals.look(texts)
    if mend:
        totals.mend(looked)
    return looked.differences
