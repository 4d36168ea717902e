"""What a caller may do with a grant now, and why not: by the rules that will decide when it is done.

Acts are named as their addresses end. What they are told besides (a reason, another last day) is judged when it comes,
and so is what takes more than the grant to know: whether a second person is independent of the first, who else gives
access in the unit, who succeeds.
"""

from datetime import date, datetime

from identity.domain import bans, extensions, grant_acts, grant_rights, succession
from identity.domain.fallback import EidNeeded
from identity.domain.grant_refusals import OwnGrant
from identity.domain.grants import Grant
from servicekit.access.decision import Caller, why_not_by
from servicekit.access.second_person import SecondPersonNeeded
from servicekit.refusals import Acts, Check, Refusal, why_not

# Stands for the reason, which is judged when it comes.
_SOMETHING = "-"


def acts_of(grant: Grant, caller: Caller, now: datetime, today: date, *, meant: bool, counts: bool) -> Acts:
    """`meant`: it is an invitation that names the caller's own number; `counts`: it gives something today."""
    by, standing = caller.accounts, grant_rights.standing_over(caller, grant)

    def refuse_meant(refusal: type[Refusal]) -> None:
        if meant:
            raise refusal

    def asked(*checks: Check) -> Refusal | None:
        return why_not_by(caller, grant_rights.GRANT, grant.unit_path, now, *checks)

    def over(check: Check) -> Refusal | None:
        return asked(
            lambda: grant_rights.refuse_unless_over(caller, grant), lambda: refuse_meant(OwnGrant), check
        )

    def peers(check: Check) -> Refusal | None:
        return asked(lambda: grant_rights.deciding_of(caller, grant), check)

    def second(check: Check) -> Refusal | None:
        return asked(lambda: refuse_meant(SecondPersonNeeded), check)

    def taking_back(asker: tuple[str, ...], check: Check, confirming: Check) -> Refusal | None:
        """By whoever asked for it, a superior, or whoever could say yes."""
        free = bool(set(asker) & set(by)) or grant_rights.is_over(caller, grant)
        return asked(check) if free else second(confirming)

    def refuse_by_code() -> None:
        if caller.fallback:
            raise EidNeeded

    def own_hand_over() -> Refusal | None:
        return asked(refuse_by_code, lambda: succession.refuse_own_dead(counts=counts))

    extension = extensions.open_extension(grant, now)
    return {
        "suspend": over(lambda: grant_acts.suspend(grant, by, _SOMETHING, today, standing)),
        "resume": over(lambda: grant_acts.resume(grant, by, _SOMETHING, today, standing)),
        "revoke": over(lambda: grant_acts.revoke(grant, by, _SOMETHING, today, standing)),
        "lift-ban": over(lambda: bans.lift(grant, by, _SOMETHING, today, standing)),
        "recertify": over(lambda: grant_acts.recertify(grant, by, today)),
        "period": over(lambda: extensions.refuse_another_end(grant, by, today)),
        "propose-removal": peers(lambda: grant_acts.propose_removal(grant, by, "", _SOMETHING, now)),
        "confirm-removal": peers(lambda: grant_acts.confirm_removal(grant, by, now)),
        "confirm": second(lambda: grant_acts.confirm(grant, by, now)),
        "decline": taking_back(
            (grant.given_by,),
            lambda: grant_acts.decline(grant, _SOMETHING),
            lambda: grant_acts.confirm(grant, by, now),
        ),
        "confirm-period": second(lambda: extensions.check_confirmed(grant, by, now)),
        "decline-period": taking_back(
            extension.by if extension else (),
            lambda: extensions.decline(grant, _SOMETHING, now),
            lambda: extensions.check_confirmed(grant, by, now),
        ),
        "succession": own_hand_over() if grant.account_id in by else over(refuse_by_code),
        "resign": why_not(lambda: _resign(grant, caller, today)),
    }


def _resign(grant: Grant, caller: Caller, today: date) -> None:
    if caller.fallback:
        raise EidNeeded
    grant_acts.resign(grant, caller.accounts, _SOMETHING, today, last_power=False)
