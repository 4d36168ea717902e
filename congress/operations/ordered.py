"""Reports below a unit by since when they are in their state: a page reads what it shows, however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from congress.context import Context
from congress.domain import ordering
from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.progress import is_abandoned
from congress.domain.wanted import Wanted
from congress.listed import NEAREST, REPORTS, place
from servicekit.tree.listed import Ask, Line, asked, asked_in, order_of
from servicekit.web.listing import CursorUnknown, Page, key_of, page_from

Placed = tuple[str, Congress]  # a place in the order, and what stands there


@dataclass(frozen=True, slots=True)
class Sent:
    """`branches`: the units of which the reader sees all that is below; of those `alone` only their own.

    `levels`: those that are wanted alone; None for all.
    """

    context: Context
    plan: Plan
    wanted: Wanted
    branches: Sequence[str]
    alone: Sequence[str] = ()
    levels: Sequence[str] | None = None
    direct: bool = False
    oldest: bool = False

    def page(self, after: str, limit: int, total: int) -> Page[Congress]:
        (begin,) = key_of(after, 1) if after else ("",)
        return self._behind(begin, limit, total)

    def behind(self, congress: Congress, limit: int, total: int) -> tuple[Page[Congress], int | None]:
        """The page behind the place where one stands or stood, and its number where it is in the list."""
        order = self._order(congress)
        return self._behind(order, limit, total), self._number(order)

    def _behind(self, begin: str, limit: int, total: int) -> Page[Congress]:
        found = [one for one in self._by_themselves() if not begin or self._is_behind(one[0], begin)]
        for number, one in enumerate(self._walked(begin, limit + 1), 1):
            found.append(one)
            if number > limit:
                break
        found.sort(key=lambda one: one[0], reverse=self.oldest)
        page = page_from(found, lambda one: (one[0],), limit, total)
        return page.map(lambda items: [congress for _, congress in items])

    def _walked(self, begin: str, most: int) -> Iterator[Placed]:
        while lines := self._lines(begin, most):
            there = {one.id: one for one in self.context.congresses.many([line.id for line in lines])}
            for line in lines:
                congress = there.get(line.id)
                if congress is not None and self._fits(congress):
                    yield line.order, congress
            begin = lines[-1].order

    def _lines(self, after: str, most: int) -> Sequence[Line]:
        lists, now = self.context.lists, self.context.clock.now()
        try:
            if self.oldest:
                opened = self.context.clock.beginning_of(self.plan.opens_on)
                return lists.oldest(self._asks(), after, most, opened, now)
            return lists.newest(self._asks(), after, most, now)
        except (ValueError, OverflowError) as error:
            raise CursorUnknown(field="after") from error

    def _asks(self) -> list[Ask]:
        name = NEAREST if self.direct else REPORTS
        places = [place(self.plan.id, unit_id, self.wanted.state) for unit_id in self.branches]
        return asked(name, places) if self.levels is None else asked_in(name, places, self.levels)

    def _by_themselves(self) -> list[Placed]:
        found = (
            one for unit_id in self.alone for one in self.context.congresses.of_unit(unit_id, self.plan.id)
        )
        return [(self._order(one), one) for one in found if self._fits(one)]

    def _fits(self, congress: Congress) -> bool:
        """What the version before us saved stands where it stood."""
        today = self.context.clock.today()
        return self.wanted.fits(self.plan, congress, today) and not is_abandoned(self.plan, congress)

    def _order(self, congress: Congress) -> str:
        return order_of(ordering.since(congress, self.wanted.state), congress.id)

    def _is_behind(self, order: str, begin: str) -> bool:
        return order < begin if self.oldest else order > begin

    def _number(self, order: str) -> int | None:
        # Lines know their level and no deadline: of one level some may run on a later day that was granted.
        if self.wanted.passed:
            return None
        lists, asks = self.context.lists, self._asks()
        alone = [one for one, _ in self._by_themselves()]
        if order not in alone and not lists.stands(asks, order):
            return None
        before = lists.count_before(asks, order, oldest=self.oldest)
        return None if before is None else before + sum(self._is_behind(order, one) for one in alone) + 1
