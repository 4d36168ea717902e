"""What waits for a second administrator of the topmost unit, as people see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.shared.units import Document, Names
from servicekit.words import N_

ACTS = {
    "end-sessions": N_("Sign this person out everywhere"),
    "name-official": N_("Name this person as an official for outages"),
    "remove-official": N_("End this person's codes for outages"),
}


@dataclass(frozen=True, slots=True)
class JointAct:
    """`mine`: the reader asked for it; `about_reader`: it would befall them."""

    id: str
    version: int
    word: str
    name: str
    unit: Names  # that it is about
    asked_by: str
    asked_at: str
    until: str
    reason: str
    mine: bool
    about_reader: bool


def joint_act_of(answer: Document, accounts: Collection[str], units: Mapping[str, Document]) -> JointAct:
    """`units`: those that the reader may see, by id."""
    return JointAct(
        id=answer["id"],
        version=answer["version"],
        word=ACTS.get(str(answer["act"]), ""),
        name=answer["name"],
        unit=units.get(answer["unit_id"], {}).get("names", {}),
        asked_by=answer["asked_by_name"],
        asked_at=answer["asked_at"],
        until=answer["until"],
        reason=answer["reason"],
        mine=answer["asked_by"] in accounts,
        about_reader=answer["account_id"] in accounts,
    )
