"""The rules of an open plan: its versions, and the form of a new one, which first shows what it means."""

from collections.abc import Sequence

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.congress.views.congress import figure_word
from portal.congress.views.dossier import ASKED_FOR, DOCUMENTS
from portal.frame.forms import Form
from portal.frame.languages import SWITCH
from portal.frame.pages import done, know_words, level_name, name_of, or_shown_again, page, translated
from portal.plans.views.ladders import typed_ladder
from portal.plans.views.plans import plan_of
from portal.plans.views.rule_kinds import NEW_KINDS, kind_fields, typed_kinds
from portal.plans.views.rule_sets import (
    FIGURES,
    LATENESS,
    PAPERS,
    TARGETS,
    Difference,
    Turning,
    differences,
    effects_of,
    rule_values,
    turning_of,
    versions_of,
)
from portal.plans.views.rule_steps import (
    LANGUAGES,
    NEW,
    names_by_family,
    step_fields,
    typed_new_steps,
    typed_steps,
)
from portal.plans.words import APPLIES, BASES, OWNERS, REACHES
from portal.shared.asking import congress, membership
from portal.shared.clients.acts import offered
from portal.shared.clients.answers import Document
from servicekit.web.guards import access, tells_nothing_once

pages = Blueprint("rule_sets", __name__)

STALE = 412
KIND_PARTS = ("removed", *(f"names/{language}" for language in LANGUAGES))
MAJORITY_PARTS = ("numerator", "denominator", "base")


def _looked_up(plan_id: str) -> tuple[Document, list[str]]:
    levels = membership().levels()
    plan = congress().plan(plan_id)
    know_words({level["key"]: name_of(level["names"]) for level in levels})
    return plan, [level["key"] for level in levels]


@pages.get("/plans/<plan_id>/rules")
@access("congress:read")
def read_rules(plan_id: str) -> Response:
    plan, levels = _looked_up(plan_id)
    return page(
        "rules.html",
        plan=plan_of(plan, levels),
        versions=versions_of(congress().rule_sets(plan_id)),
        names=names_by_family(plan),
        may_add=offered(plan, "rules"),
        bases=dict(BASES),
    )


@pages.get("/plans/<plan_id>/rules/new")
@access("plan:manage")
def rules_form(plan_id: str) -> Response:
    plan, levels = _looked_up(plan_id)
    values = {**rule_values(plan), "reach": next(iter(REACHES))}
    return _form_page(plan, levels, Form(values, plan["version"]))


def rules_again(plan_id: str, form: Form) -> Response:
    """Only whoever is told what was changed meanwhile sends about that."""
    plan, levels = _looked_up(plan_id)
    changed = differences(plan, form.values) if form.status == STALE else []
    if form.status == STALE:
        form.version = plan["version"]
    return _form_page(plan, levels, form, changed=changed)


@pages.post("/plans/<plan_id>/rules/new")
@tells_nothing_once
@access("plan:manage")
@or_shown_again(rules_again)
def add_rules(plan_id: str, form: Form) -> Response:
    """First shows what the version means; done when that has been seen."""
    plan, levels = _looked_up(plan_id)
    wanted = _typed(form, plan)
    reason = form.text("reason", needed=True)
    form.check()
    becomes, _slash, rest = form.values.pop("who", "").partition("/")
    if becomes or not form.text("seen"):
        level, _slash, after = rest.partition("/")
        asked = {**wanted, "level": level, "becomes": becomes}
        who = turning_of(congress().turning(plan_id, asked, after), becomes, level) if becomes else None
        return _form_page(plan, levels, form, congress().preview_rules(plan_id, wanted), who=who)
    congress().add_rules(plan_id, {**wanted, "reason": reason}, form.version, form.once)
    return done(f"/plans/{plan_id}/rules", "rules-changed")


