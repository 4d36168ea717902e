"""The audit as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.views.units import Document
from servicekit.words import N_

# What the services write, in words; an act that is not here is shown by its key.
ACTS = {
    "grant.given": N_("Access given"),
    "grant.bound": N_("Invited person signed in"),
    "grant.suspended": N_("Access suspended"),
    "grant.resumed": N_("Access put in force again"),
    "grant.revoked": N_("Access revoked"),
    "account.made": N_("Account made"),
    "account.changed": N_("Account changed"),
    "sign_in.accepted": N_("Signed in"),
    "sign_in.refused": N_("Sign-in refused"),
    "sign_out": N_("Signed out"),
    "session.replaced": N_("Session replaced by a new one"),
    "session.ended": N_("Session ended"),
    "grant.proposed": N_("Access proposed"),
    "grant.confirmed": N_("Access confirmed by a second person"),
    "grant.declined": N_("Access declined"),
    "grant.recertified": N_("Access confirmed for another year"),
    "grant.removal_proposed": N_("Removal asked for"),
    "grant.removed_by_peers": N_("Removed by two peers"),
    "grant.mandate_ended": N_("Office ended with its mandate"),
    "grant.moved": N_("Access followed its unit"),
    "account.duplicate_noticed": N_("Second account of one person noticed"),
    "session.ended_by_eid": N_("Session ended by the eID"),
    "sessions.ended": N_("Sessions ended"),
    "sessions.ended_by_superior": N_("Sessions ended by a superior"),
    "logout.refused": N_("Sign-out by the eID refused"),
    "machine.registered": N_("Machine registered"),
    "machine.changed": N_("Machine changed"),
    "machine.signed_in": N_("Machine signed in"),
    "plan.created": N_("Plan made"),
    "plan.changed": N_("Plan changed"),
    "plan.cascaded": N_("Plan handed down"),
    "milestone.recorded": N_("Milestone recorded"),
    "content_type.chosen": N_("Kind of congress chosen"),
    "results.reported": N_("Results reported"),
    "congress.submitted": N_("Report sent up"),
    "congress.approved": N_("Report approved"),
    "congress.returned": N_("Report returned"),
    "member.registered": N_("Member registered"),
    "member.changed": N_("Member's record changed"),
    "member.read": N_("Member's record read"),
    "member.history_read": N_("Member's history read"),
    "member.looked_up": N_("Member looked up by number"),
    "member.refused": N_("Registration refused"),
    "members.listed": N_("Members listed"),
    "units.import_begun": N_("Import of units begun"),
    "units.imported": N_("Units imported"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    at: str
    actor: str
    action: str
    details: tuple[tuple[str, str], ...]


def entry_of(answer: Document) -> Entry:
    action: str = answer["action"]
    told: Mapping[str, object] = {
        "action": action,
        "outcome": answer.get("outcome"),
        "unit": answer.get("unit_id"),
        "record": " ".join(filter(None, (answer.get("record_type"), answer.get("record_id")))),
        "subject": answer.get("subject_id"),
        "via": answer.get("via"),
        **answer.get("details", {}),
        "request": answer.get("request_id"),
        "number": f"{answer['service']} {answer['seq']}",
    }
    return Entry(
        at=answer["at"],
        actor=answer.get("actor_name") or "",
        action=ACTS.get(action, action),
        details=tuple((key, str(value)) for key, value in told.items() if value not in (None, "", {}, [])),
    )
