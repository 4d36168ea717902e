"""Cautions: what is allowed but odd. They are shown and never block."""

from collections.abc import Mapping
from dataclasses import dataclass

from servicekit.refusals import Invalid, Refusal
from servicekit.words import N_

TITLES = {
    "lower-level-later": N_("The deadline of {lower} is after the deadline of {higher}, the level above."),
    "free-day": N_(
        "The deadline of {level} is {date}, a day when most do not work. The working day before is {before}."
    ),
    "milestones-cross": N_("{milestone} is due before {previous}, the milestone in front of it."),
    "subordinates-open": N_("{count} congresses below this unit are not approved yet."),
    "target-missed": N_("{part}: {percent}%, of {whole}; the target is at least {target}%."),
    "too-few-candidates": N_(
        "{listed} candidates for {seats} seats: fewer than {target}% more than the seats."
    ),
    "more-delegates-than-members": N_("{count} delegates were summoned for {total} members."),
    "very-many-delegates": N_(
        "{count} delegates are more than any congress is known to have: is a digit too many?"
    ),
    "more-than-the-register": N_("{count} is more than the {total} members that the register knows here."),
    "register-silent": N_(
        "The register of members did not answer, so these figures are not compared with it."
    ),
    "unlike-last-time": N_(
        "{count} here; at the congress before it was {before}. Is a digit too many or missing?"
    ),
    "round-thousands": N_(
        "Every one of these figures ends in 000. Were they copied from a table with three decimals?"
    ),
    "minutes-missing": N_("The minutes are asked for: no file is said to be them."),
    "minutes-older": N_("The minutes prove figures of an earlier version, and not these."),
    "resolution-missing": N_("The resolution is asked for: no file is said to be it."),
    "resolution-older": N_("The resolution proves figures of an earlier version, and not these."),
    "tally_sheets-missing": N_("The tally sheets are asked for: no file is said to be them."),
    "tally_sheets-older": N_("The tally sheets prove figures of an earlier version, and not these."),
    "tally-differs": N_("{count} here; the votes that were counted say {total}."),
    "tally-not-agreed": N_("The three counts of this election are not all entered, or do not agree."),
    "tally-one-hand": N_("One person entered all three counts of this election."),
    "round-outstanding": N_("Equal votes: those who have them were not voted on again yet."),
    "too-few-women-listed": N_(
        "Women among the candidates: {count} of {listed}. With {number} more in a list of this length the target of "
        "{target}% would be met."
    ),
    "too-few-young-listed": N_(
        "Young people among the candidates: {count} of {listed}. With {number} more in a list of this length the "
        "target of {target}% would be met."
    ),
    "people-differ-from-figures": N_("{count} names here; the figures say {total}."),
    "person-not-as-tallied": N_("{name}: the votes that were counted do not say this."),
    "person-left-out": N_("{name} was elected by the votes that were counted, and is not here."),
    "person-not-in-committee": N_("{name} is not in the list of the committee."),
    "too-many-candidates": N_("{listed} candidates for {seats} seats: over {target}% more than the seats."),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """`kind` is a key of TITLES, whose places `params` fills; `field` names the value it is about."""

    kind: str
    field: str
    params: Mapping[str, object]

    @property
    def title(self) -> str:
        return TITLES[self.kind]


def refuse(faults: dict[str, Refusal]) -> None:
    """Raise what was found wrong, by field: one fault under its own name, several together."""
    if len(faults) == 1:
        ((field_name, refusal),) = faults.items()
        raise type(refusal)(field=field_name, **refusal.params)
    if faults:
        raise Invalid.of_fields(faults)
