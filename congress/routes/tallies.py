"""Tallies of elections: who stood, what was counted three times, and what became of each."""

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from congress.domain import tallies as rules
from congress.domain import tally_keying as keying
from congress.domain.tallies import SLOTS, Asked, Ballots, Candidate, Exclusion, Kind, Of, Tally
from congress.domain.voting import Majority, Outcome, threshold
from congress.operations import tallies as operations
from congress.operations.tallies import TallyView
from congress.routes.views import cautions_view
from congress.schemas import tallies as schemas
from servicekit.web.guards import access, caller
from servicekit.web.idempotency import idempotent, idempotent_if_asked
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("tallies", __name__, url_prefix="/api/congress")
Json = dict[str, Any]
# Who stood without being elected is nobody's business but of those who report or decide.
NOBODY = Candidate("")


@api.route("/congresses/<string:congress_id>/tallies", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.TallyList)
def list_tallies(congress_id: str) -> Any:
    """All rounds of all elections of this congress, without names and votes."""
    found = operations.list_tallies(context(), caller(), congress_id)
    return {
        "items": [_line(view) for view in found.made],
        "majorities": [_majority(one) for one in found.majorities],
        "acts": found.acts,
    }


@api.route("/congresses/<string:congress_id>/tallies", methods=["POST"])
@access("congress:report")
@idempotent
@api.arguments(schemas.TallyAsked)
@api.response(201, schemas.TallyView)
def open_tally(body: dict[str, Any], congress_id: str) -> Any:
    """Opens a round: who stands for how many seats, and of how many a part is needed."""
    asked = Asked(
        **{
            **body,
            "of": Of(body["of"]) if body["of"] else None,
            "exclusions": tuple(Exclusion(**one) for one in body["exclusions"]),
            "candidates": tuple(Candidate(**one) for one in body["candidates"]),
        }
    )
    return _answer(operations.open_tally(context(), caller(), congress_id, asked))


@api.route("/congresses/<string:congress_id>/tallies/<string:tally_id>", methods=["GET"])
@access("congress:read")
@api.response(200, schemas.TallyView)
def read_tally(congress_id: str, tally_id: str) -> Any:
    """One round. What was counted is told once all three are keyed, and who is elected once they agree."""
    return _answer(operations.read_tally(context(), caller(), congress_id, tally_id))


@api.route("/congresses/<string:congress_id>/tallies/<string:tally_id>/keyings", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.KeyingAsked)
@api.response(200, schemas.TallyView)
def key_tally(body: dict[str, Any], congress_id: str, tally_id: str) -> Any:
    """Keys one of the three; again, in place of what was keyed before, which stays in the history."""
    slot, votes = body.pop("slot"), body.pop("votes")
    return _answer(
        operations.key_tally(
            *(context(), caller(), congress_id, tally_id, slot, Ballots(**body), votes),
            expected_version=expected_version(),
        )
    )


@api.route("/congresses/<string:congress_id>/tallies/<string:tally_id>/withdraw", methods=["POST"])
@access("congress:report")
@versioned
@idempotent_if_asked
@api.arguments(schemas.TallyWithdrawal)
@api.response(200, schemas.TallyView)
def withdraw_tally(body: dict[str, Any], congress_id: str, tally_id: str) -> Any:
    """Takes a round back, with a reason: it counts no more, and stays to be read."""
    return _answer(
        operations.withdraw_tally(
            context(), caller(), congress_id, tally_id, body["reason"], expected_version()
        )
    )


def _answer(view: TallyView) -> Any:
    return _shown(view), etag(view.tally.version)


def _line(view: TallyView) -> Json:
    tally, withdrawn = view.tally, view.tally.withdrawn
    # What was withdrawn has elected nobody.
    count = None if withdrawn else tally.count
    return {
        **{
            name: getattr(tally, name)
            for name in ("id", "version", "title", "round", "before", "seats", "complete")
        },
        "of": tally.of.value,
        "kind": tally.kind.value,
        "majority": _majority(tally.majority),
        "listed": len(tally.candidates),
        "keyed": [
            {"slot": slot, "at": one.at, "by_name": _named(view, one.by_name), "by_code": one.by_code}
            for slot, one in sorted(tally.keyed.items())
        ],
        "hands": tally.hands,
        "agreed": tally.agreed is not None,
        "elected": len(count.of(Outcome.ELECTED)) if count else None,
        "next": count.next.value if count else None,
        "withdrawn": {
            "reason": withdrawn.reason,
            "at": withdrawn.at,
            "by_name": _named(view, withdrawn.by_name),
        }
        if withdrawn
        else None,
        "opened_at": tally.opened_at,
        "opened_by_name": _named(view, tally.opened_by_name),
    }


def _shown(view: TallyView) -> Json:
    tally = view.tally
    elected = tally.count.of(Outcome.ELECTED) if tally.count and not tally.withdrawn else ()
    return {
        **_line(view),
        "summoned": tally.summoned,
        "present": tally.present,
        "exclusions": [asdict(one) for one in tally.exclusions],
        "candidates": [
            asdict(one if view.named or place in elected else NOBODY)
            for place, one in enumerate(tally.candidates)
        ],
        "women": tally.women,
        "young": tally.young,
        "keyings": [
            {"slot": slot, **asdict(tally.keyed[slot].ballots), "votes": tally.keyed[slot].votes}
            for slot in (SLOTS if tally.complete else ())
        ],
        "earlier": [
            {
                **asdict(one.ballots),
                "slot": one.slot,
                "votes": one.votes,
                "at": one.at,
                "by_name": _named(view, one.by_name),
            }
            for one in (tally.keyings if tally.complete else ())
            if one is not tally.keyed[one.slot]
        ],
        "differences": [asdict(one) for one in keying.differences(tally)],
        "count": _counted(tally),
        "cautions": cautions_view(rules.cautions_of_tally(view.plan, tally)),
        "acts": view.acts,
    }


def _counted(tally: Tally) -> Json | None:
    count, agreed, base = tally.count, tally.agreed, tally.base
    if tally.withdrawn or count is None or agreed is None or base is None:
        return None
    return {
        "base": base,
        "threshold": "" if tally.kind is Kind.TIE else str(threshold(tally.majority, base)),
        "needed": count.needed,
        "valid": agreed.ballots.valid,
        "verdicts": [{**asdict(one), "outcome": one.outcome.value} for one in count.verdicts],
        "elected": len(count.of(Outcome.ELECTED)),
        "left": count.left,
        "next": count.next.value,
    }


def _majority(one: Majority) -> Json:
    return {**asdict(one), "base": one.base.value}


def _named(view: TallyView, name: str) -> str:
    return name if view.named else ""
