"""What an address asks for, through the same door as what a form sends.

A page says what its address may ask for (`takes`); anything else is refused, as the services refuse it: a figure "as of
a day" that is today's would mislead.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request

from servicekit.refusals import Invalid
from servicekit.words import N_, numbers, text

View = TypeVar("View", bound=Callable[..., Any])

# A place in a list, and the number of its first item.
LIST = ("after", "from")
# What was done a moment ago is said on any page.
EVERYWHERE = frozenset({"done"})


class NotAskedHere(Invalid):
    title = N_("This page cannot be asked for “{name}”.")


def takes(*names: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.takes = frozenset(names)  # type: ignore[attr-defined]
        return view

    return decorate


def check_query() -> None:
    """Raises NotAskedHere for what this page does not take, or takes once and is given twice."""
    if request.method in ("GET", "HEAD") and request.endpoint is not None:
        for name, values in request.args.lists():
            if name not in _taken() or len(values) > 1:
                raise NotAskedHere(name=name[:40])


def asked(name: str, otherwise: str = "") -> str:
    """The query parameter, tidied."""
    return text.line(_given(name) or otherwise)


def cursor(name: str = "after") -> str:
    """Where the page of a list begins, exactly as the page before gave it out."""
    return _given(name)


def asked_whole(name: str) -> int:
    """The query parameter as a number; 0 where it is none."""
    try:
        return numbers.whole(asked(name), grouping="")
    except numbers.NotWhole:
        return 0


def _given(name: str) -> str:
    # A form that is shown again comes by POST, or stands where the eID leads back to: that address asks for nothing.
    if request.method in ("GET", "HEAD") and name not in _taken():
        if shown_at() != request.path:
            return ""
        raise LookupError(f"{request.endpoint} reads {name}, and does not say that it takes it")
    return request.args.get(name, "")


def shown_at() -> str:
    """The address of the page that is shown: of a form that was left for the eID, its own, wherever it is shown now."""
    return str(g.get("shown_at", request.path))


def show_at(path: str) -> None:
    g.shown_at = path


def _taken() -> frozenset[str]:
    view = current_app.view_functions.get(request.endpoint or "")
    taken: frozenset[str] = getattr(view, "takes", frozenset())
    return taken | EVERYWHERE
