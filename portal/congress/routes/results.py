"""The results of a congress: typed, saved as a draft while they are, and reported."""

from flask import Blueprint, Response

from portal.congress.routes.congresses import STALE, looked_up, own_change, said_of, trail_of
from portal.congress.views.acts import next_form
from portal.congress.views.congress import figure_word, unit_with_id
from portal.congress.views.pasted import Pasted, pasted_into
from portal.congress.views.results import FormGroup, form_groups
from portal.congress.views.returned import came_back, with_answers
from portal.drafts.kept import forget_draft, saved_draft
from portal.frame.forms import Form, faulty, sent_form
from portal.frame.pages import done, language, name_of, or_shown_again, page, titles
from portal.shared.asking import congress
from portal.shared.clients.answers import Document
from portal.shared.clients.titles import groups_in
from servicekit.web.guards import access
from servicekit.words.titles import FIGURES

pages = Blueprint("results", __name__)

A_MEAN = 45.6  # to show how one is written
# Of a column, in signs: every figure of a report with its words beside it, and room to spare.
MOST_PASTED = 8_000


@pages.get("/congresses/<congress_id>/results")
@access("congress:report")
def results_form(congress_id: str) -> Response:
    one, plan = looked_up(congress_id)
    draft = saved_draft(results_path(congress_id))
    if draft is not None:
        return _results_page(one, plan, sent_form(draft["values"], language()), draft)
    saved = one.get("results") or {}
    values = {f"figures/{key}": plain_figure(saved.get(key)) for key in one["results_fields"]}
    return _results_page(one, plan, Form(values, one["version"]))


def results_path(congress_id: str) -> str:
    return f"/congresses/{congress_id}/results"


def plain_figure(value: float | None) -> str:
    """As somebody would type it."""
    return "" if value is None else f"{value:.12g}"


def results_again(congress_id: str, form: Form) -> Response:
    one, plan = looked_up(congress_id)
    own_change(form, one["result_entries"])
    return _results_page(one, plan, form)


@pages.post("/congresses/<congress_id>/results")
@access("congress:report")
@or_shown_again(results_again)
def report_results(congress_id: str, form: Form) -> Response:
    typed = {
        name.removeprefix("figures/"): form.figure(name)
        for name in form.values
        if name.startswith("figures/")
    }
    form.check()
    figures = {key: value for key, value in typed.items() if value is not None}
    one = congress().report_results(congress_id, figures, form.version, form.once)
    forget_draft(results_path(congress_id), form)
    return done(f"/congresses/{congress_id}{next_form(one)}", "results")


@pages.post("/congresses/<congress_id>/results/fill")
@access("congress:report")
@or_shown_again(results_again)
def fill_in(congress_id: str, form: Form) -> Response:
    """Saves nothing: what was pasted stands in the fields, to be looked at like what was typed."""
    one, plan = looked_up(congress_id)
    groups = _groups(one, plan, form)
    pasted = pasted_into(
        [field.name for group in groups for field in group.fields],
        form.values.get("column", "")[:MOST_PASTED],
    )
    form.values |= {**pasted.values, "column": ""}
    for name in pasted.values:
        form.figure(name)
    if form.faults:
        faulty(form)
    return _results_page(one, plan, form, pasted=pasted)


def _groups(one: Document, plan: Document, form: Form) -> tuple[FormGroup, ...]:
    return form_groups(one["results_fields"], groups_in(titles(), FIGURES), congress().figures(), form, one)


def _results_page(
    one: Document, plan: Document, form: Form, draft: Document | None = None, pasted: Pasted | None = None
) -> Response:
    fields = one["results_fields"]
    form.labels |= {f"figures/{key}": name_of(figure_word(key)) for key in fields}
    saved = one.get("results") or {}
    changed = []
    if form.status == STALE or (draft is not None and form.version != one["version"]):
        form.version = one["version"]
        differing = [key for key in saved if saved[key] != form.figure(f"figures/{key}")]
        changed = [{"word": figure_word(key), "value": saved[key]} for key in differing]
    return page(
        "results.html",
        form.status,
        unit=unit_with_id(one),
        trail=trail_of(one),
        form=form,
        groups=_groups(one, plan, form),
        pasted=pasted,
        missing=[form.label(name) for name in pasted.missing] if pasted else [],
        last=one["last"],
        mean=A_MEAN,
        saved=draft,
        came=with_answers(came_back(one), said_of(one)),
        changed=changed,
        action=results_path(one["id"]),
        back=f"/congresses/{one['id']}",
    )
