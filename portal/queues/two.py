"""What one asked for and a second person decides: a queue of rows that are never ticked, each looked at by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.frame.forms import Fault
from portal.queues.views import Tab
from portal.queues.words import MINE
from portal.shared.units import Names
from servicekit.words import N_
from servicekit.words.formats import as_instant

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class AskedOfTwo:
    """`names`: of whom or what; `about`: what more there is to say of it; `word`: what is to be done.

    `mine`: the reader asked for it. `days`: how long it has waited; None where that is not known. `refusal`: why the
    reader does not decide it, where they have not asked.
    """

    id: str
    version: int
    link: str
    word: str
    names: Names
    unit: Names
    parent: Names
    asked_by: str
    asked_at: str
    days: int | None
    until: str
    reason: str
    mine: bool
    refusal: Fault | None = None
    about: Names = field(default_factory=dict)

    @property
    def to_decide(self) -> bool:
        return not self.mine and self.refusal is None


def days_waiting(asked_at: str, now: datetime) -> int:
    return max(0, (now - as_instant(asked_at)).days)


def tabs_of(acts: Sequence[AskedOfTwo], queue: str, *, others: bool) -> tuple[Tab, ...]:
    """`queue`: its address."""
    own = sum(one.to_decide for one in acts)
    return (
        Tab(MINE, queue, own, current=not others),
        Tab(N_("For others to decide"), f"{queue}?tab={OTHERS}", len(acts) - own, current=others),
    )


def behind(acts: Sequence[AskedOfTwo], one_id: str) -> str:
    """The way to the next that is the reader's to decide, from the last on to the first; nothing without one."""
    ids = [one.id for one in acts]
    at = ids.index(one_id) if one_id in ids else -1
    following = [one for one in (*acts[at + 1 :], *acts[: max(at, 0)]) if one.to_decide]
    return following[0].link if following else ""
