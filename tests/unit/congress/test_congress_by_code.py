"""What was reported with a sealed code, while the eID was down, stays marked as such."""

from dataclasses import replace

from congress.domain.progress import Report, record_milestone, report_results, submit
from congress.store.documents import congress_document, congress_of
from tests.unit.congress.builders import FIGURES_THAT_ADD_UP, TODAY, a_plan, at, by, the_top


def test_what_was_reported_by_code_is_marked_and_kept_marked() -> None:
    plan, coded = a_plan(), replace(by(), by_code=True)
    congress = at("election")
    congress = record_milestone(plan, congress, Report("closed", TODAY), the_top(), coded, "e9")
    congress = report_results(plan, congress, FIGURES_THAT_ADD_UP, coded, "r1")
    congress = submit(plan, congress, coded, "s1")
    kept = congress_of({**congress_document(congress), "version": congress.version})
    assert [entry.milestone for entry in kept.entries if entry.by_code] == ["closed", "dossier"]
    assert [one.by_code for one in kept.result_entries] == [one.by_code for one in kept.acts] == [True]
    assert "by_code" not in congress_document(congress)["entries"][0]  # kept only where it says something
