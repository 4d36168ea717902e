"""What people type is read as they mean it, and never lost."""

import pytest

from portal.account.paper_codes import NotACode, paper_code
from portal.frame.forms import (
    Fault,
    Form,
    FormFaulty,
    faulty,
    refused_by_peer,
    sent_form,
)
from servicekit.access import form_tokens
from servicekit.out.peers import PeerRefused

SECRET = b"k" * 32


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("42", 42),
        (" 1,586 ", 1586),
        ("১,৫৮৬", 1586),
        ("1.586", 1586),
        ("-3", -3),
        ("0", 0),
        ("٣", 3),
        ("", None),
    ],
)
def test_whole_numbers_in_any_digits_and_grouping(typed: str, read: int | None) -> None:
    assert Form({"n": typed}).whole("n") == read


@pytest.mark.parametrize("typed", ["4a", "1e3", "--1", "½", "1" * 13])
def test_what_is_no_whole_number_is_a_fault_at_its_field(typed: str) -> None:
    form = Form({"n": typed})
    assert form.whole("n") is None
    assert "n" in form.faults


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-03-31", "2026-03-31"),
        ("31/03/2026", "2026-03-31"),
        ("৩১/০৩/২০২৬", "2026-03-31"),
        ("1.3.2026", "2026-03-01"),
        ("", None),
    ],
)
def test_days_as_browsers_and_people_write_them(typed: str, read: str | None) -> None:
    assert Form({"d": typed}).day("d") == read


@pytest.mark.parametrize("typed", ["2026-02-30", "31/13/2026", "tomorrow", "2026"])
def test_what_is_no_day_is_a_fault_at_its_field(typed: str) -> None:
    form = Form({"d": typed})
    assert form.day("d") is None
    assert "d" in form.faults


def typed_day(day: str, month: str, year: str) -> Form:
    return Form({"d-day": day, "d-month": month, "d-year": year}, labels={"d": "Until"})


def test_a_day_of_three_fields_is_sent_on_as_one_and_kept_as_it_was_typed() -> None:
    form = typed_day("৩১", "৩", "২০২৬")
    assert form.day("d") == form.values["d"] == "2026-03-31"
    assert form.typed_parts("d") == ("৩১", "৩", "২০২৬")


def test_each_part_of_a_day_that_is_wrong_says_so_at_its_own_field() -> None:
    form = typed_day("32", "3", "26")
    assert form.day("d") is None
    assert set(form.faults) == {"d", "d-year"}
    assert {form.label(name) for name in form.faults} == {"Until"}


def test_a_day_that_its_month_does_not_have_says_how_many_it_has() -> None:
    form = typed_day("31", "11", "2026")
    assert form.day("d") is None
    assert form.faults["d"].params == {"days": "30"}


def test_a_day_of_which_nothing_was_typed_is_missing_only_where_it_is_needed() -> None:
    assert typed_day("", " ", "").day("d") is None
    form = typed_day("", " ", "")
    form.day("d", needed=True)
    assert set(form.faults) == {"d"}


def test_what_a_service_says_of_a_day_of_three_fields_stands_at_it() -> None:
    form = typed_day("1", "3", "2026")
    form.day("d")
    body = {"title": "Not right.", "errors": [{"pointer": "/d", "detail": "Too early."}]}
    assert refused_by_peer(form, PeerRefused(422, body)).faults == {"d": Fault("Too early.")}


def test_a_national_number_in_bangla_digits_with_blanks_is_plain_digits() -> None:
    assert Form({"n": "১২৩ ৪৫৬-৭৮৯০"}).digits("n") == "1234567890"


def test_a_faulty_form_stops_before_a_service_is_asked() -> None:
    form = Form({"name": " "})
    form.text("name", needed=True)
    with pytest.raises(FormFaulty):
        form.check()
    assert faulty(form).status == 422


def test_a_form_keeps_its_key_so_that_sending_again_does_nothing_twice() -> None:
    form = sent_form({"csrf": "x", "once": "abcdefghij23", "version": "7", "name": "A"})
    assert (form.once, form.version, form.values) == ("abcdefghij23", 7, {"name": "A"})


@pytest.mark.parametrize("version", ["٣", "-1", "1.0", "", "9" * 10, "9" * 5_000])
def test_a_forged_key_or_version_is_replaced(version: str) -> None:
    form = sent_form({"once": "<script>", "version": version, "name": "A"})
    assert form.once != "<script>"
    assert form.version is None


def test_what_a_service_refuses_stands_at_its_field_and_the_rest_above() -> None:
    body = {
        "title": "Some of what was entered is not right.",
        "errors": [
            {"pointer": "/figures/present", "detail": "This figure is needed."},
            {"pointer": "/elsewhere", "detail": "Not here."},
        ],
    }
    form = refused_by_peer(Form({"figures/present": ""}), PeerRefused(422, body))
    assert form.faults == {"figures/present": Fault("This figure is needed.")}
    assert form.loose == [Fault("Not here.")]
    assert form.status == 422


def test_each_fault_travels_as_its_owner_knows_it_with_its_own_values() -> None:
    said = {
        "message": "The date is before that of an earlier milestone, {milestone} on {date}.",
        "params": {"milestone": "opened", "date": "2026-03-01"},
    }
    body = {
        "title": "translated already",
        **said,
        "errors": [
            {"pointer": "/date", "detail": "translated already", **said},
            {"pointer": "/note", "detail": "of a service before"},
        ],
    }
    form = refused_by_peer(Form({"date": "2026-02-01", "note": ""}), PeerRefused(422, body))
    assert form.faults["date"] == Fault(said["message"], said["params"])  # type: ignore[arg-type]
    assert form.faults["note"] == Fault("of a service before")


def test_a_token_is_good_for_its_own_sign_in_and_looks_different_each_time() -> None:
    first, second = form_tokens.token(SECRET, "session-1"), form_tokens.token(SECRET, "session-1")
    assert first != second
    assert form_tokens.is_genuine(SECRET, "session-1", first)
    assert form_tokens.is_genuine(SECRET, "session-1", second)
    assert not form_tokens.is_genuine(SECRET, "session-2", first)
    assert not form_tokens.is_genuine(b"other" * 8, "session-1", first)


@pytest.mark.parametrize("forged", ["", "x", "%%%", "AAAA", "é" * 40])
def test_what_is_no_token_is_refused(forged: str) -> None:
    assert not form_tokens.is_genuine(SECRET, "session-1", forged)


@pytest.mark.parametrize("typed", ["ABCD-EFGH-JKMN-PQ23", " abcd efgh jkmn pq২৩ ", "abcdefghjkmnpq23"])
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert paper_code(typed) == "ABCD-EFGH-JKMN-PQ23"


@pytest.mark.parametrize("typed", ["", "ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN-PQ234", "অআইঈ-EFGH-JKMN-PQ23"])
def test_what_cannot_be_a_code_is_not_taken_to_the_eid(typed: str) -> None:
    with pytest.raises(NotACode):
        paper_code(typed)


def test_a_second_one_is_made_only_by_sending_again_on_purpose() -> None:
    """The first sending arrived, its answer did not, and something was corrected since."""
    sent = sent_form({"name": "Rahima", "once": "abcdefghij"})
    assert sent.once == "abcdefghij"
    reused = {"type": "/problems/idempotency-key-reused", "title": "used", "errors": []}
    shown = refused_by_peer(sent, PeerRefused(422, reused))
    assert shown.title is not None
    assert "first has arrived" in shown.title.text
    assert shown.values == {"name": "Rahima"}
    assert shown.once != "abcdefghij"
