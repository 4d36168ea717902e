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
