"""Who answers for a grant: its person, and for a machine whoever registered it."""

from identity.context import Context, Document
from servicekit.access import decision as access
from servicekit.access.decision import Caller


def is_machine(account: Document | None) -> bool:
    return account is not None and account.get("kind") == "machine"


def answers_for(context: Context, caller: Caller, machine: Document) -> bool:
    """Whoever registered it, or gave it its present keys; where that was never written down, whoever could have."""
    keeper = machine.get("kept_by")
    if keeper:
        return keeper in caller.accounts
    return access.decide(caller, "access:grant", place_of(context, machine), context.clock.now()).allowed


def place_of(context: Context, machine: Document) -> tuple[str, ...]:
    """Where its unit stands now: the path that was written down when it was registered moves with nothing."""
    unit = context.store.units.find(machine["unit_id"])
    return unit.path if unit else tuple(machine["unit_path"])


def asked_for(account: Document | None) -> str:
    """The account of the person who is to accept what is given to this account."""
    if account is None:
        return ""
    return str(account.get("kept_by") or "") if is_machine(account) else str(account["_id"])