def _typed(form: Form, plan: Document) -> Document:
    figures = [key for key in _figures() if form.text(f"{FIGURES}/{key}")]
    papers = [key for key in ASKED_FOR if form.text(f"{PAPERS}/{key}")]
    return {
        "deadlines": {level: form.day(f"deadlines/{level}", needed=True) for level in plan["deadlines"]},
        "milestones": typed_steps(form, plan),
        "added": typed_new_steps(form),
        **typed_kinds(form, plan),
        # In whatever order the plan has them: the same figures are no change of it, and so are none where it has none.
        "results_fields": None if set(figures) == set(plan["results_fields"]) else figures,
        "documents": None if set(papers) == set(plan["documents"]) else papers,
        "lateness": {
            **{name: form.whole(f"lateness/{name}", needed=True) for name in LATENESS},
            **typed_ladder(form),
        },
        "targets": {name: form.whole(f"targets/{name}", needed=True) for name in TARGETS},
        "reach": form.text("reach", needed=True),
    }


def _figures() -> list[str]:
    """All that may be asked for, as congress orders them."""
    return [str(one["key"]) for one in congress().figures()["items"]]


def _form_page(
    answer: Document,
    levels: list[str],
    form: Form,
    effects: list[Document] | None = None,
    changed: Sequence[Difference] = (),
    who: Turning | None = None,
) -> Response:
    plan = plan_of(answer, levels)
    names = {one.key: one.names for one in plan.milestones}
    form.labels |= {
        **{f"deadlines/{level}": name_of(level_name(level)) for level, _day in plan.deadlines},
        **{
            f"milestones/{key}/{part}": name_of(one)
            for key, one in names.items()
            for part in ("days_before_deadline", "removed", *(f"names/{language}" for language in LANGUAGES))
        },
        **{
            f"{family}/{one['key']}/{part}": name_of(one["names"])
            for family, parts in (("content_types", KIND_PARTS), ("majorities", MAJORITY_PARTS))
            for one in answer[family]
            for part in parts
        },
    }
    form.labels |= {name: _("New milestone") for name in step_fields({"milestones": ()})}
    new_kinds = kind_fields({"content_types": (), "majorities": ()})
    form.labels |= {name: _("New kind of congress") for name in new_kinds}
    figures = _figures()
    form.labels |= {
        **{
            f"milestones/{key}/required": f"{name_of(one)}: {_('must be done')}" for key, one in names.items()
        },
        **{
            f"majorities/{one['key']}/more": f"{name_of(one['names'])}: {_('more than that')}"
            for one in answer["majorities"]
        },
        **{f"{FIGURES}/{key}": translated(figure_word(key)) for key in figures},
        **{f"{PAPERS}/{key}": translated(DOCUMENTS[key]) for key in ASKED_FOR},
    }
    ticked = [
        *step_fields(answer),
        *kind_fields(answer),
        *(f"{FIGURES}/{key}" for key in figures),
        *(f"{PAPERS}/{key}" for key in ASKED_FOR),
    ]
    return page(
        "rules_new.html",
        form.status,
        plan=plan,
        form=form,
        names=names,
        changed=changed,
        who=who,
        languages=[(language, own) for language, _sign, own in SWITCH],
        new=NEW,
        new_kinds=NEW_KINDS,
        kinds=[(one["key"], name_of(one["names"])) for one in answer["content_types"]],
        majorities=[(one["key"], name_of(one["names"])) for one in answer["majorities"]],
        bases=[(key, _(word)) for key, word in BASES],
        places=[(key, name_of(one)) for key, one in names.items()],
        applies=[(key, _(word)) for key, word in APPLIES.items()],
        owners=[(key, _(word)) for key, word in OWNERS.items()],
        typed=list(dict.fromkeys((*rule_values(answer), *ticked))),
        figures=[(f"{FIGURES}/{key}", figure_word(key)) for key in figures],
        documents=[(f"{PAPERS}/{key}", DOCUMENTS[key]) for key in ASKED_FOR],
        reaches=[(key, _(word)) for key, word in REACHES.items()],
        effects=None if effects is None else effects_of(effects, levels),
    )
