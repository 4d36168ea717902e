"""Who looked at me: the one thing a member can ask about their own record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from membership.context import Context
from membership.domain.members import Member
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry
from servicekit.words.national_numbers import OWN, UNNAMED

# A page shows so many; the whole is in the audit.
SHOWN = 200


@dataclass(frozen=True)
class AccessSeen:
    at: datetime
    actor_name: str
    action: str
    unit_names: Mapping[str, str]


@dataclass(frozen=True)
class MemberNamed:
    id: str
    unit_id: str
    unit_names: Mapping[str, str]


@dataclass(frozen=True)
class OwnAccessLog:
    """`member` is nothing for who has no record, or whose eID names no national number."""

    member: MemberNamed | None
    items: list[AccessSeen]
    truncated: bool


def read_own_access_log(context: Context, caller: Caller) -> OwnAccessLog:
    """Who read or changed the record with the caller's own national number; this reading is written down too."""
    member = _own_record(context, caller)
    if member is None:
        return OwnAccessLog(None, [], False)
    found = context.access_log.of((member.id,), context.clock.now(), SHOWN + 1)
    units = context.units.many({member.unit_id, *(one.unit_id for one in found)})
    names = {unit_id: unit.names for unit_id, unit in units.items()}
    context.reads.record(_read(member))
    return OwnAccessLog(
        MemberNamed(member.id, member.unit_id, names.get(member.unit_id, {})),
        [AccessSeen(one.at, one.actor_name, one.action, names.get(one.unit_id, {})) for one in found[:SHOWN]],
        len(found) > SHOWN,
    )


def _own_record(context: Context, caller: Caller) -> Member | None:
    """Another country's number is no number of ours, whatever its digits."""
    ours = {UNNAMED, "", *(scheme.namespace for scheme in context.rules.number_schemes)}
    theirs = caller.number_namespace
    if not caller.number_index or not (theirs in ours or theirs.startswith(OWN)):
        return None
    return context.members.by_number_indexes((caller.number_index, *caller.number_forms))


def _read(member: Member) -> AuditEntry:
    return AuditEntry(
        "member.looks_read", member.unit_id, member.unit_path, "member", member.id, subject_id=member.id
    )
