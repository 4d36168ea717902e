"""Congresses: read, reported on, sent up, sent back and approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from congress import events
from congress.domain import approval, owners, reopening
from congress.domain import progress as rules
from congress.domain.cautions import Caution
from congress.domain.plan import Owner, Plan, PlanState
from congress.domain.planned import congresses_above
from congress.domain.progress import By, Congress, Report
from congress.domain.reopening import ReopenedBySuperior
from congress.domain.results import Figures
from congress.operations.outside import Outside
from servicekit.access import Caller, UnknownHere, decide, require
from servicekit.events import AuditEntry, Event
from servicekit.listing import Page, newest_first, page_of
from servicekit.refusals import Stale

READ = "congress:read"
REPORT = "congress:report"
APPROVE = "congress:approve"
MANAGE = "plan:manage"


@dataclass(frozen=True, slots=True)
class CongressView:
    """A congress with its plan, which is needed to say what comes next."""

    congress: Congress
    plan: Plan
    between: int = 0  # units with a congress between this one and the caller's nearest superior unit
    cautions: tuple[Caution, ...] = ()


def read_congress(outside: Outside, caller: Caller, congress_id: str) -> CongressView:
    congress, plan = _allowed(outside, caller, congress_id, READ)
    cautions = approval.caution_of(congress, _open_below(outside, congress))
    return CongressView(congress, plan, _levels_between(outside, caller, plan, congress), cautions)


def _open_below(outside: Outside, congress: Congress) -> int:
    rollup = outside.rollups.find(congress.plan_id, congress.unit.id)
    return approval.open_below(congress, rollup.groups) if rollup else 0


def _levels_between(outside: Outside, caller: Caller, plan: Plan, congress: Congress) -> int:
    if not decide(caller, APPROVE, congress.unit.path, outside.clock.now()).allowed:
        return 0
    found = outside.units.many(congress.unit.path[:-1])
    above = [found[unit_id] for unit_id in congress.unit.path[:-1] if unit_id in found]
    return approval.levels_between(plan, congress, above, caller, APPROVE)


def find_congresses(
    outside: Outside,
    caller: Caller,
    *,
    unit_id: str,
    below: str,
    plan_id: str,
    state: str,
    direct: bool,
    after: str,
    limit: int,
) -> Page[CongressView]:
    """Those of one unit where `unit_id` is given, else those of `below` and all below it, or `direct`ly below."""
    if direct:
        found = list_congresses_directly_below(outside, caller, below, plan_id, state)
        return page_of(found, _by_deadline, after, limit)
    if unit_id:
        found = list_congresses(outside, caller, unit_id, plan_id, state)
        return page_of(found, lambda view: (newest_plan_first(view.plan), view.congress.id), after, limit)
    return list_congresses_below(
        outside, caller, below, plan_id=plan_id, state=state, after=after, limit=limit
    )


def newest_plan_first(plan: Plan) -> str:
    return newest_first(datetime.combine(plan.opens_on, time()))


def list_congresses(
    outside: Outside, caller: Caller, unit_id: str, plan_id: str, state: str
) -> list[CongressView]:
    """Those of one unit."""
    _may_read(outside, caller, unit_id)
    plans = _running_plans(outside)
    return [
        CongressView(congress, plans[congress.plan_id])
        for congress in outside.congresses.of_unit(unit_id, plan_id)
        if congress.plan_id in plans and state in ("", congress.state)
    ]


def _by_deadline(view: CongressView) -> tuple[str, str, str]:
    congress = view.congress
    return (congress.deadline.isoformat(), congress.unit.code, congress.id)


def list_congresses_directly_below(
    outside: Outside, caller: Caller, unit_id: str, plan_id: str, state: str
) -> list[CongressView]:
    """Those that no unit with a congress stands above before this one: what is this unit's own to decide."""
    _may_read(outside, caller, unit_id)
    plan = _running_plans(outside).get(plan_id)
    if plan is None:
        raise UnknownHere()
    now = outside.clock.now()
    return [
        CongressView(congress, plan)
        for congress in outside.congresses.of_units(_directly_below(outside, plan, unit_id), plan_id)
        if state in ("", congress.state) and decide(caller, READ, congress.unit.path, now).allowed
    ]


def _directly_below(outside: Outside, plan: Plan, unit_id: str) -> list[str]:
    """A unit without a congress, such as a grouping, is looked through."""
    found: list[str] = []
    waiting = [unit_id]
    while waiting:
        for child in outside.rollups.children(plan.id, waiting.pop()):
            (found if child.level in plan.deadlines else waiting).append(child.unit_id)
    return found


