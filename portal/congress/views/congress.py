"""One congress: its steps, what can be done next and by whom, its results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from portal.congress.views.acts import Act, acts_of
from portal.congress.views.opening import Opening, opening_of
from portal.congress.views.returned import CameBack, came_back
from portal.congress.views.versions import kinds_ever, steps_ever
from portal.congress.words import OTHER_FIGURE, OTHER_FIGURES, REPORT_AS_A_WHOLE
from portal.frame.forms import Fault, fault_of
from portal.shared import states
from portal.shared.clients.acts import offered, within_reach
from portal.shared.states import State
from portal.shared.units import Document, Names, Ours, Titled, Unit, Words, plan_names, unit_of
from servicekit.calendar.waiting import urgency
from servicekit.words import N_
from servicekit.words.titles import FIGURES, Group


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    milestone: str
    date: str | None  # None: withdrawn
    at: str
    note: str = ""
    names: Names = field(default_factory=dict)


# Fewer steps behind are shown as they are.
FOLDED_FROM = 3


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    names: Names
    state: State
    held: bool = True
    date: str | None = None
    due: str | None = None
    note: str = ""
    earlier: tuple[Entry, ...] = ()
    correct_link: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """`last`: what was approved of the unit's congress before."""

    word: Titled
    value: float
    key: str = ""
    last: float | None = None


@dataclass(frozen=True, slots=True)
class FigureGroup:
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """`reasons` pairs what must be corrected, in words, with why. `over`: why it was made over units between."""

    at: str
    reasons: tuple[tuple[Words, str], ...] = ()
    over: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that was withdrawn, with the figures that it approved."""

    at: str
    groups: tuple[FigureGroup, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class CongressPage:
    id: str
    version: int
    unit: Unit
    plan: Names
    state: State
    deadline: str
    overdue: State | None
    steps: tuple[Step, ...]
    acts: tuple[Act, ...]
    results: tuple[FigureGroup, ...]
    waiting_for: str = ""
    final: str | None = None  # why nothing more can be reported, where the page does not say it otherwise
    returned: Decision | None = None
    reopened: Decision | None = None
    approved_before: tuple["Approval", ...] = ()
    # When an approval was given, and when it was taken back.
    taken_back: tuple[tuple[str, str], ...] = ()
    approved: Decision | None = None
    cautions: tuple[Fault, ...] = ()
    opening: Opening = field(default_factory=Opening)
    content: Names = field(default_factory=dict)
    content_link: str = ""
    back: CameBack | None = None
    version_of_results: int = 0
    by_code: str = ""  # when something was first reported by a sealed code

    @property
    def behind(self) -> tuple[Step, ...]:
        """What was reached or is not held before the last that was: folded, where it is long."""
        first = next(
            (at for at, step in enumerate(self.steps) if step.held and not step.date), len(self.steps)
        )
        return self.steps[: first - 1] if first > FOLDED_FROM else ()

    @property
    def ahead(self) -> tuple[Step, ...]:
        return self.steps[len(self.behind) :]

    @property
    def acts_over(self) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.over)


WAITS_FOR_SUPERIOR = N_("The report waits for the superior unit. Nothing needs to be done here.")
STEP_OF_SUPERIOR = N_("The next step is the superior unit's. It is recorded there.")
WAITS_FOR_UNIT = N_("The unit itself reports here. Nothing needs to be done by you.")
UNIT_LEFT = N_("The unit does not belong to this plan any more. Nothing more can be reported.")
PLAN_CLOSED = N_("The plan is closed; its figures are final.")
NOTHING_LEFT = N_("Nothing is left to do here at present.")


def congress_page(
    congress: Document,
    plan: Document,
    today: date,
    groups: Sequence[Group] = (),
) -> CongressPage:
    """`groups`: those of its figures, as congress orders them."""
    runs = why_final(congress, plan) is None
    acts = acts_of(congress, plan)
    returned, approved, reopened = (congress.get(key) for key in ("returned", "approved", "reopened"))
    return CongressPage(
        id=congress["id"],
        version=congress["version"],
        unit=unit_with_id(congress),
        plan=plan_names(plan),
        state=states.CONGRESS.get(congress["state"], states.UNKNOWN),
        deadline=congress["deadline"],
        overdue=_overdue(congress, today) if runs else None,
        steps=steps_of(congress, plan),
        acts=acts,
        results=figure_groups(congress.get("results") or {}, groups, last_figures(congress)),
        waiting_for=_waiting_for(congress) if runs and not acts else "",
        final=why_final(congress, plan),
        returned=_returned(returned, plan) if congress["state"] == "returned" and returned else None,
        approved=Decision(approved["at"], over=approved.get("over_reason") or "")
        if congress["state"] == "approved" and approved
        else None,
        reopened=_returned(reopened, plan) if reopened else None,
        approved_before=_approved_before(congress, groups),
        taken_back=tuple(
            (one["at"], one["undone_at"]) for one in congress.get("undone", ()) if one["kind"] == "approved"
        ),
        cautions=tuple(map(fault_of, congress["cautions"])),
        opening=opening_of(congress),
        content=_content(congress, plan),
        content_link=(
            f"/congresses/{congress['id']}/content"
            if offered(congress, "content-type") and len(congress["content_types"]) > 1
            else ""
        ),
        back=came_back(congress),
        version_of_results=len(congress.get("result_entries") or ()),
        by_code=reported_by_code(congress),
    )


def why_final(congress: Document, plan: Document) -> str | None:
    """Why nothing more can be reported or corrected, in words; None where it can. An ended unit's page says its day."""
    if congress.get("unit_ended"):
        return ""
    if congress.get("unit_left"):
        return UNIT_LEFT
    return PLAN_CLOSED if plan.get("state") == "closed" else None


