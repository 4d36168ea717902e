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
