"""Grants as people see them: who holds what, until when, and why it has no effect."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.access.words import OTHER_PERMISSION, REACH, SHORT_WHY_NOT, WHY, WHY_ANOTHER
from portal.shared import states
from portal.shared.clients.acts import offered
from portal.shared.states import State
from portal.shared.units import Document, Names, Titled
from servicekit.words import N_
from servicekit.words.titles import PERMISSIONS

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Included:
    """One permission of a role, in words, and where it holds."""

    word: Titled
    reach: str


@dataclass(frozen=True, slots=True)
class Role:
    key: str
    names: Names
    permissions: tuple[Included, ...]
    strong: bool = False  # a second person must confirm each grant of it
    gives: bool = False  # its holder gives access to others
    withdrawn: bool = False  # nobody is given it any more


@dataclass(frozen=True, slots=True)
class Removal:
    """What one peer asked for and a second one must confirm before `until`."""

    by: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer period, or another giver, that somebody asked for and a second person must confirm before `until`."""

    by: str
    valid_to: str
    take_over: bool
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Grant:
    """`name` is empty for an invited person whom nobody has named."""

    id: str
    version: int
    unit_id: str
    unit_path: tuple[str, ...]
    unit: Names
    name: str
    role: Names
    state: State
    why_not: str
    valid_from: str
    valid_to: str
    given_by: str
    given_at: str
    reason: str
    ended_reason: str
    recertify_by: str = ""
    confirm_until: str = ""
    removal: Removal | None = None
    extension: Extension | None = None
    mandate: str = ""  # the congress that gave the office
    chain: tuple[str, ...] = ()
    account_id: str = ""
    invited_until: str = ""
    number_end: str = ""  # of an open invitation: the last signs of its number
    barred: bool = False  # nobody further down gives the role to this person here
    barred_from: str = ""  # the unit from which it was suspended or ended
    includes: tuple[Included, ...] = ()

    @property
    def link(self) -> str:
        return f"/grants/{self.id}"


@dataclass(frozen=True, slots=True)
class Preview:
    """`left_without`: names of people who would have no access at all any more, and how many they are.

    `at_most`: so many that they were only counted.
    """

    count: int
    people: int
    grants: tuple[Grant, ...]
    left_without: tuple[str, ...] = ()
    left_without_count: int = 0
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class GrantAct:
    """`ends`: what hangs on the grant ends with it, which is shown before. `second`: decides on what another asked."""

    key: str
    word: str
    grave: bool = False
    ends: bool = False
    reasoned: bool = True
    second: bool = False


SUSPEND = GrantAct("suspend", N_("Suspend this access"), ends=True)
RESUME = GrantAct("resume", N_("Put it in force again"))
REVOKE = GrantAct("revoke", N_("Revoke this access"), grave=True, ends=True)
CONFIRM = GrantAct("confirm", N_("Confirm this access"), reasoned=False, second=True)
LIFT_BAN = GrantAct("lift-ban", N_("Lift the ban"))
DECLINE = GrantAct("decline", N_("Decline this access"), second=True)
RECERTIFY = GrantAct("recertify", N_("Confirm it for another year"), reasoned=False)
PROPOSE_REMOVAL = GrantAct("propose-removal", N_("Ask for its removal"))
CONFIRM_REMOVAL = GrantAct(
    "confirm-removal", N_("Confirm the removal"), grave=True, ends=True, reasoned=False, second=True
)
CONFIRM_PERIOD = GrantAct("confirm-period", N_("Confirm the longer period"), reasoned=False, second=True)
DECLINE_PERIOD = GrantAct("decline-period", N_("Decline the longer period"), second=True)
# Of the holder, not of the grant: what they hold stays, and they sign in again.
SIGN_OUT = GrantAct("sign-out", N_("Sign this person out everywhere"))
ACTS = {
    act.key: act
    for act in (
        *(SUSPEND, RESUME, REVOKE, CONFIRM, DECLINE, RECERTIFY, PROPOSE_REMOVAL, CONFIRM_REMOVAL),
        *(SIGN_OUT, LIFT_BAN, CONFIRM_PERIOD, DECLINE_PERIOD),
    )
}
# Of pages of their own.
PERIOD = GrantAct("period", N_("Change the period"))
HAND_OVER = GrantAct("succession", N_("Hand over what hangs on it"))
ADOPT = GrantAct("succession", N_("Name a successor for what hangs on it"))


