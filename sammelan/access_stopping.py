"""Whose access stops by an import of units: named before anything is written, and known by its number."""

import sys

import click
from rich.console import Console

from identity.app import create_app
from identity.context import Context
from identity.operations.moving import TreeForeseen, preview_tree
from identity.settings import read_settings
from membership.domain.unit_import import ImportPlan
from sammelan.typed import WHOLE

WHYS = {
    "unit-moved": "its unit moves away from under whoever gave it",
    "unit-ended": "its unit ends",
    "giver-unit-ended": "the unit of whoever gave it ends",
}


class AccessStopping:
    """`known`: how many grants stop, as the operator has said beforehand."""

    def __init__(self, console: Console, known: int | None) -> None:
        self._console = console
        self._known = known
        self._told: TreeForeseen | None = None

    def tell(self, plan: ImportPlan) -> int:
        """Names the first of them, once for each answer; how many they are."""
        found = _found(plan)
        if found != self._told and found.count:
            self._say(found)
        self._told = found
        return found.count

    def agree(self, plan: ImportPlan) -> None:
        """Raises unless the operator knows how many they are."""
        stopping = self.tell(plan)
        if stopping and self._known is None and sys.stdin.isatty():
            self._known = click.prompt(
                f"{stopping} grants stop giving access. Type their number to confirm", type=WHOLE
            )
        if stopping and stopping != self._known:
            raise click.UsageError(
                f"{stopping} grants stop giving access. Nothing was written. "
                f"Say that you know: --access-ends {stopping}"
            )

    def _say(self, found: TreeForeseen) -> None:
        self._print(
            f"{found.count} grants stop giving access, of {found.people} people; "
            f"{found.left_without_count} of these people have no other."
        )
        for one in found.grants:
            who = one.holder.name or "somebody invited"
            unit = next(iter(one.unit_names.values()), one.unit_id)
            self._print(f"! {who}, {one.role}, {unit}: {WHYS.get(one.why, one.why)}")
        if found.count > len(found.grants):
            self._print(f"! ... {found.count - len(found.grants)} more")

    def _print(self, text: str) -> None:
        self._console.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _found(plan: ImportPlan) -> TreeForeseen:
    """Of units that are only added, or get another name, nothing is asked."""
    moved = {one.after.id: one.after.path for one in plan.changes if one.before.path != one.after.path}
    ended = {unit.id for unit in plan.ends}
    ended |= {one.after.id for one in plan.changes if one.before.live and not one.after.live}
    if not moved and not ended:
        return TreeForeseen(0, 0, 0, ())
    context: Context = create_app(read_settings()).extensions["context"]
    return preview_tree(context, moved, ended)
