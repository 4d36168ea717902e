"""What units answer of plans: the sums of what congresses contribute (servicekit.tree.rollup)."""

from collections.abc import Callable, Iterable, Sequence

from congress.domain.history import Congress
from congress.domain.plan import Plan
from congress.domain.planned import as_derived
from congress.domain.rollup import COUNTING, Rollup, contribution
from congress.store.documents import congress_of, rollup_of
from servicekit.data.database import Database
from servicekit.data.documents import Document
from servicekit.tree.rollup.engine import Figures, Rollups
from servicekit.tree.rollup.figures import Contribution
from servicekit.tree.rollup.sums import Names
from servicekit.tree.units_copy import UnitsCopy

NAMES = Names("contributions", "rollups", scope="plan_id", mark="projector", level=True)


def figures_of(plan_of: Callable[[str], Plan], units: UnitsCopy) -> Figures[Congress]:
    def plans_of(congresses: Sequence[Congress]) -> dict[str, Plan]:
        return {plan_id: plan_of(plan_id) for plan_id in {congress.plan_id for congress in congresses}}

    def contribute(congresses: Sequence[Congress]) -> list[Contribution]:
        plans = plans_of(congresses)
        return [contribution(plans[congress.plan_id], congress) for congress in congresses]

    def from_sources(congresses: Sequence[Congress]) -> list[Contribution]:
        """As plan, tree and entries have them now."""
        plans, ids = plans_of(congresses), {congress.unit.id for congress in congresses}
        now, under = units.many(ids), units.levels_under(ids)
        return [
            contribution(plan, as_derived(plan, one, now.get(one.unit.id), under[one.unit.id]))
            for one in congresses
            if (plan := plans[one.plan_id])
        ]

    return Figures(
        records="congresses",
        names=NAMES,
        counting=COUNTING,
        value_of=congress_of,
        contribute=contribute,
        from_sources=from_sources,
        tree=units,
        units=units,
    )


class RollupStore:
    def __init__(self, database: Database, plan_of: Callable[[str], Plan], units: UnitsCopy) -> None:
        self.engine = Rollups(database, figures_of(plan_of, units))
        self._sums = self.engine.store

    def prepare(self) -> None:
        self.engine.prepare()

    def find(self, plan_id: str, unit_id: str) -> Rollup | None:
        found = self._sums.one(plan_id, unit_id)
        return rollup_of(found) if found else None

    def plans_at(self, unit_id: str) -> list[str]:
        """The plans that have anything at this unit or below it."""
        return [found["plan_id"] for found in self._sums.find({"unit_id": unit_id})]

    def many(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Rollup]:
        """Of each plan and unit that has one: one read."""
        ids = [self._sums.id_of(plan_id, unit_id) for plan_id, unit_id in wanted]
        found = map(rollup_of, self._sums.find({"_id": {"$in": ids}})) if ids else ()
        return {(one.plan_id, one.unit_id): one for one in found}

    def children(self, plan_id: str, unit_id: str) -> list[Rollup]:
        return list(map(rollup_of, self._sums.find({"plan_id": plan_id, "parent_id": unit_id})))

    def below(self, plan_id: str, unit_id: str, level: str) -> list[Rollup]:
        """All units of one level at or below a unit."""
        return list(map(rollup_of, self._sums.find({"plan_id": plan_id, "level": level, "path": unit_id})))

    def count_below(self, plan_id: str, unit_id: str, level: str) -> int:
        """How many `below` gives, or `children` without a level."""
        return self._sums.count(_below(plan_id, unit_id, level))

    def more_below(self, most: int, plan_id: str, unit_id: str, level: str) -> bool:
        """Whether these are more than so many."""
        return self._sums.more_than(most, _below(plan_id, unit_id, level))


def _below(plan_id: str, unit_id: str, level: str) -> Document:
    return {"plan_id": plan_id, **({"level": level, "path": unit_id} if level else {"parent_id": unit_id})}