def list_congresses_below(
    outside: Outside, caller: Caller, unit_id: str, *, plan_id: str, state: str, after: str, limit: int
) -> Page[CongressView]:
    """Those of a unit and all below it, by deadline and code: say, those that wait for approval."""
    _may_read(outside, caller, unit_id)
    plans, now = _running_plans(outside), outside.clock.now()
    lines = [
        line
        for line in outside.congresses.below(unit_id, state)
        if line.plan_id in plans
        and plan_id in ("", line.plan_id)
        and decide(caller, READ, line.unit_path, now).allowed
    ]
    page = page_of(lines, lambda line: (line.deadline, line.code, line.congress_id), after, limit)
    found = outside.congresses.many([line.congress_id for line in page.items])
    return Page([CongressView(one, plans[one.plan_id]) for one in found], page.next, page.total)


def _may_read(outside: Outside, caller: Caller, unit_id: str) -> None:
    unit = outside.units.find(unit_id)
    if unit is None:
        raise UnknownHere()
    require(caller, READ, unit.path, outside.clock.now())


def _running_plans(outside: Outside) -> dict[str, Plan]:
    return {plan.id: plan for plan in outside.plans.all() if plan.state is not PlanState.DRAFT}


def record_milestone(
    outside: Outside, caller: Caller, congress_id: str, report: Report, expected_version: int
) -> CongressView:
    congress, plan = _allowed(outside, caller, congress_id, REPORT, expected_version)
    changed = _recorded(outside, caller, plan, congress, report, Owner.UNIT)
    waits = owners.waits_for_superior(plan, changed) and not owners.waits_for_superior(plan, congress)
    told = [events.about(events.WAITS_FOR_SUPERIOR, changed)] if waits else []
    return _saved(outside, plan, changed, expected_version, "milestone.recorded", _told(report), told)


def record_superiors_milestone(
    outside: Outside,
    caller: Caller,
    congress_id: str,
    report: Report,
    expected_version: int,
    *,
    over_levels: bool,
) -> CongressView:
    """A step that the plan gives to the superior: recorded from above, never by the unit itself."""
    congress, plan, between = _superior(
        outside, caller, congress_id, expected_version, over_levels=over_levels
    )
    rules.refuse_contributors(congress, caller)
    changed = _recorded(outside, caller, plan, congress, report, Owner.SUPERIOR)
    details = {**_told(report), **_over(between)}
    return _saved(outside, plan, changed, expected_version, "milestone.recorded_above", details)


def _recorded(
    outside: Outside, caller: Caller, plan: Plan, congress: Congress, report: Report, owner: Owner
) -> Congress:
    above = next(iter(outside.congresses.many(congresses_above(plan, congress.unit))), None)
    return owners.record(plan, congress, report, above, _by(outside, caller), outside.new_id(), owner)


def _told(report: Report) -> dict[str, object]:
    return {"milestone": report.milestone, "date": report.date.isoformat() if report.date else None}


def _over(between: int) -> dict[str, object]:
    return {"over_levels": between} if between else {}


def choose_content_type(
    outside: Outside, caller: Caller, congress_id: str, content_type: str, expected_version: int
) -> CongressView:
    congress, plan = _allowed(outside, caller, congress_id, REPORT, expected_version)
    changed = rules.choose_content_type(plan, congress, content_type, _by(outside, caller))
    details = {"content_type": content_type}
    return _saved(outside, plan, changed, expected_version, "content_type.chosen", details)


def report_results(
    outside: Outside, caller: Caller, congress_id: str, figures: Figures, expected_version: int
) -> CongressView:
    congress, plan = _allowed(outside, caller, congress_id, REPORT, expected_version)
    changed = rules.report_results(plan, congress, figures, _by(outside, caller), outside.new_id())
    return _saved(outside, plan, changed, expected_version, "results.reported", {})


