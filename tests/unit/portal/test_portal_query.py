"""A page is asked for what it says it takes; anything else is refused and not ignored."""

import pytest
from flask import Flask

from portal.frame.query import (
    LIST,
    NotAskedHere,
    asked,
    asked_whole,
    check_query,
    cursor,
    show_at,
    shown_at,
    takes,
)
from servicekit.refusals import Refusal


@pytest.fixture
def app() -> Flask:
    made = Flask("asked")
    made.before_request(check_query)

    @made.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[str, int]:
        return str(refusal), refusal.status

    @made.route("/list", methods=["GET", "POST"])
    @takes("q", *LIST)
    def page() -> str:
        return f"{asked('q')}|{cursor()}|{asked_whole('from')}"

    @made.get("/plain")
    def plain() -> str:
        return asked("done")

    @made.get("/drafts/<path:of>")
    def draft(of: str) -> str:
        show_at(f"/{of}")
        return f"{cursor()}|{asked('q')}|{shown_at()}"

    @made.get("/forgetful")
    def forgetful() -> str:
        return asked("q")

    return made


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/list", "||0"),
        ("/list?q=a&after=b&from=51", "a|b|51"),
        ("/list?q=", "||0"),
        ("/plain?done=saved", "saved"),
    ],
)
def test_what_a_page_takes_is_read(app: Flask, address: str, told: str) -> None:
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.text) == (200, told)


@pytest.mark.parametrize(
    "address",
    [
        "/list?on=2026-10-01",
        "/plain?q=a",
        "/plain?after=x",
        "/list?q=a&q=b",
        "/list?Q=a",
        "/list?q=a&limit=5",
        "/list?=x",
    ],
)
def test_anything_else_is_refused(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == NotAskedHere.status


def test_a_form_that_is_shown_again_asks_for_nothing(app: Flask) -> None:
    assert app.test_client().post("/list").text == "||0"


def test_a_form_that_was_left_for_the_eid_asks_for_nothing_and_leads_on_at_its_own_address(
    app: Flask,
) -> None:
    app.testing = True
    answer = app.test_client().get("/drafts/list")
    assert (answer.status_code, answer.text) == (200, "||/list")
    assert app.test_client().get("/drafts/list?after=x").status_code == NotAskedHere.status


def test_a_page_that_reads_what_it_does_not_say_it_takes_breaks_at_once(app: Flask) -> None:
    app.testing = True
    with pytest.raises(LookupError):
        app.test_client().get("/forgetful")
