"""The lists of difficulties, and how many stand in them, held against the difficulties themselves, and made right."""

from collections.abc import Callable, Iterator
from functools import partial

from congress.context import Context
from congress.store.difficulties import RAISED, WAITS
from servicekit.data.events import AuditEntry
from servicekit.tree.rollup.figures import Difference
from servicekit.tree.rollup.mends import named

Look = Callable[[], list[Difference]]


def verify_lists(context: Context) -> list[Difference]:
    """Every line that is not as its difficulty says, and every number that is not that of its lines."""
    return [one for look in _looks(context, mend=False) for one in context.database.in_transaction(look)]


def mend_lists(context: Context) -> list[Difference]:
    """Everything that was made right, each part in one transaction with its audit entry."""
    return [
        one
        for look in _looks(context, mend=True)
        for one in context.database.in_transaction(partial(_noted, context, look))
    ]


def _noted(context: Context, look: Look) -> list[Difference]:
    found = look()
    if found:
        entry = AuditEntry(
            "rollup.mended", record_type="rollup", record_id="difficulty-lists", details=named(found)
        )
        context.mends.note(context.new_id(), "", found, [entry])
    return found


def _looks(context: Context, *, mend: bool) -> Iterator[Look]:
    """Each within a transaction: the lines, then the numbers."""
    store, now = context.difficulties, context.clock.now()

    def lines(ids: list[str]) -> list[Difference]:
        found = store.look_at_lines(ids, now)
        if found and mend:
            store.list_as_said(ids)
        return found

    def totals(texts: list[str]) -> list[Difference]:
        looked = store.lists.totals.look(texts)
        if mend:
            store.lists.totals.mend(looked)
        return looked.differences

    for ids in store.listed_parts():
        yield partial(lines, list(ids))
    for texts in store.lists.totals.parts((RAISED, WAITS)):
        yield partial(totals, list(texts))