def _approved_before(congress: Document, groups: Sequence[Group]) -> tuple[Approval, ...]:
    """Those that a reopening has withdrawn, the last first."""
    history = congress.get("history", ())
    withdrawn = [one for one, after in pairwise(history) if after["kind"] == "reopened"]
    return tuple(
        Approval(one["at"], figure_groups(one["figures"] or {}, groups), one["results_version"] or 0)
        for one in reversed(withdrawn)
    )


def reported_by_code(congress: Document) -> str:
    """Since when something in it was reported with a sealed code; empty where nothing was."""
    parts = ("entries", "result_entries", "history", "extensions", "explanations", "postponements", "blocks")
    coded = [one["at"] for part in parts for one in congress.get(part) or () if one.get("by_code")]
    return min(coded, default="")


def _content(congress: Document, plan: Document) -> Names:
    kinds: dict[str, Names] = {kind["key"]: kind["names"] for kind in kinds_ever(plan)}
    return kinds.get(congress["content_type"], {})


def unit_with_id(congress: Document) -> Unit:
    """The unit of a congress; its answer names the id and the path beside the unit's words."""
    return unit_of({"id": congress["unit_id"], "path": congress["unit_path"], **congress["unit"]})


def _overdue(congress: Document, today: date) -> State | None:
    if congress["state"] in ("approved", "submitted"):
        return None
    if congress["postponed_until"]:
        return states.STEP_POSTPONED
    if congress["blocked"]:
        return states.STEP_BLOCKED
    return due_state(congress["deadline"], today) if congress["deadline"] < today.isoformat() else None


def days_over(due: str, done: date | str) -> int:
    """How many days after the day that it was due; less than nothing before it."""
    until = date.fromisoformat(done) if isinstance(done, str) else done
    return (until - date.fromisoformat(due)).days


def due_state(due: str | None, today: date) -> State | None:
    if not due:
        return None
    return states.DUE[urgency(date.fromisoformat(due), today)]


def _waiting_for(congress: Document) -> str:
    state, reports = congress["state"], within_reach(congress, "results")
    if reports and any(step.get("superiors") for step in congress["next_steps"]) and state != "submitted":
        return STEP_OF_SUPERIOR
    if state == "submitted":
        return WAITS_FOR_SUPERIOR
    if state == "approved":
        return ""
    return NOTHING_LEFT if reports else WAITS_FOR_UNIT


