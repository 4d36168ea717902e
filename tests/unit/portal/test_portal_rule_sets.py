"""Versions of a plan's rules on pages: what each changed, the form of a new one, and what it would mean."""

import re
from typing import Any

import pytest
from flask import Flask, render_template, render_template_string

from portal.congress.views.congress import figure_word
from portal.frame.forms import Form
from portal.plans.views.plans import plan_of
from portal.plans.views.rule_kinds import NEW_KINDS, kind_fields, typed_kinds
from portal.plans.views.rule_sets import (
    Difference,
    differences,
    effects_of,
    rule_values,
    turning_of,
    versions_of,
)
from portal.plans.views.rule_steps import NEW, names_by_family, step_fields, typed_new_steps, typed_steps
from portal.plans.words import BASES, REACHES
from tests.unit.portal.test_portal_superior_pages import language, portal  # noqa: F401

RULES: dict[str, Any] = {
    "deadlines": {"union": "2026-06-30", "district": "2026-08-31"},
    "milestones": [
        {"key": "opened", "names": {"en": "Opened"}, "days_before_deadline": 1, "required": True},
        {"key": "sent", "names": {"en": "Sent"}, "days_before_deadline": -10, "required": True},
    ],
    "content_types": [
        {"key": "4", "names": {"en": "All"}, "elects_committee": True, "elects_delegates": True},
        {"key": "2", "names": {"en": "Merged"}, "elects_committee": False, "elects_delegates": False},
    ],
    "majorities": [
        {
            "key": "election",
            "names": {"en": "Election"},
            "numerator": 1,
            "denominator": 2,
            "more": True,
            "base": "summoned",
            "elects": True,
        },
    ],
    "results_fields": ["summoned", "women"],
    "documents": [],
    "lateness": {"explained_after": 45, "postponed_most": 30, "reminders": [-7, 0, 1]},
    "targets": {"women": 15, "young": 10, "candidates_least": 10, "candidates_most": 15},
}
FIRST: dict[str, Any] = {
    **RULES, "number": 1, "congresses": 4, "reason": "", "at": None, "by": "", "reach": "not_closed"
}  # fmt: skip
SECOND: dict[str, Any] = {
    **FIRST, "number": 2, "congresses": 1200, "reason": "<b>Flood</b>", "at": "2026-05-01T10:00:00+00:00",
    "reach": "not_begun", "deadlines": {**RULES["deadlines"], "union": "2026-07-31"},
    "milestones": [RULES["milestones"][0], {**RULES["milestones"][1], "days_before_deadline": -20, "required": False}],
    "results_fields": ["summoned", "minority"],
    "documents": ["minutes"],
    "targets": {**RULES["targets"], "women": 20},
}  # fmt: skip
PLAN: dict[str, Any] = {
    **RULES, "id": "p", "version": 3, "name": "Plan", "names": {"en": "Plan"}, "cycle": "2026–2031",
    "unit_id": "bd", "state": "open", "opens_on": "2026-01-01",
}  # fmt: skip


def test_each_version_says_what_it_changed_and_the_first_nothing() -> None:
    second, first = versions_of([SECOND, FIRST])
    assert [(one.kind, one.key, one.before, one.after) for one in second.changes] == [
        ("deadlines", "union", "2026-06-30", "2026-07-31"),
        ("days_before_deadline", "sent", "-10", "-20"),
        ("required", "sent", "yes", ""),
        ("targets", "women", "15", "20"),
        ("results_fields", "women", "yes", ""),
        ("results_fields", "minority", "", "yes"),
        ("documents", "minutes", "", "yes"),
    ]
    assert (second.reach, first.reach, first.changes) == (REACHES["not_begun"], "", ())


