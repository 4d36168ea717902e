"""Who answers for a grant: its person, and for a machine whoever registered it."""

from identity.operations.outside import Document, Outside
from servicekit import access
from servicekit.access import Caller


def is_machine(account: Document | None) -> bool:
    return account is not None and account.get("kind") == "machine"


def answers_for(outside: Outside, caller: Caller, machine: Document) -> bool:
    """Whoever registered it, or gave it its present keys; where that was never written down, whoever could have."""
    keeper = machine.get("kept_by")
    if keeper:
        return keeper in caller.accounts
    path = tuple(machine["unit_path"])
    return access.decide(caller, "access:grant", path, outside.clock.now()).allowed


def asked_for(account: Document | None) -> str:
    """The account of the person who is to accept what is given to this account."""
    if account is None:
        return ""
    return str(account.get("kept_by") or "") if is_machine(account) else str(account["_id"])
