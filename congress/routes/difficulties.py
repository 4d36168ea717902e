"""Difficulties: raised, listed, read, answered, asked back, forwarded, confirmed."""

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from congress.domain.difficulties import Kind, Said, Step, Urgency
from congress.domain.rule_steps import steps_ever
from congress.operations import difficulties as operations
from congress.operations import difficulty_figures
from congress.operations.difficulties import DifficultyView
from congress.schemas import difficulties as schemas
from servicekit.serving.patience import patient
from servicekit.tree.units import Unit
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("difficulties", __name__, url_prefix="/api/congress/difficulties")
Json = dict[str, Any]


@api.route("", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.DifficultyQuery, location="query")
@api.response(200, schemas.DifficultyPage)
def list_difficulties(query: dict[str, Any]) -> Any:
    """Of a unit at which you hold a right: what has reached it, or what waits for an act of it."""
    found = operations.list_difficulties(context(), caller(), **query)
    page = found.map(lambda some: [_shown(view) for view in some])
    return {"items": page.items, "next": page.next, "total": page.total}


@api.route("", methods=["POST"])
@access("congress:report")
@idempotent
@api.arguments(schemas.NewDifficulty)
@api.response(201, schemas.DifficultyView)
def raise_difficulty(body: dict[str, Any]) -> Any:
    """By a unit, to the superior right above."""
    said = Said(Kind(body["kind"]), Urgency(body["urgency"]), body["text"])
    blocks = body["congress_id"], body["milestone"]
    return _answer(operations.raise_difficulty(context(), caller(), body["unit_id"], said, *blocks))


@api.route("/figures", methods=["GET"])
@access("congress:read")
@api.arguments(schemas.DifficultyFiguresQuery, location="query")
@api.response(200, schemas.DifficultyFigures)
def read_figures(query: dict[str, Any]) -> Any:
    """Of a unit at which you hold a right: what has reached it, by class and by the units right below."""
    found = difficulty_figures.read_figures(context(), caller(), **query)
    return {
        "unit_id": found.unit_id,
        "all": found.all,
        "kinds": [{"kind": kind, **asdict(count)} for kind, count in found.kinds.items()],
        "items": [{"unit": unit, **asdict(count)} for unit, count in found.units.items],
        "next": found.units.next,
        "total": found.units.total,
        "further_below": found.further_below,
        "as_of": found.as_of,
    }


@api.route("/join", methods=["POST"])
@access("congress:approve")
@patient(20)
@idempotent
@api.arguments(schemas.DifficultiesToJoin)
@api.response(200, schemas.DifficultyGroup)
def join_difficulties(body: dict[str, Any]) -> Any:
    """The same difficulty of several units, open with the topmost one: one answer then goes down to all of them."""
    return {"joined": operations.join_difficulties(context(), caller(), body["unit_id"], body["ids"])}


@api.route("/<string:difficulty_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.DifficultyView)
def read_difficulty(difficulty_id: str) -> Any:
    """With its way. For whoever does not stand in its chain it is not there."""
    return _answer(operations.read_difficulty(context(), caller(), difficulty_id))


@api.route("/<string:difficulty_id>/answer", methods=["POST"])
@access("congress:approve")
@patient(20)
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyAnswer)
@api.response(200, schemas.DifficultyView)
def answer_difficulty(body: dict[str, Any], difficulty_id: str) -> Any:
    """At the unit with which it lies, also to all that are joined with it; each unit says whether it is solved."""
    return _answer(
        operations.answer_difficulty(
            context(),
            caller(),
            difficulty_id,
            body["text"],
            body["alone"],
            body["beside"],
            expected_version(),
        )
    )


@api.route("/<string:difficulty_id>/separate", methods=["POST"])
@access("congress:approve")
@patient(20)
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyClosing)
@api.response(200, schemas.DifficultyView)
def separate_difficulty(body: dict[str, Any], difficulty_id: str) -> Any:
    """Taken out of those with which it was joined; its own day goes on, and it is answered by itself."""
    return _answer(
        operations.separate_difficulty(context(), caller(), difficulty_id, body["text"], expected_version())
    )