def test_each_version_says_which_milestones_came_went_and_are_called_otherwise() -> None:
    opened, sent = RULES["milestones"]
    said = {**opened, "names": {"en": "Begun"}}
    audited = {"key": "audited", "names": {"en": "Audited"}, "days_before_deadline": 3, "required": True}
    second, _first = versions_of(
        [{**FIRST, "number": 2, "at": "2026-05-01T10:00:00+00:00", "milestones": [said, audited]}, FIRST]
    )
    assert [(one.kind, one.key, one.before, one.after) for one in second.changes] == [
        ("added", "audited", "", "audited"),
        ("removed", "sent", "sent", ""),
        ("names", "opened", "Opened", "Begun"),
    ]
    shown = names_by_family({**PLAN, "milestones": [said, audited], "earlier_steps": [sent]})
    assert list(shown["milestones"]) == ["opened", "audited", "sent"]


def test_what_is_typed_of_milestones_is_sent_from_the_first_row_on_and_what_is_wrong_is_said_at_its_field() -> (
    None
):
    values = {
        **rule_values(PLAN), "milestones/sent/removed": "yes", "milestones/opened/names/vi": "Khai mạc",
        "added/1/names/en": "Audited", "added/1/days_before_deadline": "3", "added/1/after": "opened",
        "added/1/owner": "superior", "added/0/owner": "unit",
    }  # fmt: skip
    form = Form(values, 3, once="abcdefghij")
    assert typed_steps(form, PLAN) == {
        "opened": {"days_before_deadline": 1, "required": True, "names": {"en": "Opened", "vi": "Khai mạc"}},
        "sent": {"removed": True},
    }
    (new,) = typed_new_steps(form)
    assert new == {
        "key": "step-abcdefghij-0", "names": {"en": "Audited"}, "days_before_deadline": 3, "after": "opened",
        "applies": "always", "owner": "superior", "required": False, "waits_for_parent": False,
    }  # fmt: skip
    # The preview sends it again from where it then stands.
    assert (form.values["added/0/names/en"], typed_new_steps(form)) == ("Audited", [new])
    assert not form.faults
    form = Form({"added/2/days_before_deadline": "x", **dict.fromkeys(rule_values(PLAN), "")}, 3)
    typed_new_steps(form)
    typed_steps(form, PLAN)
    first = "names/bn"
    assert set(form.faults) == {
        f"added/0/{first}", "added/0/days_before_deadline", f"milestones/opened/{first}", f"milestones/sent/{first}",
        "milestones/opened/days_before_deadline", "milestones/sent/days_before_deadline",
    }  # fmt: skip


def test_kinds_and_majorities_are_sent_as_they_are_otherwise() -> None:
    values = {
        **rule_values(PLAN), "content_types/4/names/vi": "Đủ", "content_types/2/removed": "yes",
        "majorities/election/numerator": "2", "majorities/election/denominator": "3", "majorities/election/more": "",
        "added_types/1/names/en": "New", "added_types/1/elects_delegates": "yes",
    }  # fmt: skip
    form = Form(values, 3, once="abcdefghij")
    assert typed_kinds(form, PLAN) == {
        "content_types": {"4": {"names": {"vi": "Đủ", "en": "All"}}, "2": {"removed": True}},
        "added_types": [
            {"key": "kind-abcdefghij-0", "names": {"en": "New"}, "elects_committee": False, "elects_delegates": True}
        ],
        "majorities": {"election": {"numerator": 2, "denominator": 3, "more": False, "base": "summoned"}},
    }  # fmt: skip
    assert not form.faults
    as_it_is = typed_kinds(Form(rule_values(PLAN), 3), PLAN)
    assert (as_it_is["content_types"], as_it_is["added_types"]) == ({}, [])


def test_a_version_says_what_it_changed_of_kinds_and_of_majorities(language: str) -> None:  # noqa: F811
    kinds = [{**RULES["content_types"][0], "names": {"en": "Whole"}}]
    (majority,) = RULES["majorities"]
    changed = {"content_types": kinds, "majorities": [{**majority, "numerator": 2, "denominator": 3, "more": False,
                                                       "base": "body"}]}  # fmt: skip
    versions = versions_of([{**FIRST, "number": 2, "at": "2026-05-01T10:00:00+00:00", **changed}, FIRST])
    assert [(one.family, one.kind, one.key) for one in versions[0].changes] == [
        ("content_types", "removed", "2"),
        ("content_types", "names", "4"),
        ("majorities", "numerator", "election"),
        ("majorities", "denominator", "election"),
        ("majorities", "base", "election"),
        ("majorities", "more", "election"),
    ]
    shown = render_template("rules.html", versions=versions, may_add=True, bases=dict(BASES), **around())
    assert ("Merged" in shown, "Election" in shown) == (True, True)
    assert {"en": "just so many", "bn": "ঠিক ততটাই", "vi": "đúng bằng mức đó"}[language] in shown


