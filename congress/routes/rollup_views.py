"""What a unit answers from its sums, as the API shows it."""

from dataclasses import asdict
from typing import Any

from congress.domain.course import Course
from congress.domain.forecasts import NEARLY_ALL, Expected, Outlook, Silence
from congress.domain.results import FIGURES
from congress.domain.rollup import Answer, Count, MilestoneAnswer

Json = dict[str, Any]


def rollup_view(
    answer: Answer,
    course: Course | None = None,
    outlook: Outlook | None = None,
    *,
    whole_children: bool = True,
) -> Json:
    """Children of a whole level are many: they come without their levels and results."""
    children = [_line(child, whole=whole_children) for child in answer.children]
    return {
        **_line(answer),
        "children": children,
        "course": _course(course) if course else None,
        "forecast": _forecast(outlook) if outlook else None,
    }


def _forecast(outlook: Outlook) -> Json:
    return {
        "made_on": outlook.made_on.isoformat(),
        "percent": NEARLY_ALL,
        "whole": _expected("", outlook.whole),
        "levels": [_expected(level, one) for level, one in outlook.levels.items()],
        "way": [{**asdict(one), "day": one.day.isoformat()} for one in outlook.way],
    }


def _expected(level: str, expected: Expected) -> Json:
    if isinstance(expected, Silence):
        return {"level": level, "silence": expected.value, "day": None, "earliest": None, "latest": None}
    return {
        "level": level,
        "silence": None,
        "day": expected.day.isoformat(),
        "earliest": expected.earliest.isoformat(),
        "latest": expected.latest.isoformat() if expected.latest else None,
    }


def _course(course: Course) -> Json:
    return {
        "milestone": course.milestone,
        "points": [{"day": one.day.isoformat(), **_count(one.count)} for one in course.points],
        "planned": [{"day": day.isoformat(), "due": due} for day, due in course.planned],
        "week_ago": _count(course.week_ago) if course.week_ago else None,
    }


def _line(answer: Answer, *, whole: bool = True) -> Json:
    rollup = answer.rollup
    return {
        "plan_id": rollup.plan_id,
        "unit": {"id": rollup.unit_id, "code": rollup.code, "names": rollup.names, "level": rollup.level},
        "as_of": answer.as_of.isoformat(),
        "total": answer.total,
        "ended": answer.ended,
        "reported": answer.reported,
        "steps": _count(answer.steps),
        "milestones": [_milestone(line, whole=whole) for line in answer.milestones],
        "states": answer.states,
        "extensions_asked": answer.extensions_asked,
        "extended": answer.extended,
        "explanations_owed": answer.explanations_owed,
        "postponed": answer.postponed,
        "blocked": answer.blocked,
        "pilots": answer.pilots,
        "with_gaps": answer.with_gaps,
        "gaps_supplied": answer.gaps_supplied,
        "explanations_waiting": answer.explanations_waiting,
        **(_results(answer) if whole else {}),
    }


def _results(answer: Answer) -> Json:
    """By level, for the same people are counted at every level; `sums_over` says so of each figure."""
    shown = {key for found in answer.results.values() for key in found.figures}
    return {
        "results": {level: asdict(found) for level, found in answer.results.items()},
        "sums_over": {figure.key: figure.sums_over.value for figure in FIGURES if figure.key in shown},
    }


def _milestone(line: MilestoneAnswer, *, whole: bool) -> Json:
    count: Json = {"key": line.key, **_count(line.count)}
    if whole:
        count["by_level"] = {level: _count(found) for level, found in line.by_level.items()}
    return count


def _count(count: Count) -> Json:
    return {
        "total": count.total,
        "skipped": count.skipped,
        "done": count.done,
        "on_time": count.on_time,
        "late": count.late,
        "overdue": count.overdue,
        "left_out": count.left_out,
        "postponed": count.postponed,
        "blocked": count.blocked,
        "percent": count.percent,
    }
