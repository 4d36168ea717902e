"""Pages of what is listed below a unit (identity.domain.listed)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from identity.context import Context
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
    found = read([line.id for line in page.items])
    # What was taken off the list between the two looks is not there any more.
    return page.map(lambda items: [found[line.id] for line in items if line.id in found])
