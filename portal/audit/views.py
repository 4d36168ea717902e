"""The audit as people read it: acts in words, and the logs of all services as one, newest first."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from portal.shared.units import Document, Names
from servicekit.out.exports.tables import Column, Row, Table, Type
from servicekit.refusals import Unavailable
from servicekit.words import N_
from servicekit.words.formats import as_instant

# What each service writes, in words.
IDENTITY = {
    "sign_in.accepted": N_("Signed in"),
    "sign_in.refused": N_("Sign-in refused"),
    "sign_out": N_("Signed out"),
    "session.replaced": N_("Session replaced by a new one"),
    "session.ended": N_("Session ended"),
    "session.ended_by_eid": N_("Session ended by the eID"),
    "session.ended_by_joining": N_("Session ended by joining two accounts"),
    "session.ended_as_denied": N_("Session ended: its person denied the sign-in"),
    "session.ended_with_window": N_("Session ended with the outage window"),
    "session.ended_with_codes": N_("Session ended with the sealed codes that let it in"),
    "session.ended_with_keys": N_("Session ended: its service account was given new keys"),
    "session.one_of_too_many": N_("Session ended: its account had too many open ones"),
    "sessions.ended": N_("Sessions ended"),
    "sessions.ended_by_superior": N_("Sessions ended by a superior"),
    "session.ended_by_superior": N_("One of these sessions ended"),
    "joint_act.asked": N_("An act of two administrators asked for"),
    "joint_act.confirmed": N_("An act of two administrators confirmed"),
    "joint_act.lapsed": N_("An act of two administrators not confirmed in time"),
    "joint_act.withdrawn": N_("An act of two administrators taken back"),
    "logout.refused": N_("Sign-out by the eID refused"),
    "grant.given": N_("Access given"),
    "grant.proposed": N_("Access proposed"),
    "grant.confirmed": N_("Access confirmed by a second person"),
    "grant.declined": N_("Access declined"),
    "grant.bound": N_("Invited person signed in"),
    "grant.accepted": N_("Access accepted by its person"),
    "grant.refused_by_holder": N_("Access declined by its person"),
    "grant.recertified": N_("Access confirmed for another year"),
    "grant.handover_stopped": N_("A hand-over was stopped in the middle"),
    "grant.cut_off": N_("Access stopped with that of whoever gave it"),
    "grant.unconfirmed": N_("Access stopped: nobody confirmed it in time"),
    "grant.suspended": N_("Access suspended"),
    "grant.resumed": N_("Access put in force again"),
    "grant.revoked": N_("Access revoked"),
    "grant.resigned": N_("Access given up by its holder"),
    "grant.removal_proposed": N_("Removal asked for"),
    "grant.removed_by_peers": N_("Removed by two peers"),
    "grant.mandate_ended": N_("Office ended with its mandate"),
    "grant.confirmed_by_operator": N_("Confirmed by the operator, as there was no second person"),
    "fallback.window_opened_by_operator": N_("Window opened by the operator, as there was no second person"),
    "grant.removed_by_operator": N_("Removal confirmed by the operator, as there was no second person"),
    "grant.held_back": N_("Held back, as the person is barred from it"),
    "grant.ban_lifted": N_("What barred somebody from a role was lifted"),
    "grant.took_place": N_("Successor took the place of whoever left"),
    "grant.adopted": N_("Access hangs on a successor now"),
    "grant.handed_over_all": N_("Access handed over to a successor"),
    "grant.replaced": N_("Access given way to another grant"),
    "grant.taken_over": N_("Access taken over by a superior"),
    "grant.followed_up": N_("All whose access hung on it have been told"),
    "grant.period_proposed": N_("Longer access asked for"),
    "grant.period_declined": N_("Longer access declined"),
    "grant.period_changed": N_("Another last day for access"),
    "grant.moved": N_("Access followed its unit"),
    "grant.unit_ended": N_("Access ended with its unit"),
    "grant.unit_back": N_("Access came back with its unit"),
    "grant.handed_over": N_("Access went over to the joined account"),
    "account.made": N_("Account made"),
    "account.changed": N_("Account changed"),
    "contact.released": N_("Contact released to those in the line above"),
    "contact.withdrawn": N_("Released contact withdrawn"),
    "account.duplicate_noticed": N_("Second account of one person noticed"),
    "account.joined": N_("Two accounts of one person joined"),
    "audit.exported": N_("Audit entries taken along"),
    "machine.registered": N_("Machine registered"),
    "machine.changed": N_("Machine changed"),
    "machine.signed_in": N_("Machine signed in"),
    "access.asked": N_("Access asked for by somebody without any"),
    "access.request_given": N_("Access given to whoever asked for it"),
    "access.request_declined": N_("Request for access declined"),
    "fallback.official_named": N_("Official named for outages"),
    "fallback.codes_drawn": N_("Sealed codes drawn by their owner"),
    "fallback.official_removed": N_("Official for outages removed"),
    "fallback.window_asked": N_("Outage window asked for"),
    "fallback.window_opened": N_("Outage window opened by a second person"),
    "fallback.window_ended": N_("Outage window ended"),
    "fallback.signed_in": N_("Signed in with a sealed code"),
    "fallback.confirmed": N_("Sign-in with a sealed code confirmed"),
    "fallback.denied": N_("Sign-in with a sealed code denied"),
}
MEMBERSHIP = {
    "counts.mended": N_("Counts of members made right from their sources"),
    "member.registered": N_("Member registered"),
    "member.changed": N_("Member's record changed"),
    "member.left": N_("Member left"),
    "member.moved": N_("Member moved to another unit"),
    "member.read": N_("Member's record read"),
    "member.history_read": N_("Member's history read"),
    "member.looked_up": N_("Member looked up by number"),
    "member.refused": N_("Registration refused"),
    "members.listed": N_("Members listed"),
    "member.looks_read": N_("Asked who had looked at the own record"),
    "units.import_begun": N_("Import of units begun"),
    "units.imported": N_("Units imported"),
    "unit.move_asked": N_("Move of a unit asked for"),
    "unit.moved": N_("Unit moved"),
    "unit.move_withdrawn": N_("Move of a unit over: access of whoever asked has ended"),
    "unit.move_declined": N_("Move of a unit declined"),
}
CONGRESS = {
    "plan.created": N_("Plan made"),
    "plan.changed": N_("Plan changed"),
    "plan.cascaded": N_("Plan handed down"),
    "plan.deleted": N_("Draft of a plan deleted"),
    "plan.closed": N_("Plan closed"),
    "plan.deadlines_changed": N_("Deadlines changed"),
    "rollup.mended": N_("Figures made right from their sources"),
    "milestone.recorded": N_("Milestone recorded"),
    "content_type.chosen": N_("Kind of congress chosen"),
    "results.reported": N_("Results reported"),
    "congress.submitted": N_("Report sent up"),
    "congress.approved": N_("Report approved"),
    "congress.returned": N_("Report returned"),
    "congress.reopened": N_("Approved report reopened"),
    "attachment.added": N_("File added to the report"),
    "attachment.removed": N_("File removed from the report"),
    "comment.written": N_("Comment written"),
    "comment.changed": N_("Comment changed"),
    "comment.withdrawn": N_("Comment withdrawn"),
    "comment.file_added": N_("File added to a comment"),
    "comment.file_removed": N_("File removed from a comment"),
    "file.refused": N_("File refused when it was checked"),
    "milestone.recorded_above": N_("Milestone recorded by the superior unit"),
}
# Written by whichever service refused it.
EVERYWHERE = {
    "attempt.refused": N_("Refused for lack of right"),
    "export.asked": N_("File of figures asked for"),
    "export.cancelled": N_("File of figures no longer asked for"),
    "export.taken": N_("Figures or a report taken along as a file"),
    "job.cancelled": N_("Task cancelled"),
    "job.tried_again": N_("Failed task tried again"),
}
OWN_ACTS = {"identity": IDENTITY, "membership": MEMBERSHIP, "congress": CONGRESS}
ACTS_OF = {
    service: {**OWN_ACTS.get(service, {}), **EVERYWHERE}
    for service in ("identity", "membership", "congress", "notifications")
}
# An act that is not here is shown by its key.
ACTS = {key: word for acts in ACTS_OF.values() for key, word in acts.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor_link` leads to all that this person did."""

    at: str
    actor: str
    actor_link: str
    action: str
    unit_id: str
    details: tuple[tuple[str, str], ...]
    odd: bool = False  # not all of it can be read
    number: str = ""


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
        actor_link=f"/audit?actor={answer['actor']}" if answer.get("actor_name") else "",
        action=ACTS.get(action, action),
        unit_id=answer.get("unit_id") or "",
        odd=bool(answer.get("odd")),
        number=f"{answer['service']} {answer['seq']}",
        details=tuple((key, str(value)) for key, value in told.items() if value not in (None, "", {}, [])),
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody did with the reader's own record or account."""

    at: str
    actor: str
    action: str
    unit: Names


