"""Documents to values and back. Days are kept as ISO texts, counters nested by the parts of their names."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from congress.domain.plan import (
    DeadlineChange,
    OpenBelow,
    Plan,
    PlanState,
    Targets,
    content_type_of,
    milestone_of,
)
from congress.domain.progress import Act, Choice, Congress, Entry, ResultEntry, State
from congress.domain.rollup import COUNTING, Contribution, Counters, Groups, Rollup
from servicekit.units import Unit

Document = dict[str, Any]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def day_text(of: date | None) -> str | None:
    return of.isoformat() if of else None


def plan_document(plan: Plan) -> Document:
    return {
        "_id": plan.id,
        "name": plan.name,
        "names": dict(plan.names),
        "cycle": plan.cycle,
        "unit_id": plan.unit_id,
        "unit_path": list(plan.unit_path),
        "opens_on": plan.opens_on.isoformat(),
        "deadlines": {level: deadline.isoformat() for level, deadline in plan.deadlines.items()},
        "milestones": [
            {
                "key": milestone.key,
                "names": dict(milestone.names),
                "days_before_deadline": milestone.days_before_deadline,
                "required": milestone.required,
                "waits_for_parent": milestone.waits_for_parent,
                "applies": milestone.applies.value,
                "mark": milestone.mark.value if milestone.mark else None,
                "owner": milestone.owner.value,
            }
            for milestone in plan.milestones
        ],
        "content_types": [
            {
                "key": kind.key,
                "names": dict(kind.names),
                "elects_committee": kind.elects_committee,
                "elects_delegates": kind.elects_delegates,
            }
            for kind in plan.content_types
        ],
        "results_fields": list(plan.results_fields),
        "targets": {
            "women": plan.targets.women,
            "young": plan.targets.young,
            "candidates_least": plan.targets.candidates_least,
            "candidates_most": plan.targets.candidates_most,
        },
        "open_below": plan.open_below.value,
        "deadline_changes": [
            {
                "level": one.level,
                "before": one.before.isoformat(),
                "after": one.after.isoformat(),
                "reason": one.reason,
                "at": one.at,
                "by": one.by,
            }
            for one in plan.deadline_changes
        ],
        "spreading": plan.spreading,
        "state": plan.state.value,
    }


def plan_of(found: Document) -> Plan:
    return Plan(
        id=found["_id"],
        name=found["name"],
        names=found["names"],
        cycle=found["cycle"],
        unit_id=found["unit_id"],
        unit_path=tuple(found["unit_path"]),
        opens_on=date.fromisoformat(found["opens_on"]),
        deadlines={level: date.fromisoformat(text) for level, text in found["deadlines"].items()},
        milestones=tuple(milestone_of(milestone) for milestone in found["milestones"]),
        content_types=tuple(content_type_of(kind) for kind in found["content_types"]),
        results_fields=tuple(found["results_fields"]),
        targets=Targets(**found["targets"]),
        deadline_changes=tuple(
            DeadlineChange(
                *(one["level"], date.fromisoformat(one["before"]), date.fromisoformat(one["after"])),
                *(one["reason"], one["at"], one["by"]),
            )
            for one in found.get("deadline_changes", ())
        ),
        spreading=found.get("spreading", False),
        open_below=OpenBelow(found.get("open_below", OpenBelow.CAUTION)),
        state=PlanState(found["state"]),
        version=found["version"],
    )


def facts_document(unit: Unit) -> Document:
    """What a record tells of its unit, besides the unit's id and path."""
    facts: Document = {
        "code": unit.code,
        "names": dict(unit.names),
        "level": unit.level,
        "parent_id": unit.parent_id,
    }
    if not unit.live:
        facts |= {"valid_to": day_text(unit.valid_to), "successors": list(unit.successors)}
    return facts


