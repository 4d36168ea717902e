"""The operator's way back: an earlier set of roles in force again, or what the file says."""

from dataclasses import dataclass

from identity import listed
from identity.context import Context
from identity.domain import role_changes as rules
from identity.domain.grant_refusals import ReasonNeeded
from identity.domain.role_changes import RoleHeld
from identity.operations.role_preview import tops
from servicekit.data.documents import Document
from servicekit.data.events import AuditEntry
from servicekit.ids import new_id


@dataclass(frozen=True)
class Restored:
    """`changed`: roles that say something else now; `withdrawn`: those that give nothing any more."""

    version: int
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]


def role_versions(context: Context) -> list[Document]:
    """Each set that was ever in force, the newest first."""
    return context.store.roles.versions()


def restore_roles(context: Context, version: int, reason: str) -> Restored:
    """`version`: 0 for the file alone. Raises NotFound, ReasonNeeded, RoleHeld.

    A role that gives access and is held stays: those who hold it would be administrators no more, all at once, and
    whether two of them were needed somewhere would be forgotten.
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    store, file, now = context.store, context.roles_file, context.clock.now()

    def work() -> Restored:
        own = store.roles.current()
        new = rules.restored(own, store.roles.version(version), file)
        for key in rules.giving_lost(own, new, file):
            if store.lists.page(listed.OF_ROLE, [key], "", "", 1, now):
                raise RoleHeld(field=key)
        changed, gone = rules.differences(own, new, file)
        top = next(iter(tops(context)), None)
        unit_id = top.id if top else ""
        entry = AuditEntry(
            *("roles.restored_by_operator", unit_id, (unit_id,) if unit_id else (), "role_set", "in-force"),
            details={
                "from": own.version,
                "to": version,
                "version": new.version,
                "reason": reason,
                "changed": ", ".join(changed),
                "withdrawn": ", ".join(gone),
            },
        )
        store.roles.put(new, own.version, new_id(), [entry])
        store.end_all(now)
        return Restored(new.version, changed, gone)

    restored = store.database.in_transaction(work)
    store.roles.forget()
    return restored