def submit(outside: Outside, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    congress, plan = _allowed(outside, caller, congress_id, REPORT, expected_version)
    changed = rules.submit(plan, congress, _by(outside, caller), outside.new_id())
    told = [events.about(events.SUBMITTED, changed)]
    return _saved(outside, plan, changed, expected_version, "congress.submitted", {}, told)


def approve(
    outside: Outside, caller: Caller, congress_id: str, expected_version: int, *, over_levels: bool = False
) -> CongressView:
    congress, plan, between = _superior(
        outside, caller, congress_id, expected_version, over_levels=over_levels
    )
    open_below = _open_below(outside, congress)
    approval.refuse_before_subordinates(plan, open_below)
    rules.refuse_contributors(congress, caller)
    changed = rules.approve(plan, congress, _by(outside, caller), outside.new_id())
    told = [events.about(events.APPROVED, changed)]
    details = {**_over(between), **({"open_below": open_below} if open_below else {})}
    return _saved(outside, plan, changed, expected_version, "congress.approved", details, told)


def send_back(
    outside: Outside,
    caller: Caller,
    congress_id: str,
    reasons: Mapping[str, str],
    expected_version: int,
    *,
    over_levels: bool = False,
) -> CongressView:
    congress, plan, between = _superior(
        outside, caller, congress_id, expected_version, over_levels=over_levels
    )
    rules.refuse_contributors(congress, caller)
    changed = rules.send_back(plan, congress, reasons, _by(outside, caller), outside.new_id())
    told = [events.about(events.RETURNED, changed)]
    fields: dict[str, object] = {"fields": sorted(reasons), **_over(between)}
    return _saved(outside, plan, changed, expected_version, "congress.returned", fields, told)


def reopen(
    outside: Outside,
    caller: Caller,
    congress_id: str,
    reason: str,
    expected_version: int,
    *,
    over_levels: bool = False,
) -> CongressView:
    """The superior gives an approved report back to be corrected; what was approved stays in the history."""
    congress, plan, between = _superior(
        outside, caller, congress_id, expected_version, over_levels=over_levels
    )
    return _reopened(outside, caller, plan, congress, reason, expected_version, between)


def reopen_topmost(
    outside: Outside, caller: Caller, congress_id: str, reason: str, expected_version: int
) -> CongressView:
    """Nobody stands above the topmost unit: whoever manages its plan, and did not send the report, opens it."""
    congress, plan = _allowed(outside, caller, congress_id, MANAGE, expected_version)
    if congress.unit.parent_id is not None:
        raise ReopenedBySuperior()
    rules.refuse_contributors(congress, caller)
    return _reopened(outside, caller, plan, congress, reason, expected_version, 0)


def _reopened(
    outside: Outside,
    caller: Caller,
    plan: Plan,
    congress: Congress,
    reason: str,
    expected_version: int,
    between: int,
) -> CongressView:
    changed = reopening.reopen(plan, congress, reason, _by(outside, caller), outside.new_id())
    told = [events.about(events.REOPENED, changed)]
    return _saved(outside, plan, changed, expected_version, "congress.reopened", _over(between), told)


def _superior(
    outside: Outside, caller: Caller, congress_id: str, expected_version: int, *, over_levels: bool
) -> tuple[Congress, Plan, int]:
    """The congress and its plan for whoever acts from above, and over how many units' heads that is."""
    congress, plan = _allowed(outside, caller, congress_id, APPROVE, expected_version)
    rules.refuse_own_unit(congress, caller, APPROVE, outside.clock.now())
    between = _levels_between(outside, caller, plan, congress)
    approval.refuse_over_others(between, on_purpose=over_levels)
    return congress, plan, between


def _allowed(
    outside: Outside, caller: Caller, congress_id: str, permission: str, expected_version: int | None = None
) -> tuple[Congress, Plan]:
    """The congress and its plan, once access is granted and the version is the one the caller saw."""
    congress = outside.congresses.find(congress_id)
    if congress is None:
        raise UnknownHere()
    require(caller, permission, congress.unit.path, outside.clock.now())
    if expected_version is not None and congress.version != expected_version:
        raise Stale
    return congress, outside.plans.get(congress.plan_id)


def _by(outside: Outside, caller: Caller) -> By:
    return By(caller.account_id, outside.clock.now(), outside.clock.today(), caller.fallback, caller.kept_by)


def _saved(
    outside: Outside,
    plan: Plan,
    congress: Congress,
    expected_version: int,
    action: str,
    details: Mapping[str, object],
    told: Sequence[Event] = (),
) -> CongressView:
    entry = AuditEntry(
        action,
        unit_id=congress.unit.id,
        unit_path=congress.unit.path,
        record_type="congress",
        record_id=congress.id,
        details={"plan_id": plan.id, "state": congress.state.value, **details},
    )
    return CongressView(outside.congresses.save(congress, expected_version, told, [entry]), plan)