def congress_document(congress: Congress) -> Document:
    return {
        "_id": congress.id,
        "plan_id": congress.plan_id,
        "unit_id": congress.unit.id,
        "unit_path": list(congress.unit.path),
        "unit": facts_document(congress.unit),
        "level": congress.unit.level,
        "deadline": congress.deadline.isoformat(),
        "content_type": congress.content_type,
        "has_subordinates": congress.has_subordinates,
        "state": congress.state.value,
        "entries": [
            {
                "id": entry.id,
                "milestone": entry.milestone,
                "date": entry.date.isoformat() if entry.date else None,
                "note": entry.note,
                "at": entry.at,
                "by": entry.by,
                "corrects": entry.corrects,
                **_marked(entry),
            }
            for entry in congress.entries
        ],
        "result_entries": [
            {
                "id": entry.id,
                "figures": dict(entry.figures),
                "at": entry.at,
                "by": entry.by,
                **_marked(entry),
            }
            for entry in congress.result_entries
        ],
        "acts": [
            {
                "kind": act.kind.value,
                "at": act.at,
                "by": act.by,
                "reasons": dict(act.reasons),
                **_marked(act),
            }
            for act in congress.acts
        ],
        "chosen": [{"at": one.at, "by": one.by, "kept_by": one.kept_by} for one in congress.chosen],
    }


def congress_of(found: Document) -> Congress:
    unit = found["unit"]
    return Congress(
        id=found["_id"],
        plan_id=found["plan_id"],
        unit=Unit(
            id=found["unit_id"],
            code=unit["code"],
            names=unit["names"],
            level=unit["level"],
            parent_id=unit["parent_id"],
            path=tuple(found["unit_path"]),
            valid_to=day(unit.get("valid_to")),
            successors=tuple(unit.get("successors", ())),
        ),
        deadline=date.fromisoformat(found["deadline"]),
        content_type=found["content_type"],
        has_subordinates=found["has_subordinates"],
        state=State(found["state"]),
        entries=tuple(
            Entry(
                id=entry["id"],
                milestone=entry["milestone"],
                date=day(entry["date"]),
                note=entry["note"],
                at=entry["at"],
                by=entry["by"],
                corrects=entry["corrects"],
                by_code=entry.get("by_code", False),
                kept_by=entry.get("kept_by", ""),
                above=entry.get("above", False),
            )
            for entry in found["entries"]
        ),
        result_entries=tuple(
            ResultEntry(
                *(entry["id"], entry["figures"], entry["at"], entry["by"]),
                **_mark_of(entry),
            )
            for entry in found["result_entries"]
        ),
        acts=tuple(
            Act(*(State(act["kind"]), act["at"], act["by"], act["reasons"]), **_mark_of(act))
            for act in found["acts"]
        ),
        chosen=tuple(Choice(**one) for one in found.get("chosen", ())),
        version=found["version"],
    )


def nested(counters: Counters) -> Document:
    """{"done.opened": 1} as {"done": {"opened": 1}}: what $inc makes of the dotted name."""
    made: Document = {}
    for name, value in counters.items():
        first, _, rest = name.partition(".")
        if rest:
            made.setdefault(first, {})[rest] = value
        else:
            made[first] = value
    return made


def flat(found: Mapping[str, Any]) -> dict[str, int]:
    made: dict[str, int] = {}
    for name, value in found.items():
        if isinstance(value, Mapping):
            made |= {f"{name}.{rest}": count for rest, count in value.items()}
        else:
            made[name] = value
    return made


def contribution_document(congress: Congress, contribution: Contribution) -> Document:
    return {
        "_id": congress.id,
        "plan_id": congress.plan_id,
        "version": congress.version,
        "path": list(contribution.path),
        "group": contribution.group,
        "counting": COUNTING,
        "counters": nested(contribution.counters),
    }


def contribution_of(found: Document) -> Contribution:
    return Contribution(tuple(found["path"]), found["group"], flat(found["counters"]))


def groups_of(found: Document) -> Groups:
    return {key: flat(counters) for key, counters in found.get("groups", {}).items()}


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


def _marked(one: Entry | ResultEntry | Act) -> Document:
    """Kept only where it says something."""
    return {
        **({"by_code": True} if one.by_code else {}),
        **({"kept_by": one.kept_by} if one.kept_by else {}),
        **({"above": True} if isinstance(one, Entry) and one.above else {}),
    }


def _mark_of(found: Document) -> Document:
    return {"by_code": found.get("by_code", False), "kept_by": found.get("kept_by", "")}
