"""What the services call what they own reaches the pages, also when it is new; while one is away its last words do."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, g

from portal.app import install_words
from portal.congress.views.congress import figure_groups, figure_word
from portal.frame.pages import translated
from portal.shared.clients.titles import (
    AGAIN_SECONDS,
    KEPT_SECONDS,
    KeptTitles,
    first_in,
    groups_in,
    titles_in,
)
from portal.shared.units import Titled
from servicekit.refusals import Unavailable
from servicekit.words.titles import AUDIT, FIGURES, PERMISSIONS, Group, Titles
from tests.titles import titles_in as told_in


class Services:
    """Answers as they do: nothing new for the mark that is known."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.mark, self.titles, self.away, self.now = "1", Titles("One"), False, 100.0

    def ask(self, owner: str, language: str, mark: str) -> tuple[Titles, str] | None:
        self.asked.append((owner, language, mark))
        if self.away:
            raise Unavailable
        return None if mark == self.mark else (self.titles, self.mark)


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def kept(services: Services) -> KeptTitles:
    return KeptTitles(services.ask, lambda: services.now)


def test_they_are_asked_for_once_a_minute_and_by_their_mark(services: Services, kept: KeptTitles) -> None:
    for _ in range(3):
        assert kept.of("congress", "bn").name == "One"
    services.now += KEPT_SECONDS
    assert kept.of("congress", "bn").name == "One"
    assert services.asked == [("congress", "bn", ""), ("congress", "bn", "1")]
    services.mark, services.titles = "2", Titles("Two")
    services.now += KEPT_SECONDS
    assert kept.of("congress", "bn").name == "Two"


def test_each_language_is_known_by_itself(services: Services, kept: KeptTitles) -> None:
    kept.of("congress", "bn"), kept.of("congress", "vi")
    assert [language for _, language, _ in services.asked] == ["bn", "vi"]


def test_while_a_service_is_away_its_last_words_are_shown(services: Services, kept: KeptTitles) -> None:
    assert kept.of("congress", "bn").name == "One"
    services.away, services.now = True, services.now + KEPT_SECONDS
    assert kept.of("congress", "bn").name == "One"
    assert kept.of("identity", "bn").name == "identity", "nothing is known of it yet"
    asked = len(services.asked)
    kept.of("congress", "bn"), kept.of("identity", "bn")
    assert len(services.asked) == asked, "nobody waits for it again so soon"
    services.away, services.now = False, services.now + AGAIN_SECONDS
    assert kept.of("identity", "bn").name == "One"


# ── what is new in a service ───────────────────────────────


@pytest.fixture(params=["en", "bn"])
def pages(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """As the services would tell it, had congress a figure, a permission and an act more than today."""
    today = told_in(request.param)
    congress = today["congress"]
    of = {
        **congress.of,
        FIGURES: {**congress.of[FIGURES], "horoscopes": "Horoscopes cast"},
        PERMISSIONS: {**congress.of[PERMISSIONS], "stars:read": "Read the stars"},
        AUDIT: {**congress.of[AUDIT], "stars.read": "Stars read"},
    }
    stars = (Group("Stars", ("horoscopes",)),)
    tomorrow = replace(
        congress,
        of=of,
        groups={FIGURES: (*congress.groups[FIGURES], *stars)},
        first={FIGURES: ("horoscopes",)},
    )
    app = Flask("titles")
    install_words(app, "Asia/Dhaka", lambda _language: {**today, "congress": tomorrow})
    with app.test_request_context("/"):
        g.language = request.param
        yield app


def test_a_new_figure_permission_and_act_are_shown_without_touching_the_portal(pages: Flask) -> None:
    titles = pages.extensions["titles"]("")
    groups = figure_groups({"present": 3, "horoscopes": 7}, groups_in(titles, FIGURES))
    assert [(group.title, [one.value for one in group.figures]) for group in groups][-1] == ("Stars", [7])
    assert translated(figure_word("horoscopes")) == "Horoscopes cast"
    assert first_in(titles, FIGURES) == ("horoscopes",)
    assert titles_in(titles, PERMISSIONS)["stars:read"] == "Read the stars"
    assert translated(Titled(AUDIT, "stars.read")) == "Stars read"


def test_what_nobody_has_a_title_for_is_shown_by_our_word_or_its_key(pages: Flask) -> None:
    assert translated(Titled(AUDIT, "of.tomorrow")) == "of.tomorrow"
    other = translated(figure_word("of_tomorrow"))
    assert other == "Another figure" if g.language == "en" else not other.isascii()
