"""How many members a unit has: the sums of what members contribute (servicekit.tree.rollup).

A change of a member marks it, and who reads counts takes what is marked in first: if each change raised the counts of
all units above, every registration anywhere would collide at the root.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from membership.domain.counting import COUNTING, OWN, Place, contribution, counts_of, status_of
from membership.domain.members import Counts
from servicekit.data.database import Database, session
from servicekit.tree.rollup.engine import Figures, Rollups, Tree
from servicekit.tree.rollup.figures import Contribution
from servicekit.tree.rollup.sums import Names, groups_of

Document = dict[str, Any]
NAMES = Names("member_contributions", "member_sums", mark="members")
PLACE = ("unit_id", "unit_path", "admission_date", "official_date", "left_on")
AT_ONCE = 500


class CountStore:
    def __init__(self, database: Database, tree: Tree) -> None:
        figures = Figures(
            records="members",
            names=NAMES,
            counting=COUNTING,
            value_of=_place_of,
            contribute=_contribute,
            tree=tree,
            kept=PLACE,
            home=OWN,
        )
        self.engine = Rollups(database, figures)
        self._members = database.mongo["members"]
        self._steps = database.mongo["member_count_steps"]

    def prepare(self) -> None:
        self.engine.prepare()

    def of(self, unit_ids: Iterable[str]) -> dict[str, tuple[Counts, Counts]]:
        """Own and all, by unit, without what waits to be counted; a unit without members may be left out."""
        found = self.engine.store.of_units(unit_ids).get("", {})
        return {unit_id: counts_of(groups_of(one)) for unit_id, one in found.items()}

    def any_steps(self) -> bool:
        return next(self._steps.find({}, {"_id": 1}).limit(1), None) is not None

    def heed_steps(self) -> int:
        """Within a transaction: the version before this one, while it serves beside it, notes changes by unit only."""
        steps = list(self._steps.find({}, session=session()).limit(AT_ONCE))
        units = [step["path"][-1] for step in steps]
        for place in ("unit_id", "left_from"):
            if units:
                mark = {"$set": {"dirty": True}, "$inc": {"version": 1}}
                self._members.update_many({place: {"$in": units}}, mark, session=session())
        if steps:
            self._steps.delete_many({"_id": {"$in": [step["_id"] for step in steps]}}, session=session())
        return len(steps)


def _place_of(document: Document) -> Place:
    return Place(tuple(document["unit_path"]), None if document.get("left_on") else status_of(document))


def _contribute(places: Sequence[Place]) -> list[Contribution]:
    return [contribution(place) for place in places]
