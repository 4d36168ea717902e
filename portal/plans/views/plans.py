"""Plans: how one stands, and the form that makes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.frame.forms import Fault, fault_of
from portal.plans.views.ladders import FIELD, ladder_text
from portal.shared import states
from portal.shared.states import State
from portal.shared.units import Document, Names, plan_names
from servicekit.words import N_

# What it means for an approval that congresses below are not approved; the first is the usual one.
OPEN_BELOW = (
    ("caution", N_("Say so to whoever approves, and let them decide")),
    ("refuse", N_("Approve nothing before them")),
    ("free", N_("Approve in whatever order, and say nothing of them")),
)


@dataclass(frozen=True, slots=True)
class Milestone:
    key: str
    names: Names
    days: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`made` of `total` congresses are planned while it is being handed down."""

    id: str
    version: int
    names: Names
    cycle: str
    unit_id: str
    state: State
    draft: bool
    running: bool
    opens_on: str
    milestones: tuple[Milestone, ...]
    deadlines: tuple[tuple[str, str], ...]
    cautions: tuple[Fault, ...]
    total: int
    made: int
    changes: tuple[Document, ...] = ()
    open_below: str = ""
    explained_after: int = 0
    postponed_most: int = 0
    reminders: str = ""
    issuing: str = ""  # the milestone that says that a unit has taken the plan over

    @property
    def link(self) -> str:
        return f"/plans/{self.id}"


def plan_of(answer: Document, levels: Sequence[str] = ()) -> Plan:
    """`levels` orders the deadlines, from the top down."""
    cascade = answer.get("cascade") or {}
    state = answer["state"]
    order = {level: place for place, level in enumerate(levels)}
    deadlines = sorted(answer["deadlines"].items(), key=lambda item: order.get(item[0], len(order)))
    return Plan(
        id=answer["id"],
        version=answer["version"],
        names=plan_names(answer),
        cycle=answer["cycle"],
        unit_id=answer["unit_id"],
        state=states.PLAN.get(state, states.UNKNOWN),
        draft=state == "draft",
        running=state == "cascading",
        opens_on=answer["opens_on"],
        milestones=tuple(
            Milestone(m["key"], m["names"], m["days_before_deadline"]) for m in answer["milestones"]
        ),
        deadlines=tuple(deadlines),
        cautions=tuple(map(fault_of, answer.get("cautions", ()))),
        total=cascade.get("total", 0),
        made=cascade.get("made", 0),
        changes=tuple(reversed(answer.get("deadline_changes", ()))),
        open_below=dict(OPEN_BELOW).get(answer.get("open_below", ""), ""),
        explained_after=answer["lateness"]["explained_after"],
        postponed_most=answer["lateness"]["postponed_most"],
        reminders=ladder_text(answer["lateness"]["reminders"]),
        issuing=answer.get("issuing") or "",
    )


def lateness_values(lateness: Document) -> dict[str, str]:
    """As forms have them."""
    days = {name: str(number) for name, number in lateness.items() if name != "reminders"}
    return {
        **{f"lateness/{name}": text for name, text in days.items()},
        FIELD: ladder_text(lateness["reminders"]),
    }


def plan_values(answer: Document) -> dict[str, str]:
    """A plan as its form has it."""
    return {
        "name": answer["name"],
        "cycle": answer["cycle"],
        "opens_on": answer["opens_on"],
        "open_below": answer["open_below"],
        **lateness_values(answer["lateness"]),
        **{f"names/{language}": name for language, name in answer["names"].items()},
        **{f"deadlines/{level}": day for level, day in answer["deadlines"].items()},
        **{f"milestones/{one['key']}": str(one["days_before_deadline"]) for one in answer["milestones"]},
    }


def milestones_offered(answer: Document, template: Document) -> list[dict[str, Any]]:
    """The plan's own in their order, and those of the organisation that it leaves out where they would stand."""
    offered = [dict(one) for one in answer["milestones"]]
    for position, one in enumerate(template["milestones"]):
        keys = [milestone["key"] for milestone in offered]
        if one["key"] not in keys:
            before = [other["key"] for other in template["milestones"][:position]]
            place = max((keys.index(key) + 1 for key in before if key in keys), default=0)
            offered.insert(place, dict(one))
    return offered


def differences(answer: Document, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Fields of the form, and what is saved in them, where it is not what was typed."""
    return [(name, value) for name, value in plan_values(answer).items() if typed.get(name, value) != value]


def open_plans(plans: Sequence[Document]) -> list[Document]:
    """Those with congresses, the newest first."""
    shown = [plan for plan in plans if plan["state"] in ("cascading", "open", "closed")]
    return sorted(shown, key=lambda plan: (plan["state"] == "closed", _later_first(plan["opens_on"])))


def _later_first(day: str) -> int:
    return -int(day.replace("-", ""))
