"""Documents of the result dossier: which file is what, which figures it proves, and what is cautioned."""

from dataclasses import replace
from datetime import timedelta

import pytest

from congress.domain.attachments import NoSuchAttachment, attach, detach
from congress.domain.decisions import contributors
from congress.domain.dossier import (
    Document,
    NothingToProve,
    cautions_of_dossier,
    documents_of,
    say_document,
)
from congress.domain.gaps import Stated, approve_with_gaps, close
from congress.domain.history import Congress
from congress.domain.plan import Reach
from congress.domain.progress import report_results, submit
from congress.domain.reopening import figures_at, version_at
from congress.domain.rule_sets import Edit, add_version, at_version, under
from congress.domain.template import template_of
from congress.store.documents import congress_document, congress_of, plan_document, plan_of
from servicekit.refusals import Refusal
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, TODAY, a_congress, a_plan, at, by

PLAN = a_plan(documents=("minutes", "tally_sheets"))
OTHER_FIGURES = {**FIGURES_THAT_ADD_UP, "present": 98, "absent_with_reason": 1}


def with_file(congress: Congress, file_id: str = "f1") -> Congress:
    return attach(PLAN, congress, file_id, by())


REPORTED = with_file(at("results"))
PROVEN = say_document(PLAN, REPORTED, "f1", Document.MINUTES, by(account_id="namer"))
ANEW = report_results(PLAN, PROVEN, OTHER_FIGURES, by(), "r1")


def kinds(congress: Congress) -> list[tuple[str, int]]:
    return [(one.kind, version) for one, version in documents_of(congress)]


def test_a_file_proves_the_figures_that_stand_when_it_is_said_what_it_is() -> None:
    assert kinds(REPORTED) == []
    assert kinds(PROVEN) == [("minutes", 1)]
    # Figures reported anew are another version, which it proves once somebody says so.
    assert kinds(ANEW) == [("minutes", 1)]
    again = say_document(PLAN, ANEW, "f1", Document.MINUTES, by())
    assert kinds(again) == [("minutes", 2)]
    other = say_document(PLAN, again, "f1", Document.RESOLUTION, by())
    assert kinds(other) == [("resolution", 2)]
    assert kinds(detach(PLAN, again, "f1", by())) == []


