"""Operations that wait for the eID: few at a time, so that tokens and sessions never wait for it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from servicekit.web.kit import context

View = TypeVar("View", bound=Callable[..., Any])


def waits_for_eid(view: View) -> View:
    """Refuses at once, before anything is used up, while too many wait already."""

    @wraps(view)
    def waiting(*args: Any, **kwargs: Any) -> Any:
        with context().eid_places.place():
            return view(*args, **kwargs)

    waiting.waits_for_eid = True  # type: ignore[attr-defined]
    return cast(View, waiting)
