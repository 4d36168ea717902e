"""A draft keeps what somebody writes, and never a number, a birth date or a telephone of a person."""

from collections.abc import Iterator

import pytest
from flask import Flask, g

from portal.app import LABELS
from portal.drafts.kept import LEFT_OUT, keepable
from portal.drafts.routes import _taking
from portal.frame.kept import labels_of
from servicekit.refusals import NotFound
from tests.architecture.the_code import environment, make_app


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.fixture(params=["en", "bn", "vi"])
def labels(portal: Flask, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Of all forms, in each language: what is kept does not hang on the words."""
    with portal.test_request_context("/drafts"):
        g.language = request.param
        yield {name: word for each in LABELS for name, word in labels_of(f"{each}.x").items()}


def test_what_names_a_person_is_no_part_of_a_draft(labels: dict[str, str]) -> None:
    kept = {"role": "clerk", "label": "A. One", "valid_to-day": "31", "valid_to-year": "2027", "reason": "12"}
    unkept = {
        "national_number": "9990000000011",
        "even_if_invited": "9990000000011",
        "phone": "01711223344",
        "birth_date": "1990-05-04",
        "birth_date-day": "4",
        "birth_date-month": "5",
        "birth_date-year": "1990",
    }
    assert keepable({**kept, **unkept}, labels) == kept


@pytest.mark.parametrize(
    "number",
    [
        "9990000000011", "999 0000 000 011", "৯৯৯০০০০০০০০১১", "1.9900000000000124e+16", "9,990,000,000,011",
        "+880 1711-223344", "0171122", "0790,8500,1234", "079\t085\t001", "01/02/1985", "০১/০২/১৯৮০",
    ],
)  # fmt: skip
def test_a_text_is_kept_without_the_numbers_in_it(number: str, labels: dict[str, str]) -> None:
    kept = keepable({"reason": f"NID {number}, clerk", "label": number, "valid_to-day": number}, labels)
    assert all(sum(sign.isdecimal() for sign in value) < 7 for value in kept.values())
    assert kept["reason"].startswith("NID ")
    assert LEFT_OUT in kept["reason"]


def test_of_a_form_about_people_no_table_and_no_field_that_it_does_not_have_is_kept(
    labels: dict[str, str],
) -> None:
    sent = {"table": "BD-N1\t9990000000011", "once": "1", "strange": "9990000000011", "role": "clerk"}
    assert keepable(sent, labels) == {"role": "clerk"}


def test_of_other_forms_every_figure_is_kept() -> None:
    assert keepable({"results/members": "12345678"}, {"results/members": "Members"}) == {
        "results/members": "12345678"
    }


def test_what_one_form_asks_of_people_takes_nothing_from_the_others_beside_it(portal: Flask) -> None:
    with portal.test_request_context("/drafts"):
        results, taking_over = labels_of("results.x"), labels_of("taking_over.x")
        assert keepable({"figures/summoned": "61", "column": "1"}, results) == {
            "figures/summoned": "61",
            "column": "1",
        }
        assert "national_number" not in keepable({"national_number": "9990000000011"}, taking_over)
        assert keepable({"note": "NID 9990000000011"}, taking_over) == {"note": f"NID {LEFT_OUT}"}


def test_a_draft_of_no_form_of_ours_is_none(portal: Flask) -> None:
    """What its fields are nobody would know."""
    with portal.test_request_context("/drafts"), pytest.raises(NotFound):
        _taking("/nowhere/at/all")
