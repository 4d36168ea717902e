"""People responsible for a congress: a few of those who hold access in its unit, each with what they look after."""

from collections.abc import Mapping, Sequence

from congress.domain.takings import Responsible
from servicekit.refusals import Invalid
from servicekit.words import N_

PEOPLE_MOST = 5
TASK_LONGEST = 200  # characters


class TooManyResponsible(Invalid):
    title = N_("At most {most} people are responsible for one congress.")


class NamedTwice(Invalid):
    title = N_("This person is named twice.")


class NobodyHere(Invalid):
    """The same for whoever holds access elsewhere and for nobody: it is not told who there is."""

    title = N_("Nobody who holds access in this unit was found by this.")


class TaskMissing(Invalid):
    title = N_("Write what this person is responsible for.")


class TaskTooLong(Invalid):
    title = N_("What somebody is responsible for has at most {longest} characters.")


def named(wanted: Sequence[tuple[str, str]], here: Mapping[str, str]) -> tuple[Responsible, ...]:
    """`wanted`: by account, and what for. `here`: the names of those who hold access in the unit, by account."""
    if len(wanted) > PEOPLE_MOST:
        raise TooManyResponsible(field="people", most=PEOPLE_MOST)
    found: dict[str, Responsible] = {}
    for place, (account_id, said) in enumerate(wanted):
        task = said.strip()
        if account_id not in here:
            raise NobodyHere(field=f"people/{place}/account_id")
        if account_id in found:
            raise NamedTwice(field=f"people/{place}/account_id")
        if not task:
            raise TaskMissing(field=f"people/{place}/task")
        if len(task) > TASK_LONGEST:
            raise TaskTooLong(field=f"people/{place}/task", longest=TASK_LONGEST)
        found[account_id] = Responsible(account_id, here[account_id], task)
    return tuple(found.values())
