"""Who answers for a grant: its person, and for a machine whoever registered it."""

from identity.context import Context
from identity.domain.accounts import Account, Machine
from servicekit.access import decision as access
from servicekit.access.decision import Caller


def answers_for(context: Context, caller: Caller, machine: Machine) -> bool:
    """Whoever registered it, or gave it its present keys; where that was never written down, whoever could have."""
    if machine.kept_by:
        return machine.kept_by in caller.accounts
    return access.decide(caller, "access:grant", place_of(context, machine), context.clock.now()).allowed


def place_of(context: Context, machine: Machine) -> tuple[str, ...]:
    """Where its unit stands now: the path that was written down when it was registered moves with nothing."""
    unit = context.store.units.find(machine.unit_id)
    return unit.path if unit else machine.unit_path


def asked_for(account: Account | None) -> str:
    """The account of the person who is to accept what is given to this account."""
    if account is None:
        return ""
    return account.kept_by if isinstance(account, Machine) else account.id
