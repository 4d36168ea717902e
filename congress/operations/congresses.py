"""Congresses: read, reported on, sent up, sent back and approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from congress import events
from congress.domain import progress as rules
from congress.domain.plan import Plan, PlanState
from congress.domain.planned import congresses_above
from congress.domain.progress import By, Congress, Report
from congress.domain.results import Figures
from congress.operations.outside import Outside
from servicekit.access import Caller, UnknownHere, decide, require
from servicekit.events import AuditEntry, Event
from servicekit.listing import Page, newest_first, page_of
from servicekit.refusals import Stale

READ = "congress:read"
REPORT = "congress:report"
APPROVE = "congress:approve"


@dataclass(frozen=True, slots=True)
class CongressView:
    """A congress with its plan, which is needed to say what comes next."""

    congress: Congress
    plan: Plan


def read_congress(outside: Outside, caller: Caller, congress_id: str) -> CongressView:
    return CongressView(*_allowed(outside, caller, congress_id, READ))


def find_congresses(
    outside: Outside,
    caller: Caller,
    *,
    unit_id: str,
    below: str,
    plan_id: str,
    state: str,
    after: str,
    limit: int,
) -> Page[CongressView]:
    """Those of one unit where `unit_id` is given, else those of `below` and all below it."""
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
    above = next(iter(outside.congresses.many(congresses_above(plan, congress.unit))), None)
    changed = rules.record_milestone(plan, congress, report, above, _by(outside, caller), outside.new_id())
    details = {"milestone": report.milestone, "date": report.date.isoformat() if report.date else None}
    return _saved(outside, plan, changed, expected_version, "milestone.recorded", details)


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


def approve(outside: Outside, caller: Caller, congress_id: str, expected_version: int) -> CongressView:
    congress, plan = _deciding(outside, caller, congress_id, expected_version)
    changed = rules.approve(plan, congress, _by(outside, caller), outside.new_id())
    told = [events.about(events.APPROVED, changed)]
    return _saved(outside, plan, changed, expected_version, "congress.approved", {}, told)


def send_back(
    outside: Outside, caller: Caller, congress_id: str, reasons: Mapping[str, str], expected_version: int
) -> CongressView:
    congress, plan = _deciding(outside, caller, congress_id, expected_version)
    changed = rules.send_back(plan, congress, reasons, _by(outside, caller), outside.new_id())
    told = [events.about(events.RETURNED, changed)]
    fields: dict[str, object] = {"fields": sorted(reasons)}
    return _saved(outside, plan, changed, expected_version, "congress.returned", fields, told)


def _deciding(
    outside: Outside, caller: Caller, congress_id: str, expected_version: int
) -> tuple[Congress, Plan]:
    congress, plan = _allowed(outside, caller, congress_id, APPROVE, expected_version)
    rules.refuse_own_report(congress, caller, APPROVE, outside.clock.now())
    return congress, plan


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