def roles_of(answer: Iterable[Document]) -> dict[str, Role]:
    """Each role with what its holder may do; what it may only pass on is left out."""
    return {
        role["key"]: Role(
            role["key"],
            role["names"],
            included_in(role["permissions"], use=True),
            strong=role.get("strong", False),
            withdrawn=role.get("withdrawn", False),
            gives=any(
                one["permission"] == "access:grant" and one.get("use", True) for one in role["permissions"]
            ),
        )
        for role in answer
    }


def to_give(roles: Mapping[str, Role]) -> list[Role]:
    """Those that somebody may be given."""
    return [role for role in roles.values() if not role.withdrawn]


def permission_word(key: str) -> Titled:
    return Titled(PERMISSIONS, key, OTHER_PERMISSION)


def included_in(permissions: Iterable[Document], *, use: bool) -> tuple[Included, ...]:
    """What a role lets its holder do (`use`), or only pass on to others, in words."""
    return tuple(
        Included(permission_word(one["permission"]), REACH.get(one["reach"], ""))
        for one in permissions
        if one.get("use", True) is use
    )


def grant_of(answer: Document, roles: Mapping[str, Role]) -> Grant:
    role, removal, longer = roles.get(answer["role"]), answer.get("removal"), answer.get("extension")
    return Grant(
        id=answer["id"],
        version=answer["version"],
        unit_id=answer["unit_id"],
        unit_path=tuple(answer["unit_path"]),
        unit=answer["unit_names"],
        name=answer["holder"]["name"] or "",
        role=role.names if role else answer["role"],
        state=_state(answer),
        why_not=_why_not(answer),
        valid_from=answer["valid_from"],
        valid_to=answer["valid_to"],
        given_by=answer["given_by"]["name"] or "",
        given_at=answer["given_at"],
        reason=answer["reason"] or "",
        ended_reason=answer.get("ended_reason") or "",
        recertify_by=answer.get("recertify_by") or "",
        confirm_until=answer.get("confirm_until") or "" if answer["status"] == "proposed" else "",
        removal=Removal(removal["by_name"], removal["reason"], removal["until"]) if removal else None,
        extension=(
            Extension(
                *(longer["by_name"], longer["valid_to"], longer["take_over"]),
                *(longer["reason"], longer["until"]),
            )
            if longer
            else None
        ),
        mandate=answer.get("mandate") or "",
        chain=tuple(answer.get("chain", ())),
        invited_until=answer.get("invited_until") or "",
        number_end=answer["holder"].get("number_end") or "",
        barred=answer.get("barred", False),
        barred_from=answer.get("barred_from") or "",
        account_id=answer["holder"].get("account_id") or "",
        includes=role.permissions if role else (),
    )


def _state(answer: Document) -> State:
    if answer["status"] == "active" and not answer["effective"]:
        return states.GRANT_WITHOUT_EFFECT
    return states.GRANT.get(answer["status"], states.UNKNOWN)


_WORTH_SAYING = (
    *("not-yet", "chain", "unit-ended", "lapsed", "unconfirmed", "unit-moved"),
    *(
        "giver-revoked",
        "giver-ended",
        "giver-suspended",
        "giver-unconfirmed",
        "giver-unit-ended",
        "giver-left",
    ),
)


def _why_not(answer: Document) -> str:
    """Said only where the state does not say it already."""
    why = answer.get("why_not") or ""
    return SHORT_WHY_NOT.get(why, "") if why in _WORTH_SAYING else ""


def asked_by(answer: Document, accounts: Collection[str]) -> bool:
    """Whether this reader asked for what waits for a second person."""
    if answer["status"] == "proposed":
        return answer["given_by"]["account_id"] in accounts
    waiting = answer.get("removal") or answer.get("extension")
    return bool(waiting and waiting["by"] in accounts)


def preview_of(answer: Document, roles: Mapping[str, Role]) -> Preview:
    return Preview(
        answer["count"],
        answer["people"],
        tuple(grant_of(one, roles) for one in answer["grants"]),
        tuple(answer["left_without"]),
        answer["left_without_count"],
        answer.get("at_most", False),
    )