@pytest.mark.parametrize(
    ("congress", "file_id", "refusal"),
    [
        (with_file(at("closed")), "f1", NothingToProve),
        (REPORTED, "f2", NoSuchAttachment),
        (at("results"), "f1", NoSuchAttachment),
    ],
)
def test_what_cannot_be_said(congress: Congress, file_id: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        say_document(PLAN, congress, file_id, Document.MINUTES, by())


def test_whoever_said_before_what_a_file_is_has_a_part_in_it_until_it_is_decided() -> None:
    again = PROVEN
    for account in ("second", "namer", "third"):
        again = say_document(PLAN, again, "f1", Document.RESOLUTION, by(account_id=account))
    assert {"namer", "second", "third"} <= contributors(again)
    assert [one.by for one in again.attachments[0].said_before] == ["second", "namer"]
    assert {"namer", "second", "third"} <= contributors(detach(PLAN, again, "f1", by()))
    assert congress_of({**congress_document(again), "version": again.version}) == again


def test_a_document_that_was_missing_when_it_was_approved_is_named_while_it_is_owed() -> None:
    approver, soon = by(account_id="superior"), TODAY + timedelta(days=9)
    sent = submit(PLAN, with_file(at("results"), "before"), by(), "s0")
    stated = [Stated("document", "The minutes are not signed.", soon), Stated("women", "How many?", soon)]
    approved = approve_with_gaps(PLAN, sent, stated, approver, "a0", ["g0", "g1"])
    clerk = replace(by(account_id="namer"), at=approver.at + timedelta(hours=1))
    hung = attach(PLAN, approved, "f1", clerk)
    named = say_document(PLAN, hung, "f1", Document.MINUTES, clerk)
    assert kinds(named) == [("minutes", 1)]
    assert "namer" in contributors(named)
    # What had been approved with it stays as it was.
    with pytest.raises(Refusal):
        say_document(PLAN, hung, "before", Document.MINUTES, clerk)
    closed = close(PLAN, hung, "g0", closed=True, remark="Seen.", by=approver, entry_id="c0")
    with pytest.raises(Refusal):
        say_document(PLAN, closed, "f1", Document.MINUTES, clerk)


@pytest.mark.parametrize("stage", ["submitted", "approved"])
def test_nothing_is_said_once_the_report_was_sent(stage: str) -> None:
    sent = replace(at(stage), attachments=REPORTED.attachments)
    with pytest.raises(Refusal):
        say_document(PLAN, sent, "f1", Document.MINUTES, by())


@pytest.mark.parametrize(
    ("congress", "cautioned"),
    [
        (a_congress(), []),
        (at("closed"), []),
        (REPORTED, ["minutes-missing", "tally_sheets-missing"]),
        (PROVEN, ["tally_sheets-missing"]),
        (ANEW, ["minutes-older", "tally_sheets-missing"]),
        (replace(PROVEN, content_type="2"), []),
        (replace(REPORTED, content_type="3"), ["minutes-missing", "tally_sheets-missing"]),
        # Whoever decides is told as well, and nobody once it was decided.
        (at("submitted"), ["minutes-missing", "tally_sheets-missing"]),
        (at("approved"), []),
    ],
)
def test_what_the_rules_ask_for_is_cautioned_until_it_proves_these_figures(
    congress: Congress, cautioned: list[str]
) -> None:
    found = cautions_of_dossier(PLAN, congress)
    assert [one.kind for one in found] == cautioned
    assert all(one.title for one in found)
    assert cautions_of_dossier(a_plan(), congress) == ()


def test_whoever_says_what_a_file_is_has_a_part_in_the_report() -> None:
    assert "namer" in contributors(PROVEN)


def test_what_is_asked_for_is_said_by_the_version_of_the_rules() -> None:
    made = add_version(PLAN, Edit(documents=("resolution",)), Reach.NOT_CLOSED, "No ballots.", by())
    assert (made.documents, at_version(made, 1).documents) == (("resolution",), PLAN.documents)
    assert under(made, PROVEN).documents == PLAN.documents
    assert under(made, replace(a_congress(), rules=2)).documents == ("resolution",)
    none = add_version(made, Edit(documents=()), Reach.NOT_CLOSED, "None.", by())
    assert none.documents == ()
    kept = add_version(made, Edit(results_fields=("summoned",)), Reach.NOT_CLOSED, "Fewer.", by())
    assert kept.documents == ("resolution",)


def test_it_is_kept_and_what_older_documents_lack_is_nothing() -> None:
    assert congress_of({**congress_document(PROVEN), "version": PROVEN.version}) == PROVEN
    assert plan_of(plan_document(PLAN)) == PLAN
    before = {name: value for name, value in plan_document(PLAN).items() if name != "documents"}
    assert plan_of(before).documents == ()
    old = congress_document(PROVEN)
    old["attachments"] = [{name: old["attachments"][0][name] for name in ("id", "at", "by")}]
    assert kinds(congress_of(old)) == []


def test_the_organisations_set_names_only_what_can_be_asked_for() -> None:
    found = {"milestones": [], "content_types": [], "documents": ["minutes"]}
    assert template_of(found).documents == ("minutes",)
    for wrong in ("other", "photo"):
        with pytest.raises(ValueError, match=wrong):
            template_of({**found, "documents": [wrong]})


def test_what_was_decided_knows_its_version_of_the_figures() -> None:
    sent = at("submitted")
    assert version_at(sent, sent.acts[-1]) == 1
    assert figures_at(sent, sent.acts[-1]) == FIGURES_THAT_ADD_UP
    nothing = replace(sent, result_entries=())
    assert (version_at(nothing, sent.acts[-1]), figures_at(nothing, sent.acts[-1])) == (None, None)
