"""Which unit the reader acts in: chosen by whoever has several posts, else the topmost one."""

from flask import request

from portal.shared.asking import here, names_of_unit
from portal.shared.units import Names
from servicekit.access.decision import Caller
from servicekit.serving.cookies import ACTING, Cookie
from servicekit.tasks.acting import units_with


def posts(person: Caller) -> tuple[str, ...]:
    """The reader's units, topmost first."""
    paths = {right.unit_id: right.unit_path for right in person.rights}
    return tuple(sorted(paths, key=lambda unit_id: (len(paths[unit_id]), unit_id)))


def chosen(person: Caller) -> str:
    """The unit that was chosen, while the reader has a post in it; empty for all of them."""
    unit_id = cookie().read(request)
    return unit_id if unit_id in posts(person) else ""


def unit_with(person: Caller, permission: str) -> str:
    """Where the reader uses a permission: the unit acted in, else the topmost; empty where they do not hold it."""
    held = units_with(person, permission)
    unit_id = chosen(person)
    return unit_id if unit_id in held else next(iter(held), "")


def names(person: Caller) -> Names:
    """Of the unit acted in; nothing while all are, or while nobody says its name."""
    own = posts(person)
    unit_id = chosen(person) or (own[0] if len(own) == 1 else "")
    return names_of_unit(unit_id) if unit_id else {}


def cookie() -> Cookie:
    return Cookie(ACTING, here().settings.common.public_url)
