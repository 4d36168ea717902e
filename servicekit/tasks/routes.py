"""GET /api/<service>/tasks: what waits for the caller, as the service itself knows it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from servicekit.access.decision import Caller
from servicekit.audit import search as audit_search
from servicekit.calendar.waiting import Line, ShortList, Task, Waiting, urgency
from servicekit.web.guards import SIGNED_IN, access, caller
from servicekit.web.kit import kit
from servicekit.web.schemas import StrictSchema, identifier

# So many lines of a list are told; its own page tells the rest.
LINES_SHOWN = 5


class TasksQuery(StrictSchema):
    """`unit_id`: only what the caller has to do for this unit; without it, for the first of all their units."""

    unit_id = identifier(load_default="")


class WaitingLineView(StrictSchema):
    link = fields.String()
    names = fields.Dict()
    word = fields.String()
    who = fields.String()
    also = fields.List(fields.Dict())
    at = fields.DateTime(allow_none=True)
    due = fields.Date(allow_none=True)
    urgency = fields.String()
    count = fields.Integer(allow_none=True)
    total = fields.Integer(allow_none=True)


class WaitingTaskView(StrictSchema):
    """`key`: the kind, worded by the portal; `urgency`: over, soon, later or none, by `due` and today."""

    key = fields.String()
    link = fields.String()
    rank = fields.String()
    unit = fields.Dict(allow_none=True)
    about = fields.Dict(allow_none=True)
    step = fields.Dict(allow_none=True)
    who = fields.String()
    count = fields.Integer()
    oldest = fields.DateTime(allow_none=True)
    due = fields.Date(allow_none=True)
    urgency = fields.String()
    lines = fields.List(fields.Nested(WaitingLineView))


class WaitingFigureView(StrictSchema):
    link = fields.String()
    unit = fields.Dict()
    about = fields.Dict()
    step = fields.Dict()
    total = fields.Integer()
    done = fields.Integer()
    late = fields.Integer()
    overdue = fields.Integer()
    left_out = fields.Integer()
    postponed = fields.Integer()
    blocked = fields.Integer()
    done_before = fields.Integer(allow_none=True)


class WaitingListView(StrictSchema):
    key = fields.String()
    link = fields.String()
    about = fields.Dict(allow_none=True)
    lines = fields.List(fields.Nested(WaitingLineView))
    total = fields.Integer(allow_none=True)


class WaitingView(StrictSchema):
    tasks = fields.List(fields.Nested(WaitingTaskView))
    figures = fields.List(fields.Nested(WaitingFigureView))
    lists = fields.List(fields.Nested(WaitingListView))
    units_left_out = fields.Integer()


def task_routes(service: str, waiting: Callable[[Caller, str], Waiting]) -> Blueprint:
    """`waiting` answers for a caller and one of their units, or all of them."""
    api = Blueprint("tasks", __name__, url_prefix=f"/api/{service}/tasks")

    @api.route("", methods=["GET"])
    @access(SIGNED_IN)
    @api.arguments(TasksQuery, location="query")
    @api.response(200, WaitingView)
    def read_tasks(query: dict[str, Any]) -> Any:
        """What waits for the caller, what they watch over, and the newest entries for whoever only audits."""
        person, today = caller(), kit().clock.today()
        return _view(waiting(person, query["unit_id"]).and_more(_entries(person, query["unit_id"])), today)

    return api


def _entries(person: Caller, unit_id: str) -> list[Waiting]:
    """The newest entries, for whoever audits and gives no access: to the others they are no part of the day's work."""
    held = {right.permission for right in person.rights if unit_id in ("", right.unit_id)}
    if "audit:read" not in held or "access:grant" in held:
        return []
    wanted = audit_search.Wanted(unit_id=unit_id)
    page = audit_search.search(kit().database, person, wanted, kit().clock.now(), limit=LINES_SHOWN)
    lines = [
        Line("/audit", {}, word=str(one["action"]), who=str(one.get("actor_name", "")), at=one["at"])
        for one in page.items
    ]
    return [Waiting(lists=(ShortList("entries", "/audit", tuple(lines)),))] if lines else []


def _view(waiting: Waiting, today: date) -> dict[str, Any]:
    return {
        "tasks": [_task(one, today) for one in waiting.tasks],
        "figures": [asdict(one) for one in waiting.figures],
        "lists": [{**asdict(one), "lines": _lines(one.lines, today)} for one in waiting.lists],
        "units_left_out": waiting.units_left_out,
    }


def _task(task: Task, today: date) -> dict[str, Any]:
    return {
        **asdict(task),
        "urgency": str(urgency(task.due, today)),
        "lines": _lines(task.lines, today),
    }


def _lines(lines: tuple[Line, ...], today: date) -> list[dict[str, Any]]:
    return [{**asdict(one), "urgency": str(urgency(one.due, today))} for one in lines]
