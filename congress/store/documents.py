"""Documents to values and back (servicekit.data.documents); counters are nested by the parts of their names."""

from congress.domain.gaps import owed
from congress.domain.history import (
    Act,
    Attachment,
    Block,
    Congress,
    Entry,
    Explanation,
    ExplanationAnswer,
    Extension,
    ExtensionAnswer,
    Lesson,
    Pilot,
    Postponement,
    Removal,
    ResultEntry,
    Undone,
)
from congress.domain.pilots import Note, taught_to, whose_pilot
from congress.domain.plan import Milestone, Plan, PlanHead, milestone_of
from congress.domain.rollup import Rollup
from congress.domain.stated import Gap, GapAnswer, Supplied
from congress.domain.takings import Taking
from servicekit.data.documents import Document, Shape
from servicekit.tree.rollup.sums import groups_of
from servicekit.tree.units_copy import facts_document

# Whoever reported in an unusual way: kept only where it says something.
MARKED = ("by_code", "kept_by")

_NOTES = Shape(Note)
_HEADS = Shape(PlanHead)
PLANS = Shape(Plan, read={Milestone: milestone_of})
_CONGRESSES = Shape(
    Congress,
    sparse={
        Entry: (*MARKED, "above", "over_reason"),
        ResultEntry: (*MARKED, "members", "asked"),
        Act: (*MARKED, "over_reason", "by_name"),
        Undone: ("by_name", "kept_by"),
        Attachment: (*MARKED, "kind", "proves", "said", "said_before"),
        Removal: MARKED,
        Extension: MARKED,
        ExtensionAnswer: ("kept_by", "over_reason"),
        Explanation: MARKED,
        Pilot: ("kept_by", "over_reason"),
        Lesson: MARKED,
        Taking: (*MARKED, "below", "people"),
        Postponement: (*MARKED, "ended_by"),
        Block: (*MARKED, "ended_by"),
        ExplanationAnswer: ("kept_by", "over_reason"),
        Gap: ("supplied", "answer", "earlier"),
        Supplied: MARKED,
        GapAnswer: ("kept_by",),
    },
)


def plan_document(plan: Plan) -> Document:
    return PLANS.document(plan)


def head_of(found: Document) -> PlanHead:
    return _HEADS.value(found)


def plan_of(found: Document) -> Plan:
    return PLANS.value(found)


def congress_document(congress: Congress) -> Document:
    """The unit's id, path and level stand beside it, where lists look for them; and what the deadline is made of."""
    unit = congress.unit
    return {
        **_CONGRESSES.document(congress),
        "unit_id": unit.id,
        "unit_path": list(unit.path),
        "unit": facts_document(unit),
        "level": unit.level,
        "extended_to": congress.extended_to.isoformat() if congress.extended_to else None,
        "pilot_until": congress.pilot_until.isoformat() if congress.pilot_until else None,
        "own_until": congress.own_until.isoformat() if congress.own_until else None,
        "handed_until": congress.handed_until.isoformat() if congress.handed_until else None,
        "gap_until": sorted({one.until.isoformat() for one in owed(congress)}) or None,
        "taught_to": taught_to(congress),
        "pilot_of": whose_pilot(congress),
    }


def congress_of(found: Document) -> Congress:
    unit = {**found["unit"], "id": found["unit_id"], "path": found["unit_path"]}
    return _CONGRESSES.value({**found, "unit": unit})


def note_of(found: Document) -> Note:
    """Of what is kept of a pilot; nothing else of it is looked up."""
    unit = {**found["unit"], "id": found["unit_id"], "path": found["unit_path"]}
    last = {name: found["lessons"][-1][name] for name in ("text", "at")}
    return _NOTES.value({"congress_id": found["_id"], "unit": unit, "until": found["pilot_until"], **last})


def rollup_of(found: Document) -> Rollup:
    return Rollup(
        plan_id=found["plan_id"],
        unit_id=found["unit_id"],
        code=found["code"],
        names=found["names"],
        level=found["level"],
        path=tuple(found["path"]),
        groups=groups_of(found),
    )