# In the order in which they are offered.
_OFFERED = (
    *(CONFIRM, DECLINE, CONFIRM_REMOVAL, CONFIRM_PERIOD, DECLINE_PERIOD, RESUME, SUSPEND, REVOKE, PERIOD),
    *(RECERTIFY, PROPOSE_REMOVAL, LIFT_BAN),
)


def acts_on(answer: Document) -> tuple[GrantAct, ...]:
    """What the reader may do with a grant, as identity says; of what comes to the same, or makes no sense yet, less."""
    acts = [act for act in _OFFERED if offered(answer, act.key) and _makes_sense(answer, act)]
    if _signs_out(answer):
        acts.append(SIGN_OUT)
    return tuple(acts)


def declining(answer: Document, act: str) -> GrantAct | None:
    """The no beside a second person's yes, or the taking back of whoever asked; None where it is not theirs."""
    no = {CONFIRM.key: DECLINE, CONFIRM_PERIOD.key: DECLINE_PERIOD}.get(act)
    return no if no and offered(answer, no.key) else None


def _makes_sense(answer: Document, act: GrantAct) -> bool:
    if answer["status"] == "proposed":
        return act in (CONFIRM, DECLINE) and answer.get("why_not") != "lapsed"
    if answer.get("removal"):
        return act in (CONFIRM_REMOVAL, REVOKE)
    if act is PROPOSE_REMOVAL:
        return not offered(answer, REVOKE.key)
    if act is SUSPEND:
        return bool(answer["status"] != "suspended")
    if act is PERIOD:
        return not answer.get("extension")
    return act is not RECERTIFY or bool(answer.get("recertify_by"))


def _signs_out(answer: Document) -> bool:
    """Their person, everywhere: where the grant could be ended. Above people of the topmost unit stands nobody: two of
    it sign them out together.
    """
    asked = answer["status"] == "proposed" or answer.get("removal")
    if asked or not answer["holder"].get("account_id"):
        return False
    together = len(answer["unit_path"]) == 1 and offered(answer, PROPOSE_REMOVAL.key)
    return together or offered(answer, REVOKE.key)


@dataclass(frozen=True, slots=True)
class Holder:
    """One person at a unit with all their roles there; `state` only where it is not simply in force."""

    name: str
    roles: tuple[Names, ...]
    state: State | None


def holders_of(grants: Sequence[Grant]) -> list[Holder]:
    """Who stands at a unit today: what was revoked or has ended is left out."""
    found: dict[tuple[str, State], list[Names]] = {}
    for grant in grants:
        if grant.state not in (states.GRANT["revoked"], states.GRANT["ended"]):
            found.setdefault((grant.name or grant.id, grant.state), []).append(grant.role)
    unnamed = {grant.id for grant in grants if not grant.name}
    return [
        Holder(
            "" if name in unnamed else name, tuple(roles), None if state is states.GRANT["active"] else state
        )
        for (name, state), roles in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Explained:
    """`chain`: from the first grant to the reader's own. `roles`: those that would allow what none of theirs does."""

    allowed: bool
    why: str
    chain: tuple[Grant, ...]
    roles: tuple[Names, ...]


def explained(answer: Document, roles: Mapping[str, Role], *, of_another: bool = False) -> Explained:
    words = {**WHY, **WHY_ANOTHER} if of_another else WHY
    word = permission_word(answer["permission"])
    missing = answer["why"] in ("no-permission", "unknown")
    return Explained(
        allowed=answer["allowed"],
        why=words.get(answer["why"], words["no-permission"]),
        chain=tuple(grant_of(one, roles) for one in answer["chain"]),
        roles=tuple(
            role.names
            for role in roles.values()
            if missing and word in [one.word for one in role.permissions]
        ),
    )


def period_within(own: Iterable[Document], today: date) -> dict[str, str]:
    """A year, as grants are confirmed, within the giver's own: whoever gives for longer means it."""
    end = (today + A_YEAR).isoformat()
    ends = [grant["valid_to"] for grant in own if grant["effective"]]
    return {"valid_from": today.isoformat(), "valid_to": min(end, max(ends, default=end))}
