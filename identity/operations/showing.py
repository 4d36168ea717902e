"""Grants as people see them, with names, and as much as each of them may see."""

from collections.abc import Sequence
from dataclasses import replace

from identity.context import Context, Document
from identity.domain import bans
from identity.domain import grants as rules
from identity.domain.acts import acts_of
from identity.domain.extensions import open_extension
from identity.domain.grants import Grant, Status, WhyNot
from identity.domain.numbers import Digests, is_same
from servicekit.access import decision as access
from servicekit.access.decision import Caller

# Beside the states of grants: those of which a longer period waits for a second person.
EXTENSION_ASKED = "extension-asked"


# What is between those who stand over a grant: whoever only learns that it is there is told none of it.
_AMONG_SUPERIORS: Document = {
    "reason": "",
    "ended_reason": "",
    "confirm_until": None,
    "recertify_by": None,
    "removal": None,
    "extension": None,
    "barred": False,
    "barred_from": None,
}


def within_session(caller: Caller, grants: Sequence[Grant]) -> Sequence[Grant]:
    """Of one's own grants those that the session may speak of: by a sealed code, of the unit that it was opened for."""
    if not caller.fallback:
        return grants
    units = {right.unit_id for right in caller.rights}
    return [one for one in grants if one.unit_id in units]


def grants_for(context: Context, caller: Caller, grants: Sequence[Grant]) -> list[Document]:
    """As the caller may see them: in full where they read access, and nobody their own open removal."""
    now, own_number = context.clock.now(), _own_number(context, caller, grants)
    shown = []

    def acts(grant: Grant, one: Document) -> Document:
        meant = grant.account_id is None and bool(grant.number) and is_same(grant.number, own_number)
        counts = bool(one["effective"])
        found = acts_of(grant, caller, now, context.clock.today(), meant=meant, counts=counts)
        return {"acts": found}

    for grant, one in zip(grants, show_grants(context, grants), strict=True):
        if grant.account_id in caller.accounts:
            shown.append({**one, "removal": None, **acts(replace(grant, removal=None), one)})
        elif access.decide(caller, "access:read", grant.unit_path, now).allowed:
            shown.append({**one, **acts(grant, one)})
        else:
            shown.append({**one, **_AMONG_SUPERIORS})
    return shown


def own_grants(context: Context, grants: Sequence[Grant]) -> list[Document]:
    """Somebody's own, without what may be done with each, and without an open removal."""
    return [{**one, "removal": None} for one in show_grants(context, grants)]


def _own_number(context: Context, caller: Caller, grants: Sequence[Grant]) -> Digests:
    """Read where an invitation by number is among them, for it may be the caller's own."""
    named = any(grant.account_id is None and grant.number for grant in grants)
    account = context.store.account(caller.account_id) if named else None
    return account.digests if account else Digests()


def show_grants(context: Context, grants: Sequence[Grant]) -> list[Document]:
    """Grants as people see them: names of units and holders, and why one gives nothing today."""
    above, today = context.store.with_chains(grants), context.clock.today()
    units = context.store.units.many(grant.unit_id for grant in grants)
    accounts = context.store.accounts_by_id(grant.account_id or "" for grant in grants)
    shown = []
    for grant in grants:
        why = rules.why_not(grant, above, today)
        holder_id = grant.account_id if grant.known_to_giver else None
        account = accounts.get(holder_id or "")
        unit = units.get(grant.unit_id)
        over = why is WhyNot.ENDED and grant.status is not Status.REVOKED
        shown.append(
            {
                "id": grant.id,
                "version": grant.version,
                "unit_id": grant.unit_id,
                "unit_path": list(grant.unit_path),
                "unit_names": dict(unit.names) if unit else {},
                "unit_level": unit.level if unit else "",
                "role": grant.role,
                "holder": {
                    "account_id": holder_id,
                    "name": account.name if account else grant.label,
                    "invited": holder_id is None,
                    **_number_shown(context, grant),
                },
                "valid_from": grant.valid_from,
                "valid_to": grant.valid_to,
                "status": "ended" if over else str(grant.status),
                "effective": why is None,
                "why_not": str(why) if why else None,
                "given_by": {"account_id": grant.given_by, "name": grant.given_by_name},
                "given_at": grant.given_at,
                "parent_grant_id": grant.parent_id,
                "reason": grant.reason,
                "ended_reason": grant.ended_reason,
                "confirm_until": grant.confirm_until,
                "recertify_by": grant.recertify_by,
                "removal": (
                    {
                        "by": grant.removal.by,
                        "by_name": grant.removal.by_name,
                        "reason": grant.removal.reason,
                        "until": grant.removal.until,
                    }
                    if grant.removal
                    else None
                ),
                "extension": _extension_shown(context, grant),
                "mandate": grant.mandate,
                "barred": bans.ban_of(grant) is not None,
                "barred_from": bans.barred_from(grant),
                "invited_until": (
                    grant.invited_until if grant.status in (Status.INVITED, Status.OFFERED) else None
                ),
                "accepted_at": grant.accepted_at,
                "acts": None,
            }
        )
    return shown


def _extension_shown(context: Context, grant: Grant) -> Document | None:
    found = open_extension(grant, context.clock.now())
    if found is None:
        return None
    return {
        "by": found.by[0],
        "by_name": found.by_name,
        "valid_to": found.valid_to,
        "take_over": found.take_over,
        "reason": found.reason,
        "until": found.until,
    }


def number_kinds(context: Context) -> list[Document]:
    """Whose national numbers an invitation can name, each with the eIDs that prove them."""
    kinds: dict[str, list[Document]] = {one.name: [] for one in context.schemes}
    for client in context.providers.values():
        if client.profile.scheme.name in kinds:
            kinds[client.profile.scheme.name].append(dict(client.profile.names))
    return [{"scheme": scheme, "names": names} for scheme, names in kinds.items()]


def _number_shown(context: Context, grant: Grant) -> Document:
    """Of an open invitation: the last signs of its number, so that a slip of the pen shows, and whose number it is."""
    # Also while it is an offer: that somebody of this number has come is not the giver's to know yet.
    if grant.accepted_at is not None or grant.number_end is None:
        return {}
    names = {one.namespace: one.name for one in context.schemes}
    return {
        "number_end": context.cipher.decrypt(grant.number_end),
        "national_number_scheme": names.get(grant.national_namespace, grant.national_namespace),
    }
