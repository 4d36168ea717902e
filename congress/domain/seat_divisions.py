"""What becomes of a division of seats: calculated as a draft, decided, followed by a later one; never overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from congress.domain import owners
from congress.domain.history import By, Congress
from congress.domain.plan import Owner, Plan
from congress.domain.progress import Report, refuse_unless_held, refuse_unless_running
from congress.domain.seats import Basis, Claim, Held, Line, Method, NoUnitsBelow, Rule, divide
from servicekit.refusals import Conflict, Invalid, Refusal
from servicekit.tree.units import Unit
from servicekit.words import N_

MANAGE, READ = "plan:manage", "congress:read"
VERSIONS_MOST = 50
EX_OFFICIO_MOST = 20_000
REASON_LONGEST = 2_000  # characters


class CongressHasClosed(Conflict):
    title = N_("The congress has closed: its delegates' seats are not divided any more.")


class TooManyDivisions(Conflict):
    title = N_("The seats of this congress were divided {most} times; no more can be added.")


class NotRightBelow(Invalid):
    title = N_("{code} is no unit right below that has a congress under this plan.")


class UnitTwice(Invalid):
    title = N_("The unit {code} stands there twice.")


class DividedAlready(Conflict):
    title = N_("This division has been decided.")


class DividedOtherwise(Conflict):
    title = N_("Another division has been decided since this one was calculated. Calculate it again.")


class UnitsBelowChanged(Conflict):
    title = N_("The units right below have changed since this was calculated. Calculate it again.")


class WhyDividedAnew(Invalid):
    title = N_("Say why the seats are divided otherwise.")


class State(StrEnum):
    DRAFT = "draft"
    DECIDED = "decided"
    DROPPED = "dropped"  # a draft that gave way to the next one: nobody sees it again


# The milestone that deciding records, where a plan has it.
ALLOTTED = "delegates_allotted"


@dataclass(frozen=True, slots=True)
class Seats:
    """One division of the seats of a congress; its lines are kept beside it. `number`: which one it is of them.

    `seats`: divided; `ex_officio`: of the congress besides, divided among nobody. `asked`: of FIXED for each unit.
    `quota` and `cut` as fractions, `units` how many lines it has, `changed` in how many of them it is other than
    `before`, the last one that was decided.
    """

    id: str
    congress_id: str
    plan_id: str
    unit_id: str
    unit_path: tuple[str, ...]
    number: int
    basis: Basis
    method: Method
    asked: int
    least: int
    most: int | None
    ex_officio: int
    seats: int
    quota: str
    cut: str
    units: int
    changed: int
    made_at: datetime
    made_by: str
    made_by_name: str
    before: str = ""
    reason: str = ""
    state: State = State.DRAFT
    decided_at: datetime | None = None
    decided_by: str = ""
    decided_by_name: str = ""
    gone: int = 0  # lines, the last ones, of units that stand right below no more
    version: int = 0

    @property
    def rule(self) -> Rule:
        return Rule(self.basis, self.method, self.asked, self.least, self.most)


@dataclass(frozen=True, slots=True)
class Share:
    """A line as it is kept: all that it was calculated from, and what came of it; fractions as texts.

    `own_least` and `own_most`: where the unit has bounds of its own. `before`: its seats in the last division that was
    decided, None where it stood in none. `gone`: it stood there and stands right below no more. `typed`: whoever
    divided gave its number, which is not what was known of it.
    """

    unit_id: str
    code: str
    number: int | None
    by_hand: int | None
    own_least: int | None
    own_most: int | None
    seats: int
    least: int
    most: int
    share: str = ""
    rank: int | None = None
    next: str = ""
    held: Held = Held.NOTHING
    tied: bool = False
    before: int | None = None
    gone: bool = False
    typed: bool = False
    few: bool = False  # not kept: its number is not told to this reader

    @property
    def claim(self) -> Claim:
        bounds = (self.own_least, self.own_most)
        return Claim(self.unit_id, self.code, self.number, self.by_hand, *bounds, self.typed)


# Of fewer members than this a unit beside is not told how many they are: it would be told of persons.
FEWEST_TOLD = 5


def seen_from_beside(line: Share, basis: Basis, own: str) -> Share:
    """A line as a unit right below reads that of another one; `own`: its own unit. What tells the number goes too."""
    few = basis is Basis.MEMBERS and line.number is not None and line.number < FEWEST_TOLD
    if not few or line.unit_id == own:
        return line
    return replace(line, number=None, share="", next="", few=True)


def refuse_dividing(plan: Plan, congress: Congress, decided: int) -> None:
    """`decided`: how many divisions of this congress were."""
    refuse_unless_running(plan)
    refuse_unless_held(plan, congress)
    if plan.closing.key in congress.current:
        raise CongressHasClosed()
    if decided >= VERSIONS_MOST:
        raise TooManyDivisions(most=VERSIONS_MOST)


def claims_of(units: Sequence[Unit], given: Sequence[Claim], known: Mapping[str, int]) -> list[Claim]:
    """For each unit what was given for its code, its number else being what is `known` of it, in the order of codes.

    `given`: with codes and no ids. A unit of somebody else answers like one that is not there.
    """
    by_code = {unit.code: unit for unit in units}
    told: dict[str, Claim] = {}
    for place, claim in enumerate(given):
        if claim.code not in by_code:
            raise NotRightBelow(field=f"lines/{place}/code", code=claim.code)
        if claim.code in told:
            raise UnitTwice(field=f"lines/{place}/code", code=claim.code)
        told[claim.code] = claim
    if not units:
        raise NoUnitsBelow()
    found = []
    for code, unit in sorted(by_code.items()):
        claim = replace(told.get(code, Claim("", code)), unit_id=unit.id)
        of_register = known.get(unit.id)
        if claim.number is None:
            claim = replace(claim, number=of_register)
        found.append(replace(claim, typed=claim.number != of_register))
    return found


def calculate(
    congress: Congress,
    rule: Rule,
    claims: Sequence[Claim],
    ex_officio: int,
    last: tuple[Seats, Mapping[str, Share]] | None,
    number: int,
    by: By,
    new_id: str,
) -> tuple[Seats, list[Share]]:
    """A draft. `last`: what was decided last, with its lines by unit."""
    made = divide(rule, claims)
    before = {unit_id: one for unit_id, one in last[1].items() if not one.gone} if last else {}
    shares = [_share(line, before.get(line.claim.unit_id)) for line in made.lines]
    gone = before.keys() - {claim.unit_id for claim in claims}
    shares += [
        Share(
            *(one.unit_id, one.code, None, None, None, None),
            seats=0,
            least=0,
            most=0,
            before=one.seats,
            gone=True,
        )
        for one in sorted((before[unit_id] for unit_id in gone), key=lambda one: (one.code, one.unit_id))
    ]
    seats = Seats(
        id=new_id,
        congress_id=congress.id,
        plan_id=congress.plan_id,
        unit_id=congress.unit.id,
        unit_path=congress.unit.path,
        number=number,
        basis=rule.basis,
        method=rule.method,
        asked=rule.seats,
        least=rule.least,
        most=rule.most,
        ex_officio=ex_officio,
        seats=made.seats,
        quota=str(made.quota or ""),
        cut=str(made.cut or ""),
        units=len(shares),
        changed=sum(one.seats != one.before for one in shares) if last else 0,
        made_at=by.at,
        made_by=by.account_id,
        made_by_name=by.name,
        before=last[0].id if last else "",
        gone=len(gone),
    )
    return seats, shares


def _share(line: Line, before: Share | None) -> Share:
    claim = line.claim
    return Share(
        unit_id=claim.unit_id,
        code=claim.code,
        number=claim.number,
        by_hand=claim.by_hand,
        own_least=claim.least,
        own_most=claim.most,
        seats=line.seats,
        least=line.least,
        most=line.most,
        share="" if line.share is None else str(line.share),
        rank=line.rank,
        next="" if line.next is None else str(line.next),
        held=line.held,
        tied=line.tied,
        before=before.seats if before else None,
        typed=claim.typed,
    )


def refuse_deciding(plan: Plan, congress: Congress, seats: Seats, last: str, decided: int) -> None:
    """`last`: the id of the division that was decided last; `decided`: how many were."""
    if seats.state is State.DECIDED:
        raise DividedAlready()
    refuse_dividing(plan, congress, decided)
    if seats.before != last:
        raise DividedOtherwise()


def decide(seats: Seats, units: Sequence[str], lines: Sequence[str], reason: str, by: By) -> Seats:
    """`units`: those right below now; `lines`: those it was calculated for."""
    if set(units) != set(lines):
        raise UnitsBelowChanged()
    if seats.before and not reason.strip():
        raise WhyDividedAnew(field="reason")
    return replace(
        seats,
        state=State.DECIDED,
        reason=reason,
        decided_at=by.at,
        decided_by=by.account_id,
        decided_by_name=by.name,
    )


def allotted(
    plan: Plan, congress: Congress, above: Congress | None, by: By, entry_id: str, *, from_above: bool
) -> Congress | None:
    """The congress whose seats are divided, with the milestone that says so; None where the plan has none, or something
    stands in its way today: then it is recorded by hand as before. `above`: as in owners.record. `from_above`: decided
    by a superior, who contributes to no report by it.
    """
    try:
        made = owners.record(plan, congress, Report(ALLOTTED, by.today), above, by, entry_id, Owner.UNIT)
    except Refusal:
        return None
    *entries, last = made.entries
    return replace(made, entries=(*entries, replace(last, above=from_above)))
