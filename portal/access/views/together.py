"""What waits for a second administrator of the topmost unit: the queue, and one of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.frame.forms import Fault, fault_of
from portal.queues.views import Tab
from portal.queues.words import MINE
from portal.shared.units import Document, Names
from servicekit.words import N_
from servicekit.words.formats import as_instant

ACTS = {
    "end-sessions": N_("Sign this person out everywhere"),
    "name-official": N_("Name this person as an official for outages"),
    "remove-official": N_("End this person's codes for outages"),
}
QUEUE, OTHERS = "/together", "others"


@dataclass(frozen=True, slots=True)
class JointAct:
    """`mine`: the reader asked for it. `days`: how long it has waited. `refusal`: why the reader does not decide it,
    where they have not asked. What would befall the reader is not listed.
    """

    id: str
    version: int
    word: str
    name: str
    unit: Names  # that it is about
    parent: Names
    asked_by: str
    asked_at: str
    days: int
    until: str
    reason: str
    mine: bool
    refusal: Fault | None = None

    @property
    def link(self) -> str:
        return f"{QUEUE}/{self.id}"

    @property
    def to_decide(self) -> bool:
        return not self.mine and self.refusal is None


def joint_act_of(
    answer: Document, accounts: Collection[str], units: Mapping[str, Document], now: datetime
) -> JointAct:
    """`units`: those that the reader may see, by id."""
    unit, mine = units.get(answer["unit_id"], {}), answer["asked_by"] in accounts
    path = unit.get("path", ())
    return JointAct(
        id=answer["id"],
        version=answer["version"],
        word=ACTS.get(str(answer["act"]), ""),
        name=answer["name"],
        unit=unit.get("names", {}),
        parent=units.get(path[-2], {}).get("names", {}) if len(path) > 1 else {},
        asked_by=answer["asked_by_name"],
        asked_at=answer["asked_at"],
        days=max(0, (now - as_instant(answer["asked_at"])).days),
        until=answer["until"],
        reason=answer["reason"],
        mine=mine,
        refusal=fault_of(answer["refusal"]) if answer["refusal"] and not mine else None,
    )


def tabs_of(acts: Sequence[JointAct], *, others: bool) -> tuple[Tab, ...]:
    own = sum(one.to_decide for one in acts)
    return (
        Tab(MINE, QUEUE, own, current=not others),
        Tab(N_("For others to decide"), f"{QUEUE}?tab={OTHERS}", len(acts) - own, current=others),
    )


def behind(acts: Sequence[JointAct], joint_id: str) -> str:
    """The way to the next that is the reader's to decide, from the last on to the first; nothing without one."""
    ids = [one.id for one in acts]
    at = ids.index(joint_id) if joint_id in ids else -1
    following = [one for one in (*acts[at + 1 :], *acts[: max(at, 0)]) if one.to_decide]
    return following[0].link if following else ""
