"""What a unit's figures are compared with besides themselves: its members by the register, and its last congress."""

from collections.abc import Iterable, Iterator, Sequence

from congress.domain.cautions import Caution
from congress.domain.history import Congress, State
from congress.domain.results import Figures
from congress.domain.voting import Tallied

# None of these is more than the members of the unit and of all below it.
OF_MEMBERS = ("summoned", "members", "delegates_up", "committee_seats")
# A cycle of five years changes no unit by so much; a digit typed too many or too few does.
UNLIKE = 5
# Below this a few people more or less are many times as many.
FEW = 10
NOBODY = 0
# Figures of how many an election has elected.
ELECTED_OF = {"committee": "committee_elected", "standing": "committee_standing", "delegates": "delegates_up"}
COMPARED = ("summoned", "members", "delegates_up", "committee_seats", "subordinate_units")


def last_before(congress: Congress, others: Iterable[Congress]) -> Congress | None:
    """The unit's latest approved congress whose deadline was before this one's. `others`: all of the unit."""
    found = [
        one
        for one in others
        if one.id != congress.id and one.state is State.APPROVED and one.deadline < congress.deadline
    ]
    return max(found, key=lambda one: (one.deadline, one.id), default=None)


def cautions_of(congress: Congress, last: Congress | None) -> tuple[Caution, ...]:
    if congress.results is None:
        return ()
    entry = congress.result_entries[-1]
    before = last.results if last is not None else None
    return (
        *_beside_the_register(entry.figures, entry.members, asked=entry.asked),
        *_beside(entry.figures, before or {}),
        *_beside_tallies(entry.figures, congress.tallied),
    )


def _beside_the_register(figures: Figures, members: int | None, *, asked: bool) -> Iterator[Caution]:
    if asked and members is None:
        yield Caution("register-silent", "figures", {})
    # An organisation may keep no register: then it has nobody.
    for key in OF_MEMBERS if members else ():
        if members and figures.get(key, 0) > members:
            yield Caution(
                "more-than-the-register", f"figures/{key}", {"count": figures[key], "total": members}
            )


def _beside(figures: Figures, before: Figures) -> Iterator[Caution]:
    for key in COMPARED:
        now, then = figures.get(key, 0), before.get(key, 0)
        if now and then and max(now, then) > FEW and max(now, then) > UNLIKE * min(now, then):
            yield Caution("unlike-last-time", f"figures/{key}", {"count": now, "before": then})


def _beside_tallies(figures: Figures, tallied: Sequence[Tallied]) -> Iterator[Caution]:
    tallied = [one for one in tallied if one.of in ELECTED_OF]
    # Two elections may say the same of the summoned: that is told once.
    said = {(key, total): None for one in tallied for key, total in _said(one) if total is not None}
    for key, total in said:
        # Where the summoned are said and the excluded are left out, nobody was excluded.
        figure = figures.get(key, NOBODY if key == "excluded" and "summoned" in figures else None)
        if figure is not None and figure != total:
            yield Caution("tally-differs", f"figures/{key}", {"count": figure, "total": total})
    for one in tallied:
        key = ELECTED_OF[one.of]
        if key in figures and not one.agreed:
            yield Caution("tally-not-agreed", f"figures/{key}", {})
        elif key in figures and one.tie_left:
            yield Caution("round-outstanding", f"figures/{key}", {})
        if key in figures and one.one_hand:
            yield Caution("tally-one-hand", f"figures/{key}", {})


def _said(one: Tallied) -> Iterator[tuple[str, int | None]]:
    """By figure. Who is elected is said once the three counts agree; who stood and was summoned before that."""
    if one.agreed:
        yield ELECTED_OF[one.of], one.elected
    yield "summoned", one.summoned
    yield "excluded", one.excluded
    if one.of == "committee":
        yield "committee_listed", one.listed
        yield "committee_lowest_votes", one.lowest if one.agreed else None