@api.route("/<string:difficulty_id>/ask-back", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyText)
@api.response(200, schemas.DifficultyView)
def ask_back(body: dict[str, Any], difficulty_id: str) -> Any:
    """Asks the unit that raised it; meanwhile no clock runs."""
    return _answer(operations.ask_back(context(), caller(), difficulty_id, body["text"], expected_version()))


@api.route("/<string:difficulty_id>/forward", methods=["POST"])
@access("congress:approve")
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyText)
@api.response(200, schemas.DifficultyView)
def forward_difficulty(body: dict[str, Any], difficulty_id: str) -> Any:
    """To the next level up, with a note."""
    return _answer(
        operations.forward_difficulty(context(), caller(), difficulty_id, body["text"], expected_version())
    )


@api.route("/<string:difficulty_id>/reply", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyText)
@api.response(200, schemas.DifficultyView)
def reply(body: dict[str, Any], difficulty_id: str) -> Any:
    """What was asked back is answered; it lies with the superior again."""
    return _answer(operations.reply(context(), caller(), difficulty_id, body["text"], expected_version()))


@api.route("/<string:difficulty_id>/confirm", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyConfirmed)
@api.response(200, schemas.DifficultyView)
def confirm(body: dict[str, Any], difficulty_id: str) -> Any:
    """Solved, which ends it; or not solved and why, which opens it again where it was answered."""
    said = body["solved"], body["text"]
    return _answer(operations.confirm(context(), caller(), difficulty_id, *said, expected_version()))


@api.route("/<string:difficulty_id>/withdraw", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.DifficultyClosing)
@api.response(200, schemas.DifficultyView)
def withdraw_difficulty(body: dict[str, Any], difficulty_id: str) -> Any:
    """It needs no answer any more."""
    return _answer(
        operations.withdraw_difficulty(context(), caller(), difficulty_id, body["text"], expected_version())
    )


def _answer(view: DifficultyView) -> Any:
    steps = [_step(view, one) for one in view.difficulty.steps]
    return {**_shown(view), "steps": steps}, etag(view.difficulty.version)


def _shown(view: DifficultyView) -> Json:
    one, unit = view.difficulty, view.difficulty.unit
    parent = view.units.get(unit.parent_id or "")
    return {
        "id": one.id,
        "version": one.version,
        "unit_id": unit.id,
        "unit_path": unit.path,
        "unit": unit,
        "parent": parent,
        "kind": one.kind.value,
        "urgency": one.urgency.value,
        "text": one.text,
        "blocks": _blocks(view),
        "state": one.state.value,
        "standing": one.standing,
        "place": _unit(view, one.place),
        "waits_with": _unit(view, one.waits_with) if one.waits_with else None,
        "raised_at": one.raised_at,
        "since": one.since,
        "due": one.due,
        "joined": bool(one.joined),
        "others": [
            {"id": other.id, "version": other.version, "unit": other.unit, "standing": other.standing}
            for other in view.others
        ],
        "steps": None,
        "acts": view.acts,
    }


def _blocks(view: DifficultyView) -> Json | None:
    blocks = view.difficulty.blocks
    if not blocks.congress_id:
        return None
    milestones = steps_ever(view.plan) if view.plan else ()
    names = next((one.names for one in milestones if one.key == blocks.milestone), {})
    return {
        "congress_id": blocks.congress_id,
        "plan_id": blocks.plan_id,
        "milestone": blocks.milestone,
        "milestone_names": names,
    }


def _step(view: DifficultyView, step: Step) -> Json:
    return {
        "kind": step.kind.value,
        "at": step.at,
        "unit": _unit(view, step.unit_id),
        "to": _unit(view, step.to) if step.to else None,
        "text": step.text,
        "by": step.by if view.named else "",
        "by_name": step.by_name if view.named else "",
        "by_code": step.by_code,
    }


def _unit(view: DifficultyView, unit_id: str) -> Unit | Json:
    """A unit that the copy does not know any more is told by its id."""
    known = view.units.get(unit_id)
    return known if known is not None else {"id": unit_id, "code": "", "names": {}, "level": ""}