def look_of(answer: Document) -> Look:
    action: str = answer["action"]
    names = answer.get("unit_names") or {}
    return Look(answer["at"], answer.get("actor_name") or "", ACTS.get(action, action), names)


# ── the logs of all services as one ────────────────────────


# A page of one service's log before a number: {items, next}.
Ask = Callable[[int | None], Document]


@dataclass
class Found:
    """`before` says where each service's log goes on; `more`: whether it does. `silent` services did not answer."""

    items: list[Document] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    more: bool = False
    silent: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not self.more and not self.silent


@dataclass
class _Log:
    ask: Ask
    next: int | None
    waiting: list[Document] = field(default_factory=list)
    over: bool = False

    def fetch(self) -> None:
        answer = self.ask(self.next)
        self.waiting, self.next = list(answer["items"]), answer.get("next")
        self.over = self.next is None


def newest_first(
    logs: Mapping[str, Ask],
    before: Mapping[str, int],
    fits: Callable[[Document], bool],
    *,
    limit: int,
    budget: int,
) -> Found:
    """The entries of all logs that fit, until there are `limit` of them or `budget` pages have been asked for."""
    walks = {name: _Log(ask, before.get(name)) for name, ask in logs.items()}
    found = Found(before=dict(before))
    while True:
        for name, walk in list(walks.items()):
            while not walk.waiting and not walk.over:
                if budget == 0:
                    found.more = True
                    return found
                budget -= 1
                try:
                    walk.fetch()
                except Unavailable:
                    found.silent.append(name)
                    del walks[name]
                    break
                if not walk.waiting and walk.next is not None:
                    found.before[name] = walk.next
        ahead = {name: walk.waiting[0]["at"] for name, walk in walks.items() if walk.waiting}
        if not ahead:
            return found
        name = max(ahead, key=lambda one: ahead[one])
        entry = walks[name].waiting.pop(0)
        found.before[name] = entry["seq"]
        if fits(entry):
            found.items.append(entry)
        if len(found.items) == limit:
            found.more = any(walk.waiting or not walk.over for walk in walks.values())
            return found


