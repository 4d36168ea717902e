"""What waits for a second person here, as the one rule about second persons knows it."""

from collections.abc import Iterable

from identity.domain.fallback import Window
from identity.domain.grant_refusals import NotProposed
from identity.domain.grants import PROPOSAL_LIFE, Grant, Status
from identity.domain.role_changes import RoleChange
from identity.domain.together import JointAct
from servicekit.access.second_person import Hand, Power, Question
from servicekit.refusals import Conflict
from servicekit.words import N_


class AskerLostPower(Conflict):
    title = N_("Whoever asked for this could not do it any more. Somebody who can must ask for it anew.")


def power_of(grant: Grant) -> Power:
    """Whoever accepted a grant after a question arose was appointed after it, however long the offer had waited."""
    return Power(
        grant_id=grant.id,
        unit_path=grant.unit_path,
        hangs_on=frozenset(grant.chain),
        given_by=grant.given_by,
        since=grant.accepted_at or grant.given_at,
        owed_to=frozenset(grant.owed_to),
    )


def hand_of(accounts: Iterable[str], grants: Iterable[Grant]) -> Hand:
    """`grants`: everything that these accounts have held, what has ended too: what hangs on it hangs on the person."""
    held = (one for one in grants if one.accepted_at is not None)
    return Hand(frozenset(accounts), tuple(power_of(one) for one in held))


def about_grant(grant: Grant, asked_by: Hand) -> Question:
    if grant.status is not Status.PROPOSED or grant.confirm_until is None:
        raise NotProposed
    asked_at = grant.confirm_until - PROPOSAL_LIFE
    holder = frozenset({grant.account_id} if grant.account_id else ())
    return Question(grant.id, asked_by, asked_at, grant.confirm_until, grant.reason, holder)


def about_removal(grant: Grant, asked_by: Hand) -> Question:
    if grant.removal is None:
        raise NotProposed
    until = grant.removal.until
    holder = frozenset({grant.account_id} if grant.account_id else ())
    return Question(grant.id, asked_by, until - PROPOSAL_LIFE, until, grant.removal.reason, holder)


def about_extension(grant: Grant, asked_by: Hand) -> Question:
    extension = grant.extension
    if extension is None:
        raise NotProposed
    holder = frozenset({grant.account_id} if grant.account_id else ())
    asked_at = extension.until - PROPOSAL_LIFE
    return Question(grant.id, asked_by, asked_at, extension.until, extension.reason, holder)


def about_window(window: Window, asked_by: Hand) -> Question:
    return Question(window.id, asked_by, window.asked_at, window.confirm_until, window.reason)


def about_joint_act(joint: JointAct, asked_by: Hand) -> Question:
    """Whom it is done to has no hand in it."""
    return Question(
        joint.id, asked_by, joint.asked_at, joint.until, joint.reason, frozenset({joint.account_id})
    )


def about_role_change(change: RoleChange, asked_by: Hand) -> Question:
    return Question(change.id, asked_by, change.asked_at, change.until, change.reason)