def test_a_stale_form_names_what_is_saved_by_now() -> None:
    typed = {**rule_values(PLAN), "targets/women": "30", "milestones/sent/required": ""}
    assert differences(PLAN, typed) == [
        Difference("milestones/sent/required", "yes", box=True),
        Difference("targets/women", "15", box=False),
    ]


def test_a_stale_form_names_boxes_that_are_saved_as_not_ticked_by_now(language: str) -> None:  # noqa: F811
    typed = {**rule_values(PLAN), "documents/minutes": "yes", "milestones/sent/names/vi": "Gửi"}
    (opened, sent), (majority,) = RULES["milestones"], RULES["majorities"]
    saved = {
        **PLAN,
        "milestones": [opened, {**sent, "required": False}],
        "majorities": [{**majority, "more": False}],
        "results_fields": ["summoned", "minority"],
    }
    # What was to be left out, or is new, is no field of what is saved.
    changed = differences(saved, {**typed, "milestones/sent/removed": "yes", "added/0/required": "yes"})
    assert {(one.name, one.value, one.box) for one in changed} == {
        ("milestones/sent/required", "", True),
        ("milestones/sent/names/vi", "", False),
        ("majorities/election/more", "", True),
        ("results_fields/women", "", True),
        ("results_fields/minority", "yes", True),
        ("documents/minutes", "", True),
    }
    form = Form(typed, 3, labels={one.name: "Field" for one in changed})
    shown = render_template("rules_new.html", effects=None, form=form, **{**around(), "changed": changed})
    told = re.findall(r"<li>Field: ([^<]*)</li>", shown)
    unticked = {"en": "now not ticked", "bn": "এখন টিক দেওয়া নেই", "vi": "hiện không đánh dấu"}[language]
    empty = {"en": "now empty", "bn": "এখন খালি", "vi": "hiện để trống"}[language]
    assert (told.count(unticked), told.count(empty), len(told)) == (4, 1, 6)


def around(**values: Any) -> dict[str, Any]:
    return {"plan": plan_of(PLAN), "changed": (), "names": names_by_family(PLAN), **values}


def test_the_page_shows_all_versions_and_offers_a_new_one_to_whom_it_may(language: str) -> None:  # noqa: F811
    versions = versions_of([SECOND, FIRST])
    shown = render_template("rules.html", versions=versions, may_add=True, bases=dict(BASES), **around())
    assert "&lt;b&gt;Flood&lt;/b&gt;" in shown
    assert 'href="/plans/p/rules/new"' in shown
    assert 'id="version-1"' in shown
    word = {"en": "Women at least", "bn": "নারী অন্তত", "vi": "Nữ ít nhất"}[language]
    assert word in shown
    assert "Ours(" not in shown
    assert "/rules/new" not in render_template(
        "rules.html", versions=versions, may_add=False, bases=dict(BASES), **around()
    )


def test_numbers_of_a_form_stand_in_the_readers_digits_and_names_as_typed(language: str) -> None:  # noqa: F811
    form = Form({"seats": "1250", "share": "12.5", "national_number": "1990123"})
    macros = """{% import "parts/ui.html" as ui with context %}{{ ui.field(form, "seats", "S", inputmode="numeric") }}
        {{ ui.figure_field(form, "share", "F", "", "decimal") }}
        {{ ui.field(form, "national_number", "N", inputmode="numeric", names=true) }}"""
    shown = render_template_string(macros, form=form)
    seats, share = ("১২৫০", "১২.৫") if language == "bn" else ("1250", "12.5")
    assert re.findall(r'value="([^"]*)"', shown) == [seats, share, "1990123"]
    form.values["seats"] = seats
    assert form.whole("seats") == 1250


