"""How many drafts may lie beside each other: they are tried out, and none of them counts for anybody else."""

from servicekit.refusals import Conflict
from servicekit.words import N_

MOST_OF_UNIT = 10
MOST_OF_MAKER = 40


class TooManyDraftsOfUnit(Conflict):
    title = N_("This unit has {most} drafts of plans already. Delete one of them first.")


class TooManyDraftsOfYours(Conflict):
    title = N_("You have made {most} drafts of plans that are not open. Delete one of them first.")


def refuse_many(of_unit: int, of_maker: int) -> None:
    """Before one more."""
    if of_unit >= MOST_OF_UNIT:
        raise TooManyDraftsOfUnit(most=MOST_OF_UNIT)
    if of_maker >= MOST_OF_MAKER:
        raise TooManyDraftsOfYours(most=MOST_OF_MAKER)
