import re
from datetime import UTC, date, datetime
from string import Formatter

import pytest

from notifications import rendering
from notifications.channels.smtp import MessageRefused, write_mail
from notifications.domain.kinds import COUNTED_AS, Kind
from notifications.domain.notices import Notice
from notifications.domain.wordings import MAIL_LOOK, MAIL_NO_DETAILS, MAIL_WHY, UNIT_UNNAMED, WORDINGS
from notifications.settings import read_sender
from servicekit.words.i18n import LANGUAGES, translate

NOW = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)
NAMES = {"en": "Khulna {unit} District", "bn": "খুলনা জেলা", "vi": "Huyện Khulna"}
SENDER = read_sender("Sammelan <no-reply@sammelan.example.org>")


def a_notice(kind: Kind, **changes: object) -> Notice:
    values: dict[str, object] = {
        "id": "n1",
        "account_id": "person1",
        "kind": kind,
        "at": NOW,
        "link": "/congresses/c1",
        "unit_id": "u1",
        "deadline": date(2026, 3, 31),
        "count": 1234,
    }
    return Notice(**{**values, **changes})  # type: ignore[arg-type]  # one word changed at a time


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_kind_is_worded() -> None:
    assert set(WORDINGS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_title_holds_no_unit_for_it_is_the_subject_of_the_mail(kind: Kind) -> None:
    assert places(WORDINGS[kind].title) <= {"date", "count"}
    assert places(WORDINGS[kind].text) <= {"unit", "date", "count"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_text_fills_all_its_places_in_every_language(kind: Kind, language: str) -> None:
    notice = a_notice(kind)
    title, text = rendering.title(notice, language), rendering.text(notice, {"en": "Khulna"}, language)
    assert not re.search(r"[{}]", title + text)
    assert title
    assert "Khulna" in text or kind in (*COUNTED_AS.values(), Kind.MAIL_REFUSED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_of_its_source(language: str) -> None:
    sources = [part for wording in WORDINGS.values() for part in (wording.title, wording.text)]
    for source in (*sources, MAIL_LOOK, MAIL_NO_DETAILS, MAIL_WHY, UNIT_UNNAMED):
        assert places(translate(source, language)) == places(source)


@pytest.mark.parametrize(
    ("language", "day"), [("en", "31 Mar 2026"), ("bn", "৩১ মার্চ, ২০২৬"), ("vi", "31/03/2026")]
)
def test_days_are_written_as_on_the_pages(language: str, day: str) -> None:
    dated = [kind for kind, wording in WORDINGS.items() if "{date}" in wording.text]
    assert dated
    for kind in dated:
        assert day in rendering.text(a_notice(kind, deadline=date(2026, 3, 31)), NAMES, language)


@pytest.mark.parametrize(
    ("names", "language", "shown"),
    [
        (NAMES, "bn", "খুলনা জেলা"),
        (NAMES, "vi", "Huyện Khulna"),
        ({"en": "Khulna"}, "bn", "Khulna"),
        ({"bn": "খুলনা"}, "vi", "খুলনা"),
        (NAMES, "en", "Khulna {unit} District"),
    ],
)
def test_a_unit_is_named_in_the_readers_language_or_in_the_nearest(
    names: dict[str, str], language: str, shown: str
) -> None:
    assert shown in rendering.text(a_notice(Kind.CONGRESS_APPROVED), names, language)


def test_a_unit_that_is_not_known_yet_is_not_named() -> None:
    text = rendering.text(a_notice(Kind.CONGRESS_APPROVED), {}, "en")
    assert text == "The congress report of one of your units was approved and is now locked."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_mail_holds_kind_and_link_and_nothing_of_person_or_unit(kind: Kind, language: str) -> None:
    notice = a_notice(kind)
    text = rendering.mail_text(notice, "https://sammelan.example.org/", language)
    title = rendering.title(notice, language)
    assert text.startswith(title)
    assert "https://sammelan.example.org/congresses/c1\n" in text
    for secret in ("Khulna", "person1", "u1", *NAMES.values()):
        assert secret not in text.replace(notice.link, "")
    assert not re.search(r"[{}]", text)


def test_an_unknown_language_is_read_as_english() -> None:
    assert rendering.title(a_notice(Kind.GRANT_ENDED), "tlh") == "Your access has ended"


def written(to: str, subject: str = "Your access is ready") -> dict[str, str]:
    message = write_mail(SENDER, "n1", to, subject, "Text ঢাকা\n", "bn", NOW)
    return {name.lower(): str(value) for name, value in message.items()}


def test_a_mail_carries_the_notices_id_its_language_and_that_a_program_wrote_it() -> None:
    headers = written("a@example.org")
    assert headers["message-id"] == "<n1@sammelan.example.org>"
    assert headers["content-language"] == "bn"
    assert headers["auto-submitted"] == "auto-generated"
    assert headers["from"] == "Sammelan <no-reply@sammelan.example.org>"
    assert headers["to"] == "a@example.org"


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nX: y",
        "a@example.org, b@example.org",
        "A <a@example.org>",
        "a b@example.org",
        "nobody",
        "@example.org",
        "a@",
        "",
        "a@example.org\x00",
    ],
)
def test_what_is_no_address_gets_no_mail(to: str) -> None:
    with pytest.raises(MessageRefused):
        written(to)


def test_a_line_break_in_a_subject_does_not_become_a_header() -> None:
    with pytest.raises(MessageRefused):
        written("a@example.org", "Hello\r\nBcc: b@example.org")


@pytest.mark.parametrize("sender", ["", "nobody", "a@", "Sammelan <>", "Sammelan <a b@c>"])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    with pytest.raises(ValueError):
        read_sender(sender)