def test_the_form_holds_all_rules_and_then_shows_what_they_mean(language: str) -> None:  # noqa: F811
    typed = list(rule_values(PLAN))
    form = Form({**rule_values(PLAN), "reach": "not_begun", "reason": "<b>x</b>"}, 3)
    figures = [(f"results_fields/{key}", figure_word(key)) for key in ("summoned", "women", "minority")]
    typed = [*typed, *step_fields(PLAN), *kind_fields(PLAN)]
    languages = [("bn", "বাংলা"), ("vi", "Tiếng Việt"), ("en", "English")]
    chosen = {
        "languages": languages,
        "new": NEW,
        "places": [],
        "applies": [],
        "owners": [],
        "new_kinds": NEW_KINDS,
    }
    chosen |= {
        "kinds": [("4", "All")],
        "majorities": [("election", "Election")],
        "bases": list(BASES),
    }
    own = {one["key"]: one["names"] for one in PLAN["milestones"]}
    more = {
        **chosen,
        "names": own,
        "form": form,
        "typed": typed,
        "reaches": list(REACHES.items()),
        "figures": figures,
    }
    asked = render_template("rules_new.html", effects=None, **around(**more))
    for name in (
        "deadlines/union-day",
        "milestones/sent/days_before_deadline",
        "added/2/names/vi",
        "targets/women",
        "lateness/explained_after",
    ):
        assert f'name="{name}"' in asked
    assert 'name="seen"' not in asked
    assert asked.count(" checked") == 6  # two milestones, two figures, a majority, whom it is for
    one = {
        "level": "union", "before": "2026-06-30", "after": "2026-07-31", "moves": True, "congresses": 3,
        "reached": 2, "becoming_overdue": 0, "no_longer_overdue": 2,
    }  # fmt: skip
    effects = effects_of([one, {**one, "level": "district", "congresses": 0}], ["district", "union"])
    assert [effect.level for effect in effects] == ["union"]
    seen = render_template("rules_new.html", effects=effects, **around(**more))
    for name in (*typed, "reach", "reason", "seen"):
        assert f'type="hidden" name="{name}"' in seen
    assert "<b>x</b>" not in seen
    assert "which=overdue&amp;milestone=closing&amp;level=union" in seen
    assert re.findall(r'name="who" value="([^"]*)"', seen) == ["in_time/union"]
    line = {"id": "c7", "unit_id": "u7", "unit_path": ["bd", "u7"], "deadline": "2026-06-30",
            "unit": {"code": "U7", "names": {"en": "Mohanpur"}, "level": "union"}}  # fmt: skip
    who = turning_of({"items": [line], "total": 51, "next": "abc"}, "in_time", "union")
    listed = render_template("rules_new.html", effects=effects, who=who, **around(**more))
    assert 'href="/congresses/c7"' in listed
    assert "Mohanpur" in listed
    assert re.findall(r'name="who" value="([^"]*)"', listed) == ["in_time/union", "in_time/union/abc"]
    assert f'type="hidden" name="{typed[0]}"' in listed


@pytest.mark.parametrize(
    "name", ["deadlines/union", "milestones/opened/days_before_deadline", "lateness/postponed_most"]
)
def test_rules_are_in_the_form_as_they_are(name: str) -> None:
    assert rule_values(PLAN)[name] == {
        "deadlines/union": "2026-06-30", "milestones/opened/days_before_deadline": "1", "lateness/postponed_most": "30"
    }[name]  # fmt: skip


def test_the_form_travels_compressed_also_when_it_is_shown_again_and_no_other_that_is_sent_does(
    portal: Flask,  # noqa: F811
) -> None:
    client = portal.test_client()
    assert "Content-Encoding" not in client.post("/plans/p/rules/new").headers
    assert client.post("/plans/new").headers["Content-Encoding"] == "identity"
    marked = {
        name for name, view in portal.view_functions.items() if getattr(view, "tells_nothing_once", False)
    }
    assert marked == {"rule_sets.add_rules"}