def done_by(name: str) -> Callable[[Document], bool]:
    """Whether an entry is of somebody whose name has these letters; all, where none are given."""
    wanted = name.casefold()
    return lambda entry: wanted in (entry.get("actor_name") or "").casefold()


# ── to take along ──────────────────────────────────────────


# Named as the API names them, for whoever compares; an act is said in words beside its key.
TABLE = Table(
    "audit",
    (
        Column("at", "at", Type.INSTANT),
        Column("service", "service"),
        Column("seq", "seq", Type.WHOLE),
        Column("action", "action"),
        *(
            Column(name, name)
            for name in (
                "actor_name", "actor", "outcome", "unit_id", "record_type", "record_id", "subject_id", "via",
                "request_id",
            )
        ),
        Column("odd", "odd", Type.WORD),
        Column("act", "act", Type.WORD),
        Column("details", "details", Type.NESTED),
    ),
)  # fmt: skip
ODD = N_("Not all of this entry can be read")
INCOMPLETE = N_("This file does not hold all entries that fit: narrow the search, or try again later.")


def table_of(found: Found) -> Table:
    """A file that does not hold all says so in its name, for nobody keeps the page beside it."""
    return TABLE if found.complete else replace(TABLE, name="audit-incomplete")


def rows_of(found: Found) -> Iterator[Row]:
    for entry in found.items:
        action: str = entry["action"]
        values = {
            **{column.key: entry.get(column.key) for column in TABLE.columns},
            "at": as_instant(entry["at"]),
            "odd": ODD if entry.get("odd") else None,
            "act": ACTS.get(action, action),
            "details": entry.get("details") or {},
        }
        yield [values[column.key] for column in TABLE.columns]


def notes_of(found: Found, words: Callable[[str], str]) -> dict[str, object]:
    """`complete`: whether this is all; `silent` names the services that did not answer."""
    said = {} if found.complete else {"note": words(INCOMPLETE)}
    return {"complete": found.complete, "silent": found.silent, **said}
