"""Elected people: by name, with votes and order, as tallies say it or as it was typed. Nobody has a right by it.

A list that is corrected takes the place of the one before: no name stays that does not belong there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from congress.domain.cautions import Caution, refuse
from congress.domain.history import By, Congress
from congress.domain.plan import Plan
from congress.domain.progress import content_of, has_election, refuse_locked
from congress.domain.progress_refusals import ResultsTooEarly
from congress.domain.tallied import with_teller
from congress.domain.tallies import Kind, Tally
from congress.domain.tally_refusals import ElectionNotHeld
from congress.domain.voting import Outcome
from servicekit.ids import id_from
from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_

PEOPLE_MOST = 200


class PersonTwice(Invalid):
    title = N_("{name} stands there twice. Add a number that tells them apart.")


class OfficeMissing(Invalid):
    title = N_("Say which office {name} holds.")


class NoOfficeHere(Invalid):
    title = N_("Offices have a list of their own.")


class Body(StrEnum):
    COMMITTEE = "committee"
    STANDING = "standing"
    DELEGATES = "delegates"
    OFFICES = "offices"


@dataclass(frozen=True, slots=True)
class Person:
    """`number`: of the member, where one is needed. `votes`: None where nobody voted on them, or that is not known."""

    name: str
    number: str = ""
    office: str = ""
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Elected:
    """In their order. `result`: the id of the figures that stood then; empty where there were none."""

    id: str
    congress_id: str
    of: Body
    people: tuple[Person, ...]
    result: str
    at: datetime
    by: str
    by_name: str = ""
    by_code: bool = False
    kept_by: str = ""
    version: int = 0


def elected_id(congress_id: str, of: Body) -> str:
    """Always the same, so that it is found from the congress alone."""
    return id_from("elected", congress_id, of.value)


def refuse_naming(plan: Plan, congress: Congress) -> None:
    """Whoever was elected: from when results are reported, for as long as they may be."""
    refuse_locked(plan, congress)
    if plan.closing.key not in congress.current:
        raise ResultsTooEarly(field="people")


def name_people(plan: Plan, congress: Congress, of: Body, people: Sequence[Person], by: By) -> Elected:
    refuse_naming(plan, congress)
    voted = has_election(content_of(plan, congress), of)
    refuse({f"people/{name}": fault for name, fault in _faults(of, people, voted=voted)})
    return Elected(
        *(elected_id(congress.id, of), congress.id, of, tuple(people), result_of(congress)),
        at=by.at,
        by=by.account_id,
        by_name=by.name,
        by_code=by.by_code,
        kept_by=by.kept_by,
    )


def _faults(of: Body, people: Sequence[Person], *, voted: bool) -> Iterator[tuple[str, Refusal]]:
    seen: set[tuple[str, str, str]] = set()
    for place, one in enumerate(people):
        if of is Body.OFFICES and not one.office:
            yield f"{place}/office", OfficeMissing(name=one.name)
        elif of is not Body.OFFICES and one.office:
            yield f"{place}/office", NoOfficeHere()
        # One person may hold two offices, and never the same one twice.
        if (one.name, one.number, one.office) in seen:
            yield f"{place}/name", PersonTwice(name=one.name)
        elif one.votes is not None and not voted:
            yield f"{place}/votes", ElectionNotHeld()
        seen.add((one.name, one.number, one.office))


def result_of(congress: Congress) -> str:
    return congress.result_entries[-1].id if congress.result_entries else ""


def note_naming(congress: Congress, by: By) -> Congress:
    """The congress after a list was saved: whoever saved it has a part in its report."""
    return with_teller(congress, by)


def people_of_tallies(there: Sequence[Tally], of: Body) -> tuple[Person, ...]:
    """Whom the rounds that agree have elected, by round and by votes; whoever won among equals with the votes
    that made them equal."""
    rounds = [one for one in there if not one.withdrawn and one.of.value == of.value]
    found: list[Person] = []
    for tally in sorted(rounds, key=lambda one: one.round):
        count = tally.count
        won = [one for one in count.verdicts if one.outcome is Outcome.ELECTED] if count else []
        for one in sorted(won, key=lambda verdict: verdict.place):
            candidate = tally.candidates[one.candidate]
            votes = _first_votes(tally, there, one.candidate) if tally.kind is Kind.TIE else one.votes
            found.append(Person(candidate.name, candidate.number, votes=votes))
    return tuple(found)


def _first_votes(tally: Tally, there: Sequence[Tally], place: int) -> int | None:
    """Of somebody who won among equals: the votes that made them equal, by which they stand in the order."""
    who, before = tally.candidates[place], tally.before
    while before:
        earlier = next((one for one in there if one.id == before), None)
        if earlier is None or earlier.agreed is None:
            return None
        if earlier.kind is not Kind.TIE:
            return earlier.agreed.votes[earlier.candidates.index(who)]
        before = earlier.before
    return None


def cautions_of_people(
    congress: Congress, lists: Mapping[Body, Elected], tallied: Mapping[Body, Sequence[Person]], of: Body
) -> tuple[Caution, ...]:
    """What does not fit the figures, the tallies, or the list of the committee."""
    found = lists.get(of)
    if found is None or not found.people:
        return ()
    return (
        *_beside_figures(congress, found),
        *_beside_tally(found, tallied.get(of, ())),
        *_beside_committee(found, lists.get(Body.COMMITTEE)),
    )


def _beside_figures(congress: Congress, found: Elected) -> Iterator[Caution]:
    figures = congress.results or {}
    said = {
        Body.COMMITTEE: ("committee_elected", "committee_appointed"),
        Body.STANDING: ("committee_standing",),
        Body.DELEGATES: ("delegates_up",),
        Body.OFFICES: (),
    }[found.of]
    if not any(key in figures for key in said):
        return
    total = sum(figures.get(key, 0) for key in said)
    if total != len(found.people):
        params: dict[str, object] = {"count": len(found.people), "total": total}
        yield Caution("people-differ-from-figures", "people", params)


def _beside_tally(found: Elected, tallied: Sequence[Person]) -> Iterator[Caution]:
    """Who has votes here was elected by them; who is here without votes was appointed."""
    votes = {(one.name, one.number): one.votes for one in tallied}
    for place, one in enumerate(found.people):
        if tallied and one.votes is not None and votes.get((one.name, one.number)) != one.votes:
            yield Caution("person-not-as-tallied", f"people/{place}", {"name": one.name})
    here = {(one.name, one.number) for one in found.people}
    for one in tallied:
        if (one.name, one.number) not in here:
            yield Caution("person-left-out", "people", {"name": one.name})


def _beside_committee(found: Elected, committee: Elected | None) -> Iterator[Caution]:
    if found.of is not Body.STANDING or committee is None:
        return
    there = {(one.name, one.number) for one in committee.people}
    for place, one in enumerate(found.people):
        if (one.name, one.number) not in there:
            yield Caution("person-not-in-committee", f"people/{place}", {"name": one.name})