def _returned(returned: Document, plan: Document) -> Decision:
    reasons = returned.get("reasons", {})
    told = tuple((field_word(name, plan), text) for name, text in reasons.items())
    return Decision(returned["at"], told, returned.get("over_reason") or "", returned.get("by_name", ""))


def _approved(approved: Document) -> Decision:
    return Decision(approved["at"], over=approved.get("over_reason") or "")


def field_word(name: str, plan: Document) -> Words:
    """A field of the report in words: a milestone's names, or the words of a figure."""
    for milestone in steps_ever(plan):
        if milestone["key"] == name:
            names: Names = milestone["names"]
            return names
    return Ours(REPORT_AS_A_WHOLE) if name == "results" else figure_word(name)


# ── steps ──────────────────────────────────────────────────


_STEP_STATES = {
    "done": states.STEP_DONE,
    "late": states.STEP_LATE,
    "overdue": states.STEP_OVERDUE,
    "skipped": states.STEP_SKIPPED,
    "left_out": states.STEP_LEFT_OUT,
    "postponed": states.STEP_POSTPONED,
    "blocked": states.STEP_BLOCKED,
}


def steps_of(congress: Document, plan: Document) -> tuple[Step, ...]:
    names = {milestone["key"]: milestone["names"] for milestone in steps_ever(plan)}
    superiors = {one["key"] for one in steps_ever(plan) if one.get("owner") == "superior"}
    history: dict[str, list[Entry]] = {}
    for entry in entries_of(congress, names):
        history.setdefault(entry.milestone, []).append(entry)
    ahead = {step["milestone"] for step in congress["next_steps"] if step["kind"] == "milestone"}
    steps = []
    for milestone in congress["milestones"]:
        key, done = milestone["key"], milestone["date"]
        entries = history.get(key, [])
        otherwise = states.STEP_NEXT if key in ahead else states.STEP_OPEN
        form = "record-above" if key in superiors else "record"
        steps.append(
            Step(
                key=key,
                names=names.get(key, {}),
                state=_STEP_STATES.get(milestone["state"], otherwise),
                held=milestone["state"] != "skipped",
                date=done,
                due=milestone["due"],
                note=entries[-1].note if entries and done else "",
                earlier=tuple(reversed(entries[:-1] if done else entries)),
                correct_link=f"/congresses/{congress['id']}/{form}?corrects={entries[-1].id}"
                if done and offered(milestone, "record")
                else "",
            )
        )
    return tuple(steps)


def entries_of(congress: Document, names: Mapping[str, Names]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            id=entry["id"],
            milestone=entry["milestone"],
            date=entry.get("date"),
            at=entry["at"],
            note=entry.get("note", ""),
            names=names.get(entry["milestone"], {}),
        )
        for entry in congress["entries"]
    )


def changed_last_by(entries: Sequence[Document], accounts: Sequence[str]) -> bool:
    return bool(entries) and entries[-1]["by"] in accounts


# ── figures ────────────────────────────────────────────────


def figure_word(key: str) -> Titled:
    return Titled(FIGURES, key, OTHER_FIGURE)


def last_figures(congress: Document) -> Mapping[str, float]:
    """Of the unit's congress of the cycle before; none in lists."""
    last: Document = congress.get("last") or {}
    figures: Mapping[str, float] = last.get("figures") or {}
    return figures


def figure_groups(
    figures: Mapping[str, float], groups: Sequence[Group], last: Mapping[str, float] = MappingProxyType({})
) -> tuple[FigureGroup, ...]:
    """The figures that are given, in the order of the form."""
    return tuple(
        FigureGroup(
            group.title,
            tuple(Figure(figure_word(key), figures[key], key, last.get(key)) for key in group.keys),
        )
        for group in groups_for(figures, groups)
    )


def groups_for(keys: Sequence[str] | Mapping[str, float], groups: Sequence[Group]) -> tuple[Group, ...]:
    """The groups of the form, with only these figures; what no group knows comes last."""
    given = [
        Group(group.title, tuple(key for key in group.keys if key in keys), group.hint) for group in groups
    ]
    known = {key for group in groups for key in group.keys}
    others = Group(OTHER_FIGURES, tuple(key for key in keys if key not in known))
    return tuple(group for group in (*given, others) if group.keys)
