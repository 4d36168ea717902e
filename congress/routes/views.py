"""Values as the API shows them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from congress.domain.blocking import holds_up, is_blocked
from congress.domain.cautions import Caution
from congress.domain.changes import since_return
from congress.domain.difficulties import Difficulty
from congress.domain.dossier import cautions_of_dossier, documents_of
from congress.domain.explanations import days_late, owes
from congress.domain.extensions import due_on, planned_day
from congress.domain.gaps import gaps_of, owed
from congress.domain.history import Act, Congress, Explanation, Extension, State, Undone
from congress.domain.overdue import can_be_done, is_left_out
from congress.domain.owners import who_acts
from congress.domain.pilots import Note
from congress.domain.plan import Milestone, Plan, is_planned, issuing
from congress.domain.postponing import is_postponed, latest, postponed_until
from congress.domain.progress import days_of, is_held
from congress.domain.reopening import figures_at, version_at
from congress.domain.results import AT_MOST, FIGURES, SHARES, SUMS, cautions_of_results
from congress.domain.rule_kinds import kinds_ever
from congress.domain.rule_sets import at_version
from congress.domain.rule_steps import earlier_steps
from congress.domain.stated import Gap, GapState
from congress.domain.steps import next_steps
from congress.domain.taking_over import taken_by
from congress.domain.takings import Taking
from congress.domain.template import Template
from congress.operations.plans import PlanView
from congress.operations.rule_sets import Version
from congress.operations.seen import CongressView
from servicekit.refusals import filled
from servicekit.serving.problems import language, message, refusal_document
from servicekit.tree.units import Unit
from servicekit.web.kit import context
from servicekit.words.i18n import translate

Json = dict[str, Any]


def plan_view(view: PlanView) -> Json:
    plan = view.plan
    return {
        "id": plan.id,
        "version": plan.version,
        "name": plan.name,
        "names": plan.names,
        "cycle": plan.cycle,
        "unit_id": plan.unit_id,
        "unit_path": plan.unit_path,
        "state": plan.state.value,
        "opens_on": plan.opens_on,
        "deadlines": plan.deadlines,
        "results_fields": plan.results_fields,
        "open_below": plan.open_below.value,
        "issuing": milestone.key if (milestone := issuing(plan)) else None,
        "deadline_changes": [asdict(one) for one in plan.deadline_changes],
        "rules": plan.rules,
        "earlier_steps": [asdict(one) for one in earlier_steps(plan)],
        "earlier_types": [asdict(one) for one in kinds_ever(plan) if one not in plan.content_types],
        "spreading": plan.spreading,
        "cascade": asdict(view.cascade) if view.cascade else None,
        "cautions": cautions_view(view.cautions),
        "acts": view.acts,
        **_set_view(plan),
    }


def rule_set_view(plan: Plan, version: Version) -> Json:
    one = version.rules
    return {
        "number": one.number,
        "deadlines": one.deadlines,
        "results_fields": at_version(plan, one.number).results_fields,
        **_set_view(at_version(plan, one.number)),
        "reach": one.reach.value,
        "reason": one.reason,
        "at": one.at,
        "by": one.by,
        "congresses": version.congresses,
    }


def template_view(template: Template) -> Json:
    return {**_set_view(template), "results_fields": [figure.key for figure in FIGURES]}


def _set_view(found: Plan | Template) -> Json:
    return {
        "milestones": [asdict(milestone) for milestone in found.milestones],
        "content_types": [asdict(kind) for kind in found.content_types],
        "targets": asdict(found.targets),
        "lateness": asdict(found.lateness),
        "majorities": [asdict(one) for one in found.majorities or context().template.majorities],
        "documents": found.documents,
    }


def figure_views() -> Json:
    reader = language()
    return {
        "items": [
            {**asdict(figure), "title": translate(figure.title, reader)}  # plain values all through
            for figure in FIGURES
        ],
        "sums": [asdict(one) for one in SUMS],
        "at_most": [{"part": part, "wholes": wholes} for part, wholes in AT_MOST],
        "shares": [{"part": part, "wholes": wholes} for part, wholes in SHARES],
    }


def cautions_view(cautions: Iterable[Caution]) -> list[Json]:
    reader = language()
    return [
        {
            "kind": caution.kind,
            "field": caution.field,
            "title": filled(translate(caution.title, reader), caution.params),
            **message(caution.title, caution.params),
        }
        for caution in cautions
    ]


def congress_line(view: CongressView, today: date) -> Json:
    """What a line of a list shows of it."""
    milestones = [_milestone_line(view, milestone, today) for milestone in view.plan.milestones]
    return {**_standing(view, today), "milestones": milestones}


def _standing(view: CongressView, today: date) -> Json:
    """Where it is, how it stands, by when, and whose act comes next."""
    congress, plan = view.congress, view.plan
    return {
        "id": congress.id,
        "version": congress.version,
        "plan_id": congress.plan_id,
        "unit_id": congress.unit.id,
        "unit_path": congress.unit.path,
        "unit": _facts(congress.unit),
        "parent": _facts(view.parent) if view.parent else None,
        "state": congress.state.value,
        "deadline": congress.deadline,
        "days_late": days_late(plan, congress, today),
        "postponed_until": postponed_until(plan, congress) if is_postponed(plan, congress, today) else None,
        "blocked": is_blocked(plan, congress) and not is_postponed(plan, congress, today),
        "gap_due": missing[0].until if (missing := owed(congress)) else None,
        "who_acts": who_acts(plan, congress),
        "responsible": [asdict(one) for one in congress.people] if view.named else [],
        "reminded_at": view.reminded_at,
    }


def congress_view(view: CongressView, today: date) -> Json:
    congress, plan = view.congress, view.plan
    current = congress.current
    return {
        **_standing(view, today),
        "unit_ended": _unit_ended(congress),
        "unit_left": congress.unit.live and not is_planned(plan, congress.unit),
        "planned_deadline": planned_day(plan, congress),
        "extensions": [_answered(one, view.named) for one in congress.extensions],
        "explanations": [_answered(one, view.named) for one in congress.explanations],
        "explanation_owed": owes(plan, congress, today),
        "pilots": [_named(asdict(one), view.named) for one in congress.pilots],
        "pilot_until": congress.pilot_until,
        "lessons": [_named(asdict(one), view.named) for one in congress.lessons],
        "takings": [_taking(one, view.named) for one in congress.takings],
        "own_until": congress.own_until,
        "taken_by": taken_by(plan, congress),
        "set_above": [
            {"unit": {"id": unit.id, **_facts(unit)}, "until": one.until, "day": one.day}
            for one, unit in view.set_above
        ],
        "levels_below": [
            {**asdict(one), "until": congress.takings[-1].below.get(one.level) if congress.takings else None}
            for one in view.levels_below
        ],
        "postponements": [_named(asdict(one), view.named) for one in congress.postponements],
        "postponed_latest": latest(plan, today),
        "blocks": [_named(asdict(one), view.named) for one in congress.blocks],
        "difficulties": [_difficulty(one) for one in view.difficulties],
        "rules": congress.rules,
        "results_fields": plan.results_fields,
        "content_type": congress.content_type,
        "content_types": [kind.key for kind in plan.content_types],
        # The schema reads the fields of a value as it reads those of a document.
        "entries": congress.entries,
        "current": {key: entry.date for key, entry in current.items()},
        "milestones": [_milestone_state(view, milestone, today) for milestone in plan.milestones],
        "results": congress.results,
        "result_entries": congress.result_entries,
        "submitted": _act(view, State.SUBMITTED, {State.SUBMITTED, State.APPROVED}),
        "returned": _act(view, State.RETURNED, {State.RETURNED}),
        "approved": _act(view, State.APPROVED, {State.APPROVED}),
        "reopened": _act(view, State.REOPENED, {State.REOPENED}),
        "since_return": _since_return(view),
        "history": [
            {
                **_told(act, view.named),
                "figures": figures_at(congress, act),
                "results_version": version_at(congress, act),
            }
            for act in congress.acts
        ],
        "opened": _opened(view),
        "gaps": [_gap(one, view.named, today) for one in gaps_of(congress)],
        "undone": [_undone(one, view.named) for one in congress.undone],
        "levels_between": view.between,
        "refusal": refusal_document(view.refusal) if view.refusal else None,
        "next_steps": next_steps(plan, congress),
        "cautions": cautions_view(
            (
                *cautions_of_results(congress.results or {}, plan.targets),
                *cautions_of_dossier(plan, congress),
                *view.cautions,
            )
        ),
        "documents": _documents(congress),
        "acts": view.acts,
        "last": _last(view.last) if view.last else None,
    }


def _documents(congress: Congress) -> list[Json]:
    newest = len(congress.result_entries)
    return [
        {
            "file_id": one.id,
            "kind": one.kind,
            "version": version,
            "newest": version == newest,
            "at": one.said.at if one.said else one.at,
        }
        for one, version in documents_of(congress)
    ]


def _last(view: CongressView) -> Json:
    congress = view.congress
    return {
        "id": congress.id,
        "cycle": view.plan.cycle,
        "deadline": congress.deadline,
        "figures": congress.results,
    }


def _difficulty(one: Difficulty) -> Json:
    return {"id": one.id, "kind": one.kind.value, "milestone": one.blocks.milestone, "text": one.text}


def _facts(unit: Unit) -> Json:
    return {"code": unit.code, "names": unit.names, "level": unit.level}


def _unit_ended(congress: Congress) -> Json | None:
    unit = congress.unit
    return {"on": unit.valid_to, "successors": unit.successors} if not unit.live else None


def _milestone_line(view: CongressView, milestone: Milestone, today: date) -> Json:
    plan, congress = view.plan, view.congress
    entry = congress.current.get(milestone.key)
    due = milestone.due(congress.deadline)
    if not is_held(plan, congress, milestone):
        state = "skipped"
    elif entry is not None and entry.date is not None:
        state = "late" if entry.date > due_on(plan, congress, milestone, entry.date) else "done"
    elif is_postponed(plan, congress, today) and not is_left_out(plan, congress, milestone):
        state = "postponed"
    elif holds_up(plan, congress, milestone) and not is_left_out(plan, congress, milestone):
        state = "blocked"
    elif due < today and not is_left_out(plan, congress, milestone):
        state = "overdue"
    else:
        state = "open" if can_be_done(plan, congress, milestone) else "left_out"
    return {"key": milestone.key, "due": due, "date": entry.date if entry else None, "state": state}


def _milestone_state(view: CongressView, milestone: Milestone, today: date) -> Json:
    earliest, latest = days_of(view.plan, view.congress, milestone, today)
    more = {"earliest": earliest, "latest": latest, "acts": view.steps.get(milestone.key)}
    return _milestone_line(view, milestone, today) | more


def _answered(one: Extension | Explanation, named: bool) -> Json:
    """As with acts, names are told to those who report for the unit or decide."""
    told: Json = {**asdict(one), "state": one.state.value}
    _named(told["answer"] or {}, named)
    return _named(told, named)


def _named(told: Json, named: bool) -> Json:
    told["by_name"] = told.get("by_name", "") if named else ""
    return told


def _taking(one: Taking, named: bool) -> Json:
    told = _named(asdict(one), named)
    if not named:
        told["people"] = [{**person, "account_id": "", "name": ""} for person in told["people"]]
    return told


def lesson_view(note: Note) -> Json:
    """Nobody is told its writer: the reader may be of another branch."""
    return {"unit": _facts(note.unit), "text": note.text, "at": note.at, "until": note.until}


def _act(view: CongressView, kind: State, while_in: set[State]) -> Json | None:
    act = view.congress.last(kind)
    return _told(act, view.named) if act is not None and view.congress.state in while_in else None


def _since_return(view: CongressView) -> Json | None:
    found = since_return(view.plan, view.congress)
    if found is None:
        return None
    changed = {"figures": found.figures, "milestones": found.milestones, "votes": found.votes}
    return {**_told(found.act, view.named), **changed}


def _gap(one: Gap, named: bool, today: date) -> Json:
    """`overdue`: its unit still owes it although the day has passed."""
    told: Json = {**asdict(one), "state": one.state.value}
    told["overdue"] = one.state is GapState.OWED and one.until < today
    for part in (told, *told["earlier"]):
        _named(part["supplied"] or {}, named)
        _named(part["answer"] or {}, named)
    return _named(told, named)


def _opened(view: CongressView) -> Json | None:
    if view.opened is None:
        return None
    opening, unit = view.opened
    office = {"id": unit.id, **_facts(unit)} if unit else None
    return {"at": opening.at, "by_name": opening.by_name if view.named else "", "unit": office}


def _undone(one: Undone, named: bool) -> Json:
    name = one.by_name if named else ""
    return {**_told(one.act, named), "undone_at": one.at, "undone_by": one.by, "undone_by_name": name}


def _told(act: Act, named: bool) -> Json:
    """`named`: who holds which office is for those who report or decide, not for whoever may read the figures."""
    return {
        "kind": act.kind.value,
        "at": act.at,
        "by": act.by,
        "by_name": act.by_name if named else "",
        "by_code": act.by_code,
        "over_reason": act.over_reason,
        "reasons": act.reasons,
    }
