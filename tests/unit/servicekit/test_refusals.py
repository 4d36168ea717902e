"""From a refusal to a problem document, in the reader's language."""

import pytest
from flask import Flask
from pymongo.errors import DuplicateKeyError, OperationFailure, ServerSelectionTimeoutError
from werkzeug.exceptions import NotFound as NoSuchPage

from servicekit import refusals
from servicekit.refusals import Conflict, Invalid, NotFound, Refusal, Stale, TooMany, Unavailable, filled
from servicekit.serving import problems
from servicekit.words import N_
from servicekit.words.i18n import translate


class SampleTooEarly(Conflict):
    title = N_("Results can be reported only after the congress has closed.")


class SamplePlace(Invalid):
    title = N_("Your grants do not include this: {permission}.")


RAISED: dict[str, Exception] = {
    "early": SampleTooEarly(field="results.summoned", milestone="closed"),
    "place": SamplePlace(permission="congress:read"),
    "several": Invalid.of_fields({"date": SampleTooEarly(), "/names/bn": Stale()}),
    "gone": ServerSelectionTimeoutError("no server at 127.0.0.1:1"),
    "twice": DuplicateKeyError("E11000 with a value that nobody may see", 11000),
    "wrong": OperationFailure("bad query with a value that nobody may see", 2),
    "bug": RuntimeError("a text that nobody may see"),
    "page": NoSuchPage(),
    "many": TooMany(retry_after=7),
    "unavailable": Unavailable(),
    "missing": NotFound(),
}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("sample")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    problems.install(app)

    @app.get("/<name>")
    def fail(name: str) -> str:
        raise RAISED[name]

    return app


@pytest.mark.parametrize(
    ("accept", "path"), [("text/html,*/*;q=0.8", "/api/gone"), ("*/*", "/gone"), ("", "/gone")]
)
def test_a_program_is_told_as_programs_are(app: Flask, accept: str, path: str) -> None:
    answer = app.test_client().get(path, headers={"Accept": accept})
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "language", "said"),
    [
        ({"Accept-Language": "en"}, "en", "The database cannot be reached"),
        ({"Accept-Language": "vi"}, "vi", "cơ sở dữ liệu"),
        ({"Accept-Language": "en", "Cookie": "language=vi"}, "vi", "cơ sở dữ liệu"),
        ({"Accept-Language": "en", "Cookie": "language=<b>"}, "en", "The database cannot be reached"),
    ],
)
def test_whoever_opens_an_address_with_a_browser_reads_a_page_in_their_language(
    app: Flask, headers: dict[str, str], language: str, said: str
) -> None:
    browser = app.test_client(use_cookies=False)
    answer = browser.get("/gone", headers={"Accept": "text/html,*/*;q=0.8", **headers})
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert said.lower() in answer.text.lower()
    assert f'<html lang="{language}">' in answer.text
    assert "/problems/" not in answer.text
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("early", 409, "sample-too-early"),
        ("place", 422, "sample-place"),
        ("several", 422, "invalid"),
        ("gone", 503, "database-gone"),
        ("twice", 409, "already-there"),
        ("wrong", 500, "unexpected"),
        ("bug", 500, "unexpected"),
        ("page", 404, "not-found"),
        ("many", 429, "too-many"),
        ("unavailable", 503, "unavailable"),
        ("missing", 404, "not-found"),
    ],
)
def test_every_error_leaves_as_a_problem_document(app: Flask, name: str, status: int, kind: str) -> None:
    answer = app.test_client().get(f"/{name}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["type"] == f"/problems/{kind}"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert "nobody may see" not in answer.text
    assert "127.0.0.1" not in answer.text


def test_a_problem_names_the_fields_by_pointers(app: Flask) -> None:
    client = app.test_client()
    early, several = client.get("/early").json, client.get("/several").json
    assert early is not None
    assert several is not None
    assert [error["pointer"] for error in early["errors"]] == ["/results/summoned"]
    assert early["params"] == {"milestone": "closed"}
    assert [(error["pointer"], error["type"]) for error in several["errors"]] == [
        ("/date", "/problems/sample-too-early"),
        ("/names/bn", "/problems/stale"),
    ]


@pytest.mark.parametrize(("name", "seconds"), [("gone", "2"), ("many", "7"), ("unavailable", "2")])
def test_what_passes_says_when_to_come_again(app: Flask, name: str, seconds: str) -> None:
    assert app.test_client().get(f"/{name}").headers["Retry-After"] == seconds


def test_a_problem_speaks_the_readers_language(app: Flask) -> None:
    titles = {}
    for language in ("en", "bn", "vi"):
        answer = app.test_client().get("/place", headers={"Accept-Language": language})
        assert answer.json is not None
        titles[language] = answer.json["title"]
        assert "congress:read" in titles[language]
        assert titles[language] == translate(SamplePlace.title, language).format(permission="congress:read")
    assert titles["en"] == "Your grants do not include this: congress:read."
    assert len(set(titles.values())) == 3


def test_a_place_that_nobody_fills_stays_as_it_is() -> None:
    assert str(SamplePlace()) == "Your grants do not include this: {permission}."


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("{column!r} and {column}", "'a' and a"),
        ('{"kty": "EC", …} of {column}', '{"kty": "EC", …} of a'),
        ("{} { {{column}} {0} {a.b} {a[0]} {column:>9} {other!r}", "{} { {a} {0} {a.b} {a[0]} {column:>9} {other!r}"),
        ("%(n)s % {column", "%(n)s % {column"),
    ],
)  # fmt: skip
def test_other_braces_than_those_of_a_place_are_signs_like_any(title: str, told: str) -> None:
    assert filled(title, {"column": "a"}) == told


def test_the_tree_of_kinds_at_the_top_of_the_module_is_the_tree() -> None:
    drawn = (refusals.__doc__ or "").splitlines()
    for kind in Refusal.__subclasses__():
        if kind.__module__ == "servicekit.refusals":
            line = next(line for line in drawn if f" {kind.__name__} " in f"{line} ")
            assert str(kind.status) in line
