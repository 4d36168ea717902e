"""Tallies: the list of a congress's elections, one round with its three counts and its verdicts, and the forms."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.routes.congresses import STALE, trail_of
from portal.congress.views.congress import unit_with_id
from portal.congress.views.pasted import Pasted, pasted_into
from portal.drafts.kept import forget_draft, saved_draft
from portal.frame.forms import Form, fault_of, faulty, sent_form
from portal.frame.pages import done, language, name_of, or_shown_again, page
from portal.shared.asking import congress
from portal.shared.clients.acts import offered
from portal.shared.clients.answers import Document
from portal.tallies.views import candidates_in, candidates_text, exclusions_in, line_of, round_of
from portal.tallies.words import BALLOTS, COUNTS, DONE, ELECTIONS, LABELS, WOMEN, YOUNG
from servicekit.refusals import NotFound
from servicekit.web.guards import access

pages = Blueprint("tallies", __name__)
BLUEPRINTS = (pages,)
__all__ = ("BLUEPRINTS", "DONE", "LABELS")

SLOTS = {str(slot): word for slot, word in enumerate(COUNTS, start=1)}
REASON_MOST = 1_000
# Of a column, in signs: two hundred rows with their names beside them, and room to spare.
MOST_PASTED = 40_000


def _list_of(congress_id: str) -> str:
    return f"/congresses/{congress_id}/tallies"


@pages.get("/congresses/<congress_id>/tallies")
@access("congress:read")
def show_tallies(congress_id: str) -> Response:
    one, found = congress().congress(congress_id), congress().tallies_of(congress_id)
    return page(
        "tallies.html",
        unit=unit_with_id(one),
        trail=trail_of(one),
        made=[line_of(congress_id, item) for item in found["items"]],
        opens=f"{_list_of(congress_id)}/open" if offered(found, "tallies") else "",
        back=f"/congresses/{congress_id}",
    )


# ---------------------------------------------------------------- a round is opened


@pages.get("/congresses/<congress_id>/tallies/open")
@access("congress:report")
def tally_form(congress_id: str) -> Response:
    return opening_again(congress_id, Form({"of": "committee"}))


def opening_again(congress_id: str, form: Form) -> Response:
    one, found = congress().congress(congress_id), congress().tallies_of(congress_id)
    return page(
        "tally_form.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        elections=[(key, _(word)) for key, word in ELECTIONS.items()],
        majorities=[(each["key"], name_of(each["names"])) for each in found["majorities"]],
        before=None,
        action=f"{_list_of(congress_id)}/open",
        back=_list_of(congress_id),
    )


@pages.post("/congresses/<congress_id>/tallies/open")
@access("congress:report")
@or_shown_again(opening_again)
def send_tally(congress_id: str, form: Form) -> Response:
    wanted = {
        "of": form.text("of", needed=True),
        "title": form.text("title"),
        "majority": form.text("majority", needed=True),
        "seats": form.whole("seats"),
    }
    return _opened(congress_id, form, wanted)


@pages.get("/congresses/<congress_id>/tallies/<tally_id>/next")
@access("congress:report")
def next_form(congress_id: str, tally_id: str) -> Response:
    before = congress().tally(congress_id, tally_id)
    tied = before["count"] and before["count"]["next"] == "tie"
    again = "tied" if tied else "too_few"
    kept = [
        before["candidates"][each["candidate"]]
        for each in (before["count"] or {}).get("verdicts", ())
        if each["outcome"] == again
    ]
    values = {name: str(before[name]) for name in ("summoned", "present")}
    exclusions = "\n".join(f"{each['number']}, {each['reason']}" for each in before["exclusions"])
    form = Form({**values, "exclusions": exclusions, "candidates": candidates_text(kept)})
    return next_again(congress_id, tally_id, form)


def next_again(congress_id: str, tally_id: str, form: Form) -> Response:
    one, before = congress().congress(congress_id), congress().tally(congress_id, tally_id)
    return page(
        "tally_form.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        before=round_of(congress_id, before),
        action=f"{_list_of(congress_id)}/{tally_id}/next",
        back=f"{_list_of(congress_id)}/{tally_id}",
    )


@pages.post("/congresses/<congress_id>/tallies/<tally_id>/next")
@access("congress:report")
@or_shown_again(next_again)
def send_next(congress_id: str, tally_id: str, form: Form) -> Response:
    return _opened(congress_id, form, {"before": tally_id})


def _opened(congress_id: str, form: Form, wanted: Document) -> Response:
    people = {
        "summoned": form.whole("summoned", needed=True),
        "present": form.whole("present", needed=True),
        **{name: form.whole(name) for name in (WOMEN, YOUNG)},
    }
    candidates = candidates_in(form.values.get("candidates", ""))
    exclusions = exclusions_in(form.text("exclusions"), form.grouping)
    for name, read in (("candidates", candidates), ("exclusions", exclusions)):
        if read.faults:
            form.faults[name], *more = read.faults
            form.loose += more
    form.check()
    lists = {"candidates": list(candidates.rows), "exclusions": list(exclusions.rows)}
    made = congress().open_tally(congress_id, {**wanted, **people, **lists}, form.once)
    return done(f"{_list_of(congress_id)}/{made['id']}", "tally-opened")


# ---------------------------------------------------------------- a round


@pages.get("/congresses/<congress_id>/tallies/<tally_id>")
@access("congress:read")
def show_tally(congress_id: str, tally_id: str) -> Response:
    one, found = congress().congress(congress_id), congress().tally(congress_id, tally_id)
    return page(
        "tally.html",
        unit=unit_with_id(one),
        trail=trail_of(one),
        one=round_of(congress_id, found),
        cautions=[] if found["withdrawn"] else [fault_of(each) for each in found["cautions"]],
        counts=offered(found, "keyings"),
        follows=offered(found, "next-round"),
        withdraws=offered(found, "withdraw"),
        back=_list_of(congress_id),
    )


@pages.get("/congresses/<congress_id>/tallies/<tally_id>/counts/<slot>")
@access("congress:report")
def count_form(congress_id: str, tally_id: str, slot: str) -> Response:
    """Empty, whatever was entered before: who counts again is not to see it."""
    draft = saved_draft(_count_path(congress_id, tally_id, slot))
    if draft is not None:
        form = sent_form(draft["values"], language())
        return _count_page(congress_id, tally_id, slot, form, draft)
    return count_again(congress_id, tally_id, slot, Form())


def _count_path(congress_id: str, tally_id: str, slot: str) -> str:
    return f"{_list_of(congress_id)}/{tally_id}/counts/{slot}"


def count_again(congress_id: str, tally_id: str, slot: str, form: Form) -> Response:
    return _count_page(congress_id, tally_id, slot, form)


@pages.post("/congresses/<congress_id>/tallies/<tally_id>/counts/<slot>")
@access("congress:report")
@or_shown_again(count_again)
def send_count(congress_id: str, tally_id: str, slot: str, form: Form) -> Response:
    ballots = {name: form.whole(name, needed=True) for name in BALLOTS}
    # In the order of the list, whatever order a browser sends them in.
    votes = [form.whole(name, needed=True) for name in _names_of(congress().tally(congress_id, tally_id))]
    form.check()
    wanted = {"slot": _number(slot), **ballots, "votes": votes}
    congress().key_tally(congress_id, tally_id, wanted, form.version, form.once)
    forget_draft(_count_path(congress_id, tally_id, slot), form)
    return done(f"{_list_of(congress_id)}/{tally_id}", "count-entered")


@pages.post("/congresses/<congress_id>/tallies/<tally_id>/counts/<slot>/fill")
@access("congress:report")
@or_shown_again(count_again)
def fill_count(congress_id: str, tally_id: str, slot: str, form: Form) -> Response:
    """Saves nothing: what was pasted stands in the fields, to be looked at like what was typed."""
    names = [*BALLOTS, *_names_of(congress().tally(congress_id, tally_id))]
    pasted = pasted_into(names, form.values.get("column", "")[:MOST_PASTED])
    form.values |= {**pasted.values, "column": ""}
    for name in pasted.values:
        form.whole(name)
    if form.faults:
        faulty(form)
    return _count_page(congress_id, tally_id, slot, form, pasted=pasted)


def _names_of(tally: Document) -> list[str]:
    return [f"votes/{place}" for place in range(len(tally["candidates"]))]


def _number(slot: str) -> int:
    if slot not in SLOTS:
        raise NotFound
    return list(SLOTS).index(slot) + 1


def _count_page(
    congress_id: str,
    tally_id: str,
    slot: str,
    form: Form,
    draft: Document | None = None,
    pasted: Pasted | None = None,
) -> Response:
    _number(slot)
    one, found = congress().congress(congress_id), congress().tally(congress_id, tally_id)
    if form.version is None or form.status == STALE or draft is not None:
        form.version = found["version"]
    names = _names_of(found)
    people = list(zip(names, found["candidates"], strict=True))
    form.labels |= {name: who["name"] for name, who in people}
    return page(
        "tally_count.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        word=SLOTS[slot],
        one=round_of(congress_id, found),
        ballots=BALLOTS,
        people=people,
        typed=sum(bool(form.values.get(name)) for name in names),
        pasted=pasted,
        missing=[form.label(name) for name in pasted.missing] if pasted else [],
        saved=draft,
        most_pasted=MOST_PASTED,
        action=_count_path(congress_id, tally_id, slot),
        back=f"{_list_of(congress_id)}/{tally_id}",
    )


# ---------------------------------------------------------------- withdrawing it


@pages.get("/congresses/<congress_id>/tallies/<tally_id>/withdraw")
@access("congress:report")
def withdrawing_form(congress_id: str, tally_id: str) -> Response:
    return withdrawing_again(congress_id, tally_id, Form())


def withdrawing_again(congress_id: str, tally_id: str, form: Form) -> Response:
    one, found = congress().congress(congress_id), congress().tally(congress_id, tally_id)
    if form.version is None or form.status == STALE:
        form.version = found["version"]
    return page(
        "tally_withdraw.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        one=round_of(congress_id, found),
        most=REASON_MOST,
        action=f"{_list_of(congress_id)}/{tally_id}/withdraw",
        back=f"{_list_of(congress_id)}/{tally_id}",
    )


@pages.post("/congresses/<congress_id>/tallies/<tally_id>/withdraw")
@access("congress:report")
@or_shown_again(withdrawing_again)
def send_withdrawal(congress_id: str, tally_id: str, form: Form) -> Response:
    reason = form.text("reason", needed=True)
    form.check()
    congress().withdraw_tally(congress_id, tally_id, reason, form.version, form.once)
    return done(f"{_list_of(congress_id)}/{tally_id}", "tally-withdrawn")
