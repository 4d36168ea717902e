"""How long whoever asked is kept waiting for other parts: one budget for a whole request, over all that it calls."""

import time
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
Result = TypeVar("Result")

# A refusal must be there within 3 s, also when it passes the portal and the gateway.
PATIENCE_SECONDS = 2.2
# What the gateway waits longer than a service: the service's own answer says best what is wrong.
GATEWAY_MORE_SECONDS = 0.3

_began: ContextVar[float] = ContextVar("began", default=0.0)
_until: ContextVar[float | None] = ContextVar("until", default=None)


_aside: ContextVar[bool] = ContextVar("aside", default=False)


def stand_aside() -> None:
    """Said by what runs beside a request and only saves it time: it takes no place that others need, and what it meets
    says nothing of whether a part answers."""
    _aside.set(True)


def is_aside() -> bool:
    return _aside.get()


def in_turn(work: Callable[[], Result]) -> Result:
    """What others wait for too, done by whoever stands aside as by one whose turn it is."""

    def done() -> Result:
        _aside.set(False)
        return work()

    return copy_context().run(done)


def patient(seconds: float) -> Callable[[View], View]:
    """Declares that an operation may take longer; it stands in the published document, for the gateway and nginx."""

    def decorate(view: View) -> View:
        view.patience = seconds  # type: ignore[attr-defined]
        return view

    return decorate


def patience_of(view: object) -> float:
    seconds: float = getattr(view, "patience", PATIENCE_SECONDS)
    return seconds


def begin(seconds: float) -> None:
    _began.set(time.monotonic())
    lengthen(seconds)


def lengthen(seconds: float) -> None:
    """So long from the beginning of the request on, whatever was said before."""
    _until.set(_began.get() + seconds)


def end() -> None:
    """What runs without a request waits as long as it says itself."""
    _until.set(None)


def left(most: float) -> float:
    """Seconds, `most` at most; zero or less when the budget is used up."""
    until = _until.get()
    return most if until is None else min(most, until - time.monotonic())
