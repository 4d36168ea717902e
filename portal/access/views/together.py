"""What waits for a second administrator of the topmost unit: the queue, and one of it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from portal.frame.forms import fault_of
from portal.queues.two import AskedOfTwo, days_waiting
from portal.shared.units import GIVEN, Document
from servicekit.words import N_

ACTS = {
    "end-sessions": N_("Sign this person out everywhere"),
    "name-official": N_("Name this person as an official for outages"),
    "remove-official": N_("End this person's codes for outages"),
}
QUEUE = "/together"


def joint_act_of(
    answer: Document, accounts: Collection[str], units: Mapping[str, Document], now: datetime
) -> AskedOfTwo:
    """`units`: those that the reader may see, by id. What would befall the reader is not listed."""
    unit, mine = units.get(answer["unit_id"], {}), answer["asked_by"] in accounts
    path = unit.get("path", ())
    return AskedOfTwo(
        id=answer["id"],
        version=answer["version"],
        link=f"{QUEUE}/{answer['id']}",
        word=ACTS.get(str(answer["act"]), ""),
        names={GIVEN: answer["name"]},
        unit=unit.get("names", {}),
        parent=units.get(path[-2], {}).get("names", {}) if len(path) > 1 else {},
        asked_by=answer["asked_by_name"],
        asked_at=answer["asked_at"],
        days=days_waiting(answer["asked_at"], now),
        until=answer["until"],
        reason=answer["reason"],
        mine=mine,
        refusal=fault_of(answer["refusal"]) if answer["refusal"] and not mine else None,
    )
