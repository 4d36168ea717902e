"""An offer as its person sees it: what it would allow, where, until when, and who gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.access.views.grants import Included, included_in
from portal.shared.clients.acts import all_offered, reason
from portal.shared.units import Document, Names


@dataclass(frozen=True, slots=True)
class Offer:
    """`machine`: the name of the service account that it is for, where it is not for the reader."""

    id: str
    version: int
    unit: Names
    role: Names
    valid_from: str
    valid_to: str
    given_by: str
    given_at: str
    reason: str
    open_until: str
    uses: tuple[Included, ...]
    passes_on: tuple[Included, ...]
    machine: str
    may: Mapping[str, bool]  # which of its acts are offered to this reader
    why_not_accepted: str  # by what stands against it
    takes_place_of: tuple[Document, ...] = ()  # what the reader holds of it already, which gives way

    @property
    def link(self) -> str:
        return f"/offers/{self.id}"


def offer_of(answer: Document) -> Offer:
    return Offer(
        id=answer["id"],
        version=answer["version"],
        unit=answer["unit_names"],
        role=answer["role_names"] or {"en": answer["role"]},
        valid_from=answer["valid_from"],
        valid_to=answer["valid_to"],
        given_by=answer["given_by"]["name"] or "",
        given_at=answer["given_at"],
        reason=answer["reason"] or "",
        open_until=answer.get("invited_until") or "",
        uses=included_in(answer["permissions"], use=True),
        passes_on=included_in(answer["permissions"], use=False),
        machine=answer["holder"]["name"] if answer["for_machine"] else "",
        may=all_offered(answer),
        why_not_accepted=reason(answer, "accept"),
        takes_place_of=tuple(answer.get("takes_place_of", ())),
    )


def behind(offers: Sequence[Offer], offer_id: str) -> str:
    """The way to the one that comes after this one, from the last on to the first; nothing where there is no other."""
    ids = [one.id for one in offers]
    at = ids.index(offer_id) if offer_id in ids else -1
    following = [*offers[at + 1 :], *offers[: max(at, 0)]]
    return following[0].link if following else ""
