"""What was typed into a form that cannot be shown: by the labels of that form, whole, and never by its field names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, nodes

from portal.app import CAPABILITIES
from portal.frame.forms import Form
from portal.frame.kept import FIELDS_MOST, Typed, typed_in
from servicekit.ids import new_id
from tests.architecture.the_code import environment, make_app

PORTAL = Path(__file__).parents[3] / "portal"
LABELS = {
    "until": "Until when",
    "by": "How they come to it",
    "by=code": "By a code on paper",
    "role": "Role",
    "role=": "As chosen",
    "figures/": "Figure",
    "figures/known": "Delegates",
    "over": "Act over others",
    "to": "Successor",
    "reason": "Reason",
}
TITLES = {"women": "Women"}


def listed(**values: str) -> list[Typed]:
    form = Form({name.replace("__", "/"): value for name, value in values.items()}, labels=LABELS)
    return typed_in(form, lambda key: TITLES.get(key, key))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"reason": "a\nb"}, [Typed("Reason", "a\nb")]),
        ({"until-day": "৩", "until-month": "৪", "until-year": "২০২৬"}, [Typed("Until when", "৩ / ৪ / ২০২৬")]),
        ({"until-day": "", "until-month": "4", "until-year": ""}, [Typed("Until when", "4")]),
        ({"until-day": "", "until-month": "", "until-year": ""}, []),
        ({"until": "2026-03-04"}, [Typed("Until when", "2026-03-04")]),
        ({"by": "code"}, [Typed("How they come to it", "By a code on paper")]),
        ({"role": "clerk"}, [Typed("Role", "As chosen")]),
        ({"by": "else"}, [Typed("How they come to it", "else")]),
        ({"figures__women": "3"}, [Typed("Figure: Women", "3")]),
        ({"figures__unheard_of": "3"}, [Typed("Figure", "3")]),
        ({"figures__known": "3"}, [Typed("Delegates", "3")]),
        ({"over": "yes"}, [Typed("Act over others", "Yes", ours=True)]),
        ({"reason": " "}, []),
        ({"seen": "4", "figures": "4", "reason-day": ""}, []),
    ],
)
def test_what_was_typed_is_called_as_its_page_calls_it(values: dict[str, str], shown: list[Typed]) -> None:
    assert listed(**values) == shown


def test_an_id_is_no_word() -> None:
    assert listed(to=new_id()) == [Typed("Successor", "As you chose it", ours=True)]


# ---------------------------------------------------------------- no field without a label

WITH_FIELD = {"field", "area", "day", "select", "radios", "figure_field"}
# Named by the page that shows them, and of no use in a list: what is typed there is not kept either.
NOT_KEPT = {
    ("account", "paper"): "a code on paper is not shown again",
    ("access", "permission"): "asks, and sends nothing",
    ("access", "unit_id"): "asks, and sends nothing",
    **dict.fromkeys(
        [
            *(("access", name) for name in ("level", "state", "status")),
            *(("audit", name) for name in ("person", "reference", "service")),
            *(("jobs", name) for name in ("service", "state")),
        ],
        "chooses what a list shows, in its address",
    ),
}


def fields() -> Iterator[tuple[str, str]]:
    """Each capability with the fields that its templates draw; of one whose name is put together, its beginning."""
    for path in sorted(PORTAL.glob("*/templates/**/*.html")):
        capability = path.relative_to(PORTAL).parts[0]
        template = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))
        for call in template.find_all(nodes.Call):
            drawn = call.node.attr if isinstance(call.node, nodes.Getattr) else ""
            named = call.args[1:3] if drawn == "period" else call.args[1:2] if drawn in WITH_FIELD else []
            for name in named:
                if isinstance(name, nodes.Concat):
                    name = name.nodes[0]
                if isinstance(name, nodes.Const):
                    yield capability, str(name.value)


FIELDS = sorted(set(fields()) - NOT_KEPT.keys())
OWN = {routes.__name__.split(".")[1]: routes.LABELS for routes in CAPABILITIES}


@pytest.mark.parametrize(("capability", "field"), FIELDS)
def test_every_field_that_is_filled_in_has_a_label(capability: str, field: str) -> None:
    assert OWN[capability].get(field)


def test_fields_are_found_in_the_templates() -> None:
    assert {("access", "valid_to"), ("plans", "deadlines/"), ("congress", "until")} <= set(FIELDS)


# ---------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.mark.parametrize(
    ("language", "label", "chosen"),
    [("en", "National number of the person", "By their national number"), ("bn", "", ""), ("vi", "", "")],
)
def test_who_is_signed_out_sees_what_was_typed_by_its_labels(
    portal: Flask, language: str, label: str, chosen: str
) -> None:
    typed = {
        "by": "number",
        "national_number": "৪২৬৯",
        "reason": "<b>both & more",
        "once": "abcdefghij",
        "csrf": "x",
    }
    answer = portal.test_client().post(
        "/units/u/access/new", data=typed, headers={"Accept-Language": language}
    )
    assert answer.status_code == 401
    assert label in answer.text
    assert chosen in answer.text
    assert "&lt;b&gt;both &amp; more" in answer.text
    assert ">national_number<" not in answer.text
    # It is sent again, and stands in no list: others may read this page.
    assert answer.text.count("৪২৬৯") == answer.text.count('value="৪২৬৯"') == 1
    assert 'name="once" value="abcdefghij"' in answer.text
    assert 'value="x"' not in answer.text


def test_a_form_with_more_fields_than_any_of_ours_is_not_listed(portal: Flask) -> None:
    many = {f"reason{number}": "x" for number in range(FIELDS_MOST + 1)}
    answer = portal.test_client().post("/units/u/access/new", data={**many, "reason": "theirs"})
    assert (answer.status_code, "theirs" in answer.text) == (401, False)


def test_another_site_gets_no_page_with_its_own_text(portal: Flask) -> None:
    answer = portal.test_client().post(
        "/units/u/access/new", data={"reason": "theirs"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (answer.status_code, "theirs" in answer.text) == (403, False)


def test_what_is_too_large_to_be_read_is_told_so(portal: Flask) -> None:
    answer = portal.test_client().post("/units/u/access/new", data={"reason": "x" * 3_000_000})
    assert answer.status_code in (401, 413)
    assert "x" * 1000 not in answer.text
