"""What a page says when the portal itself refuses: the refusal's own sentence, in the reader's language."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.architecture.the_code import environment, make_app


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This page cannot be asked for “as_of”."),
        ("bn", "“as_of”"),
        ("vi", "“as_of”"),
    ],
)
def test_what_an_address_may_not_ask_for_is_named(portal: Flask, language: str, sentence: str) -> None:
    answer = portal.test_client().get("/about?as_of=2026-10-01", headers={"Accept-Language": language})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("cannot be asked" in answer.text) is (language == "en")


def test_a_name_from_the_address_is_shown_as_text_and_cut(portal: Flask) -> None:
    answer = portal.test_client().get("/about?" + "%3Cb%3E" + "x" * 300 + "=1")
    assert answer.status_code == 422
    assert "<b>x" not in answer.text
    assert "“&lt;b&gt;" + "x" * 37 + "”" in answer.text


def test_a_form_from_another_site_is_told_so(portal: Flask) -> None:
    answer = portal.test_client().post(
        "/language",
        data={"language": "vi"},
        headers={"Sec-Fetch-Site": "cross-site", "Accept-Language": "en"},
    )
    assert answer.status_code == 403
    assert "This came from another site" in answer.text


def test_a_page_that_is_not_there_says_nothing_beyond_its_own_words(portal: Flask) -> None:
    answer = portal.test_client().get("/static/none.css", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert '<p class="strong">' not in answer.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("had=1&needed=2", "You came with level 1; level 2 or higher is needed."),
        ("had=2&needed=3", "You came with level 2; level 3 or higher is needed."),
        ("needed=3", "Level 3 or higher is needed."),
        ("had=x&needed=9e9", ""),
    ],
)
def test_a_sign_in_that_is_too_weak_is_told_the_levels_that_were_meant(
    portal: Flask, asked: str, told: str
) -> None:
    answer = portal.test_client().get(
        f"/sign-in/refused?why=level-too-low&{asked}", headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 200
    assert told in answer.text
    assert ("or higher is needed" in answer.text) is bool(told)


@pytest.mark.parametrize("day", ["2026-02-31", "2026-11-00", "2026-W10-1", "৯৯৯৯-৯৯-৯৯", "<b>", "9" * 500])
def test_a_day_in_an_address_that_is_none_is_left_out(portal: Flask, day: str) -> None:
    asked = {"why": "no-grant", "ask": "1", "asked_on": day, "declined_on": day}
    answer = portal.test_client().get("/sign-in/refused", query_string=asked)
    assert answer.status_code == 200
