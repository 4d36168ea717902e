"""Who could take over what hangs on a grant, and what would go over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.access.views.grants import ADOPT, HAND_OVER, Grant, GrantAct, Role, grant_of
from portal.access.words import WHY_LEFT
from portal.shared.clients.acts import offered
from portal.shared.units import Document
from servicekit.words import N_

OTHER_REASON = N_("It does not fit below the successor's access.")


@dataclass(frozen=True, slots=True)
class Left:
    """A grant that stays where it is."""

    grant: Grant
    why: str


@dataclass(frozen=True, slots=True)
class Handover:
    """`count`: all that goes over, with what hangs on it; `grants` and `left` are the first of each."""

    count: int
    grants: tuple[Grant, ...]
    left: tuple[Left, ...]
    left_count: int
    ends_own: bool

    @property
    def more(self) -> int:
        return self.count - len(self.grants)

    @property
    def left_more(self) -> int:
        return self.left_count - len(self.left)


def handing_over(answer: Document, roles: Mapping[str, Role], *, own: bool) -> tuple[GrantAct, ...]:
    """What can be done with what hangs on a grant, where something can hang on it."""
    role = roles.get(answer["role"])
    if role is None or not role.gives or answer["status"] in ("proposed", "invited", "offered"):
        return ()
    if not offered(answer, "succession"):
        return ()
    return (HAND_OVER if own else ADOPT,)


def successors(
    of_unit: Iterable[Document],
    readers: Iterable[Document],
    old: Document,
    roles: Mapping[str, Role],
    accounts: Collection[str],
) -> list[Grant]:
    """Grants in force that others can hang on: of its unit, and the reader's own there or above; never the old one.

    Whoever hands over their own grant hands nothing over to themselves.
    """
    mine = {one["id"]: one for one in readers if one["unit_id"] in old["unit_path"]}
    theirs = {one["id"]: one for one in of_unit if one["holder"]["account_id"] not in accounts}
    own = old["holder"]["account_id"] in accounts
    found = theirs if own else mine | theirs
    return [
        grant_of(one, roles)
        for one in found.values()
        if one["effective"] and one["id"] != old["id"] and one["role"] in roles and roles[one["role"]].gives
    ]


def handover_of(answer: Document, roles: Mapping[str, Role]) -> Handover:
    return Handover(
        count=answer["count"],
        grants=tuple(grant_of(one, roles) for one in answer["grants"]),
        left=tuple(
            Left(grant_of(one["grant"], roles), WHY_LEFT.get(one["why"], OTHER_REASON))
            for one in answer["left"]
        ),
        left_count=answer["left_count"],
        ends_own=answer["ends_own"],
    )
