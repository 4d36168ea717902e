"""The audit as people read it: acts in words, and the logs of all services as one, newest first."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from portal.audit.values import Known, Value, value_of
from portal.shared.units import Document, Names, Titled
from servicekit.out.exports.tables import Column, Row, Table, Type
from servicekit.refusals import Unavailable
from servicekit.words import N_
from servicekit.words.formats import as_instant
from servicekit.words.names import folded
from servicekit.words.titles import AUDIT


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor_link` leads to all that this person did."""

    at: str
    actor: str
    actor_link: str
    action: Titled
    unit_id: str
    details: tuple[tuple[str, Value], ...]
    odd: bool = False  # not all of it can be read
    number: str = ""


def entry_of(answer: Document, known: Known) -> Entry:
    action: str = answer["action"]
    told: Mapping[str, object] = {
        "action": action,
        "outcome": answer.get("outcome"),
        "unit": answer.get("unit_id"),
        "record_type": answer.get("record_type"),
        "record": answer.get("record_id"),
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
        action=Titled(AUDIT, action),
        unit_id=answer.get("unit_id") or "",
        odd=bool(answer.get("odd")),
        number=f"{answer['service']} {answer['seq']}",
        details=tuple(
            (key, value_of(key, value, known))
            for key, value in told.items()
            if value not in (None, "", {}, [])
        ),
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody did with the reader's own record or account."""

    at: str
    actor: str
    action: Titled
    unit: Names


def look_of(answer: Document) -> Look:
    action: str = answer["action"]
    names = answer.get("unit_names") or {}
    return Look(answer["at"], answer.get("actor_name") or "", Titled(AUDIT, action), names)


# ── the logs of all services as one ────────────────────────


# A page of one service's log behind a place: {items, next, total}.
Ask = Callable[[str], Document]


@dataclass
class Found:
    """`after` says where each service's log goes on; `more`: whether it does. `silent` services did not answer.

    `totals`: by service; None where one does not count so much.
    """

    items: list[Document] = field(default_factory=list)
    after: dict[str, str] = field(default_factory=dict)
    more: bool = False
    silent: list[str] = field(default_factory=list)
    totals: dict[str, int | None] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.more and not self.silent

    @property
    def total(self) -> int | None:
        """Of all logs, where each was asked and says how many there are."""
        known = [number for number in self.totals.values() if number is not None]
        return sum(known) if len(known) == len(self.totals) and not self.silent else None


@dataclass
class _Log:
    ask: Ask
    next: str
    waiting: list[Document] = field(default_factory=list)
    over: bool = False
    total: int | None = None

    def fetch(self) -> None:
        answer = self.ask(self.next)
        self.waiting, self.next = list(answer["items"]), answer.get("next") or ""
        self.over, self.total = not self.next, answer.get("total")


def newest_first(
    logs: Mapping[str, Ask],
    after: Mapping[str, str],
    fits: Callable[[Document], bool],
    *,
    limit: int,
    budget: int,
) -> Found:
    """The entries of all logs that fit, until there are `limit` of them or `budget` pages have been asked for."""
    walks = {name: _Log(ask, after.get(name, "")) for name, ask in logs.items()}
    found = Found(after=dict(after), totals=dict.fromkeys(logs))
    while True:
        for name, walk in list(walks.items()):
            while not walk.waiting and not walk.over:
                if budget == 0:
                    found.more = True
                    return found
                budget -= 1
                try:
                    walk.fetch()
                    found.totals[name] = walk.total
                except Unavailable:
                    found.silent.append(name)
                    del walks[name]
                    break
                if not walk.waiting and walk.next:
                    found.after[name] = walk.next
        ahead = {name: walk.waiting[0]["at"] for name, walk in walks.items() if walk.waiting}
        if not ahead:
            return found
        name = max(ahead, key=lambda one: ahead[one])
        entry = walks[name].waiting.pop(0)
        found.after[name] = entry["after"]
        if fits(entry):
            found.items.append(entry)
        if len(found.items) == limit:
            found.more = any(walk.waiting or not walk.over for walk in walks.values())
            return found


def done_by(name: str) -> Callable[[Document], bool]:
    """Whether an entry is of somebody whose name has these letters, as people type them; all, where none are given."""
    wanted = folded(name)
    return lambda entry: wanted in folded(entry.get("actor_name") or "")


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
        Column("act", "act"),
        Column("details", "details", Type.NESTED),
    ),
)  # fmt: skip
ODD = N_("Not all of this entry can be read")
INCOMPLETE = N_("This file does not hold all entries that fit: narrow the search, or try again later.")


def table_of(found: Found) -> Table:
    """A file that does not hold all says so in its name, for nobody keeps the page beside it."""
    return TABLE if found.complete else replace(TABLE, name="audit-incomplete")


def rows_of(found: Found, acts: Mapping[str, str]) -> Iterator[Row]:
    """`acts`: their titles in the reader's language; one without is named by its key."""
    for entry in found.items:
        action: str = entry["action"]
        values = {
            **{column.key: entry.get(column.key) for column in TABLE.columns},
            "at": as_instant(entry["at"]),
            "odd": ODD if entry.get("odd") else None,
            "act": acts.get(action, action),
            "details": entry.get("details") or {},
        }
        yield [values[column.key] for column in TABLE.columns]


def notes_of(found: Found, words: Callable[[str], str]) -> dict[str, object]:
    """`complete`: whether this is all; `silent` names the services that did not answer."""
    said = {} if found.complete else {"note": words(INCOMPLETE)}
    return {"complete": found.complete, "silent": found.silent, **said}
