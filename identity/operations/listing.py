"""Pages of what is listed below a unit (identity.listed)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from identity.context import Context
from servicekit.tree.listed import Line
from servicekit.web.listing import CursorUnknown, Page, key_of, page_from

Item = TypeVar("Item")


def page_of_list(
    context: Context,
    name: str,
    places: Sequence[str],
    after: str,
    limit: int,
    read: Callable[[Sequence[str]], Mapping[str, Item]],
    state: str = "",
) -> Page[Item]:
    """`read` looks the items of the page up by their ids. Raises CursorUnknown."""
    lists, now = context.store.lists, context.clock.now()
    (begin,) = key_of(after, 1) if after else ("",)
    try:
        lines = lists.page(name, places, state, begin, limit + 1, now)
    except (ValueError, OverflowError) as error:
        raise CursorUnknown(field="after") from error
    page = page_from(lines, lambda line: (line.order,), limit, lists.count(name, places, state, now))
    return _looked_up(page, read)


def page_of_soonest(
    context: Context,
    name: str,
    place: str,
    ends: Sequence[datetime],
    after: str,
    limit: int,
    read: Callable[[Sequence[str]], Mapping[str, Item]],
    without: Sequence[str] = (),
) -> Page[Item]:
    """Of a list that begins with the earliest, those before the last of `ends`; otherwise as `page_of_list`.

    `without`: the ids of some that stand in it, and are left out.
    """
    lists, now = context.store.lists, context.clock.now()
    (begin,) = key_of(after, 1) if after else ("",)
    found = lists.soonest(name, place, begin, ends, limit + 1 + len(without), now)
    lines = [line for line in found if line.id not in without][: limit + 1]
    total = lists.count_soonest(name, place, ends[-1], now)
    total = None if total is None else total - len(without)
    return _looked_up(page_from(lines, lambda line: (line.order,), limit, total), read)


def _looked_up(page: Page[Line], read: Callable[[Sequence[str]], Mapping[str, Item]]) -> Page[Item]:
    found = read([line.id for line in page.items])
    # What was taken off the list between the two looks is not there any more.
    return page.map(lambda items: [found[line.id] for line in items if line.id in found])
