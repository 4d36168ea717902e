"""Results: the figures of a congress. They must add up exactly, and an election follows the summoned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from congress.domain.cautions import Caution, refuse
from congress.domain.plan import ContentType, Targets
from congress.domain.plan_refusals import UnknownFigure
from congress.domain.voting import Tallied
from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_

FIGURE_MOST = 10_000_000  # above the members of any organisation in sight

AGE_MOST = 120
# Delegates of one congress; the largest that is reported publicly had some 1,600.
MOST_DELEGATES = 2_500
# One or two round figures may be true; a whole column of them was multiplied by its three decimals.
ROUND, LEAST_ROUND = 1_000, 3

# Counts are whole numbers; only a mean has a decimal.
Figures = Mapping[str, int | float]


class Sums(StrEnum):
    """Over what a figure may be summed. The same people are seen from every level: never over several."""

    LEVEL = "level"  # over the units of one level
    NOTHING = "nothing"  # an age, a mean, the votes of one candidate


class Election(StrEnum):
    """The election a figure comes from; where it is skipped, there is no figure and none is missing."""

    ANY = "any"
    COMMITTEE = "committee"
    DELEGATES = "delegates"


@dataclass(frozen=True, slots=True)
class Figure:
    """`sums_over`: a district counts again the members and delegates that its unions have counted.

    `most`: the highest that can be true. `mean`: has one decimal.
    """

    key: str
    title: str
    sums_over: Sums = Sums.LEVEL
    election: Election | None = None
    needed: bool = False
    most: int = FIGURE_MOST
    mean: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure("summoned", N_("Delegates summoned"), needed=True),
    Figure("present", N_("Present"), needed=True),
    Figure("absent_with_reason", N_("Absent with a reason")),
    Figure("absent_without_reason", N_("Absent without a reason")),
    Figure("excluded", N_("Absent and not counted for the majority, by the rules")),
    Figure("ex_officio", N_("Delegates ex officio")),
    Figure("elected", N_("Delegates elected")),
    Figure("appointed", N_("Delegates appointed")),
    Figure("women", N_("Women among the delegates")),
    Figure("minority", N_("Delegates of minorities")),
    Figure("young", N_("Young delegates")),
    Figure("age_min", N_("Age of the youngest delegate"), sums_over=Sums.NOTHING, most=AGE_MOST),
    Figure("age_mean", N_("Mean age of the delegates"), sums_over=Sums.NOTHING, most=AGE_MOST, mean=True),
    Figure("age_max", N_("Age of the oldest delegate"), sums_over=Sums.NOTHING, most=AGE_MOST),
    Figure("age_under_36", N_("Delegates under 36 years")),
    Figure("age_36_to_50", N_("Delegates of 36 to 50 years")),
    Figure("age_over_50", N_("Delegates over 50 years")),
    Figure("education_school", N_("Delegates with school education")),
    Figure("education_degree", N_("Delegates with a first degree")),
    Figure("education_higher", N_("Delegates with a higher degree")),
    Figure("subordinate_units", N_("Subordinate units represented")),
    Figure("members", N_("Members represented")),
    Figure("delegates_up", N_("Delegates elected to the superior congress"), election=Election.DELEGATES),
    Figure("ballots_issued", N_("Ballots issued"), election=Election.ANY),
    Figure("ballots_valid", N_("Ballots valid"), election=Election.ANY),
    Figure("ballots_invalid", N_("Ballots invalid"), election=Election.ANY),
    Figure("committee_seats", N_("Seats in the committee")),
    Figure("committee_listed", N_("Candidates listed for the committee"), election=Election.COMMITTEE),
    Figure("committee_elected", N_("Elected to the committee"), election=Election.COMMITTEE, needed=True),
    Figure("committee_lowest_votes", N_("Votes of the elected member with the fewest"), sums_over=Sums.NOTHING,
           election=Election.COMMITTEE),
    Figure("committee_appointed", N_("Appointed to the committee")),
    Figure("committee_first_time", N_("In the committee for the first time")),
    Figure("committee_standing", N_("In the standing committee")),
    Figure("committee_women", N_("Women in the committee")),
    Figure("committee_young", N_("Young members of the committee")),
    Figure("committee_minority", N_("Committee members of minorities")),
    Figure("committee_age_mean", N_("Mean age of the committee"), sums_over=Sums.NOTHING, most=AGE_MOST, mean=True),
)  # fmt: skip
_FIGURE = {figure.key: figure for figure in FIGURES}
FIGURE_KEYS = frozenset(_FIGURE)
_MEANS = frozenset(figure.key for figure in FIGURES if figure.mean)
SUMMED = tuple(figure.key for figure in FIGURES if figure.sums_over is Sums.LEVEL)


@dataclass(frozen=True, slots=True)
class Sum:
    """`exact`: the parts are the whole, as soon as one of them is given; else they are not more than it."""

    whole: str
    parts: tuple[str, ...]
    exact: bool = True


# A part that is left out is 0.
SUMS: tuple[Sum, ...] = (
    Sum("summoned", ("present", "absent_with_reason", "absent_without_reason")),
    Sum("summoned", ("ex_officio", "elected", "appointed")),
    Sum("summoned", ("age_under_36", "age_36_to_50", "age_over_50")),
    Sum("summoned", ("education_school", "education_degree", "education_higher")),
    Sum("ballots_issued", ("ballots_valid", "ballots_invalid"), exact=False),
    Sum("committee_seats", ("committee_elected", "committee_appointed"), exact=False),
)
# The first is never more than the second.
_AT_MOST: tuple[tuple[str, str], ...] = (
    ("women", "summoned"),
    ("minority", "summoned"),
    ("young", "summoned"),
    ("excluded", "absent_with_reason"),
    ("age_min", "age_mean"),
    ("age_mean", "age_max"),
    ("age_min", "age_max"),
    ("subordinate_units", "members"),
    ("ballots_issued", "present"),
    ("ballots_valid", "ballots_issued"),
    ("committee_listed", "members"),
    ("committee_elected", "committee_listed"),
    ("committee_elected", "committee_seats"),
    ("committee_lowest_votes", "ballots_valid"),
)
_COMMITTEE = ("committee_elected", "committee_appointed")
_OF_THE_COMMITTEE = ("committee_first_time", "committee_standing", "committee_women", "committee_young",
                     "committee_minority")  # fmt: skip
# The same for whoever types it: a part, and what it is at most, which are the figures of the second together.
AT_MOST: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((part, (whole,)) for part, whole in _AT_MOST),
    *((part, _COMMITTEE) for part in _OF_THE_COMMITTEE),
)
# What is read as a percentage, and of which figures together.
SHARES: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((part, ("summoned",)) for part in ("present", "women", "minority", "young")),
    ("ballots_valid", ("ballots_issued",)),
    *((part, _COMMITTEE) for part in ("committee_women", "committee_young", "committee_minority")),
)


class FigureMissing(Invalid):
    title = N_("This figure is needed.")


class NotACount(Invalid):
    title = N_("A whole number from 0 to {most} is needed.")


class NotAMean(Invalid):
    title = N_("A number from 0 to {most} with at most one decimal is needed.")


class DoesNotAddUp(Invalid):
    title = N_("The parts are {sum} together, and {whole} is {total}: they must be equal.")


class MoreThanTheWhole(Invalid):
    title = N_("{part} cannot be more than {whole}, which is {total}.")


class ElectionSkipped(Invalid):
    title = N_("This congress holds no such election: leave the figure out.")


class TooFewForAnElection(Invalid):
    title = N_(
        "With {present} present nobody can be elected: that takes {needed} votes, over half of the summoned."
    )


class NotEnoughVotes(Invalid):
    title = N_(
        "{needed} votes are needed to be elected: more than half of the summoned, not of those present."
    )


class TooFewForTheTally(Invalid):
    title = N_(
        "With {present} present nobody can be elected: by the tally of this election that takes {needed} votes."
    )


class NotEnoughForTheTally(Invalid):
    title = N_("By the tally of this election {needed} votes are needed to be elected.")


def majority(summoned: float, excluded: float = 0) -> int:
    """The votes that elect: more than half of those summoned, less the exclusions the rules list."""
    return int((summoned - excluded) // 2) + 1


def is_elected(votes: int, summoned: int, excluded: int = 0) -> bool:
    return votes >= majority(summoned, excluded)


def check_results(
    figures: Figures, content: ContentType, collected: tuple[str, ...], tallied: Sequence[Tallied] = ()
) -> None:
    """Refuse figures that cannot be true, each under its own field. `collected`: what the plan asks for. `tallied`:
    what the tallies of this congress say, whose majority is then the one that elects.
    """
    faults: dict[str, Refusal] = {}
    for key, value in figures.items():
        if key not in collected:
            faults[key] = UnknownFigure(figure=key)
        elif fault := _fault_of_value(_FIGURE[key], value):
            faults[key] = fault
    for figure in FIGURES:
        skipped = _is_skipped(figure.election, content)
        if figure.key in figures and skipped:
            faults.setdefault(figure.key, ElectionSkipped())
        if figure.needed and not skipped and figure.key in collected and figure.key not in figures:
            faults[figure.key] = FigureMissing()
    if not faults:
        faults = _faults_of_sums(figures) | _faults_of_election(figures, tallied)
    refuse({f"figures/{key}": fault for key, fault in faults.items()})


def _fault_of_value(figure: Figure, value: float) -> Refusal | None:
    in_bounds = 0 <= value <= figure.most
    if not figure.mean:
        return None if type(value) is int and in_bounds else NotACount(most=figure.most)
    # Stored reports have whole means too.
    exact = type(value) in (int, float) and round(value, 1) == value
    return None if exact and in_bounds else NotAMean(most=figure.most)


def _is_skipped(election: Election | None, content: ContentType) -> bool:
    if election is Election.ANY:
        return not content.elects
    if election is Election.COMMITTEE:
        return not content.elects_committee
    return election is Election.DELEGATES and not content.elects_delegates


def _faults_of_sums(figures: Figures) -> dict[str, Refusal]:
    faults: dict[str, Refusal] = {}
    for one in (one for one in SUMS if one.exact):
        given = [part for part in one.parts if part in figures]
        together = sum(figures[part] for part in given)
        if given and together != figures.get(one.whole, 0):
            faults[given[0]] = DoesNotAddUp(sum=together, whole=one.whole, total=figures.get(one.whole, 0))
    ballots = figures.get("ballots_valid", 0) + figures.get("ballots_invalid", 0)
    if "ballots_issued" in figures and ballots > figures["ballots_issued"]:
        faults["ballots_invalid"] = DoesNotAddUp(
            sum=ballots, whole="ballots_issued", total=figures["ballots_issued"]
        )
    committee = figures.get("committee_elected", 0) + figures.get("committee_appointed", 0)
    if "committee_seats" in figures and committee > figures["committee_seats"]:
        faults.setdefault("committee_appointed", _more("committee_appointed", "committee_seats", figures))
    for part, whole in _AT_MOST:
        if part in figures and whole in figures and figures[part] > figures[whole]:
            faults.setdefault(part, _more(part, whole, figures))
    for part in _OF_THE_COMMITTEE:
        if figures.get(part, 0) > committee:
            faults[part] = MoreThanTheWhole(part=part, whole="committee_elected", total=committee)
    return faults


def _more(part: str, whole: str, figures: Figures) -> MoreThanTheWhole:
    return MoreThanTheWhole(part=part, whole=whole, total=figures[whole])


def _faults_of_election(figures: Figures, tallied: Sequence[Tallied]) -> dict[str, Refusal]:
    if not figures.get("committee_elected") or "summoned" not in figures:
        return {}
    tally = next((one for one in tallied if one.of == Election.COMMITTEE and one.judges), None)
    if tally is not None:
        return _faults_by_tally(figures, tally)
    needed = majority(figures["summoned"], figures.get("excluded", 0))
    present = figures.get("present", needed)
    if present < needed:
        return {"committee_elected": TooFewForAnElection(present=present, needed=needed)}
    votes = figures.get("committee_lowest_votes")
    if votes is not None and votes < needed:
        return {"committee_lowest_votes": NotEnoughVotes(needed=needed)}
    return {}


def _faults_by_tally(figures: Figures, tally: Tallied) -> dict[str, Refusal]:
    """Among equals fewer votes elect; of ballots that come back nobody knows how many are needed before they agree."""
    needed = tally.needed
    if needed is None:
        return {}
    present = figures.get("present", needed)
    if present < needed:
        return {"committee_elected": TooFewForTheTally(present=present, needed=needed)}
    votes = figures.get("committee_lowest_votes")
    if votes is not None and votes < needed and not tally.among_equals:
        return {"committee_lowest_votes": NotEnoughForTheTally(needed=needed)}
    return {}


def _of_delegates(summoned: float, members: float | None) -> Iterator[Caution]:
    """What a slip of the finger makes: more delegates than there are members, or than any congress has."""
    if members is not None and summoned > members:
        yield Caution(
            "more-delegates-than-members", "figures/summoned", {"count": summoned, "total": members}
        )
    if summoned > MOST_DELEGATES:
        yield Caution("very-many-delegates", "figures/summoned", {"count": summoned})


def _of_a_column(figures: Figures) -> Iterator[Caution]:
    """47.000 is forty-seven or forty-seven thousand: who reads one figure cannot tell, who reads all can."""
    counts = [value for key, value in figures.items() if value and key not in _MEANS]
    if len(counts) >= LEAST_ROUND and all(count % ROUND == 0 for count in counts):
        yield Caution("round-thousands", "figures", {})


def cautions_of_results(figures: Figures, targets: Targets) -> tuple[Caution, ...]:
    """Where the figures miss a target. Targets are warned about and never block a report."""
    committee = figures.get("committee_elected", 0) + figures.get("committee_appointed", 0)
    cautions = [
        *_of_a_column(figures),
        *_of_delegates(figures.get("summoned", 0), figures.get("members")),
    ]
    for part, target in (("committee_women", targets.women), ("committee_young", targets.young)):
        if committee and part in figures and figures[part] * 100 < target * committee:
            params: dict[str, object] = {"part": part, "percent": figures[part] * 100 // committee,
                                         "whole": "committee", "target": target}  # fmt: skip
            cautions.append(Caution("target-missed", f"figures/{part}", params))
    seats, listed = figures.get("committee_seats", 0), figures.get("committee_listed", 0)
    return (*cautions, *cautions_of_list(seats, listed, targets, "figures/committee_listed"))


def cautions_of_list(
    seats: int | float, listed: int | float, targets: Targets, field: str
) -> tuple[Caution, ...]:
    """Of a list of candidates that is shorter or longer than the targets have it."""
    if not seats or not listed:
        return ()
    params: dict[str, object] = {"listed": listed, "seats": seats}
    if listed * 100 < seats * (100 + targets.candidates_least):
        return (Caution("too-few-candidates", field, {**params, "target": targets.candidates_least}),)
    # A part of a candidate is a candidate: 15 % of 9 seats allows 11 on the list.
    if listed * 100 >= seats * (100 + targets.candidates_most) + 100:
        return (Caution("too-many-candidates", field, {**params, "target": targets.candidates_most}),)
    return ()
